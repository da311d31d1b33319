//! The page that findings link to describes every rule in the words that the rules have.

use std::path::Path;

use imgcost_dockerfile::rules::{ALL, RuleInfo, Severity};

/// Like a snapshot, the page is written where `INSTA_UPDATE=always` asks for it.
#[test]
fn every_rule_has_its_section() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../imgcost-dockerfile/RULES.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (top, _) = page.split_once("## ").expect("the page has sections");
    let expected = top.to_owned() + &ALL.iter().map(section).collect::<String>();
    if std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
        std::fs::write(&path, &expected).unwrap();
    }
    assert_eq!(page, expected, "crates/imgcost-dockerfile/RULES.md is out of date");
}

fn section(rule: &RuleInfo) -> String {
    let severity = match rule.severity {
        Severity::Info => "Information",
        Severity::Warning => "Warning",
        Severity::Error => "Error",
    };
    let also = match rule.hadolint {
        [] => String::new(),
        ids => format!(" hadolint looks at the same thing in {}.", ids.join(", ")),
    };
    let doc = rule.doc.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = if std::ptr::eq(rule, ALL.last().unwrap()) { "" } else { "\n" };
    format!("## {}\n\n{severity}. {}: {}.\n\n{doc}{also}\n{end}", rule.id, rule.title, rule.why)
}
