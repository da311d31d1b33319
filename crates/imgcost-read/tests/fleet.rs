//! Fleet files become what they say.

use chrono::NaiveDate;
use imgcost::fleet::{
    Build, BuildTime, CrossRegionRate, Dedup, PathKind, Placement, Retention, Rollout, Spread,
};
use imgcost::image::Trigger;
use imgcost::price::{Confidence, PriceId};
use imgcost::units::{PerMonth, Ratio, Share, Span, Speed};
use imgcost_read::{FleetFile, read_fleet};

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

fn read(text: &str) -> FleetFile {
    read_fleet("fleet.toml", text, day()).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn codes(text: &str) -> Vec<&'static str> {
    read_fleet("fleet.toml", text, day()).unwrap_err().iter().map(|problem| problem.code).collect()
}

fn assumed(file: &FleetFile) -> Vec<String> {
    file.assumed.list().into_iter().map(|assumption| assumption.name).collect()
}

/// The example of the command line's documentation.
const EXAMPLE: &str = r#"
[fleet]
name = "shop"
currency = "USD"

[registry.main]
provider = "aws-ecr"
region = "us-east-1"
retention = { keep-last = 30 }      # or max-age = "90d", both, or "forever" with horizon
dedup = "repository"
replicas = ["eu-west-1"]

[cluster.prod]
region = "us-east-1"
nodes = 50
node-lifetime = "36h"
path = { nat = "100%" }
disk = "ebs-gp3"

[[service]]
name = "checkout"
labels = { team = "payments", namespace = "shop" }
registry = "main"
cluster = "prod"
replicas = 12
deploys = "60/month"
before = { size = "1.2GB", profile = "single-stage" }
after = { size = "180MB", profile = "multi-stage" }
build = { runner = "github-linux-2core", before = "6m", after = "2m30s" }
"#;

/// As little as a fleet file can say.
const LEAST: &str = r#"
[registry.main]
provider = "ecr"
region = "eu-west-1"
[cluster.prod]
[[service]]
name = "one"
before = "1.2GB"
"#;

#[test]
fn the_documented_example_becomes_a_fleet() {
    let file = read(EXAMPLE);
    let fleet = &file.fleet;
    assert_eq!((fleet.name.as_str(), fleet.currency.code(), fleet.horizon), ("shop", "USD", 12));
    let registry = &fleet.registries[0];
    assert_eq!((registry.name.as_str(), registry.provider.name), ("main", "aws-ecr"));
    assert_eq!(registry.region.as_str(), "us-east-1");
    assert_eq!(registry.retention, Retention { last: Some(30), max_age: None });
    assert_eq!(registry.dedup, Dedup::Repository);
    assert_eq!(registry.replicas[0].as_str(), "eu-west-1");
    let cluster = &fleet.clusters[0];
    assert_eq!((cluster.name.as_str(), cluster.cloud.name, cluster.nodes), ("prod", "aws", 50));
    assert_eq!(cluster.node_lifetime, Some(Span::hours(36)));
    assert_eq!(
        (cluster.path.len(), &cluster.path[0].kind, cluster.path[0].share),
        (1, &PathKind::Nat, Share::ALL)
    );
    assert_eq!(cluster.disk, Some(PriceId::new("aws.ebs.gp3")));
    assert_eq!(cluster.node_price, Some(PriceId::new("aws.ec2.m5.large")));
    let service = &file.services[0];
    assert_eq!((service.name.as_str(), service.registry, service.cluster), ("checkout", 0, 0));
    assert_eq!(service.label("team"), Some("payments"));
    assert_eq!(service.label("namespace"), Some("shop"));
    assert_eq!(service.placement, Placement::Replicas { count: 12, spread: Spread::Even });
    for rate in [service.deploys, service.pushes, service.builds] {
        assert_eq!(rate, PerMonth::times(60));
    }
    assert_eq!(
        (service.dependency_updates, service.base_refreshes),
        (PerMonth::times(4), PerMonth::times(2))
    );
    // The table of section 9 of the model: 1 200 000 000 / 2.7 and 180 000 000 / 2.7, then 85 / 14 / 1 and 94 / 5 / 1 %.
    let sizes = |image: &imgcost::image::Image| -> Vec<_> {
        image.layers.iter().map(|layer| (layer.trigger, layer.compressed.0)).collect()
    };
    let before = [
        (Trigger::BaseRefresh, 377_777_777),
        (Trigger::Deploy, 4_444_445),
        (Trigger::DependencyUpdate, 62_222_222),
    ];
    assert_eq!(sizes(&service.before), before);
    let after = [
        (Trigger::BaseRefresh, 62_666_667),
        (Trigger::DependencyUpdate, 3_333_333),
        (Trigger::Deploy, 666_667),
    ];
    assert_eq!(sizes(&service.after), after);
    assert_eq!(
        (service.before.unpacked().0, service.after.unpacked().0),
        (1_200_000_000, 180_000_000)
    );
    let build = Build {
        price: PriceId::new("github.actions.linux-2core"),
        before: BuildTime::Job(Span::seconds(360)),
        after: BuildTime::Job(Span::seconds(150)),
    };
    assert_eq!(service.build, Some(build));
    let assumptions = [
        "compression-ratio",
        "base-refreshes",
        "dependency-updates",
        "versions-on-node",
        "keeps-compressed",
        "bandwidth",
        "unpack",
        "install-time",
        "builds",
        "pushes",
        "cache-miss",
        "node-price",
        "nat-gateways",
    ];
    assert_eq!(assumed(&file), assumptions);
    assert!(file.warnings.is_empty() && file.given.is_empty() && file.csv.is_empty() && !file.free);
}

#[test]
fn what_is_not_said_is_assumed_and_listed() {
    let file = read(LEAST);
    let cluster = &file.fleet.clusters[0];
    assert_eq!((cluster.nodes, cluster.node_lifetime), (20, Some(Span::hours(720))));
    assert_eq!((cluster.cloud.name, cluster.region.as_str()), ("aws", "eu-west-1"));
    assert_eq!(cluster.path[0].kind, PathKind::Direct);
    let service = &file.services[0];
    assert_eq!(service.placement, Placement::Hosts(20));
    assert_eq!(service.after, service.before);
    assert_eq!(service.build.as_ref().unwrap().price, PriceId::new("github.actions.linux-2core"));
    let names = assumed(&file);
    for name in [
        "retention",
        "deploys",
        "nodes",
        "hosts",
        "path",
        "runner",
        "profile-before",
        "node-lifetime",
    ] {
        assert!(names.contains(&name.to_owned()), "{name}");
    }
    // Nothing stands under `after`, so nothing is assumed about it.
    assert!(!names.contains(&"profile-after".to_owned()));
}

#[test]
fn the_fleet_table_is_read_to_the_last_key() {
    let text = r#"
[fleet]
name = "all"
currency = "EUR"
as-of = 2026-01-31
horizon = "2 years"
compression-ratio = "2.5"
base-refreshes = "12/year"
dependency-updates = "8/month"
install-time = "2m"
cache-miss = "50%"
plan = { free = true }
effort = { hours = "16", rate = "90.50" }
container-bill = 12000
people-rate = "80"
cross-region-rate = "both-sides"
"#;
    let file = read(&format!("{text}{LEAST}"));
    assert_eq!(file.as_of, NaiveDate::from_ymd_opt(2026, 1, 31));
    assert!(file.free);
    let fleet = &file.fleet;
    assert_eq!((fleet.horizon, fleet.cross_region_rate), (24, CrossRegionRate::BothSides));
    // 16 x 90.50
    assert_eq!(fleet.effort.unwrap().to_string(), "1448");
    assert_eq!(fleet.container_bill.unwrap().to_string(), "12000");
    assert!(fleet.people_wait);
    let given = &file.given[0];
    assert_eq!(
        (given.id.as_str(), given.currency.code(), given.confidence),
        ("given.people.hour", "EUR", Confidence::Given)
    );
    assert_eq!(
        (given.tiers[0].rate.to_string(), given.checked),
        ("80".to_owned(), file.as_of.unwrap())
    );
    let service = &file.services[0];
    // 1 200 000 000 / 2.5
    assert_eq!(service.before.compressed().0, 480_000_000);
    assert_eq!(
        (service.base_refreshes, service.dependency_updates),
        (PerMonth::times(1), PerMonth::times(8))
    );
    assert_eq!(
        (service.install_time, service.cache_miss),
        (Span::seconds(120), Share::percent(50))
    );
    let names = assumed(&file);
    for name in
        ["compression-ratio", "base-refreshes", "install-time", "cache-miss", "cross-region-rate"]
    {
        assert!(!names.contains(&name.to_owned()), "{name}");
    }
}

#[test]
fn clusters_say_how_their_nodes_pull() {
    let cluster = |keys: &str| {
        let text = LEAST.replace("[cluster.prod]", &format!("[cluster.prod]\n{keys}"));
        let mut file = read(&text);
        (file.fleet.clusters.remove(0), file.given)
    };
    let (c, _) = cluster(
        "path = { nat = \"60%\", \"cross-region:us-west-2\" = \"40%\" }\nrollout = \"all-at-once\"\nunpack = \"zstd\"\ndisk-write = \"200MB/s\"",
    );
    assert_eq!(c.path[1].kind.name(), "cross-region:us-west-2");
    assert_eq!(c.path[1].share, Share::percent(40));
    assert_eq!((c.rollout, c.bandwidth), (Rollout::AllAtOnce, Speed::bytes_per_second(41_000_000)));
    assert_eq!(
        (c.unpack, c.disk_write.unwrap().get()),
        (Speed::bytes_per_second(710_000_000), 200_000_000)
    );
    let (c, _) = cluster(
        "path = \"cross-region=us-west-2\"\nnode-lifetime = \"static\"\ndisk = \"none\"\nnode-price = \"none\"",
    );
    assert_eq!(c.path[0].kind.name(), "cross-region:us-west-2");
    assert_eq!((c.node_lifetime, c.disk, c.node_price), (None, None, None));
    let (c, given) = cluster("node-price = \"0.096\"\nprovider = \"eks\"\nevictions = \"1/week\"");
    assert_eq!(c.node_price, Some(PriceId::new("given.node.prod")));
    assert_eq!(
        (given[0].id.as_str(), given[0].tiers[0].rate.to_string().as_str()),
        ("given.node.prod", "0.096")
    );
    assert!(!c.keeps_compressed);
    // 730 h / 168 h
    assert_eq!(c.evictions.get(), Ratio::new(365, 84).unwrap());
    let (c, _) = cluster("cacheless = true");
    let task = c.cacheless.unwrap().task.unwrap();
    assert_eq!((task.vcpus, task.memory_gb, c.node_lifetime), (Ratio::ONE, Ratio::whole(2), None));
    let (c, _) = cluster("cacheless = { vcpus = \"0.25\", memory = \"512MB\" }");
    let task = c.cacheless.unwrap().task.unwrap();
    assert_eq!(
        (task.vcpus, task.memory_gb),
        (Ratio::new(1, 4).unwrap(), Ratio::new(64, 125).unwrap())
    );
    let (c, _) = cluster(
        "distribution = { hit-ratio = \"80%\", cross-az-share = \"10%\" }\nnat-gateways = 3\nendpoints = 6\nlabels = { env = \"prod\" }",
    );
    assert_eq!(c.distribution.unwrap().hit_ratio, Share::percent(80));
    assert_eq!((c.nat_gateways, c.endpoints, c.labels[0].value.as_str()), (3, 6, "prod"));
}

#[test]
fn registries_have_their_provider_s_habits() {
    let registry = |keys: &str| {
        let text = LEAST.replace("provider = \"ecr\"\nregion = \"eu-west-1\"", keys);
        let mut file = read(&text);
        let names = assumed(&file);
        (file.fleet.registries.remove(0), names)
    };
    let (r, names) =
        registry("provider = \"azure-acr\"\nregion = \"eastus\"\nretention = \"forever\"");
    assert_eq!(r.plan.unwrap().name, "basic");
    assert!(r.retention.is_forever());
    assert!(names.contains(&"plan".to_owned()) && names.contains(&"horizon".to_owned()));
    let (r, _) = registry("provider = \"ghcr\"\narchitectures = 2\nattestations = \"16MB\"");
    assert_eq!((r.provider.name, r.region.as_str()), ("github-ghcr", "global"));
    assert_eq!((r.architectures, r.attestations.0), (2, 16_000_000));
    let (r, _) = registry(
        "provider = \"ecr\"\nregion = \"us-east-1\"\nscan = true\nretention = { max-age = \"90d\" }",
    );
    assert_eq!(r.scan, Some(PriceId::new("aws.inspector.scan")));
    assert_eq!(r.retention, Retention { last: None, max_age: Some(Span::hours(90 * 24)) });
}

#[test]
fn images_may_be_described_in_every_way() {
    let sizes = |image: &str| {
        let file = read(&LEAST.replace("before = \"1.2GB\"", &format!("before = {image}")));
        let layers = &file.services[0].before.layers;
        layers.iter().map(|layer| (layer.compressed.0, layer.unpacked.0)).collect::<Vec<_>>()
    };
    // 100 000 000 x 2.7; split 85 / 14 / 1 %, application before dependencies
    let single = [(85_000_000, 229_500_000), (1_000_000, 2_700_000), (14_000_000, 37_800_000)];
    assert_eq!(sizes("{ compressed = \"100MB\" }"), single);
    assert_eq!(sizes("{ size = \"100MB\", sizes = \"compressed\" }"), single);
    assert_eq!(sizes("{ compressed = \"100MB\", unpacked = \"270MB\" }"), single);
    assert_eq!(
        sizes("{ size = \"250MB\", ratio = \"2.5\", profile = \"multi-stage\" }"),
        [(94_000_000, 235_000_000), (5_000_000, 12_500_000), (1_000_000, 2_500_000)]
    );
    // Each class by itself: 1 100 000 000 / 2.7 = 407 407 407.4, 250 000 000 / 2.7 = 92 592 592.6, 5 000 000 / 2.7 = 1 851 851.9
    assert_eq!(
        sizes(
            "{ base = \"1.1GB\", dependencies = \"250MB\", application = \"5MB\", profile = \"multi-stage\" }"
        ),
        [(407_407_407, 1_100_000_000), (92_592_593, 250_000_000), (1_851_852, 5_000_000)]
    );
    assert_eq!(
        sizes(
            "{ layers = [{ compressed = \"20MB\", unpacked = \"50MB\", trigger = \"base-refresh\" }, { unpacked = \"27MB\", trigger = \"deploy\", linked = true }] }"
        ),
        [(20_000_000, 50_000_000), (10_000_000, 27_000_000)]
    );
}

#[test]
fn placements_are_hosts_replicas_or_pulls() {
    let placement = |keys: &str| {
        let file = read(&LEAST.replace("name = \"one\"", &format!("name = \"one\"\n{keys}")));
        file.services[0].placement
    };
    assert_eq!(placement("hosts = 5"), Placement::Hosts(5));
    assert_eq!(
        placement("replicas = 7\nspread = \"random\""),
        Placement::Replicas { count: 7, spread: Spread::Random }
    );
    assert_eq!(
        placement("spread = \"daemonset\""),
        Placement::Replicas { count: 20, spread: Spread::Daemonset }
    );
    let pulls = Placement::Pulls { rate: PerMonth::times(200), cached: Share::percent(80) };
    assert_eq!(placement("pulls = \"200/month\"\ncached-share = \"80%\""), pulls);
    assert_eq!(
        codes(&LEAST.replace("name = \"one\"", "name = \"one\"\nhosts = 21")),
        ["too-many-hosts"]
    );
}

#[test]
fn lists_are_named_with_their_place() {
    let text = format!("services = [\"a.csv\", \"b.csv\"]\n{LEAST}");
    let file = read(&text);
    assert_eq!(file.csv.len(), 2);
    assert_eq!(file.csv[1].path, "b.csv");
    assert_eq!(&text[file.csv[1].span.clone()], "\"b.csv\"");
}

#[test]
fn all_problems_come_at_once_in_the_order_of_the_file() {
    let text = EXAMPLE
        .replace("keep-last = 30", "keep-last = 0")
        .replace("nodes = 50", "nodes = \"many\"")
        .replace("\"1.2GB\"", "\"1.2gb\"")
        .replace("after = { size", "aftr = { size")
        .replace("60/month", "60");
    assert_eq!(
        codes(&text),
        ["out-of-range", "wrong-type", "missing-unit", "wrong-unit", "unknown-key"]
    );
}

#[test]
fn a_syntax_error_does_not_hide_other_problems_nor_invent_any() {
    let text =
        EXAMPLE.replace("name = \"shop\"", "name = shop").replace("node-lifetime", "node-lifetme");
    assert_eq!(codes(&text), ["toml-syntax", "unknown-key"]);
    assert_eq!(
        codes(&EXAMPLE.replace("provider = \"aws-ecr\"", "provider = aws-ecr")),
        ["toml-syntax"]
    );
}

#[test]
fn odd_files_are_refused_and_never_panic() {
    assert_eq!(codes(""), ["no-services"]);
    assert_eq!(codes("# nothing"), ["no-services"]);
    assert_eq!(codes("[service]\nname = \"x\""), ["wrong-type"]);
    assert_eq!(codes("service = 1"), ["wrong-type"]);
    assert_eq!(codes("registry = 1\nservices = \"x.csv\""), ["wrong-type"]);
    assert_eq!(codes("[fleet]\nservices = \"x.csv\""), ["no-services", "unknown-key"]);
    // Every beginning of the example, and every one with a byte less in the middle.
    for cut in (0..EXAMPLE.len()).filter(|cut| EXAMPLE.is_char_boundary(*cut)) {
        let _ = read_fleet("f", &EXAMPLE[..cut], day());
        let _ = read_fleet(
            "f",
            &format!("{}{}", &EXAMPLE[..cut], EXAMPLE.get(cut + 1..).unwrap_or_default()),
            day(),
        );
    }
}
