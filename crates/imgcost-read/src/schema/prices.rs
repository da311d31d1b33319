//! Price files.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::json;

use super::text::{Amount, Currency, Day, Grade, Mode, PriceId, Rounded, Shared, Text, Unit};

/// Prices with where they come from. A file of one's own may leave `evidence` and `confidence` out.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Prices {
    /// Lists of regions by name; "@name" stands for one of them.
    groups: Option<BTreeMap<String, Vec<Text>>>,
    /// The prices.
    price: Vec<Price>,
}

/// What one thing costs, where and since when, and who says so.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(extend("oneOf" = json!([{ "required": ["rate"] }, { "required": ["tiers"] }])))]
pub(super) struct Price {
    /// Vendor, service and meter.
    id: PriceId,
    /// Where it holds; ["*"] is everywhere.
    #[schemars(length(min = 1))]
    regions: Vec<Text>,
    /// Where to, for transfers.
    #[schemars(length(min = 1))]
    to: Option<Vec<Text>>,
    /// The currency of the rate.
    #[schemars(extend("default" = "USD"))]
    currency: Option<Currency>,
    /// What the rate is for.
    unit: Unit,
    /// A flat rate.
    rate: Option<Amount>,
    /// Rates by quantity; the first begins at 0.
    #[schemars(length(min = 1))]
    tiers: Option<Vec<Tier>>,
    /// What shares the tiers.
    #[schemars(extend("default" = "region"))]
    scope: Option<Shared>,
    /// A free allowance, deducted where that is asked for.
    free: Option<Free>,
    /// Units of another price that this fee includes.
    included: Option<Included>,
    /// What is billed at least.
    minimum: Option<Minimum>,
    /// How quantities are rounded.
    rounding: Option<Rounding>,
    /// Hours of the month that the vendor bills by.
    #[schemars(range(min = 600, max = 800), extend("default" = 730))]
    month_hours: Option<u32>,
    /// The first day on which it holds.
    effective_from: Day,
    /// The first day on which it no longer holds.
    effective_to: Option<Day>,
    /// Where it can be looked up.
    source: Text,
    /// What was seen, by whom and when.
    evidence: Option<Text>,
    /// How old the evidence itself is.
    source_date: Option<Day>,
    /// The day on which somebody compared the row with its source.
    checked: Day,
    /// How sure it is.
    confidence: Option<Grade>,
    /// What else should be known.
    note: Option<Text>,
}

/// From which quantity on a rate holds.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Tier {
    /// The quantity.
    from: Amount,
    /// The rate from there on.
    rate: Amount,
}

/// A free allowance.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Free {
    /// Units a month.
    amount: Amount,
    /// What shares it.
    scope: Shared,
    /// Prices that name the same pool draw on one allowance.
    pool: Option<Text>,
}

/// Units of another price that a fee includes.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Included {
    /// The other price's id.
    price: Text,
    /// Units a month.
    amount: Amount,
}

/// What is billed at least: an amount, or a number of days.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 1, "maxProperties" = 1))]
pub(super) struct Minimum {
    /// Units.
    amount: Option<Amount>,
    /// Days that something is stored.
    #[schemars(range(min = 1, max = 3660))]
    days: Option<u32>,
}

/// How quantities are rounded.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Rounding {
    /// What is rounded.
    per: Rounded,
    /// To multiples of what.
    step: Amount,
    /// Which way.
    mode: Mode,
}
