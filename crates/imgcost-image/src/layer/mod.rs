//! One layer's bytes: decompressed as a stream, its entries listed, its digests computed.

mod budget;
mod codec;
mod meter;
#[cfg(test)]
mod tests;

use std::io::{self, BufReader, Read, Seek};

use imgcost::image::Digest;

use crate::error::ImageError;
use crate::inspection::Codec;
use crate::options::Options;
use crate::tar_stream::{TarError, TarStream, by_reading, by_seeking};
use crate::waste::LayerFiles;

pub(crate) use budget::Budget;
use codec::{GzipMembers, MAGIC, ZSTD_WINDOW, sniff};
use meter::{Exhausted, Meter};

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
    name: &str,
    source: &mut dyn Read,
    budget: &Budget,
    options: Options<'_>,
) -> Result<LayerScan, ImageError> {
    let mut stored = Meter::new(source);
    stored.progress = Some(options.progress);
    let found = read(&mut stored, budget).and_then(|found| {
        // Decoders stop at the end of their input; this makes sure that it is the blob's.
        stored.drain().map_err(|error| Stop::Failed(error.into(), found.codec, 0))?;
        Ok(found)
    });
    let Found { codec, files, unpacked } = found
        .map_err(|stop| stop.explain(name, stored.total, stored.failed, options.max_unpacked))?;
    let (stored, digest) = stored.finish();
    let (unpacked, diff_id) = unpacked.unwrap_or_else(|| (stored, digest.clone()));
    Ok(LayerScan { stored, digest, codec, unpacked, diff_id, files })
}

/// Lists a layer that is stored as it is by its headers alone: the data between them is not read, and
/// no digest is known afterwards.
pub(crate) fn skim(
    name: &str,
    source: impl Read + Seek,
    budget: &Budget,
    options: Options<'_>,
) -> Result<LayerFiles, ImageError> {
    let mut files = LayerFiles::default();
    let mut tar = TarStream::new(BufReader::with_capacity(SKIM_BUFFER, source), by_seeking);
    let stop = |error, at| {
        let stop = Stop::Failed(error, Codec::Tar, at);
        stop.explain(name, at, false, options.max_unpacked)
    };
    let mut unpacked = 0_u64;
    loop {
        match tar.next() {
            Ok(None) => return Ok(files),
            Ok(Some(entry)) => {
                unpacked = unpacked.saturating_add(entry.size);
                if !budget.take_unpacked(entry.size) {
                    return Err(stop(io::Error::other(Exhausted).into(), unpacked));
                }
                files.add(&entry, budget);
            }
            Err(error) => return Err(stop(error, unpacked)),
        }
    }
}

/// Small: most of what a larger buffer reads ahead is data that is passed over.
const SKIM_BUFFER: usize = 4096;

struct Found {
    codec: Codec,
    files: LayerFiles,
    /// Length and digest of the unpacked layer; `None` if it is stored as it is.
    unpacked: Option<(u64, Digest)>,
}

/// Why a layer could not be read to its end.
enum Stop {
    Empty,
    Unsupported(&'static str),
    /// What went wrong, in which codec, after how many unpacked bytes.
    Failed(TarError, Codec, u64),
}

fn read<'m>(stored: &mut Meter<'m, &mut dyn Read>, budget: &'m Budget) -> Result<Found, Stop> {
    let failed = |codec| move |error: io::Error| Stop::Failed(error.into(), codec, 0);
    let start = stored.peek(MAGIC).map_err(failed(Codec::Unknown))?;
    if start.is_empty() {
        return Err(Stop::Empty);
    }
    match sniff(start).map_err(Stop::Unsupported)? {
        Codec::Gzip => unpack(GzipMembers::new(stored), Codec::Gzip, budget),
        Codec::Zstd => {
            let decoder = zstd::stream::read::Decoder::with_buffer(stored).and_then(|mut zstd| {
                zstd.window_log_max(ZSTD_WINDOW)?;
                Ok(zstd)
            });
            unpack(decoder.map_err(failed(Codec::Zstd))?, Codec::Zstd, budget)
        }
        _ => {
            let stop = |error, at| Stop::Failed(error, Codec::Tar, at);
            if !budget.take_unpacked(stored.total) {
                return Err(stop(io::Error::other(Exhausted).into(), 0));
            }
            stored.budget = Some(budget);
            let listing = list(&mut *stored, budget).map_err(|error| stop(error, stored.total))?;
            Ok(Found { codec: Codec::Tar, files: listing.files, unpacked: None })
        }
    }
}

/// Reads a compressed layer: what `decoder` gives is counted, hashed and listed.
fn unpack(decoder: impl Read, codec: Codec, budget: &Budget) -> Result<Found, Stop> {
    let mut unpacked = Meter::new(decoder);
    unpacked.budget = Some(budget);
    let listing =
        list(&mut unpacked, budget).map_err(|error| Stop::Failed(error, codec, unpacked.total))?;
    let codec = match codec {
        Codec::Gzip if listing.has_toc => Codec::Estargz,
        codec => codec,
    };
    Ok(Found { codec, files: listing.files, unpacked: Some(unpacked.finish()) })
}

struct Listing {
    files: LayerFiles,
    /// Whether there is a table of contents as eStargz writes it.
    has_toc: bool,
}

/// Lists the entries of a tar stream, and reads on behind its end-of-archive mark.
fn list(unpacked: &mut Meter<'_, impl Read>, budget: &Budget) -> Result<Listing, TarError> {
    let mut files = LayerFiles::default();
    let mut has_toc = false;
    let mut tar = TarStream::new(&mut *unpacked, by_reading);
    while let Some(entry) = tar.next()? {
        // The table of contents is no file of the image: snapshotters drop it.
        match entry.path {
            b"stargz.index.json" => has_toc = true,
            _ => files.add(&entry, budget),
        }
    }
    unpacked.drain()?;
    Ok(Listing { files, has_toc })
}

impl Stop {
    fn explain(&self, name: &str, stored: u64, source_failed: bool, limit: u64) -> ImageError {
        match self {
            Self::Empty => ImageError::new(name, "the layer is empty: not even an archive's end"),
            Self::Unsupported(codec) => {
                ImageError::new(name, format!("the layer is compressed with {codec}"))
                    .help("only tar, gzip and zstd are read; no registry client writes others")
            }
            Self::Failed(TarError::Io(error), ..) if exhausted(error) => ImageError::new(
                name,
                format!("the image's layers unpack to more than {limit} bytes: stopped"),
            )
            .help("--max-unpacked raises the limit"),
            Self::Failed(error, ..) if source_failed => read_error(name, error, stored),
            Self::Failed(TarError::Malformed { offset: 0, .. }, Codec::Tar, _) => {
                ImageError::new(name, "the layer is neither a tar archive nor gzip nor zstd")
            }
            Self::Failed(error, codec, unpacked) => {
                let what = match error {
                    TarError::Io(io) if io.kind() == io::ErrorKind::UnexpectedEof => "is cut off",
                    _ => "is corrupt",
                };
                let codec = codec.name();
                ImageError::new(
                    name,
                    format!(
                        "the {codec} layer {what} (after {stored} stored bytes, which unpack to \
                         {unpacked} so far): {error}"
                    ),
                )
                .help("fetch or save the image again")
            }
        }
    }
}

fn exhausted(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Exhausted>())
}

/// A source that failed by itself; one that knows what to say is left to say it.
fn read_error(name: &str, error: &TarError, stored: u64) -> ImageError {
    if let TarError::Io(io) = error
        && let Some(said) = io.get_ref().and_then(|inner| inner.downcast_ref::<ImageError>())
    {
        return said.clone();
    }
    ImageError::new(name, format!("cannot be read on after {stored} bytes: {error}"))
}
