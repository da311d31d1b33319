//! What it all comes to, in one sentence.

use std::cmp::Ordering;

use imgcost::estimate::{Comparison, Estimate};
use imgcost::units::{Currency, Money};

use crate::number::money;
use crate::{Report, View};

/// Where not even a part of a cost is known.
const NOTHING: &str = "no price is known for what is billed";

/// The first line of a report.
pub(crate) fn headline(report: &Report<'_>) -> String {
    match report.view {
        View::Compare(comparison) => compared(report, comparison),
        View::Estimate(estimate) => alone(report, estimate),
    }
}

fn compared(report: &Report<'_>, comparison: &Comparison) -> String {
    let title = &report.title;
    let saving = comparison.saving();
    let currency = report.view.currency();
    let what = verdict(currency, saving.monthly.billed, saving.per_deploy.billed);
    let [before, after] =
        [&comparison.before, &comparison.after].map(|side| side.figures().monthly);
    if report.view.is_priced() {
        format!("Moving {title} {what}.")
    } else if before.billed.is_zero() && after.billed.is_zero() {
        format!("Moving {title}: {NOTHING}.")
    } else {
        format!("Moving {title}: prices are missing. What has a price {what}.")
    }
}

/// `saves $4.72 a month, $0.069 per deploy`
pub(crate) fn verdict(currency: Currency, month: Money, deploy: Money) -> String {
    let shown = |amount: Money| {
        let size = if amount < Money::ZERO { Money::ZERO - amount } else { amount };
        money(size, currency)
    };
    let (monthly, each) = (shown(month), shown(deploy));
    // A month and a deploy may differ in sign: node churn and storage are not in a deploy.
    match (month.cmp(&Money::ZERO), deploy.cmp(&Money::ZERO)) {
        (Ordering::Equal, _) => "changes nothing that is billed".into(),
        (Ordering::Greater, Ordering::Less) => {
            format!("saves {monthly} a month, but costs {each} more per deploy")
        }
        (Ordering::Greater, _) => format!("saves {monthly} a month, {each} per deploy"),
        (Ordering::Less, Ordering::Greater) => {
            format!("costs {monthly} a month more, but {each} less per deploy")
        }
        (Ordering::Less, _) => format!("costs {monthly} a month more, {each} per deploy"),
    }
}

fn alone(report: &Report<'_>, estimate: &Estimate) -> String {
    let figures = estimate.figures();
    let currency = report.view.currency();
    let (month, deploy) = (figures.monthly.billed, figures.per_deploy.billed);
    let what = cost(currency, month, deploy);
    let (title, side) = (capitalised(&report.title), estimate.demand.side.name());
    if report.view.is_priced() {
        format!("{title}, {side}: {what}.")
    } else if month.is_zero() {
        format!("{title}, {side}: {NOTHING}.")
    } else {
        format!("{title}, {side}: prices are missing. What has a price costs {what}.")
    }
}

/// `$4.98 a month, $0.073 per deploy`
pub(crate) fn cost(currency: Currency, month: Money, deploy: Money) -> String {
    format!("{} a month, {} per deploy", money(month, currency), money(deploy, currency))
}

/// The first letter in upper case.
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
