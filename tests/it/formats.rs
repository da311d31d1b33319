//! All formats show the same totals; layout is pinned.

use rust_decimal::Decimal;

use crate::command::{imgcost, json, number, stdout};

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
