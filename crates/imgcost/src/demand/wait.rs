use crate::fleet::Cluster;
use crate::image::{Image, Trigger};
use crate::units::{Measure, Overflow, Quantity, Ratio};

use super::schedule::Class;

/// How long a node takes to pull so many bytes, in seconds, as a fraction that is not reduced.
///
/// `T = T0 + max(compressed / bandwidth, unpacked / unpack rate, unpacked / disk write)`
pub fn pull_seconds(cluster: &Cluster, compressed: u64, unpacked: u64) -> (i128, i128) {
    let paces = [
        Some((compressed, cluster.bandwidth)),
        Some((unpacked, cluster.unpack)),
        cluster.disk_write.map(|speed| (unpacked, speed)),
    ];
    let (bytes, speed) = paces
        .into_iter()
        .flatten()
        .map(|(bytes, speed)| (i128::from(bytes), i128::from(speed.get())))
        .max_by(|(a, a_speed), (b, b_speed)| (a * b_speed).cmp(&(b * a_speed)))
        .unwrap_or((0, 1));
    let start = i128::from(cluster.pull_start_ms);
    (start * speed + bytes * 1000, speed * 1000)
}

/// How much sooner a fresh node is ready with the second image than with the first, in seconds;
/// negative if later.
///
/// # Errors
/// [`Overflow`] for sizes beyond anything exact.
pub fn ready_sooner(cluster: &Cluster, before: &Image, after: &Image) -> Result<Ratio, Overflow> {
    let seconds = |image: &Image| {
        let (above, below) = pull_seconds(cluster, image.compressed().0, image.unpacked().0);
        Ratio::new(above, below)
    };
    seconds(before)?.sub(seconds(after)?)
}

/// So many pulls of so many bytes, in hours of a unit that is rented by the hour.
pub(super) fn hours(
    cluster: &Cluster,
    pulls: Ratio,
    (compressed, unpacked): (u64, u64),
    measure: Measure,
) -> Result<Quantity, Overflow> {
    let (above, below) = pull_seconds(cluster, compressed, unpacked);
    Quantity::fraction(pulls, above, below * 3600, measure)
}

/// The layers that a rollout changes. A base refresh and a dependency update carry the deploy's own
/// change too; a build that found no cache changes everything above the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rollout {
    /// What it carries beside the deploy's own change.
    pub(super) carries: Option<Trigger>,
    /// Whether its build found no cache.
    pub(super) missed: bool,
}

impl Rollout {
    /// The kinds, in the order of [`super::Schedule::rollouts`], each built with a cache and without.
    pub(super) const KINDS: [[Self; 2]; 3] = {
        [
            Self::both(Some(Trigger::BaseRefresh)),
            Self::both(Some(Trigger::DependencyUpdate)),
            Self::both(None),
        ]
    };

    const fn both(carries: Option<Trigger>) -> [Self; 2] {
        [Self { carries, missed: false }, Self { carries, missed: true }]
    }

    /// Whether it changes the layers of a class.
    pub(super) fn changes(self, class: Class) -> bool {
        let set = class.triggers();
        set.contains(Trigger::Deploy)
            || self.carries.is_some_and(|trigger| set.contains(trigger))
            || (self.missed && !class.is_base_only())
    }
}
