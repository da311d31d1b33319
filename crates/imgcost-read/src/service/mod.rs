//! Services, however they are written down.

mod field;
pub(crate) mod finish;
pub(crate) mod image;
mod memo;
mod rules;
mod size;

pub use rules::ServiceContext;

pub(crate) use field::{AFTER, BEFORE, FIELDS, Field, ImageFields, Places, RawService};
pub(crate) use finish::{blank, fill};
pub(crate) use image::open;
pub(crate) use rules::{Found, Memory, Rules};
