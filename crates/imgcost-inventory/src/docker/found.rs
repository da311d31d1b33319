//! What Docker told, as an inventory: one service for each repository, with its newest image.

use std::collections::{BTreeMap, HashMap};

use super::history::triggers;
use super::image::{Image, Size};
use super::{Layers, Machine};
use crate::fact::Fact;
use crate::inventory::{ImageFound, Inventory, LayerFound, ServiceFound};

/// Older images that a service's note names.
const NAMED: usize = 10;

/// Characters of an instruction that a comment shows.
const SHOWN: usize = 80;

/// The most layers that a fleet file takes.
const MOST_LAYERS: usize = 1000;

pub(super) fn inventory(machine: Machine) -> Inventory {
    let total = machine.images.len();
    let images = joined(machine.images);
    let by_dive = images
        .iter()
        .any(|image| image.layers.as_ref().is_some_and(|layers| layers.from.starts_with("dive")));
    let mut repositories: BTreeMap<String, Vec<Image>> = BTreeMap::new();
    let mut without_name = 0;
    for image in images {
        let name = image.names.first().map(|(repository, _)| repository.clone());
        match name.or_else(|| image.fallback.clone()) {
            Some(name) => repositories.entry(name).or_default().push(image),
            None => without_name += 1,
        }
    }
    let mut notes = vec![
        "Each repository is taken for a service with its newest image; delete what does not run."
            .to_owned(),
        "Sizes are unpacked, as Docker's own store has them. Where containerd keeps the images, \
         as it does by default from Engine 29 on, Size counts compressed and unpacked bytes \
         together: `docker info` then says driver-type io.containerd.snapshotter."
            .to_owned(),
        "When a layer changes is told from its instruction, by rules of thumb.".to_owned(),
    ];
    if by_dive {
        let note = "dive adds up the sizes of files: a layer is a little larger, by tar's padding.";
        notes.push(note.to_owned());
    }
    if without_name > 0 {
        notes.push(format!("{without_name} images without a name are left out."));
    }
    notes.extend(machine.layers_size.map(|bytes| {
        format!("On the machine's disk all images take {bytes} B, shared layers once.")
    }));
    Inventory {
        name: "docker".into(),
        sources: vec![format!("{}: {total} images or histories", machine.sources.join(", "))],
        notes,
        registries: Vec::new(),
        clusters: Vec::new(),
        services: repositories.into_iter().map(|(name, images)| service(name, images)).collect(),
    }
}

/// Lists name an image once for each of its tags, and histories name it again.
fn joined(images: Vec<Image>) -> Vec<Image> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut joined: Vec<Image> = Vec::new();
    for image in images {
        let place =
            (!image.id.is_empty()).then(|| *places.entry(image.id.clone()).or_insert(joined.len()));
        match place.and_then(|place| joined.get_mut(place)) {
            Some(known) => known.join(image),
            None => joined.push(image),
        }
    }
    joined
}

fn service(name: String, mut images: Vec<Image>) -> ServiceFound {
    // Of images of the same second, as builds that can be reproduced make them, the last tag.
    let age = |image: &Image| (image.created, image.names.first().map(|(_, tag)| tag.clone()));
    images.sort_by_cached_key(|image| std::cmp::Reverse(age(image)));
    let mut images = images.into_iter();
    let newest = images.next().unwrap_or_default();
    let older: Vec<_> = images.collect();
    let mut notes = newest.notes.clone();
    let tags: Vec<_> =
        newest.names.iter().map(|(repository, tag)| format!("{repository}:{tag}")).collect();
    if !tags.is_empty() {
        notes.push(format!("The image is {}.", tags.join(", ")));
    }
    if !older.is_empty() {
        let told = older.iter().take(NAMED).map(|image| {
            let tag = image.names.first().map_or(image.id.as_str(), |(_, tag)| tag);
            let size = image.size.as_ref().map_or("?".into(), |size| format!("{} B", size.bytes));
            format!("{tag} {size}")
        });
        let told: Vec<_> = told.collect();
        notes.push(format!("{} older images: {}.", older.len(), told.join(", ")));
    }
    notes.extend(newest.layers.as_ref().and_then(|layers| layers.inefficient).map(|bytes| {
        format!(
            "{bytes} B of its layers are files that a later layer replaces or removes, by dive."
        )
    }));
    ServiceFound { name, image: image(&newest), notes, ..ServiceFound::default() }
}

fn image(image: &Image) -> ImageFound {
    if let Some(found) = image.layers.as_ref().and_then(by_layer) {
        return found;
    }
    if let Some((compressed, unpacked)) = image.both {
        return ImageFound::Both {
            compressed: Fact::new(compressed, "Size.Content of Docker's API"),
            unpacked: Fact::new(unpacked, "Size.Total less Size.Content"),
        };
    }
    match &image.size {
        Some(_) if image.by_containerd => ImageFound::Unknown(
            "containerd keeps it, so that Size is not its unpacked size: give `docker history` of \
             it, or the API's /images/json?manifests=1"
                .into(),
        ),
        Some(size) => ImageFound::Unpacked(Fact::new(size.bytes, size.told())),
        None if image.layers.is_some() => ImageFound::Unknown("it has no layers".into()),
        None => ImageFound::Unknown("Docker did not tell it".into()),
    }
}

fn by_layer(layers: &Layers) -> Option<ImageFound> {
    let triggers = triggers(&layers.instructions);
    let with_bytes =
        layers.instructions.iter().zip(triggers).filter(|(instruction, _)| instruction.bytes > 0);
    let found: Vec<_> = with_bytes
        .map(|(instruction, trigger)| LayerFound {
            digest: None,
            compressed: None,
            unpacked: Some(instruction.bytes),
            trigger,
            from: Some(instruction.text.chars().take(SHOWN).collect()),
        })
        .collect();
    let sound = !found.is_empty()
        && found.len() <= MOST_LAYERS
        && found.iter().all(|layer| layer.unpacked <= Some(1 << 50));
    sound.then(|| ImageFound::Layers { layers: found, from: layers.from.to_owned() })
}

impl Size {
    fn told(&self) -> String {
        match &self.shown {
            Some(shown) => {
                format!("{} shows {shown}: unpacked, rounded to 3 or 4 digits", self.from)
            }
            None => format!("Size of {}: unpacked, exact", self.from),
        }
    }
}
