//! Findings for spreadsheets.

use std::io::{self, Write};

use super::{CheckReport, name};
use crate::csv::safe;
use crate::dockerfile::place::Lines;
use crate::dto::exact;

/// Writes findings as CSV, one row each, in the order of the files.
///
/// Amounts and seconds are exact; an empty cell is not known, never 0. There is no total: fixes
/// overlap.
///
/// # Errors
/// Those of the writer.
pub fn check_csv(report: &CheckReport, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record([
        "file",
        "line",
        "end_line",
        "rule",
        "severity",
        "ships",
        "monthly_billed",
        "per_deploy",
        "currency",
        "build_seconds",
        "complete",
        "message",
        "help",
    ])?;
    for file in &report.files {
        let lines = Lines::new(&file.text);
        for found in &file.findings {
            let (finding, saving) = (&found.finding, &found.saving);
            let place = lines.place(&finding.span);
            writer.write_record([
                safe(&file.name),
                place.line.to_string(),
                place.end_line.to_string(),
                finding.rule.to_owned(),
                name(finding.severity).to_owned(),
                finding.ships.to_string(),
                saving.monthly_billed.map_or(String::new(), |amount| amount.to_string()),
                saving.per_deploy.map_or(String::new(), |amount| amount.to_string()),
                report.currency.code().to_owned(),
                saving.build_seconds.map_or(String::new(), |took| exact(took.to_decimal())),
                saving.complete.to_string(),
                safe(&finding.message),
                safe(&finding.help),
            ])?;
        }
    }
    writer.flush()
}
