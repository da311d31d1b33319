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
    if found == descriptor.digest {
        Ok(())
    } else {
        Err(wrong_digest(name, &found, &descriptor.digest))
    }
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
        let bytes = self.blobs.document(descriptor, limit)?;
        let size = bytes.len() as u64;
        if size == descriptor.size {
            Ok(bytes)
        } else {
            Err(wrong_size(&name, size, descriptor.size))
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    struct Same(Vec<u8>);

    impl Blobs for Same {
        fn document(&self, _: &Descriptor, _: u64) -> Result<Vec<u8>, ImageError> {
            Ok(self.0.clone())
        }

        fn blob(&self, _: &Descriptor) -> Result<Option<Box<dyn Read + Send + '_>>, ImageError> {
            Ok(None)
        }
    }

    #[test]
    fn the_same_large_document_over_and_over_is_refused() {
        let bytes = vec![b' '; 60];
        let digest = sha256(&bytes).unwrap();
        let descriptor = Descriptor { digest, size: 60, media_type: None };
        let source = Same(bytes);
        let bounded = Bounded::new(&source, 130);
        assert!(bounded.document(&descriptor, 60).is_ok());
        assert!(bounded.document(&descriptor, 60).is_ok());
        let short = Descriptor { size: 5, ..descriptor.clone() };
        let wrong = bounded.document(&short, 60).unwrap_err();
        assert_eq!(wrong.problem, "it has 60 bytes where 5 are announced");
        let third = bounded.document(&descriptor, 60).unwrap_err();
        assert!(third.problem.contains("too many manifests"), "{third}");
    }

    #[test]
    fn a_stream_must_have_as_many_bytes_as_announced() {
        let read = |size| io::read_to_string(Exactly::new(&b"12345"[..], size));
        assert_eq!(read(5).unwrap(), "12345");
        assert_eq!(read(4).unwrap_err().to_string(), "it has more than the 4 bytes announced");
        assert_eq!(read(6).unwrap_err().to_string(), "it has fewer than the 6 bytes announced");
    }

    /// FIPS 180-2 has these for `abc`.
    #[test]
    fn digests_of_both_kinds_are_checked() {
        let sha256 = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let sha512 = "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
                      2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";
        for text in [sha256, sha512] {
            let digest = parse_digest(text).unwrap();
            let descriptor = Descriptor { digest, size: 3, media_type: None };
            assert_eq!(check("x", b"abc", &descriptor), Ok(()));
            assert!(check("x", b"abd", &descriptor).is_err());
            assert!(check("x", b"abcd", &descriptor).is_err());
        }
    }

    #[test]
    fn text_of_documents_is_cut_and_cleaned_for_messages() {
        assert_eq!(quoted("a\u{1b}[0m\n"), "a\\u{1b}[0m\\n");
        assert_eq!(quoted(&"x".repeat(300)).len(), 203);
        assert_eq!(listed(&["a", "b"]), "a, b");
    }
}
