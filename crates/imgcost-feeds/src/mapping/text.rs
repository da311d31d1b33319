//! Mappings as they are written.

use std::collections::BTreeMap;
use std::ops::Range;

use imgcost::price::{Included, PriceId, PriceUnit, Rounding, RoundingMode, RoundingScope, Scope};
use imgcost::units::parse_decimal;
use rust_decimal::Decimal;
use serde::Deserialize;
use toml::Spanned;

use super::filter::Filter;
use super::{FreeTerm, Mapping, Rule, Terms, Unit, Vendor};
use crate::error::FeedError;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingText {
    vendor: Spanned<String>,
    source: Spanned<String>,
    region: Vec<String>,
    #[serde(default)]
    regions: BTreeMap<String, Vec<String>>,
    price: Vec<Spanned<RuleText>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleText {
    id: String,
    service: String,
    #[serde(rename = "where")]
    filters: BTreeMap<String, String>,
    #[serde(default)]
    unless: BTreeMap<String, String>,
    units: Vec<UnitText>,
    region: Option<Vec<String>>,
    to: Option<Vec<String>>,
    scope: Option<String>,
    free: Option<FreeText>,
    included: Option<IncludedText>,
    rounding: Option<RoundingText>,
    note: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitText {
    theirs: String,
    ours: String,
    times: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FreeText {
    scope: String,
    amount: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct IncludedText {
    price: String,
    amount: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RoundingText {
    per: String,
    step: String,
    mode: String,
}

pub(super) fn read(file: &str, text: &str) -> Result<Mapping, FeedError> {
    let at = |span: Option<Range<usize>>, problem: &str| {
        let before = span.and_then(|span| text.get(..span.start));
        let place = before.map(|before| {
            let line = before.rsplit('\n').next().unwrap_or_default();
            (before.matches('\n').count() + 1, line.chars().count() + 1)
        });
        let help = "see data/README.md of imgcost-feeds, or docs/price-feeds.md";
        FeedError { place, ..FeedError::new(file, problem, help) }
    };
    let read: MappingText =
        toml::from_str(text).map_err(|error| at(error.span(), error.message()))?;
    let vendor = named(&Vendor::ALL, read.vendor.as_ref())
        .map_err(|problem| at(Some(read.vendor.span()), &problem))?;
    let address = read.source.as_ref();
    if !(address.starts_with("https://") || address.starts_with("http://")) {
        return Err(at(Some(read.source.span()), "the source is no http(s) address"));
    }
    let mut rules = Vec::new();
    let mut problems = Vec::new();
    for rule in read.price {
        let span = rule.span();
        let rule = rule.into_inner();
        let id = rule.id.clone();
        match rule_of(rule) {
            Ok(rule) => rules.push(rule),
            Err(problem) => problems.push(at(Some(span), &format!("{id}: {problem}"))),
        }
    }
    // All of them at once: the first gives the place, the others follow.
    if let Some((first, others)) = problems.split_first() {
        let more = others.iter().map(|other| format!("\n{other}"));
        let problem = first.problem.clone() + &more.collect::<String>();
        return Err(FeedError { problem, ..first.clone() });
    }
    let source = read.source.into_inner();
    let region = lower(read.region);
    Ok(Mapping { vendor, source, region, regions: read.regions, rules })
}

fn rule_of(rule: RuleText) -> Result<Rule, String> {
    let segment = |part: &str| {
        let code = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !part.is_empty() && part.bytes().all(code)
    };
    if !rule.id.contains('.') || !rule.id.split('.').all(segment) {
        return Err(format!("`{}` is not a price id", rule.id));
    }
    if rule.filters.is_empty() {
        return Err("`where` is empty: it would take every SKU".into());
    }
    let mut units = BTreeMap::new();
    for unit in rule.units {
        let ours = PriceUnit::named(&unit.ours)
            .ok_or_else(|| format!("`{}` is not a unit of price files", unit.ours))?;
        let times = unit.times.as_deref().map_or(Ok(Decimal::ONE), number)?;
        if times.is_zero() {
            return Err("a unit holds 0 others".into());
        }
        units.insert(unit.theirs, Unit { unit: ours, times });
    }
    let scope = |name: &str| named(&Scope::ALL, name);
    let free = match rule.free {
        None => None,
        Some(free) => Some(FreeTerm {
            scope: scope(&free.scope)?,
            amount: free.amount.as_deref().map(number).transpose()?,
        }),
    };
    let included = match rule.included {
        None => None,
        Some(fee) => {
            Some(Included { price: PriceId::new(&fee.price), amount: number(&fee.amount)? })
        }
    };
    let rounding = match rule.rounding {
        None => None,
        Some(rounding) => Some(Rounding {
            per: named(
                &[(RoundingScope::Job, "job"), (RoundingScope::Total, "total")],
                &rounding.per,
            )?,
            step: number(&rounding.step)?,
            mode: named(
                &[(RoundingMode::Up, "up"), (RoundingMode::Nearest, "nearest")],
                &rounding.mode,
            )?,
        }),
    };
    let terms = Terms {
        scope: rule.scope.as_deref().map_or(Ok(Scope::Region), scope)?,
        free,
        included,
        rounding,
        note: rule.note,
    };
    Ok(Rule {
        id: rule.id,
        service: rule.service,
        filters: filters(rule.filters)?,
        unless: filters(rule.unless)?,
        units,
        region: rule.region.map(lower),
        to: rule.to.map(lower),
        terms,
    })
}

/// Attributes are known by their names in lower case: lists spell `usagetype` and `usageType`.
fn lower(names: Vec<String>) -> Vec<String> {
    names.into_iter().map(|name| name.to_ascii_lowercase()).collect()
}

fn filters(texts: BTreeMap<String, String>) -> Result<Vec<(String, Filter)>, String> {
    let filter = |(name, text): (String, String)| match Filter::read(&text) {
        Ok(filter) => Ok((name.to_ascii_lowercase(), filter)),
        Err(problem) => Err(format!("{name} = \"{text}\": {problem}")),
    };
    texts.into_iter().map(filter).collect()
}

fn number(text: &str) -> Result<Decimal, String> {
    parse_decimal(text).map_err(|error| error.problem)
}

fn named<T: Copy>(known: &[(T, &str)], name: &str) -> Result<T, String> {
    let found = known.iter().find(|(_, spelt)| *spelt == name);
    found.map(|(value, _)| *value).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(_, name)| *name).collect();
        format!("`{name}` is none of {}", names.join(", "))
    })
}
