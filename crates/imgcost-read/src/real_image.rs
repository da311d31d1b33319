//! Real images that a fleet file or a list names. Readers open nothing themselves: the caller
//! hands them a function that does.

use imgcost::image::Image;
use imgcost::units::CompressionRatio;

/// An image that a service names by reference.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ImageRequest {
    /// The reference, such as `oci:build/layout:v1` or `registry://ghcr.io/shop/app:1.2`; paths are
    /// relative to the file that names them.
    pub reference: String,
    /// The platform to take from an index, if one is named.
    pub platform: Option<String>,
    /// How many layers at the bottom are the base, if that is said.
    pub base_layers: Option<u32>,
    /// How many layers above them are dependencies, if that is said.
    pub dependency_layers: Option<u32>,
    /// Unpacked bytes per compressed byte, for sizes that the image does not tell.
    pub ratio: CompressionRatio,
}

/// What a reference turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageRead {
    /// The image, with the digests of its layers.
    pub image: Image,
    /// Whether the ratio gave a size of some layer.
    pub used_ratio: bool,
    /// Whether it was one of several platforms.
    pub chose_platform: bool,
}

/// Why a reference could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageProblem {
    /// What is wrong, as a lower-case fragment.
    pub message: String,
    /// What to write or do instead.
    pub help: String,
}

/// Opens the images that services name; called from several threads, and again for each service
/// that names the same one.
pub type ReadImage<'r> = dyn Fn(&ImageRequest) -> Result<ImageRead, ImageProblem> + Sync + 'r;

/// A [`ReadImage`] that opens nothing: every reference is a problem.
///
/// # Errors
/// Always.
pub fn no_images(request: &ImageRequest) -> Result<ImageRead, ImageProblem> {
    Err(ImageProblem {
        message: format!("`{}` is an image, and images are not opened here", request.reference),
        help: "give its size, such as { size = \"1.2GB\" }, or use the command, which opens images"
            .into(),
    })
}

/// Whether a text where a size may stand is a reference: sizes begin with a digit.
pub(crate) fn is_reference(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.contains(':')
}
