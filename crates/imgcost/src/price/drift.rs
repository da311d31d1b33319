use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::row::{PriceId, PriceRow, Regions, Tier};
use crate::units::Percent;

/// What became of one price, in one place, between two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drift<'r> {
    /// The price.
    pub id: &'r PriceId,
    /// The region; `None` where a price holds everywhere.
    pub region: Option<&'r str>,
    /// The destination; `None` where it does not matter, or for all that no other row names.
    pub to: Option<&'r str>,
    /// The old row, if there is one.
    pub old: Option<&'r PriceRow>,
    /// The new row, if there is one.
    pub new: Option<&'r PriceRow>,
}

/// How the rows of a [`Drift`] differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Only the new list has it.
    New,
    /// Only the old list has it.
    Gone,
    /// The same rates on the same terms, whatever the sources and dates.
    Same,
    /// The same rates, but another allowance, scope, minimum or rounding.
    Terms,
    /// Other rates, by this much of the old one where they differ most: 0.05 is 5 % dearer. `None`
    /// where the old rate was 0.
    Rates(Option<Decimal>),
    /// Another unit or currency: rates cannot be compared.
    Measure,
}

impl Drift<'_> {
    /// How the rows differ.
    pub fn change(&self) -> Change {
        let (old, new) = match (self.old, self.new) {
            (Some(old), Some(new)) => (old, new),
            (Some(_), None) => return Change::Gone,
            (None, _) => return Change::New,
        };
        if (old.unit, old.currency) != (new.unit, new.currency) {
            return Change::Measure;
        }
        let mut most = Some(Decimal::ZERO);
        let mut differ = false;
        for (old, new) in steps(old, new) {
            differ |= old != new;
            let here = if old == new { Some(Decimal::ZERO) } else { (new - old).checked_div(old) };
            most = most
                .zip(here)
                .map(|(most, here)| if here.abs() > most.abs() { here } else { most });
        }
        match (differ, terms(old) == terms(new)) {
            (true, _) => Change::Rates(most),
            (false, true) => Change::Same,
            (false, false) => Change::Terms,
        }
    }

    /// Whether some rate differs by more than a part of the old one, or cannot be compared with it.
    /// What is new, gone or only on other terms does not count.
    pub fn exceeds(&self, limit: Percent) -> bool {
        match (self.change(), self.old, self.new) {
            (Change::Measure, _, _) => true,
            (Change::Rates(_), Some(old), Some(new)) => steps(old, new).any(|(old, new)| {
                let moved = (new - old).abs().checked_mul(Decimal::ONE_HUNDRED);
                let allowed = old.checked_mul(limit.value());
                moved.zip(allowed).is_none_or(|(moved, allowed)| moved > allowed)
            }),
            _ => false,
        }
    }
}

/// Old and new rate at each bound that either has.
fn steps<'r>(
    old: &'r PriceRow,
    new: &'r PriceRow,
) -> impl Iterator<Item = (Decimal, Decimal)> + 'r {
    let at = |tiers: &[Tier], from: Decimal| {
        tiers.iter().rev().find(|tier| tier.from <= from).map_or(Decimal::ZERO, |tier| tier.rate)
    };
    let bounds = old.tiers.iter().chain(&new.tiers).map(|tier| tier.from);
    bounds.map(move |from| (at(&old.tiers, from), at(&new.tiers, from)))
}

fn terms(row: &PriceRow) -> impl PartialEq + '_ {
    (row.scope, &row.free, &row.included, row.minimum, row.rounding, row.month_hours)
}

/// A price in a place: everywhere and anywhere are places, too.
type Place<'r> = (&'r PriceId, Option<&'r str>, Option<&'r str>);

/// Compares the rows of two lists that are in force on a day, place by place.
///
/// A row for everywhere is compared with each region that the other list names, and a row for any
/// destination with each destination: lists may differ in how they are divided.
pub fn drift<'r>(old: &'r [PriceRow], new: &'r [PriceRow], on: NaiveDate) -> Vec<Drift<'r>> {
    let (old, new) = (List::new(old, on), List::new(new, on));
    let mut places: Vec<Place<'r>> = old.0.keys().chain(new.0.keys()).copied().collect();
    places.sort_unstable();
    places.dedup();
    let mut found = Vec::new();
    for place in places {
        let (before, after) = (old.find(place), new.find(place));
        let divided =
            |missing: Option<&PriceRow>, list: &List<'_>| missing.is_none() && list.divides(place);
        if divided(before, &old) || divided(after, &new) {
            continue;
        }
        let (id, region, to) = place;
        found.push(Drift { id, region, to, old: before, new: after });
    }
    found
}

struct List<'r>(BTreeMap<Place<'r>, &'r PriceRow>);

impl<'r> List<'r> {
    fn new(rows: &'r [PriceRow], on: NaiveDate) -> Self {
        let mut places = BTreeMap::new();
        for row in rows.iter().filter(|row| row.in_force(on)) {
            let regions: Vec<Option<&str>> = match &row.regions {
                Regions::All => vec![None],
                Regions::Only(regions) => regions.iter().map(|region| Some(&**region)).collect(),
            };
            let to: Vec<Option<&str>> = match &row.to {
                None => vec![None],
                Some(to) => to.iter().map(|to| Some(&**to)).collect(),
            };
            for region in &regions {
                places.extend(to.iter().map(|to| ((&row.id, *region, *to), row)));
            }
        }
        Self(places)
    }

    /// The row for a place, or for one that the place is part of.
    fn find(&self, (id, region, to): Place<'r>) -> Option<&'r PriceRow> {
        let wider = [(region, to), (region, None), (None, to), (None, None)];
        wider.into_iter().find_map(|(region, to)| self.0.get(&(id, region, to)).copied())
    }

    /// Whether it has rows for parts of a place.
    fn divides(&self, (id, region, to): Place<'r>) -> bool {
        let from = self.0.range((id, None, None)..).take_while(|((other, _, _), _)| *other == id);
        let mut here = from.map(|((_, here, there), _)| (*here, *there));
        here.any(|(here, there)| {
            (region.is_none() || region == here) && (to.is_none() || to == there)
        })
    }
}
