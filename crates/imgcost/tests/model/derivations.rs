//! Every derivation, put through a pocket calculator, gives the quantity that was priced.

use imgcost::demand::{Grouping, Horizon, Ledger, derive};
use imgcost::fleet::*;
use imgcost::units::*;
use rust_decimal::Decimal;

use crate::fixture::*;

/// `+ - x /`, parentheses and `max(a, b, ...)`, evaluated with 28 digits.
struct Calculator<'t>(&'t str);

impl Calculator<'_> {
    fn sum(&mut self) -> Decimal {
        let mut value = self.product();
        loop {
            match self.peek() {
                Some('+') => {
                    self.take('+');
                    value += self.product()
                }
                Some('-') => {
                    self.take('-');
                    value -= self.product()
                }
                _ => return value,
            }
        }
    }

    fn product(&mut self) -> Decimal {
        let mut value = self.atom();
        loop {
            match self.peek() {
                Some('x') => {
                    self.take('x');
                    value *= self.atom()
                }
                Some('/') => {
                    self.take('/');
                    value /= self.atom()
                }
                _ => return value,
            }
        }
    }

    fn atom(&mut self) -> Decimal {
        if self.peek() == Some('m') {
            self.0 = self.0.trim_start().strip_prefix("max").unwrap();
            self.take('(');
            let mut most = self.sum();
            while self.peek() == Some(',') {
                self.take(',');
                most = most.max(self.sum());
            }
            self.take(')');
            return most;
        }
        if self.peek() == Some('(') {
            self.take('(');
            let value = self.sum();
            self.take(')');
            return value;
        }
        self.0 = self.0.trim_start();
        let end = self.0.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(self.0.len());
        let (number, rest) = self.0.split_at(end);
        self.0 = rest;
        number.parse().unwrap_or_else(|_| panic!("not a number: {number:?} before {rest:?}"))
    }

    fn peek(&self) -> Option<char> {
        self.0.trim_start().chars().next()
    }

    fn take(&mut self, expected: char) {
        self.0 = self.0.trim_start().strip_prefix(expected).unwrap();
    }
}

fn check(fleet: &Fleet, services: &[Service]) {
    let grouping = Grouping { by: vec![], per_service: true };
    for side in [Side::Before, Side::After] {
        let mut ledger = Ledger::new(fleet, &[side], grouping.clone(), Horizon::Mean).unwrap();
        services.iter().for_each(|service| ledger.add(service).unwrap());
        let overlaps = ledger.overlaps().unwrap().remove(0);
        let demand = ledger.close().unwrap().remove(0);
        let mut checked = 0;
        for service in services {
            for derivation in derive(fleet, service, side, &overlaps).unwrap() {
                let calculated = Calculator(&derivation.numbers).sum();
                let meter = demand.meters.iter().position(|m| *m == derivation.meter).unwrap();
                let cell = demand
                    .cells
                    .iter()
                    .position(|c| c.service.as_deref() == Some(&service.name))
                    .unwrap();
                let entry =
                    demand.entries.iter().find(|e| e.cell == cell && e.meter == meter).unwrap();
                let counted = entry.quantity.in_units_of(1);
                let off = (calculated - counted).abs();
                assert!(
                    off <= counted.max(Decimal::ONE) * Decimal::new(1, 15),
                    "{derivation:?}: {calculated} is not {counted}"
                );
                checked += 1;
            }
            // all lines of the service are derived, except the naive figure and what it has none of
            let cell = demand
                .cells
                .iter()
                .position(|c| c.service.as_deref() == Some(&service.name))
                .unwrap();
            let naive =
                |meter: usize| demand.meters[meter].component == imgcost::demand::Component::Naive;
            let lines = demand
                .entries
                .iter()
                .filter(|e| e.cell == cell && !naive(e.meter) && !e.quantity.is_zero());
            let derived = derive(fleet, service, side, &overlaps).unwrap();
            for line in lines {
                assert!(
                    derived.iter().any(|derivation| derivation.meter == demand.meters[line.meter])
                );
            }
        }
        assert!(checked >= 6 * services.len());
    }
}

#[test]
fn of_the_worked_example() {
    check(&fleet(), &[service("web")]);
}

#[test]
fn of_rates_that_are_no_whole_numbers_with_cache_misses_and_job_times() {
    let mut fleet = fleet();
    fleet.people_wait = true;
    fleet.registries[0].retention =
        Retention { last: Some(50), max_age: Some(Span::parse("10d").unwrap()) };
    fleet.registries[0].architectures = 2;
    fleet.registries[0].attestations = Compressed(16_000_000);
    fleet.registries[0].replicas = vec![Region::new("eu-west-1")];
    fleet.registries[0].scan = Some(imgcost::price::PriceId::new("aws.inspector.scan"));
    fleet.clusters[0].evictions = PerMonth::parse("1/week").unwrap();
    fleet.clusters[0].path = vec![
        Leg { kind: PathKind::Nat, share: Share::percent(60) },
        Leg { kind: PathKind::CrossAz, share: Share::percent(40) },
    ];
    fleet.clusters[0].distribution =
        Some(Distribution { hit_ratio: Share::percent(75), cross_az: Share::percent(50) });
    fleet.clusters[0].disk_write = Some(Speed::parse("100MB/s").unwrap());
    let mut odd = service("odd");
    odd.deploys = PerMonth::parse("13/week").unwrap();
    odd.pushes = PerMonth::parse("4/day").unwrap();
    odd.builds = PerMonth::parse("20/day").unwrap();
    odd.base_refreshes = PerMonth::parse("34/year").unwrap();
    odd.cache_miss = Share::percent(30);
    odd.placement = Placement::Replicas { count: 12, spread: Spread::Random };
    odd.build = Some(Build {
        price: imgcost::price::PriceId::new("github.actions.linux-2core"),
        before: BuildTime::Job(Span::parse("6m").unwrap()),
        after: BuildTime::Job(Span::parse("2m30s").unwrap()),
    });
    let mut stepwise = odd.clone();
    stepwise.name = "stepwise".into();
    let times = StepTimes { source: 3_500, dependency: 47_250, base: 61_001, cold: 90_999 };
    stepwise.build = Some(Build {
        price: imgcost::price::PriceId::new("github.actions.linux-2core"),
        before: BuildTime::Steps(times),
        after: BuildTime::Steps(StepTimes { source: 1, ..times }),
    });
    let pulled = Service {
        placement: Placement::Pulls { rate: PerMonth::times(200), cached: Share::percent(25) },
        ..service("pulled")
    };
    check(&fleet, &[odd, stepwise, pulled]);
}

#[test]
fn of_a_runtime_without_a_cache() {
    let mut fleet = fleet();
    fleet.clusters[0].cacheless = Some(Cacheless {
        task: Some(TaskSize {
            vcpus: Ratio::new(1, 4).unwrap(),
            memory_gb: Ratio::new(1, 2).unwrap(),
        }),
    });
    fleet.clusters[0].node_lifetime = Some(Span::parse("36h").unwrap());
    check(
        &fleet,
        &[Service {
            placement: Placement::Replicas { count: 7, spread: Spread::Even },
            ..service("task")
        }],
    );
}

#[test]
fn of_layers_that_services_share() {
    let mut fleet = fleet();
    fleet.registries[0].dedup = Dedup::Registry;
    let mut services = [service("a"), service("b"), service("c")];
    for (service, hosts) in services.iter_mut().zip([5, 8, 20]) {
        service.placement = Placement::Hosts(hosts);
        let base = imgcost::image::Digest::parse(&format!("sha256:{:064x}", 7)).unwrap();
        service.before.layers[0].digest = Some(base.clone());
        service.after.layers[0].digest = (hosts != 20).then_some(base);
    }
    check(&fleet, &services);
}
