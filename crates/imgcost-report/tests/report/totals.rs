//! All formats show the same totals.

use rust_decimal::Decimal;

use crate::fixture::*;

/// Billed before, billed after and saved a month, as rounded in section 9.
const BILLED: [&str; 3] = ["4.98", "0.26", "4.72"];

/// The first row of a table that begins with a name and has three amounts after it.
fn amounts(text: &str, name: &str, separator: &str) -> Vec<Decimal> {
    let cells = |line: &str| -> Option<Vec<Decimal>> {
        let mut cells =
            line.split(separator).map(str::trim).filter(|cell| !cell.is_empty()).peekable();
        cells.next_if_eq(&name)?;
        let amounts: Vec<Decimal> = cells.filter_map(read_money).collect();
        (amounts.len() >= 3).then(|| amounts[..3].to_vec())
    };
    text.lines().find_map(cells).unwrap_or_else(|| panic!("no row `{name}` in:\n{text}"))
}

fn billed() -> Vec<Decimal> {
    BILLED.map(number).to_vec()
}

fn in_cents(amounts: Vec<Decimal>) -> Vec<Decimal> {
    amounts.into_iter().map(cents).collect()
}

/// Amounts shown are the exact ones, rounded to the digits shown: cents at least.
fn assert_rounded(shown: Vec<Decimal>, exact: [Decimal; 3], what: &str) {
    for (shown, exact) in shown.into_iter().zip(exact) {
        assert!(shown.scale() >= 2, "{what}: {shown}");
        assert_eq!(shown, rounded(exact, shown.scale()), "{what}");
    }
}

#[test]
fn text_shows_the_totals_of_section_9() {
    let text = text(&report(&worked_example()));
    let month = &text[text.find("per month").unwrap()..];
    assert_eq!(in_cents(amounts(month, "billed", "  ")), billed());
    assert!(text.starts_with("Moving one service from 1.2 GB to 180 MB saves $4.72 a month"));
    // 1 - 0.26255/4.97922 = 94.7 %
    assert!(month.contains("-95 %"));
}

#[test]
fn markdown_shows_the_totals_of_section_9() {
    let markdown = markdown(&report(&worked_example()));
    assert_eq!(in_cents(amounts(&markdown, "billed a month", "|")), billed());
}

#[test]
fn csv_adds_up_to_the_totals_of_section_9() {
    let records = records(&csv(&report(&worked_example())));
    let sum = |side: &str| -> Decimal {
        let billed = records.iter().filter(|line| line["side"] == side && line["kind"] == "billed");
        billed.map(|line| number(&line["amount"])).sum()
    };
    let (before, after) = (sum("before"), sum("after"));
    assert_eq!([before, after, before - after].map(cents).to_vec(), billed());
}

#[test]
fn json_shows_the_totals_of_section_9() {
    let json = json(&report(&worked_example()));
    let figures = ["/before", "/after", "/saving"].map(|path| format!("{path}/monthly/billed"));
    assert_eq!(figures.map(|path| cents(number(at(&json, &path)))).to_vec(), billed());
}

#[test]
fn components_agree_between_text_markdown_and_csv() {
    let comparison = worked_example();
    let report = report(&comparison);
    let (text, markdown, records) = (text(&report), markdown(&report), records(&csv(&report)));
    let month = &text[text.find("per month").unwrap()..];
    let rows = [
        ("warm pulls", "warm-pulls"),
        ("cold pulls", "cold-pulls"),
        ("registry storage", "registry-storage"),
        ("build minutes", "build-minutes"),
        ("node disk (capacity)", "node-disk"),
    ];
    for (label, component) in rows {
        let sum = |side: &str| -> Decimal {
            let lines = records.iter();
            let lines = lines.filter(|l| l["side"] == side && l["component"] == component);
            lines.map(|line| number(&line["amount"])).sum()
        };
        let (before, after) = (sum("before"), sum("after"));
        let exact = [before, after, before - after];
        assert_rounded(amounts(month, label, "  "), exact, label);
        assert_eq!(amounts(&markdown, label, "|"), amounts(month, label, "  "));
    }
}

#[test]
fn two_runs_give_the_same_bytes() {
    let services: Vec<_> = (0..30)
        .map(|index| team(service(&format!("s{index}")), &format!("t{}", index % 7)))
        .collect();
    let backwards: Vec<_> = services.iter().rev().cloned().collect();
    let all = |services: &[imgcost::fleet::Service]| {
        let comparison = compared(services, &by_team(), &prices());
        let mut report = report(&comparison);
        report.group_by = vec!["team".into()];
        [text(&report), markdown(&report), csv(&report), json_text(&report)]
    };
    let first = all(&services);
    assert_eq!(first, all(&services));
    assert_eq!(first, all(&backwards), "the order of services changes nothing");
}

#[test]
fn colours_change_no_word() {
    let comparison = worked_example();
    let report = report(&comparison);
    let coloured = written(|out| imgcost_report::text(&report, imgcost_report::Colour::On, out));
    let mut plain = coloured;
    for code in ["0", "1", "2", "31", "32", "33"] {
        plain = plain.replace(&format!("\u{1b}[{code}m"), "");
    }
    assert_eq!(plain, text(&report));
}
