use std::collections::BTreeMap;

use imgcost::demand::{Class, Component, Kind};
use imgcost::estimate::{Estimate, ScenarioError, Warning, allocate};
use imgcost::fleet::StepTimes;
use imgcost::image::Image;
use imgcost::units::{Compressed, Money, Overflow, Ratio, Unpacked};

use super::setting::{Midst, Setting};
use crate::cache::StepId;
use crate::image::{BuildKind, Built, Origin, critical_path, step_times};
use crate::read::Dockerfile;

/// What a Dockerfile costs a month, row by row.
///
/// The image is built up from nothing: a row costs what the image up to it costs, less what the image
/// below it costs. Such differences cancel, so that rows add up to the whole exactly, whatever tiers
/// and allowances there are. Build minutes are divided among the steps that builds wait for, in
/// proportion to the seconds that each takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// What the image costs whatever is in it: attestations, pulls that start, scans; and, where the
    /// fleet has no other service, the fees of registry and cluster.
    pub fixed: Vec<Part>,
    /// One row for each instruction of the file, in its order, `FROM`s included; then the layers that
    /// no instruction goes with, and the configuration.
    pub rows: Vec<Row>,
    /// The sum of everything.
    pub total: Vec<Part>,
    /// How long builds take, by what changed.
    pub times: StepTimes,
    /// Seconds that the steps of an average build take; `None` without builds.
    pub build_seconds: Option<Ratio>,
    /// Whether every line has a price and every piece a size; what has none is not in the sums.
    pub complete: bool,
    /// What should be known of the prices: which are missing, which are stale.
    pub warnings: Vec<Warning>,
}

/// What one instruction costs a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Which one.
    pub origin: Origin,
    /// Bytes on the wire that it adds to the image; `None` if nobody knows, 0 if it adds none.
    pub compressed: Option<Compressed>,
    /// Bytes on disk.
    pub unpacked: Option<Unpacked>,
    /// Versions of it that roll out a month; `None` if the image has nothing of it.
    pub versions: Option<Ratio>,
    /// Seconds of an average build that builds wait for it; `None` without builds.
    pub build_seconds: Option<Ratio>,
    /// What it costs, by component; empty if that is nothing.
    pub parts: Vec<Part>,
}

/// An amount a month, by what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The component.
    pub component: Component,
    /// The path, for bytes on their way.
    pub path: Option<String>,
    /// Whether anybody is billed.
    pub kind: Kind,
    /// How much.
    pub amount: Money,
}

impl Row {
    /// What is billed.
    pub fn billed(&self) -> Money {
        billed(&self.parts)
    }

    /// Whether it costs nothing at all, as far as is known.
    pub fn is_free(&self) -> bool {
        self.parts.iter().all(|part| part.amount.is_zero())
    }
}

impl Cost {
    /// What is billed.
    pub fn billed(&self) -> Money {
        billed(&self.total)
    }
}

/// What is billed of these.
fn billed(parts: &[Part]) -> Money {
    parts.iter().filter(|part| part.kind == Kind::Billed).map(|part| part.amount).sum()
}

type Name = (Component, Kind, Option<String>);
type Amounts = BTreeMap<Name, Money>;

/// What each instruction costs; `None` if the setting has no such service.
///
/// # Errors
/// [`ScenarioError`] when a path does not exist or numbers are too large.
pub fn cost(
    setting: Setting<'_>,
    file: &Dockerfile,
    built: &Built,
) -> Result<Option<Cost>, ScenarioError> {
    setting.midst()?.map(|midst| cost_in(&midst, file, built)).transpose()
}

pub(super) fn cost_in(
    midst: &Midst<'_>,
    file: &Dockerfile,
    built: &Built,
) -> Result<Cost, ScenarioError> {
    let none = StepTimes::default();
    let baseline = midst.rest().map(amounts).unwrap_or_default();
    let empty = amounts(&midst.with(up_to(built, 0), none)?);
    let fixed = less(&empty, &baseline);
    let mut below = empty;
    let mut costs: BTreeMap<Origin, Amounts> = BTreeMap::new();
    for slice in slices(built) {
        let upto = amounts(&midst.with(up_to(built, slice.end), none)?);
        divide(&less(&upto, &below), &slice.weights, &mut costs);
        below = upto;
    }
    let times = step_times(file, &built.plan, &built.times);
    let whole = midst.with(up_to(built, built.pieces.len()), times)?;
    let (complete, warnings) = (midst.is_complete(&whole), midst.warnings(&whole));
    let whole = amounts(&whole);
    let seconds = seconds_by_step(midst, file, built)?;
    divide(&less(&whole, &below), &weights(&seconds)?, &mut costs);
    let builds = midst.schedule().builds;
    let mut held = held(midst, built);
    let mut rows = Vec::new();
    for origin in origins(built) {
        let own = match &origin {
            Origin::Step(step) => seconds.get(step).copied().unwrap_or(Ratio::ZERO),
            _ => Ratio::ZERO,
        };
        let build_seconds = if builds.is_zero() { None } else { Some(own.div(builds)?) };
        let parts = costs.remove(&origin).map(parts).unwrap_or_default();
        let row = held.remove(&origin).unwrap_or_else(|| nothing(&origin));
        rows.push(Row { build_seconds, parts, ..row });
    }
    let uncounted = built.image().is_none() || built.partial;
    Ok(Cost {
        fixed: parts(fixed),
        rows,
        total: parts(less(&whole, &baseline)),
        times,
        build_seconds: midst.mean_build(times)?,
        complete: complete && !uncounted,
        warnings,
    })
}

/// The rows: every instruction of the file, then what no instruction made.
fn origins(built: &Built) -> Vec<Origin> {
    let mut origins: Vec<Origin> = built.plan.steps().map(|(step, _)| Origin::Step(step)).collect();
    let others = built.pieces.iter().map(|piece| &piece.origin);
    let mut others: Vec<Origin> =
        others.filter(|origin| !matches!(origin, Origin::Step(_))).cloned().collect();
    others.sort();
    others.dedup();
    // The configuration comes last.
    others.sort_by_key(|origin| *origin == Origin::Config);
    origins.append(&mut others);
    origins
}

/// Layers up to which each has an estimate of its own; engines stack 127 at most. What is above
/// shares one, by bytes.
const MOST: usize = 256;

/// Neighbouring pieces that are priced by one estimate.
struct Slice {
    /// The place after the last of them.
    end: usize,
    /// Whose they are, and by how much.
    weights: Vec<(Origin, i128)>,
}

fn slices(built: &Built) -> Vec<Slice> {
    let mut slices: Vec<Slice> = Vec::new();
    for (at, piece) in built.pieces.iter().enumerate() {
        let weight = piece.compressed.map_or(0, |size| i128::from(size.0));
        let full = slices.len() >= MOST;
        match slices.last_mut() {
            Some(last) if full || last.weights.iter().all(|(own, _)| *own == piece.origin) => {
                last.end = at + 1;
                last.weights.push((piece.origin.clone(), weight));
            }
            _ => slices.push(Slice { end: at + 1, weights: vec![(piece.origin.clone(), weight)] }),
        }
    }
    slices
}

fn up_to(built: &Built, end: usize) -> Image {
    built.image_without(|at| at >= end)
}

/// The amounts of an estimate, by what they are for.
fn amounts(estimate: &Estimate) -> Amounts {
    let mut sums = Amounts::new();
    for line in estimate.lines() {
        let name = (line.meter.component, line.meter.kind, line.meter.path.clone());
        let sum = sums.entry(name).or_default();
        *sum = *sum + line.amount.unwrap_or_default();
    }
    sums
}

fn less(whole: &Amounts, part: &Amounts) -> Amounts {
    let mut rest = whole.clone();
    for (name, amount) in part {
        let sum = rest.entry(name.clone()).or_default();
        *sum = *sum - *amount;
    }
    rest
}

/// Divides amounts in proportion to weights, so that the parts add up exactly; where all weights are
/// zero the last one takes it.
fn divide(amounts: &Amounts, weights: &[(Origin, i128)], costs: &mut BTreeMap<Origin, Amounts>) {
    let nothing = weights.iter().all(|(_, weight)| *weight == 0);
    let last = weights.len().saturating_sub(1);
    let numbers: Vec<i128> = weights
        .iter()
        .enumerate()
        .map(|(at, (_, weight))| if nothing { i128::from(at == last) } else { *weight })
        .collect();
    for (name, amount) in amounts.iter().filter(|(_, amount)| !amount.is_zero()) {
        for ((origin, _), part) in weights.iter().zip(allocate(*amount, &numbers)) {
            let sum = costs.entry(origin.clone()).or_default().entry(name.clone()).or_default();
            *sum = *sum + part;
        }
    }
}

fn parts(amounts: Amounts) -> Vec<Part> {
    let parts = amounts.into_iter().map(|((component, kind, path), amount)| Part {
        component,
        path,
        kind,
        amount,
    });
    parts.filter(|part| !part.amount.is_zero()).collect()
}

/// Seconds a month that builds wait for each step: of each kind of builds, the share that finds no
/// cache waits as that kind of build does. They add up to the seconds of all builds.
fn seconds_by_step(
    midst: &Midst<'_>,
    file: &Dockerfile,
    built: &Built,
) -> Result<BTreeMap<StepId, Ratio>, Overflow> {
    let [base, dependency, source] = midst.schedule().builds_by_kind;
    let miss = midst.service().cache_miss;
    let hits = |builds: Ratio| builds.mul(miss.rest().get());
    let kinds = [
        (BuildKind::Base, hits(base)?),
        (BuildKind::Dependency, hits(dependency)?),
        (BuildKind::Source, hits(source)?),
        (BuildKind::Cold, midst.schedule().builds.mul(miss.get())?),
    ];
    let mut seconds: BTreeMap<StepId, Ratio> = BTreeMap::new();
    for (kind, builds) in kinds {
        for (step, millis) in critical_path(file, &built.plan, &built.times, kind) {
            if millis > 0 {
                let took = builds.mul(Ratio::new(i128::from(millis), 1000)?)?;
                let sum = seconds.entry(step).or_insert(Ratio::ZERO);
                *sum = sum.add(took)?;
            }
        }
    }
    Ok(seconds)
}

/// Seconds as integers of which only the proportion counts.
fn weights(seconds: &BTreeMap<StepId, Ratio>) -> Result<Vec<(Origin, i128)>, Overflow> {
    let weight =
        |(step, seconds): (&StepId, &Ratio)| Ok((Origin::Step(*step), seconds.on_grid(1, 9)?));
    seconds.iter().map(weight).collect()
}

/// What the image has of each origin: bytes, and versions of what changes most often.
fn held(midst: &Midst<'_>, built: &Built) -> BTreeMap<Origin, Row> {
    let mut held: BTreeMap<Origin, Row> = BTreeMap::new();
    for (piece, set) in built.pieces.iter().zip(built.rebuilt_by()) {
        let row = held.entry(piece.origin.clone()).or_insert_with(|| nothing(&piece.origin));
        let sum = |all: Option<u64>, size: Option<u64>| Some(all?.saturating_add(size?));
        let size = piece.compressed.map(|size| size.0);
        row.compressed = sum(row.compressed.map(|size| size.0), size).map(Compressed);
        let size = piece.unpacked.map(|size| size.0);
        row.unpacked = sum(row.unpacked.map(|size| size.0), size).map(Unpacked);
        let often = midst.schedule().of(Class::new(piece.trigger, set)).versions;
        row.versions = Some(row.versions.map_or(often, |most| most.max(often)));
    }
    held
}

/// An origin of which the image has nothing.
fn nothing(origin: &Origin) -> Row {
    Row {
        origin: origin.clone(),
        compressed: Some(Compressed(0)),
        unpacked: Some(Unpacked(0)),
        versions: None,
        build_seconds: None,
        parts: Vec::new(),
    }
}
