//! SARIF against the tool of those who maintain the format: Microsoft's multitool holds a file against
//! the schema, against the rules of the specification, and against what GitHub's code scanning needs.

use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use imgcost_report::{CheckReport, check_sarif};
use jsonschema::Validator;
use serde_json::Value;

use crate::command::root;
use crate::live_registry::tools;

#[path = "../../crates/imgcost-report/tests/report/dockerfile/findings.rs"]
mod findings;

/// The npm package that has the tool, with its schemas.
const MULTITOOL: &str = "@microsoft/sarif-multitool@5.7.0";

#[test]
fn findings_are_valid_sarif() {
    assert_eq!(complaints(&written(&findings::report())), Vec::<String>::new());
}

#[test]
fn nothing_found_is_valid_sarif() {
    let mut report = findings::report();
    report.files[0].findings.clear();
    report.files[0].ignored.clear();
    assert_eq!(complaints(&written(&report)), Vec::<String>::new());
}

#[test]
fn names_that_are_no_uris_are_valid_sarif() {
    for name in
        ["my app\\Docker%file <1>", "a:b", "../up/Dockerfile", "/srv/Dockerfile", "\u{1b}\n"]
    {
        let mut report = findings::report();
        report.files[0].name = name.into();
        assert_eq!(complaints(&written(&report)), Vec::<String>::new(), "{name}");
    }
}

/// What makes the others worth something: both judges see what is wrong.
#[test]
fn what_is_wrong_is_seen() {
    let broken = |change: fn(&mut Value)| {
        let mut sarif = serde_json::from_str(&written(&findings::report())).unwrap();
        change(&mut sarif);
        complaints(&sarif.to_string()).join("\n")
    };
    let schema = broken(|sarif| sarif["runs"][0]["columnKind"] = "bytes".into());
    assert!(schema.contains("columnKind"), "{schema}");
    // What hadolint 2.15 does: https://github.com/hadolint/hadolint
    let tool = broken(|sarif| {
        let driver = sarif["runs"][0]["tool"]["driver"].as_object_mut().unwrap();
        driver.remove("informationUri");
    });
    assert!(tool.contains("SARIF2005"), "{tool}");
    let uri = broken(|sarif| {
        let place = &mut sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        place["artifactLocation"]["uri"] = "/api/Dockerfile".into();
    });
    assert!(uri.contains("SARIF1004"), "{uri}");
}

fn written(report: &CheckReport) -> String {
    let mut out = Vec::new();
    check_sarif(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What the schema and the tool have against this text.
pub fn complaints(sarif: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(sarif).unwrap();
    let against = SCHEMA.iter_errors(&document);
    let mut complaints: Vec<String> =
        against.map(|error| format!("schema: {}: {error}", error.instance_path())).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = |name| folder.path().join(name);
    std::fs::write(path("in.sarif"), sarif).unwrap();
    let run = Command::new(PACKAGE.join("Sarif.Multitool"))
        .args(["validate", "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning"])
        .envs([("HTTP_PROXY", NOWHERE), ("HTTPS_PROXY", NOWHERE)])
        .args(["--output".as_ref(), path("out.sarif").as_os_str()])
        .arg(path("in.sarif"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    let log = std::fs::read_to_string(path("out.sarif")).unwrap_or_else(|_| panic!("{said}"));
    let log: Value = serde_json::from_str(&log).unwrap();
    let done = log.pointer("/runs/0/invocations/0/executionSuccessful");
    assert_eq!(done, Some(&Value::Bool(true)), "{said}");
    let results = log["runs"][0]["results"].as_array().expect("the tool lists results");
    complaints.extend(
        results
            .iter()
            .map(|found| format!("{} {}: {}", found["level"], found["ruleId"], found["message"])),
    );
    complaints
}

/// The tool asks for each address whether it is there; nobody listens here.
const NOWHERE: &str = "http://127.0.0.1:9";

/// The official schema, as the package has it. The tool itself passes over some of its rules.
static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let text = std::fs::read_to_string(PACKAGE.join("sarif-2.1.0.json")).unwrap();
    // It begins with a byte order mark.
    let schema: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
    jsonschema::validator_for(&schema).unwrap()
});

/// Where the tool is; installed once and kept with what is built. The script that comes with it would
/// hand its arguments to a shell, so it is left aside.
static PACKAGE: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = root().join("target/sarif-multitool-5.7.0");
    let package = folder.join("node_modules/@microsoft/sarif-multitool-linux");
    if !package.is_dir() {
        tools::ensure(&[("node", "nodejs"), ("npm", "npm")]);
        let prefix = folder.to_str().expect("the workspace has a printable path");
        let options = ["--no-audit", "--no-fund", "--no-save", "--prefix", prefix];
        tools::run("npm", &[&["install"], &options[..], &[MULTITOOL]].concat());
    }
    assert!(package.is_dir(), "npm did not install {}", package.display());
    package
});
