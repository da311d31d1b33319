//! The schemas of fleet and price files against files and against the readers' parsers.

use std::path::{Path, PathBuf};

use imgcost::units::{PerMonth, Share, Span, Speed, parse_bytes, parse_decimal};
use serde_json::{Value, json};

use super::{complaints, schema, validator};
use crate::command::{root, stdout};

/// A TOML text as an editor hands it to a schema: dates are texts.
fn as_json(toml: &str) -> Value {
    fn of(value: toml::Value) -> Value {
        match value {
            toml::Value::Datetime(moment) => json!(moment.to_string()),
            toml::Value::Array(values) => values.into_iter().map(of).collect(),
            toml::Value::Table(table) => {
                Value::Object(table.into_iter().map(|(key, value)| (key, of(value))).collect())
            }
            other => serde_json::to_value(other).unwrap(),
        }
    }
    of(toml::Value::Table(toml::from_str(toml).unwrap()))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.extend(path.extension().is_some_and(|e| e == "toml").then_some(path)),
        }
    }
    found.sort();
    found
}

fn without_manifests(folder: &str) -> Vec<PathBuf> {
    let all = files(&root().join(folder)).into_iter();
    all.filter(|path| path.file_name().is_some_and(|name| name != "Cargo.toml")).collect()
}

fn holds(name: &str, paths: &[PathBuf]) {
    let validator = validator(&schema(name));
    for path in paths {
        let document = as_json(&std::fs::read_to_string(path).unwrap());
        assert_eq!(complaints(&validator, &document), Vec::<String>::new(), "{}", path.display());
    }
}

#[test]
fn every_fleet_file_is_valid() {
    let all = [without_manifests("examples"), without_manifests("tests/cases/fleets")].concat();
    let expected = |path: &PathBuf| path.file_name().is_some_and(|name| name == "expected.toml");
    let fleets: Vec<_> = all.into_iter().filter(|path| !expected(path)).collect();
    assert!(fleets.len() > 40, "{fleets:?}");
    // Some cases have a price file beside them.
    let (prices, fleets): (Vec<_>, Vec<_>) = fleets
        .into_iter()
        .partition(|path| std::fs::read_to_string(path).unwrap().contains("\n[[price]]"));
    holds("fleet", &fleets);
    holds("prices", &prices);
}

#[test]
fn every_price_file_is_valid() {
    let prices = without_manifests("pricing");
    assert!(prices.len() > 30, "{}", prices.len());
    holds("prices", &prices);
}

#[test]
fn what_init_and_inventory_write_is_valid() {
    let validator = validator(&schema("fleet"));
    let runs: [&[&str]; 3] = [
        &["init"],
        &["init", "--from", "1.2GB", "180MB", "--keep", "5", "--path", "nat:60%,direct:40%"],
        &["inventory", "kubernetes", "examples/cluster/kubectl.json", "-q"],
    ];
    for run in runs {
        let document = as_json(&stdout(run));
        assert_eq!(complaints(&validator, &document), Vec::<String>::new(), "{run:?}");
    }
}

/// Mistakes that only a reader can see, by the name of the file that makes them: they depend on
/// several values, on a list, or on what is known of prices.
const UNSEEN: [&str; 34] = [
    "bad-row",
    "bad-source.prices",
    "conflicting-keys",
    "date-out-of-range",
    "duplicate-column",
    "duplicate-region",
    "duplicate-row",
    "duplicate-service",
    "empty-csv",
    "ends-before-it-begins.prices",
    "image-given-twice",
    "image-not-read",
    "missing-column",
    "missing-key",
    "missing-table",
    "more-problems",
    "not-utf8",
    "open-quote",
    "out-of-range",
    "overlapping-prices.prices",
    "path-not-available",
    "placement-given-twice",
    "scan-not-available",
    "shares-do-not-add-up",
    "too-many-hosts",
    "too-precise",
    "unknown-cluster",
    "unknown-column",
    "unknown-group.prices",
    "unknown-price.prices",
    "unknown-registry",
    "unsorted-tiers.prices",
    "wrong-columns",
    "wrong-file.prices",
];

#[test]
fn broken_files_are_not_valid() {
    let (fleet, prices) = (validator(&schema("fleet")), validator(&schema("prices")));
    let mut unseen = Vec::new();
    for path in files(&root().join("tests/errors")) {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        // What is no TOML never comes before a schema.
        if name == "toml-syntax" {
            continue;
        }
        let validator = if name.ends_with(".prices") { &prices } else { &fleet };
        if validator.is_valid(&as_json(&text)) {
            unseen.push(name);
        }
    }
    assert_eq!(unseen, UNSEEN);
}

#[test]
fn an_unknown_key_is_an_error_in_every_table() {
    let case = |name: &str, text: &str, at: &str| {
        let validator = validator(&schema(name));
        let mut document = as_json(text);
        assert_eq!(complaints(&validator, &document), Vec::<String>::new());
        let table = document.pointer_mut(at).unwrap().as_object_mut().unwrap();
        table.insert("colour".into(), json!("red"));
        assert!(!validator.is_valid(&document), "{name} {at}");
    };
    let fleet = "[fleet]\nplan = { free = true }\neffort = { hours = 16, rate = \"90\" }\n[registry.main]\nprovider = \"aws-ecr\"\nretention = { keep-last = 3 }\n[cluster.c]\ndistribution = { hit-ratio = \"80%\" }\ncacheless = { vcpus = \"1\", memory = \"2GB\" }\npath = { nat = \"100%\" }\n[[service]]\nname = \"a\"\nbefore = { size = \"1GB\" }\nafter = { layers = [{ compressed = \"1MB\", trigger = \"deploy\" }] }\nbuild = { before = \"6m\" }\n";
    let tables = [
        "",
        "/fleet",
        "/fleet/plan",
        "/fleet/effort",
        "/registry/main",
        "/registry/main/retention",
        "/cluster/c",
        "/cluster/c/distribution",
        "/cluster/c/cacheless",
        "/cluster/c/path",
        "/service/0",
        "/service/0/before",
        "/service/0/after/layers/0",
        "/service/0/build",
    ];
    tables.into_iter().for_each(|at| case("fleet", fleet, at));
    let prices = "[[price]]\nid = \"aws.nat.data\"\nregions = [\"*\"]\nunit = \"GB\"\ntiers = [{ from = \"0\", rate = \"0.1\" }]\nfree = { amount = \"1\", scope = \"account\" }\nincluded = { price = \"a.b\", amount = \"1\" }\nminimum = { days = 30 }\nrounding = { per = \"job\", step = \"1\", mode = \"up\" }\neffective-from = \"2026-01-01\"\nchecked = 2026-01-01\nsource = \"us\"\n";
    let tables = [
        "",
        "/price/0",
        "/price/0/tiers/0",
        "/price/0/free",
        "/price/0/included",
        "/price/0/minimum",
        "/price/0/rounding",
    ];
    tables.into_iter().for_each(|at| case("prices", prices, at));
}

/// What a parser takes, its pattern takes; what is no such thing at all, neither does.
#[test]
fn patterns_agree_with_the_parsers() {
    let schema = schema("fleet");
    let numbers =
        ["0", "1", "12", "1.5", "0.045", "2.50", "", ".5", "5.", "-1", "+1", "1e3", "1,5", "NaN"];
    let units = [
        "",
        "B",
        "kB",
        "KB",
        "MB",
        "GB",
        "TB",
        "KiB",
        "kiB",
        "MiB",
        "GiB",
        "TiB",
        "mb",
        "Mb",
        "PB",
        "%",
        " %",
        " GB",
        "GB ",
        "/month",
        "/ month",
        "/day",
        "/d",
        "/week",
        "/w",
        "/mo",
        "/year",
        "/y",
        "/hour",
        "/h",
        "/fortnight",
        "s",
        "sec",
        "second",
        "seconds",
        "m",
        "min",
        "minute",
        "minutes",
        "h",
        "hour",
        "hours",
        "d",
        "day",
        "days",
        "w",
        "week",
        "weeks",
        "h30m",
        "h 30 m",
        "m30",
        "months",
        "MB/s",
        "MiB/s",
        " MB/s",
        "MB /s",
        "MB/h",
        "MBps",
    ];
    type Takes = fn(&str) -> bool;
    let kinds: [(&str, Takes); 6] = [
        ("Size", |text| parse_bytes(text).is_ok()),
        ("Speed", |text| Speed::parse(text).is_ok()),
        ("Rate", |text| PerMonth::parse(text).is_ok()),
        ("Share", |text| Share::parse(text).is_ok()),
        ("Time", |text| Span::parse(text).is_ok()),
        ("Number", |text| parse_decimal(text).is_ok()),
    ];
    for (kind, takes) in kinds {
        let pattern = validator(&schema["$defs"][kind]);
        let (mut taken, mut refused) = (0, 0);
        for (number, unit) in numbers.iter().flat_map(|n| units.iter().map(move |u| (n, u))) {
            let text = format!("{number}{unit}");
            let (parsed, matched) = (takes(&text), pattern.is_valid(&json!(text)));
            // What is not whole bytes or seconds, or nothing at all, only the parser tells.
            let whole = ["1", "12"].contains(number);
            let known = text.trim() == text || kind != "Number";
            assert!(matched || !parsed, "{kind}: {text:?} is refused");
            assert!(parsed || !matched || !whole || !known, "{kind}: {text:?} is taken");
            taken += usize::from(parsed);
            refused += usize::from(!matched);
        }
        assert!(taken > 4 && refused > 100, "{kind}: {taken} taken, {refused} refused");
    }
}
