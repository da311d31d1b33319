//! A what-if as a fleet file: the same numbers, whatever the flags.

use std::path::Path;

use serde_json::Value;

use crate::command::{imgcost, json, stdout};

const DAY: [&str; 2] = ["--as-of", "2026-11-23"];

/// Flags of what-ifs; none of them gives prices.
const SCENES: [&[&str]; 14] = [
    &["1.2GB", "180MB"],
    &["1.2GB", "180MB", "--nodes", "50", "--path", "nat:60%,direct:40%"],
    &["1.2GB", "180MB", "--services", "3", "--replicas", "7", "--spread", "random"],
    &["1.2GB", "180MB", "--path", "cross-region=eu-west-1", "--cross-region-rate", "both-sides"],
    &["1.2GB", "180MB", "--region", "eu-west-1", "--path", "cross-region=us-east-1:30%,nat:70%"],
    &["444MB", "67MB", "--compressed", "--ratio", "2.5", "--profile-before", "multi-stage"],
    &["1.2GB", "180MB", "--profile-after", "single-stage", "--keep", "5", "--max-age", "90d"],
    &["1.2GB", "180MB", "--pulls", "200/month", "--cached-share", "80%", "--runner", "none"],
    &["1.2GB", "180MB", "--node-lifetime", "static", "--deploys", "2/day", "--builds", "5/day"],
    &["1.2GB", "180MB", "--pushes", "90/month", "--cache-miss", "25%", "--install-time", "45s"],
    &["1.2GB", "180MB", "--registry", "gcp-artifact-registry", "--base-refreshes", "1/week"],
    &["1.2GB", "180MB", "--registry", "azure-acr", "--plan", "premium", "--free"],
    &["1.2GB", "180MB", "--registry", "github-ghcr", "--cloud", "on-prem"],
    &["1.2GB", "180MB", "--region", "us-west-1", "--runner", "github-linux-4core"],
];

/// The same scene as a what-if and as a fleet file, both with these flags.
fn both(scene: &[&str], folder: &Path) -> [Value; 2] {
    let file = folder.join("fleet.toml");
    let file = file.to_str().unwrap();
    stdout(&[&["init", "-q", "-o", file, "--from"], scene, &DAY].concat());
    let prices = folder.join("fleet.prices.toml");
    let given: &[&str] = match prices.exists() {
        true => &["--prices", prices.to_str().unwrap()],
        false => &[],
    };
    let group = ["--group-by", "cluster"];
    let whatif = [&["whatif"], scene, &DAY, &group].concat();
    // The file itself names the day.
    let compare = [&["compare", file], given, &group].concat();
    [json(&whatif), json(&compare)].map(without_words)
}

/// What a report calls itself, and what is an assumption of flags but written in a file.
fn without_words(mut report: Value) -> Value {
    let keys = report.as_object_mut().unwrap();
    keys.remove("title");
    keys.remove("assumptions");
    report
}

#[test]
fn a_fleet_file_comes_to_what_its_what_if_comes_to() {
    for scene in SCENES {
        let folder = tempfile::tempdir().unwrap();
        let [whatif, compare] = both(scene, folder.path());
        assert!(whatif["lines"].as_array().is_some_and(|lines| lines.len() > 3), "{scene:?}");
        assert_eq!(whatif, compare, "{scene:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "one file: {scene:?}");
    }
}

#[test]
fn prices_given_by_flags_go_into_a_price_file_beside_it() {
    let scenes: [&[&str]; 3] = [
        &["1.2GB", "180MB", "--storage-price", "0.05"],
        &["1.2GB", "180MB", "--storage-price", "0", "--egress-price", "0.1", "--services", "2"],
        &["1.2GB", "180MB", "--egress-price", "0.02", "--path", "cross-region=eu-west-1"],
    ];
    for scene in scenes {
        let folder = tempfile::tempdir().unwrap();
        let mut sides = both(scene, folder.path());
        // A row of a file has a day from which it holds, that of a flag has none.
        for line in sides.iter_mut().flat_map(|side| side["lines"].as_array_mut().unwrap()) {
            if let Some(price) = line["price"].as_object_mut() {
                price.remove("effective_from");
            }
        }
        let [whatif, compare] = sides;
        assert_eq!(whatif, compare, "{scene:?}");
        let prices = folder.path().join("fleet.prices.toml");
        stdout(&["prices", "check", prices.to_str().unwrap()]);
    }
    // (95 111 111 480 + 9 012 345 670) / 10^9 x 0.1, as the what-if's own test has it
    let folder = tempfile::tempdir().unwrap();
    let scene =
        ["1.2GB", "180MB", "--egress-price", "0.1", "--storage-price", "0", "--runner", "none"];
    let [_, compare] = both(&scene, folder.path());
    assert_eq!(compare["before"]["monthly"]["billed"], "10.412345715");
}

/// Every default that the file shows is the one that was taken: writing it out changes nothing.
#[test]
fn defaults_in_comments_are_the_defaults() {
    for scene in SCENES {
        let folder = tempfile::tempdir().unwrap();
        let [whatif, _] = both(scene, folder.path());
        let file = folder.path().join("fleet.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        let (head, tables) = text.split_once("\n\n").unwrap();
        assert!(head.lines().all(|line| line.starts_with('#')), "{head}");
        let (mut spelt, mut comments) = (String::new(), 0);
        for line in tables.lines() {
            let default = line.strip_prefix("# ");
            comments += usize::from(default.is_some());
            spelt += &format!("{}\n", default.unwrap_or(line));
        }
        assert!(comments > 15, "{comments} defaults are shown");
        std::fs::write(&file, spelt).unwrap();
        let spelt = json(&["compare", file.to_str().unwrap(), "--group-by", "cluster"]);
        assert_eq!(whatif, without_words(spelt), "{scene:?}");
    }
}

#[test]
fn flags_stand_before_and_after_from() {
    let written = stdout(&["init", "--as-of", "2026-11-23", "--from", "1.2GB", "180MB", "--free"]);
    assert!(written.contains("as-of = \"2026-11-23\"\nplan = { free = true }"), "{written}");
}

#[test]
fn what_is_wrong_with_the_flags_is_told_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fleet.toml");
    let file = file.to_str().unwrap();
    let cases: [(&[&str], i32, &str); 6] = [
        (&["1.2GB", "180MB", "--nodes", "fifty"], 2, "--nodes"),
        (&["1.2GB"], 2, "<AFTER>"),
        (&["1.2GB", "180MB", "--region", "us-esat-1"], 1, "us-east-1"),
        (&["1.2GB", "180MB", "--path", "nat:60%"], 1, "100%"),
        (&["docker-archive:no-such.tar", "180MB"], 2, "relative to the fleet file"),
        (&["docker-archive:/no/such.tar", "180MB"], 1, "no/such.tar"),
    ];
    for (scene, code, part) in cases {
        let run = imgcost(&[&["init", "-o", file, "--from"], scene].concat());
        let told = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(code), "{scene:?}: {told}");
        assert!(told.contains(part), "{scene:?}: {told}");
    }
    let run = imgcost(&["init", "--from", "1.2GB", "180MB", "--egress-price", "0.1"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(run.stdout.is_empty());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is written");
}

#[test]
fn files_that_are_there_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (fleet, prices) =
        (folder.path().join("fleet.toml"), folder.path().join("fleet.prices.toml"));
    std::fs::write(&prices, "mine").unwrap();
    let scene = ["--from", "1.2GB", "180MB", "--egress-price", "0.1"];
    let run = imgcost(&[&["init", "-o", fleet.to_str().unwrap()], &scene[..]].concat());
    assert_eq!(run.status.code(), Some(1));
    assert!(!fleet.exists());
    assert_eq!(std::fs::read_to_string(&prices).unwrap(), "mine");
}

#[test]
fn real_images_stay_real_images() {
    let image = |name: &str| {
        let path = crate::command::root().join("examples/images").join(name).join("manifest.json");
        format!("manifest:{}", path.display())
    };
    let folder = tempfile::tempdir().unwrap();
    let scene = [image("single-stage-2"), image("multi-stage-2")];
    let [whatif, compare] = both(&[&scene[0], &scene[1]], folder.path());
    assert_eq!(whatif, compare);
    let written = std::fs::read_to_string(folder.path().join("fleet.toml")).unwrap();
    assert!(written.contains("reference = "), "{written}");
}

#[test]
fn what_a_fleet_file_has_no_keys_for_is_said() {
    let head = |flags: &[&str]| {
        let file = stdout(&[&["init", "--from", "1GB", "1MB"], flags].concat());
        file.lines().take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    };
    assert!(head(&["--discount", "aws.nat=12%"]).contains("discounts are no part of it"));
    let rates = "tests/cases/rates/eurofxref.csv";
    let second = head(&["--currency", "EUR", "--rates", rates]);
    assert!(second.contains("give --currency and --rates again"), "{second}");
    assert!(!head(&[]).contains("again"));
}

/// Each key that is commented out, put in force by itself, changes nothing, unless it is an example.
#[test]
fn what_the_first_fleet_file_shows_as_defaults_are_the_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fleet.toml");
    let file = stdout(&["init"]);
    let totals = |text: &str| {
        std::fs::write(&path, text).unwrap();
        without_words(json(&[&["compare", path.to_str().unwrap()][..], &DAY].concat()))
    };
    let expected = totals(&file);
    let keys = file.lines().filter(|line| line.starts_with("# ") && line.contains(" = "));
    let defaults: Vec<&str> = keys.filter(|line| !line.contains("e.g.")).collect();
    assert!(defaults.len() >= 12, "{defaults:?}");
    for line in defaults {
        let text = file.replacen(line, &line[2..], 1);
        assert_eq!(totals(&text), expected, "{line}");
    }
}
