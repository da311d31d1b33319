use crate::fleet::{Dedup, Fleet, Placement, Service, Side};
use crate::image::Image;
use crate::units::{Measure, Overflow, Quantity, Ratio};

use super::Totals;
use super::account::Account;
use super::amounts::Amounts;
use super::build::minutes;
use super::pulls::{hosts, task_starts};
use super::schedule::{Class, Schedule};
use super::sharing::{Shared, SharedLayer};
use super::storage::storage;
use super::wait::{Rollout, hours};

/// One service on its way into the ledger.
pub(super) struct Posting<'a> {
    pub(super) fleet: &'a Fleet,
    pub(super) side: Side,
    pub(super) service: &'a Service,
    pub(super) account: &'a Account,
    pub(super) schedule: &'a Schedule,
    pub(super) place: u32,
}

impl Posting<'_> {
    /// Adds what the service demands to the amounts of its place, and puts shared layers aside.
    pub(super) fn post(
        &self,
        amounts: &mut Amounts,
        shared: &mut Shared,
        totals: &mut Totals,
    ) -> Result<(), Overflow> {
        let service = self.service;
        let registry = &self.fleet.registries[service.registry];
        let cluster = &self.fleet.clusters[service.cluster];
        let image = service.image(self.side);
        let hosts = hosts(service.placement, cluster.nodes)?;
        let on_nodes = hosts.filter(|_| cluster.cacheless.is_none());
        let bytes = self.classify(image, on_nodes, shared)?;

        let stored = storage(amounts, self.account, registry, self.schedule, image, &bytes)?;
        totals.storage.accumulate(stored)?;
        match (on_nodes, service.placement) {
            (Some(hosts), _) => self.on_nodes(amounts, totals, hosts, &bytes)?,
            (None, Placement::Pulls { rate, cached }) => {
                let pulls = rate.get().times(cached.rest().get())?;
                self.full_pulls(amounts, totals, pulls, image)?;
            }
            (None, Placement::Hosts(count) | Placement::Replicas { count, .. }) => {
                let starts = task_starts(count, service.deploys.get(), cluster)?;
                self.full_pulls(amounts, totals, starts, image)?;
            }
        }
        self.naive(amounts, hosts, image)?;

        if let Some([exact, whole]) = self.account.build {
            let minutes = minutes(service, self.side, self.schedule)?;
            amounts.add(exact, minutes.exact)?;
            amounts.add(whole, minutes.whole)?;
            totals.build_minutes.accumulate(minutes.exact)?;
            if let Some(slot) = self.account.people {
                let hours = Quantity::from_steps(minutes.exact.steps(), Measure::Hours);
                amounts.add(slot, hours.scaled(Ratio::new(1, 60)?)?)?;
            }
        }
        if let Some(slot) = self.account.scans {
            let images = u64::from(registry.architectures);
            amounts.add(slot, Quantity::times(self.schedule.pushes, images, Measure::Images)?)?;
        }
        let deploys = Quantity::times(service.deploys.get(), 1, Measure::Images)?;
        amounts.deploys.accumulate(deploys)
    }

    /// Sorts the layers by class; layers with a digest that others may share are put aside.
    fn classify(
        &self,
        image: &Image,
        hosts: Option<Ratio>,
        shared: &mut Shared,
    ) -> Result<ClassBytes, Overflow> {
        let registry = &self.fleet.registries[self.service.registry];
        let mut bytes = ClassBytes([Sizes::default(); Class::COUNT]);
        for (layer, set) in image.cascade() {
            let class = Class::new(layer.trigger, set);
            let sizes = &mut bytes.0[class.index()];
            let (compressed, unpacked) = (layer.compressed.0, layer.unpacked.0);
            sizes.compressed = sizes.compressed.checked_add(compressed).ok_or(Overflow)?;
            sizes.unpacked = sizes.unpacked.checked_add(unpacked).ok_or(Overflow)?;
            let shared_on_node = layer.digest.as_ref().and(hosts);
            let shared_in_registry = layer.digest.is_some() && registry.dedup == Dedup::Registry;
            if shared_on_node.is_none() {
                sizes.pulled += compressed;
                sizes.on_disk += unpacked;
            }
            if !shared_in_registry {
                sizes.stored += compressed;
            }
            if let Some(digest) =
                layer.digest.as_ref().filter(|_| hosts.is_some() || shared_in_registry)
            {
                let often = self.schedule.of(class);
                shared.put(SharedLayer {
                    digest: digest.clone(),
                    registry: self.service.registry,
                    cluster: self.service.cluster,
                    service: self.service.name.clone(),
                    place: self.place,
                    compressed,
                    unpacked,
                    hosts: shared_on_node,
                    fills: self.account.fills,
                    versions: often.versions,
                    kept: often.kept,
                    same_versions: class.is_base_only(),
                    retained: shared_in_registry.then_some(often.retained),
                });
            }
        }
        Ok(bytes)
    }

    /// A service on nodes with an image cache: rollouts move changed layers, fresh nodes everything.
    fn on_nodes(
        &self,
        amounts: &mut Amounts,
        totals: &mut Totals,
        hosts: Ratio,
        bytes: &ClassBytes,
    ) -> Result<(), Overflow> {
        let cluster = &self.fleet.clusters[self.service.cluster];
        let fills = hosts.times(self.account.fills)?;
        let warm = self.schedule.versions().sum(bytes.each(|sizes| sizes.pulled))?;
        let warm = Quantity::times(hosts.times(warm)?, 1, Measure::Bytes)?;
        let held: fn(&Sizes) -> u64 = match cluster.keeps_compressed {
            true => |sizes| sizes.on_disk + sizes.pulled,
            false => |sizes| sizes.on_disk,
        };
        let disk = self.schedule.kept().sum(bytes.each(held))?;
        let disk = Quantity::times(hosts.times(disk)?, 1, Measure::ByteMonths)?;
        let (mut pulled, mut whole) = (0_u64, (0_u64, 0_u64));
        for (_, sizes) in bytes.present() {
            pulled += sizes.pulled;
            whole = (whole.0 + sizes.compressed, whole.1 + sizes.unpacked);
        }
        let cold = Quantity::times(fills, pulled, Measure::Bytes)?;
        self.send(amounts, totals, warm, cold)?;
        totals.node_disk.accumulate(disk)?;
        if let Some(slot) = self.account.disk {
            amounts.add(slot, disk)?;
        }
        if let Some([rollouts, fresh]) = self.account.waiting {
            let miss = self.service.cache_miss;
            for (count, kinds) in self.schedule.rollouts.iter().zip(Rollout::KINDS) {
                for (kind, share) in kinds.into_iter().zip([miss.rest(), miss]) {
                    if count.is_zero() || share.is_none() {
                        continue;
                    }
                    let rolled_out = hosts.times(count.times(share.get())?)?;
                    let changed = bytes.changed_by(kind);
                    amounts.add(rollouts, hours(cluster, rolled_out, changed, Measure::Hours)?)?;
                }
            }
            amounts.add(fresh, hours(cluster, fills, whole, Measure::Hours)?)?;
        }
        Ok(())
    }

    /// Pulls that each move the whole image: task starts without a cache, or pulls as given.
    fn full_pulls(
        &self,
        amounts: &mut Amounts,
        totals: &mut Totals,
        pulls: Ratio,
        image: &Image,
    ) -> Result<(), Overflow> {
        let cluster = &self.fleet.clusters[self.service.cluster];
        let sizes = (image.compressed().0, image.unpacked().0);
        let cold = Quantity::times(pulls, sizes.0, Measure::Bytes)?;
        self.send(amounts, totals, Quantity::zero(Measure::Bytes), cold)?;
        for (slot, size) in self.account.task.into_iter().flatten() {
            let measure = self.account.meters[slot].measure;
            amounts.add(slot, hours(cluster, pulls.times(size)?, sizes, measure)?)?;
        }
        Ok(())
    }

    /// Sends bytes past the prices on their way.
    fn send(
        &self,
        amounts: &mut Amounts,
        totals: &mut Totals,
        warm: Quantity,
        cold: Quantity,
    ) -> Result<(), Overflow> {
        send(self.account, amounts, totals, warm, cold)
    }

    /// What `size x pulls` would have: unpacked bytes, and every host pulling everything each time.
    fn naive(
        &self,
        amounts: &mut Amounts,
        hosts: Option<Ratio>,
        image: &Image,
    ) -> Result<(), Overflow> {
        let pulls = match (hosts, self.service.placement) {
            (_, Placement::Pulls { rate, .. }) => rate.get(),
            (Some(hosts), _) => hosts.times(self.service.deploys.get())?,
            (None, _) => return Ok(()),
        };
        let moved = Quantity::times(pulls, image.unpacked().0, Measure::Bytes)?;
        amounts.spread(&self.account.naive, moved)
    }
}

/// Sends bytes past the prices on their way, and adds what the registry itself sends to the totals.
pub(super) fn send(
    account: &Account,
    amounts: &mut Amounts,
    totals: &mut Totals,
    warm: Quantity,
    cold: Quantity,
) -> Result<(), Overflow> {
    amounts.spread(&account.warm, warm)?;
    amounts.spread(&account.cold, cold)?;
    if let Some((slot, factor)) = account.peers {
        amounts.add(slot, warm.add(cold)?.scaled(factor)?)?;
    }
    totals.warm_pulls.accumulate(warm.scaled(account.upstream)?)?;
    totals.cold_pulls.accumulate(cold.scaled(account.upstream)?)
}

/// Bytes of a service's layers by class, as they count for each purpose: layers that are shared by
/// digest are counted elsewhere.
pub(super) struct ClassBytes([Sizes; Class::COUNT]);

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sizes {
    pub(super) compressed: u64,
    pub(super) unpacked: u64,
    /// Compressed bytes pulled by this service alone.
    pub(super) pulled: u64,
    /// Unpacked bytes on nodes for this service alone.
    pub(super) on_disk: u64,
    /// Compressed bytes stored for this service alone.
    pub(super) stored: u64,
}

impl ClassBytes {
    pub(super) fn present(&self) -> impl Iterator<Item = (Class, &Sizes)> {
        Class::all().zip(&self.0).filter(|(_, sizes)| sizes.compressed > 0 || sizes.unpacked > 0)
    }

    /// Compressed and unpacked bytes of the layers that a rollout changes.
    fn changed_by(&self, rollout: Rollout) -> (u64, u64) {
        let changed = self.present().filter(|(class, _)| rollout.changes(*class));
        changed.fold((0, 0), |sum, (_, sizes)| (sum.0 + sizes.compressed, sum.1 + sizes.unpacked))
    }

    /// One kind of bytes, class by class.
    pub(super) fn each(&self, pick: fn(&Sizes) -> u64) -> impl Iterator<Item = (Class, u64)> {
        Class::all().zip(self.0.iter().map(pick)).filter(|(_, bytes)| *bytes > 0)
    }
}
