//! Files that `imgcost dockerfile` reads and writes: several at once, standard input, folders.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::command::{imgcost, root};

const STANDARD: &str = "tests/cases/dockerfiles/article/standard/Dockerfile";

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A run that reads this text from standard input.
fn fed(args: &[&str], text: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_imgcost"));
    command.args(args).current_dir(root()).env("NO_COLOR", "1").env("IMGCOST_AS_OF", "2026-11-23");
    let pipes = [Stdio::piped(), Stdio::piped(), Stdio::piped()];
    let [stdin, stdout, stderr] = pipes;
    let mut run = command.stdin(stdin).stdout(stdout).stderr(stderr).spawn().unwrap();
    // Whoever refuses its arguments reads nothing, and the pipe may be closed already.
    drop(run.stdin.take().unwrap().write_all(text.as_bytes()));
    run.wait_with_output().unwrap()
}

#[test]
fn every_files_problem_is_told_at_once_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (wrong, missing, also_missing) = (at("wrong"), at("missing"), at("also-missing"));
    std::fs::write(&wrong, "FROM node:20\nRUNN npm ci\n").unwrap();
    let out = at("out.json");
    let files = [missing.as_str(), STANDARD, &wrong, &also_missing];
    let check = ["dockerfile", "check", "--format", "json", "-o", &out];
    let run = imgcost(&[&check[..], &files].concat());
    let told = told(&run);
    assert_eq!(run.status.code(), Some(1), "{told}");
    for name in [&missing, &also_missing] {
        assert!(told.contains(&format!("cannot read {name}: there is no such file")), "{told}");
    }
    assert!(told.contains("wrong:2:1") && told.contains("3 problems"), "{told}");
    assert!(!std::path::Path::new(&out).exists(), "nothing is half-written");
    // Two sides of a comparison are told of together as well.
    let run = imgcost(&["dockerfile", "compare", &missing, &wrong]);
    let both = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(1));
    assert!(both.contains("cannot read") && both.contains("wrong:2:1"), "{both}");
}

#[test]
fn standard_input_is_one_file() {
    let runs: [&[&str]; 6] = [
        &["dockerfile", "compare", "-", "-"],
        &["dockerfile", "check", "-", STANDARD, "-"],
        &["dockerfile", "check", "-", "--config", "-"],
        &["dockerfile", "cache", "-", "--build-log", "-"],
        &["dockerfile", "cost", "-", "--prices", "-"],
        &["compare", "-", "-"],
    ];
    for args in runs {
        let run = fed(args, "FROM node:20\n");
        assert_eq!(run.status.code(), Some(2), "{args:?}: {}", told(&run));
        assert!(told(&run).contains("standard input"), "{args:?}: {}", told(&run));
        assert!(told(&run).contains("give - once"), "{args:?}: {}", told(&run));
    }
}

#[test]
fn what_comes_from_standard_input_is_named_so() {
    let text = "FROM node:20\nRUN npm install\n";
    for (args, shown) in [
        (&["dockerfile", "check", "-"][..], "<stdin>: "),
        (&["dockerfile", "cost", "-"], "<stdin> costs"),
        (&["dockerfile", "cache", "-"], "<stdin>: one source line"),
        (&["dockerfile", "compare", "-", STANDARD], "Moving <stdin> to"),
        (&["dockerfile", "check", "-", "--format", "csv"], "<stdin>,"),
    ] {
        let run = fed(args, text);
        let written = String::from_utf8(run.stdout.clone()).unwrap();
        assert!(written.contains(shown), "{args:?}: {written} {}", told(&run));
    }
    let json = fed(&["dockerfile", "check", "-", "--format", "json"], text);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["files"][0]["file"], "<stdin>");
    // A URI has no such brackets.
    let sarif = fed(&["dockerfile", "check", "-", "--format", "sarif"], text);
    let sarif: Value = serde_json::from_slice(&sarif.stdout).unwrap();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "%3Cstdin%3E");
    let problems = [
        (&["dockerfile", "check", "-"][..], "RUNN x\n", "<stdin>:1:1"),
        (&["estimate", "-"], "[fleet]\nnme = \"x\"\n", "<stdin>:2:1"),
        (&["whatif", "1GB", "1MB", "--prices", "-"], "[[price]]\n", "<stdin>:1:1"),
        (
            &["dockerfile", "check", STANDARD, "--config", "-"],
            "[rules]\nx = \"y\"\n",
            "<stdin>:2:1",
        ),
    ];
    for (args, text, place) in problems {
        let run = fed(args, text);
        assert_eq!(run.status.code(), Some(1), "{args:?}: {}", told(&run));
        assert!(told(&run).contains(place), "{args:?}: {}", told(&run));
    }
}

/// Price files are looked at twice: for the regions that they name, and for their rates.
#[test]
fn prices_from_standard_input_count() {
    let price = "[[price]]\nid = \"aws.nat.data\"\nregions = [\"moon-1\"]\nunit = \"GiB\"\nrate = \"1\"\neffective-from = \"2024-01-01\"\nsource = \"contract\"\nevidence = \"contract\"\nchecked = \"2026-11-23\"\nconfidence = \"price-list\"\n";
    let run = fed(&["whatif", "1GB", "1MB", "--region", "moon-1", "--prices", "-"], price);
    assert_eq!(run.status.code(), Some(0), "{}", told(&run));
    let shown = String::from_utf8(run.stdout).unwrap();
    // Everything else has no price there.
    assert!(!shown.contains("not priced: warm-pulls") && shown.contains("not priced"), "{shown}");
}

#[test]
fn a_folder_that_is_not_there_is_made_for_a_template() {
    let place = tempfile::tempdir().unwrap();
    let into = place.path().join("shop/web");
    let run = imgcost(&["dockerfile", "init", "go", "--into", into.to_str().unwrap()]);
    assert!(run.status.success(), "{}", told(&run));
    assert!(into.join("Dockerfile").is_file() && into.join(".dockerignore").is_file());
    // A file stands where the folder should be.
    let file = into.join("Dockerfile");
    for folder in [file.clone(), file.join("deeper")] {
        let run = imgcost(&["dockerfile", "init", "go", "--into", folder.to_str().unwrap()]);
        let told = told(&run);
        assert_eq!(run.status.code(), Some(1), "{told}");
        assert!(told.contains("cannot make") && told.contains("--into names"), "{told}");
    }
}

/// A fleet of two clusters, two registries and services in a list and in the file itself: each takes
/// other things for granted.
#[test]
fn assumptions_are_those_of_the_service_its_cluster_and_its_registry() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let fleet = "services = \"list.csv\"\n\
        [registry.east]\nprovider = \"aws-ecr\"\nregion = \"us-east-1\"\nretention = \"keep-last = 10\"\n\
        [registry.west]\nprovider = \"aws-ecr\"\nregion = \"us-west-2\"\n\
        [cluster.east]\nregion = \"us-east-1\"\nnodes = 10\npath = \"direct\"\n\
        [cluster.west]\nprovider = \"gcp\"\nregion = \"us-west1\"\n\
        [[service]]\nname = \"web\"\nregistry = \"east\"\ncluster = \"east\"\ndeploys = \"60/month\"\nbefore = \"1GB\"\n\
        [[service]]\nname = \"job\"\nregistry = \"west\"\ncluster = \"west\"\npulls = \"10/month\"\nbefore = \"1GB\"\n";
    let fleet = fleet.replace("\"keep-last = 10\"", "{ keep-last = 10 }");
    std::fs::write(at("fleet.toml"), fleet).unwrap();
    let list = "name,registry,cluster,deploys,before\napi,east,east,30/month,500MB\nold,east,east,,500MB\n";
    std::fs::write(at("list.csv"), list).unwrap();
    let assumed = |service: &str| {
        let fleet = at("fleet.toml");
        let args = ["dockerfile", "cost", STANDARD, "--fleet", &fleet, "--service", service];
        let report = crate::command::json(&[&args[..], &["--as-of", "2026-11-23", "-q"]].concat());
        let all = report["assumptions"].as_array().unwrap().clone();
        let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
        all.iter().map(|one| (text(one, "name"), text(one, "value"))).collect::<Vec<_>>()
    };
    let names = |service: &str| -> Vec<String> {
        assumed(service).into_iter().map(|(name, _)| name).collect()
    };
    let has = |names: &[String], name: &str| names.iter().any(|known| known == name);
    // Of web's side everything is given but the nodes' life and price; retention is the other registry's default.
    for service in ["web", "api", "old"] {
        let names = names(service);
        for others in ["retention", "nodes", "path", "cached-share", "profile-single-stage"] {
            assert!(!has(&names, others), "{service}: {others} in {names:?}");
        }
        assert!(has(&names, "node-lifetime") && has(&names, "hosts"), "{service}: {names:?}");
        // Only `old` leaves its deploys out.
        assert_eq!(has(&names, "deploys"), service == "old", "{service}: {names:?}");
    }
    let job = names("job");
    for own in ["retention", "nodes", "path", "cached-share", "deploys"] {
        assert!(has(&job, own), "{own} is not in {job:?}");
    }
    // The price of nodes is that of the service's own cluster.
    let price = assumed("job").into_iter().find(|(name, _)| name == "node-price").unwrap();
    assert_eq!(price.1, "gcp.gce.e2-standard-4");
}
