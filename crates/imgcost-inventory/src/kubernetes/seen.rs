//! What is kept of the objects.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::image_name::{ImageName, digest_of};
use super::object::{Container, ContainerStatus, Metadata, Object, Spec};
use super::pulled::pulled;
use super::sizes::{Kind, Sizes};

pub(super) type Time = DateTime<Utc>;

/// Everything that is kept of the input.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Nodes by name.
    pub(super) nodes: BTreeMap<String, Node>,
    /// Pods that are not finished, by namespace and name.
    pub(super) pods: BTreeMap<(String, String), Pod>,
    /// Deployments and the like.
    pub(super) workloads: BTreeMap<Workload, Declared>,
    /// Revisions of workloads, by namespace and name of the object that keeps them.
    pub(super) revisions: BTreeMap<(String, String), Revision>,
    /// Sizes that nodes and kubelets tell.
    pub(super) sizes: Sizes,
    /// Sizes that events tell, until it is known which runtime counted: image, node, pod, bytes.
    pub(super) pulls: Vec<PullSeen>,
    pub(super) events: EventsSeen,
    /// The latest time in the input: when it was taken.
    pub(super) latest: Option<Time>,
    /// Pods that finished.
    pub(super) finished: u64,
    /// Objects that stand in the input again as those of another cluster.
    pub(super) twice: u64,
    /// Objects by kind.
    pub(super) counts: BTreeMap<&'static str, u64>,
}

/// What runs pods; ordered as the fleet file lists them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Workload {
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) kind: String,
}

#[derive(Debug, Default)]
pub(super) struct Node {
    /// Its number in [`Sizes`].
    pub(super) index: u32,
    pub(super) region: Option<String>,
    pub(super) instance: Option<String>,
    pub(super) architecture: String,
    /// Such as `containerd://1.7.27`.
    pub(super) runtime: String,
    /// Such as `v1.31.4-eks-aeac579`.
    pub(super) kubelet: String,
    /// `aws`, `gce` and the like, from `aws:///us-east-1a/i-0`.
    pub(super) cloud: Option<String>,
    /// Whether labels of this vendor's managed Kubernetes are on it.
    pub(super) managed: Option<&'static str>,
    pub(super) created: Option<Time>,
    /// Whether it keeps ordinary pods off, for the control plane.
    pub(super) control_plane: bool,
    pub(super) fargate: bool,
    pub(super) images: usize,
    uid: String,
}

#[derive(Debug)]
pub(super) struct Pod {
    pub(super) node: Option<String>,
    pub(super) owner: Option<(String, String)>,
    /// The label by which ReplicaSets of a Deployment tell their pods apart.
    pub(super) template_hash: Option<String>,
    pub(super) labels: Labels,
    pub(super) containers: Vec<Running>,
    uid: String,
}

/// A container of a pod.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) name: String,
    pub(super) image: String,
    pub(super) digest: Option<String>,
    pub(super) init: bool,
}

/// A workload as its own object describes it.
#[derive(Debug, Default)]
pub(super) struct Declared {
    pub(super) replicas: Option<u64>,
    /// Of a DaemonSet: nodes that it is meant for.
    pub(super) desired: Option<u64>,
    pub(super) created: Option<Time>,
    /// Of a Deployment: its present revision.
    pub(super) revision: Option<u64>,
    pub(super) labels: Labels,
    pub(super) containers: Vec<Running>,
    uid: String,
}

/// A ReplicaSet or ControllerRevision.
#[derive(Debug)]
pub(super) struct Revision {
    pub(super) owner: Option<(String, String)>,
    pub(super) number: Option<u64>,
    /// The numbers it had before rollbacks made it the newest again.
    pub(super) former: Vec<u64>,
    pub(super) created: Option<Time>,
    /// Images by container.
    pub(super) images: BTreeMap<String, String>,
}

#[derive(Debug)]
pub(super) struct PullSeen {
    pub(super) image: String,
    pub(super) node: Option<String>,
    pub(super) pod: (String, String),
    pub(super) bytes: u64,
}

#[derive(Debug, Default)]
pub(super) struct EventsSeen {
    pub(super) pulls: u64,
    pub(super) present: u64,
    pub(super) first: Option<Time>,
    pub(super) last: Option<Time>,
}

/// Labels that reports may group by, under the plain names that fleet files give them.
pub(super) type Labels = BTreeMap<&'static str, String>;

/// Labels of Kubernetes and what they are called in the fleet file, the better one first.
const LABELS: [(&str, &str); 11] = [
    ("app.kubernetes.io/name", "app"),
    ("k8s-app", "app"),
    ("app", "app"),
    ("app.kubernetes.io/part-of", "part-of"),
    ("app.kubernetes.io/component", "component"),
    ("team", "team"),
    ("owner", "team"),
    ("environment", "environment"),
    ("env", "environment"),
    ("cost-center", "cost-center"),
    ("tier", "tier"),
];

impl Seen {
    /// Keeps what counts of an object; an error says why it cannot be one of Kubernetes.
    pub(super) fn take(&mut self, object: Object) -> Result<(), String> {
        let shape = if object.kind.is_empty() { object.kind_by_shape() } else { &object.kind };
        let kind = match shape {
            "Node" => "nodes",
            "Pod" => "pods",
            "Deployment" => "deployments",
            "ReplicaSet" => "replicasets",
            "StatefulSet" => "statefulsets",
            "DaemonSet" => "daemonsets",
            "ControllerRevision" => "controllerrevisions",
            "Event" => "events",
            _ => return Ok(()),
        };
        named(&object.metadata)?;
        for container in object.spec.containers.iter().chain(&object.spec.init_containers) {
            proper("container", &container.name)?;
        }
        *self.counts.entry(kind).or_default() += 1;
        self.latest = self.latest.max(object.times().filter_map(time).max());
        match kind {
            "nodes" => self.node(object),
            "pods" => self.pod(object),
            "replicasets" | "controllerrevisions" => self.revision(object)?,
            "events" => self.event(object),
            _ => {
                let kind = shape.to_owned();
                self.workload(kind, object)?;
            }
        }
        Ok(())
    }

    fn node(&mut self, object: Object) {
        let Object { metadata, spec, status, .. } = object;
        if let Some(known) = self.nodes.get(&metadata.name) {
            self.twice += u64::from(known.uid != metadata.uid);
            return;
        }
        let index = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        let info = status.node_info.unwrap_or_default();
        if let Some(kind) = Kind::of_runtime(&info.container_runtime_version) {
            for image in &status.images {
                self.sizes.of_node(index, kind, &info.architecture, image);
            }
        }
        let provider = spec.provider_id.unwrap_or_default();
        let cloud = provider.split_once("://").map(|(cloud, _)| cloud.to_owned());
        let label = |keys: &[&str]| {
            let text = keys.iter().find_map(|key| metadata.labels.get(*key));
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            text.filter(|text| !text.is_empty() && text.chars().all(plain)).cloned()
        };
        let region =
            label(&["topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"]);
        let has = |prefix: &str| metadata.labels.keys().any(|key| key.starts_with(prefix));
        let managed = [
            ("eks", has("eks.amazonaws.com/") || info.kubelet_version.contains("-eks-")),
            ("gke", has("cloud.google.com/gke-") || info.kubelet_version.contains("-gke.")),
            ("aks", has("kubernetes.azure.com/")),
        ];
        let control_plane = spec.taints.iter().any(|taint| {
            matches!(taint.effect.as_str(), "NoSchedule" | "NoExecute")
                && ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"]
                    .contains(&taint.key.as_str())
        });
        let node = Node {
            index,
            region: region.or_else(|| region_of(&provider)),
            instance: label(&[
                "node.kubernetes.io/instance-type",
                "beta.kubernetes.io/instance-type",
            ]),
            managed: managed.into_iter().find(|(_, is)| *is).map(|(name, _)| name),
            cloud,
            created: metadata.creation_timestamp.as_deref().and_then(time),
            control_plane,
            fargate: metadata.labels.get("eks.amazonaws.com/compute-type").map(String::as_str)
                == Some("fargate"),
            images: status.images.len(),
            architecture: info.architecture,
            runtime: info.container_runtime_version,
            kubelet: info.kubelet_version,
            uid: metadata.uid,
        };
        self.nodes.insert(metadata.name, node);
    }

    fn pod(&mut self, object: Object) {
        let Object { mut metadata, spec, status, .. } = object;
        if matches!(status.phase.as_str(), "Succeeded" | "Failed") {
            self.finished += 1;
            return;
        }
        let mut statuses = status.container_statuses;
        statuses.extend(status.init_container_statuses);
        let pod = Pod {
            node: spec.node_name.clone().filter(|name| !name.is_empty()),
            owner: owner(&metadata),
            template_hash: metadata.labels.remove("pod-template-hash"),
            labels: labels(&metadata, None),
            containers: containers(&spec, &statuses),
            uid: metadata.uid,
        };
        let key = (metadata.namespace, metadata.name);
        if let Some(known) = self.pods.get(&key) {
            self.twice += u64::from(known.uid != pod.uid);
        } else {
            self.pods.insert(key, pod);
        }
    }

    fn workload(&mut self, kind: String, object: Object) -> Result<(), String> {
        let Object { metadata, spec, status, .. } = object;
        let template = spec.template.unwrap_or_default();
        for container in template.spec.containers.iter().chain(&template.spec.init_containers) {
            proper("container", &container.name)?;
        }
        let declared = Declared {
            replicas: if kind == "DaemonSet" { None } else { Some(spec.replicas.unwrap_or(1)) },
            desired: status.desired_number_scheduled,
            created: metadata.creation_timestamp.as_deref().and_then(time),
            revision: metadata.annotations.revision.as_deref().and_then(revision_number),
            labels: labels(&metadata, Some(&template.metadata)),
            containers: containers(&template.spec, &[]),
            uid: metadata.uid,
        };
        let key = Workload { namespace: metadata.namespace, name: metadata.name, kind };
        if let Some(known) = self.workloads.get(&key) {
            self.twice += u64::from(known.uid != declared.uid);
        } else {
            self.workloads.insert(key, declared);
        }
        Ok(())
    }

    fn revision(&mut self, object: Object) -> Result<(), String> {
        let Object { metadata, spec, data, revision, .. } = &object;
        let template = spec.template.as_deref().or(data.as_ref());
        let images = template.map_or_else(Vec::new, |template| containers(&template.spec, &[]));
        let former = metadata.annotations.revision_history.as_deref().unwrap_or_default();
        let number = metadata.annotations.revision.as_deref().and_then(revision_number);
        let kept = Revision {
            owner: owner(metadata),
            number: number.or(revision.filter(|number| *number <= MOST_REVISIONS)),
            former: former.split(',').filter_map(revision_number).collect(),
            created: metadata.creation_timestamp.as_deref().and_then(time),
            images: images.into_iter().map(|running| (running.name, running.image)).collect(),
        };
        // A ReplicaSet of nobody's is a workload itself.
        let bare = kept.owner.is_none() && revision.is_none();
        self.revisions.insert((metadata.namespace.clone(), metadata.name.clone()), kept);
        if bare { self.workload("ReplicaSet".to_owned(), object) } else { Ok(()) }
    }

    fn event(&mut self, object: Object) {
        let event = object.event;
        if event.reason != "Pulled" {
            return;
        }
        let Some(pulled) = pulled(&event.message) else { return };
        let times = event.times.iter().filter_map(|text| time(text));
        for at in times {
            self.events.first = Some(self.events.first.map_or(at, |first| first.min(at)));
            self.events.last = self.events.last.max(Some(at));
        }
        let count = event.count.unwrap_or(1).max(1);
        let counter =
            if pulled.present { &mut self.events.present } else { &mut self.events.pulls };
        *counter = counter.saturating_add(count);
        let involved = event.involved.unwrap_or_default();
        if let Some(bytes) = pulled.bytes {
            self.pulls.push(PullSeen {
                image: pulled.image.to_owned(),
                node: event.host,
                pod: (involved.namespace, involved.name),
                bytes,
            });
        }
    }

    /// Gives the sizes that events told to [`Sizes`], now that all nodes and pods are known.
    /// Returns how many came from nobody knows which runtime.
    pub(super) fn settle_pulls(&mut self) -> u64 {
        let kinds: BTreeSet<_> =
            self.nodes.values().filter_map(|node| Kind::of_runtime(&node.runtime)).collect();
        let only = kinds.first().copied().filter(|_| kinds.len() == 1);
        let mut unsettled = 0;
        for pull in std::mem::take(&mut self.pulls) {
            let of_pod = || self.pods.get(&pull.pod).and_then(|pod| pod.node.as_ref());
            let named = pull.node.as_ref().and_then(|name| self.nodes.get(name));
            let node = named.or_else(|| of_pod().and_then(|name| self.nodes.get(name)));
            let kind = match node {
                Some(node) => Kind::of_runtime(&node.runtime),
                None => only,
            };
            match kind {
                Some(kind) => self.sizes.of_event(kind, &pull.image, pull.bytes),
                None => unsettled += 1,
            }
        }
        unsettled
    }
}

/// More revisions than a workload can have in its life.
const MOST_REVISIONS: u64 = 1_000_000;

fn revision_number(text: &str) -> Option<u64> {
    text.trim().parse().ok().filter(|number| *number <= MOST_REVISIONS)
}

pub(super) fn time(text: &str) -> Option<Time> {
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc())
}

/// Names go into the fleet file: what Kubernetes would refuse is refused here too.
fn named(metadata: &Metadata) -> Result<(), String> {
    if metadata.name.is_empty() {
        return Err("an object has no `metadata.name`".to_owned());
    }
    proper("object", &metadata.name)?;
    for owner in &metadata.owner_references {
        proper("object", &owner.name)?;
        proper("kind", &owner.kind)?;
    }
    proper("namespace", &metadata.namespace)
}

fn proper(what: &str, name: &str) -> Result<(), String> {
    let graphic = name.bytes().all(|byte| byte.is_ascii_graphic());
    let most = if what == "object" { 253 } else { 63 };
    if graphic && name.len() <= most {
        return Ok(());
    }
    let start: String = name.chars().take(40).flat_map(char::escape_default).collect();
    Err(format!("`{start}` is no name of a Kubernetes {what}"))
}

fn owner(metadata: &Metadata) -> Option<(String, String)> {
    let owners = &metadata.owner_references;
    let controller = owners.iter().find(|owner| owner.controller == Some(true));
    controller.or(owners.first()).map(|owner| (owner.kind.clone(), owner.name.clone()))
}

/// The labels of a workload, completed by those that it gives its pods.
fn labels(metadata: &Metadata, template: Option<&Metadata>) -> Labels {
    let mut found = Labels::new();
    for metadata in [Some(metadata), template].into_iter().flatten() {
        for (key, name) in LABELS {
            if let Some(value) = metadata.labels.get(key).filter(|value| !value.is_empty()) {
                found.entry(name).or_insert_with(|| value.clone());
            }
        }
    }
    found
}

/// Ephemeral containers, for debugging, are left out.
fn containers(spec: &Spec, statuses: &[ContainerStatus]) -> Vec<Running> {
    let running = |container: &Container, init| {
        let status = statuses.iter().find(|status| status.name == container.name);
        Running {
            name: container.name.clone(),
            image: container.image.trim().to_owned(),
            digest: status.and_then(|status| digest_of(&status.image_id)).map(str::to_owned),
            init,
        }
    };
    let main = spec.containers.iter().map(|container| running(container, false));
    main.chain(spec.init_containers.iter().map(|container| running(container, true)))
        .filter(|running| ImageName::parse(&running.image).is_some())
        .collect()
}

/// The region in a provider's id, where nodes carry no label.
fn region_of(provider: &str) -> Option<String> {
    let (cloud, rest) = provider.split_once("://")?;
    let mut parts = rest.split('/').filter(|part| !part.is_empty());
    let region = match cloud {
        // aws:///us-east-1a/i-0abc
        "aws" => parts.next()?.trim_end_matches(|c: char| c.is_ascii_lowercase()),
        // gce://project/us-central1-b/name
        "gce" => parts.nth(1)?.rsplit_once('-')?.0,
        _ => return None,
    };
    region.contains('-').then(|| region.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_read_from_provider_ids() {
        assert_eq!(region_of("aws:///us-west-1a/i-0abc").as_deref(), Some("us-west-1"));
        assert_eq!(region_of("gce://shop/europe-west4-b/n1").as_deref(), Some("europe-west4"));
        assert_eq!(region_of("kind://docker/kind/worker"), None);
        assert_eq!(region_of("aws:///fargate"), None);
        assert_eq!(region_of(""), None);
    }

    #[test]
    fn what_kubernetes_would_not_call_anything_is_refused() {
        assert!(proper("object", "web-7d9c5b").is_ok());
        assert!(proper("namespace", "a\nb").is_err());
        assert!(proper("object", &"a".repeat(254)).is_err());
    }
}
