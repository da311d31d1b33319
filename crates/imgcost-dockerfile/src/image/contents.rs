use super::evidence::{Development, Evidence, Measured};
use crate::ecosystem::{Act, Install, Manager, act, holds_packages};
use crate::read::{Base, Copy, CopyFrom, Dockerfile, Instruction, Kind, MountKind, Run};
use crate::shell::Command;

/// What a step is taken to leave, by evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Contents<'e> {
    /// What was measured of it elsewhere.
    pub(super) rows: Vec<&'e Measured>,
    /// What nobody measured.
    pub(super) unknown: Vec<String>,
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
pub(super) fn of_run<'e>(run: &Run, evidence: &'e Evidence, strict: Strict) -> Contents<'e> {
    let mut found = Contents::default();
    let acts: Vec<Option<Act>> = run.commands.iter().map(act).collect();
    let removed: Vec<&String> = acts
        .iter()
        .flatten()
        .filter_map(|act| match act {
            Act::Remove { packages, .. } => Some(packages),
            _ => None,
        })
        .flatten()
        .collect();
    for (command, act) in run.commands.iter().zip(&acts) {
        match act {
            Some(Act::Install(install)) => {
                found.packages(evidence, install.manager, install.development.into());
                if keeps_cache(run, install.manager, &acts) {
                    found.cache(evidence, install.manager);
                }
            }
            Some(Act::Add { manager, packages, virtual_name }) => {
                let gone = |name: &String| removed.contains(&name);
                if virtual_name.as_ref().is_some_and(gone) {
                    continue;
                }
                for package in packages.iter().filter(|package| !gone(package)) {
                    match evidence.tool(*manager, package) {
                        Some(row) => found.rows.push(row),
                        None => found.unknown.push(format!("{} {package}", manager.name())),
                    }
                }
            }
            Some(Act::Update(manager)) => {
                if keeps_lists(run, *manager) {
                    found.cache(evidence, *manager);
                }
            }
            Some(Act::Remove { .. } | Act::Build(_) | Act::CleanCache(_)) => {}
            None => found.other(command, strict),
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

    /// A cache that nobody measured is left out: it is on top of what is known.
    fn cache(&mut self, evidence: &'e Evidence, manager: Manager) {
        match evidence.cache(manager) {
            Some(row) => self.rows.push(row),
            None => self.unknown.push(format!("cache of {}", manager.name())),
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

/// Whether an install leaves its cache in the layer.
fn keeps_cache(run: &Run, manager: Manager, acts: &[Option<Act>]) -> bool {
    let mounted = run.mounts.iter().any(|mount| mount.kind == MountKind::Cache);
    let cleaned = acts.iter().flatten().any(|act| match act {
        Act::CleanCache(of) => *of == manager,
        _ => false,
    });
    let words = ["--no-cache-dir", "--no-cache", "_cacache", "/.npm", "/.cache"];
    // What the system's managers keep are lists, with their own command.
    !mounted
        && !cleaned
        && !manager.is_system()
        && !words.iter().any(|word| run.script.contains(word))
}

/// Whether lists of packages stay in the layer.
fn keeps_lists(run: &Run, manager: Manager) -> bool {
    let folder = match manager {
        Manager::Apt => "/var/lib/apt",
        Manager::Apk => "/var/cache/apk",
        _ => "/var/cache",
    };
    let mounted = run.mounts.iter().any(|mount| mount.kind == MountKind::Cache);
    let deleted = run.commands.iter().any(|command| {
        command.program() == "rm" && command.operands().any(|path| path.starts_with(folder))
    });
    !mounted && !deleted
}

/// The install whose packages a `COPY` of dependencies brings, and by whom at least.
pub(super) fn copied_packages(file: &Dockerfile, copy: &Copy) -> Option<(Manager, Development)> {
    if let CopyFrom::Stage(stage) = copy.from
        && let Some(found) = installed_in(file, stage)
    {
        return Some(found);
    }
    let paths = copy.sources.iter().filter_map(|source| match source {
        crate::read::Source::Path(path) => Some(path.as_str()),
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
        for Instruction { kind, .. } in found.instructions.iter().rev() {
            match kind {
                Kind::Run(run) => {
                    pruned |= run.script.contains("prune");
                    if let Some(install) = install_of(run) {
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
pub(super) fn install_of(run: &Run) -> Option<Install> {
    run.commands.iter().rev().find_map(|command| match act(command) {
        Some(Act::Install(install)) => Some(install),
        _ => None,
    })
}

/// The folders that an instruction writes to, as far as it says so.
pub(super) fn written(instruction: &Instruction) -> Option<&str> {
    match &instruction.kind {
        Kind::Copy(copy) => Some(&copy.dest),
        Kind::Run(_) => Some(&instruction.workdir),
        _ => None,
    }
}
