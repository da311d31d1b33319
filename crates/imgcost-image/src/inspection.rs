use chrono::{DateTime, Utc};
use imgcost::image::Digest;

use crate::options::Platform;
use crate::waste::Waste;

/// An image as it was found: one platform of it, layer by layer, base first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// What the user asked for, such as `oci:build:latest`; where an archive holds several images,
    /// with the name of this one.
    pub reference: String,
    /// The manifest's digest; a classic docker archive has none.
    pub manifest: Option<Digest>,
    /// The platform that the image is for, where anything says so.
    pub platform: Option<Platform>,
    /// Whether there was a choice of platforms.
    pub choice: Choice,
    /// When it was built, where its config says so.
    pub created: Option<DateTime<Utc>>,
    /// Its config blob, which every pull moves too.
    pub config: ConfigBlob,
    /// The layers, base first, without those that are empty in its history.
    pub layers: Vec<InspectedLayer>,
    /// Bytes that a registry stores beside the image and no node pulls: attestations (SBOM,
    /// provenance) of this platform, with their configs and manifests.
    pub attached: u64,
    /// What is odd about it and worth telling: a shorter history, unknown media types.
    pub notes: Vec<String>,
    /// Bytes shipped in vain; only where the layers were read.
    pub waste: Option<Waste>,
    /// Whether every byte of its layers was read and is what the digests say; manifests and configs
    /// always are.
    pub verified: bool,
}

/// Whether there was a choice of platforms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// A single image: nothing to choose.
    Only,
    /// One platform of an index was taken; these are the others.
    OneOf {
        /// The platforms left aside.
        others: Vec<Platform>,
    },
}

/// The config of an image, as a blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigBlob {
    /// Its digest.
    pub digest: Digest,
    /// Its size in bytes; it is stored and sent as it is.
    pub size: u64,
}

/// One layer of an image as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectedLayer {
    /// The blob's digest; in docker archives, which hold layers unpacked, the digest of the
    /// unpacked layer (`diff_id`).
    pub digest: Digest,
    /// Digest of the unpacked layer, where the config tells.
    pub diff_id: Option<Digest>,
    /// Bytes in the registry and on the wire, as the manifest says; unknown in docker archives,
    /// which hold layers unpacked.
    pub compressed: Option<u64>,
    /// Length of the unpacked layer (its tar stream), and who says so.
    pub unpacked: Option<(u64, UnpackedFrom)>,
    /// How the blob is compressed.
    pub codec: Codec,
    /// Its media type, where one is given.
    pub media_type: Option<String>,
    /// The instruction that made it, where the history tells.
    pub created_by: Option<String>,
    /// When it was made, where the history tells.
    pub created: Option<DateTime<Utc>>,
    /// Whether an earlier empty history entry closed an image below this layer: a `CMD` or
    /// `ENTRYPOINT` stands between this layer and the one below it.
    pub starts_image: bool,
}

/// Who says how many bytes an unpacked layer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnpackedFrom {
    /// The layer was read to its end.
    Read,
    /// An annotation of the manifest, such as eStargz writes.
    Annotation,
    /// The blob is not compressed: both sizes are the same.
    Plain,
}

/// How a layer's blob is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Codec {
    /// Not at all.
    Tar,
    /// gzip.
    Gzip,
    /// gzip in seekable members with a table of contents (eStargz).
    Estargz,
    /// Zstandard.
    Zstd,
    /// A media type that is not known here.
    Unknown,
}

impl Inspection {
    /// Bytes of one cold pull: layers and config, as a registry serves them; `None` if a layer's
    /// size on the wire is not known.
    pub fn compressed(&self) -> Option<u64> {
        self.layers
            .iter()
            .try_fold(self.config.size, |sum, layer| sum.checked_add(layer.compressed?))
    }

    /// Unpacked bytes of all layers; `None` if one is not known.
    pub fn unpacked(&self) -> Option<u64> {
        self.layers.iter().try_fold(0_u64, |sum, layer| sum.checked_add(layer.unpacked?.0))
    }
}

impl Codec {
    /// `tar`, `gzip`, `estargz`, `zstd` or `unknown`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tar => "tar",
            Self::Gzip => "gzip",
            Self::Estargz => "estargz",
            Self::Zstd => "zstd",
            Self::Unknown => "unknown",
        }
    }
}

impl UnpackedFrom {
    /// `read`, `annotation` or `plain`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Annotation => "annotation",
            Self::Plain => "plain",
        }
    }
}
