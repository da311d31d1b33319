//! The tables that all formats share.

use std::cmp::Reverse;

use imgcost::demand::Component;
use imgcost::estimate::{Moved, Part};
use imgcost::units::Money;

use super::BaselineReport;
use crate::components::{Shown, label};
use crate::number::growth;
use crate::table::{Align, Table};

/// A component, group or service before and after.
pub(super) struct Row {
    pub(super) name: Vec<String>,
    pub(super) before: Part,
    pub(super) after: Part,
}

impl Row {
    /// By how much it grew; nothing where that cannot be told.
    fn growth(&self) -> Option<Money> {
        Some(self.after.known()? - self.before.known()?)
    }

    /// What it saves, as the contract counts.
    pub(super) fn saving(&self) -> Option<Money> {
        Some(self.before.known()? - self.after.known()?)
    }

    /// Whether one of the sides has any of it.
    pub(super) fn is_there(&self) -> bool {
        let nothing = |part: Part| matches!(part.known(), Some(Money::ZERO));
        !nothing(self.before) || !nothing(self.after)
    }

    fn changed(&self) -> bool {
        self.growth().is_none_or(|growth| !growth.is_zero())
    }

    /// Unknown first, then by the size of the change.
    fn rank(&self) -> Reverse<(bool, Money)> {
        let size = self.growth().map(|growth| growth.max(Money::ZERO - growth));
        Reverse((size.is_none(), size.unwrap_or_default()))
    }
}

pub(super) fn components(report: &BaselineReport<'_>) -> Vec<(Component, Row)> {
    let moved = report.against.components.iter().flatten();
    moved.map(|moved| (moved.what, row(label(moved.what).to_owned(), moved))).collect()
}

/// Groups, those that changed most first.
pub(super) fn groups(report: &BaselineReport<'_>) -> Vec<Row> {
    let groups = report.against.groups.iter().flatten();
    let mut rows: Vec<Row> = groups
        .map(|group| Row {
            name: group.group.clone(),
            before: group.before.monthly.into(),
            after: group.after.monthly.into(),
        })
        .collect();
    rows.sort_by_key(Row::rank);
    rows
}

/// Services that changed, those that changed most first.
pub(super) fn services(report: &BaselineReport<'_>) -> Vec<Row> {
    let services = report.against.services.iter().flatten();
    let rows = services.map(|moved| row(moved.what.clone(), moved));
    let mut rows: Vec<Row> = rows.filter(Row::changed).collect();
    rows.sort_by_key(Row::rank);
    rows
}

fn row<K>(name: String, moved: &Moved<K>) -> Row {
    Row { name: vec![name], before: moved.before, after: moved.after }
}

/// Totals of each kind that is there.
pub(super) fn totals(report: &BaselineReport<'_>) -> Table {
    let (was, is) = (report.against.baseline.figures, report.against.now.figures());
    let mut table = empty(&[""]);
    let rows = [
        ("billed a month", was.monthly.billed, is.monthly.billed),
        ("billed per deploy", was.per_deploy.billed, is.per_deploy.billed),
        ("capacity a month", was.monthly.capacity, is.monthly.capacity),
        ("time a month", was.monthly.time, is.monthly.time),
    ];
    for (name, before, after) in rows {
        if name.starts_with("billed") || !before.is_zero() || !after.is_zero() {
            let name = vec![name.to_owned()];
            push(
                report,
                &mut table,
                &Row { name, before: Part::Priced(before), after: Part::Priced(after) },
            );
        }
    }
    table
}

/// Rows as a table.
pub(super) fn tabled<'r>(
    report: &BaselineReport<'_>,
    names: &[&str],
    rows: impl Iterator<Item = &'r Row>,
) -> Table {
    let mut table = empty(names);
    rows.for_each(|row| push(report, &mut table, row));
    table
}

fn empty(names: &[&str]) -> Table {
    let names = names.iter().map(|name| (*name, Align::Left));
    let amounts = ["baseline", "now", "change"].map(|name| (name, Align::Right));
    Table::new(names.chain(amounts))
}

fn push(report: &BaselineReport<'_>, table: &mut Table, row: &Row) {
    let currency = report.currency();
    let cell = |part: Part| Shown::from(part).cell(currency);
    let change = row.growth().map_or("unknown".into(), |change| growth(change, currency));
    table.push(row.name.iter().cloned().chain([cell(row.before), cell(row.after), change]));
}
