//! Which packages an install brings, and which variables commands see.

use super::evidence::Development;
use crate::cache::StepId;
use crate::ecosystem::{Act, Environment, Install, Manager, act_in};
use crate::read::{Base, Dockerfile, Instruction, Kind, Run};

/// What an install left: by whom, and whether what only development needs is among it.
pub(super) type Installed = (Manager, Development);

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
            let lasting = run.commands.iter().filter(|command| !Environment::forgets(command));
            lasting.for_each(|command| environment.learn(command));
        }
        _ => {}
    }
}
