//! Harbor's artifacts API.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::InventoryError;
use crate::inventory::{Input, Inventory};
use crate::listing::{
    HARBOR, Kind, Objection, Platform, Pulled, Registries, Version, best_tag, bytes, entries,
    inventory, kind, moment, repository_of_file,
};

#[derive(Debug, Deserialize)]
struct Entry {
    digest: Option<String>,
    size: Option<Box<RawValue>>,
    push_time: Option<Box<RawValue>>,
    pull_time: Option<Box<RawValue>>,
    repository_name: Option<String>,
    /// The config's media type.
    media_type: Option<String>,
    manifest_media_type: Option<String>,
    /// Of a manifest list: its parts.
    references: Option<Vec<Reference>>,
    tags: Option<Vec<Tag>>,
}

#[derive(Debug, Deserialize)]
struct Reference {
    platform: Option<Platform>,
}

#[derive(Debug, Deserialize)]
struct Tag {
    name: String,
}

/// Listings of Harbor: the JSON of `/api/v2.0/projects/P/repositories/R/artifacts`.
///
/// Where entries do not name their repository, it is taken from the file's name. Sizes are
/// compressed: of an image its manifest, config and layers, of a manifest list all its parts.
///
/// # Errors
/// Anything but such JSON, and listings without an image.
pub fn harbor(inputs: Vec<Input<'_>>) -> Result<Inventory, InventoryError> {
    let mut registries = Registries::new();
    let mut files = Vec::new();
    for input in inputs {
        let file = input.name.clone();
        entries(&HARBOR, input, &mut |entry: Entry, _| take(entry, &file, &mut registries))?;
        files.push(file);
    }
    inventory(&HARBOR, &files, &registries)
}

fn take(entry: Entry, file: &str, registries: &mut Registries) -> Result<(), Objection> {
    let Some(digest) = entry.digest else { return Err(HARBOR.lacks("`digest`")) };
    if entry.push_time.is_none() && entry.manifest_media_type.is_none() {
        return Err(HARBOR.lacks("`push_time` or `manifest_media_type`"));
    }
    let name = entry.repository_name.unwrap_or_else(|| repository_of_file(file));
    let tags = entry.tags.unwrap_or_default();
    let tag = best_tag(tags.into_iter().map(|tag| tag.name).collect());
    let manifest = entry.manifest_media_type.as_deref();
    let kind = kind(manifest, entry.media_type.as_deref(), tag.as_deref());
    let references = entry.references.unwrap_or_default();
    let is_platform = |part: &&Reference| part.platform.as_ref().is_none_or(Platform::is_known);
    let version = Version {
        size: entry.size.as_deref().and_then(bytes),
        pushed: entry.push_time.as_deref().and_then(moment),
        // Harbor writes the year 1 for images that were never pulled.
        pulled: entry.pull_time.as_deref().and_then(moment).map_or(Pulled::Never, Pulled::At),
        platforms: match kind {
            Kind::List => references.iter().filter(is_platform).count() as u64,
            Kind::Image | Kind::Other(_) => 0,
        },
        kind,
        archived: false,
        tag,
    };
    registries.entry(String::new()).or_default().add(name, digest, version);
    Ok(())
}
