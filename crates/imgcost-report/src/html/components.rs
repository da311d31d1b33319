//! Before and after, by component: a chart of what is billed, and the table of everything.

use imgcost::demand::Kind;
use imgcost::estimate::Figures;
use imgcost::units::Money;
use maud::{Markup, html};
use rust_decimal::Decimal;

use super::amount::cells;
use super::chart::{Bar, Bars, Group};
use super::{part, scrolling};
use crate::components::{ComponentRow, Shown, label, rows};
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

/// Billed components and their total, then what no invoice shows; a month and per deploy.
fn table(report: &Report<'_>, heading: &str, rows: &[ComponentRow]) -> Markup {
    let currency = report.view.currency();
    let sides = report.view.sides();
    let mut names: Vec<&str> = sides.iter().map(|side| side.demand.side.name()).collect();
    if names.len() == 2 {
        names.push("saved");
    }
    let row = |row: &ComponentRow| {
        html! {
            tr {
                th scope="row" {
                    (label(row.component))
                    @if !row.detail.is_empty() { " " small { (row.detail) } }
                }
                (cells(&row.monthly, currency))
                (cells(&row.per_deploy, currency))
            }
        }
    };
    let billed = |pick: fn(Figures) -> Money| -> Vec<Shown> {
        sides.iter().map(|side| Shown::Amount(pick(side.figures()))).collect()
    };
    let [month, deploy] =
        [billed(|figures| figures.monthly.billed), billed(|figures| figures.per_deploy.billed)];
    let on_bill = |row: &&ComponentRow| row.kind == Kind::Billed;
    scrolling(
        heading,
        html! {
            table {
                thead {
                    tr {
                        td {}
                        th.number scope="colgroup" colspan=(names.len()) { "a month" }
                        th.number scope="colgroup" colspan=(names.len()) { "per deploy" }
                    }
                    tr {
                        th scope="col" { "component" }
                        @for name in names.iter().chain(&names) { th.number scope="col" { (name) } }
                    }
                }
                tbody {
                    @for billed in rows.iter().filter(on_bill) { (row(billed)) }
                    tr.total {
                        th scope="row" { (total(report)) }
                        (cells(&month, currency))
                        (cells(&deploy, currency))
                    }
                    @for other in rows.iter().filter(|row| !on_bill(row)) { (row(other)) }
                }
            }
        },
    )
}

/// What totals are called: they leave out what has no price.
pub(super) fn total(report: &Report<'_>) -> &'static str {
    if report.view.is_complete() { "billed" } else { "billed, of what has a price" }
}
