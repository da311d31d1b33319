//! `--strict` and `--deny-stale`, wherever something is priced: exit code 4, after the result was written.

use tempfile::TempDir;

use crate::command::{imgcost, root};
use crate::images::{docker_archive, tar_of};

const STANDARD: &str = "tests/cases/dockerfiles/article/standard/Dockerfile";
const FOUR: &str = "tests/cases/dockerfiles/article/four-stage/Dockerfile";
const FLEET: &str = "tests/cases/fleets/worked-example/fleet.toml";
/// Prices were checked in the autumn of 2026: two years on nobody has looked for more than one.
const LATE: &str = "2028-11-23";
const SOON: &str = "2026-11-23";

/// Every command that prices something, on prices of that day.
fn priced(fleet: &str) -> Vec<Vec<String>> {
    let commands: [&[&str]; 7] = [
        &["estimate", fleet],
        &["compare", fleet],
        &["check", fleet, "--budget", "1000000"],
        &["explain", fleet],
        &["dockerfile", "cost", STANDARD],
        &["dockerfile", "check", STANDARD],
        &["dockerfile", "compare", STANDARD, FOUR],
    ];
    commands.map(|command| command.iter().map(|word| (*word).to_owned()).collect()).to_vec()
}

/// The exit code, what was written, and what was said about it.
fn run(command: &[String], more: &[&str]) -> (i32, String, String) {
    let words: Vec<&str> = command.iter().map(String::as_str).chain(more.iter().copied()).collect();
    let output = imgcost(&words);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn stale_prices_are_objected_to_wherever_something_is_priced() {
    for command in priced(FLEET) {
        for flag in ["--strict", "--deny-stale"] {
            let (code, shown, told) = run(&command, &["--as-of", LATE, flag]);
            assert_eq!(code, 4, "{command:?} {flag}: {told}");
            assert!(told.contains(&format!("{flag}: stale price: ")), "{command:?}: {told}");
            assert!(!shown.is_empty(), "{command:?}: the result is written all the same");
            assert_eq!(run(&command, &["--as-of", SOON, flag]).0, 0, "{command:?} {flag}");
        }
        let (code, ..) = run(&command, &["--as-of", LATE]);
        assert_eq!(code, 0, "{command:?}: nobody asked");
    }
}

/// The worked example in euros: its prices are in dollars.
fn in_euros() -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(root().join(FLEET)).unwrap();
    let path = folder.path().join("fleet.toml");
    std::fs::write(&path, text.replace("[fleet]\n", "[fleet]\ncurrency = \"EUR\"\n")).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

#[test]
fn what_has_no_price_is_objected_to_wherever_something_is_priced() {
    let (_folder, fleet) = in_euros();
    for mut command in priced(&fleet) {
        if command[0] == "dockerfile" {
            // No price per byte is known of NAT in us-west-1.
            command.extend(["--region", "us-west-1"].map(str::to_owned));
        }
        let (code, shown, told) = run(&command, &["--as-of", SOON, "--strict", "-q"]);
        assert_eq!(code, 4, "{command:?}: {told}");
        assert!(told.contains("--strict: not priced: "), "{command:?}: {told}");
        assert!(!shown.is_empty(), "{command:?}");
        // What has no price is not stale.
        let (code, _, told) = run(&command, &["--as-of", SOON, "--deny-stale", "-q"]);
        assert!(code == 0 || command[0] == "check", "{command:?}: {code} {told}");
    }
}

#[test]
fn an_explanation_answers_for_the_lines_that_it_shows() {
    let (_folder, fleet) = in_euros();
    let lines = ["explain", &fleet, "--line", "wait-capacity", "--as-of", SOON, "--strict", "-q"];
    assert_ne!(imgcost(&lines).status.code(), Some(4));
}

/// What the waste of an image costs is priced too: here a file that a later layer replaces.
#[test]
fn the_price_of_waste_is_objected_to() {
    let folder = tempfile::tempdir().unwrap();
    let layers = [
        (tar_of(276_480, "app/data"), "COPY . .", true),
        (tar_of(27_648, "app/data"), "RUN build", false),
    ];
    let (path, _) = docker_archive(folder.path(), "shop", &layers);
    let archive = format!("docker-archive:{}", path.display());
    let code =
        |more: &[&str]| imgcost(&[&["image", "inspect", &archive], more].concat()).status.code();
    assert_eq!(code(&["--as-of", SOON, "--strict"]), Some(0));
    assert_eq!(code(&["--as-of", LATE, "--strict"]), Some(4));
    assert_eq!(code(&["--as-of", LATE, "--deny-stale"]), Some(4));
    assert_eq!(code(&["--as-of", SOON, "--strict", "--region", "us-west-1"]), Some(4));
}

/// A size that nobody knows leaves a hole in a sum as a missing price does.
#[test]
fn sizes_that_are_not_known_are_objected_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Dockerfile");
    std::fs::write(&path, "FROM registry.example.org/shop/base:7\nUSER 1\n").unwrap();
    let path = path.to_str().unwrap();
    let other = path.to_owned();
    for command in [&["dockerfile", "cost", path][..], &["dockerfile", "compare", path, &other]] {
        let run = imgcost(&[command, &["--as-of", SOON, "--strict"]].concat());
        let told = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(4), "{command:?}: {told}");
        assert!(told.contains("--strict: not priced: sizes that are not known"), "{told}");
    }
}

/// What is not to be trusted passes no gate, and it is said first.
#[test]
fn objections_come_before_gates() {
    let gated = ["dockerfile", "check", STANDARD, "--fail-on", "warning", "--as-of", LATE];
    assert_eq!(imgcost(&gated).status.code(), Some(3));
    let strict = imgcost(&[&gated[..], &["--strict"]].concat());
    let told = String::from_utf8(strict.stderr).unwrap();
    assert_eq!(strict.status.code(), Some(4), "{told}");
    assert!(told.contains("stale price") && told.contains("--fail-on"), "{told}");
}

/// Prices that only other services need are their business.
#[test]
fn a_service_answers_for_its_own_prices() {
    let folder = tempfile::tempdir().unwrap();
    let fleet = folder.path().join("fleet.toml");
    let text = "[registry.east]\nprovider = \"aws-ecr\"\nregion = \"us-east-1\"\n\
        [registry.west]\nprovider = \"aws-ecr\"\nregion = \"us-west-1\"\n\
        [cluster.east]\nregion = \"us-east-1\"\npath = \"nat\"\n\
        [cluster.west]\nregion = \"us-west-1\"\npath = \"nat\"\n\
        [[service]]\nname = \"web\"\nregistry = \"east\"\ncluster = \"east\"\nbefore = \"1GB\"\n\
        [[service]]\nname = \"job\"\nregistry = \"west\"\ncluster = \"west\"\nbefore = \"1GB\"\n";
    std::fs::write(&fleet, text).unwrap();
    let fleet = fleet.to_str().unwrap();
    for command in [
        &["cost", FOUR][..],
        &["check", FOUR],
        &["compare", STANDARD, FOUR, "--image-new", "180MB"],
    ] {
        for (service, expected) in [("web", 0), ("job", 4)] {
            let scene = ["--fleet", fleet, "--service", service, "--as-of", SOON, "--strict"];
            let run = imgcost(&[&["dockerfile"], command, &scene].concat());
            let told = String::from_utf8(run.stderr).unwrap();
            assert_eq!(run.status.code(), Some(expected), "{command:?} {service}: {told}");
        }
    }
}
