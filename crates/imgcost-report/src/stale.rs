//! Which prices nobody has compared with their sources for long.

use std::io::{self, Write};

use chrono::NaiveDate;
use imgcost::price::PriceRow;
use imgcost::units::Span;
use serde_json::{Value, json};

use crate::csv::safe;
use crate::dto::SCHEMA_VERSION;
use crate::prices::{rates, regions, shortened};
use crate::style::{Colour, Meaning};
use crate::table::{Align, Table};

/// The rows of a price book, and those of them that are stale.
#[derive(Debug, Clone, Copy)]
pub struct StaleReport<'r> {
    /// All rows in force.
    pub in_force: &'r [&'r PriceRow],
    /// Those that nobody has checked for longer than the age, oldest first.
    pub stale: &'r [&'r PriceRow],
    /// How long is too long.
    pub age: Span,
    /// The day.
    pub on: NaiveDate,
}

/// Ages that rows are counted by, in days.
const AGES: [u64; 4] = [30, 90, 180, 365];

impl StaleReport<'_> {
    fn headline(&self) -> String {
        let (stale, all) = (self.stale.len(), self.in_force.len());
        let (age, on) = (self.age, self.on);
        match stale {
            0 => format!("All {all} prices in force on {on} have been checked within {age}."),
            _ => {
                format!("{stale} of {all} prices in force on {on} have not been checked for {age}.")
            }
        }
    }

    /// How many rows were checked within each age and not within the one before; the last are older.
    fn ages(&self) -> Vec<(Option<u64>, usize)> {
        let older = |days: u64| {
            let age = Span::hours(days * 24);
            self.in_force.iter().filter(|row| row.unchecked_for(age, self.on)).count()
        };
        let mut left = self.in_force.len();
        let mut ages = Vec::new();
        for days in AGES {
            let beyond = older(days);
            ages.push((Some(days), left - beyond));
            left = beyond;
        }
        ages.push((None, left));
        ages
    }

    fn ages_said(&self) -> String {
        let said = |(days, rows): (Option<u64>, usize)| match days {
            Some(days) => format!("up to {days} days: {rows}"),
            None => format!("older: {rows}"),
        };
        self.ages().into_iter().map(said).collect::<Vec<_>>().join(", ")
    }

    fn table(&self) -> Table {
        let mut table = Table::new([
            ("price", Align::Left),
            ("regions", Align::Left),
            ("rate", Align::Right),
            ("checked", Align::Left),
            ("days", Align::Right),
            ("confidence", Align::Left),
            ("source", Align::Left),
        ]);
        for row in self.stale {
            table.push([
                row.id.to_string(),
                shortened(&regions(row)),
                rates(row),
                row.checked.to_string(),
                row.days_unchecked(self.on).to_string(),
                row.confidence.name().to_owned(),
                row.source.clone(),
            ]);
        }
        table
    }
}

/// Writes how old the book is, and each stale row.
///
/// # Errors
/// Those of the writer.
pub fn stale_text(report: &StaleReport<'_>, colour: Colour, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", colour.paint(Meaning::Heading, report.headline()))?;
    writeln!(out, "By days since the check: {}", report.ages_said())?;
    if report.stale.is_empty() {
        return Ok(());
    }
    write!(out, "\n{}", report.table().to_text(1))
}

/// The same in markdown.
///
/// # Errors
/// Those of the writer.
pub fn stale_markdown(report: &StaleReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}\n\nBy days since the check: {}", report.headline(), report.ages_said())?;
    if report.stale.is_empty() {
        return Ok(());
    }
    write!(out, "\n{}", report.table().to_markdown())
}

/// Writes the ages and the stale rows as JSON, schema version 1.
///
/// # Errors
/// Those of the writer.
pub fn stale_json(report: &StaleReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let row = |row: &&PriceRow| {
        json!({
            "id": row.id.as_str(),
            "regions": crate::prices::region_names(row),
            "to": row.to.as_ref().map(|to| to.iter().map(|to| &**to).collect::<Vec<_>>()),
            "checked": row.checked.to_string(),
            "days": row.days_unchecked(report.on),
            "confidence": row.confidence.name(),
            "source": row.source,
        })
    };
    let age = |(days, rows): (Option<u64>, usize)| json!({ "up_to_days": days, "rows": rows });
    let document = json!({
        "schema_version": SCHEMA_VERSION,
        "as_of": report.on.to_string(),
        "older_than": report.age.to_string(),
        "rows": report.in_force.len(),
        "ages": report.ages().into_iter().map(age).collect::<Vec<Value>>(),
        "stale": report.stale.iter().map(row).collect::<Vec<Value>>(),
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// Writes the stale rows as CSV.
///
/// # Errors
/// Those of the writer.
pub fn stale_csv(report: &StaleReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record(["id", "region", "to", "checked", "days", "confidence", "source"])?;
    for row in report.stale {
        let to = row.to.as_ref().map_or(String::new(), |to| to.join(" "));
        for region in crate::prices::region_names(row) {
            writer.write_record([
                &safe(row.id.as_str()),
                &safe(region),
                &safe(&to),
                &row.checked.to_string(),
                &row.days_unchecked(report.on).to_string(),
                row.confidence.name(),
                &safe(&row.source),
            ])?;
        }
    }
    writer.flush()
}
