use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::money::{Currency, Money};
use super::ratio::{Overflow, Ratio};

/// What currencies were worth on a day, each told by how much of it one unit of a reference currency
/// buys, as central banks publish it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceRates {
    /// The currency that the others are told by: the euro, for the ECB.
    pub reference: Currency,
    /// The day.
    pub on: NaiveDate,
    /// What one unit of the reference buys.
    pub buys: BTreeMap<Currency, Decimal>,
    /// Who says so.
    pub source: String,
}

/// What one unit of a currency is worth in another on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeRate {
    /// The currency of the amounts.
    pub from: Currency,
    /// The currency that they are shown in.
    pub to: Currency,
    /// How much of it one unit buys, exactly.
    pub rate: Ratio,
    /// The day.
    pub on: NaiveDate,
    /// Who says so.
    pub source: String,
}

impl ReferenceRates {
    /// The rate from one currency to another; `None` where one of them is not told.
    ///
    /// ```
    /// use imgcost::units::{Currency, Money, ReferenceRates};
    /// let (euro, pound) = ("EUR".parse().unwrap(), "GBP".parse().unwrap());
    /// let rates = ReferenceRates {
    ///     reference: euro,
    ///     on: chrono::NaiveDate::from_ymd_opt(2026, 11, 24).unwrap(),
    ///     buys: [(Currency::USD, "1.25".parse().unwrap()), (pound, "0.80".parse().unwrap())].into(),
    ///     source: "a bank".into(),
    /// };
    /// let ten = Money::from_decimal("10".parse().unwrap()).unwrap();
    /// let in_euro = rates.rate(Currency::USD, euro).unwrap().unwrap();
    /// assert_eq!(in_euro.convert(ten).unwrap().to_string(), "8");
    /// let in_pounds = rates.rate(Currency::USD, pound).unwrap().unwrap();
    /// assert_eq!(in_pounds.convert(ten).unwrap().to_string(), "6.4"); // 10 / 1.25 x 0.80
    /// ```
    ///
    /// # Errors
    /// [`Overflow`] for rates that are too finely divided.
    pub fn rate(&self, from: Currency, to: Currency) -> Result<Option<ExchangeRate>, Overflow> {
        let (Some(here), Some(there)) = (self.worth(from), self.worth(to)) else { return Ok(None) };
        let rate = Ratio::from_decimal(there)?.div(Ratio::from_decimal(here)?)?;
        Ok(Some(ExchangeRate { from, to, rate, on: self.on, source: self.source.clone() }))
    }

    fn worth(&self, currency: Currency) -> Option<Decimal> {
        if currency == self.reference {
            return Some(Decimal::ONE);
        }
        self.buys.get(&currency).copied()
    }
}

impl ExchangeRate {
    /// An amount in the other currency, rounded to the last decimal that money keeps.
    ///
    /// # Errors
    /// [`Overflow`] above 10^14.
    pub fn convert(&self, amount: Money) -> Result<Money, Overflow> {
        amount.times(self.rate)
    }
}
