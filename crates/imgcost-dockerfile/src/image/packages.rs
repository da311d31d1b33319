//! Which packages stages hold, and which variables commands see.

use super::evidence::Development;
use crate::cache::StepId;
use crate::ecosystem::{Act, Environment, Install, Manager, act_in, holds_packages};
use crate::read::{Base, Copy, CopyFrom, Dockerfile, Instruction, Kind, Run, Source};

/// What an install left: by whom, and whether what only development needs is among it.
pub(super) type Installed = (Manager, Development);

/// The packages that each stage holds in the end, by its last install or what it copies of another's.
pub(super) fn installed(file: &Dockerfile) -> Vec<Option<Installed>> {
    let mut stages: Vec<(Environment, Option<Installed>)> = Vec::new();
    for stage in &file.stages {
        let parent = match stage.base {
            Base::Stage(parent) => stages.get(parent),
            _ => None,
        };
        let (mut environment, mut held) = parent.cloned().unwrap_or_default();
        for found in &stage.instructions {
            match &found.kind {
                Kind::Run(run) => {
                    held = after(run, &environment, held);
                    learn(&mut environment, found);
                }
                Kind::Copy(copy) if holds_packages(&copy.dest).is_some() => {
                    if let CopyFrom::Stage(other) = copy.from
                        && let Some((_, Some(theirs))) = stages.get(other)
                    {
                        held = Some(*theirs);
                    }
                }
                _ => learn(&mut environment, found),
            }
        }
        stages.push((environment, held));
    }
    stages.into_iter().map(|(_, held)| held).collect()
}

fn after(run: &Run, environment: &Environment, mut held: Option<Installed>) -> Option<Installed> {
    for command in &run.commands {
        match act_in(command, environment) {
            Some(Act::Install(install)) => {
                held = Some((install.manager, install.development.into()));
            }
            Some(Act::Prune(manager)) => held = Some((manager, Development::LeftOut)),
            _ => {}
        }
    }
    held
}

/// The packages that a `COPY` of them brings, and by whom at least; `held` is [`installed`].
pub(super) fn copied(held: &[Option<Installed>], copy: &Copy) -> Option<Installed> {
    if let CopyFrom::Stage(stage) = copy.from
        && let Some(Some(found)) = held.get(stage)
    {
        return Some(*found);
    }
    let paths = copy.sources.iter().filter_map(|source| match source {
        Source::Path(path) => Some(path.as_str()),
        _ => None,
    });
    let manager = paths.chain([copy.dest.as_str()]).find_map(holds_packages)?;
    Some((manager, Development::Included))
}

/// The packages that a step brings, and by whom: an install, or a copy of what one left.
pub(super) fn brought(
    file: &Dockerfile,
    step: StepId,
    held: &[Option<Installed>],
) -> Option<Installed> {
    match &file.stages.get(step.stage)?.instructions.get(step.instruction?)?.kind {
        Kind::Run(run) => after(run, &environment_of(file, step), None),
        Kind::Copy(copy) => copied(held, copy),
        _ => None,
    }
}

/// Whether an install of a step brings what only development needs.
pub(super) fn development(file: &Dockerfile, step: StepId) -> Development {
    let found = step.instruction.and_then(|at| file.stages.get(step.stage)?.instructions.get(at));
    let install = found.and_then(|found| match &found.kind {
        Kind::Run(run) => install_of(run, &environment_of(file, step)),
        _ => None,
    });
    install.is_none_or(|install| install.development).into()
}

/// The last install of a `RUN`.
fn install_of(run: &Run, environment: &Environment) -> Option<Install> {
    run.commands.iter().rev().find_map(|command| match act_in(command, environment) {
        Some(Act::Install(install)) => Some(install),
        _ => None,
    })
}

/// The variables that an instruction sees, as far as the file sets them.
pub(super) fn environment_of(file: &Dockerfile, step: StepId) -> Environment {
    let mut chain = vec![step.stage];
    let mut at = step.stage;
    while let Some(Base::Stage(parent)) = file.stages.get(at).map(|stage| &stage.base)
        && *parent < at
    {
        at = *parent;
        chain.push(at);
    }
    let mut environment = Environment::default();
    for stage in chain.into_iter().rev() {
        let instructions = file.stages.get(stage).map_or(&[][..], |found| &found.instructions);
        let before = match step.instruction.filter(|_| stage == step.stage) {
            Some(own) => instructions.get(..own).unwrap_or_default(),
            None => instructions,
        };
        for found in before {
            learn(&mut environment, found);
        }
    }
    environment
}

/// What an instruction sets for those after it.
pub(super) fn learn(environment: &mut Environment, found: &Instruction) {
    match &found.kind {
        Kind::Env(pairs) => pairs.iter().for_each(|(name, value)| environment.set(name, value)),
        Kind::Run(run) => {
            // What a shell exports ends with it.
            let lasting = run.commands.iter().filter(|command| command.program() != "export");
            lasting.for_each(|command| environment.learn(command));
        }
        _ => {}
    }
}
