//! What the text of a manifest says.

use imgcost::image::Digest;
use serde::Deserialize;

/// The most layers that a fleet file takes, and no layer is larger.
const MOST_LAYERS: usize = 1000;
const MOST_BYTES: u64 = 1 << 50;

/// A manifest that was pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Manifest {
    /// An image: digest and compressed size of each layer, base first.
    Image(Vec<(String, u64)>),
    /// An index: digests of images and the platforms they are for.
    Index(Vec<(String, String)>),
    /// Something that nodes do not pull as an image: attestations, signatures, charts.
    Other,
}

#[derive(Deserialize)]
struct Fields {
    layers: Option<Vec<Descriptor>>,
    manifests: Option<Vec<Entry>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    #[serde(default)]
    media_type: String,
    digest: String,
    size: u64,
}

#[derive(Deserialize)]
struct Entry {
    digest: String,
    platform: Option<Platform>,
}

#[derive(Deserialize)]
struct Platform {
    #[serde(default)]
    os: String,
    #[serde(default)]
    architecture: String,
}

/// Reads a manifest; `None` if it is none, or one without sizes, as schema 1 is.
pub(super) fn read(text: &str) -> Option<Manifest> {
    let fields: Fields = serde_json::from_str(text).ok()?;
    if let Some(entries) = fields.manifests {
        let images = entries.into_iter().filter_map(|entry| {
            let platform = entry.platform?;
            // Attestations are listed for the platform unknown/unknown.
            let known = platform.os != "unknown" && platform.architecture != "unknown";
            known.then(|| (entry.digest, format!("{}/{}", platform.os, platform.architecture)))
        });
        return Some(Manifest::Index(images.collect()));
    }
    let layers: Vec<_> = fields
        .layers?
        .into_iter()
        .filter(|layer| is_of_image(&layer.media_type))
        .map(|layer| (layer.digest, layer.size))
        .collect();
    let sound = layers.len() <= MOST_LAYERS
        && layers.iter().all(|(digest, size)| Digest::parse(digest).is_ok() && *size <= MOST_BYTES);
    match (sound, layers.is_empty()) {
        (false, _) => None,
        (true, true) => Some(Manifest::Other),
        (true, false) => Some(Manifest::Image(layers)),
    }
}

fn is_of_image(media_type: &str) -> bool {
    media_type.starts_with("application/vnd.docker.image.rootfs.")
        || media_type.starts_with("application/vnd.oci.image.layer.")
}
