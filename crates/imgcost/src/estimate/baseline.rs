//! An estimate against an earlier one, of which only the result is left.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::demand::{Component, Kind};
use crate::fleet::Side;
use crate::units::{Currency, CurrencyMismatch, Money};

use super::{Estimate, Figures, GroupComparison, Line, Part, percent};

/// What an earlier run came to: one side of its result, all of it priced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    /// What it was about.
    pub title: String,
    /// The day whose prices it took.
    pub as_of: NaiveDate,
    /// Its currency.
    pub currency: Currency,
    /// The side that counts.
    pub side: Side,
    /// Its totals.
    pub figures: Figures,
    /// The labels that it was grouped by, sorted; none if it was not.
    pub group_by: Vec<String>,
    /// The figures of each group, by the values of those labels in their order.
    pub groups: BTreeMap<Vec<String>, Figures>,
    /// The month's amount of each component; `None` where no lines were listed.
    pub components: Option<BTreeMap<Component, (Kind, Money)>>,
    /// What is billed a month for each service; `None` where lines were not listed by service.
    pub services: Option<BTreeMap<String, Money>>,
}

/// An estimate against a baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Against<'a> {
    /// As it was.
    pub baseline: &'a Baseline,
    /// As it is now.
    pub now: &'a Estimate,
    /// By component, in the order of reports; `None` where the baseline lists no lines.
    pub components: Option<Vec<Moved<Component>>>,
    /// By group, in the order of the estimate's labels; `None` where the two are not grouped alike.
    pub groups: Option<Vec<GroupComparison>>,
    /// What is billed for each service, by name; `None` where one of the two has no lines by service.
    pub services: Option<Vec<Moved<String>>>,
}

/// What became of a part of the cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved<K> {
    /// The component or service.
    pub what: K,
    /// Whether anybody is billed for it.
    pub kind: Kind,
    /// A month of it in the baseline.
    pub before: Part,
    /// A month of it now.
    pub after: Part,
}

impl<K> Moved<K> {
    /// By how much it grew; `None` where that cannot be told.
    pub fn growth(&self) -> Option<Money> {
        Some(self.after.known()? - self.before.known()?)
    }
}

/// Sets an estimate against an earlier result. `labels` are those that the estimate is grouped by.
///
/// # Errors
/// [`CurrencyMismatch`] where the baseline is in another currency.
pub fn against<'a>(
    baseline: &'a Baseline,
    now: &'a Estimate,
    labels: &[String],
) -> Result<Against<'a>, CurrencyMismatch> {
    let (expected, found) = (now.terms.currency, baseline.currency);
    if expected != found {
        return Err(CurrencyMismatch { expected, found });
    }
    let components = baseline.components.as_ref().map(|was| components(was, now));
    let services = baseline.services.as_ref().and_then(|was| services(was, now));
    Ok(Against { baseline, now, components, groups: groups(baseline, now, labels), services })
}

impl Against<'_> {
    /// What is saved against the baseline; less than nothing where it grew.
    pub fn saving(&self) -> Figures {
        self.baseline.figures.minus(self.now.figures())
    }

    /// The billed saving in percent of what was billed before; `None` if nothing was.
    pub fn percent_billed(&self) -> Option<Decimal> {
        percent(self.baseline.figures.monthly.billed, self.now.figures().monthly.billed)
    }
}

fn components(was: &BTreeMap<Component, (Kind, Money)>, now: &Estimate) -> Vec<Moved<Component>> {
    let is = parts(now.lines().map(|line| (line.meter.component, line)));
    let moved = |what: Component| {
        let before = was.get(&what);
        let after = is.get(&what);
        let kind = after.map(|(kind, _)| *kind).or(before.map(|(kind, _)| *kind))?;
        Some(Moved {
            what,
            kind,
            before: before.map_or(Part::Absent, |(_, amount)| Part::Priced(*amount)),
            after: after.map_or(Part::Absent, |(_, part)| *part),
        })
    };
    Component::ALL.into_iter().filter_map(moved).collect()
}

fn services(was: &BTreeMap<String, Money>, now: &Estimate) -> Option<Vec<Moved<String>>> {
    let is = now.billed_by_service()?;
    let names: BTreeSet<&str> = was.keys().map(String::as_str).chain(is.keys().copied()).collect();
    let moved = |name: &str| Moved {
        what: name.to_owned(),
        kind: Kind::Billed,
        before: was.get(name).map_or(Part::Absent, |amount| Part::Priced(*amount)),
        after: is.get(name).copied().unwrap_or(Part::Absent),
    };
    Some(names.into_iter().map(moved).collect())
}

impl Estimate {
    /// What is billed a month for each service; `None` where services are not kept apart.
    pub fn billed_by_service(&self) -> Option<BTreeMap<&str, Part>> {
        if self.demand.cells.iter().any(|cell| cell.service.is_none()) {
            return None;
        }
        let billed = self.lines().filter(|line| line.kind() == Kind::Billed);
        let parts = parts(billed.filter_map(|line| Some((line.cell.service.as_deref()?, line))));
        Some(parts.into_iter().map(|(name, (_, part))| (name, part)).collect())
    }
}

/// Adds up lines by what they are for.
fn parts<'e, K: Ord>(lines: impl Iterator<Item = (K, Line<'e>)>) -> BTreeMap<K, (Kind, Part)> {
    let mut parts: BTreeMap<K, (Kind, Part)> = BTreeMap::new();
    for (key, line) in lines.filter(|(_, line)| !line.entry.quantity.is_zero()) {
        let (_, part) = parts.entry(key).or_insert((line.kind(), Part::Absent));
        *part = part.with(line.amount);
    }
    parts
}

/// Groups side by side, where both are grouped by the same labels, in whatever order.
fn groups(baseline: &Baseline, now: &Estimate, labels: &[String]) -> Option<Vec<GroupComparison>> {
    let mut sorted: Vec<&String> = labels.iter().collect();
    sorted.sort();
    if labels.is_empty() || !sorted.iter().copied().eq(&baseline.group_by) {
        return None;
    }
    // Where each of the estimate's labels stands in the baseline.
    let places: Vec<usize> =
        labels.iter().filter_map(|label| baseline.group_by.binary_search(label).ok()).collect();
    let was = baseline.groups.iter().map(|(values, figures)| {
        let values = places.iter().filter_map(|place| values.get(*place).cloned());
        (values.collect::<Vec<_>>(), *figures)
    });
    let mut both: BTreeMap<Vec<String>, (Figures, Figures)> =
        was.map(|(values, figures)| (values, (figures, Figures::default()))).collect();
    for (values, figures) in now.groups() {
        both.entry(values).or_default().1 = figures;
    }
    let group = |(group, (before, after))| GroupComparison { group, before, after };
    Some(both.into_iter().map(group).collect())
}
