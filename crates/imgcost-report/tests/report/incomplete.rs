//! What has no price is shown without an amount, in every format, and never as zero.

use imgcost::estimate::{Terms, scenario};
use imgcost::units::Currency;

use crate::fixture::*;

#[test]
fn text_says_that_it_is_incomplete() {
    let services = [service("web")];
    let comparison = compared(&services, &per_service(), &prices_without("aws.nat.data"));
    let text = text(&report(&comparison));
    // warm and cold pulls through NAT on both sides: four lines
    assert!(text.contains(" INCOMPLETE    4 lines have no price"), "{text}");
    let row = |name: &str| {
        let month = &text[text.find("per month").unwrap()..];
        month.lines().find(|line| line.trim_start().starts_with(name)).unwrap().to_owned()
    };
    for pulls in ["warm pulls", "cold pulls"] {
        let cells: Vec<String> = row(pulls).split_whitespace().map(str::to_owned).collect();
        assert_eq!(cells[2..5], ["unpriced", "unpriced", "unknown"], "{text}");
        assert!(!row(pulls).contains('$'));
    }
    assert!(text.contains("not priced: warm-pulls: there is no price aws.nat.data"), "{text}");
}

#[test]
fn markdown_says_that_it_is_incomplete() {
    let services = [service("web")];
    let comparison = compared(&services, &per_service(), &prices_without("aws.nat.data"));
    let markdown = markdown(&report(&comparison));
    assert!(markdown.contains("**INCOMPLETE** 4 lines have no price"), "{markdown}");
    assert!(markdown.contains("| warm pulls | unpriced | unpriced | unknown |"), "{markdown}");
    assert!(markdown.contains("not priced: cold-pulls"), "{markdown}");
}

#[test]
fn json_has_null_for_amount_and_price() {
    let services = [service("web")];
    let comparison = compared(&services, &per_service(), &prices_without("aws.ecr.storage"));
    let json = json(&report(&comparison));
    assert_eq!(json["complete"], false);
    let lines = json["lines"].as_array().unwrap();
    let stored: Vec<_> =
        lines.iter().filter(|line| line["component"] == "registry-storage").collect();
    assert_eq!(stored.len(), 2, "one a side");
    for line in stored {
        assert!(line["amount"].is_null() && line["price"].is_null(), "{line}");
        assert!(line.get("amount").is_some() && line.get("price").is_some(), "keys stay");
        assert!(at(line, "/unpriced").contains("there is no price aws.ecr.storage"));
        // the quantity is known all the same: 2.5546 and 0.1455 GiB-months
        assert_eq!(at(line, "/unit"), "GiB-month");
        let quantity = rounded(number(at(line, "/quantity")), 4);
        assert!([number("2.5546"), number("0.1455")].contains(&quantity));
    }
    assert!(at(&json, "/warnings/0").contains("registry-storage"));
    // everything else is priced: 4.3638 + 0.36 = 4.7238
    assert_eq!(rounded(number(at(&json, "/before/monthly/billed")), 4), number("4.7238"));
}

#[test]
fn csv_leaves_the_amount_empty() {
    let services = [service("web")];
    let comparison = compared(&services, &per_service(), &prices_without("aws.ecr.storage"));
    let records = records(&csv(&report(&comparison)));
    let stored: Vec<_> =
        records.iter().filter(|line| line["component"] == "registry-storage").collect();
    assert_eq!(stored.len(), 2);
    for line in stored {
        assert_eq!((line["amount"].as_str(), line["rate"].as_str()), ("", ""));
        assert!(number(&line["quantity"]) > number("0.1"));
        assert_eq!(line["price_id"], "aws.ecr.storage", "what is missing is named");
    }
    assert!(records.iter().filter(|line| line["amount"].is_empty()).count() == 2);
}

#[test]
fn one_missing_price_is_one_line() {
    let services = [service("web")];
    let comparison = compared(&services, &per_service(), &prices_without("aws.ecr.storage"));
    let mut report = report(&comparison);
    report.view = imgcost_report::View::Estimate(&comparison.before);
    assert!(text(&report).contains("1 line has no price; totals leave it out."));
}

#[test]
fn a_price_in_another_currency_is_no_price() {
    let euro: Currency = "EUR".parse().unwrap();
    let fleet = imgcost::fleet::Fleet { currency: euro, ..fleet() };
    let terms = Terms { currency: euro, ..terms() };
    let services = [service("web")];
    let comparison = scenario(&fleet, &services, &per_service(), &prices(), terms).unwrap();
    let report = report(&comparison);
    assert_eq!(json(&report)["complete"], false);
    assert!(csv(&report).contains(",EUR,"));
    assert!(records(&csv(&report)).iter().all(|line| line["amount"].is_empty()));
    let text = text(&report);
    assert!(text.contains("the price is in USD, the estimate in EUR"), "{text}");
    assert!(!text.contains('$'), "{text}");
}
