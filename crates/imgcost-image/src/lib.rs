//! Real images in: OCI layouts, archives of Docker and OCI, single manifests, to what the model of
//! [`imgcost`] needs: layers with digests, both sizes, and what made each of them; and the bytes
//! that an image ships without using them.
//!
//! | step | function |
//! |---|---|
//! | what the user wrote | [`Reference::parse`] |
//! | open a file or directory | [`open`] |
//! | any other source of blobs (a live registry) | [`assemble`] over [`Blobs`] |
//! | to the model | [`to_model`] |
//!
//! Everything read here is hostile until proven otherwise: documents are bounded, layers are
//! streamed, never unpacked to disk, and stop at [`Options::max_unpacked`]; digests
//! of documents and of everything that is stored by digest are checked.

mod classes;
mod error;
mod inspection;
mod layer;
mod model;
mod options;
mod reference;
mod sharing;
mod source;
mod tar_stream;
mod waste;

pub use classes::{ClassRule, classes, rebuilt_by};
pub use error::ImageError;
pub use inspection::{Choice, Codec, ConfigBlob, InspectedLayer, Inspection, UnpackedFrom};
pub use model::{
    ByRatio, LayerSizes, Modelled, contents, release, sizes, to_model, total_compressed,
    total_unpacked, without_waste,
};
pub use options::{Options, Platform, ReadLayers};
pub use reference::Reference;
pub use sharing::{Sharing, sharing};
pub use source::{Blobs, Descriptor, Document, assemble, open};
pub use waste::{Offender, Waste, WasteKind};
