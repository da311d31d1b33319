//! `[cluster.NAME]` tables.

use imgcost::fleet::defaults::{
    BANDWIDTH_ALL_AT_ONCE, BANDWIDTH_ROLLING, GZIP_OUTPUT, NODE_COUNT, NODE_LIFETIME_SPAN,
    PULL_START_MS, VERSIONS_KEPT_ON_NODE, ZSTD_OUTPUT,
};
use imgcost::fleet::{Cloud, Cluster, Distribution, Leg, PathKind, Region, Registry, Rollout};
use imgcost::units::{PerMonth, Share, Span, Speed};
use toml::de::DeValue;

use super::machine::{cacheless, disk, node_price};
use super::path;
use super::registry::{EVERYWHERE, example_region};
use crate::assumed::{Assumed, Taken};
use crate::diagnostic::{Flaw, Problems};
use crate::labels::{self, Interned};
use crate::suggest::instead;
use crate::table::{Item, View};
use crate::value::{RATE, SHARE, SPAN, SPEED};

pub(crate) const KEYS: [&str; 19] = [
    "provider",
    "region",
    "nodes",
    "node-lifetime",
    "evictions",
    "path",
    "disk",
    "keeps-compressed",
    "versions-on-node",
    "unpack",
    "bandwidth",
    "disk-write",
    "rollout",
    "node-price",
    "distribution",
    "cacheless",
    "nat-gateways",
    "endpoints",
    "labels",
];

pub(crate) const DISTRIBUTION_KEYS: [&str; 2] = ["hit-ratio", "cross-az-share"];

pub(crate) const ROLLOUTS: [(Rollout, &str); 2] =
    [(Rollout::Rolling, "rolling"), (Rollout::AllAtOnce, "all-at-once")];

/// The most nodes that a cluster may have.
pub(crate) const MOST_NODES: u32 = 10_000_000;

/// What clusters are read with besides their own table.
pub(super) struct Surroundings<'a> {
    /// The registry whose cloud and region a cluster takes where it names none.
    pub(super) registry: Option<&'a Registry>,
    /// Prices of nodes that the file gives.
    pub(super) given: &'a mut Vec<(String, rust_decimal::Decimal)>,
    pub(super) names: &'a mut Interned,
    pub(super) assumed: &'a mut Assumed,
}

/// Reads one table. Where something is wrong it is reported and something plausible takes its
/// place, so that services can refer to the cluster all the same.
pub(super) fn read(
    name: &str,
    table: &View<'_>,
    around: &mut Surroundings<'_>,
    problems: &mut Problems<'_>,
) -> Cluster {
    let cloud = cloud(table, around.registry, problems);
    let region = region(table, cloud, around.registry, problems);
    let nodes = table.get("nodes").map(|item| item.count("nodes", (1, MOST_NODES), problems));
    let cacheless =
        table.get("cacheless").and_then(|item| cacheless(&item, cloud, around.assumed, problems));
    let path = match table.get("path") {
        Some(item) => path::read(&item, cloud, problems),
        None => {
            around.assumed.take(Taken::PATH);
            vec![Leg { kind: PathKind::Direct, share: Share::ALL }]
        }
    };
    let rollout = table
        .get("rollout")
        .and_then(|item| item.word(&ROLLOUTS, problems))
        .unwrap_or(Rollout::Rolling);
    let small = |key: &str, problems: &mut Problems<'_>| {
        let count = table.get(key).and_then(|item| item.count(key, (0, 100_000), problems));
        count.unwrap_or(0)
    };
    let (nat_gateways, endpoints) = (small("nat-gateways", problems), small("endpoints", problems));
    // On a runtime without nodes, nothing that follows about nodes counts, and none of it is assumed.
    let on_nodes = cacheless.is_none();
    let mut assume = |default: Taken| {
        if on_nodes {
            around.assumed.take(default);
        }
    };
    let nodes = nodes.unwrap_or_else(|| {
        assume(Taken::NODES);
        Some(NODE_COUNT)
    });
    let node_lifetime = match table.get("node-lifetime") {
        Some(item) => lifetime(&item, problems),
        None if on_nodes => {
            assume(Taken::NODE_LIFETIME);
            Some(NODE_LIFETIME_SPAN)
        }
        None => None,
    };
    let versions =
        table.get("versions-on-node").map(|item| item.count("versions", (1, 10_000), problems));
    let versions = versions.unwrap_or_else(|| {
        assume(Taken::VERSIONS_ON_NODE);
        None
    });
    let keeps = table.get("keeps-compressed").map(|item| item.flag(problems));
    let keeps = keeps.unwrap_or_else(|| {
        assume(if cloud.keeps_compressed {
            Taken::KEEPS_COMPRESSED
        } else {
            Taken::KEEPS_COMPRESSED_EKS
        });
        None
    });
    let bandwidth = table.get("bandwidth").map(|item| item.quantity(SPEED, problems));
    let bandwidth = bandwidth.unwrap_or_else(|| {
        let (default, speed) = match rollout {
            Rollout::Rolling => (Taken::PULL_ROLLING, BANDWIDTH_ROLLING),
            Rollout::AllAtOnce => (Taken::PULL_ALL_AT_ONCE, BANDWIDTH_ALL_AT_ONCE),
        };
        around.assumed.take(default);
        Some(speed)
    });
    let unpack = match table.get("unpack") {
        Some(item) => unpack(&item, problems),
        None => {
            around.assumed.take(Taken::UNPACK_GZIP);
            GZIP_OUTPUT
        }
    };
    if on_nodes && table.get("disk").is_none() && cloud.network == "azure" {
        around.assumed.take(Taken::DISK_NOT_SOLD);
    }
    let through_nat = path.iter().any(|leg| leg.kind == PathKind::Nat);
    if through_nat && table.get("nat-gateways").is_none() {
        around.assumed.take(Taken::NAT_GATEWAYS);
    }
    let evictions = table.get("evictions").and_then(|item| item.quantity(RATE, problems));
    Cluster {
        name: name.to_owned(),
        cloud,
        region,
        nodes: nodes.unwrap_or(MOST_NODES),
        node_lifetime,
        evictions: evictions.unwrap_or(PerMonth::times(0)),
        path,
        disk: disk(table.get("disk"), cloud, problems),
        keeps_compressed: keeps.unwrap_or(cloud.keeps_compressed),
        versions_on_node: versions.unwrap_or(VERSIONS_KEPT_ON_NODE),
        pull_start_ms: PULL_START_MS,
        bandwidth: bandwidth.unwrap_or(BANDWIDTH_ROLLING),
        unpack,
        disk_write: table.get("disk-write").and_then(|item| item.quantity(SPEED, problems)),
        rollout,
        node_price: node_price(name, table.get("node-price"), cloud, on_nodes, around, problems),
        distribution: table
            .get("distribution")
            .and_then(|item| distribution(&item, around.assumed, problems)),
        cacheless,
        nat_gateways,
        endpoints,
        labels: labels::read(table.get("labels"), around.names, problems),
    }
}

fn cloud(
    table: &View<'_>,
    registry: Option<&Registry>,
    problems: &mut Problems<'_>,
) -> &'static Cloud {
    let named = |name: &str| Cloud::named(name).unwrap_or(&Cloud::all()[0]);
    let Some(item) = table.get("provider") else {
        return named(registry.and_then(|registry| registry.provider.cloud).unwrap_or("other"));
    };
    let Some(text) = item.text(problems) else { return named("other") };
    Cloud::named(text).unwrap_or_else(|| {
        let known: Vec<_> = Cloud::all().iter().map(|cloud| cloud.name).collect();
        let flaw = Flaw::new(
            "unknown-provider",
            format!("no cloud is called `{text}`"),
            instead(text, &known),
        );
        item.flaw(flaw, problems);
        // AWS sells every path, so that a misspelt name is reported once.
        named("aws")
    })
}

fn region(
    table: &View<'_>,
    cloud: &Cloud,
    registry: Option<&Registry>,
    problems: &mut Problems<'_>,
) -> Region {
    let near = registry.filter(|registry| registry.provider.cloud == Some(cloud.network));
    let item = match (table.get("region"), near) {
        (Some(item), _) => Some(item),
        (None, Some(registry)) => return registry.region.clone(),
        (None, None) if cloud.network == "other" || table.get("provider").is_none() => None,
        (None, None) => table.need("region", example_region(cloud.network), problems),
    };
    let text = item.and_then(|item| item.text(problems)).unwrap_or(EVERYWHERE);
    Region::new(text.trim())
}

fn lifetime(item: &Item<'_>, problems: &mut Problems<'_>) -> Option<Span> {
    if matches!(item.value, DeValue::String(text) if text == "static") {
        return None;
    }
    let span = item.quantity(SPAN, problems)?;
    if span == Span::seconds(0) {
        let help = "write a time such as 36h, or \"static\" for nodes that are never replaced";
        item.flaw(Flaw::new("out-of-range", "a node cannot live for no time", help), problems);
    }
    Some(span)
}

/// `"gzip"`, `"zstd"`, or a speed of its own.
fn unpack(item: &Item<'_>, problems: &mut Problems<'_>) -> Speed {
    match item.value {
        DeValue::String(text) if text == "gzip" => GZIP_OUTPUT,
        DeValue::String(text) if text == "zstd" => ZSTD_OUTPUT,
        DeValue::String(text) if text.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            let help = "write \"gzip\", \"zstd\", or a speed such as \"500MB/s\"";
            item.flaw(
                Flaw::new("unknown-value", format!("`unpack` cannot be `{text}`"), help),
                problems,
            );
            GZIP_OUTPUT
        }
        _ => item.quantity(SPEED, problems).unwrap_or(GZIP_OUTPUT),
    }
}

fn distribution(
    item: &Item<'_>,
    assumed: &mut Assumed,
    problems: &mut Problems<'_>,
) -> Option<Distribution> {
    let table = item.view("`distribution`", &DISTRIBUTION_KEYS, problems)?;
    let hit_ratio = table
        .need("hit-ratio", "\"80%\"", problems)
        .and_then(|item| item.quantity(SHARE, problems));
    let cross_az = match table.get("cross-az-share") {
        Some(item) => item.quantity(SHARE, problems),
        None => {
            assumed.take(Taken::CROSS_AZ_SHARE);
            None
        }
    };
    Some(Distribution { hit_ratio: hit_ratio?, cross_az: cross_az.unwrap_or(Share::NONE) })
}
