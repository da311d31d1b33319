use imgcost::image::{Trigger, TriggerSet};

use super::place::Place;
use super::step::Role;
use crate::ecosystem::{Act, Manager, act};
use crate::read::absolute;
use crate::shell::Command;

/// What one command leaves: where, after which changes it differs, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Left {
    pub(super) places: Vec<Place>,
    pub(super) output: TriggerSet,
    pub(super) role: Role,
}

/// Commands that leave nothing at all, unless what they say goes into a file.
const SILENT: [&str; 22] = [
    "[", "cat", "cd", "date", "df", "echo", "env", "exit", "export", "false", "find", "id", "ls",
    "printf", "pwd", "set", "sleep", "test", "true", "ulimit", "umask", "which",
];

/// Commands that do the same to the paths they name, whenever they run.
const ON_PATHS: [&str; 9] =
    ["chgrp", "chmod", "chown", "install", "ln", "mkdir", "rm", "rmdir", "touch"];

/// Commands that set up users and the system.
const SETUP: [&str; 10] = [
    "addgroup",
    "adduser",
    "deluser",
    "groupadd",
    "groupmod",
    "ldconfig",
    "locale-gen",
    "update-ca-certificates",
    "useradd",
    "usermod",
];

/// What a command leaves that runs again after these changes; `builds` tells whether the sources are
/// there, which makes an unknown program one that works on them.
pub(super) fn left(command: &Command, workdir: &str, reruns: TriggerSet, builds: bool) -> Left {
    let in_folder = || workdir.to_owned();
    let packages = |manager: Manager| Place::Packages {
        manager,
        workdir: in_folder(),
        arguments: command.arguments().to_vec(),
    };
    let of_packages = |manager: Manager, output: TriggerSet| match manager.is_system() {
        true => Left {
            places: vec![Place::System { workdir: in_folder() }],
            output: reruns,
            role: Role::System,
        },
        false => Left { places: vec![packages(manager)], output, role: Role::Dependencies },
    };
    let mut left = match act(command) {
        Some(Act::Install(install)) => {
            let repeats = install.locked && leaves_the_same(command, install.manager);
            let output = if repeats { without_sources(reruns) } else { reruns };
            of_packages(install.manager, output)
        }
        Some(Act::Prune(manager)) => of_packages(manager, without_sources(reruns)),
        Some(Act::Add { manager, .. } | Act::Remove { manager, .. } | Act::Update(manager)) => {
            of_packages(manager, reruns)
        }
        Some(Act::Build(_)) => {
            Left { places: vec![Place::Built], output: reruns, role: Role::Build }
        }
        Some(Act::CleanCache(_)) => nothing(),
        None => unknown(command, workdir, reruns, builds),
    };
    let written = redirected(command).map(|path| Place::At(absolute(workdir, path)));
    let written: Vec<Place> = written.collect();
    if !written.is_empty() {
        left.output = left.output.union(reruns);
        left.places.extend(written);
    }
    left
}

fn unknown(command: &Command, workdir: &str, reruns: TriggerSet, builds: bool) -> Left {
    let program = command.program();
    if program.is_empty() || SILENT.contains(&program) {
        return nothing();
    }
    if ON_PATHS.contains(&program) {
        let paths = command.operands().map(|path| Place::At(absolute(workdir, path)));
        return Left { places: paths.collect(), output: TriggerSet::NONE, role: Role::Setup };
    }
    if SETUP.contains(&program) {
        let places = vec![Place::System { workdir: workdir.to_owned() }];
        return Left { places, output: reruns, role: Role::Setup };
    }
    let role = if builds { Role::Build } else { Role::Setup };
    Left { places: vec![Place::Anywhere], output: reruns, role }
}

fn nothing() -> Left {
    Left { places: Vec::new(), output: TriggerSet::NONE, role: Role::Setup }
}

/// An install by lock file that runs again because of a source line finds the same lists.
fn without_sources(reruns: TriggerSet) -> TriggerSet {
    let kept = [Trigger::BaseRefresh, Trigger::DependencyUpdate];
    let kept = kept.into_iter().filter(|kept| reruns.contains(*kept)).map(TriggerSet::of);
    kept.fold(TriggerSet::NONE, TriggerSet::union)
}

/// Whether an install of the same lists leaves the same bytes, times aside: BuildKit compares what is
/// copied from a stage by its contents, owners and modes.
///
/// pip compiles what it installs, and a `.pyc` carries the time of its source, which is that of the
/// install (PEP 552, <https://peps.python.org/pep-0552/>); pipenv calls pip. pnpm keeps the time of its last pruning in
/// `node_modules/.modules.yaml`. Maven writes the date into `_remote.repositories`, Gradle keeps
/// journals, Cargo fingerprints with times, Bundler the logs of native extensions with the names of
/// temporary folders.
fn leaves_the_same(command: &Command, manager: Manager) -> bool {
    match manager {
        Manager::Pip => command.has_flag(&["--no-compile"]),
        Manager::Npm
        | Manager::Yarn
        | Manager::Bun
        | Manager::Uv
        | Manager::Poetry
        | Manager::Go
        | Manager::Dotnet
        | Manager::Composer => true,
        _ => false,
    }
}

/// The files that a command's words are sent into: `> a`, `>>a`, `2>&1` is none.
fn redirected(command: &Command) -> impl Iterator<Item = &str> {
    let words = &command.words;
    words.iter().enumerate().filter_map(|(at, word)| {
        let (_, target) = word.split_once('>')?;
        let target = target.trim_start_matches('>');
        match target {
            "" => words.get(at + 1).map(String::as_str),
            target if target.starts_with('&') => None,
            target => Some(target),
        }
    })
}
