//! Manifests given beside a listing, to layers with digests, sizes and triggers.

use std::collections::HashSet;

use serde::Deserialize;

use super::{Kind, Repository};
use crate::inventory::{ImageFound, LayerFound};

/// The most layers of an image that a fleet file takes.
const MOST: usize = 1000;

/// A manifest: an image's layers, or a list's platforms.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Manifest {
    #[serde(default)]
    pub(crate) config: Option<Blob>,
    #[serde(default)]
    pub(crate) layers: Vec<Blob>,
    #[serde(default)]
    pub(crate) manifests: Vec<Part>,
}

/// A blob that a manifest names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Blob {
    #[serde(default)]
    pub(crate) media_type: Option<String>,
    pub(crate) digest: String,
    pub(crate) size: u64,
}

/// A manifest that a list names.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Part {
    pub(crate) digest: String,
    #[serde(default)]
    pub(crate) platform: Option<Platform>,
}

/// What a platform is called.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Platform {
    #[serde(default)]
    pub(crate) os: String,
    #[serde(default)]
    pub(crate) architecture: String,
}

impl Platform {
    /// Attestations are listed for a platform of this name.
    pub(crate) fn is_known(&self) -> bool {
        self.os != "unknown" && self.architecture != "unknown"
    }
}

impl Manifest {
    /// Layers and config, as registries count an image's size.
    pub(crate) fn bytes(&self) -> u64 {
        let config = self.config.as_ref().map_or(0, |config| config.size);
        self.layers.iter().fold(config, |sum, layer| sum.saturating_add(layer.size))
    }
}

/// The layers of a version, if its manifest was given.
///
/// What makes a layer change is told from the other versions: what all versions have is the base,
/// what the one before has too is dependencies, what is new comes with every deploy.
pub(super) fn layers(
    repository: &Repository,
    digest: &str,
    before: &[(&str, &super::Version)],
) -> Option<ImageFound> {
    let newest = platform_layers(repository, digest)?;
    let mut others: Vec<HashSet<&str>> = Vec::new();
    for (other, _) in before.iter().filter(|(other, _)| *other != digest) {
        let Some(layers) = platform_layers(repository, other) else { continue };
        others.push(layers.iter().map(|layer| layer.digest.as_str()).collect());
    }
    let known = others.len() + 1;
    let rule = |index: usize, blob: &Blob| {
        let in_version = |set: &HashSet<&str>| set.contains(blob.digest.as_str());
        match others.first() {
            None if index == 0 => ("base-refresh", "assumed: the first layer is the base"),
            None => ("deploy", "assumed: only one version is known"),
            Some(_) if others.iter().all(in_version) => ("base-refresh", "in all versions"),
            Some(previous) if in_version(previous) => {
                ("dependency-update", "in the version before too, not in all")
            }
            Some(_) => ("deploy", "new in this version"),
        }
    };
    let layers = newest.iter().enumerate().map(|(index, blob)| {
        let (trigger, from) = rule(index, blob);
        LayerFound {
            digest: Some(blob.digest.clone()),
            compressed: Some(blob.size),
            unpacked: None,
            trigger,
            from: Some(from.to_owned()),
        }
    });
    let from = format!("manifest; triggers told from {known} version(s) with manifests");
    Some(ImageFound::Layers { layers: layers.collect(), from })
}

/// The layers of a version: of linux/amd64, or else of its first platform, if it is a list.
fn platform_layers<'r>(repository: &'r Repository, digest: &str) -> Option<&'r [Blob]> {
    let manifest = repository.manifests.get(digest)?;
    let is_list = repository.versions.get(digest).is_some_and(|found| found.kind == Kind::List);
    let manifest = if is_list || !manifest.manifests.is_empty() {
        let known = |part: &&Part| part.platform.as_ref().is_none_or(Platform::is_known);
        let usual = |part: &&Part| {
            part.platform
                .as_ref()
                .is_some_and(|platform| platform.os == "linux" && platform.architecture == "amd64")
        };
        let parts = || manifest.manifests.iter();
        let part = parts().find(usual).or_else(|| parts().find(known))?;
        repository.manifests.get(&part.digest)?
    } else {
        manifest
    };
    let layers = &manifest.layers;
    (!layers.is_empty() && layers.len() <= MOST).then_some(layers)
}
