use crate::fleet::{
    BuildTime, Cluster, Dedup, Fleet, Placement, Registry, Service, Side, StepTimes,
};
use crate::image::{Layer, TriggerSet};
use crate::units::{Overflow, Ratio, Speed};

use super::account::{Account, AccountKey};
use super::build::{build_time, by_kind, installs};
use super::meter::Meter;
use super::pulls::{fills_per_node, hosts, task_starts};
use super::schedule::{Class, Frequencies, Schedule};
use super::sharing::Overlaps;
use super::wait::Rollout;
use super::{DemandError, Horizon};

/// How a quantity came about, in figures that a reader can put into a pocket calculator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derivation {
    /// What is counted.
    pub meter: Meter,
    /// The formula in words.
    pub formula: &'static str,
    /// The formula in numbers: integers, decimals, `+ - x /`, `max(a, b)` and parentheses, with
    /// the usual precedence. Bytes and byte-months come out in bytes, all else in its own unit.
    pub numbers: String,
}

/// The derivations of everything that one service demands on one side.
///
/// `overlaps` are those of the whole fleet ([`super::Ledger::overlaps`]): layers are shared across services.
///
/// # Errors
/// [`DemandError`] as for the demand itself.
pub fn derive(
    fleet: &Fleet,
    service: &Service,
    side: Side,
    overlaps: &Overlaps,
) -> Result<Vec<Derivation>, DemandError> {
    let build = service.build.as_ref().map(|build| build.price.clone());
    let key = AccountKey { registry: service.registry, cluster: service.cluster, build };
    let account = Account::open(fleet, &key)?;
    let registry = &fleet.registries[service.registry];
    let cluster = &fleet.clusters[service.cluster];
    let too_large = |_: Overflow| DemandError::TooLarge { what: service.name.clone() };
    let schedule = Schedule::new(service, registry, cluster, Horizon::Mean, fleet.horizon)
        .map_err(too_large)?;
    let (account, schedule) = (&account, &schedule);
    let story = Story { service, side, registry, cluster, overlaps, account, schedule };
    story.tell().map_err(too_large)
}

/// One service on one side, with all that its numbers come from.
struct Story<'a> {
    service: &'a Service,
    side: Side,
    registry: &'a Registry,
    cluster: &'a Cluster,
    overlaps: &'a Overlaps,
    account: &'a Account,
    schedule: &'a Schedule,
}

impl Story<'_> {
    fn tell(&self) -> Result<Vec<Derivation>, Overflow> {
        let mut told = self.storage();
        let hosts = hosts(self.service.placement, self.cluster.nodes)?;
        let on_nodes = hosts.filter(|_| self.cluster.cacheless.is_none());
        match (on_nodes, self.service.placement) {
            (Some(hosts), _) => told.extend(self.on_nodes(hosts)?),
            (None, Placement::Pulls { rate, cached }) => {
                let pulls = format!("{} x (1 - {})", rate.get(), cached.get());
                told.extend(self.full_pulls(&pulls));
            }
            (None, Placement::Hosts(count) | Placement::Replicas { count, .. }) => {
                let starts = task_starts(count, self.service.deploys.get(), self.cluster)?;
                told.extend(self.full_pulls(&starts.to_string()));
            }
        }
        told.extend(self.builds());
        if let Some(slot) = self.account.scans {
            let images = format!("{} x {}", self.schedule.pushes, self.registry.architectures);
            told.push(self.line(slot, "pushes x architectures", images));
        }
        Ok(told)
    }

    fn line(&self, slot: usize, formula: &'static str, numbers: String) -> Derivation {
        Derivation { meter: self.account.meters[slot].clone(), formula, numbers }
    }

    fn layers(&self) -> impl Iterator<Item = (&Layer, TriggerSet, &Frequencies)> {
        let cascade = self.service.image(self.side).cascade();
        cascade.map(|(layer, set)| (layer, set, self.schedule.of(Class::new(layer.trigger, set))))
    }

    /// The part of a shared layer that this service bears on nodes, as ` x 5/9`, or nothing.
    fn shared_on_nodes(&self, layer: &Layer) -> String {
        let bears = |digest| self.overlaps.on_nodes(self.service.cluster, digest);
        times_unless_one(layer.digest.as_ref().map_or(Ratio::ONE, bears))
    }

    fn storage(&self) -> Vec<Derivation> {
        let tags = self.schedule.retained_tags;
        let stored = self.layers().map(|(layer, _, often)| {
            let size = layer.compressed.0;
            let versions = match self.registry.dedup {
                Dedup::None => tags.to_string(),
                _ => held(tags, often.pushed, self.schedule.pushes),
            };
            let once = |digest| self.overlaps.in_registry(self.service.registry, digest);
            let shared = layer.digest.as_ref().filter(|_| self.registry.dedup == Dedup::Registry);
            format!("{size} x {versions}{}", times_unless_one(shared.map_or(Ratio::ONE, once)))
        });
        let mut parts: Vec<String> = stored.collect();
        let attestations = self.registry.attestations.0 + self.service.image(self.side).attached.0;
        if attestations > 0 {
            parts.push(format!("{attestations} x {tags}"));
        }
        let platforms = self.registry.architectures;
        let stored = format!("{platforms} x ({})", parts.join(" + "));
        let formula = "architectures x sum over layers of compressed x (1 + (tags kept - 1) x versions / pushes)";
        let stored =
            self.account.storage.iter().map(|&slot| self.line(slot, formula, stored.clone()));

        let pushed = self
            .layers()
            .map(|(layer, _, often)| format!("{} x {}", layer.compressed.0, often.pushed));
        let mut parts: Vec<String> = pushed.collect();
        if attestations > 0 {
            parts.push(format!("{attestations} x {}", self.schedule.pushes));
        }
        let copied = format!("{platforms} x ({})", parts.join(" + "));
        let formula = "architectures x sum over layers of compressed x versions pushed";
        let copied =
            self.account.replication.iter().map(|&slot| self.line(slot, formula, copied.clone()));
        stored.chain(copied).collect()
    }

    fn on_nodes(&self, hosts: Ratio) -> Result<Vec<Derivation>, Overflow> {
        let fills = fills_per_node(self.cluster)?;
        let warm: Vec<String> = self
            .layers()
            .map(|(layer, set, often)| {
                let base = Class::new(layer.trigger, set).is_base_only();
                let shared = if base { self.shared_on_nodes(layer) } else { String::new() };
                format!("{} x {}{shared}", layer.compressed.0, often.versions)
            })
            .collect();
        let warm = format!("{hosts} x ({})", warm.join(" + "));
        let cold: Vec<String> = self
            .layers()
            .map(|(layer, _, _)| format!("{}{}", layer.compressed.0, self.shared_on_nodes(layer)))
            .collect();
        let cold = format!("{hosts} x {fills} x ({})", cold.join(" + "));
        let mut told = self.pulls(
            ("hosts x sum over layers of compressed x versions a month", &warm),
            ("hosts x fills a node x compressed size", &cold),
        );
        if let Some(slot) = self.account.disk {
            let kept: Vec<String> = self
                .layers()
                .map(|(layer, _, often)| {
                    let both = format!("({} + {})", layer.unpacked.0, layer.compressed.0);
                    let size = if self.cluster.keeps_compressed {
                        both
                    } else {
                        layer.unpacked.0.to_string()
                    };
                    let on_node = Ratio::whole(i64::from(self.cluster.versions_on_node));
                    let versions = held(on_node, often.versions, self.service.deploys.get());
                    format!("{size} x {versions}{}", self.shared_on_nodes(layer))
                })
                .collect();
            let formula = "hosts x sum over layers of bytes on disk x (1 + (versions on node - 1) x versions / deploys)";
            told.push(self.line(slot, formula, format!("{hosts} x ({})", kept.join(" + "))));
        }
        if let Some([rollouts, fresh]) = self.account.waiting {
            let miss = self.service.cache_miss;
            let mut times = Vec::new();
            for (count, kinds) in self.schedule.rollouts.iter().zip(Rollout::KINDS) {
                for (kind, share) in kinds.into_iter().zip([miss.rest(), miss]) {
                    if !share.is_none() {
                        let seconds = self.pull_time(|class| kind.changes(class));
                        times.push(format!(
                            "{count}{} x ({seconds})",
                            times_unless_one(share.get())
                        ));
                    }
                }
            }
            let formula = "hosts x (base refreshes x their pull time + dependency updates x theirs + other deploys x theirs) / 3600";
            told.push(self.line(
                rollouts,
                formula,
                format!("{hosts} x ({}) / 3600", times.join(" + ")),
            ));
            let whole = self.pull_time(|_| true);
            let formula = "hosts x fills a node x pull time of the whole image / 3600";
            told.push(self.line(fresh, formula, format!("{hosts} x {fills} x ({whole}) / 3600")));
        }
        Ok(told)
    }

    fn full_pulls(&self, pulls: &str) -> Vec<Derivation> {
        let size = self.service.image(self.side).compressed().0;
        let cold = format!("{pulls} x {size}");
        let mut told = self.pulls(("", "0"), ("full pulls a month x compressed size", &cold));
        for (slot, units) in self.account.task.into_iter().flatten() {
            let whole = self.pull_time(|_| true);
            let formula = "task starts x vCPUs or GB x pull time of the whole image / 3600";
            told.push(self.line(slot, formula, format!("{pulls} x {units} x ({whole}) / 3600")));
        }
        told
    }

    /// Warm and cold bytes past every price on their way, and those that peers move.
    fn pulls(&self, warm: (&'static str, &str), cold: (&'static str, &str)) -> Vec<Derivation> {
        let past = |slots: &[(usize, Ratio)], (formula, numbers): (&'static str, &str)| -> Vec<_> {
            let counted = slots.iter().map(|&(slot, factor)| {
                self.line(slot, formula, format!("{numbers}{}", times_unless_one(factor)))
            });
            counted.collect()
        };
        let mut told = past(&self.account.warm, warm);
        told.extend(past(&self.account.cold, cold));
        if let Some((slot, factor)) = self.account.peers {
            let numbers = format!("({} + {}) x {factor}", warm.1, cold.1);
            told.push(self.line(
                slot,
                "bytes pulled x share that peers send across zones",
                numbers,
            ));
        }
        told
    }

    /// `T0 + max(compressed / bandwidth, unpacked / unpack rate)` of the layers that pass.
    fn pull_time(&self, pulled: impl Fn(Class) -> bool) -> String {
        let (mut compressed, mut unpacked) = (0, 0);
        for (layer, _, _) in
            self.layers().filter(|(layer, set, _)| pulled(Class::new(layer.trigger, *set)))
        {
            compressed += layer.compressed.0;
            unpacked += layer.unpacked.0;
        }
        let pace = |bytes: u64, speed: Speed| format!("{bytes}/{}", speed.get());
        let mut paces =
            vec![pace(compressed, self.cluster.bandwidth), pace(unpacked, self.cluster.unpack)];
        paces.extend(self.cluster.disk_write.map(|speed| pace(unpacked, speed)));
        format!("{}/1000 + max({})", self.cluster.pull_start_ms, paces.join(", "))
    }

    fn builds(&self) -> Vec<Derivation> {
        let Some([exact, whole]) = self.account.build else { return Vec::new() };
        let (rebuilt, missed) = installs(self.service.image(self.side), self.schedule);
        let install = self.service.install_time.as_seconds();
        let builds = self.schedule.builds;
        let (formula, minutes, rounded) = match build_time(self.service, self.side) {
            BuildTime::Installs => {
                let minutes = format!("{rebuilt} x {install} / 60");
                ("builds that install dependencies x install time / 60", minutes.clone(), minutes)
            }
            BuildTime::Job(job) => {
                let job = job.as_seconds();
                (
                    "(builds x job time + builds without cache x install time) / 60, by the rounding of the price",
                    format!("({builds} x {job} + {missed} x {install}) / 60"),
                    format!(
                        "({builds} - {missed}) x {} + {missed} x {}",
                        job.div_ceil(60),
                        (job + install).div_ceil(60)
                    ),
                )
            }
            BuildTime::Steps(times) => {
                let minutes = self.step_minutes(times);
                (
                    "(builds upon a new base x time of their steps + builds with updated dependencies x theirs + other builds x theirs) / 60000 ms a minute",
                    minutes.clone(),
                    minutes,
                )
            }
        };
        let people = format!("({minutes}) / 60");
        let people = self.account.people.map(|slot| self.line(slot, "build minutes / 60", people));
        let told = [self.line(exact, formula, minutes), self.line(whole, formula, rounded)];
        told.into_iter().chain(people).collect()
    }

    /// `(2 x 60000 + 4 x 60000 + 54 x 0) / 60000`; with misses `2 x (7/10 x 60000 + 3/10 x 90000)`.
    fn step_minutes(&self, times: StepTimes) -> String {
        let miss = self.service.cache_miss;
        let kinds = self.schedule.builds_by_kind.iter().zip(by_kind(times));
        let parts: Vec<String> = kinds
            .map(|(builds, warm)| match miss.is_none() {
                true => format!("{builds} x {warm}"),
                false => format!(
                    "{builds} x ({} x {warm} + {} x {})",
                    miss.rest().get(),
                    miss.get(),
                    times.cold
                ),
            })
            .collect();
        format!("({}) / 60000", parts.join(" + "))
    }
}

/// `(1 + (30 - 1) x 2/60)`
fn held(held: Ratio, versions: Ratio, total: Ratio) -> String {
    if total.is_zero() {
        return "1".into();
    }
    format!("(1 + ({held} - 1) x {versions} / ({total}))")
}

fn times_unless_one(factor: Ratio) -> String {
    if factor == Ratio::ONE { String::new() } else { format!(" x {factor}") }
}
