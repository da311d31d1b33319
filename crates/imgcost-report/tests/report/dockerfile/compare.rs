//! One Dockerfile against another.

use imgcost::units::{Currency, Span};
use imgcost_dockerfile::image::TimesBasis;
use imgcost_dockerfile::price::Change;
use imgcost_dockerfile::rules::{Finding, Fix, Severity};
use imgcost_report::{
    Colour, ComparedFile, DockerfileCompareReport, compare_csv, compare_json, compare_markdown,
    compare_text,
};
use serde_json::{Value, json};

use super::costs::{NEW, OLD, change, dockerfile, new_plan, old_plan, row};
use super::findings::{finding, saving};
use crate::fixture::{records, written};

fn findings(rules: &[&'static str]) -> Vec<Finding> {
    let find = |rule: &&'static str| finding(rule, Severity::Warning, "COPY . .", Fix::Nothing);
    rules.iter().map(find).collect()
}

const INSTALLS: TimesBasis = TimesBasis::Installs(Span::seconds(60));

fn with<T>(change: &Change, look: impl FnOnce(&DockerfileCompareReport<'_>) -> T) -> T {
    timed(["old/Dockerfile", "Dockerfile"], [TimesBasis::Log; 2], change, look)
}

fn timed<T>(
    names: [&str; 2],
    timed: [TimesBasis; 2],
    change: &Change,
    look: impl FnOnce(&DockerfileCompareReport<'_>) -> T,
) -> T {
    let (old, new) = (dockerfile(names[0], OLD), dockerfile(names[1], NEW));
    let plans = [old_plan(), new_plan()];
    let found = findings(&["copy-before-install", "npm-install", "npm-install", "no-healthcheck"]);
    let left = findings(&["no-healthcheck", "unpinned-base"]);
    look(&DockerfileCompareReport {
        old: ComparedFile { dockerfile: &old, plan: &plans[0], findings: &found, timed: timed[0] },
        new: ComparedFile { dockerfile: &new, plan: &plans[1], findings: &left, timed: timed[1] },
        change,
        scene: "20 nodes, 60 deploys a month; AWS ECR us-east-1, path nat".into(),
        currency: Currency::USD,
        as_of: "2026-11-23".parse().unwrap(),
        assumptions: vec![],
        warnings: vec![],
    })
}

fn text(change: &Change) -> String {
    with(change, |report| written(|out| compare_text(report, Colour::Off, out)))
}

#[test]
fn text_is_one_screen() {
    let text = text(&change());
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    assert!(text.lines().count() <= 40, "{text}");
    insta::assert_snapshot!("compare_text", text);
}

#[test]
fn markdown() {
    let markdown = with(&change(), |report| written(|out| compare_markdown(report, out)));
    assert!(markdown.chars().count() < 65_536);
    insta::assert_snapshot!("compare_markdown", markdown);
}

#[test]
fn json_and_csv_are_exact() {
    let json = with(&change(), |report| written(|out| compare_json(report, out)));
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["saving"]["monthly_billed"], "3.15");
    assert_eq!(json["old"]["monthly_billed"], "3.85");
    assert_eq!(json["new"]["monthly_billed"], "0.7");
    assert_eq!(json["new"]["unpacked"], 180_000_000);
    assert_eq!(json["findings"]["gone"], json!({ "copy-before-install": 1, "npm-install": 2 }));
    assert_eq!(json["findings"]["new"], json!({ "unpinned-base": 1 }));
    assert_eq!(json["findings"]["left"], json!({ "no-healthcheck": 1 }));
    let rows = records(&with(&change(), |report| written(|out| compare_csv(report, out))));
    let unpacked = rows.iter().find(|row| row["figure"] == "unpacked").unwrap();
    // 1,355,000,000 - 180,000,000
    assert_eq!(unpacked["saved"], "1175000000");
}

#[test]
fn parts_add_up_to_both_bills() {
    let json = with(&change(), |report| written(|out| compare_json(report, out)));
    let json: Value = serde_json::from_str(&json).unwrap();
    let parts = json["billed_by_part"].as_array().unwrap();
    let sum = |side: &str| -> rust_decimal::Decimal {
        let amount = |part: &Value| part[side].as_str().unwrap().parse::<rust_decimal::Decimal>();
        parts.iter().map(|part| amount(part).unwrap()).sum()
    };
    assert_eq!(sum("old"), "3.85".parse().unwrap());
    assert_eq!(sum("new"), "0.7".parse().unwrap());
}

#[test]
fn what_is_not_known_is_not_zero() {
    let mut change = change();
    change.saving = saving(None, None, None);
    change.saving.complete = false;
    change.unpacked[0] = None;
    change.before.complete = false;
    let text = text(&change);
    let first = text.lines().next().unwrap();
    assert!(first.contains("nobody knows"), "{first}");
    assert!(text.contains("not known"), "{text}");
    let json = with(&change, |report| written(|out| compare_json(report, out)));
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["saving"]["monthly_billed"], Value::Null);
    assert_eq!(json["old"]["unpacked"], Value::Null);
}

/// A part whose size or price is missing on one side is not saved.
#[test]
fn a_part_that_is_not_known_is_not_zero() {
    let mut change = change();
    change.after.rows[0] = row(None, None, vec![]);
    change.after.complete = false;
    let text = text(&change);
    let base = text.lines().find(|line| line.contains("base image")).unwrap();
    assert_eq!(
        base.split_whitespace().collect::<Vec<_>>().join(" "),
        "base image $3.00 not known not known"
    );
    let json = with(&change, |report| written(|out| compare_json(report, out)));
    let json: Value = serde_json::from_str(&json).unwrap();
    let parts = json["billed_by_part"].as_array().unwrap();
    let complete =
        |name: &str| parts.iter().find(|part| part["part"] == name).unwrap()["complete"].clone();
    assert_eq!((complete("base image"), complete("the application")), (json!(false), json!(true)));
}

/// Nothing of what is known is not nothing.
#[test]
fn a_saving_of_nothing_known_is_not_known() {
    let mut change = change();
    change.saving = saving(Some("0"), Some("0"), Some("0"));
    change.saving.complete = false;
    let text = text(&change);
    assert!(
        text.starts_with(
            "Moving old/Dockerfile to Dockerfile: nobody knows by how much the bill changes"
        ),
        "{text}"
    );
    let billed = text.lines().find(|line| line.contains("billed a month")).unwrap();
    assert!(billed.ends_with("not known"), "{billed}");
}

#[test]
fn without_deploys_a_dearer_file_costs_more() {
    let mut change = change();
    change.saving = saving(Some("-3.15"), None, None);
    assert!(text(&change).contains("costs $3.15 a month more: "), "{}", text(&change));
}

#[test]
fn a_dearer_file_says_so() {
    let mut change = change();
    std::mem::swap(&mut change.before, &mut change.after);
    change.compressed.reverse();
    change.unpacked.reverse();
    change.saving = saving(Some("-3.15"), Some("-0.05"), Some("-39.5"));
    let text = text(&change);
    assert!(
        text.contains("costs $3.15 a month more, $0.050 per deploy: 180 MB -> 1.36 GB"),
        "{text}"
    );
    assert!(text.contains("-1.18 GB"), "{text}");
}

/// Where nothing was timed, builds take longer than their installs, and nobody knows by how much.
#[test]
fn times_are_called_what_they_are() {
    let text = |of: [TimesBasis; 2]| {
        timed(["a", "b"], of, &change(), |report| {
            written(|out| compare_text(report, Colour::Off, out))
        })
    };
    let installs = text([INSTALLS; 2]);
    assert!(installs.contains("installs after a source line"), "{installs}");
    assert!(!installs.contains("a build after"), "{installs}");
    let logs = text([TimesBasis::Log; 2]);
    assert!(logs.contains("a build after a source line") && !logs.contains("Times"), "{logs}");
    let mixed = text([INSTALLS, TimesBasis::Log]);
    assert!(mixed.contains("those of the new file are a build log's"), "{mixed}");
}

#[test]
fn long_names_keep_to_the_screen() {
    let long = "a/very/long/path/".repeat(20) + "Dockerfile";
    let text = timed([&long, &long], [TimesBasis::Log; 2], &change(), |report| {
        let scene = format!("service {} of shop, fleet.toml; AWS ECR", "payments-".repeat(30));
        let report = DockerfileCompareReport { scene, ..report.clone() };
        written(|out| compare_text(&report, Colour::Off, out))
    });
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("saves $3.15 a month, $0.050 per deploy: 1.36 GB -> 180 MB."), "{text}");
}

const EVIL: &str = "a|b</summary><script>alert(1)</script>\n# @all \u{1b}[31m";

/// Files of this name, in which every instruction is hostile too.
fn hostile(instructions: usize) -> [String; 2] {
    let text =
        format!("FROM a\n{}", "RUN echo '|</details><b>' @all \u{9b}\n".repeat(instructions));
    let file = dockerfile(EVIL, &text);
    let (plan, found) = (old_plan(), findings(&["npm-install"]));
    let mut change = change();
    let row = change.before.rows[1].clone();
    change.before.rows.extend(std::iter::repeat_n(row, instructions));
    let side =
        ComparedFile { dockerfile: &file, plan: &plan, findings: &found, timed: TimesBasis::Log };
    let report = DockerfileCompareReport {
        old: side,
        new: side,
        change: &change,
        scene: EVIL.into(),
        currency: Currency::USD,
        as_of: "2026-11-23".parse().unwrap(),
        assumptions: vec![],
        warnings: vec![EVIL.into()],
    };
    [
        written(|out| compare_text(&report, Colour::Off, out)),
        written(|out| compare_markdown(&report, out)),
    ]
}

#[test]
fn names_and_instructions_are_shown_as_they_are() {
    let [text, markdown] = hostile(3);
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    assert!(!markdown.contains("<script>") && !markdown.contains("</details><b>"), "{markdown}");
    assert_eq!(markdown.matches("<details>").count(), markdown.matches("</details>").count());
    let callers = markdown.replace("\\@all", "").replace("@<!-- -->all", "");
    assert!(!callers.contains("@all"), "{markdown}");
}

#[test]
fn a_comment_is_never_too_long() {
    let [_, markdown] = hostile(5_000);
    assert!(markdown.chars().count() < 65_536);
    assert!(markdown.contains("do not fit a comment"), "{}", markdown.len());
}
