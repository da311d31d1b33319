use crate::fleet::Region;
use crate::price::PriceId;
use crate::units::Measure;

/// Something that is counted and priced: a component of the cost, by way of one price.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Meter {
    /// What the cost is for.
    pub component: Component,
    /// What drives it.
    pub driver: Driver,
    /// Whether anybody is billed.
    pub kind: Kind,
    /// The price it goes by.
    pub tariff: Tariff,
    /// What is counted.
    pub measure: Measure,
    /// How build minutes are counted.
    pub counting: Counting,
    /// The registry it belongs to (index in the fleet), for prices that pool by registry.
    pub registry: Option<usize>,
    /// For bytes on the way: the path they take.
    pub path: Option<String>,
}

/// A price as it is looked up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tariff {
    /// The price.
    pub id: PriceId,
    /// The region that bills it.
    pub region: Region,
    /// The destination, for transfers between regions.
    pub to: Option<Region>,
}

/// A component of the cost, in the words of the reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Component {
    /// Layers that nodes do not have yet, pulled on rollouts.
    WarmPulls,
    /// Whole images, pulled by fresh nodes and by runtimes without a cache.
    ColdPulls,
    /// Bytes that peers or a mirror move instead of the registry.
    PeerTransfer,
    /// Layers stored in the registry.
    RegistryStorage,
    /// Pushed layers copied to replica regions.
    Replication,
    /// Minutes of build machines.
    BuildMinutes,
    /// Scans of pushed images.
    Scans,
    /// Base fees of registry plans and replicas.
    RegistryPlan,
    /// Hours of NAT gateways.
    NatHours,
    /// Hours of interface endpoints.
    EndpointHours,
    /// Task time that is billed while the image is downloaded.
    TaskTime,
    /// Disk that images occupy on nodes.
    NodeDisk,
    /// Nodes that wait for images.
    WaitingNodes,
    /// People who wait for builds.
    WaitingPeople,
    /// What `size x pulls` would have: unpacked bytes, every pull moving the whole image.
    Naive,
}

/// What makes a cost grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Driver {
    /// Rollouts.
    Deploy,
    /// Fresh nodes.
    NodeChurn,
    /// Versions kept.
    Retention,
    /// Builds.
    Build,
    /// Nothing: it is there anyway.
    Fixed,
}

/// Whether, and by whom, a cost is felt. Totals never mix kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Falls on an invoice as usage falls.
    Billed,
    /// Is freed, and saved only if somebody makes something smaller.
    Capacity,
    /// People's time.
    Time,
}

/// How the minutes of build jobs are counted; the price row says which count is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counting {
    /// As they are.
    Exact,
    /// Each job rounded up to a whole minute.
    WholeMinutes,
}

impl Component {
    /// All components in the order of reports.
    pub const ALL: [Self; 15] = [
        Self::WarmPulls,
        Self::ColdPulls,
        Self::PeerTransfer,
        Self::RegistryStorage,
        Self::Replication,
        Self::BuildMinutes,
        Self::Scans,
        Self::RegistryPlan,
        Self::NatHours,
        Self::EndpointHours,
        Self::TaskTime,
        Self::NodeDisk,
        Self::WaitingNodes,
        Self::WaitingPeople,
        Self::Naive,
    ];

    /// Its name in machine-readable output, such as `warm-pulls`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WarmPulls => "warm-pulls",
            Self::ColdPulls => "cold-pulls",
            Self::PeerTransfer => "peer-transfer",
            Self::RegistryStorage => "registry-storage",
            Self::Replication => "replication",
            Self::BuildMinutes => "build-minutes",
            Self::Scans => "scans",
            Self::RegistryPlan => "registry-plan",
            Self::NatHours => "nat-hours",
            Self::EndpointHours => "endpoint-hours",
            Self::TaskTime => "task-time",
            Self::NodeDisk => "node-disk",
            Self::WaitingNodes => "waiting-nodes",
            Self::WaitingPeople => "waiting-people",
            Self::Naive => "naive",
        }
    }
}

impl Driver {
    /// `deploy`, `node-churn`, `retention`, `build` or `fixed`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deploy => "deploy",
            Self::NodeChurn => "node-churn",
            Self::Retention => "retention",
            Self::Build => "build",
            Self::Fixed => "fixed",
        }
    }

    /// Whether the cost belongs to deploys: rollouts and the builds behind them.
    pub const fn per_deploy(self) -> bool {
        matches!(self, Self::Deploy | Self::Build)
    }
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Billed, Self::Capacity, Self::Time];

    /// `billed`, `capacity` or `time`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Billed => "billed",
            Self::Capacity => "capacity",
            Self::Time => "time",
        }
    }
}
