//! Nodes, to one cluster for each region.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::many::many_of;
use super::seen::{Node, Seen};
use crate::fact::Fact;
use crate::inventory::ClusterFound;

/// Clusters and which node is in which.
#[derive(Debug, Default)]
pub(super) struct Clusters {
    pub(super) found: Vec<ClusterFound>,
    /// The cluster of each node that counts. Nodes of the control plane do not.
    pub(super) of_node: BTreeMap<String, usize>,
}

impl Clusters {
    /// A region in which there are nodes of a cloud, given by its names in fleet files.
    pub(super) fn region_on(&self, clouds: [&str; 2]) -> Option<&str> {
        let on = |found: &&ClusterFound| {
            found.provider.as_ref().is_some_and(|cloud| clouds.contains(&cloud.value.as_str()))
        };
        self.found.iter().filter(on).find_map(|found| Some(found.region.as_ref()?.value.as_str()))
    }
}

/// The clusters of an input; none if it names no nodes. `hosting` are the nodes that run pods of
/// workloads which are not meant for every node.
pub(super) fn clusters(seen: &Seen, hosting: &BTreeSet<&str>) -> Clusters {
    let all = seen.nodes.iter().map(|(name, node)| (name.as_str(), node));
    let (kept_off, counted): (Vec<_>, Vec<_>) =
        all.partition(|(name, node)| node.control_plane && !hosting.contains(name));
    let all_off = counted.is_empty();
    let (kept_off, counted) = if all_off { (Vec::new(), kept_off) } else { (kept_off, counted) };
    let regions: BTreeSet<_> = counted.iter().filter_map(|(_, node)| node.region.clone()).collect();
    let only = regions.first().cloned().filter(|_| regions.len() == 1);
    let mut groups: BTreeMap<Option<String>, Group<'_>> = BTreeMap::new();
    for (name, node) in &counted {
        let region = node.region.clone().or_else(|| only.clone());
        groups.entry(region).or_default().nodes.push((name, node));
    }
    // Pods tell of nodes too, if only their names.
    let named = seen.pods.values().filter_map(|pod| pod.node.as_deref());
    for name in named.filter(|name| !seen.nodes.contains_key(*name)) {
        groups.entry(only.clone()).or_default().named.insert(name);
    }
    let mut clusters = Clusters::default();
    let several = groups.len() > 1;
    for (index, (region, group)) in groups.into_iter().enumerate() {
        let name = match &region {
            Some(region) if several => region.clone(),
            None if several => "elsewhere".to_owned(),
            _ => "main".to_owned(),
        };
        let names = group.nodes.iter().map(|(name, _)| *name).chain(group.named.iter().copied());
        clusters.of_node.extend(names.map(|name| (name.to_owned(), index)));
        let mut found = group.cluster(name, region, seen);
        if index == 0 && !kept_off.is_empty() {
            found.notes.push(format!(
                "Not counted: {} of the control plane, which ordinary pods are kept off.",
                nodes(kept_off.len())
            ));
        }
        clusters.found.push(found);
    }
    clusters
}

/// The nodes of one region.
#[derive(Debug, Default)]
struct Group<'s> {
    nodes: Vec<(&'s str, &'s Node)>,
    /// Nodes of which only the names are known.
    named: BTreeSet<&'s str>,
}

impl Group<'_> {
    fn cluster(&self, name: String, region: Option<String>, seen: &Seen) -> ClusterFound {
        let mut notes = Vec::new();
        let provider = self.provider(region.is_some(), &mut notes);
        let (lifetime, without) = self.lifetime(seen);
        for (what, read) in FACTS {
            let of_node = |node| read(node).filter(|text| !text.is_empty());
            if let Some((list, _)) = most(self.nodes.iter().filter_map(|(_, node)| of_node(node))) {
                notes.push(format!("{what}: {list}."));
            }
        }
        let fargate = self.nodes.iter().filter(|(_, node)| node.fargate).count();
        if fargate > 0 {
            notes.push(format!(
                "{} of Fargate: each runs one pod and pulls its image anew; see `cacheless`.",
                nodes(fargate)
            ));
        }
        notes.extend(without);
        let listed = self.nodes.len();
        let from = match (listed, self.named.len()) {
            (0, named) => format!("{} that pods run on; there may be more", nodes(named)),
            (listed, 0) => format!("{} in the input", nodes(listed)),
            (listed, named) => {
                format!("{} in the input and {named} more that pods run on", nodes(listed))
            }
        };
        let count = u64::try_from(listed + self.named.len()).unwrap_or(u64::MAX);
        ClusterFound {
            name,
            provider,
            region: region.map(|region| Fact::new(region, "labels or provider ids of the nodes")),
            nodes: Fact::new(count, from),
            node_lifetime_hours: lifetime,
            keeps_compressed: self.keeps_compressed(),
            notes,
        }
    }

    /// The cloud that most nodes are in, as fleet files call it.
    fn provider(&self, has_region: bool, notes: &mut Vec<String>) -> Option<Fact<String>> {
        if self.nodes.is_empty() {
            return None;
        }
        let cloud = |node: &Node| match (node.managed, node.cloud.as_deref()) {
            (Some(managed), _) => managed,
            (None, Some("aws")) => "aws",
            (None, Some("gce")) => "gcp",
            (None, Some("azure")) => "azure",
            _ => "other",
        };
        let (list, cloud) = most(self.nodes.iter().map(|(_, node)| cloud(node).to_owned()))?;
        if list.contains(',') {
            notes.push(format!("Nodes are in several clouds: {list}."));
        }
        if cloud == "other" {
            let ids = most(self.nodes.iter().filter_map(|(_, node)| node.cloud.clone()));
            let from = match ids {
                Some((list, _)) => format!("provider ids: {list}"),
                None => "no node says in which cloud it is".to_owned(),
            };
            return Some(Fact::new(cloud, from));
        }
        if !has_region {
            notes.push(format!("The nodes are on {cloud}, in a region that they do not tell: add `provider` and `region`."));
            return None;
        }
        Some(Fact::new(cloud, "provider ids, labels and kubelet versions of the nodes"))
    }

    /// The mean age of the nodes. If nodes come and go at random, the age of those that are there
    /// is distributed as their whole life is, and so has the same mean.
    fn lifetime(&self, seen: &Seen) -> (Option<Fact<u64>>, Option<String>) {
        let Some(now) = seen.latest else { return (None, None) };
        let created = self.nodes.iter().filter_map(|(_, node)| node.created);
        let ages: Vec<_> =
            created.map(|born| now.signed_duration_since(born).num_seconds()).collect();
        let (Some(least), Some(most)) = (ages.iter().min(), ages.iter().max()) else {
            return (None, None);
        };
        let hours = |seconds: i64| TimeDelta::seconds(seconds).num_hours();
        if most - least <= 3600 {
            let told = format!(
                "All nodes are equally old ({} hours): how long they live cannot be told from that.",
                hours(*most)
            );
            return (None, Some(told));
        }
        let count = i64::try_from(ages.len()).unwrap_or(i64::MAX);
        let mean = ages.iter().fold(0_i64, |sum, age| sum.saturating_add(*age)) / count;
        let from = format!(
            "mean age of {}, {} to {} hours old; equals their mean life if nodes come and go at random",
            nodes(ages.len()),
            hours(*least),
            hours(*most)
        );
        let mean = u64::try_from(hours(mean)).unwrap_or(0).max(1);
        (Some(Fact::new(mean, from)), None)
    }

    /// Only containerd can keep blobs; whether it does depends on its settings, for which the
    /// provider's default stands.
    fn keeps_compressed(&self) -> Option<Fact<bool>> {
        let unpacks = |runtime: &str| match runtime.split_once("://") {
            Some(("cri-o", _)) => true,
            // From 29 on, docker may store images in containerd.
            Some(("docker", version)) => version
                .split('.')
                .next()
                .and_then(|major| major.parse().ok())
                .is_some_and(|major: u32| major < 29),
            _ => false,
        };
        let all =
            !self.nodes.is_empty() && self.nodes.iter().all(|(_, node)| unpacks(&node.runtime));
        all.then(|| Fact::new(false, "docker and CRI-O keep only unpacked layers"))
    }
}

type Read = fn(&Node) -> Option<String>;

/// What has no key and is good to know.
const FACTS: [(&str, Read); 4] = [
    ("Instance types", |node| node.instance.clone()),
    ("Architectures", |node| Some(node.architecture.clone())),
    ("Container runtimes", |node| Some(node.runtime.clone())),
    ("Kubelets", |node| Some(node.kubelet.clone())),
];

/// What occurs how often, the most frequent first (`9 m5.large, 3 m5.xlarge`), and the first of it.
fn most(texts: impl Iterator<Item = String>) -> Option<(String, String)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    texts.for_each(|text| *counts.entry(text).or_default() += 1);
    let mut sorted: Vec<_> = counts.into_iter().collect();
    sorted.sort_by(|(a, many), (b, few)| few.cmp(many).then_with(|| a.cmp(b)));
    let list: Vec<_> = sorted.iter().map(|(text, count)| format!("{count} {text}")).collect();
    sorted.into_iter().next().map(|(first, _)| (list.join(", "), first))
}

fn nodes(count: usize) -> String {
    many_of(count, "nodes")
}
