//! FOCUS rows: the totals of the other formats, the rules of FOCUS 1.2, and its own validator.

mod validator;

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde_json::Value;

use crate::command::{imgcost, json, number, root, stdout};

const DAY: [&str; 2] = ["--as-of", "2026-11-23"];
const WHATIF: [&str; 5] = ["whatif", "1.2GB", "180MB", "--as-of", "2026-11-23"];

/// A row by column names.
type Row = BTreeMap<String, String>;

/// The rows that a run writes.
fn rows(args: &[&str]) -> Vec<Row> {
    let text = stdout(&[args, &["--format", "focus"]].concat());
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn decimal(row: &Row, column: &str) -> Decimal {
    row[column].parse().unwrap_or_else(|_| panic!("{column}: {:?}", row[column]))
}

fn sum(rows: &[Row], column: &str) -> Decimal {
    rows.iter().map(|row| decimal(row, column)).sum()
}

/// Every fleet of the cases, compared.
fn cases() -> Vec<String> {
    let mut cases: Vec<String> = std::fs::read_dir(root().join("tests/cases/fleets"))
        .unwrap()
        .map(|case| case.unwrap().path().join("fleet.toml").to_str().unwrap().to_owned())
        .collect();
    cases.sort();
    cases.extend(["tiers", "names"].map(|name| format!("tests/cases/workbooks/{name}.toml")));
    cases
}

#[test]
fn rows_add_up_to_what_is_billed() {
    for case in cases() {
        for (command, side) in [
            (&["compare", &case][..], "after"),
            (&["estimate", &case, "--side", "before"], "before"),
        ] {
            let args = [command, &DAY].concat();
            let (rows, json) = (rows(&args), json(&args));
            let billed = number(&json[side]["monthly"]["billed"]);
            assert_eq!(sum(&rows, "BilledCost"), billed, "{args:?}");
            assert!(rows.iter().all(|row| row["x_Side"] == side));
        }
    }
}

#[test]
fn the_worked_example_is_four_charges() {
    let rows = rows(&WHATIF);
    let of = |name: &str| rows.iter().find(|row| row["x_Component"] == name).unwrap();
    let mut names: Vec<&str> = rows.iter().map(|row| row["x_Component"].as_str()).collect();
    names.sort();
    // Node disk and waiting nodes are on no bill.
    assert_eq!(names, ["build-minutes", "cold-pulls", "registry-storage", "warm-pulls"]);
    // Section 9 of the model, after: 3,706,667,040 bytes and 156,244,453.8 byte-months / 2^30
    let rounded = |row: &Row, column: &str| decimal(row, column).round_dp(8).to_string();
    assert_eq!(rounded(of("warm-pulls"), "PricingQuantity"), "3.45210269");
    assert_eq!(rounded(of("registry-storage"), "PricingQuantity"), "0.14551399");
    assert_eq!(of("build-minutes")["PricingQuantity"], "6.0");
    assert_eq!(of("build-minutes")["ListCost"], "0.036");
    let storage = of("registry-storage");
    for (column, expected) in [
        ("ListUnitPrice", "0.1"),
        ("PricingUnit", "GiB-Months"),
        ("ServiceName", "Amazon EC2 Container Registry (ECR)"),
        ("ProviderName", "AWS"),
        ("RegionId", "us-east-1"),
        ("ChargePeriodStart", "2026-11-01T00:00:00Z"),
        ("ChargePeriodEnd", "2026-12-01T00:00:00Z"),
        ("BillingCurrency", "USD"),
        ("x_Estimate", "true"),
        ("x_Complete", "true"),
    ] {
        assert_eq!(storage[column], expected, "{column}");
    }
}

#[test]
fn a_discount_is_between_list_and_effective_cost() {
    let rows = rows(&[&WHATIF[..], &["--discount", "aws.nat=10%"]].concat());
    let nat: Vec<Row> = rows.into_iter().filter(|row| row["SkuId"] == "aws.nat.data").collect();
    // (3,706,667,040 + 1,351,851,858.6111) / 2^30 x 0.045 = 0.2120000780, less 10 % 0.1908000702
    assert_eq!(sum(&nat, "ListCost").round_dp(10).to_string(), "0.2120000780");
    for column in ["BilledCost", "ContractedCost", "EffectiveCost"] {
        assert_eq!(sum(&nat, column).round_dp(10).to_string(), "0.1908000702");
    }
    assert!(nat.iter().all(|row| row["ListUnitPrice"] == "0.045"));
}

#[test]
fn tiers_make_a_list_price_of_their_own() {
    let rows =
        rows(&["estimate", "tests/cases/workbooks/tiers.toml", "--side", "before", DAY[0], DAY[1]]);
    let sent: Vec<Row> =
        rows.into_iter().filter(|row| row["SkuId"] == "aws.transfer.internet").collect();
    let gib = sum(&sent, "PricingQuantity");
    // 10,240 GiB at 0.09, the rest at 0.085; the blended price has twelve digits
    let first = Decimal::from(10_240);
    let gross = first * Decimal::new(9, 2) + (gib - first) * Decimal::new(85, 3);
    assert!((sum(&sent, "ListCost") - gross).abs() < Decimal::new(1, 7), "{gross}");
    assert!((sum(&sent, "BilledCost") - gross).abs() < Decimal::new(1, 9), "{gross}");
}

#[test]
fn what_has_no_price_has_no_row() {
    let args = ["compare", "tests/cases/workbooks/unpriced.toml", DAY[0], DAY[1]];
    let focus = [&args[..], &["--format", "focus"]].concat();
    let said = String::from_utf8(imgcost(&focus).stderr).unwrap();
    // after: storage, warm and cold pulls of IBM's registry
    assert!(said.contains("3 lines have no price and no row"), "{said}");
    let rows = rows(&args);
    assert!(rows.iter().all(|row| row["x_Complete"] == "false" && row["ProviderName"] != "IBM"));
    assert!(rows.iter().all(|row| decimal(row, "BilledCost") > Decimal::ZERO));
    let quiet = imgcost(&[&focus[..], &["--quiet"]].concat());
    assert!(quiet.stderr.is_empty());
}

#[test]
fn labels_are_tags() {
    let args = ["compare", "tests/cases/workbooks/names.toml", "--group-by", "team"];
    let rows = rows(&[&args[..], &DAY].concat());
    let row = rows.iter().find(|row| row["ResourceName"] == "web").unwrap();
    let tags: Value = serde_json::from_str(&row["Tags"]).unwrap();
    assert_eq!(tags["team"], "b");
    assert_eq!(tags["imgcost:estimate"], "true");
    // A name that begins like a formula is disarmed, as in CSV.
    assert!(rows.iter().any(|row| row["ResourceName"] == "'=1+1"));
}

/// The columns that must be there, by the conformance model 1.2.0.1.
const MANDATORY: [&str; 21] = [
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ContractedCost",
    "EffectiveCost",
    "InvoiceIssuerName",
    "ListCost",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "ServiceCategory",
    "ServiceName",
];

/// Of the closed list of subcategories, those that images have to do with.
const SUBCATEGORIES: [(&str, &str); 6] = [
    ("Containers", "Compute"),
    ("Continuous Integration and Deployment", "Developer Tools"),
    ("Network Connectivity", "Networking"),
    ("Object Storage", "Storage"),
    ("Security Posture Management", "Security"),
    ("Other (Other)", "Other"),
];

/// The rules of FOCUS 1.2 that rows like ours can break, for where its validator cannot run.
#[test]
fn rows_keep_the_rules() {
    let mut all = Vec::new();
    for case in cases() {
        all.extend(rows(&["compare", &case, DAY[0], DAY[1], "--discount", "aws=7%"]));
    }
    assert!(all.len() > 100);
    let mut one: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for row in &all {
        let empty = ["ChargeClass", "InvoiceId"];
        for column in MANDATORY {
            assert_eq!(row[column].is_empty(), empty.contains(&column), "{column}: {row:?}");
        }
        assert!(row["InvoiceId"].is_empty());
        for column in [
            "BilledCost",
            "ContractedCost",
            "EffectiveCost",
            "ListCost",
            "ListUnitPrice",
            "PricingQuantity",
        ] {
            let (whole, rest) = row[column].split_once('.').expect("a decimal has a point");
            let digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
            assert!(digits(whole) && digits(rest), "{column}: {}", row[column]);
        }
        exact_product(row);
        let pair = (&*row["ServiceSubcategory"], &*row["ServiceCategory"]);
        assert!(SUBCATEGORIES.contains(&pair), "{pair:?}");
        // Otherwise a third party would be paid, and BilledCost had to be 0.
        assert_eq!(row["InvoiceIssuerName"], row["ProviderName"]);
        assert_eq!(row["RegionId"].is_empty(), row["RegionName"].is_empty());
        assert_eq!(row["ResourceId"].is_empty(), row["ResourceType"].is_empty());
        let unit = &*row["PricingUnit"];
        let plural = unit.ends_with('s') || ["GB", "GiB"].contains(&unit);
        assert!(plural && unit.chars().all(|c| c.is_ascii_alphabetic() || c == '-'), "{unit}");
        let tags: Value = serde_json::from_str(&row["Tags"]).unwrap();
        assert!(tags.as_object().unwrap().values().all(Value::is_string));
        assert_eq!((&*row["ChargeCategory"], &*row["PricingCategory"]), ("Usage", "Standard"));
        for (from, to) in [
            ("ServiceName", "ServiceCategory"),
            ("ServiceName", "ServiceSubcategory"),
            ("SkuPriceId", "SkuId"),
            ("SkuId", "SkuMeter"),
        ] {
            let found = one.entry((to, &row[from])).or_default();
            found.insert(&row[to]);
            assert_eq!(found.len(), 1, "{from} {} has {found:?}", row[from]);
        }
    }
}

/// ListUnitPrice x PricingQuantity is ListCost to the last digit.
fn exact_product(row: &Row) {
    let part = |column: &str| {
        let (whole, rest) = row[column].split_once('.').unwrap();
        let rest = rest.trim_end_matches('0');
        (format!("{whole}{rest}").parse::<i128>().unwrap(), rest.len() as u32)
    };
    let ((price, p), (quantity, q), (cost, c)) =
        (part("ListUnitPrice"), part("PricingQuantity"), part("ListCost"));
    assert!(p + q >= c, "{row:?}");
    assert_eq!(price * quantity, cost * 10_i128.pow(p + q - c), "{row:?}");
}

#[test]
fn the_official_validator_agrees() {
    let folder = tempfile::tempdir().unwrap();
    let Some(validator) = validator::ready() else {
        // `rows_keep_the_rules` holds the rules where there is no Python 3.12.
        return;
    };
    for (name, args) in [
        ("whatif", &WHATIF[..3]),
        ("tiers", &["compare", "tests/cases/workbooks/tiers.toml", "--discount", "aws=7%"]),
        ("names", &["compare", "tests/cases/workbooks/names.toml", "--group-by", "team"]),
        ("fleet", &["estimate", "examples/fleet/fleet.toml", "--group-by", "team"]),
        ("acr", &["compare", "tests/cases/fleets/acr-premium/fleet.toml"]),
        ("scans", &["compare", "tests/cases/fleets/scans/fleet.toml"]),
    ] {
        let file = folder.path().join(format!("{name}.csv"));
        let text = stdout(&[args, &["--format", "focus", "--as-of", "2026-11-23"]].concat());
        std::fs::write(&file, text).unwrap();
        let (failed, passed) = validator::run(&validator, &file);
        // InvoiceId null breaks C-005, not null C-004: one of them always fails.
        assert_eq!(failed, ["InvoiceId-C-005-C"], "{name}");
        assert!(passed > 150, "{name}: only {passed} rules were tried");
    }
}

#[test]
fn other_commands_have_no_bill() {
    let output = imgcost(&["prices", "list", "--format", "focus"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
}

#[test]
fn the_document_names_every_column() {
    let text = std::fs::read_to_string(root().join("docs/focus.md")).unwrap();
    for column in rows(&WHATIF)[0].keys() {
        assert!(text.contains(column.as_str()), "docs/focus.md does not say what {column} is");
    }
    let line = text.lines().find_map(|line| line.strip_prefix("$ imgcost ")).unwrap();
    let args: Vec<&str> = line.split(" > ").next().unwrap().split_whitespace().collect();
    assert!(stdout(&args).starts_with("BilledCost,"));
}
