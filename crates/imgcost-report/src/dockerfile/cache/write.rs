//! The formats.

use std::io::{self, Write};

use imgcost::fleet::defaults::INSTALL_TIME;
use imgcost::image::{Trigger, TriggerSet};
use imgcost_dockerfile::cache::{CommitArgument, Role, commit_arguments};
use imgcost_dockerfile::image::{Times, TimesBasis};
use serde_json::{Value, json};

use super::rows::{Row, cut, rows};
use super::totals::{Totals, totals};
use super::{CHANGES, CacheReport};
use crate::csv::safe;
use crate::dockerfile::page::short_name;
use crate::dockerfile::saving::unknown;
use crate::dto::{SCHEMA_VERSION, exact};
use crate::number::duration;
use crate::page::Page;
use crate::style::Colour;
use crate::table::{Align, Table};

/// Characters of an instruction that people see; CSV and JSON have all.
const SHOWN: usize = 34;

/// Writes what each change rebuilds, for people.
///
/// # Errors
/// Those of the writer.
pub fn cache_text(report: &CacheReport<'_>, colour: Colour, out: &mut dyn Write) -> io::Result<()> {
    page(report).text(colour, out)
}

/// Writes what each change rebuilds as markdown.
///
/// # Errors
/// Those of the writer.
pub fn cache_markdown(report: &CacheReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    page(report).markdown(out)
}

/// Writes what each change rebuilds as JSON, schema version 1. Seconds are exact decimal strings;
/// null is not known.
///
/// # Errors
/// Those of the writer.
pub fn cache_json(report: &CacheReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let rows = rows(report);
    let instruction = |row: &Row<'_>| {
        let effects = CHANGES.iter().zip(row.effects);
        let effects: serde_json::Map<String, Value> = effects
            .map(|((change, _), effect)| (change.name().to_owned(), json!(effect.name())))
            .collect();
        json!({
            "stage": row.id.stage,
            "line": row.line,
            "instruction": row.text,
            "role": role(row.step.role),
            "linked": row.step.linked,
            "inputs": names(row.step.inputs),
            "seconds": row.seconds.map(exact),
            "on": effects,
        })
    };
    let changes: Vec<Value> = each(report, &rows)
        .into_iter()
        .map(|(change, totals)| {
            json!({
                "change": change.name(),
                "reruns": totals.reruns,
                "steps": totals.steps,
                "seconds": totals.exact_seconds().map(exact),
                "steps_not_timed": totals.untimed,
                "layers_shipped": totals.ships,
                "layers": totals.layers,
            })
        })
        .collect();
    let document = json!({
        "schema_version": SCHEMA_VERSION,
        "file": report.dockerfile.name,
        "target": report.dockerfile.target,
        "instructions": rows.iter().map(instruction).collect::<Vec<_>>(),
        "changes": changes,
        "times_from": basis(report.times).0,
        "commit_arguments": arguments(report).iter().map(|found| json!({
            "name": found.name,
            "stage": found.step.stage,
            "line": found.line,
        })).collect::<Vec<_>>(),
        "warnings": report.warnings,
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// Writes what each change rebuilds as CSV, one row for each instruction.
///
/// # Errors
/// Those of the writer.
pub fn cache_csv(report: &CacheReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    let changes = CHANGES.map(|(change, _)| format!("on_{}", change.name().replace('-', "_")));
    let head = ["file", "stage", "line", "instruction", "role", "seconds"].map(str::to_owned);
    writer.write_record(head.iter().chain(&changes))?;
    for row in rows(report) {
        let cells = [
            safe(&report.dockerfile.name),
            row.id.stage.to_string(),
            row.line.to_string(),
            safe(&crate::printable(&row.text)),
            role(row.step.role).to_owned(),
            row.seconds.map_or(String::new(), exact),
        ];
        let effects = row.effects.map(|effect| effect.name().to_owned());
        writer.write_record(cells.iter().chain(&effects))?;
    }
    writer.flush()
}

fn page(report: &CacheReport<'_>) -> Page {
    let rows = rows(report);
    let mut page = Page { title: title(report, &rows), ..Page::default() };
    let mut table = Table::new([
        ("line", Align::Right),
        ("instruction", Align::Left),
        ("time", Align::Right),
        ("source line", Align::Left),
        ("dependency", Align::Left),
        ("new base", Align::Left),
    ]);
    for row in &rows {
        let margin = if row.id.instruction.is_some() { "  " } else { "" };
        let text = format!("{margin}{}", cut(&row.text, SHOWN - margin.len()));
        let took = match (row.seconds, row.id.instruction.is_some() && row.step.makes_layer) {
            (Some(known), _) => duration(known),
            (None, true) => unknown(),
            (None, false) => "-".to_owned(),
        };
        let effects = row.effects.map(|effect| effect.words().to_owned());
        table.push([row.line.to_string(), text, took].into_iter().chain(effects));
    }
    page.table(table);
    let mut totals = Table::new([
        ("after a change of", Align::Left),
        ("instructions run again", Align::Right),
        ("they take", Align::Right),
        ("layers ship again", Align::Right),
    ]);
    for ((_, name), (_, total)) in CHANGES.iter().zip(each(report, &rows)) {
        totals.push([
            (*name).to_owned(),
            format!("{} of {}", total.reruns, total.steps),
            total.time(),
            format!("{} of {}", total.ships, total.layers),
        ]);
    }
    page.table(totals);
    page.note("Layers", "a base image counts as one. What reruns in a stage that does not ship stays with the builder; it costs time, not bytes.");
    page.note("Times", basis(report.times).1);
    if let Some(told) = told(&arguments(report)) {
        page.note("Arguments", told);
    }
    for warning in &report.warnings {
        page.note("Warning", warning);
    }
    page
}

/// Build arguments of stages that are built, and that every commit gives another value.
fn arguments(report: &CacheReport<'_>) -> Vec<CommitArgument> {
    let stages = &report.plan.stages;
    let mut found = commit_arguments(report.dockerfile);
    found.retain(|found| stages.get(found.step.stage).is_some_and(|stage| stage.needed));
    found
}

/// What is taken for granted of them.
fn told(arguments: &[CommitArgument]) -> Option<String> {
    let names: Vec<String> =
        arguments.iter().map(|found| format!("{} (line {})", found.name, found.line)).collect();
    let (subject, below) = match arguments.len() {
        0 => return None,
        1 => ("is taken to change", "it"),
        _ => ("are taken to change", "one of them"),
    };
    Some(format!(
        "{} {subject} with each commit. BuildKit compares the values of all arguments that a RUN sees, so each RUN below {below} in its stage runs again.",
        names.join(", ")
    ))
}

/// What the change that happens most comes to.
fn title(report: &CacheReport<'_>, rows: &[Row<'_>]) -> String {
    let name = short_name(&report.dockerfile.name);
    match each(report, rows).first() {
        Some((_, total)) => {
            let time = total.time();
            // That nothing is known of it is told in the table.
            let time = if time == unknown() { String::new() } else { format!(" ({time})") };
            format!(
                "{name}: one source line runs {} of {} instructions again{time} and ships {} of {} layers.",
                total.reruns, total.steps, total.ships, total.layers,
            )
        }
        None => name,
    }
}

fn each(report: &CacheReport<'_>, rows: &[Row<'_>]) -> Vec<(Trigger, Totals)> {
    let changes = CHANGES.iter().enumerate();
    changes.map(|(at, (change, _))| (*change, totals(report, rows, at))).collect()
}

fn names(set: TriggerSet) -> Vec<&'static str> {
    CHANGES
        .iter()
        .filter(|(change, _)| set.contains(*change))
        .map(|(change, _)| change.name())
        .collect()
}

/// Where times come from: a name, and a sentence.
fn basis(times: &Times) -> (&'static str, String) {
    match times.basis {
        TimesBasis::Log => (
            "log",
            "those of a build's log. Instructions run one after another, stages side by side."
                .to_owned(),
        ),
        TimesBasis::Installs(install) => (
            "installs",
            format!(
                "not measured: every install is taken to last {install} ({}); a build's log tells the others.",
                INSTALL_TIME.source
            ),
        ),
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Base => "base",
        Role::System => "system",
        Role::Manifest => "manifest",
        Role::Dependencies => "dependencies",
        Role::Build => "build",
        Role::Application => "application",
        Role::Setup => "setup",
        Role::Metadata => "metadata",
    }
}
