//! What each instruction costs.

use imgcost::demand::{Component, Kind};
use imgcost::estimate::Warning;
use imgcost::units::Currency;
use imgcost_dockerfile::Dockerfile;
use imgcost_dockerfile::cache::Plan;
use imgcost_dockerfile::price::Cost;
use imgcost_report::{Colour, CostReport, cost_csv, cost_json, cost_markdown, cost_text};
use rust_decimal::Decimal;
use serde_json::Value;

use super::costs::{OLD, dockerfile, old, old_plan, part, row};
use crate::fixture::{records, written};

fn with<T>(cost: &Cost, look: impl FnOnce(&CostReport<'_>) -> T) -> T {
    let (dockerfile, plan) = (dockerfile("Dockerfile", OLD), old_plan());
    look(&report(&dockerfile, &plan, cost))
}

fn report<'r>(dockerfile: &'r Dockerfile, plan: &'r Plan, cost: &'r Cost) -> CostReport<'r> {
    CostReport {
        dockerfile,
        plan,
        cost,
        scene: "20 nodes, 60 deploys a month; AWS ECR us-east-1, path nat".into(),
        currency: Currency::USD,
        as_of: "2026-11-23".parse().unwrap(),
        assumptions: vec![],
        warnings: vec![],
    }
}

fn text(cost: &Cost) -> String {
    with(cost, |report| written(|out| cost_text(report, Colour::Off, out)))
}

#[test]
fn text_and_markdown() {
    let text = text(&old());
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    insta::assert_snapshot!("cost_text", text);
    let colours = with(&old(), |report| written(|out| cost_text(report, Colour::On, out)));
    assert_eq!(colours.replace("\u{1b}[1m", "").replace("\u{1b}[0m", ""), text);
    let markdown = with(&old(), |report| written(|out| cost_markdown(report, out)));
    insta::assert_snapshot!("cost_markdown", markdown);
}

#[test]
fn rows_add_up_to_the_total_in_csv() {
    let csv = with(&old(), |report| written(|out| cost_csv(report, out)));
    let columns = ["storage", "warm_pulls", "cold_pulls", "build", "other"];
    let amount = |cell: &str| if cell.is_empty() { Decimal::ZERO } else { cell.parse().unwrap() };
    let rows = records(&csv);
    let sum: Decimal = rows.iter().flat_map(|row| columns.map(|column| amount(&row[column]))).sum();
    // 3.00 + 0.50 + 0.25 + 0.10
    assert_eq!(sum, "3.85".parse().unwrap());
    assert_eq!(rows[0]["capacity"], "9");
}

#[test]
fn an_instruction_that_costs_nothing_says_so() {
    let text = text(&old());
    let cmd = text.lines().find(|line| line.contains("CMD")).unwrap();
    assert!(cmd.contains("nothing"), "{cmd}");
    let json = with(&old(), |report| written(|out| cost_json(report, out)));
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["rows"][3]["free"], true);
    assert_eq!(json["rows"][3]["billed"], "0");
    assert_eq!(json["total"]["billed"], "3.85");
    assert_eq!(json["build_seconds"]["source"], "40.5");
}

#[test]
fn a_size_that_nobody_knows_is_not_zero() {
    let mut cost = old();
    cost.rows[1] = row(Some(0), None, vec![]);
    cost.complete = false;
    let text = text(&cost);
    let copy = text.lines().find(|line| line.contains("COPY")).unwrap();
    assert!(copy.contains("not known"), "{copy}");
    assert!(text.contains("costs at least $3.85 a month") && text.contains("$3.85 + ?"), "{text}");
    let json = with(&cost, |report| written(|out| cost_json(report, out)));
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["rows"][1]["compressed"], Value::Null);
    assert_eq!(json["rows"][1]["free"], false);
}

/// No price for what is pulled and stored: bytes have none, the minutes of the install do.
#[test]
fn a_price_that_nobody_knows_is_not_zero() {
    let mut cost = old();
    let why = "there is no price aws.nat.data in us-west-1".to_owned();
    cost.warnings = vec![Warning::Unpriced { what: "warm-pulls", why }];
    cost.complete = false;
    cost.rows[1].parts.clear();
    let text = text(&cost);
    let row = |word: &str| text.lines().find(|line| line.contains(word)).unwrap();
    assert!(row("COPY").contains("not known"), "{text}");
    assert!(row("RUN").contains("$0.500 + ?"), "{text}");
    assert!(row("CMD").contains("nothing"), "{text}");
    let json = with(&cost, |report| written(|out| cost_json(report, out)));
    let json: Value = serde_json::from_str(&json).unwrap();
    let rows = |key: &str| -> Vec<bool> {
        (0..4).map(|at| json["rows"][at][key].as_bool().unwrap()).collect()
    };
    assert_eq!(rows("complete"), [false, false, false, true]);
    assert_eq!(rows("free"), [false, false, false, true]);
}

/// Attestations, pulls that start and fees may come to no bill at all.
#[test]
fn what_is_fixed_and_not_billed_is_nothing() {
    let mut cost = old();
    cost.fixed = vec![part(Component::WaitingNodes, Kind::Capacity, "0.03")];
    let text = text(&cost);
    let fixed = text.lines().find(|line| line.contains("fixed, for any image")).unwrap();
    assert!(fixed.contains("nothing") && fixed.ends_with("$0.030"), "{fixed}");
}

#[test]
fn text_keeps_its_width_with_long_amounts_and_instructions() {
    let mut cost = old();
    for part in cost.rows.iter_mut().flat_map(|row| &mut row.parts).chain(&mut cost.total) {
        part.amount = crate::fixture::money("123456.789");
    }
    let name = "a/very/long/path/".repeat(20) + "Dockerfile";
    let (file, plan) = (dockerfile(&name, OLD), old_plan());
    let text = written(|out| cost_text(&report(&file, &plan, &cost), Colour::Off, out));
    assert!(text.lines().all(|line| line.chars().count() <= 110), "{text}");
    assert!(text.lines().next().unwrap().chars().count() <= 100);
}
