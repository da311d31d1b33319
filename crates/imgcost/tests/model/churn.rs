//! How images change from release to release, by hand.

use chrono::{DateTime, TimeDelta};
use imgcost::image::{Blob, Contents, Digest, Release, Trigger, churn, pulls};
use imgcost::units::{Compressed, Ratio};

fn blob(n: u64, size: u64) -> Blob {
    let digest = Digest::parse(&format!("sha256:{n:064x}")).unwrap();
    Blob { digest, compressed: Compressed(size) }
}

/// A release on day `day` with layers of digest and size.
fn release(day: i64, layers: &[(u64, u64)]) -> Release {
    let first = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    Release {
        name: format!("day-{day}"),
        created: Some(first + TimeDelta::days(day)),
        layers: layers.iter().map(|(n, size)| blob(*n, *size)).collect(),
    }
}

/// Base 100, dependencies 20, application 3: four releases of the application, one new lock file
/// on the way, one new base at the end.
fn history() -> Vec<Release> {
    vec![
        release(0, &[(1, 100), (2, 20), (3, 3)]),
        release(10, &[(1, 100), (2, 20), (4, 3)]),
        release(20, &[(1, 100), (5, 22), (6, 3)]),
        release(30, &[(1, 100), (5, 22), (7, 4)]),
        release(40, &[(8, 90), (9, 22), (10, 4)]),
    ]
}

#[test]
fn new_bytes_are_the_layers_that_the_release_before_did_not_have() {
    let found = churn(&history());
    let steps: Vec<_> = found.steps.iter().map(|step| (step.compressed, step.new)).collect();
    // 3; 22 + 3; 4; everything
    assert_eq!(steps, [(123, 3), (125, 25), (126, 4), (116, 116)]);
    // (3 + 25 + 4 + 116) / (123 + 125 + 126 + 116)
    assert_eq!(found.new_share(), Some(Ratio::new(148, 490).unwrap()));
    assert_eq!(found.from_the_ground_up(), 1);
    // All five releases, and each digest once: the first release and what was new in the others.
    assert_eq!((found.sum, found.unique), (123 + 490, 123 + 148));
}

#[test]
fn each_position_gets_the_trigger_that_it_behaves_like() {
    let found = churn(&history());
    let positions: Vec<_> = found
        .positions
        .iter()
        .map(|p| (p.changed, p.alone, p.of, p.compressed, p.new, p.trigger))
        .collect();
    let expected = [
        (1, 0, 4, 90, 90, Trigger::BaseRefresh),
        // Once with a new lock file, once with the base: of three releases on the same base, one.
        (2, 1, 4, 22, 44, Trigger::DependencyUpdate),
        (4, 3, 4, 4, 3 + 3 + 4 + 4, Trigger::Deploy),
    ];
    assert_eq!(positions, expected);
}

#[test]
fn where_every_release_brings_a_new_base_nothing_else_can_be_told() {
    let releases: Vec<_> =
        (0..5).map(|n| release(n, &[(10 + n as u64, 5), (20 + n as u64, 1)])).collect();
    let found = churn(&releases);
    assert!(found.positions.iter().all(|place| place.trigger == Trigger::BaseRefresh));
    assert_eq!(found.from_the_ground_up(), 4);
}

#[test]
fn rates_are_exact_fractions_of_a_month() {
    let found = churn(&history());
    // Four releases in 40 days of 24 hours; a month has 730.
    let per_month = Ratio::new(4 * 730, 40 * 24).unwrap();
    assert_eq!(found.releases_per_month().unwrap().get(), per_month);
    let bases = Ratio::new(730, 40 * 24).unwrap();
    assert_eq!(found.base_refreshes_per_month().unwrap().get(), bases);
}

#[test]
fn versions_without_dates_or_on_one_day_have_no_rate() {
    let mut undated = history();
    undated[0].created = None;
    assert_eq!(churn(&undated).releases_per_month(), None);
    assert_eq!(churn(&[release(0, &[]), release(0, &[])]).releases_per_month(), None);
    assert_eq!(churn(&[]).new_share(), None);
}

#[test]
fn a_layer_named_twice_is_sent_once() {
    let contents = |layers: &[(u64, u64)], config: u64| Contents {
        layers: layers.iter().map(|(n, size)| blob(*n, *size)).collect(),
        config: blob(config, 7),
    };
    let image = contents(&[(1, 100), (2, 5), (2, 5)], 50);
    let retagged = image.clone();
    let next = contents(&[(1, 100), (3, 6)], 51);
    let moved = pulls([&image, &retagged, &next]);
    let bytes: Vec<_> = moved.iter().map(|pull| (pull.bytes, pull.reused)).collect();
    // 100 + 5 + 7, and the second 5 is there already; nothing; 6 + 7 over 100.
    assert_eq!(bytes, [(112, 5), (0, 117), (13, 100)]);
    let layers: Vec<_> = moved.iter().map(|pull| (pull.layers_new, pull.layers_reused)).collect();
    assert_eq!(layers, [(2, 1), (0, 3), (1, 1)]);
}

/// A registry stores what no node pulls: attestations of each tag that it keeps.
#[test]
fn attestations_of_an_image_are_stored_and_never_pulled() {
    use crate::fixture::{fleet, service};
    use imgcost::demand::{Grouping, demand};
    use imgcost::fleet::Side;

    let plain = [service("one")];
    let mut attested = plain.clone();
    attested[0].before.attached = Compressed(1000);
    let totals = |services: &[_]| {
        demand(&fleet(), services, Side::Before, &Grouping::default()).unwrap().totals
    };
    let (without, with) = (totals(&plain), totals(&attested));
    // Thirty tags are kept, each with its own 1000 bytes.
    let more = with.storage.in_units_of(1) - without.storage.in_units_of(1);
    assert_eq!(more, crate::fixture::number("30000"));
    assert_eq!((with.warm_pulls, with.cold_pulls), (without.warm_pulls, without.cold_pulls));
}
