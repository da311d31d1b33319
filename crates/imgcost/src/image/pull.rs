use rustc_hash::FxHashSet;

use super::layer::Digest;
use crate::units::Compressed;

/// A blob as a registry holds it: a layer or a config.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Blob {
    /// Its digest.
    pub digest: Digest,
    /// Its size, stored and sent.
    pub compressed: Compressed,
}

/// The blobs that a pull of an image needs, one platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// The layers, base first.
    pub layers: Vec<Blob>,
    /// The config, sent like a layer.
    pub config: Blob,
}

/// What one pull moved to a node, given what the node had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pull {
    /// Bytes sent: layers and config that the node did not have.
    pub bytes: u64,
    /// Bytes that it had.
    pub reused: u64,
    /// Layers sent.
    pub layers_new: u64,
    /// Layers that it had.
    pub layers_reused: u64,
}

impl Contents {
    /// Bytes of a pull to an empty node, each blob once.
    ///
    /// A manifest may name a blob twice (`compressed` counts it twice); it is sent once.
    pub fn whole(&self) -> u64 {
        self.blobs().map(|blob| blob.compressed.0).fold(0, u64::saturating_add)
    }

    fn blobs(&self) -> impl Iterator<Item = &Blob> {
        self.layers.iter().chain([&self.config])
    }
}

/// Bytes of several pulls together.
pub fn sent(pulls: &[Pull]) -> u64 {
    pulls.iter().map(|pull| pull.bytes).fold(0, u64::saturating_add)
}

/// What a node fetches that pulls these images in this order and keeps every blob: each digest
/// crosses the wire once.
///
/// Manifests are not counted; they are fetched anew each time and are a few kilobytes.
///
/// ```
/// use imgcost::image::{Blob, Contents, Digest, pulls};
/// use imgcost::units::Compressed;
///
/// let blob = |n: u64, size| Blob {
///     digest: Digest::parse(&format!("sha256:{n:064x}")).unwrap(),
///     compressed: Compressed(size),
/// };
/// let release = |app| Contents { layers: vec![blob(1, 100), blob(app, 10)], config: blob(app + 50, 1) };
/// let moved = pulls([&release(2), &release(3), &release(3)]);
/// // Everything; then the application and its config, over a base that is there; then nothing.
/// assert_eq!(moved.iter().map(|pull| pull.bytes).collect::<Vec<_>>(), [111, 11, 0]);
/// ```
pub fn pulls<'c>(images: impl IntoIterator<Item = &'c Contents>) -> Vec<Pull> {
    let mut held: FxHashSet<&Digest> = FxHashSet::default();
    let mut pull = |image: &'c Contents| {
        let mut moved = Pull { bytes: 0, reused: 0, layers_new: 0, layers_reused: 0 };
        for (place, blob) in image.blobs().enumerate() {
            let layer = u64::from(place < image.layers.len());
            let (bytes, layers) = match held.insert(&blob.digest) {
                true => (&mut moved.bytes, &mut moved.layers_new),
                false => (&mut moved.reused, &mut moved.layers_reused),
            };
            *bytes = bytes.saturating_add(blob.compressed.0);
            *layers += layer;
        }
        moved
    };
    images.into_iter().map(&mut pull).collect()
}
