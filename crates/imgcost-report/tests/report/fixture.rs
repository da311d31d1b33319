//! The worked example of the specification (one service from 1.2 GB to 180 MB), to vary from, and
//! ways to read reports back.

#[path = "../../../imgcost/tests/model/fixture.rs"]
mod model;

pub use model::*;

use imgcost::demand::Grouping;
use imgcost::estimate::{Comparison, scenario};
use imgcost::fleet::*;
use imgcost::price::PriceBook;
use imgcost::units::*;
use imgcost_report::{Colour, Report, View};
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;

pub fn money(text: &str) -> Money {
    Money::from_decimal(number(text)).unwrap()
}

/// Rounded as people round.
pub fn rounded(value: Decimal, digits: u32) -> Decimal {
    value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
}

pub fn cents(value: Decimal) -> Decimal {
    rounded(value, 2)
}

pub fn team(service: Service, team: &str) -> Service {
    let label = Label { name: "team".into(), value: team.into() };
    Service { labels: vec![label], ..service }
}

/// The rates without one of them.
pub fn prices_without(id: &str) -> PriceBook {
    PriceBook::new(rates().into_iter().filter(|row| row.id.as_str() != id).collect())
}

pub fn per_service() -> Grouping {
    Grouping { by: vec![], per_service: true }
}

pub fn by_team() -> Grouping {
    Grouping { by: vec!["team".into()], per_service: true }
}

pub fn compared(services: &[Service], grouping: &Grouping, prices: &PriceBook) -> Comparison {
    scenario(&fleet(), services, grouping, prices, terms()).unwrap()
}

/// Section 9.
pub fn worked_example() -> Comparison {
    compared(&[service("web")], &per_service(), &prices())
}

/// A report that says nothing beside the numbers.
pub fn report(comparison: &Comparison) -> Report<'_> {
    Report {
        title: "one service from 1.2 GB to 180 MB".into(),
        setting: vec![],
        view: View::Compare(comparison),
        group_by: vec![],
        assumptions: vec![],
        alternatives: vec![],
        paths: vec!["nat".into()],
        compression: None,
        ready_sooner: None,
        effort: None,
        container_bill: None,
        by_month: vec![],
        exchange: None,
        lines: true,
        verbose: false,
        warnings: vec![],
    }
}

pub fn written(write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

pub fn text(report: &Report<'_>) -> String {
    written(|out| imgcost_report::text(report, Colour::Off, out))
}

pub fn markdown(report: &Report<'_>) -> String {
    written(|out| imgcost_report::markdown(report, out))
}

pub fn html(report: &Report<'_>) -> String {
    written(|out| imgcost_report::html(report, out))
}

pub fn comment(report: &Report<'_>) -> String {
    written(|out| imgcost_report::github_comment(report, out))
}

pub fn csv(report: &Report<'_>) -> String {
    written(|out| imgcost_report::csv(report, out))
}

pub fn json_text(report: &Report<'_>) -> String {
    written(|out| imgcost_report::json(report, out))
}

pub fn json(report: &Report<'_>) -> Value {
    serde_json::from_str(&json_text(report)).unwrap()
}

/// A table of names and cells as CSV has it.
pub fn records(csv: &str) -> Vec<std::collections::HashMap<String, String>> {
    let mut reader = ::csv::Reader::from_reader(csv.as_bytes());
    let names = reader.headers().unwrap().clone();
    let named = |record: ::csv::StringRecord| {
        names.iter().zip(&record).map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect()
    };
    reader.records().map(|record| named(record.unwrap())).collect()
}

/// A string in JSON, by its path.
pub fn at<'v>(value: &'v Value, path: &str) -> &'v str {
    let found = value.pointer(path).unwrap_or_else(|| panic!("there is no {path}"));
    found.as_str().unwrap_or_else(|| panic!("{path} is no string but {found}"))
}

/// `$4.98`, `-$1,234.50` or `<$0.001` read back; `None` for anything else.
pub fn read_money(cell: &str) -> Option<Decimal> {
    let plain = cell.replace(['$', ','], "");
    if plain.contains('<') { Some(Decimal::ZERO) } else { plain.parse().ok() }
}

/// The paragraph of a screen that has that name, unwrapped; advice at its foot is none of it.
pub fn paragraph(text: &str, name: &str) -> String {
    let mut lines = text.lines().skip_while(|line| !line.starts_with(&format!(" {name}")));
    let first = lines.next().unwrap_or_else(|| panic!("no {name} in:\n{text}"));
    let first = first[1 + name.len()..].trim();
    let more = lines.take_while(|line| line.starts_with("               "));
    let more = more.filter(|line| !line.trim().starts_with("imgcost explain"));
    std::iter::once(first).chain(more.map(str::trim)).collect::<Vec<_>>().join(" ")
}
