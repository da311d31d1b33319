//! The answers of the server are those of the command, byte for byte.

use super::server::{DAY, Server};
use crate::command::{imgcost, json, root, stdout};

/// Parameters, and the same as flags.
const SCENES: [(&str, &[&str]); 6] = [
    ("before=1.2GB&after=180MB", &["1.2GB", "180MB"]),
    (
        "before=1.2GB&after=180MB&nodes=40&deploys=10%2Fday&node-lifetime=24h&keep=5",
        &[
            "1.2GB",
            "180MB",
            "--nodes",
            "40",
            "--deploys",
            "10/day",
            "--node-lifetime",
            "24h",
            "--keep",
            "5",
        ],
    ),
    (
        "before=900+MB&after=90+MB&registry=gcp-artifact-registry&region=europe-west1&path=nat:60%25,direct:40%25",
        &[
            "900 MB",
            "90 MB",
            "--registry",
            "gcp-artifact-registry",
            "--region",
            "europe-west1",
            "--path",
            "nat:60%,direct:40%",
        ],
    ),
    (
        "before=500MB&after=50MB&compressed&profile-before=multi-stage&services=3&replicas=4&cache-miss=30%25",
        &[
            "500MB",
            "50MB",
            "--compressed",
            "--profile-before",
            "multi-stage",
            "--services",
            "3",
            "--replicas",
            "4",
            "--cache-miss",
            "30%",
        ],
    ),
    // Nothing is known of IBM's prices: lines without a price are in the answer.
    (
        "before=1GB&after=100MB&registry=ibm&path=internet",
        &["1GB", "100MB", "--registry", "ibm", "--path", "internet"],
    ),
    (
        "before=1GB&after=100MB&path=cross-region%3Deu-west-1&storage-price=0.2&compressed=false",
        &["1GB", "100MB", "--path", "cross-region=eu-west-1", "--storage-price", "0.2"],
    ),
];

#[test]
fn the_api_answers_with_what_the_command_writes() {
    let server = Server::start(&[]);
    for (parameters, flags) in SCENES {
        let reply = server.get(&format!("/api/whatif?{parameters}"));
        assert_eq!(reply.status, 200, "{parameters}: {}", reply.text());
        assert!(reply.head.contains("content-type: application/json"), "{}", reply.head);
        let expected =
            stdout(&[&["whatif"], flags, &["--format", "json", "--as-of", DAY]].concat());
        assert!(reply.text() == expected, "{parameters}");
    }
}

#[test]
fn terms_given_to_the_server_count_in_its_answers() {
    let terms = ["--free", "--discount", "aws.nat=12%", "--lines", "component"];
    let server = Server::start(&terms);
    let reply = server.get("/api/whatif?before=1.2GB&after=180MB");
    let flags = [&["whatif", "1.2GB", "180MB", "--format", "json", "--as-of", DAY], &terms[..]];
    assert!(reply.text() == stdout(&flags.concat()));
}

#[test]
fn the_fleet_file_comes_to_the_same() {
    let server = Server::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fleet.toml");
    for (parameters, flags) in &SCENES[..4] {
        let reply = server.get(&format!("/api/fleet.toml?{parameters}"));
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert!(reply.head.contains("filename=\"fleet.toml\""), "{}", reply.head);
        std::fs::write(&file, &reply.body).unwrap();
        let compared = json(&["compare", file.to_str().unwrap(), "--as-of", DAY]);
        let asked = json(&[&["whatif"], *flags, &["--as-of", DAY]].concat());
        for part in ["before", "after", "saving", "quantities"] {
            assert_eq!(compared[part], asked[part], "{parameters}: {part}");
        }
    }
}

#[test]
fn a_fleet_file_that_cannot_say_it_is_refused() {
    let reply = Server::start(&[]).get("/api/fleet.toml?before=1GB&after=1MB&egress-price=0.1");
    assert_eq!(reply.status, 400);
    assert!(reply.refusal().0.contains("--egress-price"), "{}", reply.text());
}

#[test]
fn bad_parameters_get_the_message_of_the_command() {
    let server = Server::start(&[]);
    let cases = [
        ("before=1GB", "`after` is missing", "such as after=1.2GB"),
        ("before=1GB&before=2GB&after=1MB", "`before` is given twice", ""),
        ("before=1.2&after=180MB", "`1.2` has no unit", ""),
        ("before=1GB&after=1MB&nodes=0", "'--nodes <NODES>': 0 is not in 1..=10000000", ""),
        ("before=1GB&after=1MB&nods=3", "unexpected argument '--nods'", "'--nodes'"),
        ("before=1GB&after=1MB&nodes=3&nodes=4", "cannot be used multiple times", ""),
        ("before=1GB&after=1MB&region=us-esat-1", "names the region `us-esat-1`", "`us-east-1`"),
        ("before=1GB&after=1MB&compressed=maybe", "--compressed is true or false", ""),
        ("before=1GB&after=1MB&spread=even", "--replicas", ""),
        ("before=1GB&after=1MB&services=101", "up to 100 services", "imgcost whatif"),
        // A page of any site could ask for these; nothing is opened or asked for its sake.
        ("before=oci:/etc&after=1MB", "opens no files", "imgcost whatif"),
        ("before=registry://ghcr.io/a/b:1&after=1MB", "asks no registries", ""),
        ("before=1GB&after=1MB&plain-http", "opens no files", ""),
        ("before=1GB&after=1MB&prices=/etc/passwd", "--prices cannot be given", "imgcost serve"),
        (
            "before=1GB&after=1MB&currency=EUR&rates=/etc/passwd",
            "--currency cannot be given",
            "imgcost serve",
        ),
        ("before=1GB&after=1MB&out-file=/tmp/x", "--out-file cannot be given", ""),
        ("before=1GB&after=1MB&-o=x", "unexpected argument", ""),
        ("before=--help&after=1MB", "`--help`", ""),
        ("before=1GB&after=1MB&NODES=3", "lower-case", ""),
        ("before=1GB&after=1MB&x=%ff", "UTF-8", ""),
    ];
    for (parameters, error, help) in cases {
        let reply = server.get(&format!("/api/whatif?{parameters}"));
        assert_eq!(reply.status, 400, "{parameters}: {}", reply.text());
        let told = reply.refusal();
        assert!(told.0.contains(error) && told.1.contains(help), "{parameters}: {told:?}");
    }
}

#[test]
fn what_is_wrong_with_the_flags_of_the_server_is_said_at_once() {
    let cases: [(&[&str], i32, &str); 6] = [
        (&["serve", "--listen", "0.0.0.0:0"], 2, "--allow-remote"),
        (&["serve", "--listen", "nowhere"], 2, "--listen"),
        (&["serve", "--listen", "192.0.2.1:0", "--allow-remote"], 1, "cannot listen on"),
        (&["serve", "--listen", "127.0.0.1:0", "--prices", "no-such.toml"], 1, "no such file"),
        (&["serve", "--listen", "127.0.0.1:0", "--prices", "-"], 2, "standard input"),
        (&["serve", "--listen", "127.0.0.1:0", "--discount", "x"], 1, "there is no `=`"),
    ];
    for (arguments, code, expected) in cases {
        let output = imgcost(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
}

#[test]
fn the_example_of_the_documents_holds() {
    let text = std::fs::read_to_string(root().join("docs/serve.md")).unwrap();
    let line = |start: &str| text.lines().find(|line| line.starts_with(start)).unwrap();
    let target = line("curl '").split("127.0.0.1:8787").nth(1).unwrap().trim_end_matches('\'');
    let flags: Vec<&str> = line("imgcost whatif").split(' ').skip(1).collect();
    let reply = Server::start(&[]).get(target);
    assert!(reply.text() == stdout(&[&flags[..], &["--as-of", DAY]].concat()));
}
