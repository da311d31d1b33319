//! Bytes that an image ships in vain.

/// Bytes shipped in one layer and overwritten or deleted in a later one, and bytes that nobody
/// needs at run time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waste {
    /// Unpacked bytes that no container sees: copies of a file below the one on top, and files that
    /// a later layer deletes. Hard links count once.
    pub hidden: u64,
    /// The same by layer, base first: bytes of that layer which a later one hides.
    pub hidden_by_layer: Vec<u64>,
    /// Unpacked bytes that containers see and do not need: caches of package managers, by layer.
    pub needless_by_layer: Vec<u64>,
    /// The sum of those.
    pub needless: u64,
    /// The biggest of both, biggest first.
    pub offenders: Vec<Offender>,
}

/// A path that costs bytes in vain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offender {
    /// The path in the image, without a leading slash; a folder ends in one.
    pub path: String,
    /// Why its bytes are in vain.
    pub kind: WasteKind,
    /// How many bytes.
    pub bytes: u64,
    /// How many files, or copies of one.
    pub count: u64,
    /// The layer that ships it, counted from the base, from 0; the first one where there are several.
    pub layer: usize,
}

/// Why bytes are in vain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WasteKind {
    /// A later layer has the same path with other bytes.
    Overwritten,
    /// A later layer deletes it.
    Deleted,
    /// The cache of a package manager.
    PackageCache,
    /// Packages that only development needs.
    DevDependencies,
}

/// The entries of one layer, as far as waste needs them.
#[derive(Debug, Default)]
pub(crate) struct LayerFiles {}

/// What a whole image wastes, from its layers, base first.
pub(crate) fn waste(_layers: &[LayerFiles]) -> Waste {
    todo!()
}
