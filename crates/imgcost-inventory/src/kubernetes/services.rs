//! Workloads, to one service for each image that they run.

use std::collections::{BTreeMap, BTreeSet};

use super::clusters::Clusters;
use super::history::rollouts;
use super::image_name::ImageName;
use super::many::{many, many_of};
use super::seen::{Running, Seen, Workload};
use super::shared::one_for_each_image;
use super::sizes::{Kind, Wanted};
use super::workloads::{Parts, Workloads};
use crate::fact::Fact;
use crate::inventory::{ImageFound, ServiceFound};

/// A service and the name of its image, which tells the registry.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) image: ImageName,
    pub(super) service: ServiceFound,
    /// The nodes that run it.
    pub(super) nodes: BTreeSet<String>,
}

/// The services of all workloads, sorted by namespace and workload.
pub(super) fn services(seen: &Seen, workloads: &Workloads<'_>, clusters: &Clusters) -> Vec<Draft> {
    let unknown = why_unknown(seen);
    let mut found = Vec::new();
    let mut before: Option<&Workload> = None;
    let mut all = workloads.found.iter().peekable();
    while let Some((workload, parts)) = all.next() {
        // The order is by namespace and name: workloads of one name follow each other.
        let same = |other: Option<&Workload>| {
            other.is_some_and(|other| {
                (&other.namespace, &other.name) == (&workload.namespace, &workload.name)
            })
        };
        let twice = same(before) || same(all.peek().map(|(next, _)| *next));
        before = Some(workload);
        let name = match (&*workload.namespace, &*workload.name, &*workload.kind) {
            (namespace, name, kind) if twice => format!("{namespace}/{name} ({kind})"),
            (namespace, name, _) => format!("{namespace}/{name}"),
        };
        of_workload(&name, workload, parts, seen, clusters, &unknown, &mut found);
    }
    one_for_each_image(found)
}

/// An image of a workload and the containers that run it, the main one first.
struct Used<'p> {
    image: ImageName,
    containers: Vec<&'p str>,
    init: bool,
}

fn of_workload(
    name: &str,
    workload: &Workload,
    parts: &Parts<'_>,
    seen: &Seen,
    clusters: &Clusters,
    unknown: &str,
    found: &mut Vec<Draft>,
) {
    let images = images(parts);
    let several = images.len() > 1;
    let places = places(parts, clusters);
    let rollouts = rollouts(parts.declared, &parts.revisions, seen.latest);
    for Used { image, containers, init } in images {
        let Some(container) = containers.first() else { continue };
        let name = if several { format!("{name}/{container}") } else { name.to_owned() };
        let deploys =
            rollouts.as_ref().and_then(|known| known.changing(container, image.tag_moves()));
        let running = |running: &&Running| {
            containers.contains(&running.name.as_str())
                && ImageName::parse(&running.image).as_ref() == Some(&image)
        };
        let of_pods = parts.pods.iter().flat_map(|pod| &pod.containers).filter(running);
        let digests: BTreeSet<&str> = of_pods.filter_map(|of| of.digest.as_deref()).collect();
        let what = if init { "init container" } else { "container" };
        let note = format!("Image {image}, of {what} {}.", containers.join(", "));
        for (cluster, place) in &places {
            let of_cluster = cluster.and_then(|index| clusters.found.get(index));
            let of_cluster = of_cluster.map(|cluster| cluster.name.clone());
            let mut notes = vec![note.clone()];
            let (hosts, replicas) = place.or_declared(parts, &mut notes);
            let wanted = Wanted { image: &image, digests: &digests, nodes: &place.indexes(seen) };
            let size = seen.sizes.of(&wanted, &mut notes);
            let name = match &of_cluster {
                Some(cluster) if places.len() > 1 => format!("{name}@{cluster}"),
                _ => name.clone(),
            };
            let service = ServiceFound {
                name,
                labels: labels(workload, parts),
                cluster: of_cluster.filter(|_| clusters.found.len() > 1),
                hosts,
                replicas,
                deploys: deploys.clone(),
                image: size.unwrap_or_else(|| ImageFound::Unknown(unknown.to_owned())),
                notes,
                reference: image.tagged(),
                not_built: image.is_public().then(|| "an image that others build".to_owned()),
                ..ServiceFound::default()
            };
            let nodes = place.nodes.iter().map(|node| (*node).to_owned()).collect();
            found.push(Draft { image: image.clone(), service, nodes });
        }
    }
}

/// The distinct images of a workload: what its template says, and what its pods run beside that,
/// as sidecars that were injected.
fn images<'p>(parts: &Parts<'p>) -> Vec<Used<'p>> {
    let declared = parts.declared.map_or(&[][..], |declared| &declared.containers);
    let mut in_pods: BTreeMap<(bool, &str), BTreeMap<&str, usize>> = BTreeMap::new();
    for running in parts.pods.iter().flat_map(|pod| &pod.containers) {
        let images = in_pods.entry((running.init, &running.name)).or_default();
        *images.entry(&running.image).or_default() += 1;
    }
    let injected =
        in_pods.iter().filter(|((_, name), _)| declared.iter().all(|of| of.name != **name));
    let usual = injected.filter_map(|((init, name), images)| {
        // While pods are being replaced they run two images: that of most of them counts.
        let (image, _) = images.iter().max_by_key(|(image, count)| (**count, **image))?;
        Some((*init, *name, *image))
    });
    let declared = declared.iter().map(|of| (of.init, of.name.as_str(), of.image.as_str()));
    let mut all: Vec<_> = declared.chain(usual).collect();
    all.sort_by_key(|(init, ..)| *init);
    let mut found: Vec<Used<'p>> = Vec::new();
    for (init, name, image) in all {
        let Some(image) = ImageName::parse(image) else { continue };
        match found.iter_mut().find(|used| used.image == image) {
            Some(used) => used.containers.push(name),
            None => found.push(Used { image, containers: vec![name], init }),
        }
    }
    found
}

/// Where a workload runs in one cluster.
#[derive(Debug, Default)]
struct Place<'p> {
    pods: u64,
    nodes: BTreeSet<&'p str>,
}

/// Places by cluster; one without nodes if no pod runs on a node that counts.
fn places<'p>(parts: &Parts<'p>, clusters: &Clusters) -> BTreeMap<Option<usize>, Place<'p>> {
    let mut places: BTreeMap<Option<usize>, Place<'p>> = BTreeMap::new();
    for name in parts.pods.iter().filter_map(|pod| pod.node.as_deref()) {
        if let Some(cluster) = clusters.of_node.get(name) {
            let place = places.entry(Some(*cluster)).or_default();
            place.pods += 1;
            place.nodes.insert(name);
        }
    }
    if places.is_empty() {
        let first = (!clusters.found.is_empty()).then_some(0);
        places.insert(first, Place::default());
    }
    places
}

type Placed = (Option<Fact<u64>>, Option<Fact<u64>>);

impl Place<'_> {
    /// Hosts, as pods tell; else replicas, as the workload wishes.
    fn or_declared(&self, parts: &Parts<'_>, notes: &mut Vec<String>) -> Placed {
        if self.pods > 0 {
            let from =
                format!("{} on {}", many(self.pods, "pods"), many_of(self.nodes.len(), "nodes"));
            let count = u64::try_from(self.nodes.len()).unwrap_or(u64::MAX);
            return (Some(Fact::new(count, from)), None);
        }
        let placed = parts.pods.iter().any(|pod| pod.node.is_some());
        if placed {
            let from = "it runs only on nodes of the control plane, which are not counted";
            return (Some(Fact::new(0, from)), None);
        }
        let declared = parts.declared;
        if let Some(desired) = declared.and_then(|declared| declared.desired) {
            if desired == 0 {
                return (Some(Fact::new(0, "it is meant for no node")), None);
            }
            notes.push(format!(
                "It is meant for {}; every node of the cluster counts.",
                many(desired, "nodes")
            ));
            return (None, None);
        }
        let from = "as its object says; no pod of it is on a node in the input";
        match declared.and_then(|declared| declared.replicas) {
            Some(replicas) => (None, Some(Fact::new(replicas, from))),
            None if parts.pods.is_empty() => (None, None),
            None => (Some(Fact::new(0, "no pod of it is on a node yet")), None),
        }
    }

    fn indexes(&self, seen: &Seen) -> BTreeSet<u32> {
        self.nodes.iter().filter_map(|name| seen.nodes.get(*name)).map(|node| node.index).collect()
    }
}

fn labels(workload: &Workload, parts: &Parts<'_>) -> Vec<(String, String)> {
    let own = [("namespace", &workload.namespace), ("kind", &workload.kind)];
    let own = own.into_iter().filter(|(_, value)| !value.is_empty());
    let of_pods = || parts.pods.first().map(|pod| &pod.labels);
    let more = parts.declared.map(|declared| &declared.labels).or_else(of_pods);
    let more = more.into_iter().flatten().map(|(name, value)| (*name, value));
    own.chain(more).map(|(name, value)| (name.to_owned(), value.clone())).collect()
}

/// Why the size of an image is not known, if it is not.
fn why_unknown(seen: &Seen) -> String {
    if seen.nodes.is_empty() {
        return "the input has no nodes, which list sizes of images (kubectl get nodes -o json)"
            .into();
    }
    let full = seen.nodes.values().filter(|node| node.images == MOST_LISTED).count();
    if full > 0 {
        return format!(
            "no node lists it (kubelets list {MOST_LISTED} images at most by default; exactly that many on {})",
            many_of(full, "nodes")
        );
    }
    let told = |runtime: &str| Kind::of_runtime(runtime).is_some();
    if let Some(node) = seen.nodes.values().find(|node| !told(&node.runtime)) {
        return format!(
            "no node lists it of whose runtime it is known which bytes it counts (`{}` is not)",
            node.runtime
        );
    }
    "no node lists it".into()
}

/// Kubelets list their 50 largest images (`nodeStatusMaxImages`).
const MOST_LISTED: usize = 50;
