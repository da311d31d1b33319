use imgcost::image::{Trigger, TriggerSet};

/// What each change rebuilds, for every stage of a file.
///
/// The changes are those of the model: one source line ([`Trigger::Deploy`]), one dependency
/// ([`Trigger::DependencyUpdate`]), a new base image ([`Trigger::BaseRefresh`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// One for each stage of the file, in its order.
    pub stages: Vec<StagePlan>,
}

/// What each change rebuilds in one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagePlan {
    /// The `FROM`.
    pub from: Step,
    /// One for each instruction of the stage, in its order.
    pub steps: Vec<Step>,
    /// Whether the target needs this stage at all: BuildKit leaves out the others.
    pub needed: bool,
}

/// One instruction, seen by the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Changes of what the instruction itself reads: files of the context, of another stage, a base.
    pub inputs: TriggerSet,
    /// Changes that come with build arguments: those of each commit, if a `RUN` sees an argument of a
    /// commit's own, or if the builder puts its value into a `COPY`, an `ADD` or a `WORKDIR`.
    pub arguments: TriggerSet,
    /// Changes after which it runs again: its inputs and arguments, and whatever rebuilt the step before
    /// it unless it is linked.
    pub reruns: TriggerSet,
    /// Changes after which what it leaves is different, for stages that copy from here: an install
    /// by lock file that runs again leaves the same files.
    pub output: TriggerSet,
    /// What it is about.
    pub role: Role,
    /// Whether it makes a layer (`RUN`, `COPY`, `ADD`, `WORKDIR`), or metadata only. The layer of a
    /// `WORKDIR` that is there already is empty.
    pub makes_layer: bool,
    /// `COPY --link`: what lies below does not rebuild it.
    pub linked: bool,
}

/// What an instruction is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The image or stage below.
    Base,
    /// Packages of the operating system.
    System,
    /// Lists of packages and lock files of the application.
    Manifest,
    /// The application's packages: an install, or a copy of what one left.
    Dependencies,
    /// Compiling, bundling, testing.
    Build,
    /// The application: its sources, or what a build made of them.
    Application,
    /// Anything else that makes a layer: users, folders, configuration.
    Setup,
    /// No layer: `ENV`, `CMD`, `EXPOSE`, ...
    Metadata,
}

/// Where an instruction stands: its stage, and its place in it. `None` is the stage's `FROM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepId {
    /// Index of the stage.
    pub stage: usize,
    /// Index of the instruction in the stage.
    pub instruction: Option<usize>,
}

impl Plan {
    /// The step that stands there.
    pub fn step(&self, id: StepId) -> Option<&Step> {
        let stage = self.stages.get(id.stage)?;
        match id.instruction {
            None => Some(&stage.from),
            Some(at) => stage.steps.get(at),
        }
    }

    /// All steps, in the order of the file.
    pub fn steps(&self) -> impl Iterator<Item = (StepId, &Step)> {
        self.stages.iter().enumerate().flat_map(|(stage, plan)| {
            let from = (StepId { stage, instruction: None }, &plan.from);
            let steps = plan.steps.iter().enumerate();
            let steps =
                steps.map(move |(at, step)| (StepId { stage, instruction: Some(at) }, step));
            std::iter::once(from).chain(steps)
        })
    }
}

impl Step {
    /// What the model takes as the layer's own trigger: an install is told by `dependency-update`;
    /// otherwise the most frequent of its inputs; what has none changes with what lies below.
    pub fn trigger(&self) -> Trigger {
        let often = [Trigger::Deploy, Trigger::DependencyUpdate];
        match self.role {
            Role::Dependencies => Trigger::DependencyUpdate,
            _ => often
                .into_iter()
                .find(|own| self.inputs.contains(*own))
                .unwrap_or(Trigger::BaseRefresh),
        }
    }
}
