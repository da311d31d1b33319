use std::fmt;

use chrono::TimeDelta;
use rust_decimal::Decimal;

/// A value with where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact<T> {
    /// The value.
    pub value: T,
    /// Where it came from, for a comment beside it: `12 pods on 9 nodes`.
    pub from: String,
}

/// How often something happened in a span of time.
///
/// ```
/// use chrono::TimeDelta;
/// use imgcost_inventory::Rate;
/// // 7 in 365 days, a month being 730 hours: 7 x 730 / (365 x 24)
/// assert_eq!(Rate { events: 7, over: TimeDelta::days(365) }.per_month().to_string(), "0.583333");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many times it happened.
    pub events: u64,
    /// In how long a time; at least one second counts.
    pub over: TimeDelta,
}

impl<T> Fact<T> {
    /// A value and where it came from.
    pub fn new(value: T, from: impl Into<String>) -> Self {
        Self { value, from: from.into() }
    }
}

impl Rate {
    /// Times a month of 730 hours, to six decimals, as fleet files take it.
    pub fn per_month(self) -> Decimal {
        let seconds = Decimal::from(self.over.num_seconds().max(1));
        let month = Decimal::from(730 * 3600);
        (Decimal::from(self.events) * month / seconds).round_dp(6).normalize()
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/month", self.per_month())
    }
}

/// A span of time, for comments.
pub(crate) fn long(span: TimeDelta) -> String {
    if span >= TimeDelta::days(2) {
        format!("{} days", span.num_days())
    } else {
        format!("{} s", span.num_seconds())
    }
}
