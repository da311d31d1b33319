//! A repository as a service.

use chrono::{DateTime, TimeDelta, Utc};
use imgcost::units::format_bytes;

use super::layers;
use super::value::{day, span};
use super::{Kind, ListSize, Repository, Vendor, Version};
use crate::fact::{Fact, Rate};
use crate::inventory::{ImageFound, ServiceFound};

/// How long before a manifest list its parts are pushed, at most.
const PUSHED_TOGETHER: TimeDelta = TimeDelta::minutes(10);

/// Over less than this, pushes give no rate.
const SHORTEST_SPAN: TimeDelta = TimeDelta::days(1);

/// What a repository tells of its service, or `None` if it holds no image that can be pulled.
pub(super) fn service(
    vendor: &Vendor,
    name: &str,
    repository: &Repository,
) -> Option<ServiceFound> {
    let mut live = repository.pushed();
    live.retain(|(_, version)| !version.archived);
    // The newest first; of those pushed at once, or at unknown times, always the same one.
    live.sort_by_key(|(digest, version)| std::cmp::Reverse((version.pushed, *digest)));
    if live.is_empty() {
        return None;
    }
    let mut service = ServiceFound { name: name.to_owned(), ..ServiceFound::default() };
    service.labels.push(("repository".into(), name.to_owned()));
    service.labels.extend(repository.project.clone().map(|name| ("project".into(), name)));
    image(vendor, repository, &live, &mut service);
    pushes(repository, &mut service);
    Some(service)
}

/// The newest tagged version of which the size is known.
fn image(
    vendor: &Vendor,
    repository: &Repository,
    live: &[(&str, &Version)],
    service: &mut ServiceFound,
) {
    let tagged = || live.iter().filter(|(_, version)| version.tag.is_some());
    let candidates: Vec<_> = if tagged().next().is_some() {
        tagged().collect()
    } else {
        service.notes.push("None of its images is tagged now; the newest is taken.".into());
        live.iter().collect()
    };
    let parts = parts(vendor, repository);
    let size = |version, digest| size(vendor, repository, &parts, version, digest);
    let mut sized = candidates.iter().enumerate().filter_map(|(index, (digest, version))| {
        Some((index, *digest, *version, size(version, digest)?))
    });
    let Some((index, digest, version, found)) = sized.next() else {
        service.image = ImageFound::Unknown(why_unknown(vendor, &candidates));
        return;
    };
    if index > 0 {
        service.notes.push(format!("{index} newer version(s) come without a size."));
    }
    let others = live.iter().filter(|(other, _)| *other != digest);
    let others: Vec<u64> =
        others.filter_map(|(digest, other)| Some(size(other, digest)?.value)).collect();
    service.notes.extend(range(others));
    let older = live.iter().position(|(other, _)| *other == digest).and_then(|at| live.get(at..));
    service.image = match layers::layers(repository, digest, older.unwrap_or_default()) {
        Some(ImageFound::Layers { layers, from }) => {
            let from = format!("{} of {}: {from}", vendor.title, called(digest, version));
            ImageFound::Layers { layers, from }
        }
        _ => ImageFound::Compressed(found),
    };
}

/// The compressed size of one platform of a version.
fn size(
    vendor: &Vendor,
    repository: &Repository,
    parts: &[Part],
    version: &Version,
    digest: &str,
) -> Option<Fact<u64>> {
    let Vendor { title, size: field, list_size, .. } = vendor;
    let told = version.size.filter(|size| *size >= vendor.least_size);
    let of = || called(digest, version);
    match (version.kind, list_size) {
        (Kind::Other(_), _) => None,
        (Kind::Image, _) => {
            let from_manifest = || {
                let manifest = repository.manifests.get(digest)?;
                let bytes = Some(manifest.bytes()).filter(|bytes| *bytes > 0)?;
                Some(Fact::new(bytes, format!("layers and config in the manifest of {}", of())))
            };
            let told = told.map(|size| Fact::new(size, format!("{title} {field} of {}", of())));
            told.or_else(from_manifest)
        }
        (Kind::List, ListSize::Largest) => {
            let from = format!("{title} {field} of {}: its largest platform", of());
            told.map(|size| Fact::new(size, from))
        }
        (Kind::List, ListSize::Sum) if version.platforms > 0 => {
            let platforms = version.platforms;
            let from = match platforms {
                1 => format!("{title} {field} of {}, with its attestations", of()),
                _ => format!("{title} {field} of {}, the mean of {platforms} platforms", of()),
            };
            told.map(|size| Fact::new(size / platforms, from))
        }
        (Kind::List, _) => part_of_list(vendor, parts, version, digest),
    }
}

/// When an image without a tag was pushed, and its size: it may be a part of a list.
type Part = (DateTime<Utc>, u64);

/// Sorted by time, because a repository may have as many lists as images.
fn parts(vendor: &Vendor, repository: &Repository) -> Vec<Part> {
    let untagged = repository
        .versions
        .values()
        .filter(|version| version.kind == Kind::Image && version.tag.is_none());
    let sized = |version: &Version| version.size.filter(|size| *size >= vendor.least_size);
    let mut parts: Vec<Part> =
        untagged.filter_map(|version| Some((version.pushed?, sized(version)?))).collect();
    parts.sort_unstable();
    parts
}

/// Where a list has no size: its parts are images without tags, pushed just before it.
fn part_of_list(
    vendor: &Vendor,
    parts: &[Part],
    list: &Version,
    digest: &str,
) -> Option<Fact<u64>> {
    let last = list.pushed?;
    let start = parts.partition_point(|(at, _)| last - *at > PUSHED_TOGETHER);
    let together = parts.iter().skip(start).take_while(|(at, _)| *at <= last);
    let sizes: Vec<u64> = together.map(|(_, size)| *size).collect();
    let from = format!(
        "inferred: {} {} of the largest of {} untagged image(s) pushed within 10 minutes before the manifest list {}",
        vendor.title,
        vendor.size,
        sizes.len(),
        called(digest, list)
    );
    Some(Fact::new(sizes.into_iter().max()?, from))
}

fn why_unknown(vendor: &Vendor, candidates: &[&(&str, &Version)]) -> String {
    let Vendor { title, size, command, .. } = vendor;
    let smallest = candidates.iter().filter_map(|(_, version)| version.size).min();
    if candidates.iter().all(|(_, version)| version.kind == Kind::List) {
        return format!("its versions are manifest lists, of which {title} tells no size");
    }
    match smallest {
        Some(bytes) => format!(
            "the {size} that {title} tells, {bytes} bytes, is a manifest's and not an image's"
        ),
        None => format!("the listing tells no {size}; {command} does"),
    }
}

/// How often images were pushed: an upper bound of deploys, and the best that a listing tells.
fn pushes(repository: &Repository, service: &mut ServiceFound) {
    let versions = repository.pushed();
    let times: Vec<DateTime<Utc>> =
        versions.iter().filter_map(|(_, version)| version.pushed).collect();
    let unknown = versions.len() - times.len();
    if unknown > 0 {
        service.notes.push(format!("{unknown} version(s) come without a push time."));
    }
    let (Some(first), Some(last)) = (times.iter().min(), times.iter().max()) else { return };
    let over = *last - *first;
    if times.len() < 2 {
        service.notes.push(format!(
            "Pushed once, on {}: no rate of pushes, and the default of deploys applies.",
            day(*last)
        ));
    } else if over < SHORTEST_SPAN {
        let note = format!(
            "Pushed {} times within {}: too short for a rate, and the default of deploys applies.",
            times.len(),
            span(over)
        );
        service.notes.push(note);
    } else {
        let rate = Rate { events: times.len() as u64 - 1, over };
        let from =
            format!("{} versions pushed from {} to {}", times.len(), day(*first), day(*last));
        let deploys = "assumed: every pushed version is deployed once, an upper bound";
        service.pushes = Some(Fact::new(rate, from));
        service.deploys = Some(Fact::new(rate, deploys));
    }
}

/// What the other versions weigh.
fn range(mut sizes: Vec<u64>) -> Option<String> {
    sizes.sort_unstable();
    let (least, most) = (sizes.first()?, sizes.last()?);
    if sizes.len() == 1 {
        return Some(format!("One other version: {}.", format_bytes(*least)));
    }
    Some(format!(
        "{} other versions: {} to {}.",
        sizes.len(),
        format_bytes(*least),
        format_bytes(*most)
    ))
}

/// `tag v1.4.2, pushed 2026-11-20`
fn called(digest: &str, version: &Version) -> String {
    let mut name = match &version.tag {
        Some(tag) => format!("tag {tag}"),
        None => digest.chars().take(19).collect(),
    };
    if let Some(pushed) = version.pushed {
        name.push_str(&format!(", pushed {}", day(pushed)));
    }
    name
}
