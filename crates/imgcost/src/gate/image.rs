use std::cmp::Ordering;

use crate::fleet::Service;
use crate::units::Compressed;

use super::{Excess, Found, Gate, LeastSaving, Offender, Outcome, Verdict, Who};

/// Offenders kept; more of them tell nothing new, and a fleet may have a million services.
const MOST: usize = 1_000;

/// Holds services, one by one, against the least that each must save of its image.
///
/// A service whose images are the same has nothing to move to and is not judged; if none is, the
/// gate cannot be judged either.
#[derive(Debug, Clone)]
pub struct ImageTally {
    least: LeastSaving,
    services: u64,
    judged: u64,
    short: u64,
    worst: Vec<(Compressed, Compressed, String)>,
}

impl ImageTally {
    /// A tally of no services yet.
    pub fn new(least: LeastSaving) -> Self {
        Self { least, services: 0, judged: 0, short: 0, worst: Vec::new() }
    }

    /// Counts a service.
    pub fn add(&mut self, service: &Service) {
        self.services += 1;
        if service.before == service.after {
            return;
        }
        self.judged += 1;
        let (before, after) = (service.before.compressed(), service.after.compressed());
        if saves(self.least, before, after) {
            return;
        }
        self.short += 1;
        self.worst.push((before, after, service.name.clone()));
        if self.worst.len() > 2 * MOST {
            self.keep_worst();
        }
    }

    /// What came of it.
    pub fn close(mut self) -> Verdict {
        self.keep_worst();
        let outcome = match (self.judged, self.short) {
            (0, _) => Outcome::Unknown,
            (_, 0) => Outcome::Passed,
            _ => Outcome::Breached,
        };
        let more = self.short - self.worst.len() as u64;
        let offender = |(before, after, name)| Offender {
            who: Who::Service(name),
            by: Excess::Image { before, after },
        };
        Verdict {
            gate: Gate::MinImageSaving(self.least),
            outcome,
            found: Found::Services { judged: self.judged, of: self.services },
            offenders: self.worst.into_iter().map(offender).collect(),
            more,
        }
    }

    /// Those that save least come first, by what the limit counts.
    fn keep_worst(&mut self) {
        let least = self.least;
        self.worst.sort_by(|one, other| {
            let worse = match least {
                // What is left of the image, `after / before`, without dividing.
                LeastSaving::Percent(_) => left(other, one).cmp(&left(one, other)),
                LeastSaving::Bytes(_) => saved(one.0, one.1).cmp(&saved(other.0, other.1)),
            };
            worse.then_with(|| one.2.cmp(&other.2))
        });
        self.worst.truncate(MOST);
    }
}

/// `after` of one times `before` of the other.
fn left(one: &(Compressed, Compressed, String), other: &(Compressed, Compressed, String)) -> u128 {
    u128::from(one.1.0) * u128::from(other.0.0)
}

fn saved(before: Compressed, after: Compressed) -> i128 {
    i128::from(before.0) - i128::from(after.0)
}

fn saves(least: LeastSaving, before: Compressed, after: Compressed) -> bool {
    let saved = saved(before, after);
    match least {
        LeastSaving::Percent(percent) => percent.compare_bytes(saved, before.0) != Ordering::Less,
        LeastSaving::Bytes(bytes) => saved >= i128::from(bytes.0),
    }
}
