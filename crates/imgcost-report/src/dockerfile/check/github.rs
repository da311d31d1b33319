//! Findings as GitHub shows them beside the lines of a pull request: workflow commands.
//!
//! Escapes are those of GitHub's own toolkit (actions/toolkit, `packages/core/src/command.ts`).

use std::io::{self, Write};

use imgcost_dockerfile::rules::Severity;

use super::CheckReport;
use crate::dockerfile::place::Lines;
use crate::dockerfile::saving::of_fix;

/// Writes findings as workflow commands, one a line.
///
/// GitHub shows ten of each kind a step, so those that save most come first.
///
/// # Errors
/// Those of the writer.
pub fn check_github(report: &CheckReport, out: &mut dyn Write) -> io::Result<()> {
    let texts: Vec<Lines<'_>> = report.files.iter().map(|file| Lines::new(&file.text)).collect();
    for (file, found) in report.by_saving() {
        let finding = &found.finding;
        let at = report.files.iter().position(|other| std::ptr::eq(other, file));
        let Some(lines) = at.and_then(|at| texts.get(at)) else { continue };
        let place = lines.place(&finding.span);
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let saving = of_fix(&finding.fix, &found.saving, report.currency);
        let message = format!(
            "{}\nWhy: {}\nInstead: {}\nSaves: {saving}",
            finding.message, finding.why, finding.help
        );
        writeln!(
            out,
            "::{command} file={},line={},endLine={},title={}::{}",
            property(&file.name),
            place.line,
            place.end_line,
            property(finding.rule),
            data(&message),
        )?;
    }
    Ok(())
}

/// What follows the second `::`. GitHub shows lines of a log as a terminal does, so that nothing in
/// them acts on one.
fn data(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\r' | '\t' => c,
        c if crate::is_hidden(c) => '\u{fffd}',
        c => c,
    };
    let text: String = text.chars().map(shown).collect();
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What stands behind a name and `=`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
