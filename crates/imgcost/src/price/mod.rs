//! Prices: dated, sourced rows, the book they are looked up in, and what a quantity costs by one
//! of them. This room knows nothing of images or fleets.

mod book;
mod charge;
mod drift;
mod row;
mod unit;

pub use book::{Discount, Lookup, PriceBook, PriceError};
pub use charge::{Allowances, Charge, TierCharge, charge};
pub use drift::{Change, Drift, drift};
pub use row::{
    Confidence, Free, Included, Minimum, PriceId, PriceRow, Regions, Rounding, RoundingMode,
    RoundingScope, RowProblem, Scope, Tier,
};
pub use unit::{Amount, PriceUnit};
