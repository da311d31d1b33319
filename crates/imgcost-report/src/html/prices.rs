//! The prices that were used: rate, where it was read, and when.

use std::collections::BTreeMap;

use imgcost::price::PriceRow;
use maud::{Markup, html};

use super::part;
use crate::dto::{exact, from_date};
use crate::{Report, printable};

/// Prices listed; a fleet in many regions may use thousands.
const LISTED: usize = 300;

pub(super) fn section(report: &Report<'_>) -> Markup {
    let rows = used(report);
    if rows.is_empty() {
        return html! {};
    }
    let as_of = report.view.as_of();
    part(
        "prices",
        "Prices and their sources",
        html! {
            p { "As in force on " (as_of) "." }
            dl.facts {
                @for (place, row) in rows.iter().take(LISTED) {
                    div {
                        dt { code { (printable(&row.id.to_string())) } " " (printable(place)) }
                        dd {
                            p { (rates(row)) }
                            p { (source(&row.source)) }
                            p { (printable(&row.evidence)) }
                            p {
                                "checked " (row.checked)
                                @if row.is_stale(as_of) { " " strong { "(not for a year)" } }
                                ", in force since " (from_date(row))
                                @if let Some(date) = row.source_date { ", evidence of " (date) }
                                ", confidence " (row.confidence.name())
                            }
                            @if let Some(note) = &row.note { p { (printable(note)) } }
                        }
                    }
                }
            }
            @if rows.len() > LISTED {
                p { "and " (rows.len() - LISTED) " more; " code { "--format json" } " has all" }
            }
        },
    )
}

/// Each row once, by its id and where it is used.
fn used<'r>(report: &Report<'r>) -> Vec<(String, &'r PriceRow)> {
    let mut found = BTreeMap::new();
    for side in report.view.sides() {
        for line in side.lines() {
            let Some(row) = line.row() else { continue };
            let tariff = &line.meter.tariff;
            let key = (tariff.id.as_str(), tariff.region.as_str(), tariff.to.as_ref());
            found.entry(key).or_insert(row);
        }
    }
    let place = |((_, region, to), row): ((&str, &str, Option<&imgcost::fleet::Region>), _)| {
        let to = to.map_or(String::new(), |to| format!(" to {}", to.as_str()));
        (format!("{region}{to}"), row)
    };
    found.into_iter().map(place).collect()
}

/// `0.045 USD per GiB`, or each tier.
fn rates(row: &PriceRow) -> Markup {
    let (currency, unit) = (row.currency.code(), row.unit.name());
    html! {
        @for (index, tier) in row.tiers.iter().enumerate() {
            @if index > 0 { "; from " (exact(tier.from)) " on: " }
            (exact(tier.rate)) " " (currency) " per " (unit)
        }
    }
}

/// A link where it is one that a browser may follow; anything else stays text.
fn source(source: &str) -> Markup {
    let shown = printable(source);
    html! {
        @if source.starts_with("https://") || source.starts_with("http://") {
            a href=(shown) rel="noopener noreferrer" { (shown) }
        } @else {
            (shown)
        }
    }
}
