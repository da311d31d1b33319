use chrono::NaiveDate;
use thiserror::Error;

use super::row::{PriceId, PriceRow, Regions};
use crate::units::Share;

/// Prices in layers: a row in a later layer (an overlay file, a flag) wins over earlier ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriceBook {
    layers: Vec<Vec<PriceRow>>,
    discounts: Vec<Discount>,
}

/// A percentage off a meter, as contracts have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discount {
    /// A price id, or the beginning of one: `aws.nat` takes off every NAT price.
    pub meter: String,
    /// The percentage off.
    pub off: Share,
}

/// What is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lookup<'a> {
    /// The price.
    pub id: &'a PriceId,
    /// The region that bills it: the source, for transfers.
    pub region: &'a str,
    /// The destination, for transfers.
    pub to: Option<&'a str>,
    /// The day.
    pub on: NaiveDate,
}

/// Why there is no price.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PriceError {
    /// Nothing goes by that id.
    #[error("there is no price {id}")]
    NoSuchPrice {
        /// The id asked for.
        id: PriceId,
    },
    /// The id exists, but not in that region.
    #[error("there is no price {id} in {region}; it is known in {}", known.join(", "))]
    NotInRegion {
        /// The id asked for.
        id: PriceId,
        /// The region asked for.
        region: String,
        /// Regions that have it.
        known: Vec<String>,
    },
    /// The price exists there, but not on that day.
    #[error("{id} in {region} has no rate in force on {on}")]
    NotInForce {
        /// The id asked for.
        id: PriceId,
        /// The region asked for.
        region: String,
        /// The day asked for.
        on: NaiveDate,
    },
    /// The price exists there, but not for that destination.
    #[error("{id} from {region} has no rate to {to}; destinations known are {}", known.join(", "))]
    NoDestination {
        /// The id asked for.
        id: PriceId,
        /// The region asked for.
        region: String,
        /// The destination asked for.
        to: String,
        /// Destinations that have a rate.
        known: Vec<String>,
    },
    /// Several rows fit; the book does not choose.
    #[error("{id} in {region} has {count} rates that fit; say which destination")]
    Ambiguous {
        /// The id asked for.
        id: PriceId,
        /// The region asked for.
        region: String,
        /// How many fit.
        count: usize,
    },
}

impl PriceBook {
    /// A book of one layer.
    pub fn new(rows: Vec<PriceRow>) -> Self {
        Self { layers: vec![rows], discounts: Vec::new() }
    }

    /// Adds a layer that wins over all earlier ones.
    pub fn overlay(&mut self, rows: Vec<PriceRow>) {
        self.layers.push(rows);
    }

    /// Adds a discount; several on one meter apply one after the other.
    pub fn discount(&mut self, discount: Discount) {
        self.discounts.push(discount);
    }

    /// All rows, earlier layers first.
    pub fn rows(&self) -> impl Iterator<Item = &PriceRow> {
        self.layers.iter().flatten()
    }

    /// The discounts that apply to a price.
    pub fn discounts_on<'a>(&'a self, id: &'a PriceId) -> impl Iterator<Item = Share> + 'a {
        let covers = |meter: &str| {
            let rest = id.as_str().strip_prefix(meter);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.discounts.iter().filter(move |discount| covers(&discount.meter)).map(|d| d.off)
    }

    /// The one row that prices this, in this place, on this day.
    ///
    /// A row that names the destination wins over one that names none. Where no destination is
    /// asked for, the row without destinations is taken, or else the one whose destinations
    /// include the source's own region (transfers inside a continent).
    ///
    /// # Errors
    /// [`PriceError`] with what exists instead: an absent price is never zero and never a guess.
    pub fn find(&self, wanted: Lookup<'_>) -> Result<&PriceRow, PriceError> {
        for layer in self.layers.iter().rev() {
            let here = |row: &&PriceRow| row.id == *wanted.id && row.covers(wanted.region);
            let there = |row: &&PriceRow| row.in_force(wanted.on);
            let fitting: Vec<_> = layer.iter().filter(here).filter(there).collect();
            if !fitting.is_empty() {
                return choose(&fitting, wanted);
            }
        }
        Err(self.absence(wanted))
    }

    fn absence(&self, wanted: Lookup<'_>) -> PriceError {
        let id = wanted.id.clone();
        let region = wanted.region.to_owned();
        let rows: Vec<_> = self.rows().filter(|row| row.id == id).collect();
        if rows.is_empty() {
            return PriceError::NoSuchPrice { id };
        }
        if rows.iter().any(|row| row.covers(wanted.region)) {
            return PriceError::NotInForce { id, region, on: wanted.on };
        }
        let mut known: Vec<String> = rows
            .iter()
            .flat_map(|row| match &row.regions {
                Regions::All => Vec::new(),
                Regions::Only(regions) => regions.iter().map(|r| r.to_string()).collect(),
            })
            .collect();
        known.sort();
        known.dedup();
        PriceError::NotInRegion { id, region, known }
    }
}

fn choose<'r>(fitting: &[&'r PriceRow], wanted: Lookup<'_>) -> Result<&'r PriceRow, PriceError> {
    let names = |row: &&&PriceRow, place: &str| {
        row.to.as_ref().is_some_and(|to| to.iter().any(|known| &**known == place))
    };
    let general = || fitting.iter().filter(|row| row.to.is_none()).collect::<Vec<_>>();
    let naming = |place: &str| fitting.iter().filter(|row| names(row, place)).collect::<Vec<_>>();
    let (first, second) = match wanted.to {
        Some(to) => (naming(to), general()),
        None => (general(), naming(wanted.region)),
    };
    let best = if first.is_empty() { second } else { first };
    let ambiguous = |count| PriceError::Ambiguous {
        id: wanted.id.clone(),
        region: wanted.region.to_owned(),
        count,
    };
    match (best.as_slice(), wanted.to) {
        ([one], _) => Ok(one),
        ([], Some(to)) => {
            let mut known: Vec<String> = fitting
                .iter()
                .filter_map(|row| row.to.as_ref())
                .flatten()
                .map(|to| to.to_string())
                .collect();
            known.sort();
            known.dedup();
            let (id, region) = (wanted.id.clone(), wanted.region.to_owned());
            Err(PriceError::NoDestination { id, region, to: to.to_owned(), known })
        }
        ([], None) => Err(ambiguous(fitting.len())),
        (several, _) => Err(ambiguous(several.len())),
    }
}
