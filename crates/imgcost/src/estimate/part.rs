use crate::units::Money;

use super::Sums;

/// A part of the cost on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The side has no such line.
    Absent,
    /// It has, and none of it has a price.
    Unpriced,
    /// Only a part of it has a price: what that comes to.
    Partly(Money),
    /// What it comes to.
    Priced(Money),
}

impl Part {
    /// The amount, if all of it is known; nothing where there is no such line.
    pub fn known(self) -> Option<Money> {
        match self {
            Self::Absent => Some(Money::ZERO),
            Self::Unpriced | Self::Partly(_) => None,
            Self::Priced(amount) => Some(amount),
        }
    }

    /// What has a price, whether that is all or not.
    pub fn priced(self) -> Money {
        match self {
            Self::Absent | Self::Unpriced => Money::ZERO,
            Self::Partly(amount) | Self::Priced(amount) => amount,
        }
    }

    pub(super) fn with(self, amount: Option<Money>) -> Self {
        match (self, amount) {
            (Self::Absent | Self::Priced(_), Some(amount)) => Self::Priced(self.priced() + amount),
            (_, amount) => Self::partly(self.priced() + amount.unwrap_or_default()),
        }
    }

    fn partly(priced: Money) -> Self {
        if priced.is_zero() { Self::Unpriced } else { Self::Partly(priced) }
    }
}

/// What is billed.
impl From<Sums> for Part {
    fn from(sums: Sums) -> Self {
        if sums.unpriced { Self::partly(sums.billed) } else { Self::Priced(sums.billed) }
    }
}
