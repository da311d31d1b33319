use std::io::Read;

use imgcost::image::Digest;

use crate::error::ImageError;
use crate::inspection::Inspection;
use crate::options::Options;
use crate::reference::Reference;

/// Where blobs come from: a directory, an archive, a registry.
pub trait Blobs: Sync {
    /// A small document (index, manifest, config) as a whole, its digest checked.
    ///
    /// # Errors
    /// If it is not there, larger than `limit` bytes, or not what its digest says.
    fn document(&self, descriptor: &Descriptor, limit: u64) -> Result<Vec<u8>, ImageError>;

    /// A layer's blob as a stream, its digest not yet checked; `None` if it is not at hand.
    ///
    /// # Errors
    /// If it cannot be opened.
    fn blob(
        &self,
        descriptor: &Descriptor,
    ) -> Result<Option<Box<dyn Read + Send + '_>>, ImageError>;
}

/// What a document says about a blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// Its digest.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// Its media type, where one is given.
    pub media_type: Option<String>,
}

/// A document that images are assembled from: an index or a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What messages call it.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its media type as its source gives it (`Content-Type`, descriptor), where it does.
    pub media_type: Option<String>,
}

/// Opens what a reference names on this machine.
///
/// A layout or an archive without a tag may hold several images; all are returned, in its order.
///
/// # Errors
/// If nothing is there, or what is there is no image. [`Reference::Registry`] is not opened here:
/// see the crate `imgcost-registry`.
pub fn open(_reference: &Reference, _options: Options<'_>) -> Result<Vec<Inspection>, ImageError> {
    todo!()
}

/// The image that an index or a manifest describes, for the platform asked for.
///
/// # Errors
/// If a document is malformed, the platform is not there, or a blob is not what its digest says.
pub fn assemble(
    _document: &Document,
    _blobs: &dyn Blobs,
    _options: Options<'_>,
) -> Result<Inspection, ImageError> {
    todo!()
}
