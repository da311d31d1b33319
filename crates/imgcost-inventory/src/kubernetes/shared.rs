//! Workloads that run the same image: a node pulls it once, whoever runs it, and it is stored and
//! built once. They are one service.

use std::collections::BTreeMap;

use super::many::many_of;
use super::services::Draft;
use crate::fact::Fact;
use crate::inventory::{ImageFound, ServiceFound};

/// Workloads named in a comment before the rest is only counted.
const NAMED: usize = 8;

/// One service for each image of a cluster, in the order of the first workload that runs it.
pub(super) fn one_for_each_image(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut places = BTreeMap::new();
    let mut groups: Vec<Vec<Draft>> = Vec::new();
    for draft in drafts {
        let key = (draft.image.clone(), draft.service.cluster.clone());
        let place = *places.entry(key).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(draft),
            None => groups.push(vec![draft]),
        }
    }
    groups
        .into_iter()
        .filter_map(|group| if group.len() > 1 { merged(group) } else { group.into_iter().next() })
        .collect()
}

fn merged(group: Vec<Draft>) -> Option<Draft> {
    let workloads = group.len();
    let mut names: Vec<String> = group.iter().map(|draft| draft.service.name.clone()).collect();
    names.sort();
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let used = format!(
        "Run by {workloads} workloads: {}{more}. A node pulls it once, and it is stored and built once; labels are those that all have.",
        names.join(", ")
    );
    let mut group = group.into_iter();
    let mut all = group.next()?;
    for Draft { service, nodes, .. } in group {
        all.nodes.extend(nodes);
        all.service = both(all.service, service);
    }
    let tag = all.image.tag.as_ref().map_or(String::new(), |tag| format!(":{tag}"));
    all.service.name = format!("{}{tag}", all.image.repository);
    // Without either it is meant for every node, whatever the input shows of it.
    let counted = all.service.hosts.is_some() || all.service.replicas.is_some();
    if counted && !all.nodes.is_empty() {
        let from = format!("{} of {workloads} workloads", many_of(all.nodes.len(), "nodes"));
        let count = u64::try_from(all.nodes.len()).unwrap_or(u64::MAX);
        all.service.hosts = Some(Fact::new(count, from));
        all.service.replicas = None;
    }
    all.service.notes.push(used);
    Some(all)
}

/// What two workloads that run one image have in common; the livelier one sets how often it changes.
fn both(mut one: ServiceFound, other: ServiceFound) -> ServiceFound {
    one.labels.retain(|label| other.labels.contains(label));
    one.deploys = match (one.deploys, other.deploys) {
        (Some(a), Some(b)) => Some(if b.value.per_month() > a.value.per_month() { b } else { a }),
        (a, b) => a.or(b),
    };
    // That one of them runs nowhere must not hide where the other does.
    one.hosts = match (one.hosts, other.hosts) {
        (Some(a), Some(b)) => Some(if b.value > a.value { b } else { a }),
        _ => None,
    };
    one.replicas = match (one.replicas, other.replicas) {
        (Some(a), Some(b)) => {
            Some(Fact::new(a.value.saturating_add(b.value), "copies that its workloads ask for"))
        }
        (a, b) => a.or(b),
    };
    if matches!(one.image, ImageFound::Unknown(_)) {
        one.image = other.image;
    }
    one
}
