//! Whatever an inventory holds, its fleet file reads, or fails only for want of services.

use chrono::{NaiveDate, TimeDelta};
use imgcost_inventory::{
    ClusterFound, Fact, ImageFound, Inventory, LayerFound, Rate, RegistryFound, ServiceFound,
    fleet_toml,
};
use imgcost_read::read_fleet;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// Names that come up twice, are empty, break out of quotes, comments and lines, or never end.
fn text() -> impl Strategy<Value = String> {
    let nasty = [
        "",
        " ",
        "a",
        "a ",
        "b",
        "A",
        "\"",
        "\\",
        "'''",
        "\"\"\"",
        "a\nb",
        "a\r\nname = 3",
        "#",
        "\u{0}",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "\u{202e}",
        "é",
        "]",
        "[x]",
        "a.b",
        "\\u0041",
        "\u{feff}",
        "main",
        "=",
    ];
    prop_oneof![
        4 => proptest::sample::select(nasty.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => (300_usize..700).prop_map(|length| "é".repeat(length)),
    ]
}

fn fact<T: std::fmt::Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Fact<T>> {
    (value, text()).prop_map(|(value, from)| Fact::new(value, from))
}

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), 1_u64..40, any::<u64>()]
}

fn rate() -> impl Strategy<Value = Fact<Rate>> {
    let over = prop_oneof![Just(0_i64), -100_i64..100_000_000];
    fact(
        (number(), over).prop_map(|(events, over)| Rate { events, over: TimeDelta::seconds(over) }),
    )
}

fn provider() -> impl Strategy<Value = String> {
    let known = [
        "aws-ecr",
        "ecr",
        "gcp-artifact-registry",
        "azure-acr",
        "harbor",
        "eks",
        "aks",
        "gke",
        "on-prem",
    ];
    prop_oneof![proptest::sample::select(known.to_vec()).prop_map(str::to_owned), text()]
}

fn registry() -> impl Strategy<Value = RegistryFound> {
    let parts = (
        text(),
        fact(provider()),
        option::of(fact(text())),
        option::of(fact(number())),
        vec(text(), 0..2),
    );
    parts.prop_map(|(name, provider, region, keep_last, notes)| RegistryFound {
        name,
        provider,
        region,
        keep_last,
        notes,
    })
}

fn cluster() -> impl Strategy<Value = ClusterFound> {
    let parts = (
        text(),
        option::of(fact(provider())),
        option::of(fact(text())),
        fact(number()),
        option::of(fact(number())),
        option::of(fact(any::<bool>())),
        vec(text(), 0..2),
    );
    parts.prop_map(
        |(name, provider, region, nodes, node_lifetime_hours, keeps_compressed, notes)| {
            ClusterFound {
                name,
                provider,
                region,
                nodes,
                node_lifetime_hours,
                keeps_compressed,
                notes,
            }
        },
    )
}

fn image() -> impl Strategy<Value = ImageFound> {
    let layer = (
        option::of(prop_oneof![text(), Just(format!("sha256:{}", "ab".repeat(32)))]),
        option::of(number()),
        option::of(number()),
        proptest::sample::select(vec!["base-refresh", "dependency-update", "deploy", "else"]),
        option::of(text()),
    );
    let layer = layer.prop_map(|(digest, compressed, unpacked, trigger, from)| LayerFound {
        digest,
        compressed,
        unpacked,
        trigger,
        from,
    });
    prop_oneof![
        fact(number()).prop_map(ImageFound::Compressed),
        fact(number()).prop_map(ImageFound::Unpacked),
        (fact(number()), fact(number()))
            .prop_map(|(compressed, unpacked)| ImageFound::Both { compressed, unpacked }),
        (vec(layer, 0..4), text()).prop_map(|(layers, from)| ImageFound::Layers { layers, from }),
        text().prop_map(ImageFound::Unknown),
    ]
}

fn service() -> impl Strategy<Value = ServiceFound> {
    let names = (text(), vec((text(), text()), 0..3), option::of(text()), option::of(text()));
    let rates = vec(option::of(rate()), 5);
    let places = (option::of(fact(number())), option::of(fact(number())));
    let said = (option::of(text()), option::of(text()));
    (names, places, rates, image(), vec(text(), 0..2), said).prop_map(
        |(
            (name, labels, registry, cluster),
            (hosts, replicas),
            mut rates,
            image,
            notes,
            (not_built, reference),
        )| {
            let mut rate = || rates.pop().flatten();
            ServiceFound {
                name,
                labels,
                registry,
                cluster,
                hosts,
                replicas,
                pulls: rate(),
                deploys: rate(),
                pushes: rate(),
                base_refreshes: rate(),
                dependency_updates: rate(),
                not_built,
                reference,
                image,
                notes,
            }
        },
    )
}

fn inventory() -> impl Strategy<Value = Inventory> {
    let parts = (
        text(),
        vec(text(), 0..2),
        vec(text(), 0..2),
        vec(registry(), 0..3),
        vec(cluster(), 0..3),
        vec(service(), 0..4),
    );
    parts.prop_map(|(name, sources, notes, registries, clusters, services)| Inventory {
        name,
        sources,
        notes,
        registries,
        clusters,
        services,
    })
}

fn check(inventory: &Inventory) -> Result<(), TestCaseError> {
    let written = fleet_toml(inventory);
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let counted = written.lines().filter(|line| *line == "[[service]]").count();
    match read_fleet("fleet.toml", &written, today) {
        Ok(read) => {
            prop_assert_eq!(read.services.len(), counted);
            prop_assert_eq!(read.fleet.registries.len(), inventory.registries.len().max(1));
            prop_assert_eq!(read.fleet.clusters.len(), inventory.clusters.len().max(1));
        }
        Err(problems) => {
            prop_assert!(
                counted == 0 && problems.iter().all(|problem| problem.code == "no-services"),
                "{}\n{:#?}",
                written,
                problems
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_an_inventory_holds_its_fleet_file_reads(inventory in inventory()) {
        check(&inventory)?;
    }
}

#[test]
fn what_a_fleet_file_takes_is_written_as_it_is() {
    let from = "a listing";
    let registry = RegistryFound {
        name: "main".into(),
        provider: Fact::new("aws-ecr".into(), from),
        region: Some(Fact::new("us-west-2".into(), from)),
        keep_last: Some(Fact::new(7, from)),
        notes: Vec::new(),
    };
    // In the registry's cloud, in another region.
    let cluster = ClusterFound {
        name: "prod".into(),
        provider: Some(Fact::new("eks".into(), from)),
        region: Some(Fact::new("eu-central-1".into(), from)),
        nodes: Fact::new(12, from),
        node_lifetime_hours: Some(Fact::new(36, from)),
        keeps_compressed: Some(Fact::new(true, from)),
        notes: Vec::new(),
    };
    let service = ServiceFound {
        name: "api".into(),
        hosts: Some(Fact::new(5, from)),
        image: ImageFound::Compressed(Fact::new(1_000_000, from)),
        ..ServiceFound::default()
    };
    let inventory = Inventory {
        registries: vec![registry],
        clusters: vec![cluster],
        services: vec![service],
        ..Inventory::default()
    };
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let read = read_fleet("fleet.toml", &fleet_toml(&inventory), today).unwrap();
    let (registry, cluster) = (&read.fleet.registries[0], &read.fleet.clusters[0]);
    assert_eq!((registry.region.as_str(), registry.retention.last), ("us-west-2", Some(7)));
    assert_eq!((cluster.region.as_str(), cluster.cloud.name), ("eu-central-1", "eks"));
    assert_eq!((cluster.nodes, cluster.keeps_compressed), (12, true));
    assert_eq!(cluster.node_lifetime.unwrap().as_seconds(), 36 * 3600);
    assert_eq!(read.services[0].placement, imgcost::fleet::Placement::Hosts(5));
}

#[test]
fn services_of_one_name_are_told_apart_and_long_names_are_cut_between_characters() {
    let named = |name: &str| ServiceFound {
        name: name.to_owned(),
        image: ImageFound::Compressed(Fact::new(1_000_000, "a listing")),
        ..ServiceFound::default()
    };
    let long = "é".repeat(400);
    let services = ["api", "api", "a\nb", &long].map(named).to_vec();
    let written = fleet_toml(&Inventory { services, ..Inventory::default() });
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let read = read_fleet("fleet.toml", &written, today).unwrap();
    let names: Vec<_> = read.services.iter().map(|service| service.name.as_str()).collect();
    // 480 bytes of two-byte characters are 240 of them.
    assert_eq!(names, ["api", "api (2)", "a b", &"é".repeat(240)]);
}
