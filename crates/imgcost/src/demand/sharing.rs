use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

use crate::fleet::Fleet;
use crate::image::Digest;
use crate::units::{Measure, Overflow, Quantity, Ratio};

use super::account::Account;
use super::amounts::Amounts;
use super::ledger::send;
use super::storage::in_every_region;
use super::Totals;

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
    /// Cell and account to which it is charged.
    pub(super) place: (u32, u32),
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

    pub(super) fn merge(&mut self, other: Self, here: impl Fn((u32, u32)) -> (u32, u32)) {
        let moved = other.layers.into_iter();
        self.layers.extend(moved.map(|layer| SharedLayer { place: here(layer.place), ..layer }));
    }

    /// Charges every layer to its services, each its part of what they pull, keep and store together.
    pub(super) fn settle(
        mut self,
        fleet: &Fleet,
        accounts: &[Account],
        amounts: &mut FxHashMap<(u32, u32), Amounts>,
    ) -> Result<Totals, Overflow> {
        let mut totals = Totals::ZERO;
        self.layers.sort_by(|a, b| {
            (a.cluster, &a.digest, &a.service).cmp(&(b.cluster, &b.digest, &b.service))
        });
        let on_one_node = |a: &SharedLayer, b: &SharedLayer| a.cluster == b.cluster && a.digest == b.digest;
        for group in self.layers.chunk_by(on_one_node) {
            let users: Vec<_> = group.iter().filter(|layer| layer.hosts.is_some()).collect();
            let overlap = overlap(&users, fleet.clusters[group[0].cluster].nodes)?;
            for layer in users {
                let account = &accounts[layer.place.1 as usize];
                if let Some(amounts) = amounts.get_mut(&layer.place) {
                    on_nodes(fleet, account, amounts, &mut totals, layer, overlap)?;
                }
            }
        }
        self.layers.sort_by(|a, b| {
            (a.registry, &a.digest, &a.service).cmp(&(b.registry, &b.digest, &b.service))
        });
        let in_one_registry = |a: &SharedLayer, b: &SharedLayer| a.registry == b.registry && a.digest == b.digest;
        for group in self.layers.chunk_by(in_one_registry) {
            stored_once(fleet, accounts, amounts, &mut totals, group)?;
        }
        Ok(totals)
    }
}

/// How much of the sum of its users' pulls a layer really costs:
/// `N (1 - product of (1 - hosts/N)) / sum of hosts`, which is 1 for a single user.
fn overlap(users: &[&SharedLayer], nodes: u32) -> Result<Ratio, Overflow> {
    if users.len() < 2 {
        return Ok(Ratio::ONE);
    }
    let all = Ratio::whole(i64::from(nodes));
    let mut none = Decimal::ONE;
    let mut sum = Ratio::ZERO;
    for hosts in users.iter().filter_map(|layer| layer.hosts) {
        let absent = Ratio::ONE.sub(hosts.div(all)?)?.max(Ratio::ZERO);
        none *= absent.to_decimal();
        sum = sum.add(hosts)?;
    }
    if sum.is_zero() {
        return Ok(Ratio::ONE);
    }
    let together = all.mul(Ratio::from_decimal(Decimal::ONE - none)?.to_18_decimals()?)?;
    // Rounding must not make sharing dearer than not sharing.
    Ok(together.div(sum)?.to_18_decimals()?.min(Ratio::ONE))
}

fn on_nodes(
    fleet: &Fleet,
    account: &Account,
    amounts: &mut Amounts,
    totals: &mut Totals,
    layer: &SharedLayer,
    overlap: Ratio,
) -> Result<(), Overflow> {
    let Some(hosts) = layer.hosts else { return Ok(()) };
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
    totals.node_disk = totals.node_disk.add(disk)?;
    Ok(())
}

/// A layer that the registry stores once: as many versions as its keenest user needs, divided
/// among its users by what each would have stored alone.
fn stored_once(
    fleet: &Fleet,
    accounts: &[Account],
    amounts: &mut FxHashMap<(u32, u32), Amounts>,
    totals: &mut Totals,
    group: &[SharedLayer],
) -> Result<(), Overflow> {
    let users = || group.iter().filter_map(|layer| Some((layer, layer.retained?)));
    let most = users().map(|(_, retained)| retained).fold(Ratio::ZERO, Ratio::max);
    let sum = users().try_fold(Ratio::ZERO, |sum, (_, retained)| sum.add(retained))?;
    if sum.is_zero() {
        return Ok(());
    }
    for (layer, retained) in users() {
        let platforms = Ratio::whole(i64::from(fleet.registries[layer.registry].architectures));
        let held = retained.mul(most)?.div(sum)?.mul(platforms)?;
        let stored = Quantity::times(held, layer.compressed, Measure::ByteMonths)?;
        let account = &accounts[layer.place.1 as usize];
        if let Some(amounts) = amounts.get_mut(&layer.place) {
            in_every_region(amounts, account, stored)?;
            let everywhere = Ratio::whole(account.storage.len() as i64);
            totals.storage = totals.storage.add(stored.scaled(everywhere)?)?;
        }
    }
    Ok(())
}
