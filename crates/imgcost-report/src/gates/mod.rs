//! What came of gates.

mod junit;
mod said;
mod write;

use imgcost::estimate::{Against, Estimate};
use imgcost::fleet::defaults::Assumption;
use imgcost::gate::{Outcome, Verdict};

pub use junit::gates_junit;
pub use write::{gates_json, gates_markdown, gates_text};

/// What came of all gates of one run.
#[derive(Debug, Clone)]
pub struct GateReport<'r> {
    /// What the fleet is called.
    pub title: String,
    /// What was judged.
    pub estimate: &'r Estimate,
    /// The file of the baseline, and the fleet against it.
    pub baseline: Option<(String, &'r Against<'r>)>,
    /// Every gate that was asked for, passed or not.
    pub verdicts: Vec<Verdict>,
    /// What was taken for granted.
    pub assumptions: Vec<Assumption>,
    /// Warnings beside those of the estimate.
    pub warnings: Vec<String>,
}

/// Offenders named in a sentence.
const NAMED: usize = 3;

impl GateReport<'_> {
    /// The gates that were not passed in one sentence with their offenders, for standard error;
    /// nothing if all were.
    pub fn objection(&self) -> Option<String> {
        let failed = self.verdicts.iter().filter(|verdict| verdict.outcome != Outcome::Passed);
        let told: Vec<String> = failed
            .map(|verdict| {
                let sentence = self.sentence(verdict);
                let flag = said::flag(&verdict.gate);
                let blamed = self.blamed(verdict, NAMED);
                match blamed.is_empty() {
                    true => format!("{flag}: {sentence}"),
                    false => format!("{flag}: {sentence} ({})", blamed.join("; ")),
                }
            })
            .collect();
        match told.len() {
            0 => None,
            failed => Some(format!(
                "{failed} of {} not passed: {}",
                counted(self.verdicts.len(), "gate"),
                told.join("; ")
            )),
        }
    }

    fn headline(&self) -> String {
        let title = crate::headline::capitalised(&self.title);
        let failed = self.verdicts.iter().filter(|v| v.outcome != Outcome::Passed).count();
        let all = counted(self.verdicts.len(), "gate");
        match failed {
            0 if self.verdicts.len() == 1 => format!("{title}: the gate is passed."),
            0 => format!("{title}: all {all} are passed."),
            _ => format!("{title}: {failed} of {all} not passed."),
        }
    }

    fn all_warnings(&self) -> Vec<String> {
        let mut warnings = self.warnings.clone();
        if let Some((_, against)) = &self.baseline {
            warnings.extend(crate::baseline::caveats(against, &[]));
        }
        warnings.extend(self.estimate.warnings().into_iter().map(|warning| warning.to_string()));
        let mut once = Vec::new();
        for warning in warnings {
            if !once.contains(&warning) {
                once.push(warning);
            }
        }
        once
    }

    fn passed(&self) -> bool {
        self.verdicts.iter().all(|verdict| verdict.outcome == Outcome::Passed)
    }
}

/// `1 gate`, `2 gates`
fn counted(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}
