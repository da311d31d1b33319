//! (docs follow)
pub mod demand;
pub mod estimate;
pub mod fleet;
pub mod image;
pub mod price;
pub mod units;
