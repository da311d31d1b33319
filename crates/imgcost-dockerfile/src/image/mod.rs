//! The image that a Dockerfile makes, instruction by instruction: what each brings, how often that
//! changes, and how long a build takes; and what a better file would make of it.
//!
//! | what is known | function |
//! |---|---|
//! | the image itself: archive, layout, registry | [`from_layers`] |
//! | its size | [`from_size`] |
//! | the file alone | [`from_evidence`] |
//! | the image of another file of the same application | [`from_other`], [`from_evidence_beside`] |
//!
//! Sizes that nobody knows are `None` and never 0.

mod align;
mod apply;
mod built;
mod by_evidence;
mod by_layers;
mod by_other;
mod by_size;
mod change;
mod contents;
mod critical;
mod evidence;
mod held;
mod history;
mod packages;
mod reorder;
mod shares;
mod stored_again;
mod times;

pub use apply::apply;
pub use built::{Basis, Built, InVain, Origin, Piece};
pub use by_evidence::{from_evidence, from_evidence_beside};
pub use by_layers::from_layers;
pub use by_other::from_other;
pub use by_size::{Size, fits, from_size};
pub use critical::{BuildKind, critical_path, step_times, time_after};
pub use evidence::{
    BaseImage, Development, Evidence, Family, FamilyKind, Measured, StandIn, Timed, Variant,
};
pub use times::{Times, TimesBasis};
