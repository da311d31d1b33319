use std::fmt;

use rust_decimal::Decimal;

use super::parse::{ParseError, number_and_unit};
use super::ratio::Ratio;

/// A part of a whole, from 0 % to 100 %, exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(Ratio);

const HELP: &str = "write a share such as 60% (from 0% to 100%)";

impl Share {
    /// 0 %
    pub const NONE: Self = Self(Ratio::ZERO);
    /// 100 %
    pub const ALL: Self = Self(Ratio::ONE);

    /// So many whole percent; more than 100 counts as 100.
    pub fn percent(percent: u8) -> Self {
        Self(Ratio::new(i128::from(percent.min(100)), 100).unwrap_or(Ratio::ZERO))
    }

    /// Reads `60%`.
    ///
    /// # Errors
    /// [`ParseError`] without a percent sign, above 100 %, or with more than 6 decimals.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let (number, unit) = number_and_unit(text, HELP)?;
        let wrong = |what: &str| Err(ParseError::new(format!("`{}` {what}", text.trim()), HELP));
        if unit != "%" {
            return if unit.is_empty() {
                wrong("has no percent sign")
            } else {
                wrong("is not a share")
            };
        }
        if number > Decimal::ONE_HUNDRED {
            return wrong("is more than the whole");
        }
        if number.normalize().scale() > 6 {
            return wrong("has more than 6 decimals");
        }
        match Ratio::from_decimal(number).and_then(|n| n.div(Ratio::whole(100))) {
            Ok(share) => Ok(Self(share)),
            Err(_) => wrong("is out of range"),
        }
    }

    /// The share as a fraction of 1.
    pub fn get(self) -> Ratio {
        self.0
    }

    /// What is left of the whole.
    pub fn rest(self) -> Self {
        Self(Ratio::ONE.sub(self.0).unwrap_or(Ratio::ZERO))
    }

    /// Whether this is 0 %.
    pub fn is_none(self) -> bool {
        self.0.is_zero()
    }
}

/// `60%`
impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", (self.0.to_decimal() * Decimal::ONE_HUNDRED).normalize())
    }
}
