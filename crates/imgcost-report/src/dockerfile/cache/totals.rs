//! What a change comes to over all instructions.

use imgcost_dockerfile::image::time_after;
use rust_decimal::Decimal;

use super::rows::{Effect, Row};
use super::{CHANGES, CacheReport};
use crate::dockerfile::saving::unknown;
use crate::number::duration;

/// What one change comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Totals {
    /// Instructions that run again.
    pub(super) reruns: usize,
    /// Instructions that could.
    pub(super) steps: usize,
    /// Layers of the image that ship again, the base counted as one.
    pub(super) ships: usize,
    /// Layers of the image.
    pub(super) layers: usize,
    /// Seconds that a build waits for those that run again and are known, stages side by side.
    pub(super) seconds: Decimal,
    /// How many of those that run again nobody timed.
    pub(super) untimed: usize,
}

/// Totals of the change at that place of [`CHANGES`].
pub(super) fn totals(report: &CacheReport<'_>, rows: &[Row<'_>], change: usize) -> Totals {
    let shipped = report.dockerfile.shipped();
    let millis = CHANGES.get(change).map_or(0, |(trigger, _)| {
        time_after(report.dockerfile, report.plan, report.times, *trigger)
    });
    let effect = |row: &&Row<'_>| row.effects.get(change).copied().unwrap_or(Effect::Nothing);
    let steps = || rows.iter().filter(|row| row.id.instruction.is_some());
    let again = || steps().filter(|row| effect(row).reruns());
    let layers =
        || rows.iter().filter(|row| shipped.contains(&row.id.stage) && effect(row).counts());
    Totals {
        reruns: again().count(),
        steps: steps().filter(|row| effect(row).counts()).count(),
        ships: layers().filter(|row| effect(row) == Effect::Ships).count(),
        layers: layers().count(),
        seconds: (Decimal::from(millis) / Decimal::from(1000)).normalize(),
        untimed: again().filter(|row| row.seconds.is_none()).count(),
    }
}

impl Totals {
    /// `41 s`, `41 s and more`, `not known`.
    pub(super) fn time(&self) -> String {
        match (self.untimed, self.untimed == self.reruns) {
            (0, _) => duration(self.seconds),
            (_, true) => unknown(),
            _ => format!("{} and more", duration(self.seconds)),
        }
    }

    /// Exact, where all of it is known.
    pub(super) fn exact_seconds(&self) -> Option<Decimal> {
        (self.untimed == 0).then_some(self.seconds)
    }
}
