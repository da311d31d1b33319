//! `aws ecr describe-images`, and beside it `describe-repositories` and `batch-get-image`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::InventoryError;
use crate::fact::Fact;
use crate::inventory::{Input, Inventory};
use crate::listing::{
    ECR, Kind, Manifest, Objection, Pulled, Registries, Registry, Version, best_tag, bytes,
    entries, inventory, kind, moment,
};

/// An entry of any of the three listings.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    registry_id: Option<String>,
    repository_name: Option<String>,
    // describe-images
    image_digest: Option<String>,
    image_tags: Option<Vec<String>>,
    image_size_in_bytes: Option<Box<RawValue>>,
    image_pushed_at: Option<Box<RawValue>>,
    last_recorded_pull_time: Option<Box<RawValue>>,
    image_manifest_media_type: Option<String>,
    artifact_media_type: Option<String>,
    subject_manifest_digest: Option<String>,
    image_status: Option<String>,
    last_archived_at: Option<Box<RawValue>>,
    last_activated_at: Option<Box<RawValue>>,
    // describe-repositories
    repository_uri: Option<String>,
    repository_arn: Option<String>,
    // batch-get-image
    image_id: Option<ImageId>,
    image_manifest: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ImageId {
    image_digest: Option<String>,
    image_tag: Option<String>,
}

/// Regions of repositories, by registry and repository.
type Regions = BTreeMap<(String, String), BTreeSet<String>>;

/// Listings of Amazon ECR: the JSON of `aws ecr describe-images`, and of `describe-repositories`
/// (for regions) and `batch-get-image` (for layers) where they are given beside it.
///
/// Sizes are compressed: of an image its layers and config, of a manifest list its largest
/// platform.
///
/// # Errors
/// Anything but such JSON, and listings without an image.
pub fn ecr(inputs: Vec<Input<'_>>) -> Result<Inventory, InventoryError> {
    let mut registries = Registries::new();
    let mut regions = Regions::new();
    let mut files = Vec::new();
    for input in inputs {
        files.push(input.name.clone());
        entries(&ECR, input, &mut |entry: Entry, _| take(entry, &mut registries, &mut regions))?;
    }
    inventory(&ECR, &files, &by_region(registries, &regions))
}

fn take(
    mut entry: Entry,
    registries: &mut Registries,
    regions: &mut Regions,
) -> Result<(), Objection> {
    let Some(name) = entry.repository_name.take() else {
        return Err(ECR.lacks("`repositoryName`"));
    };
    let id = entry.registry_id.take().unwrap_or_default();
    let uri = entry.repository_uri.as_deref().and_then(|uri| uri.split('.').nth(3));
    let arn = entry.repository_arn.as_deref().and_then(|arn| arn.split(':').nth(3));
    if entry.repository_uri.is_some() || entry.repository_arn.is_some() {
        let region = arn.or(uri).filter(|region| !region.is_empty());
        let known = regions.entry((id, name)).or_default();
        known.extend(region.map(str::to_owned));
        return Ok(());
    }
    let repository = registries.entry(id).or_default().repositories.entry(name).or_default();
    let (id_digest, id_tag) =
        entry.image_id.take().map_or((None, None), |id| (id.image_digest, id.image_tag));
    let Some(digest) = entry.image_digest.take().or(id_digest) else {
        return Err(ECR.lacks("`imageDigest`"));
    };
    let mut version = version(&entry, id_tag);
    if let Some(text) = &entry.image_manifest
        && let Ok(manifest) = serde_json::from_str::<Manifest>(text)
    {
        let config = manifest.config.as_ref().and_then(|config| config.media_type.as_deref());
        let manifest_type = entry.image_manifest_media_type.as_deref();
        version.kind = kind(manifest_type, config, version.tag.as_deref());
        repository.manifests.insert(digest.clone(), manifest);
    }
    repository.add(digest, version);
    Ok(())
}

fn version(entry: &Entry, id_tag: Option<String>) -> Version {
    let time = |raw: &Option<Box<RawValue>>| raw.as_deref().and_then(moment);
    let tags = entry.image_tags.clone().unwrap_or_default().into_iter().chain(id_tag);
    let tag = best_tag(tags.collect());
    let of_types = kind(
        entry.image_manifest_media_type.as_deref(),
        entry.artifact_media_type.as_deref(),
        tag.as_deref(),
    );
    let archived = match entry.image_status.as_deref() {
        Some(status) => status == "ARCHIVED",
        None => time(&entry.last_archived_at) > time(&entry.last_activated_at),
    };
    Version {
        size: entry.image_size_in_bytes.as_deref().and_then(bytes),
        pushed: time(&entry.image_pushed_at),
        pulled: match time(&entry.last_recorded_pull_time) {
            Some(time) => Pulled::At(time),
            // Only describe-images tells of pulls, and leaves those out that never were.
            None if entry.image_pushed_at.is_some() => Pulled::Never,
            None => Pulled::Unknown,
        },
        kind: match entry.subject_manifest_digest {
            Some(_) => Kind::Other("signatures and attestations"),
            None => of_types,
        },
        archived,
        platforms: 0,
        tag,
    }
}

/// Sorts repositories into the regions that `describe-repositories` tells; `describe-images` tells
/// none.
fn by_region(listed: Registries, regions: &Regions) -> Registries {
    let all: BTreeSet<&String> = regions.values().flatten().collect();
    let mut sorted = Registries::new();
    for (id, registry) in listed {
        for (name, mut repository) in registry.repositories {
            let told = regions.get(&(id.clone(), name.clone()));
            let one =
                |known: &BTreeSet<String>| known.first().filter(|_| known.len() == 1).cloned();
            let region = match told.and_then(one) {
                Some(region) => Some(Fact::new(region, "aws ecr describe-repositories")),
                None => all.first().filter(|_| all.len() == 1).map(|region| {
                    Fact::new((*region).clone(), "assumed: the region of the other repositories")
                }),
            };
            let place = region.as_ref().map_or(String::new(), |region| region.value.clone());
            let key = [id.as_str(), &place].join(" ").trim().replace(' ', "-");
            repository.project = name.split_once('/').map(|(project, _)| project.to_owned());
            let registry: &mut Registry = sorted.entry(key).or_default();
            registry.region = registry.region.take().or(region);
            registry.repositories.insert(name, repository);
        }
    }
    sorted
}
