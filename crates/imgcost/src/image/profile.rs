use super::layer::{Image, Layer, Trigger};
use crate::units::{Compressed, CompressionRatio, Ratio, Unpacked, part_of};

/// How an image of which only the size is known splits into layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// `COPY . .` before the install, on a full base: base 85 %, application 1 %, dependencies
    /// 14 % and rebuilt with every source change. Measured on the article's first Dockerfile:
    /// base 85.5 %, the rest 14.5 % in one layer; the split of the rest is assumed.
    SingleStage,
    /// Multi-stage on a slim base: base 94 %, dependencies 5 % and rebuilt only with the lock file
    /// or the base, application 1 %. Measured on the multi-stage pattern: 95.1 / 4.7 / 0.1 %; the
    /// application measured was trivial, so 1 % is assumed.
    MultiStage,
}

/// Sizes by class, where they are known instead of a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClassSizes {
    /// The base image.
    pub base: u64,
    /// What the package manager installs.
    pub dependencies: u64,
    /// The application itself.
    pub application: u64,
}

impl Profile {
    /// Both profiles.
    pub const ALL: [Self; 2] = [Self::SingleStage, Self::MultiStage];

    /// `single-stage` or `multi-stage`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SingleStage => "single-stage",
            Self::MultiStage => "multi-stage",
        }
    }

    /// Percent of compressed bytes that are base and dependencies; the application is the rest.
    pub const fn shares(self) -> (u8, u8) {
        match self {
            Self::SingleStage => (85, 14),
            Self::MultiStage => (94, 5),
        }
    }

    /// Splits a size by the profile's shares: base and dependencies rounded to the nearest byte,
    /// the application takes the rest.
    ///
    /// ```
    /// use imgcost::image::Profile;
    /// let parts = Profile::SingleStage.split(444_444_444);
    /// assert_eq!((parts.base, parts.dependencies, parts.application), (377_777_777, 62_222_222, 4_444_445));
    /// ```
    pub fn split(self, total: u64) -> ClassSizes {
        let (base, dependencies) = self.shares();
        let percent = |share: u8| {
            let share = Ratio::new(i128::from(share), 100).unwrap_or(Ratio::ZERO);
            part_of(total, share)
        };
        let base = percent(base).min(total);
        let dependencies = percent(dependencies).min(total - base);
        ClassSizes { base, dependencies, application: total - base - dependencies }
    }

    /// An image from what `docker images` prints; its registry size comes from the ratio.
    pub fn image_from_unpacked(self, size: Unpacked, ratio: CompressionRatio) -> Image {
        self.image(ratio.compress(size), size)
    }

    /// An image from its registry size; its size on disk comes from the ratio.
    pub fn image_from_compressed(self, size: Compressed, ratio: CompressionRatio) -> Image {
        self.image(size, ratio.unpack(size))
    }

    /// An image of which both sizes are known; unpacked layer sizes follow the compressed shares.
    pub fn image(self, compressed: Compressed, unpacked: Unpacked) -> Image {
        self.image_of_classes(self.split(compressed.0), self.split(unpacked.0))
    }

    /// An image of which the classes are known in both kinds of bytes. The profile decides only
    /// the order of the layers, and with it what a source change rebuilds.
    pub fn image_of_classes(self, compressed: ClassSizes, unpacked: ClassSizes) -> Image {
        let layer = |trigger, pick: fn(&ClassSizes) -> u64| Layer {
            compressed: Compressed(pick(&compressed)),
            unpacked: Unpacked(pick(&unpacked)),
            digest: None,
            trigger,
            linked: false,
        };
        let base = layer(Trigger::BaseRefresh, |sizes| sizes.base);
        let dependencies = layer(Trigger::DependencyUpdate, |sizes| sizes.dependencies);
        let application = layer(Trigger::Deploy, |sizes| sizes.application);
        let layers = match self {
            // The sources lie below the install, so every source change rebuilds it.
            Self::SingleStage => vec![base, application, dependencies],
            Self::MultiStage => vec![base, dependencies, application],
        };
        Image::of(layers)
    }
}
