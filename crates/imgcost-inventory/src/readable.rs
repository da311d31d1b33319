//! What a fleet file takes: sources hold anything, and a file that does not read helps nobody.
//!
//! Where a value would be refused it is left out or replaced, and a comment says so.

use std::collections::{HashMap, HashSet};

use imgcost::fleet::defaults::NODE_COUNT;
use imgcost::fleet::{Cloud, RegistryProvider};
use imgcost::image::{Digest, Trigger};
use rust_decimal::Decimal;

use crate::fact::{Fact, Rate};
use crate::inventory::{
    ClusterFound, ImageFound, Inventory, LayerFound, RegistryFound, ServiceFound,
};

/// The longest name, which leaves room for a number that tells it apart.
const LONGEST_NAME: usize = 480;
const MOST_BYTES: u64 = 1 << 50;
const MOST_NODES: u64 = 10_000_000;
const MOST_KEPT: u64 = 1_000_000;
const MOST_REPLICAS: u64 = 1_000_000;
const MOST_HOURS: u64 = 100 * 365 * 24;
const MOST_A_MONTH: u64 = 1_000_000_000;
const MOST_LAYERS: usize = 1000;

/// Registries and clusters as a fleet file takes them, and the names that services use for them.
#[derive(Debug)]
pub(crate) struct Readable {
    pub(crate) registries: Vec<RegistryFound>,
    pub(crate) clusters: Vec<ClusterFound>,
    /// What a registry and a cluster are called, by what the inventory calls them.
    registry_names: HashMap<String, String>,
    cluster_names: HashMap<String, usize>,
    services: HashSet<String>,
}

impl Readable {
    /// The registries and clusters of an inventory.
    pub(crate) fn new(inventory: &Inventory) -> Self {
        let mut taken = HashSet::new();
        let mut registry_names = HashMap::new();
        let mut registries = Vec::new();
        for found in &inventory.registries {
            let registry = registry(found, &mut taken);
            registry_names.entry(found.name.clone()).or_insert_with(|| registry.name.clone());
            registries.push(registry);
        }
        let near = match registries.first() {
            Some(first) => RegistryProvider::named(&first.provider.value),
            // Without any, one of AWS is written.
            None => RegistryProvider::named("aws-ecr"),
        };
        let near = near.and_then(|provider| provider.cloud);
        let mut taken = HashSet::new();
        let mut cluster_names = HashMap::new();
        let mut clusters = Vec::new();
        for found in &inventory.clusters {
            cluster_names.entry(found.name.clone()).or_insert(clusters.len());
            clusters.push(cluster(found, near, &mut taken));
        }
        Self { registries, clusters, registry_names, cluster_names, services: HashSet::new() }
    }

    /// The next service.
    pub(crate) fn service(&mut self, found: &ServiceFound) -> ServiceFound {
        let mut service = found.clone();
        service.name = name(&found.name, &mut self.services, &mut service.notes);
        service.registry = self.registry_of(&mut service);
        let cluster = self.cluster_of(&mut service);
        service.cluster = cluster.filter(|_| self.clusters.len() > 1).map(|it| it.name.clone());
        if let Some(hosts) = &mut service.hosts {
            let nodes = cluster.map_or(MOST_NODES, |cluster| cluster.nodes.value);
            at_most(hosts, nodes, "the cluster has nodes");
        }
        if let Some(replicas) = &mut service.replicas {
            at_most(replicas, MOST_REPLICAS, "a fleet file takes");
        }
        if service.hosts.is_some()
            && let Some(replicas) = service.replicas.take()
        {
            let note = format!("Copies of it: {} ({}).", replicas.value, replicas.from);
            service.notes.push(note);
        }
        if (service.hosts.is_some() || service.replicas.is_some())
            && let Some(pulls) = service.pulls.take()
        {
            let note = format!("Pulls, not used beside nodes or copies: {} ({}).", pulls.value, pulls.from);
            service.notes.push(note);
        }
        let ServiceFound {
            pulls, deploys, pushes, base_refreshes, dependency_updates, notes, ..
        } = &mut service;
        for (what, found) in [
            ("pulls", pulls),
            ("deploys", deploys),
            ("pushes", pushes),
            ("base-refreshes", base_refreshes),
            ("dependency-updates", dependency_updates),
        ] {
            rate(what, found, notes);
        }
        labels(&mut service.labels);
        service.image = image(&service.image);
        service
    }

    fn registry_of(&self, service: &mut ServiceFound) -> Option<String> {
        if self.registries.len() < 2 {
            return None;
        }
        let named = service.registry.as_ref().and_then(|name| self.registry_names.get(name));
        let first = || {
            service.notes.push("Its registry is not known: the first one is taken.".into());
            self.registries.first().map(|registry| registry.name.clone())
        };
        named.cloned().or_else(first)
    }

    fn cluster_of(&self, service: &mut ServiceFound) -> Option<&ClusterFound> {
        let named = service.cluster.as_ref().and_then(|name| self.cluster_names.get(name));
        if named.is_none() && self.clusters.len() > 1 {
            service.notes.push("Its cluster is not known: the first one is taken.".into());
        }
        self.clusters.get(named.copied().unwrap_or(0))
    }
}

/// How many nodes a cluster must have that the inventory does not name, if services have more
/// hosts than the default has nodes.
pub(crate) fn least_nodes(inventory: &Inventory) -> Option<u64> {
    let hosts = inventory.services.iter().filter_map(|service| service.hosts.as_ref());
    let most = hosts.map(|hosts| hosts.value).max()?.min(MOST_NODES);
    (most > u64::from(NODE_COUNT)).then_some(most)
}

/// A name that a fleet file takes and that is not taken yet.
fn name(text: &str, taken: &mut HashSet<String>, notes: &mut Vec<String>) -> String {
    let plain = plain(text);
    let mut cut = plain.len().min(LONGEST_NAME);
    while !plain.is_char_boundary(cut) {
        cut -= 1;
    }
    let mut base = plain.get(..cut).unwrap_or_default().trim_end();
    if base.is_empty() {
        base = "unnamed";
    }
    let mut name = base.to_owned();
    let mut number = 1_u64;
    while !taken.insert(name.clone()) {
        number += 1;
        name = format!("{base} ({number})");
    }
    if name != text {
        notes.push(
            "Its name in the source is another: too long, not unique, or unprintable.".into(),
        );
    }
    name
}

/// Text without control characters and outer space.
fn plain(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.trim().to_owned()
}

fn registry(found: &RegistryFound, taken: &mut HashSet<String>) -> RegistryFound {
    let mut registry = found.clone();
    registry.name = name(&found.name, taken, &mut registry.notes);
    let provider = RegistryProvider::named(&found.provider.value);
    if provider.is_none() {
        let from = format!("assumed: no registry is called {}", plain(&found.provider.value));
        registry.provider = Fact::new("self-hosted".into(), from);
    }
    registry.region = region(registry.region, provider.and_then(|provider| provider.cloud));
    if registry.keep_last.as_ref().is_some_and(|kept| !(1..=MOST_KEPT).contains(&kept.value)) {
        registry.keep_last = None;
        registry.notes.push("How many tags are kept is out of range, and left out.".into());
    }
    registry
}

/// A region; where its cloud needs one and none is known, an ordinary one.
fn region(found: Option<Fact<String>>, cloud: Option<&str>) -> Option<Fact<String>> {
    let known = found
        .map(|region| Fact::new(plain(&region.value), region.from))
        .filter(|region| !region.value.is_empty());
    let usual = match cloud {
        Some("aws") => "us-east-1",
        Some("gcp") => "us-central1",
        Some("azure") => "eastus",
        _ => return known,
    };
    known.or_else(|| Some(Fact::new(usual.into(), "assumed: the source does not tell; set it")))
}

/// A cluster; `near` is the cloud of the first registry, whose region it takes if it names none.
fn cluster(found: &ClusterFound, near: Option<&str>, taken: &mut HashSet<String>) -> ClusterFound {
    let mut cluster = found.clone();
    cluster.name = name(&found.name, taken, &mut cluster.notes);
    let cloud = found.provider.as_ref().and_then(|provider| Cloud::named(&provider.value));
    if cloud.is_none() && cluster.provider.take().is_some() {
        cluster.notes.push("Its provider is not known, and left out.".into());
    }
    let network = cloud.map(|cloud| cloud.network).filter(|network| near != Some(network));
    cluster.region = region(cluster.region, network);
    at_most(&mut cluster.nodes, MOST_NODES, "a fleet file takes");
    if cluster.nodes.value == 0 {
        cluster.nodes =
            Fact::new(1, format!("{}; 0, but a fleet file takes 1", cluster.nodes.from));
    }
    let hours = |found: &Fact<u64>| (1..=MOST_HOURS).contains(&found.value);
    if cluster.node_lifetime_hours.as_ref().is_some_and(|found| !hours(found)) {
        cluster.node_lifetime_hours = None;
        cluster.notes.push("How long nodes live is out of range, and left out.".into());
    }
    cluster
}

fn at_most(found: &mut Fact<u64>, most: u64, why: &str) {
    if found.value > most {
        let from = format!("{}; {}, more than {why}", found.from, found.value);
        *found = Fact::new(most, from);
    }
}

fn rate(what: &str, found: &mut Option<Fact<Rate>>, notes: &mut Vec<String>) {
    if found.as_ref().is_some_and(|rate| rate.value.per_month() > Decimal::from(MOST_A_MONTH)) {
        *found = None;
        notes.push(format!("The rate of {what} is beyond {MOST_A_MONTH} a month, and left out."));
    }
}

/// Labels with a value, each name once.
fn labels(labels: &mut Vec<(String, String)>) {
    let mut seen = HashSet::new();
    for (_, value) in labels.iter_mut() {
        *value = plain(value);
    }
    labels.retain(|(name, value)| !value.is_empty() && seen.insert(name.clone()));
}

fn image(found: &ImageFound) -> ImageFound {
    let fits = |size: &Fact<u64>| size.value <= MOST_BYTES;
    let ok = match found {
        ImageFound::Compressed(size) | ImageFound::Unpacked(size) => fits(size),
        ImageFound::Both { compressed, unpacked } => fits(compressed) && fits(unpacked),
        ImageFound::Layers { layers, from } => return layered(layers, from),
        ImageFound::Unknown(_) => true,
    };
    if ok { found.clone() } else { ImageFound::Unknown("the source's is beyond 1 PiB".into()) }
}

fn layered(layers: &[LayerFound], from: &str) -> ImageFound {
    let fits = |layer: &LayerFound| {
        let mut sizes = layer.compressed.iter().chain(&layer.unpacked);
        (layer.compressed.is_some() || layer.unpacked.is_some())
            && sizes.all(|size| *size <= MOST_BYTES)
    };
    if layers.is_empty() || layers.len() > MOST_LAYERS || !layers.iter().all(fits) {
        let why = format!(
            "a fleet file takes 1 to {MOST_LAYERS} layers, each with a size up to 1 PiB ({from})"
        );
        return ImageFound::Unknown(why);
    }
    let known = |text: &str| Trigger::ALL.iter().find(|trigger| trigger.name() == text);
    let layers = layers.iter().map(|layer| LayerFound {
        digest: layer.digest.clone().filter(|digest| Digest::parse(digest).is_ok()),
        trigger: known(layer.trigger).unwrap_or(&Trigger::Deploy).name(),
        ..layer.clone()
    });
    ImageFound::Layers { layers: layers.collect(), from: from.to_owned() }
}
