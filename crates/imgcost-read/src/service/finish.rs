//! The one definition of what the keys of a service mean, for fleet files and lists alike.

use imgcost::fleet::{
    Build, BuildTime, Fleet, Placement, Service, Spread, defaults, runner_families, runner_price,
};
use imgcost::image::Image;
use imgcost::price::PriceId;
use imgcost::units::{PerMonth, Share, Span};

use super::field::{AFTER, BEFORE, Field, RawService};
use super::image;
use super::rules::{Found, Memory, Rules};
use crate::assumed::Taken;
use crate::diagnostic::Flaw;
use crate::table::word;
use crate::value::{self, RATE, SHARE, SPAN};

pub(crate) const SPREADS: [(Spread, &str); 3] =
    [(Spread::Even, "even"), (Spread::Random, "random"), (Spread::Daemonset, "daemonset")];

/// The longest name that a service may have, in bytes.
const LONGEST_NAME: usize = 500;

/// The most replicas of a service.
pub(crate) const MOST_REPLICAS: u32 = 1_000_000;

/// A service to read into; nothing of it is kept.
pub(crate) fn blank() -> Service {
    Service {
        name: String::new(),
        labels: Vec::new(),
        registry: 0,
        cluster: 0,
        placement: Placement::Hosts(0),
        deploys: PerMonth::times(0),
        pushes: PerMonth::times(0),
        builds: PerMonth::times(0),
        cache_miss: Share::NONE,
        dependency_updates: PerMonth::times(0),
        base_refreshes: PerMonth::times(0),
        install_time: Span::seconds(0),
        before: Image::of(Vec::new()),
        after: Image::of(Vec::new()),
        build: None,
    }
}

/// Fills everything but the labels of a service from what it says about itself.
///
/// `service` keeps its memory from one call to the next. Where [`Found::flaws`] is not empty
/// afterwards, the service is not to be used.
pub(crate) fn fill(
    raw: &RawService<'_>,
    rules: &Rules<'_>,
    memory: &mut Memory,
    service: &mut Service,
    found: &mut Found,
) {
    name(raw, &mut service.name, found);
    let registry = rules.registry(raw.get(Field::Registry), memory);
    service.registry = found.settle(Field::Registry, registry).unwrap_or(0);
    let cluster = rules.cluster(raw.get(Field::Cluster), memory);
    let cluster = found.settle(Field::Cluster, cluster);
    service.cluster = cluster.unwrap_or(0);
    if found.flaws.is_empty() {
        crossing(rules, memory, service, found);
    }
    let nodes =
        cluster.and_then(|index| rules.fleet.clusters.get(index)).map(|cluster| cluster.nodes);
    if let Some(placement) = placement(raw, nodes, memory, found) {
        service.placement = placement;
    }
    rates(raw, rules, memory, service, found);
    if image::is_given(raw, &BEFORE) {
        image::read(raw, &BEFORE, rules, memory, &mut service.before, found);
    } else {
        let help =
            "write before = { size = \"1.2GB\" } or one of the other ways to describe an image";
        found.push(None, Flaw::new("missing-key", "the service has no image `before`", help));
    }
    if image::is_given(raw, &AFTER) && !image::is_same(raw) {
        image::read(raw, &AFTER, rules, memory, &mut service.after, found);
    } else {
        service.after.clone_from(&service.before);
    }
    build(raw, rules, memory, service, found);
}

fn name(raw: &RawService<'_>, name: &mut String, found: &mut Found) {
    name.clear();
    let Some(text) = raw.get(Field::Name) else {
        found.flaw(
            Field::Name,
            Flaw::new(
                "missing-key",
                "the service has no `name`",
                "write a name that no other service has",
            ),
        );
        return;
    };
    if text.len() > LONGEST_NAME || text.bytes().any(|byte| byte.is_ascii_control()) {
        let help = "write at most 500 bytes without control characters";
        found.flaw(Field::Name, Flaw::new("malformed-value", "this is no name of a service", help));
        return;
    }
    name.push_str(text);
}

/// Notes where bytes cross regions of AWS at a rate that nobody chose.
fn crossing(rules: &Rules<'_>, memory: &mut Memory, service: &Service, found: &mut Found) {
    if rules.defaults.cross_region_rate_chosen {
        return;
    }
    let pair = (service.registry, service.cluster);
    let crosses = match memory.last_crossing {
        Some((last, crosses)) if last == pair => crosses,
        _ => crosses_in(rules, service),
    };
    memory.last_crossing = Some((pair, crosses));
    if crosses {
        found.assumed.take(Taken::CROSS_REGION);
    }
}

fn crosses_in(rules: &Rules<'_>, service: &Service) -> bool {
    let Fleet { registries, clusters, .. } = rules.fleet;
    let (Some(registry), Some(cluster)) =
        (registries.get(service.registry), clusters.get(service.cluster))
    else {
        return false;
    };
    let on_aws = registry.provider.cloud == Some("aws") && cluster.cloud.network == "aws";
    let remote = cluster.region != registry.region && !registry.replicas.contains(&cluster.region);
    let named = || {
        cluster.path.iter().any(|leg| matches!(leg.kind, imgcost::fleet::PathKind::CrossRegion(_)))
    };
    on_aws && (remote || named())
}

fn placement(
    raw: &RawService<'_>,
    nodes: Option<u32>,
    memory: &mut Memory,
    found: &mut Found,
) -> Option<Placement> {
    let given =
        [Field::Hosts, Field::Replicas, Field::Pulls].into_iter().filter(|field| raw.has(*field));
    if let Some(second) = given.clone().nth(1) {
        let names: Vec<_> = given.map(|field| format!("`{}`", field.name())).collect();
        let message = format!("the service gives {}", names.join(" and "));
        let help = "give one of hosts, replicas and pulls";
        found.flaw(second, Flaw::new("placement-given-twice", message, help));
        return None;
    }
    let spread = match raw.get(Field::Spread) {
        Some(text) => Some(found.settle(Field::Spread, word("spread", text, &SPREADS))?),
        None => None,
    };
    needs(raw, Field::CachedShare, Field::Pulls, found)?;
    if spread != Some(Spread::Daemonset) {
        needs(raw, Field::Spread, Field::Replicas, found)?;
    } else if raw.has(Field::Hosts) || raw.has(Field::Pulls) {
        let help = "leave one of them out: a daemonset runs on every node";
        found.flaw(
            Field::Spread,
            Flaw::new("placement-given-twice", "a daemonset needs no other placement", help),
        );
        return None;
    }
    if let Some(text) = raw.get(Field::Hosts) {
        let most = nodes.unwrap_or(u32::MAX);
        let hosts = found.settle(Field::Hosts, value::count(text, "hosts", 0, u32::MAX))?;
        if hosts > most {
            let message =
                format!("the service runs on {hosts} hosts, but its cluster has {most} nodes");
            let help = format!("write at most {most}, or raise the cluster's `nodes`");
            found.flaw(Field::Hosts, Flaw::new("too-many-hosts", message, help));
        }
        return Some(Placement::Hosts(hosts));
    }
    if let Some(text) = raw.get(Field::Replicas) {
        let count =
            found.settle(Field::Replicas, value::count(text, "replicas", 0, MOST_REPLICAS))?;
        return Some(Placement::Replicas { count, spread: spread.unwrap_or(Spread::Even) });
    }
    if let Some(text) = raw.get(Field::Pulls) {
        let rate = rate(text, Field::Pulls, memory, found)?;
        let cached = match raw.get(Field::CachedShare) {
            Some(text) => share(text, Field::CachedShare, memory, found)?,
            None => {
                found.assumed.take(Taken::CACHED_SHARE);
                Share::NONE
            }
        };
        return Some(Placement::Pulls { rate, cached });
    }
    let nodes = nodes?;
    if spread.is_some() {
        return Some(Placement::Replicas { count: nodes, spread: Spread::Daemonset });
    }
    found.assumed.take(Taken::HOSTS);
    Some(Placement::Hosts(nodes))
}

/// Reports a field that means nothing without another.
fn needs(raw: &RawService<'_>, field: Field, other: Field, found: &mut Found) -> Option<()> {
    if raw.has(field) && !raw.has(other) {
        let message = format!("`{}` says nothing without `{}`", field.name(), other.name());
        let help = format!("give `{}` too, or leave `{}` out", other.name(), field.name());
        found.flaw(field, Flaw::new("conflicting-keys", message, help));
        return None;
    }
    Some(())
}

fn rates(
    raw: &RawService<'_>,
    rules: &Rules<'_>,
    memory: &mut Memory,
    service: &mut Service,
    found: &mut Found,
) {
    let deploys = match raw.get(Field::Deploys) {
        Some(text) => rate(text, Field::Deploys, memory, found),
        None => {
            found.assumed.take(Taken::DEPLOYS);
            None
        }
    };
    service.deploys = deploys.unwrap_or(defaults::DEPLOYS_PER_MONTH);
    let mut or =
        |field, default: Option<PerMonth>, taken, last: PerMonth| match (raw.get(field), default) {
            (Some(text), _) => rate(text, field, memory, found).unwrap_or(last),
            (None, Some(given)) => given,
            (None, None) => {
                found.assumed.take(taken);
                last
            }
        };
    let of_fleet = rules.defaults;
    service.pushes = or(Field::Pushes, None, Taken::PUSHES, service.deploys);
    service.builds = or(Field::Builds, None, Taken::BUILDS, service.deploys);
    service.dependency_updates = or(
        Field::DependencyUpdates,
        of_fleet.dependency_updates,
        Taken::DEPENDENCY_UPDATES,
        defaults::DEPENDENCY_UPDATES_PER_MONTH,
    );
    service.base_refreshes = or(
        Field::BaseRefreshes,
        of_fleet.base_refreshes,
        Taken::BASE_REFRESHES,
        defaults::BASE_REFRESHES_PER_MONTH,
    );
    service.cache_miss = match (raw.get(Field::CacheMiss), of_fleet.cache_miss) {
        (Some(text), _) => share(text, Field::CacheMiss, memory, found).unwrap_or(Share::NONE),
        (None, Some(given)) => given,
        (None, None) => {
            found.assumed.take(Taken::CACHE_MISS);
            Share::NONE
        }
    };
    service.install_time = match (raw.get(Field::InstallTime), of_fleet.install_time) {
        (Some(text), _) => {
            span(text, Field::InstallTime, memory, found).unwrap_or(defaults::INSTALL)
        }
        (None, Some(given)) => given,
        (None, None) => {
            found.assumed.take(Taken::INSTALL_TIME);
            defaults::INSTALL
        }
    };
}

fn build(
    raw: &RawService<'_>,
    rules: &Rules<'_>,
    memory: &mut Memory,
    service: &mut Service,
    found: &mut Found,
) {
    let [before, after] = [Field::BuildBefore, Field::BuildAfter].map(|field| {
        let text = raw.get(field)?;
        span(text, field, memory, found)
    });
    let time = |job: Option<Span>| job.map_or(BuildTime::Installs, BuildTime::Job);
    let price = match raw.get(Field::BuildRunner) {
        Some("none") => {
            if let Some(field) =
                [Field::BuildBefore, Field::BuildAfter].into_iter().find(|field| raw.has(*field))
            {
                let message = format!("`{}` says nothing without a runner", field.name());
                found.flaw(
                    field,
                    Flaw::new("conflicting-keys", message, "name a runner, or leave the time out"),
                );
            }
            service.build = None;
            return;
        }
        Some(text) => match found.settle(Field::BuildRunner, memory.runners.get(text, runner)) {
            Some(price) => price,
            None => return,
        },
        None => {
            found.assumed.take(Taken::RUNNER);
            rules.runner.clone()
        }
    };
    service.build = Some(Build { price, before: time(before), after: time(after) });
}

fn runner(name: &str) -> Result<PriceId, Flaw> {
    runner_price(name).ok_or_else(|| {
        let families: Vec<_> = runner_families().map(|prefix| format!("{prefix}...")).collect();
        let help = format!(
            "runners are called {}; a price id is fine too, and so is none",
            families.join(", ")
        );
        Flaw::new("unknown-runner", format!("no runner is called `{name}`"), help)
    })
}

fn rate(text: &str, field: Field, memory: &mut Memory, found: &mut Found) -> Option<PerMonth> {
    found.settle(field, memory.rates.get(text, |text| value::quantity(text, RATE)))
}

fn share(text: &str, field: Field, memory: &mut Memory, found: &mut Found) -> Option<Share> {
    found.settle(field, memory.shares.get(text, |text| value::quantity(text, SHARE)))
}

fn span(text: &str, field: Field, memory: &mut Memory, found: &mut Found) -> Option<Span> {
    found.settle(field, memory.spans.get(text, |text| value::quantity(text, SPAN)))
}
