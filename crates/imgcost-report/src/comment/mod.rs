//! A comment on a pull request, within what GitHub takes.

mod draft;
mod inert;

use std::cmp::Reverse;
use std::io::{self, Write};

use imgcost::estimate::{Estimate, Figures, Part, Sums};
use imgcost::units::Money;

use crate::components::{Shown, cells, label, rows};
use crate::headline::headline;
use crate::number::changed_percent;
use crate::table::{Align, Table};
use crate::text::{group_table, paragraphs};
use crate::{Exchange, Report, View, remarks};
pub(crate) use draft::{Draft, Room};
pub(crate) use inert::{inert, shortened};

/// Warnings shown; the text report has them all.
const WARNINGS: usize = 10;
/// Characters of a sentence that is shown.
const SENTENCE: usize = 600;

/// Writes the report as the body of a comment on GitHub: a hidden first line that is always the
/// same, the headline, the totals, and everything else folded. Never more than 65,536 characters:
/// rows that cost or save least are left out, and counted.
///
/// # Errors
/// Those of the writer.
pub fn github_comment(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = &Report { title: shortened(&report.title, SENTENCE / 4), ..report.clone() };
    let mut draft = Draft::new();
    draft.block(&format!("### {}", inert(&headline_with_percent(report))));
    if let Some(sentence) = report.exchange.as_ref().and_then(Exchange::sentence) {
        draft.block(&inert(&sentence));
    }
    for line in report.setting.iter().take(3) {
        draft.block(&inert(&shortened(line, SENTENCE)));
    }
    draft.table(&totals(report), 0, Room::Half);
    cautions(&mut draft, &report.view.sides(), &report.all_warnings());
    draft.folded("By component", &components(report), 0, Room::Half);
    if let Some(groups) = group_table(report, usize::MAX) {
        draft.folded("By group", &groups, 0, Room::Half);
    }
    if let Some(services) = services(report) {
        draft.folded("By service", &services, 0, Room::Half);
    }
    let notes = paragraphs(report).into_iter().filter(|(name, _)| *name != "Assumptions");
    let notes = notes.map(|(name, text)| format!("**{name}** {}", sentence(&text)));
    let notes = notes.collect::<Vec<_>>().join("\n\n");
    if !notes.is_empty() {
        draft.block(&format!("<details><summary>Notes</summary>\n\n{notes}\n\n</details>"));
    }
    if !report.assumptions.is_empty() {
        draft.folded("Assumptions", &assumptions(report), 0, Room::All);
    }
    out.write_all(draft.finish().as_bytes())
}

/// What must be seen before the numbers are believed.
pub(crate) fn cautions(draft: &mut Draft, sides: &[&Estimate], warnings: &[String]) {
    if let Some(incomplete) = remarks::incomplete(sides) {
        draft.block(&format!("**INCOMPLETE** {}", sentence(&incomplete)));
    }
    for warning in warnings.iter().take(WARNINGS) {
        draft.block(&format!("> **Warning** {}", sentence(warning)));
    }
    if warnings.len() > WARNINGS {
        draft.block(&format!("> and {} more warnings", warnings.len() - WARNINGS));
    }
}

pub(crate) fn sentence(text: &str) -> String {
    inert(&shortened(text, SENTENCE))
}

fn headline_with_percent(report: &Report<'_>) -> String {
    let sentence = headline(report);
    let View::Compare(comparison) = report.view else { return sentence };
    match comparison.percent_billed().filter(|_| report.view.is_priced()) {
        Some(saved) => {
            format!("{} ({} a month).", sentence.trim_end_matches('.'), changed_percent(-saved))
        }
        None => sentence,
    }
}

/// What matters most: billed a month and per deploy, and what is freed.
fn totals(report: &Report<'_>) -> Table {
    let mut table = amounts(report, "");
    let sides: Vec<Figures> = report.view.sides().iter().map(|side| side.figures()).collect();
    let part = if report.view.is_priced() { "" } else { ", of what has a price" };
    for (period, pick) in [
        ("a month", (|side| side.monthly) as fn(&Figures) -> Sums),
        ("per deploy", |side| side.per_deploy),
    ] {
        let shown: Vec<Shown> = sides.iter().map(|side| Shown::total(pick(side))).collect();
        push_row(&mut table, report, &format!("billed {period}{part}"), &shown);
    }
    for (kind, pick) in
        [("capacity", (|sums| sums.capacity) as fn(Sums) -> Money), ("time", |sums| sums.time)]
    {
        let amounts: Vec<Money> = sides.iter().map(|side| pick(side.monthly)).collect();
        if amounts.iter().any(|amount| !amount.is_zero()) {
            let shown: Vec<Shown> = amounts.into_iter().map(Shown::Amount).collect();
            push_row(&mut table, report, &format!("{kind} a month"), &shown);
        }
    }
    if let Some(exchange) = &report.exchange {
        for (name, shown) in exchange.totals() {
            table.push(std::iter::once(name).chain(cells(&shown, exchange.currency())));
        }
    }
    table
}

fn components(report: &Report<'_>) -> Table {
    let mut table = amounts(report, "a month");
    for row in rows(report) {
        push_row(&mut table, report, label(row.component), &row.monthly);
    }
    table
}

/// What is billed for each service, by what it saves or costs; none where there is only one, or
/// where services are not kept apart.
fn services(report: &Report<'_>) -> Option<Table> {
    let sides: Option<Vec<_>> =
        report.view.sides().into_iter().map(Estimate::billed_by_service).collect();
    let sides = sides?;
    let mut names: Vec<&str> = sides.iter().flat_map(|side| side.keys().copied()).collect();
    names.sort_unstable();
    names.dedup();
    if names.len() < 2 {
        return None;
    }
    let part = |name: &str| -> Vec<Part> {
        sides.iter().map(|side| side.get(name).copied().unwrap_or(Part::Absent)).collect()
    };
    let mut rows: Vec<(Money, &str, Vec<Part>)> =
        names.into_iter().map(|name| (rank(&part(name)), name, part(name))).collect();
    rows.sort_by_key(|(rank, name, _)| (Reverse(*rank), *name));
    let mut table = amounts(report, "billed a month");
    for (_, name, parts) in rows {
        let shown: Vec<Shown> = parts.into_iter().map(Shown::from).collect();
        push_row(&mut table, report, name, &shown);
    }
    Some(table)
}

/// What a service saves, or costs where there is one side.
fn rank(parts: &[Part]) -> Money {
    match parts {
        [before, after] => before.priced() - after.priced(),
        [one] => one.priced(),
        _ => Money::ZERO,
    }
}

fn amounts(report: &Report<'_>, of: &str) -> Table {
    let names: &[&str] = match report.view {
        View::Compare(_) => &["before", "after", "saved"],
        View::Estimate(_) => &["a month"],
    };
    let first = match report.view {
        View::Compare(_) => of,
        View::Estimate(_) => "",
    };
    let columns = names.iter().map(|name| (*name, Align::Right));
    Table::new([(first, Align::Left)].into_iter().chain(columns))
}

fn push_row(table: &mut Table, report: &Report<'_>, name: &str, shown: &[Shown]) {
    let cells = cells(shown, report.view.currency());
    table.push(std::iter::once(name.to_owned()).chain(cells));
}

fn assumptions(report: &Report<'_>) -> Table {
    let mut table =
        Table::new([("name", Align::Left), ("value", Align::Left), ("source", Align::Left)]);
    for assumption in &report.assumptions {
        table.push([&assumption.name, &assumption.value, &assumption.source].map(String::as_str));
    }
    table
}
