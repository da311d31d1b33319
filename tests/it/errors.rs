//! One file per diagnostic code under `tests/errors/`, each with the exact message it gets.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use crate::command::{imgcost, root};

/// Files that show a code of another name: the same code in a row of a list.
const IN_ROWS: [(&str, &str); 2] =
    [("bad-row", "wrong-unit"), ("duplicate-row", "duplicate-service")];

#[test]
fn every_error_is_told_as_pinned() {
    let folder = root().join("tests/errors");
    let readme = std::fs::read_to_string(folder.join("README.md")).unwrap();
    let mut seen = BTreeSet::new();
    let mut files: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for path in files {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        // A list is read through the fleet file of its name.
        let stem = name.strip_suffix(".toml").or_else(|| name.strip_suffix(".json"));
        let Some(case) = stem else { continue };
        let run = match case.strip_suffix(".prices") {
            None if case.ends_with(".baseline") => imgcost(&[
                "compare",
                "examples/gates/main.toml",
                "--baseline",
                &format!("tests/errors/{name}"),
                "--as-of",
                "2026-11-23",
            ]),
            None => imgcost(&[
                "compare",
                &format!("tests/errors/{name}"),
                "--quiet",
                "--as-of",
                "2026-11-23",
            ]),
            Some(_) => check_as_built_in(&path),
        };
        let code = case.split('.').next().unwrap_or(case);
        let code = IN_ROWS.iter().find(|(file, _)| *file == code).map_or(code, |(_, code)| code);
        let told = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(1), "{name} must fail: {told}");
        assert!(run.stdout.is_empty(), "{name}: nothing is half-written");
        assert!(
            told.contains(&format!("error[{code}]")),
            "{name} does not get code {code}:\n{told}"
        );
        assert!(
            readme.contains(&format!("`{code}`")),
            "tests/errors/README.md does not list {code}"
        );
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => folder.join("told") }, {
            insta::assert_snapshot!(case, told);
        });
        seen.insert(code.to_owned());
    }
    assert!(seen.len() >= 45, "only {} codes have a file", seen.len());
}

/// Price files are told as if they were the built-in file `aws/nat.toml`.
fn check_as_built_in(path: &Path) -> Output {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("aws")).unwrap();
    std::fs::copy(path, folder.path().join("aws/nat.toml")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_imgcost"));
    command.args(["prices", "check", "--built-in", "aws/nat.toml"]).current_dir(folder.path());
    command.env("NO_COLOR", "1").output().unwrap()
}

#[test]
fn all_problems_of_a_file_come_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fleet.toml");
    let fleet = "[registry.main]\nprovidr = \"aws-ecr\"\nregion = \"us-east-1\"\n[[service]]\nname = \"a\"\nbefore = \"1.2\"\ndeploys = \"sixty\"\n";
    std::fs::write(&file, fleet).unwrap();
    let run = imgcost(&["compare", file.to_str().unwrap()]);
    let told = String::from_utf8(run.stderr).unwrap();
    for part in ["providr", "did you mean `provider`", "`1.2` has no unit", "sixty"] {
        assert!(told.contains(part), "{part} is missing:\n{told}");
    }
}

#[test]
fn a_missing_file_is_named() {
    let run = imgcost(&["compare", "nowhere/fleet.toml"]);
    let told = String::from_utf8(run.stderr).unwrap();
    assert!(told.contains("nowhere/fleet.toml") && told.contains("no such file"), "{told}");
}

#[test]
fn currencies_are_never_mixed() {
    let run = imgcost(&["compare", "tests/cases/fleets/scaleway/fleet.toml"]);
    assert!(run.status.success());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fleet.toml");
    let euro =
        std::fs::read_to_string(root().join("tests/cases/fleets/scaleway/fleet.toml")).unwrap();
    std::fs::write(&file, euro.replace("EUR", "USD")).unwrap();
    let run = imgcost(&["compare", file.to_str().unwrap()]);
    let shown = String::from_utf8(run.stdout).unwrap();
    let shown: String = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        shown.contains("INCOMPLETE") && shown.contains("the price is in EUR, the estimate in USD"),
        "{shown}"
    );
}
