//! Which SKU is which price: rules, as data.

mod filter;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use imgcost::price::{Free, Included, PriceUnit, Rounding, Scope};
use rust_decimal::Decimal;

use crate::error::FeedError;
use crate::sieve::Attributes;
use filter::Filter;

/// Whose price lists are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Vendor {
    /// Amazon Web Services: offer files and `GetProducts`.
    Aws,
    /// Microsoft Azure: pages of the Retail Prices API.
    Azure,
    /// Google Cloud: pages of the Cloud Billing Catalog.
    Gcp,
}

impl Vendor {
    /// All vendors with their names in mappings.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Aws, "aws"), (Self::Azure, "azure"), (Self::Gcp, "gcp")];
}

/// How the SKUs of a vendor become price ids.
#[derive(Debug)]
pub struct Mapping {
    /// Whose.
    pub vendor: Vendor,
    /// The address of the list; `{service}` and `{version}` stand for what the list says of itself.
    pub(crate) source: String,
    /// Attributes that may name the region, the first that is there wins.
    pub(crate) region: Vec<String>,
    regions: BTreeMap<String, Vec<String>>,
    pub(crate) rules: Vec<Rule>,
}

/// How one price is found.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) service: String,
    /// All of these must hold...
    pub(crate) filters: Vec<(String, Filter)>,
    /// ...and none of these may.
    pub(crate) unless: Vec<(String, Filter)>,
    /// The vendor's units, and what they are here.
    pub(crate) units: BTreeMap<String, Unit>,
    pub(crate) region: Option<Vec<String>>,
    pub(crate) to: Option<Vec<String>>,
    pub(crate) terms: Terms,
}

/// What a vendor's unit is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(crate) unit: PriceUnit,
    /// How many of the vendor's units one of ours holds.
    pub(crate) times: Decimal,
}

/// What a price list does not tell about a price, as in a price file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) scope: Scope,
    pub(crate) free: Option<FreeTerm>,
    pub(crate) included: Option<Included>,
    pub(crate) rounding: Option<Rounding>,
    pub(crate) note: Option<String>,
}

/// An allowance: to whom, and how much where the list does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FreeTerm {
    pub(crate) scope: Scope,
    pub(crate) amount: Option<Decimal>,
}

impl FreeTerm {
    /// The allowance, given what the list says.
    pub(crate) fn of(self, listed: Option<Decimal>) -> Option<Free> {
        let amount = listed.or(self.amount)?;
        Some(Free { amount, scope: self.scope, pool: None })
    }
}

impl Mapping {
    /// The mapping that comes with imgcost.
    ///
    /// # Errors
    /// None that a test would not find.
    pub fn built_in(vendor: Vendor) -> Result<Self, FeedError> {
        let (name, text) = match vendor {
            Vendor::Aws => ("data/aws.toml", include_str!("../../data/aws.toml")),
            Vendor::Azure => ("data/azure.toml", include_str!("../../data/azure.toml")),
            Vendor::Gcp => ("data/gcp.toml", include_str!("../../data/gcp.toml")),
        };
        Self::read(name, text)
    }

    /// Reads a mapping; `data/README.md` says what is in one.
    ///
    /// # Errors
    /// What is wrong with it, with its place.
    pub fn read(file: &str, text: &str) -> Result<Self, FeedError> {
        text::read(file, text)
    }

    /// The price ids that it has rules for.
    pub fn ids(&self) -> BTreeSet<&str> {
        self.rules.iter().map(|rule| rule.id.as_str()).collect()
    }

    /// The regions that a vendor's name for a place stands for: those of the table, or the name
    /// itself where it is spelt as codes are.
    pub(crate) fn codes(&self, place: &str) -> Option<Vec<String>> {
        let code = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        match self.regions.get(place) {
            Some(codes) => Some(codes.clone()),
            None if !place.is_empty() && place.len() <= 64 && place.chars().all(code) => {
                Some(vec![place.to_owned()])
            }
            None => None,
        }
    }
}

impl Rule {
    /// Whether it selects a SKU.
    pub(crate) fn selects(&self, attributes: &Attributes) -> bool {
        let holds = |(name, filter): &(String, Filter)| match attributes.get(name) {
            Some(values) => values.iter().any(|value| filter.matches(value)),
            None => filter.matches(""),
        };
        self.filters.iter().all(holds) && !self.unless.iter().any(holds)
    }
}
