//! A second currency: totals in both, never a sum of two, and rates that are dated and told.

use rust_decimal::Decimal;
use serde_json::Value;

use crate::command::{imgcost, imgcost_as_of, json, number, stdout};
use crate::xlsx::workbook::{calculated, changed, close, stored, written};

/// Made up, so that it is easy to reckon with: a euro is 1.25 dollars or 0.80 pounds.
const RATES: &str = "tests/cases/rates/eurofxref.csv";
const IN_EURO: [&str; 9] =
    ["whatif", "1.2GB", "180MB", "--as-of", "2026-11-23", "--currency", "EUR", "--rates", RATES];
/// What a dollar is worth: 1 / 1.25.
const EURO: Decimal = Decimal::from_parts(8, 0, 0, false, 1);

fn with<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [&IN_EURO[..], args].concat()
}

fn total(of: &Value, side: &str, period: &str) -> Decimal {
    number(&of[side][period]["billed"])
}

/// What a run that must fail says, and its exit code.
fn refused(args: &[&str]) -> (i32, String) {
    let output = imgcost(args);
    (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn totals_are_those_in_dollars_times_the_rate() {
    let report = json(&IN_EURO);
    let euro = &report["exchange"];
    assert_eq!(report["currency"], "USD", "prices and lines stay what they are");
    assert_eq!((&euro["currency"], &euro["on"]), (&"EUR".into(), &"2026-11-20".into()));
    assert_eq!(number(&euro["rate"]), EURO);
    for side in ["before", "after", "saving"] {
        for period in ["monthly", "per_deploy"] {
            // 24 decimals are kept.
            let expected = (total(&report, side, period) * EURO).round_dp(24);
            let off = (total(euro, side, period) - expected).abs();
            assert!(off <= Decimal::new(1, 24), "{side} {period}: {euro}");
        }
    }
    let dollars = json(&IN_EURO[..5]);
    assert_eq!(dollars["before"], report["before"]);
    assert!(dollars.get("exchange").is_none());
}

#[test]
fn both_currencies_are_on_the_screen_with_the_rate() {
    // Section 9 of the model: 4.98 before, 0.263 after, 4.72 saved (4.7167); times 0.8.
    let screen = stdout(&IN_EURO);
    let said = |text: &str| assert!(screen.contains(text), "{text} is missing:\n{screen}");
    said("saves $4.72 a month");
    said("In EUR this saves EUR 3.77 a month, EUR 0.055 per deploy.");
    said("1 USD is 0.8 EUR: ECB euro reference rates");
    said("2026-11-20");
    let row = screen.lines().rfind(|line| line.contains("billed in EUR")).unwrap();
    let amounts: Vec<&str> = row.split("EUR").skip(2).map(str::trim).collect();
    assert_eq!(amounts, ["3.98", "0.210", "3.77"]);
    for format in ["markdown", "github-comment"] {
        let text = stdout(&with(&["--format", format]));
        assert!(
            text.contains("| billed a month in EUR | EUR 3.98 | EUR 0.210 | EUR 3.77 |"),
            "{text}"
        );
    }
    // From pounds by way of the euro: 0.80 / 1.25 = 0.64.
    let pounds = stdout(&[
        "whatif",
        "1GB",
        "1MB",
        "--as-of",
        "2026-11-23",
        "--currency",
        "GBP",
        "--rates",
        RATES,
    ]);
    assert!(pounds.contains("1 USD is 0.64 GBP"), "{pounds}");
}

#[test]
fn the_page_has_exact_amounts_in_both() {
    let (page, report) = (stdout(&with(&["--format", "html"])), json(&IN_EURO));
    for of in [&report, &report["exchange"]] {
        for side in ["before", "after", "saving"] {
            let amount = of[side]["monthly"]["billed"].as_str().unwrap();
            assert!(page.contains(&format!("value=\"{amount}\"")), "{side}: {amount}");
        }
    }
    assert!(page.contains("In EUR this saves EUR 3.77 a month"));
}

#[test]
fn a_workbook_follows_its_rate() {
    let bytes = written(&IN_EURO);
    let book = stored(&bytes);
    let rate = book.row("Summary", 0, "1 USD in EUR, 2026-11-20") + 1;
    let halved = changed(&bytes, ("Summary", &format!("C{rate}")), "0.4");
    let books = calculated(&[bytes, halved]);
    for (name, total) in [
        ("billed a month in EUR", "billed a month"),
        ("billed per deploy in EUR", "billed per deploy"),
    ] {
        for column in [2, 3, 4] {
            let dollars = books[0].summary(total, column);
            assert!(close(book.summary(name, column), dollars * 0.8));
            assert!(close(books[0].summary(name, column), dollars * 0.8));
            assert!(close(books[1].summary(name, column), dollars * 0.4), "{name}");
        }
    }
    assert_eq!(books[0].remark("Services add up to the total"), "yes");
}

#[test]
fn lines_have_a_column_in_each() {
    let text = stdout(&with(&["--format", "csv"]));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<std::collections::BTreeMap<String, String>> =
        reader.deserialize().map(Result::unwrap).collect();
    assert!(rows.len() > 10);
    for row in rows {
        assert_eq!((&*row["currency"], &*row["exchanged_currency"]), ("USD", "EUR"));
        let [dollars, euro] =
            ["amount", "exchanged_amount"].map(|name| row[name].parse::<Decimal>().unwrap());
        assert!((dollars * EURO - euro).abs() <= Decimal::new(1, 24), "{row:?}");
    }
}

#[test]
fn what_cannot_be_shown_is_said() {
    let (code, said) = refused(&["whatif", "1GB", "1MB", "--currency", "CHF", "--rates", RATES]);
    assert!(
        code == 1 && said.contains("no rate of CHF") && said.contains("GBP, JPY, USD, EUR"),
        "{said}"
    );
    let (code, said) = refused(&["whatif", "1GB", "1MB", "--currency", "EUR"]);
    assert!(code == 2 && said.contains("--rates <FILE>"), "{said}");
    let (code, said) =
        refused(&["whatif", "1GB", "1MB", "--currency", "EUR", "--rates", "README.md"]);
    assert!(code == 1 && said.contains("not a file of the ECB's reference rates"), "{said}");
    let (code, said) = refused(&with(&["--format", "focus"]));
    assert!(code == 2 && said.contains("leave --currency out"), "{said}");
    let fleet = "examples/fleet/fleet.toml";
    let (code, said) = refused(&[
        "compare",
        fleet,
        "--baseline",
        "no-matter.json",
        "--currency",
        "EUR",
        "--rates",
        RATES,
    ]);
    assert!(code == 2 && said.contains("a baseline is shown in its own currency"), "{said}");
}

#[test]
fn old_rates_are_told_and_strict_runs_object() {
    let args = ["whatif", "1GB", "1MB", "--currency", "EUR", "--rates", RATES];
    // Seven days are the longest that nothing is said about.
    let run = |day: &str, more: &[&str]| imgcost_as_of(&[&args, more].concat(), day);
    let screen = |day: &str| String::from_utf8(run(day, &[]).stdout).unwrap();
    assert!(!screen("2026-11-27").contains("rates of exchange"));
    assert!(
        screen("2026-11-28").contains("the rates of exchange are 8 days older than 2026-11-28")
    );
    assert_eq!(run("2026-11-28", &["--deny-stale"]).status.code(), Some(4));
    assert_eq!(run("2026-11-27", &["--deny-stale"]).status.code(), Some(0));
    let early = run("2026-11-19", &[]);
    assert_eq!(early.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&early.stderr).contains("the rates begin on 2026-11-20"));
}

#[test]
fn one_currency_needs_no_second() {
    let dollars = ["whatif", "1GB", "1MB", "--currency", "USD", "--rates", RATES];
    assert!(json(&dollars).get("exchange").is_none());
}
