//! One layer's bytes: decompressed as a stream, its entries listed, its digests computed.

use std::io::Read;

use imgcost::image::Digest;

use crate::error::ImageError;
use crate::inspection::Codec;
use crate::options::Options;
use crate::waste::LayerFiles;

/// What reading a layer to its end tells.
#[derive(Debug)]
pub(crate) struct LayerScan {
    /// Stored bytes, and their digest.
    pub(crate) stored: u64,
    pub(crate) digest: Digest,
    /// How it turned out to be compressed, whatever its media type says.
    pub(crate) codec: Codec,
    /// Unpacked bytes (the tar stream), and their digest.
    pub(crate) unpacked: u64,
    pub(crate) diff_id: Digest,
    /// Its entries, for waste.
    pub(crate) files: LayerFiles,
}

/// Reads a layer to its end. `budget` is what the image's layers may still unpack to, taken from as
/// this one is read, by any thread.
pub(crate) fn scan(
    _name: &str,
    _source: &mut dyn Read,
    _budget: &std::sync::atomic::AtomicU64,
    _options: Options<'_>,
) -> Result<LayerScan, ImageError> {
    todo!()
}
