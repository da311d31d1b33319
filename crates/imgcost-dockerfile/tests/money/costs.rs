use std::collections::BTreeMap;

use imgcost::demand::{Component, Grouping};
use imgcost::estimate::scenario;
use imgcost::fleet::{BuildTime, Service};
use imgcost::image::Digest;
use imgcost::price::{PriceBook, Tier};
use imgcost::units::{Compressed, Money, PerMonth, Share, Unpacked};
use imgcost_dockerfile::cache::StepId;
use imgcost_dockerfile::image::{Origin, Times, step_times};
use imgcost_dockerfile::price::{Cost, Part, Row, compare, cost};
use proptest::prelude::*;

use crate::files::*;
use crate::fixture::*;

fn row(cost: &Cost, step: StepId) -> &Row {
    cost.rows.iter().find(|row| row.origin == Origin::Step(step)).unwrap()
}

fn of(parts: &[Part], component: Component) -> Money {
    parts.iter().filter(|part| part.component == component).map(|part| part.amount).sum()
}

/// What the model says the fleet costs with these services, by component.
fn estimated(scene: &Scene, services: &[Service]) -> BTreeMap<Component, Money> {
    let found =
        scenario(&scene.fleet, services, &Grouping::default(), &scene.book, terms()).unwrap();
    let amount = |component| Some((component, found.before.component(component)?));
    Component::ALL.into_iter().filter_map(amount).collect()
}

#[test]
fn the_standard_file_row_by_row() {
    let (file, built) = built(STANDARD, STANDARD_PLAN);
    let cost = cost(scene().setting(), &file, &built).unwrap().unwrap();
    assert!(cost.complete);
    assert_eq!(cost.rows.len(), 7, "FROM and six instructions");
    // The base: 398018216 x (40 + 1460/72) x 0.045 / 2^30 and x 59/30 x 0.10 / 2^30
    let base = row(&cost, from(0));
    assert_eq!(rounded(of(&base.parts, Component::WarmPulls)), "0.66723");
    assert_eq!(rounded(of(&base.parts, Component::ColdPulls)), "0.338249");
    assert_eq!(rounded(of(&base.parts, Component::RegistryStorage)), "0.072901");
    assert_eq!(base.versions.unwrap().to_string(), "2");
    // The install: 44896982 bytes with each of 60 deploys, and 60 minutes at $0.006.
    let install = row(&cost, id(0, 2));
    assert_eq!(rounded(of(&install.parts, Component::WarmPulls)), "2.257933");
    assert_eq!(rounded(of(&install.parts, Component::BuildMinutes)), "0.36");
    assert_eq!(install.versions.unwrap().to_string(), "60");
    assert_eq!(install.build_seconds.unwrap().to_string(), "60");
    // EXPOSE and CMD add nothing, WORKDIR an empty layer.
    for at in [4, 5] {
        let nothing = row(&cost, id(0, at));
        assert!(nothing.is_free() && nothing.versions.is_none());
        assert_eq!(nothing.compressed, Some(Compressed(0)));
    }
    assert!(row(&cost, id(0, 0)).is_free());
    // Whatever is in it, nodes wait 1.05 s before bytes move; nobody bills that.
    assert!(cost.fixed.iter().all(|part| part.component == Component::WaitingNodes));
    assert!(!cost.fixed.is_empty());
}

#[test]
fn builds_are_divided_among_the_steps_that_they_wait_for() {
    let file = file(FOUR_STAGES);
    let plan = plan(&file, FOUR_STAGES_PLAN);
    let (_, mut built) = built(FOUR_STAGES, FOUR_STAGES_PLAN);
    let seconds = [(id(0, 2), 40_000), (id(1, 4), 30_000), (id(2, 2), 12_000)];
    built.times = Times::of_log(seconds.into_iter().collect());
    let cost = cost(scene().setting(), &file, &built).unwrap().unwrap();
    let minutes = |step| rounded(of(&row(&cost, step).parts, Component::BuildMinutes));
    // 6 installs of 40 s: 4 min x 0.006; 60 builds of 30 s: 30 min; production's install is never waited for.
    assert_eq!(
        (minutes(id(0, 2)), minutes(id(1, 4)), minutes(id(2, 2))),
        ("0.024".into(), "0.18".into(), "0".into())
    );
    assert_eq!(row(&cost, id(0, 2)).build_seconds.unwrap().to_string(), "4");
    assert_eq!(cost.build_seconds.unwrap().to_string(), "34");
    assert_eq!(built.plan, plan);
}

#[test]
fn one_file_against_another() {
    let (old_file, old) = built(STANDARD, STANDARD_PLAN);
    let (new_file, new) = built(FOUR_STAGES, FOUR_STAGES_PLAN);
    let scene = scene();
    let change = compare(scene.setting(), (&old_file, &old), (&new_file, &new)).unwrap().unwrap();
    assert_eq!(change.saving.monthly_billed, Some(change.before.billed() - change.after.billed()));
    assert_eq!(change.saving.build_seconds.unwrap().to_string(), "54");
    assert_eq!((change.before.times.source, change.after.times.source), (60_000, 0));
    // 398018216 + 44896982 + 4682567; 47907155 + 2640000 + 509651
    let bytes = change.compressed.map(|size| size.unwrap().0);
    assert_eq!(bytes, [447_597_765, 51_056_806]);
    let back = compare(scene.setting(), (&new_file, &new), (&old_file, &old)).unwrap().unwrap();
    assert_eq!(
        back.saving.monthly_billed.unwrap(),
        Money::ZERO - change.saving.monthly_billed.unwrap()
    );
}

#[test]
fn a_service_of_a_fleet_costs_what_the_fleet_would_not_pay_without_it() {
    let (file, built) = built(STANDARD, STANDARD_PLAN);
    let alone = cost(scene().setting(), &file, &built).unwrap().unwrap();
    let mut scene = scene();
    let mut other = service("other");
    other.before = built.image().unwrap();
    other.after = other.before.clone();
    scene.services.push(other);
    let among = cost(scene.setting(), &file, &built).unwrap().unwrap();
    // Layers without digests are not shared, and these prices have no tiers.
    let amounts = |parts: &[Part]| -> Vec<_> {
        parts.iter().map(|part| (part.component, rounded(part.amount))).collect()
    };
    assert_eq!(amounts(&among.total), amounts(&alone.total));
    for (here, there) in among.rows.iter().zip(&alone.rows) {
        assert_eq!(amounts(&here.parts), amounts(&there.parts));
    }
}

#[test]
fn a_setting_without_the_service_costs_nothing_that_is_known() {
    let (file, built) = built(STANDARD, STANDARD_PLAN);
    let mut scene = scene();
    scene.services.clear();
    assert_eq!(cost(scene.setting(), &file, &built).unwrap(), None);
}

/// 10 GiB for nothing, then $0.045, from 100 GiB on $0.02.
fn tiered() -> PriceBook {
    let mut rows = rates();
    let tier = |from, rate| Tier { from: number(from), rate: number(rate) };
    rows[0].tiers = vec![tier("0", "0"), tier("10", "0.045"), tier("100", "0.02")];
    PriceBook::new(rows)
}

proptest! {
    /// Rows add up to what the fleet costs more with the image than without the service, exactly,
    /// component by component, whatever the tiers, and whoever shares the base.
    #[test]
    fn rows_add_up_exactly(
        sizes in prop::collection::vec((0_u64..2_000_000_000, 0_u64..6_000_000_000), 6),
        seconds in prop::collection::vec(0_u64..200_000, 4),
        miss in 0_u8..=100,
        deploys in 1_u32..200,
        others in 0_usize..3,
    ) {
        let (file, mut built) = built(FOUR_STAGES, FOUR_STAGES_PLAN);
        for (piece, (compressed, unpacked)) in built.pieces.iter_mut().zip(sizes) {
            piece.compressed = Some(Compressed(compressed));
            piece.unpacked = Some(Unpacked(unpacked));
        }
        built.pieces[0].digest = Some(Digest::parse(&format!("sha256:{:064x}", 1)).unwrap());
        let steps = [id(0, 2), id(1, 4), id(2, 2), id(3, 1)];
        built.times = Times::of_log(steps.into_iter().zip(seconds).collect());
        let image = built.image().unwrap();
        let mut scene = Scene { book: tiered(), ..scene() };
        for name in ["a", "b"].into_iter().take(others) {
            scene.services.push(Service { before: image.clone(), ..service(name) });
        }
        let own = scene.service();
        own.cache_miss = Share::percent(miss);
        own.deploys = PerMonth::times(deploys);
        let cost = cost(scene.setting(), &file, &built).unwrap().unwrap();

        let mut services = scene.services.clone();
        services[0].before = image;
        let times = BuildTime::Steps(step_times(&file, &built.plan, &built.times));
        services[0].build.as_mut().unwrap().before = times;
        let with = estimated(&scene, &services);
        let without = match others {
            0 => BTreeMap::new(),
            _ => estimated(&scene, &services[1..]),
        };
        for (component, amount) in with {
            let amount = amount - without.get(&component).copied().unwrap_or_default();
            let rows: Money = cost.rows.iter().map(|row| of(&row.parts, component)).sum();
            prop_assert_eq!(rows + of(&cost.fixed, component), amount);
            prop_assert_eq!(of(&cost.total, component), amount);
        }
    }
}
