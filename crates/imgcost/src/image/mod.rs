//! What an image is to this model: an ordered list of layers, base first, each with two sizes and
//! the reasons for which it is rebuilt. Where digests are known: what a node fetches that has some of
//! them ([`pulls`]), and how often they really change ([`churn`]).

mod churn;
mod layer;
mod profile;
mod pull;

pub use churn::{Churn, Position, Release, Step, churn};
pub use layer::{Digest, Image, Layer, Trigger, TriggerSet};
pub use profile::{ClassSizes, Profile};
pub use pull::{Blob, Contents, Pull, pulls, sent};
