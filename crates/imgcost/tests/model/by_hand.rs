//! Section 9 of the specification: one service by hand.

use imgcost::demand::{Component, Grouping, demand};
use imgcost::estimate::scenario;
use imgcost::fleet::Side;
use imgcost::units::Quantity;

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
