//! The shapes of JSON that Docker and dive write, as one: what a document is, its keys tell.

use std::fmt;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::json_stream::{List, Number, Object, Text};

/// A JSON value of a file.
#[derive(Debug)]
pub(super) enum Document {
    One(Box<Entry>),
    Many(List<Object<Entry>>),
}

/// An image, an instruction of a history, or a report with images in it.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Entry {
    #[serde(rename = "ID", alias = "Id")]
    pub(super) id: Text,
    pub(super) repository: Text,
    pub(super) tag: Text,
    pub(super) repo_tags: Option<List<Text>>,
    pub(super) repo_digests: List<Text>,
    pub(super) digest: Text,
    pub(super) size: Number,
    pub(super) shared_size: Number,
    pub(super) unique_size: Number,
    /// A time as text, or seconds since 1970.
    pub(super) created: Number,
    pub(super) created_at: Text,
    #[serde(rename = "RootFS")]
    pub(super) root_fs: Option<Object<RootFs>>,
    /// What the API adds with `manifests=1` where images are kept by containerd.
    pub(super) manifests: List<Object<Manifest>>,
    // Of a history.
    pub(super) created_by: Text,
    pub(super) tags: List<Text>,
    // Of `system df`.
    pub(super) images: Option<List<Object<Entry>>>,
    pub(super) layers_size: Number,
    #[serde(deserialize_with = "present")]
    pub(super) total_count: Option<()>,
    // Of dive.
    #[serde(rename = "layer")]
    pub(super) layer: Option<List<Object<DiveLayer>>>,
    #[serde(rename = "image")]
    pub(super) image: Object<DiveImage>,
}

#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct RootFs {
    pub(super) layers: List<Text>,
}

#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Manifest {
    pub(super) kind: Text,
    pub(super) size: Object<ManifestSize>,
}

#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct ManifestSize {
    /// Compressed and unpacked bytes together.
    pub(super) total: Number,
    /// Compressed bytes.
    pub(super) content: Number,
}

#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct DiveLayer {
    pub(super) size_bytes: Number,
    pub(super) command: Text,
}

#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct DiveImage {
    pub(super) inefficient_bytes: Number,
}

impl Entry {
    /// Whether this is an image, as `docker image ls`, `inspect` or the API list it.
    pub(super) fn is_image(&self) -> bool {
        let named =
            self.repository.0.is_some() || self.repo_tags.is_some() || self.root_fs.is_some();
        named && self.id.0.is_some()
    }
}

impl Number {
    pub(super) fn exact(&self) -> Option<u64> {
        match self {
            Self::Exact(number) => Some(*number),
            Self::None | Self::Text(_) => None,
        }
    }
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<()>, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| Some(()))
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Documents;
        impl<'de> Visitor<'de> for Documents {
            type Value = Document;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object or an array")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Document, A::Error> {
                Box::deserialize(MapAccessDeserializer::new(map)).map(Document::One)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Document, A::Error> {
                List::deserialize(SeqAccessDeserializer::new(seq)).map(Document::Many)
            }
        }
        deserializer.deserialize_any(Documents)
    }
}
