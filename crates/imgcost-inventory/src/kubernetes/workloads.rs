//! Which pods belong to which workload.

use std::collections::{BTreeMap, BTreeSet};

use super::seen::{Declared, Pod, Revision, Seen, Workload};

/// What there is of a workload.
#[derive(Debug, Default)]
pub(super) struct Parts<'s> {
    /// Its pods that are not finished.
    pub(super) pods: Vec<&'s Pod>,
    /// The workload's own object.
    pub(super) declared: Option<&'s Declared>,
    /// Its ReplicaSets or ControllerRevisions.
    pub(super) revisions: Vec<&'s Revision>,
}

/// All workloads, and what is none.
#[derive(Debug, Default)]
pub(super) struct Workloads<'s> {
    pub(super) found: BTreeMap<Workload, Parts<'s>>,
    /// Pods that nodes run by themselves, such as those of the control plane.
    pub(super) of_nodes: u64,
    /// Pods of jobs.
    pub(super) of_jobs: u64,
}

enum Owner {
    Workload(Workload),
    Node,
    Job,
}

/// Joins pods and revisions with the workloads that own them.
pub(super) fn workloads(seen: &Seen) -> Workloads<'_> {
    let mut all = Workloads::default();
    for (workload, declared) in &seen.workloads {
        all.found.entry(workload.clone()).or_default().declared = Some(declared);
    }
    for ((namespace, name), pod) in &seen.pods {
        match owner(seen, namespace, name, pod) {
            Owner::Workload(workload) => all.found.entry(workload).or_default().pods.push(pod),
            Owner::Node => all.of_nodes += 1,
            Owner::Job => all.of_jobs += 1,
        }
    }
    for ((namespace, _), revision) in &seen.revisions {
        let Some((kind, name)) = revision.owner.clone() else { continue };
        let workload = Workload { namespace: namespace.clone(), name, kind };
        // A workload without an object of its own counts by its pods.
        if let Some(parts) = all.found.get_mut(&workload) {
            parts.revisions.push(revision);
        }
    }
    all
}

fn owner(seen: &Seen, namespace: &str, pod_name: &str, pod: &Pod) -> Owner {
    let of = |kind: &str, name: &str| {
        Owner::Workload(Workload {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            kind: kind.to_owned(),
        })
    };
    let Some((kind, name)) = &pod.owner else { return of("Pod", pod_name) };
    match kind.as_str() {
        "Node" => Owner::Node,
        "Job" => Owner::Job,
        "ReplicaSet" => {
            if let Some(set) = seen.revisions.get(&(namespace.to_owned(), name.clone())) {
                return match &set.owner {
                    Some((kind, name)) => of(kind, name),
                    None => of(kind, name),
                };
            }
            // Deployments name their ReplicaSets after themselves and the hash of the template.
            let hash = pod.template_hash.as_deref().filter(|hash| !hash.is_empty());
            let deployment = hash
                .and_then(|hash| name.strip_suffix(hash))
                .and_then(|name| name.strip_suffix('-'))
                .filter(|name| !name.is_empty());
            deployment.map_or_else(|| of(kind, name), |name| of("Deployment", name))
        }
        _ => of(kind, name),
    }
}

impl Workloads<'_> {
    /// Nodes that run pods which are not on every node anyway.
    pub(super) fn hosting(&self) -> BTreeSet<&str> {
        let free = self.found.iter().filter(|(workload, _)| workload.kind != "DaemonSet");
        free.flat_map(|(_, parts)| &parts.pods).filter_map(|pod| pod.node.as_deref()).collect()
    }
}
