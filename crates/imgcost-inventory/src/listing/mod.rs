//! What listings of registries have in common: images pushed to repositories, to services.

mod document;
mod fleet;
mod layers;
mod service;
mod value;
mod vendor;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

pub(crate) use document::{Context, Objection, entries};
pub(crate) use fleet::inventory;
pub(crate) use layers::{Manifest, Platform};
pub(crate) use value::{Pulled, bytes, moment, tags};
pub(crate) use vendor::{ACR, ARTIFACT_REGISTRY, ECR, HARBOR, ListSize, Vendor};

use crate::fact::Fact;

/// Everything that was listed, by registry.
pub(crate) type Registries = BTreeMap<String, Registry>;

/// A registry of which images were listed.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    /// Its region, where the listing tells.
    pub(crate) region: Option<Fact<String>>,
    /// Its repositories, by their full names.
    pub(crate) repositories: BTreeMap<String, Repository>,
}

/// A repository with the versions of an image.
#[derive(Debug, Default)]
pub(crate) struct Repository {
    /// The project or namespace that it belongs to.
    pub(crate) project: Option<String>,
    /// Versions by digest.
    pub(crate) versions: BTreeMap<String, Version>,
    /// Manifests by digest, where they were given.
    pub(crate) manifests: BTreeMap<String, Manifest>,
}

/// A version of an image, or whatever else was pushed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Version {
    /// One of its tags, `latest` only if there is no other.
    pub(crate) tag: Option<String>,
    /// What the listing tells of its size.
    pub(crate) size: Option<u64>,
    pub(crate) pushed: Option<DateTime<Utc>>,
    pub(crate) pulled: Pulled,
    pub(crate) kind: Kind,
    /// Whether it is in a storage class of its own, from which it cannot be pulled.
    pub(crate) archived: bool,
    /// How many platforms a manifest list has, where the listing tells.
    pub(crate) platforms: u64,
}

/// What was pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Kind {
    /// An image of one platform.
    #[default]
    Image,
    /// A manifest list: the image of several platforms, or an image with attestations.
    List,
    /// No image: what it is, in the plural.
    Other(&'static str),
}

impl Registry {
    /// Adds a version of a repository, which belongs to the first part of its name.
    pub(crate) fn add(&mut self, name: String, digest: String, version: Version) {
        let project = name.split_once('/').map(|(project, _)| project.to_owned());
        let repository = self.repositories.entry(name).or_default();
        repository.project = project;
        repository.add(digest, version);
    }
}

impl Repository {
    /// Adds a version; what another entry said of it already stays.
    pub(crate) fn add(&mut self, digest: String, new: Version) {
        match self.versions.get_mut(&digest) {
            Some(known) => {
                known.tag = known.tag.take().or(new.tag);
                known.size = known.size.or(new.size);
                known.pushed = known.pushed.or(new.pushed);
                known.archived |= new.archived;
                if known.pulled == Pulled::Unknown {
                    known.pulled = new.pulled;
                }
                if known.kind == Kind::Image {
                    known.kind = new.kind;
                }
            }
            None => {
                self.versions.insert(digest, new);
            }
        }
    }

    /// The versions that somebody pushed as such. The parts of manifest lists are pushed with them
    /// and have no tag of their own; without lists, an image without a tag is one whose tag has
    /// moved on.
    pub(crate) fn pushed(&self) -> Vec<(&str, &Version)> {
        let with_lists = self.versions.values().any(|version| version.kind == Kind::List);
        let pushed = |version: &Version| match version.kind {
            Kind::List => true,
            Kind::Image => !with_lists || version.tag.is_some(),
            Kind::Other(_) => false,
        };
        let versions = self.versions.iter().filter(|(_, version)| pushed(version));
        versions.map(|(digest, version)| (digest.as_str(), version)).collect()
    }
}

/// The repository of which a file is the listing, where the listing does not name it: the file's
/// name without folders and ending.
pub(crate) fn repository_of_file(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let name = name.strip_suffix(".json").or(name.strip_suffix(".jsonl")).unwrap_or(name);
    if name.is_empty() || name == "-" { "repository".into() } else { name.into() }
}

/// The tag that says most: the first that is not `latest`.
pub(crate) fn best_tag(tags: Vec<String>) -> Option<String> {
    let latest = |tag: &String| tag == "latest";
    let best = tags.iter().position(|tag| !latest(tag)).unwrap_or(0);
    tags.into_iter().nth(best)
}

/// What was pushed, by the media types of its manifest and its config, and by its tag: signatures
/// are tagged with the digest of what they sign.
pub(crate) fn kind(manifest: Option<&str>, config: Option<&str>, tag: Option<&str>) -> Kind {
    let signed = tag
        .and_then(|tag| tag.strip_prefix("sha256-"))
        .is_some_and(|rest| rest.bytes().take_while(u8::is_ascii_hexdigit).count() >= 64);
    if signed {
        return Kind::Other("signatures and attestations");
    }
    let has = |text: Option<&str>, part: &str| text.is_some_and(|text| text.contains(part));
    if has(manifest, "manifest.list") || has(manifest, "image.index") {
        return Kind::List;
    }
    let Some(config) = config.filter(|config| !config.is_empty()) else { return Kind::Image };
    if config.contains("container.image") || config.contains("oci.image") {
        Kind::Image
    } else if config.contains("helm") {
        Kind::Other("Helm charts")
    } else if config.contains("in-toto") || config.contains("cosign") || config.contains("sigstore")
    {
        Kind::Other("signatures and attestations")
    } else if config.contains("buildkit.cacheconfig") {
        Kind::Other("build caches")
    } else if config.contains("distribution.manifest.v1") {
        Kind::Image
    } else {
        Kind::Other("artifacts that are no images")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_and_tags_tell_what_was_pushed() {
        let index = Some("application/vnd.oci.image.index.v1+json");
        let list = Some("application/vnd.docker.distribution.manifest.list.v2+json");
        let plain = Some("application/vnd.oci.image.manifest.v1+json");
        let helm = Some("application/vnd.cncf.helm.config.v1+json");
        let docker = Some("application/vnd.docker.container.image.v1+json");
        let signature = format!("sha256-{}.sig", "0f".repeat(32));
        assert_eq!(kind(index, None, Some("v1")), Kind::List);
        assert_eq!(kind(list, None, None), Kind::List);
        assert_eq!(kind(plain, None, None), Kind::Image);
        assert_eq!(kind(plain, docker, None), Kind::Image);
        assert_eq!(kind(plain, helm, Some("v1")), Kind::Other("Helm charts"));
        let other = kind(plain, docker, Some(&signature));
        assert_eq!(other, Kind::Other("signatures and attestations"));
        assert_eq!(kind(plain, docker, Some("sha256-short")), Kind::Image);
    }

    #[test]
    fn the_tag_that_is_not_latest_says_most() {
        let best = |tags: &[&str]| best_tag(tags.iter().map(|tag| (*tag).to_owned()).collect());
        assert_eq!(best(&["latest", "v2", "v3"]).as_deref(), Some("v2"));
        assert_eq!(best(&["latest"]).as_deref(), Some("latest"));
        assert_eq!(best(&[]), None);
    }
}
