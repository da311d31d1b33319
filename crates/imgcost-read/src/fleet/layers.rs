//! Images that are given layer by layer.

use imgcost::image::{Digest, Layer, Trigger};
use imgcost::units::{Compressed, CompressionRatio, Unpacked};

use crate::diagnostic::{Flaw, Problems};
use crate::service::{Found, Rules};
use crate::table::{Item, View, view};
use crate::value::{self, SIZE};

pub(crate) const KEYS: [&str; 5] = ["compressed", "unpacked", "digest", "trigger", "linked"];

/// The most layers of an image; registries refuse far fewer.
const MOST: usize = 1000;

/// Reads `layers = [...]`, base first. Where a size is missing, the image's own ratio, the
/// fleet's, or the default gives it.
pub(super) fn read(
    item: &Item<'_>,
    ratio: Option<Item<'_>>,
    rules: &Rules<'_>,
    found: &mut Found,
    problems: &mut Problems<'_>,
) -> Vec<Layer> {
    let Some(array) = item.array(problems) else { return Vec::new() };
    if array.is_empty() || array.len() > MOST {
        let message = format!("an image has between 1 and {MOST} layers, not {}", array.len());
        item.flaw(Flaw::new("out-of-range", message, "list the layers, base first"), problems);
        return Vec::new();
    }
    let own = ratio.and_then(|item| {
        let text = item.decimal_text(problems)?;
        value::ratio(text.trim()).map_err(|flaw| item.flaw(flaw, problems)).ok()
    });
    let mut layers = Vec::with_capacity(array.len());
    for value in array.iter() {
        let element = item.element(value);
        let Some(table) = element.table(problems) else { continue };
        let table = view("the layer", table, element.span.clone(), &KEYS, problems);
        layers.extend(layer(&table, own, rules, found, problems));
    }
    layers
}

fn layer(
    table: &View<'_>,
    own: Option<CompressionRatio>,
    rules: &Rules<'_>,
    found: &mut Found,
    problems: &mut Problems<'_>,
) -> Option<Layer> {
    let mut size = |key| table.get(key).map(|item| item.quantity(SIZE, problems));
    let (compressed, unpacked) = (size("compressed"), size("unpacked"));
    let words = Trigger::ALL.map(|trigger| (trigger, trigger.name()));
    let trigger = table
        .need("trigger", "\"base-refresh\"", problems)
        .and_then(|item| item.word(&words, problems));
    let digest = table.get("digest").and_then(|item| {
        let text = item.text(problems)?;
        let wrong = |wrong: imgcost::units::ParseError| {
            Flaw::new("malformed-value", wrong.problem, wrong.help)
        };
        Digest::parse(text.trim()).map_err(|error| item.flaw(wrong(error), problems)).ok()
    });
    let linked = table.get("linked").and_then(|item| item.flag(problems)).unwrap_or(false);
    let (compressed, unpacked) = match (compressed, unpacked) {
        (Some(compressed), Some(unpacked)) => (Compressed(compressed?), Unpacked(unpacked?)),
        (Some(compressed), None) => {
            let compressed = Compressed(compressed?);
            let ratio = own.unwrap_or_else(|| rules.ratio(&mut found.assumed));
            (compressed, ratio.unpack(compressed))
        }
        (None, Some(unpacked)) => {
            let unpacked = Unpacked(unpacked?);
            let ratio = own.unwrap_or_else(|| rules.ratio(&mut found.assumed));
            (ratio.compress(unpacked), unpacked)
        }
        (None, None) => {
            let help = "write compressed = \"20MB\", unpacked = \"50MB\", or both";
            problems.error("missing-key", table.span.clone(), "the layer has no size", help);
            return None;
        }
    };
    Some(Layer { compressed, unpacked, digest, trigger: trigger?, linked })
}
