//! A manifest alone, as `docker manifest inspect`, `skopeo inspect --raw` and `skopeo copy dir:`
//! write it.

use std::io::Read;
use std::path::{Path, PathBuf};

use imgcost::image::Digest;
use serde::Deserialize;

use super::assemble::{config_entry, finish};
use super::check::{MAX_CONFIG, MAX_MANIFEST, check, listed, parse_digest, wrong_size};
use super::index::{Chosen, choose};
use super::wire::{Entry, Manifest, malformed, parse};
use super::{Blobs, Descriptor, Document, file};
use crate::error::ImageError;
use crate::inspection::{Choice, Inspection};
use crate::options::{Options, Platform, ReadLayers};

/// The image of a manifest in a file; messages and the result call it `reference`.
pub(super) fn open(
    reference: &str,
    path: &Path,
    config: Option<&Path>,
    options: Options<'_>,
) -> Result<Inspection, ImageError> {
    let name = file::name(path);
    let bytes = file::read(path, MAX_MANIFEST)?
        .ok_or_else(|| ImageError::new(&name, "there is no such file"))?;
    let beside = Beside { folder: path.parent().unwrap_or(Path::new("")).to_owned() };
    let chosen = match inspected(&name, &bytes, options.platform)? {
        Some(chosen) => chosen,
        None => {
            let manifest: Manifest = parse(&name, &bytes)?;
            if let Some(entries) = manifest.index(&name)? {
                return Err(index(&name, entries));
            }
            let document = Document { name: name.clone(), bytes, media_type: None };
            choose(&document, &beside, options.platform)?
        }
    };
    let entry = config_entry(&name, &chosen)?;
    let config = match config {
        Some(path) => Some(given(path, &entry.descriptor())?),
        None => beside.config(&entry.descriptor())?,
    };
    // A manifest alone is as it should be: that no layer could be read is no news.
    let layers = match beside.has_layers(chosen.manifest.layers()) {
        true => options.layers,
        false => ReadLayers::No,
    };
    finish(reference, chosen, config.as_deref(), &beside, Options { layers, ..options })
}

fn index(name: &str, entries: &[Entry]) -> ImageError {
    let one = |entry: &Entry| match entry.platform() {
        Some(platform) => Some(format!("{} ({platform})", entry.digest)),
        None if entry.is_for_none() => None,
        None => Some(entry.digest.to_string()),
    };
    let there: Vec<_> = entries.iter().filter_map(one).collect();
    ImageError::new(name, "it is an index, where the manifest of one platform is needed")
        .help(format!("give the manifest of one of {}", listed(&there)))
}

/// The config that a user names: it must be the right one.
fn given(path: &Path, descriptor: &Descriptor) -> Result<Vec<u8>, ImageError> {
    let name = file::name(path);
    let bytes = file::read(path, MAX_CONFIG)?
        .ok_or_else(|| ImageError::new(&name, "there is no such file"))?;
    check(&name, &bytes, descriptor)?;
    Ok(bytes)
}

/// Blobs in the folder of a manifest, or in folders below as in a layout.
struct Beside {
    folder: PathBuf,
}

impl Beside {
    /// Where a blob may be; of validated parts only.
    fn paths(&self, digest: &Digest) -> Result<[PathBuf; 4], ImageError> {
        let digest = parse_digest(&digest.to_string())?.to_string();
        let hex = digest.split_once(':').map_or("", |(_, hex)| hex);
        let slashed = digest.replace(':', "/");
        Ok([hex.to_owned(), format!("{hex}.json"), format!("blobs/{slashed}"), slashed]
            .map(|path| self.folder.join(path)))
    }

    /// Whether any layer is there.
    fn has_layers(&self, layers: &[Entry]) -> bool {
        let mut paths =
            layers.iter().flat_map(|layer| self.paths(&layer.digest).into_iter().flatten());
        paths.any(|path| path.exists())
    }

    /// The config, if a file with the right bytes is there.
    fn config(&self, descriptor: &Descriptor) -> Result<Option<Vec<u8>>, ImageError> {
        let paths = self.paths(&descriptor.digest)?;
        for path in paths.into_iter().chain([self.folder.join("config.json")]) {
            // Whatever else has such a name is not asked about.
            if let Ok(Some(bytes)) = file::read(&path, MAX_CONFIG)
                && check("", &bytes, descriptor).is_ok()
            {
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }
}

impl Blobs for Beside {
    fn document(&self, descriptor: &Descriptor, _limit: u64) -> Result<Vec<u8>, ImageError> {
        let missing =
            || ImageError::new(descriptor.digest.to_string(), "it is not beside the manifest");
        self.config(descriptor)?.ok_or_else(missing)
    }

    fn blob(
        &self,
        descriptor: &Descriptor,
    ) -> Result<Option<Box<dyn Read + Send + '_>>, ImageError> {
        for path in self.paths(&descriptor.digest)? {
            match file::open(&path)? {
                Some((_, size)) if size != descriptor.size => {
                    return Err(wrong_size(&file::name(&path), size, descriptor.size));
                }
                Some((file, _)) => return Ok(Some(Box::new(file))),
                None => {}
            }
        }
        Ok(None)
    }
}

/// What `docker manifest inspect --verbose` writes about one platform.
#[derive(Debug, Deserialize)]
struct Verbose {
    #[serde(rename = "Descriptor")]
    descriptor: Option<Entry>,
    #[serde(rename = "SchemaV2Manifest")]
    docker: Option<Manifest>,
    #[serde(rename = "OCIManifest")]
    oci: Option<Manifest>,
}

/// The manifest in the output of `docker manifest inspect --verbose`; `None` if it is not that.
///
/// Docker writes the manifest anew there, so that its digest cannot be checked.
fn inspected(name: &str, bytes: &[u8], wanted: &Platform) -> Result<Option<Chosen>, ImageError> {
    let list = bytes.trim_ascii_start().starts_with(b"[");
    let parsed: Result<Vec<Verbose>, _> = match list {
        true => serde_json::from_slice(bytes),
        false => serde_json::from_slice(bytes).map(|one| vec![one]),
    };
    let found = match parsed {
        Ok(found) => found,
        Err(error) if list => return Err(malformed(name, &error)),
        Err(_) => return Ok(None),
    };
    let mut images = Vec::new();
    for one in found {
        let manifest = one.docker.or(one.oci);
        if let (Some(manifest), Some(descriptor)) = (manifest, one.descriptor)
            && !descriptor.is_for_none()
        {
            images.push((manifest, descriptor));
        }
    }
    if images.is_empty() && !list {
        return Ok(None);
    }
    let serves = |entry: &Entry| entry.platform().is_some_and(|platform| platform.serves(wanted));
    let alone = (images.len() == 1).then_some(0);
    let at = alone.or_else(|| images.iter().position(|(_, entry)| serves(entry)));
    let Some(at) = at else {
        let there: Vec<_> = images.iter().filter_map(|(_, entry)| entry.platform()).collect();
        return Err(ImageError::new(name, format!("there is no image for {wanted} in it"))
            .help(format!("ask for one of its platforms: {}", listed(&there))));
    };
    let (manifest, entry) = images.swap_remove(at);
    let others: Vec<_> = images.iter().filter_map(|(_, entry)| entry.platform()).collect();
    let choice = if others.is_empty() { Choice::Only } else { Choice::OneOf { others } };
    let notes = vec!["the manifest's own digest could not be checked".to_owned()];
    let (platform, digest) = (entry.platform(), entry.digest);
    Ok(Some(Chosen { manifest, digest, platform, choice, attached: 0, notes }))
}
