//! The end of a report on findings: how many, what each saves, what they save together.

use imgcost_dockerfile::price::Saving;
use imgcost_dockerfile::rules::Severity;

use super::{CheckReport, CheckedFile, name};
use crate::dockerfile::place::Lines;
use crate::dockerfile::saving::{cells, is_part, words};
use crate::table::{Align, Table};

/// `9 findings: 2 errors, 6 warnings, 1 info; 1 more is ignored`.
pub(super) fn headline(report: &CheckReport) -> String {
    let count = report.findings().count();
    let ignored: usize = report.files.iter().map(|file| file.ignored.len()).sum();
    let files = match report.files.as_slice() {
        [file] => file.name.clone(),
        files => format!("{} files", files.len()),
    };
    let mut text = match count {
        0 => format!("{files}: nothing found"),
        1 => format!("{files}: 1 finding"),
        _ => format!("{files}: {count} findings"),
    };
    let each = [Severity::Error, Severity::Warning, Severity::Info].map(|severity| {
        (
            severity,
            report.findings().filter(|(_, found)| found.finding.severity == severity).count(),
        )
    });
    let each = each.iter().filter(|(_, count)| *count > 0).map(|(severity, count)| {
        let more = if *count > 1 && *severity != Severity::Info { "s" } else { "" };
        format!("{count} {}{more}", name(*severity))
    });
    let each = each.collect::<Vec<_>>().join(", ");
    if count > 0 {
        text += &format!(" ({each})");
    }
    if ignored > 0 {
        text += &format!("; {ignored} ignored");
    }
    text
}

/// Every finding in a row, that which saves most first.
pub(super) fn table(report: &CheckReport) -> Table {
    let mut table = Table::new([
        ("a month", Align::Right),
        ("per deploy", Align::Right),
        ("a build", Align::Right),
        ("rule", Align::Left),
        ("severity", Align::Left),
        ("where", Align::Left),
    ]);
    let alone = report.files.len() == 1;
    for (file, found) in report.by_saving() {
        let line = found.finding.line;
        let place = if alone { format!("line {line}") } else { format!("{}:{line}", file.name) };
        let [month, deploy, build] = cells(&found.saving, report.currency);
        let severity = name(found.finding.severity).to_owned();
        table.push([month, deploy, build, found.finding.rule.to_owned(), severity, place]);
    }
    table
}

/// What should be said below the table.
pub(super) fn notes(report: &CheckReport) -> Vec<(&'static str, String)> {
    let mut notes = Vec::new();
    // One fix is told above; together it is the same. Several that save nothing do so together.
    let saves = |file: &&CheckedFile| {
        file.findings.iter().map(|found| found.saving).any(|saving| saving != Saving::NOTHING)
    };
    for file in report.files.iter().filter(|file| file.findings.len() > 1).filter(saves) {
        let of = if report.files.len() > 1 { format!("{}: ", file.name) } else { String::new() };
        let saving = words(&file.together, report.currency);
        let overlap = "Fixes overlap, so the rows above do not add up to it.";
        notes.push(("Together", format!("{of}{saving}. {overlap}")));
    }
    if report.findings().any(|(_, found)| is_part(&found.saving)) {
        let incomplete = "+ ? marks sums beside which a size or a price is not known.";
        notes.push(("Incomplete", incomplete.to_owned()));
    }
    if report.findings().next().is_some() {
        notes.push(("Scene", format!("{}; prices as of {}.", report.scene, report.as_of)));
    }
    for file in &report.files {
        for ignored in &file.ignored {
            let finding = &ignored.finding;
            let place = format!("{}:{}", file.name, finding.line);
            let reason = match ignored.reason.as_str() {
                "" => "no reason is given",
                reason => reason,
            };
            notes.push(("Ignored", format!("{place} {}: {reason}", finding.rule)));
        }
    }
    notes.extend(report.warnings.iter().map(|warning| ("Warning", warning.clone())));
    notes
}

/// The lines that a finding is about, and how many of them are left out.
pub(super) const LINES: usize = 6;

/// `Dockerfile:3:1`.
pub(super) fn place(file: &str, lines: &Lines<'_>, span: &std::ops::Range<usize>) -> String {
    let place = lines.place(span);
    format!("{file}:{}:{}", place.line, place.column)
}
