use std::fmt;

/// How an image is read.
#[derive(Clone, Copy)]
pub struct Options<'o> {
    /// The platform to take from an index.
    pub platform: &'o Platform,
    /// Whether layers are read, which tells their unpacked sizes and the image's waste.
    pub layers: ReadLayers,
    /// The most bytes that all layers of one image may unpack to.
    pub max_unpacked: u64,
    /// Called with each number of stored bytes that were read, by any thread.
    pub progress: &'o (dyn Fn(u64) + Sync),
}

/// Whether the bytes of layers are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReadLayers {
    /// Only manifests and configs.
    No,
    /// As [`Self::Yes`], but of docker archives whose layers are stored unpacked only the headers:
    /// the same sizes and waste many times faster, and the digests of these layers are not checked.
    Headers,
    /// Every layer: its unpacked size, its digest checked, and what it ships in vain.
    Yes,
}

/// A platform such as `linux/amd64` or `linux/arm64/v8`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Platform {
    /// Operating system.
    pub os: String,
    /// Processor architecture, in Go's names.
    pub architecture: String,
    /// Its variant, if any.
    pub variant: Option<String>,
}

impl Options<'_> {
    /// The most that layers may unpack to, unless the caller says otherwise: 64 GiB.
    pub const MAX_UNPACKED: u64 = 64 << 30;
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("platform", self.platform)
            .field("layers", &self.layers)
            .field("max_unpacked", &self.max_unpacked)
            .finish_non_exhaustive()
    }
}

impl Platform {
    /// `linux/amd64`: what most nodes run, and what is taken where nothing is asked for.
    pub fn linux_amd64() -> Self {
        Self { os: "linux".into(), architecture: "amd64".into(), variant: None }
    }

    /// Reads `os/architecture` or `os/architecture/variant`.
    ///
    /// ```
    /// use imgcost_image::Platform;
    /// assert_eq!(Platform::parse("linux/arm64/v8").unwrap().to_string(), "linux/arm64/v8");
    /// assert!(Platform::parse("amd64").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/').map(|part| part.trim().to_ascii_lowercase());
        let (os, architecture, variant) = (parts.next()?, parts.next()?, parts.next());
        let words = [Some(&os), Some(&architecture), variant.as_ref()];
        let well_formed = words.into_iter().flatten().all(|word| {
            !word.is_empty()
                && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        });
        (well_formed && parts.next().is_none()).then_some(Self { os, architecture, variant })
    }

    /// Whether an image for `self` is what someone who asks for `wanted` means: same system and
    /// architecture, and the same variant if one is asked for (`arm64` and `arm64/v8` are one).
    pub fn serves(&self, wanted: &Self) -> bool {
        let variant = |platform: &Self| match (platform.architecture.as_str(), &platform.variant) {
            ("arm64", None) => Some("v8".to_owned()),
            (_, variant) => variant.clone(),
        };
        self.os == wanted.os
            && self.architecture == wanted.architecture
            && (wanted.variant.is_none() || variant(self) == variant(wanted))
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        self.variant.iter().try_for_each(|variant| write!(f, "/{variant}"))
    }
}
