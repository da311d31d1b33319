use super::Region;
use super::provider::{Plan, RegistryProvider};
use crate::price::PriceId;
use crate::units::{Compressed, Span};

/// Where images are stored and pulled from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registry {
    /// Its name in the fleet file.
    pub name: String,
    /// Whose product it is.
    pub provider: &'static RegistryProvider,
    /// Where it is.
    pub region: Region,
    /// Which versions are kept.
    pub retention: Retention,
    /// Across what a layer is stored only once.
    pub dedup: Dedup,
    /// Regions that hold a full copy.
    pub replicas: Vec<Region>,
    /// Platforms stored of every image; nodes pull one of them. At least 1.
    pub architectures: u32,
    /// SBOM and provenance blobs beside each image: stored, never pulled by nodes.
    pub attestations: Compressed,
    /// The price of scanning one pushed image, if images are scanned.
    pub scan: Option<PriceId>,
    /// The plan whose base fee is paid, for registries that sell plans.
    pub plan: Option<&'static Plan>,
}

/// How many versions of an image a registry keeps: the newest so many tags, only tags younger than
/// an age, or the stricter of both. Without either, everything is kept and storage grows over the
/// fleet's horizon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Tags kept.
    pub last: Option<u32>,
    /// Age up to which tags are kept.
    pub max_age: Option<Span>,
}

impl Retention {
    /// Everything is kept.
    pub const FOREVER: Self = Self { last: None, max_age: None };

    /// Whether nothing is ever deleted.
    pub fn is_forever(self) -> bool {
        self == Self::FOREVER
    }
}

/// Across what a registry stores equal layers once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dedup {
    /// Within one repository; the usual case, and ECR's default.
    Repository,
    /// Across the whole registry (ECR with blob mounting, IBM, Artifact Registry as measured).
    Registry,
    /// Not at all: every tag is billed in full.
    None,
}

impl Dedup {
    /// `repository`, `registry` or `none`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Repository => "repository",
            Self::Registry => "registry",
            Self::None => "none",
        }
    }
}
