//! The schemas of JSON contracts against real runs, both ways: every key that is written is in the
//! schema, and every key of the schema is written by some run.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{complaints, schema, validator};
use crate::command::{imgcost, json, root, stdout};
use crate::images::{docker_archive, tar_of};

const DAY: [&str; 2] = ["--as-of", "2026-11-23"];
const ARTICLE: &str = "tests/cases/dockerfiles/article";
const WORKED: &str = "tests/cases/fleets/worked-example/fleet.toml";

/// Whether these runs write what the schema says, and all of it but `never`.
fn agrees(name: &str, runs: &[&[&str]], never: &[&str]) {
    let day = |run: &[&str]| if run.contains(&DAY[0]) { &[][..] } else { &DAY[..] };
    let outputs: Vec<Value> = runs.iter().map(|run| json(&[run, day(run)].concat())).collect();
    let named: Vec<String> = runs.iter().map(|run| run.join(" ")).collect();
    agree(name, named.iter().zip(&outputs), never);
}

/// The same of what runs wrote, each with its name.
fn agree<'r>(name: &str, runs: impl Iterator<Item = (&'r String, &'r Value)>, never: &[&str]) {
    let schema = schema(name);
    let open = validator(&schema);
    let mut closed = schema.clone();
    close(&mut closed);
    let closed = validator(&closed);
    let (mut known, mut seen) = (BTreeSet::new(), BTreeSet::new());
    keys("", &schema, &mut known);
    schema["$defs"].as_object().into_iter().flatten().for_each(|(of, schema)| {
        keys(of, schema, &mut known);
    });
    for (run, output) in runs {
        assert_eq!(complaints(&closed, output), Vec::<String>::new(), "{name}: {run}");
        // Programs must expect keys that are not here yet.
        let mut more = output.clone();
        more["not_here_yet"] = Value::from(1);
        assert!(open.is_valid(&more), "{name}");
        // What is promised is there.
        for key in schema["required"].as_array().unwrap().iter().filter_map(Value::as_str) {
            let mut less = output.clone();
            less.as_object_mut().unwrap().remove(key);
            assert!(!open.is_valid(&less), "{name}: without {key}");
        }
        let mut other = output.clone();
        other["schema_version"] = Value::from(2);
        assert!(!open.is_valid(&other), "{name}: a contract of another version");
        walk(&schema, "", &schema, output, &mut seen);
    }
    let missing: Vec<&String> = known.difference(&seen).collect();
    assert_eq!(missing, never, "{name}: keys that no run writes");
}

/// Takes the licence to write further keys away.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            map.values_mut().for_each(close);
            if map.get("properties").is_some_and(Value::is_object) && map.contains_key("type") {
                map.insert("additionalProperties".into(), false.into());
            }
        }
        Value::Array(values) => values.iter_mut().for_each(close),
        _ => {}
    }
}

/// The keys of one kind of object, such as `Price.rate`.
fn keys(of: &str, schema: &Value, known: &mut BTreeSet<String>) {
    let names = schema["properties"].as_object().into_iter().flatten();
    known.extend(names.map(|(key, _)| format!("{of}.{key}")));
}

/// Notes which keys a document has that are more than null.
fn walk(root: &Value, of: &str, schema: &Value, found: &Value, seen: &mut BTreeSet<String>) {
    if let Some(name) = schema["$ref"].as_str().and_then(|at| at.strip_prefix("#/$defs/")) {
        return walk(root, name, &root["$defs"][name], found, seen);
    }
    let ways = schema["anyOf"].as_array().into_iter().flatten();
    ways.for_each(|way| walk(root, of, way, found, seen));
    match found {
        Value::Object(entries) => {
            for (key, value) in entries.iter().filter(|(_, value)| !value.is_null()) {
                if let Some(inner) = schema["properties"].get(key) {
                    seen.insert(format!("{of}.{key}"));
                    walk(root, of, inner, value, seen);
                }
            }
        }
        Value::Array(values) => {
            values.iter().for_each(|value| walk(root, of, &schema["items"], value, seen));
        }
        _ => {}
    }
}

const UNPRICED: [&str; 5] = ["whatif", "1.2GB", "180MB", "--region", "us-west-1"];
const TIERS: [&str; 9] = [
    "whatif",
    "1.2GB",
    "180MB",
    "--path",
    "internet",
    "--discount",
    "aws=5%",
    "--group-by",
    "cluster",
];
const INTERNET: [&str; 5] = ["whatif", "1.2GB", "180MB", "--path", "internet"];
const ABROAD: [&str; 5] = ["whatif", "1.2GB", "180MB", "--path", "cross-region=eu-west-1"];

const IN_EURO: [&str; 7] =
    ["whatif", "1.2GB", "180MB", "--currency", "EUR", "--rates", "tests/cases/rates/eurofxref.csv"];

/// A what-if as a fleet file.
fn as_fleet(whatif: &[&str], folder: &std::path::Path) -> String {
    let file = folder.join("fleet.toml").to_str().unwrap().to_owned();
    stdout(&[&["init", "-o", &file, "--from"], &whatif[1..]].concat());
    file
}

#[test]
fn comparisons_are_as_their_schema_says() {
    let runs: [&[&str]; 7] = [
        &UNPRICED,
        &TIERS,
        &ABROAD,
        &IN_EURO,
        &["compare", "examples/fleet/fleet.toml", "--group-by", "team"],
        &["compare", "tests/cases/fleets/retention-forever/fleet.toml"],
        &["compare", WORKED, "examples/spot-fleet/nat.toml"],
    ];
    agrees("compare", &runs, &[]);
    // The same contract; a what-if knows no months, no effort and no bill.
    let fleets = [".billed_by_month", ".payback_months", ".percent_of_bill"];
    let months = ["Month.after", "Month.before", "Month.month"];
    agrees("whatif", &runs[..4], &[&fleets[..], &months[..]].concat());
}

#[test]
fn estimates_are_as_their_schema_says() {
    let discount = ["--discount", "aws=5%"];
    let folder = tempfile::tempdir().unwrap();
    let unpriced = as_fleet(&UNPRICED, folder.path());
    let elsewhere = tempfile::tempdir().unwrap();
    let graduated = as_fleet(&INTERNET, elsewhere.path());
    let runs: [&[&str]; 7] = [
        &["estimate", &unpriced],
        &["estimate", &graduated],
        &[&["estimate", WORKED], &IN_EURO[3..]].concat(),
        &["estimate", "examples/fleet/fleet.toml", "--group-by", "team"],
        &[&["estimate", WORKED, "--side", "after"], &IN_EURO[3..]].concat(),
        &["estimate", "examples/fleet/fleet.toml", "--side", "after", "--group-by", "team"],
        &[&["estimate", "tests/cases/fleets/cross-region-pair/fleet.toml"], &discount[..]].concat(),
    ];
    agrees("estimate", &runs, &[".saving", "Exchange.saving"]);
}

const MAIN: &str = "examples/gates/main.toml";
const PULL_REQUEST: &str = "examples/gates/pull-request.toml";
const BASELINE: &str = "examples/gates/main.json";

/// The JSON of a run that may end with a breached gate.
fn judged(args: &[&str]) -> Value {
    let run = imgcost(&[args, &DAY, &["--format", "json", "-q"]].concat());
    serde_json::from_slice(&run.stdout).unwrap()
}

#[test]
fn gates_are_as_their_schema_says() {
    let folder = tempfile::tempdir().unwrap();
    let euros = folder.path().join("fleet.toml");
    let text = std::fs::read_to_string(root().join(MAIN)).unwrap();
    let text = text.replace("[fleet]\n", "[fleet]\ncurrency = \"EUR\"\n");
    std::fs::write(&euros, text).unwrap();
    let baseline = ["check", PULL_REQUEST, "--baseline", BASELINE, "--max-increase"];
    let runs = [
        judged(&["check", MAIN, "--budget", "1", "--budget-per", "team=1"]),
        judged(&["check", euros.to_str().unwrap(), "--budget", "1"]),
        judged(&[&baseline[..], &["1%", "--max-increase-amount", "0.1"]].concat()),
        judged(&["check", MAIN, "--min-image-saving", "95%"]),
        judged(&["check", MAIN, "--min-image-saving", "9GiB"]),
    ];
    let labels: Vec<String> = (0..runs.len()).map(|n| format!("run {n}")).collect();
    agree("check", labels.iter().zip(&runs), &[]);
    let broken = |path: &str, value: Value| {
        let mut broken = runs[0].clone();
        *broken.pointer_mut(path).unwrap() = value;
        assert!(!validator(&schema("check")).is_valid(&broken), "{path}");
    };
    broken("/passed", Value::from("yes"));
    broken("/gates/0/limit/billed", Value::from(1));
    broken("/gates/0/offenders/0/name", Value::Null);
    broken("/figures/monthly/billed", Value::from("1,000"));
}

#[test]
fn baselines_are_as_their_schema_says() {
    let folder = tempfile::tempdir().unwrap();
    let grouped = folder.path().join("main.json");
    let grouped = grouped.to_str().unwrap();
    let by = ["--group-by", "team", "--as-of", "2026-11-23"];
    stdout(&[&["estimate", MAIN, "--format", "json", "-o", grouped], &by[..]].concat());
    let grouped = [&["compare", PULL_REQUEST, "--baseline", grouped], &by[..]].concat();
    let plain = ["compare", PULL_REQUEST, "--baseline", BASELINE];
    agrees("compare-baseline", &[&plain, &grouped], &[]);
}

#[test]
fn derivations_are_as_their_schema_says() {
    let folder = tempfile::tempdir().unwrap();
    let graduated = as_fleet(&INTERNET, folder.path());
    agrees("explain", &[&["explain", WORKED], &["explain", &graduated]], &[]);
}

#[test]
fn prices_are_as_their_schemas_say() {
    let list: [&[&str]; 2] =
        [&["prices", "list"], &["prices", "show", "github.actions.linux-2core"]];
    agrees("prices-list", &list, &[]);
    let quote = ["prices", "quote", "aws.transfer.internet", "--region", "us-east-1"];
    let quote = [&quote[..], &["--quantity", "57000 GiB", "--free"]].concat();
    agrees("prices-quote", &[&quote], &[]);
    agrees("prices-diff", &[&["prices", "diff", "built-in", "pricing/aws/transfer.toml"]], &[]);
    agrees("prices-stale", &[&["prices", "stale", "--as-of", "2028-11-23"]], &[]);
}

#[test]
fn images_are_as_their_schemas_say() {
    let folder = tempfile::tempdir().unwrap();
    let layers = [
        (tar_of(276_480, "app/data"), "COPY . .", true),
        (tar_of(27_648, "app/data"), "RUN build", false),
    ];
    let (path, _) = docker_archive(folder.path(), "shop", &layers);
    let archive = format!("docker-archive:{}", path.display());
    let [first, second] = ["single-stage-1", "single-stage-2"]
        .map(|name| format!("manifest:examples/images/{name}/manifest.json"));
    // None of these says when its layers were made, or has several platforms.
    agrees(
        "image-inspect",
        &[&["image", "inspect", &archive], &["image", "inspect", &first, &second]],
        &["Layer.created"],
    );
    agrees(
        "image-pulls",
        &[&["image", "pulls", &archive], &["image", "pulls", &first, &second]],
        &["Pull.platform"],
    );
    let history = "tests/cases/churn/dotnet.csv";
    let image = "dotnet/aspnet:10.0-noble-amd64";
    agrees("image-churn", &[&["image", "churn", "--history", history, "--image", image]], &[]);
}

#[test]
fn dockerfiles_are_as_their_schemas_say() {
    let old = format!("{ARTICLE}/standard/Dockerfile");
    let new = format!("{ARTICLE}/three-stage/Dockerfile");
    let check: [&[&str]; 2] = [
        &["dockerfile", "check", &old, "-q"],
        &["dockerfile", "check", "tests/cases/dockerfiles/rules/ignored.Dockerfile", "-q"],
    ];
    agrees("dockerfile-check", &check, &[]);
    agrees("dockerfile-cost", &[&["dockerfile", "cost", &old]], &[]);
    agrees("dockerfile-compare", &[&["dockerfile", "compare", &old, &new]], &[]);
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("build.log");
    let steps = ["FROM docker.io/library/node:20", "WORKDIR /srv", "COPY . .", "RUN npm install"];
    let steps = steps.into_iter().chain(["RUN npm run build"]).zip(4..);
    let lines = steps.map(|(step, n)| format!("#{n} [{}/5] {step}\n#{n} DONE 9.0s\n", n - 3));
    std::fs::write(&log, lines.collect::<String>()).unwrap();
    let standard = "examples/dockerfiles/standard/Dockerfile";
    let timed = ["dockerfile", "cache", standard, "--build-log", log.to_str().unwrap()];
    let commit = "tests/cases/dockerfiles/cache/commit-argument/Dockerfile";
    let argued = ["dockerfile", "cache", commit];
    agrees("dockerfile-cache", &[&["dockerfile", "cache", &new], &timed, &argued], &[]);
}
