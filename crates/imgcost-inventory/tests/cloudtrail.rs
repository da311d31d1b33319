//! Events of CloudTrail, to fleet files that read.
//!
//! `month.json` was written by hand in the shape that AWS documents for `PutImage`: 30 days of
//! three repositories. Its events are out of order, one is delivered twice, one push failed.

use imgcost_inventory::{ImageFound, Input, Inventory, InventoryError, cloudtrail, fleet_toml};
use imgcost_read::{FleetFile, read_fleet};

const MONTH: &str = include_str!("cloudtrail/month.json");

fn read(text: &str) -> Result<Inventory, InventoryError> {
    cloudtrail(vec![Input { name: "trail.json".into(), reader: Box::new(text.as_bytes()) }])
}

fn events() -> Vec<serde_json::Value> {
    let month: serde_json::Value = serde_json::from_str(MONTH).unwrap();
    month["Records"].as_array().unwrap().clone()
}

fn fleet(inventory: &Inventory) -> FleetFile {
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let text = fleet_toml(inventory);
    read_fleet("fleet.toml", &text, today).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"))
}

fn has_note(notes: &[String], part: &str) {
    assert!(notes.iter().any(|note| note.contains(part)), "{part} is not in {notes:#?}");
}

#[test]
fn triggers_are_how_often_each_layer_really_changed() {
    // Pushed: B1 O1 D1 A1, B1 O1 D1 A2, B1 O1 D2 A3, B2 O2 D3 A4, B2 O2 D3 A5, B2 O2 D3 A6.
    // From one to the next, of 5: B once, O once and with B, D twice and once without B, A always.
    let found = read(MONTH).unwrap();
    let checkout = &found.services[2];
    assert_eq!(checkout.name, "shop/checkout");
    let ImageFound::Layers { layers, from } = &checkout.image else { panic!("{checkout:?}") };
    assert_eq!(from, "manifest of PutImage of 2026-10-30 00:00:00, tag v6");
    let told: Vec<_> = layers
        .iter()
        .map(|layer| (layer.compressed.unwrap(), layer.trigger, layer.from.as_deref().unwrap()))
        .collect();
    let expected = [
        (31_000_000, "base-refresh", "changed in 1 of 5 pushes"),
        (4_100, "base-refresh", "changed in 1 of 5 pushes"),
        (13_000_000, "dependency-update", "changed in 2 of 5 pushes"),
        (500_006, "deploy", "changed in 5 of 5 pushes"),
    ];
    assert_eq!(told, expected);
    // printf B2 | sha256sum
    let digest = "sha256:abdbc2b5cc2c7a519b72bf7a164c58ebf892ab0c2df6468213705cc2f0da8561";
    assert_eq!(layers[0].digest.as_deref(), Some(digest));
}

#[test]
fn rates_are_counts_over_the_span_of_the_log() {
    let found = read(MONTH).unwrap();
    let checkout = &found.services[2];
    let rate = |fact: &Option<imgcost_inventory::Fact<imgcost_inventory::Rate>>| {
        fact.as_ref().map(|fact| fact.value.to_string())
    };
    // From 10-01 to 10-31 are 720 h, a month is 730 h: 6 x 730 / 720, with the tag `latest` 7 x,
    // a new base once, new dependencies on the same base once.
    assert_eq!(rate(&checkout.deploys).unwrap(), "6.083333/month");
    assert_eq!(rate(&checkout.pushes).unwrap(), "7.097222/month");
    assert_eq!(rate(&checkout.base_refreshes).unwrap(), "1.013889/month");
    assert_eq!(rate(&checkout.dependency_updates).unwrap(), "1.013889/month");
    has_note(&found.notes, "1 requests failed");
    has_note(&found.notes, "1 events of public ECR");
    let file = fleet(&found);
    assert_eq!(file.services.len(), 2);
    assert_eq!(file.fleet.registries[0].region.to_string(), "eu-central-1");
}

#[test]
fn images_of_several_platforms_are_not_taken_for_releases_of_one() {
    let found = read(MONTH).unwrap();
    let multi = &found.services[1];
    // Twice an image for amd64, one for arm64, an attestation and an index with a tag.
    assert_eq!(multi.deploys.as_ref().unwrap().value.events, 2);
    assert_eq!(multi.pushes.as_ref().unwrap().value.events, 2);
    let ImageFound::Layers { layers, from } = &multi.image else { panic!("{multi:?}") };
    assert!(from.ends_with(", linux/amd64"), "{from}");
    let told: Vec<_> =
        layers.iter().map(|layer| (layer.compressed.unwrap(), layer.trigger)).collect();
    assert_eq!(told, [(20_000_000, "base-refresh"), (910_000, "deploy")]);
    has_note(&multi.notes, "2 of 4 images pushed are no new release");
    has_note(&multi.notes, "2 manifests are of something else");
}

#[test]
fn instances_that_pull_at_one_time_are_the_hosts() {
    let found = read(MONTH).unwrap();
    // Instance a pulls from 10-02 to 10-20, b from 10-10 to 10-30, c from 10-25 to 10-26.
    assert_eq!(found.clusters[0].nodes.value, 2);
    assert!(found.clusters[0].nodes.from.ends_with("3 in all"));
    // a and c pull shop/checkout, one after the other; b alone pulls multi.
    assert_eq!(found.services[2].hosts.as_ref().unwrap().value, 1);
    assert_eq!(found.services[1].hosts.as_ref().unwrap().value, 1);
    // A person pulled legacy.
    assert_eq!(found.services[0].hosts, None);
}

#[test]
fn layers_that_were_fetched_are_bytes_and_checks_of_tags_are_not() {
    let found = read(MONTH).unwrap();
    // B1 O1 D1 A1, then D2 A3, then B2 and a layer that nobody pushed in this time:
    // 30,000,000 + 4,000 + 12,000,000 + 500,001 + 12,500,000 + 500,003 + 31,000,000 = 86,504,004
    let told = "4 BatchGetImage; 8 downloads of layers, 86504004 B really fetched, and 1 of layers";
    has_note(&found.services[2].notes, told);
    assert!(matches!(found.services[0].image, ImageFound::Unknown(_)));
}

#[test]
fn every_envelope_of_events_reads_the_same() {
    let whole = read(MONTH).unwrap();
    let events = events();
    let lines: String = events.iter().map(|event| format!("{event}\n")).collect();
    let lookup = serde_json::json!({"Events": events.iter().map(|event| serde_json::json!({
        "EventName": event["eventName"], "CloudTrailEvent": event.to_string(),
    })).collect::<Vec<_>>(), "NextToken": "x"});
    let bridge: Vec<_> = events
        .iter()
        .map(|event| serde_json::json!({"detail-type": "AWS API Call", "detail": event}))
        .collect();
    // Files one after the other, with an event in both: its second delivery does not count.
    let twice = format!("{MONTH}\n{MONTH}");
    for text in [&lines, &lookup.to_string(), &serde_json::to_string(&bridge).unwrap()] {
        assert_eq!(read(text).unwrap().services, whole.services);
    }
    let both = read(&twice).unwrap();
    assert_eq!(both.services[2].pushes, whole.services[2].pushes);
}

#[test]
fn one_push_tells_a_size_and_no_triggers() {
    let events = events();
    let first = events
        .iter()
        .find(|event| {
            event["requestParameters"]["imageTag"] == "v1" && event["errorCode"].is_null()
        })
        .unwrap();
    let found = read(&first.to_string()).unwrap();
    // 30,000,000 + 4,000 + 12,000,000 + 500,001
    assert!(
        matches!(&found.services[0].image, ImageFound::Compressed(size) if size.value == 42_504_001)
    );
    assert_eq!(found.services[0].base_refreshes, None);
    fleet(&found);
}

#[test]
fn a_repository_in_two_regions_is_two_services_of_two_registries() {
    let other = MONTH.replace("eu-central-1", "us-east-1").replace("\"e00", "\"f00");
    let found = read(&format!("{MONTH}{other}")).unwrap();
    let names: Vec<_> = found.services.iter().map(|service| service.name.as_str()).collect();
    assert_eq!(names.len(), 6);
    assert_eq!((names[2], names[5]), ("eu-central-1/shop/checkout", "us-east-1/shop/checkout"));
    assert_eq!(found.services[5].registry.as_deref(), Some("us-east-1"));
    assert_eq!(fleet(&found).fleet.registries.len(), 2);
}

#[test]
fn what_is_no_trail_is_refused_with_a_reason() {
    let problem = |text: &[u8]| {
        let input = Input { name: "t".into(), reader: Box::new(text) };
        let error = cloudtrail(vec![input]).unwrap_err();
        assert!(error.help.is_some(), "{error}");
        error.to_string()
    };
    assert_eq!(problem(b""), "t: the file is empty");
    assert_eq!(problem(b"\x1f\x8b\x08"), "t: the file is compressed with gzip");
    assert_eq!(problem(b"\n  GET /v2/"), "t:2:3: this is not JSON");
    assert_eq!(problem(b"{\"Records\":[]}"), "t: there is no event of CloudTrail in the file");
    assert_eq!(
        problem(b"[1, null, true, \"x\", 1.5, -1]"),
        "t: there is no event of CloudTrail in the file"
    );
    assert!(problem(b"{\"Records\":[{\"eventSource\":").contains("EOF while parsing"));
    assert!(problem(b"{\"Records\":\n[}").starts_with("t:2:2: expected value"));
    let s3 = br#"{"eventSource":"s3.amazonaws.com","eventName":"GetObject","eventTime":"2026-10-01T00:00:00Z"}"#;
    assert_eq!(problem(s3), "t: none of 1 events is of images in ECR");
    assert!(problem(&[b'['; 500]).contains("recursion limit"));
    let deep = [b"{\"x\":".to_vec(), vec![b'['; 1 << 20]].concat();
    assert!(problem(&deep).contains("nested deeper than 10000 levels"));
    let long = [b"{\"x\":\"".to_vec(), vec![b'a'; 9 << 20]].concat();
    assert!(problem(&long).contains("longer than 8388608 bytes"));
}
