//! JSON, schema version 1: every key of the contract, and exact strings.

use rust_decimal::Decimal;
use serde_json::Value;

use crate::fixture::*;

#[test]
fn quantities_of_the_worked_example_are_exact() {
    let json = json(&report(&worked_example()));
    let quantity = |path: &str| at(&json["quantities"], path).to_owned();
    // 20 x (377 777 777 x 2 + 66 666 667 x 60)
    assert_eq!(quantity("/before/warm_pull_bytes"), "95111111480");
    // 20 x 73/72 x 444 444 444
    assert_eq!(quantity("/before/cold_pull_bytes"), "9012345670");
    // 20 x (62 666 667 x 2 + 3 333 333 x 6 + 666 667 x 60)
    assert_eq!(quantity("/after/warm_pull_bytes"), "3706667040");
    // 20 x 73/72 x 66 666 667, to 10^-15 byte
    assert_eq!(quantity("/after/cold_pull_bytes"), "1351851858.611111111111111");
    // 60 x 60 s and 6 x 60 s
    assert_eq!(quantity("/before/build_minutes"), "60");
    assert_eq!(quantity("/after/build_minutes"), "6");
    // 2 742 962 971.4333... / 2^30 and 156 244 453.8 / 2^30
    let near = |path: &str| rounded(number(&quantity(path)), 20);
    assert_eq!(near("/before/storage_gib_month"), number("2.55458333663021524747"));
    assert_eq!(near("/after/storage_gib_month"), number("0.14551398698240518570"));
    // 20 x ((1 020 000 000 + 377 777 777) x 62/60 + (180 000 000 + 66 666 667) x 2) / 2^30
    assert_eq!(near("/before/node_disk_gib_month"), number("36.09254404095311959585"));
}

#[test]
fn money_of_the_worked_example_is_exact() {
    let json = json(&report(&worked_example()));
    let near = |path: &str| rounded(number(at(&json, path)), 20);
    // (95 111 111 480 + 9 012 345 670) / 2^30 x 0.045 + 2.55458... x 0.10 + 60 x 0.006
    assert_eq!(near("/before/monthly/billed"), number("4.97922201224913199743"));
    // (3 706 667 040 + 1 351 851 858.6111...) / 2^30 x 0.045 + 0.14551... x 0.10 + 6 x 0.006
    assert_eq!(near("/after/monthly/billed"), number("0.26255147669604048133"));
    // the difference of the two, and in percent of the first
    assert_eq!(near("/saving/monthly/billed"), number("4.71667053555309151610"));
    assert_eq!(near("/saving/percent_billed"), number("94.72705824222838657782"));
    // (95 111 111 480 / 2^30 x 0.045 + 0.36) / 60: warm pulls and builds are driven by deploys
    assert_eq!(near("/before/per_deploy/billed"), number("0.07243434391357004642"));
    // 36.0925... GiB-months of disk x 0.08, and nodes that wait at 0.096 an hour:
    // (20 x 73/72 x W + 20 x (2 x W + 58 x T)) / 3600 x 0.096, with W = 1.05 + 1.2 GB / 147 MB/s
    // for the whole image and T = 1.05 + 180 MB / 147 MB/s for what lies above the base
    assert_eq!(near("/before/monthly/capacity"), number("2.97257054519612863040"));
    // (1.2 - 0.18) GB x 20 nodes x 60 deploys / 2^30 x 0.045: a finite binary fraction
    assert_eq!(at(&json, "/naive/monthly_saving"), "51.297247409820556640625");
}

#[test]
fn lines_of_the_worked_example_are_exact() {
    let json = json(&report(&worked_example()));
    let line = |side: &str, component: &str, id: &str| -> Value {
        let lines = json["lines"].as_array().unwrap().iter();
        let mut found = lines.filter(|line| {
            line["side"] == side && line["component"] == component && line["price"]["id"] == id
        });
        found.next().unwrap_or_else(|| panic!("no {side} {component} {id}")).clone()
    };
    let amount = |line: &Value| rounded(number(at(line, "/amount")), 20);
    let warm = line("before", "warm-pulls", "aws.nat.data");
    // 95 111 111 480 / 2^30 x 0.045
    assert_eq!(amount(&warm), number("3.98606063481420278549"));
    assert_eq!((at(&warm, "/driver"), at(&warm, "/kind")), ("deploy", "billed"));
    assert_eq!((at(&warm, "/unit"), at(&warm, "/price/rate")), ("GiB", "0.045"));
    assert_eq!(at(&warm, "/price/region"), "us-east-1");
    // 9 012 345 670 / 2^30 x 0.045
    let cold = line("before", "cold-pulls", "aws.nat.data");
    assert_eq!(amount(&cold), number("0.37770304377190768719"));
    assert_eq!(at(&cold, "/driver"), "node-churn");
    // 156 244 453.8 / 2^30 x 0.10
    let stored = line("after", "registry-storage", "aws.ecr.storage");
    assert_eq!(amount(&stored), number("0.01455139869824051857"));
    assert_eq!(at(&stored, "/driver"), "retention");
    // 6 x 0.006
    let built = line("after", "build-minutes", "github.actions.linux-2core");
    assert_eq!((at(&built, "/quantity"), at(&built, "/amount")), ("6", "0.036"));
    assert_eq!(at(&built, "/driver"), "build");
}

#[test]
fn every_key_of_the_contract_is_there() {
    let services = [team(service("web"), "payments")];
    let comparison = compared(&services, &by_team(), &prices());
    let mut report = report(&comparison);
    report.group_by = vec!["team".into()];
    report.assumptions = vec![imgcost::fleet::defaults::Assumption {
        name: "compression-ratio".into(),
        value: "2.7".into(),
        basis: "assumed".into(),
        source: "measured".into(),
    }];
    let json = json(&report);

    assert_eq!(json["schema_version"], 1);
    assert_eq!((at(&json, "/currency"), at(&json, "/as_of")), ("USD", "2026-11-23"));
    let group = &json["groups"][0];
    assert_eq!(at(group, "/by/team"), "payments");
    for figures in ["before", "after", "saving"] {
        for kind in ["billed", "capacity", "time"] {
            for period in ["monthly", "per_deploy"] {
                let path = format!("/{figures}/{period}/{kind}");
                number(at(&json, &path));
                assert_eq!(at(group, &path), at(&json, &path), "the only group is the whole");
            }
        }
    }
    for side in ["before", "after"] {
        for quantity in [
            "storage_gib_month",
            "warm_pull_bytes",
            "cold_pull_bytes",
            "node_disk_gib_month",
            "build_minutes",
        ] {
            number(at(&json, &format!("/quantities/{side}/{quantity}")));
        }
    }
    number(at(&json, "/saving/percent_billed"));
    number(at(&json, "/naive/monthly_saving"));
    assert!(at(&json, "/naive/why").contains("nodes keep layers"));
    let lines = json["lines"].as_array().unwrap();
    assert!(lines.iter().any(|line| line["side"] == "before"));
    assert!(lines.iter().any(|line| line["side"] == "after"));
    for line in lines {
        assert_eq!(at(line, "/service"), "web");
        for key in ["side", "component", "driver", "kind", "unit"] {
            assert!(!at(line, &format!("/{key}")).is_empty());
        }
        for key in ["quantity", "amount", "price/rate"] {
            number(at(line, &format!("/{key}")));
        }
        for key in ["id", "region", "source", "checked"] {
            assert!(!at(&line["price"], &format!("/{key}")).is_empty());
        }
        assert_eq!(at(line, "/price/checked"), "2026-11-23");
    }
    assert_eq!(at(&json, "/assumptions/0/name"), "compression-ratio");
    assert_eq!(at(&json, "/assumptions/0/value"), "2.7");
    assert_eq!(at(&json, "/assumptions/0/source"), "measured");
    assert_eq!(json["warnings"], Value::Array(vec![]));
    assert_eq!(json["complete"], true);
}

#[test]
fn every_number_is_a_decimal_string_without_exponent() {
    let services = [team(service("web"), "payments")];
    let comparison = compared(&services, &by_team(), &prices());
    let mut report = report(&comparison);
    report.group_by = vec!["team".into()];
    report.effort = Some(money("1440"));
    report.container_bill = Some(money("100"));
    report.by_month = vec![(1, money("1"), money("0.000000000000000000000001"))];
    report.alternatives =
        imgcost::estimate::alternatives(&fleet(), &services, &prices(), terms()).unwrap();
    let mut seen = 0;
    walk("", &json(&report), &mut seen);
    assert!(seen > 60, "only {seen} numbers were looked at");
}

/// Keys whose values are numbers, and therefore strings.
const NUMBERS: [&str; 20] = [
    "billed",
    "capacity",
    "time",
    "percent_billed",
    "monthly_saving",
    "storage_gib_month",
    "warm_pull_bytes",
    "cold_pull_bytes",
    "node_disk_gib_month",
    "build_minutes",
    "quantity",
    "amount",
    "rate",
    "from",
    "payback_months",
    "percent_of_bill",
    // by path and by month
    "before",
    "after",
    "saving",
    "monthly",
];

fn walk(key: &str, value: &Value, seen: &mut u32) {
    match value {
        Value::Number(_) => {
            let counts = ["schema_version", "services", "month"];
            assert!(counts.contains(&key), "{key} is a JSON number");
        }
        Value::String(text) if NUMBERS.contains(&key) => {
            assert!(!text.contains(['e', 'E', '+']), "{key} has an exponent: {text}");
            text.parse::<Decimal>().unwrap_or_else(|_| panic!("{key} is no number: {text}"));
            *seen += 1;
        }
        Value::Array(values) => values.iter().for_each(|value| walk(key, value, seen)),
        Value::Object(map) => map.iter().for_each(|(key, value)| walk(key, value, seen)),
        _ => {}
    }
}

#[test]
fn an_estimate_has_its_own_side_only() {
    let comparison = worked_example();
    let mut report = report(&comparison);
    report.view = imgcost_report::View::Estimate(&comparison.after);
    let json = json(&report);
    assert!(json["before"].is_null() && json["saving"].is_null());
    // 0.212 through NAT + 0.0146 of storage + 0.036 of builds, as in section 9
    assert_eq!(rounded(number(at(&json, "/after/monthly/billed")), 3), number("0.263"));
    assert!(json["lines"].as_array().unwrap().iter().all(|line| line["side"] == "after"));
    assert!(json["quantities"].get("before").is_none());
}

#[test]
fn lines_can_be_left_out() {
    let comparison = worked_example();
    let mut report = report(&comparison);
    report.lines = false;
    assert_eq!(json(&report)["lines"], Value::Array(vec![]));
}
