//! The rows that text and markdown share: what each component comes to, before and after.

use imgcost::demand::{Component, Kind};
use imgcost::estimate::{Estimate, Part, Sums};
use imgcost::units::{Currency, Money};

use crate::number::{money, short};
use crate::{Report, View};

/// One component, on one side or on both.
pub(crate) struct ComponentRow {
    pub(crate) component: Component,
    pub(crate) kind: Kind,
    /// Before and after, or the one side.
    pub(crate) monthly: Vec<Shown>,
    pub(crate) per_deploy: Vec<Shown>,
    /// Physical quantities or a remark.
    pub(crate) detail: String,
}

/// An amount as it can be shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// The side has no such line.
    Absent,
    /// It has, and there is no price for it.
    Unpriced,
    /// Only a part of it has a price.
    Partly(Money),
    /// What it comes to.
    Amount(Money),
}

/// The rows of a report in the order of the bill, without those that no side has.
pub(crate) fn rows(report: &Report<'_>) -> Vec<ComponentRow> {
    let sides = report.view.sides();
    let row = |component: Component| {
        let kind = sides.iter().find_map(|side| kind_of(side, component))?;
        let monthly = sides.iter().map(|side| side.part(component).into());
        let per_deploy = sides.iter().map(|side| {
            let driven =
                side.lines().any(|l| l.meter.component == component && l.driver().per_deploy());
            match (driven, side.component_per_deploy(component), side.component(component)) {
                (true, Some(amount), _) => Shown::Amount(amount),
                (true, None, None) => Shown::Unpriced,
                // Without deploys there is nothing per deploy.
                _ => Shown::Absent,
            }
        });
        Some(ComponentRow {
            component,
            kind,
            monthly: monthly.collect(),
            per_deploy: per_deploy.collect(),
            detail: detail(report, component),
        })
    };
    let used = |row: &ComponentRow| {
        let nothing = |shown: &Shown| matches!(shown, Shown::Absent | Shown::Amount(Money::ZERO));
        let always = matches!(
            row.component,
            Component::WarmPulls | Component::ColdPulls | Component::RegistryStorage
        );
        always || !row.monthly.iter().all(nothing)
    };
    Component::ALL.into_iter().filter_map(row).filter(used).collect()
}

fn kind_of(side: &Estimate, component: Component) -> Option<Kind> {
    side.lines().find(|line| line.meter.component == component).map(|line| line.kind())
}

impl From<Part> for Shown {
    fn from(part: Part) -> Self {
        match part {
            Part::Absent => Self::Absent,
            Part::Unpriced => Self::Unpriced,
            Part::Partly(part) => Self::Partly(part),
            Part::Priced(amount) => Self::Amount(amount),
        }
    }
}

/// What is billed.
impl From<Sums> for Shown {
    fn from(sums: Sums) -> Self {
        Part::from(sums).into()
    }
}

/// What totals are called: they leave out what has no price.
pub(crate) fn billed(report: &Report<'_>) -> &'static str {
    if report.view.is_priced() { "billed" } else { "billed, of what has a price" }
}

impl Shown {
    /// A total, which is called what it is ([`billed`]): nothing is shown as zero if it is unknown.
    pub(crate) fn total(sums: Sums) -> Self {
        match Part::from(sums) {
            Part::Unpriced => Self::Unpriced,
            part => Self::Amount(part.priced()),
        }
    }

    /// The cell of a table.
    pub(crate) fn cell(self, currency: Currency) -> String {
        match self {
            Self::Absent => "-".into(),
            Self::Unpriced => "unpriced".into(),
            Self::Partly(part) => format!("{} + ?", money(part, currency)),
            Self::Amount(amount) => money(amount, currency),
        }
    }

    /// The amount, if all of it is known; nothing where there is no such line.
    pub(crate) fn known(self) -> Option<Money> {
        match self {
            Self::Absent => Some(Money::ZERO),
            Self::Unpriced | Self::Partly(_) => None,
            Self::Amount(amount) => Some(amount),
        }
    }
}

/// The cells of a row: each side, and what is saved if there are two.
pub(crate) fn cells(shown: &[Shown], currency: Currency) -> Vec<String> {
    let mut cells: Vec<String> = shown.iter().map(|shown| shown.cell(currency)).collect();
    if let [before, after] = shown {
        cells.push(match (before.known(), after.known()) {
            (Some(before), Some(after)) => money(before - after, currency),
            _ => "unknown".into(),
        });
    }
    cells
}

/// What a component is called in a sentence or a table.
pub(crate) fn label(component: Component) -> &'static str {
    match component {
        Component::WarmPulls => "warm pulls",
        Component::ColdPulls => "cold pulls",
        Component::PeerTransfer => "transfer between peers",
        Component::RegistryStorage => "registry storage",
        Component::Replication => "replication",
        Component::BuildMinutes => "build minutes",
        Component::Scans => "scans",
        Component::RegistryPlan => "registry plan",
        Component::NatHours => "NAT gateway hours",
        Component::EndpointHours => "endpoint hours",
        Component::TaskTime => "task time pulling",
        Component::NodeDisk => "node disk (capacity)",
        Component::WaitingNodes => "waiting nodes (capacity)",
        Component::WaitingPeople => "waiting people (time)",
        Component::Naive => "naive figure",
    }
}

/// Physical quantities to the right of the money, or a remark that keeps a reader from a wrong idea.
fn detail(report: &Report<'_>, component: Component) -> String {
    const GIB: u64 = 1 << 30;
    let sides = report.view.sides();
    let totals = |pick: fn(&imgcost::demand::Totals) -> imgcost::units::Quantity, unit: u64| {
        let amounts = sides.iter().map(|side| short(pick(&side.demand.totals).in_units_of(unit)));
        amounts.collect::<Vec<_>>().join(" -> ")
    };
    match component {
        Component::WarmPulls => totals(|t| t.warm_pulls, GIB) + " GiB",
        Component::ColdPulls => totals(|t| t.cold_pulls, GIB) + " GiB",
        Component::RegistryStorage => {
            let stored = totals(|t| t.storage, GIB) + " GiB-month";
            let plan = sides.iter().any(|side| {
                side.lines().any(|line| line.row().is_some_and(|row| row.included.is_some()))
            });
            if plan { stored + "; the plan includes some" } else { stored }
        }
        Component::BuildMinutes => {
            let minutes = sides.iter().map(|side| short(side.build_minutes().in_units_of(1)));
            minutes.collect::<Vec<_>>().join(" -> ") + " min"
        }
        Component::NodeDisk => {
            totals(|t| t.node_disk, GIB) + " GiB-month; freed only if volumes shrink"
        }
        Component::Scans => "by image, whatever its size".into(),
        Component::WaitingNodes => match report.ready_sooner {
            Some(seconds) if seconds.is_sign_positive() && !seconds.is_zero() => {
                format!("a fresh node is ready {} s sooner", short(seconds))
            }
            Some(seconds) if !seconds.is_zero() => {
                format!("a fresh node is ready {} s later", short(-seconds))
            }
            _ => "time that nodes wait for images".into(),
        },
        Component::RegistryPlan | Component::NatHours | Component::EndpointHours => {
            match report.view {
                View::Compare(_) => "on both sides; cancels in the saving".into(),
                View::Estimate(_) => "there anyway".into(),
            }
        }
        _ => String::new(),
    }
}
