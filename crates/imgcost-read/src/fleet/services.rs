//! `[[service]]` tables.

use std::collections::HashMap;
use std::ops::Range;

use imgcost::fleet::Service;
use imgcost::image::Image;
use toml::de::DeValue;

use super::{layers, real};
use crate::assumed::Assumed;
use crate::diagnostic::{Diagnostic, Flaw, Problems};
use crate::labels::{self, Interned};
use crate::service::{
    AFTER, BEFORE, Field, Found, ImageFields, Memory, Places, RawService, Rules, blank, fill,
};
use crate::table::{Item, View, view};

pub(crate) const KEYS: [&str; 19] = [
    "name",
    "labels",
    "registry",
    "cluster",
    "hosts",
    "replicas",
    "spread",
    "pulls",
    "cached-share",
    "deploys",
    "pushes",
    "builds",
    "cache-miss",
    "dependency-updates",
    "base-refreshes",
    "install-time",
    "before",
    "after",
    "build",
];

pub(crate) const IMAGE_KEYS: [&str; 18] = [
    "size",
    "compressed",
    "unpacked",
    "base",
    "dependencies",
    "application",
    "profile",
    "sizes",
    "ratio",
    "layers",
    "oci",
    "archive",
    "manifest",
    "reference",
    "config",
    "platform",
    "base-layers",
    "dependency-layers",
];

pub(crate) const BUILD_KEYS: [&str; 3] = ["runner", "before", "after"];

/// How a field is written in TOML.
#[derive(Debug, Clone, Copy)]
enum Style {
    Text,
    Count,
    /// With a unit, such as this.
    Quantity(&'static str),
    Decimal,
}

/// Reads all `[[service]]` tables: services, each with what it took for granted.
pub(super) fn read(
    services: &Item<'_>,
    rules: &Rules<'_>,
    names: &mut Interned,
    problems: &mut Problems<'_>,
) -> (Vec<Service>, Vec<Assumed>) {
    let DeValue::Array(array) = services.value else {
        let flaw = Flaw::new(
            "wrong-type",
            "`service` is not a list of tables",
            "write [[service]], with two brackets on each side",
        );
        problems.flaw(flaw, services.key_span.clone());
        return (Vec::new(), Vec::new());
    };
    let mut memory = Memory::new();
    let (mut read, mut assumed) = (Vec::new(), Vec::new());
    let mut seen: HashMap<&str, Range<usize>> = HashMap::new();
    for value in array.iter() {
        let element = services.element(value);
        let Some(table) = element.table(problems) else { continue };
        let table = view("the service", table, element.span.clone(), &KEYS, problems);
        if let Some(item) = table.get("name")
            && let DeValue::String(name) = item.value
            && let Some(first) = seen.insert(name.trim(), item.span.clone())
        {
            let message = format!("two services are called `{}`", name.trim());
            let twice = Diagnostic::error("duplicate-service", problems.file(), message)
                .at(item.span)
                .label("again here")
                .related(first, "first here")
                .help("give each service a name of its own");
            problems.push(twice);
        }
        let mut service = blank();
        let mut found = Found::default();
        one(&table, rules, &mut memory, &mut service, &mut found, problems);
        service.labels = labels::read(table.get("labels"), names, problems);
        read.push(service);
        assumed.push(found.assumed);
    }
    (read, assumed)
}

fn one(
    table: &View<'_>,
    rules: &Rules<'_>,
    memory: &mut Memory,
    service: &mut Service,
    found: &mut Found,
    problems: &mut Problems<'_>,
) {
    let before_reading = problems.found.len();
    let mut raw = RawService::new();
    let mut places = Places::new(table.span.clone());
    for (field, key, style) in service_fields() {
        if let Some(item) = table.get(key) {
            set(field, &item, style, &mut raw, &mut places, problems);
        }
    }
    if let Some(item) = table.get("build") {
        build(&item, &mut raw, &mut places, problems);
    }
    for (side, fields) in [(0, &BEFORE), (1, &AFTER)] {
        if let Some(item) = table.get(fields.side) {
            raw.images[side] = image(&item, fields, rules, found, &mut raw, &mut places, problems);
        }
    }
    fill(&raw, rules, memory, service, found);
    // A value that could not be read has been reported; that it is missing is no news.
    let incomplete = problems.found.len() > before_reading;
    for (field, mut flaw) in found.flaws.drain(..) {
        if !(incomplete && flaw.code.starts_with("missing-")) {
            flaw.label = flaw
                .label
                .or_else(|| field.map(|field| format!("the value of `{}`", field.name())));
            problems.flaw(flaw, places.of(field));
        }
    }
}

fn service_fields() -> [(Field, &'static str, Style); 15] {
    [
        (Field::Name, "name", Style::Text),
        (Field::Registry, "registry", Style::Text),
        (Field::Cluster, "cluster", Style::Text),
        (Field::Hosts, "hosts", Style::Count),
        (Field::Replicas, "replicas", Style::Count),
        (Field::Spread, "spread", Style::Text),
        (Field::Pulls, "pulls", Style::Quantity("200/month")),
        (Field::CachedShare, "cached-share", Style::Quantity("80%")),
        (Field::Deploys, "deploys", Style::Quantity("60/month")),
        (Field::Pushes, "pushes", Style::Quantity("120/month")),
        (Field::Builds, "builds", Style::Quantity("120/month")),
        (Field::CacheMiss, "cache-miss", Style::Quantity("10%")),
        (Field::DependencyUpdates, "dependency-updates", Style::Quantity("4/month")),
        (Field::BaseRefreshes, "base-refreshes", Style::Quantity("2/month")),
        (Field::InstallTime, "install-time", Style::Quantity("60s")),
    ]
}

fn set<'d>(
    field: Field,
    item: &Item<'d>,
    style: Style,
    raw: &mut RawService<'d>,
    places: &mut Places,
    problems: &mut Problems<'_>,
) {
    let text = match style {
        Style::Text => item.text(problems),
        Style::Count => item.count_text(problems),
        Style::Quantity(example) => item.quantity_text(example, problems),
        Style::Decimal => item.decimal_text(problems),
    };
    places.set(field, item.span.clone());
    raw.set(field, text.unwrap_or_default().trim());
}

/// `"none"`, a runner, or `{ runner, before, after }`.
fn build<'d>(
    item: &Item<'d>,
    raw: &mut RawService<'d>,
    places: &mut Places,
    problems: &mut Problems<'_>,
) {
    if let DeValue::String(_) = item.value {
        set(Field::BuildRunner, item, Style::Text, raw, places, problems);
        return;
    }
    let Some(table) = item.view("`build`", &BUILD_KEYS, problems) else {
        return;
    };
    let fields = [
        (Field::BuildRunner, "runner", Style::Text),
        (Field::BuildBefore, "before", Style::Quantity("6m")),
        (Field::BuildAfter, "after", Style::Quantity("2m30s")),
    ];
    for (field, key, style) in fields {
        if let Some(item) = table.get(key) {
            set(field, &item, style, raw, places, problems);
        }
    }
}

/// A size, or a table that describes the image; returns the image if it is given layer by layer
/// or by reference.
fn image<'d>(
    item: &Item<'d>,
    fields: &ImageFields,
    rules: &Rules<'_>,
    found: &mut Found,
    raw: &mut RawService<'d>,
    places: &mut Places,
    problems: &mut Problems<'_>,
) -> Option<Image> {
    let DeValue::Table(keys) = item.value else {
        set(fields.size, item, Style::Quantity("1.2GB"), raw, places, problems);
        return None;
    };
    if keys.is_empty() {
        let message = format!("`{}` says nothing of the image", fields.side);
        let help = format!("write {} = {{ size = \"1.2GB\" }}, or leave it out", fields.side);
        problems.error("empty-image", item.key_span.clone(), message, help);
        return None;
    }
    for field in fields.all() {
        places.set(field, item.span.clone());
    }
    let table = item.view(&format!("`{}`", fields.side), &IMAGE_KEYS, problems)?;
    let size = Style::Quantity("180MB");
    let keys = [
        (fields.size, "size", size),
        (fields.compressed, "compressed", size),
        (fields.unpacked, "unpacked", size),
        (fields.classes[0], "base", size),
        (fields.classes[1], "dependencies", size),
        (fields.classes[2], "application", size),
        (fields.profile, "profile", Style::Text),
        (fields.sizes, "sizes", Style::Text),
        (fields.ratio, "ratio", Style::Decimal),
    ];
    for (field, key, style) in keys {
        if let Some(item) = table.get(key) {
            set(field, &item, style, raw, places, problems);
        }
    }
    let ratio = table.get("ratio");
    let real = real::read(&table, fields.side, rules, found, problems);
    match (real, table.get("layers")) {
        (Some(image), None) => Some(image),
        (None, Some(item)) => Some(Image::of(layers::read(&item, ratio, rules, found, problems))),
        (Some(_), Some(item)) => {
            let message = format!("`{}` is described in more than one way", fields.side);
            let help = "leave the layers out: a real image has its own";
            problems.error("image-given-twice", item.key_span, message, help);
            None
        }
        (None, None) => None,
    }
}
