use std::cmp::Ordering;
use std::collections::HashSet;

use imgcost_image::{Document, ImageError, Inspection, Options, Reference, assemble};
use serde::Deserialize;

use crate::address::Place;
use crate::blobs::Remote;
use crate::client::Client;

/// The images of a repository over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versions {
    /// The images, oldest first by their configs; those without a date come first, in the order of
    /// their tags. Tags that name the same image give one.
    pub images: Vec<Inspection>,
    /// What was left out, and why, in words for users.
    pub notes: Vec<String>,
}

/// What tells an image from other things that registries keep.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kind {
    artifact_type: Option<String>,
    config: Option<ConfigKind>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ConfigKind {
    media_type: Option<String>,
}

impl Client {
    /// The images of a repository, oldest first.
    ///
    /// Each tag costs two or three requests, which registries limit: at most `limit` tags are
    /// read, the last ones in the order of version numbers. Tags that name no image for the
    /// platform (signatures, attestations, charts) are left out with a note.
    ///
    /// # Errors
    /// In words for users, if the registry does not tell.
    pub fn versions(
        &self,
        host: &str,
        repository: &str,
        options: Options<'_>,
        limit: usize,
    ) -> Result<Versions, ImageError> {
        let mut notes = Vec::new();
        let (signatures, mut tags): (Vec<_>, Vec<_>) =
            self.tags(host, repository)?.into_iter().partition(|tag| is_attachment(tag));
        if !signatures.is_empty() {
            notes
                .push(format!("{} tags of signatures and attestations left out", signatures.len()));
        }
        tags.sort_by(|a, b| by_version(a, b));
        if tags.len() > limit {
            notes.push(format!("the last {limit} of {} tags, by their names", tags.len()));
            tags.drain(..tags.len() - limit);
        }
        let place = Place::parse(host, repository, self.transport())?;
        let (mut documents, mut manifests) = (HashSet::new(), HashSet::new());
        let mut images = Vec::new();
        for tag in tags {
            let what = Reference::Registry {
                host: host.to_owned(),
                repository: repository.to_owned(),
                version: Some(tag.clone()),
            };
            let remote = Remote::new(self, place.clone(), &what.to_string());
            let (document, digest) = remote.manifest(&tag)?;
            if !documents.insert(digest) {
                continue;
            }
            if let Some(kind) = other_kind(&document) {
                notes.push(format!("{tag} left out: it is no image ({kind})"));
                continue;
            }
            match assemble(&document, &remote, options) {
                // Two indexes may share the image of this platform.
                Ok(image) => {
                    if image.manifest.clone().is_none_or(|digest| manifests.insert(digest)) {
                        images.push(image);
                    }
                }
                Err(error) if remote.is_unreachable() => return Err(error),
                Err(error) => notes.push(format!("{tag} left out: {}", error.problem)),
            }
        }
        images.sort_by_key(|image| image.created);
        Ok(Versions { images, notes })
    }
}

/// Tags by which cosign attaches things to an image: `sha256-<hex>.sig`.
fn is_attachment(tag: &str) -> bool {
    tag.strip_prefix("sha256-").is_some_and(|rest| {
        let hex = rest.split('.').next().unwrap_or_default();
        hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

/// What a document says to be, if that is not an image.
fn other_kind(document: &Document) -> Option<String> {
    let kind: Kind = serde_json::from_slice(&document.bytes).ok()?;
    let config = kind.config.and_then(|config| config.media_type);
    let named = config.filter(|kind| {
        !kind.starts_with("application/vnd.oci.image.config.")
            && !kind.starts_with("application/vnd.docker.container.image.")
    });
    let shown = |kind: String| kind.chars().filter(|c| !c.is_control()).take(100).collect();
    named.or(kind.artifact_type).map(shown)
}

/// `1.9` before `1.10`: runs of digits compare as numbers, anything else as text.
fn by_version(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let ((part_a, rest_a), (part_b, rest_b)) = (part(a), part(b));
        let ordering = match (number(part_a), number(part_b)) {
            (Some(a), Some(b)) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
            _ => part_a.cmp(part_b),
        };
        if ordering != Ordering::Equal || (rest_a.is_empty() && rest_b.is_empty()) {
            return ordering;
        }
        (a, b) = (rest_a, rest_b);
    }
}

/// The digits of a number without leading zeros.
fn number(text: &str) -> Option<&str> {
    text.starts_with(|c: char| c.is_ascii_digit()).then(|| text.trim_start_matches('0'))
}

/// The first run of digits or of anything else, and what follows it.
fn part(text: &str) -> (&str, &str) {
    let digits = text.starts_with(|c: char| c.is_ascii_digit());
    let end = text.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_in_the_order_of_version_numbers() {
        let mut tags = ["v1.10", "v1.9", "latest", "v1.9-alpine", "10", "9", "007", "v2"];
        tags.sort_by(|a, b| by_version(a, b));
        assert_eq!(tags, ["007", "9", "10", "latest", "v1.9", "v1.9-alpine", "v1.10", "v2"]);
    }

    #[test]
    fn signatures_and_charts_are_no_images() {
        assert!(is_attachment(&format!("sha256-{}.sig", "a".repeat(64))));
        assert!(!is_attachment("sha256-tool"));
        let document = |text: &str| Document {
            name: "x".into(),
            bytes: text.as_bytes().to_vec(),
            media_type: None,
        };
        let chart = r#"{"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json"}}"#;
        assert_eq!(
            other_kind(&document(chart)).unwrap(),
            "application/vnd.cncf.helm.config.v1+json"
        );
        let image = r#"{"config":{"mediaType":"application/vnd.oci.image.config.v1+json"}}"#;
        assert_eq!(other_kind(&document(image)), None);
        assert_eq!(other_kind(&document(r#"{"manifests":[]}"#)), None);
    }
}
