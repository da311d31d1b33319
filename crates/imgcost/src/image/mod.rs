//! What an image is to this model: an ordered list of layers, base first, each with two sizes and
//! the reasons for which it is rebuilt.

mod layer;
mod profile;

pub use layer::{Digest, Image, Layer, Trigger, TriggerSet};
pub use profile::{ClassSizes, Profile};
