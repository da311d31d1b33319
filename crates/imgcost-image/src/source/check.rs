use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};

use imgcost::image::Digest;
use sha2::{Digest as _, Sha256, Sha512};

use super::{Blobs, Descriptor};
use crate::error::ImageError;

/// The most bytes of a manifest or an index.
pub(super) const MAX_MANIFEST: u64 = 4 << 20;
/// The most bytes of a config.
pub(super) const MAX_CONFIG: u64 = 16 << 20;
/// The most bytes of `index.json` and `manifest.json`, which list every image of a layout.
pub(super) const MAX_LISTING: u64 = 16 << 20;
/// The most bytes of all documents of one image.
pub(super) const MAX_DOCUMENTS: u64 = 64 << 20;

/// The SHA-256 of some bytes, as a digest.
pub(super) fn sha256(bytes: &[u8]) -> Result<Digest, ImageError> {
    parse_digest(&format!("sha256:{}", hex(&Sha256::digest(bytes))))
}

/// A digest of a kind that can be checked and used as a file name: SHA-256 or SHA-512.
pub(super) fn parse_digest(text: &str) -> Result<Digest, ImageError> {
    let (algorithm, hex) = text.split_once(':').unwrap_or(("", text));
    let length = match algorithm {
        "sha256" => 64,
        "sha512" => 128,
        _ => 0,
    };
    let wrong = || ImageError::new(quoted(text), "this is no sha256 or sha512 digest");
    if length == 0 || hex.len() != length {
        return Err(wrong());
    }
    Digest::parse(text).map_err(|_| wrong())
}

/// Whether bytes are what a descriptor says; `name` is what messages call them.
pub(super) fn check(name: &str, bytes: &[u8], descriptor: &Descriptor) -> Result<(), ImageError> {
    let size = bytes.len() as u64;
    if size != descriptor.size {
        return Err(wrong_size(name, size, descriptor.size));
    }
    let found = digest_like(&descriptor.digest, bytes)?;
    if found == descriptor.digest { Ok(()) } else { Err(wrong_digest(name, &found, &descriptor.digest)) }
}

/// The digest of some bytes by the algorithm of another digest.
pub(super) fn digest_like(other: &Digest, bytes: &[u8]) -> Result<Digest, ImageError> {
    if other.to_string().starts_with("sha512:") {
        return parse_digest(&format!("sha512:{}", hex(&Sha512::digest(bytes))));
    }
    sha256(bytes)
}

pub(super) fn wrong_size(name: &str, found: u64, expected: u64) -> ImageError {
    ImageError::new(name, format!("it has {found} bytes where {expected} are announced"))
        .help("the copy is incomplete or was changed: make it again")
}

pub(super) fn wrong_digest(name: &str, found: &Digest, expected: &Digest) -> ImageError {
    ImageError::new(name, format!("its digest is {found} where {expected} is announced"))
        .help("the copy is damaged or was changed: make it again")
}

pub(super) fn too_large(name: &str, limit: u64) -> ImageError {
    ImageError::new(name, format!("it is larger than the limit of {} MiB", limit >> 20))
}

/// A source of blobs that hands out documents up to a total, so that a small image cannot ask for
/// the same large document over and over.
pub(super) struct Bounded<'b> {
    blobs: &'b dyn Blobs,
    left: AtomicU64,
}

impl<'b> Bounded<'b> {
    pub(super) fn new(blobs: &'b dyn Blobs, total: u64) -> Self {
        Self { blobs, left: AtomicU64::new(total) }
    }
}

impl Blobs for Bounded<'_> {
    fn document(&self, descriptor: &Descriptor, limit: u64) -> Result<Vec<u8>, ImageError> {
        let name = descriptor.digest.to_string();
        if descriptor.size > limit {
            return Err(too_large(&name, limit));
        }
        let take = |left: u64| left.checked_sub(descriptor.size);
        if self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_err() {
            return Err(ImageError::new(name, "there are too many manifests and configs to read")
                .help("name one image of it by its tag or digest"));
        }
        self.blobs.document(descriptor, limit)
    }

    fn blob(
        &self,
        descriptor: &Descriptor,
    ) -> Result<Option<Box<dyn Read + Send + '_>>, ImageError> {
        self.blobs.blob(descriptor)
    }
}

/// A stream that must have exactly as many bytes as announced: it stops where more come.
pub(super) struct Exactly<R> {
    source: R,
    size: u64,
    left: u64,
}

impl<R: Read> Exactly<R> {
    pub(super) fn new(source: R, size: u64) -> Self {
        Self { source, size, left: size }
    }
}

impl<R: Read> Read for Exactly<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        let wrong = |kind, what: &str| {
            let announced = self.size;
            Err(io::Error::new(kind, format!("it has {what} than the {announced} bytes announced")))
        };
        match self.left.checked_sub(read as u64) {
            Some(left) if read == 0 && left > 0 && !buffer.is_empty() => {
                wrong(io::ErrorKind::UnexpectedEof, "fewer")
            }
            Some(left) => {
                self.left = left;
                Ok(read)
            }
            None => wrong(io::ErrorKind::InvalidData, "more"),
        }
    }
}

/// Text from a document, fit for a message: without control characters, and not too long.
pub(super) fn quoted(text: &str) -> String {
    let cut = text.char_indices().nth(200).map_or(text.len(), |(at, _)| at);
    let dots = if cut < text.len() { "..." } else { "" };
    format!("{}{dots}", text[..cut].escape_debug())
}

/// Up to twenty of several names, for a message.
pub(super) fn listed<T: std::fmt::Display>(names: &[T]) -> String {
    let mut texts: Vec<_> = names.iter().take(20).map(|name| quoted(&name.to_string())).collect();
    if names.len() > texts.len() {
        texts.push(format!("and {} more", names.len() - texts.len()));
    }
    texts.join(", ")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
