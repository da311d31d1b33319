//! The body of a comment on a pull request: found again, within the limit, harmless.

use super::{BASELINE, MAIN, file, read};
use crate::command::{imgcost, stdout};

/// What GitHub takes.
const MOST: usize = 65_536;
const MARKER: &str = "<!-- imgcost:comment -->\n";

fn comment(arguments: &[&str]) -> String {
    let day = ["--as-of", "2026-11-23", "--format", "github-comment"];
    let text = stdout(&[arguments, &day].concat());
    assert!(text.starts_with(MARKER), "{text}");
    assert!(text.chars().count() <= MOST, "{} characters", text.chars().count());
    // Whatever was cut, nothing stays open.
    let (opened, closed) = (text.matches("<details>").count(), text.matches("</details>").count());
    assert_eq!(opened, closed, "{text}");
    assert_eq!(text.matches("<summary>").count(), text.matches("</summary>").count());
    for line in text.lines().filter(|line| line.starts_with('|')) {
        assert!(line.ends_with('|'), "a row is cut: {line}");
    }
    text
}

#[test]
fn a_comment_has_the_figures_of_the_report() {
    // Section 9: $4.98 before, $0.26 after, $4.72 saved, which is 94.7 %.
    let text = comment(&["whatif", "1.2GB", "180MB"]);
    let head = text.lines().nth(2).unwrap();
    assert!(head.starts_with("### ") && head.contains("saves $4.72 a month"), "{head}");
    assert!(head.contains("(-95 % a month)"), "{head}");
    assert!(text.contains("| billed a month | $4.98 | $0.263 | $4.72 |"), "{text}");
    for folded in ["By component", "Notes", "Assumptions"] {
        assert!(text.contains(&format!("<details><summary>{folded}</summary>")), "{text}");
    }
    insta::assert_snapshot!("whatif-github-comment", text);
}

#[test]
fn every_report_can_be_a_comment() {
    let text = comment(&["estimate", MAIN]);
    assert!(text.contains(": $4.00 a month"), "{text}");
    assert!(text.contains("| train | $3.00 |\n| web | $1.00 |"), "dearest first: {text}");
    let text = comment(&["compare", "examples/fleet/fleet.toml", "--group-by", "team"]);
    assert!(text.contains("<summary>By group</summary>"), "{text}");
    comment(&["compare", MAIN, "--baseline", BASELINE]);
    for arguments in [&["prices", "list"][..], &["check", MAIN, "--budget", "5"]] {
        let run = imgcost(&[arguments, &["--format", "github-comment"]].concat());
        assert_eq!(run.status.code(), Some(2), "{arguments:?}");
    }
}

/// Names as somebody who opens a pull request might choose them.
const HOSTILE: [&str; 10] = [
    "@octocat",
    "#1 GH-2 https://evil.example www.evil.example",
    "<!-- imgcost:comment -->",
    "--> </details></summary>",
    "<img src=x onerror=alert(1)>",
    "a | b | c \\\\| `code` ```",
    "[link](https://evil.example) ![image](//evil.example/x.png)",
    "**bold** _em_ ~~gone~~ # heading",
    "\\u202e line \\u2066 over",
    "&lt;script&gt; &#64;octocat",
];

#[test]
fn hostile_names_do_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut fleet = read(MAIN).replace("two services", "@octocat <!-- </details> | # x");
    for (index, name) in HOSTILE.iter().enumerate() {
        fleet += &format!(
            "\n[[service]]\nname = \"{name}\"\nlabels = {{ team = \"{name} {index}\" }}\nbefore = \"1.{index}GB\"\nafter = \"0.{index}5GB\"\n"
        );
    }
    let fleet = file(&folder, "fleet.toml", &fleet);
    let baseline = imgcost(&["estimate", &fleet, "--side", "after", "--format", "json"]);
    let baseline = file(&folder, "b.json", &String::from_utf8(baseline.stdout).unwrap());
    let grouped = ["--group-by", "team"];
    for text in [
        comment(&[&["compare", &fleet][..], &grouped].concat()),
        comment(&[&["estimate", &fleet][..], &grouped].concat()),
        comment(&["compare", &fleet, "--baseline", &baseline]),
    ] {
        // What is left once our own markup is gone has none.
        let mut rest = text.replacen(MARKER, "", 1).replace("<!-- -->", "\u{0}");
        for ours in ["<details>", "</details>", "<summary>", "</summary>", "\n> **Warning** "] {
            rest = rest.replace(ours, "");
        }
        assert!(!rest.contains('<') && !rest.contains('>'), "{rest}");
        for acting in ["@o", "#1", "GH-2", "://", "www.e", "**bold", "~~gone", "\u{202e}", "&#"] {
            assert!(!rest.contains(acting), "{acting}: {rest}");
        }
        assert!(!rest.contains(" [link]") && rest.contains("\\[link\\]"), "{rest}");
        assert!(!rest.contains("| b |"), "a name makes cells: {rest}");
    }
}

/// The names of a large fleet, each as long and as much in need of escaping as can be.
fn large(folder: &tempfile::TempDir) -> String {
    let head = read(MAIN).split("[[service]]").next().unwrap().to_owned();
    let mut rows = String::from("name,labels.team,registry,cluster,before.size,after.size\n");
    for index in 0..3_000 {
        let name = "@".repeat(100);
        rows += &format!("{name}{index},{name}{index},main,prod,{}MB,1MB\n", 1_000 + index);
    }
    file(folder, "services.csv", &rows);
    file(folder, "fleet.toml", &format!("services = \"services.csv\"\n{head}"))
}

#[test]
fn rows_are_cut_by_cost_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let fleet = large(&folder);
    let text = comment(&["compare", &fleet, "--group-by", "team"]);
    let mut shown = 0;
    for (part, rest) in text.split("<details>").skip(2).take(2).map(|part| (part, 3_000)) {
        let rows = part.lines().filter(|line| line.starts_with("| @")).count();
        assert!(rows > 3, "{rows} rows");
        assert!(part.contains(&format!("and {} more", rest - rows)), "{rows} rows:\n{part}");
        // The largest saves most and is still there.
        assert!(part.contains("2999 |") && !part.contains("1000 |"), "{part}");
        shown += rows;
    }
    assert!(shown > 10 && text.contains("<summary>Assumptions</summary>"), "{shown}");
    let baseline = imgcost(&["estimate", &fleet, "--side", "after", "--format", "json"]);
    let baseline = file(&folder, "b.json", &String::from_utf8(baseline.stdout).unwrap());
    let text = comment(&["compare", &fleet, "--baseline", &baseline]);
    assert!(text.contains(" more\n"), "{text}");
}

#[test]
fn what_has_no_price_is_seen_before_anything_is_unfolded() {
    let folder = tempfile::tempdir().unwrap();
    let fleet = read(MAIN).replace("[fleet]\n", "[fleet]\ncurrency = \"EUR\"\n");
    let fleet = file(&folder, "fleet.toml", &fleet);
    let text = comment(&["compare", &fleet]);
    let (open, _) = text.split_once("<details>").unwrap();
    assert!(open.contains("**INCOMPLETE**") && open.contains("no price is known"), "{open}");
    assert!(open.contains("| unpriced | unpriced | unknown |"), "{open}");
    assert!(text.contains("| registry storage | unpriced | unpriced | unknown |"), "{text}");
}
