//! Images that a table names: `{ oci = "DIR" }`, `{ archive = "FILE" }`, `{ manifest = "FILE" }` or
//! `{ reference = "registry://..." }`.

use imgcost::image::Image;

use crate::diagnostic::{Flaw, Problems};
use crate::real_image::ImageRequest;
use crate::service::{Found, Rules, open};
use crate::table::{Item, View};
use crate::value;

/// The keys that name an image, and the scheme that each stands for.
const KEYS: [(&str, &str); 4] =
    [("oci", "oci:"), ("archive", "archive:"), ("manifest", "manifest:"), ("reference", "")];

/// The most layers that a count may name.
const MOST: u64 = 1000;

/// The image that a table names, if it names one and that can be opened.
pub(super) fn read(
    table: &View<'_>,
    side: &str,
    rules: &Rules<'_>,
    found: &mut Found,
    problems: &mut Problems<'_>,
) -> Option<Image> {
    let mut named = KEYS.into_iter().filter_map(|(key, scheme)| Some((table.get(key)?, scheme)));
    let Some((item, scheme)) = named.next() else {
        without_image(table, problems);
        return None;
    };
    if let Some((again, _)) = named.next() {
        let message = format!("`{side}` names two images");
        problems.error("image-given-twice", again.key_span, message, "leave one of them out");
        return None;
    }
    let text = item.text(problems)?.trim();
    let mut reference = format!("{scheme}{text}");
    if let Some(config) = table.get("config") {
        if scheme != "manifest:" {
            let help = "leave it out: only a manifest alone needs its config named";
            let flaw = Flaw::new("conflicting-keys", "`config` says nothing here", help);
            problems.flaw(flaw, config.key_span);
            return None;
        }
        reference = format!("{reference}:{}", config.text(problems)?.trim());
    }
    let own = table.get("ratio").and_then(|item| {
        let text = item.decimal_text(problems)?;
        value::ratio(text.trim()).map_err(|flaw| item.flaw(flaw, problems)).ok()
    });
    let dependency_layers = layers(table.get("dependency-layers"), problems);
    let base_layers = layers(table.get("base-layers"), problems);
    if let (Some(item), None) = (table.get("dependency-layers"), table.get("base-layers")) {
        let help = "write base-layers too: dependencies are counted from where the base ends";
        problems.error(
            "missing-key",
            item.key_span,
            "`dependency-layers` without `base-layers`",
            help,
        );
        return None;
    }
    let platform = match table.get("platform") {
        Some(item) => Some(item.text(problems)?.trim().to_owned()),
        None => None,
    };
    let request = ImageRequest {
        reference,
        platform,
        base_layers,
        dependency_layers,
        ratio: own.unwrap_or_else(|| rules.any_ratio()),
    };
    let image = open(&request, own.is_some(), rules, &mut found.assumed);
    image.map_err(|flaw| item.flaw(flaw, problems)).ok()
}

fn layers(item: Option<Item<'_>>, problems: &mut Problems<'_>) -> Option<u32> {
    let item = item?;
    item.count(item.key, (0, MOST as u32), problems)
}

/// Keys that only mean something beside an image.
fn without_image(table: &View<'_>, problems: &mut Problems<'_>) {
    for key in ["config", "platform", "base-layers", "dependency-layers"] {
        if let Some(item) = table.get(key) {
            let message = format!("`{key}` says nothing without an image");
            let help = "name one with oci, archive, manifest or reference, or leave it out";
            problems.error("conflicting-keys", item.key_span, message, help);
        }
    }
}
