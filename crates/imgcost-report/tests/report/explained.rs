//! A line as a derivation.

use imgcost::demand::{Grouping, Horizon, Ledger, derive};
use imgcost::estimate::{Estimate, estimate};
use imgcost::fleet::{Fleet, Service, Side};
use imgcost::price::PriceBook;
use imgcost_report::{Colour, Explained};
use serde_json::Value;

use crate::fixture::*;

fn priced(fleet: &Fleet, service: &Service, prices: &PriceBook) -> Estimate {
    let grouping = Grouping { by: vec![], per_service: true };
    let mut ledger = Ledger::new(fleet, &[Side::Before], grouping, Horizon::Mean).unwrap();
    ledger.add(service).unwrap();
    estimate(ledger.close().unwrap().remove(0), prices, terms()).unwrap()
}

/// The line of that price and component, with how it came about.
fn explained<'e>(estimate: &'e Estimate, component: &str, id: &str) -> Explained<'e> {
    let (fleet, service) = (fleet(), service("web"));
    let mut ledger =
        Ledger::new(&fleet, &[Side::Before], Grouping::default(), Horizon::Mean).unwrap();
    ledger.add(&service).unwrap();
    let overlaps = ledger.overlaps().unwrap().remove(0);
    let told = derive(&fleet, &service, Side::Before, &overlaps).unwrap();
    let mut lines = estimate.lines();
    let line = lines
        .find(|line| {
            line.meter.component.name() == component && line.meter.tariff.id.as_str() == id
        })
        .unwrap();
    let derivation = told.into_iter().find(|derived| derived.meter == *line.meter);
    Explained { side: Side::Before, currency: estimate.terms.currency, line, derivation }
}

// Section 9: warm pulls before; in a single-stage image the application lies below dependencies.
const NUMBERS: &str = "20 x (377777777 x 2 + 4444445 x 60 + 62222222 x 60) = 95111111480 bytes";

#[test]
fn text_shows_formula_numbers_price_and_source() {
    let estimate = priced(&fleet(), &service("web"), &prices());
    let line = explained(&estimate, "warm-pulls", "aws.nat.data");
    let text = written(|out| imgcost_report::explain_text(&[line], Colour::Off, out));
    // 95 111 111 480 / 2^30 x 0.045 = 3.98606...
    assert!(text.starts_with("web, before: warm pulls"), "{text}");
    assert!(text.lines().next().unwrap().contains("= 3.98606063481420278549"), "{text}");
    assert!(
        text.contains("Formula     hosts x sum over layers of compressed x versions"),
        "{text}"
    );
    assert!(text.contains(&format!("Numbers     {NUMBERS}")), "{text}");
    // 95 111 111 480 / 2^30 = 88.5791...
    assert!(text.contains("95111111480 / 1073741824 = 88.579"), "{text}");
    assert!(text.contains(" x 0.045 = 3.98606063481420278549"), "{text}");
    assert!(text.contains("Price       aws.nat.data in us-east-1, per GiB"), "{text}");
    assert!(text.contains("Source      the specification"), "{text}");
    assert!(text.contains("checked 2026-11-23, given"), "{text}");
}

#[test]
fn json_has_the_same_parts() {
    let estimate = priced(&fleet(), &service("web"), &prices());
    let line = explained(&estimate, "warm-pulls", "aws.nat.data");
    let text = written(|out| imgcost_report::explain_json(&[line], out));
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["schema_version"], 1);
    let line = &json["lines"][0];
    assert_eq!((at(line, "/service"), at(line, "/side")), ("web", "before"));
    assert_eq!((at(line, "/component"), at(line, "/driver")), ("warm-pulls", "deploy"));
    assert!(at(line, "/formula").starts_with("hosts x"));
    assert_eq!(at(line, "/numbers"), NUMBERS);
    assert!(at(line, "/steps/0").starts_with("95111111480 / 1073741824 = "));
    assert_eq!(rounded(number(at(line, "/amount")), 20), number("3.98606063481420278549"));
    assert_eq!((at(line, "/price/id"), at(line, "/price/rate")), ("aws.nat.data", "0.045"));
    assert_eq!(at(line, "/price/source"), "the specification");
    assert_eq!(at(line, "/price/checked"), "2026-11-23");
}

#[test]
fn csv_and_markdown_have_the_numbers_too() {
    let estimate = priced(&fleet(), &service("web"), &prices());
    let line = [explained(&estimate, "warm-pulls", "aws.nat.data")];
    let csv = written(|out| imgcost_report::explain_csv(&line, out));
    let records = records(&csv);
    assert_eq!(records[0]["numbers"], NUMBERS);
    assert_eq!(records[0]["source"], "the specification");
    let markdown = written(|out| imgcost_report::explain_markdown(&line, out));
    assert!(markdown.contains(NUMBERS) && markdown.contains("aws.nat.data"), "{markdown}");
}

#[test]
fn tiers_and_pools_are_shown() {
    let mut rows = rates();
    let nat = rows.iter_mut().find(|row| row.id.as_str() == "aws.nat.data").unwrap();
    nat.tiers.push(imgcost::price::Tier { from: number("50"), rate: number("0.01") });
    let prices = PriceBook::new(rows);
    let estimate = priced(&fleet(), &service("web"), &prices);
    let line = explained(&estimate, "warm-pulls", "aws.nat.data");
    let text = written(|out| imgcost_report::explain_text(&[line], Colour::Off, out));
    // 104 123 457 150 bytes / 2^30 = 96.97252... GiB: the first 50 at 0.045, the rest at 0.01
    assert!(text.contains("pool of 96.97252"), "{text}");
    assert!(text.contains("50 x 0.045 + 46.97252"), "{text}");
    // 2.25 + 0.4697252 = 2.7197252; the part of the line is 88.579... / 96.972...
    assert!(text.contains("= 2.719725"), "{text}");
    assert!(text.contains("its part: 88.579"), "{text}");
}

#[test]
fn a_line_without_price_says_why() {
    let prices = prices_without("aws.nat.data");
    let estimate = priced(&fleet(), &service("web"), &prices);
    let line = [explained(&estimate, "warm-pulls", "aws.nat.data")];
    let text = written(|out| imgcost_report::explain_text(&line, Colour::Off, out));
    assert!(text.lines().next().unwrap().ends_with("= unpriced"), "{text}");
    assert!(text.contains("Price       none: there is no price aws.nat.data"), "{text}");
    let json: Value =
        serde_json::from_str(&written(|out| imgcost_report::explain_json(&line, out))).unwrap();
    assert!(json["lines"][0]["amount"].is_null() && json["lines"][0]["price"].is_null());
    let csv = written(|out| imgcost_report::explain_csv(&line, out));
    assert_eq!(records(&csv)[0]["amount"], "");
}
