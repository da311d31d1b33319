use std::collections::BTreeMap;

use crate::demand::{Kind, SHARED};
use crate::estimate::Estimate;
use crate::units::Money;

use super::{Excess, Found, Gate, Offender, Outcome, Verdict, Who};

/// Whether no more than `limit` is billed a month. Where it is not, the services that cost most are
/// named, or the components where services are not kept apart.
pub fn budget(estimate: &Estimate, limit: Money) -> Verdict {
    let billed = estimate.figures().monthly.billed;
    let outcome = Outcome::of_bill(billed > limit, all_billed_is_priced(estimate));
    let offenders = match outcome {
        Outcome::Passed => Vec::new(),
        Outcome::Breached | Outcome::Unknown => dearest(estimate),
    };
    Verdict { gate: Gate::Budget(limit), outcome, found: Found::Billed(billed), offenders, more: 0 }
}

/// Whether no more than `limit` is billed a month for any value of a label, which is the one at
/// `place` of those that the estimate is grouped by.
///
/// Fees that no service causes are nobody's: they count in the budget of the whole fleet. Services
/// without the label are a group of their own.
pub fn budget_per(estimate: &Estimate, label: &str, place: usize, limit: Money) -> Verdict {
    let group = |values: &[String]| values.get(place).filter(|value| *value != SHARED).cloned();
    let billed = estimate.lines().filter(|line| line.kind() == Kind::Billed);
    let groups = sums(billed.filter_map(|line| Some((group(&line.cell.group)?, line.amount))));
    let judged = groups.iter().map(|(name, sum)| (name, sum, sum.outcome(limit)));
    let failed = judged.filter(|(.., outcome)| *outcome != Outcome::Passed);
    let (mut outcome, mut offenders) = (Outcome::Passed, Vec::new());
    for (name, sum, theirs) in failed {
        if outcome != Outcome::Breached {
            outcome = theirs;
        }
        offenders.push(Offender { who: Who::Group(name.clone()), by: sum.excess() });
    }
    worst_first(&mut offenders);
    Verdict {
        gate: Gate::BudgetPer { label: label.to_owned(), limit },
        outcome,
        found: Found::Groups(groups.len()),
        offenders,
        more: 0,
    }
}

pub(super) fn all_billed_is_priced(estimate: &Estimate) -> bool {
    estimate.lines().all(|line| line.kind() != Kind::Billed || line.amount.is_some())
}

/// Services, or else components, by what they are billed.
fn dearest(estimate: &Estimate) -> Vec<Offender> {
    let billed = || estimate.lines().filter(|line| line.kind() == Kind::Billed);
    let by_service = estimate.demand.cells.iter().all(|cell| cell.service.is_some());
    let groups = sums(billed().filter_map(|line| {
        let who = match (&line.cell.service, by_service) {
            (Some(name), true) => Who::Service(name.clone()),
            _ => Who::Component(line.meter.component),
        };
        (!line.entry.quantity.is_zero()).then_some((who, line.amount))
    }));
    let mut offenders: Vec<Offender> =
        groups.into_iter().map(|(who, sum)| Offender { who, by: sum.excess() }).collect();
    worst_first(&mut offenders);
    offenders
}

/// What has a price, and whether that is all.
#[derive(Clone, Copy)]
struct Sum {
    priced: Money,
    complete: bool,
}

impl Sum {
    fn outcome(self, limit: Money) -> Outcome {
        Outcome::of_bill(self.priced > limit, self.complete)
    }

    fn excess(self) -> Excess {
        if self.complete { Excess::Billed(self.priced) } else { Excess::AtLeast(self.priced) }
    }
}

fn sums<K: Ord>(amounts: impl Iterator<Item = (K, Option<Money>)>) -> BTreeMap<K, Sum> {
    let mut sums = BTreeMap::new();
    for (key, amount) in amounts {
        let sum = sums.entry(key).or_insert(Sum { priced: Money::ZERO, complete: true });
        match amount {
            Some(amount) => sum.priced = sum.priced + amount,
            None => sum.complete = false,
        }
    }
    sums
}

fn worst_first(offenders: &mut [Offender]) {
    offenders.sort_by_key(|offender| offender.by.rank());
}
