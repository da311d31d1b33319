//! The parts of the JSON contract (schema version 1) that a baseline is read from. Keys that the
//! contract may gain are left alone; what is read must be as promised.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use imgcost::estimate::{Figures, Sums};
use imgcost::units::Money;
use serde::de::{Error, IgnoredAny, Visitor};
use serde::{Deserialize, Deserializer};

/// Only the version, of whatever document.
#[derive(Deserialize)]
pub(super) struct Version {
    pub(super) schema_version: u64,
}

#[derive(Deserialize)]
#[serde(expecting = "a result of imgcost")]
pub(super) struct Document<'t> {
    pub(super) schema_version: u64,
    pub(super) title: String,
    pub(super) currency: String,
    pub(super) as_of: Day,
    pub(super) before: Option<FiguresDoc>,
    pub(super) after: Option<FiguresDoc>,
    #[serde(borrow)]
    pub(super) lines: Vec<LineDoc<'t>>,
    pub(super) groups: Vec<GroupDoc>,
    pub(super) complete: bool,
    /// Only results of `compare --baseline` have it.
    pub(super) baseline: Option<IgnoredAny>,
}

#[derive(Deserialize)]
pub(super) struct FiguresDoc {
    monthly: SumsDoc,
    per_deploy: SumsDoc,
}

#[derive(Deserialize)]
struct SumsDoc {
    billed: Amount,
    capacity: Amount,
    time: Amount,
}

#[derive(Deserialize)]
pub(super) struct LineDoc<'t> {
    /// Null where lines are not kept apart by service.
    #[serde(borrow)]
    pub(super) service: Option<Cow<'t, str>>,
    #[serde(borrow)]
    pub(super) side: Cow<'t, str>,
    #[serde(borrow)]
    pub(super) component: Cow<'t, str>,
    #[serde(borrow)]
    pub(super) kind: Cow<'t, str>,
    /// Null where there is no price.
    pub(super) amount: Option<Amount>,
}

#[derive(Deserialize)]
pub(super) struct GroupDoc {
    pub(super) by: BTreeMap<String, String>,
    pub(super) before: Option<FiguresDoc>,
    pub(super) after: Option<FiguresDoc>,
}

/// An exact amount, which is a string: a JSON number would be binary in many a reader.
#[derive(Clone, Copy)]
pub(super) struct Amount(pub(super) Money);

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Exact)
    }
}

struct Exact;

impl Visitor<'_> for Exact {
    type Value = Amount;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an exact decimal amount in quotes")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Amount, E> {
        Money::parse(text).map(Amount).map_err(|error| E::custom(error.problem))
    }
}

impl From<FiguresDoc> for Figures {
    fn from(found: FiguresDoc) -> Self {
        Self { monthly: found.monthly.into(), per_deploy: found.per_deploy.into() }
    }
}

impl From<SumsDoc> for Sums {
    fn from(found: SumsDoc) -> Self {
        // A result that is incomplete is refused as a whole.
        Self {
            billed: found.billed.0,
            unpriced: false,
            capacity: found.capacity.0,
            time: found.time.0,
        }
    }
}

/// A day such as `2026-11-23`.
pub(super) struct Day(pub(super) NaiveDate);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'_, str>>::deserialize(deserializer)?;
        let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d");
        day.map(Self).map_err(|_| D::Error::custom(format!("`{text}` is not a date")))
    }
}
