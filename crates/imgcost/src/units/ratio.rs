use std::cmp::Ordering;
use std::fmt;

use ethnum::I256;
use rust_decimal::Decimal;
use thiserror::Error;

/// A result that does not fit: the inputs are larger than any fleet could be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the numbers are too large to compute exactly")]
pub struct Overflow;

/// An exact fraction, always reduced, with a positive denominator.
///
/// Used for counts per month (`60/week` is 1825/7 a month), hosts and shares, so that nothing is
/// rounded before it becomes a quantity of bytes, hours or minutes.
///
/// ```
/// use imgcost::units::Ratio;
/// let fills = Ratio::new(730, 720).unwrap();
/// assert_eq!(fills.to_string(), "73/72");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ratio {
    numerator: i128,
    denominator: i128,
}

#[expect(clippy::should_implement_trait, reason = "they can overflow, and operators cannot say so")]
impl Ratio {
    /// 0
    pub const ZERO: Self = Self::whole(0);
    /// 1
    pub const ONE: Self = Self::whole(1);

    /// An integer.
    pub const fn whole(value: i64) -> Self {
        Self { numerator: value as i128, denominator: 1 }
    }

    /// `numerator / denominator`, reduced.
    ///
    /// # Errors
    /// [`Overflow`] if the denominator is zero or a part cannot be negated.
    pub fn new(numerator: i128, denominator: i128) -> Result<Self, Overflow> {
        if denominator == 0 || numerator == i128::MIN || denominator == i128::MIN {
            return Err(Overflow);
        }
        let sign = denominator.signum();
        let common = gcd(numerator.unsigned_abs(), denominator.unsigned_abs()) as i128;
        Ok(Self { numerator: sign * numerator / common, denominator: sign * denominator / common })
    }

    /// The exact value of a decimal.
    ///
    /// # Errors
    /// [`Overflow`] never in practice: a decimal has at most 28 digits.
    pub fn from_decimal(value: Decimal) -> Result<Self, Overflow> {
        Self::new(value.mantissa(), 10_i128.pow(value.scale()))
    }

    /// The part above the line.
    pub fn numerator(self) -> i128 {
        self.numerator
    }

    /// The part below the line; positive.
    pub fn denominator(self) -> i128 {
        self.denominator
    }

    /// Whether this is 0.
    pub fn is_zero(self) -> bool {
        self.numerator == 0
    }

    /// Sum.
    ///
    /// # Errors
    /// [`Overflow`] when a part leaves 127 bits.
    pub fn add(self, other: Self) -> Result<Self, Overflow> {
        if self.denominator == other.denominator {
            let sum = self.numerator.checked_add(other.numerator).ok_or(Overflow)?;
            return Self::new(sum, self.denominator);
        }
        let left = self.numerator.checked_mul(other.denominator).ok_or(Overflow)?;
        let right = other.numerator.checked_mul(self.denominator).ok_or(Overflow)?;
        let below = self.denominator.checked_mul(other.denominator).ok_or(Overflow)?;
        Self::new(left.checked_add(right).ok_or(Overflow)?, below)
    }

    /// Difference.
    ///
    /// # Errors
    /// [`Overflow`] when a part leaves 127 bits.
    pub fn sub(self, other: Self) -> Result<Self, Overflow> {
        self.add(Self { numerator: -other.numerator, ..other })
    }

    /// Product.
    ///
    /// # Errors
    /// [`Overflow`] when a part leaves 127 bits.
    pub fn mul(self, other: Self) -> Result<Self, Overflow> {
        let above = self.numerator.checked_mul(other.numerator).ok_or(Overflow)?;
        let below = self.denominator.checked_mul(other.denominator).ok_or(Overflow)?;
        if below == 1 {
            return Ok(Self { numerator: above, denominator: 1 });
        }
        Self::new(above, below)
    }

    /// Quotient.
    ///
    /// # Errors
    /// [`Overflow`] on a division by zero or when a part leaves 127 bits.
    pub fn div(self, other: Self) -> Result<Self, Overflow> {
        let flipped = Self::new(other.denominator, other.numerator)?;
        self.mul(flipped)
    }

    /// Product, not reduced: for one step onto a grid and nothing else, where reducing costs more
    /// than it gains.
    ///
    /// # Errors
    /// [`Overflow`] when a part leaves 127 bits.
    pub(crate) fn times(self, other: Self) -> Result<Self, Overflow> {
        Ok(Self {
            numerator: product(self.numerator, other.numerator)?,
            denominator: product(self.denominator, other.denominator)?,
        })
    }

    /// A fraction as it stands, with a positive denominator.
    pub(crate) const fn unreduced(numerator: i128, denominator: i128) -> Self {
        Self { numerator, denominator }
    }

    /// `self / by` for a positive integer, not reduced: for one step onto a grid and nothing else.
    pub(crate) fn over(self, by: i128) -> Result<Self, Overflow> {
        Ok(Self { denominator: product(self.denominator, by)?, ..self })
    }

    /// The smaller of two.
    pub fn min(self, other: Self) -> Self {
        if other < self { other } else { self }
    }

    /// The larger of two.
    pub fn max(self, other: Self) -> Self {
        if other > self { other } else { self }
    }

    /// `self x factor x 10^digits`, rounded half away from zero to an integer: the one place where
    /// an exact product becomes a quantity on a decimal grid.
    ///
    /// # Errors
    /// [`Overflow`] when the result leaves 127 bits.
    pub fn on_grid(self, factor: i128, digits: u32) -> Result<i128, Overflow> {
        let grid = POWERS_OF_TEN[digits as usize];
        // What bytes and counts make almost always: positive, and of 64 bits each.
        if let (Ok(above), Ok(by), Ok(below)) =
            (u64::try_from(self.numerator), u64::try_from(factor), u64::try_from(self.denominator))
        {
            let product = u128::from(above) * u128::from(by);
            if product <= FITS[digits as usize] {
                let product = product * grid.unsigned_abs();
                let steps = if below == 1 { product } else { halves_up(product, below.into()) };
                return Ok(steps as i128);
            }
        }
        // Nearly all products fit; counting bits is cheaper than checking each multiplication.
        if bits(self.numerator) + bits(factor) + bits(grid) <= 126 {
            let product = self.numerator * factor * grid;
            return match self.denominator {
                1 => Ok(product),
                below => Ok(divide_half_up(product, below)),
            };
        }
        let product = I256::from(self.numerator)
            .checked_mul(I256::from(factor))
            .and_then(|product| product.checked_mul(I256::from(grid)))
            .ok_or(Overflow)?;
        let below = I256::from(self.denominator);
        let half = below / 2 * product.signum();
        ((product + half) / below).try_into().map_err(|_| Overflow)
    }

    /// The value cut to 18 decimals, so that long products stay small. Used only for expected
    /// values (random placement, overlap of services on nodes), never for what can be exact.
    ///
    /// # Errors
    /// [`Overflow`] when the result leaves 127 bits.
    pub fn to_18_decimals(self) -> Result<Self, Overflow> {
        Self::new(self.on_grid(1, 18)?, 10_i128.pow(18))
    }

    /// The value as a decimal with up to 28 significant digits, for display.
    pub fn to_decimal(self) -> Decimal {
        let digits = 28_u32.saturating_sub(digits_of(self.numerator / self.denominator));
        match self.on_grid(1, digits.min(27)) {
            Ok(scaled) => Decimal::try_from_i128_with_scale(scaled, digits.min(27))
                .unwrap_or(Decimal::MAX)
                .normalize(),
            Err(Overflow) => Decimal::MAX,
        }
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.denominator == other.denominator {
            return self.numerator.cmp(&other.numerator);
        }
        let left = I256::from(self.numerator) * I256::from(other.denominator);
        let right = I256::from(other.numerator) * I256::from(self.denominator);
        left.cmp(&right)
    }
}

/// `73/72`, or `60` for an integer.
impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.denominator == 1 {
            write!(f, "{}", self.numerator)
        } else {
            write!(f, "{}/{}", self.numerator, self.denominator)
        }
    }
}

/// A checked product; one of two 64-bit numbers is cheaper to check than one of 128 bits.
fn product(a: i128, b: i128) -> Result<i128, Overflow> {
    match (u64::try_from(a), u64::try_from(b)) {
        (Ok(a), Ok(b)) => i128::try_from(u128::from(a) * u128::from(b)).map_err(|_| Overflow),
        _ => a.checked_mul(b).ok_or(Overflow),
    }
}

/// Bits of a number without its sign.
const fn bits(value: i128) -> u32 {
    128 - value.unsigned_abs().leading_zeros()
}

const POWERS_OF_TEN: [i128; 28] = {
    let mut powers = [1; 28];
    let mut index = 1;
    while index < powers.len() {
        powers[index] = powers[index - 1] * 10;
        index += 1;
    }
    powers
};

/// The largest products that still fit 126 bits on each grid.
const FITS: [u128; 28] = {
    let mut fits = [0; 28];
    let mut index = 0;
    while index < fits.len() {
        fits[index] = (1 << 126) / POWERS_OF_TEN[index].unsigned_abs();
        index += 1;
    }
    fits
};

/// `value / by` rounded half up.
fn halves_up(value: u128, by: u128) -> u128 {
    let quotient = value / by;
    // The remainder by hand: a second 128-bit division costs more than everything else here.
    let rest = value - quotient * by;
    if rest >= by - by / 2 { quotient + 1 } else { quotient }
}

/// `value / by` rounded half away from zero; `by` is positive.
pub(crate) fn divide_half_up(value: i128, by: i128) -> i128 {
    value.signum() * halves_up(value.unsigned_abs(), by.unsigned_abs()) as i128
}

fn digits_of(value: i128) -> u32 {
    value.unsigned_abs().checked_ilog10().map_or(1, |log| log + 1)
}

fn gcd(a: u128, b: u128) -> u128 {
    // Euclid on 64 bits where it fits: 128-bit division is several times slower.
    match (u64::try_from(a), u64::try_from(b)) {
        (Ok(mut a), Ok(mut b)) => {
            while b != 0 {
                (a, b) = (b, a % b);
            }
            u128::from(a.max(1))
        }
        _ => {
            let (mut a, mut b) = (a, b);
            while b != 0 {
                (a, b) = (b, a % b);
            }
            a.max(1)
        }
    }
}
