use imgcost::image::{Trigger, TriggerSet};

use super::commands::{Done, Left, done};
use super::commits::Commits;
use super::copied::Copied;
use super::left::{Search, Trace, Write};
use super::place::{Place, is_below};
use super::sources;
use super::step::{Plan, Role, StagePlan, Step};
use crate::ecosystem::{Environment, holds_packages, names_packages};
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
    let search = Search::new(context);
    let mut built: Vec<Built> = Vec::with_capacity(file.stages.len());
    for stage in &file.stages {
        let next = Building { file, context, search: &search, built: &built }.stage(stage);
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
    /// What its steps may have written.
    pub(super) trace: Trace,
    environment: Environment,
    commits: Commits,
    /// Changes after which the current folder is another.
    folder: TriggerSet,
    /// Managers that have installed what their lists name.
    installed: Vec<crate::ecosystem::Manager>,
}

/// What a stage is planned with: the stages before it.
struct Building<'b> {
    file: &'b Dockerfile,
    context: &'b Context,
    search: &'b Search<'b>,
    built: &'b [Built],
}

impl Building<'_> {
    fn stage(&self, stage: &Stage) -> Built {
        let mut built = self.start(stage);
        let mut below = built.plan.from.reruns;
        for instruction in &stage.instructions {
            let written = built.commits.written_into(instruction);
            built.commits.learn(self.file, instruction);
            let step = match &instruction.kind {
                Kind::Copy(copy) => {
                    let is_relative = is_below(&copy.dest, &instruction.workdir);
                    let folder = if is_relative { built.folder } else { TriggerSet::NONE };
                    self.copy(copy, written.union(folder), below, &mut built)
                }
                Kind::Run(run) => self.run(run, &instruction.workdir, below, &mut built),
                Kind::Workdir(path) => {
                    let is_relative = is_below(path, &instruction.workdir);
                    let above = if is_relative { built.folder } else { TriggerSet::NONE };
                    built.folder = written.union(above);
                    folder(path, written, below, &mut built.trace)
                }
                kind => {
                    remember(kind, &mut built.environment);
                    metadata(below)
                }
            };
            // A linked copy is not rebuilt by what lies below it, but what stands above it is.
            below = below.union(step.reruns);
            built.plan.steps.push(step);
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
            arguments: TriggerSet::NONE,
            reruns: inputs,
            output: inputs,
            role: Role::Base,
            makes_layer: false,
            linked: false,
        };
        let parent_built = parent.map(|(_, built)| built);
        Built {
            plan: StagePlan { from, steps: Vec::new(), needed: false },
            trace: Trace {
                parent: parent.map(|(index, _)| index),
                packages: parent_built
                    .map(|found| found.trace.packages.clone())
                    .unwrap_or_default(),
                on_image: parent.is_none() && stage.base != Base::Scratch,
                ..Trace::default()
            },
            // A stage sees the arguments of the one that it starts from.
            commits: parent_built.map(|found| found.commits.clone()).unwrap_or_default(),
            folder: parent_built.map_or(TriggerSet::NONE, |found| found.folder),
            environment: parent_built.map(|found| found.environment.clone()).unwrap_or_default(),
            installed: parent_built.map(|found| found.installed.clone()).unwrap_or_default(),
        }
    }

    /// A copy; the builder puts values into it that are others after some changes (`arguments`).
    fn copy(
        &self,
        copy: &Copy,
        arguments: TriggerSet,
        below: TriggerSet,
        built: &mut Built,
    ) -> Step {
        let mut inputs = TriggerSet::NONE;
        for source in &copy.sources {
            let place = || Place::At(copy.dest.clone());
            let (changes, write) = match source {
                Source::Path(path) => {
                    let changes = self.read(&copy.from, path, &copy.exclude);
                    let copied = Copied {
                        source: path.clone(),
                        dest: copy.dest.clone(),
                        // Packages that lie in a context are ignored, or should be.
                        no_packages: copy.from == CopyFrom::Context
                            && holds_packages(path).is_none(),
                    };
                    let write = match &copy.from {
                        CopyFrom::Context => Write::FromContext(copied, changes),
                        CopyFrom::Stage(stage) => Write::FromStage(*stage, copied),
                        CopyFrom::Image(_) | CopyFrom::Unknown(_) => Write::Made(place(), changes),
                    };
                    (changes, write)
                }
                // A list of packages that the Dockerfile itself holds is changed there.
                Source::HereDocument(_) if names_packages(&copy.dest).is_some() => {
                    let list = TriggerSet::of(Trigger::DependencyUpdate);
                    (list, Write::Made(place(), list))
                }
                // They change only with the Dockerfile, or when somebody else says so.
                Source::HereDocument(_) | Source::Remote(_) => {
                    (TriggerSet::NONE, Write::Made(place(), TriggerSet::NONE))
                }
            };
            inputs = inputs.union(changes);
            built.trace.writes.push(write);
        }
        if arguments != TriggerSet::NONE {
            built.trace.writes.push(Write::Made(Place::At(copy.dest.clone()), arguments));
        }
        let own = inputs.union(arguments);
        let dest = copy.dest.trim_end_matches('/');
        built.trace.own.extend((!dest.is_empty()).then(|| dest.to_owned()));
        Step {
            inputs,
            arguments,
            reruns: if copy.link { own } else { own.union(below) },
            output: own,
            role: sources::role(copy, inputs),
            makes_layer: true,
            linked: copy.link,
        }
    }

    fn run(&self, run: &Run, workdir: &str, below: TriggerSet, built: &mut Built) -> Step {
        let bound = run.mounts.iter().filter(|mount| mount.kind == MountKind::Bind);
        let bound = bound.map(|Mount { from, source, .. }| self.read(from, source, &[]));
        let bound = bound.fold(TriggerSet::NONE, TriggerSet::union);
        let Done { role, named, left } =
            done(run, workdir, &mut built.environment, &mut built.installed);
        let named =
            if named { TriggerSet::of(Trigger::DependencyUpdate) } else { TriggerSet::NONE };
        let inputs = bound.union(named);
        let arguments = built.commits.arguments();
        let reruns = inputs.union(arguments).union(below);
        let mut output = TriggerSet::NONE;
        for Left { place, repeats } in left {
            // An install by lock file that runs again for a line of source leaves the same files.
            let made = if repeats { reruns.without(Trigger::Deploy) } else { reruns };
            output = output.union(made);
            built.trace.made(place, made);
        }
        Step { inputs, arguments, reruns, output, role, makes_layer: true, linked: false }
    }

    /// The changes after which files are different, wherever they are read.
    fn read(&self, from: &CopyFrom, path: &str, exclude: &[String]) -> TriggerSet {
        match from {
            CopyFrom::Context => sources::changes(path, exclude, self.context),
            CopyFrom::Stage(stage) => self.search.changes_of(path, *stage, self.built),
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

/// A `WORKDIR` makes a layer, which is empty if the folder is there already: BuildKit makes the folder
/// whether or not it is there. Only `/` is never made.
fn folder(path: &str, arguments: TriggerSet, below: TriggerSet, trace: &mut Trace) -> Step {
    if path == "/" {
        return metadata(below);
    }
    trace.own.push(path.to_owned());
    if arguments != TriggerSet::NONE {
        trace.writes.push(Write::Made(Place::At(path.to_owned()), arguments));
    }
    let reruns = arguments.union(below);
    let metadata = metadata(below);
    Step { arguments, reruns, output: arguments, makes_layer: true, role: Role::Setup, ..metadata }
}

/// An instruction that reads no files and makes no layer; what is above it is rebuilt with what lies below.
fn metadata(below: TriggerSet) -> Step {
    Step {
        inputs: TriggerSet::NONE,
        arguments: TriggerSet::NONE,
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
