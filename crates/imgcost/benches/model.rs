//! How fast the model is, with everything in memory: one what-if, the ledger, pricing, allocation.
//! `cargo bench -p imgcost`.
#![allow(missing_docs, unreachable_pub)]

#[path = "../tests/model/fixture.rs"]
#[allow(dead_code, reason = "benchmarks need a part of it")]
mod fixture;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use fixture::{fleet, number, prices, ratio_2_7, service, terms};
use imgcost::demand::{Demand, Grouping, Horizon, Ledger};
use imgcost::estimate::{allocate, estimate, scenario};
use imgcost::fleet::*;
use imgcost::image::Profile;
use imgcost::units::*;

const SIDES: [Side; 2] = [Side::Before, Side::After];
const SERVICES: usize = 100_000;
const TEAMS: usize = 40;

fn main() {
    divan::main();
}

/// One service of 1.2 GB before and 180 MB after: demand of both sides, prices, comparison.
#[divan::bench]
fn what_if(bencher: Bencher<'_, '_>) {
    let (fleet, prices) = (fleet(), prices());
    let services = [varied(0)];
    bencher.bench_local(|| {
        let grouping = Grouping::default();
        scenario(black_box(&fleet), black_box(&services), &grouping, &prices, terms()).unwrap()
    });
}

/// 100,000 services, both sides, grouped by a label with 40 values.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn ledger_add(bencher: Bencher<'_, '_>) {
    let fleet = fleet();
    let services: Vec<Service> = (0..SERVICES).map(varied).collect();
    bencher.counter(ItemsCount::new(SERVICES)).bench_local(|| {
        let mut ledger = Ledger::new(&fleet, &SIDES, by_team(), Horizon::Mean).unwrap();
        for service in black_box(&services) {
            ledger.add(service).unwrap();
        }
        ledger.close().unwrap()
    });
}

/// Pricing of a closed ledger with 1,000 cells, counted by cell.
#[divan::bench(sample_count = 50)]
fn pricing(bencher: Bencher<'_, '_>) {
    const CELLS: usize = 1000;
    let prices = prices();
    let demand = demand_of(CELLS);
    assert_eq!(demand.cells.len(), CELLS);
    bencher
        .counter(ItemsCount::new(CELLS))
        .with_inputs(|| demand.clone())
        .bench_local_values(|demand| estimate(demand, &prices, terms()).unwrap());
}

/// An amount divided among 10,000 weights.
#[divan::bench]
fn allocation(bencher: Bencher<'_, '_>) {
    let mut numbers = Lcg(1);
    let weights: Vec<i128> = (0..10_000).map(|_| i128::from(numbers.below(1 << 50))).collect();
    let amount = Money::from_decimal(number("12345.67")).unwrap();
    bencher
        .counter(ItemsCount::new(weights.len()))
        .bench_local(|| allocate(black_box(amount), black_box(&weights)));
}

/// One side of a fleet with as many cells as services.
fn demand_of(cells: usize) -> Demand {
    let fleet = fleet();
    let grouping = Grouping { by: vec!["team".into()], per_service: true };
    let mut ledger = Ledger::new(&fleet, &[Side::Before], grouping, Horizon::Mean).unwrap();
    (0..cells).for_each(|index| ledger.add(&varied(index)).unwrap());
    ledger.close().unwrap().remove(0)
}

fn by_team() -> Grouping {
    Grouping { by: vec!["team".into()], per_service: false }
}

/// The same numbers on every machine: a linear congruential generator (Knuth's MMIX).
struct Lcg(u64);

impl Lcg {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 11) % bound
    }
}

/// The first is the what-if; the others differ from it in size, rates and team.
fn varied(index: usize) -> Service {
    let mut numbers = Lcg(index as u64);
    let mut vary = |least: u64, step: u64, steps: u64| match index {
        0 => None,
        _ => Some(least + step * numbers.below(steps)),
    };
    let before = vary(300_000_000, 1_234_567, 1000).unwrap_or(1_200_000_000);
    let after = vary(50_000_000, 123_457, 1000).unwrap_or(180_000_000);
    let deploys = PerMonth::times(vary(4, 4, 30).unwrap_or(60) as u32);
    let count = vary(1, 1, 40).unwrap_or(20) as u32;
    Service {
        labels: vec![Label { name: "team".into(), value: format!("team-{}", index % TEAMS) }],
        placement: Placement::Replicas { count, spread: Spread::Even },
        deploys,
        pushes: deploys,
        builds: deploys,
        before: Profile::SingleStage.image_from_unpacked(Unpacked(before), ratio_2_7()),
        after: Profile::MultiStage.image_from_unpacked(Unpacked(after), ratio_2_7()),
        ..service(&format!("service-{index}"))
    }
}
