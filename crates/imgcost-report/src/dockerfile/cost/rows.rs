//! Rows and columns, before they have a format.

use imgcost::demand::{Component, Kind};
use imgcost::estimate::Warning;
use imgcost::image::Trigger;
use imgcost::units::Money;
use imgcost_dockerfile::image::Origin;
use imgcost_dockerfile::price::{Cost, Part, Row};

use super::CostReport;
use crate::number::money;

/// Columns of money that is billed, in the order of the bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Storage,
    WarmPulls,
    ColdPulls,
    BuildMinutes,
    Other,
}

impl Column {
    pub(super) const ALL: [Self; 5] =
        [Self::Storage, Self::WarmPulls, Self::ColdPulls, Self::BuildMinutes, Self::Other];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Storage => "storage",
            Self::WarmPulls => "warm pulls",
            Self::ColdPulls => "cold pulls",
            Self::BuildMinutes => "build",
            Self::Other => "other",
        }
    }

    fn of(component: Component) -> Self {
        match component {
            Component::RegistryStorage => Self::Storage,
            Component::WarmPulls => Self::WarmPulls,
            Component::ColdPulls => Self::ColdPulls,
            Component::BuildMinutes => Self::BuildMinutes,
            _ => Self::Other,
        }
    }

    /// What is billed in this column; `None` if there is nothing of the kind.
    pub(super) fn amount(self, parts: &[Part]) -> Option<Money> {
        sum(parts, |part| part.kind == Kind::Billed && Self::of(part.component) == self)
    }
}

/// What is freed rather than billed.
pub(super) fn capacity(parts: &[Part]) -> Option<Money> {
    sum(parts, |part| part.kind == Kind::Capacity)
}

fn sum(parts: &[Part], which: impl Fn(&Part) -> bool) -> Option<Money> {
    let amounts = parts.iter().filter(|part| which(part)).map(|part| part.amount);
    amounts.fold(None, |sum, amount| Some(sum.unwrap_or_default() + amount))
}

/// Where a row stands in the file, and its words.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) stage: Option<usize>,
    pub(super) line: Option<usize>,
    pub(super) text: String,
}

pub(super) fn name(report: &CostReport<'_>, origin: &Origin) -> Name {
    let file = report.dockerfile;
    match origin {
        Origin::Step(id) => {
            let stage = file.stages.get(id.stage);
            let found = stage.and_then(|stage| match id.instruction {
                None => Some((stage.line, &stage.span)),
                Some(at) => stage.instructions.get(at).map(|found| (found.line, &found.span)),
            });
            let text = found.map_or(String::new(), |(_, span)| file.line_of(span));
            Name { stage: Some(id.stage), line: found.map(|(line, _)| line), text }
        }
        Origin::Config => Name { stage: None, line: None, text: "configuration".into() },
        Origin::Unmapped(at) => {
            let text = format!("layer {} of the image, by no instruction", at + 1);
            Name { stage: None, line: None, text }
        }
    }
}

/// The change that happens most among those that rebuild a row.
pub(super) fn changes_with(report: &CostReport<'_>, row: &Row) -> Option<&'static str> {
    let Origin::Step(id) = &row.origin else { return None };
    let step = report.plan.step(*id)?;
    let often = [
        (Trigger::Deploy, "source line"),
        (Trigger::DependencyUpdate, "dependency"),
        (Trigger::BaseRefresh, "new base"),
    ];
    let layer = step.makes_layer || id.instruction.is_none();
    let found = often.iter().find(|(change, _)| layer && step.reruns.contains(*change))?;
    Some(found.1)
}

/// What people call that which has nothing to do with what is in an image.
pub(crate) const FIXED: &str = "fixed, for any image";

/// What is billed whatever is in the image.
pub(crate) fn fixed(cost: &Cost) -> Money {
    let billed = cost.fixed.iter().filter(|part| part.kind == Kind::Billed);
    billed.map(|part| part.amount).sum()
}

/// What a row is billed, or why there is no amount.
pub(super) fn billed(report: &CostReport<'_>, row: &Row) -> String {
    let amount = row.billed();
    let known = is_complete(report.cost, row);
    match (amount.is_zero(), known) {
        (true, true) => "nothing".to_owned(),
        (true, false) => "not known".to_owned(),
        (false, true) => money(amount, report.currency),
        (false, false) => format!("{} + ?", money(amount, report.currency)),
    }
}

/// Whether what is known of a row is all of it: its bytes, and the prices that it goes by.
pub(crate) fn is_complete(cost: &Cost, row: &Row) -> bool {
    row.compressed.is_some() && !lacks_price(cost, row)
}

/// Whether something has no price that a row's bytes or its time go by.
fn lacks_price(cost: &Cost, row: &Row) -> bool {
    let has_bytes = row.compressed.is_some_and(|size| size.0 > 0);
    let takes_time = row.build_seconds.is_some_and(|took| !took.is_zero());
    cost.warnings.iter().any(|warning| match warning {
        Warning::Unpriced { what, .. } if *what == Component::BuildMinutes.name() => takes_time,
        Warning::Unpriced { .. } => has_bytes,
        _ => false,
    })
}
