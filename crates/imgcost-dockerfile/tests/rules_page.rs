//! docs/dockerfile-rules.md says of each rule what the rule says of itself.

use std::path::Path;

use imgcost_dockerfile::rules::{ALL, Severity};

/// The part of the page that comes from the rules; `IMGCOST_WRITE=1` writes it.
fn rendered() -> String {
    let mut out = String::from("| rule | severity | what is wrong |\n|---|---|---|\n");
    for rule in &ALL {
        out += &format!(
            "| [`{0}`](#{0}) | {1} | {2} |\n",
            rule.id,
            severity(rule.severity),
            rule.title
        );
    }
    for rule in &ALL {
        out += &format!(
            "\n### `{}`\n\n**{}.** Why: {}.\n\n{}\n",
            rule.id, rule.title, rule.why, rule.doc
        );
        if !rule.hadolint.is_empty() {
            out += &format!("\nhadolint: {}.\n", rule.hadolint.join(", "));
        }
    }
    out
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

#[test]
fn the_page_lists_every_rule_as_it_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/dockerfile-rules.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (begin, end) = ("<!-- rules -->\n", "<!-- end of rules -->");
    let (before, rest) = page.split_once(begin).unwrap();
    let (rules, after) = rest.split_once(end).unwrap();
    if std::env::var_os("IMGCOST_WRITE").is_some() {
        std::fs::write(&path, format!("{before}{begin}{}{end}{after}", rendered())).unwrap();
        return;
    }
    assert_eq!(rules, rendered(), "write the page anew with IMGCOST_WRITE=1");
    for id in ALL.iter().flat_map(|rule| rule.hadolint) {
        assert!(before.contains(id), "{id} is not in the comparison with hadolint");
    }
}
