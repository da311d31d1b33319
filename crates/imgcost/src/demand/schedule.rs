use crate::fleet::{Cluster, Dedup, Registry, Service};
use crate::image::{Trigger, TriggerSet};
use crate::units::{Overflow, PerMonth, Ratio, Share};

use super::Horizon;

/// What happens in a month to the layers of a service, worked out once for all services that
/// share these numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Rollouts that refresh the base, that update dependencies, and the rest.
    pub rollouts: [Ratio; 3],
    /// Builds a month.
    pub builds: Ratio,
    /// Builds upon a new base, with updated dependencies, and the rest.
    pub builds_by_kind: [Ratio; 3],
    /// Tags pushed a month.
    pub pushes: Ratio,
    /// Tags kept in the registry.
    pub retained_tags: Ratio,
    classes: [Frequencies; Class::COUNT],
    versions: Counts,
    pushed: Counts,
    retained: Counts,
    kept: Counts,
}

/// One count for each class over a common denominator, so that the sum of bytes times counts is a
/// sum of integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    above: [i128; Class::COUNT],
    below: i128,
}

impl Counts {
    fn of(
        classes: &[Frequencies; Class::COUNT],
        pick: fn(&Frequencies) -> Ratio,
    ) -> Result<Self, Overflow> {
        let mut below = 1_i128;
        for class in classes {
            // The least common multiple: reducing below/denominator finds what is missing.
            let missing = Ratio::new(pick(class).denominator(), below)?.numerator();
            below = below.checked_mul(missing).ok_or(Overflow)?;
        }
        let mut above = [0; Class::COUNT];
        for (class, above) in classes.iter().zip(&mut above) {
            let count = pick(class);
            *above = count.numerator().checked_mul(below / count.denominator()).ok_or(Overflow)?;
        }
        Ok(Self { above, below })
    }

    /// The sum of `bytes x count` over the classes, as a fraction that is not reduced.
    pub(super) fn sum(&self, bytes: impl Iterator<Item = (Class, u64)>) -> Result<Ratio, Overflow> {
        let mut sum = 0_i128;
        for (class, bytes) in bytes {
            let above = self.above[class.index()];
            let part = match u64::try_from(above) {
                Ok(above) => {
                    i128::try_from(u128::from(above) * u128::from(bytes)).map_err(|_| Overflow)?
                }
                Err(_) => above.checked_mul(i128::from(bytes)).ok_or(Overflow)?,
            };
            sum = sum.checked_add(part).ok_or(Overflow)?;
        }
        Ok(Ratio::unreduced(sum, self.below))
    }
}

/// How often the layers of one class are rebuilt, stored and kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frequencies {
    /// New versions rolled out a month.
    pub versions: Ratio,
    /// New versions pushed a month.
    pub pushed: Ratio,
    /// Versions held by the registry.
    pub retained: Ratio,
    /// Versions held by a node.
    pub kept: Ratio,
    /// Builds that rebuild the class.
    pub rebuilt: Ratio,
    /// Those of them that do so only because they found no cache.
    pub missed: Ratio,
}

impl Frequencies {
    const NEVER: Self = Self {
        versions: Ratio::ZERO,
        pushed: Ratio::ZERO,
        retained: Ratio::ZERO,
        kept: Ratio::ZERO,
        rebuilt: Ratio::ZERO,
        missed: Ratio::ZERO,
    };
}

/// The class of a layer: what rebuilds it, and whether it belongs to the base. Layers that change
/// with every deploy are one class, whatever else rebuilds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Class(u8);

/// What rebuilds the layers of each class, and whether they belong to the base.
const CLASSES: [(TriggerSet, bool); 5] = {
    let base = TriggerSet::of(Trigger::BaseRefresh);
    let dependencies = TriggerSet::of(Trigger::DependencyUpdate);
    [
        (TriggerSet::of(Trigger::Deploy), false),
        (base, true),
        (base, false),
        (base.union(dependencies), false),
        (dependencies, false),
    ]
};

impl Class {
    /// How many classes there are.
    pub const COUNT: usize = CLASSES.len();

    /// The class of a layer with that own trigger, rebuilt for all of these reasons.
    pub fn new(own: Trigger, set: TriggerSet) -> Self {
        let base = set.contains(Trigger::BaseRefresh);
        let dependencies = set.contains(Trigger::DependencyUpdate);
        Self(match (set.contains(Trigger::Deploy), base, dependencies) {
            (true, _, _) => 0,
            // The base is what lies at the bottom; above other layers nothing is.
            (false, true, false) if own == Trigger::BaseRefresh => 1,
            (false, true, false) => 2,
            (false, true, true) => 3,
            // A layer has its own trigger at least.
            (false, false, _) => 4,
        })
    }

    /// All classes, in the order of [`Class::index`].
    pub fn all() -> impl Iterator<Item = Self> {
        (0..Self::COUNT as u8).map(Self)
    }

    /// What rebuilds layers of this class.
    pub fn triggers(self) -> TriggerSet {
        CLASSES[self.index()].0
    }

    /// Its place in a table of all classes.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Whether its content changes only with the base image, so that several services can share it.
    pub fn is_base_only(self) -> bool {
        self.0 == 1
    }
}

/// The inputs by which services share a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ScheduleKey {
    deploys: PerMonth,
    pushes: PerMonth,
    builds: PerMonth,
    dependency_updates: PerMonth,
    base_refreshes: PerMonth,
    cache_miss: Share,
    registry: usize,
    cluster: usize,
}

impl ScheduleKey {
    pub(super) fn of(service: &Service) -> Self {
        Self {
            deploys: service.deploys,
            pushes: service.pushes,
            builds: service.builds,
            dependency_updates: service.dependency_updates,
            base_refreshes: service.base_refreshes,
            cache_miss: service.cache_miss,
            registry: service.registry,
            cluster: service.cluster,
        }
    }
}

/// Of `total` events a month: `min(total, B)` that refresh the base, `min(U, total - B)` that update
/// dependencies, and the rest.
fn kinds(total: Ratio, updates: Ratio, refreshes: Ratio) -> Result<[Ratio; 3], Overflow> {
    let base = total.min(refreshes);
    let dependencies = updates.min(total.sub(base)?);
    Ok([base, dependencies, total.sub(base)?.sub(dependencies)?])
}

/// Of `total` events a month, how often the layers with these triggers change.
///
/// A layer with `deploy` among its triggers changes with every event.
fn versions(
    set: TriggerSet,
    total: Ratio,
    updates: Ratio,
    refreshes: Ratio,
) -> Result<Ratio, Overflow> {
    let [base, dependencies, _] = kinds(total, updates, refreshes)?;
    let mut sum = Ratio::ZERO;
    if set.contains(Trigger::Deploy) {
        return Ok(total);
    }
    if set.contains(Trigger::BaseRefresh) {
        sum = sum.add(base)?;
    }
    if set.contains(Trigger::DependencyUpdate) {
        sum = sum.add(dependencies)?;
    }
    Ok(sum)
}

/// A build without a cache rebuilds everything above the base: `v + m x (total - v)`.
fn with_misses(
    versions: Ratio,
    total: Ratio,
    miss: Share,
    is_base: bool,
) -> Result<Ratio, Overflow> {
    if is_base || miss.is_none() {
        return Ok(versions);
    }
    versions.add(miss.get().mul(total.sub(versions)?)?)
}

/// Tags that the registry holds: the last N, those younger than A, the smaller of both, or, where
/// nothing is deleted, what piled up until a month of the horizon (its mean by default).
fn retained_tags(
    registry: &Registry,
    pushes: Ratio,
    horizon: Horizon,
    months: u32,
) -> Result<Ratio, Overflow> {
    let last = registry.retention.last.map(|last| Ratio::whole(i64::from(last)));
    let young = match registry.retention.max_age {
        Some(age) => Some(pushes.mul(age.as_hours())?.div(Ratio::whole(730))?),
        None => None,
    };
    let tags = match (last, young) {
        (Some(last), Some(young)) => last.min(young),
        (Some(tags), None) | (None, Some(tags)) => tags,
        (None, None) => {
            let month = match horizon {
                Horizon::Month(month) => Ratio::whole(i64::from(month)),
                // The mean of P x 1, P x 2, ... P x H.
                Horizon::Mean => Ratio::new(i128::from(months) + 1, 2)?,
            };
            pushes.mul(month)?
        }
    };
    // There is always the current one.
    Ok(tags.max(Ratio::ONE))
}

/// `1 + (held - 1) x versions / total`: the first holds every layer, each further one only what changed.
fn held(held: Ratio, versions: Ratio, total: Ratio) -> Result<Ratio, Overflow> {
    if total.is_zero() {
        return Ok(Ratio::ONE);
    }
    Ratio::ONE.add(held.sub(Ratio::ONE)?.mul(versions.div(total)?)?)
}

impl Schedule {
    /// Works out the month of a service.
    ///
    /// # Errors
    /// [`Overflow`] when rates are too large or too finely divided.
    pub fn new(
        service: &Service,
        registry: &Registry,
        cluster: &Cluster,
        horizon: Horizon,
        months: u32,
    ) -> Result<Self, Overflow> {
        let deploys = service.deploys.get();
        let pushes = service.pushes.get();
        let builds = service.builds.get();
        let updates = service.dependency_updates.get();
        let refreshes = service.base_refreshes.get();
        let miss = service.cache_miss;
        let tags = retained_tags(registry, pushes, horizon, months)?;
        let on_node = Ratio::whole(i64::from(cluster.versions_on_node));
        let mut classes = [Frequencies::NEVER; Class::COUNT];
        for ((set, is_base), class) in CLASSES.into_iter().zip(&mut classes) {
            let count = |total: Ratio| {
                with_misses(versions(set, total, updates, refreshes)?, total, miss, is_base)
            };
            let (versions, pushed, rebuilt) = (count(deploys)?, count(pushes)?, count(builds)?);
            *class = Frequencies {
                versions,
                pushed,
                retained: match registry.dedup {
                    Dedup::None => tags,
                    Dedup::Repository | Dedup::Registry => held(tags, pushed, pushes)?,
                },
                kept: held(on_node, versions, deploys)?,
                rebuilt,
                missed: rebuilt.sub(self::versions(set, builds, updates, refreshes)?)?,
            };
        }
        Ok(Self {
            rollouts: kinds(deploys, updates, refreshes)?,
            builds,
            builds_by_kind: kinds(builds, updates, refreshes)?,
            pushes,
            retained_tags: tags,
            versions: Counts::of(&classes, |class| class.versions)?,
            pushed: Counts::of(&classes, |class| class.pushed)?,
            retained: Counts::of(&classes, |class| class.retained)?,
            kept: Counts::of(&classes, |class| class.kept)?,
            classes,
        })
    }

    pub(super) fn versions(&self) -> &Counts {
        &self.versions
    }

    pub(super) fn pushed(&self) -> &Counts {
        &self.pushed
    }

    pub(super) fn retained(&self) -> &Counts {
        &self.retained
    }

    pub(super) fn kept(&self) -> &Counts {
        &self.kept
    }

    /// How often layers of that class change.
    pub fn of(&self, class: Class) -> &Frequencies {
        &self.classes[class.index()]
    }
}
