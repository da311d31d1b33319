//! `gcloud artifacts docker images list`, and the REST API's DockerImage lists.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::InventoryError;
use crate::fact::Fact;
use crate::inventory::{Input, Inventory};
use crate::listing::{
    ARTIFACT_REGISTRY, Objection, Pulled, Registries, Version, best_tag, bytes, entries, inventory,
    kind, moment, tags,
};

/// An entry as the command writes it, or as the REST API does.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    tags: Option<Box<RawValue>>,
    // The command.
    package: Option<String>,
    version: Option<String>,
    create_time: Option<Box<RawValue>>,
    metadata: Option<Metadata>,
    // The REST API.
    uri: Option<String>,
    image_size_bytes: Option<Box<RawValue>>,
    upload_time: Option<Box<RawValue>>,
    media_type: Option<String>,
    artifact_type: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    image_size_bytes: Option<Box<RawValue>>,
    media_type: Option<String>,
}

/// Listings of Google Artifact Registry: the JSON of
/// `gcloud artifacts docker images list --include-tags --format=json`, and the REST API's lists.
///
/// Sizes are compressed; manifest lists have none and take that of their largest part.
///
/// # Errors
/// Anything but such JSON, and listings without an image.
pub fn artifact_registry(inputs: Vec<Input<'_>>) -> Result<Inventory, InventoryError> {
    let mut registries = Registries::new();
    let mut files = Vec::new();
    for input in inputs {
        files.push(input.name.clone());
        entries(&ARTIFACT_REGISTRY, input, &mut |entry: Entry, _| take(entry, &mut registries))?;
    }
    inventory(&ARTIFACT_REGISTRY, &files, &registries)
}

fn take(entry: Entry, registries: &mut Registries) -> Result<(), Objection> {
    let uri = entry.uri.as_deref().and_then(|uri| uri.split_once('@'));
    let named = entry.package.as_deref().zip(entry.version.as_deref()).or(uri);
    let Some((package, digest)) = named else {
        return Err(ARTIFACT_REGISTRY.lacks("`package` and `version`, nor a `uri` with a digest"));
    };
    let Some((host, path)) = package.split_once('/') else {
        return Err(ARTIFACT_REGISTRY.lacks("host and path in `package`"));
    };
    let (project, _) = path.split_once('/').unwrap_or((path, ""));
    let (size, media_type) = match &entry.metadata {
        Some(metadata) => (&metadata.image_size_bytes, &metadata.media_type),
        None => (&entry.image_size_bytes, &entry.media_type),
    };
    let tag = best_tag(entry.tags.as_deref().map_or_else(Vec::new, tags));
    let pushed = entry.create_time.as_deref().or(entry.upload_time.as_deref());
    let version = Version {
        size: size.as_deref().and_then(bytes),
        pushed: pushed.and_then(moment),
        pulled: Pulled::Unknown,
        kind: kind(media_type.as_deref(), entry.artifact_type.as_deref(), tag.as_deref()),
        archived: false,
        platforms: 0,
        tag,
    };
    let registry = registries.entry(host.to_owned()).or_default();
    registry.region.get_or_insert_with(|| region(host));
    let repository = registry.repositories.entry(path.to_owned()).or_default();
    repository.project.get_or_insert_with(|| project.to_owned());
    repository.add(digest.to_owned(), version);
    Ok(())
}

/// The location in a host such as `us-central1-docker.pkg.dev` or `eu.gcr.io`. Prices are known by
/// region: of a multi-region, one that lies in it is taken.
fn region(host: &str) -> Fact<String> {
    let place = match (host.strip_suffix("-docker.pkg.dev"), host.strip_suffix("gcr.io")) {
        (Some(place), _) => place,
        (None, Some(continent)) => continent.trim_end_matches('.'),
        (None, None) => "",
    };
    let within = match place {
        "us" => "us-central1",
        "" if host == "gcr.io" => "us-central1",
        "europe" | "eu" => "europe-west1",
        "asia" => "asia-east1",
        "" => return Fact::new("us-central1".into(), "assumed: not in the listing; set it"),
        region => return Fact::new(region.to_owned(), format!("the host {host}")),
    };
    let from = format!("assumed: {host} is a multi-region, for which this is one of its regions");
    Fact::new(within.to_owned(), from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_tell_regions() {
        let told = |host| region(host).value;
        assert_eq!(told("us-central1-docker.pkg.dev"), "us-central1");
        assert_eq!(told("europe-west4-docker.pkg.dev"), "europe-west4");
        assert_eq!(told("us-docker.pkg.dev"), "us-central1");
        assert_eq!(told("europe-docker.pkg.dev"), "europe-west1");
        assert_eq!(told("gcr.io"), "us-central1");
        assert_eq!(told("asia.gcr.io"), "asia-east1");
        assert!(region("gcr.io").from.starts_with("assumed"));
        assert!(!region("us-east4-docker.pkg.dev").from.contains("assumed"));
    }
}
