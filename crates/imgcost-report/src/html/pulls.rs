//! Cold against warm: bytes to nodes that have nothing yet, and to nodes that have a version.

use imgcost::demand::{Component, Totals};
use imgcost::units::Quantity;
use maud::{Markup, html};
use rust_decimal::Decimal;

use super::amount::cells;
use super::chart::{Bar, Bars, Group, percent};
use super::{part, scrolling};
use crate::Report;
use crate::components::{label, rows};
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
    let sides = report.view.sides();
    let mut names: Vec<&str> = sides.iter().map(|side| side.demand.side.name()).collect();
    names.extend((sides.len() == 2).then_some("saved"));
    let bytes = |what: &str, pick: fn(&Totals) -> Quantity| {
        let mut moved: Vec<Decimal> =
            sides.iter().map(|side| pick(&side.demand.totals).in_units_of(GIB)).collect();
        if let [before, after] = moved[..] {
            moved.push(before - after);
        }
        html! {
            tr {
                th scope="row" { (what) " pulls, GiB" }
                @for gib in moved { td.number { (short(gib)) } }
            }
        }
    };
    let rows = rows(report);
    let billed = |component: Component| {
        html! {
            @if let Some(row) = rows.iter().find(|row| row.component == component) {
                tr {
                    th scope="row" { (label(component)) ", billed" }
                    (cells(&row.monthly, currency))
                }
            }
        }
    };
    scrolling(
        "Cold and warm pulls a month",
        html! {
            table {
                thead {
                    tr {
                        th scope="col" { "a month" }
                        @for name in &names { th.number scope="col" { (name) } }
                    }
                }
                tbody {
                    (bytes("warm", |totals| totals.warm_pulls))
                    (bytes("cold", |totals| totals.cold_pulls))
                    (billed(Component::WarmPulls))
                    (billed(Component::ColdPulls))
                }
            }
        },
    )
}
