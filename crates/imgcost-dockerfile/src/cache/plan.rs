use imgcost::image::{Trigger, TriggerSet};

use super::commands::{Done, done};
use super::paths::{Writes, changes_of};
use super::sources;
use super::step::{Plan, Role, StagePlan, Step};
use crate::ecosystem::Environment;
use crate::read::{
    Base, Context, Copy, CopyFrom, Dockerfile, Kind, Mount, MountKind, Run, Source, Stage,
};

/// What each change rebuilds.
///
/// ```
/// use imgcost::image::Trigger;
/// use imgcost_dockerfile::{cache, read};
/// let text = "FROM node:20\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\n";
/// let file = read("Dockerfile", text, &Default::default()).unwrap();
/// let plan = cache::plan(&file, &Default::default());
/// let reruns = |at: usize| plan.stages[0].steps[at].reruns;
/// assert!(!reruns(2).contains(Trigger::Deploy)); // one source line does not reinstall
/// assert!(reruns(2).contains(Trigger::DependencyUpdate));
/// ```
pub fn plan(file: &Dockerfile, context: &Context) -> Plan {
    let needed = needed(file);
    let mut built: Vec<Built> = Vec::with_capacity(file.stages.len());
    for stage in &file.stages {
        let next = Building { file, context, built: &built }.stage(stage);
        built.push(next);
    }
    let stages = built.into_iter().zip(needed);
    let stages = stages.map(|(built, needed)| StagePlan { needed, ..built.plan });
    Plan { stages: stages.collect() }
}

/// A stage as far as it was planned.
#[derive(Debug, Clone)]
pub(super) struct Built {
    pub(super) plan: StagePlan,
    /// What each step may have written, in the order of `plan.steps`.
    pub(super) writes: Vec<Writes>,
    /// The stage that it starts from.
    pub(super) parent: Option<usize>,
    environment: Environment,
    /// Folders that are there already.
    folders: Vec<String>,
    /// Managers that have installed what their lists name.
    installed: Vec<crate::ecosystem::Manager>,
}

/// What a stage is planned with: the stages before it.
struct Building<'b> {
    file: &'b Dockerfile,
    context: &'b Context,
    built: &'b [Built],
}

impl Building<'_> {
    fn stage(&self, stage: &Stage) -> Built {
        let mut built = self.start(stage);
        let mut below = built.plan.from.reruns;
        for instruction in &stage.instructions {
            let (step, writes) = match &instruction.kind {
                Kind::Copy(copy) => self.copy(copy, below),
                Kind::Run(run) => self.run(run, &instruction.workdir, below, &mut built),
                Kind::Workdir(path) => (folder(path, below, &mut built.folders), Writes::Nothing),
                kind => {
                    remember(kind, &mut built.environment);
                    (metadata(below), Writes::Nothing)
                }
            };
            // A linked copy is not rebuilt by what lies below it, but what stands above it is.
            below = below.union(step.reruns);
            built.plan.steps.push(step);
            built.writes.push(writes);
        }
        built
    }

    /// The `FROM`, with what the stage takes over from a stage that it starts from.
    fn start(&self, stage: &Stage) -> Built {
        let parent = match stage.base {
            Base::Stage(parent) => self.built.get(parent).map(|found| (parent, found)),
            _ => None,
        };
        let inputs = match (&stage.base, parent) {
            (Base::Scratch, _) => TriggerSet::NONE,
            (_, Some((_, parent))) => last(&parent.plan),
            _ => TriggerSet::of(Trigger::BaseRefresh),
        };
        let from = Step {
            inputs,
            reruns: inputs,
            output: inputs,
            role: Role::Base,
            makes_layer: false,
            linked: false,
        };
        let parent_built = parent.map(|(_, built)| built);
        Built {
            plan: StagePlan { from, steps: Vec::new(), needed: false },
            writes: Vec::new(),
            parent: parent.map(|(index, _)| index),
            environment: parent_built.map(|found| found.environment.clone()).unwrap_or_default(),
            folders: parent_built.map(|found| found.folders.clone()).unwrap_or_default(),
            installed: parent_built.map(|found| found.installed.clone()).unwrap_or_default(),
        }
    }

    fn copy(&self, copy: &Copy, below: TriggerSet) -> (Step, Writes) {
        let mut inputs = TriggerSet::NONE;
        for source in &copy.sources {
            inputs = inputs.union(match source {
                Source::Path(path) => self.read(&copy.from, path, &copy.exclude),
                // They change only with the Dockerfile, or when somebody else says so.
                Source::HereDocument(_) | Source::Remote(_) => TriggerSet::NONE,
            });
        }
        let step = Step {
            inputs,
            reruns: if copy.link { inputs } else { inputs.union(below) },
            output: inputs,
            role: sources::role(copy, inputs),
            makes_layer: true,
            linked: copy.link,
        };
        let sources = copy.from == CopyFrom::Context && step.role != Role::Dependencies;
        let writes = if sources { Writes::Sources } else { Writes::Under };
        (step, writes(copy.dest.clone()))
    }

    fn run(
        &self,
        run: &Run,
        workdir: &str,
        below: TriggerSet,
        built: &mut Built,
    ) -> (Step, Writes) {
        let bound = run.mounts.iter().filter(|mount| mount.kind == MountKind::Bind);
        let bound = bound.map(|Mount { from, source, .. }| self.read(from, source, &[]));
        let bound = bound.fold(TriggerSet::NONE, TriggerSet::union);
        let Done { role, named, stable, writes } =
            done(run, workdir, &mut built.environment, &mut built.installed);
        let named =
            if named { TriggerSet::of(Trigger::DependencyUpdate) } else { TriggerSet::NONE };
        let inputs = bound.union(named);
        let reruns = inputs.union(below);
        let output = if stable { reruns.without(Trigger::Deploy) } else { reruns };
        (Step { inputs, reruns, output, role, makes_layer: true, linked: false }, writes)
    }

    /// The changes after which files are different, wherever they are read.
    fn read(&self, from: &CopyFrom, path: &str, exclude: &[String]) -> TriggerSet {
        match from {
            CopyFrom::Context => sources::in_context(path, exclude, self.context),
            CopyFrom::Stage(stage) => changes_of(path, *stage, self.built),
            CopyFrom::Image(image) => {
                let is_base = self.file.stages.iter().any(
                    |stage| matches!(&stage.base, Base::Image(base) if base.repository == image.repository),
                );
                // An image of its own (a tool, pinned by its tag) moves when somebody moves it.
                if is_base { TriggerSet::of(Trigger::BaseRefresh) } else { TriggerSet::NONE }
            }
            CopyFrom::Unknown(_) => TriggerSet::NONE,
        }
    }
}

/// A `WORKDIR` makes a layer if the folder is not there.
fn folder(path: &str, below: TriggerSet, folders: &mut Vec<String>) -> Step {
    let known = path == "/" || folders.iter().any(|known| known == path);
    if !known {
        folders.push(path.to_owned());
    }
    let role = if known { Role::Metadata } else { Role::Setup };
    Step { makes_layer: !known, role, ..metadata(below) }
}

/// An instruction that reads no files and makes no layer; what is above it is rebuilt with what lies below.
fn metadata(below: TriggerSet) -> Step {
    Step {
        inputs: TriggerSet::NONE,
        reruns: below,
        output: TriggerSet::NONE,
        role: Role::Metadata,
        makes_layer: false,
        linked: false,
    }
}

/// Variables that later commands see.
fn remember(kind: &Kind, environment: &mut Environment) {
    match kind {
        Kind::Env(pairs) => pairs.iter().for_each(|(name, value)| environment.set(name, value)),
        Kind::Arg(names) => {
            let known = names.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
            known.for_each(|(name, value)| environment.set(name, value));
        }
        _ => {}
    }
}

/// What rebuilds the last step of a stage, and so whatever starts from it.
fn last(plan: &StagePlan) -> TriggerSet {
    let steps = plan.steps.iter().map(|step| step.reruns);
    steps.fold(plan.from.reruns, TriggerSet::union)
}

/// The stages that the target needs, however indirectly.
fn needed(file: &Dockerfile) -> Vec<bool> {
    let mut needed = vec![false; file.stages.len()];
    let mut waiting = vec![file.target];
    while let Some(at) = waiting.pop() {
        let (Some(stage), Some(seen)) = (file.stages.get(at), needed.get_mut(at)) else { continue };
        if std::mem::replace(seen, true) {
            continue;
        }
        if let Base::Stage(parent) = stage.base {
            waiting.push(parent);
        }
        for instruction in &stage.instructions {
            match &instruction.kind {
                Kind::Copy(Copy { from: CopyFrom::Stage(other), .. }) => waiting.push(*other),
                Kind::Run(run) => {
                    waiting.extend(run.mounts.iter().filter_map(|mount| match mount.from {
                        CopyFrom::Stage(other) => Some(other),
                        _ => None,
                    }))
                }
                _ => {}
            }
        }
    }
    needed
}
