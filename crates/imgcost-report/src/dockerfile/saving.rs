//! What a better file saves, in words and cells.

use imgcost::units::{Currency, Money};
use imgcost_dockerfile::price::Saving;
use imgcost_dockerfile::rules::Fix;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::dto::exact;
use crate::number::{duration, money};

/// `$3.22 a month, $0.054 per deploy, 41.3 s a build`.
pub(crate) fn words(saving: &Saving, currency: Currency) -> String {
    let month = match known(saving.monthly_billed, saving) {
        Some(amount) if saving.complete => format!("{} a month", money(amount, currency)),
        Some(amount) => format!("{} a month of what is known", money(amount, currency)),
        None => "money is not known (a size or a price is missing)".to_owned(),
    };
    let deploy = known(saving.per_deploy, saving);
    let deploy = deploy.map(|amount| format!("{} per deploy", money(amount, currency)));
    let build = saving.build_seconds.map(|took| format!("{} a build", duration(took.to_decimal())));
    [Some(month), deploy, build].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A month, a deploy, a build. What is not known says so; `-` where there are no deploys or builds.
pub(crate) fn cells(saving: &Saving, currency: Currency) -> [String; 3] {
    let none = || if saving.monthly_billed.is_some() { "-".to_owned() } else { unknown() };
    let part = if saving.complete { "" } else { " + ?" };
    let month = known(saving.monthly_billed, saving);
    let month = month.map(|amount| format!("{}{part}", money(amount, currency)));
    let deploy = match saving.per_deploy {
        Some(amount) => {
            known(Some(amount), saving).map_or_else(unknown, |_| money(amount, currency))
        }
        None => none(),
    };
    [
        month.unwrap_or_else(unknown),
        deploy,
        saving.build_seconds.map_or_else(none, |took| duration(took.to_decimal())),
    ]
}

/// Whether an amount is shown of which a part is missing.
pub(crate) fn is_part(saving: &Saving) -> bool {
    !saving.complete && known(saving.monthly_billed, saving).is_some()
}

/// An amount, unless it is nothing because what it is made of is not known.
pub(crate) fn known(amount: Option<Money>, saving: &Saving) -> Option<Money> {
    amount.filter(|amount| saving.complete || !amount.is_zero())
}

/// Exact; null is not known.
pub(crate) fn to_json(saving: &Saving) -> Value {
    json!({
        "monthly_billed": saving.monthly_billed.map(|amount| amount.to_string()),
        "per_deploy": saving.per_deploy.map(|amount| amount.to_string()),
        "build_seconds": saving.build_seconds.map(|took| exact(took.to_decimal())),
        "complete": saving.complete,
    })
}

/// What a fix saves, in a sentence.
pub(crate) fn of_fix(fix: &Fix, saving: &Saving, currency: Currency) -> String {
    match fix {
        Fix::Nothing => {
            let nothing = money(Money::ZERO, currency);
            format!("{nothing}: this is about safety or repeatable builds, not money")
        }
        // Measured against an install that had no lock file; one that has it saves less.
        Fix::LockedInstall { .. } if saving.build_seconds.is_some() => {
            format!("at most {}", words(saving, currency))
        }
        _ => words(saving, currency),
    }
}

/// Milliseconds as seconds.
pub(crate) fn of_millis(millis: u64) -> Decimal {
    Decimal::from(millis) / Decimal::ONE_THOUSAND
}

pub(crate) fn unknown() -> String {
    "not known".to_owned()
}
