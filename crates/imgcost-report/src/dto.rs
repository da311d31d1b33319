//! The JSON contract, schema version 1: names and shapes here are promises. Money and quantities
//! are exact decimal strings, keys are `snake_case`.

use imgcost::estimate::{Estimate, Figures, Line, Pricing, Sums};
use imgcost::fleet::Side;
use imgcost::fleet::defaults::Assumption;
use imgcost::price::{Charge, PriceRow, Tier};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::Exchange;
use crate::schema::{Code, Date, Exact, Since};

pub(crate) const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Figures")]
pub(crate) struct FiguresDto {
    monthly: SumsDto,
    per_deploy: SumsDto,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Sums")]
pub(crate) struct SumsDto {
    #[schemars(with = "Exact")]
    billed: String,
    #[schemars(with = "Exact")]
    capacity: String,
    #[schemars(with = "Exact")]
    time: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Saving")]
pub(crate) struct SavingDto {
    #[serde(flatten)]
    pub(crate) figures: FiguresDto,
    /// Null if nothing was billed before.
    #[schemars(with = "Option<Exact>")]
    pub(crate) percent_billed: Option<String>,
}

/// The totals in another currency; nothing else is in it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Exchange")]
pub(crate) struct ExchangeDto<'a> {
    #[schemars(with = "Code")]
    currency: &'a str,
    /// What one unit of the report's currency is worth, to 28 digits.
    #[schemars(with = "Exact")]
    rate: String,
    /// The day of the rate.
    #[schemars(with = "Date")]
    on: String,
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<FiguresDto>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<FiguresDto>,
    /// Of a comparison.
    #[serde(skip_serializing_if = "Option::is_none")]
    saving: Option<FiguresDto>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Quantities")]
pub(crate) struct QuantitiesDto {
    #[schemars(with = "Exact")]
    storage_gib_month: String,
    #[schemars(with = "Exact")]
    warm_pull_bytes: String,
    #[schemars(with = "Exact")]
    cold_pull_bytes: String,
    #[schemars(with = "Exact")]
    node_disk_gib_month: String,
    #[schemars(with = "Exact")]
    build_minutes: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Line")]
pub(crate) struct LineDto<'e> {
    /// Null where lines are not kept apart by service.
    service: Option<&'e str>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    #[schemars(with = "std::collections::BTreeMap<String, String>")]
    group: Map<String, Value>,
    side: &'static str,
    component: &'static str,
    driver: &'static str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'e str>,
    #[schemars(with = "Exact")]
    quantity: String,
    unit: &'static str,
    /// Null where there is no price.
    #[schemars(with = "Option<Exact>")]
    amount: Option<String>,
    price: Option<PriceDto<'e>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unpriced: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Price")]
pub(crate) struct PriceDto<'e> {
    id: &'e str,
    region: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'e str>,
    /// The rate of a flat price; the first tier's rate of a graduated one, with all under `tiers`.
    #[schemars(with = "Exact")]
    rate: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tiers: Vec<TierDto>,
    unit: &'static str,
    source: &'e str,
    evidence: &'e str,
    #[schemars(with = "Date")]
    checked: String,
    #[schemars(with = "Since")]
    effective_from: String,
    confidence: &'static str,
    /// How the line's pool was priced, where that was not simply quantity times rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pool: Option<PoolDto>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Pool")]
pub(crate) struct PoolDto {
    /// All that was pooled, in the price's unit.
    #[schemars(with = "Exact")]
    quantity: String,
    /// What of it is billed, after allowances, minimum and rounding.
    #[schemars(with = "Exact")]
    billable: String,
    /// What that comes to before discounts.
    #[schemars(with = "Exact")]
    gross: String,
    /// And after.
    #[schemars(with = "Exact")]
    amount: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Tier")]
pub(crate) struct TierDto {
    #[schemars(with = "Exact")]
    from: String,
    #[schemars(with = "Exact")]
    rate: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Assumption")]
pub(crate) struct AssumptionDto<'a> {
    name: &'a str,
    value: &'a str,
    source: &'a str,
}

/// A decimal without exponent or trailing zeros.
pub(crate) fn exact(value: Decimal) -> String {
    value.normalize().to_string()
}

/// The values of the labels grouped by, as an object.
pub(crate) fn group(labels: &[String], values: &[String]) -> Map<String, Value> {
    labels.iter().cloned().zip(values.iter().map(|value| Value::from(value.as_str()))).collect()
}

impl From<Figures> for FiguresDto {
    fn from(figures: Figures) -> Self {
        Self { monthly: figures.monthly.into(), per_deploy: figures.per_deploy.into() }
    }
}

impl From<Sums> for SumsDto {
    fn from(sums: Sums) -> Self {
        let [billed, capacity, time] =
            [sums.billed, sums.capacity, sums.time].map(|sum| sum.to_string());
        Self { billed, capacity, time }
    }
}

impl<'a> ExchangeDto<'a> {
    /// The sides are those that were exchanged.
    pub(crate) fn of(exchange: &'a Exchange, sides: &[&Estimate]) -> Self {
        let figures = |name: Side| {
            let mut both = sides.iter().zip(&exchange.sides);
            let (_, figures) = both.find(|(side, _)| side.demand.side == name)?;
            Some(FiguresDto::from(*figures))
        };
        Self {
            currency: exchange.rate.to.code(),
            rate: exact(exchange.rate.rate.to_decimal()),
            on: exchange.rate.on.to_string(),
            source: &exchange.rate.source,
            before: figures(Side::Before),
            after: figures(Side::After),
            saving: exchange.saving().map(Into::into),
        }
    }
}

impl QuantitiesDto {
    pub(crate) fn of(estimate: &Estimate) -> Self {
        let totals = &estimate.demand.totals;
        Self {
            storage_gib_month: exact(totals.storage.in_units_of(1 << 30)),
            warm_pull_bytes: exact(totals.warm_pulls.in_units_of(1)),
            cold_pull_bytes: exact(totals.cold_pulls.in_units_of(1)),
            node_disk_gib_month: exact(totals.node_disk.in_units_of(1 << 30)),
            build_minutes: exact(estimate.build_minutes().in_units_of(1)),
        }
    }
}

impl<'e> LineDto<'e> {
    pub(crate) fn of(estimate: &Estimate, line: &Line<'e>, labels: &[String]) -> Self {
        let (quantity, unit) = line.quantity();
        Self {
            service: line.cell.service.as_deref(),
            group: group(labels, &line.cell.group),
            side: estimate.demand.side.name(),
            component: line.meter.component.name(),
            driver: line.driver().name(),
            kind: line.kind().name(),
            path: line.meter.path.as_deref(),
            quantity: exact(quantity),
            unit: unit.name(),
            amount: line.amount.map(|amount| amount.to_string()),
            price: price(line),
            unpriced: match line.pricing {
                Pricing::Unpriced(why) => Some(why.to_string()),
                _ => None,
            },
        }
    }
}

fn price<'e>(line: &Line<'e>) -> Option<PriceDto<'e>> {
    let Pricing::Priced { row, charge } = line.pricing else { return None };
    let tariff = &line.meter.tariff;
    Some(PriceDto {
        id: tariff.id.as_str(),
        region: tariff.region.as_str(),
        to: tariff.to.as_ref().map(|to| to.as_str()),
        rate: first_rate(row),
        tiers: tiers(row),
        unit: row.unit.name(),
        source: &row.source,
        evidence: &row.evidence,
        checked: row.checked.to_string(),
        effective_from: from_date(row),
        confidence: row.confidence.name(),
        pool: (!is_plain(row, charge)).then(|| PoolDto {
            quantity: exact(charge.quantity),
            billable: exact(charge.billable),
            gross: charge.gross.to_string(),
            amount: charge.amount.to_string(),
        }),
    })
}

/// Whether a pool was priced as quantity times rate: one tier, no allowance, no discount.
pub(crate) fn is_plain(row: &PriceRow, charge: &Charge) -> bool {
    row.tiers.len() == 1 && charge.billable == charge.quantity && charge.gross == charge.amount
}

pub(crate) fn first_rate(row: &PriceRow) -> String {
    row.tiers.first().map_or(String::new(), |tier| exact(tier.rate))
}

/// The tiers of a graduated price; none for a flat one.
pub(crate) fn tiers(row: &PriceRow) -> Vec<TierDto> {
    let tier = |tier: &Tier| TierDto { from: exact(tier.from), rate: exact(tier.rate) };
    if row.tiers.len() > 1 { row.tiers.iter().map(tier).collect() } else { Vec::new() }
}

/// Since when a row holds; prices that the user gives hold always.
pub(crate) fn from_date(row: &PriceRow) -> String {
    if row.effective_from == chrono::NaiveDate::MIN {
        "always".into()
    } else {
        row.effective_from.to_string()
    }
}

impl<'a> From<&'a Assumption> for AssumptionDto<'a> {
    fn from(assumption: &'a Assumption) -> Self {
        Self { name: &assumption.name, value: &assumption.value, source: &assumption.source }
    }
}
