//! The JSON of images, as far as it is read here.
//!
//! The types of `oci-spec` are made for writing valid documents: they refuse a descriptor without
//! `mediaType`, a manifest without `config`, a history entry with a date they cannot read, and
//! keep every annotation. Real files leave out and add; so these read the few fields that matter,
//! all of them optional unless nothing can be said without them, and skip the rest unread.

use imgcost::image::Digest;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};

use super::Descriptor;
use super::check::{parse_digest, quoted};
use crate::error::ImageError;
use crate::options::Platform;

/// An index (manifest list) or a manifest: which of them shows in what is there.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Manifest {
    pub(super) schema_version: Option<u64>,
    pub(super) media_type: Option<String>,
    pub(super) artifact_type: Option<String>,
    pub(super) manifests: Option<Vec<Entry>>,
    pub(super) config: Option<Entry>,
    pub(super) layers: Option<Vec<Entry>>,
    pub(super) subject: Option<Subject>,
    /// What Docker's old schema 1 has instead of layers.
    fs_layers: Option<IgnoredAny>,
}

/// A descriptor.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    pub(super) media_type: Option<String>,
    #[serde(deserialize_with = "digest")]
    pub(super) digest: Digest,
    pub(super) size: u64,
    pub(super) artifact_type: Option<String>,
    urls: Option<Vec<IgnoredAny>>,
    platform: Option<WirePlatform>,
    annotations: Option<Annotations>,
}

/// What an artifact is about.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Subject {
    pub(super) digest: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct WirePlatform {
    os: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
}

/// The annotations that mean something here.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Annotations {
    #[serde(rename = "org.opencontainers.image.ref.name")]
    pub(super) ref_name: Option<String>,
    #[serde(rename = "io.containerd.image.name")]
    pub(super) image_name: Option<String>,
    #[serde(rename = "vnd.docker.reference.type")]
    pub(super) reference_type: Option<String>,
    #[serde(rename = "vnd.docker.reference.digest")]
    pub(super) reference_digest: Option<String>,
    #[serde(rename = "containerd.io/snapshot/stargz/toc.digest")]
    pub(super) stargz_toc: Option<String>,
    #[serde(rename = "io.containers.estargz.uncompressed-size")]
    pub(super) stargz_unpacked: Option<String>,
}

/// The config of an image.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Config {
    pub(super) created: Option<String>,
    os: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
    rootfs: Option<RootFs>,
    pub(super) history: Option<Vec<History>>,
}

#[derive(Debug, Clone, Deserialize)]
struct RootFs {
    diff_ids: Option<Vec<String>>,
}

/// One step of an image's history.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct History {
    pub(super) created: Option<String>,
    pub(super) created_by: Option<String>,
    empty_layer: Option<bool>,
}

/// Reads a document; messages call it `name`.
pub(super) fn parse<T: DeserializeOwned>(name: &str, bytes: &[u8]) -> Result<T, ImageError> {
    serde_json::from_slice(bytes).map_err(|error| malformed(name, &error))
}

/// What is wrong with a document that is no JSON or not of the right shape.
pub(super) fn malformed(name: &str, error: &serde_json::Error) -> ImageError {
    ImageError::new(name, format!("it is not as expected: {}", quoted(&error.to_string())))
}

/// The error for Docker's oldest manifests.
pub(super) fn schema_1(name: &str) -> ImageError {
    ImageError::new(name, "it is a manifest of Docker's schema 1, which names no sizes").help(
        "copy the image with skopeo copy --format v2s2, or push it again with a recent Docker",
    )
}

impl Manifest {
    /// The manifests that an index lists, or `None` for the manifest of one image.
    ///
    /// Some tools leave out `mediaType`, and a document that is both could be read as one by this
    /// program and as the other by a node (CVE-2021-41190).
    pub(super) fn index(&self, name: &str) -> Result<Option<&[Entry]>, ImageError> {
        let wrong = |problem: &str| Err(ImageError::new(name, problem));
        let old = self.media_type.as_deref().is_some_and(super::media::is_schema_1);
        if old || self.fs_layers.is_some() || self.schema_version == Some(1) {
            return Err(schema_1(name));
        }
        match (&self.manifests, self.layers.is_some() || self.config.is_some()) {
            (Some(_), true) => wrong("it is an index and a manifest at once"),
            (Some(entries), false) => Ok(Some(entries)),
            (None, true) => Ok(None),
            (None, false) => {
                wrong("it is neither an index nor a manifest: it lists no manifests and no layers")
            }
        }
    }

    pub(super) fn layers(&self) -> &[Entry] {
        self.layers.as_deref().unwrap_or_default()
    }
}

impl Entry {
    pub(super) fn descriptor(&self) -> Descriptor {
        Descriptor {
            digest: self.digest.clone(),
            size: self.size,
            media_type: self.media_type.clone(),
        }
    }

    /// The platform, where a usable one is given; BuildKit writes `unknown/unknown` for what is
    /// for none.
    pub(super) fn platform(&self) -> Option<Platform> {
        let platform = self.platform.as_ref()?;
        platform_of(&platform.os, &platform.architecture, &platform.variant)
    }

    /// Whether it says that it is for no platform at all.
    pub(super) fn is_for_none(&self) -> bool {
        self.platform.as_ref().is_some_and(|p| p.os.as_deref() == Some("unknown"))
    }

    pub(super) fn annotations(&self) -> &Annotations {
        const NONE: &Annotations = &Annotations {
            ref_name: None,
            image_name: None,
            reference_type: None,
            reference_digest: None,
            stargz_toc: None,
            stargz_unpacked: None,
        };
        self.annotations.as_ref().unwrap_or(NONE)
    }

    /// Whether its bytes are to be fetched from somewhere else than the registry.
    pub(super) fn has_urls(&self) -> bool {
        self.urls.as_ref().is_some_and(|urls| !urls.is_empty())
    }
}

impl Config {
    pub(super) fn platform(&self) -> Option<Platform> {
        platform_of(&self.os, &self.architecture, &self.variant)
    }

    pub(super) fn diff_ids(&self) -> &[String] {
        self.rootfs.as_ref().and_then(|rootfs| rootfs.diff_ids.as_deref()).unwrap_or_default()
    }
}

impl History {
    pub(super) fn is_empty(&self) -> bool {
        self.empty_layer == Some(true)
    }
}

fn platform_of(
    os: &Option<String>,
    architecture: &Option<String>,
    variant: &Option<String>,
) -> Option<Platform> {
    let mut text = format!("{}/{}", os.as_ref()?, architecture.as_ref()?);
    if let Some(variant) = variant.as_ref().filter(|variant| !variant.is_empty()) {
        text = format!("{text}/{variant}");
    }
    Platform::parse(&text).filter(|platform| platform.os != "unknown")
}

fn digest<'de, D: Deserializer<'de>>(input: D) -> Result<Digest, D::Error> {
    let text = String::deserialize(input)?;
    parse_digest(&text).map_err(serde::de::Error::custom)
}
