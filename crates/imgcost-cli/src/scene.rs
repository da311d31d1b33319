//! The scene of a what-if: its flags as a fleet file, so that what they mean, their defaults and
//! their assumptions are those of fleet files.

use std::fmt::Write as _;

use imgcost::demand::tolls;
use imgcost::fleet::defaults::{self, Assumption};
use imgcost::fleet::{Cloud, Fleet, RegistryProvider};
use imgcost::price::{PriceId, PriceRow, PriceUnit};
use imgcost::units::parse_decimal;
use imgcost_inventory::quoted;
use imgcost_read::Diagnostic;

use crate::args::Scene;
use crate::exit::{Failure, Problem};

/// The registry of a what-if that names none.
pub(crate) const REGISTRY: &str = "aws-ecr";

/// Problems of the fleet file that the flags became: its lines mean nothing to whoever wrote flags.
pub(crate) fn in_flags(problems: Vec<Diagnostic>) -> Failure {
    let problem = |found: Diagnostic| Problem {
        diagnostic: Diagnostic { file: "the flags".into(), span: None, related: None, ..found },
        text: None,
    };
    Failure::Problems(problems.into_iter().map(problem).collect())
}

/// The flags as a fleet file, with these images: only what was given, plus what makes a what-if different from a
/// fleet (a registry, a NAT gateway on the way).
pub(crate) fn fleet_toml(scene: &Scene, before: &str, after: &str) -> String {
    let provider = scene.registry.as_deref().unwrap_or(REGISTRY);
    let cloud = cloud(scene);
    let stored_in = RegistryProvider::named(provider).and_then(|provider| provider.cloud);
    let region = scene.region.as_deref().unwrap_or(default_region(stored_in.unwrap_or(cloud)));
    let mut toml = String::new();
    let mut key = |name: &str, value: &Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(toml, "{name} = {}", quoted(value));
        }
    };
    key("compression-ratio", &scene.ratio);
    key("base-refreshes", &scene.base_refreshes);
    key("dependency-updates", &scene.dependency_updates);
    key("install-time", &scene.install_time);
    key("cache-miss", &scene.cache_miss);
    key("cross-region-rate", &scene.cross_region_rate);
    let fleet = format!("[fleet]\nname = \"what-if\"\n{toml}");

    let mut registry =
        format!("[registry.main]\nprovider = {}\nregion = {}\n", quoted(provider), quoted(region));
    if let Some(plan) = &scene.plan {
        let _ = writeln!(registry, "plan = {}", quoted(plan));
    }
    let keep = scene.keep.map(|keep| format!("keep-last = {keep}"));
    let age = scene.max_age.as_ref().map(|age| format!("max-age = {}", quoted(age)));
    let retention: Vec<String> = keep.into_iter().chain(age).collect();
    if !retention.is_empty() {
        let _ = writeln!(registry, "retention = {{ {} }}", retention.join(", "));
    }

    // Nodes are where the registry is, unless that is in another cloud.
    let same_cloud =
        stored_in.is_none_or(|network| Cloud::named(cloud).is_some_and(|c| c.network == network));
    let near = if same_cloud { region } else { default_region(cloud) };
    let (path, nodes_region) = path(scene, region, near, cloud);
    let mut cluster = format!(
        "[cluster.nodes]\nprovider = {}\nregion = {}\npath = {path}\n",
        quoted(cloud),
        quoted(&nodes_region)
    );
    if let Some(nodes) = scene.nodes {
        let _ = writeln!(cluster, "nodes = {nodes}");
    }
    if let Some(life) = &scene.node_lifetime {
        let _ = writeln!(cluster, "node-lifetime = {}", quoted(life));
    }

    let mut service = String::from("[[service]]\nname = \"service\"\n");
    if let Some(replicas) = scene.replicas {
        let _ = writeln!(service, "replicas = {replicas}");
    }
    let rates = [
        ("spread", &scene.spread),
        ("pulls", &scene.pulls),
        ("cached-share", &scene.cached_share),
        ("deploys", &scene.deploys),
        ("builds", &scene.builds),
        ("pushes", &scene.pushes),
    ];
    for (name, value) in rates {
        if let Some(value) = value {
            let _ = writeln!(service, "{name} = {}", quoted(value));
        }
    }
    let _ = writeln!(service, "before = {before}\nafter = {after}");
    match scene.runner.as_deref() {
        None => {}
        Some("none") => service.push_str("build = \"none\"\n"),
        Some(runner) => {
            let _ = writeln!(service, "build = {{ runner = {} }}", quoted(runner));
        }
    }
    [fleet, registry, cluster, service].join("\n")
}

/// The cloud of the nodes: as given, or the registry's, or AWS.
fn cloud(scene: &Scene) -> &str {
    let registry = scene.registry.as_deref().unwrap_or(REGISTRY);
    let network = RegistryProvider::named(registry).and_then(|provider| provider.cloud);
    scene.cloud.as_deref().or(network).unwrap_or("aws")
}

/// A large region of a cloud, where none is named.
fn default_region(cloud: &str) -> &'static str {
    match cloud {
        "gcp" | "gke" => "us-central1",
        "azure" | "aks" => "eastus",
        _ => "us-east-1",
    }
}

/// The path as a fleet file has it, and the region of the nodes: with `cross-region=REGION` the
/// nodes are there, and pull from the registry's region.
fn path(scene: &Scene, region: &str, near: &str, cloud: &str) -> (String, String) {
    if scene.path.is_empty() {
        let way = if matches!(cloud, "other" | "on-prem") { "internet" } else { "nat" };
        return (format!("{{ {way} = \"100%\" }}"), near.to_owned());
    }
    let mut nodes = near.to_owned();
    let mut legs = Vec::new();
    for leg in &scene.path {
        let remote =
            leg.strip_prefix("cross-region=").or_else(|| leg.strip_prefix("cross-region:"));
        let (way, share) = match remote {
            Some(rest) => {
                let (there, share) = rest.split_once(':').unwrap_or((rest, "100%"));
                there.clone_into(&mut nodes);
                (format!("cross-region:{region}"), share)
            }
            None => {
                let (way, share) = leg.split_once(':').unwrap_or((leg, "100%"));
                (way.to_owned(), share)
            }
        };
        legs.push(format!("{} = {}", quoted(&way), quoted(share)));
    }
    (format!("{{ {} }}", legs.join(", ")), nodes)
}

/// `--storage-price` and `--egress-price` take the place of the registry's and the path's prices.
pub(crate) fn given_prices(
    scene: &Scene,
    fleet: &Fleet,
    as_of: chrono::NaiveDate,
) -> Result<Vec<PriceRow>, Failure> {
    let mut rows = Vec::new();
    let mut give = |id: PriceId, unit, rate: &str, flag| -> Result<(), Failure> {
        let rate =
            parse_decimal(rate).map_err(|error| Failure::with_help(error.problem, error.help))?;
        rows.push(PriceRow::given(id, unit, rate, fleet.currency, flag, as_of));
        Ok(())
    };
    if let Some(rate) = &scene.storage_price {
        let id = PriceId::new(fleet.registries[0].provider.storage);
        give(id, PriceUnit::GbMonth, rate, "--storage-price")?;
    }
    if let Some(rate) = &scene.egress_price {
        let mut ids: Vec<PriceId> =
            tolls(fleet, 0, 0)?.into_iter().map(|toll| toll.tariff.id).collect();
        ids.sort();
        ids.dedup();
        for id in ids {
            give(id, PriceUnit::Gb, rate, "--egress-price")?;
        }
    }
    Ok(rows)
}

/// The scene in one line: nodes, deploys, registry and path.
pub(crate) fn setting(scene: &Scene, fleet: &Fleet) -> String {
    let (registry, cluster) = (&fleet.registries[0], &fleet.clusters[0]);
    let deploys = scene.deploys.as_deref().unwrap_or(defaults::DEPLOYS.value);
    let (count, period) = deploys.split_once('/').unwrap_or((deploys, "month"));
    let nodes = match cluster.node_lifetime {
        Some(life) => format!("{} nodes that live {life}", cluster.nodes),
        None => format!("{} static nodes", cluster.nodes),
    };
    let path: Vec<String> = cluster.path.iter().map(|leg| leg.kind.name()).collect();
    let nodes = match cluster.region == registry.region {
        true => nodes,
        false => format!("{nodes}, in {}", cluster.region),
    };
    format!(
        "{nodes}, {count} deploys a {period}; {} {}, path {}",
        registry.provider.title,
        registry.region,
        path.join(" and ")
    )
}

/// The assumptions of the fleet file, and those that only a what-if makes.
pub(crate) fn assumptions(
    scene: &Scene,
    fleet: &Fleet,
    mut assumptions: Vec<Assumption>,
) -> Vec<Assumption> {
    let mut assume = |name: &str, value: String, source: &str| {
        let (name, basis, source) = (name.into(), "assumed".into(), source.into());
        assumptions.push(Assumption { name, value, basis, source });
    };
    if scene.path.is_empty() {
        let source =
            "assumption: nodes in private subnets; the report says what other paths would cost";
        assume("path", fleet.clusters[0].path[0].kind.name(), source);
    }
    if scene.registry.is_none() {
        assume(
            "registry",
            REGISTRY.into(),
            "assumption: the registry that most price questions are about",
        );
    }
    if scene.region.is_none() {
        assume(
            "region",
            fleet.registries[0].region.to_string(),
            "assumption: the cloud's oldest large region",
        );
    }
    assumptions
}
