//! What a service says about one of its images, to layers.

use imgcost::image::{ClassSizes, Image, Layer, Profile, Trigger};
use imgcost::units::{Compressed, CompressionRatio, Unpacked};

use super::field::{AFTER, BEFORE, Field, FieldSet, ImageFields, RawService};
use super::rules::{Found, Memory, Rules};
use super::size::{bytes, plain};
use crate::assumed::{Assumed, Taken};
use crate::diagnostic::Flaw;
use crate::real_image::{ImageRequest, is_reference};
use crate::table::word;
use crate::value;

/// Which kind of bytes a size counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bytes {
    Compressed,
    Unpacked,
}

pub(crate) const KINDS: [(Bytes, &str); 2] =
    [(Bytes::Compressed, "compressed"), (Bytes::Unpacked, "unpacked")];
pub(crate) const PROFILES: [(Profile, &str); 2] = [
    (Profile::SingleStage, Profile::SingleStage.name()),
    (Profile::MultiStage, Profile::MultiStage.name()),
];

/// Whether anything is said about the image at all.
pub(super) fn is_given(raw: &RawService<'_>, fields: &ImageFields) -> bool {
    raw.has_any(FieldSet::of(&fields.all())) || raw.image(fields).is_some()
}

/// Whether both images are described in the same words. They are then the same image: the profile
/// that is assumed where none is given differs by side, and must not make a difference of its own.
pub(super) fn is_same(raw: &RawService<'_>) -> bool {
    let texts = |fields: &ImageFields| fields.all().map(|field| raw.get(field));
    texts(&BEFORE) == texts(&AFTER) && raw.image(&BEFORE) == raw.image(&AFTER)
}

/// Reads an image into `image`, whose layers keep their memory from one service to the next.
pub(super) fn read(
    raw: &RawService<'_>,
    fields: &ImageFields,
    rules: &Rules<'_>,
    memory: &mut Memory,
    image: &mut Image,
    found: &mut Found,
) {
    image.attached = Compressed(0);
    let layers = &mut image.layers;
    let total = raw.has_any(FieldSet::of(&[fields.size, fields.compressed, fields.unpacked]));
    let classes = raw.has_any(FieldSet::of(&fields.classes));
    match (raw.image(fields), total, classes) {
        (Some(given), false, false) => {
            image.clone_from(given);
            let idle = [fields.profile, fields.sizes].into_iter().find(|field| raw.has(*field));
            if let Some(field) = idle {
                let message = format!("`{}` says nothing beside real layers", field.name());
                found.flaw(
                    field,
                    Flaw::new(
                        "conflicting-keys",
                        message,
                        "leave it out: each layer has its own size and trigger",
                    ),
                );
            }
        }
        (None, true, false) => match raw.get(fields.size).filter(|text| is_reference(text)) {
            Some(text) => from_reference(raw, fields, text, rules, memory, image, found),
            None => from_total(raw, fields, rules, memory, layers, found),
        },
        (None, false, true) => from_classes(raw, fields, rules, memory, layers, found),
        (None, false, false) => {
            let message = format!("`{}` gives no size", fields.side);
            let help = "write { size = \"1.2GB\" }, { compressed = \"444MB\" }, or base, dependencies and application";
            let first = fields.all().into_iter().find(|field| raw.has(*field));
            found.push(first, Flaw::new("missing-key", message, help));
        }
        _ => {
            let message = format!("`{}` is described in more than one way", fields.side);
            let help = "give a size, or sizes of base, dependencies and application, or layers";
            let field = fields.all().into_iter().find(|field| raw.has(*field));
            found.push(field, Flaw::new("image-given-twice", message, help));
        }
    }
}

/// A reference where a size may stand: `before = "oci:build"`, or the cell of a list.
fn from_reference(
    raw: &RawService<'_>,
    fields: &ImageFields,
    reference: &str,
    rules: &Rules<'_>,
    memory: &mut Memory,
    image: &mut Image,
    found: &mut Found,
) {
    let sizes = [fields.compressed, fields.unpacked, fields.profile, fields.sizes];
    if let Some(field) = sizes.into_iter().find(|field| raw.has(*field)) {
        let message = format!("`{}` says nothing beside a real image", field.name());
        found.flaw(field, Flaw::new("conflicting-keys", message, "leave it out"));
        return;
    }
    let own = raw.get(fields.ratio);
    let own =
        own.and_then(|text| found.settle(fields.ratio, memory.ratios.get(text, value::ratio)));
    let request = ImageRequest {
        reference: reference.to_owned(),
        platform: None,
        base_layers: None,
        dependency_layers: None,
        ratio: own.unwrap_or_else(|| rules.any_ratio()),
    };
    let opened = open(&request, own.is_some(), rules, &mut found.assumed);
    if let Some(opened) = found.settle(fields.size, opened) {
        *image = opened;
    }
}

/// Has an image opened, and notes what that takes for granted.
pub(crate) fn open(
    request: &ImageRequest,
    own_ratio: bool,
    rules: &Rules<'_>,
    assumed: &mut Assumed,
) -> Result<Image, Flaw> {
    let read = (rules.images)(request).map_err(|problem| {
        Flaw::new("image-not-read", problem.message, problem.help).label("this image")
    })?;
    if read.used_ratio && !own_ratio {
        rules.ratio(assumed);
    }
    if read.chose_platform && request.platform.is_none() {
        assumed.take(Taken::PLATFORM);
    }
    if request.base_layers.is_none() {
        assumed.take(Taken::LAYER_CLASSES);
    }
    Ok(read.image)
}

fn from_total(
    raw: &RawService<'_>,
    fields: &ImageFields,
    rules: &Rules<'_>,
    memory: &mut Memory,
    layers: &mut Vec<Layer>,
    found: &mut Found,
) {
    let profile = profile(raw, fields, found);
    let kind = kind(raw, fields, found);
    let mut compressed = size(raw, fields.compressed, found);
    let mut unpacked = size(raw, fields.unpacked, found);
    if raw.has(fields.size) {
        let (same, slot) = match kind {
            Bytes::Compressed => (fields.compressed, &mut compressed),
            Bytes::Unpacked => (fields.unpacked, &mut unpacked),
        };
        if raw.has(same) {
            let message =
                format!("`{}` and `{}` are the same size", fields.size.name(), same.name());
            let help = "leave one of them out; `sizes` says which kind of bytes `size` counts";
            found.flaw(same, Flaw::new("conflicting-keys", message, help));
        }
        *slot = size(raw, fields.size, found);
    } else if raw.has(fields.sizes) {
        idle_sizes(fields, found);
    }
    // The rounding of both directions is the domain's.
    let (compressed, unpacked) = match (compressed, unpacked) {
        (Some(compressed), Some(unpacked)) => (compressed, unpacked),
        (None, Some(unpacked)) => {
            let Some(ratio) = ratio(raw, fields, rules, memory, found) else { return };
            (compress(ratio, unpacked), unpacked)
        }
        (Some(compressed), None) => {
            let Some(ratio) = ratio(raw, fields, rules, memory, found) else { return };
            (compressed, ratio.unpack(Compressed(compressed)).0)
        }
        (None, None) => return,
    };
    write(profile, split(profile, compressed), split(profile, unpacked), layers);
}

fn from_classes(
    raw: &RawService<'_>,
    fields: &ImageFields,
    rules: &Rules<'_>,
    memory: &mut Memory,
    layers: &mut Vec<Layer>,
    found: &mut Found,
) {
    let profile = profile(raw, fields, found);
    let kind = kind(raw, fields, found);
    let [base, dependencies, application] = fields.classes.map(|field| {
        if !raw.has(field) {
            let key = field.name().rsplit('.').next().unwrap_or_default();
            let message = format!("`{}` has no `{key}`", fields.side);
            found.push(
                None,
                Flaw::new(
                    "missing-key",
                    message,
                    format!("write {key} = \"0B\" if there is nothing of it"),
                ),
            );
        }
        size(raw, field, found)
    });
    let (Some(base), Some(dependencies), Some(application)) = (base, dependencies, application)
    else {
        return;
    };
    let Some(ratio) = ratio(raw, fields, rules, memory, found) else { return };
    let given = ClassSizes { base, dependencies, application };
    let derived = |bytes: u64| match kind {
        Bytes::Compressed => ratio.unpack(Compressed(bytes)).0,
        Bytes::Unpacked => compress(ratio, bytes),
    };
    let other = ClassSizes {
        base: derived(base),
        dependencies: derived(dependencies),
        application: derived(application),
    };
    match kind {
        Bytes::Compressed => write(profile, given, other, layers),
        Bytes::Unpacked => write(profile, other, given, layers),
    }
}

fn profile(raw: &RawService<'_>, fields: &ImageFields, found: &mut Found) -> Profile {
    let before = fields.side == "before";
    let default = if before { Profile::SingleStage } else { Profile::MultiStage };
    match raw.get(fields.profile) {
        Some("single-stage") => Profile::SingleStage,
        Some("multi-stage") => Profile::MultiStage,
        Some(text) => {
            found.settle(fields.profile, word("profile", text, &PROFILES)).unwrap_or(default)
        }
        None => {
            found.assumed.take(if before {
                Taken::PROFILE_SINGLE_STAGE
            } else {
                Taken::PROFILE_MULTI_STAGE
            });
            default
        }
    }
}

fn kind(raw: &RawService<'_>, fields: &ImageFields, found: &mut Found) -> Bytes {
    match raw.get(fields.sizes) {
        Some(text) => {
            found.settle(fields.sizes, word("sizes", text, &KINDS)).unwrap_or(Bytes::Unpacked)
        }
        None => Bytes::Unpacked,
    }
}

fn idle_sizes(fields: &ImageFields, found: &mut Found) {
    let message = format!("`{}` says nothing without `size`", fields.sizes.name());
    found.flaw(fields.sizes, Flaw::new("conflicting-keys", message, "leave it out"));
}

#[inline]
fn size(raw: &RawService<'_>, field: Field, found: &mut Found) -> Option<u64> {
    let text = raw.get(field)?;
    match plain(text.as_bytes()) {
        Some(bytes) => Some(bytes),
        None => found.settle(field, bytes(text)),
    }
}

/// The image's own ratio, else the fleet's, else the default.
fn ratio(
    raw: &RawService<'_>,
    fields: &ImageFields,
    rules: &Rules<'_>,
    memory: &mut Memory,
    found: &mut Found,
) -> Option<CompressionRatio> {
    match raw.get(fields.ratio) {
        Some(text) => found.settle(fields.ratio, memory.ratios.get(text, value::ratio)),
        None => Some(rules.ratio(&mut found.assumed)),
    }
}

/// [`Profile::split`] without fractions: sizes are at most 20 PiB, so that products fit 64 bits.
#[inline]
fn split(profile: Profile, total: u64) -> ClassSizes {
    let (base, dependencies) = profile.shares();
    let percent = |share: u8| (total * u64::from(share) + 50) / 100;
    let base = percent(base).min(total);
    let dependencies = percent(dependencies).min(total - base);
    ClassSizes { base, dependencies, application: total - base - dependencies }
}

/// [`CompressionRatio::compress`] in 64 bits where they suffice.
#[inline]
fn compress(ratio: CompressionRatio, unpacked: u64) -> u64 {
    let value = ratio.value();
    let narrow = || {
        let by = u64::try_from(value.mantissa()).ok()?;
        let scaled = unpacked.checked_mul(10_u64.checked_pow(value.scale())?)?;
        scaled.checked_add(by / 2)?.checked_div(by)
    };
    narrow().unwrap_or_else(|| ratio.compress(Unpacked(unpacked)).0)
}

/// [`Profile::image_of_classes`] into layers that are there already.
#[inline]
fn write(profile: Profile, compressed: ClassSizes, unpacked: ClassSizes, layers: &mut Vec<Layer>) {
    let base = (Trigger::BaseRefresh, compressed.base, unpacked.base);
    let dependencies = (Trigger::DependencyUpdate, compressed.dependencies, unpacked.dependencies);
    let application = (Trigger::Deploy, compressed.application, unpacked.application);
    let order = match profile {
        Profile::SingleStage => [base, application, dependencies],
        Profile::MultiStage => [base, dependencies, application],
    };
    let layer = |(trigger, compressed, unpacked)| Layer {
        compressed: Compressed(compressed),
        unpacked: Unpacked(unpacked),
        digest: None,
        trigger,
        linked: false,
    };
    match layers.as_mut_slice() {
        [first, second, third] => {
            for (old, new) in [first, second, third].into_iter().zip(order) {
                *old = layer(new);
            }
        }
        _ => {
            layers.clear();
            layers.extend(order.map(layer));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splitting_and_ordering_agree_with_the_domain() {
        let totals = [0, 1, 7, 50, 99, 100, 101, 444_444_444, 66_666_667, (1 << 50) + 13, 20 << 50];
        for profile in Profile::ALL {
            for total in totals {
                let parts = split(profile, total);
                assert_eq!(parts, profile.split(total), "{total}");
                let mut layers = Vec::new();
                for part in [total, total / 2] {
                    write(profile, parts, profile.split(part), &mut layers);
                    assert_eq!(layers, profile.image_of_classes(parts, profile.split(part)).layers);
                }
            }
        }
    }

    #[test]
    fn compressing_agrees_with_the_domain() {
        for ratio in ["1", "2.7", "2.65", "3", "2.333333333333", "20", "19.999999999999"] {
            let ratio = value::ratio(ratio).unwrap();
            for bytes in
                [0, 1, 2, 3, 26, 27, 28, 1_200_000_000, 180_000_001, (1 << 50) - 1, 1 << 50]
            {
                assert_eq!(
                    compress(ratio, bytes),
                    ratio.compress(Unpacked(bytes)).0,
                    "{bytes} / {ratio}"
                );
            }
        }
    }
}
