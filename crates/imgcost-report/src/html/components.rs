//! Before and after, by component: a chart of what is billed, and the table of everything.

use imgcost::demand::Kind;
use imgcost::estimate::{Figures, Sums};
use maud::{Markup, html};
use rust_decimal::Decimal;

use super::amount::cells;
use super::chart::{Bar, Bars, Group};
use super::{part, scrolling};
use crate::components::{ComponentRow, Shown, billed as total_name, label, rows};
use crate::{Report, View};

pub(super) fn section(report: &Report<'_>) -> Markup {
    let heading = match report.view {
        View::Compare(_) => "Before and after, by component",
        View::Estimate(_) => "By component",
    };
    let rows = rows(report);
    part(
        "components",
        heading,
        html! {
            figure {
                (chart(report, &rows).draw())
                figcaption { "Billed a month, by component." }
            }
            (table(report, heading, &rows))
        },
    )
}

fn chart(report: &Report<'_>, rows: &[ComponentRow]) -> Bars {
    let currency = report.view.currency();
    let names: Vec<&str> = report.view.sides().iter().map(|s| s.demand.side.name()).collect();
    let bar = |(name, shown): (&&'static str, &Shown)| {
        let length = match shown {
            Shown::Amount(amount) | Shown::Partly(amount) => amount.to_decimal(),
            Shown::Absent | Shown::Unpriced => Decimal::ZERO,
        };
        Bar { name, parts: vec![(*name, length)], value: shown.cell(currency) }
    };
    let billed = rows.iter().filter(|row| row.kind == Kind::Billed);
    let groups = billed.map(|row| Group {
        label: label(row.component).into(),
        bars: names.iter().zip(&row.monthly).map(bar).collect(),
    });
    Bars { title: "Billed a month, by component".into(), groups: groups.collect() }
}

/// A month: billed components and their total, then what no invoice shows. Then each deploy.
fn table(report: &Report<'_>, heading: &str, rows: &[ComponentRow]) -> Markup {
    let currency = report.view.currency();
    let sides = report.view.sides();
    let mut names: Vec<&str> = sides.iter().map(|side| side.demand.side.name()).collect();
    names.extend((sides.len() == 2).then_some("saved"));
    let row = |row: &ComponentRow, shown: &[Shown], detail: &str| {
        html! {
            tr {
                th scope="row" {
                    (label(row.component))
                    @if !detail.is_empty() { " " small { (detail) } }
                }
                (cells(shown, currency))
            }
        }
    };
    let exchanged = |shown: Option<&Vec<Shown>>| {
        html! {
            @if let (Some(exchange), Some(shown)) = (&report.exchange, shown) {
                tr.total {
                    th scope="row" { (total_name(report)) " in " (exchange.currency().code()) }
                    (cells(shown, exchange.currency()))
                }
            }
        }
    };
    let total = |pick: fn(Figures) -> Sums| {
        let sums = sides.iter().map(|side| Shown::total(pick(side.figures())));
        html! {
            tr.total {
                th scope="row" { (total_name(report)) }
                (cells(&sums.collect::<Vec<_>>(), currency))
            }
        }
    };
    let [month, deploy] = match &report.exchange {
        Some(exchange) => exchange.billed().map(Some),
        None => [None, None],
    };
    let period = |name: &str| {
        html! { tr.period { th scope="rowgroup" colspan=(names.len() + 1) { (name) } } }
    };
    let (billed, beside): (Vec<&ComponentRow>, Vec<&ComponentRow>) =
        rows.iter().partition(|row| row.kind == Kind::Billed);
    let each_deploy = |row: &&&ComponentRow| row.per_deploy.iter().any(|s| *s != Shown::Absent);
    scrolling(
        heading,
        html! {
            table {
                thead {
                    tr {
                        th scope="col" { "component" }
                        @for name in &names { th.number scope="col" { (name) } }
                    }
                }
                tbody.month {
                    (period("a month"))
                    @for billed in &billed { (row(billed, &billed.monthly, &billed.detail)) }
                    (total(|figures| figures.monthly))
                    (exchanged(month.as_ref()))
                    @for other in &beside { (row(other, &other.monthly, &other.detail)) }
                }
                tbody.deploy {
                    (period("per deploy"))
                    @for billed in billed.iter().filter(each_deploy) { (row(billed, &billed.per_deploy, "")) }
                    (total(|figures| figures.per_deploy))
                    (exchanged(deploy.as_ref()))
                }
            }
        },
    )
}
