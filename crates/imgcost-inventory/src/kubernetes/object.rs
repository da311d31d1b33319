//! The fields that are read of Kubernetes objects. Whatever else they have is skipped unread.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

/// One object of any of the kinds that count.
#[derive(Debug, Default)]
pub(super) struct Object {
    /// `Pod` and the like; empty where neither the object nor its list says.
    pub(super) kind: String,
    pub(super) metadata: Metadata,
    pub(super) spec: Spec,
    pub(super) status: Status,
    pub(super) event: Event,
    /// Of a `ControllerRevision`.
    pub(super) revision: Option<u64>,
    /// Of a `ControllerRevision`: the workload as it then was.
    pub(super) data: Option<Template>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Metadata {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) namespace: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) uid: String,
    pub(super) creation_timestamp: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) labels: BTreeMap<String, String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) annotations: Annotations,
    #[serde(deserialize_with = "or_default")]
    pub(super) owner_references: Vec<OwnerReference>,
    #[serde(deserialize_with = "or_default")]
    pub(super) managed_fields: Vec<ManagedFields>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Annotations {
    #[serde(rename = "deployment.kubernetes.io/revision")]
    pub(super) revision: Option<String>,
    #[serde(rename = "deployment.kubernetes.io/revision-history")]
    pub(super) revision_history: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct OwnerReference {
    #[serde(deserialize_with = "or_default")]
    pub(super) kind: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
    pub(super) controller: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ManagedFields {
    time: Option<String>,
}

/// The specs of all kinds in one: no two of them use a name for different things.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Spec {
    pub(super) node_name: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) containers: Vec<Container>,
    #[serde(deserialize_with = "or_default")]
    pub(super) init_containers: Vec<Container>,
    pub(super) template: Option<Box<Template>>,
    pub(super) replicas: Option<u64>,
    #[serde(rename = "providerID")]
    pub(super) provider_id: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) taints: Vec<Taint>,
    pub(super) strategy: Option<IgnoredAny>,
    pub(super) update_strategy: Option<IgnoredAny>,
    pub(super) service_name: Option<IgnoredAny>,
    pub(super) backoff_limit: Option<IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Template {
    #[serde(deserialize_with = "or_default")]
    pub(super) metadata: Metadata,
    #[serde(deserialize_with = "or_default")]
    pub(super) spec: Spec,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Container {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) image: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Taint {
    #[serde(deserialize_with = "or_default")]
    pub(super) key: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) effect: String,
}

/// The statuses of all kinds in one.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Status {
    #[serde(deserialize_with = "or_default")]
    pub(super) phase: String,
    start_time: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) container_statuses: Vec<ContainerStatus>,
    #[serde(deserialize_with = "or_default")]
    pub(super) init_container_statuses: Vec<ContainerStatus>,
    #[serde(deserialize_with = "or_default")]
    pub(super) images: Vec<NodeImage>,
    pub(super) node_info: Option<NodeInfo>,
    #[serde(deserialize_with = "or_default")]
    conditions: Vec<Condition>,
    pub(super) desired_number_scheduled: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ContainerStatus {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(rename = "imageID", deserialize_with = "or_default")]
    pub(super) image_id: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct NodeImage {
    #[serde(deserialize_with = "or_default")]
    pub(super) names: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) size_bytes: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct NodeInfo {
    #[serde(deserialize_with = "or_default")]
    pub(super) container_runtime_version: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) kubelet_version: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) architecture: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Condition {
    last_heartbeat_time: Option<String>,
    last_transition_time: Option<String>,
    last_update_time: Option<String>,
}

/// What only events have. `events.k8s.io/v1` calls some of it by other names.
#[derive(Debug, Default)]
pub(super) struct Event {
    pub(super) reason: String,
    pub(super) message: String,
    pub(super) count: Option<u64>,
    pub(super) involved: Option<Involved>,
    /// The node whose kubelet told.
    pub(super) host: Option<String>,
    /// When it was seen, first and last, in whichever of its four fields.
    pub(super) times: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Involved {
    #[serde(deserialize_with = "or_default")]
    pub(super) namespace: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Source {
    pub(super) host: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Series {
    pub(super) count: Option<u64>,
    pub(super) last_observed_time: Option<String>,
}

impl Object {
    /// All times at which the object was touched, as far as it tells.
    pub(super) fn times(&self) -> impl Iterator<Item = &str> {
        let conditions = self.status.conditions.iter().flat_map(|condition| {
            let Condition { last_heartbeat_time, last_transition_time, last_update_time } =
                condition;
            [last_heartbeat_time, last_transition_time, last_update_time].into_iter().flatten()
        });
        self.metadata
            .creation_timestamp
            .iter()
            .chain(self.metadata.managed_fields.iter().filter_map(|fields| fields.time.as_ref()))
            .chain(&self.status.start_time)
            .chain(conditions)
            .chain(&self.event.times)
            .map(String::as_str)
    }

    /// The kind by what the object has, where nothing says it: items of lists often do not.
    pub(super) fn kind_by_shape(&self) -> &'static str {
        let Spec { strategy, update_strategy, backoff_limit, .. } = &self.spec;
        if self.event.involved.is_some() {
            "Event"
        } else if self.status.node_info.is_some() {
            "Node"
        } else if !self.spec.containers.is_empty() {
            "Pod"
        } else if self.spec.template.is_none() {
            ""
        } else if backoff_limit.is_some() {
            "Job"
        } else if strategy.is_some() {
            "Deployment"
        } else if update_strategy.is_none() {
            "ReplicaSet"
        } else if self.spec.service_name.is_some() || self.spec.replicas.is_some() {
            "StatefulSet"
        } else {
            "DaemonSet"
        }
    }
}

/// Go writes empty lists, maps and texts as `null`.
fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}
