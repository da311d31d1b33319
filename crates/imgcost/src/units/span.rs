use std::fmt;

use rust_decimal::Decimal;

use super::parse::{ParseError, parse_decimal};
use super::ratio::Ratio;

/// Hours in a month, unless a price row says otherwise: 365 x 24 / 12.
pub const HOURS_PER_MONTH: u64 = 730;

/// A length of time in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(u64);

const HELP: &str = "write a time such as 90s, 2m30s, 36h, 30d or 12w";

impl Span {
    /// From whole seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self(seconds)
    }

    /// From whole hours.
    pub const fn hours(hours: u64) -> Self {
        Self(hours * 3600)
    }

    /// Reads `90s`, `2m30s`, `1.5h`, `36h`, `30d`, `12w`.
    ///
    /// # Errors
    /// A bare number, an unknown unit, a fraction of a second, or more than 100 years.
    ///
    /// ```
    /// use imgcost::units::Span;
    /// assert_eq!(Span::parse("2m30s").unwrap(), Span::seconds(150));
    /// assert!(Span::parse("30").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let trimmed = text.trim();
        let wrong = |what: &str| Err(ParseError::new(format!("`{trimmed}` {what}"), HELP));
        if trimmed.is_empty() {
            return wrong("is empty");
        }
        if trimmed.starts_with('-') {
            return wrong("is negative");
        }
        let mut rest = trimmed;
        let mut total = Decimal::ZERO;
        while !rest.is_empty() {
            let cut = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
            let (number, tail) = rest.split_at(cut);
            let letters = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
            let (unit, tail) = tail.split_at(letters);
            if number.is_empty() {
                return wrong("is not a length of time");
            }
            let seconds: u32 = match unit.trim() {
                "s" | "sec" | "second" | "seconds" => 1,
                "m" | "min" | "minute" | "minutes" => 60,
                "h" | "hour" | "hours" => 3600,
                "d" | "day" | "days" => 86_400,
                "w" | "week" | "weeks" => 604_800,
                "" => return wrong("has no unit of time"),
                _ => return wrong("is not a length of time"),
            };
            let number = parse_decimal(number).map_err(|e| ParseError::new(e.problem, HELP))?;
            total += number * Decimal::from(seconds);
            rest = tail.trim_start();
        }
        if !total.fract().is_zero() {
            return wrong("is not a whole number of seconds");
        }
        if total > Decimal::from(100_u64 * 366 * 86_400) {
            return wrong("is longer than 100 years");
        }
        u64::try_from(total).map(Self).or_else(|_| wrong("is out of range"))
    }

    /// The length in seconds.
    pub fn as_seconds(self) -> u64 {
        self.0
    }

    /// The length in hours, exactly.
    pub fn as_hours(self) -> Ratio {
        Ratio::new(i128::from(self.0), 3600).unwrap_or(Ratio::ZERO)
    }

    /// How many of these lengths make a month of 730 hours; zero lengths have no answer.
    ///
    /// # Errors
    /// [`super::Overflow`] for a length of zero.
    pub fn per_month(self) -> Result<Ratio, super::Overflow> {
        Ratio::new(i128::from(HOURS_PER_MONTH) * 3600, i128::from(self.0))
    }
}

/// The largest exact unit first: `30d`, `36h`, `2m30s`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => write!(f, "0s"),
            s if s % 86_400 == 0 => write!(f, "{}d", s / 86_400),
            s if s % 3600 == 0 => write!(f, "{}h", s / 3600),
            s if s % 60 == 0 => write!(f, "{}m", s / 60),
            s if s > 60 => write!(f, "{}m{}s", s / 60, s % 60),
            s => write!(f, "{s}s"),
        }
    }
}
