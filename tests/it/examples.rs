//! Every example is run, and what it prints is pinned for its layout.

use crate::command::{imgcost, json, number, root, stdout};

const DAY: [&str; 2] = ["--as-of", "2026-11-23"];

#[test]
fn every_example_runs_complete() {
    let mut run = 0;
    for example in ["article", "fleet", "spot-fleet"] {
        for entry in std::fs::read_dir(root().join("examples").join(example)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|kind| kind != "toml") {
                continue;
            }
            let output = json(&["compare", path.to_str().unwrap(), DAY[0], DAY[1]]);
            assert_eq!(output["complete"], true, "{}: {}", path.display(), output["warnings"]);
            assert!(number(&output["saving"]["monthly"]["billed"]).is_sign_positive());
            run += 1;
        }
    }
    assert_eq!(run, 6);
}

#[test]
fn transcripts_are_current() {
    let transcripts: [(&str, &[&str]); 5] = [
        ("article-four-stage", &["compare", "examples/article/four-stage.toml"]),
        (
            "fleet-by-team",
            &[
                "compare",
                "examples/fleet/fleet.toml",
                "--group-by",
                "team",
                "--group-by",
                "namespace",
            ],
        ),
        ("spot-fleet-nat", &["compare", "examples/spot-fleet/nat.toml"]),
        (
            "spot-fleet-endpoint",
            &["compare", "examples/spot-fleet/nat.toml", "examples/spot-fleet/s3-gateway.toml"],
        ),
        ("fleet-estimate", &["estimate", "examples/fleet/fleet.toml", "--group-by", "cluster"]),
    ];
    for (name, command) in transcripts {
        let shown = stdout(&[command, &DAY].concat());
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => root().join("examples/transcripts") }, {
            insta::assert_snapshot!(name, shown);
        });
    }
}

#[test]
fn three_stages_still_reinstall_and_four_do_not() {
    let minutes = |file: &str| {
        let output = json(&["compare", file, DAY[0], DAY[1]]);
        number(&output["quantities"]["after"]["build_minutes"])
    };
    // In three stages the install lies above the copied build output; in four it is a stage of its own.
    assert_eq!(minutes("examples/article/three-stage.toml").to_string(), "60");
    assert_eq!(minutes("examples/article/four-stage.toml").to_string(), "4");
}

#[test]
fn init_writes_a_file_that_works() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fleet.toml");
    stdout(&["init", "-o", file.to_str().unwrap()]);
    let output = json(&["compare", file.to_str().unwrap(), DAY[0], DAY[1]]);
    assert_eq!(output["complete"], true);
    let again = imgcost(&["init", "-o", file.to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(1), "an existing file is not overwritten");
}

#[test]
fn the_embedding_example_agrees_with_the_command() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let run = std::process::Command::new(cargo)
        .args(["run", "--quiet", "--offline", "--package", "imgcost-embed-example"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let printed = String::from_utf8(run.stdout).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let source = std::fs::read_to_string(root().join("examples/embed/src/main.rs")).unwrap();
    let fleet = source.split("r#\"").nth(1).and_then(|rest| rest.split("\"#").next()).unwrap();
    let file = folder.path().join("fleet.toml");
    std::fs::write(&file, fleet).unwrap();
    let output = json(&["compare", file.to_str().unwrap(), DAY[0], DAY[1]]);
    let saving = number(&output["saving"]["monthly"]["billed"]).round_dp(2).to_string();
    let line = printed
        .lines()
        .find(|line| line.starts_with("saved ") && line.ends_with("a month"))
        .unwrap();
    assert!(line.contains(&saving), "{line} is not {saving}");
}
