//! Inventories become fleet files that the other commands take. What each source tells is tested
//! in `crates/imgcost-inventory/tests`; here it goes all the way.

use std::path::Path;

use rust_decimal::Decimal;

use crate::command::{imgcost, json, number, root, stdout};

const DAY: [&str; 2] = ["--as-of", "2026-11-23"];

/// An inventory of these files as a fleet file, and how many services it counts.
fn fleet_of(source: &str, files: &[&str], folder: &Path) -> (String, usize) {
    let file = folder.join(format!("{source}.toml"));
    let path = file.to_str().unwrap().to_owned();
    stdout(&[&["inventory", source], files, &["-o", &path]].concat());
    let text = std::fs::read_to_string(&file).unwrap();
    (path, text.lines().filter(|line| *line == "[[service]]").count())
}

#[test]
fn every_source_becomes_a_fleet_that_compares() {
    let tests = "crates/imgcost-inventory/tests";
    let sources: [(&str, &[&str], usize); 8] = [
        ("kubernetes", &["examples/cluster/kubectl.json"], 5),
        ("ecr", &[&format!("{tests}/listings/ecr-images.json")], 2),
        ("artifact-registry", &[&format!("{tests}/listings/gcp-images.json")], 0),
        ("acr", &[&format!("{tests}/listings/acr-payments.json")], 0),
        ("harbor", &[&format!("{tests}/listings/harbor.json")], 0),
        ("registry-log", &[&format!("{tests}/registry-log/accesslog.txt")], 1),
        ("cloudtrail", &[&format!("{tests}/cloudtrail/month.json")], 0),
        ("docker", &[&format!("{tests}/docker/image-inspect.json")], 0),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (source, files, at_least) in sources {
        let (fleet, services) = fleet_of(source, files, folder.path());
        assert!(services >= at_least.max(1), "{source}: {services} services");
        let compared = json(&["compare", &fleet, DAY[0], DAY[1]]);
        // Before and after are the same until somebody writes an `after`.
        assert_eq!(number(&compared["saving"]["monthly"]["billed"]), Decimal::ZERO, "{source}");
        let moved = number(&compared["quantities"]["before"]["storage_gib_month"]);
        assert!(moved > Decimal::ZERO, "{source} stores nothing");
    }
}

/// `examples/cluster`: ten nodes of EKS whose ages are 0 to 70 hours, 28.4 in the mean, and five
/// deployments; sizes are what containerd tells, compressed.
#[test]
fn the_example_cluster_pulls_what_its_pods_need() {
    let folder = tempfile::tempdir().unwrap();
    let (fleet, _) = fleet_of("kubernetes", &["examples/cluster/kubectl.json"], folder.path());
    let found = json(&["estimate", &fleet, DAY[0], DAY[1]]);
    // Pods on nodes: checkout 6, catalogue 8, search 4, reports 2, gateway 10; a node lives 28 hours.
    let bytes: u64 =
        6 * 441_000_000 + 8 * 612_000_000 + 4 * 388_000_000 + 2 * 1_130_000_000 + 10 * 70_500_000;
    let cold = Decimal::from(bytes) * Decimal::from(730) / Decimal::from(28);
    let told = number(&found["quantities"]["before"]["cold_pull_bytes"]);
    assert_eq!(told.round_dp(6), cold.round_dp(6));
    assert_eq!(found["complete"], true);
}

#[test]
fn a_list_of_services_gets_a_fleet_file_around_it() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("services.csv");
    std::fs::write(&list, "name,replicas,before\nweb,3,1.2GB\n").unwrap();
    let fleet = folder.path().join("fleet.toml");
    let (list, fleet) = (list.to_str().unwrap(), fleet.to_str().unwrap());
    stdout(&["inventory", "csv", list, "-o", fleet]);
    let found = json(&["estimate", fleet, DAY[0], DAY[1]]);
    assert_eq!(found["complete"], true);
    // From another folder, and with the fleet file in a third one.
    let below = folder.path().join("below");
    std::fs::create_dir(&below).unwrap();
    let fleet = below.join("fleet.toml");
    stdout(&["inventory", "csv", "examples/fleet/services.csv", "-o", fleet.to_str().unwrap()]);
    let run = imgcost(&["estimate", fleet.to_str().unwrap()]);
    let told = String::from_utf8(run.stderr).unwrap();
    assert!(!told.contains("no such file"), "{told}");
    let missing = imgcost(&["inventory", "csv", "nowhere.csv"]);
    assert_eq!(missing.status.code(), Some(1));
}

#[test]
fn what_is_no_inventory_is_refused_with_a_place_and_advice() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pods.yaml");
    std::fs::write(&file, "apiVersion: v1\nkind: List\nitems: []\n").unwrap();
    let run = imgcost(&["inventory", "kubernetes", file.to_str().unwrap()]);
    let told = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(1));
    assert!(run.stdout.is_empty() && told.contains("-o json"), "{told}");
    let events = root().join("crates/imgcost-inventory/tests/registry-log/events.jsonl");
    let run = imgcost(&["inventory", "registry-log", events.to_str().unwrap()]);
    let told = String::from_utf8(run.stderr).unwrap();
    assert!(told.contains("notification") && told.contains("access log"), "{told}");
}
