//! Results of earlier runs: what is read from them, and what is refused.

use rust_decimal::Decimal;
use serde_json::Value;

use super::{BASELINE, MAIN, PULL_REQUEST, code, file, read, shown, told};
use crate::command::{imgcost, json, number, root, stdout};

const DAY: [&str; 2] = ["--as-of", "2026-11-23"];

fn against(fleet: &str, baseline: &str, flags: &[&str]) -> Value {
    json(&[&["compare", fleet, "--baseline", baseline], &DAY[..], flags].concat())
}

#[test]
fn totals_components_groups_and_services_are_set_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let grouped =
        [&["estimate", MAIN, "--group-by", "team", "--format", "json"], &DAY[..]].concat();
    let baseline = file(&folder, "main.json", &stdout(&grouped));
    let output = against(PULL_REQUEST, &baseline, &["--group-by", "team"]);
    assert_eq!(output["schema_version"], 1);
    assert_eq!(output["before"]["monthly"]["billed"], "4");
    assert_eq!(output["after"]["monthly"]["billed"], "4.2");
    assert_eq!(output["saving"]["monthly"]["billed"], "-0.2");
    assert_eq!(output["saving"]["percent_billed"], "-5");
    let found = |list: &str, key: &str, name: &str| {
        let rows = output[list].as_array().unwrap();
        rows.iter().find(|row| row[key] == name).unwrap_or_else(|| panic!("{name}")).clone()
    };
    let storage = found("components", "component", "registry-storage");
    assert_eq!(storage["saving"], "-0.2");
    assert_eq!(found("services", "service", "train")["after"], "3.2");
    assert_eq!(found("services", "service", "web")["saving"], "0");
    let groups = output["groups"].as_array().unwrap();
    let data = groups.iter().find(|group| group["by"]["team"] == "data").unwrap();
    assert_eq!(data["before"]["monthly"]["billed"], "3");
    assert_eq!(data["after"]["monthly"]["billed"], "3.2");
    assert_eq!(output["warnings"], serde_json::json!([]));
}

#[test]
fn labels_may_be_given_in_another_order() {
    let folder = tempfile::tempdir().unwrap();
    let fleet = "examples/fleet/fleet.toml";
    let by = |a, b| ["--group-by", a, "--group-by", b];
    let baseline = stdout(
        &[&["estimate", fleet, "--format", "json"], &by("team", "cluster")[..], &DAY].concat(),
    );
    let baseline = file(&folder, "fleet.json", &baseline);
    let output = against(fleet, &baseline, &by("cluster", "team"));
    let groups = output["groups"].as_array().unwrap();
    assert!(groups.len() > 10);
    for group in groups {
        assert_eq!(group["saving"]["monthly"]["billed"], "0", "{group}");
    }
    let other = against(fleet, &baseline, &["--group-by", "team"]);
    assert!(other["groups"].is_null());
    assert!(other["warnings"][0].as_str().unwrap().contains("grouped by cluster, team"), "{other}");
}

/// Every fleet of the test cases against its own result, both sides: nothing has changed.
#[test]
fn nothing_has_changed_against_ones_own_result() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = 0;
    for entry in std::fs::read_dir(root().join("tests/cases/fleets")).unwrap() {
        let fleet = entry.unwrap().path().join("fleet.toml");
        let fleet = fleet.to_str().unwrap();
        let result = imgcost(&["compare", fleet, DAY[0], DAY[1], "--format", "json"]);
        if shown(&result).contains("\"complete\": false") {
            continue;
        }
        let baseline = file(&folder, "result.json", &shown(&result));
        for side in ["before", "after"] {
            let output = against(fleet, &baseline, &["--side", side, "--baseline-side", side]);
            for kind in ["billed", "capacity", "time"] {
                assert_eq!(output["saving"]["monthly"][kind], "0", "{fleet}: {output}");
                assert_eq!(output["saving"]["per_deploy"][kind], "0", "{fleet}");
            }
            let rows = ["components", "services"].map(|list| output[list].as_array().unwrap());
            for row in rows.into_iter().flatten() {
                assert_eq!(row["saving"], "0", "{fleet}: {row}");
            }
            run += 1;
        }
    }
    assert!(run > 50, "{run}");
}

#[test]
fn of_a_comparison_before_counts_unless_said_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let whatif = ["whatif", "1.2GB", "180MB", "--format", "json"];
    let baseline = file(&folder, "whatif.json", &stdout(&[&whatif[..], &DAY].concat()));
    let worked = "tests/cases/fleets/worked-example/fleet.toml";
    let cents = |output: &Value, side: &str| {
        number(&output[side]["monthly"]["billed"]).round_dp(2).to_string()
    };
    // Section 9: $4.98 before, $0.26 after.
    let output = against(worked, &baseline, &[]);
    assert_eq!((cents(&output, "before"), cents(&output, "after")), ("4.98".into(), "4.98".into()));
    let output = against(worked, &baseline, &["--baseline-side", "after"]);
    assert_eq!((cents(&output, "before"), cents(&output, "after")), ("0.26".into(), "4.98".into()));
    let text = stdout(&["compare", worked, "--baseline", &baseline, "--baseline-side", "after"]);
    assert!(text.contains("the baseline's side is after, the fleet's is before"), "{text}");
}

#[test]
fn an_estimate_has_only_the_side_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let after = ["estimate", MAIN, "--side", "after", "--format", "json"];
    let after = file(&folder, "after.json", &stdout(&[&after[..], &DAY].concat()));
    // 9 + 20 GiB.
    assert_eq!(against(MAIN, &after, &[])["before"]["monthly"]["billed"], "2.9");
    let wrong = ["compare", MAIN, "--baseline", &after, "--baseline-side", "before"];
    let run = imgcost(&wrong);
    assert_eq!(code(&run), 1);
    assert!(told(&run).contains("error[missing-side]"), "{}", told(&run));
}

#[test]
fn without_lines_only_totals_are_compared_and_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let totals = ["estimate", MAIN, "--lines", "none", "--format", "json"];
    let totals = file(&folder, "totals.json", &stdout(&[&totals[..], &DAY].concat()));
    let output = against(PULL_REQUEST, &totals, &[]);
    assert_eq!(output["saving"]["monthly"]["billed"], "-0.2");
    assert!(output["components"].is_null() && output["services"].is_null());
    assert!(output["warnings"][0].as_str().unwrap().contains("lists no lines"), "{output}");
    let components = ["estimate", MAIN, "--lines", "component", "--format", "json"];
    let components = file(&folder, "components.json", &stdout(&[&components[..], &DAY].concat()));
    let output = against(PULL_REQUEST, &components, &[]);
    assert!(output["components"].is_array() && output["services"].is_null());
    // Who is to blame is then a component.
    let run = super::check(PULL_REQUEST, &["--baseline", &components, "--max-increase", "1%"]);
    assert!(told(&run).contains("registry storage: +$0.200"), "{}", told(&run));
}

#[test]
fn prices_of_another_day_are_pointed_out() {
    let output = json(&["compare", MAIN, "--baseline", BASELINE, "--as-of", "2026-11-24"]);
    let warning = output["warnings"][0].as_str().unwrap();
    assert!(warning.contains("prices of 2026-11-23") && warning.contains("--as-of"), "{warning}");
}

#[test]
fn a_baseline_of_another_currency_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let euros = file(&folder, "euros.json", &read(BASELINE).replace("USD", "EUR"));
    let run = imgcost(&["compare", MAIN, "--baseline", &euros]);
    assert_eq!(code(&run), 1);
    assert!(told(&run).contains("euros.json is in EUR, the fleet in USD"), "{}", told(&run));
}

#[test]
fn a_result_that_was_changed_does_not_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let whole: Value = serde_json::from_str(&read(BASELINE)).unwrap();
    let refused = |changed: &Value, code: &str| {
        let path = file(&folder, "changed.json", &changed.to_string());
        let run = imgcost(&["compare", MAIN, "--baseline", &path]);
        assert!(told(&run).contains(&format!("error[{code}]")), "{}", told(&run));
        assert_eq!(run.status.code(), Some(1));
    };
    for total in ["4.000000000000000000000001", "0"] {
        let mut changed = whole.clone();
        changed["before"]["monthly"]["billed"] = total.into();
        refused(&changed, "does-not-add-up");
    }
    let mut shorter = whole.clone();
    shorter["lines"].as_array_mut().unwrap().retain(|line| line["service"] != "train");
    refused(&shorter, "does-not-add-up");
    // Numbers that a reader might have made binary, exponents, and what no bill can be.
    for wrong in [Value::from(4.2), "4e0".into(), "NaN".into(), "1000000000000000".into()] {
        let mut changed = whole.clone();
        changed["before"]["monthly"]["billed"] = wrong;
        refused(&changed, "no-baseline");
    }
    let mut incomplete = whole.clone();
    incomplete["complete"] = false.into();
    refused(&incomplete, "incomplete-baseline");
}

#[test]
fn a_comparison_with_a_baseline_is_no_baseline() {
    let folder = tempfile::tempdir().unwrap();
    let result = against(PULL_REQUEST, BASELINE, &[]).to_string();
    let result = file(&folder, "result.json", &result);
    let run = imgcost(&["compare", MAIN, "--baseline", &result]);
    assert!(told(&run).contains("error[no-baseline]"), "{}", told(&run));
}

/// Whatever a file holds, it is refused by a short message and never a panic.
#[test]
fn hostile_baselines_are_refused_shortly() {
    let folder = tempfile::tempdir().unwrap();
    let whole = read(BASELINE);
    let nested = format!("{{\"x\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let long = whole.replace("\"registry-storage\"", &format!("\"{}\"", "x".repeat(1 << 20)));
    let texts = [
        String::new(),
        "\u{feff}{}".into(),
        "null".into(),
        "[]".into(),
        whole[..whole.len() / 2].into(),
        nested,
        long,
        whole.replace("\"complete\": true", "\"complete\": true, \"complete\": true"),
        whole.replace("\"2026-11-23\"", &format!("\"{}\\u001b[31m\"", "9".repeat(100_000))),
    ];
    for text in texts {
        let path = file(&folder, "hostile.json", &text);
        let run = imgcost(&["compare", MAIN, "--baseline", &path]);
        let told = told(&run);
        assert_eq!(code(&run), 1, "{told}");
        assert!(told.contains("hostile.json") && told.len() < 2_000, "{} bytes", told.len());
        assert!(!told.contains('\u{1b}') && !told.contains("panicked"), "{told}");
    }
}

#[test]
fn every_format_shows_the_same_totals() {
    let run = |format| {
        stdout(
            &[&["compare", PULL_REQUEST, "--baseline", BASELINE, "--format", format], &DAY[..]]
                .concat(),
        )
    };
    for format in ["text", "markdown", "github-comment"] {
        let page = run(format);
        for amount in ["$4.00", "$4.20", "+$0.200"] {
            assert!(page.contains(amount), "{format}: {amount} is missing:\n{page}");
        }
    }
    let table = run("csv");
    let services = table.lines().filter(|row| row.starts_with("component,registry-storage,"));
    let cells: Vec<Decimal> = services
        .flat_map(|row| row.split(',').skip(2).take(3))
        .map(|c| c.parse().unwrap())
        .collect();
    assert_eq!(cells, ["4", "4.2", "-0.2"].map(|cell| cell.parse().unwrap()));
    for format in ["html", "xlsx", "focus"] {
        let run = imgcost(&["compare", MAIN, "--baseline", BASELINE, "--format", format]);
        assert_eq!(code(&run), 2);
        assert!(told(&run).contains("does not show a baseline"), "{format}: {}", told(&run));
        // What is advised is not refused.
        assert!(!told(&run).contains(&format!(", {format}")), "{format}: {}", told(&run));
    }
}

#[test]
fn a_second_file_and_a_baseline_exclude_each_other() {
    let run = imgcost(&["compare", MAIN, PULL_REQUEST, "--baseline", BASELINE]);
    assert_eq!(code(&run), 2);
    assert_eq!(code(&imgcost(&["compare", MAIN, "--side", "after"])), 2);
    assert_eq!(code(&imgcost(&["compare", MAIN, "--baseline-side", "after"])), 2);
}
