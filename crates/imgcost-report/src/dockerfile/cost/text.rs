//! For people.

use std::io::{self, Write};

use imgcost::units::Money;
use imgcost_dockerfile::price::Part;

use super::CostReport;
use super::rows::{Column, FIXED, billed, capacity, changes_with, fixed, name};
use crate::dockerfile::cache::cut;
use crate::dockerfile::page::{assumptions, short_name};
use crate::dockerfile::saving::unknown;
use crate::number::{duration, money, short, size};
use crate::page::Page;
use crate::style::Colour;
use crate::table::{Align, Table};

/// Characters of an instruction at least, however wide the numbers are.
const LEAST: usize = 12;

/// Writes costs for people: money by instruction, then what it rests on.
///
/// # Errors
/// Those of the writer.
pub fn cost_text(report: &CostReport<'_>, colour: Colour, out: &mut dyn Write) -> io::Result<()> {
    let fitted = [table(report), rests_on(report)].map(|table| table.fitted(1, LEAST, cut));
    page(report, fitted).text(colour, out)
}

/// Writes costs as markdown.
///
/// # Errors
/// Those of the writer.
pub fn cost_markdown(report: &CostReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    page(report, [table(report), rests_on(report)]).markdown(out)
}

fn page(report: &CostReport<'_>, [amounts, rests_on]: [Table; 2]) -> Page {
    let cost = report.cost;
    let total = money(cost.billed(), report.currency);
    let known = if cost.complete { "costs" } else { "costs at least" };
    let name = short_name(&report.dockerfile.name);
    let mut page = Page { title: format!("{name} {known} {total} a month."), ..Page::default() };
    page.scene(format!("{}; prices as of {}", report.scene, report.as_of));
    page.table(amounts);
    page.heading("What that rests on");
    page.table(rests_on);
    if !cost.complete {
        page.note(
            "Incomplete",
            "sizes or prices are missing. What is not known, and the rest of what has + ?, is in no sum.",
        );
    }
    page.note("Capacity", "is freed if something becomes smaller, and saved only if somebody then shrinks disks or nodes. It is in no other column.");
    for warning in &report.warnings {
        page.note("Warning", warning);
    }
    if let Some(assumed) = assumptions(&report.assumptions) {
        page.note("Assumptions", assumed);
    }
    page
}

/// Money a month by instruction. Columns in which nothing stands are left out.
pub(crate) fn table(report: &CostReport<'_>) -> Table {
    let cost = report.cost;
    let columns: Vec<Column> =
        Column::ALL.into_iter().filter(|column| column.amount(&cost.total).is_some()).collect();
    let head = [("line", Align::Right), ("instruction", Align::Left)];
    let named = columns.iter().map(|column| (column.name(), Align::Right));
    let last = [("billed", Align::Right), ("capacity", Align::Right)];
    let mut table = Table::new(head.into_iter().chain(named).chain(last));
    let cell = |amount: Option<Money>| {
        amount.map_or_else(|| "-".to_owned(), |amount| money(amount, report.currency))
    };
    let mut push = |line: String, text: String, parts: &[Part], billed: String| {
        let amounts = columns.iter().map(|column| cell(column.amount(parts)));
        let row = [line, text].into_iter().chain(amounts).chain([billed, cell(capacity(parts))]);
        table.push(row);
    };
    for row in &cost.rows {
        let name = name(report, &row.origin);
        let line = name.line.map_or(String::new(), |line| line.to_string());
        push(line, name.text, &row.parts, billed(report, row));
    }
    if !cost.fixed.is_empty() {
        let fixed = fixed(cost);
        let fixed = if fixed.is_zero() { "nothing".into() } else { money(fixed, report.currency) };
        push(String::new(), FIXED.into(), &cost.fixed, fixed);
    }
    let rest = if cost.complete { "" } else { " + ?" };
    let all = format!("{}{rest}", money(cost.billed(), report.currency));
    push(String::new(), "all of it".into(), &cost.total, all);
    table
}

/// Bytes, versions and build times by instruction.
pub(crate) fn rests_on(report: &CostReport<'_>) -> Table {
    let mut table = Table::new([
        ("line", Align::Right),
        ("instruction", Align::Left),
        ("on the wire", Align::Right),
        ("unpacked", Align::Right),
        ("changes with", Align::Left),
        ("versions a month", Align::Right),
        ("a build", Align::Right),
    ]);
    let known = |bytes: Option<u64>| match bytes {
        None => unknown(),
        Some(0) => "-".to_owned(),
        Some(bytes) => size(bytes),
    };
    for row in &report.cost.rows {
        let name = name(report, &row.origin);
        table.push([
            name.line.map_or(String::new(), |line| line.to_string()),
            name.text,
            known(row.compressed.map(|size| size.0)),
            known(row.unpacked.map(|size| size.0)),
            changes_with(report, row).unwrap_or("-").to_owned(),
            row.versions.map_or_else(|| "-".to_owned(), |often| short(often.to_decimal())),
            match row.build_seconds {
                Some(took) if !took.is_zero() => duration(took.to_decimal()),
                _ => "-".to_owned(),
            },
        ]);
    }
    table
}
