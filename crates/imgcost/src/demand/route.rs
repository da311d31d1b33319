use crate::fleet::{Cluster, CrossRegionRate, Fleet, PathKind, Region, Registry};
use crate::price::PriceId;
use crate::units::{Overflow, Ratio, Share};

use super::DemandError;
use super::meter::Tariff;

/// A price that bytes pass on their way from a registry to a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toll {
    /// The path the bytes take.
    pub path: String,
    /// The price.
    pub tariff: Tariff,
    /// How much of the pulled bytes it counts: the leg's share, twice where both directions are billed.
    pub factor: Ratio,
}

/// The prices on the way from a registry to a cluster, leg by leg.
///
/// A leg passes its own device (NAT, endpoint, zone border) and, where the registry lies in
/// another region or another cloud, that border too: bytes of a remote region come through NAT
/// *and* between regions. A replica in the cluster's region makes the registry local.
///
/// # Errors
/// [`DemandError::NoSuchPath`] if the cluster's cloud has no such device; overflow never in practice.
pub fn tolls(fleet: &Fleet, registry: usize, cluster: usize) -> Result<Vec<Toll>, DemandError> {
    let from = &fleet.registries[registry];
    let to = &fleet.clusters[cluster];
    let same_cloud = from.provider.cloud == Some(to.cloud.network);
    let source =
        if same_cloud && from.replicas.contains(&to.region) { &to.region } else { &from.region };
    let mut tolls = Vec::new();
    for leg in &to.path {
        let refused =
            |why| DemandError::NoSuchPath { cluster: to.name.clone(), path: leg.kind.name(), why };
        let endpoint = matches!(leg.kind, PathKind::S3Gateway | PathKind::InterfaceEndpoint);
        if endpoint && !(same_cloud && *source == to.region) {
            return Err(refused("endpoints reach only registries of the same cloud and region"));
        }
        let here = |id: Option<&'static str>| {
            let id = id.ok_or_else(|| refused("its cloud does not sell that"))?;
            Ok(Tariff { id: PriceId::new(id), region: to.region.clone(), to: None })
        };
        let device = match &leg.kind {
            PathKind::Direct | PathKind::CrossRegion(_) | PathKind::Internet => None,
            PathKind::Nat => Some((here(to.cloud.nat_data)?, 1)),
            PathKind::S3Gateway => Some((here(to.cloud.s3_gateway)?, 1)),
            PathKind::InterfaceEndpoint => Some((here(to.cloud.endpoint_data)?, 1)),
            PathKind::CrossAz => Some((here(to.cloud.cross_az)?, to.cloud.cross_az_directions)),
        };
        let border = match &leg.kind {
            PathKind::Internet => vec![leaving(from, source, to)],
            PathKind::CrossRegion(region) if same_cloud => {
                between(from, region, to, fleet.cross_region_rate)
            }
            _ if !same_cloud => vec![leaving(from, source, to)],
            _ if *source != to.region => between(from, source, to, fleet.cross_region_rate),
            // Inside one region only the device bills; without one, the pull itself is the line.
            _ if device.is_none() => {
                vec![Tariff {
                    id: PriceId::new(from.provider.pull),
                    region: source.clone(),
                    to: None,
                }]
            }
            _ => Vec::new(),
        };
        let device = device.into_iter();
        let border = border.into_iter().map(|tariff| (tariff, 1));
        for (tariff, times) in device.chain(border) {
            let factor = factor(leg.share, times)
                .map_err(|_| DemandError::TooLarge { what: to.name.clone() })?;
            tolls.push(Toll { path: leg.kind.name(), tariff, factor });
        }
    }
    Ok(tolls)
}

fn factor(share: Share, times: u8) -> Result<Ratio, Overflow> {
    share.get().mul(Ratio::whole(i64::from(times)))
}

/// Bytes that leave the registry's cloud, for the cluster's part of the world.
fn leaving(registry: &Registry, source: &Region, to: &Cluster) -> Tariff {
    let id = PriceId::new(registry.provider.internet);
    let to = to.cloud.destination(to.region.as_str()).map(Region::new);
    Tariff { id, region: source.clone(), to }
}

/// Bytes between two regions of one cloud.
fn between(
    registry: &Registry,
    source: &Region,
    to: &Cluster,
    rate: CrossRegionRate,
) -> Vec<Tariff> {
    let Some(id) = registry.provider.inter_region else {
        return vec![leaving(registry, source, to)];
    };
    if *source == to.region {
        let id = PriceId::new(registry.provider.pull);
        return vec![Tariff { id, region: source.clone(), to: None }];
    }
    let one_way = |source: &Region, to: &Region| Tariff {
        id: PriceId::new(id),
        region: source.clone(),
        to: Some(to.clone()),
    };
    // Only AWS's pages conflict.
    let rate = if registry.provider.cloud == Some("aws") { rate } else { CrossRegionRate::Source };
    match rate {
        CrossRegionRate::Source => vec![one_way(source, &to.region)],
        CrossRegionRate::BothSides => {
            vec![one_way(source, &to.region), one_way(&to.region, source)]
        }
        CrossRegionRate::Internet => vec![leaving(registry, source, to)],
    }
}
