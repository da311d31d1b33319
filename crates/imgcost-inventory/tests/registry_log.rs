//! Logs of real registries, to fleet files that read.
//!
//! `accesslog.txt`, `structured-cut.jsonl` and `events.jsonl` are three views of one afternoon of
//! a distribution 2.8.2 that skopeo, curl and Docker talked to; the second ends early and the third
//! is its beginning. The `short-` files are a few seconds of two others: `accesslog` and
//! `structured` are what one of them wrote to its standard output and error, `logfmt` what the
//! second one, with the default formatter, wrote to its standard error.

use std::io::Read;

use imgcost_inventory::{ImageFound, Input, Inventory, InventoryError, fleet_toml, registry_log};
use imgcost_read::{FleetFile, read_fleet};
use rust_decimal::Decimal;

fn path(name: &str) -> String {
    format!("{}/tests/registry-log/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn read(names: &[&str]) -> Result<Inventory, InventoryError> {
    let input = |name: &&str| Input {
        name: (*name).into(),
        reader: Box::new(std::fs::File::open(path(name)).unwrap()),
    };
    registry_log(names.iter().map(input).collect())
}

fn text(name: &str, text: &[u8]) -> Result<Inventory, InventoryError> {
    registry_log(vec![Input { name: name.into(), reader: Box::new(text) }])
}

fn fleet(inventory: &Inventory) -> FleetFile {
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let text = fleet_toml(inventory);
    read_fleet("fleet.toml", &text, today).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"))
}

fn size(inventory: &Inventory, service: usize) -> u64 {
    match &inventory.services[service].image {
        ImageFound::Compressed(size) => size.value,
        other => panic!("{other:?}"),
    }
}

fn has_note(notes: &[String], part: &str) {
    assert!(notes.iter().any(|note| note.contains(part)), "{part} is not in {notes:#?}");
}

#[test]
fn what_left_the_registry_is_what_the_access_log_says_was_written() {
    let found = read(&["accesslog.txt"]).unwrap();
    // awk '$6=="\"GET" && $7~/\/blobs\/sha256:/ && ($9==200||$9==206) {s+=$10; n++} END {print s,n}'
    // prints 5608652 10; all of it is of team/app. One of the ten is 206 with 4 bytes.
    has_note(&found.notes, "5608652 B of blobs left the registry in 559 s");
    has_note(&found.notes, "team/app 5608652 B");
    assert_eq!(found.services.len(), 2);
    let app = &found.services[0];
    assert_eq!(app.name, "team/app");
    // The pull of 08:07:11: blobs 1,501,886 + 1,301,107 + 587.
    assert_eq!(size(&found, 0), 2_803_580);
    // 5,608,652 x 2,628,000 s a month / (2,803,580 x 559 s) = 9405.0063692...
    let pulls = app.pulls.as_ref().unwrap();
    assert_eq!(pulls.value.to_string(), "9405.006369/month");
    // grep 'GET .*manifests' | wc -l: 6. 6 x 2,803,580 / 5,608,652 = 2.9992
    has_note(&app.notes, "10 GETs of 4 blobs by 1 addresses, 1 of them for a part; 6 GETs");
    has_note(&app.notes, "3 times the bytes");
    // grep 'PUT .*manifests': v1 and v2 of team/app, v2 of team/other.
    // 2 x 2,628,000 / 559 = 9402.50447...
    let pushes = app.pushes.as_ref().unwrap();
    assert_eq!(pushes.value.to_string(), "9402.504472/month");
    assert!(matches!(found.services[1].image, ImageFound::Unknown(_)));
    // Blobs of team/other were mounted, which moves nothing.
    has_note(&found.services[1].notes, "2 blobs were mounted");
}

#[test]
fn pulls_times_size_in_the_fleet_file_are_the_logged_bytes_a_month() {
    for (name, bytes, seconds) in
        [("accesslog.txt", 5_608_652, 559), ("short-logfmt.txt", 99_548, 1)]
    {
        let found = read(&[name]).unwrap();
        let size = size(&found, 0);
        let rate = found.services[0].pulls.as_ref().unwrap().value.per_month();
        let logged = Decimal::from(bytes) * Decimal::from(2_628_000) / Decimal::from(seconds);
        // The rate has six decimals.
        let rounding = Decimal::from(size) * Decimal::new(1, 6);
        assert!((rate * Decimal::from(size) - logged).abs() <= rounding, "{name}: {rate}");
        let file = fleet(&found);
        assert_eq!(file.services.len(), 1, "{name}");
        assert_eq!(file.services[0].before.compressed().0, size);
    }
}

#[test]
fn each_form_of_one_log_tells_the_same() {
    // The same awk as above prints 99548 8 for short-accesslog.txt; the registry behind
    // short-logfmt.txt wrote the same answers: 3 x 248 + 2 x 40,223 + 2 x 9,177 + 4.
    for name in ["short-accesslog.txt", "short-structured.jsonl", "short-logfmt.txt"] {
        let found = read(&[name]).unwrap();
        has_note(&found.notes, "team/a 99548 B");
        // 40,223 + 9,177 + 248
        assert_eq!(size(&found, 0), 49_648, "{name}");
        has_note(
            &found.services[0].notes,
            "8 GETs of 3 blobs by 1 addresses, 1 of them for a part; 3",
        );
        assert_eq!(found.services[1].name, "team/deep/b");
        assert!(found.services[1].pulls.is_none());
        fleet(&found);
    }
}

#[test]
fn a_request_that_stands_in_both_forms_counts_once() {
    let both = read(&["short-accesslog.txt", "short-structured.jsonl"]).unwrap();
    has_note(&both.notes, "team/a 99548 B");
    // 43 lines in the access log; 35 of the other are `response completed`.
    has_note(&both.notes, "structured log (35 requests, 99548 B) counts; the access log (43");
    // The log that was cut tells less: 25 requests were completed, the last one at 08:06:56.
    let both = read(&["structured-cut.jsonl", "accesslog.txt"]).unwrap();
    has_note(&both.notes, "access log (64 requests, 5608652 B) counts; the structured log (19");
    assert_eq!(size(&both, 0), 2_803_580);
}

#[test]
fn a_log_without_a_pull_has_no_size_and_says_so() {
    let found = read(&["structured-cut.jsonl"]).unwrap();
    has_note(&found.notes, "0 B of blobs left");
    assert_eq!(found.services.len(), 1);
    let ImageFound::Unknown(why) = &found.services[0].image else { panic!("{found:?}") };
    assert!(why.contains("no blob of it was pulled"), "{why}");
}

fn line(client: &str, request: &str, status: u16, bytes: &str) -> String {
    format!(
        "{client} - - [23/Nov/2026:08:06:55 +0100] \"{request} HTTP/1.1\" {status} {bytes} \"\" \"c\"\n"
    )
}

#[test]
fn pulls_of_two_clients_at_once_are_told_apart() {
    let (a, b) = ("10.0.0.1", "10.0.0.2");
    let log = [
        line(a, "GET /v2/x/manifests/v1", 200, "500"),
        line(b, "GET /v2/x/manifests/v1", 200, "500"),
        line(a, "GET /v2/x/blobs/sha256:01", 200, "1000"),
        line(b, "GET /v2/x/blobs/sha256:02", 200, "300"),
        // Twice the same blob is one blob of the image, and two transfers.
        line(a, "GET /v2/x/blobs/sha256:01", 200, "1000"),
        line(a, "GET /v2/x/blobs/sha256%3A02", 200, "300"),
        line(a, "HEAD /v2/x/blobs/sha256:03", 200, "5000"),
        line(a, "GET /v2/x/blobs/sha256:04", 404, "157"),
        line(a, "GET /v2/x/manifests/v1", 200, "500"),
        // Only parts of it were fetched: their sum is known of it.
        line(a, "GET /v2/x/blobs/sha256:05", 206, "400"),
        line(a, "GET /v2/x/blobs/sha256:05", 206, "500"),
        line(a, "GET /v2/gone/blobs/sha256:01", 307, "-"),
    ];
    let found = text("log", log.concat().as_bytes()).unwrap();
    // 1000 + 300 + 1000 + 300 + 400 + 500
    has_note(&found.notes, "x 3500 B");
    has_note(&found.notes, "1 GETs of blobs were redirected");
    let x = found.services.iter().find(|service| service.name == "x").unwrap();
    assert!(matches!(&x.image, ImageFound::Compressed(size) if size.value == 1300), "{x:?}");
    has_note(&x.notes, "6 GETs of 3 blobs by 2 addresses, 2 of them for a part; 3 GETs");
}

#[test]
fn a_rate_that_a_fleet_file_would_refuse_is_left_out_with_its_reason() {
    // 400 in one second are 1,051,200,000 in a month of 2,628,000 s; a fleet file takes 10^9.
    let pull = line("a", "GET /v2/x/blobs/sha256:01", 200, "1000");
    let found = text("log", pull.repeat(400).as_bytes()).unwrap();
    let ImageFound::Unknown(why) = &found.services[0].image else { panic!("{found:?}") };
    assert!(why.contains("too short a time"), "{why}");
    let found = text("log", pull.repeat(380).as_bytes()).unwrap();
    let pulls = found.services[0].pulls.as_ref().unwrap();
    assert_eq!(pulls.value.to_string(), "998640000/month");
    fleet(&found);
}

#[test]
fn names_that_nobody_would_choose_still_make_a_fleet_file() {
    let log = [
        line("a", "GET /v2/we\"ird/\\/blobs/sha256:01", 200, "1000"),
        line("a", "GET /v2/%0A[fleet]%0A/blobs/sha256:01", 200, "1000"),
    ];
    let found = text("log", log.concat().as_bytes()).unwrap();
    // A control character is no part of a name: that repository is not listed.
    assert_eq!(found.services.len(), 1);
    fleet(&found);
}

#[test]
fn what_is_no_log_of_a_registry_is_refused_with_a_reason() {
    let problem = |name: &str, bytes: &[u8]| {
        let error = text(name, bytes).unwrap_err();
        assert!(error.help.is_some(), "{error}");
        error.to_string()
    };
    let mut events = Vec::new();
    std::fs::File::open(path("events.jsonl")).unwrap().read_to_end(&mut events).unwrap();
    let told = problem("events.jsonl", &events);
    assert!(told.starts_with("events.jsonl:1:1: these are notifications"), "{told}");
    let pretty = String::from_utf8(events).unwrap().replace("{   \"events\"", "{\n   \"events\"");
    let told = problem("pretty.json", pretty.as_bytes());
    assert!(told.starts_with("pretty.json:2:1: these are notifications"), "{told}");
    assert_eq!(problem("log", b""), "log: the file is empty");
    assert_eq!(problem("log", b"\n \n"), "log: the file is empty");
    assert_eq!(problem("log.gz", b"\x1f\x8b\x08\0\0"), "log.gz: the file is compressed with gzip");
    let told = problem("log", b"\nname,pulls\nx,3\n");
    assert_eq!(told, "log:2:1: no line is of a registry's log");
    assert!(problem("log", b"\0\x01\xff\xfe\n").contains("no line is of"));
    assert!(problem("log", b"{\"Records\":[]}").contains("no line is of"));
    assert!(problem("log", &vec![b'['; 100_000]).contains("no line is of"));
    assert!(problem("log", &vec![b'x'; (1 << 20) + 1]).contains("every line is longer"));
    let started = br#"time="2026-11-23T17:49:03Z" level=info msg="redis not configured""#;
    assert_eq!(problem("log", started), "log: there is no request in the log");
    assert!(registry_log(Vec::new()).is_err());
}
