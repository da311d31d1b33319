//! Google Cloud: pages of the Cloud Billing Catalog. Rates are whole units and billionths.

use std::rc::Rc;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::azure::number;
use crate::error::FeedError;
use crate::json::Exact;
use crate::pages::{Page, read as read_pages};
use crate::sieve::{Attributes, Edition, Input, Offer, Sieve, Step, date};

const PAGE: Page = Page {
    list: "skus",
    next: "nextPageToken",
    help: "give pages of https://cloudbilling.googleapis.com/v1/services/SERVICE/skus",
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sku {
    name: Option<String>,
    sku_id: Option<String>,
    description: Option<String>,
    #[serde(default)]
    category: Category,
    #[serde(default)]
    service_regions: Vec<String>,
    #[serde(default)]
    pricing_info: Vec<Pricing>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Category {
    service_display_name: Option<String>,
    resource_family: Option<String>,
    resource_group: Option<String>,
    usage_type: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pricing {
    pricing_expression: Option<Expression>,
    aggregation_info: Option<Aggregation>,
    effective_time: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Expression {
    usage_unit: Option<String>,
    #[serde(default)]
    tiered_rates: Vec<Rate>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rate {
    start_usage_amount: Option<Exact>,
    unit_price: Option<Price>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Price {
    currency_code: Option<String>,
    units: Option<Exact>,
    nanos: Option<Exact>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Aggregation {
    aggregation_interval: Option<String>,
}

pub(crate) fn read(inputs: Vec<Input<'_>>, sieve: &mut Sieve<'_>) -> Result<(), FeedError> {
    read_pages(&PAGE, inputs, sieve, take)
}

fn take(sku: Sku, sieve: &mut Sieve<'_>) {
    // services/149C-F9EC-3994/skus/8502-299A-ABAF
    let service = sku.name.as_deref().and_then(|name| name.split('/').nth(1));
    let service = service.unwrap_or_default().to_owned();
    let display = sku.category.service_display_name.clone().unwrap_or_default();
    // Preemptible, Commit1Yr and whatever else comes.
    if sku.category.usage_type.as_deref().is_some_and(|usage| usage != "OnDemand") {
        return;
    }
    let attributes = attributes(&sku);
    let rules = sieve.rules(&display, &attributes);
    if rules.is_empty() {
        return;
    }
    let id = sku.sku_id.clone().unwrap_or_default();
    let edition = Rc::new(Edition {
        source: sieve.mapping.source.replace("{service}", &service),
        said: "Cloud Billing Catalog".into(),
        published: None,
    });
    let in_force = in_force(&sku.pricing_info, sieve.wanted.on);
    let offered =
        rules.iter().flat_map(|rule| in_force.iter().map(move |pricing| (*rule, *pricing)));
    for (rule, pricing) in offered {
        let Some((regions, to)) = sieve.places(rule, &id, &attributes) else { continue };
        let (currency, unit, steps) = match priced(pricing) {
            Ok(priced) => priced,
            Err(why) => {
                sieve.unusable(rule, &id, why);
                continue;
            }
        };
        let description = sku.description.clone().unwrap_or_default();
        sieve.offer(Offer {
            rule,
            sku: id.clone(),
            name: description.clone(),
            description,
            regions,
            to,
            currency,
            unit,
            steps,
            effective: pricing.effective_time.as_deref().and_then(date),
            edition: edition.clone(),
        });
    }
}

/// A list of a span of time holds several prices; the last that has begun is in force. Where that
/// cannot be told, because two begin at once or one says no time, all of them are offered, so that
/// they are one price or an error.
fn in_force(prices: &[Pricing], on: NaiveDate) -> Vec<&Pricing> {
    let begins = |pricing: &&Pricing| pricing.effective_time.as_deref().and_then(instant);
    let begun = prices.iter().filter(|p| begins(p).is_none_or(|time| time.date_naive() <= on));
    let last = begun.clone().filter_map(|p| begins(&p)).max();
    begun.filter(|p| begins(p).is_none_or(|time| Some(time) == last)).collect()
}

/// `2026-09-18T07:01:52.123456Z`; nothing for moments that stand for none.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    let time = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
    date(text).map(|_| time)
}

fn attributes(sku: &Sku) -> Attributes {
    let named = [
        ("skuid", &sku.sku_id),
        ("description", &sku.description),
        ("servicedisplayname", &sku.category.service_display_name),
        ("resourcefamily", &sku.category.resource_family),
        ("resourcegroup", &sku.category.resource_group),
        ("usagetype", &sku.category.usage_type),
    ];
    let filled = |(name, value): (&str, &Option<String>)| {
        value.as_ref().map(|value| (name.to_owned(), vec![value.clone()]))
    };
    let mut attributes: Attributes = named.into_iter().filter_map(filled).collect();
    attributes.insert("serviceregions".into(), sku.service_regions.clone());
    attributes
}

/// Currency, unit and steps.
fn priced(pricing: &Pricing) -> Result<(String, String, Vec<Step>), String> {
    let expression = pricing.pricing_expression.as_ref().ok_or("it has no pricingExpression")?;
    let interval = pricing.aggregation_info.as_ref().and_then(|a| a.aggregation_interval.as_ref());
    if expression.tiered_rates.len() > 1 && interval.is_some_and(|every| every == "DAILY") {
        return Err("its tiers begin anew each day, those of price files each month".into());
    }
    let mut steps = Vec::new();
    let mut currencies = Vec::new();
    for rate in &expression.tiered_rates {
        let price = rate.unit_price.as_ref().ok_or("a tier has no unitPrice")?;
        let from = rate.start_usage_amount.as_ref().map_or(Ok(Decimal::ZERO), number)?;
        steps.push(Step { from, to: None, rate: money(price)? });
        currencies.push(price.currency_code.clone().unwrap_or_default());
    }
    steps.sort_unstable();
    currencies.dedup();
    let [currency] = currencies.as_slice() else {
        return Err("its tiers are not all in one currency".into());
    };
    Ok((currency.clone(), expression.usage_unit.clone().unwrap_or_default(), steps))
}

/// Whole units and billionths, exactly.
fn money(price: &Price) -> Result<Decimal, String> {
    let units = price.units.as_ref().map_or(Ok(Decimal::ZERO), number)?;
    let nanos = price.nanos.as_ref().map_or(Ok(Decimal::ZERO), number)?;
    if !nanos.fract().is_zero() || nanos >= Decimal::from(1_000_000_000) {
        return Err(format!("{nanos} billionths are no part of a unit"));
    }
    let part = nanos * Decimal::new(1, 9);
    units.checked_add(part).ok_or_else(|| "its rate is too large".into())
}
