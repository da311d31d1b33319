//! One `[[price]]` table.

use std::collections::HashMap;
use std::ops::Range;

use imgcost::price::{
    Confidence, Free, Included, Minimum, PriceId, PriceRow, PriceUnit, Regions, Rounding,
    RoundingMode, RoundingScope, RowProblem, Scope, Tier,
};
use imgcost::units::Currency;
use rust_decimal::Decimal;
use toml::de::DeValue;

use super::PriceFile;
use super::groups::Groups;
use crate::diagnostic::{Flaw, Problems};
use crate::labels::Interned;
use crate::suggest::instead;
use crate::table::{Item, View};

pub(crate) const KEYS: [&str; 21] = [
    "id",
    "regions",
    "to",
    "currency",
    "unit",
    "rate",
    "tiers",
    "scope",
    "free",
    "included",
    "minimum",
    "rounding",
    "month-hours",
    "effective-from",
    "effective-to",
    "source",
    "evidence",
    "source-date",
    "checked",
    "confidence",
    "note",
];

pub(crate) const TIER_KEYS: [&str; 2] = ["from", "rate"];
pub(crate) const FREE_KEYS: [&str; 3] = ["amount", "scope", "pool"];
pub(crate) const INCLUDED_KEYS: [&str; 2] = ["price", "amount"];
pub(crate) const MINIMUM_KEYS: [&str; 2] = ["amount", "days"];
pub(crate) const ROUNDING_KEYS: [&str; 3] = ["per", "step", "mode"];

pub(crate) const ROUNDED: [(RoundingScope, &str); 2] =
    [(RoundingScope::Job, "job"), (RoundingScope::Total, "total")];
pub(crate) const MODES: [(RoundingMode, &str); 2] =
    [(RoundingMode::Up, "up"), (RoundingMode::Nearest, "nearest")];

/// What rows are read with besides their own table.
pub(super) struct Scribe<'a, 'd> {
    pub(super) kind: PriceFile,
    pub(super) groups: &'a Groups<'d>,
    pub(super) names: &'a mut Interned,
    /// Ids, held once each.
    pub(super) ids: HashMap<&'d str, PriceId>,
}

/// Reads one row; `None` if too much of it is wrong.
pub(super) fn read<'d>(
    item: &Item<'d>,
    scribe: &mut Scribe<'_, 'd>,
    problems: &mut Problems<'_>,
) -> Option<PriceRow> {
    let table = item.view("the price", &KEYS, problems)?;
    let text = |key: &str, example: &str, problems: &mut Problems<'_>| {
        table.need(key, example, problems).and_then(|item| item.text(problems))
    };
    let day = |key: &str, problems: &mut Problems<'_>| {
        table.get(key).and_then(|item| item.date(problems))
    };
    let id = table
        .need("id", "\"aws.ecr.storage\"", problems)
        .and_then(|item| id(&item, scribe, problems));
    let regions = table.need("regions", "[\"us-east-1\"], or [\"*\"] for everywhere", problems);
    let regions = regions.and_then(|item| regions_of(&item, scribe, problems));
    let to = table.get("to").and_then(|item| scribe.groups.expand(&item, scribe.names, problems));
    let unit = table.need("unit", "\"GiB-month\"", problems).and_then(|item| unit(&item, problems));
    let tiers = tiers(&table, problems);
    let from = table
        .need("effective-from", "\"2026-01-01\"", problems)
        .and_then(|item| item.date(problems));
    let to_day = day("effective-to", problems);
    let checked =
        table.need("checked", "\"2026-01-31\"", problems).and_then(|item| item.date(problems));
    let source_date = day("source-date", problems);
    let source = source(&table, scribe.kind, problems);
    let evidence = match scribe.kind {
        PriceFile::Overlay if table.get("evidence").is_none() => Some("given by the user"),
        _ => text("evidence", "\"what was seen, by whom and when\"", problems),
    };
    let confidence = confidence(&table, scribe.kind, problems);
    let currency = table.get("currency").and_then(|item| currency(&item, problems));
    let scope = table.get("scope").and_then(|item| scope(&item, problems));
    let row = PriceRow {
        free: table.get("free").and_then(|item| free(&item, problems)),
        included: table.get("included").and_then(|item| included(&item, problems)),
        minimum: table.get("minimum").and_then(|item| minimum(&item, problems)),
        rounding: table.get("rounding").and_then(|item| rounding(&item, problems)),
        month_hours: table
            .get("month-hours")
            .and_then(|item| item.count("hours", (600, 800), problems))
            .unwrap_or(730),
        note: table.get("note").and_then(|item| item.text(problems)).map(str::to_owned),
        id: id?,
        regions: regions?,
        to,
        currency: currency.unwrap_or(Currency::USD),
        unit: unit?,
        tiers: tiers?,
        scope: scope.unwrap_or(Scope::Region),
        effective_from: from?,
        effective_to: to_day,
        source: source?.to_owned(),
        evidence: evidence?.to_owned(),
        source_date,
        checked: checked?,
        confidence: confidence?,
    };
    for problem in row.problems() {
        report(problem, item.key_span.clone(), &table, problems);
    }
    Some(row)
}

fn id<'d>(
    item: &Item<'d>,
    scribe: &mut Scribe<'_, 'd>,
    problems: &mut Problems<'_>,
) -> Option<PriceId> {
    let text = item.text(problems)?;
    if let Some(known) = scribe.ids.get(text) {
        return Some(known.clone());
    }
    let segment = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if !text.contains('.') || !text.split('.').all(segment) {
        let help = "write vendor.service.meter in lower case, with dots and dashes";
        item.flaw(
            Flaw::new("malformed-value", format!("`{text}` is not a price id"), help),
            problems,
        );
        return None;
    }
    let id = PriceId::new(text);
    if scribe.kind == PriceFile::Shipped {
        let file = problems.file().trim_end_matches(".toml");
        let mut parts = file.rsplit(['/', '\\']);
        let (service, vendor) = (parts.next(), parts.next());
        if id.file() != vendor.zip(service) {
            let home = id
                .file()
                .map_or_else(String::new, |(vendor, service)| format!("{vendor}/{service}.toml"));
            let flaw = Flaw::new(
                "wrong-file",
                format!("`{text}` stands in the wrong file"),
                format!("move it to {home}"),
            );
            item.flaw(flaw, problems);
        }
    }
    scribe.ids.insert(text, id.clone());
    Some(id)
}

fn regions_of(
    item: &Item<'_>,
    scribe: &mut Scribe<'_, '_>,
    problems: &mut Problems<'_>,
) -> Option<Regions> {
    let regions = scribe.groups.expand(item, scribe.names, problems)?;
    match regions.as_slice() {
        [one] if &**one == "*" => Some(Regions::All),
        some if some.iter().any(|region| &**region == "*") => {
            let flaw = Flaw::new(
                "conflicting-keys",
                "`*` already covers every region",
                "write [\"*\"] or list the regions",
            );
            item.flaw(flaw, problems);
            None
        }
        _ => Some(Regions::Only(regions)),
    }
}

fn unit(item: &Item<'_>, problems: &mut Problems<'_>) -> Option<PriceUnit> {
    let text = item.text(problems)?;
    let found = PriceUnit::named(text);
    if found.is_none() {
        let known = PriceUnit::ALL.map(|(_, name)| name);
        item.flaw(
            Flaw::new("unknown-unit", format!("`{text}` is not a unit"), instead(text, &known)),
            problems,
        );
    }
    found
}

/// `rate = "0.10"`, or `tiers = [{ from = "0", rate = "0.09" }, ...]`.
fn tiers(table: &View<'_>, problems: &mut Problems<'_>) -> Option<Vec<Tier>> {
    match (table.get("rate"), table.get("tiers")) {
        (Some(rate), None) => {
            let rate = amount(&rate, problems)?;
            Some(vec![Tier { from: Decimal::ZERO, rate }])
        }
        (None, Some(tiers)) => {
            let mut read = Vec::new();
            for value in tiers.array(problems)?.iter() {
                let element = tiers.element(value);
                let tier = element.view("the tier", &TIER_KEYS, problems)?;
                let from =
                    tier.need("from", "\"0\"", problems).and_then(|item| amount(&item, problems));
                let rate = tier
                    .need("rate", "\"0.09\"", problems)
                    .and_then(|item| amount(&item, problems));
                read.push(Tier { from: from?, rate: rate? });
            }
            Some(read)
        }
        (None, None) => {
            let help = "write rate = \"0.10\", or tiers = [{ from = \"0\", rate = \"0.09\" }]";
            problems.error(
                "missing-key",
                table.span.clone(),
                "the price has neither `rate` nor `tiers`",
                help,
            );
            None
        }
        (Some(_), Some(tiers)) => {
            let flaw = Flaw::new(
                "conflicting-keys",
                "the price has both `rate` and `tiers`",
                "leave one of them out",
            );
            problems.flaw(flaw, tiers.key_span);
            None
        }
    }
}

/// A decimal in quotes; price files allow no bare numbers at all.
fn amount(item: &Item<'_>, problems: &mut Problems<'_>) -> Option<Decimal> {
    if let DeValue::Integer(number) = item.value {
        let help = format!("write {} = \"{}\"", item.key, number.as_str());
        item.flaw(
            Flaw::new(
                "unquoted-decimal",
                format!("`{}` is a number without quotes", item.key),
                help,
            ),
            problems,
        );
        return None;
    }
    item.decimal(problems)
}

fn source<'d>(table: &View<'d>, kind: PriceFile, problems: &mut Problems<'_>) -> Option<&'d str> {
    let item = table.need("source", "\"https://...\"", problems)?;
    let text = item.text(problems)?;
    let address = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    if kind == PriceFile::Shipped && address.is_none_or(str::is_empty) {
        let flaw = Flaw::new(
            "bad-source",
            "the source is no http(s) address",
            "write where the price can be looked up",
        );
        item.flaw(flaw, problems);
    }
    Some(text)
}

fn confidence(
    table: &View<'_>,
    kind: PriceFile,
    problems: &mut Problems<'_>,
) -> Option<Confidence> {
    if kind == PriceFile::Overlay && table.get("confidence").is_none() {
        return Some(Confidence::Given);
    }
    let item = table.need("confidence", "\"official\"", problems)?;
    let text = item.text(problems)?;
    let mut grades = Confidence::ALL
        .iter()
        .filter(|(grade, _)| kind == PriceFile::Overlay || *grade != Confidence::Given);
    let found = grades.clone().find(|(_, name)| *name == text);
    if found.is_none() {
        let known: Vec<_> = grades.by_ref().map(|(_, name)| *name).collect();
        let message = format!("`{text}` is not a grade of confidence");
        item.flaw(Flaw::new("unknown-confidence", message, instead(text, &known)), problems);
    }
    found.map(|(grade, _)| *grade)
}

fn currency(item: &Item<'_>, problems: &mut Problems<'_>) -> Option<Currency> {
    let wrong =
        |wrong: imgcost::units::ParseError| Flaw::new("bad-currency", wrong.problem, wrong.help);
    item.text(problems)?.parse().map_err(|error| item.flaw(wrong(error), problems)).ok()
}

fn scope(item: &Item<'_>, problems: &mut Problems<'_>) -> Option<Scope> {
    item.word(&Scope::ALL, problems)
}

fn free(item: &Item<'_>, problems: &mut Problems<'_>) -> Option<Free> {
    let table = item.view("`free`", &FREE_KEYS, problems)?;
    let amount = table.need("amount", "\"500\"", problems).and_then(|item| amount(&item, problems));
    let scope =
        table.need("scope", "\"account\"", problems).and_then(|item| scope(&item, problems));
    let pool = table.get("pool").and_then(|item| item.text(problems)).map(Into::into);
    Some(Free { amount: amount?, scope: scope?, pool })
}

fn included(item: &Item<'_>, problems: &mut Problems<'_>) -> Option<Included> {
    let table = item.view("`included`", &INCLUDED_KEYS, problems)?;
    let price =
        table.need("price", "\"azure.acr.storage\"", problems).and_then(|item| item.text(problems));
    let amount = table.need("amount", "\"10\"", problems).and_then(|item| amount(&item, problems));
    Some(Included { price: PriceId::new(price?), amount: amount? })
}

fn minimum(item: &Item<'_>, problems: &mut Problems<'_>) -> Option<Minimum> {
    let table = item.view("`minimum`", &MINIMUM_KEYS, problems)?;
    match (table.get("amount"), table.get("days")) {
        (Some(item), None) => amount(&item, problems).map(Minimum::Amount),
        (None, Some(item)) => item.count("days", (1, 3660), problems).map(Minimum::Days),
        _ => {
            let help = "write { amount = \"1024\" } or { days = 30 }";
            item.flaw(
                Flaw::new("missing-key", "`minimum` is an amount or a number of days", help),
                problems,
            );
            None
        }
    }
}

fn rounding(item: &Item<'_>, problems: &mut Problems<'_>) -> Option<Rounding> {
    let table = item.view("`rounding`", &ROUNDING_KEYS, problems)?;
    let per = table.need("per", "\"job\"", problems).and_then(|item| item.word(&ROUNDED, problems));
    let step = table.need("step", "\"1\"", problems).and_then(|item| {
        let step = amount(&item, problems)?;
        if step.is_zero() {
            item.flaw(
                Flaw::new(
                    "out-of-range",
                    "a step of nothing",
                    "write step = \"1\" or another step",
                ),
                problems,
            );
        }
        Some(step)
    });
    let mode = table.need("mode", "\"up\"", problems).and_then(|item| item.word(&MODES, problems));
    Some(Rounding { per: per?, step: step?, mode: mode? })
}

/// Points at the key that a problem of the whole row is about.
fn report(problem: RowProblem, row: Range<usize>, table: &View<'_>, problems: &mut Problems<'_>) {
    let (code, key, help) = match &problem {
        RowProblem::NoRate => {
            ("unsorted-tiers", "tiers", "write at least { from = \"0\", rate = \"0.09\" }")
        }
        RowProblem::UnsortedTiers => (
            "unsorted-tiers",
            "tiers",
            "begin with from = \"0\" and let each tier begin after the one before",
        ),
        RowProblem::EndsBeforeItBegins => (
            "ends-before-it-begins",
            "effective-to",
            "write the first day on which the price no longer holds",
        ),
        RowProblem::NoProvenance => ("missing-key", "source", "say where the price was seen"),
        RowProblem::Overlap { .. } => ("overlapping-prices", "id", "price it once"),
    };
    let place = table.get(key).map_or(row, |item| item.span);
    problems.error(code, place, problem.to_string(), help);
}
