//! Estimates, comparisons and derivations.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::text::{Code, Date, Exact, Since, Version};
use crate::dto::{
    AssumptionDto, ExchangeDto, FiguresDto, LineDto, QuantitiesDto, SavingDto, TierDto,
};

/// Before against after. Money and quantities are exact decimal strings.
#[derive(JsonSchema)]
pub(super) struct Compared {
    schema_version: Version,
    title: String,
    currency: Code,
    /// The day whose prices count.
    as_of: Date,
    before: FiguresDto,
    after: FiguresDto,
    saving: SavingDto,
    naive: NaiveSaving,
    /// What other paths would cost.
    #[schemars(skip_serializing_if = "Option::is_none")]
    paths: Option<Vec<Path>>,
    /// Where `effort` is given; null if it never pays, or if prices are missing.
    #[schemars(skip_serializing_if = "Option::is_none")]
    payback_months: Option<Exact>,
    /// Where `container-bill` is given; null if prices are missing.
    #[schemars(skip_serializing_if = "Option::is_none")]
    percent_of_bill: Option<Exact>,
    /// Where storage grows without end: what is billed in each month.
    #[schemars(skip_serializing_if = "Option::is_none")]
    billed_by_month: Option<Vec<Month>>,
    /// Where `--currency` was given.
    #[schemars(skip_serializing_if = "Option::is_none")]
    exchange: Option<ExchangeDto<'static>>,
    quantities: BothQuantities,
    /// How many services there are.
    services: u64,
    lines: Vec<LineDto<'static>>,
    groups: Vec<Group>,
    assumptions: Vec<AssumptionDto<'static>>,
    warnings: Vec<String>,
    /// Whether every line has a price.
    complete: bool,
}

/// One side of a fleet. Money and quantities are exact decimal strings; what belongs to the other
/// side is null or left out.
#[derive(JsonSchema)]
pub(super) struct Estimated {
    schema_version: Version,
    title: String,
    currency: Code,
    /// The day whose prices count.
    as_of: Date,
    before: Option<FiguresDto>,
    after: Option<FiguresDto>,
    saving: (),
    naive: NaiveCost,
    /// Where `--currency` was given.
    #[schemars(skip_serializing_if = "Option::is_none")]
    exchange: Option<ExchangeDto<'static>>,
    quantities: SomeQuantities,
    /// How many services there are.
    services: u64,
    lines: Vec<LineDto<'static>>,
    groups: Vec<SideGroup>,
    assumptions: Vec<AssumptionDto<'static>>,
    warnings: Vec<String>,
    /// Whether every line has a price.
    complete: bool,
}

/// What size times pulls times price would promise.
#[derive(JsonSchema)]
struct NaiveSaving {
    monthly_saving: Option<Exact>,
    why: String,
}

/// What size times pulls times price would come to.
#[derive(JsonSchema)]
struct NaiveCost {
    monthly: Option<Exact>,
    why: String,
}

/// What is billed a month on another path; null where a price is missing.
#[derive(JsonSchema)]
struct Path {
    path: String,
    before: Option<Exact>,
    after: Option<Exact>,
    saving: Option<Exact>,
}

/// What is billed in one month.
#[derive(JsonSchema)]
struct Month {
    /// From 1.
    month: u32,
    before: Exact,
    after: Exact,
}

#[derive(JsonSchema)]
struct BothQuantities {
    before: QuantitiesDto,
    after: QuantitiesDto,
}

#[derive(JsonSchema)]
struct SomeQuantities {
    #[schemars(skip_serializing_if = "Option::is_none")]
    before: Option<QuantitiesDto>,
    #[schemars(skip_serializing_if = "Option::is_none")]
    after: Option<QuantitiesDto>,
}

/// What services with the same labels cost.
#[derive(JsonSchema)]
struct Group {
    /// The labels grouped by.
    by: BTreeMap<String, String>,
    before: FiguresDto,
    after: FiguresDto,
    saving: FiguresDto,
    /// Whether all that is billed has a price.
    complete: bool,
}

/// What services with the same labels cost.
#[derive(JsonSchema)]
struct SideGroup {
    /// The labels grouped by.
    by: BTreeMap<String, String>,
    #[schemars(skip_serializing_if = "Option::is_none")]
    before: Option<FiguresDto>,
    #[schemars(skip_serializing_if = "Option::is_none")]
    after: Option<FiguresDto>,
    /// Whether all that is billed has a price.
    complete: bool,
}

/// Every line as a derivation.
#[derive(JsonSchema)]
pub(super) struct Explained {
    schema_version: Version,
    lines: Vec<Derived>,
}

/// A line and how it came about.
#[derive(JsonSchema)]
struct Derived {
    service: Option<String>,
    side: String,
    component: String,
    driver: String,
    kind: String,
    path: Option<String>,
    /// In words.
    formula: String,
    /// The formula in numbers.
    numbers: String,
    /// From there to the price's unit and to money.
    steps: Vec<String>,
    quantity: Exact,
    unit: String,
    amount: Option<Exact>,
    price: Option<By>,
}

/// The price that a line goes by.
#[derive(JsonSchema)]
struct By {
    id: String,
    region: String,
    /// The rate of a flat price; the first tier's of a graduated one.
    rate: Exact,
    /// Of a graduated price.
    tiers: Vec<TierDto>,
    source: String,
    evidence: String,
    checked: Date,
    effective_from: Since,
    confidence: String,
}
