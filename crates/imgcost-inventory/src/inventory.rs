use std::io::Read;

use crate::fact::{Fact, Rate};

/// A file of a source, to be read as a stream.
pub struct Input<'i> {
    /// What messages call it.
    pub name: String,
    /// Its bytes.
    pub reader: Box<dyn Read + 'i>,
}

/// What a source tells of a fleet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inventory {
    /// The fleet's name.
    pub name: String,
    /// What was read, for the head of the file: `kubectl get pods: 212 pods of 2026-11-20`.
    pub sources: Vec<String>,
    /// What the reader of the file should know: what was left out, what the source cannot tell.
    pub notes: Vec<String>,
    /// Registries; without any, a commented one is left to fill in.
    pub registries: Vec<RegistryFound>,
    /// Clusters; without any, a commented one is left to fill in.
    pub clusters: Vec<ClusterFound>,
    /// Services.
    pub services: Vec<ServiceFound>,
}

/// A registry, as far as a source tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryFound {
    /// Its name in the fleet file.
    pub name: String,
    /// `aws-ecr` and the like, as fleet files call it.
    pub provider: Fact<String>,
    /// Its region.
    pub region: Option<Fact<String>>,
    /// Tags that are kept.
    pub keep_last: Option<Fact<u64>>,
    /// What else is known and has no key: for comments.
    pub notes: Vec<String>,
}

/// A cluster, as far as a source tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterFound {
    /// Its name in the fleet file.
    pub name: String,
    /// `eks`, `gke`, `aks` and the like, as fleet files call it.
    pub provider: Option<Fact<String>>,
    /// Its region.
    pub region: Option<Fact<String>>,
    /// How many nodes.
    pub nodes: Fact<u64>,
    /// Mean life of a node in hours, or `None` if the source does not tell.
    pub node_lifetime_hours: Option<Fact<u64>>,
    /// Whether nodes keep compressed blobs.
    pub keeps_compressed: Option<Fact<bool>>,
    /// What else is known and has no key: instance types, for comments.
    pub notes: Vec<String>,
}

/// A service, as far as a source tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceFound {
    /// Its name, unique in the inventory.
    pub name: String,
    /// Labels, such as `namespace` and `team`.
    pub labels: Vec<(String, String)>,
    /// The registry's name in the inventory, if there is more than one.
    pub registry: Option<String>,
    /// The cluster's name in the inventory, if there is more than one.
    pub cluster: Option<String>,
    /// Nodes that run it.
    pub hosts: Option<Fact<u64>>,
    /// Copies of it, where the nodes are not known; at most one of `hosts`, `replicas` and `pulls`.
    pub replicas: Option<Fact<u64>>,
    /// Pulls of the whole image, where that is all that is known.
    pub pulls: Option<Fact<Rate>>,
    /// Rollouts.
    pub deploys: Option<Fact<Rate>>,
    /// Tags pushed.
    pub pushes: Option<Fact<Rate>>,
    /// Deploys that carry new dependencies.
    pub dependency_updates: Option<Fact<Rate>>,
    /// Deploys that carry a new base image.
    pub base_refreshes: Option<Fact<Rate>>,
    /// Why no builds are counted: it is somebody else's image, or the source tells only of pulls.
    pub not_built: Option<String>,
    /// Where its image is, such as `ghcr.io/shop/web:1.4`: real layers, for whoever can reach it.
    pub reference: Option<String>,
    /// Its image as it is.
    pub image: ImageFound,
    /// What else is known and has no key, for comments.
    pub notes: Vec<String>,
}

/// What a source tells of an image's size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageFound {
    /// Its size in the registry and on the wire.
    Compressed(Fact<u64>),
    /// Its size unpacked on a node.
    Unpacked(Fact<u64>),
    /// Both.
    Both {
        /// In the registry and on the wire.
        compressed: Fact<u64>,
        /// Unpacked on a node.
        unpacked: Fact<u64>,
    },
    /// Layer by layer, base first.
    Layers {
        /// The layers.
        layers: Vec<LayerFound>,
        /// Where they came from.
        from: String,
    },
    /// Nothing: the service is written as a comment, to be filled in. Says why.
    Unknown(String),
}

/// A layer of which a source tells digest and size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerFound {
    /// The blob's digest.
    pub digest: Option<String>,
    /// Bytes on the wire.
    pub compressed: Option<u64>,
    /// Bytes unpacked.
    pub unpacked: Option<u64>,
    /// `base-refresh`, `dependency-update` or `deploy`.
    pub trigger: &'static str,
    /// Why this trigger, if there is more to say than for all layers.
    pub from: Option<String>,
}

impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Default for ImageFound {
    fn default() -> Self {
        Self::Unknown("the source says nothing about it".into())
    }
}
