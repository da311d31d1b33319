//! `[registry.NAME]` tables.

use imgcost::fleet::defaults::KEEP_LAST;
use imgcost::fleet::{Dedup, Plan, Region, Registry, RegistryProvider, Retention};
use imgcost::price::PriceId;
use imgcost::units::{Compressed, Span};
use toml::de::DeValue;

use crate::assumed::{Assumed, Taken};
use crate::diagnostic::{Flaw, Problems};
use crate::suggest::instead;
use crate::table::{Item, View};
use crate::value::{SIZE, SPAN};

pub(crate) const KEYS: [&str; 9] = [
    "provider",
    "region",
    "retention",
    "dedup",
    "replicas",
    "architectures",
    "attestations",
    "scan",
    "plan",
];

pub(crate) const RETENTION_KEYS: [&str; 2] = ["keep-last", "max-age"];

pub(crate) const DEDUPS: [Dedup; 3] = [Dedup::Repository, Dedup::Registry, Dedup::None];

/// Short names of scanners and the prices that they go by.
pub(crate) const SCANNERS: [(&str, &str); 2] =
    [("aws.inspector.scan", "inspector"), ("gcp.scan", "artifact-analysis")];

/// The region of registries that have none: the vendor's one price holds everywhere.
pub(super) const EVERYWHERE: &str = "global";

/// Reads one table. Where something is wrong it is reported and something plausible takes its
/// place, so that services can refer to the registry all the same.
pub(super) fn read(
    name: &str,
    table: &View<'_>,
    assumed: &mut Assumed,
    problems: &mut Problems<'_>,
) -> Registry {
    let provider =
        table.need("provider", "\"aws-ecr\"", problems).and_then(|item| provider(&item, problems));
    let region = region(provider, table, problems);
    let retention = match table.get("retention") {
        Some(item) => retention(&item, problems),
        None => {
            assumed.take(Taken::RETENTION);
            Retention { last: Some(KEEP_LAST), max_age: None }
        }
    };
    let words = DEDUPS.map(|dedup| (dedup, dedup.name()));
    let dedup = table.get("dedup").and_then(|item| item.word(&words, problems));
    let architectures =
        table.get("architectures").and_then(|item| item.count("architectures", (1, 64), problems));
    let attestations = table.get("attestations").and_then(|item| item.quantity(SIZE, problems));
    Registry {
        name: name.to_owned(),
        replicas: table
            .get("replicas")
            .map_or_else(Vec::new, |item| replicas(&item, &region, problems)),
        scan: table.get("scan").and_then(|item| scan(&item, provider, problems)),
        plan: plan(table.get("plan"), provider, assumed, problems),
        provider: provider.unwrap_or(&RegistryProvider::all()[0]),
        region,
        retention,
        dedup: dedup.unwrap_or(Dedup::Repository),
        architectures: architectures.unwrap_or(1),
        attestations: Compressed(attestations.unwrap_or(0)),
    }
}

fn provider(item: &Item<'_>, problems: &mut Problems<'_>) -> Option<&'static RegistryProvider> {
    let text = item.text(problems)?;
    let found = RegistryProvider::named(text);
    if found.is_none() {
        let known: Vec<_> = RegistryProvider::all().iter().map(|provider| provider.name).collect();
        let flaw = Flaw::new(
            "unknown-provider",
            format!("no registry is called `{text}`"),
            instead(text, &known),
        );
        item.flaw(flaw, problems);
    }
    found
}

/// Registries of a cloud have regions with prices of their own; the others have one price.
fn region(
    provider: Option<&'static RegistryProvider>,
    table: &View<'_>,
    problems: &mut Problems<'_>,
) -> Region {
    let item = match provider.and_then(|provider| provider.cloud) {
        Some(cloud) => table.need("region", example_region(cloud), problems),
        None => table.get("region"),
    };
    let text = item.and_then(|item| item.text(problems)).unwrap_or(EVERYWHERE);
    Region::new(text.trim())
}

/// A region of that cloud, for hints.
pub(super) fn example_region(cloud: &str) -> &'static str {
    match cloud {
        "gcp" => "\"us-central1\"",
        "azure" => "\"eastus\"",
        _ => "\"us-east-1\"",
    }
}

/// `{ keep-last = 30, max-age = "90d" }`, one of them, or `"forever"`.
fn retention(item: &Item<'_>, problems: &mut Problems<'_>) -> Retention {
    if let DeValue::String(_) = item.value {
        item.word(&[((), "forever")], problems);
        return Retention::FOREVER;
    }
    let Some(rule) = item.view("`retention`", &RETENTION_KEYS, problems) else {
        return Retention::FOREVER;
    };
    let (last, age) = (rule.get("keep-last"), rule.get("max-age"));
    if last.is_none() && age.is_none() {
        let help = "write { keep-last = 30 }, { max-age = \"90d\" } or both; everything is kept with \"forever\"";
        item.flaw(
            Flaw::new("missing-key", "`retention` has neither `keep-last` nor `max-age`", help),
            problems,
        );
    }
    Retention {
        last: last.and_then(|item| item.count("tags", (1, 1_000_000), problems)),
        max_age: age.and_then(|item| {
            let span = item.quantity(SPAN, problems)?;
            if span == Span::seconds(0) {
                let flaw =
                    Flaw::new("out-of-range", "`max-age` is nothing", "write a time such as 90d");
                item.flaw(flaw, problems);
            }
            Some(span)
        }),
    }
}

fn replicas(item: &Item<'_>, home: &Region, problems: &mut Problems<'_>) -> Vec<Region> {
    let mut regions = Vec::new();
    for (text, span) in item.texts(problems).unwrap_or_default() {
        let region = Region::new(text.trim());
        if region == *home || regions.contains(&region) {
            let message = format!("`{region}` holds the images already");
            problems.error("duplicate-region", span, message, "list each further region once");
        } else {
            regions.push(region);
        }
    }
    regions
}

/// `true` for the scanner that the provider sells, a scanner's name, a price id, or `false`.
fn scan(
    item: &Item<'_>,
    provider: Option<&'static RegistryProvider>,
    problems: &mut Problems<'_>,
) -> Option<PriceId> {
    match item.value {
        DeValue::Boolean(false) => None,
        DeValue::Boolean(true) => {
            let provider = provider?;
            if provider.scan.is_none() {
                let message = format!("no price is known for scanning in {}", provider.title);
                let help = "name a price id, such as \"aws.inspector.scan\", or leave `scan` out";
                item.flaw(Flaw::new("scan-not-available", message, help), problems);
            }
            provider.scan.map(PriceId::new)
        }
        DeValue::String(text) if text.contains('.') => Some(PriceId::new(text.trim())),
        DeValue::String(_) => item.word(&SCANNERS, problems).map(PriceId::new),
        _ => {
            item.wrong_type("true, false, or a price id in quotes", problems);
            None
        }
    }
}

fn plan(
    item: Option<Item<'_>>,
    provider: Option<&'static RegistryProvider>,
    assumed: &mut Assumed,
    problems: &mut Problems<'_>,
) -> Option<&'static Plan> {
    let Some(item) = item else {
        let smallest = provider?.plans.first()?;
        assumed.take(Taken::PLAN);
        return Some(smallest);
    };
    let text = item.text(problems)?;
    let provider = provider?;
    let found = provider.plan(text);
    if found.is_none() {
        let known: Vec<_> = provider.plans.iter().map(|plan| plan.name).collect();
        let message = format!("{} has no plan `{text}`", provider.title);
        item.flaw(Flaw::new("unknown-plan", message, instead(text, &known)), problems);
    }
    found
}
