//! One service on one cluster, as the what-if has it, to vary from.

use chrono::NaiveDate;
use imgcost::fleet::*;
use imgcost::image::{Image, Profile};
use imgcost::price::{
    PriceBook, PriceId, PriceRow, PriceUnit, Rounding, RoundingMode, RoundingScope,
};
use imgcost::units::*;
use rust_decimal::Decimal;

pub fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

pub fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub fn ratio_2_7() -> CompressionRatio {
    CompressionRatio::new(number("2.7")).unwrap()
}

/// 1.2 GB, single-stage.
pub fn fat() -> Image {
    Profile::SingleStage.image_from_unpacked(Unpacked(1_200_000_000), ratio_2_7())
}

/// 180 MB, multi-stage.
pub fn slim() -> Image {
    Profile::MultiStage.image_from_unpacked(Unpacked(180_000_000), ratio_2_7())
}

pub fn registry() -> Registry {
    Registry {
        name: "main".into(),
        provider: RegistryProvider::named("aws-ecr").unwrap(),
        region: Region::new("us-east-1"),
        retention: Retention { last: Some(30), max_age: None },
        dedup: Dedup::Repository,
        replicas: vec![],
        architectures: 1,
        attestations: Compressed(0),
        scan: None,
        plan: None,
    }
}

pub fn cluster() -> Cluster {
    let cloud = Cloud::named("aws").unwrap();
    Cluster {
        name: "prod".into(),
        cloud,
        region: Region::new("us-east-1"),
        nodes: 20,
        node_lifetime: Some(Span::hours(720)),
        evictions: PerMonth::times(0),
        path: vec![Leg { kind: PathKind::Nat, share: Share::ALL }],
        disk: Some(PriceId::new("aws.ebs.gp3")),
        keeps_compressed: true,
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
    }
}

pub fn fleet() -> Fleet {
    Fleet {
        name: "what-if".into(),
        currency: Currency::USD,
        horizon: 12,
        registries: vec![registry()],
        clusters: vec![cluster()],
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
        before: fat(),
        after: slim(),
        build: Some(Build {
            price: PriceId::new("github.actions.linux-2core"),
            before: BuildTime::Installs,
            after: BuildTime::Installs,
        }),
    }
}

pub fn row(id: &str, unit: PriceUnit, rate: &str) -> PriceRow {
    PriceRow::given(PriceId::new(id), unit, number(rate), Currency::USD, "the specification", day())
}

/// The rates of the specification's worked example.
pub fn rates() -> Vec<PriceRow> {
    let mut build = row("github.actions.linux-2core", PriceUnit::Minute, "0.006");
    build.rounding =
        Some(Rounding { per: RoundingScope::Job, step: Decimal::ONE, mode: RoundingMode::Up });
    vec![
        row("aws.nat.data", PriceUnit::Gib, "0.045"),
        row("aws.ecr.storage", PriceUnit::GibMonth, "0.10"),
        row("aws.ecr.pull", PriceUnit::Gib, "0"),
        row("aws.s3-gateway.data", PriceUnit::Gib, "0"),
        row("aws.endpoint.data", PriceUnit::Gib, "0.01"),
        row("aws.transfer.internet", PriceUnit::Gib, "0.09"),
        row("aws.ebs.gp3", PriceUnit::GibMonth, "0.08"),
        row("aws.ec2.m5.large", PriceUnit::Hour, "0.096"),
        build,
    ]
}

pub fn prices() -> PriceBook {
    PriceBook::new(rates())
}

pub fn terms() -> imgcost::estimate::Terms {
    imgcost::estimate::Terms { as_of: day(), free: false, currency: Currency::USD }
}
