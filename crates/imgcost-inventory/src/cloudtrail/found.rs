//! What a trail adds up to, as an inventory.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::at_once;
use super::churn::{Releases, releases};
use super::trail::{Place, Repository, Trail};
use crate::fact::{Fact, Rate, long};
use crate::inventory::{
    ClusterFound, ImageFound, Inventory, LayerFound, RegistryFound, ServiceFound,
};

pub(super) fn inventory(trail: &Trail) -> Inventory {
    let registries: BTreeSet<_> =
        trail.repositories.keys().map(|place| (&place.account, &place.region)).collect();
    let several = registries.len() > 1;
    let accounts: BTreeSet<_> = registries.iter().map(|(account, _)| account).collect();
    let name = |account: &str, region: &str| match (several, accounts.len()) {
        (false, _) => "main".to_owned(),
        (true, 1) => region.to_owned(),
        _ => format!("{account}-{region}"),
    };
    let services = trail.repositories.iter().map(|(place, found)| {
        let registry = several.then(|| name(&place.account, &place.region));
        service(place, found, registry, trail.span())
    });
    Inventory {
        name: "CloudTrail".into(),
        sources: vec![format!(
            "{} events of CloudTrail in {}, from {} to {} UTC, {}",
            trail.all,
            trail.files.join(", "),
            moment(trail.first),
            moment(trail.last),
            long(trail.span()),
        )],
        notes: notes(trail),
        registries: registries
            .iter()
            .map(|(account, region)| RegistryFound {
                name: name(account, region),
                provider: Fact::new("aws-ecr".into(), format!("eventSource, account {account}")),
                region: Some(Fact::new((*region).clone(), "awsRegion")),
                keep_last: None,
                notes: Vec::new(),
            })
            .collect(),
        clusters: cluster(trail).into_iter().collect(),
        services: services.collect(),
    }
}

fn notes(trail: &Trail) -> Vec<String> {
    let mut notes = vec![
        "Sizes, triggers and rates come from PutImage; that each new image was deployed is \
         assumed, and that half of all changes make a layer one that changes with each deploy."
            .to_owned(),
        "BatchGetImage checks a tag and moves nothing; ECR logs GetDownloadUrlForLayer for each \
         layer that the puller does not have."
            .to_owned(),
    ];
    if trail.span() < TimeDelta::days(1) {
        notes.push(format!(
            "The events cover {} only: rates a month are that short time times many.",
            long(trail.span())
        ));
    }
    if trail.failed > 0 {
        notes.push(format!("{} requests failed and do not count.", trail.failed));
    }
    if trail.public > 0 {
        notes.push(format!("{} events of public ECR are left out.", trail.public));
    }
    notes
}

/// Instances pull one after the other and some of them are replaced: those that were at work at
/// one time are the nodes, as far as their requests tell.
fn cluster(trail: &Trail) -> Option<ClusterFound> {
    if trail.instances.is_empty() {
        return None;
    }
    let all = trail.instances.len();
    Some(ClusterFound {
        name: "main".into(),
        provider: Some(Fact::new("aws".into(), "the pullers are EC2 instances")),
        region: None,
        nodes: Fact::new(
            at_once(&trail.instances),
            format!("seen pulling at one time, from first request to last; {all} in all"),
        ),
        node_lifetime_hours: None,
        keeps_compressed: None,
        notes: Vec::new(),
    })
}

fn service(
    place: &Place,
    found: &Repository,
    registry: Option<String>,
    span: TimeDelta,
) -> ServiceFound {
    let releases = releases(found);
    let count = releases.versions.len() as u64;
    let rate = |events, from| Fact::new(Rate { events, over: span }, from);
    let churn = releases.churn();
    let dependencies: Vec<_> =
        churn.iter().map(|churn| churn.trigger() == "dependency-update").collect();
    let (base, updates) = releases.refreshes(&dependencies);
    let known = count > 1;
    ServiceFound {
        name: match &registry {
            Some(registry) => format!("{registry}/{}", place.repository),
            None => place.repository.clone(),
        },
        registry,
        hosts: (!found.instances.is_empty()).then(|| {
            let all = found.instances.len();
            let from = format!("instances that pulled it, at one time; {all} in all");
            Fact::new(at_once(&found.instances), from)
        }),
        deploys: (count > 0).then(|| {
            rate(
                count,
                format!("{count} new images in {}; each assumed to be deployed", long(span)),
            )
        }),
        pushes: (count > 0 || found.tags_pushed > 0).then(|| {
            rate(found.tags_pushed, format!("{} tags pushed in {}", found.tags_pushed, long(span)))
        }),
        dependency_updates: known.then(|| {
            rate(updates, format!("{updates} releases with new dependencies on the same base"))
        }),
        base_refreshes: known.then(|| {
            rate(base, format!("the lowest layer changed in {base} of {} releases", count - 1))
        }),
        image: image(found, &releases),
        notes: about(found, &releases),
        ..ServiceFound::default()
    }
}

/// The newest image.
fn image(found: &Repository, releases: &Releases<'_>) -> ImageFound {
    let Some(newest) = releases.versions.last() else {
        return ImageFound::Unknown("no image of it was pushed in the log".into());
    };
    let platform = releases.platform.as_ref().map_or(String::new(), |name| format!(", {name}"));
    let tag = newest.tag.as_ref().map_or(String::new(), |tag| format!(", tag {tag}"));
    let from = format!("manifest of PutImage of {}{tag}{platform}", moment(Some(newest.time)));
    let layers = newest.layers.iter().filter_map(|number| found.layers.get(*number));
    let churn = releases.churn();
    if churn.iter().all(|churn| churn.releases == 0) {
        let size = layers.fold(0_u64, |sum, (_, size)| sum.saturating_add(*size));
        let from = format!("{from}; one image does not tell which layers change");
        return ImageFound::Compressed(Fact::new(size, from));
    }
    let layers = layers.zip(churn).map(|((digest, size), churn)| LayerFound {
        digest: Some(digest.clone()),
        compressed: Some(*size),
        unpacked: None,
        trigger: churn.trigger(),
        from: Some(format!("changed in {} of {} pushes", churn.changed, churn.releases)),
    });
    ImageFound::Layers { layers: layers.collect(), from }
}

fn about(found: &Repository, releases: &Releases<'_>) -> Vec<String> {
    let fetched: u64 = found.downloads.values().sum();
    let (mut bytes, mut unknown) = (0_u64, 0);
    for (digest, times) in &found.downloads {
        match found.size(digest) {
            Some(size) => bytes = bytes.saturating_add(size.saturating_mul(*times)),
            None => unknown += times,
        }
    }
    let mut notes = Vec::new();
    if found.pull_checks > 0 || fetched > 0 {
        let rest = match unknown {
            0 => String::new(),
            count => format!(", and {count} of layers pushed before the log began"),
        };
        notes.push(format!(
            "{} BatchGetImage; {fetched} downloads of layers, {bytes} B really fetched{rest}.",
            found.pull_checks
        ));
    }
    let left_out = found.versions.len().saturating_sub(releases.versions.len());
    if left_out > 0 {
        notes.push(format!(
            "{left_out} of {} images pushed are no new release: of another platform, or the same \
             image again.",
            found.versions.len()
        ));
    }
    if found.other_manifests > 0 {
        notes.push(format!(
            "{} manifests are of something else than images, or have no sizes.",
            found.other_manifests
        ));
    }
    notes
}

fn moment(time: Option<DateTime<Utc>>) -> String {
    time.map_or("?".to_owned(), |time| time.format("%Y-%m-%d %H:%M:%S").to_string())
}
