use rust_decimal::Decimal;

use super::ratio::{Overflow, Ratio, divide_half_up};

/// What a physical quantity measures, before any price decides on GB or GiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Bytes moved over a network.
    Bytes,
    /// Bytes held for a month.
    ByteMonths,
    /// Minutes of a build machine.
    Minutes,
    /// Hours of a node, a gateway, an endpoint.
    Hours,
    /// Hours of one vCPU.
    VcpuHours,
    /// Hours of one GB of memory, as task runtimes bill it.
    MemoryGbHours,
    /// Images (digests) handled once.
    Images,
    /// Months of a flat fee.
    Months,
}

impl Measure {
    /// Decimals kept: 15 for bytes (a thousand million million fleets of terabytes still fit), 20 otherwise.
    const fn digits(self) -> u32 {
        match self {
            Self::Bytes | Self::ByteMonths => 15,
            _ => 20,
        }
    }
}

/// An amount of something, as an integer number of very small steps.
///
/// Bytes are kept to 10^-15 of a byte, everything else to 10^-20 of its unit. Each quantity is
/// rounded to that grid once, when it is made; sums after that are exact and do not depend on
/// their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity {
    steps: i128,
    measure: Measure,
}

#[expect(clippy::should_implement_trait, reason = "they can overflow, and operators cannot say so")]
impl Quantity {
    /// Nothing of it.
    pub const fn zero(measure: Measure) -> Self {
        Self { steps: 0, measure }
    }

    /// `factor x count`, for example bytes of a layer times pulls.
    ///
    /// # Errors
    /// [`Overflow`] when the result is beyond any fleet (10^23 bytes, 10^18 hours).
    pub fn times(count: Ratio, factor: u64, measure: Measure) -> Result<Self, Overflow> {
        let steps = count.on_grid(i128::from(factor), measure.digits())?;
        Ok(Self { steps, measure })
    }

    /// What it measures.
    pub fn measure(self) -> Measure {
        self.measure
    }

    /// The number of grid steps; only ratios of these have meaning.
    pub(crate) fn steps(self) -> i128 {
        self.steps
    }

    pub(crate) fn from_steps(steps: i128, measure: Measure) -> Self {
        Self { steps, measure }
    }

    /// Whether there is none of it.
    pub fn is_zero(self) -> bool {
        self.steps == 0
    }

    /// The sum of two quantities of the same measure.
    ///
    /// # Errors
    /// [`Overflow`] when the sum is beyond any fleet, or the measures differ.
    pub fn add(self, other: Self) -> Result<Self, Overflow> {
        if self.measure != other.measure {
            return Err(Overflow);
        }
        let steps = self.steps.checked_add(other.steps).ok_or(Overflow)?;
        Ok(Self { steps, ..self })
    }

    /// Adds another quantity of the same measure to this one.
    ///
    /// # Errors
    /// [`Overflow`] as for [`Quantity::add`].
    pub(crate) fn accumulate(&mut self, other: Self) -> Result<(), Overflow> {
        if self.measure != other.measure {
            return Err(Overflow);
        }
        self.steps = self.steps.checked_add(other.steps).ok_or(Overflow)?;
        Ok(())
    }

    /// The quantity times a factor, rounded to the grid.
    ///
    /// # Errors
    /// [`Overflow`] when the product is beyond any fleet.
    pub fn scaled(self, factor: Ratio) -> Result<Self, Overflow> {
        if factor == Ratio::ONE {
            return Ok(self);
        }
        Ok(Self { steps: factor.on_grid(self.steps, 0)?, ..self })
    }

    /// `count x above / below`, for a fraction that is not worth reducing.
    ///
    /// # Errors
    /// [`Overflow`] when the result is beyond any fleet.
    pub(crate) fn fraction(
        count: Ratio,
        above: i128,
        below: i128,
        measure: Measure,
    ) -> Result<Self, Overflow> {
        let steps = count.over(below)?.on_grid(above, measure.digits())?;
        Ok(Self { steps, measure })
    }

    /// The value in units of `size` base units (2^30 for GiB, 1 for hours): exact where 28
    /// significant digits hold it, otherwise rounded to them.
    pub fn in_units_of(self, size: u64) -> Decimal {
        let (mut steps, mut scale) = (self.steps, self.measure.digits());
        while scale > 0 && steps.unsigned_abs() > MAX_MANTISSA {
            steps = divide_half_up(steps, 10);
            scale -= 1;
        }
        match Decimal::try_from_i128_with_scale(steps, scale) {
            Ok(value) => (value / Decimal::from(size)).normalize(),
            Err(_) => Decimal::MAX,
        }
    }
}

/// The largest mantissa that a decimal holds: 2^96 - 1.
const MAX_MANTISSA: u128 = (1 << 96) - 1;
