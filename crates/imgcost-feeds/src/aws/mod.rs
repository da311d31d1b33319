//! AWS: offer files of the Price List, and what `GetProducts` of its query API writes.
//!
//! An offer file has its products first and the terms of all of them after; the one of EC2 has
//! gigabytes. Products that no rule selects are passed over, and so are their terms.

mod offer_file;
mod product;

use std::fmt;
use std::rc::Rc;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use crate::error::FeedError;
use crate::json::{Each, Exact, open};
use crate::pages::documents;
use crate::sieve::{Edition, Input, Problem, Sieve, date};
use offer_file::{Products, Terms};
use product::{Kept, ListedProduct, keep};

const HELP: &str = "give an offer file (offers/v1.0/aws/AmazonECR/current/index.json) or what \
                    `aws pricing get-products` writes";

pub(crate) fn read(inputs: Vec<Input<'_>>, sieve: &mut Sieve<'_>) -> Result<(), FeedError> {
    let mut last = None;
    for input in inputs {
        let reader = open(&input.name, input.reader, HELP)?;
        let mut lists = 0;
        let read = documents(reader, |document| {
            let seen = Document { sieve }.deserialize(document)?;
            lists += usize::from(seen.list);
            last = Some((input.name.clone(), seen.next));
            Ok(())
        });
        read.map_err(|error| FeedError::json(&input.name, &error, HELP))?;
        if lists == 0 {
            let problem = "there are neither `products` with `terms` nor a `PriceList`";
            return Err(FeedError::new(&input.name, problem, HELP));
        }
    }
    if let Some((file, true)) = last {
        sieve.problem(Problem::GoesOn { file, key: "NextToken" });
    }
    Ok(())
}

/// What was in a document.
#[derive(Default)]
struct Seen {
    list: bool,
    next: bool,
}

struct Document<'d, 's> {
    sieve: &'d mut Sieve<'s>,
}

impl<'de> DeserializeSeed<'de> for Document<'_, '_> {
    type Value = Seen;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Seen, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Document<'_, '_> {
    type Value = Seen;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an offer file, or an object with a `PriceList`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Seen, A::Error> {
        let sieve = self.sieve;
        let mut seen = Seen::default();
        let (mut offer, mut version, mut published) = (None::<String>, None::<String>, None);
        let mut kept = Kept::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "offerCode" => offer = map.next_value()?,
                "version" => version = map.next_value::<Option<Exact>>()?.map(|text| text.0),
                "publicationDate" => {
                    published = map.next_value::<Option<String>>()?.as_deref().and_then(date);
                }
                "products" => map.next_value_seed(Products { sieve, kept: &mut kept })?,
                "terms" if kept.is_empty() && !kept.begun => {
                    return Err(A::Error::custom("`terms` come before `products`"));
                }
                "terms" => {
                    map.next_value_seed(Terms { kept: &mut kept })?;
                    seen.list = true;
                }
                "PriceList" => {
                    let mut wrong = None;
                    let mut each = |element: Exact| match element.product() {
                        Ok(product) => take(product, sieve),
                        Err(error) => wrong = wrong.take().or(Some(error)),
                    };
                    map.next_value_seed(Each::new(&mut each))?;
                    if let Some(error) = wrong {
                        let problem = format!("a text in `PriceList` is no product: {error}");
                        return Err(A::Error::custom(problem));
                    }
                    seen.list = true;
                }
                "NextToken" => {
                    let next: Option<String> = map.next_value()?;
                    seen.next = next.is_some_and(|next| !next.trim().is_empty());
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let edition = edition(sieve, offer.as_deref(), version.as_deref(), published);
        kept.offers(sieve, &Rc::new(edition));
        Ok(seen)
    }
}

/// A product that comes with its own terms.
fn take(listed: ListedProduct, sieve: &mut Sieve<'_>) {
    let Some(product) = listed.product else { return };
    let Some(sku) = product.sku.clone() else { return };
    let service = listed.service_code.or_else(|| product.service().map(str::to_owned));
    let mut kept = Kept::default();
    keep(&sku, product, sieve, &mut kept);
    kept.terms(&sku, listed.terms.on_demand);
    let published = listed.publication_date.as_deref().and_then(date);
    let version = listed.version.as_ref().map(|text| text.0.as_str());
    let edition = edition(sieve, service.as_deref(), version, published);
    kept.offers(sieve, &Rc::new(edition));
}

fn edition(
    sieve: &Sieve<'_>,
    offer: Option<&str>,
    version: Option<&str>,
    published: Option<chrono::NaiveDate>,
) -> Edition {
    let offer = offer.unwrap_or("index");
    let source = sieve.mapping.source.replace("{service}", offer);
    let source = source.replace("{version}", version.unwrap_or("current"));
    let mut said = format!("{offer} price list");
    if let Some(version) = version {
        said += &format!(", version {version}");
    }
    if let Some(published) = published {
        said += &format!(", published {published}");
    }
    Edition { source, said, published }
}

impl Exact {
    /// `GetProducts` writes each product as JSON in a text.
    fn product(&self) -> serde_json::Result<ListedProduct> {
        serde_json::from_str(&self.0)
    }
}
