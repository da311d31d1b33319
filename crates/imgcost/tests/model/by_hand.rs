//! Section 9 of the specification: one service by hand.

use imgcost::demand::{Component, Grouping, demand};
use imgcost::estimate::scenario;
use imgcost::fleet::{BuildTime, Side, StepTimes};
use imgcost::units::{Quantity, Share};

use crate::fixture::*;

fn bytes(quantity: Quantity) -> String {
    quantity.in_units_of(1).to_string()
}

#[test]
fn demand_of_the_worked_example() {
    let (fleet, services) = (fleet(), [service("web")]);
    let before = demand(&fleet, &services, Side::Before, &Grouping::default()).unwrap().totals;
    // 20 x (377 777 777 x 2 + 66 666 667 x 60)
    assert_eq!(bytes(before.warm_pulls), "95111111480");
    // 20 x 73/72 x 444 444 444
    assert_eq!(bytes(before.cold_pulls), "9012345670");
    // 377 777 777 x (1 + 29 x 2/60) + 66 666 667 x 30 = 742 962 961.4333... + 2 000 000 010
    assert_eq!(bytes(before.storage), "2742962971.433333333333333");
    assert_eq!(bytes(before.build_minutes), "60");
    // per host, two versions: base x (1 + 2/60), the rest x 2; compressed blobs beside unpacked layers
    // 20 x ((1 020 000 000 + 377 777 777) x 62/60 + (180 000 000 + 66 666 667) x 2)
    // = 20 x (1 444 370 369.5666... + 493 333 334) = 38 754 074 071.333...
    assert_eq!(bytes(before.node_disk), "38754074071.333333333333333");

    let after = demand(&fleet, &services, Side::After, &Grouping::default()).unwrap().totals;
    // 20 x (62 666 667 x 2 + 3 333 333 x 6 + 666 667 x 60)
    assert_eq!(bytes(after.warm_pulls), "3706667040");
    // 20 x 73/72 x 66 666 667 = 97 333 333 820 / 72
    assert_eq!(bytes(after.cold_pulls), "1351851858.611111111111111");
    // 62 666 667 x (1 + 29 x 2/60) + 3 333 333 x (1 + 29 x 6/60) + 666 667 x 30
    // = 123 244 445.1 + 12 999 998.7 + 20 000 010
    assert_eq!(bytes(after.storage), "156244453.8");
    assert_eq!(bytes(after.build_minutes), "6");
}

#[test]
fn money_of_the_worked_example() {
    let fleet = fleet();
    let comparison =
        scenario(&fleet, &[service("web")], &Grouping::default(), &prices(), terms()).unwrap();
    let cents = |side: &imgcost::estimate::Estimate, components: &[Component]| {
        let sum =
            components.iter().map(|&c| side.component(c).unwrap()).sum::<imgcost::units::Money>();
        sum.to_decimal().round_dp(4).normalize().to_string()
    };
    let (before, after) = (&comparison.before, &comparison.after);
    let pulls = [Component::WarmPulls, Component::ColdPulls];
    assert_eq!(cents(before, &pulls), "4.3638");
    assert_eq!(cents(after, &pulls), "0.212");
    assert_eq!(cents(before, &[Component::RegistryStorage]), "0.2555");
    assert_eq!(cents(after, &[Component::RegistryStorage]), "0.0146");
    assert_eq!(cents(before, &[Component::BuildMinutes]), "0.36");
    assert_eq!(cents(after, &[Component::BuildMinutes]), "0.036");
    let billed = |side: &imgcost::estimate::Estimate| {
        side.figures().monthly.billed.to_decimal().round_dp(2).to_string()
    };
    assert_eq!((billed(before), billed(after)), ("4.98".into(), "0.26".into()));
    assert_eq!(comparison.saving().monthly.billed.to_decimal().round_dp(2).to_string(), "4.72");
    // (1.2 - 0.18) GB x 20 nodes x 60 deploys / 2^30 x 0.045
    assert_eq!(comparison.naive_saving().unwrap().to_decimal().round_dp(2).to_string(), "51.30");
    assert!(comparison.is_complete());
}

/// Steps of which a log tells the times; 60 builds: 2 upon a new base, 4 with updated dependencies.
#[test]
fn build_minutes_from_step_times() {
    let minutes = |times: StepTimes, miss: u8| {
        let mut service = service("web");
        let build = service.build.as_mut().unwrap();
        build.before = BuildTime::Steps(times);
        service.cache_miss = Share::percent(miss);
        let demand = demand(&fleet(), &[service], Side::Before, &Grouping::default()).unwrap();
        bytes(demand.totals.build_minutes)
    };
    let times = StepTimes { source: 20_000, dependency: 50_000, base: 80_000, cold: 95_000 };
    // (2 x 80 + 4 x 50 + 54 x 20) s / 60 = 1440 / 60
    assert_eq!(minutes(times, 0), "24");
    // half of the builds without a cache: 1440 / 2 + 60 / 2 x 95 = 3570 s
    assert_eq!(minutes(times, 50), "59.5");
    assert_eq!(minutes(times, 100), "95");
    // An install of a minute with the lock file and the base: as the model has it without step times.
    let install = StepTimes { source: 0, dependency: 60_000, base: 60_000, cold: 60_000 };
    assert_eq!(minutes(install, 0), "6");
    // 6 + 10 % of the 54 others
    assert_eq!(minutes(install, 10), "11.4");
    // ... and where the sources lie below it.
    assert_eq!(minutes(StepTimes { source: 60_000, ..install }, 0), "60");
}

/// What the steps of an install come to is what the model says of installs where it knows no times.
#[test]
fn steps_of_an_install_and_installs_are_the_same() {
    for (image, source) in [(fat(), 60_000), (slim(), 0)] {
        for miss in [0, 25, 100] {
            let mut by_installs = service("web");
            by_installs.before = image.clone();
            by_installs.cache_miss = Share::percent(miss);
            let mut by_steps = by_installs.clone();
            let times = StepTimes { source, dependency: 60_000, base: 60_000, cold: 60_000 };
            by_steps.build.as_mut().unwrap().before = BuildTime::Steps(times);
            let demand = |service| demand(&fleet(), &[service], Side::Before, &Grouping::default());
            assert_eq!(demand(by_installs), demand(by_steps));
        }
    }
}
