//! Which layers really changed from one release to the next, and so what their triggers are.

use std::collections::HashMap;

use super::trail::{Repository, Version};

/// The releases of a repository for one platform.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Releases<'r> {
    /// In order of time; each differs from the one before.
    pub(super) versions: Vec<&'r Version>,
    /// The platform, if the repository has several.
    pub(super) platform: Option<String>,
}

/// How a layer of the newest release changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Churn {
    /// Releases that had a layer in this position and one before them.
    pub(super) releases: u64,
    /// Releases in which it was another one than before.
    pub(super) changed: u64,
    /// Those of them in which the lowest layer stayed.
    pub(super) alone: u64,
}

/// Releases as they followed each other. An image that is pushed again, under another tag, is no
/// new release; images of other platforms are not releases of this one.
pub(super) fn releases(found: &Repository) -> Releases<'_> {
    let platform = platform(found);
    let mut versions: Vec<_> = found
        .versions
        .iter()
        .filter(|version| platform.is_none() || platform == of(found, version))
        .collect();
    versions.sort_by_key(|version| version.time);
    versions.dedup_by(|next, before| next.layers == before.layers);
    Releases { versions, platform: platform.map(str::to_owned) }
}

/// Linux on amd64 if indexes name it, else the platform that was pushed most.
fn platform(found: &Repository) -> Option<&str> {
    let mut counts: HashMap<&str, u64> = HashMap::new();
    for version in &found.versions {
        if let Some(platform) = of(found, version) {
            *counts.entry(platform).or_default() += 1;
        }
    }
    if counts.contains_key("linux/amd64") {
        return Some("linux/amd64");
    }
    counts.into_iter().max_by_key(|(platform, count)| (*count, *platform)).map(|(name, _)| name)
}

fn of<'r>(found: &'r Repository, version: &Version) -> Option<&'r str> {
    found.platforms.get(version.digest.as_ref()?).map(String::as_str)
}

impl Releases<'_> {
    /// How each layer of the newest release changed.
    pub(super) fn churn(&self) -> Vec<Churn> {
        let layers = self.versions.last().map_or(0, |newest| newest.layers.len());
        let mut churn = vec![Churn { releases: 0, changed: 0, alone: 0 }; layers];
        for (before, after) in self.versions.iter().zip(self.versions.iter().skip(1)) {
            let same_base = before.layers.first() == after.layers.first();
            for (at, (layer, churn)) in after.layers.iter().zip(&mut churn).enumerate() {
                let changed = before.layers.get(at) != Some(layer);
                churn.releases += 1;
                churn.changed += u64::from(changed);
                churn.alone += u64::from(changed && same_base);
            }
        }
        churn
    }

    /// Releases in which the lowest layer changed, and those in which it stayed but one of these
    /// changed.
    pub(super) fn refreshes(&self, dependencies: &[bool]) -> (u64, u64) {
        let (mut base, mut updates) = (0, 0);
        for (before, after) in self.versions.iter().zip(self.versions.iter().skip(1)) {
            let changed = |at: usize| before.layers.get(at) != after.layers.get(at);
            if changed(0) {
                base += 1;
            } else if dependencies.iter().enumerate().any(|(at, is)| *is && changed(at)) {
                updates += 1;
            }
        }
        (base, updates)
    }
}

impl Churn {
    /// In half of all releases or more: with each deploy. Otherwise, never but with the lowest
    /// layer: with the base. Between these: with the dependencies.
    pub(super) fn trigger(self) -> &'static str {
        if self.changed > 0 && self.changed * 2 >= self.releases {
            "deploy"
        } else if self.alone == 0 {
            "base-refresh"
        } else {
            "dependency-update"
        }
    }
}
