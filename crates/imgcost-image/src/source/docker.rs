use std::collections::{HashMap, HashSet};
use std::io::Read;

use imgcost::image::Digest;
use serde::Deserialize;

use super::archive::{Archive, Place};
use super::assemble::{add_config, time};
use super::check::{
    MAX_CONFIG, MAX_DOCUMENTS, MAX_LISTING, digest_like, parse_digest, sha256, wrong_digest,
};
use super::layout::MAX_IMAGES;
use super::read_layers::{Stored, read_layers};
use super::wire::{Config, parse};
use super::{Stream, file, media, names};
use crate::error::ImageError;
use crate::inspection::{Choice, Codec, ConfigBlob, InspectedLayer, Inspection, UnpackedFrom};
use crate::layer::{self, Budget};
use crate::options::{Options, ReadLayers};
use crate::reference::Reference;
use crate::waste::{self, LayerFiles, Waste};

/// One image of `manifest.json`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Saved {
    config: String,
    repo_tags: Option<Vec<String>>,
    layers: Option<Vec<String>>,
}

/// Images of a docker archive, by name or config digest where one is given.
pub(super) fn open(
    archive: &Archive,
    tag: Option<&str>,
    reference: &dyn Fn(Option<String>) -> Reference,
    options: Options<'_>,
) -> Result<Vec<Inspection>, ImageError> {
    let name = archive.name_of("manifest.json");
    let bytes = archive.document("manifest.json", MAX_LISTING)?;
    let bytes = bytes.ok_or_else(|| no_archive(archive, &name))?;
    let saved: Vec<Saved> = parse(&name, &bytes)?;
    if saved.is_empty() {
        return Err(ImageError::new(name, "it lists no images"));
    }
    if let Some(tag) = tag {
        let (image, config) = select(archive, &name, saved, tag)?;
        let name = reference(Some(tag.to_owned())).to_string();
        return Ok(vec![inspect(archive, name, &image, &config, options)?]);
    }
    if saved.len() > MAX_IMAGES {
        let problem = format!("it lists more than {MAX_IMAGES} images");
        return Err(ImageError::new(name, problem).help("write the name of one of them"));
    }
    let several = saved.len() > 1;
    let mut left = MAX_DOCUMENTS;
    let read = |image: Saved| {
        let config = read_config(archive, &image)?;
        left = left.checked_sub(config.len() as u64).ok_or_else(|| {
            ImageError::new(&name, "its configs are too large to read all of them")
                .help("write the name of one of its images")
        })?;
        let own = match several {
            false => None,
            true => match image.tags().first() {
                Some(tag) => Some(tag.clone()),
                None => Some(sha256(&config)?.to_string()),
            },
        };
        inspect(archive, reference(own).to_string(), &image, &config, options)
    };
    saved.into_iter().map(read).collect()
}

fn no_archive(archive: &Archive, name: &str) -> ImageError {
    let error = ImageError::new(name, "there is no such file, so this is no docker archive");
    if archive.has("index.json") {
        error.help("this is an OCI archive: write oci-archive:FILE")
    } else if archive.has("repositories") {
        error.help("a Docker before 1.10 wrote it: load it and save it again")
    } else {
        error.help("give what docker save or skopeo wrote")
    }
}

/// The image of a name, or of the digest of a config, which is Docker's image id.
fn select(
    archive: &Archive,
    name: &str,
    saved: Vec<Saved>,
    tag: &str,
) -> Result<(Saved, Vec<u8>), ImageError> {
    let tags: Vec<_> = saved.iter().flat_map(|image| image.tags().to_vec()).collect();
    let id = parse_digest(tag).ok();
    let mut left = MAX_DOCUMENTS;
    for image in saved {
        if id.is_none() && !image.tags().iter().any(|there| names::same(there, tag)) {
            continue;
        }
        let config = read_config(archive, &image)?;
        if id.is_none() || id == Some(sha256(&config)?) {
            return Ok((image, config));
        }
        let Some(rest) = left.checked_sub(config.len() as u64) else { break };
        left = rest;
    }
    Err(names::unknown(name, tag, &tags))
}

impl Saved {
    fn tags(&self) -> &[String] {
        self.repo_tags.as_deref().unwrap_or_default()
    }
}

/// The bytes of an image's config; where its file is named by a digest, they are checked.
fn read_config(archive: &Archive, image: &Saved) -> Result<Vec<u8>, ImageError> {
    let name = archive.name_of(&image.config);
    let bytes = archive
        .document(&image.config, MAX_CONFIG)?
        .ok_or_else(|| ImageError::new(&name, "there is no such file"))?;
    if let Some(announced) = digest_in(&image.config) {
        let found = digest_like(&announced, &bytes)?;
        if found != announced {
            return Err(wrong_digest(&name, &found, &announced));
        }
    }
    Ok(bytes)
}

/// The digest that a file is named by: `<hex>.json`, `blobs/sha256/<hex>`.
fn digest_in(path: &str) -> Option<Digest> {
    let file = path.rsplit('/').next()?;
    let hex = file.strip_suffix(".json").unwrap_or(file);
    let hex = hex.strip_prefix("sha256:").unwrap_or(hex);
    parse_digest(&format!("sha256:{hex}")).ok()
}

fn inspect(
    archive: &Archive,
    reference: String,
    image: &Saved,
    config_bytes: &[u8],
    options: Options<'_>,
) -> Result<Inspection, ImageError> {
    let config_name = archive.name_of(&image.config);
    let config: Config = parse(&config_name, config_bytes)?;
    let paths = image.layers.as_deref().unwrap_or_default();
    let diff_ids = config.diff_ids();
    if diff_ids.len() != paths.len() {
        let (ids, layers) = (diff_ids.len(), paths.len());
        let problem = format!("it names {ids} layers where manifest.json names {layers}");
        return Err(ImageError::new(config_name, problem).help("save the image again"));
    }
    let mut known = HashMap::new();
    let mut found = Vec::with_capacity(paths.len());
    for (path, diff_id) in paths.iter().zip(diff_ids) {
        let layer = match known.get(path) {
            Some(layer) => Found::clone(layer),
            None => Found::new(archive, path)?,
        };
        known.insert(path, layer.clone());
        found.push((layer, parse_digest(diff_id)?));
    }
    let mut layers: Vec<_> =
        found.iter().map(|(layer, diff_id)| layer.describe(diff_id.clone())).collect();
    let mut notes = Vec::new();
    add_config(&config, &mut layers, &mut notes);
    let mut waste = None;
    let plain = found.iter().all(|(layer, _)| layer.codec == Codec::Tar);
    if options.layers == ReadLayers::Headers && plain {
        waste = skim(archive, &found, options)?;
    } else if options.layers != ReadLayers::No {
        let stored: Vec<_> = found
            .iter()
            .map(|(layer, _)| Stored { size: layer.place.size, digest: layer.blob.clone() })
            .collect();
        let open = |at: usize| match found.get(at) {
            Some((layer, _)) => {
                let source: Stream<'_> = Box::new(archive.read(layer.place)?);
                Ok(Some(source))
            }
            None => Ok(None),
        };
        waste = read_layers(&mut layers, &stored, &open, &mut notes, options)?;
    }
    Ok(Inspection {
        reference,
        manifest: None,
        platform: config.platform(),
        choice: Choice::Only,
        created: time(config.created.as_deref()),
        config: ConfigBlob { digest: sha256(config_bytes)?, size: config_bytes.len() as u64 },
        layers,
        attached: 0,
        notes,
        verified: waste.is_some() && !(options.layers == ReadLayers::Headers && plain),
        waste,
    })
}

/// What the layers waste, from their headers alone; each file is listed once, as it is read once.
fn skim(
    archive: &Archive,
    found: &[(Found, Digest)],
    options: Options<'_>,
) -> Result<Option<Waste>, ImageError> {
    let budget = Budget::new(options.max_unpacked);
    let mut seen = HashSet::new();
    let mut files = Vec::with_capacity(found.len());
    for (at, (layer, diff_id)) in found.iter().enumerate() {
        let name = format!("layer {} ({diff_id})", at + 1);
        files.push(match seen.insert(layer.place.offset) {
            true => layer::skim(&name, archive.read(layer.place)?, &budget, options)?,
            false => LayerFiles::default(),
        });
    }
    Ok(waste::waste(&files))
}

/// A layer's file in the archive.
#[derive(Debug, Clone)]
struct Found {
    place: Place,
    /// Not at all, as Docker's own store writes them, or as they are in containerd's.
    codec: Codec,
    /// The digest of its bytes as stored, where its name tells.
    blob: Option<Digest>,
}

impl Found {
    fn new(archive: &Archive, path: &str) -> Result<Self, ImageError> {
        let name = archive.name_of(path);
        let place = archive.find(path)?;
        let place = place.ok_or_else(|| ImageError::new(&name, "there is no such file"))?;
        let start = file::read_all(&name, archive.read(place)?.take(4), 4)?;
        let blob = path.starts_with("blobs/sha256/").then(|| digest_in(path)).flatten();
        Ok(Self { place, codec: media::sniff(&start).unwrap_or(Codec::Tar), blob })
    }

    fn describe(&self, diff_id: Digest) -> InspectedLayer {
        let size = self.place.size;
        let plain = self.codec == Codec::Tar;
        let blob = self.blob.clone().filter(|_| !plain);
        InspectedLayer {
            digest: blob.unwrap_or_else(|| diff_id.clone()),
            diff_id: Some(diff_id),
            compressed: (!plain).then_some(size),
            unpacked: plain.then_some((size, UnpackedFrom::Plain)),
            codec: self.codec,
            media_type: None,
            created_by: None,
            created: None,
            starts_image: false,
        }
    }
}
