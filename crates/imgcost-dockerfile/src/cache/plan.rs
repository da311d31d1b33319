use std::collections::BTreeSet;

use imgcost::image::{Trigger, TriggerSet};

use super::command;
use super::context::Context;
use super::copied::Copied;
use super::left::{Trace, Traces, Write};
use super::place::{Place, is_below};
use super::step::{Plan, Role, StagePlan, Step};
use crate::ecosystem::holds_packages;
use crate::read::{
    Base, Copy, CopyFrom, Dockerfile, Instruction, Kind, MountKind, Run, Source, Stage, absolute,
};

/// What each change rebuilds, by the rules of BuildKit's cache.
///
/// A step is found in the cache if what it reads is the same and the step before it was found there:
/// <https://docs.docker.com/build/cache/invalidation/> (read 2026-11). Files that a step copies or
/// mounts from the context or from another stage are compared by their contents, so that a stage
/// that runs again and leaves the same files rebuilds nothing that copies them.
///
/// A new base is a new image under every name that the file mentions, in `FROM` as in
/// `COPY --from=nginx:1`; where a digest pins it, it is a new digest in the file. Values of `ARG` and
/// `ENV` are no change; nor is an edited Dockerfile, or a file that the network serves.
pub fn plan(file: &Dockerfile, context: &Context) -> Plan {
    let needed = needed(file);
    let mut traces = Traces::new(context);
    let mut planned: Vec<Planned> = Vec::with_capacity(file.stages.len());
    for (index, stage) in file.stages.iter().enumerate() {
        let parent = match stage.base {
            Base::Stage(parent) => planned.get(parent),
            _ => None,
        };
        let mut walk = Walk::new(stage, parent, context, &mut traces);
        let steps = stage.instructions.iter().map(|found| walk.step(found)).collect();
        let Walk { from, state, trace, .. } = walk;
        traces.push(trace);
        planned.push(Planned { steps, from, state, needed: needed.contains(&index) });
    }
    let stages = planned.into_iter();
    let stages = stages.map(|found| StagePlan {
        from: found.from,
        steps: found.steps,
        needed: found.needed,
    });
    Plan { stages: stages.collect() }
}

/// A stage that is done.
struct Planned {
    from: Step,
    steps: Vec<Step>,
    state: State,
    needed: bool,
}

/// What holds after a step.
#[derive(Debug, Clone)]
struct State {
    /// The changes that rebuild whatever comes next.
    chain: TriggerSet,
    /// Whether sources of the application were copied.
    sources: bool,
    /// Folders that are there.
    folders: BTreeSet<String>,
}

/// The steps of one stage, one after the other.
struct Walk<'w, 'c> {
    context: &'c Context,
    traces: &'w mut Traces<'c>,
    from: Step,
    state: State,
    trace: Trace,
}

impl<'w, 'c> Walk<'w, 'c> {
    fn new(
        stage: &Stage,
        parent: Option<&Planned>,
        context: &'c Context,
        traces: &'w mut Traces<'c>,
    ) -> Self {
        let mut trace = Trace::default();
        let (state, is_image) = match (&stage.base, parent) {
            (Base::Stage(index), Some(parent)) => {
                trace.parent = Some(*index);
                (parent.state.clone(), false)
            }
            (Base::Image(_) | Base::Unknown(_), _) => {
                (State::after(TriggerSet::of(Trigger::BaseRefresh)), true)
            }
            (Base::Scratch | Base::Stage(_), _) => (State::after(TriggerSet::NONE), false),
        };
        trace.on_image = is_image;
        let from = Step {
            inputs: state.chain,
            reruns: state.chain,
            output: state.chain,
            role: Role::Base,
            makes_layer: is_image,
            linked: false,
        };
        Self { context, traces, from, state, trace }
    }

    fn step(&mut self, instruction: &Instruction) -> Step {
        match &instruction.kind {
            Kind::Copy(copy) => self.copy(copy),
            Kind::Run(run) => self.run(run, &instruction.workdir),
            Kind::Workdir(path) => {
                let makes_layer = self.makes_folder(path);
                self.trace.own.extend((path != "/").then(|| path.clone()));
                let role = if path == "/" { Role::Metadata } else { Role::Setup };
                Step { role, makes_layer, ..self.metadata() }
            }
            _ => self.metadata(),
        }
    }

    /// A step that reads nothing and leaves nothing.
    fn metadata(&self) -> Step {
        Step {
            inputs: TriggerSet::NONE,
            reruns: self.state.chain,
            output: TriggerSet::NONE,
            role: Role::Metadata,
            makes_layer: false,
            linked: false,
        }
    }

    fn copy(&mut self, copy: &Copy) -> Step {
        let mut inputs = TriggerSet::NONE;
        let mut roles = BTreeSet::new();
        for source in &copy.sources {
            let Source::Path(path) = source else {
                // The network's files are no change, a here-document is the Dockerfile's own.
                let place = Place::At(copy.dest.trim_end_matches('/').to_owned());
                self.trace.writes.push(Write::Made(place, TriggerSet::NONE, Role::Setup));
                continue;
            };
            let (changes, role) = self.copied(copy, path);
            inputs = inputs.union(changes);
            roles.insert(role);
        }
        let dest = copy.dest.trim_end_matches('/');
        self.trace.own.extend((!dest.is_empty()).then(|| dest.to_owned()));
        self.makes_folder(if copy.dest.ends_with('/') { dest } else { parent_of(dest) });
        let reruns = if copy.link { inputs } else { inputs.union(self.state.chain) };
        self.state.chain = self.state.chain.union(inputs);
        let role = main_role(&roles);
        self.state.sources |= role == Role::Application;
        Step { inputs, reruns, output: inputs, role, makes_layer: true, linked: copy.link }
    }

    /// The changes of one source, and what it is about.
    fn copied(&mut self, copy: &Copy, path: &str) -> (TriggerSet, Role) {
        let no_packages = copy.from == CopyFrom::Context;
        let copied = Copied { source: path.to_owned(), dest: copy.dest.clone(), no_packages };
        match &copy.from {
            CopyFrom::Context => {
                let changes = self.context.changes(path);
                let role = if changes.contains(Trigger::Deploy) {
                    Role::Application
                } else if changes.contains(Trigger::DependencyUpdate) {
                    Role::Manifest
                } else {
                    Role::Setup
                };
                self.trace.writes.push(Write::FromContext(copied, role));
                (changes, role)
            }
            CopyFrom::Stage(stage) => {
                let found = self.traces.left(*stage, path);
                let role = match holds_packages(path) {
                    Some(_) => Role::Dependencies,
                    None => main_role(&found.roles),
                };
                self.trace.writes.push(Write::FromStage(*stage, copied));
                let role = if role == Role::Build { Role::Application } else { role };
                (found.changes, role)
            }
            CopyFrom::Image(_) | CopyFrom::Unknown(_) => {
                let changes = TriggerSet::of(Trigger::BaseRefresh);
                let place = Place::At(copied.dest.trim_end_matches('/').to_owned());
                self.trace.writes.push(Write::Made(place, changes, Role::Setup));
                (changes, Role::Setup)
            }
        }
    }

    fn run(&mut self, run: &Run, workdir: &str) -> Step {
        let mut inputs = TriggerSet::NONE;
        let mut sources = self.state.sources;
        for mount in run.mounts.iter().filter(|mount| mount.kind == MountKind::Bind) {
            let changes = match &mount.from {
                CopyFrom::Context => self.context.changes(&mount.source),
                CopyFrom::Stage(stage) => self.traces.left(*stage, &mount.source).changes,
                CopyFrom::Image(_) | CopyFrom::Unknown(_) => TriggerSet::of(Trigger::BaseRefresh),
            };
            sources |= changes.contains(Trigger::Deploy);
            inputs = inputs.union(changes);
        }
        let reruns = inputs.union(self.state.chain);
        self.state.chain = reruns;
        let mut output = TriggerSet::NONE;
        let mut roles = BTreeSet::new();
        let mut folder = workdir.to_owned();
        let outside: Vec<&str> = run
            .mounts
            .iter()
            .filter_map(|mount| mount.target.as_deref().map(|target| target.trim_end_matches('/')))
            .collect();
        if run.commands.is_empty() {
            let role = if sources { Role::Build } else { Role::Setup };
            self.trace.writes.push(Write::Made(Place::Anywhere, reruns, role));
            (output, _) = (reruns, roles.insert(role));
        }
        for found in &run.commands {
            if found.program() == "cd" {
                let to = found.operands().next().unwrap_or("/root");
                folder = absolute(&folder, to);
                continue;
            }
            let left = command::left(found, &folder, reruns, sources);
            roles.insert(left.role);
            for place in left.places {
                // What is written into a mount is in no layer.
                let in_mount =
                    |path: &str| !path.is_empty() && outside.iter().any(|one| is_below(path, one));
                if matches!(&place, Place::At(path) if in_mount(path)) {
                    continue;
                }
                output = output.union(left.output);
                self.trace.writes.push(Write::Made(place, left.output, left.role));
            }
        }
        Step { inputs, reruns, output, role: main_role(&roles), makes_layer: true, linked: false }
    }

    /// Notes that a folder is there from now on, and tells whether it was not before. What an image
    /// brings beside the folders that every system has is not known: it counts as not there.
    fn makes_folder(&mut self, path: &str) -> bool {
        const SYSTEM: [&str; 10] =
            ["", "bin", "etc", "home", "opt", "root", "srv", "tmp", "usr", "var"];
        let path = path.trim_end_matches('/');
        let is_system = path.rfind('/').is_none_or(|slash| slash == 0)
            && SYSTEM.contains(&path.trim_start_matches('/'));
        if is_system || self.state.folders.contains(path) {
            return false;
        }
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        let parents = ends.filter_map(|end| path.get(..end)).map(str::to_owned);
        self.state.folders.extend(parents);
        true
    }
}

impl State {
    fn after(chain: TriggerSet) -> Self {
        Self { chain, sources: false, folders: BTreeSet::new() }
    }
}

fn parent_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// What a step is about that is about several things: what weighs most in the image.
fn main_role(roles: &BTreeSet<Role>) -> Role {
    let order = [Role::Application, Role::Dependencies, Role::Build, Role::System, Role::Manifest];
    order.into_iter().find(|role| roles.contains(role)).unwrap_or(Role::Setup)
}

/// The stages that the target needs: those it starts from, copies from or mounts, and theirs.
fn needed(file: &Dockerfile) -> BTreeSet<usize> {
    let mut needed = BTreeSet::from([file.target]);
    // A stage needs earlier ones only.
    for index in (0..file.stages.len()).rev() {
        if let Some(stage) = file.stages.get(index).filter(|_| needed.contains(&index)) {
            needed.extend(stage.stages_used());
        }
    }
    needed
}
