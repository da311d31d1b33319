//! Where nothing is ever deleted, storage grows: what is billed, month by month.

use imgcost::units::Money;
use maud::{Markup, html};

use super::amount::{amount, cell};
use super::chart::percent;
use super::{part, scrolling};
use crate::Report;
use crate::number::money;

/// Months in the table; a horizon may be decades.
const LISTED: usize = 120;

pub(super) fn section(report: &Report<'_>) -> Markup {
    let months = &report.by_month;
    let (Some(first), Some(last)) = (months.first(), months.last()) else { return html! {} };
    let currency = report.view.currency();
    let shown = |amount: Money| money(amount, currency);
    let most = months.iter().map(|(_, before, after)| *before.max(after)).max();
    let most = most.unwrap_or(Money::ZERO);
    let spoken = format!(
        "Billed by month. Before: from {} in month {} to {} in month {}. After: from {} to {}.",
        shown(first.1),
        first.0,
        shown(last.1),
        last.0,
        shown(first.2),
        shown(last.2)
    );
    let line = |pick: fn(&(u32, Money, Money)) -> Money| -> String {
        let wide = months.len().saturating_sub(1).max(1);
        let point = |(index, month)| {
            let height = percent(pick(month).to_decimal(), most.to_decimal());
            let right = percent(index_of(index), index_of(wide));
            format!("{right},{}", rust_decimal::Decimal::ONE_HUNDRED - height)
        };
        months.iter().enumerate().map(point).collect::<Vec<_>>().join(" ")
    };
    part(
        "months",
        "Storage over months",
        html! {
            p {
                "Nothing is ever deleted from a registry, so storage grows. The other figures of this page are those of the mean month."
            }
            figure {
                div.lines role="img" aria-label=(spoken) {
                    p.label { "up to " (shown(most)) " a month" }
                    svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
                        polyline.before points=(line(|month| month.1)) {}
                        polyline.after points=(line(|month| month.2)) {}
                    }
                    p.axis { span { "month " (first.0) } span { "month " (last.0) } }
                    p.legend { span.before { "before, at last " (shown(last.1)) } " " span.after { "after, at last " (shown(last.2)) } }
                }
                figcaption { "Billed in each month of the horizon." }
            }
            details {
                summary { "Each month" }
                (scrolling("Billed in each month", html! {
                    table {
                        thead { tr { @for name in ["month", "before", "after", "saved"] { th.number scope="col" { (name) } } } }
                        tbody {
                            @for (month, before, after) in months.iter().take(LISTED) {
                                tr {
                                    th.number scope="row" { (month) }
                                    @for sum in [*before, *after, *before - *after] { (cell(amount(sum, currency))) }
                                }
                            }
                        }
                    }
                }))
                @if months.len() > LISTED {
                    p { "and " (months.len() - LISTED) " more; " code { "--format json" } " has all" }
                }
            }
        },
    )
}

fn index_of(index: usize) -> rust_decimal::Decimal {
    rust_decimal::Decimal::from(index)
}
