//! What a quantity costs by one row.

use imgcost::price::{Allowances, PriceRow, PriceUnit, Tier, charge};
use imgcost_report::{Colour, Quote};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::fixture::*;

fn internet() -> PriceRow {
    let mut row = row("aws.transfer.internet", PriceUnit::Gib, "0.09");
    row.tiers.push(Tier { from: 10240.into(), rate: number("0.085") });
    row.tiers.push(Tier { from: 51200.into(), rate: number("0.07") });
    row
}

fn quoted(write: impl FnOnce(&Quote<'_>) -> String, quantity: &str, free: &str) -> String {
    let row = internet();
    let allowances = Allowances { free: number(free), ..Default::default() };
    let charge = charge(&row, number(quantity), &allowances).unwrap();
    let free = number(free);
    write(&Quote { row: &row, region: "us-east-1", charge: &charge, free })
}

fn json(quote: &Quote<'_>) -> String {
    written(|out| imgcost_report::quote_json(quote, out))
}

#[test]
fn json_has_the_fields_of_the_contract() {
    let json: Value = serde_json::from_str(&quoted(json, "61440", "0")).unwrap();
    assert_eq!(json["schema_version"], 1);
    assert_eq!(at(&json, "/id"), "aws.transfer.internet");
    assert_eq!((at(&json, "/region"), at(&json, "/unit")), ("us-east-1", "GiB"));
    assert_eq!((at(&json, "/quantity"), at(&json, "/currency")), ("61440", "USD"));
    assert_eq!(at(&json, "/source"), "the specification");
    assert_eq!(at(&json, "/checked"), "2026-11-23");
    // 10240 x 0.09 + 40960 x 0.085 + 10240 x 0.07 = 921.6 + 3481.6 + 716.8
    assert_eq!(at(&json, "/amount"), "5120");
    let tier = |index: usize| {
        let tier = &json["tiers"][index];
        ["from", "quantity", "rate", "amount"].map(|key| at(tier, &format!("/{key}")).to_owned())
    };
    assert_eq!(tier(0), ["0", "10240", "0.09", "921.6"]);
    assert_eq!(tier(1), ["10240", "40960", "0.085", "3481.6"]);
    assert_eq!(tier(2), ["51200", "10240", "0.07", "716.8"]);
    assert_eq!((at(&json, "/tiers/0/to"), at(&json, "/tiers/1/to")), ("10240", "51200"));
    assert!(json["tiers"][2]["to"].is_null(), "the last tier has no end");
}

#[test]
fn tiers_add_up() {
    for (quantity, free) in [("61440", "0"), ("61440", "100"), ("0.5", "0"), ("10240.25", "0")] {
        let json: Value = serde_json::from_str(&quoted(json, quantity, free)).unwrap();
        let sum = |key: &str| -> Decimal {
            let tiers = json["tiers"].as_array().unwrap().iter();
            tiers.map(|tier| number(at(tier, &format!("/{key}")))).sum()
        };
        assert_eq!(sum("amount"), number(at(&json, "/amount")));
        assert_eq!(sum("quantity"), number(quantity) - number(free));
    }
}

#[test]
fn an_allowance_covers_the_first_units() {
    let json: Value = serde_json::from_str(&quoted(json, "61440", "100")).unwrap();
    assert_eq!((at(&json, "/free"), at(&json, "/billable")), ("100", "61340"));
    // (10240 - 100) x 0.09 + 3481.6 + 716.8 = 912.6 + 4198.4
    assert_eq!(at(&json, "/amount"), "5111");
}

#[test]
fn text_and_csv_show_the_same_tiers() {
    let text =
        |quote: &Quote<'_>| written(|out| imgcost_report::quote_text(quote, Colour::Off, out));
    let text = quoted(text, "61440", "0");
    let head = "61440 GiB of aws.transfer.internet in us-east-1: $5,120.00.";
    assert_eq!(text.lines().next().unwrap(), head);
    for tier in ["from 0 to 10,240", "from 10,240 to 51,200", "from 51,200", "921.6", "3481.6"] {
        assert!(text.contains(tier), "{text}");
    }
    assert!(
        text.contains("Amount      5120 USD") && text.contains("Source      the specification")
    );

    let csv = quoted(|quote| written(|out| imgcost_report::quote_csv(quote, out)), "61440", "0");
    let records = records(&csv);
    assert_eq!(records.len(), 3);
    assert_eq!(records.iter().map(|tier| number(&tier["amount"])).sum::<Decimal>(), 5120.into());
    assert_eq!((records[1]["from"].as_str(), records[1]["to"].as_str()), ("10240", "51200"));
    assert_eq!(records[2]["to"], "");
}
