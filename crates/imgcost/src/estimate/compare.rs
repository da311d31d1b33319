use rust_decimal::Decimal;

use crate::units::Money;

use super::{Estimate, Figures};

/// Before against after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// As it is.
    pub before: Estimate,
    /// As it would be.
    pub after: Estimate,
    /// Figures by group, if groups were asked for.
    pub groups: Vec<GroupComparison>,
}

/// One group, before against after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupComparison {
    /// The values of the labels grouped by.
    pub group: Vec<String>,
    /// Before.
    pub before: Figures,
    /// After.
    pub after: Figures,
}

/// Compares two estimates of a fleet, in total and by group.
///
/// A saving is the difference of two fleet totals, never a sum of guesses: tiers and allowances
/// were applied to each side as a whole.
pub fn compare(before: Estimate, after: Estimate) -> Comparison {
    let groups = groups(&before, &after);
    Comparison { before, after, groups }
}

fn groups(before: &Estimate, after: &Estimate) -> Vec<GroupComparison> {
    let cells = before.demand.cells.iter().chain(&after.demand.cells);
    let mut names: Vec<&Vec<String>> =
        cells.map(|cell| &cell.group).filter(|g| !g.is_empty()).collect();
    names.sort();
    names.dedup();
    let (before, after) = (by_group(before, &names), by_group(after, &names));
    let figures = before.into_iter().zip(after);
    let groups = names.into_iter().zip(figures);
    groups
        .map(|(group, (before, after))| GroupComparison { group: group.clone(), before, after })
        .collect()
}

/// The figures of each group, reading the lines once.
fn by_group(estimate: &Estimate, names: &[&Vec<String>]) -> Vec<Figures> {
    let place = |group: &Vec<String>| names.binary_search(&group).ok();
    let mut lines = vec![Vec::new(); names.len()];
    for line in estimate.lines() {
        if let Some(place) = place(&line.cell.group) {
            lines[place].push(line);
        }
    }
    let mut deploys = vec![0_i128; names.len()];
    for (cell, count) in estimate.demand.cells.iter().zip(&estimate.demand.deploys) {
        if let Some(place) = place(&cell.group) {
            deploys[place] += count.steps();
        }
    }
    lines
        .into_iter()
        .zip(deploys)
        .map(|(lines, deploys)| Figures::of(lines.into_iter(), super::deploy_count(deploys)))
        .collect()
}

impl Estimate {
    /// The figures of each group, if groups were asked for.
    pub fn groups(&self) -> Vec<(Vec<String>, Figures)> {
        let mut names: Vec<&Vec<String>> =
            self.demand.cells.iter().map(|cell| &cell.group).filter(|g| !g.is_empty()).collect();
        names.sort();
        names.dedup();
        let figures = by_group(self, &names);
        names.into_iter().cloned().zip(figures).collect()
    }
}

impl Comparison {
    /// What is saved, a month and per deploy.
    pub fn saving(&self) -> Figures {
        self.before.figures().minus(self.after.figures())
    }

    /// The billed saving in percent of what was billed before; `None` if nothing was.
    pub fn percent_billed(&self) -> Option<Decimal> {
        percent(self.before.figures().monthly.billed, self.after.figures().monthly.billed)
    }

    /// What `size x pulls x price` would promise a month; `None` where the path has no price.
    pub fn naive_saving(&self) -> Option<Money> {
        Some(self.before.naive()? - self.after.naive()?)
    }

    /// Whether every line on both sides has a price.
    pub fn is_complete(&self) -> bool {
        self.before.is_complete() && self.after.is_complete()
    }

    /// Months until a one-off effort is paid back by the billed saving; `None` if it never is.
    pub fn payback_months(&self, effort: Money) -> Option<Decimal> {
        let saving = self.saving().monthly.billed;
        (saving > Money::ZERO).then(|| effort.to_decimal() / saving.to_decimal())
    }

    /// The billed saving in percent of a stated monthly bill.
    pub fn percent_of_bill(&self, bill: Money) -> Option<Decimal> {
        let bill = bill.to_decimal();
        (!bill.is_zero())
            .then(|| self.saving().monthly.billed.to_decimal() * Decimal::ONE_HUNDRED / bill)
    }
}

impl GroupComparison {
    /// What is saved.
    pub fn saving(&self) -> Figures {
        self.before.minus(self.after)
    }
}

/// By how many percent of `before` the amount falls.
pub(crate) fn percent(before: Money, after: Money) -> Option<Decimal> {
    let base = before.to_decimal();
    (!base.is_zero()).then(|| (before - after).to_decimal() * Decimal::ONE_HUNDRED / base)
}
