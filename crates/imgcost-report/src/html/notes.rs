//! What other paths would cost, what the naive figure promises, and what was taken for granted.

use imgcost::units::Money;
use maud::{Markup, html};

use super::amount::{amount, cell, named};
use super::chart::{Bar, Bars, Group};
use super::{part, scrolling};
use crate::number::money;
use crate::{Report, View, printable, remarks};

/// The same bytes on other paths; nothing if that was not worked out.
pub(super) fn paths(report: &Report<'_>) -> Markup {
    if report.alternatives.is_empty() {
        return html! {};
    }
    let currency = report.view.currency();
    part(
        "paths",
        "On other network paths",
        html! {
            p { "What would be billed a month if all bytes took one path." }
            (scrolling("On other network paths", html! {
                table {
                    thead {
                        tr {
                            th scope="col" { "path" }
                            @for name in ["before", "after", "saved"] { th.number scope="col" { (name) } }
                        }
                    }
                    tbody {
                        @for path in &report.alternatives {
                            @let taken = report.paths == [path.path.name()];
                            tr.chosen[taken] {
                                th scope="row" {
                                    (printable(&path.path.name()))
                                    @if taken { " " small { "as in this report" } }
                                }
                                @match path.billed {
                                    Some((before, after)) => @for sum in [before, after, before - after] { (cell(amount(sum, currency))) },
                                    None => @for _ in 0..3 { (cell(html! { "no price" })) },
                                }
                            }
                        }
                    }
                }
            }))
            @if let Some(sentence) = remarks::path(report) { p { (printable(&sentence)) } }
        },
    )
}

/// What `size x pulls x price` says, and why it is wrong.
pub(super) fn naive(report: &Report<'_>) -> Markup {
    let currency = report.view.currency();
    let (naive, ours, sentence) = match report.view {
        View::Compare(comparison) => (
            comparison.naive_saving(),
            comparison.saving().monthly.billed,
            remarks::naive(report, comparison),
        ),
        View::Estimate(estimate) => (
            estimate.naive(),
            estimate.figures().monthly.billed,
            match estimate.naive() {
                Some(naive) => format!(
                    "size x pulls x price would say {}: {}.",
                    money(naive, currency),
                    remarks::why_naive(report)
                ),
                None => "size x pulls x price cannot be told: the path has no price.".into(),
            },
        ),
    };
    let bar = |name, class, amount: Money| Bar {
        name,
        parts: vec![(class, amount.to_decimal())],
        value: money(amount, currency),
    };
    let chart = naive.filter(|naive| !naive.is_zero()).map(|naive| Bars {
        title: "The naive figure against this report, a month".into(),
        groups: vec![Group {
            label: "a month".into(),
            bars: vec![bar("naive", "before", naive), bar("here", "after", ours)],
        }],
    });
    part(
        "naive",
        "The naive figure, and why it is wrong",
        html! {
            @if let Some(chart) = chart { figure { (chart.draw()) } }
            p { (sentence) }
            @if let Some(naive) = naive {
                p.aside { "Naive, a month: " (named("naive-month", naive, currency)) }
            }
        },
    )
}

pub(super) fn assumptions(report: &Report<'_>) -> Markup {
    if report.assumptions.is_empty() {
        return html! {};
    }
    part(
        "assumptions",
        "Assumptions",
        html! {
            dl.facts {
                @for assumption in &report.assumptions {
                    div {
                        dt { code { (printable(&assumption.name)) } " " (printable(&assumption.value)) }
                        dd { (printable(&assumption.source)) }
                    }
                }
            }
        },
    )
}
