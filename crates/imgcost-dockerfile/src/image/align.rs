use super::history::{Made, likeness};

/// Instructions and layers that are compared, from the top down: engines stack 127 layers at most.
const MOST: usize = 512;

/// What is known of where the base ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ground {
    /// Below this place everything is the base's.
    At(usize),
    /// Nobody knows: only a clear likeness counts.
    Unknown,
}

/// Likeness in percent from which a layer is taken for the file's own where it could be the base's.
const CLEAR: u32 = 50;

/// For each layer the instruction that made it, by their places; both base first.
///
/// The best pairing that keeps the order, from the top down: like ones together, an instruction that
/// made no layer costs a little, a layer that no instruction made costs more, and what is left at the
/// bottom is the base's and costs nothing.
pub(super) fn align(
    instructions: &[Vec<Made>],
    layers: &[Option<Made>],
    ground: Ground,
) -> Vec<Option<usize>> {
    let steps: Vec<usize> = (0..instructions.len()).rev().take(MOST).collect();
    let places: Vec<usize> = (0..layers.len()).rev().take(MOST).collect();
    let width = places.len() + 1;
    let gain = |step: usize, place: usize| -> Option<i64> {
        let made = layers.get(place)?.as_ref()?;
        let alike = likeness(instructions.get(step)?, made)?;
        let enough = match ground {
            Ground::At(end) => place >= end,
            Ground::Unknown => alike >= CLEAR,
        };
        enough.then_some(20 + i64::from(alike))
    };
    // The best that steps[i..] and places[j..] come to, by i x width + j.
    let mut best = vec![0_i64; (steps.len() + 1) * width];
    let at = |i: usize, j: usize| i * width + j;
    let read = |best: &[i64], i: usize, j: usize| best.get(at(i, j)).copied().unwrap_or(0);
    let options = |best: &[i64], i: usize, j: usize| -> [Option<i64>; 3] {
        let pair = steps.get(i).zip(places.get(j)).and_then(|(step, place)| gain(*step, *place));
        [
            pair.map(|gain| gain + read(best, i + 1, j + 1)),
            Some(read(best, i + 1, j) - 5),
            (j < places.len()).then(|| read(best, i, j + 1) - 30),
        ]
    };
    for i in (0..steps.len()).rev() {
        for j in (0..width).rev() {
            let most = options(&best, i, j).into_iter().flatten().max().unwrap_or(0);
            if let Some(place) = best.get_mut(at(i, j)) {
                *place = most;
            }
        }
    }
    let mut found = vec![None; layers.len()];
    let (mut i, mut j) = (0, 0);
    while i < steps.len() {
        let most = Some(read(&best, i, j));
        let [pair, no_layer, _] = options(&best, i, j);
        if pair == most {
            if let Some((step, place)) = steps.get(i).zip(places.get(j))
                && let Some(slot) = found.get_mut(*place)
            {
                *slot = Some(*step);
            }
            (i, j) = (i + 1, j + 1);
        } else if no_layer == most {
            i += 1;
        } else {
            j += 1;
        }
    }
    found
}
