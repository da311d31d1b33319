//! How big images are, as nodes and kubelets tell it.

use std::collections::{BTreeSet, HashMap};

use super::image_name::{ImageName, digest_of};
use super::many::many_of;
use super::object::NodeImage;
use crate::fact::Fact;
use crate::inventory::ImageFound;

/// Which bytes a container runtime counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    Compressed,
    Unpacked,
}

impl Kind {
    /// The same field means different bytes: containerd tells what it fetched, CRI-O and docker
    /// what they unpacked (containerd#9261, kubernetes#120698).
    pub(super) fn of_runtime(version: &str) -> Option<Self> {
        match version.split_once("://")?.0 {
            "containerd" => Some(Self::Compressed),
            "cri-o" | "docker" => Some(Self::Unpacked),
            _ => None,
        }
    }
}

/// Sizes by `host/repository:tag` and by `sha256:...`.
#[derive(Debug, Default)]
pub(super) struct Sizes {
    on_nodes: HashMap<String, Vec<Sighting>>,
    in_events: HashMap<String, Vec<(Kind, u64)>>,
    architectures: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
struct Sighting {
    node: u32,
    kind: Kind,
    bytes: u64,
    /// Into `architectures`.
    architecture: u32,
    /// Whether it has no name by digest: it came from an archive, not from a registry.
    loaded: bool,
}

/// What a size is wanted of.
#[derive(Debug)]
pub(super) struct Wanted<'w> {
    pub(super) image: &'w ImageName,
    /// Digests by which pods say that they run it.
    pub(super) digests: &'w BTreeSet<&'w str>,
    /// The nodes of these pods.
    pub(super) nodes: &'w BTreeSet<u32>,
}

impl Sizes {
    /// An entry of a node's list of images.
    pub(super) fn of_node(&mut self, node: u32, kind: Kind, architecture: &str, image: &NodeImage) {
        if !plausible(image.size_bytes) {
            return;
        }
        let known = self.architectures.iter().position(|known| known == architecture);
        let architecture = known.unwrap_or_else(|| {
            self.architectures.push(architecture.to_owned());
            self.architectures.len() - 1
        });
        let names: Vec<_> = image.names.iter().filter_map(|name| ImageName::parse(name)).collect();
        let sighting = Sighting {
            node,
            kind,
            bytes: image.size_bytes,
            architecture: u32::try_from(architecture).unwrap_or(u32::MAX),
            loaded: names.iter().all(|name| name.digest.is_none()),
        };
        let keys: BTreeSet<_> = names
            .into_iter()
            .flat_map(|name| [name.tagged().filter(|_| name.digest.is_none()), name.digest])
            .flatten()
            .collect();
        for key in keys {
            self.on_nodes.entry(key).or_default().push(sighting);
        }
    }

    /// A size in a kubelet's event.
    pub(super) fn of_event(&mut self, kind: Kind, image: &str, bytes: u64) {
        let name = ImageName::parse(image);
        if let Some(key) = name.and_then(|name| name.digest.clone().or_else(|| name.tagged()))
            && plausible(bytes)
        {
            self.in_events.entry(key).or_default().push((kind, bytes));
        }
    }

    /// The size of an image, by digest before name and from the nodes that run it before others,
    /// with notes of what is doubtful about it; `None` if nobody tells.
    pub(super) fn of(&self, wanted: &Wanted<'_>, notes: &mut Vec<String>) -> Option<ImageFound> {
        let Wanted { image, digests, nodes } = wanted;
        let own = image.digest.as_deref().and_then(digest_of);
        let digests: BTreeSet<&str> = digests.iter().copied().chain(own).collect();
        let tag = image.tagged();
        let by_digest: Vec<_> = digests.iter().flat_map(|key| self.sightings(key)).collect();
        let by_tag: Vec<_> =
            tag.iter().filter(|_| own.is_none()).flat_map(|key| self.sightings(key)).collect();
        for (all, how) in [(by_digest, "by digest"), (by_tag, "by name")] {
            let near: Vec<_> =
                all.iter().copied().filter(|seen| nodes.contains(&seen.node)).collect();
            let tier = if near.is_empty() { all } else { near };
            if !tier.is_empty() {
                return Some(self.of_tier(tier, how, notes));
            }
        }
        let keys = digests.into_iter().chain(tag.as_deref().filter(|_| own.is_none()));
        let told: Vec<_> = keys.filter_map(|key| self.in_events.get(key)).flatten().collect();
        let [compressed, unpacked] = [Kind::Compressed, Kind::Unpacked].map(|kind| {
            let sizes = told.iter().filter(|(of, _)| *of == kind).map(|(_, bytes)| *bytes);
            let (bytes, _) = usual(sizes)?;
            Some(Fact::new(bytes, format!("`Pulled` events{}", runtime_note(kind))))
        });
        image_found(compressed, unpacked)
    }

    fn sightings(&self, key: &str) -> impl Iterator<Item = &Sighting> {
        self.on_nodes.get(key).into_iter().flatten()
    }

    fn of_tier(&self, tier: Vec<&Sighting>, how: &str, notes: &mut Vec<String>) -> ImageFound {
        let fetched: Vec<_> = tier.iter().copied().filter(|seen| !seen.loaded).collect();
        // Only containerd lists images of archives at the size in which the archive had them.
        let doubtful = fetched.is_empty()
            && tier.iter().any(|seen| seen.loaded && seen.kind == Kind::Compressed);
        let tier = if fetched.is_empty() { tier } else { fetched };
        if doubtful {
            notes.push(
                "The image has no name by digest on its nodes: it was loaded from an archive, and its size may be unpacked.".to_owned(),
            );
        }
        let [compressed, unpacked] = [Kind::Compressed, Kind::Unpacked].map(|kind| {
            let of_kind = || tier.iter().filter(|seen| seen.kind == kind);
            let (bytes, others) = usual(of_kind().map(|seen| seen.bytes))?;
            let agreeing: BTreeSet<_> =
                of_kind().filter(|seen| seen.bytes == bytes).map(|seen| seen.node).collect();
            if others > 0 {
                let architectures: BTreeSet<_> = of_kind()
                    .filter_map(|seen| {
                        self.architectures.get(usize::try_from(seen.architecture).ok()?)
                    })
                    .map(String::as_str)
                    .collect();
                let why = if architectures.len() > 1 {
                    let list: Vec<_> = architectures.into_iter().collect();
                    format!(" (nodes are {})", list.join(" and "))
                } else {
                    String::new()
                };
                notes.push(format!(
                    "Nodes list {} sizes of the image{why}; the one on most of them counts.",
                    others + 1
                ));
            }
            let from =
                format!("on {} {how}{}", many_of(agreeing.len(), "nodes"), runtime_note(kind));
            Some(Fact::new(bytes, from))
        });
        image_found(compressed, unpacked)
            .unwrap_or_else(|| ImageFound::Unknown("no node lists it".to_owned()))
    }
}

/// Not nothing, and not more than a petabyte.
fn plausible(bytes: u64) -> bool {
    (1..=1 << 50).contains(&bytes)
}

fn runtime_note(kind: Kind) -> &'static str {
    match kind {
        Kind::Compressed => "; containerd tells compressed bytes",
        Kind::Unpacked => "; docker and CRI-O tell unpacked bytes",
    }
}

fn image_found(compressed: Option<Fact<u64>>, unpacked: Option<Fact<u64>>) -> Option<ImageFound> {
    match (compressed, unpacked) {
        (Some(compressed), Some(unpacked)) => Some(ImageFound::Both { compressed, unpacked }),
        (Some(compressed), None) => Some(ImageFound::Compressed(compressed)),
        (None, Some(unpacked)) => Some(ImageFound::Unpacked(unpacked)),
        (None, None) => None,
    }
}

/// The value that occurs most often, the largest of several such, and how many others there are.
fn usual(values: impl Iterator<Item = u64>) -> Option<(u64, usize)> {
    let mut counts: HashMap<u64, usize> = HashMap::new();
    values.for_each(|value| *counts.entry(value).or_default() += 1);
    let others = counts.len().saturating_sub(1);
    counts.into_iter().map(|(value, count)| (count, value)).max().map(|(_, value)| (value, others))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_value_is_the_largest_of_the_most_frequent() {
        assert_eq!(usual([5, 7, 5, 7, 9].into_iter()), Some((7, 2)));
        assert_eq!(usual([5].into_iter()), Some((5, 0)));
        assert_eq!(usual([].into_iter()), None);
    }

    #[test]
    fn a_runtime_that_is_not_known_tells_no_size() {
        assert_eq!(Kind::of_runtime("containerd://1.7.27"), Some(Kind::Compressed));
        assert_eq!(Kind::of_runtime("cri-o://1.29.1"), Some(Kind::Unpacked));
        assert_eq!(Kind::of_runtime("docker://20.10.24"), Some(Kind::Unpacked));
        assert_eq!(Kind::of_runtime("rkt://1.30"), None);
    }
}
