//! Products and their terms.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use imgcost::units::parse_decimal;
use serde::Deserialize;

use crate::json::Exact;
use crate::sieve::{Attributes, Edition, Offer, Sieve, Step, date};

/// An element of `PriceList`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListedProduct {
    pub(super) product: Option<Product>,
    pub(super) service_code: Option<String>,
    #[serde(default)]
    pub(super) terms: ListedTerms,
    pub(super) version: Option<Exact>,
    pub(super) publication_date: Option<String>,
}

/// Terms by kind; reservations, flat rates and whatever comes are passed over.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ListedTerms {
    #[serde(default, rename = "OnDemand")]
    pub(super) on_demand: BTreeMap<String, Term>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Product {
    pub(super) sku: Option<String>,
    product_family: Option<String>,
    #[serde(default)]
    attributes: BTreeMap<String, Option<String>>,
}

impl Product {
    pub(super) fn service(&self) -> Option<&str> {
        self.attributes.get("servicecode")?.as_deref()
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Term {
    effective_date: Option<String>,
    #[serde(default)]
    price_dimensions: BTreeMap<String, Dimension>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Dimension {
    description: Option<String>,
    // The documentation speaks of startingRange and endingRange, files have these.
    #[serde(alias = "startingRange")]
    begin_range: Option<Exact>,
    #[serde(alias = "endingRange")]
    end_range: Option<Exact>,
    unit: Option<String>,
    #[serde(default)]
    price_per_unit: BTreeMap<String, Exact>,
}

/// Products that rules select, with their terms as those are found.
#[derive(Debug, Default)]
pub(super) struct Kept {
    products: HashMap<String, KeptProduct>,
    /// Whether products were there at all.
    pub(super) begun: bool,
}

#[derive(Debug)]
struct KeptProduct {
    attributes: Attributes,
    rules: Vec<usize>,
    terms: Vec<Term>,
}

/// The most products that are kept; mappings select some thousands.
const MOST_PRODUCTS: usize = 100_000;

/// Keeps a product if a rule selects it.
pub(super) fn keep(sku: &str, product: Product, sieve: &mut Sieve<'_>, kept: &mut Kept) {
    let mut attributes = Attributes::new();
    for (name, value) in product.attributes {
        attributes.entry(name.to_ascii_lowercase()).or_default().extend(value);
    }
    let family = product.product_family.unwrap_or_default();
    attributes.insert("productfamily".into(), vec![family]);
    attributes.insert("sku".into(), vec![sku.to_owned()]);
    let service = attributes.get("servicecode").and_then(|codes| codes.first()).cloned();
    let rules = sieve.rules(service.as_deref().unwrap_or_default(), &attributes);
    let Some(first) = rules.first().copied() else { return };
    if kept.products.len() >= MOST_PRODUCTS {
        let why = format!("the mapping selects more than {MOST_PRODUCTS} products");
        sieve.unusable(first, sku, why);
        return;
    }
    kept.products.insert(sku.to_owned(), KeptProduct { attributes, rules, terms: Vec::new() });
}

impl Kept {
    pub(super) fn is_empty(&self) -> bool {
        self.products.is_empty()
    }

    pub(super) fn has(&self, sku: &str) -> bool {
        self.products.contains_key(sku)
    }

    pub(super) fn terms(&mut self, sku: &str, terms: BTreeMap<String, Term>) {
        if let Some(product) = self.products.get_mut(sku) {
            product.terms.extend(terms.into_values());
        }
    }

    /// What is offered, where it is asked for.
    pub(super) fn offers(self, sieve: &mut Sieve<'_>, edition: &Rc<Edition>) {
        let mut products: Vec<_> = self.products.into_iter().collect();
        products.sort_by(|(ours, _), (theirs, _)| ours.cmp(theirs));
        for (sku, product) in &products {
            for rule in &product.rules {
                let Some(places) = sieve.places(*rule, sku, &product.attributes) else { continue };
                for term in &product.terms {
                    offer(*rule, sku, product, term, places.clone(), sieve, edition);
                }
            }
        }
    }
}

fn offer(
    rule: usize,
    sku: &str,
    product: &KeptProduct,
    term: &Term,
    (regions, to): (Vec<String>, Vec<String>),
    sieve: &mut Sieve<'_>,
    edition: &Rc<Edition>,
) {
    let effective = term.effective_date.as_deref().and_then(date);
    // Announced, but not in force.
    if effective.is_some_and(|day| day > sieve.wanted.on) {
        return;
    }
    let dimensions = || term.price_dimensions.values();
    let mut currencies: Vec<&String> =
        dimensions().flat_map(|dimension| dimension.price_per_unit.keys()).collect();
    currencies.sort();
    currencies.dedup();
    let mut units: Vec<&str> = dimensions().filter_map(|d| d.unit.as_deref()).collect();
    units.sort_unstable();
    units.dedup();
    let [unit] = units.as_slice() else {
        return sieve.unusable(rule, sku, "its steps are not all in one unit");
    };
    for currency in currencies {
        let priced = dimensions().filter(|d| d.price_per_unit.contains_key(currency));
        let steps: Result<Vec<Step>, String> = priced.map(|d| step(d, currency)).collect();
        let mut steps = match steps {
            Ok(steps) => steps,
            Err(why) => return sieve.unusable(rule, sku, why),
        };
        steps.sort_unstable();
        let description = dimensions().find_map(|d| d.description.clone()).unwrap_or_default();
        let names = ["usagetype", "sku"].iter().filter_map(|name| product.attributes.get(*name));
        sieve.offer(Offer {
            rule,
            sku: sku.to_owned(),
            name: names.flatten().next().cloned().unwrap_or_default(),
            description,
            regions: regions.clone(),
            to: to.clone(),
            currency: currency.clone(),
            unit: (*unit).to_owned(),
            steps,
            effective,
            edition: edition.clone(),
        });
    }
}

fn step(dimension: &Dimension, currency: &str) -> Result<Step, String> {
    let number = |text: &str| parse_decimal(text).map_err(|error| error.problem);
    let rate = dimension.price_per_unit.get(currency).ok_or("a step has no rate")?;
    let from = dimension.begin_range.as_ref().map_or(Ok("0"), |text| Ok::<_, String>(&text.0))?;
    let to = match &dimension.end_range {
        Some(end) if end.0 != "Inf" => Some(number(&end.0)?),
        _ => None,
    };
    Ok(Step { from: number(from)?, to, rate: number(&rate.0)? })
}
