//! A small program that uses imgcost as a library: what would one service save, on which path?
//!
//! `cargo run -p imgcost-embed-example`

use std::error::Error;

use chrono::NaiveDate;
use imgcost::demand::{Grouping, demand};
use imgcost::estimate::{Terms, price_ids, scenario};
use imgcost::fleet::Side;
use imgcost::price::PriceBook;
use imgcost_read::PriceFile;

const FLEET: &str = r#"
    [registry.main]
    provider = "aws-ecr"
    region = "eu-west-1"

    [cluster.prod]
    provider = "eks"
    region = "eu-west-1"
    nodes = 40
    node-lifetime = "36h"
    path = { nat = "100%" }

    [[service]]
    name = "checkout"
    replicas = 12
    deploys = "60/month"
    before = { size = "1.2GB" }
    after = { size = "180MB" }
"#;

fn main() -> Result<(), Box<dyn Error>> {
    // Dates and prices are arguments: the model reads no clock and no files.
    let as_of = NaiveDate::from_ymd_opt(2026, 11, 23).ok_or("no such day")?;
    let file = imgcost_read::read_fleet("fleet.toml", FLEET, as_of).map_err(first_problem)?;
    let (fleet, services) = (file.fleet, file.services);

    // Only the price files that this fleet needs are read.
    let needed = demand(&fleet, &services, Side::Before, &Grouping::default())?;
    let mut rows = file.given;
    for id in price_ids(&needed) {
        let Some((vendor, service)) = id.file() else { continue };
        let known = rows.iter().any(|row| row.id.file() == id.file());
        let file_name = format!("{vendor}/{service}");
        if let Some(text) = imgcost_prices::file(vendor, service).filter(|_| !known) {
            rows.extend(
                imgcost_read::read_prices(&file_name, text, PriceFile::Shipped)
                    .map_err(first_problem)?,
            );
        }
    }
    let prices = PriceBook::new(rows);

    let terms = Terms { as_of, free: false, currency: fleet.currency };
    let comparison = scenario(&fleet, &services, &Grouping::default(), &prices, terms)?;
    let saving = comparison.saving();
    println!(
        "billed before   {:>8} a month",
        comparison.before.figures().monthly.billed.to_decimal().round_dp(2)
    );
    println!(
        "billed after    {:>8} a month",
        comparison.after.figures().monthly.billed.to_decimal().round_dp(2)
    );
    println!("saved           {:>8} a month", saving.monthly.billed.to_decimal().round_dp(2));
    println!("saved           {:>8} per deploy", saving.per_deploy.billed.to_decimal().round_dp(3));
    if let Some(naive) = comparison.naive_saving() {
        println!("naive figure    {:>8} a month", naive.to_decimal().round_dp(2));
    }
    for line in
        comparison.after.lines().filter(|line| line.amount.is_some_and(|amount| !amount.is_zero()))
    {
        let (quantity, unit) = line.quantity();
        println!("  after: {:<16} {quantity:>10.3} {unit}", line.meter.component.name());
    }
    Ok(())
}

fn first_problem(problems: Vec<imgcost_read::Diagnostic>) -> String {
    problems.first().map_or_else(String::new, |problem| problem.message.clone())
}
