//! The price book.

use schemars::JsonSchema;

use super::text::{Code, Date, Exact, Since, Version};
use crate::dto::TierDto;

/// Rows of the price book.
#[derive(JsonSchema)]
pub(super) struct List {
    schema_version: Version,
    prices: Vec<Price>,
}

/// What one thing costs, where and since when, and who says so.
#[derive(JsonSchema)]
struct Price {
    id: String,
    /// ["*"] is everywhere.
    regions: Vec<String>,
    /// Where to, of a transfer.
    to: Option<Vec<String>>,
    currency: Code,
    unit: String,
    /// The rate of a flat price; the first tier's of a graduated one.
    rate: Exact,
    /// Of a graduated price.
    tiers: Vec<TierDto>,
    /// The free allowance.
    free: Option<Exact>,
    effective_from: Since,
    /// The first day on which it no longer holds.
    effective_to: Option<Date>,
    source: String,
    evidence: String,
    /// How old the evidence itself is.
    source_date: Option<Date>,
    checked: Date,
    confidence: String,
    note: Option<String>,
}

/// What a quantity costs.
#[derive(JsonSchema)]
pub(super) struct Quote {
    schema_version: Version,
    id: String,
    region: String,
    quantity: Exact,
    unit: String,
    /// What of the quantity is billed, after allowance, minimum and rounding.
    billable: Exact,
    /// The free allowance that was deducted.
    free: Exact,
    /// Money off.
    discount: Exact,
    amount: Exact,
    currency: Code,
    /// What each tier comes to.
    tiers: Vec<Charged>,
    source: String,
    evidence: String,
    checked: Date,
    effective_from: Since,
    confidence: String,
    note: Option<String>,
}

/// What a tier comes to.
#[derive(JsonSchema)]
struct Charged {
    from: Exact,
    /// Null of the last tier.
    to: Option<Exact>,
    quantity: Exact,
    rate: Exact,
    amount: Exact,
}

/// What became of prices between two price files.
#[derive(JsonSchema)]
pub(super) struct Drift {
    schema_version: Version,
    old: String,
    new: String,
    as_of: Date,
    counts: Counts,
    prices: Vec<Drifted>,
}

/// How many prices there are of each kind.
#[derive(JsonSchema)]
struct Counts {
    changed: u64,
    new: u64,
    gone: u64,
    same: u64,
}

/// A price in one place.
#[derive(JsonSchema)]
struct Drifted {
    id: String,
    region: String,
    /// Where to, of a transfer.
    to: Option<String>,
    /// changed, new, gone or same.
    change: String,
    /// By how many percent the rate differs where it differs most.
    percent: Option<Exact>,
    old: Option<Side>,
    new: Option<Side>,
}

/// A price in one of the files.
#[derive(JsonSchema)]
struct Side {
    rate: Exact,
    /// Of a graduated price.
    tiers: Vec<TierDto>,
    unit: String,
    currency: Code,
    effective_from: Since,
    checked: Date,
    source: String,
}

/// Which prices nobody has compared with their sources for long.
#[derive(JsonSchema)]
pub(super) struct Stale {
    schema_version: Version,
    as_of: Date,
    /// For how long.
    older_than: String,
    /// How many rows are in force.
    rows: u64,
    ages: Vec<Age>,
    stale: Vec<Old>,
}

/// How many rows were checked so many days ago at most.
#[derive(JsonSchema)]
struct Age {
    /// Null for any age.
    up_to_days: Option<u64>,
    rows: u64,
}

/// A stale row.
#[derive(JsonSchema)]
struct Old {
    id: String,
    regions: Vec<String>,
    to: Option<Vec<String>>,
    checked: Date,
    /// Days since then.
    days: i64,
    confidence: String,
    source: String,
}
