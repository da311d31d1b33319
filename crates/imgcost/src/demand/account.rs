use crate::fleet::{Fleet, Region};
use crate::price::PriceId;
use crate::units::{Measure, Overflow, Ratio};

use super::DemandError;
use super::meter::{Component, Counting, Driver, Kind, Meter, Tariff};
use super::pulls::fills_per_node;
use super::route::tolls;

/// The meters of all services that share a registry, a cluster and a build machine, worked out
/// once. A slot is a meter's place in the list.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) meters: Vec<Meter>,
    /// Prices passed by rollout bytes, and how much of them each counts.
    pub(super) warm: Vec<(usize, Ratio)>,
    /// The same for whole images.
    pub(super) cold: Vec<(usize, Ratio)>,
    /// The same for the naive figure.
    pub(super) naive: Vec<(usize, Ratio)>,
    /// Share of the bytes that the registry itself sends.
    pub(super) upstream: Ratio,
    /// Full pulls of one node a month.
    pub(super) fills: Ratio,
    /// Bytes between peers in different zones.
    pub(super) peers: Option<(usize, Ratio)>,
    /// Storage in the registry's region and in each replica's.
    pub(super) storage: Vec<usize>,
    /// Copies to each replica.
    pub(super) replication: Vec<usize>,
    pub(super) scans: Option<usize>,
    /// Minutes as they are, and by whole minutes a job.
    pub(super) build: Option<[usize; 2]>,
    pub(super) people: Option<usize>,
    pub(super) disk: Option<usize>,
    /// Waiting for rollouts, and of fresh nodes.
    pub(super) waiting: Option<[usize; 2]>,
    /// Task time while the image is downloaded: vCPU and memory.
    pub(super) task: Option<[(usize, Ratio); 2]>,
}

/// What accounts differ by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct AccountKey {
    pub(super) registry: usize,
    pub(super) cluster: usize,
    pub(super) build: Option<PriceId>,
}

/// The id of what an hour of people's time costs; its rate is always given by the user.
const PEOPLE: &str = "given.people.hour";

impl Account {
    pub(super) fn open(fleet: &Fleet, key: &AccountKey) -> Result<Self, DemandError> {
        let registry = &fleet.registries[key.registry];
        let cluster = &fleet.clusters[key.cluster];
        let too_large = |_: Overflow| DemandError::TooLarge { what: cluster.name.clone() };
        let mut meters: Vec<Meter> = Vec::new();
        let mut open = |component, driver, kind, tariff, measure, path: Option<&str>| {
            meters.push(Meter {
                component,
                driver,
                kind,
                tariff,
                measure,
                counting: Counting::Exact,
                registry: Some(key.registry),
                path: path.map(str::to_owned),
            });
            meters.len() - 1
        };
        let tariff = |id: &str, region: &Region| Tariff {
            id: PriceId::new(id),
            region: region.clone(),
            to: None,
        };

        let upstream = match cluster.distribution {
            Some(distribution) => distribution.hit_ratio.rest().get(),
            None => Ratio::ONE,
        };
        let fills = fills_per_node(cluster).map_err(too_large)?;
        // Every task start of a runtime without a cache is caused by a deploy.
        let churn = if cluster.cacheless.is_some() { Driver::Deploy } else { Driver::NodeChurn };
        let (mut warm, mut cold, mut naive) = (Vec::new(), Vec::new(), Vec::new());
        for toll in tolls(fleet, key.registry, key.cluster)? {
            let factor = toll.factor.mul(upstream).map_err(too_large)?;
            let path = Some(toll.path.as_str());
            let mut bytes = |component, driver| {
                open(component, driver, Kind::Billed, toll.tariff.clone(), Measure::Bytes, path)
            };
            warm.push((bytes(Component::WarmPulls, Driver::Deploy), factor));
            cold.push((bytes(Component::ColdPulls, churn), factor));
            naive.push((bytes(Component::Naive, Driver::Deploy), toll.factor));
        }
        let peers = match (cluster.distribution, cluster.cloud.cross_az) {
            (Some(distribution), Some(id)) if !distribution.cross_az.is_none() => {
                let times = Ratio::whole(i64::from(cluster.cloud.cross_az_directions));
                let share = distribution.hit_ratio.get().mul(distribution.cross_az.get());
                let factor = share.and_then(|share| share.mul(times)).map_err(too_large)?;
                let tariff = tariff(id, &cluster.region);
                let slot = open(
                    Component::PeerTransfer,
                    Driver::Deploy,
                    Kind::Billed,
                    tariff,
                    Measure::Bytes,
                    None,
                );
                Some((slot, factor))
            }
            _ => None,
        };

        let mut storage = Vec::new();
        let mut replication = Vec::new();
        for region in std::iter::once(&registry.region).chain(&registry.replicas) {
            let tariff = tariff(registry.provider.storage, region);
            let (component, driver) = (Component::RegistryStorage, Driver::Retention);
            storage.push(open(component, driver, Kind::Billed, tariff, Measure::ByteMonths, None));
        }
        for replica in &registry.replicas {
            let id = registry.provider.inter_region.unwrap_or(registry.provider.internet);
            let to = Some(replica.clone());
            let tariff = Tariff { to, ..tariff(id, &registry.region) };
            let (component, driver) = (Component::Replication, Driver::Deploy);
            replication.push(open(component, driver, Kind::Billed, tariff, Measure::Bytes, None));
        }
        let scans = registry.scan.as_ref().map(|id| {
            let tariff = tariff(id.as_str(), &registry.region);
            open(Component::Scans, Driver::Build, Kind::Billed, tariff, Measure::Images, None)
        });

        let build = key.build.as_ref().map(|id| {
            let mut minutes = || {
                // Build machines are rented wherever; the registry's region decides where rates differ.
                let tariff = tariff(id.as_str(), &registry.region);
                open(
                    Component::BuildMinutes,
                    Driver::Build,
                    Kind::Billed,
                    tariff,
                    Measure::Minutes,
                    None,
                )
            };
            [minutes(), minutes()]
        });
        let people = (fleet.people_wait && key.build.is_some()).then(|| {
            let tariff = tariff(PEOPLE, &registry.region);
            open(Component::WaitingPeople, Driver::Build, Kind::Time, tariff, Measure::Hours, None)
        });

        let on_nodes = cluster.cacheless.is_none();
        let disk = cluster.disk.as_ref().filter(|_| on_nodes).map(|id| {
            let tariff = tariff(id.as_str(), &cluster.region);
            open(
                Component::NodeDisk,
                Driver::Retention,
                Kind::Capacity,
                tariff,
                Measure::ByteMonths,
                None,
            )
        });
        let waiting = cluster.node_price.as_ref().filter(|_| on_nodes).map(|id| {
            [Driver::Deploy, Driver::NodeChurn].map(|driver| {
                let tariff = tariff(id.as_str(), &cluster.region);
                open(Component::WaitingNodes, driver, Kind::Capacity, tariff, Measure::Hours, None)
            })
        });
        let task =
            match (cluster.cacheless.and_then(|cacheless| cacheless.task), cluster.cloud.task) {
                (Some(size), Some((vcpu, memory))) => {
                    let mut hours = |id, measure| {
                        let tariff = tariff(id, &cluster.region);
                        open(
                            Component::TaskTime,
                            Driver::Deploy,
                            Kind::Billed,
                            tariff,
                            measure,
                            None,
                        )
                    };
                    Some([
                        (hours(vcpu, Measure::VcpuHours), size.vcpus),
                        (hours(memory, Measure::MemoryGbHours), size.memory_gb),
                    ])
                }
                _ => None,
            };
        if let Some([_, whole]) = build {
            meters[whole].counting = Counting::WholeMinutes;
        }
        Ok(Self {
            meters,
            warm,
            cold,
            naive,
            upstream,
            fills,
            peers,
            storage,
            replication,
            scans,
            build,
            people,
            disk,
            waiting,
            task,
        })
    }
}

/// Fees that a registry or cluster costs as a whole, with their months or hours.
pub(super) fn fixed_fees(fleet: &Fleet) -> Vec<FixedFee> {
    let mut fees = Vec::new();
    let mut fee = |component,
                   measure,
                   id: &str,
                   region: &Region,
                   times: u64,
                   of: (Option<usize>, Option<usize>)| {
        fees.push(FixedFee {
            meter: Meter {
                component,
                driver: Driver::Fixed,
                kind: Kind::Billed,
                tariff: Tariff { id: PriceId::new(id), region: region.clone(), to: None },
                measure,
                counting: Counting::Exact,
                registry: of.0,
                path: None,
            },
            times,
            registry: of.0,
            cluster: of.1,
        });
    };
    for (index, registry) in fleet.registries.iter().enumerate() {
        let of = (Some(index), None);
        if let Some(plan) = registry.plan {
            fee(Component::RegistryPlan, Measure::Months, plan.fee, &registry.region, 1, of);
        }
        if let Some(id) = registry.provider.replica_fee {
            for replica in &registry.replicas {
                fee(Component::RegistryPlan, Measure::Months, id, replica, 1, of);
            }
        }
    }
    let hours = crate::units::HOURS_PER_MONTH;
    for (index, cluster) in fleet.clusters.iter().enumerate() {
        let of = (None, Some(index));
        let counted = [
            (Component::NatHours, cluster.cloud.nat_hour, cluster.nat_gateways),
            (Component::EndpointHours, cluster.cloud.endpoint_hour, cluster.endpoints),
        ];
        for (component, id, count) in counted {
            if let Some(id) = id.filter(|_| count > 0) {
                fee(component, Measure::Hours, id, &cluster.region, hours * u64::from(count), of);
            }
        }
    }
    fees
}

/// A fee, how often it is paid a month, and whose it is.
pub(super) struct FixedFee {
    pub(super) meter: Meter,
    pub(super) times: u64,
    pub(super) registry: Option<usize>,
    pub(super) cluster: Option<usize>,
}
