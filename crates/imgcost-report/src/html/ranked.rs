//! Groups and services: the dearest few hundred, which a reader can sort and filter.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use imgcost::demand::SHARED;
use imgcost::units::Money;
use maud::{Markup, html};

use super::amount::{amount, cell};
use super::chart::svg;
use super::components::total;
use super::{name, part, scrolling};
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
    /// What is billed per deploy in total, where rows say it.
    per_deploy: Option<Money>,
}

struct Row {
    names: Vec<String>,
    /// Billed a month: before and after, or the one side.
    month: Vec<Money>,
    /// Billed per deploy, or saved; where that is known.
    per_deploy: Option<Money>,
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
                month: vec![group.before.monthly.billed, group.after.monthly.billed],
                per_deploy: Some(group.saving().per_deploy.billed),
            })
            .collect(),
        View::Estimate(estimate) => estimate
            .groups()
            .into_iter()
            .map(|(names, figures)| Row {
                names,
                month: vec![figures.monthly.billed],
                per_deploy: Some(figures.per_deploy.billed),
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
    let mut services: BTreeMap<&str, Vec<Money>> = BTreeMap::new();
    for (index, side) in sides.iter().enumerate() {
        for (service, sums) in side.services() {
            let month = services.entry(service).or_insert_with(|| vec![Money::ZERO; sides.len()]);
            if let Some(place) = month.get_mut(index) {
                *place = sums.billed;
            }
        }
    }
    // What the fleet itself costs is named only if it costs something.
    services.retain(|name, month| *name != SHARED || month.iter().any(|sum| !sum.is_zero()));
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
        self.month.iter().copied().max().unwrap_or(Money::ZERO)
    }

    /// What is saved, or the cost where there is but one side.
    fn order(&self) -> Money {
        self.columns().last().copied().unwrap_or(Money::ZERO)
    }

    /// The amounts of a month: each side, and what is saved if there are two.
    fn columns(&self) -> Vec<Money> {
        with_saving(self.month.clone())
    }
}

fn with_saving(mut month: Vec<Money>) -> Vec<Money> {
    if let [before, after] = month[..] {
        month.push(before - after);
    }
    month
}

impl Ranked {
    fn table(mut self, report: &Report<'_>, label: &str) -> Markup {
        let currency = report.view.currency();
        let sides = report.view.sides();
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
            rows.iter().filter_map(|row| row.month.get(side)).copied().sum()
        };
        let left_out = with_saving((0..sides.len()).map(|side| sum(&others, side)).collect());
        let all = with_saving(sides.iter().map(|side| side.figures().monthly.billed).collect());
        let bars = |row: &Row| {
            html! {
                td.bars {
                    @for (side, sum) in sides.iter().zip(&row.month) {
                        (svg(&[(side.demand.side.name(), sum.to_decimal())], longest))
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
                                @for sum in row.columns() { (cell(amount(sum, currency))) }
                                @if let Some(sum) = row.per_deploy { (cell(amount(sum, currency))) }
                            }
                        }
                    }
                    tfoot {
                        @if !others.is_empty() {
                            tr {
                                th scope="row" colspan=(self.labels.len()) { (others.len()) " left out" }
                                td.bars {}
                                @for sum in left_out { (cell(amount(sum, currency))) }
                                @if self.per_deploy.is_some() { (cell(html! { "-" })) }
                            }
                        }
                        tr.total {
                            th scope="row" colspan=(self.labels.len()) { (total(report)) }
                            td.bars {}
                            @for sum in all { (cell(amount(sum, currency))) }
                            @if let Some(sum) = self.per_deploy { (cell(amount(sum, currency))) }
                        }
                    }
                }
            }))
        }
    }
}
