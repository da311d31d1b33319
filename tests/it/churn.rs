//! Replays the histories of real images. Expected figures were computed from the same public build
//! records by other means (see `tests/cases/churn/README.md`); none comes from this program.

use rust_decimal::Decimal;
use serde_json::Value;

use crate::command::{imgcost, json, number, stdout};

const HISTORY: &str = "tests/cases/churn/dotnet.csv";

fn replay(images: &[&str]) -> Value {
    let names = images.iter().flat_map(|image| ["--image", image]);
    let arguments: Vec<&str> =
        ["image", "churn", "--history", HISTORY].into_iter().chain(names).collect();
    json(&arguments)
}

/// A figure, rounded to as many decimals as the published one has.
fn assert_rounds_to(value: Decimal, published: &str, what: &str) {
    let published: Decimal = published.parse().unwrap();
    assert_eq!(value.round_dp(published.scale()), published, "{what}: {value}");
}

struct Published {
    images: &'static [&'static str],
    builds: u64,
    days_between: &'static str,
    a_year: &'static str,
    megabytes: &'static str,
    new_megabytes: &'static str,
    new_fraction: &'static str,
    percent_all_new: &'static str,
}

const PUBLISHED: [Published; 4] = [
    Published {
        images: &["dotnet/aspnet:10.0-preview-noble-amd64", "dotnet/aspnet:10.0-noble-amd64"],
        builds: 44,
        days_between: "10.7",
        a_year: "34.1",
        megabytes: "96.2",
        new_megabytes: "80.7",
        new_fraction: "0.838",
        percent_all_new: "48.8",
    },
    Published {
        images: &[
            "dotnet/aspnet:10.0-preview-noble-chiseled-amd64",
            "dotnet/aspnet:10.0-noble-chiseled-amd64",
        ],
        builds: 24,
        days_between: "19.7",
        a_year: "18.5",
        megabytes: "54.9",
        new_megabytes: "55.0",
        new_fraction: "1.000",
        percent_all_new: "100.0",
    },
    Published {
        images: &["dotnet/aspnet:8.0-bookworm-slim-amd64"],
        builds: 43,
        days_between: "10.8",
        a_year: "33.8",
        megabytes: "90.3",
        new_megabytes: "78.2",
        new_fraction: "0.866",
        percent_all_new: "57.1",
    },
    Published {
        images: &["dotnet/runtime-deps:8.0-bookworm-slim-amd64"],
        builds: 43,
        days_between: "10.8",
        a_year: "33.8",
        megabytes: "47.0",
        new_megabytes: "34.9",
        new_fraction: "0.742",
        percent_all_new: "57.1",
    },
];

#[test]
fn replaying_the_trace_gives_the_published_figures() {
    for published in PUBLISHED {
        let found = replay(published.images);
        let name = published.images[0];
        let whole =
            |key: &str| Decimal::from(found[key].as_u64().unwrap_or_else(|| panic!("{key}")));
        let releases = Decimal::from(published.builds - 1);
        assert_eq!(whole("versions"), Decimal::from(published.builds), "{name}");
        let days = whole("seconds") / Decimal::from(86_400) / releases;
        assert_rounds_to(days, published.days_between, name);
        assert_rounds_to(number(&found["releases_per_year"]), published.a_year, name);
        let mega = Decimal::from(1_000_000);
        assert_rounds_to(whole("mean_bytes") / mega, published.megabytes, name);
        assert_rounds_to(whole("mean_new_bytes") / mega, published.new_megabytes, name);
        assert_rounds_to(number(&found["new_share"]), published.new_fraction, name);
        let all_new = whole("from_the_ground_up") / releases * Decimal::ONE_HUNDRED;
        assert_rounds_to(all_new, published.percent_all_new, name);
    }
}

#[test]
fn a_node_that_follows_every_build_fetches_each_layer_once() {
    // 44 builds of aspnet 10.0 noble: naive 4,234.0 MB, layer-aware 3,563.2 MB, 15.8 % less.
    let found = replay(PUBLISHED[0].images);
    let (sum, unique) =
        (found["sum_bytes"].as_u64().unwrap(), found["unique_bytes"].as_u64().unwrap());
    assert_eq!((sum / 100_000, unique / 100_000), (42_340, 35_632));
}

#[test]
fn one_rebuild_keeps_only_the_debian_layer() {
    // aspnet 8.0 bookworm-slim of 2025-06-10 after that of 2025-05-22: 62,065,630 of 90,290,960 B.
    let found = replay(&["dotnet/aspnet:8.0-bookworm-slim-amd64"]);
    let releases = found["releases"].as_array().unwrap();
    let june =
        releases.iter().find(|r| r["name"].as_str().unwrap().contains("2025-06-10 17:50")).unwrap();
    assert_eq!(
        (june["new_bytes"].as_u64(), june["bytes"].as_u64()),
        (Some(62_065_630), Some(90_290_960))
    );
}

#[test]
fn the_fragment_is_a_service_of_a_fleet_file() {
    let found = replay(&["dotnet/aspnet:8.0-bookworm-slim-amd64"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fleet.toml");
    let head = "[registry.main]\nprovider = \"aws-ecr\"\nregion = \"us-east-1\"\n[cluster.prod]\npath = \"nat\"\n";
    std::fs::write(&file, format!("{head}{}", found["fleet_file"].as_str().unwrap())).unwrap();
    let estimate = json(&["estimate", file.to_str().unwrap(), "--as-of", "2026-11-23"]);
    assert_eq!(estimate["complete"], true);
    // 33.77 releases a year of 8,760 hours: 2.814 a month.
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("deploys = \"2.814"), "{text}");
}

#[test]
fn several_images_without_a_choice_are_listed() {
    let run = imgcost(&["image", "churn", "--history", HISTORY]);
    let told = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(1));
    assert!(told.contains("6 images") && told.contains("dotnet/runtime-deps:8.0"), "{told}");
}

#[test]
fn wrong_rows_of_a_history_are_told_with_line_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("history.csv");
    let row = "2026-01-01T00:00:00Z,sha256:short,12\nyesterday,x,y\n";
    std::fs::write(&file, format!("created,layer-digest,compressed-bytes\n{row}")).unwrap();
    let run = imgcost(&["image", "churn", "--history", file.to_str().unwrap()]);
    let told = String::from_utf8(run.stderr).unwrap();
    assert!(told.contains("history.csv:2:22") && told.contains("sha256:short"), "{told}");
    assert!(told.contains("history.csv:3:1") && told.contains("`yesterday` is no time"), "{told}");
    let text = stdout(&[
        "image",
        "churn",
        "--history",
        HISTORY,
        "--image",
        "dotnet/runtime-deps:8.0-bookworm-slim-amd64",
    ]);
    assert!(text.contains("33.8 releases a year"), "{text}");
}
