//! What becomes of every entry when the layers are stacked.

use super::files::{FileKind, LayerFiles};

/// One entry of one layer. Sorted by path; of one path, markers of deletion come first; those and
/// the others go from the base up, in the order of the layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) layer: u32,
    pub(super) index: u32,
}

/// What becomes of an entry's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Containers see it.
    Visible,
    /// Something later has its path, and is seen.
    Overwritten,
    /// A later layer deletes this very path.
    Deleted,
    /// A later layer deletes or replaces a folder above it: that of the item at this position.
    DeletedWith(usize),
}

/// All entries of all layers, sorted.
pub(super) fn sorted(layers: &[LayerFiles]) -> Vec<Item> {
    let mut items = Vec::with_capacity(layers.iter().map(LayerFiles::len).sum());
    for (layer, files) in (0_u32..).zip(layers) {
        items.extend((0_u32..).take(files.len()).map(|index| Item { layer, index }));
    }
    // A stable sort keeps the order of layers; it is quick because archives come nearly sorted.
    let key = |item| (path(layers, item), !is_marker(layers, item));
    items.sort_by(|a, b| key(*a).cmp(&key(*b)));
    items
}

/// The fate of each item, in their order; of whiteouts it means nothing.
pub(super) fn fates(layers: &[LayerFiles], items: &[Item]) -> Vec<Fate> {
    let mut fates = vec![Fate::Visible; items.len()];
    // Folders (and what else has something below it) from the root to the current path.
    let mut above: Vec<Above<'_>> = Vec::new();
    let mut start = 0;
    for group in items.chunk_by(|a, b| path(layers, *a) == path(layers, *b)) {
        let Some(first) = group.first() else { continue };
        let group_path = path(layers, *first);
        while above.last().is_some_and(|folder| !is_below(group_path, folder.path)) {
            above.pop();
        }
        let inherited = above.last().map_or(Cover { until: 0, by: 0 }, |folder| folder.cover);
        let group_fates = fates.get_mut(start..start + group.len()).unwrap_or_default();
        let own = Group::new(layers, group);
        let deleted = inherited.until.max(own.whiteout);
        let last = own.last.filter(|at| *at >= deleted);
        for (item, fate) in group.iter().zip(group_fates) {
            *fate = match last {
                Some(last) if last == moment(*item) => Fate::Visible,
                Some(_) => Fate::Overwritten,
                None if inherited.until >= own.whiteout => Fate::DeletedWith(inherited.by),
                None => Fate::Deleted,
            };
        }
        // A file that has something below it later on is not a file any more.
        if let Some(newest) = own.last {
            for folder in &mut above {
                if let Some((at, position)) = folder.file
                    && at < newest
                    && let Some(fate) = fates.get_mut(position)
                {
                    *fate = Fate::Overwritten;
                    folder.file = None;
                }
            }
        }
        let below = own.whiteout.max(own.opaque).max(own.no_folder);
        let cover =
            if below > inherited.until { Cover { until: below, by: start } } else { inherited };
        let is_file = last.is_some() && last == Some(own.no_folder);
        let file = last.filter(|_| is_file).map(|at| (at, start + own.last_position));
        above.push(Above { path: group_path, cover, file });
        start += group.len();
    }
    fates
}

/// What lies above the current path.
struct Above<'l> {
    path: &'l [u8],
    cover: Cover,
    /// When and at which position a file took this path, if none of what is below came later.
    file: Option<(u64, usize)>,
}

/// Everything below a path that came before `until` is gone, because of the item at `by`.
#[derive(Clone, Copy)]
struct Cover {
    until: u64,
    by: usize,
}

/// What the layers do with one path; moments are 0 where they do nothing.
struct Group {
    /// The newest whiteout of it, and of what is below.
    whiteout: u64,
    opaque: u64,
    /// The newest entry that is no folder, and the newest of all, with its position in the group.
    no_folder: u64,
    last: Option<u64>,
    last_position: usize,
}

impl Group {
    fn new(layers: &[LayerFiles], items: &[Item]) -> Self {
        let mut group = Self { whiteout: 0, opaque: 0, no_folder: 0, last: None, last_position: 0 };
        for (position, item) in items.iter().enumerate() {
            match kind(layers, *item) {
                FileKind::Whiteout => group.whiteout = before(item.layer),
                FileKind::Opaque => group.opaque = before(item.layer),
                kind => {
                    group.last = Some(moment(*item));
                    group.last_position = position;
                    if kind != FileKind::Directory {
                        group.no_folder = moment(*item);
                    }
                }
            }
        }
        group
    }
}

/// When an entry is unpacked: layer by layer, each in its own order.
pub(super) fn moment(item: Item) -> u64 {
    before(item.layer) + 1 + u64::from(item.index)
}

/// When a layer's whiteouts happen: they delete from lower layers only, wherever in it they are.
fn before(layer: u32) -> u64 {
    u64::from(layer) << 32
}

pub(super) fn path(layers: &[LayerFiles], item: Item) -> &[u8] {
    layers.get(item.layer as usize).map_or(&[], |files| files.path(item.index as usize))
}

pub(super) fn kind(layers: &[LayerFiles], item: Item) -> FileKind {
    layers.get(item.layer as usize).map_or(FileKind::Other, |files| files.kind(item.index as usize))
}

/// Whether an entry only deletes others.
pub(super) fn is_marker(layers: &[LayerFiles], item: Item) -> bool {
    matches!(kind(layers, item), FileKind::Whiteout | FileKind::Opaque)
}

pub(super) fn size(layers: &[LayerFiles], item: Item) -> u64 {
    layers.get(item.layer as usize).map_or(0, |files| files.size(item.index as usize))
}

fn is_below(path: &[u8], folder: &[u8]) -> bool {
    match path.strip_prefix(folder) {
        Some(rest) => folder.is_empty() || rest.first() == Some(&0),
        None => false,
    }
}
