use std::fmt;
use std::sync::Arc;

use crate::units::{Compressed, ParseError, Ratio, Unpacked};

/// An image: layers, base first.
///
/// ```
/// use imgcost::image::{Image, Profile};
/// use imgcost::units::{CompressionRatio, Unpacked};
///
/// let ratio = CompressionRatio::new("2.7".parse().unwrap()).unwrap();
/// let image = Profile::SingleStage.image_from_unpacked(Unpacked(1_200_000_000), ratio);
/// assert_eq!(image.compressed().0, 444_444_444);
/// assert_eq!(image.layers.len(), 3);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// The layers, base first.
    pub layers: Vec<Layer>,
    /// What the registry stores beside each version and no node pulls: attestations.
    pub attached: Compressed,
}

/// One layer of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// Size of the blob in the registry and on the wire.
    pub compressed: Compressed,
    /// Size on a node's disk.
    pub unpacked: Unpacked,
    /// The blob's digest. Layers with the same digest are shared, on a node and in a registry.
    pub digest: Option<Digest>,
    /// What makes the layer's own content change.
    pub trigger: Trigger,
    /// Built with `COPY --link`, or a `COPY --from` of an unchanged source: changes below do not rebuild it.
    pub linked: bool,
}

/// What makes a layer's own content change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trigger {
    /// A new base image.
    BaseRefresh,
    /// A changed lock file.
    DependencyUpdate,
    /// A changed source line, that is, every deploy.
    Deploy,
}

/// A content digest such as `sha256:9f86d0...`; compared as text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(Arc<str>);

/// All the reasons for which a layer is rebuilt: its own and, unless it is linked, those of every
/// layer below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TriggerSet(u8);

impl Image {
    /// An image of these layers with nothing attached.
    pub const fn of(layers: Vec<Layer>) -> Self {
        Self { layers, attached: Compressed(0) }
    }

    /// Compressed bytes of all layers: what a cold pull moves.
    pub fn compressed(&self) -> Compressed {
        Compressed(self.layers.iter().map(|layer| layer.compressed.0).sum())
    }

    /// Unpacked bytes of all layers: what `docker images` prints.
    pub fn unpacked(&self) -> Unpacked {
        Unpacked(self.layers.iter().map(|layer| layer.unpacked.0).sum())
    }

    /// Unpacked bytes per compressed byte of the whole image; 1 for an empty one.
    pub fn compression(&self) -> Ratio {
        let (unpacked, compressed) = (self.unpacked().0, self.compressed().0);
        Ratio::new(i128::from(unpacked), i128::from(compressed)).unwrap_or(Ratio::ONE)
    }

    /// The layers with everything that rebuilds each of them, base first.
    ///
    /// A layer is rebuilt when its own trigger fires or any layer below it was rebuilt, unless it
    /// is linked (model of BuildKit's cache). This is why `COPY . .` before `npm install` is dear.
    pub fn cascade(&self) -> impl Iterator<Item = (&Layer, TriggerSet)> {
        let mut below = TriggerSet::NONE;
        self.layers.iter().map(move |layer| {
            let own = TriggerSet::of(layer.trigger);
            let set = if layer.linked { own } else { own.union(below) };
            below = below.union(set);
            (layer, set)
        })
    }
}

impl Trigger {
    /// All triggers.
    pub const ALL: [Self; 3] = [Self::BaseRefresh, Self::DependencyUpdate, Self::Deploy];

    /// `base-refresh`, `dependency-update` or `deploy`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BaseRefresh => "base-refresh",
            Self::DependencyUpdate => "dependency-update",
            Self::Deploy => "deploy",
        }
    }
}

impl TriggerSet {
    /// No reason at all.
    pub const NONE: Self = Self(0);
    /// Just one reason.
    pub const fn of(trigger: Trigger) -> Self {
        Self(1 << trigger as u8)
    }

    /// Either's reasons.
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These reasons but one.
    pub const fn without(self, trigger: Trigger) -> Self {
        Self(self.0 & !(1 << trigger as u8))
    }

    /// Whether this trigger is among the reasons.
    pub const fn contains(self, trigger: Trigger) -> bool {
        self.0 & (1 << trigger as u8) != 0
    }
}

impl Digest {
    /// The digest that a SHA-256 hash is written as.
    pub fn sha256(hash: [u8; 32]) -> Self {
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        Self(format!("sha256:{hex}").into())
    }

    /// Reads `algorithm:hex`.
    ///
    /// # Errors
    /// [`ParseError`] unless the text is an algorithm, a colon and at least 32 hex digits.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let well_formed = text.split_once(':').is_some_and(|(algorithm, hex)| {
            !algorithm.is_empty()
                && algorithm.bytes().all(|b| b.is_ascii_alphanumeric() || b"+._-".contains(&b))
                && (32..=128).contains(&hex.len())
                && hex.bytes().all(|b| b.is_ascii_hexdigit())
        });
        if well_formed {
            Ok(Self(text.to_ascii_lowercase().into()))
        } else {
            Err(ParseError::new(
                format!("`{text}` is not a digest"),
                "write a digest such as sha256: followed by 64 hex digits",
            ))
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
