//! What became of prices between two lists.

use std::collections::BTreeMap;
use std::io::{self, Write};

use chrono::NaiveDate;
use imgcost::price::{Change, Drift, PriceRow};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::csv::safe;
use crate::dto::{SCHEMA_VERSION, exact, first_rate, tiers};
use crate::number::decimals;
use crate::prices::{rates, shortened};
use crate::style::{Colour, Meaning};
use crate::table::{Align, Table};

/// Two price lists, compared.
#[derive(Debug, Clone)]
pub struct DriftReport<'r> {
    /// The old list.
    pub old: String,
    /// The new list.
    pub new: String,
    /// The day on which rows are in force.
    pub on: NaiveDate,
    /// Every price in every place.
    pub drifts: &'r [Drift<'r>],
}

/// Changes by name, in the order of a report.
const CHANGES: [&str; 4] = ["changed", "new", "gone", "same"];

fn name(change: Change) -> &'static str {
    match change {
        Change::Rates(_) | Change::Terms | Change::Measure => "changed",
        Change::New => "new",
        Change::Gone => "gone",
        Change::Same => "same",
    }
}

impl DriftReport<'_> {
    fn count(&self, wanted: &str) -> usize {
        self.drifts.iter().filter(|drift| name(drift.change()) == wanted).count()
    }

    fn headline(&self) -> String {
        let counts = CHANGES.map(|change| format!("{} {change}", self.count(change)));
        format!("{} -> {}: {} on {}", self.old, self.new, counts.join(", "), self.on)
    }

    /// A line for each price with the same old and new rates, whatever the places.
    fn table(&self) -> Table {
        let mut table = Table::new([
            ("price", Align::Left),
            ("where", Align::Left),
            ("old", Align::Right),
            ("new", Align::Right),
            ("per", Align::Left),
            ("change", Align::Right),
        ]);
        let mut lines: BTreeMap<(usize, [String; 5]), Vec<String>> = BTreeMap::new();
        for drift in self.drifts {
            let change = drift.change();
            let rank = CHANGES.iter().position(|known| *known == name(change)).unwrap_or_default();
            if change == Change::Same {
                continue;
            }
            let [old, new] = [drift.old, drift.new].map(|row| row.map_or("-".into(), rates));
            let id = drift.id.to_string();
            lines
                .entry((rank, [id, old, new, unit(drift), said(change)]))
                .or_default()
                .push(place(drift));
        }
        for ((_, [id, old, new, unit, change]), places) in lines {
            table.push([id, shortened(&places.join(" ")), old, new, unit, change]);
        }
        table
    }
}

/// A change in a word or a percentage.
fn said(change: Change) -> String {
    match change {
        Change::Rates(Some(part)) => {
            let percent = part * Decimal::ONE_HUNDRED;
            let sign = if percent > Decimal::ZERO { "+" } else { "" };
            format!("{sign}{} %", decimals(percent, 1))
        }
        Change::Rates(None) => "from 0".into(),
        Change::Terms => "terms".into(),
        Change::Measure => "unit".into(),
        Change::New | Change::Gone | Change::Same => name(change).into(),
    }
}

fn unit(drift: &Drift<'_>) -> String {
    match (drift.old, drift.new) {
        (Some(old), Some(new)) if old.unit != new.unit => format!("{} -> {}", old.unit, new.unit),
        (Some(row), _) | (None, Some(row)) => row.unit.to_string(),
        (None, None) => String::new(),
    }
}

/// One word, so that places can be counted.
fn place(drift: &Drift<'_>) -> String {
    let region = drift.region.unwrap_or("everywhere");
    drift.to.map_or_else(|| region.to_owned(), |to| format!("{region}->{to}"))
}

/// Writes what changed, is new or is gone; what is the same is counted.
///
/// # Errors
/// Those of the writer.
pub fn drift_text(report: &DriftReport<'_>, colour: Colour, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", colour.paint(Meaning::Heading, crate::printable(&report.headline())))?;
    let table = report.table();
    if table.rows.is_empty() {
        return Ok(());
    }
    write!(out, "\n{}", table.to_text(1))
}

/// The same as a markdown table.
///
/// # Errors
/// Those of the writer.
pub fn drift_markdown(report: &DriftReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", crate::table::escaped(&report.headline()))?;
    let table = report.table();
    if table.rows.is_empty() {
        return Ok(());
    }
    write!(out, "\n{}", table.to_markdown())
}

/// Writes every price in every place as JSON, schema version 1.
///
/// # Errors
/// Those of the writer.
pub fn drift_json(report: &DriftReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let side = |row: Option<&PriceRow>| {
        row.map(|row| {
            json!({
                "rate": first_rate(row),
                "tiers": tiers(row),
                "unit": row.unit.name(),
                "currency": row.currency.code(),
                "effective_from": crate::dto::from_date(row),
                "checked": row.checked.to_string(),
                "source": row.source,
            })
        })
    };
    let prices: Vec<Value> = report
        .drifts
        .iter()
        .map(|drift| {
            let change = drift.change();
            json!({
                "id": drift.id.as_str(),
                "region": drift.region.unwrap_or("*"),
                "to": drift.to,
                "change": name(change),
                "percent": percent(change),
                "old": side(drift.old),
                "new": side(drift.new),
            })
        })
        .collect();
    let counts: serde_json::Map<String, Value> =
        CHANGES.iter().map(|change| ((*change).to_owned(), report.count(change).into())).collect();
    let document = json!({
        "schema_version": SCHEMA_VERSION,
        "old": report.old,
        "new": report.new,
        "as_of": report.on.to_string(),
        "counts": counts,
        "prices": prices,
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// By how many percent the rate differs where it differs most; nothing where that has no answer.
fn percent(change: Change) -> Option<String> {
    match change {
        Change::Rates(part) => part.map(|part| exact(part * Decimal::ONE_HUNDRED)),
        Change::Terms | Change::Same => Some("0".into()),
        Change::New | Change::Gone | Change::Measure => None,
    }
}

/// Writes every price in every place as CSV.
///
/// # Errors
/// Those of the writer.
pub fn drift_csv(report: &DriftReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    let columns = ["id", "region", "to", "change", "percent", "old_rates", "new_rates", "unit"];
    writer.write_record(columns)?;
    for drift in report.drifts {
        let change = drift.change();
        let [old, new] = [drift.old, drift.new].map(|row| row.map_or(String::new(), rates));
        writer.write_record([
            &safe(drift.id.as_str()),
            &safe(drift.region.unwrap_or("*")),
            &safe(drift.to.unwrap_or_default()),
            name(change),
            &percent(change).unwrap_or_default(),
            &old,
            &new,
            &unit(drift),
        ])?;
    }
    writer.flush()
}
