use std::collections::BTreeSet;

use imgcost::image::{Trigger, TriggerSet};

use super::built::{Built, Origin};
use super::change::Done;
use crate::cache::{Plan, Role, StepId};
use crate::read::{Base, CopyFrom, Dockerfile, Kind};

/// Lists of packages are copied first: these installs stand below the sources, in the image and for
/// the cache, and so does what other stages copy of them.
pub(super) fn packages_first(built: &mut Built, file: &Dockerfile, installs: &[StepId]) {
    let moved: BTreeSet<StepId> =
        installs.iter().copied().filter(|step| built.first_time(Done::First(*step))).collect();
    if moved.is_empty() {
        return;
    }
    replan(&mut built.plan, file, &moved);
    for step in &moved {
        let sets = built.rebuilt_by();
        let stage = |origin: &Origin| match origin {
            Origin::Step(id) => id.instruction.is_some() && id.stage == step.stage,
            _ => false,
        };
        let sources = built
            .pieces
            .iter()
            .zip(&sets)
            .position(|(piece, set)| stage(&piece.origin) && set.contains(Trigger::Deploy));
        let own = Origin::Step(*step);
        let (mut install, mut rest): (Vec<_>, Vec<_>) =
            std::mem::take(&mut built.pieces).into_iter().partition(|piece| piece.origin == own);
        let at = sources.unwrap_or(rest.len()).min(rest.len());
        let above = rest.split_off(at);
        rest.append(&mut install);
        rest.extend(above);
        built.pieces = rest;
        built.retrigger();
    }
}

/// The plan where these installs run before any sources are there. Nothing reruns more often than it did.
fn replan(plan: &mut Plan, file: &Dockerfile, moved: &BTreeSet<StepId>) {
    let mut changed: BTreeSet<usize> = BTreeSet::new();
    for (index, stage) in file.stages.iter().enumerate() {
        let parent = match stage.base {
            Base::Stage(parent) if parent < index => plan.stages.get(parent),
            _ => None,
        };
        let parent = parent.map(|found| found.steps.last().unwrap_or(&found.from).reruns);
        // Stages whose packages no longer change with a source line.
        let settled: BTreeSet<usize> = changed
            .iter()
            .copied()
            .filter(|stage| plan.stages.get(*stage).is_some_and(packages_are_settled))
            .collect();
        let Some(planned) = plan.stages.get_mut(index) else { continue };
        if let Some(reruns) = parent {
            planned.from.reruns = both(planned.from.reruns, reruns);
        }
        let below = planned.from.reruns;
        let mut before = below;
        for (at, step) in planned.steps.iter_mut().enumerate() {
            let id = StepId { stage: index, instruction: Some(at) };
            if moved.contains(&id) {
                changed.insert(index);
                // What a list names changes with it; packages of the system only with the base.
                let told = match step.role {
                    Role::Dependencies => TriggerSet::of(Trigger::DependencyUpdate),
                    _ => TriggerSet::NONE,
                };
                step.inputs = without_deploy(step.inputs).union(told);
                // Sources below it may be those of a stage that this one starts from.
                step.reruns = step.inputs.union(step.arguments).union(without_deploy(below));
                step.output = without_deploy(step.output).union(told);
                continue;
            }
            let copies_settled =
                stage.instructions.get(at).is_some_and(|found| match &found.kind {
                    Kind::Copy(copy) => {
                        matches!(copy.from, CopyFrom::Stage(stage) if settled.contains(&stage))
                    }
                    _ => false,
                });
            if step.role == Role::Dependencies && copies_settled {
                changed.insert(index);
                step.inputs = without_deploy(step.inputs);
            }
            let upon = if step.linked { TriggerSet::NONE } else { before };
            step.reruns = both(step.reruns, step.inputs.union(step.arguments).union(upon));
            if step.role == Role::Dependencies && !step.reruns.contains(Trigger::Deploy) {
                step.output = without_deploy(step.output);
            }
            before = step.reruns;
        }
    }
}

fn packages_are_settled(stage: &crate::cache::StagePlan) -> bool {
    let mut packages = stage.steps.iter().filter(|step| step.role == Role::Dependencies);
    packages.all(|step| !step.output.contains(Trigger::Deploy))
}

fn without_deploy(set: TriggerSet) -> TriggerSet {
    let kept = Trigger::ALL.into_iter().filter(|own| *own != Trigger::Deploy);
    kept.filter(|own| set.contains(*own)).fold(TriggerSet::NONE, with)
}

fn both(one: TriggerSet, other: TriggerSet) -> TriggerSet {
    let kept = Trigger::ALL.into_iter().filter(|own| one.contains(*own) && other.contains(*own));
    kept.fold(TriggerSet::NONE, with)
}

fn with(set: TriggerSet, own: Trigger) -> TriggerSet {
    set.union(TriggerSet::of(own))
}
