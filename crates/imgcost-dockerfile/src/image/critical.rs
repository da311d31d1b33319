use imgcost::fleet::StepTimes;
use imgcost::image::Trigger;

use super::times::Times;
use crate::cache::{Plan, Step, StepId};
use crate::read::{Base, CopyFrom, Dockerfile, Kind};

/// A kind of build: what changed since the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BuildKind {
    /// A source line.
    Source,
    /// A dependency, and a source line.
    Dependency,
    /// The base image, and a source line.
    Base,
    /// Whatever: the build finds no cache.
    Cold,
}

impl BuildKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Source, Self::Dependency, Self::Base, Self::Cold];

    /// Whether such a build runs a step.
    pub fn runs(self, step: &Step) -> bool {
        let changed = |trigger| step.reruns.contains(trigger);
        match self {
            Self::Source => changed(Trigger::Deploy),
            Self::Dependency => changed(Trigger::Deploy) || changed(Trigger::DependencyUpdate),
            Self::Base => changed(Trigger::Deploy) || changed(Trigger::BaseRefresh),
            Self::Cold => true,
        }
    }
}

/// When a step ends, and what it waited for.
#[derive(Debug, Clone, Copy)]
struct Ended {
    at: u64,
    took: u64,
    after: Option<StepId>,
}

/// The steps that a build of that kind waits for, first to last, with the milliseconds that each
/// takes: stages are built side by side, and the longest chain decides. The times add up to the
/// build's.
pub fn critical_path(
    file: &Dockerfile,
    plan: &Plan,
    times: &Times,
    kind: BuildKind,
) -> Vec<(StepId, u64)> {
    longest_chain(file, plan, times, |step| kind.runs(step))
}

/// Milliseconds that a build takes after that change alone: the longest chain of steps that run again.
pub fn time_after(file: &Dockerfile, plan: &Plan, times: &Times, change: Trigger) -> u64 {
    let chain = longest_chain(file, plan, times, |step| step.reruns.contains(change));
    chain.into_iter().map(|(_, took)| took).fold(0, u64::saturating_add)
}

/// The steps that a build waits for in which those run that `runs` picks.
fn longest_chain(
    file: &Dockerfile,
    plan: &Plan,
    times: &Times,
    runs: impl Fn(&Step) -> bool,
) -> Vec<(StepId, u64)> {
    // The steps of each stage, its FROM first.
    let mut ended: Vec<Vec<Ended>> = Vec::with_capacity(plan.stages.len());
    for (index, (stage, planned)) in file.stages.iter().zip(&plan.stages).enumerate() {
        let mut steps: Vec<Ended> = Vec::with_capacity(planned.steps.len() + 1);
        let parent = match stage.base {
            Base::Stage(parent) => last(&ended, parent),
            _ => None,
        };
        let ids = std::iter::once(None).chain((0..planned.steps.len()).map(Some));
        let mut before = parent;
        for instruction in ids {
            let id = StepId { stage: index, instruction };
            let kind_of = instruction.and_then(|at| stage.instructions.get(at));
            let mut waited = before;
            for other in kind_of.into_iter().flat_map(|found| stages_read(&found.kind)) {
                let other = last(&ended, other);
                // What comes first in the file wins a tie: the stage's own step.
                if other.map(|(_, at)| at) > waited.map(|(_, at)| at) {
                    waited = other;
                }
            }
            let runs = plan.step(id).is_some_and(&runs);
            let took = if runs { times.of(id) } else { 0 };
            let start = waited.map_or(0, |(_, at)| at);
            let end =
                Ended { at: start.saturating_add(took), took, after: waited.map(|(step, _)| step) };
            before = Some((id, end.at));
            steps.push(end);
        }
        ended.push(steps);
    }
    let mut path = Vec::new();
    let mut at = last(&ended, file.target).map(|(step, _)| step);
    while let Some(step) = at {
        let place = step.instruction.map_or(0, |instruction| instruction + 1);
        let Some(found) = ended.get(step.stage).and_then(|steps| steps.get(place)) else { break };
        path.push((step, found.took));
        at = found.after;
    }
    path.reverse();
    path
}

/// How long builds take, by their kind.
pub fn step_times(file: &Dockerfile, plan: &Plan, times: &Times) -> StepTimes {
    let sum = |kind| {
        let path = critical_path(file, plan, times, kind);
        path.into_iter().map(|(_, took)| took).fold(0, u64::saturating_add)
    };
    StepTimes {
        source: sum(BuildKind::Source),
        dependency: sum(BuildKind::Dependency),
        base: sum(BuildKind::Base),
        cold: sum(BuildKind::Cold),
    }
}

/// The last step of a stage that was built, and when it ended.
fn last(ended: &[Vec<Ended>], stage: usize) -> Option<(StepId, u64)> {
    let steps = ended.get(stage)?;
    let place = steps.len().checked_sub(1)?;
    let step = StepId { stage, instruction: place.checked_sub(1) };
    Some((step, steps.get(place)?.at))
}

/// The stages whose files an instruction reads.
pub(super) fn stages_read(kind: &Kind) -> Vec<usize> {
    let stage = |from: &CopyFrom| match from {
        CopyFrom::Stage(stage) => Some(*stage),
        _ => None,
    };
    match kind {
        Kind::Copy(copy) => stage(&copy.from).into_iter().collect(),
        Kind::Run(run) => run.mounts.iter().filter_map(|mount| stage(&mount.from)).collect(),
        _ => Vec::new(),
    }
}
