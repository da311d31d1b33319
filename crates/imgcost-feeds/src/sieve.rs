//! What is kept of a price list: offers that some rule of the mapping selects.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::rc::Rc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::mapping::Mapping;

/// A file to read.
pub struct Input<'i> {
    /// Its name, for messages.
    pub name: String,
    /// Its bytes.
    pub reader: Box<dyn Read + 'i>,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Only these price ids; none for all that the lists have services for.
    pub ids: Vec<String>,
    /// Only these regions; none for all.
    pub regions: Vec<String>,
    /// The day on which the prices must be in force, and on which they are compared with the list.
    pub on: NaiveDate,
}

/// Why a price was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Filters leave more than one price.
    #[error("{price}: {} different prices fit\n  {}", offers.len(), offers.join("\n  "))]
    Several {
        /// The price, with region and destination.
        price: String,
        /// What fits: SKU, rate and description of each.
        offers: Vec<String>,
    },
    /// Filters leave nothing.
    #[error("{price}: nothing in the list fits")]
    Absent {
        /// The price, with its region if one was asked for.
        price: String,
    },
    /// A SKU whose price cannot be written as one of ours.
    #[error("{id}: SKU {sku}: {why}")]
    Unusable {
        /// The price.
        id: String,
        /// The vendor's SKU.
        sku: String,
        /// What is wrong with it.
        why: String,
    },
    /// A place that the mapping has no region for.
    #[error("{id}: SKU {sku}: the mapping has no region for `{place}`")]
    UnknownPlace {
        /// The price.
        id: String,
        /// The vendor's SKU.
        sku: String,
        /// The place as the vendor names it.
        place: String,
    },
    /// The last page says that there is another.
    #[error("{file}: the list goes on (`{key}`), give the other pages too")]
    GoesOn {
        /// The file of the last page.
        file: String,
        /// The key that names the next one.
        key: &'static str,
    },
    /// No rule makes a price that was asked for.
    #[error("the mapping has no rule for {id}")]
    NoRule {
        /// The price asked for.
        id: String,
    },
}

impl Problem {
    /// Whether something is merely missing: what there is can be used without it.
    pub fn is_gap(&self) -> bool {
        matches!(self, Self::Absent { .. } | Self::UnknownPlace { .. } | Self::GoesOn { .. })
    }

    /// Whether it tells of a SKU that was found for this price.
    pub(crate) fn is_about(&self, price: &str) -> bool {
        match self {
            Self::Unusable { id, .. } | Self::UnknownPlace { id, .. } => id == price,
            _ => false,
        }
    }
}

/// What a list says about a SKU, by name in lower case; several where it names several regions.
pub(crate) type Attributes = BTreeMap<String, Vec<String>>;

/// Where an offer was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Edition {
    /// Its address.
    pub(crate) source: String,
    /// In words.
    pub(crate) said: String,
    pub(crate) published: Option<NaiveDate>,
}

/// A price that a list has for a SKU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offer {
    /// Which rule selected it.
    pub(crate) rule: usize,
    pub(crate) sku: String,
    /// What the vendor calls it, in a word or two.
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) regions: Vec<String>,
    pub(crate) to: Vec<String>,
    pub(crate) currency: String,
    pub(crate) unit: String,
    pub(crate) steps: Vec<Step>,
    pub(crate) effective: Option<NaiveDate>,
    pub(crate) edition: Rc<Edition>,
}

/// One step of a price as a list has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Step {
    pub(crate) from: Decimal,
    /// Where it ends, if the list says so; `None` also where it never does.
    pub(crate) to: Option<Decimal>,
    pub(crate) rate: Decimal,
}

/// The most offers that are kept. All pairs of regions of AWS are below a thousand.
const MOST_OFFERS: usize = 100_000;

/// The most problems that are kept, each with a text of its own.
const MOST_PROBLEMS: usize = 1_000;

/// Offers and problems, as they are found.
pub(crate) struct Sieve<'m> {
    pub(crate) mapping: &'m Mapping,
    pub(crate) wanted: &'m Wanted,
    pub(crate) offers: Vec<Offer>,
    /// Rules whose service is in the lists.
    pub(crate) served: BTreeSet<usize>,
    pub(crate) problems: Vec<Problem>,
}

impl<'m> Sieve<'m> {
    pub(crate) fn new(mapping: &'m Mapping, wanted: &'m Wanted) -> Self {
        let problems = Vec::new();
        Self { mapping, wanted, offers: Vec::new(), served: BTreeSet::new(), problems }
    }

    pub(crate) fn problem(&mut self, problem: Problem) {
        if self.problems.len() < MOST_PROBLEMS && !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// The rules that select a SKU of a service.
    pub(crate) fn rules(&mut self, service: &str, attributes: &Attributes) -> Vec<usize> {
        let mut selected = Vec::new();
        for (index, rule) in self.mapping.rules.iter().enumerate() {
            if rule.service != service || !self.asked(&rule.id) {
                continue;
            }
            self.served.insert(index);
            if rule.selects(attributes) {
                selected.push(index);
            }
        }
        selected
    }

    pub(crate) fn asked(&self, id: &str) -> bool {
        self.wanted.ids.is_empty() || self.wanted.ids.iter().any(|asked| asked == id)
    }

    /// Where a rule's SKU is sold: regions, and destinations where the price depends on them.
    /// `None` if no region asked for is among them.
    pub(crate) fn places(
        &mut self,
        rule: usize,
        sku: &str,
        attributes: &Attributes,
    ) -> Option<(Vec<String>, Vec<String>)> {
        let known = self.mapping.rules.get(rule)?;
        let region_names = known.region.as_ref().unwrap_or(&self.mapping.region);
        let mut regions = self.codes(rule, sku, region_names, attributes);
        if !self.wanted.regions.is_empty() {
            regions.retain(|region| region == "*" || self.wanted.regions.contains(region));
        }
        if regions.is_empty() {
            return None;
        }
        let to = match &known.to {
            Some(names) => {
                let to = self.codes(rule, sku, names, attributes);
                (!to.is_empty()).then_some(to)?
            }
            None => Vec::new(),
        };
        Some((regions, to))
    }

    fn codes(
        &mut self,
        rule: usize,
        sku: &str,
        names: &[String],
        attributes: &Attributes,
    ) -> Vec<String> {
        let filled = |name: &&String| {
            attributes.get(name.as_str()).is_some_and(|values| values.iter().any(|v| !v.is_empty()))
        };
        let Some(places) = names.iter().find(filled).and_then(|name| attributes.get(name)) else {
            return Vec::new();
        };
        let mut codes = Vec::new();
        for place in places {
            match self.mapping.codes(place) {
                Some(found) => codes.extend(found),
                None => {
                    let id = self.mapping.rules.get(rule).map_or(String::new(), |r| r.id.clone());
                    let (sku, place) = (sku.to_owned(), place.clone());
                    self.problem(Problem::UnknownPlace { id, sku, place });
                }
            }
        }
        codes
    }

    pub(crate) fn offer(&mut self, offer: Offer) {
        if self.offers.len() < MOST_OFFERS {
            self.offers.push(offer);
        } else {
            let why = format!("the mapping selects more than {MOST_OFFERS} offers");
            self.unusable(offer.rule, &offer.sku, why);
        }
    }

    pub(crate) fn unusable(&mut self, rule: usize, sku: &str, why: impl Into<String>) {
        let id = self.mapping.rules.get(rule).map_or(String::new(), |rule| rule.id.clone());
        self.problem(Problem::Unusable { id, sku: sku.to_owned(), why: why.into() });
    }
}

/// The day of a moment such as `2026-05-01T00:00:00Z`.
pub(crate) fn date(text: &str) -> Option<NaiveDate> {
    text.get(..10)?.parse().ok()
}
