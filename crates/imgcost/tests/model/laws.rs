//! Section 7 of the specification, as properties over random fleets.

use imgcost::demand::{Demand, Grouping, demand};
use imgcost::estimate::{Comparison, allocate, scenario};
use imgcost::fleet::*;
use imgcost::image::{Digest, Image, Layer, Profile, Trigger};
use imgcost::price::{Allowances, Tier, charge};
use imgcost::units::*;
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::fixture::*;

fn sizes() -> impl Strategy<Value = u64> {
    1_000_u64..5_000_000_000
}

fn profile() -> impl Strategy<Value = Profile> {
    prop_oneof![Just(Profile::SingleStage), Just(Profile::MultiStage)]
}

fn placement() -> impl Strategy<Value = Placement> {
    prop_oneof![
        (0_u32..=20).prop_map(Placement::Hosts),
        (0_u32..60).prop_map(|count| Placement::Replicas { count, spread: Spread::Even }),
        (0_u32..60).prop_map(|count| Placement::Replicas { count, spread: Spread::Random }),
        (0_u32..5000, 0_u8..=100).prop_map(|(rate, cached)| Placement::Pulls {
            rate: PerMonth::times(rate),
            cached: Share::percent(cached),
        }),
    ]
}

prop_compose! {
    fn services()(parts in prop::collection::vec(
        (sizes(), sizes(), profile(), profile(), placement(), (0_u32..300, 0_u32..40, 0_u32..40, 0_u8..=100)), 1..6,
    )) -> Vec<Service> {
        parts.into_iter().enumerate().map(|(index, (before, after, p, q, placement, (d, u, b, miss)))| Service {
            placement,
            deploys: PerMonth::times(d),
            pushes: PerMonth::times(d),
            builds: PerMonth::times(d),
            dependency_updates: PerMonth::times(u),
            base_refreshes: PerMonth::times(b),
            cache_miss: Share::percent(miss),
            before: p.image_from_unpacked(Unpacked(before), ratio_2_7()),
            after: q.image_from_unpacked(Unpacked(after), ratio_2_7()),
            ..service(&format!("service-{index}"))
        }).collect()
    }
}

fn compared(services: &[Service]) -> Comparison {
    let grouping = Grouping { by: vec!["service".into()], per_service: true };
    scenario(&fleet(), services, &grouping, &prices(), terms()).unwrap()
}

fn before(services: &[Service]) -> Demand {
    demand(&fleet(), services, Side::Before, &Grouping::default()).unwrap()
}

fn transfer(demand: &Demand) -> Quantity {
    demand.totals.warm_pulls.add(demand.totals.cold_pulls).unwrap()
}

proptest! {
    #[test]
    fn comparing_a_fleet_with_itself_saves_nothing(mut services in services()) {
        for service in &mut services {
            service.after = service.before.clone();
        }
        let comparison = compared(&services);
        prop_assert_eq!(comparison.saving(), Default::default());
        for (before, after) in comparison.before.lines().zip(comparison.after.lines()) {
            prop_assert_eq!(before.amount, after.amount);
            prop_assert_eq!(before.entry.quantity, after.entry.quantity);
        }
    }

    #[test]
    fn parts_add_up_exactly(services in services()) {
        let comparison = compared(&services);
        let total = comparison.before.figures().monthly.billed;
        let by_group: Money = comparison.groups.iter().map(|group| group.before.monthly.billed).sum();
        prop_assert_eq!(total, by_group);
        // one total without any division, from its own pools
        let whole = scenario(&fleet(), &services, &Grouping::default(), &prices(), terms()).unwrap();
        prop_assert_eq!(total, whole.before.figures().monthly.billed);
    }

    #[test]
    fn allocations_add_up_exactly(total in 0_i64..1_000_000_000, weights in prop::collection::vec(0_i128..i64::MAX as i128, 1..20)) {
        prop_assume!(weights.iter().any(|weight| *weight > 0));
        let total = Money::from_decimal(Decimal::new(total, 7)).unwrap();
        prop_assert_eq!(allocate(total, &weights).into_iter().sum::<Money>(), total);
    }

    #[test]
    fn the_order_of_services_changes_no_number(services in services(), seed in 0_usize..6) {
        let mut other = services.clone();
        other.rotate_left(seed % services.len());
        other.reverse();
        let (one, two) = (compared(&services), compared(&other));
        prop_assert_eq!(one, two);
    }

    #[test]
    fn more_of_anything_never_costs_less(services in services(), which in 0_usize..6, what in 0_u8..5) {
        let base = compared(&services).before.figures().monthly;
        let mut more = services.clone();
        let index = which % services.len();
        let service = &mut more[index];
        match what {
            0 => service.before.layers[0].compressed.0 += 1_000_000,
            1 => service.before.layers[1].unpacked.0 += 1_000_000,
            2 => service.base_refreshes = PerMonth::new(service.base_refreshes.get().add(Ratio::ONE).unwrap()),
            3 => service.placement = match service.placement {
                Placement::Hosts(n) => Placement::Hosts((n + 1).min(20)),
                Placement::Replicas { count, spread } => Placement::Replicas { count: count + 1, spread },
                Placement::Pulls { rate, cached } => {
                    Placement::Pulls { rate: PerMonth::new(rate.get().add(Ratio::ONE).unwrap()), cached }
                }
            },
            _ => service.install_time = Span::seconds(service.install_time.as_seconds() + 60),
        }
        let grown = compared(&more).before.figures().monthly;
        prop_assert!(grown.billed >= base.billed);
        prop_assert!(grown.capacity >= base.capacity);
    }

    #[test]
    fn pulls_are_linear(size in sizes(), pulls in 1_u32..100_000, times in 2_u32..50) {
        let of = |rate: u32| {
            let placement = Placement::Pulls { rate: PerMonth::times(rate), cached: Share::percent(37) };
            before(&[Service { placement, before: Profile::MultiStage.image_from_unpacked(Unpacked(size), ratio_2_7()), ..service("a") }])
        };
        let (one, many) = (transfer(&of(pulls)), transfer(&of(pulls * times)));
        prop_assert_eq!(one.scaled(Ratio::whole(i64::from(times))).unwrap(), many);
    }

    #[test]
    fn splitting_a_service_on_disjoint_nodes_moves_the_same_bytes(size in sizes(), half in 1_u32..=10, profile in profile()) {
        let image = profile.image_from_unpacked(Unpacked(size), ratio_2_7());
        let on = |name: &str, hosts| Service { placement: Placement::Hosts(hosts), before: image.clone(), ..service(name) };
        let whole = transfer(&before(&[on("a", 2 * half)]));
        let parts = transfer(&before(&[on("a", half), on("b", half)]));
        // Each quantity is rounded once to 10^-15 of a byte: four of them may differ by that much.
        let steps = whole.in_units_of(1) - parts.in_units_of(1);
        prop_assert!(steps.abs() <= Decimal::new(4, 15), "{steps}");
    }

    #[test]
    fn sharing_never_costs_more(base in sizes(), own in sizes(), hosts in prop::collection::vec(1_u32..=20, 2..6), scope in 0_u8..2) {
        let digest = |shared: bool, index: usize| {
            let hex = if shared { 7 } else { 100 + index };
            Some(Digest::parse(&format!("sha256:{hex:064x}")).unwrap())
        };
        let fleet_of = |shared: bool| -> (Fleet, Vec<Service>) {
            let mut fleet = fleet();
            if scope == 1 {
                fleet.registries[0].dedup = Dedup::Registry;
            }
            let services = hosts.iter().enumerate().map(|(index, &hosts)| {
                let layer = |size, trigger, digest| Layer {
                    compressed: Compressed(size), unpacked: Unpacked(size * 2), digest, trigger, linked: false,
                };
                let layers = vec![
                    layer(base, Trigger::BaseRefresh, digest(shared, index)),
                    layer(own, Trigger::Deploy, None),
                ];
                Service { placement: Placement::Hosts(hosts), before: Image::of(layers), ..service(&format!("s{index}")) }
            });
            (fleet, services.collect())
        };
        let of = |shared| {
            let (fleet, services) = fleet_of(shared);
            demand(&fleet, &services, Side::Before, &Grouping::default()).unwrap().totals
        };
        let (shared, apart) = (of(true), of(false));
        prop_assert!(shared.warm_pulls <= apart.warm_pulls);
        prop_assert!(shared.cold_pulls <= apart.cold_pulls);
        prop_assert!(shared.storage <= apart.storage);
        prop_assert!(shared.node_disk <= apart.node_disk);
    }

    #[test]
    fn what_is_printed_is_read_back(bytes in 0_u64..(1 << 50), seconds in 0_u64..3_000_000_000, percent in 0_u8..=100, hundredths in 0_i64..1_000_000) {
        prop_assert_eq!(parse_bytes(&format!("{bytes}B")), Ok(bytes));
        prop_assert_eq!(Span::parse(&Span::seconds(seconds).to_string()), Ok(Span::seconds(seconds)));
        prop_assert_eq!(Share::parse(&Share::percent(percent).to_string()), Ok(Share::percent(percent)));
        let rate = PerMonth::new(Ratio::new(i128::from(hundredths), 100).unwrap());
        prop_assert_eq!(PerMonth::parse(&rate.to_string()), Ok(rate));
        let money = Decimal::new(hundredths, 2);
        prop_assert_eq!(Money::from_decimal(money).unwrap().to_string().parse::<Decimal>().unwrap(), money);
    }

    #[test]
    fn tiers_are_continuous_and_never_fall(bounds in prop::collection::btree_set(1_u32..100_000, 1..5), rates in prop::collection::vec(0_i64..1000, 6), at in 0_u32..200_000) {
        let mut row = row("a.b.c", imgcost::price::PriceUnit::Gib, "0");
        let froms = std::iter::once(0).chain(bounds);
        row.tiers = froms.zip(rates).map(|(from, rate)| Tier { from: from.into(), rate: Decimal::new(rate, 4) }).collect();
        let cost = |quantity: Decimal| charge(&row, quantity, &Allowances::default()).unwrap().amount.to_decimal();
        let step = Decimal::new(1, 6);
        let (here, next) = (cost(at.into()), cost(Decimal::from(at) + step));
        prop_assert!(next >= here);
        // no rate is above 0.1, so no step of a millionth can cost more than a ten-millionth
        prop_assert!(next - here <= step * Decimal::new(1, 1));
        // one tier equals a flat rate
        row.tiers.truncate(1);
        let flat = Decimal::from(at) * row.tiers[0].rate;
        prop_assert_eq!(charge(&row, at.into(), &Allowances::default()).unwrap().amount.to_decimal(), flat.normalize());
    }

    #[test]
    fn merging_ledgers_of_parts_gives_the_whole(services in services(), cut in 0_usize..6) {
        use imgcost::demand::{Horizon, Ledger};
        let fleet = fleet();
        let grouping = Grouping { by: vec!["service".into()], per_service: false };
        let ledger = |services: &[Service]| {
            let mut ledger = Ledger::new(&fleet, &[Side::Before, Side::After], grouping.clone(), Horizon::Mean).unwrap();
            services.iter().for_each(|service| ledger.add(service).unwrap());
            ledger
        };
        let (left, right) = services.split_at(cut.min(services.len()));
        let mut parts = ledger(right);
        parts.merge(ledger(left)).unwrap();
        prop_assert_eq!(parts.close().unwrap(), ledger(&services).close().unwrap());
    }
}
