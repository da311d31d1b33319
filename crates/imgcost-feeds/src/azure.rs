//! Azure: pages of the Retail Prices API. Each item is one step of one meter in one region.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::rc::Rc;

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::error::FeedError;
use crate::json::Exact;
use crate::pages::{Page, read as read_pages};
use crate::sieve::{Attributes, Edition, Input, Offer, Sieve, Step, date};

const PAGE: Page = Page {
    list: "Items",
    next: "NextPageLink",
    help: "give pages of https://prices.azure.com/api/retail/prices",
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    currency_code: Option<String>,
    tier_minimum_units: Option<Exact>,
    retail_price: Option<Exact>,
    arm_region_name: Option<String>,
    location: Option<String>,
    effective_start_date: Option<String>,
    effective_end_date: Option<String>,
    meter_id: Option<String>,
    meter_name: Option<String>,
    product_name: Option<String>,
    sku_id: Option<String>,
    sku_name: Option<String>,
    arm_sku_name: Option<String>,
    service_name: Option<String>,
    unit_of_measure: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    reservation_term: Option<String>,
    is_primary_meter_region: Option<bool>,
}

pub(crate) fn read(inputs: Vec<Input<'_>>, sieve: &mut Sieve<'_>) -> Result<(), FeedError> {
    read_pages(&PAGE, inputs, sieve, take)?;
    join(sieve);
    Ok(())
}

fn take(item: Item, sieve: &mut Sieve<'_>) {
    let attributes = attributes(&item);
    let rules = sieve.rules(item.service_name.as_deref().unwrap_or_default(), &attributes);
    let day = |text: &Option<String>| text.as_deref().and_then(date);
    let on = sieve.wanted.on;
    let announced = day(&item.effective_start_date).is_some_and(|day| day > on);
    let over = day(&item.effective_end_date).is_some_and(|day| day <= on);
    if rules.is_empty() || announced || over {
        return;
    }
    let sku = item.meter_id.clone().unwrap_or_default();
    let edition = Rc::new(Edition {
        source: sieve.mapping.source.clone(),
        said: "Retail Prices list".into(),
        published: None,
    });
    for rule in rules {
        let Some((regions, to)) = sieve.places(rule, &sku, &attributes) else { continue };
        let step = match step(&item) {
            Ok(step) => step,
            Err(why) => {
                sieve.unusable(rule, &sku, why);
                continue;
            }
        };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        sieve.offer(Offer {
            rule,
            sku: sku.clone(),
            name: text(&item.meter_name),
            description: format!("{}, {}", text(&item.product_name), text(&item.sku_name)),
            regions,
            to,
            currency: text(&item.currency_code),
            unit: text(&item.unit_of_measure),
            steps: vec![step],
            effective: day(&item.effective_start_date),
            edition: edition.clone(),
        });
    }
}

fn attributes(item: &Item) -> Attributes {
    let primary = item.is_primary_meter_region.map(|primary| primary.to_string());
    let named = [
        ("armregionname", &item.arm_region_name),
        ("armskuname", &item.arm_sku_name),
        ("location", &item.location),
        ("meterid", &item.meter_id),
        ("metername", &item.meter_name),
        ("productname", &item.product_name),
        ("skuid", &item.sku_id),
        ("skuname", &item.sku_name),
        ("servicename", &item.service_name),
        ("type", &item.kind),
        ("unitofmeasure", &item.unit_of_measure),
        ("reservationterm", &item.reservation_term),
        ("isprimarymeterregion", &primary),
    ];
    let filled = |(name, value): (&str, &Option<String>)| {
        value.as_ref().map(|value| (name.to_owned(), vec![value.clone()]))
    };
    named.into_iter().filter_map(filled).collect()
}

fn step(item: &Item) -> Result<Step, String> {
    let rate = item.retail_price.as_ref().ok_or("it has no retailPrice")?;
    let from = match &item.tier_minimum_units {
        Some(from) => number(from)?,
        None => Decimal::ZERO,
    };
    Ok(Step { from, to: None, rate: number(rate)? })
}

/// A number as JSON writes it: `0.0`, `1E-05`.
pub(crate) fn number(text: &Exact) -> Result<Decimal, String> {
    let wrong = || format!("`{}` is no number that can be kept exactly", text.0);
    let number = if text.0.contains(['e', 'E']) {
        Decimal::from_scientific(&text.0).map_err(|_| wrong())?
    } else {
        Decimal::from_str_exact(&text.0).map_err(|_| wrong())?
    };
    if number.is_sign_negative() && !number.is_zero() {
        return Err(format!("`{}` is negative", text.0));
    }
    Ok(number.abs())
}

/// What makes items steps of one price.
type Meter = (usize, String, String, String, String, Vec<String>, Vec<String>);

/// Joins the steps of a meter, which are items of their own with dates of their own: the price as
/// a whole holds from the last of them.
fn join(sieve: &mut Sieve<'_>) {
    let mut meters: BTreeMap<Meter, Offer> = BTreeMap::new();
    for offer in std::mem::take(&mut sieve.offers) {
        let Offer { rule, sku, name, currency, unit, regions, to, .. } = offer.clone();
        match meters.entry((rule, sku, name, currency, unit, regions, to)) {
            Entry::Vacant(first) => {
                first.insert(offer);
            }
            Entry::Occupied(mut first) => {
                let joined = first.get_mut();
                joined.steps.extend(offer.steps);
                joined.effective = joined.effective.max(offer.effective);
            }
        }
    }
    for mut offer in meters.into_values() {
        offer.steps.sort_unstable();
        offer.steps.dedup();
        sieve.offers.push(offer);
    }
}
