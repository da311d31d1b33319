use chrono::{DateTime, Utc};
use rustc_hash::FxHashSet;

use super::layer::{Digest, Trigger};
use super::pull::Blob;
use crate::units::{PerMonth, Ratio};

/// One version of an image, as its registry holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its tag, or whatever messages call it.
    pub name: String,
    /// When it was built, if that is known.
    pub created: Option<DateTime<Utc>>,
    /// Its layers, base first.
    pub layers: Vec<Blob>,
}

/// How an image really changed from version to version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Churn {
    /// What each release after the first brought, oldest first.
    pub steps: Vec<Step>,
    /// Each position, base first, as many as the longest version has.
    pub positions: Vec<Position>,
    /// Compressed bytes of all versions together, as if none shared a layer.
    pub sum: u64,
    /// Compressed bytes of the distinct layers of all versions: what a node fetches that follows
    /// every release, and what a registry stores that keeps them all.
    pub unique: u64,
    /// Seconds between the first and the last version, if both have a date.
    pub seconds: Option<i64>,
}

/// What one release brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The release.
    pub name: String,
    /// Compressed bytes of its layers.
    pub compressed: u64,
    /// Those in layers that the release before did not have.
    pub new: u64,
}

/// One position in the stack of layers, over all releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Releases after the first in which the layer here was one that the release before did not have.
    pub changed: usize,
    /// Those of them in which the bottom layer stayed.
    pub alone: usize,
    /// Releases after the first that had a layer here.
    pub of: usize,
    /// Compressed bytes of the layer in the newest release; 0 if it has none here.
    pub compressed: u64,
    /// Compressed bytes of all new layers here.
    pub new: u64,
    /// What this looks like to the model; see [`churn`].
    pub trigger: Trigger,
}

/// A release of which at least this share is new counts as new from the ground up: a shared layer
/// of a few bytes is no base.
const WHOLE: (u64, u64) = (999, 1000);

/// Seconds of a month of 730 hours.
const MONTH: i64 = 730 * 3600;

/// Compares each version of an image with the one before; oldest first.
///
/// `new(previous, next)` is the sum of the layers of `next` whose digest `previous` does not have.
/// A position that changes only in releases in which the bottom layer changes belongs to the base.
/// Of the releases in which the bottom layer stays, a position that changes in at least half is
/// `deploy`, any other `dependency-update`.
pub fn churn(releases: &[Release]) -> Churn {
    let depth = releases.iter().map(|release| release.layers.len()).max().unwrap_or(0);
    let nothing = Position {
        changed: 0,
        alone: 0,
        of: 0,
        compressed: 0,
        new: 0,
        trigger: Trigger::BaseRefresh,
    };
    let mut positions = vec![nothing; depth];
    let mut on_the_same_base = 0;
    let mut steps = Vec::new();
    for pair in releases.windows(2) {
        let [before, release] = pair else { continue };
        let had: FxHashSet<&Digest> = before.layers.iter().map(|layer| &layer.digest).collect();
        let is_new = |blob: &Blob| !had.contains(&blob.digest);
        let base_changed = release.layers.first().is_some_and(is_new);
        on_the_same_base += usize::from(!base_changed);
        let mut new = 0_u64;
        for (place, layer) in release.layers.iter().enumerate() {
            positions[place].of += 1;
            if is_new(layer) {
                positions[place].changed += 1;
                positions[place].new = positions[place].new.saturating_add(layer.compressed.0);
                positions[place].alone += usize::from(!base_changed);
                new = new.saturating_add(layer.compressed.0);
            }
        }
        steps.push(Step { name: release.name.clone(), compressed: size(release), new });
    }
    for position in &mut positions {
        position.trigger = match position.alone {
            0 => Trigger::BaseRefresh,
            alone if alone * 2 >= on_the_same_base => Trigger::Deploy,
            _ => Trigger::DependencyUpdate,
        };
    }
    if let Some(newest) = releases.last() {
        for (position, layer) in positions.iter_mut().zip(&newest.layers) {
            position.compressed = layer.compressed.0;
        }
    }
    let mut seen: FxHashSet<&Digest> = FxHashSet::default();
    let distinct = releases.iter().flat_map(|release| &release.layers);
    let distinct = distinct.filter(|layer| seen.insert(&layer.digest));
    Churn {
        steps,
        positions,
        sum: releases.iter().map(size).fold(0, u64::saturating_add),
        unique: distinct.map(|layer| layer.compressed.0).fold(0, u64::saturating_add),
        seconds: span(releases),
    }
}

impl Churn {
    /// Compressed bytes that releases after the first brought, together.
    pub fn new_bytes(&self) -> u64 {
        self.steps.iter().map(|step| step.new).fold(0, u64::saturating_add)
    }

    /// The new share of the bytes of all releases after the first; `None` without any.
    pub fn new_share(&self) -> Option<Ratio> {
        let all = self.steps.iter().map(|step| step.compressed).fold(0, u64::saturating_add);
        Ratio::new(i128::from(self.new_bytes()), i128::from(all)).ok()
    }

    /// Releases that shared next to nothing with the one before: 99.9 % of their bytes were new.
    pub fn from_the_ground_up(&self) -> usize {
        let whole = |step: &&Step| {
            u128::from(step.new) * u128::from(WHOLE.1)
                >= u128::from(step.compressed) * u128::from(WHOLE.0)
        };
        self.steps.iter().filter(whole).count()
    }

    /// Releases a month of 730 hours; `None` without dates that differ.
    pub fn releases_per_month(&self) -> Option<PerMonth> {
        self.per_month(self.steps.len())
    }

    /// Changes of the bottom layer a month; `None` without dates that differ.
    pub fn base_refreshes_per_month(&self) -> Option<PerMonth> {
        self.per_month(self.positions.first()?.changed)
    }

    /// Releases a month that leave the bottom layer and bring a new layer of dependencies (the
    /// keenest position that looks like one); `None` without dates that differ.
    pub fn dependency_updates_per_month(&self) -> Option<PerMonth> {
        let updates =
            self.positions.iter().filter(|place| place.trigger == Trigger::DependencyUpdate);
        self.per_month(updates.map(|place| place.alone).max().unwrap_or(0))
    }

    fn per_month(&self, count: usize) -> Option<PerMonth> {
        let seconds = self.seconds.filter(|seconds| *seconds > 0)?;
        let count = i128::try_from(count).ok()?;
        Ratio::new(count * i128::from(MONTH), i128::from(seconds)).ok().map(PerMonth::new)
    }
}

fn size(release: &Release) -> u64 {
    release.layers.iter().map(|layer| layer.compressed.0).fold(0, u64::saturating_add)
}

fn span(releases: &[Release]) -> Option<i64> {
    let (first, last) = (releases.first()?.created?, releases.last()?.created?);
    Some((last - first).num_seconds())
}
