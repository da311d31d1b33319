//! Registries with repositories, to an inventory.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use imgcost::units::format_bytes;

use super::service::service;
use super::value::{Pulled, day};
use super::{Kind, ListSize, Registries, Registry, Vendor, Version};
use crate::error::InventoryError;
use crate::fact::Fact;
use crate::inventory::{Inventory, RegistryFound, ServiceFound};

/// After so long without a pull, an image is a candidate for a lifecycle policy.
const STALE: TimeDelta = TimeDelta::days(90);

/// The inventory of what was listed; `files` are the names of the inputs.
pub(crate) fn inventory(
    vendor: &Vendor,
    files: &[String],
    registries: &Registries,
) -> Result<Inventory, InventoryError> {
    let versions = || all(registries).map(|(_, version)| version);
    if versions().next().is_none() {
        let file = files.first().map_or("", String::as_str);
        let help = format!("check region, registry and repository of {}", vendor.command);
        return Err(InventoryError::new(file, "the listing has no images").help(help));
    }
    let newest = versions().flat_map(times).max();
    let mut inventory = Inventory { name: vendor.title.to_owned(), ..Inventory::default() };
    if let [name] = registries.keys().collect::<Vec<_>>()[..] {
        inventory.name = format!("{} {name}", vendor.title).trim_end().to_owned();
    }
    let of = newest.map_or(String::new(), |newest| format!(", newest time {}", day(newest)));
    let images = versions().count();
    inventory.sources.push(format!(
        "{}: {} in {}{of}, from {}",
        vendor.title,
        counted(images, "manifest"),
        counted(
            registries.values().map(|registry| registry.repositories.len()).sum(),
            "repository"
        ),
        files.join(", ")
    ));
    inventory.notes = notes(vendor, registries);
    let several = registries.len() > 1;
    for (name, registry) in registries {
        let name = if name.is_empty() { "main" } else { name };
        inventory.registries.push(found(vendor, name, registry, newest));
        for (path, repository) in &registry.repositories {
            let Some(mut service) = service(vendor, path, repository) else { continue };
            service.registry = several.then(|| name.to_owned());
            inventory.services.push(service);
        }
    }
    name_apart(&mut inventory.services);
    Ok(inventory)
}

fn all(registries: &Registries) -> impl Iterator<Item = (&str, &Version)> {
    let repositories = registries.values().flat_map(|registry| &registry.repositories);
    repositories
        .flat_map(|(path, found)| found.versions.values().map(move |found| (path.as_str(), found)))
}

fn times(version: &Version) -> impl Iterator<Item = DateTime<Utc>> {
    let pulled = match version.pulled {
        Pulled::At(time) => Some(time),
        Pulled::Never | Pulled::Unknown => None,
    };
    version.pushed.into_iter().chain(pulled)
}

/// Where two registries have repositories of one name, services are called by both.
fn name_apart(services: &mut [ServiceFound]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for service in services.iter() {
        *seen.entry(service.name.clone()).or_default() += 1;
    }
    for service in services {
        if seen.get(&service.name).is_some_and(|count| *count > 1)
            && let Some(registry) = &service.registry
        {
            service.name = format!("{registry}/{}", service.name);
        }
    }
}

fn found(
    vendor: &Vendor,
    name: &str,
    registry: &Registry,
    newest: Option<DateTime<Utc>>,
) -> RegistryFound {
    let assumed = || {
        let from = "assumed: the listing does not tell; set it";
        vendor.region.map(|region| Fact::new(region.to_owned(), from))
    };
    RegistryFound {
        name: name.to_owned(),
        provider: Fact::new(vendor.provider.to_owned(), format!("a listing of {}", vendor.title)),
        region: registry.region.clone().or_else(assumed),
        keep_last: keep_last(registry),
        notes: registry_notes(vendor, registry, newest),
    }
}

/// A fleet file has one retention for a registry: the mean comes closest to what is stored.
fn keep_last(registry: &Registry) -> Option<Fact<u64>> {
    let live = |found: &super::Repository| {
        found.pushed().iter().filter(|(_, version)| !version.archived).count() as u64
    };
    let mut counts: Vec<u64> =
        registry.repositories.values().map(live).filter(|count| *count > 0).collect();
    counts.sort_unstable();
    let (least, most) = (counts.first()?, counts.last()?);
    let repositories = counts.len() as u64;
    let mean = (counts.iter().sum::<u64>() + repositories / 2) / repositories;
    let from = match repositories {
        1 => "versions now; lifecycle rules are not in the listing".to_owned(),
        _ => format!(
            "mean of versions now in {repositories} repositories ({least} to {most}); \
             lifecycle rules are not in the listing"
        ),
    };
    Some(Fact::new(mean.clamp(1, 1_000_000), from))
}

/// `1 repository`, `2 repositories`
fn counted(count: usize, what: &str) -> String {
    match (count, what.strip_suffix('y')) {
        (1, _) => format!("1 {what}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {what}s"),
    }
}

/// How many and how many bytes.
#[derive(Debug, Default)]
struct Sum {
    count: usize,
    bytes: u64,
    unknown: usize,
}

impl Sum {
    fn of<'v>(vendor: &Vendor, versions: impl Iterator<Item = &'v Version>) -> Self {
        versions.fold(Self::default(), |sum, version| {
            let size = version.size.filter(|size| *size >= vendor.least_size);
            Self {
                count: sum.count + 1,
                bytes: sum.bytes.saturating_add(size.unwrap_or(0)),
                unknown: sum.unknown + usize::from(size.is_none()),
            }
        })
    }

    /// `3 manifests, 1.2 GB (1200000000 bytes)`
    fn told(&self) -> String {
        let Self { count, bytes, unknown } = self;
        let size = format_bytes(*bytes);
        let told = format!("{}, {size} ({bytes} bytes)", counted(*count, "manifest"));
        if *unknown > 0 { format!("{told} without {unknown} of unknown size") } else { told }
    }
}

fn registry_notes(
    vendor: &Vendor,
    registry: &Registry,
    newest: Option<DateTime<Utc>>,
) -> Vec<String> {
    let mut notes = Vec::new();
    let versions = || registry.repositories.values().flat_map(|found| found.versions.values());
    let live = || versions().filter(|version| !version.archived);
    // The size of a list counts the parts that are listed beside it, unless parts are not listed.
    let stores =
        |version: &&Version| version.kind != Kind::List || vendor.list_size == ListSize::Sum;
    let stored = Sum::of(vendor, live().filter(stores));
    notes.push(format!(
        "Stored now: {}. Layers that images share are counted with each: an upper bound.",
        stored.told()
    ));
    let lists = live().filter(|version| version.kind == Kind::List).count();
    if lists > 0 {
        notes.push(format!(
            "{}: services below count one platform of an image; set `architectures` if several \
             are stored.",
            counted(lists, "manifest list")
        ));
    }
    let archived = Sum::of(vendor, versions().filter(|version| version.archived).filter(stores));
    if archived.count > 0 {
        let price = vendor.archive_price.map_or(String::new(), |id| format!(" (price {id})"));
        notes.push(format!(
            "Archived: {}. They are stored at another rate{price} and count in no figure here.",
            archived.told()
        ));
    }
    if let Some(newest) = newest.filter(|_| vendor.tells_pulls) {
        let before = newest - STALE;
        let old = |version: &&Version| {
            let unpulled = match version.pulled {
                Pulled::Never => true,
                Pulled::At(time) => time < before,
                Pulled::Unknown => false,
            };
            unpulled && version.pushed.is_some_and(|pushed| pushed < before)
        };
        let stale = Sum::of(vendor, live().filter(stores).filter(old));
        if stale.count > 0 {
            notes.push(format!(
                "Pushed before {} and not pulled since (90 days before the newest time): {}, \
                 candidates for a lifecycle rule.",
                day(before),
                stale.told()
            ));
        }
    }
    notes
}

/// What the listing cannot tell, and what was left out of it.
fn notes(vendor: &Vendor, registries: &Registries) -> Vec<String> {
    let mut notes = vec![
        "A listing does not tell who pulls: give services `hosts`, `replicas` or `pulls`.".into(),
        "Versions that were deleted are not listed: pushes count what is left of them.".into(),
    ];
    if !vendor.tells_pulls {
        notes.push(format!("{} does not tell when an image was last pulled.", vendor.title));
    }
    let mut others: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, version) in all(registries) {
        if let Kind::Other(what) = version.kind {
            *others.entry(what).or_default() += 1;
        }
    }
    for (what, count) in others {
        notes.push(format!("{what} are stored too ({count}); they are no service's image."));
    }
    let without: BTreeSet<&str> = registries
        .values()
        .flat_map(|registry| &registry.repositories)
        .filter(|(_, found)| found.pushed().iter().all(|(_, version)| version.archived))
        .map(|(path, _)| path.as_str())
        .collect();
    if !without.is_empty() {
        let shown: Vec<_> = without.iter().take(10).copied().collect();
        let more = if without.len() > 10 { ", ..." } else { "" };
        notes.push(format!(
            "Without an image that can be pulled now: {}: {}{more}",
            counted(without.len(), "repository"),
            shown.join(", ")
        ));
    }
    notes
}
