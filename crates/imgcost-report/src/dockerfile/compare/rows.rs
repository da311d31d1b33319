//! What is compared, before it has a format.

use std::collections::BTreeMap;

use imgcost::fleet::StepTimes;
use imgcost::units::Money;
use imgcost_dockerfile::cache::{Plan, Role};
use imgcost_dockerfile::image::{Origin, TimesBasis};
use imgcost_dockerfile::price::Row;
use imgcost_dockerfile::rules::Finding;

use super::DockerfileCompareReport;
use crate::dockerfile::cost::{FIXED, fixed, is_complete};

/// Rules with how often each was broken.
pub(super) type Rules = BTreeMap<&'static str, usize>;

/// Rules that only the old file breaks, only the new one, and both.
pub(super) struct Findings {
    pub(super) gone: Rules,
    pub(super) new: Rules,
    pub(super) left: Rules,
}

pub(super) fn findings(report: &DockerfileCompareReport<'_>) -> Findings {
    let (old, new) = (counted(report.old.findings), counted(report.new.findings));
    let only = |of: &Rules, other: &Rules| -> Rules {
        let only = of.iter().filter(|(rule, _)| !other.contains_key(*rule));
        only.map(|(rule, count)| (*rule, *count)).collect()
    };
    let left = new.iter().filter(|(rule, _)| old.contains_key(*rule));
    Findings {
        gone: only(&old, &new),
        new: only(&new, &old),
        left: left.map(|(rule, count)| (*rule, *count)).collect(),
    }
}

fn counted(findings: &[Finding]) -> Rules {
    let mut rules = Rules::new();
    for finding in findings {
        *rules.entry(finding.rule).or_default() += 1;
    }
    rules
}

/// Whether steps were timed, or only installs are counted.
pub(super) fn timed(report: &DockerfileCompareReport<'_>) -> [bool; 2] {
    [&report.old, &report.new].map(|file| file.timed == TimesBasis::Log)
}

/// Kinds of builds, with the milliseconds of their steps.
pub(super) fn builds(times: StepTimes) -> [(&'static str, u64); 4] {
    [
        ("after a source line", times.source),
        ("after a dependency", times.dependency),
        ("after a new base", times.base),
        ("without a cache", times.cold),
    ]
}

/// What instructions are about, in the order of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Base,
    System,
    Dependencies,
    Build,
    Application,
    Setup,
    Other,
    Fixed,
}

impl Part {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Base => "base image",
            Self::System => "packages of the system",
            Self::Dependencies => "packages of the application",
            Self::Build => "building",
            Self::Application => "the application",
            Self::Setup => "users, folders, settings",
            Self::Other => "configuration and the rest",
            Self::Fixed => "whatever is in it",
        }
    }

    /// What people read; names are a part of the contract.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Fixed => FIXED,
            other => other.name(),
        }
    }

    fn of(plan: &Plan, row: &Row) -> Self {
        let Origin::Step(id) = &row.origin else { return Self::Other };
        match plan.step(*id).map(|step| step.role) {
            Some(Role::Base) => Self::Base,
            Some(Role::System) => Self::System,
            Some(Role::Manifest | Role::Dependencies) => Self::Dependencies,
            Some(Role::Build) => Self::Build,
            Some(Role::Application) => Self::Application,
            Some(Role::Setup | Role::Metadata) => Self::Setup,
            None => Self::Other,
        }
    }
}

/// What is known of an amount, and whether that is all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) amount: Money,
    pub(super) complete: bool,
}

impl Default for Sum {
    fn default() -> Self {
        Self { amount: Money::ZERO, complete: true }
    }
}

/// What each part is billed a month, old and new; both add up to what the files cost.
pub(super) fn parts(report: &DockerfileCompareReport<'_>) -> BTreeMap<Part, [Sum; 2]> {
    let mut parts: BTreeMap<Part, [Sum; 2]> = BTreeMap::new();
    let sides = [(report.old.plan, &report.change.before), (report.new.plan, &report.change.after)];
    for (side, (plan, cost)) in sides.into_iter().enumerate() {
        let fixed = Sum { amount: fixed(cost), complete: true };
        let rows = cost.rows.iter().map(|row| {
            (Part::of(plan, row), Sum { amount: row.billed(), complete: is_complete(cost, row) })
        });
        for (part, one) in rows.chain([(Part::Fixed, fixed)]) {
            if let Some(sum) = parts.entry(part).or_default().get_mut(side) {
                sum.amount = sum.amount + one.amount;
                sum.complete &= one.complete;
            }
        }
    }
    parts.retain(|_, sums| sums.iter().any(|sum| !sum.amount.is_zero() || !sum.complete));
    parts
}
