//! Gates and baselines: what passes, what fails, why, and with which exit code.
//!
//! `examples/gates/` holds a fleet whose bill is plain: two services of which the registry keeps one
//! tag each, at $0.10 a GiB-month. `main.toml` stores 10 + 30 GiB, $4.00; `pull-request.toml` stores
//! 10 + 32 GiB, $4.20, which is 5 % or $0.20 more. After slimming they are 9 and 20 GiB.

#[path = "gates/baselines.rs"]
mod baselines;
#[path = "gates/comments.rs"]
mod comments;
#[path = "gates/junit.rs"]
mod junit;

use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

use crate::command::{imgcost, root};

pub(crate) const MAIN: &str = "examples/gates/main.toml";
pub(crate) const PULL_REQUEST: &str = "examples/gates/pull-request.toml";
pub(crate) const BASELINE: &str = "examples/gates/main.json";

/// `imgcost check FLEET FLAGS` with the prices of one day.
pub(crate) fn check(fleet: &str, flags: &[&str]) -> Output {
    imgcost(&[&["check", fleet, "--as-of", "2026-11-23"], flags].concat())
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

pub(crate) fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

pub(crate) fn shown(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What was shown as one line, however it was wrapped.
pub(crate) fn flat(output: &Output) -> String {
    shown(output).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A file with a text, in a folder that lasts as long as the test.
pub(crate) fn file(folder: &tempfile::TempDir, name: &str, text: &str) -> String {
    let path: PathBuf = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

pub(crate) fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

#[test]
fn a_limit_is_kept_up_to_the_last_digit_and_broken_beyond() {
    // (flags, exit code): $4.20 a month, of which data bears $3.20 and shop $1.00.
    let cases: [(&[&str], i32); 15] = [
        (&["--budget", "4.20"], 0),
        (&["--budget", "4.199999999999999999"], 3),
        (&["--budget-per", "team=3.2"], 0),
        (&["--budget-per", "team=3.19"], 3),
        (&["--budget-per", "service=3.2"], 0),
        (&["--budget-per", "cluster=4.19"], 3),
        (&["--baseline", BASELINE, "--max-increase", "5%"], 0),
        (&["--baseline", BASELINE, "--max-increase", "4.999999%"], 3),
        (&["--baseline", BASELINE, "--max-increase-amount", "0.2"], 0),
        (&["--baseline", BASELINE, "--max-increase-amount", "0.199"], 3),
        // web goes from 10 to 9 GiB, train from 32 to 20.
        (&["--min-image-saving", "10%"], 0),
        (&["--min-image-saving", "10.000001%"], 3),
        (&["--min-image-saving", "1GiB"], 0),
        (&["--min-image-saving", "1025MiB"], 3),
        (&["--side", "after", "--budget", "2.9"], 0), // 9 + 20 GiB
    ];
    for (flags, expected) in cases {
        let run = check(PULL_REQUEST, flags);
        assert_eq!(code(&run), expected, "{flags:?}: {}", told(&run));
    }
}

/// A percentage is noise on a small bill and an amount is noise on a large one.
#[test]
fn growth_must_be_beyond_percentage_and_amount_where_both_are_given() {
    let both = |percent, amount| {
        let flags = ["--max-increase", percent, "--max-increase-amount", amount];
        check(PULL_REQUEST, &[&["--baseline", BASELINE], &flags[..]].concat())
    };
    assert_eq!(code(&both("4%", "0.1")), 3);
    let small = both("4%", "50");
    assert_eq!(code(&small), 0);
    assert!(flat(&small).contains("beyond the percentage, but not beyond the amount"));
    let large = both("10%", "0.1");
    assert_eq!(code(&large), 0);
    assert!(flat(&large).contains("beyond the amount, but not beyond the percentage"));
}

#[test]
fn falling_costs_are_no_increase() {
    let folder = tempfile::tempdir().unwrap();
    let dear = imgcost(&["estimate", PULL_REQUEST, "--as-of", "2026-11-23", "--format", "json"]);
    let dear = file(&folder, "dear.json", &shown(&dear));
    let run = check(MAIN, &["--baseline", &dear, "--max-increase", "0%"]);
    assert_eq!(code(&run), 0, "{}", told(&run));
}

#[test]
fn all_gates_are_told_at_once_with_offenders_and_what_is_allowed() {
    let flags = [
        "--baseline",
        BASELINE,
        "--budget=5",
        "--budget-per=team=3",
        "--max-increase=4%",
        "--min-image-saving=11%",
    ];
    let run = check(PULL_REQUEST, &flags);
    assert_eq!(code(&run), 3);
    let told = told(&run);
    for part in [
        "3 of 4 gates not passed",
        "data: $3.20, $0.200 above",
        "$4.00 became $4.20 a month, +$0.200 (+5 %); 4% more is allowed",
        "train: +$0.200 ($3.00 to $3.20)",
        "web: saves 1.1 GB of 10.7 GB (10.0 %)",
    ] {
        assert!(told.contains(part), "{part} is missing: {told}");
    }
    // Who keeps within is not blamed, and what was passed is told too.
    assert!(!told.contains("shop"), "{told}");
    assert!(!told.contains("--budget 5"), "{told}");
    assert!(flat(&run).contains("$4.20 a month is within $5.00, $0.800 is left"));
    let markdown = check(PULL_REQUEST, &[&flags[..], &["--format", "markdown"]].concat());
    assert_eq!(code(&markdown), 3);
    assert!(shown(&markdown).starts_with("## Two services: 3 of 4 gates not passed."));
}

#[test]
fn json_has_every_gate_with_exact_amounts() {
    let run = check(
        PULL_REQUEST,
        &["--baseline", BASELINE, "--budget", "4.1", "--max-increase", "5%", "--format", "json"],
    );
    let output: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(output["schema_version"], 1);
    assert_eq!(output["passed"], false);
    assert_eq!(output["figures"]["monthly"]["billed"], "4.2");
    assert_eq!(output["baseline"]["figures"]["monthly"]["billed"], "4");
    let [budget, increase] = output["gates"].as_array().unwrap().as_slice() else {
        panic!("two gates: {output}")
    };
    assert_eq!(budget["outcome"], "breached");
    assert_eq!(budget["limit"]["billed"], "4.1");
    assert_eq!(budget["found"]["billed"], "4.2");
    assert_eq!(budget["offenders"][0]["name"], "train");
    assert_eq!(budget["offenders"][0]["billed"], "3.2");
    assert_eq!(budget["offenders"][1]["billed"], "1");
    assert_eq!(increase["outcome"], "passed");
    assert_eq!(increase["found"]["increase"], "0.2");
    assert_eq!(increase["offenders"], serde_json::json!([]));
}

/// A fleet without a part of its prices: those are in dollars, the fleet is in euros.
fn unpriced(folder: &tempfile::TempDir) -> String {
    let text = read(MAIN).replace("[fleet]\n", "[fleet]\ncurrency = \"EUR\"\n");
    file(folder, "unpriced.toml", &text)
}

#[test]
fn an_incomplete_total_passes_no_gate() {
    let folder = tempfile::tempdir().unwrap();
    let fleet = unpriced(&folder);
    for flags in [["--budget", "1000"], ["--budget-per", "team=1000"]] {
        let run = check(&fleet, &flags);
        assert_eq!(code(&run), 3, "{flags:?}");
        let told = told(&run);
        let why = "the price is in USD, the estimate in EUR";
        assert!(told.contains("cannot be told") && told.contains(why), "{told}");
        assert!(shown(&run).contains("UNKNOWN"));
        let strict = check(&fleet, &[&flags[..], &["--strict"]].concat());
        assert_eq!(code(&strict), 4, "{flags:?}");
    }
    // What has a price may be beyond a limit by itself: $0 of a budget of nothing is not.
    assert!(shown(&check(&fleet, &["--budget", "0"])).contains("UNKNOWN"));
}

#[test]
fn what_grew_at_least_so_much_is_to_blame_too() {
    let folder = tempfile::tempdir().unwrap();
    // A new service whose storage nobody has a price for, but whose 60 builds a month are a minute
    // at 0.006 each: 0.36.
    let main = ["web", "train"].iter().fold(read(MAIN), |fleet, name| {
        let name = format!("name = \"{name}\"\n");
        fleet.replace(&name, &format!("{name}registry = \"main\"\n"))
    });
    let fleet = main
        + r#"
[registry.ibm]
provider = "ibm"
region = "us-south"

[[service]]
name = "ib"
registry = "ibm"
before = { size = "1GiB", profile = "single-stage" }
"#;
    let fleet = file(&folder, "fleet.toml", &fleet);
    let flags = ["--baseline", BASELINE, "--max-increase", "0%"];
    let run = check(&fleet, &flags);
    assert_eq!(code(&run), 3);
    assert!(told(&run).contains("ib: at least +$0.360 ($0 to $0.360 and"), "{}", told(&run));
    let json = shown(&check(&fleet, &[&flags[..], &["--format", "json"]].concat()));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let blamed = &json["gates"][0]["offenders"][0];
    assert_eq!((&blamed["name"], &blamed["complete"]), (&"ib".into(), &false.into()), "{json}");
}

#[test]
fn limits_are_shown_with_the_digits_that_tell_them_apart() {
    // MAIN is billed 4 a month.
    let run = check(MAIN, &["--budget", "3.9999"]);
    assert!(
        told(&run).contains("4 USD a month is 0.0001 USD above the 3.9999 USD"),
        "{}",
        told(&run)
    );
    // A limit may be copied from exact output.
    let run = check(MAIN, &["--budget", "4.000000000000000000000001"]);
    assert_eq!(code(&run), 0, "{}", told(&run));
}

#[test]
fn without_another_image_there_is_no_saving_to_judge() {
    let folder = tempfile::tempdir().unwrap();
    let text = read(MAIN);
    let bare: Vec<&str> = text.lines().filter(|line| !line.starts_with("after")).collect();
    let fleet = file(&folder, "bare.toml", &bare.join("\n"));
    let run = check(&fleet, &["--min-image-saving", "10%"]);
    assert_eq!(code(&run), 3);
    assert!(told(&run).contains("none of 2 services has another image"), "{}", told(&run));
    // One that has is judged, the other is not.
    let one = text.replacen("after = { size = \"9GiB\"", "# after = { size = \"9GiB\"", 1);
    let fleet = file(&folder, "one.toml", &one);
    let run = check(&fleet, &["--min-image-saving", "33%"]);
    assert_eq!(code(&run), 0, "{}", told(&run)); // 30 to 20 GiB is a third
    assert!(flat(&run).contains("1 of 2"), "{}", shown(&run));
}

#[test]
fn services_of_a_list_are_judged_too() {
    let rows = "name,registry,cluster,before.size,after.size\nslim,main,prod,1GB,500MB\nfat,main,prod,1GB,990MB\n";
    let folder = tempfile::tempdir().unwrap();
    file(&folder, "services.csv", rows);
    let fleet = read(MAIN).split("[[service]]").next().unwrap().to_owned();
    let fleet = file(&folder, "fleet.toml", &format!("services = \"services.csv\"\n{fleet}"));
    let run = check(&fleet, &["--min-image-saving", "2%"]);
    assert_eq!(code(&run), 3);
    assert!(told(&run).contains("fat: saves"), "{}", told(&run));
    assert!(!told(&run).contains("slim"), "{}", told(&run));
}

#[test]
fn wrong_usage_is_told_as_such() {
    let cases: [(&[&str], i32, &str); 9] = [
        (&[], 2, "there is no gate to judge"),
        (&["--baseline", BASELINE], 2, "there is no gate to judge"),
        (&["--max-increase", "5%"], 2, "--baseline"),
        (&["--max-increase", "5", "--baseline", BASELINE], 2, "has no percent sign"),
        (&["--budget", "a lot"], 2, "is not an exact decimal amount"),
        (&["--budget-per", "team"], 2, "LABEL=AMOUNT"),
        (&["--min-image-saving", "110%"], 2, "more than the whole"),
        (&["--budget", "1", "--format", "csv"], 2, "json, markdown or junit"),
        // A label that nobody has would be a gate that everybody passes.
        (&["--budget-per", "taem=5"], 1, "no service has a label `taem`"),
    ];
    for (flags, expected, part) in cases {
        let run = check(MAIN, flags);
        assert_eq!(code(&run), expected, "{flags:?}: {}", told(&run));
        assert!(told(&run).contains(part), "{flags:?}: {}", told(&run));
        assert!(run.stdout.is_empty(), "{flags:?}: nothing is half-written");
    }
}

#[test]
fn a_summary_is_appended_and_never_too_long() {
    let folder = tempfile::tempdir().unwrap();
    let summary = file(&folder, "summary.md", "before, and no line break");
    for _ in 0..2 {
        let run = check(MAIN, &["--budget", "1", "--github-summary", &summary]);
        assert_eq!(code(&run), 3);
    }
    let text = read(&summary);
    assert!(text.starts_with("before, and no line break\n## Two services"), "{text}");
    assert_eq!(text.matches("BREACHED").count(), 2, "{text}");

    let full = "x".repeat((1 << 20) - 10);
    std::fs::write(&summary, &full).unwrap();
    let run = check(MAIN, &["--budget", "1000", "--github-summary", &summary]);
    assert_eq!(code(&run), 1);
    assert!(told(&run).contains("at most 1 MiB"), "{}", told(&run));
    assert_eq!(read(&summary), full, "nothing was appended");
    // Outside of a job the variable is empty.
    assert_eq!(code(&check(MAIN, &["--budget", "1000", "--github-summary", ""])), 2);
}
