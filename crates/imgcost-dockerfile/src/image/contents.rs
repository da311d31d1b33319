use super::evidence::{Development, Evidence, Measured};
use super::held::{Held, brought, is_brought, weight};
use crate::cache::Role;
use crate::ecosystem::{
    Act, Environment, Manager, act_in, caches_left, completes, holds_packages, package_name,
};
use crate::read::{Copy, CopyFrom, Instruction, Kind, Run, Source};
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
    let mut environment_so_far = environment.clone();
    for (command, act) in run.commands.iter().zip(&acts) {
        let completes = completes(command, &environment_so_far);
        environment_so_far.learn(command);
        match act {
            // The packages are those of the install before it.
            Some(Act::Install(_)) if completes => {}
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

/// What a copy brings; `theirs` is what each stage holds, `role` what the copy is about.
pub(super) fn of_copy<'e>(
    copy: &Copy,
    role: Role,
    theirs: &[Vec<Held>],
    evidence: &'e Evidence,
) -> Contents<'e> {
    let mut contents = Contents::default();
    let held = match copy.from {
        CopyFrom::Stage(stage) => theirs.get(stage).map_or(&[][..], Vec::as_slice),
        _ => &[],
    };
    let mut brought = brought(copy, held);
    brought.dedup();
    for one in &brought {
        match one.what {
            Some((manager, development)) => contents.packages(evidence, manager, development),
            None => contents.unknown.push("what it copies".into()),
        }
    }
    let paths = || {
        copy.sources.iter().filter_map(|source| match source {
            Source::Path(path) => Some(path.as_str()),
            _ => None,
        })
    };
    let from_stage = matches!(copy.from, CopyFrom::Stage(_));
    let heavy = || {
        let heavy = copy.sources.iter().find_map(|source| weight(source, &copy.from))?;
        Some(format!("what {heavy} weighs"))
    };
    match role {
        Role::Dependencies if !brought.is_empty() => {}
        Role::Dependencies => match paths().find_map(holds_packages) {
            Some(manager) if copy.from == CopyFrom::Context => {
                contents.packages(evidence, manager, Development::Included);
            }
            Some(_) => contents.unknown.push("the packages that it copies".into()),
            // What an install of the system wrote, by its list.
            None => contents.unknown.extend(heavy()),
        },
        Role::Application if from_stage => {
            let whole = paths().find(|path| is_brought(path));
            contents.unknown.extend(whole.map(|path| format!("what lies in {path}")));
        }
        Role::Setup if brought.is_empty() => contents.unknown.extend(heavy()),
        _ => {}
    }
    contents.unknown.dedup();
    contents
}

/// The folders that an instruction writes to, as far as it says so.
pub(super) fn written(instruction: &Instruction) -> Option<&str> {
    match &instruction.kind {
        Kind::Copy(copy) => Some(&copy.dest),
        Kind::Run(_) => Some(&instruction.workdir),
        _ => None,
    }
}
