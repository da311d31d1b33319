use super::evidence::{Development, Evidence, Measured};
use crate::cache::StepId;
use crate::ecosystem::{
    Act, Environment, Install, Manager, act_in, caches_left, holds_packages, package_name,
};
use crate::read::{Base, Copy, CopyFrom, Dockerfile, Instruction, Kind, Run, Source};
use crate::shell::Command;

/// What a step is taken to leave, by evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Contents<'e> {
    /// What was measured of it elsewhere.
    pub(super) rows: Vec<&'e Measured>,
    /// What nobody measured.
    pub(super) unknown: Vec<String>,
    /// What is on top of that and left out, since nobody measured it.
    pub(super) not_counted: Vec<String>,
    /// Folders whose files it stores a second time, to change their owner.
    pub(super) doubled: Vec<String>,
}

/// Commands that leave nothing to speak of.
const SLIGHT: [&str; 36] = [
    "", ":", "true", "set", "cd", "echo", "printf", "export", "test", "[", "mkdir", "touch", "ln",
    "rm", "rmdir", "mv", "sed", "cat", "ls", "pwd", "which", "id", "adduser", "addgroup",
    "useradd", "groupadd", "usermod", "groupmod", "deluser", "passwd", "chown", "chgrp", "chmod",
    "sleep", "exit", "sync",
];

/// What a `RUN` leaves; commands that nobody knows count as unknown where `strict`.
pub(super) fn of_run<'e>(
    run: &Run,
    environment: &Environment,
    evidence: &'e Evidence,
    strict: Strict,
) -> Contents<'e> {
    let mut found = Contents::default();
    let acts: Vec<Option<Act>> =
        run.commands.iter().map(|command| act_in(command, environment)).collect();
    let removed: Vec<&String> = acts
        .iter()
        .flatten()
        .filter_map(|act| match act {
            Act::Remove { packages, .. } => Some(packages),
            _ => None,
        })
        .flatten()
        .collect();
    let pruned = acts.iter().flatten().any(|act| matches!(act, Act::Prune(_)));
    let mut development = Development::LeftOut;
    for (command, act) in run.commands.iter().zip(&acts) {
        match act {
            Some(Act::Install(install)) => {
                if install.development {
                    development = Development::Included;
                }
                let ships = install.development && !pruned;
                found.packages(evidence, install.manager, ships.into());
            }
            Some(Act::Add { manager, packages, virtual_name }) => {
                let gone = |name: &String| removed.contains(&name);
                let kept = packages.iter().filter(|package| !gone(package));
                let kept: Vec<&str> = kept.map(|package| package_name(*manager, package)).collect();
                if kept.is_empty() || virtual_name.as_ref().is_some_and(gone) {
                    continue;
                }
                match evidence.tools(*manager, &kept) {
                    Some(rows) => found.rows.extend(rows),
                    None => found.unknown.push(format!("{} {}", manager.name(), kept.join(" "))),
                }
                let recommends = *manager == Manager::Apt
                    && !command.has_flag(&["--no-install-recommends"])
                    && !run.script.contains("APT::Install-Recommends");
                if recommends && let Some(rows) = evidence.recommended(*manager, &kept) {
                    found.rows.extend(rows);
                }
            }
            Some(Act::Build(manager)) => {
                found.rows.extend(evidence.measured(&format!("{}.target", manager.name())));
            }
            Some(Act::Update(_) | Act::Remove { .. } | Act::Prune(_) | Act::CleanCache(_)) => {}
            None => found.other(command, strict),
        }
    }
    for manager in caches_left(run, environment) {
        match evidence.cache(manager, development) {
            Some(row) => found.rows.push(row),
            None => found.not_counted.push(format!("the cache of {}", manager.name())),
        }
    }
    if run.commands.is_empty() && strict == Strict::Yes {
        found.unknown.push("commands of another shell".into());
    }
    found
}

/// The variables that an instruction sees, as far as the file sets them.
pub(super) fn environment(file: &Dockerfile, step: StepId) -> Environment {
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
            if let Kind::Env(pairs) = &found.kind {
                pairs.iter().for_each(|(name, value)| environment.set(name, value));
            }
        }
    }
    environment
}

/// Whether commands that nobody knows make the size of a step unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strict {
    /// They do.
    Yes,
    /// The step is about packages, and they are taken to be all that weighs.
    No,
}

impl<'e> Contents<'e> {
    pub(super) fn packages(
        &mut self,
        evidence: &'e Evidence,
        manager: Manager,
        development: Development,
    ) {
        match evidence.packages(manager, development) {
            Some(row) => self.rows.push(row),
            None => self.unknown.push(format!("packages of {}", manager.name())),
        }
    }

    fn other(&mut self, command: &Command, strict: Strict) {
        let program = command.program();
        let recursive = command.arguments().iter().any(|word| {
            word == "--recursive"
                || (word.starts_with('-') && word.contains('R') && !word.starts_with("--"))
        });
        if recursive && ["chown", "chgrp", "chmod"].contains(&program) {
            // The first operand is the owner or mode.
            self.doubled.extend(command.operands().skip(1).map(str::to_owned));
        } else if !SLIGHT.contains(&program) && strict == Strict::Yes {
            self.unknown.push(format!("what `{program}` leaves"));
        }
    }

    /// Bytes on the wire and on disk, if all of it is known.
    pub(super) fn size(&self) -> Option<(u64, u64)> {
        let known = self.unknown.is_empty().then_some((0_u64, 0_u64))?;
        self.rows.iter().try_fold(known, |(compressed, unpacked), row| {
            Some((compressed.checked_add(row.compressed)?, unpacked.checked_add(row.unpacked)?))
        })
    }
}

/// The install whose packages a `COPY` of dependencies brings, and by whom at least.
pub(super) fn copied_packages(file: &Dockerfile, copy: &Copy) -> Option<(Manager, Development)> {
    if let CopyFrom::Stage(stage) = copy.from
        && let Some(found) = installed_in(file, stage)
    {
        return Some(found);
    }
    let paths = copy.sources.iter().filter_map(|source| match source {
        Source::Path(path) => Some(path.as_str()),
        _ => None,
    });
    let manager = paths.chain([copy.dest.as_str()]).find_map(holds_packages)?;
    Some((manager, Development::Included))
}

/// What the last install in a stage, or in those that it takes packages from, left there.
fn installed_in(file: &Dockerfile, stage: usize) -> Option<(Manager, Development)> {
    let mut at = Some(stage);
    let mut pruned = false;
    while let Some(index) = at {
        let found = file.stages.get(index)?;
        let mut next = match found.base {
            Base::Stage(parent) if parent < index => Some(parent),
            _ => None,
        };
        for (at, Instruction { kind, .. }) in found.instructions.iter().enumerate().rev() {
            match kind {
                Kind::Run(run) => {
                    let step = StepId { stage: index, instruction: Some(at) };
                    let environment = environment(file, step);
                    pruned |= run.commands.iter().any(|command| {
                        matches!(act_in(command, &environment), Some(Act::Prune(_)))
                    });
                    if let Some(install) = install_of(run, &environment) {
                        let development = install.development && !pruned;
                        return Some((install.manager, development.into()));
                    }
                }
                Kind::Copy(copy) if holds_packages(&copy.dest).is_some() => {
                    if let CopyFrom::Stage(other) = copy.from
                        && other < index
                    {
                        next = Some(other);
                        break;
                    }
                }
                _ => {}
            }
        }
        at = next;
    }
    None
}

/// The last install of a `RUN`.
fn install_of(run: &Run, environment: &Environment) -> Option<Install> {
    run.commands.iter().rev().find_map(|command| match act_in(command, environment) {
        Some(Act::Install(install)) => Some(install),
        _ => None,
    })
}

/// Whether an install of a step brings what only development needs.
pub(super) fn development(file: &Dockerfile, step: StepId) -> Development {
    let found = step.instruction.and_then(|at| file.stages.get(step.stage)?.instructions.get(at));
    let install = found.and_then(|found| match &found.kind {
        Kind::Run(run) => install_of(run, &environment(file, step)),
        _ => None,
    });
    install.is_none_or(|install| install.development).into()
}

/// The folders that an instruction writes to, as far as it says so.
pub(super) fn written(instruction: &Instruction) -> Option<&str> {
    match &instruction.kind {
        Kind::Copy(copy) => Some(&copy.dest),
        Kind::Run(_) => Some(&instruction.workdir),
        _ => None,
    }
}
