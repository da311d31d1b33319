//! The tables of a fleet file but its services.

use std::collections::BTreeMap;

use imgcost::fleet::defaults as d;
use schemars::JsonSchema;
use serde_json::json;

use super::service::Service;
use super::text::{
    CloudName, CrossRegion, Currency, Day, Dedup, Disk, Forever, Lifetime, Months, NodePrice,
    Number, PathName, PlanName, Rate, RegistryName, Rollout, Scanner, Share, Size, Speed, Text,
    Time, Unpack,
};
use crate::fleet::cluster::MOST_NODES;

/// What container images cost, and what slimming them saves: the inventory and its scenario.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("anyOf" = json!([{ "required": ["service"] }, { "required": ["services"] }])))]
pub(super) struct Fleet {
    /// Lists of services (CSV), relative to this file; written above the first table.
    services: Option<Lists>,
    /// What holds for the whole fleet.
    fleet: Option<General>,
    /// Registries by name.
    registry: Option<BTreeMap<String, Registry>>,
    /// Clusters by name.
    cluster: Option<BTreeMap<String, Cluster>>,
    /// The services.
    service: Option<Vec<Service>>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Lists {
    One(Text),
    Many(Vec<Text>),
}

/// What holds for the whole fleet, and what services fall back on.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct General {
    /// What reports call the fleet.
    name: Option<Text>,
    /// The currency of the report.
    #[schemars(extend("default" = "USD"))]
    currency: Option<Currency>,
    /// The day whose prices count; without it, today.
    as_of: Option<Day>,
    /// Months over which storage without a retention rule grows.
    #[schemars(extend("default" = d::HORIZON_MONTHS))]
    horizon: Option<Horizon>,
    /// Unpacked bytes per compressed byte.
    #[schemars(extend("default" = d::COMPRESSION_RATIO.value))]
    compression_ratio: Option<Number>,
    /// Deploys that carry a new base image.
    #[schemars(extend("default" = d::BASE_REFRESHES.value))]
    base_refreshes: Option<Rate>,
    /// Deploys that carry a changed lock file.
    #[schemars(extend("default" = d::DEPENDENCY_UPDATES.value))]
    dependency_updates: Option<Rate>,
    /// Time of a dependency install in a build.
    #[schemars(extend("default" = d::INSTALL_TIME.value))]
    install_time: Option<Time>,
    /// Builds that find no layer cache.
    #[schemars(extend("default" = d::CACHE_MISS.value))]
    cache_miss: Option<Share>,
    /// Whether the vendors' free allowances are deducted.
    plan: Option<FreePlan>,
    /// One-off work on the images, for the payback period.
    effort: Option<Effort>,
    /// What containers cost a month, to put the saving in proportion.
    container_bill: Option<Number>,
    /// What an hour of people's time costs, to price waiting.
    people_rate: Option<Number>,
    /// What pulls from another AWS region are charged.
    cross_region_rate: Option<CrossRegion>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Horizon {
    Count(#[schemars(range(min = 1, max = 600))] u32),
    Text(Months),
}

/// The plan of the accounts.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct FreePlan {
    /// Whether free allowances are deducted.
    free: Option<bool>,
}

/// Work and what an hour of it costs.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Effort {
    /// Hours of work.
    hours: Number,
    /// What an hour costs.
    rate: Number,
}

/// A registry.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Registry {
    /// Whose it is.
    provider: RegistryName,
    /// Such as us-east-1; needed where the vendor's prices differ by region.
    region: Option<Text>,
    /// What the registry keeps; without it, the last 30 tags.
    retention: Option<Retention>,
    /// Within what equal layers are stored once.
    #[schemars(extend("default" = "repository"))]
    dedup: Option<Dedup>,
    /// Further regions with a full copy.
    replicas: Option<Vec<Text>>,
    /// Platforms stored of each image.
    #[schemars(range(min = 1, max = 64), extend("default" = 1))]
    architectures: Option<u32>,
    /// Bytes of attestations stored with each tag and never pulled.
    attestations: Option<Size>,
    /// Whether each pushed image is scanned: true for the provider's scanner, a scanner, or a price id.
    scan: Option<Scan>,
    /// Plan of a registry that sells plans; without it, the smallest.
    plan: Option<PlanName>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Retention {
    Forever(Forever),
    Rule(RetentionRule),
}

/// What the registry keeps.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "kebab-case", extend("minProperties" = 1))]
pub(super) struct RetentionRule {
    /// The newest tags.
    #[schemars(range(min = 1, max = 1_000_000))]
    keep_last: Option<u32>,
    /// Tags up to this age.
    max_age: Option<Time>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Scan {
    Flag(bool),
    Named(Scanner),
}

/// Nodes that pull.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Cluster {
    /// The cloud of the nodes; without it, the registry's.
    provider: Option<CloudName>,
    /// The region of the nodes; without it, the registry's.
    region: Option<Text>,
    /// How many nodes there are.
    #[schemars(range(min = 1, max = MOST_NODES), extend("default" = d::NODE_COUNT))]
    nodes: Option<u32>,
    /// Mean life of a node.
    #[schemars(extend("default" = d::NODE_LIFETIME.value))]
    node_lifetime: Option<Lifetime>,
    /// How often nodes lose their images otherwise.
    evictions: Option<Rate>,
    /// Way of the bytes from the registry: one, or several with shares that add up to 100%.
    #[schemars(extend("default" = d::PATH.value))]
    path: Option<Path>,
    /// Disk of the nodes.
    disk: Option<Disk>,
    /// Whether nodes keep compressed blobs beside the unpacked files.
    keeps_compressed: Option<bool>,
    /// Versions of an image that a node keeps.
    #[schemars(range(min = 1, max = 10_000), extend("default" = d::VERSIONS_KEPT_ON_NODE))]
    versions_on_node: Option<u32>,
    /// How fast a node unpacks.
    #[schemars(extend("default" = "gzip"))]
    unpack: Option<Unpack>,
    /// How fast a node fetches.
    bandwidth: Option<Speed>,
    /// How fast a node writes.
    disk_write: Option<Speed>,
    /// Whether nodes pull one after the other or all at once.
    #[schemars(extend("default" = "rolling"))]
    rollout: Option<Rollout>,
    /// What a node costs an hour, to price waiting.
    node_price: Option<NodePrice>,
    /// Peers or caches that nodes fetch from first.
    distribution: Option<Distribution>,
    /// Tasks without nodes, such as Fargate's, which pull the whole image each time.
    cacheless: Option<Cacheless>,
    /// NAT gateways whose hourly fee is counted.
    #[schemars(range(min = 0, max = 100_000), extend("default" = 0))]
    nat_gateways: Option<u32>,
    /// Endpoints whose hourly fee is counted.
    #[schemars(range(min = 0, max = 100_000), extend("default" = 0))]
    endpoints: Option<u32>,
    /// Labels that reports group by.
    labels: Option<BTreeMap<String, Text>>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Path {
    One(PathName),
    Shares(Shares),
}

/// Paths and what share of the bytes goes by each.
#[derive(JsonSchema)]
#[schemars(transparent, extend("propertyNames" = json!({ "$ref": "#/$defs/PathName" })))]
struct Shares(BTreeMap<String, Share>);

/// Peers or caches that nodes fetch from first.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Distribution {
    /// Bytes that come from them.
    hit_ratio: Share,
    /// Of those, bytes that cross zones.
    #[schemars(extend("default" = d::CROSS_AZ_SHARE.value))]
    cross_az_share: Option<Share>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Cacheless {
    Flag(bool),
    Task(Task),
}

/// The size of a task that is billed while it pulls.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Task {
    /// Virtual processors.
    vcpus: Number,
    /// Memory.
    memory: Size,
}
