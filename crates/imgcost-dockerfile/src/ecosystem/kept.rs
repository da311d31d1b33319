//! What package managers leave behind for the next install, which an image never sees.

use super::Manager;
use super::act::{Act, act_in};
use super::caches::{CACHES, Cache, cache_of};
use super::call::{Call, Environment, is_on};
use crate::read::{MountKind, Run};
use crate::shell::Command;

/// Whose caches a `RUN` leaves in its layer: filled, and neither emptied after that in the same `RUN`,
/// nor mounted, nor switched off. The environment is that before it.
///
/// ```
/// use imgcost_dockerfile::ecosystem::{Environment, Manager, caches_left};
/// use imgcost_dockerfile::{Kind, ReadOptions, read};
/// let text = "FROM node:20\nRUN npm ci\nRUN npm ci && npm cache clean --force\n";
/// let file = read("Dockerfile", text, &ReadOptions::default()).unwrap();
/// let left = file.stages[0].instructions.iter().map(|found| match &found.kind {
///     Kind::Run(run) => caches_left(run, &Environment::default()),
///     _ => vec![],
/// });
/// assert_eq!(left.collect::<Vec<_>>(), [vec![Manager::Npm], vec![]]);
/// ```
pub fn caches_left(run: &Run, environment: &Environment) -> Vec<Manager> {
    let mut environment = environment.clone();
    let mut left: Vec<(Manager, Vec<String>)> = Vec::new();
    for command in &run.commands {
        environment.learn(command);
        let emptied = empties(command, &environment);
        left.retain(|(manager, folders)| {
            !emptied.contains(manager) && !(folders.iter().any(|folder| removes(command, folder)))
        });
        if let Some((cache, folders)) = fills(command, &environment)
            && !left.iter().any(|(manager, _)| *manager == cache.manager)
        {
            left.push((cache.manager, folders));
        }
    }
    let elsewhere = |folder: &String| {
        let mounted = run
            .mounts
            .iter()
            .filter(|mount| matches!(mount.kind, MountKind::Cache | MountKind::Tmpfs));
        let mut targets = mounted.filter_map(|mount| mount.target.as_deref());
        folder == "/dev/null" || targets.any(|target| is_within(folder, target))
    };
    left.retain(|(_, folders)| !folders.iter().any(elsewhere));
    left.into_iter().map(|(manager, _)| manager).collect()
}

/// The cache that a command fills, and the folders where it may be.
fn fills(command: &Command, environment: &Environment) -> Option<(&'static Cache, Vec<String>)> {
    let call = Call { command, environment, arguments: command.arguments() };
    let manager = match act_in(command, environment)? {
        // Lists are what apt leaves; packages are deleted by a hook of Debian's and Ubuntu's images.
        Act::Update(manager) => manager,
        Act::Add { manager: Manager::Apt, .. } => return None,
        // An install of the file at hand fetches nothing.
        Act::Add { manager, .. } => manager,
        Act::Install(install) => install.manager,
        Act::Build(manager @ (Manager::Go | Manager::Maven | Manager::Gradle | Manager::Cargo)) => {
            manager
        }
        Act::Build(Manager::Dotnet) if !call.has(&["--no-restore"]) => Manager::Dotnet,
        _ => return None,
    };
    let cache = cache_of(manager)?;
    let off = |name: &&str| match name.starts_with('-') {
        true => call.has(&[name]),
        // pip takes any value for yes, even `off`, for the sake of old files (`cmdoptions.py`).
        false if *name == "PIP_NO_CACHE_DIR" => {
            call.variable(&[name]).is_some_and(|v| !v.is_empty())
        }
        false => call.variable(&[name]).is_some_and(is_on),
    };
    if cache.off_by.iter().any(off) {
        return None;
    }
    let moved: Vec<&str> = cache
        .moved_by
        .iter()
        .flat_map(|name| match name.starts_with('-') {
            true => call.values(&[name]),
            false => call.variable(&[name]).into_iter().collect(),
        })
        .collect();
    let mut folders: Vec<String> = moved.iter().map(|folder| (*folder).to_owned()).collect();
    if folders.is_empty() {
        folders = cache.folders.iter().map(|folder| (*folder).to_owned()).collect();
    }
    Some((cache, folders))
}

/// Whose caches a command empties.
pub fn empties(command: &Command, environment: &Environment) -> Vec<Manager> {
    match act_in(command, environment) {
        // Deletes packages, of which none are left anyway, and leaves the lists.
        Some(Act::CleanCache(Manager::Apt)) if command.program() != "rm" => {
            let lists = command.operands().any(|word| word == "distclean" || word == "dist-clean");
            if lists { vec![Manager::Apt] } else { Vec::new() }
        }
        Some(Act::CleanCache(_)) if command.program() == "rm" => emptied_by_rm(command),
        Some(Act::CleanCache(manager)) => vec![manager],
        _ => Vec::new(),
    }
}

/// Whose caches an `rm -r` deletes.
pub(super) fn emptied_by_rm(command: &Command) -> Vec<Manager> {
    let emptied = CACHES.iter().filter(|cache| {
        cache.folders.iter().any(|folder| removes(command, folder))
            || cache.moved_by.iter().any(|name| names_variable(command, name))
    });
    emptied.map(|cache| cache.manager).collect()
}

/// Whether an `rm` deletes a folder, or what is in it.
fn removes(command: &Command, folder: &str) -> bool {
    command.program() == "rm"
        && command.operands().any(|path| is_within(folder, path) || is_within(path, folder))
}

/// Whether an `rm` names a folder by its variable: `rm -rf "$POETRY_CACHE_DIR"`.
fn names_variable(command: &Command, name: &str) -> bool {
    let of = |path: &str| path.trim_start_matches(['$', '{']).starts_with(name);
    command.operands().any(|path| path.starts_with('$') && of(path))
}

/// Whether a path is a folder or lies in it; `~`, `$HOME`, `/root` and `/home/NAME` are one.
pub(crate) fn is_within(path: &str, folder: &str) -> bool {
    let (path, folder) = (at_home(path), at_home(folder));
    let folder = folder.as_str();
    // `rm -rf /` and `rm -rf ~` are not about caches.
    if folder.is_empty() || folder == "~" {
        return false;
    }
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn at_home(path: &str) -> String {
    let path = path.trim_end_matches("/*").trim_end_matches("/**").trim_end_matches('/');
    for home in ["$HOME", "${HOME}", "/root", "~"] {
        if let Some(rest) = path.strip_prefix(home)
            && (rest.is_empty() || rest.starts_with('/'))
        {
            return format!("~{rest}");
        }
    }
    match path.strip_prefix("/home/").and_then(|rest| rest.split_once('/')) {
        Some((_, rest)) => format!("~/{rest}"),
        None => path.to_owned(),
    }
}
