//! For programs.

use std::io::{self, Write};

use imgcost::units::Money;
use imgcost_dockerfile::price::{Part, Row};
use serde_json::{Value, json};

use super::CostReport;
use super::rows::{Column, capacity, changes_with, is_complete, name};
use crate::csv::safe;
use crate::dockerfile::saving::of_millis;
use crate::dto::{AssumptionDto, SCHEMA_VERSION, exact};

/// Writes costs as JSON, schema version 1. Money, versions and seconds are exact decimal strings,
/// bytes are numbers, null is not known. `rows` and `fixed` add up to `total`.
///
/// # Errors
/// Those of the writer.
pub fn cost_json(report: &CostReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let cost = report.cost;
    let row = |row: &Row| {
        let name = name(report, &row.origin);
        json!({
            "stage": name.stage,
            "line": name.line,
            "instruction": name.text,
            "compressed": row.compressed.map(|size| size.0),
            "unpacked": row.unpacked.map(|size| size.0),
            "changes_with": changes_with(report, row),
            "versions_per_month": row.versions.map(|often| exact(often.to_decimal())),
            "build_seconds": row.build_seconds.map(|took| exact(took.to_decimal())),
            "billed": row.billed().to_string(),
            "free": row.is_free() && is_complete(cost, row),
            "complete": is_complete(cost, row),
            "parts": parts(&row.parts),
        })
    };
    let times = cost.times;
    let after = |millis: u64| exact(of_millis(millis));
    let assumptions: Vec<_> = report.assumptions.iter().map(AssumptionDto::from).collect();
    let document = json!({
        "schema_version": SCHEMA_VERSION,
        "file": report.dockerfile.name,
        "currency": report.currency.code(),
        "as_of": report.as_of.to_string(),
        "scene": report.scene,
        "rows": cost.rows.iter().map(row).collect::<Vec<_>>(),
        "fixed": parts(&cost.fixed),
        "total": { "billed": cost.billed().to_string(), "parts": parts(&cost.total) },
        "build_seconds": {
            "mean": cost.build_seconds.map(|took| exact(took.to_decimal())),
            "source": after(times.source),
            "dependency": after(times.dependency),
            "base": after(times.base),
            "cold": after(times.cold),
        },
        "complete": cost.complete,
        "assumptions": assumptions,
        "warnings": report.warnings,
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn parts(parts: &[Part]) -> Vec<Value> {
    let part = |part: &Part| {
        json!({
            "component": part.component.name(),
            "path": part.path,
            "kind": part.kind.name(),
            "amount": part.amount.to_string(),
        })
    };
    parts.iter().map(part).collect()
}

/// Writes costs as CSV, one row for each instruction and one for what is fixed, no total among them.
/// Amounts are exact; an empty cell of bytes is not known, one of money is nothing of the kind.
///
/// # Errors
/// Those of the writer.
pub fn cost_csv(report: &CostReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    let head = [
        "file",
        "stage",
        "line",
        "instruction",
        "compressed",
        "unpacked",
        "changes_with",
        "versions_per_month",
        "build_seconds",
    ];
    let columns = Column::ALL.map(|column| column.name().replace(' ', "_"));
    let last = ["capacity", "currency"];
    let names = head.iter().copied().chain(columns.iter().map(String::as_str)).chain(last);
    writer.write_record(names)?;
    let mut write = |cells: [String; 9], parts: &[Part]| {
        let amount = |amount: Option<Money>| amount.map_or(String::new(), |sum| sum.to_string());
        let amounts = Column::ALL.iter().map(|column| amount(column.amount(parts)));
        let last = [amount(capacity(parts)), report.currency.code().to_owned()];
        writer.write_record(cells.into_iter().chain(amounts).chain(last))
    };
    let number = |number: Option<u64>| number.map_or(String::new(), |number| number.to_string());
    for row in &report.cost.rows {
        let name = name(report, &row.origin);
        let place = |at: Option<usize>| at.map_or(String::new(), |at| at.to_string());
        let cells = [
            safe(&report.dockerfile.name),
            place(name.stage),
            place(name.line),
            safe(&crate::printable(&name.text)),
            number(row.compressed.map(|size| size.0)),
            number(row.unpacked.map(|size| size.0)),
            changes_with(report, row).unwrap_or_default().to_owned(),
            row.versions.map_or(String::new(), |often| exact(often.to_decimal())),
            row.build_seconds.map_or(String::new(), |took| exact(took.to_decimal())),
        ];
        write(cells, &row.parts)?;
    }
    if !report.cost.fixed.is_empty() {
        let mut cells: [String; 9] = Default::default();
        cells[0] = safe(&report.dockerfile.name);
        cells[3] = "whatever is in it".to_owned();
        write(cells, &report.cost.fixed)?;
    }
    writer.flush()
}
