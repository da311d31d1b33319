//! Findings for a pull request or a job's summary.

use std::io::{self, Write};

use super::summary::{headline, notes, place, table};
use super::{CheckReport, CheckedFile, PricedFinding, name};
use crate::dockerfile::folded::{Budget, code, folded};
use crate::dockerfile::place::Lines;
use crate::dockerfile::saving::of_fix;
use crate::table::{Align, Table, escaped};

/// Writes findings as markdown that GitHub takes as a comment: what does not fit is counted.
///
/// # Errors
/// Those of the writer.
pub fn check_markdown(report: &CheckReport, out: &mut dyn Write) -> io::Result<()> {
    let mut budget = Budget::new();
    let mut page = format!("## {}\n\n", escaped(&headline(report)));
    let table = table(report);
    if !table.rows.is_empty() {
        page += &budget.table(&table);
        page.push('\n');
    }
    for (name, text) in notes(report) {
        page += &budget.take(format!("**{name}** {}\n\n", escaped(&text)));
    }
    let texts: Vec<Lines<'_>> = report.files.iter().map(|file| Lines::new(&file.text)).collect();
    for (file, lines) in report.files.iter().zip(&texts) {
        for found in &file.findings {
            page += &budget.take(finding(report, file, lines, found));
        }
    }
    if !table.rows.is_empty() && !report.assumptions.is_empty() {
        page += &budget.take(folded("Assumptions", &assumptions(report).to_markdown()));
    }
    write!(out, "{page}{}", budget.rest())
}

fn finding(
    report: &CheckReport,
    file: &CheckedFile,
    lines: &Lines<'_>,
    found: &PricedFinding,
) -> String {
    let finding = &found.finding;
    let at = place(&file.name, lines, &finding.span);
    let title = format!("{} {} {at}: {}", name(finding.severity), finding.rule, finding.message);
    let body = format!(
        "{}\n{}\n\n**Instead**\n\n{}\n**Saves** {}\n",
        code("dockerfile", lines.covered(&finding.span)),
        escaped(&finding.why),
        code("dockerfile", &finding.help),
        escaped(&of_fix(&finding.fix, &found.saving, report.currency)),
    );
    folded(&title, &body)
}

fn assumptions(report: &CheckReport) -> Table {
    let mut table =
        Table::new([("name", Align::Left), ("value", Align::Left), ("source", Align::Left)]);
    for assumption in &report.assumptions {
        table.push([&assumption.name, &assumption.value, &assumption.source].map(String::as_str));
    }
    table
}
