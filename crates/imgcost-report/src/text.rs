//! One screen for a terminal.

use std::cmp::Ordering;
use std::io::{self, Write};

use imgcost::demand::Kind;
use imgcost::estimate::{Figures, GroupComparison};
use imgcost::units::{Currency, Money};

use crate::components::{ComponentRow, Shown, cells, label, rows};
use crate::headline::headline;
use crate::number::decimals;
use crate::remarks;
use crate::style::{Colour, Meaning};
use crate::table::{Align, Table};
use crate::wrap::wrapped;
use crate::{Exchange, Report, View, printable};

/// Groups shown before "and so many more".
const GROUPS: usize = 20;

/// Writes the report as one screen of aligned text.
///
/// # Errors
/// Those of the writer.
pub fn text(report: &Report<'_>, colour: Colour, out: &mut dyn Write) -> io::Result<()> {
    let meaning = match report.view {
        View::Compare(comparison) => match comparison.saving().monthly.billed.cmp(&Money::ZERO) {
            Ordering::Greater => Meaning::Saving,
            Ordering::Equal => Meaning::Heading,
            Ordering::Less => Meaning::Loss,
        },
        View::Estimate(_) => Meaning::Heading,
    };
    writeln!(out, "{}", colour.paint(meaning, printable(&headline(report))))?;
    if let Some(sentence) = report.exchange.as_ref().and_then(Exchange::sentence) {
        writeln!(out, "{sentence}")?;
    }
    for line in &report.setting {
        writeln!(out, "{}", printable(line))?;
    }
    writeln!(out)?;
    write!(out, "{}", figures(report, colour))?;
    if let Some(table) = group_table(report, GROUPS) {
        writeln!(out)?;
        write!(out, "{}", groups(report, &table, colour))?;
    }
    writeln!(out)?;
    if let Some(incomplete) = remarks::incomplete(&report.view.sides()) {
        let incomplete = wrapped("INCOMPLETE", &incomplete);
        writeln!(out, "{}", colour.paint(Meaning::Caution, incomplete.trim_end()))?;
    }
    for warning in report.all_warnings() {
        let warning = wrapped("Warning", &warning);
        writeln!(out, "{}", colour.paint(Meaning::Caution, warning.trim_end()))?;
    }
    for (name, paragraph) in paragraphs(report) {
        write!(out, "{}", wrapped(name, &paragraph))?;
    }
    if report.verbose {
        write!(out, "{}", sources(report).to_text(15))?;
    }
    writeln!(out, "{}", colour.paint(Meaning::Aside, advice(report)))
}

/// Each assumption with its source.
fn sources(report: &Report<'_>) -> Table {
    let mut table = Table::new([("", Align::Left); 3]);
    for assumption in &report.assumptions {
        table.push([&assumption.name, &assumption.value, &assumption.source].map(String::as_str));
    }
    table
}

/// Per deploy and per month, by component.
fn figures(report: &Report<'_>, colour: Colour) -> String {
    let compared = matches!(report.view, View::Compare(_));
    let mut columns = vec![("", Align::Left)];
    match report.view {
        View::Compare(_) => {
            columns.extend([
                ("before", Align::Right),
                ("after", Align::Right),
                ("saved", Align::Right),
            ]);
        }
        View::Estimate(estimate) => columns.push((estimate.demand.side.name(), Align::Right)),
    }
    columns.push(("", Align::Left));
    let mut table = Table::new(columns);
    let components = rows(report);
    let show = |shown: &[Shown]| cells(shown, report.view.currency());
    let row = |name: String, shown: &[Shown], detail: String| {
        [vec![name], show(shown), vec![detail]].concat()
    };
    let blank = |name: &str| {
        let mut row = vec![name.to_owned()];
        row.resize(if compared { 5 } else { 3 }, String::new());
        row
    };

    table.push(blank("per deploy"));
    let billed = |row: &&ComponentRow| row.kind == Kind::Billed;
    let mut any = false;
    for component in components.iter().filter(billed) {
        if component.per_deploy.iter().all(|shown| *shown == Shown::Absent) {
            continue;
        }
        any = true;
        table.push(row(
            format!("  {}", label(component.component)),
            &component.per_deploy,
            String::new(),
        ));
    }
    let each: Vec<Shown> =
        report.view.sides().iter().map(|side| Shown::total(side.figures().per_deploy)).collect();
    let name = if any { "  billed" } else { "  nothing is billed" };
    table.push(row(name.into(), &each, String::new()));
    let [monthly, per_deploy] = exchanged(report);
    table.rows.extend(per_deploy);

    table.push(blank("per month"));
    for component in components.iter().filter(billed) {
        let name = format!("  {}", label(component.component));
        table.push(row(name, &component.monthly, component.detail.clone()));
    }
    let total: Vec<Shown> =
        report.view.sides().iter().map(|side| Shown::total(side.figures().monthly)).collect();
    let percent = match report.view {
        _ if !report.view.is_priced() => "what has a price".into(),
        View::Compare(comparison) => comparison.percent_billed().map_or(String::new(), percent),
        View::Estimate(_) => String::new(),
    };
    table.push(row("  billed".into(), &total, percent));
    let total_line = table.rows.len();
    table.rows.extend(monthly);
    for component in components.iter().filter(|row| row.kind != Kind::Billed) {
        let name = format!("  {}", label(component.component));
        table.push(row(name, &component.monthly, component.detail.clone()));
    }
    // Totals are painted after alignment, so that escape codes take no room.
    let text = table.to_text(1);
    let painted = text.lines().enumerate().map(|(index, line)| {
        if index == total_line || line.trim_start().starts_with("per ") {
            colour.paint(Meaning::Heading, line) + "\n"
        } else {
            line.to_owned() + "\n"
        }
    });
    painted.collect()
}

/// The totals in another currency, a month and per deploy, where one was asked for.
fn exchanged(report: &Report<'_>) -> [Option<Vec<String>>; 2] {
    let Some(exchange) = &report.exchange else { return [None, None] };
    let currency = exchange.currency();
    exchange.billed().map(|shown| {
        let name = format!("  billed in {currency}");
        Some([vec![name], cells(&shown, currency), vec![String::new()]].concat())
    })
}

/// `-95 %`: what becomes of what was billed before.
fn percent(saved: rust_decimal::Decimal) -> String {
    let change = -saved;
    let sign = if change.is_sign_positive() && !change.is_zero() { "+" } else { "" };
    format!("{sign}{} %", decimals(change, 0))
}

/// The table of groups, with how many more there are.
fn groups(report: &Report<'_>, table: &Table, colour: Colour) -> String {
    let mut text: String = table.to_text(1);
    let count = match report.view {
        View::Compare(comparison) => comparison.groups.len(),
        View::Estimate(estimate) => estimate.groups().len(),
    };
    if count > GROUPS {
        text += &format!(" and {} more; --format csv or json lists all\n", count - GROUPS);
    }
    let heading = text.find('\n').unwrap_or(0);
    colour.paint(Meaning::Heading, &text[..heading]) + &text[heading..]
}

/// The groups that text and markdown share: by what they save a month, or cost, largest first.
/// None where no groups were asked for.
pub(crate) fn group_table(report: &Report<'_>, most: usize) -> Option<Table> {
    if report.group_by.is_empty() {
        return None;
    }
    let currency = report.view.currency();
    let labels = report.group_by.iter().map(|label| (label.as_str(), Align::Left));
    let names: &[&str] = match report.view {
        View::Compare(_) => &["before", "after", "saved", "saved per deploy"],
        View::Estimate(_) => &["a month", "per deploy"],
    };
    let mut table = Table::new(labels.chain(names.iter().map(|name| (*name, Align::Right))));
    let mut rows: Vec<(Money, Vec<String>)> = match report.view {
        View::Compare(comparison) => {
            comparison.groups.iter().map(|group| compared(group, currency)).collect()
        }
        View::Estimate(estimate) => {
            let alone = |(mut row, figures): (Vec<String>, Figures)| {
                let (month, deploy) = (figures.monthly, figures.per_deploy);
                row.extend([month, deploy].map(|sums| Shown::from(sums).cell(currency)));
                (month.billed, row)
            };
            estimate.groups().into_iter().map(alone).collect()
        }
    };
    rows.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    rows.into_iter().take(most).for_each(|(_, row)| table.push(row));
    Some(table)
}

/// A group's row, ranked by what it saves.
fn compared(group: &GroupComparison, currency: Currency) -> (Money, Vec<String>) {
    let saving = group.saving();
    let sides = [group.before, group.after];
    let month = cells(&sides.map(|side| side.monthly.into()), currency);
    let deploy = cells(&sides.map(|side| side.per_deploy.into()), currency);
    let saved_per_deploy = deploy.into_iter().next_back();
    let row = group.group.iter().cloned().chain(month).chain(saved_per_deploy);
    (saving.monthly.billed, row.collect())
}

/// The paragraphs beneath the numbers, each with its name.
pub(crate) fn paragraphs(report: &Report<'_>) -> Vec<(&'static str, String)> {
    let mut paragraphs = Vec::new();
    if let View::Compare(comparison) = report.view {
        paragraphs.extend(remarks::path(report).map(|path| ("Network path", path)));
        paragraphs.push(("Naive figure", remarks::naive(report, comparison)));
        paragraphs.extend(
            remarks::money_remarks(report, comparison).into_iter().map(|remark| ("Note", remark)),
        );
    }
    paragraphs.extend(remarks::prices(report).map(|prices| ("Prices", prices)));
    paragraphs
        .extend(report.exchange.iter().map(|exchange| ("Exchange", printable(&exchange.basis()))));
    if !report.assumptions.is_empty() {
        let each = report.assumptions.iter().map(|assumption| {
            format!("{} {} ({})", assumption.name, assumption.value, assumption.basis)
        });
        paragraphs.push(("Assumptions", each.collect::<Vec<_>>().join("; ") + "."));
    }
    paragraphs
}

fn advice(report: &Report<'_>) -> &'static str {
    match (report.assumptions.is_empty(), report.verbose) {
        (false, false) => {
            "               Each is a flag or a fleet-file key of that name; -v gives the sources in full.\n               imgcost explain shows every line; imgcost init writes a fleet file to edit."
        }
        _ => {
            "               imgcost explain shows every line; imgcost init writes a fleet file to edit."
        }
    }
}
