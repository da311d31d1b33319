//! Gates by hand, and a baseline against itself. Section 9 is $4.979 before and $0.263 after.

use std::collections::BTreeMap;

use imgcost::demand::{Component, Grouping, Kind};
use imgcost::estimate::{Baseline, Part, against, scenario};
use imgcost::fleet::{Service, Side};
use imgcost::gate::*;
use imgcost::image::Profile;
use imgcost::price::PriceBook;
use imgcost::units::*;

use crate::fixture::*;

fn amount(text: &str) -> Money {
    Money::parse(text).unwrap()
}

fn percent(text: &str) -> Percent {
    Percent::parse(text).unwrap()
}

fn per_service() -> Grouping {
    Grouping { by: vec![], per_service: true }
}

#[test]
fn growth_is_held_against_percentage_and_amount() {
    // (from, to, 5 %, $50, both): up to 5 % or up to $50 is within.
    let cases = [
        ("1000", "1050", true, true, true),
        ("1000", "1050.000000000000000000000001", false, false, false),
        ("10", "12", false, true, true),
        ("100000", "104000", true, false, true),
        ("0", "0", true, true, true),
        ("0", "1", false, true, true),
        ("10", "5", true, true, true),
    ];
    let (five, fifty) = (percent("5%"), amount("50"));
    for (before, after, by_percent, by_amount, by_either) in cases {
        let judged = |most| within(most, amount(before), amount(after));
        assert_eq!(judged(MostIncrease::Percent(five)), by_percent, "{before} to {after}");
        assert_eq!(judged(MostIncrease::Amount(fifty)), by_amount, "{before} to {after}");
        assert_eq!(judged(MostIncrease::Either(five, fifty)), by_either, "{before} to {after}");
    }
}

#[test]
fn without_a_price_a_budget_is_broken_for_certain_or_unknown() {
    let rows = rates().into_iter().filter(|row| row.id.as_str() != "aws.ecr.storage");
    let book = PriceBook::new(rows.collect());
    let before =
        scenario(&fleet(), &[service("web")], &per_service(), &book, terms()).unwrap().before;
    // NAT is $4.36 by itself (section 9): storage could only add to it.
    let outcome = |limit| budget(&before, amount(limit)).outcome;
    assert_eq!(outcome("4"), Outcome::Breached);
    assert_eq!(outcome("100"), Outcome::Unknown);
    let blamed = budget(&before, amount("100")).offenders;
    assert!(matches!(blamed[0].by, Excess::AtLeast(priced) if priced > amount("4.36")));
}

/// What an estimate comes to, as a baseline.
fn as_baseline(estimate: &imgcost::estimate::Estimate) -> Baseline {
    let components = Component::ALL.into_iter().filter_map(|component| {
        let kind = estimate.lines().find(|line| line.meter.component == component)?.kind();
        Some((component, (kind, estimate.component(component)?)))
    });
    let services = estimate.billed_by_service().unwrap();
    let services =
        services.into_iter().map(|(name, part)| (name.to_owned(), part.known().unwrap()));
    Baseline {
        title: "earlier".into(),
        as_of: estimate.terms.as_of,
        currency: estimate.terms.currency,
        side: Side::Before,
        figures: estimate.figures(),
        group_by: vec![],
        groups: BTreeMap::new(),
        components: Some(components.collect()),
        services: Some(services.collect()),
    }
}

#[test]
fn an_estimate_has_not_moved_against_itself() {
    let services = [service("web"), service("api")];
    let now = scenario(&fleet(), &services, &per_service(), &prices(), terms()).unwrap().before;
    let baseline = as_baseline(&now);
    let against = against(&baseline, &now, &[]).unwrap();
    assert_eq!(against.saving(), Default::default());
    let components = against.components.as_ref().unwrap();
    assert!(components.iter().all(|moved| moved.growth() == Some(Money::ZERO)));
    let services = against.services.as_ref().unwrap();
    assert!(services.len() == 2 && services.iter().all(|moved| moved.before == moved.after));
    let most = MostIncrease::Percent(percent("0%"));
    assert_eq!(increase(&against, most).outcome, Outcome::Passed);
}

#[test]
fn what_is_new_and_what_is_gone_moved_from_and_to_nothing() {
    let at = |services: &[Service]| {
        scenario(&fleet(), services, &per_service(), &prices(), terms()).unwrap().before
    };
    let (was, now) =
        (at(&[service("old"), service("kept")]), at(&[service("kept"), service("new")]));
    let baseline = as_baseline(&was);
    let against = against(&baseline, &now, &[]).unwrap();
    let services = against.services.as_ref().unwrap();
    let part = |name: &str| services.iter().find(|moved| moved.what == name).unwrap();
    assert_eq!(part("new").before, Part::Absent);
    assert_eq!(part("old").after, Part::Absent);
    assert_eq!(part("kept").growth(), Some(Money::ZERO));
    assert!(services.iter().all(|moved| moved.kind == Kind::Billed));
    // The new service costs what the old one did, and is to blame for it if anything is.
    let verdict = increase(&against, MostIncrease::Amount(Money::ZERO));
    assert_eq!(verdict.outcome, Outcome::Passed);
}

#[test]
fn another_currency_is_refused() {
    let now =
        scenario(&fleet(), &[service("web")], &per_service(), &prices(), terms()).unwrap().before;
    let baseline = Baseline { currency: "EUR".parse().unwrap(), ..as_baseline(&now) };
    assert!(against(&baseline, &now, &[]).is_err());
}

#[test]
fn of_many_offenders_the_worst_are_kept_and_the_others_counted() {
    let image = |bytes| {
        let ratio = CompressionRatio::new("1".parse().unwrap()).unwrap();
        Profile::SingleStage.image_from_unpacked(Unpacked(bytes), ratio)
    };
    let mut tally = ImageTally::new(LeastSaving::Percent(percent("50%")));
    // Service n saves n bytes of 10,000: those below 5,000 save too little, and n = 0 is not judged.
    for n in 0..10_000 {
        let (before, after) = (image(10_000), image(10_000 - n));
        tally.add(&Service { before, after, ..service(&format!("s{n}")) });
    }
    let verdict = tally.close();
    assert_eq!(verdict.outcome, Outcome::Breached);
    assert_eq!(verdict.found, Found::Services { judged: 9_999, of: 10_000 });
    assert_eq!(verdict.offenders.len() as u64 + verdict.more, 4_999);
    assert_eq!(verdict.offenders[0].who, Who::Service("s1".into()));
    assert!(
        verdict.offenders.len() == 1_000
            && verdict.offenders[999].who == Who::Service("s1000".into())
    );
}
