//! One service on 20 nodes behind a NAT gateway, deployed 60 times a month; 2 deploys refresh the
//! base, 4 update dependencies. A node is replaced every 720 hours: 73/72 times a month.

use chrono::NaiveDate;
use imgcost::estimate::Terms;
use imgcost::fleet::*;
use imgcost::image::Image;
use imgcost::price::{
    PriceBook, PriceId, PriceRow, PriceUnit, Rounding, RoundingMode, RoundingScope,
};
use imgcost::units::*;
use imgcost_dockerfile::price::Setting;
use rust_decimal::Decimal;

pub struct Scene {
    pub fleet: Fleet,
    pub services: Vec<Service>,
    pub book: PriceBook,
}

impl Scene {
    pub fn setting(&self) -> Setting<'_> {
        let Self { fleet, services, book } = self;
        Setting { fleet, services, index: 0, book, terms: terms() }
    }

    pub fn service(&mut self) -> &mut Service {
        &mut self.services[0]
    }
}

pub fn scene() -> Scene {
    Scene { fleet: fleet(), services: vec![service("web")], book: PriceBook::new(rates()) }
}

pub fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

pub fn terms() -> Terms {
    Terms { as_of: day(), free: false, currency: Currency::USD }
}

pub fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub fn ratio() -> CompressionRatio {
    CompressionRatio::new(number("2.7")).unwrap()
}

/// `0.948581`, for comparison with a hand calculation.
pub fn rounded(money: Money) -> String {
    money.to_decimal().round_dp(6).normalize().to_string()
}

fn fleet() -> Fleet {
    let region = Region::new("us-east-1");
    Fleet {
        name: "what-if".into(),
        currency: Currency::USD,
        horizon: 12,
        registries: vec![Registry {
            name: "main".into(),
            provider: RegistryProvider::named("aws-ecr").unwrap(),
            region: region.clone(),
            retention: Retention { last: Some(30), max_age: None },
            dedup: Dedup::Repository,
            replicas: vec![],
            architectures: 1,
            attestations: Compressed(0),
            scan: None,
            plan: None,
        }],
        clusters: vec![Cluster {
            name: "prod".into(),
            cloud: Cloud::named("aws").unwrap(),
            region,
            nodes: 20,
            node_lifetime: Some(Span::hours(720)),
            evictions: PerMonth::times(0),
            path: vec![Leg { kind: PathKind::Nat, share: Share::ALL }],
            disk: Some(PriceId::new("aws.ebs.gp3")),
            keeps_compressed: false,
            versions_on_node: 2,
            pull_start_ms: 1050,
            bandwidth: defaults::BANDWIDTH_ROLLING,
            unpack: defaults::GZIP_OUTPUT,
            disk_write: None,
            rollout: Rollout::Rolling,
            node_price: Some(PriceId::new("aws.ec2.m5.large")),
            distribution: None,
            cacheless: None,
            nat_gateways: 0,
            endpoints: 0,
            labels: vec![],
        }],
        cross_region_rate: CrossRegionRate::Source,
        people_wait: false,
        effort: None,
        container_bill: None,
    }
}

pub fn service(name: &str) -> Service {
    Service {
        name: name.into(),
        labels: vec![],
        registry: 0,
        cluster: 0,
        placement: Placement::Hosts(20),
        deploys: PerMonth::times(60),
        pushes: PerMonth::times(60),
        builds: PerMonth::times(60),
        cache_miss: Share::NONE,
        dependency_updates: PerMonth::times(4),
        base_refreshes: PerMonth::times(2),
        install_time: Span::seconds(60),
        before: Image::of(vec![]),
        after: Image::of(vec![]),
        build: Some(Build {
            price: PriceId::new("github.actions.linux-2core"),
            before: BuildTime::Installs,
            after: BuildTime::Installs,
        }),
    }
}

pub fn rates() -> Vec<PriceRow> {
    let row = |id: &str, unit, rate: &str| {
        PriceRow::given(PriceId::new(id), unit, number(rate), Currency::USD, "a test", day())
    };
    let mut build = row("github.actions.linux-2core", PriceUnit::Minute, "0.006");
    build.rounding =
        Some(Rounding { per: RoundingScope::Job, step: Decimal::ONE, mode: RoundingMode::Up });
    vec![
        row("aws.nat.data", PriceUnit::Gib, "0.045"),
        row("aws.ecr.storage", PriceUnit::GibMonth, "0.10"),
        row("aws.ebs.gp3", PriceUnit::GibMonth, "0.08"),
        row("aws.ec2.m5.large", PriceUnit::Hour, "0.096"),
        build,
    ]
}
