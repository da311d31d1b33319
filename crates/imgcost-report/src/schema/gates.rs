//! Gates over a fleet, and a fleet against the result of an earlier run.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::text::{Code, Date, Exact, Version};
use crate::dto::{AssumptionDto, FiguresDto, SavingDto};

/// What came of every gate that was asked for. Money is exact decimal strings, bytes are numbers.
#[derive(JsonSchema)]
pub(super) struct Check {
    schema_version: Version,
    title: String,
    currency: Code,
    /// The day whose prices count.
    as_of: Date,
    /// before or after.
    side: String,
    /// Whether all gates were.
    passed: bool,
    figures: FiguresDto,
    /// Where one is given.
    baseline: Option<Baseline>,
    gates: Vec<Gate>,
    assumptions: Vec<AssumptionDto<'static>>,
    warnings: Vec<String>,
    /// Whether every line has a price.
    complete: bool,
}

/// The result of an earlier run.
#[derive(JsonSchema)]
struct Baseline {
    file: String,
    title: String,
    /// before or after.
    side: String,
    /// The day whose prices counted.
    as_of: Date,
    figures: FiguresDto,
}

/// A gate and what came of it.
#[derive(JsonSchema)]
struct Gate {
    /// budget, budget-per, max-increase or min-image-saving.
    gate: String,
    /// passed, breached or unknown.
    outcome: String,
    limit: Limit,
    found: Found,
    /// The same in words.
    message: String,
    offenders: Vec<Offender>,
    /// How many more there are.
    more_offenders: u64,
}

/// What is allowed; each gate has its own keys.
#[derive(JsonSchema)]
struct Limit {
    /// Of budget and budget-per: the most a month.
    #[schemars(skip_serializing_if = "Option::is_none")]
    billed: Option<Exact>,
    /// Of budget-per.
    #[schemars(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// Of max-increase: the most; of min-image-saving: the least.
    #[schemars(skip_serializing_if = "Option::is_none")]
    percent: Option<Exact>,
    /// Of max-increase: the most a month.
    #[schemars(skip_serializing_if = "Option::is_none")]
    amount: Option<Exact>,
    /// Of min-image-saving: the least.
    #[schemars(skip_serializing_if = "Option::is_none")]
    compressed_bytes: Option<u64>,
}

/// What was found; each gate has its own keys.
#[derive(JsonSchema)]
struct Found {
    /// Of budget: what is billed a month.
    #[schemars(skip_serializing_if = "Option::is_none")]
    billed: Option<Exact>,
    /// Of budget-per: how many values the label has.
    #[schemars(skip_serializing_if = "Option::is_none")]
    values: Option<u64>,
    /// Of max-increase: what the baseline is billed a month.
    #[schemars(skip_serializing_if = "Option::is_none")]
    before: Option<Exact>,
    /// Of max-increase.
    #[schemars(skip_serializing_if = "Option::is_none")]
    after: Option<Exact>,
    /// Of max-increase.
    #[schemars(skip_serializing_if = "Option::is_none")]
    increase: Option<Exact>,
    /// Of min-image-saving: how many services have another image to move to.
    #[schemars(skip_serializing_if = "Option::is_none")]
    judged: Option<u64>,
    /// Of min-image-saving: how many services there are.
    #[schemars(skip_serializing_if = "Option::is_none")]
    services: Option<u64>,
}

/// Who is to blame, the worst first; each gate has its own keys.
#[derive(JsonSchema)]
struct Offender {
    /// service, component or group.
    kind: String,
    name: String,
    /// Of budgets: what it is billed a month.
    #[schemars(skip_serializing_if = "Option::is_none")]
    billed: Option<Exact>,
    /// Whether `billed` is all of it.
    #[schemars(skip_serializing_if = "Option::is_none")]
    complete: Option<bool>,
    /// Of max-increase.
    #[schemars(skip_serializing_if = "Option::is_none")]
    before: Option<Exact>,
    /// Of max-increase.
    #[schemars(skip_serializing_if = "Option::is_none")]
    after: Option<Exact>,
    /// Of max-increase.
    #[schemars(skip_serializing_if = "Option::is_none")]
    increase: Option<Exact>,
    /// Of min-image-saving.
    #[schemars(skip_serializing_if = "Option::is_none")]
    compressed_before: Option<u64>,
    /// Of min-image-saving.
    #[schemars(skip_serializing_if = "Option::is_none")]
    compressed_after: Option<u64>,
}

/// A fleet against the result of an earlier run: `before` is that, `after` the fleet as it is now.
#[derive(JsonSchema)]
pub(super) struct Against {
    schema_version: Version,
    title: String,
    currency: Code,
    /// The day whose prices count.
    as_of: Date,
    baseline: Earlier,
    /// The side of the fleet that is compared, before or after.
    side: String,
    before: FiguresDto,
    after: FiguresDto,
    saving: SavingDto,
    /// Null where the baseline lists no lines.
    components: Option<Vec<Component>>,
    /// Null where one of the sides is grouped otherwise or not at all.
    groups: Option<Vec<Group>>,
    /// Null where one of the sides lists no services.
    services: Option<Vec<Service>>,
    assumptions: Vec<AssumptionDto<'static>>,
    warnings: Vec<String>,
    /// Whether every line of the fleet has a price.
    complete: bool,
}

/// The earlier run.
#[derive(JsonSchema)]
struct Earlier {
    file: String,
    title: String,
    /// before or after.
    side: String,
    /// The day whose prices counted.
    as_of: Date,
}

/// What a component is billed a month; null where it has no price.
#[derive(JsonSchema)]
struct Component {
    component: String,
    before: Option<Exact>,
    after: Option<Exact>,
    saving: Option<Exact>,
}

/// What a service is billed a month; null where a part of it has no price.
#[derive(JsonSchema)]
struct Service {
    service: String,
    before: Option<Exact>,
    after: Option<Exact>,
    saving: Option<Exact>,
}

/// What services with the same labels cost.
#[derive(JsonSchema)]
struct Group {
    /// The labels grouped by.
    by: BTreeMap<String, String>,
    before: FiguresDto,
    after: FiguresDto,
    saving: FiguresDto,
}
