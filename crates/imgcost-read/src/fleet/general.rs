//! The `[fleet]` table.

use chrono::NaiveDate;
use imgcost::fleet::CrossRegionRate;
use imgcost::price::{PriceId, PriceRow, PriceUnit};
use imgcost::units::{CompressionRatio, Currency, Money, PerMonth, Share, Span};
use rust_decimal::Decimal;
use toml::de::DeValue;

use crate::diagnostic::{Flaw, Problems};
use crate::table::{Item, View};
use crate::value::{self, RATE, SHARE, SPAN};

pub(crate) const KEYS: [&str; 14] = [
    "name",
    "currency",
    "as-of",
    "horizon",
    "compression-ratio",
    "base-refreshes",
    "dependency-updates",
    "install-time",
    "cache-miss",
    "plan",
    "effort",
    "container-bill",
    "people-rate",
    "cross-region-rate",
];

pub(crate) const PLAN_KEYS: [&str; 1] = ["free"];
pub(crate) const EFFORT_KEYS: [&str; 2] = ["hours", "rate"];

/// What services fall back on where they say nothing themselves; absent values fall back further,
/// on [`imgcost::fleet::defaults`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ServiceDefaults {
    /// Unpacked bytes per compressed byte.
    pub compression_ratio: Option<CompressionRatio>,
    /// Base refreshes.
    pub base_refreshes: Option<PerMonth>,
    /// Dependency updates.
    pub dependency_updates: Option<PerMonth>,
    /// Time of a dependency install.
    pub install_time: Option<Span>,
    /// Share of builds that find no cache.
    pub cache_miss: Option<Share>,
    /// Whether the rate of bytes between regions was chosen, and is no assumption.
    pub cross_region_rate_chosen: bool,
}

/// The `[fleet]` table's values.
#[derive(Debug)]
pub(super) struct General {
    pub(super) name: String,
    pub(super) currency: Currency,
    pub(super) as_of: Option<NaiveDate>,
    pub(super) horizon: Option<u32>,
    pub(super) free: bool,
    pub(super) effort: Option<Money>,
    pub(super) container_bill: Option<Money>,
    pub(super) people_rate: Option<Decimal>,
    pub(super) cross_region_rate: CrossRegionRate,
    pub(super) defaults: ServiceDefaults,
}

/// Reads the table, or takes an absent one for empty.
pub(super) fn read(table: Option<View<'_>>, problems: &mut Problems<'_>) -> General {
    let mut general = General {
        name: "fleet".to_owned(),
        currency: Currency::USD,
        as_of: None,
        horizon: None,
        free: false,
        effort: None,
        container_bill: None,
        people_rate: None,
        cross_region_rate: CrossRegionRate::Source,
        defaults: ServiceDefaults::default(),
    };
    let Some(table) = table else { return general };
    if let Some(name) = table.get("name").and_then(|item| item.text(problems)) {
        general.name = name.trim().to_owned();
    }
    if let Some(currency) = table.get("currency").and_then(|item| currency(&item, problems)) {
        general.currency = currency;
    }
    general.as_of = table.get("as-of").and_then(|item| item.date(problems));
    general.horizon = table.get("horizon").and_then(|item| horizon(&item, problems));
    general.free = table.get("plan").and_then(|item| free_plan(&item, problems)).unwrap_or(false);
    general.effort = table.get("effort").and_then(|item| effort(&item, problems));
    general.container_bill = table.get("container-bill").and_then(|item| {
        let amount = item.decimal(problems)?;
        money(amount, &item, problems)
    });
    general.people_rate = table.get("people-rate").and_then(|item| {
        let rate = item.decimal(problems)?;
        money(rate, &item, problems).map(|_| rate)
    });
    if let Some(item) = table.get("cross-region-rate") {
        general.defaults.cross_region_rate_chosen = true;
        let rates = CrossRegionRate::ALL.map(|rate| (rate, rate.name()));
        general.cross_region_rate = item.word(&rates, problems).unwrap_or(CrossRegionRate::Source);
    }
    let defaults = &mut general.defaults;
    defaults.compression_ratio = table.get("compression-ratio").and_then(|item| {
        let text = item.decimal_text(problems)?;
        value::ratio(text.trim()).map_err(|flaw| item.flaw(flaw, problems)).ok()
    });
    defaults.base_refreshes =
        table.get("base-refreshes").and_then(|item| item.quantity(RATE, problems));
    defaults.dependency_updates =
        table.get("dependency-updates").and_then(|item| item.quantity(RATE, problems));
    defaults.install_time =
        table.get("install-time").and_then(|item| item.quantity(SPAN, problems));
    defaults.cache_miss = table.get("cache-miss").and_then(|item| item.quantity(SHARE, problems));
    general
}

/// What an hour of people's time costs, as a price that the fleet file gives.
pub(super) fn people_row(rate: Decimal, currency: Currency, file: &str, on: NaiveDate) -> PriceRow {
    let by = format!("people-rate in {file}");
    PriceRow::given(PriceId::new("given.people.hour"), PriceUnit::Hour, rate, currency, &by, on)
}

fn currency(item: &Item<'_>, problems: &mut Problems<'_>) -> Option<Currency> {
    let text = item.text(problems)?;
    match text.parse() {
        Ok(currency) => Some(currency),
        Err(imgcost::units::ParseError { problem, help }) => {
            item.flaw(Flaw::new("bad-currency", problem, help), problems);
            None
        }
    }
}

/// `12`, `"12 months"`, `"12m"`, `"1 year"`.
fn horizon(item: &Item<'_>, problems: &mut Problems<'_>) -> Option<u32> {
    const MOST: u32 = 600;
    if let DeValue::Integer(_) = item.value {
        return item.count("months", (1, MOST), problems);
    }
    let text = item.text(problems)?.trim();
    let cut = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(cut);
    let months = match unit.trim() {
        "" | "m" | "mo" | "month" | "months" => 1,
        "y" | "year" | "years" => 12,
        _ => {
            let help = "write a number of months, such as 12 or \"12 months\"";
            item.flaw(
                Flaw::new("wrong-unit", format!("`{text}` is not a number of months"), help),
                problems,
            );
            return None;
        }
    };
    let most = MOST / months;
    match value::count(number, if months == 1 { "months" } else { "years" }, 1, most) {
        Ok(number) => Some(number * months),
        Err(flaw) => {
            item.flaw(flaw, problems);
            None
        }
    }
}

fn free_plan(item: &Item<'_>, problems: &mut Problems<'_>) -> Option<bool> {
    let plan = item.view("`plan`", &PLAN_KEYS, problems)?;
    plan.get("free")?.flag(problems)
}

/// Hours of work times what an hour costs.
fn effort(item: &Item<'_>, problems: &mut Problems<'_>) -> Option<Money> {
    let effort = item.view("`effort`", &EFFORT_KEYS, problems)?;
    let hours = effort.need("hours", "\"16\"", problems);
    let rate = effort.need("rate", "\"90\"", problems);
    let hours = hours?.decimal(problems)?;
    let rate = rate?.decimal(problems)?;
    match hours.checked_mul(rate) {
        Some(amount) => money(amount, item, problems),
        None => too_much(item, problems),
    }
}

/// An amount that still leaves room for sums: up to 10^15.
fn money(amount: Decimal, item: &Item<'_>, problems: &mut Problems<'_>) -> Option<Money> {
    if amount > Decimal::from(1_000_000_000_000_000_u64) {
        return too_much(item, problems);
    }
    Money::from_decimal(amount).ok().or_else(|| too_much(item, problems))
}

fn too_much(item: &Item<'_>, problems: &mut Problems<'_>) -> Option<Money> {
    let message = format!("`{}` is more than 10^15", item.key);
    item.flaw(Flaw::new("out-of-range", message, "check the number of digits"), problems);
    None
}
