//! What the sheets refer to: numbered services and groups, keyed prices, sorted lines.

use imgcost::demand::{Cell, Kind, Meter};
use imgcost::estimate::{Estimate, Line, Place, Pricing, Unpriced};
use imgcost::price::{Charge, PriceRow, PriceUnit};
use imgcost::units::Money;

use super::owners::Owners;
use crate::Report;

/// Everything that more than one sheet needs.
pub(super) struct Book<'r> {
    pub(super) sides: Vec<&'r Estimate>,
    /// The services (or groups, where services are not kept apart), by group.
    pub(super) cells: Vec<&'r Cell>,
    /// The groups.
    pub(super) groups: Vec<&'r [String]>,
    pub(super) prices: Vec<Price<'r>>,
    /// By cell, so that the lines of a service are neighbours.
    pub(super) lines: Vec<Placed<'r>>,
}

/// A line, and where in the book its service, group and price are.
pub(super) struct Placed<'r> {
    pub(super) line: Line<'r>,
    pub(super) side: usize,
    pub(super) cell: usize,
    pub(super) group: usize,
    pub(super) price: usize,
}

/// What the lines of one pool go by.
pub(super) struct Price<'r> {
    /// A meter that goes by it.
    pub(super) meter: &'r Meter,
    pub(super) known: Known<'r>,
    pub(super) unit: PriceUnit,
    /// What the pool comes to, by side.
    pub(super) charges: Vec<Option<&'r Charge>>,
}

/// What is known of a price.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Known<'r> {
    /// The row, and across what it pools.
    Row(&'r PriceRow, Place<'r>),
    /// Nothing, and why.
    Nothing(&'r Unpriced),
}

impl Price<'_> {
    /// How many rows it takes on its sheet: one per tier.
    pub(super) fn height(&self) -> usize {
        match self.known {
            Known::Row(row, _) => row.tiers.len().max(1),
            Known::Nothing(_) => 1,
        }
    }
}

/// What lines come to: those that have a price, and how many have none.
#[derive(Clone, Copy, Default)]
pub(super) struct Sum {
    pub(super) amount: Money,
    pub(super) unpriced: usize,
}

impl Sum {
    pub(super) fn of<'l>(lines: impl Iterator<Item = &'l Placed<'l>>) -> Self {
        let mut sum = Self::default();
        lines.for_each(|placed| sum.add(placed.line.amount));
        sum
    }

    pub(super) fn add(&mut self, amount: Option<Money>) {
        match amount {
            Some(amount) => self.amount = self.amount + amount,
            None => self.unpriced += 1,
        }
    }
}

impl<'r> Book<'r> {
    pub(super) fn of(report: &Report<'r>) -> Self {
        let sides = report.view.sides();
        let mut cells: Vec<&Cell> = sides.iter().flat_map(|side| &side.demand.cells).collect();
        cells.sort();
        cells.dedup();
        let mut groups: Vec<&[String]> = cells.iter().map(|cell| &*cell.group).collect();
        groups.dedup();
        let mut prices = Vec::new();
        let mut lines = Vec::new();
        for (side, &estimate) in sides.iter().enumerate() {
            let keys = keyed(estimate, side, sides.len(), &mut prices);
            for line in estimate.lines().filter(|line| !line.entry.quantity.is_zero()) {
                let (Ok(cell), Ok(group), Some(&Some(price))) = (
                    cells.binary_search(&line.cell),
                    groups.binary_search(&&*line.cell.group),
                    keys.get(line.entry.meter),
                ) else {
                    continue;
                };
                lines.push(Placed { line, side, cell, group, price });
            }
        }
        lines.sort_by_key(|placed| (placed.cell, placed.line.meter.component, placed.side));
        Self { sides, cells, groups, prices, lines }
    }

    pub(super) fn has(&self, owners: Owners) -> bool {
        let services = self.cells.iter().any(|cell| cell.service.is_some());
        let grouped = self.groups.iter().any(|group| !group.is_empty());
        match owners {
            Owners::Services => services,
            Owners::Groups => grouped || !services,
        }
    }

    /// The kinds that lines have, in the order of reports.
    pub(super) fn kinds(&self) -> Vec<Kind> {
        let there = |kind: &Kind| self.lines.iter().any(|placed| placed.line.kind() == *kind);
        Kind::ALL.into_iter().filter(|kind| *kind == Kind::Billed || there(kind)).collect()
    }
}

/// The place in `prices` of each meter that is counted; adds those that are not there yet.
fn keyed<'r>(
    estimate: &'r Estimate,
    side: usize,
    sides: usize,
    prices: &mut Vec<Price<'r>>,
) -> Vec<Option<usize>> {
    let mut keys = vec![None; estimate.demand.meters.len()];
    for line in estimate.lines().filter(|line| !line.entry.quantity.is_zero()) {
        let Some(key) = keys.get_mut(line.entry.meter).filter(|key| key.is_none()) else {
            continue;
        };
        let (known, charge) = match line.pricing {
            Pricing::Priced { row, charge } => {
                (Known::Row(row, Place::of(row, line.meter)), Some(&**charge))
            }
            Pricing::Unpriced(why) => (Known::Nothing(why), None),
            Pricing::NotCounted => continue,
        };
        let same = |price: &Price<'_>| match known {
            Known::Row(..) => price.known == known,
            // Each by itself, so that whoever knows a price can fill it in.
            Known::Nothing(_) => price.known == known && price.meter == line.meter,
        };
        let place = prices.iter().position(same).unwrap_or_else(|| {
            let (_, unit) = line.quantity();
            prices.push(Price { meter: line.meter, known, unit, charges: vec![None; sides] });
            prices.len() - 1
        });
        if let Some(of_side) = prices.get_mut(place).and_then(|price| price.charges.get_mut(side)) {
            *of_side = charge;
        }
        *key = Some(place);
    }
    keys
}
