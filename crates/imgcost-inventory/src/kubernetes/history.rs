//! How often a workload rolls out, and how often that changes its images.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::many::many;
use super::seen::{Declared, Revision, Time};
use crate::fact::{Fact, Rate};

/// Rollouts of a workload over a time.
#[derive(Debug)]
pub(super) struct Rollouts<'r> {
    count: u64,
    over: TimeDelta,
    from: String,
    /// The images of each revision that is known, by container.
    images: BTreeMap<u64, &'r BTreeMap<String, String>>,
}

/// Below this many rollouts, the revisions that are kept say less than the workload's whole life.
const ENOUGH: u64 = 5;

/// The shortest time from which a rate is taken.
const SHORTEST: TimeDelta = TimeDelta::days(1);

/// Rollouts up to `now`; `None` if the input does not tell, or tells of less than a day.
///
/// Objects are not counted: old ones are deleted (`revisionHistoryLimit`), and a rollback reuses
/// one. Revision numbers count every rollout, rollbacks too. With the time from the oldest revision
/// that is kept, they give the rate of late: the number of rollouts after it, over the time since.
pub(super) fn rollouts<'r>(
    declared: Option<&Declared>,
    revisions: &[&'r Revision],
    now: Option<Time>,
) -> Option<Rollouts<'r>> {
    let now = now?;
    let mut images = BTreeMap::new();
    // The creation of a revision is that of its first number: rollbacks raise only the number.
    let mut oldest: Option<(u64, Time)> = None;
    for revision in revisions {
        let numbers = || revision.former.iter().copied().chain(revision.number);
        images.extend(numbers().map(|number| (number, &revision.images)));
        if let Some(first) = numbers().min().zip(revision.created) {
            oldest = Some(oldest.map_or(first, |oldest| oldest.min(first)));
        }
    }
    let newest =
        declared.and_then(|declared| declared.revision).max(images.keys().next_back().copied())?;
    let kept = oldest.map(|(first, since)| (first, since, "oldest revision kept"));
    let born = declared.and_then(|declared| declared.created).map(|born| (1, born, "creation"));
    let enough = |(first, ..): &(u64, Time, &str)| newest.saturating_sub(*first) >= ENOUGH;
    let (first, since, what) = kept.filter(enough).or(born).or(kept)?;
    let over = now.signed_duration_since(since);
    if over < SHORTEST {
        return None;
    }
    let count = newest.saturating_sub(first);
    let days = many(u64::try_from(over.num_days()).unwrap_or(0), "days");
    let from = format!("{} in {days} since its {what}", many(count, "rollouts"));
    Some(Rollouts { count, over, from, images })
}

impl Rollouts<'_> {
    /// Rollouts that change the image of a container: only they move bytes. Of revisions that
    /// follow each other, the share in which it changes is taken for all rollouts.
    pub(super) fn changing(&self, container: &str, tag_moves: bool) -> Option<Fact<Rate>> {
        let Self { count, over, from, images } = self;
        let all = |why: &str| {
            Some(Fact::new(Rate { events: *count, over: *over }, format!("{from}{why}")))
        };
        if *count == 0 {
            return all("");
        }
        if tag_moves {
            return all("; all counted, as `latest` does not tell which of them changed the image");
        }
        let follow = images.iter().zip(images.iter().skip(1));
        let pairs: Vec<_> = follow
            .filter(|((number, _), (next, _))| number.checked_add(1) == Some(**next))
            .map(|((_, old), (_, new))| old.get(container) != new.get(container))
            .collect();
        let known = pairs.len();
        if known == 0 {
            return all("; which of them changed the image is not known");
        }
        let changes = u64::try_from(pairs.iter().filter(|changes| **changes).count()).ok()?;
        let rate = Rate {
            events: count.checked_mul(changes)?,
            over: over.checked_mul(i32::try_from(known).ok()?)?,
        };
        Some(Fact::new(rate, format!("{from}, of which {changes} in {known} change the image")))
    }
}
