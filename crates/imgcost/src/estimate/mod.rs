//! Where demand meets prices: quantities are pooled, each pool is priced once through its tiers,
//! and the money is divided among groups and services so that it adds up exactly.

mod allocate;
mod alternatives;
mod baseline;
mod compare;
mod part;
mod pool;
mod services;
mod totals;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use thiserror::Error;

use crate::demand::{Cell, Component, Counting, Demand, Driver, Entry, Kind, Meter};
use crate::price::{Charge, PriceBook, PriceError, PriceRow, PriceUnit};
use crate::units::{Currency, CurrencyMismatch, Measure, Money, Overflow, Quantity, Ratio};

pub use allocate::allocate;
pub use alternatives::{Alternative, ScenarioError, alternatives, scenario};
pub use baseline::{Against, Baseline, Moved, against};
pub(crate) use compare::percent;
pub use compare::{Comparison, GroupComparison, compare};
pub use part::Part;
pub use pool::{Place, price_ids};
pub use totals::{Figures, Sums};

/// On what terms a demand is priced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The day whose prices are taken.
    pub as_of: NaiveDate,
    /// Whether free allowances are deducted.
    pub free: bool,
    /// The currency of every amount; a price in another one is an unpriced line.
    pub currency: Currency,
}

/// A priced demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate {
    /// What was priced.
    pub demand: Demand,
    /// What became of each meter, in the order of `demand.meters`.
    pub pricing: Vec<Pricing>,
    /// The amount of each entry, in the order of `demand.entries`; `None` where there is no price.
    pub amounts: Vec<Option<Money>>,
    /// The terms.
    pub terms: Terms,
}

/// What became of a meter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pricing {
    /// It was priced by this row; the charge is that of its whole pool.
    Priced {
        /// The row.
        row: Box<PriceRow>,
        /// What the pool costs, tier by tier.
        charge: Box<Charge>,
    },
    /// There is no price for it. Its lines are shown without an amount, and totals are incomplete.
    Unpriced(Unpriced),
    /// The price row counts build minutes the other way.
    NotCounted,
}

/// Why a line has no amount.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unpriced {
    /// The book has no such price.
    #[error(transparent)]
    NoPrice(#[from] PriceError),
    /// The price is in another currency.
    #[error(transparent)]
    Currency(#[from] CurrencyMismatch),
    /// The price is per a unit that this quantity cannot be counted in.
    #[error("the price is per {unit}, which does not measure this")]
    Unit {
        /// The price's unit.
        unit: PriceUnit,
    },
    /// The row rounds jobs in a way that is not supported.
    #[error("the price rounds each job to something other than whole minutes upwards")]
    JobRounding,
}

impl Unpriced {
    /// The reason without a list of everything that exists instead.
    fn in_short(&self) -> String {
        match self {
            Self::NoPrice(PriceError::NotInRegion { id, region, known }) => {
                let count = known.len();
                format!(
                    "there is no price {id} in {region}; it is known in {count} other regions (imgcost prices show {id})"
                )
            }
            other => other.to_string(),
        }
    }
}

/// One line of an estimate: a quantity of one group or service, priced by one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'e> {
    /// Whose it is.
    pub cell: &'e Cell,
    /// What is counted.
    pub meter: &'e Meter,
    /// How much.
    pub entry: &'e Entry,
    /// What became of the meter.
    pub pricing: &'e Pricing,
    /// The amount, if there is a price.
    pub amount: Option<Money>,
}

/// Something that a reader of the estimate should know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Error)]
pub enum Warning {
    /// Lines without a price: totals are incomplete.
    #[error("not priced: {what}: {why}")]
    Unpriced {
        /// The component.
        what: &'static str,
        /// The reason.
        why: String,
    },
    /// A price that nobody has checked for a year.
    #[error("stale price: {id} in {region} was last checked on {checked}")]
    Stale {
        /// The price.
        id: String,
        /// Its region.
        region: String,
        /// When it was checked.
        checked: NaiveDate,
    },
    /// A charge on which the vendor's own pages conflict.
    #[error(
        "uncertain: AWS sources conflict on what a pull from another region costs; the source region's inter-region rate is used (cross-region-rate = \"both-sides\" or \"internet\" for the others)"
    )]
    CrossRegion,
}

/// Prices a demand.
///
/// # Errors
/// [`Overflow`] when amounts are beyond 10^14. A missing price is not an error here: its lines are
/// unpriced and [`Estimate::is_complete`] says so.
pub fn estimate(demand: Demand, prices: &PriceBook, terms: Terms) -> Result<Estimate, Overflow> {
    let (pricing, amounts) = pool::price(&demand, prices, terms)?;
    Ok(Estimate { demand, pricing, amounts, terms })
}

impl Estimate {
    /// The lines, in the order of groups and of components; the naive figure is not among them.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let counted = |line: &Line<'_>| {
            line.meter.component != Component::Naive && !matches!(line.pricing, Pricing::NotCounted)
        };
        self.all_lines().filter(counted)
    }

    fn all_lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.demand.entries.iter().zip(&self.amounts).map(|(entry, amount)| Line {
            cell: &self.demand.cells[entry.cell],
            meter: &self.demand.meters[entry.meter],
            entry,
            pricing: &self.pricing[entry.meter],
            amount: *amount,
        })
    }

    /// Totals of the whole side.
    pub fn figures(&self) -> Figures {
        Figures::of(self.lines(), self.deploys(|_| true))
    }

    fn deploys(&self, cells: impl Fn(&Cell) -> bool) -> Ratio {
        let counted = self.demand.cells.iter().zip(&self.demand.deploys);
        let steps = counted.filter(|(cell, _)| cells(cell)).map(|(_, deploys)| deploys.steps());
        deploy_count(steps.sum())
    }

    /// The month's amount of one component, whatever its kind; `None` where there is no such line
    /// or one of them has no price.
    pub fn component(&self, component: Component) -> Option<Money> {
        let mut lines = self.lines().filter(|line| line.meter.component == component).peekable();
        lines.peek()?;
        lines.map(|line| line.amount).sum()
    }

    /// The part of a component's amount that belongs to one deploy: its lines driven by deploys and
    /// builds, over the deploys. `None` where there is no such line or one has no price.
    pub fn component_per_deploy(&self, component: Component) -> Option<Money> {
        let driven =
            |line: &Line<'_>| line.meter.component == component && line.driver().per_deploy();
        let mut lines = self.lines().filter(driven).peekable();
        lines.peek()?;
        let amount: Option<Money> = lines.map(|line| line.amount).sum();
        amount?.per(self.deploys(|_| true))
    }

    /// What `size x pulls x price` would make of this side; `None` where the path has no price.
    pub fn naive(&self) -> Option<Money> {
        let naive = self.all_lines().filter(|line| line.meter.component == Component::Naive);
        naive.map(|line| line.amount).sum()
    }

    /// A month of a component.
    pub fn part(&self, component: Component) -> Part {
        let lines = self.lines().filter(|line| line.meter.component == component);
        lines.fold(Part::Absent, |part, line| part.with(line.amount))
    }

    /// Build minutes as they are billed: by whole jobs where the price says so.
    pub fn build_minutes(&self) -> Quantity {
        let minutes = self.lines().filter(|line| line.meter.component == Component::BuildMinutes);
        // Without a price both counts are lines: the exact one stands for them.
        let counted =
            minutes.filter(|line| line.amount.is_some() || line.meter.counting == Counting::Exact);
        let none = Quantity::zero(Measure::Minutes);
        counted.fold(none, |sum, line| sum.add(line.entry.quantity).unwrap_or(sum))
    }

    /// Whether every line has a price.
    pub fn is_complete(&self) -> bool {
        self.lines().all(|line| line.amount.is_some())
    }

    /// What a reader should know, once each.
    pub fn warnings(&self) -> Vec<Warning> {
        Warning::about(self.lines(), self.terms)
    }
}

impl Warning {
    /// What a reader of these lines should know, once each.
    pub fn about<'e>(lines: impl Iterator<Item = Line<'e>>, terms: Terms) -> Vec<Self> {
        let mut warnings = Vec::new();
        for line in lines {
            let tariff = &line.meter.tariff;
            match line.pricing {
                Pricing::Unpriced(why) => {
                    let what = line.meter.component.name();
                    warnings.push(Self::Unpriced { what, why: why.in_short() });
                }
                Pricing::Priced { row, .. } if row.is_stale(terms.as_of) => {
                    let (id, region) = (tariff.id.to_string(), tariff.region.to_string());
                    warnings.push(Self::Stale { id, region, checked: row.checked });
                }
                _ => {}
            }
            let pulled =
                matches!(line.meter.component, Component::WarmPulls | Component::ColdPulls);
            if pulled && tariff.id.as_str() == "aws.transfer.inter-region" {
                warnings.push(Self::CrossRegion);
            }
        }
        warnings.sort();
        warnings.dedup();
        warnings
    }
}

/// A number of deploys from its steps on the grid of quantities.
fn deploy_count(steps: i128) -> Ratio {
    Ratio::new(steps, 10_i128.pow(20)).unwrap_or(Ratio::ZERO)
}

impl<'e> Line<'e> {
    /// The quantity in the price's unit, or in a unit of its own where there is no price.
    pub fn quantity(&self) -> (Decimal, PriceUnit) {
        let quantity = self.entry.quantity;
        match self.pricing {
            Pricing::Priced { row, .. } => (pool::in_unit_of(row, quantity), row.unit),
            _ => {
                let unit = pool::natural_unit(quantity.measure());
                let size = unit.measure().map_or(1, |(_, size)| size);
                (quantity.in_units_of(size), unit)
            }
        }
    }

    /// The row that priced it.
    pub fn row(&self) -> Option<&'e PriceRow> {
        match self.pricing {
            Pricing::Priced { row, .. } => Some(row),
            _ => None,
        }
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.meter.kind
    }

    /// Its driver.
    pub fn driver(&self) -> Driver {
        self.meter.driver
    }
}
