//! Gates: whether a fleet keeps to what was agreed, and who is to blame if it does not.
//!
//! | question | function |
//! |---|---|
//! | does it cost more than its budget | [`budget`] |
//! | does any team, namespace, ... cost more than its own | [`budget_per`] |
//! | did it grow more than allowed since an earlier run | [`increase`] |
//! | does each service save enough of its image | [`ImageTally`] |
//!
//! A gate that cannot be judged (prices are missing, nothing to compare) is not passed.

mod budget;
mod image;
mod increase;

use std::cmp::Reverse;

use rust_decimal::Decimal;

use crate::demand::Component;
use crate::estimate::percent;
use crate::units::{Compressed, Money, Percent};

pub use budget::{budget, budget_per};
pub use image::ImageTally;
pub use increase::{increase, within};

/// What was agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gate {
    /// No more than this is billed a month.
    Budget(Money),
    /// No more than this is billed a month for any one value of the label.
    BudgetPer {
        /// The label, such as `team`.
        label: String,
        /// The most for each of its values.
        limit: Money,
    },
    /// The month's bill grows by no more than this.
    MaxIncrease(MostIncrease),
    /// Every service that has another image to move to saves at least this much of its image.
    MinImageSaving(LeastSaving),
}

/// How much a bill may grow. With both limits, growth must be beyond both to be too much: a
/// percentage alone is noise on a small bill, an amount alone is noise on a large one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MostIncrease {
    /// By this part of the baseline.
    Percent(Percent),
    /// By this amount a month.
    Amount(Money),
    /// By either, whichever allows more.
    Either(Percent, Money),
}

/// How much of an image must be saved, in compressed bytes: those that are stored and sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeastSaving {
    /// A part of the image as it is.
    Percent(Percent),
    /// So many bytes.
    Bytes(Compressed),
}

/// What came of a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The gate.
    pub gate: Gate,
    /// Whether it was kept.
    pub outcome: Outcome,
    /// What was held against the limit.
    pub found: Found,
    /// Who is to blame, worst first; none if the gate was passed.
    pub offenders: Vec<Offender>,
    /// Offenders beyond those listed.
    pub more: u64,
}

/// Whether a gate was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It was.
    Passed,
    /// It was not.
    Breached,
    /// That cannot be told.
    Unknown,
}

/// What was held against a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// What is billed a month, as far as it has a price.
    Billed(Money),
    /// How many values the label has.
    Groups(usize),
    /// What was billed a month, and what is.
    Change {
        /// In the baseline.
        before: Money,
        /// Now, as far as it has a price.
        after: Money,
    },
    /// How many services have another image to move to, of how many.
    Services {
        /// Those with an `after` that differs.
        judged: u64,
        /// All of them.
        of: u64,
    },
}

/// Who is to blame for a breach, and by how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offender {
    /// Who.
    pub who: Who,
    /// By how much.
    pub by: Excess,
}

/// What can be to blame.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// A service.
    Service(String),
    /// A component, where services are not kept apart.
    Component(Component),
    /// A value of the gate's label.
    Group(String),
}

/// By how much something is to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// What it is billed a month.
    Billed(Money),
    /// It is billed at least this; not all of it has a price.
    AtLeast(Money),
    /// What it was billed a month, and is.
    Grew {
        /// In the baseline.
        before: Money,
        /// Now.
        after: Money,
    },
    /// What it was billed a month, and at least is: not all of it has a price.
    GrewAtLeast {
        /// In the baseline.
        before: Money,
        /// What has a price now.
        after: Money,
    },
    /// How large its image is, and would be.
    Image {
        /// As it is.
        before: Compressed,
        /// As it would be.
        after: Compressed,
    },
}

impl Gate {
    /// Its name, which is that of the flag.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Budget(_) => "budget",
            Self::BudgetPer { .. } => "budget-per",
            Self::MaxIncrease(_) => "max-increase",
            Self::MinImageSaving(_) => "min-image-saving",
        }
    }
}

impl Found {
    /// By how many percent the bill grew; `None` if nothing was billed, or growth is not what was
    /// judged.
    pub fn growth_percent(self) -> Option<Decimal> {
        let Self::Change { before, after } = self else { return None };
        percent(before, after).map(|saved| -saved)
    }
}

impl Excess {
    /// Those that weigh most come first, whatever they are weighed in.
    fn rank(self) -> Reverse<Money> {
        Reverse(match self {
            Self::Billed(amount) | Self::AtLeast(amount) => amount,
            Self::Grew { before, after } | Self::GrewAtLeast { before, after } => after - before,
            Self::Image { .. } => Money::ZERO,
        })
    }

    /// How many percent of an image are saved; `None` of an empty one, or where it is not about
    /// images.
    pub fn percent_saved(self) -> Option<Decimal> {
        let Self::Image { before, after } = self else { return None };
        let (before, after) = (Decimal::from(before.0), Decimal::from(after.0));
        ((before - after) * Decimal::ONE_HUNDRED).checked_div(before)
    }
}

impl Outcome {
    /// `passed`, `breached` or `unknown`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Breached => "breached",
            Self::Unknown => "unknown",
        }
    }

    /// What has no price only adds to a bill: beyond the limit is beyond it for certain, while
    /// below it says something only if all of it is known.
    const fn of_bill(beyond: bool, complete: bool) -> Self {
        match (beyond, complete) {
            (true, _) => Self::Breached,
            (false, true) => Self::Passed,
            (false, false) => Self::Unknown,
        }
    }
}
