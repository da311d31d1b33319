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

#[test]
fn a_group_of_which_a_part_has_no_price_is_not_shown_as_if_it_had() {
    let services = [team(service("web"), "shop")];
    let comparison = compared(&services, &by_team(), &prices_without("aws.nat.data"));
    let report = imgcost_report::Report { group_by: vec!["team".into()], ..report(&comparison) };
    // Storage and builds have a price: 0.2555 + 0.36 before, 0.0145 + 0.036 after.
    for (format, text) in
        [("text", text(&report)), ("markdown", markdown(&report)), ("comment", comment(&report))]
    {
        let row = text.lines().find(|line| line.contains("shop")).unwrap_or_default();
        for cell in ["$0.615 + ?", "$0.051 + ?", "unknown"] {
            assert!(row.contains(cell), "{format}: {cell} is not in {row:?}");
        }
        let saved = row.rfind("unknown").unwrap();
        assert!(row[..saved].contains("unknown"), "{format}: neither a month nor per deploy");
    }
    let page = html(&report);
    let groups = &page[page.find("id=\"groups-table\"").unwrap()..];
    let row = &groups[groups.find("shop").unwrap()..];
    let row = &row[..row.find("</tr>").unwrap()];
    assert_eq!((row.matches(" + ?<").count(), row.matches("unknown").count()), (2, 2), "{row}");
    assert_eq!(json(&report)["groups"][0]["complete"], false);
}

#[test]
fn a_service_of_which_a_part_has_no_price_keeps_that_part() {
    let services = [service("a"), service("b")];
    let comparison = compared(&services, &per_service(), &prices_without("aws.nat.data"));
    let report = report(&comparison);
    let comment = comment(&report);
    assert!(comment.contains("| a | $0.615 + ? | $0.051 + ? | unknown |"), "{comment}");
    assert!(html(&report).matches("$0.615 + ?").count() >= 2);
}

#[test]
fn where_nothing_has_a_price_nothing_is_zero() {
    let services = [service("web")];
    let comparison = compared(&services, &per_service(), &imgcost::price::PriceBook::default());
    let report = report(&comparison);
    for text in [text(&report), markdown(&report), comment(&report), html(&report)] {
        assert!(text.contains("no price is known for what is billed"), "{text}");
        assert!(!text.contains("$0"), "{text}");
        assert!(!text.contains("nothing that is billed"), "{text}");
    }
}

#[test]
fn payback_and_share_are_not_told_of_a_part() {
    let services = [service("web")];
    let comparison = compared(&services, &per_service(), &prices_without("aws.nat.data"));
    let report = imgcost_report::Report {
        effort: Some(money("10")),
        container_bill: Some(money("100")),
        ..report(&comparison)
    };
    let shown = text(&report);
    assert!(shown.contains("Payback of $10.00 of work: unknown"), "{shown}");
    assert!(shown.contains("What has a price is 0.6 % of the container bill"), "{shown}");
    let json = json(&report);
    assert!(json["payback_months"].is_null() && json["percent_of_bill"].is_null(), "{json}");
}

#[test]
fn capacity_without_a_price_leaves_what_is_billed_whole() {
    let services = [service("web")];
    let comparison = compared(&services, &per_service(), &prices_without("aws.ebs.gp3"));
    let shown = text(&report(&comparison));
    // Section 9 of the model.
    assert!(shown.contains("saves $4.72 a month"), "{shown}");
    assert!(!shown.contains("prices are missing"), "{shown}");
    assert!(shown.contains("INCOMPLETE"), "{shown}");
}
