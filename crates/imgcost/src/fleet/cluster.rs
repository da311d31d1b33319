use super::{Cloud, Label, Region};
use crate::price::PriceId;
use crate::units::{PerMonth, Ratio, Share, Span, Speed};

/// Nodes that run services and pull their images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// Its name in the fleet file.
    pub name: String,
    /// Whose machines they are.
    pub cloud: &'static Cloud,
    /// Where they are.
    pub region: Region,
    /// Nodes at a time; at least 1.
    pub nodes: u32,
    /// Mean life of a node; `None` for nodes that are never replaced.
    pub node_lifetime: Option<Span>,
    /// Image garbage collections per node that lead to another full pull.
    pub evictions: PerMonth,
    /// How bytes travel from the registry, with shares that add up to the whole.
    pub path: Vec<Leg>,
    /// The price of node disk, if it is to be counted.
    pub disk: Option<PriceId>,
    /// Whether the runtime keeps compressed blobs beside the unpacked layers.
    pub keeps_compressed: bool,
    /// Versions of an image that a node holds at a time; at least 1.
    pub versions_on_node: u32,
    /// Fixed time of a pull before bytes move, in milliseconds.
    pub pull_start_ms: u32,
    /// Network speed of one node during a pull.
    pub bandwidth: Speed,
    /// Output of the unpacker.
    pub unpack: Speed,
    /// Disk write speed, where it is the bottleneck.
    pub disk_write: Option<Speed>,
    /// How a rollout reaches the nodes; parallel pulls share the bandwidth.
    pub rollout: Rollout,
    /// The hourly price of a node, for the time it waits for images.
    pub node_price: Option<PriceId>,
    /// A mirror or peers that serve part of the bytes.
    pub distribution: Option<Distribution>,
    /// A runtime without an image cache: every task start is a full pull.
    pub cacheless: Option<Cacheless>,
    /// NAT gateways whose hourly fee is counted.
    pub nat_gateways: u32,
    /// Interface endpoints (per zone) whose hourly fee is counted.
    pub endpoints: u32,
    /// Labels that its services inherit.
    pub labels: Vec<Label>,
}

/// One way between registry and nodes, and the share of the bytes that takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// The way.
    pub kind: PathKind,
    /// The share of the bytes.
    pub share: Share,
}

/// The ways that bytes can take between registry and nodes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathKind {
    /// No billed device between: public subnet, private link-local access, same data centre.
    Direct,
    /// Through a NAT gateway, which bills every byte.
    Nat,
    /// Through a free S3 gateway endpoint: on ECR, layer bytes come from object storage.
    S3Gateway,
    /// Through an interface endpoint, which bills every byte.
    InterfaceEndpoint,
    /// From another zone, on clouds that bill it.
    CrossAz,
    /// From a registry in that other region.
    CrossRegion(Region),
    /// Out of the registry's cloud over the internet.
    Internet,
}

/// How a new version reaches the nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rollout {
    /// A few nodes at a time.
    Rolling,
    /// All nodes pull at once and share the bandwidth.
    AllAtOnce,
}

/// A pull-through cache or peer-to-peer distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Distribution {
    /// Share of the bytes that never reach the upstream registry.
    pub hit_ratio: Share,
    /// Share of the bytes moved between peers that crosses zones.
    pub cross_az: Share,
}

/// A runtime that keeps no image between tasks, such as Fargate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cacheless {
    /// Size of a task where the download itself is billed task time.
    pub task: Option<TaskSize>,
}

/// vCPUs and memory of one task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskSize {
    /// vCPUs.
    pub vcpus: Ratio,
    /// Memory in GB as the runtime bills it.
    pub memory_gb: Ratio,
}

impl PathKind {
    /// `direct`, `nat`, `s3-gateway`, `interface-endpoint`, `cross-az`, `cross-region:REGION`, `internet`.
    pub fn name(&self) -> String {
        match self {
            Self::CrossRegion(region) => format!("cross-region:{region}"),
            other => other.word().to_owned(),
        }
    }

    /// The name without a region.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Nat => "nat",
            Self::S3Gateway => "s3-gateway",
            Self::InterfaceEndpoint => "interface-endpoint",
            Self::CrossAz => "cross-az",
            Self::CrossRegion(_) => "cross-region",
            Self::Internet => "internet",
        }
    }
}
