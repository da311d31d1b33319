use std::fmt;
use std::iter::Sum;
use std::str::FromStr;

use rust_decimal::Decimal;
use thiserror::Error;

use super::parse::ParseError;
use super::ratio::{Overflow, Ratio, divide_half_up};

/// An amount of money, kept to 10^-24 of the currency unit.
///
/// The currency is a property of the whole estimate ([`Currency`]); amounts in another currency
/// are refused before they are added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money(i128);

const DIGITS: u32 = 24;

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From a decimal amount; digits beyond the 24th decimal are rounded.
    ///
    /// # Errors
    /// [`Overflow`] above 10^14.
    pub fn from_decimal(amount: Decimal) -> Result<Self, Overflow> {
        let (mantissa, scale) = (amount.mantissa(), amount.scale());
        if scale <= DIGITS {
            let factor = 10_i128.pow(DIGITS - scale);
            mantissa.checked_mul(factor).map(Self).ok_or(Overflow)
        } else {
            Ok(Self(divide_half_up(mantissa, 10_i128.pow(scale - DIGITS))))
        }
    }

    /// Reads an amount as [`Display`](fmt::Display) writes it, exactly: a sign if it is negative, digits, and up to
    /// 24 decimals.
    ///
    /// # Errors
    /// [`ParseError`] when the text is not such a number.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let wrong = || {
            let help = "write an exact decimal amount such as 12 or 0.045";
            ParseError::new(format!("`{text}` is not an exact decimal amount"), help)
        };
        let size = text.strip_prefix('-').unwrap_or(text);
        let (whole, decimals) = match size.split_once('.') {
            Some((_, "")) => return Err(wrong()),
            Some(parts) => parts,
            None => (size, ""),
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        // Fourteen digits and twenty-four decimals are less than the largest number of 128 bits.
        let fits = (1..=14).contains(&whole.len()) && decimals.len() <= DIGITS as usize;
        if !fits || !digits(whole) || !digits(decimals) {
            return Err(wrong());
        }
        let steps: i128 = format!("{whole}{decimals:0<24}").parse().map_err(|_| wrong())?;
        Ok(Self(if text.starts_with('-') { -steps } else { steps }))
    }

    /// The amount as a decimal, exact up to 28 significant digits.
    pub fn to_decimal(self) -> Decimal {
        let (mut steps, mut scale) = (self.0, DIGITS);
        while scale > 0 && steps.unsigned_abs() >= 1 << 96 {
            steps = divide_half_up(steps, 10);
            scale -= 1;
        }
        Decimal::try_from_i128_with_scale(steps, scale).unwrap_or(Decimal::MAX).normalize()
    }

    /// This amount divided by a count, rounded to the last decimal kept; nothing for a count of 0.
    pub fn per(self, count: Ratio) -> Option<Self> {
        let share = Ratio::new(count.denominator(), count.numerator()).ok()?;
        share.on_grid(self.0, 0).ok().map(Self)
    }

    /// This amount times a factor, rounded to the last decimal kept.
    ///
    /// # Errors
    /// [`Overflow`] above 10^14.
    pub fn times(self, factor: Ratio) -> Result<Self, Overflow> {
        factor.on_grid(self.0, 0).map(Self)
    }

    /// Whether this is exactly nothing.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn steps(self) -> i128 {
        self.0
    }

    pub(crate) fn from_steps(steps: i128) -> Self {
        Self(steps)
    }
}

impl std::ops::Add for Money {
    type Output = Self;
    /// Sum. Saturates at 10^14, which no checked estimate reaches.
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::ops::Sub for Money {
    type Output = Self;
    /// Difference. Saturates at 10^14, which no checked estimate reaches.
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, |total, amount| total + amount)
    }
}

/// A decimal string, exact, without a currency sign: `4.36380...`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.0.unsigned_abs() / 10_u128.pow(DIGITS);
        let rest = self.0.unsigned_abs() % 10_u128.pow(DIGITS);
        let sign = if self.0 < 0 { "-" } else { "" };
        if rest == 0 {
            return write!(f, "{sign}{whole}");
        }
        let decimals = format!("{rest:024}");
        write!(f, "{sign}{whole}.{}", decimals.trim_end_matches('0'))
    }
}

/// A currency by its ISO 4217 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The US dollar.
    pub const USD: Self = Self(*b"USD");
    /// The euro.
    pub const EUR: Self = Self(*b"EUR");

    /// The code, such as `USD`.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }
}

impl FromStr for Currency {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        match <[u8; 3]>::try_from(text.as_bytes()) {
            Ok(code) if code.iter().all(u8::is_ascii_uppercase) => Ok(Self(code)),
            _ => Err(ParseError::new(
                format!("`{text}` is not a currency code"),
                "write an ISO 4217 code such as USD or EUR",
            )),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Two currencies where one was expected: amounts are never added across currencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the price is in {found}, the estimate in {expected}")]
pub struct CurrencyMismatch {
    /// The currency of the estimate.
    pub expected: Currency,
    /// The currency that was met.
    pub found: Currency,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_they_are_written() {
        for text in [
            "0",
            "12",
            "-3.1",
            "0.000000000000000000000001",
            "99999999999999.999999999999999999999999",
        ] {
            assert_eq!(Money::parse(text).map(|amount| amount.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "-", "--1", "1.", ".5", "1e3", "1,0", "+1", " 1", "NaN", "100000000000000"]
        {
            assert!(Money::parse(text).is_err(), "{text}");
        }
    }
}
