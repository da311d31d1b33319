//! For people.

use std::io::{self, Write};

use imgcost::units::{Money, format_bytes};
use imgcost_dockerfile::price::Part;

use super::CostReport;
use super::rows::{Column, billed, capacity, changes_with, name};
use crate::dockerfile::cache::cut;
use crate::dockerfile::page::{assumptions, short_name};
use crate::dockerfile::saving::{time, unknown};
use crate::number::{money, short};
use crate::page::Page;
use crate::style::Colour;
use crate::table::{Align, Table};
use crate::wrap::WIDTH;

/// Characters of an instruction at least, however wide the numbers are.
const LEAST: usize = 12;

/// Writes costs for people: money by instruction, then what it rests on.
///
/// # Errors
/// Those of the writer.
pub fn cost_text(report: &CostReport<'_>, colour: Colour, out: &mut dyn Write) -> io::Result<()> {
    let fitted = [fitted(table(report)), fitted(rests_on(report))];
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
    let known = if cost.complete { "costs" } else { "costs, as far as is known," };
    let name = short_name(&report.dockerfile.name);
    let mut page = Page { title: format!("{name} {known} {total} a month."), ..Page::default() };
    page.heading(format!("{}; prices as of {}", report.scene, report.as_of));
    page.table(amounts);
    page.heading("What that rests on");
    page.table(rests_on);
    if !cost.complete {
        page.note(
            "Incomplete",
            "sizes or prices are missing. What has none is in no sum; + ? marks where.",
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
        push(line, name.text, &row.parts, billed(row, report.currency));
    }
    let all = |parts: &[Part]| {
        let amounts = Column::ALL.iter().filter_map(|column| column.amount(parts));
        money(amounts.sum(), report.currency)
    };
    if !cost.fixed.is_empty() {
        push(String::new(), "whatever is in it".into(), &cost.fixed, all(&cost.fixed));
    }
    push(String::new(), "all of it".into(), &cost.total, all(&cost.total));
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
    let size = |bytes: Option<u64>| match bytes {
        None => unknown(),
        Some(0) => "-".to_owned(),
        Some(bytes) => format_bytes(bytes),
    };
    for row in &report.cost.rows {
        let name = name(report, &row.origin);
        table.push([
            name.line.map_or(String::new(), |line| line.to_string()),
            name.text,
            size(row.compressed.map(|size| size.0)),
            size(row.unpacked.map(|size| size.0)),
            changes_with(report, row).unwrap_or("-").to_owned(),
            row.versions.map_or_else(|| "-".to_owned(), |often| short(often.to_decimal())),
            match row.build_seconds {
                Some(took) if !took.is_zero() => time(took.to_decimal()),
                _ => "-".to_owned(),
            },
        ]);
    }
    table
}

/// The same with instructions cut to what the width leaves them.
fn fitted(mut table: Table) -> Table {
    let widest = |at: usize| {
        let head = table.columns.get(at).map_or(0, |(name, _)| name.chars().count());
        let cells = table.rows.iter().filter_map(|row| row.get(at));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0).max(head)
    };
    let others: usize =
        (0..table.columns.len()).filter(|at| *at != 1).map(|at| widest(at) + 2).sum();
    // One of margin, and two after the instruction.
    let room = WIDTH.saturating_sub(others + 1 + 2).max(LEAST);
    for cell in table.rows.iter_mut().filter_map(|row| row.get_mut(1)) {
        *cell = cut(cell, room);
    }
    table
}
