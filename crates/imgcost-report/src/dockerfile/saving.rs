//! What a better file saves, in words and cells.

use imgcost::units::{Currency, Money};
use imgcost_dockerfile::rules::Fix;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::dto::exact;
use crate::number::{money, short};

/// What a change of a Dockerfile saves: the difference of two estimates. `None` is not known, which
/// is not nothing; less than zero is a loss.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Saving {
    /// Billed a month.
    pub monthly_billed: Option<Money>,
    /// Billed per deploy.
    pub per_deploy: Option<Money>,
    /// Seconds of a build.
    pub build_seconds: Option<Decimal>,
    /// Why something is not known, or is nothing.
    pub note: Option<String>,
}

impl Saving {
    /// `$3.21 a month, $0.054 per deploy, 41 s a build`.
    pub(crate) fn words(&self, currency: Currency) -> String {
        let note = self.note.as_ref().map_or(String::new(), |note| format!(": {note}"));
        if self.monthly_billed.is_none()
            && self.per_deploy.is_none()
            && self.build_seconds.is_none()
        {
            return format!("not known{note}");
        }
        let [month, deploy, build] = self.cells(currency);
        format!("{month} a month, {deploy} per deploy, {build} a build{note}")
    }

    /// A month, a deploy, a build.
    pub(crate) fn cells(&self, currency: Currency) -> [String; 3] {
        let amount =
            |amount: Option<Money>| amount.map_or_else(unknown, |amount| money(amount, currency));
        let build = self.build_seconds.map_or_else(unknown, seconds);
        [amount(self.monthly_billed), amount(self.per_deploy), build]
    }

    /// Exact; null is not known.
    pub(crate) fn json(&self) -> Value {
        json!({
            "monthly_billed": self.monthly_billed.map(|amount| amount.to_string()),
            "per_deploy": self.per_deploy.map(|amount| amount.to_string()),
            "build_seconds": self.build_seconds.map(exact),
            "note": self.note,
        })
    }
}

/// What a fix saves, in a sentence.
pub(crate) fn of_fix(fix: &Fix, saving: &Saving, currency: Currency) -> String {
    match fix {
        Fix::Nothing => {
            let note = saving.note.as_deref();
            let why = note.unwrap_or("this is about safety or repeatable builds, not money");
            format!("{}: {why}", money(Money::ZERO, currency))
        }
        _ => saving.words(currency),
    }
}

/// `41 s`, `2.5 min`.
pub(crate) fn seconds(seconds: Decimal) -> String {
    let minute = Decimal::from(60);
    if seconds.abs() < Decimal::from(120) {
        format!("{} s", short(seconds))
    } else {
        format!("{} min", short(seconds / minute))
    }
}

pub(crate) fn unknown() -> String {
    "not known".to_owned()
}
