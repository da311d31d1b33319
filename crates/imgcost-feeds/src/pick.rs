//! Offers to rows: one price for an id and region, or none.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use chrono::NaiveDate;
use imgcost::price::{Confidence, PriceId, PriceRow, PriceUnit, Regions, Tier};
use imgcost::units::Currency;
use rust_decimal::Decimal;

use crate::mapping::{Mapping, Rule};
use crate::sieve::{Edition, Offer, Problem, Sieve, Step};

/// The day from which a price of unknown date is taken to hold is the day of the comparison.
fn begins(offer: &Offer, on: NaiveDate) -> NaiveDate {
    offer.effective.unwrap_or(on)
}

/// A price in our units.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Price {
    currency: Currency,
    unit: PriceUnit,
    steps: Vec<Step>,
    /// How much is free, where the list says so.
    free: Option<Decimal>,
}

/// What is priced: a rule, a region and perhaps a destination.
type Cell = (usize, String, Option<String>);

/// The one price of a cell, and who says so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    price: Price,
    skus: BTreeSet<(String, String)>,
    editions: BTreeSet<Rc<Edition>>,
    from: NaiveDate,
}

/// The rows that offers make, in the order of the mapping; problems go to the sieve.
pub(crate) fn pick(sieve: &mut Sieve<'_>) -> Vec<PriceRow> {
    let mut cells: BTreeMap<Cell, Vec<(Price, Offer)>> = BTreeMap::new();
    for offer in std::mem::take(&mut sieve.offers) {
        let Some(rule) = sieve.mapping.rules.get(offer.rule) else { continue };
        // Several rules may make one price; the first has its terms.
        let home = sieve.mapping.rules.iter().position(|first| first.id == rule.id);
        let home = home.unwrap_or(offer.rule);
        match price(&offer, rule) {
            Ok(price) => {
                let to: Vec<Option<String>> = match offer.to.as_slice() {
                    [] => vec![None],
                    some => some.iter().cloned().map(Some).collect(),
                };
                for region in &offer.regions {
                    for to in &to {
                        // A transfer that stays where it is has no price of this kind.
                        if to.as_ref() == Some(region) {
                            continue;
                        }
                        let cell = (home, region.clone(), to.clone());
                        cells.entry(cell).or_default().push((price.clone(), offer.clone()));
                    }
                }
            }
            Err(why) => sieve.unusable(offer.rule, &offer.sku, why),
        }
    }
    everywhere(&mut cells);
    gaps(&cells, sieve);
    let mut found: BTreeMap<Cell, Found> = BTreeMap::new();
    for (cell, offers) in cells {
        match single(&offers, sieve.wanted.on) {
            Ok(one) => {
                found.insert(cell, one);
            }
            Err(offers) => {
                let price = said(sieve.mapping, &cell);
                sieve.problem(Problem::Several { price, offers });
            }
        }
    }
    rows(found, sieve)
}

/// A price for everywhere and one for a region must agree, too.
fn everywhere(cells: &mut BTreeMap<Cell, Vec<(Price, Offer)>>) {
    let global: Vec<Cell> = cells.keys().filter(|(_, region, _)| region == "*").cloned().collect();
    for cell in global {
        let in_regions: Vec<Cell> = cells
            .keys()
            .filter(|(rule, region, to)| *rule == cell.0 && region != "*" && *to == cell.2)
            .cloned()
            .collect();
        for other in in_regions {
            let offers = cells.remove(&other).unwrap_or_default();
            cells.entry(cell.clone()).or_default().extend(offers);
        }
    }
}

/// Notes what was asked for, or could be expected of these lists, and is not there.
fn gaps(cells: &BTreeMap<Cell, Vec<(Price, Offer)>>, sieve: &mut Sieve<'_>) {
    let mapping = sieve.mapping;
    for id in &sieve.wanted.ids {
        if !mapping.rules.iter().any(|rule| rule.id == *id) {
            sieve.problems.push(Problem::NoRule { id: id.clone() });
        }
    }
    let ids: BTreeSet<&str> = mapping
        .rules
        .iter()
        .enumerate()
        .filter(|(index, rule)| {
            let by_name = sieve.wanted.ids.contains(&rule.id);
            by_name || (sieve.served.contains(index) && sieve.asked(&rule.id))
        })
        .map(|(_, rule)| rule.id.as_str())
        .collect();
    for id in ids {
        let here: BTreeSet<&str> = cells
            .keys()
            .filter(|(rule, _, _)| mapping.rules.get(*rule).is_some_and(|rule| rule.id == id))
            .map(|(_, region, _)| region.as_str())
            .collect();
        if here.is_empty() {
            // What was found and cannot be used is told already.
            if !sieve.problems.iter().any(|problem| problem.is_about(id)) {
                sieve.problem(Problem::Absent { price: id.to_owned() });
            }
            continue;
        }
        for region in &sieve.wanted.regions {
            if !here.contains("*") && !here.contains(region.as_str()) {
                sieve.problem(Problem::Absent { price: format!("{id} in {region}") });
            }
        }
    }
}

/// The one price of several offers, or what there is instead.
fn single(offers: &[(Price, Offer)], on: NaiveDate) -> Result<Found, Vec<String>> {
    let prices: BTreeSet<&Price> = offers.iter().map(|(price, _)| price).collect();
    let mut one = prices.into_iter();
    let (Some(price), None) = (one.next(), one.next()) else {
        let mut listed: Vec<String> = offers.iter().map(|(_, offer)| listed(offer)).collect();
        listed.sort();
        listed.dedup();
        return Err(listed);
    };
    Ok(Found {
        price: price.clone(),
        skus: offers.iter().map(|(_, offer)| (offer.sku.clone(), offer.name.clone())).collect(),
        editions: offers.iter().map(|(_, offer)| offer.edition.clone()).collect(),
        from: offers.iter().map(|(_, offer)| begins(offer, on)).min().unwrap_or(on),
    })
}

/// An offer in a line: SKU, rate, description.
fn listed(offer: &Offer) -> String {
    let rates: Vec<String> = offer
        .steps
        .iter()
        .map(|step| match step.from.is_zero() {
            true => step.rate.normalize().to_string(),
            false => format!("{} from {}", step.rate.normalize(), step.from.normalize()),
        })
        .collect();
    let Offer { sku, currency, unit, name, description, .. } = offer;
    let since = offer.effective.map_or(String::new(), |day| format!(" since {day}"));
    format!("SKU {sku}: {} {currency} per {unit}{since}, {name}: {description}", rates.join(", "))
}

fn said(mapping: &Mapping, (rule, region, to): &Cell) -> String {
    let id = mapping.rules.get(*rule).map_or("", |rule| &rule.id);
    let region = if region == "*" { "everywhere" } else { region };
    match to {
        Some(to) => format!("{id} in {region} to {to}"),
        None => format!("{id} in {region}"),
    }
}

/// An offer in our units; steps must join, and nothing may be lost in converting them.
fn price(offer: &Offer, rule: &Rule) -> Result<Price, String> {
    let unit = rule.units.get(&offer.unit).ok_or_else(|| {
        format!("it is sold per `{}`, for which the mapping has no unit", offer.unit)
    })?;
    let currency = offer.currency.parse::<Currency>().map_err(|error| error.problem)?;
    let mut steps: Vec<Step> = Vec::new();
    for step in &offer.steps {
        let from = step.from.normalize();
        let joins = match steps.last() {
            None => step.from.is_zero(),
            Some(last) if last.from == step.from => {
                let (one, other) = (last.rate.normalize(), step.rate.normalize());
                return Err(format!("it has two rates from {from} on: {one} and {other}"));
            }
            Some(last) => last.to.is_none_or(|end| end == step.from),
        };
        if !joins {
            return Err(format!("its steps do not join at {from}"));
        }
        steps.push(*step);
    }
    match steps.last() {
        None => return Err("it has no rate".into()),
        Some(Step { to: Some(end), .. }) => {
            return Err(format!("nothing is said about more than {}", end.normalize()));
        }
        Some(_) => {}
    }
    for step in &mut steps {
        let converted = step.from.checked_div(unit.times);
        let exact = converted.filter(|c| c.checked_mul(unit.times) == Some(step.from));
        step.from = exact.ok_or("a step begins at no exact number of our units")?.normalize();
        let rate = step.rate.checked_mul(unit.times);
        let exact = rate.filter(|r| r.checked_div(unit.times) == Some(step.rate));
        step.rate = exact.ok_or("its rate cannot be converted exactly")?.normalize();
        step.to = None;
    }
    let free = free(&mut steps);
    if free.is_some() && rule.terms.free.is_none() {
        return Err("it begins with a free step; the mapping must say for whom (`free`)".into());
    }
    steps.dedup_by(|next, last| next.rate == last.rate);
    Ok(Price { currency, unit: unit.unit, steps, free })
}

/// Takes a free first step off: price files have allowances, which are deducted only when asked for
/// and which the bounds of the other steps count.
fn free(steps: &mut Vec<Step>) -> Option<Decimal> {
    match steps.as_mut_slice() {
        [first, second, ..] if first.rate.is_zero() => {
            let amount = second.from;
            second.from = Decimal::ZERO;
            steps.remove(0);
            Some(amount)
        }
        _ => None,
    }
}

/// Rule, region, price and whether there is a destination; with the destinations and what was found.
type ByRegion = BTreeMap<(usize, String, Price, bool), (BTreeSet<String>, Found)>;

/// Joins destinations, then regions, where everything else is the same.
fn rows(found: BTreeMap<Cell, Found>, sieve: &Sieve<'_>) -> Vec<PriceRow> {
    let mut by_region: ByRegion = BTreeMap::new();
    for ((rule, region, to), found) in found {
        let key = (rule, region, found.price.clone(), to.is_some());
        let (destinations, joined) =
            by_region.entry(key).or_insert_with(|| (BTreeSet::new(), found.clone()));
        destinations.extend(to);
        joined.from = joined.from.min(found.from);
        joined.skus.extend(found.skus);
        joined.editions.extend(found.editions);
    }
    let mut joined: BTreeMap<(usize, Found, BTreeSet<String>), Vec<String>> = BTreeMap::new();
    for ((rule, region, _, _), (to, found)) in by_region {
        joined.entry((rule, found, to)).or_default().push(region);
    }
    let mut rows: Vec<(usize, Vec<String>, PriceRow)> = Vec::new();
    for ((index, found, to), regions) in joined {
        if let Some(rule) = sieve.mapping.rules.get(index) {
            let row = row(rule, &found, &regions, &to, sieve.wanted.on);
            rows.push((index, regions, row));
        }
    }
    rows.sort_by(|(a, here, _), (b, there, _)| (a, here).cmp(&(b, there)));
    rows.into_iter().map(|(_, _, row)| row).collect()
}

fn row(
    rule: &Rule,
    found: &Found,
    regions: &[String],
    to: &BTreeSet<String>,
    on: NaiveDate,
) -> PriceRow {
    let names = |names: &mut dyn Iterator<Item = &String>| -> Vec<Arc<str>> {
        names.map(|name| name.as_str().into()).collect()
    };
    let skus = found.skus.iter().map(|(sku, name)| match name.as_str() {
        "" => sku.clone(),
        name => format!("{sku} ({name})"),
    });
    let editions: Vec<&str> = found.editions.iter().map(|edition| edition.said.as_str()).collect();
    let skus = skus.collect::<Vec<_>>().join(", ");
    let tier = |step: &Step| Tier { from: step.from, rate: step.rate };
    PriceRow {
        id: PriceId::new(&rule.id),
        regions: match regions {
            [one] if one == "*" => Regions::All,
            some => Regions::Only(names(&mut some.iter())),
        },
        to: (!to.is_empty()).then(|| names(&mut to.iter())),
        currency: found.price.currency,
        unit: found.price.unit,
        tiers: found.price.steps.iter().map(tier).collect(),
        scope: rule.terms.scope,
        free: rule.terms.free.and_then(|free| free.of(found.price.free)),
        included: rule.terms.included.clone(),
        minimum: None,
        rounding: rule.terms.rounding,
        month_hours: 730,
        effective_from: found.from,
        effective_to: None,
        source: found.editions.first().map_or(String::new(), |edition| edition.source.clone()),
        evidence: format!("SKU {skus}; {}", editions.join("; ")),
        source_date: found.editions.iter().filter_map(|edition| edition.published).max(),
        checked: on,
        confidence: Confidence::PriceList,
        note: rule.terms.note.clone(),
    }
}
