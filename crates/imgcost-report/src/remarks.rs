//! The sentences around the numbers: headline, network path, naive figure, prices.

use std::collections::BTreeMap;

use imgcost::estimate::{Comparison, Estimate};
use imgcost::fleet::PathKind;
use imgcost::units::Money;

use crate::number::{decimals, money, short};
use crate::{Report, View};

/// What the chosen path adds, and what others would make of the saving.
pub(crate) fn path(report: &Report<'_>) -> Option<String> {
    let View::Compare(comparison) = report.view else { return None };
    if !comparison.is_complete() {
        return None;
    }
    let currency = report.view.currency();
    let chosen = comparison.saving().monthly.billed;
    // Paths that come to the same are named together.
    let mut others: BTreeMap<Money, Vec<String>> = BTreeMap::new();
    let mut unknown = Vec::new();
    for alternative in &report.alternatives {
        let name = alternative.path.name();
        if report.paths == [name.clone()] {
            continue;
        }
        match alternative.billed {
            Some((before, after)) => others.entry(before - after).or_default().push(name),
            None => unknown.push(name),
        }
    }
    let (&least, _) = others.first_key_value()?;
    let taken = report.paths.join(" and ");
    let mut sentence = if chosen > least && least >= Money::ZERO {
        let adds = money(chosen - least, currency);
        format!("{taken} adds {adds} of this saving. Otherwise it would be ")
    } else if taken == PathKind::Direct.word() {
        "direct adds nothing here. Otherwise the saving would be ".to_owned()
    } else {
        format!("{taken} makes it {}. Otherwise the saving would be ", money(chosen, currency))
    };
    let each = others
        .iter()
        .map(|(saving, names)| format!("{} {}", names.join(" or "), money(*saving, currency)));
    sentence += &each.collect::<Vec<_>>().join(", ");
    sentence.push('.');
    if !unknown.is_empty() {
        sentence += &format!(" No price is known for {}.", unknown.join(", "));
    }
    Some(sentence)
}

/// What the naive figure is and why it is wrong.
pub(crate) fn naive(report: &Report<'_>, comparison: &Comparison) -> String {
    let formula = "size x pulls x price";
    match comparison.naive_saving() {
        None => format!("{formula} cannot be told: the path has no price."),
        Some(Money::ZERO) => {
            let sizes = |side: &Estimate| side.demand.totals.cold_pulls;
            match sizes(&comparison.before) == sizes(&comparison.after) {
                true => format!("{formula} would promise $0 too: both images have one size."),
                false => format!("{formula} would promise $0 too: nothing on this path is billed."),
            }
        }
        Some(promise) => {
            let promise = money(promise, report.view.currency());
            format!("{formula} would promise {promise}: {}.", why_naive(report))
        }
    }
}

/// Why `size x pulls x price` differs.
pub(crate) fn why_naive(report: &Report<'_>) -> String {
    let times = report.compression.map_or(String::new(), |ratio| format!(" ({}x)", short(ratio)));
    format!("it sends unpacked bytes{times} and forgets that nodes keep layers")
}

/// Payback, share of the bill, growth.
pub(crate) fn money_remarks(report: &Report<'_>, comparison: &Comparison) -> Vec<String> {
    let mut remarks = worth(report, comparison);
    remarks.extend(growth(report));
    remarks
}

/// Payback and share of the bill.
pub(crate) fn worth(report: &Report<'_>, comparison: &Comparison) -> Vec<String> {
    let currency = report.view.currency();
    let mut remarks = Vec::new();
    let priced = report.view.is_priced();
    if let Some(effort) = report.effort {
        let effort_text = money(effort, currency);
        remarks.push(match comparison.payback_months(effort) {
            _ if !priced => {
                format!("Payback of {effort_text} of work: unknown as long as prices are missing.")
            }
            Some(months) => format!(
                "Payback: {effort_text} of work is earned back in {} months.",
                decimals(months, 1)
            ),
            None => {
                format!("Payback: {effort_text} of work is never earned back by what is billed.")
            }
        });
    }
    let what = if priced { "That" } else { "What has a price" };
    if let Some(percent) = report.container_bill.and_then(|bill| comparison.percent_of_bill(bill)) {
        remarks.push(format!(
            "{what} is {} % of the container bill you stated.",
            decimals(percent, 1)
        ));
    }
    remarks
}

/// Month by month what is billed, where storage grows without end; of a long horizon, twelve months.
fn growth(report: &Report<'_>) -> Option<String> {
    let currency = report.view.currency();
    let months = &report.by_month;
    let last = months.last()?.0;
    let step = months.len().div_ceil(12).max(1);
    let shown = months
        .iter()
        .filter(|(month, ..)| *month == last || ((month - 1) as usize).is_multiple_of(step));
    let each = shown.map(|(month, before, after)| {
        format!("month {month} {} -> {}", money(*before, currency), money(*after, currency))
    });
    let each = each.collect::<Vec<_>>().join(", ");
    Some(format!(
        "Nothing is ever deleted, so storage grows: {each}. The table shows the mean month."
    ))
}

/// When the prices were checked, and which of them rest on evidence older than a year.
pub(crate) fn prices(report: &Report<'_>) -> Option<String> {
    let sides = report.view.sides();
    let rows = || {
        let priced = sides.iter().flat_map(|side| side.lines().collect::<Vec<_>>());
        priced.filter_map(|line| Some((line.meter, line.row()?)))
    };
    let first = rows().map(|(_, row)| row.checked).min()?;
    let last = rows().map(|(_, row)| row.checked).max()?;
    let when = if first == last {
        format!("checked {last}")
    } else {
        format!("checked {first} to {last}")
    };
    let mut old: Vec<String> = rows()
        .filter_map(|(meter, row)| {
            let date =
                row.source_date.filter(|date| (report.view.as_of() - *date).num_days() > 365)?;
            Some(format!("{} {} ({})", meter.tariff.id, meter.tariff.region, date.format("%Y-%m")))
        })
        .collect();
    old.sort();
    old.dedup();
    let mut sentence = format!("of {}, {when}", report.view.as_of());
    if !old.is_empty() {
        sentence += &format!("; evidence older than a year: {}", old.join(", "));
    }
    sentence.push('.');
    Some(sentence)
}

/// How many lines have no price, and what to do about it.
pub(crate) fn incomplete(sides: &[&Estimate]) -> Option<String> {
    let unpriced = |side: &&Estimate| side.lines().filter(|line| line.amount.is_none()).count();
    let count: usize = sides.iter().map(unpriced).sum();
    let lines = match count {
        0 => return None,
        1 => "1 line has no price; totals leave it out".to_owned(),
        _ => format!("{count} lines have no price; totals leave them out"),
    };
    Some(format!(
        "{lines}. Give prices with --prices FILE (in a what-if, --storage-price and --egress-price)."
    ))
}
