use std::cmp::Ordering;

use crate::demand::Kind;
use crate::estimate::{Against, Moved};
use crate::units::Money;

use super::budget::all_billed_is_priced;
use super::{Excess, Found, Gate, MostIncrease, Offender, Outcome, Verdict, Who};

/// Whether the month's bill grew by no more than `most` since the baseline. Where it did, the
/// services that grew are named, or the components where services cannot be told apart.
pub fn increase(against: &Against<'_>, most: MostIncrease) -> Verdict {
    let before = against.baseline.figures.monthly.billed;
    let after = against.now.figures().monthly.billed;
    let outcome = Outcome::of_bill(!within(most, before, after), all_billed_is_priced(against.now));
    let offenders = match outcome {
        Outcome::Passed => Vec::new(),
        Outcome::Breached | Outcome::Unknown => grown(against),
    };
    Verdict {
        gate: Gate::MaxIncrease(most),
        outcome,
        found: Found::Change { before, after },
        offenders,
        more: 0,
    }
}

/// Whether growth from one amount to another is within a limit, exactly. A bill of nothing grows by
/// more than any percentage.
pub fn within(most: MostIncrease, before: Money, after: Money) -> bool {
    let growth = after - before;
    match most {
        MostIncrease::Percent(percent) => {
            growth <= Money::ZERO || percent.compare_money(growth, before) != Ordering::Greater
        }
        MostIncrease::Amount(amount) => growth <= amount,
        MostIncrease::Either(percent, amount) => {
            within(MostIncrease::Percent(percent), before, after)
                || within(MostIncrease::Amount(amount), before, after)
        }
    }
}

fn grown(against: &Against<'_>) -> Vec<Offender> {
    let services = against.services.iter().flatten();
    let services = services.filter_map(|moved| offender(Who::Service(moved.what.clone()), moved));
    let mut offenders: Vec<Offender> = services.collect();
    if against.services.is_none() {
        let components = against.components.iter().flatten();
        offenders
            .extend(components.filter_map(|moved| offender(Who::Component(moved.what), moved)));
    }
    offenders.sort_by_key(|offender| offender.by.rank());
    offenders
}

/// Whoever grew, as far as that is known: what has a price now is the least that it is billed.
fn offender<K>(who: Who, moved: &Moved<K>) -> Option<Offender> {
    let (before, after) = (moved.before.known()?, moved.after.priced());
    let by = match moved.after.known() {
        Some(after) => Excess::Grew { before, after },
        None => Excess::GrewAtLeast { before, after },
    };
    (moved.kind == Kind::Billed && after > before).then_some(Offender { who, by })
}
