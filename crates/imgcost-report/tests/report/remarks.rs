//! The sentences around the numbers.

use imgcost::estimate::{Alternative, alternatives, scenario};
use imgcost::fleet::{Leg, PathKind};
use imgcost::units::Share;
use imgcost_report::Report;

use crate::fixture::*;

#[test]
fn the_chosen_path_and_the_others_are_named() {
    let comparison = worked_example();
    let mut report = report(&comparison);
    report.alternatives = alternatives(&fleet(), &[service("web")], &prices(), terms()).unwrap();
    let text = paragraph(&text(&report), "Network path");
    // The bytes saved are 99 064 938 251.4, which is 92.26141 GiB; x 0.045 = 4.1518. Without
    // them 4.7167 - 4.1518 = 0.5649 is left; + 0.9226 at 0.01 a GiB; + 8.3035 at 0.09.
    assert_eq!(
        text,
        "nat adds $4.15 of this saving. Otherwise it would be direct or s3-gateway $0.565, \
         interface-endpoint $1.49, internet $8.87."
    );
    let json = json(&report);
    let paths = json["paths"].as_array().unwrap();
    let of = |name: &str| paths.iter().find(|path| path["path"] == name).unwrap();
    for (name, saving) in
        [("direct", "0.5649"), ("nat", "4.7167"), ("interface-endpoint", "1.4875")]
    {
        assert_eq!(rounded(number(at(of(name), "/saving")), 4), number(saving));
    }
}

#[test]
fn a_free_path_adds_nothing() {
    let mut fleet = fleet();
    fleet.clusters[0].path = vec![Leg { kind: PathKind::Direct, share: Share::ALL }];
    let services = [service("web")];
    let comparison = scenario(&fleet, &services, &per_service(), &prices(), terms()).unwrap();
    let mut report = report(&comparison);
    report.paths = vec!["direct".into()];
    report.alternatives = alternatives(&fleet, &services, &prices(), terms()).unwrap();
    let text = paragraph(&text(&report), "Network path");
    // as above: the s3 gateway costs what the direct path costs
    assert_eq!(
        text,
        "direct adds nothing here. Otherwise the saving would be s3-gateway $0.565, \
         interface-endpoint $1.49, nat $4.72, internet $8.87."
    );
}

#[test]
fn a_path_without_price_is_named_as_unknown() {
    let comparison = worked_example();
    let mut report = report(&comparison);
    report.alternatives = vec![
        Alternative { path: PathKind::Direct, billed: Some((money("2"), money("1"))) },
        Alternative { path: PathKind::Internet, billed: None },
    ];
    let text = paragraph(&text(&report), "Network path");
    assert!(text.ends_with("direct $1.00. No price is known for internet."), "{text}");
    let json = json(&report);
    assert!(json["paths"][1]["saving"].is_null());
    assert_eq!(at(&json, "/paths/0/saving"), "1");
}

fn notes(report: &Report<'_>) -> String {
    text(report).lines().filter(|line| line.starts_with(" Note")).collect()
}

#[test]
fn effort_is_paid_back() {
    let comparison = worked_example();
    let mut report = report(&comparison);
    // 16 hours at 90: 1440 / 4.71667 = 305.30
    report.effort = Some(money("1440"));
    assert!(
        notes(&report).contains("Payback: $1,440.00 of work is earned back in 305.3 months."),
        "{}",
        text(&report)
    );
    let json = json(&report);
    assert_eq!(rounded(number(at(&json, "/payback_months")), 8), number("305.30010293"));
}

#[test]
fn a_stated_bill_gives_a_share() {
    let comparison = worked_example();
    let mut report = report(&comparison);
    assert!(!text(&report).contains("container bill"), "no bill is assumed");
    report.container_bill = Some(money("100"));
    // 4.71667 of 100
    assert!(notes(&report).contains("That is 4.7 % of the container bill you stated."));
    let share = number(at(&json(&report), "/percent_of_bill"));
    assert_eq!(rounded(share, 8), number("4.71667054"));
}

#[test]
fn growth_is_told_by_month() {
    let comparison = worked_example();
    let mut report = report(&comparison);
    report.by_month =
        (1..=12).map(|month| (month, money(&format!("{month}.5")), money("0.25"))).collect();
    let text = paragraph(&text(&report), "Note");
    assert!(text.starts_with("Nothing is ever deleted, so storage grows: month 1 $1.50 -> $0.250"));
    for month in 2..=12 {
        assert!(text.contains(&format!(", month {month} ${month}.50 -> $0.250")), "{text}");
    }
    let json = json(&report);
    let months = json["billed_by_month"].as_array().unwrap();
    assert_eq!(months.len(), 12);
    assert_eq!(months[6]["month"], 7);
    assert_eq!((at(&months[6], "/before"), at(&months[6], "/after")), ("7.5", "0.25"));
}

#[test]
fn the_naive_figure_stands_beside() {
    let comparison = worked_example();
    let mut report = report(&comparison);
    report.compression = Some(number("2.7"));
    // (1.2 - 0.18) GB x 20 nodes x 60 deploys / 2^30 x 0.045 = 51.297
    assert_eq!(
        paragraph(&text(&report), "Naive figure"),
        "size x pulls x price would promise $51.30: it sends unpacked bytes (2.7x) and forgets \
         that nodes keep layers."
    );
}

#[test]
fn old_evidence_is_named() {
    let mut rows = rates();
    let first = &mut rows[0];
    first.source_date = chrono::NaiveDate::from_ymd_opt(2024, 10, 1);
    let prices = imgcost::price::PriceBook::new(rows);
    let comparison = compared(&[service("web")], &per_service(), &prices);
    let text = paragraph(&text(&report(&comparison)), "Prices");
    assert_eq!(
        text,
        "of 2026-11-23, checked 2026-11-23; evidence older than a year: aws.nat.data us-east-1 \
         (2024-10)."
    );
}

#[test]
fn stale_prices_are_warned_of() {
    let mut rows = rates();
    rows[0].checked = chrono::NaiveDate::from_ymd_opt(2025, 11, 1).unwrap();
    let prices = imgcost::price::PriceBook::new(rows);
    let comparison = compared(&[service("web")], &per_service(), &prices);
    let text = text(&report(&comparison));
    assert!(text.contains("stale price: aws.nat.data in us-east-1"), "{text}");
    assert!(text.contains("checked 2025-11-01 to 2026-11-23"), "{text}");
}

#[test]
fn a_sooner_node_is_a_remark() {
    let mut fleet = fleet();
    fleet.clusters[0].node_price = Some(imgcost::price::PriceId::new("aws.ec2.m5.large"));
    let mut rows = rates();
    rows.push(row("aws.ec2.m5.large", imgcost::price::PriceUnit::Hour, "0.096"));
    let prices = imgcost::price::PriceBook::new(rows);
    let comparison = scenario(&fleet, &[service("web")], &per_service(), &prices, terms()).unwrap();
    let mut report = report(&comparison);
    for (seconds, remark) in [("6.9", "ready 6.9 s sooner"), ("-6.9", "ready 6.9 s later")] {
        report.ready_sooner = Some(number(seconds));
        assert!(text(&report).contains(remark));
    }
}
