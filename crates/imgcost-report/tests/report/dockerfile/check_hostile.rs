//! Dockerfiles are written by strangers, and what is said of them goes to terminals, to GitHub's
//! runner, which takes commands from standard output, and to pull requests.

use imgcost_dockerfile::rules::{Fix, Severity};
use imgcost_report::{
    CheckReport, Colour, check_csv, check_github, check_markdown, check_sarif, check_text,
};
use serde_json::Value;

use super::findings::{finding, report, saving};
use crate::fixture::{records, written};

const EVIL: &str = "a%0A::set-output name=x::y\r\n::add-mask::b,c:d</summary><script>alert(1)</script>\n@everyone `````\u{1b}[31m\u{9b}31m\u{202e}";

/// A file whose name, text and every word of whose findings are hostile.
fn hostile() -> CheckReport {
    let mut report = report();
    let file = &mut report.files[0];
    file.name = EVIL.into();
    file.text = EVIL.into();
    file.findings.truncate(1);
    let found = &mut file.findings[0].finding;
    found.span = 0..EVIL.len();
    found.message = EVIL.into();
    found.why = EVIL.into();
    found.help = EVIL.into();
    file.ignored[0].reason = EVIL.into();
    report.scene = EVIL.into();
    report.warnings = vec![EVIL.into()];
    report
}

#[test]
fn terminals_get_no_commands() {
    let text = written(|out| check_text(&hostile(), Colour::Off, out));
    let acts = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!text.contains(acts), "{text:?}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
}

#[test]
fn runners_get_one_command_for_a_finding() {
    let commands = written(|out| check_github(&hostile(), out));
    assert_eq!(commands.lines().count(), 1, "{commands}");
    // Logs show escape sequences as terminals do.
    let acts = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!commands.contains(acts), "{commands:?}");
    let (properties, _) = commands.strip_prefix("::warning ").unwrap().split_once("::").unwrap();
    // A property ends at a comma and begins at `=`; the name of the file adds neither.
    assert_eq!(properties.split(',').count(), 4, "{properties}");
    assert!(
        properties.starts_with("file=a%250A%3A%3Aset-output name=x%3A%3Ay%0D%0A"),
        "{properties}"
    );
}

#[test]
fn text_never_begins_a_line_as_runners_begin_commands() {
    let text = written(|out| check_text(&hostile(), Colour::Off, out));
    assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
}

#[test]
fn markdown_shows_no_html_and_ends_no_fence() {
    let markdown = written(|out| check_markdown(&hostile(), out));
    // Outside of code. The fence is longer than the five backticks of the file.
    let mut outside = String::new();
    let mut fenced = false;
    for line in markdown.lines() {
        if line.starts_with("``````") {
            fenced = !fenced;
        } else if !fenced {
            outside += line;
            outside.push('\n');
        }
    }
    assert!(!fenced, "{markdown}");
    assert!(!outside.contains("<script>"), "{outside}");
    assert_eq!(outside.matches("</summary>").count(), outside.matches("<summary>").count());
    assert!(!outside.replace("\\@", "").contains("@everyone"), "{outside}");
}

#[test]
fn markdown_fits_a_comment_however_much_was_found() {
    let mut report = report();
    let found = report.files[0].findings[0].clone();
    report.files[0].findings = vec![found; 2_000];
    let markdown = written(|out| check_markdown(&report, out));
    // What GitHub takes.
    assert!(markdown.chars().count() < 65_536);
    assert!(markdown.contains("2000 findings"));
    assert!(markdown.contains("do not fit a comment"), "{markdown}");
}

#[test]
fn paths_are_percent_encoded_in_sarif() {
    let uri = |name: &str| {
        let mut report = report();
        report.files[0].name = name.into();
        let sarif: Value = serde_json::from_str(&written(|out| check_sarif(&report, out))).unwrap();
        let result = &sarif["runs"][0]["results"][0];
        result["locations"][0]["physicalLocation"]["artifactLocation"].clone()
    };
    assert_eq!(uri("./my app/Docker%file")["uri"], "my%20app/Docker%25file");
    assert_eq!(uri("a:b/Dockerfile")["uri"], "a%3Ab/Dockerfile");
    assert_eq!(uri("\u{e9}\n<x>")["uri"], "%C3%A9%0A%3Cx%3E");
    let absolute = uri("/srv/Dockerfile");
    assert_eq!(absolute["uri"], "file:///srv/Dockerfile");
    assert_eq!(absolute["uriBaseId"], Value::Null);
}

#[test]
fn formulas_are_disarmed_in_csv() {
    let mut report = report();
    let file = &mut report.files[0];
    file.name = "=Dockerfile".into();
    file.findings[0].finding.message = "+1".into();
    file.findings[0].finding.help = "@x".into();
    let csv = written(|out| check_csv(&report, out));
    let first = &records(&csv)[0];
    assert_eq!(first["file"], "'=Dockerfile");
    assert_eq!([&first["message"], &first["help"]], ["'+1", "'@x"]);
}

#[test]
fn spans_that_lie_outside_of_the_text_are_harmless() {
    let mut report = report();
    let file = &mut report.files[0];
    file.text = "\u{e9}".into();
    for (found, span) in file.findings.iter_mut().zip([0..1, 1..2, 1..900, 900..1000, 0..0]) {
        found.finding.span = span;
    }
    for writer in [check_github, check_markdown, check_sarif, check_csv] {
        assert!(!written(|out| writer(&report, out)).is_empty());
    }
    assert!(!written(|out| check_text(&report, Colour::On, out)).is_empty());
}

#[test]
fn long_instructions_are_cut() {
    let mut report = report();
    let file = &mut report.files[0];
    let body = "echo x && \\\n    ".repeat(5_000);
    file.text = format!("FROM a\nRUN {body}true\n").into();
    file.findings.truncate(1);
    file.findings[0].finding.span = 7..file.text.len();
    let mut second = finding("runs-as-root", Severity::Error, "FROM", Fix::Nothing);
    second.span = 0..6;
    file.findings
        .push(imgcost_report::PricedFinding { finding: second, saving: saving(None, None, None) });
    let text = written(|out| check_text(&report, Colour::Off, out));
    assert!(text.lines().count() < 60, "{text}");
    assert!(text.contains("4995 more lines"), "{text}");
}
