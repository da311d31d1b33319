use crate::demand::Kind;
use crate::units::{ExchangeRate, Money, Overflow, Ratio};

use super::Line;

/// Amounts by kind. Kinds are never added to each other; the headline is `billed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// What falls on invoices.
    pub billed: Money,
    /// Whether there is more of that without a price, which `billed` leaves out.
    pub unpriced: bool,
    /// What is freed, and saved only if somebody makes something smaller.
    pub capacity: Money,
    /// People's time.
    pub time: Money,
}

/// What a side, a group or a difference comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// All lines, a month.
    pub monthly: Sums,
    /// Lines driven by deploys and builds, divided by the deploys. Zero without deploys.
    pub per_deploy: Sums,
}

impl Figures {
    /// Adds up lines; `deploys` is the number of deploys behind them.
    pub fn of<'e>(lines: impl Iterator<Item = Line<'e>>, deploys: Ratio) -> Self {
        let (mut monthly, mut driven) = (Sums::default(), Sums::default());
        for line in lines {
            monthly.add(&line);
            if line.driver().per_deploy() {
                driven.add(&line);
            }
        }
        let each = |sum: Money| sum.per(deploys).unwrap_or(Money::ZERO);
        let per_deploy = Sums {
            billed: each(driven.billed),
            unpriced: driven.unpriced,
            capacity: each(driven.capacity),
            time: each(driven.time),
        };
        Self { monthly, per_deploy }
    }

    /// What `after` saves against this.
    pub fn minus(self, after: Self) -> Self {
        Self {
            monthly: self.monthly.minus(after.monthly),
            per_deploy: self.per_deploy.minus(after.per_deploy),
        }
    }

    /// The same in another currency, each sum rounded to the last decimal that money keeps.
    ///
    /// # Errors
    /// [`Overflow`] above 10^14.
    pub fn exchanged(self, rate: &ExchangeRate) -> Result<Self, Overflow> {
        Ok(Self {
            monthly: self.monthly.exchanged(rate)?,
            per_deploy: self.per_deploy.exchanged(rate)?,
        })
    }
}

impl Sums {
    pub(super) fn add(&mut self, line: &Line<'_>) {
        let Some(amount) = line.amount else {
            self.unpriced |= line.kind() == Kind::Billed && !line.entry.quantity.is_zero();
            return;
        };
        let sum = match line.kind() {
            Kind::Billed => &mut self.billed,
            Kind::Capacity => &mut self.capacity,
            Kind::Time => &mut self.time,
        };
        *sum = *sum + amount;
    }

    fn minus(self, other: Self) -> Self {
        Self {
            billed: self.billed - other.billed,
            unpriced: self.unpriced || other.unpriced,
            capacity: self.capacity - other.capacity,
            time: self.time - other.time,
        }
    }

    fn exchanged(self, rate: &ExchangeRate) -> Result<Self, Overflow> {
        Ok(Self {
            billed: rate.convert(self.billed)?,
            unpriced: self.unpriced,
            capacity: rate.convert(self.capacity)?,
            time: rate.convert(self.time)?,
        })
    }
}
