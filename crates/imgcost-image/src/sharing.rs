use std::collections::HashMap;

use imgcost::image::{Contents, Digest};

/// Which layers several images have in common, and what they come to together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sharing {
    /// For each image and layer: the other images, by place, that have the layer too.
    pub with: Vec<Vec<Vec<usize>>>,
    /// Compressed bytes of the distinct layers of all images.
    pub unique: u64,
    /// Compressed bytes of the layers of all images, shared ones as often as they appear.
    pub sum: u64,
}

/// Finds the layers that images share, by digest.
///
/// ```
/// use imgcost::image::{Blob, Contents, Digest};
/// use imgcost::units::Compressed;
/// use imgcost_image::sharing;
///
/// let blob = |n: u64| Blob {
///     digest: Digest::parse(&format!("sha256:{n:064x}")).unwrap(),
///     compressed: Compressed(10 * n),
/// };
/// let image = |layers: &[u64]| Contents { layers: layers.iter().map(|n| blob(*n)).collect(), config: blob(9) };
/// let found = sharing(&[image(&[1, 2]), image(&[1, 3])]);
/// assert_eq!((found.unique, found.sum), (10 + 20 + 30, 10 + 20 + 10 + 30));
/// assert_eq!(found.with, [[vec![1], vec![]], [vec![0], vec![]]]);
/// ```
pub fn sharing(images: &[Contents]) -> Sharing {
    let mut users: HashMap<&Digest, Vec<usize>> = HashMap::new();
    let (mut unique, mut sum) = (0_u64, 0_u64);
    for (place, image) in images.iter().enumerate() {
        for layer in &image.layers {
            sum = sum.saturating_add(layer.compressed.0);
            let users = users.entry(&layer.digest).or_default();
            if users.is_empty() {
                unique = unique.saturating_add(layer.compressed.0);
            }
            if users.last() != Some(&place) {
                users.push(place);
            }
        }
    }
    let others = |place: usize, digest: &Digest| {
        let users = users.get(digest).into_iter().flatten();
        users.copied().filter(|other| *other != place).collect()
    };
    let with = images.iter().enumerate().map(|(place, image)| {
        image.layers.iter().map(|layer| others(place, &layer.digest)).collect()
    });
    Sharing { with: with.collect(), unique, sum }
}
