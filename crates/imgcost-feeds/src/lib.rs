//! Vendors' price lists, to a price file: offer files and `GetProducts` of AWS, the Retail Prices
//! API of Azure, the Cloud Billing Catalog of Google Cloud.
//!
//! Which SKU is which price is data: a [`Mapping`] of rules, each with filters on what a list says
//! about a SKU. Where a rule leaves more than one price for a region, that is a [`Problem`] which
//! lists them, never a choice; where it leaves none, too. Rates are decimals from the text of the
//! list to the text of the price file.
//!
//! Lists are read as streams: memory grows with what rules select, not with their size.

mod aws;
mod azure;
mod error;
mod gcp;
mod json;
mod mapping;
mod pages;
mod pick;
mod price_file;
mod sieve;

use imgcost::price::PriceRow;

pub use error::FeedError;
pub use mapping::{Mapping, Vendor};
pub use price_file::price_toml;
pub use sieve::{Input, Problem, Wanted};

use sieve::Sieve;

/// What was found in price lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Rows, in the order of the mapping's rules.
    pub rows: Vec<PriceRow>,
    /// What was asked for and could not be taken.
    pub problems: Vec<Problem>,
}

/// Reads the price lists of the mapping's vendor.
///
/// # Errors
/// Anything that is no such list.
pub fn import(
    mapping: &Mapping,
    inputs: Vec<Input<'_>>,
    wanted: &Wanted,
) -> Result<Imported, FeedError> {
    let mut sieve = Sieve::new(mapping, wanted);
    match mapping.vendor {
        Vendor::Aws => aws::read(inputs, &mut sieve)?,
        Vendor::Azure => azure::read(inputs, &mut sieve)?,
        Vendor::Gcp => gcp::read(inputs, &mut sieve)?,
    }
    let rows = pick::pick(&mut sieve);
    Ok(Imported { rows, problems: sieve.problems })
}
