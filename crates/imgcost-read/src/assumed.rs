use imgcost::fleet::Service;
use imgcost::fleet::defaults::{self, Assumption, Default};

/// Which defaults a reader used, as a set: noting one costs nothing, however many rows use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, std::default::Default)]
pub struct Assumed(u64);

/// The defaults that a fleet file used, by what used them.
#[derive(Debug, Clone, PartialEq, Eq, std::default::Default)]
pub struct AssumedBy {
    /// Those of each registry, in the order of [`imgcost::fleet::Fleet::registries`].
    pub registries: Vec<Assumed>,
    /// Those of each cluster, in the order of [`imgcost::fleet::Fleet::clusters`].
    pub clusters: Vec<Assumed>,
    /// Those of each service that stands in the file itself, in its order.
    pub services: Vec<Assumed>,
}

impl AssumedBy {
    /// All of them.
    pub(crate) fn all(&self) -> Assumed {
        let each = [&self.registries, &self.clusters, &self.services];
        each.into_iter().flatten().fold(Assumed::NOTHING, |all, one| all.union(*one))
    }

    /// What counts for a service that itself took this for granted: its registry's and its
    /// cluster's too, and nobody else's.
    pub fn of(&self, service: &Service, own: Assumed) -> Assumed {
        let place = |all: &[Assumed], at: usize| all.get(at).copied().unwrap_or_default();
        own.union(place(&self.registries, service.registry))
            .union(place(&self.clusters, service.cluster))
    }
}

/// Names the defaults once, in the order in which reports list them.
macro_rules! in_order {
    ($($name:ident),* $(,)?) => {
        /// A default, by its name in [`defaults`].
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Taken { $($name),* }

        const ORDER: &[Default] = &[$(defaults::$name),*];
    };
}

in_order![
    COMPRESSION_RATIO,
    PROFILE_SINGLE_STAGE,
    PROFILE_MULTI_STAGE,
    LAYER_CLASSES,
    PLATFORM,
    BASE_REFRESHES,
    DEPENDENCY_UPDATES,
    NODE_LIFETIME,
    RETENTION,
    VERSIONS_ON_NODE,
    KEEPS_COMPRESSED,
    KEEPS_COMPRESSED_EKS,
    PULL_ROLLING,
    PULL_ALL_AT_ONCE,
    UNPACK_GZIP,
    INSTALL_TIME,
    BUILDS,
    PUSHES,
    CACHE_MISS,
    DEPLOYS,
    NODES,
    HOSTS,
    CACHED_SHARE,
    PATH,
    CROSS_REGION,
    RUNNER,
    NODE_PRICE,
    DISK_NOT_SOLD,
    NAT_GATEWAYS,
    CROSS_AZ_SHARE,
    PLAN,
    TASK,
    HORIZON,
];

impl Assumed {
    /// None at all.
    pub const NOTHING: Self = Self(0);

    pub(crate) fn take(&mut self, default: Taken) {
        self.0 |= 1 << default as u32;
    }

    /// Everything in either: what the services of a fleet file and those of its lists took for granted.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The defaults with their values and sources, in the order in which reports list them.
    pub fn list(self) -> Vec<Assumption> {
        let taken = ORDER.iter().enumerate().filter(|(place, _)| self.0 & 1 << place != 0);
        taken.map(|(_, default)| Assumption::from(*default)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_lists_each_default_once_in_order() {
        let mut one = Assumed::NOTHING;
        one.take(Taken::HORIZON);
        one.take(Taken::HORIZON);
        let mut other = Assumed::NOTHING;
        other.take(Taken::COMPRESSION_RATIO);
        let names: Vec<_> =
            one.union(other).list().into_iter().map(|assumption| assumption.name).collect();
        assert_eq!(names, ["compression-ratio", "horizon"]);
    }
}
