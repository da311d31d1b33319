//! `az acr manifest list-metadata`, and the older `az acr repository show-manifests`.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::InventoryError;
use crate::inventory::{Input, Inventory};
use crate::listing::{
    ACR, Context, Objection, Pulled, Registries, Version, best_tag, bytes, entries, inventory,
    kind, moment, repository_of_file,
};

/// An entry as either command writes it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    digest: Option<String>,
    image_size: Option<Box<RawValue>>,
    created_time: Option<Box<RawValue>>,
    /// Only in the older listing, and there the only time.
    timestamp: Option<Box<RawValue>>,
    media_type: Option<String>,
    config_media_type: Option<String>,
    tags: Option<Vec<String>>,
}

/// Listings of Azure Container Registry: the JSON of `az acr manifest list-metadata`, one
/// repository a file, or of the REST API.
///
/// The command does not write the repository's name: it is taken from the file's. Sizes are
/// compressed; those of a few bytes are a manifest's and do not count.
///
/// # Errors
/// Anything but such JSON, and listings without an image.
pub fn acr(inputs: Vec<Input<'_>>) -> Result<Inventory, InventoryError> {
    let mut registries = Registries::new();
    let mut files = Vec::new();
    for input in inputs {
        let file = input.name.clone();
        entries(&ACR, input, &mut |entry: Entry, around| {
            take(entry, around, &file, &mut registries)
        })?;
        files.push(file);
    }
    inventory(&ACR, &files, &registries)
}

fn take(
    entry: Entry,
    around: &Context,
    file: &str,
    registries: &mut Registries,
) -> Result<(), Objection> {
    let Some(digest) = entry.digest else { return Err(ACR.lacks("`digest`")) };
    let said = |key| around.iter().find(|(known, _)| *known == key).map(|(_, text)| text.clone());
    let name = said("imageName").unwrap_or_else(|| repository_of_file(file));
    let tag = best_tag(entry.tags.unwrap_or_default());
    let pushed = entry.created_time.as_deref().or(entry.timestamp.as_deref());
    let version = Version {
        size: entry.image_size.as_deref().and_then(bytes),
        pushed: pushed.and_then(moment),
        pulled: Pulled::Unknown,
        kind: kind(entry.media_type.as_deref(), entry.config_media_type.as_deref(), tag.as_deref()),
        archived: false,
        platforms: 0,
        tag,
    };
    let registry = registries.entry(said("registry").unwrap_or_default()).or_default();
    registry.add(name, digest, version);
    Ok(())
}
