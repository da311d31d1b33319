use chrono::{DateTime, Utc};

use super::check::{Bounded, MAX_CONFIG, MAX_DOCUMENTS, parse_digest, quoted};
use super::history::{Step, steps};
use super::index::{Chosen, choose};
use super::read_layers::{Stored, read_layers};
use super::wire::{Config, Entry, parse};
use super::{Blobs, Document, media};
use crate::error::ImageError;
use crate::inspection::{Choice, Codec, ConfigBlob, InspectedLayer, Inspection, UnpackedFrom};
use crate::options::{Options, ReadLayers};

/// The image that an index or a manifest describes, for the platform asked for.
///
/// # Errors
/// If a document is malformed, the platform is not there, or a blob is not what its digest says.
pub fn assemble(
    document: &Document,
    blobs: &dyn Blobs,
    options: Options<'_>,
) -> Result<Inspection, ImageError> {
    let blobs = Bounded::new(blobs, MAX_DOCUMENTS);
    let chosen = choose(document, &blobs, options.platform)?;
    inspect(&document.name, chosen, &blobs, options)
}

/// The same from the manifest on.
pub(super) fn inspect(
    name: &str,
    chosen: Chosen,
    blobs: &dyn Blobs,
    options: Options<'_>,
) -> Result<Inspection, ImageError> {
    let config = config_entry(name, &chosen)?;
    let bytes = blobs.document(&config.descriptor(), MAX_CONFIG)?;
    finish(name, chosen, Some(&bytes), blobs, options)
}

/// The descriptor of an image's config.
pub(super) fn config_entry(name: &str, chosen: &Chosen) -> Result<Entry, ImageError> {
    let config = chosen.manifest.config.clone();
    config.ok_or_else(|| ImageError::new(name, "its manifest names no config, so it is no image"))
}

/// The image of a manifest and its config, where that is at hand.
pub(super) fn finish(
    name: &str,
    chosen: Chosen,
    config: Option<&[u8]>,
    blobs: &dyn Blobs,
    options: Options<'_>,
) -> Result<Inspection, ImageError> {
    let entry = config_entry(name, &chosen)?;
    let mut notes = chosen.notes;
    let known = config.is_some();
    let config = match config {
        Some(bytes) => read_config(&entry, bytes, &mut notes)?,
        None => {
            notes.push("its config is not at hand: what made each layer is not known".into());
            Config::default()
        }
    };
    let entries = chosen.manifest.layers();
    if let Some(large) = entries.iter().chain([&entry]).find(|entry| entry.size > LARGEST) {
        let problem = format!("{} is said to have {} bytes", large.digest, large.size);
        return Err(
            ImageError::new(name, problem).help("no registry takes a blob of more than 1 PiB")
        );
    }
    let mut layers: Vec<_> = entries.iter().map(layer).collect();
    note_layers(entries, &layers, &mut notes);
    if known {
        add_config(&config, &mut layers, &mut notes);
    }
    let platform = chosen.platform.or_else(|| config.platform());
    if let (Some(platform), Choice::Only) = (&platform, &chosen.choice)
        && !platform.serves(options.platform)
    {
        notes.push(format!("it is for {platform}, not for {}", options.platform));
    }
    let mut waste = None;
    if options.layers != ReadLayers::No {
        let stored: Vec<_> = entries
            .iter()
            .map(|entry| Stored { size: entry.size, digest: Some(entry.digest.clone()) })
            .collect();
        let open = |at: usize| match entries.get(at) {
            Some(entry) => blobs.blob(&entry.descriptor()),
            None => Ok(None),
        };
        waste = read_layers(&mut layers, &stored, &open, &mut notes, options)?;
    }
    Ok(Inspection {
        reference: name.to_owned(),
        manifest: Some(chosen.digest),
        platform,
        choice: chosen.choice,
        created: time(config.created.as_deref()),
        config: ConfigBlob { digest: entry.digest, size: entry.size },
        layers,
        attached: chosen.attached,
        notes,
        verified: waste.is_some(),
        waste,
    })
}

/// What a config tells about layers: digests of the unpacked ones, and what made them.
pub(super) fn add_config(config: &Config, layers: &mut [InspectedLayer], notes: &mut Vec<String>) {
    let diff_ids = config.diff_ids();
    if diff_ids.len() == layers.len() {
        for (layer, diff_id) in layers.iter_mut().zip(diff_ids) {
            layer.diff_id = parse_digest(diff_id).ok();
        }
    } else {
        let (ids, layers) = (diff_ids.len(), layers.len());
        notes.push(format!("its config names {ids} unpacked layers where there are {layers}"));
    }
    let (steps, note) = steps(config, layers.len());
    notes.extend(note);
    for (layer, Step { created, created_by, starts_image }) in layers.iter_mut().zip(steps) {
        layer.created = time(created.as_deref());
        layer.created_by = created_by;
        layer.starts_image = starts_image;
    }
}

fn read_config(entry: &Entry, bytes: &[u8], notes: &mut Vec<String>) -> Result<Config, ImageError> {
    let config = parse(&entry.digest.to_string(), bytes);
    match entry.media_type.as_deref().filter(|media_type| !media::is_config(media_type)) {
        None => config,
        // Some other artifact: whatever it says about itself need not be a config.
        Some(media_type) => {
            let media_type = quoted(media_type);
            notes.push(format!("its config has the media type {media_type}: it may be no image"));
            Ok(config.unwrap_or_default())
        }
    }
}

/// The largest size that is believed: far above any registry's limit, far below what could overflow.
const LARGEST: u64 = 1 << 50;

fn layer(entry: &Entry) -> InspectedLayer {
    let annotations = entry.annotations();
    let mut codec = media::codec(entry.media_type.as_deref());
    if codec == Codec::Gzip && annotations.stargz_toc.is_some() {
        codec = Codec::Estargz;
    }
    let announced = annotations.stargz_unpacked.as_ref().and_then(|size| size.parse().ok());
    let unpacked = match codec {
        Codec::Tar => Some((entry.size, UnpackedFrom::Plain)),
        _ => announced.map(|size| (size, UnpackedFrom::Annotation)),
    };
    InspectedLayer {
        digest: entry.digest.clone(),
        diff_id: None,
        compressed: Some(entry.size),
        unpacked,
        codec,
        media_type: entry.media_type.clone(),
        created_by: None,
        created: None,
        starts_image: false,
    }
}

fn note_layers(entries: &[Entry], layers: &[InspectedLayer], notes: &mut Vec<String>) {
    for (number, (entry, layer)) in (1..).zip(entries.iter().zip(layers)) {
        let media_type = entry.media_type.as_deref();
        if layer.codec == Codec::Unknown {
            notes.push(match media_type {
                Some(text) => format!("layer {number} has the unknown media type {}", quoted(text)),
                None => format!("layer {number} names no media type"),
            });
        }
        if entry.has_urls() || media_type.is_some_and(media::is_foreign) {
            notes.push(format!(
                "layer {number} may not be stored by registries: nodes fetch it from its maker"
            ));
        }
    }
}

pub(super) fn time(text: Option<&str>) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text?).ok().map(|time| time.to_utc())
}
