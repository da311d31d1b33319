//! Fleet files, price files, lists of services, histories and results of earlier runs: the first byte says which. What reads
//! is estimated and reported too.
#![no_main]

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::OnceLock;

use chrono::NaiveDate;
use imgcost::demand::Grouping;
use imgcost::estimate::{Baseline, Terms, against, alternatives, estimate, price_ids, scenario};
use imgcost::fleet::{Fleet, Service, Side};
use imgcost::gate::{MostIncrease, increase};
use imgcost::image::churn;
use imgcost::price::{PriceBook, PriceRow};
use imgcost::units::Percent;
use imgcost_read::{
    Names, PriceFile, no_images, read_baseline, read_fleet, read_history, read_prices, read_services,
};
use imgcost_report::{
    BaselineReport, ChurnReport, Colour, GateReport, Report, View, baseline_comment, baseline_json,
    baseline_text, churn_csv, churn_json, churn_markdown, churn_text, csv, gates_json, gates_junit,
    gates_text, github_comment, json, markdown, text,
};
use libfuzzer_sys::fuzz_target;

const FLEET: &str = "[registry.main]\nprovider = \"aws-ecr\"\nregion = \"us-east-1\"\n[cluster.prod]\n\
     [[service]]\nname = \"fuzz\"\nbefore = \"1GB\"\n";

/// The most services of a list that are estimated.
const MOST: usize = 50;

fuzz_target!(|data: &[u8]| {
    let Some((first, data)) = data.split_first() else { return };
    let day = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
    let file = String::from_utf8_lossy(data);
    match first % 5 {
        0 => {
            if let Ok(read) = read_fleet("fuzz", &file, day) {
                let as_of = read.as_of.unwrap_or(day);
                let terms = Terms { as_of, free: read.free, currency: read.fleet.currency };
                report(&read.fleet, &read.services, read.given, terms);
            }
        }
        1 => {
            let _ = read_prices("aws/nat.toml", &file, PriceFile::Shipped);
            let _ = read_prices("fuzz", &file, PriceFile::Overlay);
        }
        2 => {
            if let Ok(releases) = read_history("fuzz", data, &[]) {
                let churn = churn(&releases);
                let report = ChurnReport {
                    name: "fuzz".into(),
                    releases: &releases,
                    churn: &churn,
                    notes: vec![],
                };
                written(|out| churn_text(&report, Colour::On, out));
                written(|out| churn_json(&report, out));
                written(|out| churn_csv(&report, out));
                written(|out| churn_markdown(&report, out));
            }
        }
        3 => {
            let read = read_fleet("fleet", FLEET, day).expect("a fleet");
            let mut names = Names::of(&read.services);
            let mut services = Vec::new();
            let take = |service: &Service, _| {
                if services.len() < MOST {
                    services.push(service.clone());
                }
                Ok::<_, Infallible>(())
            };
            let _ = read_services("fuzz", data, &read.context(&no_images), &mut names, take);
            let terms = Terms { as_of: day, free: true, currency: read.fleet.currency };
            report(&read.fleet, &services, read.given, terms);
        }
        _ => {
            for side in [None, Some(Side::Before), Some(Side::After)] {
                let Ok(baseline) = read_baseline("fuzz", &file, side) else { continue };
                let read = read_fleet("fleet", FLEET, day).expect("a fleet");
                let terms = Terms { as_of: day, free: false, currency: read.fleet.currency };
                beside(&baseline, &read.fleet, &read.services, terms);
            }
        }
    }
});

/// Sets a small fleet against a baseline, and judges what it grew by.
fn beside(baseline: &Baseline, fleet: &Fleet, services: &[Service], terms: Terms) {
    let labels = ["team".to_owned()];
    let grouping = Grouping { by: labels.to_vec(), per_service: true };
    let Ok(demand) = imgcost::demand::demand(fleet, services, Side::Before, &grouping) else {
        return;
    };
    let Ok(now) = estimate(demand, &PriceBook::default(), terms) else { return };
    let Ok(against) = against(baseline, &now, &labels) else { return };
    let five = Percent::parse("5%").expect("a percentage");
    let verdicts = vec![increase(&against, MostIncrease::Percent(five))];
    let gates = GateReport {
        title: "fuzz".into(),
        estimate: &now,
        baseline: Some(("fuzz".into(), &against)),
        verdicts,
        assumptions: vec![],
        warnings: vec![],
    };
    written(|out| gates_text(&gates, Colour::On, out));
    written(|out| gates_json(&gates, out));
    written(|out| gates_junit(&gates, out));
    let report = BaselineReport {
        title: "fuzz".into(),
        setting: vec![],
        file: "fuzz".into(),
        against: against.clone(),
        group_by: labels.to_vec(),
        assumptions: vec![],
        warnings: vec![],
    };
    written(|out| baseline_text(&report, Colour::On, out));
    written(|out| baseline_json(&report, out));
    commented(|out| baseline_comment(&report, out));
}

/// Estimates and writes a report in every format.
fn report(fleet: &Fleet, services: &[Service], given: Vec<PriceRow>, terms: Terms) {
    let grouping = Grouping { by: vec!["team".into()], per_service: true };
    let mut rows: HashMap<&str, &[PriceRow]> = HashMap::new();
    for side in [Side::Before, Side::After] {
        let Ok(demand) = imgcost::demand::demand(fleet, services, side, &grouping) else { return };
        for id in price_ids(&demand) {
            let Some((vendor, service)) = id.file() else { continue };
            if let Some((name, prices)) = prices().get_key_value(&format!("{vendor}/{service}")) {
                rows.insert(name, prices);
            }
        }
        let _ = estimate(demand, &PriceBook::default(), terms);
    }
    let mut book = PriceBook::new(rows.into_values().flatten().cloned().collect());
    book.overlay(given);
    let Ok(comparison) = scenario(fleet, services, &grouping, &book, terms) else { return };
    let report = Report {
        title: fleet.name.to_string(),
        setting: vec![],
        view: View::Compare(&comparison),
        group_by: grouping.by.iter().map(|label| label.to_string()).collect(),
        assumptions: vec![],
        alternatives: alternatives(fleet, services, &book, terms).unwrap_or_default(),
        paths: vec!["nat".into()],
        compression: None,
        ready_sooner: None,
        effort: fleet.effort,
        container_bill: fleet.container_bill,
        by_month: vec![],
        exchange: None,
        lines: true,
        verbose: true,
        warnings: vec![],
    };
    written(|out| text(&report, Colour::On, out));
    written(|out| json(&report, out));
    written(|out| csv(&report, out));
    written(|out| markdown(&report, out));
    commented(|out| github_comment(&report, out));
}

/// The prices that ship with imgcost, by file.
fn prices() -> &'static HashMap<String, Vec<PriceRow>> {
    static PRICES: OnceLock<HashMap<String, Vec<PriceRow>>> = OnceLock::new();
    PRICES.get_or_init(|| {
        let read = |(name, text): &(&str, &str)| {
            let rows = read_prices(name, text, PriceFile::Shipped).expect("prices");
            ((*name).to_owned(), rows)
        };
        imgcost_prices::FILES.iter().map(read).collect()
    })
}

/// A comment is never longer than GitHub takes.
fn commented(write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) {
    let mut page = Vec::new();
    write(&mut page).expect("memory takes everything");
    assert!(String::from_utf8_lossy(&page).chars().count() <= 65_536);
}

fn written(write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) {
    write(&mut Vec::new()).expect("memory takes everything");
}
