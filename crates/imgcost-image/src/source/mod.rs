//! Where images come from: folders, archives, single manifests, and anything else that hands out
//! blobs.

mod archive;
mod assemble;
mod check;
mod docker;
mod file;
mod history;
mod index;
mod layout;
mod media;
mod names;
mod read_layers;
mod single;
mod wire;

use std::io::Read;
use std::path::Path;

use imgcost::image::Digest;

use crate::error::ImageError;
use crate::inspection::Inspection;
use crate::options::Options;
use crate::reference::Reference;
use archive::Archive;
pub use assemble::assemble;
use layout::Layout;

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

/// The bytes of a blob.
type Stream<'s> = Box<dyn Read + Send + 's>;

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
pub fn open(reference: &Reference, options: Options<'_>) -> Result<Vec<Inspection>, ImageError> {
    // The same reference with the name of one of several images.
    let named = |name: Option<String>| {
        let mut named = reference.clone();
        if let Reference::Oci { tag, .. }
        | Reference::OciArchive { tag, .. }
        | Reference::DockerArchive { tag, .. }
        | Reference::Archive { tag, .. } = &mut named
        {
            *tag = name.or_else(|| tag.take());
        }
        named
    };
    let archive = |file: &Path| Archive::open(file);
    match reference {
        Reference::Oci { folder, tag } => {
            layout::open(&Layout::Folder(folder.clone()), tag.as_deref(), &named, options)
        }
        Reference::OciArchive { file, tag } => {
            layout::open(&Layout::Archive(archive(file)?), tag.as_deref(), &named, options)
        }
        Reference::DockerArchive { file, tag } => {
            docker::open(&archive(file)?, tag.as_deref(), &named, options)
        }
        Reference::Archive { file, tag } => {
            let archive = archive(file)?;
            let (docker, oci) = (archive.has("manifest.json"), archive.has("index.json"));
            if docker {
                docker::open(&archive, tag.as_deref(), &named, options)
            } else if oci {
                layout::open(&Layout::Archive(archive), tag.as_deref(), &named, options)
            } else {
                Err(ImageError::new(
                    file::name(file),
                    "this is a tar file, but of no image: it has neither manifest.json nor index.json",
                )
                .help("give what docker save or skopeo wrote"))
            }
        }
        Reference::Manifest { file, config } => {
            let name = reference.to_string();
            Ok(vec![single::open(&name, file, config.as_deref(), options)?])
        }
        Reference::Registry { .. } => {
            Err(ImageError::new(reference.to_string(), "this is a registry, not a file"))
        }
    }
}
