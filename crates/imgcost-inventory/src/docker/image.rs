//! One image, as a source tells of it.

use chrono::{DateTime, Utc};
use imgcost::units::parse_bytes;

use super::Layers;
use super::history::{self, Instruction};
use super::shape::{DiveLayer, Entry};
use crate::json_stream::{List, Number, Object, Text};

/// An image, as one source tells of it.
#[derive(Debug, Default)]
pub(super) struct Image {
    /// The first twelve digits of its id, which is what Docker shows; empty if it is not known.
    pub(super) id: String,
    /// Repository and tag; empty if it has none.
    pub(super) names: Vec<(String, String)>,
    /// What to call it if it has no name: the file's.
    pub(super) fallback: Option<String>,
    pub(super) created: Option<DateTime<Utc>>,
    pub(super) size: Option<Size>,
    /// Compressed and unpacked bytes, where they are told apart.
    pub(super) both: Option<(u64, u64)>,
    /// Whether it is kept by containerd, where `Size` is not the unpacked size.
    pub(super) by_containerd: bool,
    pub(super) layers: Option<Layers>,
    pub(super) notes: Vec<String>,
}

/// A size and how exact it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) bytes: u64,
    /// What was shown, if it was rounded.
    pub(super) shown: Option<String>,
    /// The command that told it.
    pub(super) from: &'static str,
}

impl Image {
    /// From a list of images.
    pub(super) fn listed(entry: Entry, from: &'static str) -> Self {
        let full = entry.id.0.as_deref().unwrap_or_default();
        let size = measured(&entry.size).map(|(bytes, shown)| Size {
            bytes,
            shown: shown.map(str::to_owned),
            from,
        });
        let created = match &entry.created {
            Number::Exact(seconds) => {
                i64::try_from(*seconds).ok().and_then(|at| DateTime::from_timestamp(at, 0))
            }
            Number::Text(text) => time(text),
            Number::None => entry.created_at.0.as_deref().and_then(time),
        };
        // containerd calls an image by its manifest, as registries do; the engine by its config.
        let digests = entry.repo_digests.0.iter().chain([&entry.digest]);
        let by_containerd = full.len() > 20
            && digests
                .filter_map(|digest| digest.0.as_deref())
                .any(|digest| digest.ends_with(full));
        let shared = match (measured(&entry.shared_size), measured(&entry.unique_size)) {
            (Some((0, _)), _) => None,
            (Some((shared, _)), None) => {
                Some(format!("{shared} B of it are shared with other images on the machine."))
            }
            (Some((shared, _)), Some((unique, _))) => Some(format!(
                "{shared} B of it are shared with other images on the machine, {unique} B are its own."
            )),
            _ => None,
        };
        Self {
            id: short(full),
            names: names(&entry),
            created,
            both: both(&entry),
            size,
            by_containerd,
            notes: shared.into_iter().collect(),
            ..Self::default()
        }
    }

    /// From a history, newest instruction first.
    pub(super) fn of_history(entries: Vec<Entry>, file: &str) -> Self {
        let newest = entries.first();
        let id = newest.and_then(|entry| entry.id.0.as_deref()).unwrap_or_default();
        let tags = newest.map_or(&[][..], |entry| &entry.tags.0);
        let names = tags.iter().filter_map(|tag| split(tag.0.as_deref()?)).collect();
        let rounded =
            entries.iter().any(|entry| matches!(&entry.size, Number::Text(text) if text != "0B"));
        let instructions = entries.iter().rev().map(|entry| Instruction {
            text: history::instruction(entry.created_by.0.as_deref().unwrap_or_default()),
            bytes: measured(&entry.size).map_or(0, |(bytes, _)| bytes),
        });
        let layers = Layers {
            instructions: instructions.collect(),
            from: if rounded {
                "docker history, sizes rounded to 3 digits; exact with --human=false"
            } else {
                "docker history"
            },
            inefficient: None,
        };
        let id = if id == "<missing>" { String::new() } else { short(id) };
        Self { id, names, fallback: Some(stem(file)), layers: Some(layers), ..Self::default() }
    }

    /// From dive, lowest layer first.
    pub(super) fn of_dive(entry: Entry, file: &str) -> Self {
        let layers = entry.layer.unwrap_or_default().0.into_iter();
        let instruction = |Object(layer): Object<DiveLayer>| {
            let text = history::instruction(layer.command.0.as_deref().unwrap_or_default());
            Some(Instruction { text, bytes: layer.size_bytes.exact()? })
        };
        // One layer of unknown size leaves the image's unknown too: it is not 0.
        let instructions: Option<Vec<_>> = layers.map(instruction).collect();
        let layers = instructions.map(|instructions| Layers {
            instructions,
            from: "dive, sums of file sizes without the padding of tar",
            inefficient: entry.image.0.inefficient_bytes.exact(),
        });
        Self { fallback: Some(stem(file)), layers, ..Self::default() }
    }

    /// Adds what another source tells of the same image.
    pub(super) fn join(&mut self, other: Self) {
        for name in other.names {
            if !self.names.contains(&name) {
                self.names.push(name);
            }
        }
        let exact = |size: &Option<Size>| size.as_ref().is_some_and(|size| size.shown.is_none());
        if self.size.is_none() || (exact(&other.size) && !exact(&self.size)) {
            self.size = other.size;
        }
        self.fallback = self.fallback.take().or(other.fallback);
        self.created = self.created.or(other.created);
        self.both = self.both.or(other.both);
        self.by_containerd |= other.by_containerd;
        self.layers = self.layers.take().or(other.layers);
        if self.notes.is_empty() {
            self.notes = other.notes;
        }
    }
}

/// Bytes, and what was shown if that is not all of them.
fn measured(size: &Number) -> Option<(u64, Option<&str>)> {
    match size {
        // More than a pebibyte is no size of an image.
        Number::Exact(bytes) => (*bytes <= 1 << 50).then_some((*bytes, None)),
        Number::Text(text) => Some((parse_bytes(text).ok()?, Some(text))),
        Number::None => None,
    }
}

/// Of the image for one platform; of several, the machine's own is the one that was unpacked.
fn both(entry: &Entry) -> Option<(u64, u64)> {
    let images =
        entry.manifests.0.iter().filter(|manifest| manifest.0.kind.0.as_deref() == Some("image"));
    let sizes = images.filter_map(|Object(manifest)| {
        let content = manifest.size.0.content.exact()?;
        let unpacked = manifest.size.0.total.exact()?.checked_sub(content)?;
        (content > 0 && unpacked > 0 && content.max(unpacked) <= 1 << 50)
            .then_some((content, unpacked))
    });
    sizes.max_by_key(|(_, unpacked)| *unpacked)
}

fn names(entry: &Entry) -> Vec<(String, String)> {
    let pair = entry.repository.0.clone().zip(entry.tag.0.clone());
    let List(tags) = entry.repo_tags.clone().unwrap_or_default();
    let listed = tags.iter().filter_map(|Text(tag)| split(tag.as_deref()?));
    pair.into_iter().chain(listed).filter(|(repository, _)| repository != "<none>").collect()
}

/// `registry:5000/team/app:v1` into its repository and tag.
fn split(name: &str) -> Option<(String, String)> {
    let (repository, tag) = name.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'))?;
    Some((repository.to_owned(), tag.to_owned()))
}

fn short(id: &str) -> String {
    id.trim_start_matches("sha256:").chars().take(12).collect()
}

/// The name of a file without folders and ending.
fn stem(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if stem.is_empty() { "image".to_owned() } else { stem.to_owned() }
}

/// `2026-11-23 08:06:53 +0000 UTC` of the client, or as the API has it.
fn time(text: &str) -> Option<DateTime<Utc>> {
    let zoned = text.rsplit_once(' ').map_or(text, |(time, _)| time);
    let time = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(zoned, "%Y-%m-%d %H:%M:%S %z"));
    Some(time.ok()?.to_utc())
}
