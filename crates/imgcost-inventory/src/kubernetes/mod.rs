//! `kubectl get ... -o json`, to clusters and services.
//!
//! `stream` hands over one `object` at a time, `seen` keeps what counts of it. From that come
//! `workloads` (pods joined with what owns them), `clusters` (nodes), `services` (one for each
//! image of a workload) with `sizes` and `history`, and `registries` by the hosts in image names.

mod clusters;
mod history;
mod image_name;
mod many;
mod object;
mod pulled;
mod registries;
mod seen;
mod services;
mod shared;
mod sizes;
mod stream;
mod workloads;

use std::collections::{BTreeMap, BTreeSet};

use clusters::Clusters;
use many::{many, many_of};
use seen::Seen;
use services::Draft;
use workloads::Workloads;

use crate::error::InventoryError;
use crate::inventory::{ImageFound, Input, Inventory};

/// What `kubectl get nodes,pods,deployments,replicasets,statefulsets,daemonsets,events -A -o json`
/// tells of a fleet: any part of it, in one file or several, as lists, arrays or one object after
/// the other. `controllerrevisions` tell how often StatefulSets and DaemonSets roll out.
///
/// A service is an image of a workload; one with sidecars is several. Its labels are `namespace`,
/// `kind` and, where the workload or its pods carry them, `app` (`app.kubernetes.io/name`,
/// `k8s-app`), `part-of`, `component` (`app.kubernetes.io/...`), `team` (also `owner`),
/// `environment` (also `env`), `cost-center` and `tier`.
///
/// - **hosts**: distinct nodes with pods of it that are not finished; `replicas` where there are no
///   pods in the input. Nodes that keep ordinary pods off for the control plane do not count.
/// - **size**: what most nodes list that run it, found by digest before name; else what kubelets
///   tell in `Pulled` events. Bytes are compressed on containerd, unpacked on CRI-O and docker.
/// - **deploys**: rollouts that change its image, by revision numbers and times of ReplicaSets.
///   Time ends with the latest time in the input.
/// - **clusters**: one for each region; a workload that runs in several is a service in each. The
///   nodes' life is estimated by their mean age.
///
/// # Errors
/// What is not JSON of Kubernetes, with its place; input that names no workload.
pub fn kubernetes(inputs: Vec<Input<'_>>) -> Result<Inventory, InventoryError> {
    let mut seen = Seen::default();
    let mut sources = Vec::new();
    let mut first = String::new();
    for input in inputs {
        let name = input.name.clone();
        let before = seen.counts.clone();
        stream::objects(input, &mut |object| seen.take(object))?;
        let counts = seen.counts.iter().filter_map(|(kind, count)| {
            let new = count - before.get(kind).copied().unwrap_or(0);
            (new > 0).then(|| many(new, kind))
        });
        let counts: Vec<_> = counts.collect();
        if counts.is_empty() {
            let problem = "no objects in it say anything about images";
            return Err(InventoryError::new(name, problem).help(stream::HELP));
        }
        sources.push(format!("{name}: {}", counts.join(", ")));
        first = if first.is_empty() { name } else { first };
    }
    let unsettled = seen.settle_pulls();
    let workloads = workloads::workloads(&seen);
    let clusters = clusters::clusters(&seen, &workloads.hosting());
    let drafts = services::services(&seen, &workloads, &clusters);
    if drafts.is_empty() {
        let read: Vec<_> = seen.counts.iter().map(|(kind, n)| many(*n, kind)).collect();
        let problem = format!("no workload that runs an image is in it, only {}", read.join(", "));
        return Err(InventoryError::new(first, problem).help(stream::HELP));
    }
    let notes = notes(&seen, &workloads, &drafts, unsettled);
    Ok(inventory(sources, notes, clusters, drafts))
}

fn inventory(
    sources: Vec<String>,
    notes: Vec<String>,
    clusters: Clusters,
    drafts: Vec<Draft>,
) -> Inventory {
    let images: BTreeSet<_> = drafts.iter().map(|draft| draft.image.clone()).collect();
    let mut hosts: BTreeMap<String, u64> = BTreeMap::new();
    images.into_iter().for_each(|image| *hosts.entry(image.registry()).or_default() += 1);
    let registries = registries::registries(&hosts, &clusters);
    let several = registries.len() > 1;
    let services = drafts.into_iter().map(|Draft { image, mut service, .. }| {
        let registry = registries.get(&image.registry()).filter(|_| several);
        service.registry = registry.map(|registry| registry.name.clone());
        service
    });
    Inventory {
        name: "kubernetes".to_owned(),
        sources,
        notes,
        services: services.collect(),
        clusters: clusters.found,
        registries: registries.into_values().collect(),
    }
}

/// What the reader of the fleet file should know.
fn notes(seen: &Seen, workloads: &Workloads<'_>, drafts: &[Draft], unsettled: u64) -> Vec<String> {
    let mut notes = Vec::new();
    let has = |kind: &str| seen.counts.contains_key(kind);
    if let Some(latest) = seen.latest {
        notes.push(format!(
            "The latest time in the input is {}; ages and rates are taken up to it.",
            latest.format("%Y-%m-%dT%H:%M:%SZ")
        ));
    }
    if !has("pods") {
        notes
            .push("There are no pods in the input: which nodes run a service is not known.".into());
    }
    if !has("replicasets") {
        notes.push("There are no replicasets in the input: they would tell how often rollouts change images.".into());
    }
    let runs = |kind: &str| workloads.found.keys().any(|workload| workload.kind == kind);
    if !has("controllerrevisions") && (runs("StatefulSet") || runs("DaemonSet")) {
        notes.push("How often StatefulSets and DaemonSets roll out is told only by controllerrevisions, which are not in the input.".into());
    }
    let left_out = [
        (workloads.of_jobs, "pods", "of jobs: they come and go, and how often is not told"),
        (workloads.of_nodes, "pods", "that nodes run by themselves (static pods)"),
        (seen.finished, "pods", "that finished"),
        (unsettled, "sizes", "in events: which runtime counted them is not known"),
        (
            seen.twice,
            "objects",
            "with the name of another one: if the input is of several clusters, write a fleet file for each",
        ),
    ];
    let left_out = left_out.into_iter().filter(|(count, ..)| *count > 0);
    notes
        .extend(left_out.map(|(count, of, what)| format!("Left out: {} {what}.", many(count, of))));
    let events = &seen.events;
    if events.pulls + events.present > 0 {
        let times = events.first.zip(events.last).map_or(String::new(), |(first, last)| {
            format!(" from {} to {}", first.format("%Y-%m-%d %H:%M"), last.format("%Y-%m-%d %H:%M"))
        });
        notes.push(format!(
            "Events{times} tell of {} and of {} with the image present. They are kept for an hour or so: no rate is taken from them.",
            many(events.pulls, "pulls"),
            many(events.present, "starts")
        ));
    }
    let unknown =
        drafts.iter().filter(|draft| matches!(draft.service.image, ImageFound::Unknown(_)));
    let unknown = unknown.count();
    if unknown > 0 {
        notes.push(format!(
            "Written as comments, since the size of their image is not known: {unknown} of {}.",
            many_of(drafts.len(), "services")
        ));
    }
    notes
}
