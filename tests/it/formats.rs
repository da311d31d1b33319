//! All formats show the same totals; layout is pinned.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};

use crate::command::{imgcost, json, number, stdout};
use crate::xlsx::workbook::{close, stored, written};

const FLEET: &str = "examples/fleet/fleet.toml";
const DAY: [&str; 2] = ["--as-of", "2026-11-23"];
const WHATIF: [&str; 5] = ["whatif", "1.2GB", "180MB", "--as-of", "2026-11-23"];

#[test]
fn the_screen_keeps_its_layout() {
    insta::assert_snapshot!("whatif", stdout(&WHATIF));
    insta::assert_snapshot!(
        "whatif-markdown",
        stdout(&[&WHATIF[..], &["--format", "markdown"]].concat())
    );
    insta::assert_snapshot!(
        "quote",
        stdout(&[
            "prices",
            "quote",
            "aws.transfer.internet",
            "--region",
            "us-east-1",
            "--quantity",
            "57000 GiB"
        ])
    );
    insta::assert_snapshot!(
        "prices-list",
        stdout(&["prices", "list", "aws.nat", "--as-of", "2026-11-23"])
    );
}

#[test]
fn the_what_if_fits_one_screen() {
    let screen = stdout(&WHATIF);
    assert!(screen.lines().count() <= 48, "{} lines", screen.lines().count());
    assert!(screen.lines().all(|line| line.chars().count() <= 120));
}

/// `$268.52`: an amount from a dollar to a thousand, as people read it.
fn cents(amount: Decimal) -> String {
    let shown = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    assert!(shown >= Decimal::ONE && shown < Decimal::ONE_THOUSAND, "choose another fleet");
    format!("${shown:.2}")
}

/// The last row of amounts, on a screen or in markdown, that begins with a name.
fn row<'t>(text: &'t str, name: &str) -> &'t str {
    let mut rows = text
        .lines()
        .filter(|line| line.trim_start_matches(['|', ' ']).starts_with(name) && line.contains('$'));
    rows.next_back().unwrap_or_else(|| panic!("{name} is not in\n{text}"))
}

#[test]
fn one_fleet_file_has_the_same_totals_in_every_format() {
    let compared = [&["compare", FLEET][..], &DAY].concat();
    let report = json(&compared);
    let billed =
        ["before", "after", "saving"].map(|side| number(&report[side]["monthly"]["billed"]));
    let [before, after, saved] = billed.map(cents);
    let of = |format: &str| stdout(&[&compared[..], &["--format", format]].concat());

    for (format, name) in
        [("text", "billed"), ("markdown", "billed a month"), ("github-comment", "billed a month")]
    {
        let text = of(format);
        let row = row(&text, name);
        for amount in [&before, &after, &saved] {
            assert!(row.contains(amount), "{format}: {amount} is not in {row}");
        }
        let first = text.lines().find(|line| line.contains("Moving")).unwrap();
        assert!(first.contains(&format!("saves {saved} a month")), "{format}: {first}");
    }

    let page = of("html");
    for (id, exact, shown) in [
        ("before-month", billed[0], &before),
        ("after-month", billed[1], &after),
        ("saved-month", billed[2], &saved),
    ] {
        let figure = format!("<data id=\"{id}\" value=\"{exact}\">{shown}</data>");
        assert!(page.contains(&figure), "{figure} is not on the page");
    }

    let book = stored(&written(&compared));
    for (column, exact) in (2..).zip(billed) {
        let found = book.summary("billed a month", column);
        assert!(close(found, exact.to_string().parse().unwrap()), "workbook: {found}, not {exact}");
    }

    // A bill has one side: of a comparison, what comes after.
    let rows = of("focus");
    let mut rows = csv::Reader::from_reader(rows.as_bytes());
    let costs = rows.deserialize().map(|row| {
        let row: BTreeMap<String, String> = row.unwrap();
        row["BilledCost"].parse::<Decimal>().unwrap()
    });
    assert_eq!(costs.sum::<Decimal>(), billed[1], "FOCUS");

    for (side, amount) in [("before", &before), ("after", &after)] {
        let gate = ["check", FLEET, "--side", side, "--budget", "1", "--format", "junit"];
        let output = imgcost(&[&gate[..], &DAY].concat());
        assert_eq!(output.status.code(), Some(3));
        let junit = String::from_utf8(output.stdout).unwrap();
        assert!(junit.contains(&format!("message=\"{amount} a month is")), "{side}: {junit}");
    }
}

#[test]
fn csv_lists_the_lines_and_no_totals() {
    let text = stdout(&[&WHATIF[..], &["--format", "csv"]].concat());
    let mut rows = text.lines();
    let head: Vec<&str> = rows.next().unwrap().split(',').collect();
    let place = |name: &str| head.iter().position(|column| *column == name).unwrap();
    let mut billed = Decimal::ZERO;
    for row in rows {
        let cells: Vec<&str> = row.split(',').collect();
        if cells[place("side")] == "before" && cells[place("kind")] == "billed" {
            billed += cells[place("amount")].parse::<Decimal>().unwrap();
        }
    }
    assert_eq!(billed, number(&json(&WHATIF)["before"]["monthly"]["billed"]));
}

#[test]
fn explain_names_formula_numbers_and_price() {
    let text = stdout(&[
        "explain",
        "tests/cases/fleets/worked-example/fleet.toml",
        "--side",
        "before",
        "--line",
        "warm-pulls",
        "--as-of",
        "2026-11-23",
    ]);
    for part in [
        "20 x (377777777 x 2 + 4444445 x 60 + 62222222 x 60) = 95111111480 bytes",
        "0.045",
        "aws.nat.data",
        "Source",
        "checked",
    ] {
        assert!(text.contains(part), "{part} is missing:\n{text}");
    }
}

#[test]
fn colour_is_off_unless_asked_for() {
    assert!(!stdout(&WHATIF).contains('\u{1b}'));
    assert!(stdout(&[&WHATIF[..], &["--color", "always"]].concat()).contains('\u{1b}'));
}

#[test]
fn completions_and_help_are_there() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(stdout(&["completions", shell]).contains("imgcost"));
    }
    let help = stdout(&["--help"]);
    for command in ["whatif", "estimate", "compare", "explain", "prices", "init", "completions"] {
        assert!(help.contains(command), "{command} is not in the help");
    }
    assert!(imgcost(&["--version"]).status.success());
}

#[test]
fn the_shipped_prices_are_well_formed() {
    assert!(stdout(&["prices", "check"]).contains("nothing wrong"));
}
