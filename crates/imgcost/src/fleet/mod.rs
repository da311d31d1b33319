//! The scenario: registries, clusters and the services that run on them.
//!
//! These are plain records: any value that the field types allow is valid. Reading them from
//! files, with their defaults, is the business of another crate; defaults and their sources are
//! listed in [`defaults`].

mod cluster;
pub mod defaults;
mod provider;
mod registry;
mod service;

use crate::units::{Currency, Money};

pub use cluster::{Cacheless, Cluster, Distribution, Leg, PathKind, Rollout, TaskSize};
pub use provider::{Cloud, Plan, RegistryProvider, runner_families, runner_price};
pub use registry::{Dedup, Registry, Retention};
pub use service::{Build, BuildTime, Label, Placement, Service, Side, Spread, StepTimes};

/// Everything about a fleet except its services, which may be too many to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fleet {
    /// What people call it.
    pub name: String,
    /// The currency of every amount.
    pub currency: Currency,
    /// Months over which storage grows where nothing is ever deleted; at least 1.
    pub horizon: u32,
    /// Where images are stored.
    pub registries: Vec<Registry>,
    /// Where they run.
    pub clusters: Vec<Cluster>,
    /// Which rate bytes between regions of AWS are charged at, where sources conflict.
    pub cross_region_rate: CrossRegionRate,
    /// Whether people's waiting for builds is priced (the rate is a price the user gives).
    pub people_wait: bool,
    /// The one-off work of slimming, for the payback period.
    pub effort: Option<Money>,
    /// The container bill a month that the user states, to put a saving in proportion.
    pub container_bill: Option<Money>,
}

/// What a pull from an ECR registry in another region is charged: the vendor's own pages conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CrossRegionRate {
    /// The source region's inter-region rate, once (AWS Global Network FAQ).
    Source,
    /// The inter-region rates of both regions (as some bills are read).
    BothSides,
    /// The source region's internet rate (AWS Containers blog).
    Internet,
}

impl CrossRegionRate {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Source, Self::BothSides, Self::Internet];

    /// `source`, `both-sides` or `internet`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::BothSides => "both-sides",
            Self::Internet => "internet",
        }
    }
}

/// A place name as its cloud spells it, such as `us-east-1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(std::sync::Arc<str>);

impl Region {
    /// The region of that name; whether anybody has prices for it shows later.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Region {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
