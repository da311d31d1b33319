//! How an image really changed, and the fleet file's words for it.

use std::fmt::Write as _;
use std::io::{self, Write};

use imgcost::image::{Churn, Position, Release, Trigger};
use imgcost::units::{PerMonth, format_bytes};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::csv::safe;
use crate::dto::SCHEMA_VERSION;
use crate::number::decimals;
use crate::page::{Page, Part};
use crate::style::Colour;
use crate::table::{Align, Table};

/// The versions of an image, and what became of it.
#[derive(Debug)]
pub struct ChurnReport<'r> {
    /// What it is called.
    pub name: String,
    /// The versions, oldest first.
    pub releases: &'r [Release],
    /// What they came to.
    pub churn: &'r Churn,
    /// What should be known: versions left out, sizes by the ratio.
    pub notes: Vec<String>,
}

/// Writes churn for people, with the fragment of a fleet file.
///
/// # Errors
/// Those of the writer.
pub fn churn_text(report: &ChurnReport<'_>, colour: Colour, out: &mut dyn Write) -> io::Result<()> {
    page(report).text(colour, out)
}

/// Writes churn as markdown.
///
/// # Errors
/// Those of the writer.
pub fn churn_markdown(report: &ChurnReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    page(report).markdown(out)
}

/// Writes churn as JSON, schema version 1.
///
/// # Errors
/// Those of the writer.
pub fn churn_json(report: &ChurnReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let churn = report.churn;
    let releases: Vec<Value> = churn
        .steps
        .iter()
        .map(|step| json!({ "name": step.name, "bytes": step.compressed, "new_bytes": step.new }))
        .collect();
    let positions: Vec<Value> = churn
        .positions
        .iter()
        .map(|place| {
            json!({
                "changed": place.changed,
                "changed_alone": place.alone,
                "of": place.of,
                "bytes": place.compressed,
                "new_bytes": place.new,
                "trigger": place.trigger.name(),
            })
        })
        .collect();
    let document = json!({
        "schema_version": SCHEMA_VERSION,
        "name": report.name,
        "versions": report.releases.len(),
        "seconds": churn.seconds,
        "releases_per_month": churn.releases_per_month().map(rate),
        "releases_per_year": churn.releases_per_month().map(per_year),
        "base_refreshes_per_month": churn.base_refreshes_per_month().map(rate),
        "dependency_updates_per_month": churn.dependency_updates_per_month().map(rate),
        "mean_bytes": mean(churn.sum, report.releases.len()),
        "mean_new_bytes": mean(churn.new_bytes(), churn.steps.len()),
        "new_share": churn.new_share().map(|share| share.to_decimal().to_string()),
        "from_the_ground_up": churn.from_the_ground_up(),
        "sum_bytes": churn.sum,
        "unique_bytes": churn.unique,
        "positions": positions,
        "releases": releases,
        "fleet_file": churn_fragment(report),
        "notes": report.notes,
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// Writes churn as CSV, one row for each release after the first, exact.
///
/// # Errors
/// Those of the writer.
pub fn churn_csv(report: &ChurnReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record(["release", "bytes", "new_bytes"])?;
    for step in &report.churn.steps {
        writer.write_record([
            safe(&step.name),
            step.compressed.to_string(),
            step.new.to_string(),
        ])?;
    }
    writer.flush()
}

/// The service of a fleet file that changes as this image did.
pub fn churn_fragment(report: &ChurnReport<'_>) -> String {
    let churn = report.churn;
    let (versions, days) = (report.releases.len(), days(churn));
    let mut toml = String::new();
    let _ = writeln!(toml, "# from {versions} versions of {}{days}", one_line(&report.name));
    let _ = writeln!(toml, "[[service]]");
    let _ = writeln!(toml, "name = {}", quoted(&report.name));
    let rates = [
        ("deploys", churn.releases_per_month(), "assumed: every version is deployed once"),
        ("base-refreshes", churn.base_refreshes_per_month(), "the bottom layer changed"),
        (
            "dependency-updates",
            churn.dependency_updates_per_month(),
            "a layer above it changed now and then",
        ),
    ];
    for (key, rate, why) in rates {
        if let Some(rate) = rate.filter(|rate| *rate != PerMonth::times(0)) {
            let _ = writeln!(toml, "{key} = \"{}/month\"    # {why}", self::rate(rate));
        }
    }
    let _ = writeln!(toml, "before = {{ layers = [");
    let newest = report.releases.last();
    let layers = newest.map_or(&[][..], |release| release.layers.as_slice());
    for (layer, place) in layers.iter().zip(&churn.positions) {
        let _ = writeln!(
            toml,
            "    {{ compressed = \"{}B\", digest = \"{}\", trigger = \"{}\" }},    # {}",
            layer.compressed.0,
            layer.digest,
            place.trigger.name(),
            behaviour(place),
        );
    }
    let _ = writeln!(toml, "] }}");
    toml
}

fn page(report: &ChurnReport<'_>) -> Page {
    let churn = report.churn;
    let mut page = Page::default();
    let versions = report.releases.len();
    page.title = match (churn.releases_per_month(), churn.new_share()) {
        (Some(often), Some(share)) => format!(
            "{}: {} releases a year; {} % of the bytes of each are new.",
            report.name,
            decimals(yearly(often), 1),
            decimals(share.to_decimal() * Decimal::ONE_HUNDRED, 1),
        ),
        (None, Some(share)) => format!(
            "{}: {versions} versions; {} % of the bytes of each after the first are new.",
            report.name,
            decimals(share.to_decimal() * Decimal::ONE_HUNDRED, 1),
        ),
        _ => format!("{}: one version; churn needs at least two.", report.name),
    };
    page.heading(format!("{versions} versions{}", days(churn)));
    let mut figures = Table::new([("", Align::Left), ("", Align::Right), ("", Align::Left)]);
    let mut figure = |name: &str, value: String, about: &str| figures.push([name, &value, about]);
    figure("an image", bytes(mean(churn.sum, versions)), "on the wire, mean");
    figure(
        "a release",
        bytes(mean(churn.new_bytes(), churn.steps.len())),
        "in layers that the release before did not have, mean",
    );
    let whole = churn.from_the_ground_up();
    figure(
        "new from the ground up",
        format!("{whole} of {}", churn.steps.len()),
        "releases that share less than 0.1 % with the one before",
    );
    figure("all versions", bytes(Some(churn.sum)), "as if none shared a layer");
    figure(
        "distinct layers",
        bytes(Some(churn.unique)),
        "what a node fetches that follows every release",
    );
    page.table(figures);
    let mut table = Table::new([
        ("layer", Align::Right),
        ("newest", Align::Right),
        ("changed", Align::Right),
        ("base staying", Align::Right),
        ("new bytes", Align::Right),
        ("behaves like", Align::Left),
    ]);
    for (at, place) in churn.positions.iter().enumerate() {
        table.push([
            (at + 1).to_string(),
            format_bytes(place.compressed),
            format!("{} of {}", place.changed, place.of),
            place.alone.to_string(),
            format_bytes(place.new),
            place.trigger.name().to_owned(),
        ]);
    }
    page.table(table);
    for note in &report.notes {
        page.note("Note", note);
    }
    page.heading("As a fleet file has it:");
    page.parts.push(Part::Code(churn_fragment(report)));
    page
}

fn bytes(size: Option<u64>) -> String {
    size.map_or_else(|| "-".to_owned(), format_bytes)
}

fn days(churn: &Churn) -> String {
    let days = churn.seconds.map(|seconds| Decimal::from(seconds) / Decimal::from(86_400));
    days.map_or(String::new(), |days| format!(" over {} days", decimals(days, 1)))
}

/// To the nearest byte.
fn mean(sum: u64, count: usize) -> Option<u64> {
    let count = count as u64;
    (count > 0).then(|| (sum + count / 2) / count)
}

/// A rate as fleet files take it: six decimals.
fn rate(rate: PerMonth) -> String {
    rate.get().to_decimal().round_dp(6).normalize().to_string()
}

/// What a month's count comes to in a year of twelve.
fn yearly(rate: PerMonth) -> Decimal {
    rate.get().to_decimal() * Decimal::from(12)
}

fn per_year(rate: PerMonth) -> String {
    yearly(rate).round_dp(6).normalize().to_string()
}

fn behaviour(place: &Position) -> String {
    match place.trigger {
        Trigger::BaseRefresh => {
            format!("changed in {} of {} releases, never alone", place.changed, place.of)
        }
        _ => format!(
            "changed in {} of {} releases, in {} while the base stayed",
            place.changed, place.of, place.alone
        ),
    }
}

fn one_line(text: &str) -> String {
    crate::printable(text)
}

fn quoted(text: &str) -> String {
    let escaped: String = crate::printable(text)
        .chars()
        .flat_map(|c| match c {
            '"' | '\\' => vec!['\\', c],
            c => vec![c],
        })
        .collect();
    format!("\"{escaped}\"")
}
