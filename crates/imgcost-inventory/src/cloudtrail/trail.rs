//! What events add up to, by repository. Pushes are kept, pulls are counted.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::event::Event;
use super::manifest::{self, Manifest};

/// All that was read.
#[derive(Debug, Default)]
pub(super) struct Trail {
    pub(super) files: Vec<String>,
    /// Events of any kind.
    pub(super) all: u64,
    /// Events of ECR that failed.
    pub(super) failed: u64,
    /// Events of public ECR, which has other prices.
    pub(super) public: u64,
    pub(super) first: Option<DateTime<Utc>>,
    pub(super) last: Option<DateTime<Utc>>,
    pub(super) repositories: BTreeMap<Place, Repository>,
    /// When each instance was seen first and last.
    pub(super) instances: Seen,
    /// Trails of several regions deliver an event more than once.
    pushes: HashSet<String>,
}

/// When each instance was seen first and last.
pub(super) type Seen = HashMap<String, (DateTime<Utc>, DateTime<Utc>)>;

/// A repository of a registry, which is of an account and a region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) account: String,
    pub(super) region: String,
    pub(super) repository: String,
}

/// What happened in a repository.
#[derive(Debug, Default)]
pub(super) struct Repository {
    pub(super) tags_pushed: u64,
    /// Images that were pushed, in the order of events.
    pub(super) versions: Vec<Version>,
    /// Manifests of other things, or without sizes.
    pub(super) other_manifests: u64,
    /// Platforms of images, by digest.
    pub(super) platforms: HashMap<String, String>,
    /// Digests and sizes of layers, which versions refer to by number.
    pub(super) layers: Vec<(String, u64)>,
    numbers: HashMap<String, usize>,
    pub(super) pull_checks: u64,
    /// How often each layer was fetched.
    pub(super) downloads: HashMap<String, u64>,
    pub(super) instances: Seen,
}

/// An image that was pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) time: DateTime<Utc>,
    pub(super) tag: Option<String>,
    pub(super) digest: Option<String>,
    /// Its layers, base first.
    pub(super) layers: Vec<usize>,
}

impl Trail {
    /// The time between the first event and the last.
    pub(super) fn span(&self) -> TimeDelta {
        match (self.first, self.last) {
            (Some(first), Some(last)) => last - first,
            _ => TimeDelta::zero(),
        }
    }

    pub(super) fn add(&mut self, event: Event) {
        self.all += 1;
        let time = event.time.as_deref().and_then(|time| DateTime::parse_from_rfc3339(time).ok());
        let Some(time) = time.map(|time| time.to_utc()) else { return };
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        self.last = Some(self.last.map_or(time, |last| last.max(time)));
        match event.source.as_deref() {
            Some("ecr.amazonaws.com") => {}
            Some("ecr-public.amazonaws.com") => {
                self.public += 1;
                return;
            }
            _ => return,
        }
        let push = match event.name.as_deref() {
            Some("PutImage") => true,
            Some("BatchGetImage" | "GetDownloadUrlForLayer") => false,
            _ => return,
        };
        if event.error.is_some() {
            self.failed += 1;
            return;
        }
        let Some(repository) = event.request.repository_name.0.clone() else { return };
        let account = event.request.registry_id.0.clone().or(event.account.clone());
        let region = event.region.clone().unwrap_or_default();
        let place =
            Place { account: account.unwrap_or_else(|| "unknown".to_owned()), region, repository };
        if push {
            if event.id.clone().is_none_or(|id| self.pushes.insert(id)) {
                self.repositories.entry(place).or_default().pushed(time, event);
            }
            return;
        }
        let found = self.repositories.entry(place).or_default();
        match event.request.layer_digest.0 {
            Some(digest) => *found.downloads.entry(digest).or_default() += 1,
            None => found.pull_checks += 1,
        }
        if let Some(id) = event.principal.as_deref().and_then(instance) {
            seen(&mut found.instances, id, time);
            seen(&mut self.instances, id, time);
        }
    }
}

impl Repository {
    fn pushed(&mut self, time: DateTime<Utc>, event: Event) {
        let image = event.answer.image.0;
        let tag = event.request.image_tag.0;
        self.tags_pushed += u64::from(tag.is_some());
        let text = event.request.image_manifest.0.or(image.image_manifest.0);
        match text.as_deref().and_then(manifest::read) {
            Some(Manifest::Image(layers)) => {
                let layers = layers.into_iter().map(|layer| self.number(layer)).collect();
                let digest = image.image_id.0.image_digest.0.or(event.request.image_digest.0);
                self.versions.push(Version { time, tag, digest, layers });
            }
            Some(Manifest::Index(images)) => self.platforms.extend(images),
            Some(Manifest::Other) | None => self.other_manifests += 1,
        }
    }

    fn number(&mut self, (digest, size): (String, u64)) -> usize {
        if let Some(number) = self.numbers.get(&digest) {
            return *number;
        }
        let number = self.layers.len();
        self.numbers.insert(digest.clone(), number);
        self.layers.push((digest, size));
        number
    }

    /// The size of a layer that was pushed.
    pub(super) fn size(&self, digest: &str) -> Option<u64> {
        let number = self.numbers.get(digest)?;
        self.layers.get(*number).map(|(_, size)| *size)
    }
}

fn seen(instances: &mut Seen, id: &str, time: DateTime<Utc>) {
    match instances.get_mut(id) {
        Some((first, last)) => {
            *first = time.min(*first);
            *last = time.max(*last);
        }
        None => {
            instances.insert(id.to_owned(), (time, time));
        }
    }
}

/// The instance of a session that is named after one, as sessions of instance roles are.
fn instance(principal: &str) -> Option<&str> {
    let session = principal.split_once(':')?.1;
    let hex = session.strip_prefix("i-")?;
    let is_id = (8..=17).contains(&hex.len()) && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then_some(session)
}
