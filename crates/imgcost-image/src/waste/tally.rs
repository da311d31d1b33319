use std::cmp::Reverse;
use std::collections::HashMap;

use super::{Offender, Waste, WasteKind};

/// How many offenders are named.
const NAMED: usize = 50;

/// Bytes in vain, added up by layer and by place.
pub(super) struct Tally<'l> {
    hidden: Vec<u64>,
    needless: Vec<u64>,
    places: HashMap<Place<'l>, Sum>,
}

/// What offends: a file, or a folder with what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Place<'l> {
    /// Its path, with zeros for slashes.
    pub(super) path: &'l [u8],
    pub(super) is_folder: bool,
    pub(super) kind: WasteKind,
}

struct Sum {
    bytes: u64,
    count: u64,
    layer: u32,
}

impl<'l> Tally<'l> {
    pub(super) fn new(layers: usize) -> Self {
        Self { hidden: vec![0; layers], needless: vec![0; layers], places: HashMap::new() }
    }

    /// Adds a file of a layer to a place.
    pub(super) fn add(&mut self, place: Place<'l>, layer: u32, bytes: u64) {
        let by_layer = match place.kind {
            WasteKind::Overwritten | WasteKind::Deleted => &mut self.hidden,
            WasteKind::PackageCache | WasteKind::DevDependencies => &mut self.needless,
        };
        if let Some(sum) = by_layer.get_mut(layer as usize) {
            *sum = sum.saturating_add(bytes);
        }
        let sum = self.places.entry(place).or_insert(Sum { bytes: 0, count: 0, layer });
        sum.bytes = sum.bytes.saturating_add(bytes);
        sum.count += 1;
        sum.layer = sum.layer.min(layer);
    }

    pub(super) fn finish(self) -> Waste {
        let mut places: Vec<_> = self.places.into_iter().filter(|(_, sum)| sum.bytes > 0).collect();
        places.sort_unstable_by_key(|(place, sum)| {
            (Reverse(sum.bytes), place.path, place.kind, place.is_folder)
        });
        places.truncate(NAMED);
        let total = |by_layer: &[u64]| by_layer.iter().fold(0_u64, |sum, n| sum.saturating_add(*n));
        Waste {
            hidden: total(&self.hidden),
            hidden_by_layer: self.hidden,
            needless: total(&self.needless),
            needless_by_layer: self.needless,
            offenders: places.into_iter().map(|(place, sum)| offender(place, &sum)).collect(),
        }
    }
}

fn offender(place: Place<'_>, sum: &Sum) -> Offender {
    let slashes = place.path.iter().map(|byte| if *byte == 0 { b'/' } else { *byte });
    let bytes: Vec<u8> = slashes.chain(place.is_folder.then_some(b'/')).collect();
    Offender {
        path: String::from_utf8_lossy(&bytes).into_owned(),
        kind: place.kind,
        bytes: sum.bytes,
        count: sum.count,
        layer: sum.layer as usize,
    }
}
