//! What could be better in a Dockerfile: one file for each family of rules.
//!
//! What ships is judged in the final image only, that is the target stage and those that it starts
//! from. Stages that it merely copies from are judged for how they behave in the cache.

use std::cmp::Reverse;
use std::collections::BTreeMap;

mod base;
mod bases;
mod carried;
mod crates;
mod development;
mod early;
mod fetch;
mod finding;
mod ignores;
mod info;
mod install;
mod kept;
mod leftover;
mod lists;
mod locked;
mod masked;
mod merged;
mod order;
mod owned;
mod owners;
mod process;
mod purged;
mod rewrite;
mod secret_names;
mod secrets;
mod seen;
mod sent;
mod settings;
mod shapes;
mod smaller;
mod stages;
mod suggest;
mod tools;

pub use crate::read::Context;
pub use finding::{Finding, Fix, Severity};
pub use info::{ALL, RuleInfo, rule};
pub use masked::masked;
pub use settings::{Level, Settings, settings};

use crate::cache::Plan;
use crate::read::{Dockerfile, Problem};

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// What could be better, in the order of the file, the worst of each line first.
    pub findings: Vec<Finding>,
    /// What comments of the file ignore, in the order of the file.
    pub ignored: Vec<Ignored>,
    /// What is wrong with those comments: rules that are not there, comments above nothing.
    pub problems: Vec<Problem>,
}

/// A finding that a comment ignores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// The finding.
    pub finding: Finding,
    /// Why it is ignored; empty where the comment does not say.
    pub reason: String,
}

/// Families of rules.
const FAMILIES: [fn(&seen::Seen<'_>, &mut Vec<Finding>); 9] = [
    base::check,
    install::check,
    development::check,
    process::check,
    secrets::check,
    leftover::check,
    tools::check,
    owners::check,
    sent::check,
];

/// Checks a file against every rule that is not switched off.
pub fn check(file: &Dockerfile, plan: &Plan, context: &Context, settings: &Settings) -> Checked {
    let seen = seen::Seen::new(file, plan, context);
    let mut found = Vec::new();
    FAMILIES.iter().for_each(|family| family(&seen, &mut found));
    let (ignores, problems) = ignores::ignores(file);
    found.extend(ignores.iter().filter_map(ignores::Ignore::without_reason));
    found.retain_mut(|finding| match settings.level(finding.rule) {
        None => true,
        Some(Level::Off) => false,
        Some(Level::At(severity)) => {
            finding.severity = severity;
            true
        }
    });
    let rank = |finding: &Finding| ALL.iter().position(|rule| rule.id == finding.rule);
    found.sort_by_key(|found| (found.line, Reverse(found.severity), rank(found), found.span.start));
    found.dedup();
    let more = capped(&mut found);
    let mut checked = Checked { problems, ..Checked::default() };
    checked.problems.extend(more);
    for finding in found {
        let line = line_of(file, &finding);
        match ignores.iter().find(|ignore| ignore.covers(finding.rule, line)) {
            Some(ignore) => {
                checked.ignored.push(Ignored { finding, reason: ignore.reason.clone() })
            }
            None => checked.findings.push(finding),
        }
    }
    checked
}

/// The most findings of one rule that are told of a file: each of them is priced by itself. Engines stack
/// 127 layers at most, so that no file that builds comes near it.
const MOST_OF_A_RULE: usize = 50;

/// Leaves the first findings of each rule, and says where there were more.
fn capped(found: &mut Vec<Finding>) -> Vec<Problem> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut more = Vec::new();
    found.retain(|finding| {
        let count = counts.entry(finding.rule).or_default();
        *count += 1;
        if *count == MOST_OF_A_RULE + 1 {
            more.push(Problem::new(
                "too-many-findings",
                finding.span.clone(),
                format!("`{}` is found more than {MOST_OF_A_RULE} times", finding.rule),
                "what is found from here on is neither told nor priced: mend the first ones, then check again",
            ));
        }
        *count <= MOST_OF_A_RULE
    });
    more
}

/// The line on which the instruction of a finding begins.
fn line_of(file: &Dockerfile, finding: &Finding) -> usize {
    let stage = finding.step.and_then(|step| Some((step, file.stages.get(step.stage)?)));
    let line = stage.and_then(|(step, stage)| match step.instruction {
        None => Some(stage.line),
        Some(at) => stage.instructions.get(at).map(|found| found.line),
    });
    line.unwrap_or(finding.line)
}
