//! Regular files of this machine, read in bounds.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::check::{quoted, too_large};
use crate::error::ImageError;

/// Opens a regular file and tells its length; `None` if there is nothing.
///
/// # Errors
/// If it is something else: opening a pipe would wait for a writer for ever.
pub(super) fn open(path: &Path) -> Result<Option<(File, u64)>, ImageError> {
    let name = name(path);
    let failed = |error: std::io::Error| ImageError::new(&name, error.to_string());
    let regular = match fs::metadata(path) {
        Ok(metadata) => metadata.is_file(),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(failed(error)),
    };
    if !regular {
        return Err(ImageError::new(name, "it is no regular file"));
    }
    let file = File::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    Ok(Some((file, length)))
}

/// A whole file of at most `limit` bytes; `None` if there is nothing.
pub(super) fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, ImageError> {
    let Some((file, length)) = open(path)? else { return Ok(None) };
    if length > limit {
        return Err(too_large(&name(path), limit));
    }
    read_all(&name(path), file, limit).map(Some)
}

/// A stream to its end, of at most `limit` bytes.
pub(super) fn read_all(name: &str, source: impl Read, limit: u64) -> Result<Vec<u8>, ImageError> {
    let mut bytes = Vec::new();
    let mut source = source.take(limit.saturating_add(1));
    source.read_to_end(&mut bytes).map_err(|error| ImageError::new(name, error.to_string()))?;
    if bytes.len() as u64 > limit { Err(too_large(name, limit)) } else { Ok(bytes) }
}

/// What messages call a file.
pub(super) fn name(path: &Path) -> String {
    quoted(&path.to_string_lossy())
}
