//! Bytes that an image ships in vain.
//!
//! Layers are stacked as the OCI image specification has it (`layer.md`): whiteouts act on lower
//! layers only, wherever they stand; a file takes the place of a folder and the other way round;
//! of two entries of one layer with the same path the later one wins. Two things are not followed:
//! symbolic links on the way to a file (builders write real paths), and holes of sparse files,
//! which count as what is stored.
//!
//! # Why `dive` says something else
//!
//! `dive` 0.13.1 adds up every file whose path occurs in two layers or more. For three layers that a
//! test stacks (`the_figures_beside_those_of_dive`), both tools print, in bytes:
//!
//! | what happens | dive | here | why |
//! |---|---|---|---|
//! | `app/big`, 100,000, is shipped three times | 300,000 | 200,000 | one copy is used: two are waste |
//! | `app/gone`, 50,000, is deleted | 50,000 | 50,000 | |
//! | `tree/`, 20,000 + 10,000, is deleted by one whiteout | not listed | 30,000 | its files occur once by path, and are shipped all the same |
//! | `lnk1`, 3,000, is deleted, its hard link `lnk2` stays | 3,000 | 0 | the bytes are still in use |
//! | together | 353,000 | 280,000 | |
//!
//! `dive` names neither caches nor development packages, and its image size is the sum of its files;
//! ours is the length of the layers' tar streams, which is what the configuration's `diff_id` is of.

mod fate;
mod files;
mod links;
mod needless;
#[cfg(test)]
mod reference_model;
mod tally;
#[cfg(test)]
mod tests;

use fate::{Fate, Item, fates, kind, path, size, sorted};
use files::FileKind;
pub(crate) use files::LayerFiles;
use links::{Names, names};
use tally::{Place, Tally};

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

/// What a whole image wastes, from its layers, base first; `None` if it has too many files to tell.
pub(crate) fn waste(layers: &[LayerFiles]) -> Option<Waste> {
    if layers.iter().any(LayerFiles::is_cut) {
        return None;
    }
    let items = sorted(layers);
    let fates = fates(layers, &items);
    let names = names(layers, &items, &fates);
    let mut tally = Tally::new(layers.len());
    for ((item, fate), names) in items.iter().zip(&fates).zip(&names) {
        if kind(layers, *item) == FileKind::File
            && let Some(place) = place(layers, &items, *item, *fate, *names)
        {
            tally.add(place, item.layer, size(layers, *item));
        }
    }
    Some(tally.finish())
}

/// What a file's bytes are counted under; `None` if they are of use.
fn place<'l>(
    layers: &'l [LayerFiles],
    items: &[Item],
    file: Item,
    fate: Fate,
    names: Names,
) -> Option<Place<'l>> {
    let own = path(layers, file);
    let hidden = |path, is_folder, kind| Some(Place { path, is_folder, kind });
    let needless = |path: &'l [u8]| {
        let (kind, length) = needless::find(path)?;
        Some(Place { path: path.get(..length)?, is_folder: true, kind })
    };
    match (fate, names) {
        (_, Names::Needed) => None,
        (Fate::Visible, _) => needless(own),
        (_, Names::Needless(other)) => needless(path(layers, *items.get(other)?)),
        (Fate::Overwritten, Names::None) => hidden(own, false, WasteKind::Overwritten),
        (Fate::Deleted, Names::None) => hidden(own, false, WasteKind::Deleted),
        (Fate::DeletedWith(folder), Names::None) => {
            hidden(path(layers, *items.get(folder)?), true, WasteKind::Deleted)
        }
    }
}
