use std::collections::HashMap;

use imgcost::image::{Blob, Contents, Digest, Image, Layer, Release, Trigger};
use imgcost::units::{Compressed, CompressionRatio, Unpacked};

use crate::classes::{ClassRule, classes};
use crate::error::ImageError;
use crate::inspection::{InspectedLayer, Inspection};

/// An image of the model, and what had to be assumed to make it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modelled {
    /// The image: its layers, and its config blob as a last one.
    pub image: Image,
    /// Whether a size of some layer came from the ratio.
    pub used_ratio: bool,
}

/// Turns an image that was found into one of the model.
///
/// A size that is not known comes from the other one by `ratio`. A layer that stands in the image
/// twice is pulled and stored once. The config blob, which every pull moves and every release
/// changes, becomes a last layer; attestations are stored and never pulled.
///
/// # Errors
/// If a layer has no size at all.
pub fn to_model(
    found: &Inspection,
    ratio: CompressionRatio,
    rule: ClassRule,
) -> Result<Modelled, ImageError> {
    let mut used_ratio = false;
    let mut layers: Vec<Layer> = Vec::with_capacity(found.layers.len() + 1);
    let mut known: HashMap<&Digest, usize> = HashMap::new();
    for (layer, (trigger, linked)) in found.layers.iter().zip(classes(found, rule)) {
        let LayerSizes { compressed, unpacked, by_ratio } = sizes(found, layer, ratio)?;
        used_ratio |= by_ratio.is_some();
        let first = *known.entry(&layer.digest).or_insert(layers.len());
        match layers.get_mut(first) {
            Some(first) => first.unpacked.0 = first.unpacked.0.saturating_add(unpacked.0),
            None => layers.push(Layer {
                compressed,
                unpacked,
                digest: Some(layer.digest.clone()),
                trigger,
                linked,
            }),
        }
    }
    layers.push(Layer {
        compressed: Compressed(found.config.size),
        unpacked: Unpacked(found.config.size),
        digest: Some(found.config.digest.clone()),
        trigger: Trigger::Deploy,
        linked: false,
    });
    Ok(Modelled { image: Image { layers, attached: Compressed(found.attached) }, used_ratio })
}

/// The same image without the bytes that it ships in vain, each layer's share of them taken from
/// both of its sizes alike; `None` if its layers were not read.
///
/// # Errors
/// As [`to_model`].
pub fn without_waste(
    found: &Inspection,
    ratio: CompressionRatio,
    rule: ClassRule,
) -> Result<Option<Image>, ImageError> {
    let Some(waste) = &found.waste else { return Ok(None) };
    let Modelled { mut image, .. } = to_model(found, ratio, rule)?;
    let mut known: HashMap<Digest, usize> = HashMap::new();
    for (place, layer) in image.layers.iter().enumerate() {
        if let Some(digest) = &layer.digest {
            known.entry(digest.clone()).or_insert(place);
        }
    }
    let by_layer = waste.hidden_by_layer.iter().zip(&waste.needless_by_layer);
    for (layer, (hidden, needless)) in found.layers.iter().zip(by_layer) {
        let in_vain = hidden.saturating_add(*needless);
        if in_vain == 0 {
            continue;
        }
        let place = known.remove(&layer.digest);
        let Some(kept) = place.and_then(|place| image.layers.get_mut(place)) else { continue };
        let unpacked = kept.unpacked.0;
        let rest = unpacked.saturating_sub(in_vain);
        kept.unpacked = Unpacked(rest);
        kept.compressed = Compressed(part(kept.compressed.0, rest, unpacked));
        kept.digest = None;
    }
    Ok(Some(image))
}

/// The blobs that a pull of the image needs; a size on the wire that is not known comes from `ratio`.
///
/// # Errors
/// If a layer has no size at all.
pub fn contents(found: &Inspection, ratio: CompressionRatio) -> Result<Contents, ImageError> {
    let blob = |layer: &InspectedLayer| {
        let LayerSizes { compressed, .. } = sizes(found, layer, ratio)?;
        Ok(Blob { digest: layer.digest.clone(), compressed })
    };
    let config =
        Blob { digest: found.config.digest.clone(), compressed: Compressed(found.config.size) };
    Ok(Contents {
        layers: found.layers.iter().map(blob).collect::<Result<_, ImageError>>()?,
        config,
    })
}

/// The image as one version among others.
///
/// # Errors
/// If a layer has no size at all.
pub fn release(found: &Inspection, ratio: CompressionRatio) -> Result<Release, ImageError> {
    let Contents { layers, .. } = contents(found, ratio)?;
    Ok(Release { name: found.reference.clone(), created: found.created, layers })
}

/// Both sizes of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerSizes {
    /// In the registry and on the wire.
    pub compressed: Compressed,
    /// On a node's disk.
    pub unpacked: Unpacked,
    /// Which of them, if any, is not known and comes from the other one by the ratio.
    pub by_ratio: Option<ByRatio>,
}

/// Which size of a layer comes from the other one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByRatio {
    /// That on the wire: docker archives hold layers unpacked.
    Compressed,
    /// That on disk: manifests do not tell, and the layer was not read.
    Unpacked,
}

/// Both sizes of a layer, one of them by the ratio if it is not known.
///
/// # Errors
/// If the layer has no size at all.
pub fn sizes(
    found: &Inspection,
    layer: &InspectedLayer,
    ratio: CompressionRatio,
) -> Result<LayerSizes, ImageError> {
    let unpacked = layer.unpacked.map(|(bytes, _)| Unpacked(bytes));
    let (compressed, unpacked, by_ratio) = match (layer.compressed.map(Compressed), unpacked) {
        (Some(compressed), Some(unpacked)) => (compressed, unpacked, None),
        (Some(compressed), None) => (compressed, ratio.unpack(compressed), Some(ByRatio::Unpacked)),
        (None, Some(unpacked)) => (ratio.compress(unpacked), unpacked, Some(ByRatio::Compressed)),
        (None, None) => {
            let problem = format!("layer {} has no size", layer.digest);
            return Err(ImageError::new(&found.reference, problem));
        }
    };
    Ok(LayerSizes { compressed, unpacked, by_ratio })
}

/// Bytes of all layers in the registry and on the wire.
pub fn total_compressed(sizes: &[LayerSizes]) -> u64 {
    sizes.iter().map(|layer| layer.compressed.0).fold(0, u64::saturating_add)
}

/// Bytes of all layers on a node's disk.
pub fn total_unpacked(sizes: &[LayerSizes]) -> u64 {
    sizes.iter().map(|layer| layer.unpacked.0).fold(0, u64::saturating_add)
}

/// `whole x rest / all`, to the nearest byte.
fn part(whole: u64, rest: u64, all: u64) -> u64 {
    let (whole, rest, all) = (u128::from(whole), u128::from(rest), u128::from(all.max(1)));
    u64::try_from((whole * rest * 2 + all) / (all * 2)).unwrap_or(u64::MAX)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::inspection::{Choice, Codec, ConfigBlob, UnpackedFrom};
    use crate::waste::Waste;

    fn digest(n: usize) -> Digest {
        Digest::parse(&format!("sha256:{n:064x}")).unwrap()
    }

    /// Layers of 100, 200, ... compressed and 250, 500, ... unpacked bytes; each with the
    /// instruction that made it, and whether it lies on an image that was closed.
    pub(crate) fn image(history: &[(&str, bool)]) -> Inspection {
        let layer = |(place, (created_by, starts_image)): (usize, &(&str, bool))| InspectedLayer {
            digest: digest(place),
            diff_id: None,
            compressed: Some(100 * (place as u64 + 1)),
            unpacked: Some((250 * (place as u64 + 1), UnpackedFrom::Read)),
            codec: Codec::Gzip,
            media_type: None,
            created_by: Some((*created_by).to_owned()),
            created: None,
            starts_image: *starts_image,
        };
        Inspection {
            reference: "oci:test".into(),
            manifest: None,
            platform: None,
            choice: Choice::Only,
            created: None,
            config: ConfigBlob { digest: digest(999), size: 7 },
            layers: history.iter().enumerate().map(layer).collect(),
            attached: 33,
            notes: Vec::new(),
            waste: None,
            verified: false,
        }
    }

    fn ratio() -> CompressionRatio {
        CompressionRatio::new("2.7".parse().unwrap()).unwrap()
    }

    #[test]
    fn the_config_travels_as_a_last_layer_and_attestations_do_not() {
        let found = image(&[("ADD file:1 in /", false), ("COPY . .", true)]);
        let Modelled { image, used_ratio } = to_model(&found, ratio(), ClassRule::History).unwrap();
        assert_eq!(image.compressed().0, 100 + 200 + 7);
        assert_eq!(image.unpacked().0, 250 + 500 + 7);
        assert_eq!((image.attached.0, used_ratio), (33, false));
        assert_eq!(found.compressed(), Some(307));
    }

    /// A manifest of 4 MiB has about 40,000 layers.
    #[test]
    fn as_many_layers_as_a_manifest_can_hold_are_no_trouble() {
        let mut found = image(&vec![("COPY . .", false); 40_000]);
        found.waste = Some(Waste {
            hidden: 40_000,
            hidden_by_layer: vec![1; 40_000],
            needless_by_layer: vec![0; 40_000],
            needless: 0,
            offenders: Vec::new(),
        });
        let rest = without_waste(&found, ratio(), ClassRule::History).unwrap().unwrap();
        let all: u64 = found.unpacked().unwrap();
        assert_eq!(rest.unpacked().0, all - 40_000 + 7);
    }

    #[test]
    fn a_size_that_nobody_knows_comes_from_the_ratio_and_is_said_to() {
        let mut found = image(&[("COPY . .", false)]);
        // 250 / 2.7 = 92.59..., to the nearest byte 93
        found.layers[0].compressed = None;
        let modelled = to_model(&found, ratio(), ClassRule::History).unwrap();
        assert_eq!((modelled.image.layers[0].compressed.0, modelled.used_ratio), (93, true));
        found.layers[0].unpacked = None;
        assert!(to_model(&found, ratio(), ClassRule::History).is_err());
    }

    #[test]
    fn a_layer_that_stands_there_twice_is_pulled_once_and_unpacked_twice() {
        let mut found = image(&[("COPY a a", false), ("COPY a b", false)]);
        found.layers[1] = found.layers[0].clone();
        let image = to_model(&found, ratio(), ClassRule::History).unwrap().image;
        assert_eq!((image.compressed().0, image.unpacked().0), (100 + 7, 250 + 250 + 7));
    }

    #[test]
    fn waste_leaves_both_sizes_in_proportion() {
        let mut found = image(&[("ADD file:1 in /", false), ("COPY . .", true)]);
        found.waste = Some(Waste {
            hidden: 50,
            hidden_by_layer: vec![50, 0],
            needless: 100,
            needless_by_layer: vec![0, 100],
            offenders: Vec::new(),
        });
        let slim = without_waste(&found, ratio(), ClassRule::History).unwrap().unwrap();
        // 100 x 200/250 = 80; 200 x 400/500 = 160
        let sizes: Vec<_> =
            slim.layers.iter().map(|layer| (layer.compressed.0, layer.unpacked.0)).collect();
        assert_eq!(sizes, [(80, 200), (160, 400), (7, 7)]);
    }
}
