//! Reports as a page and as a workbook: the totals are those of JSON, and neither needs anything else.

use std::process::Command;

use rust_decimal::Decimal;

use crate::command::{imgcost, json, number, stdout};
use crate::live_registry::tools;

const FLEET: &str = "examples/fleet/fleet.toml";
const DAY: [&str; 2] = ["--as-of", "2026-11-23"];

/// Billed a month, before and after, and what is saved, as JSON has them.
fn billed() -> [Decimal; 3] {
    let report = json(&[&["compare", FLEET], &DAY[..]].concat());
    [&report["before"], &report["after"], &report["saving"]]
        .map(|side| number(&side["monthly"]["billed"]))
}

#[test]
fn the_page_shows_the_same_totals_and_asks_no_network() {
    let page = stdout(&[&["compare", FLEET, "--format", "html"], &DAY[..]].concat());
    for amount in billed() {
        let shown = format!("${}", amount.round_dp(2));
        assert!(page.contains(&shown), "{shown} is not on the page");
    }
    assert!(page.contains("Content-Security-Policy"));
    for loads in ["<link rel=\"stylesheet", "<script src", "@import", "url(http"] {
        assert!(!page.contains(loads), "the page has {loads}");
    }
}

#[test]
fn names_on_the_page_are_text() {
    let folder = tempfile::tempdir().unwrap();
    let fleet = folder.path().join("fleet.toml");
    let text = "[registry.main]\nprovider = \"aws-ecr\"\nregion = \"us-east-1\"\n[cluster.prod]\nregion = \"us-east-1\"\nnodes = 4\n[[service]]\nname = \"<img src=x onerror=alert(1)>\"\nbefore = \"1.2GB\"\nafter = \"180MB\"\n[[service]]\nname = \"b\"\nbefore = \"1GB\"\nafter = \"100MB\"\n";
    std::fs::write(&fleet, text).unwrap();
    let page = stdout(&["compare", fleet.to_str().unwrap(), "--format", "html"]);
    assert!(!page.contains("<img") && page.contains("&lt;img src=x"));
}

#[test]
fn a_recalculated_workbook_has_the_same_totals() {
    tools::ensure(&[("soffice", "libreoffice-calc-nogui")]);
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let book = path("fleet.xlsx");
    stdout(&[&["compare", FLEET, "--format", "xlsx", "-o", &book], &DAY[..]].concat());
    // The sheet Summary as CSV, values as they are and not as they are formatted.
    let filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,1";
    let profile = format!("-env:UserInstallation=file://{}", path("profile"));
    let mut convert = Command::new("soffice");
    convert.args([profile.as_str(), "--headless", "--convert-to", filter, "--outdir"]);
    tools::finish(convert.args([folder.path().to_str().unwrap(), &book]));
    let summary = std::fs::read_to_string(path("fleet-Summary.csv")).unwrap();
    let row = summary.lines().find(|line| line.starts_with("billed a month,")).unwrap();
    let cells: Vec<Decimal> =
        row.split(',').filter_map(|cell| cell.trim_matches('"').parse().ok()).collect();
    // A spreadsheet keeps fifteen digits.
    for (cell, expected) in cells.iter().zip(billed()) {
        let off = (*cell - expected).abs();
        assert!(off < Decimal::new(1, 9), "{cell} is not {expected}");
    }
    assert!(cells.len() >= 3, "{row}");
}

#[test]
fn other_commands_write_neither() {
    for format in ["html", "xlsx"] {
        let run = imgcost(&["prices", "list", "--format", format]);
        assert_eq!(run.status.code(), Some(2), "{format}");
    }
}
