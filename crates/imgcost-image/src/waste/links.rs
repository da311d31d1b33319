//! Hard links: a file's bytes are in use as long as one of its names is.

use super::fate::{Fate, Item, is_marker, kind, moment, path};
use super::files::{FileKind, LayerFiles};
use super::needless;

/// What the other names of a file do with its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Names {
    /// No other name is seen.
    #[default]
    None,
    /// One is seen, in a place that nobody needs: the item at this position.
    Needless(usize),
    /// One is seen and needed.
    Needed,
}

/// Follows the links that containers see; for each item what its other names do.
pub(super) fn names(layers: &[LayerFiles], items: &[Item], fates: &[Fate]) -> Vec<Names> {
    let mut names = vec![Names::None; items.len()];
    for (position, (item, fate)) in items.iter().zip(fates).enumerate() {
        if kind(layers, *item) != FileKind::HardLink || *fate != Fate::Visible {
            continue;
        }
        let Some(file) = file_of(layers, items, *item) else { continue };
        let needless = needless::find(path(layers, *item)).is_some();
        if let Some(name) = names.get_mut(file) {
            *name = match *name {
                Names::None if needless => Names::Needless(position),
                Names::Needless(first) if needless => Names::Needless(first),
                _ => Names::Needed,
            };
        }
    }
    names
}

/// Links to links are followed so far; archivers link to a file's first name.
const MAX_STEPS: usize = 16;

/// The position of the file that a link stands for: what was at its target when it was made.
fn file_of(layers: &[LayerFiles], items: &[Item], mut link: Item) -> Option<usize> {
    for _ in 0..MAX_STEPS {
        let target = layers.get(link.layer as usize)?.link(link.index as usize);
        // The newest entry of that path before the link. It is searched for: hostile archives have
        // one name a million times, and a million links to it.
        let key = |item| (path(layers, item), !is_marker(layers, item), moment(item));
        let before = (target, true, moment(link));
        let position = items.partition_point(|item| key(*item) < before).checked_sub(1)?;
        let found = *items.get(position)?;
        if path(layers, found) != target || is_marker(layers, found) {
            return None;
        }
        match kind(layers, found) {
            FileKind::File => return Some(position),
            FileKind::HardLink => link = found,
            _ => return None,
        }
    }
    None
}
