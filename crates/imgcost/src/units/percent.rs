use std::fmt;

use ethnum::I256;
use rust_decimal::Decimal;

use super::Money;
use super::parse::{ParseError, number_and_unit};

/// A percentage of an amount or a size; unlike a [`super::Share`] it may be beyond 100 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(Decimal);

const HELP: &str = "write a percentage such as 5%";

impl Percent {
    /// Reads `5%`.
    ///
    /// # Errors
    /// [`ParseError`] without a percent sign, or above a million percent.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let (number, unit) = number_and_unit(text, HELP)?;
        let wrong = |what: &str| Err(ParseError::new(format!("`{}` {what}", text.trim()), HELP));
        match unit {
            "%" if number <= Decimal::from(1_000_000) => Ok(Self(number.normalize())),
            "%" => wrong("is more than a million percent"),
            "" => wrong("has no percent sign"),
            _ => wrong("is not a percentage"),
        }
    }

    /// The number before the percent sign.
    pub fn value(self) -> Decimal {
        self.0
    }

    /// How a change compares with this percentage of an amount, exactly.
    pub fn compare_money(self, change: Money, of: Money) -> std::cmp::Ordering {
        self.compare(change.steps(), of.steps())
    }

    /// How a number of bytes compares with this percentage of others, exactly.
    pub fn compare_bytes(self, change: i128, of: u64) -> std::cmp::Ordering {
        self.compare(change, i128::from(of))
    }

    /// `change / of` against `value / 100`, without dividing.
    fn compare(self, change: i128, of: i128) -> std::cmp::Ordering {
        let scale = I256::from(10_i128.pow(self.0.scale()));
        let change = I256::from(change) * I256::from(100) * scale;
        change.cmp(&(I256::from(of) * I256::from(self.0.mantissa())))
    }
}

/// `5%`
impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::*;

    #[test]
    fn percentages_are_read_strictly() {
        assert_eq!(Percent::parse("5%").unwrap().to_string(), "5%");
        assert_eq!(Percent::parse("250.50 %").map(|p| p.to_string()), Ok("250.5%".into()));
        for text in ["5", "-5%", "", "%", "5 percent", "1e3%", "1000001%"] {
            assert!(Percent::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn comparisons_are_exact() {
        let amount = |text: &str| Money::parse(text).unwrap();
        let five = Percent::parse("5%").unwrap();
        // 5 % of 33.33 is 1.6665.
        let of = amount("33.33");
        assert_eq!(five.compare_money(amount("1.6665"), of), Ordering::Equal);
        let more = amount("1.666500000000000000000001");
        assert_eq!(five.compare_money(more, of), Ordering::Greater);
        assert_eq!(five.compare_bytes(-1, 0), Ordering::Less);
        let most = Percent::parse("1000000%").unwrap();
        let largest = amount("99999999999999.999999999999999999999999");
        assert_eq!(most.compare_money(largest, largest), Ordering::Less);
    }
}
