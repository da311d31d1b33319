use std::collections::HashSet;

use imgcost::image::Digest;

use super::check::{MAX_CONFIG, MAX_MANIFEST, listed, parse_digest, quoted, sha256};
use super::media;
use super::wire::{Config, Entry, Manifest, parse};
use super::{Blobs, Document};
use crate::error::ImageError;
use crate::inspection::Choice;
use crate::options::Platform;

/// The deepest that indexes may lie in one another; real ones are two deep.
const MAX_DEPTH: usize = 5;
/// The most entries of an index and those in it.
pub(super) const MAX_ENTRIES: usize = 10_000;

/// The manifest of one platform, and what its index says around it.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) manifest: Manifest,
    pub(super) digest: Digest,
    pub(super) platform: Option<Platform>,
    pub(super) choice: Choice,
    pub(super) attached: u64,
    pub(super) notes: Vec<String>,
}

/// The manifest for a platform: the document itself, or one that it lists.
pub(super) fn choose(
    document: &Document,
    blobs: &dyn Blobs,
    wanted: &Platform,
) -> Result<Chosen, ImageError> {
    if document.media_type.as_deref().is_some_and(media::is_schema_1) {
        return Err(super::wire::schema_1(&document.name));
    }
    let manifest: Manifest = parse(&document.name, &document.bytes)?;
    if let Some(entries) = manifest.index(&document.name)? {
        return among(&document.name, entries, blobs, wanted);
    }
    if is_attestation(&manifest) {
        return Err(ImageError::new(&document.name, "it is an attestation, not an image")
            .help("name the image or the index that it belongs to"));
    }
    let digest = sha256(&document.bytes)?;
    let (platform, choice, notes) = (None, Choice::Only, Vec::new());
    Ok(Chosen { manifest, digest, platform, choice, attached: 0, notes })
}

/// The manifest for a platform among the entries of an index; messages call that `name`.
pub(super) fn among(
    name: &str,
    entries: &[Entry],
    blobs: &dyn Blobs,
    wanted: &Platform,
) -> Result<Chosen, ImageError> {
    let mut walk = Walk::new(name, blobs);
    walk.add(entries, 1)?;
    walk.take(wanted)
}

/// Bytes that attestations of one image add to a registry, and what to note about them.
pub(super) fn attached(
    image: &Digest,
    alone: bool,
    attestations: &[Entry],
    blobs: &dyn Blobs,
) -> (u64, Vec<String>) {
    let (mut bytes, mut notes, mut unplaced) = (0_u64, Vec::new(), 0_u64);
    for entry in attestations {
        let is_it = |digest: &String| parse_digest(digest).ok().as_ref() == Some(image);
        let annotated = entry.annotations().reference_digest.as_ref();
        if annotated.is_some_and(|digest| !is_it(digest)) {
            continue;
        }
        let document = read(entry, blobs);
        let subject = document.as_ref().ok().and_then(|found| found.subject.as_ref());
        match annotated.or_else(|| subject?.digest.as_ref()) {
            Some(digest) if is_it(digest) => {}
            Some(_) => continue,
            None if alone => {}
            None => {
                unplaced += 1;
                continue;
            }
        }
        bytes = bytes.saturating_add(entry.size);
        match document {
            Ok(manifest) => {
                let parts = manifest.config.iter().chain(manifest.layers());
                bytes = parts.fold(bytes, |sum, part| sum.saturating_add(part.size));
            }
            Err(error) => notes.push(format!(
                "only the manifest of attestation {} is counted: {}",
                entry.digest, error.problem
            )),
        }
    }
    if unplaced > 0 {
        notes.push(format!("attestations that name no image are not counted: {unplaced}"));
    }
    (bytes, notes)
}

/// Whether an entry of an index says that it is an attestation.
pub(super) fn says_attestation(entry: &Entry) -> bool {
    entry.annotations().reference_type.as_deref() == Some("attestation-manifest")
        || entry.artifact_type.as_deref() == Some(media::ATTESTATION)
}

fn is_attestation(manifest: &Manifest) -> bool {
    let in_toto = |entry: &Entry| entry.media_type.as_deref() == Some(media::IN_TOTO);
    manifest.artifact_type.as_deref() == Some(media::ATTESTATION)
        || manifest.config.iter().chain(manifest.layers()).any(in_toto)
}

fn read(entry: &Entry, blobs: &dyn Blobs) -> Result<Manifest, ImageError> {
    let bytes = blobs.document(&entry.descriptor(), MAX_MANIFEST)?;
    parse(&entry.digest.to_string(), &bytes)
}

/// What an index and those in it list.
struct Walk<'w> {
    name: &'w str,
    blobs: &'w dyn Blobs,
    seen: HashSet<Digest>,
    images: Vec<Candidate>,
    attestations: Vec<Entry>,
    notes: Vec<String>,
}

struct Candidate {
    entry: Entry,
    platform: Option<Platform>,
    /// Where it had to be read to tell what it is.
    manifest: Option<Manifest>,
}

impl<'w> Walk<'w> {
    fn new(name: &'w str, blobs: &'w dyn Blobs) -> Self {
        let (images, attestations, notes) = (Vec::new(), Vec::new(), Vec::new());
        Self { name, blobs, seen: HashSet::new(), images, attestations, notes }
    }

    fn add(&mut self, entries: &[Entry], depth: usize) -> Result<(), ImageError> {
        if depth > MAX_DEPTH {
            let problem = format!("its indexes are nested deeper than {MAX_DEPTH}");
            return Err(
                ImageError::new(self.name, problem).help("name one of its images by digest")
            );
        }
        for entry in entries {
            // Listed twice, or an index that lists itself.
            if !self.seen.insert(entry.digest.clone()) {
                continue;
            }
            if self.seen.len() > MAX_ENTRIES {
                let problem = format!("it lists more than {MAX_ENTRIES} manifests");
                return Err(
                    ImageError::new(self.name, problem).help("name one of its images by digest")
                );
            }
            self.add_one(entry, depth)?;
        }
        Ok(())
    }

    fn add_one(&mut self, entry: &Entry, depth: usize) -> Result<(), ImageError> {
        if says_attestation(entry) {
            self.attestations.push(entry.clone());
            return Ok(());
        }
        let media_type = entry.media_type.as_deref();
        let platform = entry.platform();
        if platform.is_some() && media_type.is_some_and(media::is_manifest) {
            self.images.push(Candidate { entry: entry.clone(), platform, manifest: None });
            return Ok(());
        }
        // Anything else shows what it is when it is read.
        let known = media_type.is_none_or(|m| media::is_manifest(m) || media::is_index(m));
        let manifest = match read(entry, self.blobs) {
            Ok(manifest) => manifest,
            Err(error) if known => return Err(error),
            Err(error) => {
                let media_type = quoted(media_type.unwrap_or_default());
                let problem = error.problem;
                self.notes
                    .push(format!("an entry of media type {media_type} is left out: {problem}"));
                return Ok(());
            }
        };
        match manifest.index(&entry.digest.to_string()) {
            Ok(Some(entries)) => self.add(entries, depth + 1)?,
            Ok(None) if is_attestation(&manifest) => self.attestations.push(entry.clone()),
            Ok(None) if entry.is_for_none() || is_artifact(&manifest) => {
                self.notes.push(format!("{} is no image and is left out", entry.digest));
            }
            Ok(None) => {
                let manifest = Some(manifest);
                self.images.push(Candidate { entry: entry.clone(), platform, manifest });
            }
            Err(error) if known => return Err(error),
            Err(error) => {
                self.notes.push(format!("{} is left out: {}", entry.digest, error.problem));
            }
        }
        Ok(())
    }

    /// The image for a platform, and what is known around it.
    fn take(mut self, wanted: &Platform) -> Result<Chosen, ImageError> {
        self.learn_platforms()?;
        let alone = self.images.len() == 1;
        let Some(at) = self.find(wanted) else { return Err(self.none(wanted)) };
        let chosen = self.images.remove(at);
        let mut others: Vec<_> =
            self.images.into_iter().filter_map(|other| other.platform).collect();
        if others.iter().any(|other| Some(other) == chosen.platform.as_ref()) {
            self.notes.push(format!("several images are for {wanted}: the first is taken"));
        }
        others.retain(|other| Some(other) != chosen.platform.as_ref());
        let mut seen = HashSet::new();
        others.retain(|other| seen.insert(other.clone()));
        let manifest = match chosen.manifest {
            Some(manifest) => manifest,
            None => read(&chosen.entry, self.blobs)?,
        };
        let name = chosen.entry.digest.to_string();
        if manifest.index(&name)?.is_some() {
            return Err(ImageError::new(name, "it is an index where a manifest is announced"));
        }
        let digest = chosen.entry.digest;
        let (attached, notes) = attached(&digest, alone, &self.attestations, self.blobs);
        self.notes.extend(notes);
        let choice = if others.is_empty() { Choice::Only } else { Choice::OneOf { others } };
        let (platform, notes) = (chosen.platform, self.notes);
        Ok(Chosen { manifest, digest, platform, choice, attached, notes })
    }

    /// Where several images are listed without platforms, their configs tell.
    fn learn_platforms(&mut self) -> Result<(), ImageError> {
        if self.images.len() < 2 {
            return Ok(());
        }
        for image in self.images.iter_mut().filter(|image| image.platform.is_none()) {
            let Some(config) = image.manifest.as_ref().and_then(|m| m.config.as_ref()) else {
                continue;
            };
            let bytes = self.blobs.document(&config.descriptor(), MAX_CONFIG)?;
            let config: Config = parse(&config.digest.to_string(), &bytes)?;
            image.platform = config.platform();
        }
        Ok(())
    }

    fn find(&self, wanted: &Platform) -> Option<usize> {
        let position = |fits: &dyn Fn(&Platform) -> bool| {
            self.images.iter().position(|image| image.platform.as_ref().is_some_and(fits))
        };
        let alone = || (self.images.len() == 1 && self.images[0].platform.is_none()).then_some(0);
        position(&|platform| platform == wanted)
            .or_else(|| position(&|platform| usual(platform) == usual(wanted)))
            .or_else(|| position(&|platform| platform.serves(wanted)))
            .or_else(alone)
    }

    fn none(self, wanted: &Platform) -> ImageError {
        let there: Vec<_> =
            self.images.iter().filter_map(|image| image.platform.as_ref()).collect();
        let error = ImageError::new(self.name, format!("there is no image for {wanted} in it"));
        match there.is_empty() {
            true => error.help("it lists no image of any known platform"),
            false => error.help(format!("ask for one of its platforms: {}", listed(&there))),
        }
    }
}

/// A platform with the variant that is meant where none is written, as containerd has it.
fn usual(platform: &Platform) -> Platform {
    let variant = match (platform.architecture.as_str(), &platform.variant) {
        ("arm", None) => Some("v7".to_owned()),
        ("arm64", None) => Some("v8".to_owned()),
        (_, variant) => variant.clone(),
    };
    Platform { variant, ..platform.clone() }
}

/// Whether a manifest holds something else than an image, such as a chart or a signature.
fn is_artifact(manifest: &Manifest) -> bool {
    let config = manifest.config.as_ref().and_then(|config| config.media_type.as_deref());
    manifest.artifact_type.is_some() || config.is_some_and(|config| !media::is_config(config))
}
