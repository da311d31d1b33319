//! What comes first: the headline, what to beware of, the few figures that matter.

use std::cmp::Ordering;

use imgcost::estimate::{Estimate, Figures, Line, Sums};
use imgcost::units::{Currency, Money};
use maud::{Markup, html};

use super::amount::{amount, named};
use super::name;
use crate::components::{Shown, label};
use crate::headline::headline;
use crate::number::decimals;
use crate::{Exchange, Report, View, printable, remarks};

/// Warnings and unpriced lines listed; thousands are of no more use.
const LISTED: usize = 100;

pub(super) fn header(report: &Report<'_>) -> Markup {
    html! {
        header {
            button #theme type="button" hidden { "Dark" }
            h1 { (printable(&headline(report))) }
            @if let Some(sentence) = report.exchange.as_ref().and_then(Exchange::sentence) {
                p.exchange { (sentence) }
            }
            @for line in &report.setting {
                p.setting { (printable(line)) }
            }
            @if let Some(prices) = remarks::prices(report) {
                p.setting { "Prices " (printable(&prices)) }
            }
            @if let Some(exchange) = &report.exchange {
                p.setting { "Exchange: " (printable(&exchange.basis())) }
            }
        }
    }
}

/// What is missing or doubtful, before any number.
pub(super) fn cautions(report: &Report<'_>) -> Markup {
    let sides = report.view.sides();
    let warnings = report.all_warnings();
    html! {
        @if let Some(incomplete) = remarks::incomplete(&sides) {
            div.caution #incomplete role="note" {
                p { strong { "Incomplete. " } (incomplete) }
                (unpriced(report))
            }
        }
        @if !warnings.is_empty() {
            div.caution #warnings role="note" {
                p { strong { "Warnings" } }
                ul { @for warning in warnings.iter().take(LISTED) { li { (printable(warning)) } } }
                (more(warnings.len(), "warnings"))
            }
        }
    }
}

/// Which lines; why each has no price is among the warnings.
fn unpriced(report: &Report<'_>) -> Markup {
    let lines: Vec<(&Estimate, Line<'_>)> = report
        .view
        .sides()
        .into_iter()
        .flat_map(|side| side.lines().map(move |line| (side, line)))
        .filter(|(_, line)| line.amount.is_none())
        .collect();
    html! {
        details {
            summary { "The lines without a price" }
            ul {
                @for (side, line) in lines.iter().take(LISTED) {
                    li {
                        (side.demand.side.name()) ", " (label(line.meter.component))
                        @if let Some(service) = &line.cell.service { " of " (name(service)) }
                    }
                }
            }
            (more(lines.len(), "lines without a price"))
        }
    }
}

fn more(count: usize, what: &str) -> Markup {
    html! {
        @if count > LISTED {
            p { "and " (count - LISTED) " more " (what) "; " code { "--format json" } " lists all" }
        }
    }
}

pub(super) fn tiles(report: &Report<'_>) -> Markup {
    let currency = report.view.currency();
    let complete = report.view.is_priced();
    let part = if complete { "" } else { ", of what has a price" };
    let tile = |what: &str, figure: Markup| {
        html! { div { dt { (what) (part) } dd { (figure) } } }
    };
    let side = |side: &Estimate| {
        let name = side.demand.side.name();
        let Figures { monthly, per_deploy } = side.figures();
        html! {
            (tile(&format!("{name}, a month"), total(&format!("{name}-month"), monthly, currency)))
            (tile(&format!("{name}, per deploy"), total(&format!("{name}-deploy"), per_deploy, currency)))
        }
    };
    html! {
        dl.tiles.compared[matches!(report.view, View::Compare(_))] {
            @match report.view {
                View::Compare(comparison) => {
                    @let saving = comparison.saving();
                    div class=(verdict(saving.monthly.billed)) {
                        dt { "saved a month" (part) }
                        dd {
                            (total("saved-month", saving.monthly, currency))
                            @if let Some(percent) = comparison.percent_billed().filter(|_| complete) {
                                " " small { (decimals(percent, 0)) " %" }
                            }
                        }
                    }
                    (tile("saved per deploy", total("saved-deploy", saving.per_deploy, currency)))
                    (side(&comparison.before))
                    (side(&comparison.after))
                }
                View::Estimate(estimate) => (side(estimate)),
            }
        }
        @if let View::Compare(comparison) = report.view {
            @for remark in remarks::worth(report, comparison) { p { (remark) } }
        }
        (aside(report))
    }
}

/// What no invoice shows, apart from what is billed.
fn aside(report: &Report<'_>) -> Markup {
    let currency = report.view.currency();
    let figures = match report.view {
        View::Compare(comparison) => comparison.saving(),
        View::Estimate(estimate) => estimate.figures(),
    };
    let kinds = [
        ("capacity", figures.monthly.capacity, "saved only if somebody makes something smaller"),
        ("people's time", figures.monthly.time, "on no invoice"),
    ];
    html! {
        @for (kind, sum, what) in kinds {
            @if sum != Money::ZERO {
                p.aside { "Beside what is billed: " (amount(sum, currency)) " a month of " (kind) ", " (what) "." }
            }
        }
    }
}

/// A figure with a name, unless nothing of it is known.
fn total(id: &str, sums: Sums, currency: Currency) -> Markup {
    match Shown::total(sums) {
        Shown::Amount(amount) => named(id, amount, currency),
        _ => html! { "unknown" },
    }
}

fn verdict(saving: Money) -> &'static str {
    match saving.cmp(&Money::ZERO) {
        Ordering::Greater => "saving",
        Ordering::Equal => "",
        Ordering::Less => "loss",
    }
}

pub(super) fn footer(report: &Report<'_>) -> Markup {
    html! {
        footer {
            p {
                "Written by imgcost " (env!("CARGO_PKG_VERSION")) " with the prices of "
                (report.view.as_of()) ", in " (report.view.currency().code()) ". Amounts are rounded for reading; "
                code { "--format json" } " and " code { "csv" } " have them exact, and "
                code { "imgcost explain" } " derives every line."
            }
        }
    }
}
