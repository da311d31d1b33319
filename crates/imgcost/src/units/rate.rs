use std::fmt;

use rust_decimal::Decimal;

use super::parse::{ParseError, number_and_unit};
use super::ratio::Ratio;
use super::span::HOURS_PER_MONTH;

/// How often something happens in a month of 730 hours, exactly.
///
/// ```
/// use imgcost::units::{PerMonth, Ratio};
/// assert_eq!(PerMonth::parse("60/month").unwrap(), PerMonth::times(60));
/// // 730 h / 168 h a week
/// assert_eq!(PerMonth::parse("1/week").unwrap().get(), Ratio::new(365, 84).unwrap());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PerMonth(Ratio);

const HELP: &str = "write how often, such as 60/month, 2/day, 3.5/week or 12/year";

impl PerMonth {
    /// So many times a month.
    pub const fn times(count: u32) -> Self {
        Self(Ratio::whole(count as i64))
    }

    /// From an exact count per month.
    pub fn new(count: Ratio) -> Self {
        Self(count)
    }

    /// Reads `60/month`, `2/day`, `3.5/week`, `18/year`, `1/hour`.
    ///
    /// # Errors
    /// A bare number, an unknown period, more than 6 decimals, or more than 10^9 a month.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let (number, unit) = number_and_unit(text, HELP)?;
        let wrong = |what: &str| Err(ParseError::new(format!("`{}` {what}", text.trim()), HELP));
        let Some(period) = unit.strip_prefix('/') else {
            return if unit.is_empty() {
                wrong("does not say per day, week, month or year")
            } else {
                wrong("is not a rate")
            };
        };
        let month = i128::from(HOURS_PER_MONTH);
        let (above, below) = match period.trim() {
            "hour" | "h" => (month, 1),
            "day" | "d" => (month, 24),
            "week" | "w" => (month, 168),
            "month" | "mo" => (1, 1),
            "year" | "y" => (1, 12),
            _ => return wrong("is per an unknown period"),
        };
        if number.normalize().scale() > 6 {
            return wrong("has more than 6 decimals");
        }
        if number > Decimal::from(1_000_000_000_u64) {
            return wrong("is more than 1,000,000,000 times");
        }
        let per_month =
            Ratio::new(above, below).and_then(|period| Ratio::from_decimal(number)?.mul(period));
        match per_month {
            Ok(rate) if rate > Ratio::whole(1_000_000_000) => {
                wrong("is more than 1,000,000,000 a month")
            }
            Ok(rate) => Ok(Self(rate)),
            Err(_) => wrong("is out of range"),
        }
    }

    /// The exact count per month.
    pub fn get(self) -> Ratio {
        self.0
    }
}

/// `60/month`; counts that are not whole keep two decimals.
impl fmt::Display for PerMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/month", self.0.to_decimal().round_dp(2).normalize())
    }
}
