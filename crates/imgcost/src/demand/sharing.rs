use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

use crate::fleet::Fleet;
use crate::image::Digest;
use crate::units::{Measure, Overflow, Quantity, Ratio};

use super::Totals;
use super::account::Account;
use super::amounts::Amounts;
use super::posting::send;
use super::storage::in_every_region;

/// Layers with digests, put aside until all services are known: services that share one on a node
/// pull it once, and a registry with that scope stores it once.
#[derive(Debug, Clone, Default)]
pub(super) struct Shared {
    layers: Vec<SharedLayer>,
}

/// A layer with a digest, as one service uses it.
#[derive(Debug, Clone)]
pub(super) struct SharedLayer {
    pub(super) digest: Digest,
    pub(super) registry: usize,
    pub(super) cluster: usize,
    pub(super) service: String,
    /// The place in the ledger to which it is charged.
    pub(super) place: u32,
    pub(super) compressed: u64,
    pub(super) unpacked: u64,
    /// Nodes that run the service, where nodes keep images.
    pub(super) hosts: Option<Ratio>,
    /// Full pulls of one node a month.
    pub(super) fills: Ratio,
    pub(super) versions: Ratio,
    pub(super) kept: Ratio,
    /// Whether its next version is the same for all who share it: true of base layers only.
    pub(super) same_versions: bool,
    /// Versions held by the registry, where the registry stores it once for all.
    pub(super) retained: Option<Ratio>,
}

impl Shared {
    pub(super) fn put(&mut self, layer: SharedLayer) {
        self.layers.push(layer);
    }

    pub(super) fn merge(&mut self, other: Self, here: &[u32]) {
        let moved = other.layers.into_iter();
        self.layers
            .extend(moved.map(|layer| SharedLayer { place: here[layer.place as usize], ..layer }));
    }

    /// How much less than the sum of its users each shared layer costs.
    pub(super) fn overlaps(&mut self, fleet: &Fleet) -> Result<Overlaps, Overflow> {
        let mut overlaps = Overlaps::default();
        // Expected values are rounded products: the order of users must not decide the last digit.
        self.layers.sort_by(|a, b| {
            (a.cluster, &a.digest, &a.service).cmp(&(b.cluster, &b.digest, &b.service))
        });
        let on_one_node =
            |a: &SharedLayer, b: &SharedLayer| a.cluster == b.cluster && a.digest == b.digest;
        for group in self.layers.chunk_by(on_one_node) {
            let hosts: Vec<Ratio> = group.iter().filter_map(|layer| layer.hosts).collect();
            let key = (group[0].cluster, group[0].digest.clone());
            overlaps
                .nodes
                .insert(key, on_same_nodes(&hosts, fleet.clusters[group[0].cluster].nodes)?);
        }
        self.layers.sort_by(|a, b| {
            (a.registry, &a.digest, &a.service).cmp(&(b.registry, &b.digest, &b.service))
        });
        let in_one_registry =
            |a: &SharedLayer, b: &SharedLayer| a.registry == b.registry && a.digest == b.digest;
        for group in self.layers.chunk_by(in_one_registry) {
            let retained: Vec<Ratio> = group.iter().filter_map(|layer| layer.retained).collect();
            let key = (group[0].registry, group[0].digest.clone());
            overlaps.registries.insert(key, stored_once(&retained)?);
        }
        Ok(overlaps)
    }

    /// Charges every layer to its services, each its part of what they pull, keep and store together.
    pub(super) fn settle<'a>(
        mut self,
        fleet: &Fleet,
        account_of: impl Fn(u32) -> &'a Account,
        amounts: &mut [Amounts],
    ) -> Result<Totals, Overflow> {
        let mut totals = Totals::ZERO;
        let overlaps = self.overlaps(fleet)?;
        for layer in &self.layers {
            let account = account_of(layer.place);
            let amounts = &mut amounts[layer.place as usize];
            if let Some(hosts) = layer.hosts {
                let overlap = overlaps.on_nodes(layer.cluster, &layer.digest);
                on_nodes(fleet, account, amounts, &mut totals, layer, (hosts, overlap))?;
            }
            if let Some(retained) = layer.retained {
                let part = overlaps.in_registry(layer.registry, &layer.digest);
                in_registry(fleet, account, amounts, &mut totals, layer, retained.mul(part)?)?;
            }
        }
        Ok(totals)
    }
}

/// How much of the sum of its users' bytes a shared layer really costs, between 0 and 1.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overlaps {
    nodes: FxHashMap<(usize, Digest), Ratio>,
    registries: FxHashMap<(usize, Digest), Ratio>,
}

impl Overlaps {
    /// For pulls to and disk on the nodes of a cluster: 1 for a layer that nobody shares.
    pub fn on_nodes(&self, cluster: usize, digest: &Digest) -> Ratio {
        self.nodes.get(&(cluster, digest.clone())).copied().unwrap_or(Ratio::ONE)
    }

    /// For storage in a registry that stores equal layers once: 1 for a layer that nobody shares.
    pub fn in_registry(&self, registry: usize, digest: &Digest) -> Ratio {
        self.registries.get(&(registry, digest.clone())).copied().unwrap_or(Ratio::ONE)
    }
}

/// `N (1 - product of (1 - hosts/N)) / sum of hosts`, which is 1 for a single user.
fn on_same_nodes(hosts: &[Ratio], nodes: u32) -> Result<Ratio, Overflow> {
    if hosts.len() < 2 {
        return Ok(Ratio::ONE);
    }
    let all = Ratio::whole(i64::from(nodes));
    let mut none = Decimal::ONE;
    let mut sum = Ratio::ZERO;
    for &hosts in hosts {
        let absent = Ratio::ONE.sub(hosts.div(all)?)?.max(Ratio::ZERO);
        none *= absent.to_decimal();
        sum = sum.add(hosts)?;
    }
    if sum.is_zero() {
        return Ok(Ratio::ONE);
    }
    let together = all.mul(Ratio::from_decimal(Decimal::ONE - none)?.to_18_decimals()?)?;
    // Rounding must not make sharing dearer than not sharing.
    Ok(together.div(sum)?.min(Ratio::ONE))
}

/// As many versions as the keenest user keeps, over the sum of all: each user bears its part.
fn stored_once(retained: &[Ratio]) -> Result<Ratio, Overflow> {
    let most = retained.iter().copied().fold(Ratio::ZERO, Ratio::max);
    let sum = retained.iter().try_fold(Ratio::ZERO, |sum, versions| sum.add(*versions))?;
    if sum.is_zero() { Ok(Ratio::ONE) } else { most.div(sum) }
}

fn on_nodes(
    fleet: &Fleet,
    account: &Account,
    amounts: &mut Amounts,
    totals: &mut Totals,
    layer: &SharedLayer,
    (hosts, overlap): (Ratio, Ratio),
) -> Result<(), Overflow> {
    let together = hosts.mul(overlap)?;
    let pulling = if layer.same_versions { together } else { hosts };
    let warm = Quantity::times(pulling.mul(layer.versions)?, layer.compressed, Measure::Bytes)?;
    let cold = Quantity::times(together.mul(layer.fills)?, layer.compressed, Measure::Bytes)?;
    send(account, amounts, totals, warm, cold)?;
    let keeps_compressed = fleet.clusters[layer.cluster].keeps_compressed;
    let held = layer.unpacked + if keeps_compressed { layer.compressed } else { 0 };
    let disk = Quantity::times(together.mul(layer.kept)?, held, Measure::ByteMonths)?;
    if let Some(slot) = account.disk {
        amounts.add(slot, disk)?;
    }
    totals.node_disk.accumulate(disk)
}

fn in_registry(
    fleet: &Fleet,
    account: &Account,
    amounts: &mut Amounts,
    totals: &mut Totals,
    layer: &SharedLayer,
    versions: Ratio,
) -> Result<(), Overflow> {
    let platforms = Ratio::whole(i64::from(fleet.registries[layer.registry].architectures));
    let stored = Quantity::times(versions.mul(platforms)?, layer.compressed, Measure::ByteMonths)?;
    in_every_region(amounts, account, stored)?;
    let everywhere = Ratio::whole(account.storage.len() as i64);
    totals.storage.accumulate(stored.scaled(everywhere)?)
}
