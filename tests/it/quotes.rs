//! Worked examples of vendors and of tools that read their price lists: `tests/cases/quotes.toml`.

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::command::{json, number, root};

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Case {
    name: String,
    source: String,
    id: String,
    region: String,
    to: Option<String>,
    quantity: String,
    #[serde(default)]
    free: bool,
    as_of: Option<String>,
    month_hours: Option<u32>,
    amount: String,
    working: String,
}

#[test]
fn quotes_reproduce_published_examples() {
    let text = std::fs::read_to_string(root().join("tests/cases/quotes.toml")).unwrap();
    let cases: Cases = toml::from_str(&text).unwrap();
    assert!(cases.case.len() >= 30);
    for case in &cases.case {
        let as_of = case.as_of.as_deref().unwrap_or("2026-11-23");
        let hours = case.month_hours.map(|hours| hours.to_string());
        let mut args = vec!["prices", "quote", &case.id, "--region", &case.region];
        args.extend(["--quantity", &case.quantity, "--as-of", as_of]);
        args.extend(case.to.iter().flat_map(|to| ["--to", to]));
        args.extend(hours.iter().flat_map(|hours| ["--month-hours", hours]));
        args.extend(case.free.then_some("--free"));
        let quote = json(&args);
        let expected: Decimal = case.amount.parse().unwrap();
        assert_eq!(
            number(&quote["amount"]).round_dp_with_strategy(
                expected.scale(),
                rust_decimal::RoundingStrategy::MidpointAwayFromZero
            ),
            expected,
            "{} ({}): {}",
            case.name,
            case.source,
            case.working
        );
        let tiers: Decimal =
            quote["tiers"].as_array().unwrap().iter().map(|tier| number(&tier["amount"])).sum();
        assert_eq!(tiers, number(&quote["amount"]), "{}: tiers add up", case.name);
    }
}
