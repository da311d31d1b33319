use rust_decimal::Decimal;

use super::row::{Minimum, PriceRow, RoundingMode, RoundingScope};
use crate::units::{Money, Overflow, Share};

/// What a quantity costs by one price row, tier by tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// What was asked about, in the row's unit.
    pub quantity: Decimal,
    /// What is billed after rounding, allowances and minimum.
    pub billable: Decimal,
    /// What is not billed, as far as it was asked for.
    pub allowances: Allowances,
    /// Where the billed units begin: after the allowances, which cover the first ones.
    pub start: Decimal,
    /// The tiers reached.
    pub tiers: Vec<TierCharge>,
    /// The sum of the tiers, before discounts.
    pub gross: Money,
    /// The amount, discounts taken off.
    pub amount: Money,
}

/// The part of a charge that falls into one tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TierCharge {
    /// Where the tier begins.
    pub from: Decimal,
    /// Where it ends, if it does.
    pub to: Option<Decimal>,
    /// How much of the quantity falls into it.
    pub quantity: Decimal,
    /// Its rate.
    pub rate: Decimal,
    /// Quantity times rate, before discounts.
    pub amount: Money,
}

/// What is not billed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Allowances {
    /// Free units, if the account has them.
    pub free: Decimal,
    /// Units included in a base fee.
    pub included: Decimal,
    /// Discounts, one after the other.
    pub discounts: Vec<Share>,
}

/// What a pooled quantity costs: rounded as the row says, less allowances, at least the minimum,
/// then through the graduated tiers, less discounts. Nothing billable means no tiers.
///
/// # Errors
/// [`Overflow`] when the amount is beyond 10^14.
///
/// ```
/// use imgcost::price::{Allowances, PriceId, PriceRow, PriceUnit, Tier, charge};
/// use imgcost::units::Currency;
/// let mut row = PriceRow::given(
///     PriceId::new("aws.transfer.internet"), PriceUnit::Gib, "0.09".parse().unwrap(),
///     Currency::USD, "example", chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
/// );
/// row.tiers.push(Tier { from: 10240.into(), rate: "0.085".parse().unwrap() });
/// let charge = charge(&row, 11240.into(), &Allowances::default()).unwrap();
/// // 10240 x 0.09 + 1000 x 0.085 = 921.60 + 85.00
/// assert_eq!(charge.amount.to_string(), "1006.6");
/// ```
pub fn charge(
    row: &PriceRow,
    quantity: Decimal,
    allowances: &Allowances,
) -> Result<Charge, Overflow> {
    let mut billable = quantity;
    if let Some(rounding) = row.rounding.filter(|r| r.per == RoundingScope::Total) {
        let steps = billable / rounding.step;
        let steps = match rounding.mode {
            RoundingMode::Up => steps.ceil(),
            RoundingMode::Nearest => (steps + Decimal::new(5, 1)).floor(),
        };
        billable = steps * rounding.step;
    }
    // Allowances cover the first units: tier bounds count them (free to 100 GB, then to 10,240 GB).
    let start = (allowances.included + allowances.free).min(billable);
    let end = match row.minimum {
        Some(Minimum::Amount(least)) if billable > start => billable.max(start + least),
        _ => billable,
    };
    let mut tiers = Vec::new();
    let mut amount = Money::ZERO;
    for (index, tier) in row.tiers.iter().enumerate() {
        let to = row.tiers.get(index + 1).map(|next| next.from);
        let part = to.map_or(end, |to| end.min(to)) - tier.from.max(start);
        if part <= Decimal::ZERO {
            continue;
        }
        let cost = Money::from_decimal(part.checked_mul(tier.rate).ok_or(Overflow)?)?;
        amount = amount + cost;
        tiers.push(TierCharge {
            from: tier.from,
            to,
            quantity: part,
            rate: tier.rate,
            amount: cost,
        });
    }
    let billable = end - start;
    let gross = amount;
    for off in &allowances.discounts {
        amount = Money::from_steps(off.rest().get().on_grid(amount.steps(), 0)?);
    }
    Ok(Charge { quantity, billable, allowances: allowances.clone(), start, tiers, gross, amount })
}
