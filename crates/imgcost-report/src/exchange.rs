//! Totals in a second currency. Prices stay in their own, and so do the lines: what is shown here is
//! what they come to, at the rate of one day, and never part of a sum.

use chrono::NaiveDate;
use imgcost::estimate::Figures;
use imgcost::units::{Currency, ExchangeRate, Overflow};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::View;
use crate::components::Shown;
use crate::headline::{cost, verdict};

/// What the sides of a report come to in another currency.
#[derive(Debug, Clone)]
pub struct Exchange {
    pub(crate) rate: ExchangeRate,
    /// The figures of each side, before first.
    pub(crate) sides: Vec<Figures>,
}

impl Exchange {
    /// The totals of what was computed, at a rate from its currency to another.
    ///
    /// # Errors
    /// [`Overflow`] for amounts above 10^14.
    pub fn new(rate: ExchangeRate, view: View<'_>) -> Result<Self, Overflow> {
        let sides = view.sides().into_iter().map(|side| side.figures().exchanged(&rate));
        Ok(Self { sides: sides.collect::<Result<_, _>>()?, rate })
    }

    /// How many days the rate is older than the prices.
    pub fn days_old(&self, as_of: NaiveDate) -> i64 {
        (as_of - self.rate.on).num_days()
    }

    pub(crate) fn currency(&self) -> Currency {
        self.rate.to
    }

    /// Before less after, so that what is shown adds up.
    pub(crate) fn saving(&self) -> Option<Figures> {
        match self.sides.as_slice() {
            [before, after] => Some(before.minus(*after)),
            _ => None,
        }
    }

    /// `In EUR this saves EUR 4.08 a month, EUR 0.060 per deploy.` Nothing if no price is known.
    pub(crate) fn sentence(&self) -> Option<String> {
        let currency = self.currency();
        let unpriced = self.sides.iter().any(|side| side.monthly.unpriced);
        if unpriced && self.sides.iter().all(|side| side.monthly.billed.is_zero()) {
            return None;
        }
        let subject = if unpriced { "what has a price" } else { "this" };
        let what = match (self.saving(), self.sides.first()) {
            (Some(Figures { monthly, per_deploy }), _) => {
                verdict(currency, monthly.billed, per_deploy.billed)
            }
            (None, Some(only)) => {
                format!("costs {}", cost(currency, only.monthly.billed, only.per_deploy.billed))
            }
            (None, None) => return None,
        };
        Some(format!("In {currency} {subject} {what}."))
    }

    /// At what rate, of which day, who says so, and that nothing else is in this currency.
    pub(crate) fn basis(&self) -> String {
        let ExchangeRate { from, to, on, source, .. } = &self.rate;
        format!(
            "1 {from} is {} {to}: {source}, of {on}. Prices, and all amounts that do not name {to}, are in {from}.",
            self.shown_rate()
        )
    }

    /// The rate as people read it, with as many digits as central banks give.
    fn shown_rate(&self) -> Decimal {
        let rate = self.rate.rate.to_decimal();
        let six = rate.round_sf_with_strategy(6, RoundingStrategy::MidpointAwayFromZero);
        six.unwrap_or(rate).normalize()
    }

    /// The totals of a table, by name: what is billed a month and per deploy.
    pub(crate) fn totals(&self) -> [(String, Vec<Shown>); 2] {
        let [month, deploy] = self.billed();
        let currency = self.currency();
        [
            (format!("billed a month in {currency}"), month),
            (format!("billed per deploy in {currency}"), deploy),
        ]
    }

    /// What is billed a month and per deploy, of each side.
    pub(crate) fn billed(&self) -> [Vec<Shown>; 2] {
        let month = self.sides.iter().map(|side| Shown::total(side.monthly));
        let deploy = self.sides.iter().map(|side| Shown::total(side.per_deploy));
        [month.collect(), deploy.collect()]
    }
}
