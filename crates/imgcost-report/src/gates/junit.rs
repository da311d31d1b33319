//! For whatever shows test results: one test case per gate.

use std::io::{self, Write};

use imgcost::gate::{Gate, Outcome};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{GateReport, said};
use crate::printable;

/// Offenders listed in the text of a failure.
const LISTED: usize = 50;

/// A gate's name, which stays the same when its limit changes. Where two gates would have one name,
/// which readers of test results take for one test, their limits tell them apart.
fn name(report: &GateReport<'_>, gate: &Gate) -> String {
    let short = |gate: &Gate| match gate {
        Gate::BudgetPer { label, .. } => format!("{} {label}", gate.name()),
        _ => gate.name().to_owned(),
    };
    let alike = report.verdicts.iter().filter(|other| short(&other.gate) == short(gate)).count();
    match alike {
        0 | 1 => short(gate),
        _ => said::flag(gate).trim_start_matches('-').to_owned(),
    }
}

/// Writes the verdicts as JUnit XML. A gate that was breached is a failure, one that cannot be told
/// an error. There is no time in it: the same input gives the same file.
///
/// # Errors
/// Those of the writer.
pub fn gates_junit(report: &GateReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut suite = TestSuite::new(printable(&report.title));
    for verdict in &report.verdicts {
        let sentence = printable(&report.sentence(verdict));
        let kind = match verdict.outcome {
            Outcome::Passed => None,
            Outcome::Breached => Some(NonSuccessKind::Failure),
            Outcome::Unknown => Some(NonSuccessKind::Error),
        };
        let status = match kind {
            None => TestCaseStatus::success(),
            Some(kind) => {
                let mut status = TestCaseStatus::non_success(kind);
                status.set_type(verdict.gate.name()).set_message(sentence.as_str());
                let blamed = report.blamed(verdict, LISTED);
                if !blamed.is_empty() {
                    let blamed: Vec<String> = blamed.iter().map(|one| printable(one)).collect();
                    status.set_description(blamed.join("\n"));
                }
                status
            }
        };
        let mut case = TestCase::new(printable(&name(report, &verdict.gate)), status);
        case.set_classname("imgcost.check");
        if verdict.outcome == Outcome::Passed {
            case.set_system_out(sentence);
        }
        suite.add_test_case(case);
    }
    let mut document = Report::new("imgcost check");
    document.add_test_suite(suite);
    let text = document.to_string().map_err(io::Error::other)?;
    // The schema of Jenkins' xUnit plugin (junit-10.xsd, read 2026-11-25) has this on suites only.
    let text = text.replacen(" skipped=\"0\"", "", 1);
    out.write_all(text.as_bytes())
}
