//! Formats of `dockerfile check`.

use imgcost_dockerfile::price::Saving;
use imgcost_report::{
    CheckReport, CheckedFile, Colour, check_csv, check_github, check_json, check_markdown,
    check_sarif, check_text,
};
use serde_json::{Value, json};

use super::findings::{report, saving};
use crate::fixture::written;

fn text(report: &CheckReport, colour: Colour) -> String {
    written(|out| check_text(report, colour, out))
}

fn parsed(writer: fn(&CheckReport, &mut dyn std::io::Write) -> std::io::Result<()>) -> Value {
    serde_json::from_str(&written(|out| writer(&report(), out))).unwrap()
}

#[test]
fn text_without_colours() {
    let text = text(&report(), Colour::Off);
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn text_with_colours() {
    insta::assert_snapshot!(text(&report(), Colour::On).replace('\u{1b}', "ESC"));
}

#[test]
fn markdown() {
    insta::assert_snapshot!(written(|out| check_markdown(&report(), out)));
}

#[test]
fn a_clean_file_is_one_line() {
    let mut report = report();
    report.files[0].findings.clear();
    report.files[0].ignored.clear();
    assert_eq!(text(&report, Colour::Off), "api/Dockerfile: nothing found\n");
    assert_eq!(written(|out| check_github(&report, out)), "");
}

#[test]
fn places_in_long_files_keep_to_the_screen_and_their_lines() {
    let mut report = report();
    let name = "a/very/long/path/".repeat(20) + "Dockerfile";
    report.files.push(CheckedFile { name, ..report.files[0].clone() });
    let text = text(&report, Colour::Off);
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let row = text.lines().rfind(|line| line.contains(" full-os-base ")).unwrap();
    assert!(row.contains("...") && row.ends_with("Dockerfile:1"), "{row}");
}

#[test]
fn a_sum_of_nothing_known_is_not_known() {
    let mut report = report();
    let unknown = Saving { complete: false, ..saving(Some("0"), Some("0"), Some("0")) };
    report.files[0].findings[0].saving = unknown;
    report.files[0].together = unknown;
    let text = text(&report, Colour::Off);
    let row = text.lines().rfind(|line| line.contains(" full-os-base ")).unwrap();
    let cells: Vec<&str> = row.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
    assert_eq!(cells[..3], ["not known", "not known", "0 s"]);
    assert!(text.contains("Together      money is not known"), "{text}");
    // There is no mark to be explained.
    assert!(!text.contains("+ ?") && !text.contains("Incomplete"), "{text}");
}

#[test]
fn marks_are_explained() {
    let mut report = report();
    report.files[0].findings[0].saving.complete = false;
    let text = text(&report, Colour::Off);
    assert!(text.contains("$3.22 + ?") && text.contains("Incomplete    + ? marks"), "{text}");
}

#[test]
fn what_saves_nothing_saves_nothing_together() {
    let mut report = report();
    let nothing = saving(Some("0"), Some("0"), Some("0"));
    report.files[0].findings.iter_mut().for_each(|found| found.saving = nothing);
    report.files[0].together = nothing;
    assert!(!text(&report, Colour::Off).contains("Together"));
}

#[test]
fn json_is_the_contract() {
    let json = parsed(check_json);
    assert_eq!(json["schema_version"], 1);
    assert_eq!(json["currency"], "USD");
    assert_eq!(json["as_of"], "2026-11-23");
    let first = json!({
        "rule": "full-os-base",
        "severity": "warning",
        "file": "api/Dockerfile",
        "line": 1,
        "column": 1,
        "end_line": 1,
        "end_column": 13,
        "ships": true,
        "message": "what is wrong about full-os-base",
        "why": json["findings"][0]["why"],
        "help": "COPY package*.json ./\nRUN npm ci && \\\n    npm cache clean --force",
        "saving": {
            "monthly_billed": "3.2184",
            "per_deploy": "0.0536",
            "build_seconds": "0",
            "complete": true,
        },
    });
    assert_eq!(json["findings"][0], first);
    assert_eq!(json["findings"][3]["line"], 6);
    assert_eq!(json["findings"][3]["end_line"], 7);
    assert_eq!(json["ignored"][0]["reason"], "the image is squashed");
    assert_eq!(json["files"][0]["together"]["monthly_billed"], "3.3");
}

#[test]
fn what_is_not_known_is_null_and_nothing_is_zero() {
    let json = parsed(check_json);
    let saving = |at: usize| json["findings"][at]["saving"].clone();
    assert_eq!(saving(1)["monthly_billed"], "0.000012");
    assert_eq!(saving(1)["per_deploy"], Value::Null);
    assert_eq!(saving(2)["monthly_billed"], Value::Null);
    assert_eq!(saving(2)["build_seconds"], Value::Null);
    assert_eq!(saving(4)["monthly_billed"], "0");
    let csv = written(|out| check_csv(&report(), out));
    let rows = crate::fixture::records(&csv);
    assert_eq!([&rows[2]["monthly_billed"], &rows[2]["build_seconds"]], ["", ""]);
    assert_eq!([&rows[4]["monthly_billed"], &rows[4]["build_seconds"]], ["0", "0"]);
    assert_eq!(rows[3]["monthly_billed"], "-0.5");
}

#[test]
fn what_npm_ci_saves_is_told_as_the_most_that_it_may_be() {
    let mut report = report();
    let findings = &mut report.files[0].findings;
    let known = findings[0].saving;
    let npm_install = findings.iter_mut().find(|found| found.finding.rule == "npm-install");
    npm_install.unwrap().saving = known;
    let text = text(&report, Colour::Off);
    assert!(text.contains("at most $3.22 a month, $0.054 per deploy, 0 s a build\n"), "{text}");
}

#[test]
fn github_gets_one_command_for_each_finding_most_money_first() {
    let commands = written(|out| check_github(&report(), out));
    let starts: Vec<&str> =
        commands.lines().map(|line| line.split_once("::what").unwrap().0).collect();
    assert_eq!(
        starts,
        [
            "::warning file=api/Dockerfile,line=1,endLine=1,title=full-os-base",
            "::warning file=api/Dockerfile,line=3,endLine=3,title=copy-before-install",
            "::error file=api/Dockerfile,line=9,endLine=9,title=runs-as-root",
            "::warning file=api/Dockerfile,line=6,endLine=7,title=cleanup-in-later-layer",
            "::notice file=api/Dockerfile,line=4,endLine=4,title=npm-install",
        ]
    );
    let first = commands.lines().next().unwrap();
    assert!(first.ends_with("%0ASaves: $3.22 a month, $0.054 per deploy, 0 s a build"), "{first}");
}

#[test]
fn sarif_levels_are_severities_and_not_dollars() {
    let sarif = parsed(check_sarif);
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let levels: Vec<&str> =
        results.iter().map(|result| result["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["warning", "warning", "note", "warning", "error", "warning"]);
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    for result in results {
        assert!(rules.iter().any(|rule| rule["id"] == result["ruleId"]), "{result}");
    }
}

#[test]
fn sarif_says_where_and_what_was_suppressed() {
    let sarif = parsed(check_sarif);
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let place = &results[3]["locations"][0]["physicalLocation"];
    let region = json!({
        "startLine": 6,
        "startColumn": 1,
        "endLine": 7,
        // Four spaces and "npm prune", and the column after.
        "endColumn": 4 + 9 + 1,
        "snippet": { "text": "RUN npm run build && \\\n    npm prune" },
    });
    assert_eq!(place["region"], region);
    let at = json!({ "uri": "api/Dockerfile", "uriBaseId": "%SRCROOT%" });
    assert_eq!(place["artifactLocation"], at);
    let suppressed: Vec<bool> =
        results.iter().map(|result| result["suppressions"].is_array()).collect();
    assert_eq!(suppressed, [false, false, false, false, false, true]);
    assert_eq!(results[5]["suppressions"][0]["justification"], "the image is squashed.");
}

#[test]
fn fingerprints_stay_when_lines_move_and_differ_between_equal_instructions() {
    let prints = |report: &CheckReport| -> Vec<Value> {
        let sarif: Value = serde_json::from_str(&written(|out| check_sarif(report, out))).unwrap();
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        results.iter().map(|result| result["partialFingerprints"].clone()).collect()
    };
    let before = report();
    let mut moved = report();
    let file = &mut moved.files[0];
    let above = "# a comment\n\n";
    file.text = format!("{above}{}", file.text).into();
    for found in &mut file.findings {
        found.finding.line += 2;
        found.finding.span.start += above.len();
        found.finding.span.end += above.len();
    }
    file.ignored.clear();
    assert_eq!(prints(&moved), prints(&before)[..5]);
    let mut twice = report();
    let again = twice.files[0].findings[0].clone();
    twice.files[0].findings.push(again);
    let twice = prints(&twice);
    assert_ne!(twice[0], twice[5]);
    assert_eq!(twice[0], prints(&before)[0]);
}
