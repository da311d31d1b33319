//! ARCHITECTURE.md as a test: which crate may use which, which room may use which, and the purity
//! of the model.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::command::root;

/// Crates and the crates of ours that each may depend on.
const CRATES: [(&str, &[&str]); 11] = [
    ("imgcost", &[]),
    ("imgcost-prices", &[]),
    ("imgcost-read", &["imgcost"]),
    ("imgcost-image", &["imgcost"]),
    ("imgcost-registry", &["imgcost", "imgcost-image"]),
    ("imgcost-inventory", &["imgcost"]),
    ("imgcost-feeds", &["imgcost"]),
    ("imgcost-dockerfile", &["imgcost", "imgcost-image"]),
    ("imgcost-report", &["imgcost", "imgcost-image", "imgcost-dockerfile"]),
    ("imgcost-serve", &[]),
    (
        "imgcost-cli",
        &[
            "imgcost",
            "imgcost-prices",
            "imgcost-read",
            "imgcost-image",
            "imgcost-registry",
            "imgcost-inventory",
            "imgcost-feeds",
            "imgcost-dockerfile",
            "imgcost-report",
            "imgcost-serve",
        ],
    ),
];

/// Rooms of the model in reading order; each may use only those named.
const ROOMS: [(&str, &[&str]); 7] = [
    ("units", &[]),
    ("image", &["units"]),
    ("price", &["units"]),
    ("fleet", &["units", "image", "price::PriceId"]),
    ("demand", &["units", "image", "fleet", "price::PriceId"]),
    ("estimate", &["units", "fleet", "price", "demand"]),
    ("gate", &["units", "fleet", "demand", "estimate"]),
];

#[test]
fn crates_depend_only_on_those_they_may() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let run = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&run.stdout).unwrap();
    for package in metadata["packages"].as_array().unwrap() {
        let Some((_, allowed)) = CRATES.iter().find(|(name, _)| package["name"] == *name) else {
            assert!(
                package["publish"].as_array().is_some_and(Vec::is_empty),
                "{} has no rule",
                package["name"]
            );
            continue;
        };
        let dependencies = package["dependencies"].as_array().unwrap().iter();
        let ours: BTreeSet<&str> = dependencies
            .filter(|dependency| dependency["kind"].is_null())
            .filter_map(|dependency| dependency["name"].as_str())
            .filter(|name| name.starts_with("imgcost"))
            .collect();
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        assert!(
            ours.is_subset(&allowed),
            "{} depends on {ours:?}, may on {allowed:?}",
            package["name"]
        );
    }
}

#[test]
fn rooms_use_only_those_they_may() {
    for (room, allowed) in ROOMS {
        for (file, text) in sources(&root().join("crates/imgcost/src").join(room)) {
            for (at, _) in text.match_indices("crate::") {
                let used = &text[at + "crate::".len()..];
                let own = used.starts_with(room) || text[..at].ends_with('$');
                let may = allowed.iter().any(|other| used.starts_with(other));
                let line = used.lines().next().unwrap_or_default();
                assert!(own || may, "{file}: room {room} uses crate::{line}");
            }
        }
    }
}

#[test]
fn the_model_is_pure() {
    let forbidden = [
        "std::fs",
        "std::env",
        "std::net",
        "std::time",
        "std::process",
        "println!",
        "f64",
        "f32",
        "Utc::now",
        "Local::now",
        "serde",
    ];
    for (file, text) in sources(&root().join("crates/imgcost/src")) {
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            for word in forbidden {
                assert!(!line.contains(word), "{file}: the model must not use {word}: {line}");
            }
        }
    }
}

#[test]
fn the_command_does_no_arithmetic_on_money() {
    for (file, text) in sources(&root().join("crates/imgcost-cli/src")) {
        for word in ["to_decimal() *", "to_decimal() /", "to_decimal() +", "to_decimal() -", "f64"]
        {
            assert!(!text.contains(word), "{file} computes: {word}");
        }
    }
}

#[test]
fn the_model_has_a_handful_of_dependencies() {
    let manifest: toml::Table =
        toml::from_str(&std::fs::read_to_string(root().join("crates/imgcost/Cargo.toml")).unwrap())
            .unwrap();
    let dependencies = manifest["dependencies"].as_table().unwrap();
    assert!(dependencies.len() <= 6, "{dependencies:?}");
}

/// Rust files below a folder, with their text.
fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(!found.is_empty());
    found
}
