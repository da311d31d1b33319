//! Groups and services: the dearest few hundred, which a reader can sort and filter.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use imgcost::demand::SHARED;
use imgcost::estimate::Part;
use imgcost::units::{Currency, Money};
use maud::{Markup, html};

use super::amount::{amount, cell, cells, last_cell};
use super::chart::svg;
use super::{name, part, scrolling};
use crate::components::{Shown, billed};
use crate::{Report, View, printable};

/// Rows listed. A browser sorts this many at once; more would hide what matters.
const LISTED: usize = 300;

struct Ranked {
    id: &'static str,
    /// What a row is, many of them.
    what: &'static str,
    /// Columns of names.
    labels: Vec<String>,
    rows: Vec<Row>,
    /// What is billed per deploy in total, or saved, where rows say it.
    per_deploy: Option<Money>,
}

struct Row {
    names: Vec<String>,
    /// Billed a month: before and after, or the one side.
    month: Vec<Part>,
    /// Billed per deploy on each side, where rows say it.
    per_deploy: Option<Vec<Part>>,
}

/// By the labels that the reader asked for; nothing if there were none.
pub(super) fn groups(report: &Report<'_>) -> Markup {
    if report.group_by.is_empty() {
        return html! {};
    }
    let rows = match report.view {
        View::Compare(comparison) => comparison
            .groups
            .iter()
            .map(|group| Row {
                names: group.group.clone(),
                month: vec![group.before.monthly.into(), group.after.monthly.into()],
                per_deploy: Some(vec![
                    group.before.per_deploy.into(),
                    group.after.per_deploy.into(),
                ]),
            })
            .collect(),
        View::Estimate(estimate) => estimate
            .groups()
            .into_iter()
            .map(|(names, figures)| Row {
                names,
                month: vec![figures.monthly.into()],
                per_deploy: Some(vec![figures.per_deploy.into()]),
            })
            .collect(),
    };
    let per_deploy = Some(match report.view {
        View::Compare(comparison) => comparison.saving().per_deploy.billed,
        View::Estimate(estimate) => estimate.figures().per_deploy.billed,
    });
    let labels = report.group_by.clone();
    let heading = format!("By {}", printable(&labels.join(" and ")));
    let ranked = Ranked { id: "groups", what: "groups", labels, rows, per_deploy };
    part("groups", &heading, ranked.table(report, &heading))
}

/// By service, if there are several.
pub(super) fn services(report: &Report<'_>) -> Markup {
    let sides = report.view.sides();
    if sides.iter().all(|side| side.demand.services < 2) {
        return html! {};
    }
    let mut services: BTreeMap<&str, Vec<Part>> = BTreeMap::new();
    for (index, side) in sides.iter().enumerate() {
        for (service, sums) in side.services() {
            let month = services.entry(service).or_insert_with(|| vec![Part::Absent; sides.len()]);
            if let Some(place) = month.get_mut(index) {
                *place = sums.into();
            }
        }
    }
    // What the fleet itself costs is named only if it costs something.
    services.retain(|name, month| {
        *name != SHARED || month.iter().any(|part| part.known() != Some(Money::ZERO))
    });
    let content = if services.is_empty() {
        html! {
            p {
                "Services were not kept apart: there are more than 10,000, or " code { "--lines" }
                " says so. " code { "--lines service" } " keeps each."
            }
        }
    } else {
        let rows = services.into_iter().map(|(service, month)| Row {
            names: vec![service.to_owned()],
            month,
            per_deploy: None,
        });
        let ranked = Ranked {
            id: "services",
            what: "services",
            labels: vec!["service".into()],
            rows: rows.collect(),
            per_deploy: None,
        };
        ranked.table(report, "Services")
    };
    part("services", "Top services", content)
}

impl Row {
    /// The dearer side.
    fn cost(&self) -> Money {
        self.month.iter().map(|part| part.priced()).max().unwrap_or(Money::ZERO)
    }

    fn is_shared(&self) -> bool {
        self.names.iter().all(|name| name == SHARED)
    }

    /// What is saved, or the cost where there is but one side.
    fn order(&self) -> Money {
        match self.month[..] {
            [before, after] => before.priced() - after.priced(),
            [one] => one.priced(),
            _ => Money::ZERO,
        }
    }

    /// The amounts of a month: each side, and what is saved if there are two; then per deploy.
    fn amounts(&self, currency: Currency) -> Markup {
        html! {
            (cells(&shown(&self.month), currency))
            @if let Some(sides) = &self.per_deploy { (last_cell(&shown(sides), currency)) }
        }
    }
}

fn shown(parts: &[Part]) -> Vec<Shown> {
    parts.iter().copied().map(Shown::from).collect()
}

impl Ranked {
    fn table(mut self, report: &Report<'_>, label: &str) -> Markup {
        let currency = report.view.currency();
        let sides = report.view.sides();
        // What no group or service causes stands by itself: fees dwarf everything else.
        let (shared, rows): (Vec<Row>, Vec<Row>) = self.rows.into_iter().partition(Row::is_shared);
        self.rows = rows;
        let count = self.rows.len();
        // The dearest are listed; in what order, is another matter.
        self.rows.sort_by_key(|row| Reverse(row.cost()));
        let others = self.rows.split_off(count.min(LISTED));
        self.rows.sort_by_key(|row| Reverse(row.order()));
        let longest = self.rows.iter().map(Row::cost).max().unwrap_or(Money::ZERO).to_decimal();
        let mut amounts: Vec<&str> = sides.iter().map(|side| side.demand.side.name()).collect();
        amounts.extend((sides.len() == 2).then_some("saved"));
        let deploy = if sides.len() == 2 { "saved per deploy" } else { "per deploy" };
        amounts.extend(self.per_deploy.map(|_| deploy));
        let sum = |rows: &[Row], side: usize| -> Money {
            rows.iter().filter_map(|row| row.month.get(side)).map(|part| part.priced()).sum()
        };
        let left_out: Vec<Shown> =
            (0..sides.len()).map(|side| Shown::Amount(sum(&others, side))).collect();
        let all: Vec<Shown> =
            sides.iter().map(|side| Shown::total(side.figures().monthly)).collect();
        let bars = |row: &Row| {
            html! {
                td.bars {
                    @for (side, part) in sides.iter().zip(&row.month) {
                        (svg(&[(side.demand.side.name(), part.priced().to_decimal())], longest))
                    }
                }
            }
        };
        html! {
            p {
                "Billed a month. "
                @if others.is_empty() {
                    (count) " " (self.what) "."
                } @else {
                    "The " (LISTED) " dearest of " (count) " " (self.what) " are listed, "
                    (others.len()) " are left out; " code { "--format csv" } " and " code { "json" } " have all."
                }
            }
            p.filter hidden {
                label for={ (self.id) "-filter" } { "Filter by name" }
                input id={ (self.id) "-filter" } type="search" autocomplete="off" spellcheck="false";
                output for={ (self.id) "-filter" } {}
            }
            (scrolling(label, html! {
                table.ranked #{ (self.id) "-table" } {
                    thead {
                        tr {
                            @for name in &self.labels { th scope="col" { (printable(name)) } }
                            td.bars {}
                            @for name in &amounts { th.number scope="col" { (name) } }
                        }
                    }
                    tbody {
                        @for row in &self.rows {
                            tr {
                                @for (index, label) in row.names.iter().enumerate() {
                                    @if index == 0 { th scope="row" { (name(label)) } }
                                    @else { td { (name(label)) } }
                                }
                                (bars(row))
                                (row.amounts(currency))
                            }
                        }
                    }
                    tfoot {
                        @if !others.is_empty() {
                            tr {
                                th scope="row" colspan=(self.labels.len()) { (others.len()) " left out" }
                                td.bars {}
                                (cells(&left_out, currency))
                                @if self.per_deploy.is_some() { (cell(html! { "-" })) }
                            }
                        }
                        @for row in &shared {
                            tr {
                                th scope="row" colspan=(self.labels.len()) { (SHARED) " " small { "fees of the fleet itself" } }
                                td.bars {}
                                (row.amounts(currency))
                            }
                        }
                        tr.total {
                            th scope="row" colspan=(self.labels.len()) { (billed(report)) }
                            td.bars {}
                            (cells(&all, currency))
                            @if let Some(sum) = self.per_deploy { (cell(amount(sum, currency))) }
                        }
                    }
                }
            }))
        }
    }
}
