//! Cold against warm: bytes to nodes that have nothing yet, and to nodes that have a version.

use imgcost::demand::{Component, Totals};
use imgcost::units::Quantity;
use maud::{Markup, html};

use super::amount::cells;
use super::chart::{Bar, Bars, Group, percent};
use super::{part, scrolling};
use crate::Report;
use crate::components::{ComponentRow, label, rows};
use crate::number::{decimals, short};

const GIB: u64 = 1 << 30;

pub(super) fn section(report: &Report<'_>) -> Markup {
    let sides = report.view.sides();
    let gib = |quantity: Quantity| quantity.in_units_of(GIB);
    let bars = sides.iter().map(|side| {
        let (warm, cold) = (gib(side.demand.totals.warm_pulls), gib(side.demand.totals.cold_pulls));
        let share = if (warm + cold).is_zero() {
            String::new()
        } else {
            format!(", {} % cold", decimals(percent(cold, warm + cold), 0))
        };
        Bar {
            name: side.demand.side.name(),
            parts: vec![("warm", warm), ("cold", cold)],
            value: format!("{} warm + {} cold GiB{share}", short(warm), short(cold)),
        }
    });
    let chart = Bars {
        title: "Bytes pulled a month, warm and cold".into(),
        groups: vec![Group { label: "GiB a month".into(), bars: bars.collect() }],
    };
    part(
        "pulls",
        "Cold against warm",
        html! {
            p {
                "A warm pull goes to a node that has another version and needs only the layers that changed. "
                "A cold pull goes to a fresh node and moves the whole image."
            }
            figure.stacked {
                (chart.draw())
                figcaption.legend { span.warm { "warm" } " " span.cold { "cold" } }
            }
            (table(report))
        },
    )
}

fn table(report: &Report<'_>) -> Markup {
    let currency = report.view.currency();
    let mut sides: Vec<&str> = report.view.sides().iter().map(|s| s.demand.side.name()).collect();
    let compared = sides.len() == 2;
    sides.extend(compared.then_some("saved"));
    let rows = rows(report);
    let pulled = |component: Component| rows.iter().find(|row| row.component == component);
    let row = |row: &ComponentRow, bytes: fn(&Totals) -> Quantity| {
        html! {
            tr {
                th scope="row" { (label(row.component)) }
                @for side in report.view.sides() {
                    td.number { (short(bytes(&side.demand.totals).in_units_of(GIB))) }
                }
                (cells(&row.monthly, currency))
            }
        }
    };
    scrolling(
        "Cold and warm pulls a month",
        html! {
            table {
                thead {
                    tr {
                        td {}
                        th.number scope="colgroup" colspan=(report.view.sides().len()) { "GiB" }
                        th.number scope="colgroup" colspan=(sides.len()) { "billed" }
                    }
                    tr {
                        th scope="col" { "a month" }
                        @for side in report.view.sides() { th.number scope="col" { (side.demand.side.name()) } }
                        @for name in &sides { th.number scope="col" { (name) } }
                    }
                }
                tbody {
                    @if let Some(warm) = pulled(Component::WarmPulls) { (row(warm, |totals| totals.warm_pulls)) }
                    @if let Some(cold) = pulled(Component::ColdPulls) { (row(cold, |totals| totals.cold_pulls)) }
                }
            }
        },
    )
}
