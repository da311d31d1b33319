//! The worked example of the specification (one service from 1.2 GB to 180 MB), to vary from, and
//! ways to read reports back.

use chrono::NaiveDate;
use imgcost::demand::Grouping;
use imgcost::estimate::{Comparison, Terms, scenario};
use imgcost::fleet::*;
use imgcost::image::{Image, Profile};
use imgcost::price::{PriceBook, PriceId, PriceRow, PriceUnit};
use imgcost::units::*;
use imgcost_report::{Colour, Report, View};
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;

pub fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

pub fn number(text: &str) -> Decimal {
    text.parse().unwrap_or_else(|_| panic!("`{text}` is not a number"))
}

pub fn money(text: &str) -> Money {
    Money::from_decimal(number(text)).unwrap()
}

/// Rounded as people round.
pub fn rounded(value: Decimal, digits: u32) -> Decimal {
    value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
}

pub fn cents(value: Decimal) -> Decimal {
    rounded(value, 2)
}

fn ratio() -> CompressionRatio {
    CompressionRatio::new(number("2.7")).unwrap()
}

/// 1.2 GB, single-stage.
pub fn fat() -> Image {
    Profile::SingleStage.image_from_unpacked(Unpacked(1_200_000_000), ratio())
}

/// 180 MB, multi-stage.
pub fn slim() -> Image {
    Profile::MultiStage.image_from_unpacked(Unpacked(180_000_000), ratio())
}

/// Twenty nodes of 720 h behind NAT, the last 30 tags kept; disk and waiting are not counted.
pub fn fleet() -> Fleet {
    Fleet {
        name: "shop".into(),
        currency: Currency::USD,
        horizon: 12,
        registries: vec![Registry {
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
        }],
        clusters: vec![Cluster {
            name: "prod".into(),
            cloud: Cloud::named("aws").unwrap(),
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
            node_price: None,
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
        before: fat(),
        after: slim(),
        build: Some(Build {
            price: PriceId::new("github.actions.linux-2core"),
            job_before: None,
            job_after: None,
        }),
    }
}

pub fn team(service: Service, team: &str) -> Service {
    let label = Label { name: "team".into(), value: team.into() };
    Service { labels: vec![label], ..service }
}

pub fn row(id: &str, unit: PriceUnit, rate: &str) -> PriceRow {
    PriceRow::given(PriceId::new(id), unit, number(rate), Currency::USD, "the specification", day())
}

/// The rates of the worked example.
pub fn rates() -> Vec<PriceRow> {
    vec![
        row("aws.nat.data", PriceUnit::Gib, "0.045"),
        row("aws.ecr.storage", PriceUnit::GibMonth, "0.10"),
        row("aws.ecr.pull", PriceUnit::Gib, "0"),
        row("aws.s3-gateway.data", PriceUnit::Gib, "0"),
        row("aws.endpoint.data", PriceUnit::Gib, "0.01"),
        row("aws.transfer.internet", PriceUnit::Gib, "0.09"),
        row("aws.ebs.gp3", PriceUnit::GibMonth, "0.08"),
        row("github.actions.linux-2core", PriceUnit::Minute, "0.006"),
    ]
}

pub fn prices() -> PriceBook {
    PriceBook::new(rates())
}

/// The rates without one of them.
pub fn prices_without(id: &str) -> PriceBook {
    PriceBook::new(rates().into_iter().filter(|row| row.id.as_str() != id).collect())
}

pub fn terms() -> Terms {
    Terms { as_of: day(), free: false, currency: Currency::USD }
}

pub fn per_service() -> Grouping {
    Grouping { by: vec![], per_service: true }
}

pub fn by_team() -> Grouping {
    Grouping { by: vec!["team".into()], per_service: true }
}

pub fn compared(services: &[Service], grouping: &Grouping, prices: &PriceBook) -> Comparison {
    scenario(&fleet(), services, grouping, prices, terms()).unwrap()
}

/// Section 9.
pub fn worked_example() -> Comparison {
    compared(&[service("web")], &per_service(), &prices())
}

/// A report that says nothing beside the numbers.
pub fn report(comparison: &Comparison) -> Report<'_> {
    Report {
        title: "one service from 1.2 GB to 180 MB".into(),
        setting: vec![],
        view: View::Compare(comparison),
        group_by: vec![],
        assumptions: vec![],
        alternatives: vec![],
        paths: vec!["nat".into()],
        compression: None,
        ready_sooner: None,
        effort: None,
        container_bill: None,
        by_month: vec![],
        lines: true,
        verbose: false,
        warnings: vec![],
    }
}

pub fn written(write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

pub fn text(report: &Report<'_>) -> String {
    written(|out| imgcost_report::text(report, Colour::Off, out))
}

pub fn markdown(report: &Report<'_>) -> String {
    written(|out| imgcost_report::markdown(report, out))
}

pub fn csv(report: &Report<'_>) -> String {
    written(|out| imgcost_report::csv(report, out))
}

pub fn json_text(report: &Report<'_>) -> String {
    written(|out| imgcost_report::json(report, out))
}

pub fn json(report: &Report<'_>) -> Value {
    serde_json::from_str(&json_text(report)).unwrap()
}

/// A table of names and cells as CSV has it.
pub fn records(csv: &str) -> Vec<std::collections::HashMap<String, String>> {
    let mut reader = ::csv::Reader::from_reader(csv.as_bytes());
    let names = reader.headers().unwrap().clone();
    let named = |record: ::csv::StringRecord| {
        names.iter().zip(&record).map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect()
    };
    reader.records().map(|record| named(record.unwrap())).collect()
}

/// A string in JSON, by its path.
pub fn at<'v>(value: &'v Value, path: &str) -> &'v str {
    let found = value.pointer(path).unwrap_or_else(|| panic!("there is no {path}"));
    found.as_str().unwrap_or_else(|| panic!("{path} is no string but {found}"))
}

/// `$4.98`, `-$1,234.50` or `<$0.001` read back; `None` for anything else.
pub fn read_money(cell: &str) -> Option<Decimal> {
    let plain = cell.replace(['$', ','], "");
    if plain.contains('<') { Some(Decimal::ZERO) } else { plain.parse().ok() }
}

/// The paragraph of a screen that has that name, unwrapped; advice at its foot is none of it.
pub fn paragraph(text: &str, name: &str) -> String {
    let mut lines = text.lines().skip_while(|line| !line.starts_with(&format!(" {name}")));
    let first = lines.next().unwrap_or_else(|| panic!("no {name} in:\n{text}"));
    let first = first[1 + name.len()..].trim();
    let more = lines.take_while(|line| line.starts_with("               "));
    let more = more.filter(|line| !line.trim().starts_with("imgcost explain"));
    std::iter::once(first).chain(more.map(str::trim)).collect::<Vec<_>>().join(" ")
}
