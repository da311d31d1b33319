use std::sync::Arc;

use crate::image::Image;
use crate::price::PriceId;
use crate::units::{PerMonth, Share, Span};

/// One service: an image, how often it is deployed, and where it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its name, unique in the fleet.
    pub name: String,
    /// Labels by which estimates are grouped: team, namespace, environment, ...
    pub labels: Vec<Label>,
    /// Index of its registry in the fleet.
    pub registry: usize,
    /// Index of its cluster in the fleet.
    pub cluster: usize,
    /// On how many nodes it runs, or how often it is pulled.
    pub placement: Placement,
    /// Rollouts (D).
    pub deploys: PerMonth,
    /// Tags pushed (P), which may be more than are deployed.
    pub pushes: PerMonth,
    /// Builds run.
    pub builds: PerMonth,
    /// Share of builds that find no cache.
    pub cache_miss: Share,
    /// Deploys that carry a dependency update (U).
    pub dependency_updates: PerMonth,
    /// Deploys that carry a base refresh (B).
    pub base_refreshes: PerMonth,
    /// Time a build spends on installing dependencies when that layer is rebuilt.
    pub install_time: Span,
    /// The image as it is.
    pub before: Image,
    /// The image as it would be; the same as before where nothing changes.
    pub after: Image,
    /// Where it is built, if build minutes are to be counted.
    pub build: Option<Build>,
}

/// A label of a service or cluster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// Such as `team`.
    pub name: Arc<str>,
    /// Such as `payments`.
    pub value: String,
}

/// Where a service's pulls come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// It runs on so many nodes.
    Hosts(u32),
    /// It runs as so many replicas, spread over the cluster's nodes.
    Replicas {
        /// Pods or tasks.
        count: u32,
        /// How they spread.
        spread: Spread,
    },
    /// Only the number of pulls is known.
    Pulls {
        /// Pulls a month.
        rate: PerMonth,
        /// Share of the bytes that the pullers already have.
        cached: Share,
    },
}

/// How replicas spread over nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spread {
    /// As far apart as possible: min(replicas, nodes) hosts.
    Even,
    /// Each on a node drawn at random: N(1 - (1 - 1/N)^r) hosts expected.
    Random,
    /// One on every node.
    Daemonset,
}

/// Where a service is built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// The price of a minute of the build machine.
    pub price: PriceId,
    /// How long a build takes before.
    pub before: BuildTime,
    /// How long it takes after.
    pub after: BuildTime,
}

/// What is known of how long a build takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildTime {
    /// Nothing: only installs count, by the service's install time.
    Installs,
    /// The full time of a job as it was measured; it includes the install.
    Job(Span),
    /// The time of its steps, by what changed.
    Steps(StepTimes),
}

/// How long the steps of a build take, in milliseconds, by what changed since the build before it.
///
/// Steps are not the whole job: checking out, starting and pushing come on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StepTimes {
    /// After a changed source line.
    pub source: u64,
    /// After an updated dependency, with the source line that every build carries.
    pub dependency: u64,
    /// Upon a new base image, with that source line.
    pub base: u64,
    /// Where the build finds no cache.
    pub cold: u64,
}

/// Which of the two worlds is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// As it is.
    Before,
    /// As it would be.
    After,
}

impl Side {
    /// `before` or `after`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

impl Build {
    /// How long a build takes on that side.
    pub fn time(&self, side: Side) -> BuildTime {
        match side {
            Side::Before => self.before,
            Side::After => self.after,
        }
    }
}

impl Service {
    /// The image on that side.
    pub fn image(&self, side: Side) -> &Image {
        match side {
            Side::Before => &self.before,
            Side::After => &self.after,
        }
    }

    /// The value of one of its own labels.
    pub fn label(&self, name: &str) -> Option<&str> {
        let label = self.labels.iter().find(|label| &*label.name == name)?;
        Some(&label.value)
    }
}
