use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::path::PathBuf;

use imgcost::image::Digest;

use super::archive::Archive;
use super::assemble::inspect;
use super::check::{
    Bounded, MAX_DOCUMENTS, MAX_LISTING, MAX_MANIFEST, check, listed, parse_digest, quoted,
    too_large, wrong_size,
};
use super::index::{Chosen, MAX_ENTRIES, among, attached, choose, says_attestation};
use super::wire::{Entry, Manifest, parse};
use super::{Blobs, Descriptor, Document, Stream, file, names};
use crate::error::ImageError;
use crate::inspection::{Choice, Inspection};
use crate::options::{Options, Platform};
use crate::reference::Reference;

/// The most images that are taken from a layout or archive at once.
pub(super) const MAX_IMAGES: usize = 1_000;
/// The most bytes of documents that are read for all of them.
const MAX_ALL_DOCUMENTS: u64 = 2 * MAX_DOCUMENTS;

/// An OCI layout.
pub(super) enum Layout {
    /// In a directory.
    Folder(PathBuf),
    /// In a tar file.
    Archive(Archive),
}

/// Images of a layout, by tag or digest where one is given; `reference` makes names of them.
pub(super) fn open(
    layout: &Layout,
    tag: Option<&str>,
    reference: &dyn Fn(Option<String>) -> Reference,
    options: Options<'_>,
) -> Result<Vec<Inspection>, ImageError> {
    let bytes = layout.listing()?.ok_or_else(|| layout.no_layout())?;
    let name = layout.name("index.json");
    let listing: Manifest = parse(&name, &bytes)?;
    let Some(entries) = listing.index(&name)? else {
        return Err(ImageError::new(name, "it is a manifest, not an index"));
    };
    let (attestations, images): (Vec<_>, Vec<_>) =
        entries.iter().cloned().partition(|entry| says_attestation(entry) || entry.is_for_none());
    if attestations.len() > MAX_ENTRIES {
        let problem = format!("it lists more than {MAX_ENTRIES} attestations");
        return Err(ImageError::new(name, problem).help("copy the image that you need alone"));
    }
    let groups = groups(images);
    let alone = groups.len() == 1;
    let groups = match tag {
        None => groups,
        Some(tag) => vec![select(&name, groups, tag)?],
    };
    if groups.is_empty() {
        return Err(ImageError::new(name, "it lists no images"));
    }
    if groups.len() > MAX_IMAGES {
        let problem = format!("it lists more than {MAX_IMAGES} images");
        return Err(ImageError::new(name, problem).help("name one of them by its tag or digest"));
    }
    let several = groups.len() > 1;
    let all = Bounded::new(layout, MAX_ALL_DOCUMENTS);
    let read = |group: Group| {
        let name = match several {
            true => reference(Some(group.name())).to_string(),
            false => reference(tag.map(str::to_owned)).to_string(),
        };
        let blobs = Bounded::new(&all, MAX_DOCUMENTS);
        let chosen = group.choose(&name, (&attestations, alone), &blobs, options.platform)?;
        inspect(&name, chosen, &blobs, options)
    };
    groups.into_iter().map(read).collect()
}

impl Layout {
    fn name(&self, member: &str) -> String {
        match self {
            Self::Folder(folder) => file::name(&folder.join(member)),
            Self::Archive(archive) => archive.name_of(member),
        }
    }

    fn listing(&self) -> Result<Option<Vec<u8>>, ImageError> {
        match self {
            Self::Folder(folder) => file::read(&folder.join("index.json"), MAX_LISTING),
            Self::Archive(archive) => archive.document("index.json", MAX_LISTING),
        }
    }

    fn no_layout(&self) -> ImageError {
        match self {
            Self::Folder(folder) => {
                let (name, is_file) = (file::name(folder), folder.is_file());
                let error =
                    ImageError::new(&name, "there is no OCI layout: no index.json is in it");
                match is_file {
                    true => error.help(format!("for a tar file write archive:{name}")),
                    false => error.help("give the folder that skopeo, buildx or umoci wrote"),
                }
            }
            Self::Archive(archive) => ImageError::new(
                archive.name_of("index.json"),
                "there is no such file, so this is no OCI archive",
            )
            .help("for what docker save writes use docker-archive:FILE"),
        }
    }

    /// A blob's stream and length; `None` if it is not there.
    fn find(&self, digest: &Digest) -> Result<Option<(Stream<'_>, u64)>, ImageError> {
        let path = blob_path(digest)?;
        Ok(match self {
            Self::Folder(folder) => file::open(&folder.join(path))?
                .map(|(file, size)| (Box::new(file) as Stream<'_>, size)),
            Self::Archive(archive) => match archive.find(&path)? {
                Some(place) => Some((Box::new(archive.read(place)?), place.size)),
                None => None,
            },
        })
    }
}

/// Where a blob is in a layout; of validated parts only, so that it cannot lead out.
fn blob_path(digest: &Digest) -> Result<String, ImageError> {
    let text = parse_digest(&digest.to_string())?.to_string();
    Ok(format!("blobs/{}", text.replace(':', "/")))
}

impl Blobs for Layout {
    fn document(&self, descriptor: &Descriptor, limit: u64) -> Result<Vec<u8>, ImageError> {
        let name = self.name(&blob_path(&descriptor.digest)?);
        let Some((source, size)) = self.find(&descriptor.digest)? else {
            return Err(ImageError::new(name, "there is no such file")
                .help("the layout is incomplete: copy the image again"));
        };
        if size > limit {
            return Err(too_large(&name, limit));
        }
        let bytes = file::read_all(&name, source, limit)?;
        check(&name, &bytes, descriptor)?;
        Ok(bytes)
    }

    fn blob(
        &self,
        descriptor: &Descriptor,
    ) -> Result<Option<Box<dyn Read + Send + '_>>, ImageError> {
        match self.find(&descriptor.digest)? {
            Some((_, size)) if size != descriptor.size => {
                let name = self.name(&blob_path(&descriptor.digest)?);
                Err(wrong_size(&name, size, descriptor.size))
            }
            Some((source, _)) => Ok(Some(source)),
            None => Ok(None),
        }
    }
}

/// Entries of `index.json` that are one image: one entry, or one for each platform.
struct Group {
    names: Vec<String>,
    entries: Vec<Entry>,
}

impl Group {
    /// The name that a reference takes: a tag, or a digest where there is none.
    fn name(&self) -> String {
        let digest = || self.entries.first().map(|entry| entry.digest.to_string());
        self.names.first().cloned().or_else(digest).unwrap_or_default()
    }

    fn choose(
        &self,
        name: &str,
        (attestations, alone): (&[Entry], bool),
        blobs: &dyn Blobs,
        wanted: &Platform,
    ) -> Result<Chosen, ImageError> {
        let [entry] = self.entries.as_slice() else {
            let entries: Vec<_> = self.entries.iter().chain(attestations).cloned().collect();
            return among(name, &entries, blobs, wanted);
        };
        let bytes = blobs.document(&entry.descriptor(), MAX_MANIFEST)?;
        let media_type = entry.media_type.clone();
        let document = Document { name: name.to_owned(), bytes, media_type };
        let mut chosen = choose(&document, blobs, wanted)?;
        chosen.platform = chosen.platform.or_else(|| entry.platform());
        // BuildKit once put attestations of a single image beside it instead of in an index.
        let alone = alone && chosen.choice == Choice::Only;
        let (bytes, notes) = attached(&chosen.digest, alone, attestations, blobs);
        chosen.attached = chosen.attached.saturating_add(bytes);
        if self.names.len() > 1 {
            chosen.notes.push(format!("it has several names: {}", listed(&self.names)));
        }
        chosen.notes.extend(notes);
        Ok(chosen)
    }
}

/// Puts together what is one image: entries without names that are for different platforms, several
/// entries of one name, and several names of one digest.
fn groups(entries: Vec<Entry>) -> Vec<Group> {
    if are_platforms_of_one(&entries) {
        return vec![Group { names: Vec::new(), entries }];
    }
    let mut groups: Vec<Group> = Vec::new();
    let (mut by_name, mut by_digest) = (HashMap::new(), HashMap::new());
    for entry in entries {
        let names = names_of(&entry);
        let known = names.first().and_then(|name| by_name.get(name));
        let known = known.or_else(|| by_digest.get(&entry.digest)).copied();
        let at = known.unwrap_or(groups.len());
        if known.is_none() {
            groups.push(Group { names: Vec::new(), entries: Vec::new() });
        }
        if let Some(name) = names.first() {
            by_name.entry(name.clone()).or_insert(at);
        }
        let Some(group) = groups.get_mut(at) else { continue };
        let new = names.into_iter().filter(|name| !group.names.contains(name)).collect::<Vec<_>>();
        group.names.extend(new);
        if by_digest.insert(entry.digest.clone(), at).is_none() {
            group.entries.push(entry);
        }
    }
    groups
}

/// The names of an entry, the clearest first: Docker gives the whole name beside a tag that many
/// images share.
fn names_of(entry: &Entry) -> Vec<String> {
    let annotations = entry.annotations();
    let names = [&annotations.image_name, &annotations.ref_name];
    names.into_iter().flatten().cloned().collect()
}

fn are_platforms_of_one(entries: &[Entry]) -> bool {
    let mut platforms = HashSet::new();
    entries.len() > 1
        && entries.iter().all(|entry| {
            let platform = entry.platform();
            let fits = entry.is_for_none() || platform.is_some_and(|p| platforms.insert(p));
            fits && names_of(entry).is_empty()
        })
}

fn select(what: &str, groups: Vec<Group>, tag: &str) -> Result<Group, ImageError> {
    let names: Vec<_> = groups.iter().flat_map(|group| group.names.clone()).collect();
    let digest = parse_digest(tag).ok();
    let mut fitting: Vec<Group> = groups
        .into_iter()
        .filter(|group| match &digest {
            Some(digest) => group.entries.iter().any(|entry| entry.digest == *digest),
            None => group.names.iter().any(|name| names::same(name, tag)),
        })
        .collect();
    if fitting.len() > 1 {
        let problem = format!("several images in it are called `{}`", quoted(tag));
        let names: Vec<_> = fitting.iter().map(Group::name).collect();
        return Err(ImageError::new(what, problem).help(format!("name one of {}", listed(&names))));
    }
    let mut group = fitting.pop().ok_or_else(|| names::unknown(what, tag, &names))?;
    if let Some(digest) = digest {
        group.entries.retain(|entry| entry.digest == digest);
    }
    Ok(group)
}
