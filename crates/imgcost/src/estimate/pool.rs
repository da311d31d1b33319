use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::demand::{Component, Counting, Demand, Meter};
use crate::price::{
    Allowances, Lookup, PriceBook, PriceId, PriceRow, PriceUnit, RoundingMode, RoundingScope,
    Scope, charge,
};
use crate::units::{CurrencyMismatch, Measure, Money, Overflow, Quantity};

use super::allocate::allocate;
use super::{Pricing, Terms, Unpriced};

/// Meters whose quantities are added before tiers apply: same row, same scope, and the naive
/// figure apart from the real one.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct PoolKey<'d> {
    /// The row, by its place in the book.
    row: usize,
    place: Place<'d>,
    naive: bool,
}

/// Across what a price's quantities are added: meters of one row and one place are priced together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place<'d> {
    /// The whole account.
    Account,
    /// This region.
    Region(&'d str),
    /// This registry, by its index in the fleet.
    Registry(Option<usize>),
}

impl<'d> Place<'d> {
    /// Where a row pools what this meter counts.
    pub fn of(row: &PriceRow, meter: &'d Meter) -> Self {
        match row.scope {
            Scope::Account => Self::Account,
            Scope::Region => Self::Region(meter.tariff.region.as_str()),
            Scope::Registry => Self::Registry(meter.registry),
        }
    }
}

struct Pool<'b> {
    row: &'b PriceRow,
    meters: Vec<usize>,
    registry: Option<usize>,
    naive: bool,
    /// In the row's unit.
    quantity: Decimal,
}

/// Prices every meter and divides the money among the entries.
pub(super) fn price(
    demand: &Demand,
    prices: &PriceBook,
    terms: Terms,
) -> Result<(Vec<Pricing>, Vec<Option<Money>>), Overflow> {
    let rows: Vec<_> = demand.meters.iter().map(|meter| row_for(meter, prices, terms)).collect();
    let mut pricing: Vec<Pricing> = rows
        .iter()
        .map(|row| match row {
            Err(why) => Pricing::Unpriced(why.clone()),
            Ok(_) => Pricing::NotCounted,
        })
        .collect();
    let mut amounts: Vec<Option<Money>> = vec![None; demand.entries.len()];

    let mut quantities: Vec<_> = demand.meters.iter().map(|m| Quantity::zero(m.measure)).collect();
    let mut entries_of: Vec<Vec<usize>> = vec![Vec::new(); demand.meters.len()];
    for (index, entry) in demand.entries.iter().enumerate() {
        let sum = &mut quantities[entry.meter];
        *sum = sum.add(entry.quantity)?;
        entries_of[entry.meter].push(index);
    }

    let pools = pools(demand, &rows, &quantities)?;
    for pool in pools.values() {
        let allowances = Allowances {
            free: free(pool, pools.values(), terms),
            included: included(pool, &demand.meters, &rows),
            discounts: prices.discounts_on(&pool.row.id).collect(),
        };
        let allowances = if pool.naive {
            Allowances { discounts: allowances.discounts, ..Default::default() }
        } else {
            allowances
        };
        let charge = charge(pool.row, pool.quantity, &allowances)?;
        let entries: Vec<usize> =
            pool.meters.iter().flat_map(|&m| entries_of[m].iter().copied()).collect();
        let weights: Vec<i128> =
            entries.iter().map(|&e| demand.entries[e].quantity.steps()).collect();
        for (&entry, part) in entries.iter().zip(allocate(charge.amount, &weights)) {
            amounts[entry] = Some(part);
        }
        for &meter in &pool.meters {
            pricing[meter] = Pricing::Priced {
                row: Box::new(pool.row.clone()),
                charge: Box::new(charge.clone()),
            };
        }
    }
    Ok((pricing, amounts))
}

fn row_for<'b>(
    meter: &Meter,
    prices: &'b PriceBook,
    terms: Terms,
) -> Result<&'b PriceRow, Unpriced> {
    let tariff = &meter.tariff;
    let row = prices.find(Lookup {
        id: &tariff.id,
        region: tariff.region.as_str(),
        to: tariff.to.as_ref().map(|to| to.as_str()),
        on: terms.as_of,
    })?;
    if row.currency != terms.currency {
        return Err(CurrencyMismatch { expected: terms.currency, found: row.currency }.into());
    }
    if row.unit.measure().map(|(measure, _)| measure) != Some(meter.measure) {
        return Err(Unpriced::Unit { unit: row.unit });
    }
    if let Some(rounding) = row.rounding.filter(|r| r.per == RoundingScope::Job)
        && (rounding.step != Decimal::ONE || rounding.mode != RoundingMode::Up)
    {
        return Err(Unpriced::JobRounding);
    }
    Ok(row)
}

/// Whether a row bills this count of build minutes.
fn counts(row: &PriceRow, meter: &Meter) -> bool {
    let whole_jobs = row.rounding.is_some_and(|rounding| rounding.per == RoundingScope::Job);
    match (meter.component, meter.counting) {
        (Component::BuildMinutes, Counting::WholeMinutes) => whole_jobs,
        (Component::BuildMinutes, Counting::Exact) => !whole_jobs,
        _ => true,
    }
}

fn pools<'d, 'b>(
    demand: &'d Demand,
    rows: &[Result<&'b PriceRow, Unpriced>],
    quantities: &[Quantity],
) -> Result<BTreeMap<PoolKey<'d>, Pool<'b>>, Overflow> {
    let mut pools: BTreeMap<PoolKey<'d>, (Pool<'b>, Quantity)> = BTreeMap::new();
    for (index, (meter, row)) in demand.meters.iter().zip(rows).enumerate() {
        let Ok(row) = row else { continue };
        if !counts(row, meter) {
            continue;
        }
        let place = Place::of(row, meter);
        let naive = meter.component == Component::Naive;
        let key = PoolKey { row: std::ptr::from_ref(*row).addr(), place, naive };
        let pool = pools.entry(key).or_insert_with(|| {
            let registry = meter.registry.filter(|_| row.scope == Scope::Registry);
            let pool = Pool { row, meters: Vec::new(), registry, naive, quantity: Decimal::ZERO };
            (pool, Quantity::zero(meter.measure))
        });
        pool.0.meters.push(index);
        pool.1 = pool.1.add(quantities[index])?;
    }
    let priced = pools.into_iter().map(|(key, (pool, sum))| {
        let quantity = in_unit_of(pool.row, sum);
        (key, Pool { quantity, ..pool })
    });
    Ok(priced.collect())
}

/// The free allowance of a pool. One that is given to the account once is divided among the
/// pools of that price by quantity.
fn free<'p, 'b: 'p>(
    pool: &Pool<'b>,
    all: impl Iterator<Item = &'p Pool<'b>>,
    terms: Terms,
) -> Decimal {
    let Some(free) = pool.row.free.as_ref().filter(|_| terms.free) else { return Decimal::ZERO };
    if free.scope != Scope::Account {
        return free.amount;
    }
    let same: Decimal = all
        .filter(|other| draws_on_same(pool.row, other.row) && !other.naive)
        .map(|other| other.quantity)
        .sum();
    if same.is_zero() { free.amount } else { free.amount * pool.quantity / same }
}

/// Whether two rows draw on one allowance: by the same id, or by naming the same pool.
fn draws_on_same(row: &PriceRow, other: &PriceRow) -> bool {
    let pool = |row: &PriceRow| row.free.as_ref().and_then(|free| free.pool.clone());
    row.id == other.id || (pool(row).is_some() && pool(row) == pool(other))
}

/// What base fees include of this price: those of the same registry where it pools by registry.
fn included(pool: &Pool<'_>, meters: &[Meter], rows: &[Result<&PriceRow, Unpriced>]) -> Decimal {
    let by_fee = |(meter, row): (&Meter, &Result<&PriceRow, Unpriced>)| {
        let included = row.as_ref().ok()?.included.as_ref()?;
        let same_registry = pool.registry.is_none() || pool.registry == meter.registry;
        (included.price == pool.row.id && same_registry).then_some(included.amount)
    };
    meters.iter().zip(rows).filter_map(by_fee).sum()
}

/// A quantity in the unit of a row: bytes in its GB or GiB, months in its days.
pub(super) fn in_unit_of(row: &PriceRow, quantity: Quantity) -> Decimal {
    let size = row.unit.measure().map_or(1, |(_, size)| size);
    let value = quantity.in_units_of(size);
    if row.unit == PriceUnit::Day {
        value * Decimal::from(row.month_hours) / Decimal::from(24)
    } else {
        value
    }
}

/// The unit in which a quantity without a price is shown.
pub(super) fn natural_unit(measure: Measure) -> PriceUnit {
    match measure {
        Measure::Bytes => PriceUnit::Gib,
        Measure::ByteMonths => PriceUnit::GibMonth,
        Measure::Minutes => PriceUnit::Minute,
        Measure::Hours => PriceUnit::Hour,
        Measure::VcpuHours => PriceUnit::VcpuHour,
        Measure::MemoryGbHours => PriceUnit::GbHour,
        Measure::Images => PriceUnit::Image,
        Measure::Months => PriceUnit::Month,
    }
}

/// The ids whose rows a demand needs, so that only their files are read.
pub fn price_ids(demand: &Demand) -> Vec<PriceId> {
    let mut ids: Vec<PriceId> = demand.meters.iter().map(|meter| meter.tariff.id.clone()).collect();
    ids.sort();
    ids.dedup();
    ids
}
