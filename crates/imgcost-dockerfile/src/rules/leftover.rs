//! What stays although nobody needs it: `package-cache-kept`, `cleanup-in-later-layer`.

use std::collections::BTreeMap;

use super::info::{CLEANUP_LATER, PACKAGE_CACHE_KEPT};
use super::install::{phrase, short};
use super::kept::{by, without_cache};
use super::locked::for_production;
use super::merged::in_one_step;
use super::seen::{At, Seen};
use super::{Finding, Fix};
use crate::cache::{StepId, files_written, origins};
use crate::ecosystem::{Act, Manager, Whereabouts, cache_of, package_name};
use crate::read::{Kind, Source};
use crate::shell::Command;

/// What earlier steps brought, by what would delete it.
#[derive(Default)]
struct Brought<'a> {
    /// Packages of the system, and virtual names, by manager.
    packages: BTreeMap<(Manager, String), At<'a>>,
    /// Steps that left a cache.
    caches: Vec<(Manager, At<'a>)>,
    /// Installs with development packages.
    development: Vec<(Manager, At<'a>)>,
    /// Files and folders, without a slash at their end.
    paths: BTreeMap<String, At<'a>>,
}

pub(super) fn check(seen: &Seen<'_>, found: &mut Vec<Finding>) {
    let shipped = seen.shipped();
    let mut brought = Brought::default();
    let mut late: Vec<(StepId, Manager)> = Vec::new();
    for at in &shipped {
        let mut gone: BTreeMap<StepId, Gone<'_>> = BTreeMap::new();
        packages_removed(at, &brought, &mut gone);
        for manager in &at.done.emptied {
            let fills = at.done.installs.iter().any(|(_, install)| install.manager == *manager)
                || at.done.acts.iter().any(|(_, act)| *act == Act::Update(*manager));
            for (_, made) in brought.caches.iter().filter(|(whose, _)| whose == manager && !fills) {
                late.push((made.id, *manager));
                note(&mut gone, made, Some(*manager), format!("the cache of {}", manager.name()));
            }
        }
        for (_, act) in &at.done.acts {
            if let Act::Prune(manager) = act {
                for (_, made) in brought.development.iter().filter(|(whose, _)| whose == manager) {
                    note(&mut gone, made, Some(*manager), "development packages".into());
                }
            }
        }
        paths_removed(seen, at, &brought, &mut gone);
        found.extend(gone.into_values().map(|gone| too_late(seen, at, gone)));
        brought.add(at);
    }
    for at in &shipped {
        for manager in &at.done.left {
            if !late.contains(&(at.id, *manager)) {
                found.extend(kept(seen, at, *manager, &shipped));
            }
        }
    }
}

/// What one step deletes of another's layer.
struct Gone<'a> {
    made: At<'a>,
    manager: Option<Manager>,
    what: Vec<String>,
}

/// The most things that one finding names.
const MOST: usize = 20;

fn note<'a>(
    gone: &mut BTreeMap<StepId, Gone<'a>>,
    made: &At<'a>,
    manager: Option<Manager>,
    what: String,
) {
    let entry = gone.entry(made.id).or_insert(Gone { made: *made, manager, what: Vec::new() });
    entry.manager = entry.manager.or(manager);
    if !entry.what.contains(&what) && entry.what.len() < MOST {
        entry.what.push(what);
    }
}

fn packages_removed<'a>(at: &At<'_>, brought: &Brought<'a>, gone: &mut BTreeMap<StepId, Gone<'a>>) {
    for (_, act) in &at.done.acts {
        let Act::Remove { manager, packages } = act else { continue };
        for package in packages {
            let name = package_name(*manager, package).to_owned();
            if let Some(made) = brought.packages.get(&(*manager, name.clone())) {
                note(gone, made, Some(*manager), name);
            }
        }
    }
}

/// Deletions of files that an earlier step copied, fetched or unpacked.
fn paths_removed<'a>(
    seen: &Seen<'_>,
    at: &At<'_>,
    brought: &Brought<'a>,
    gone: &mut BTreeMap<StepId, Gone<'a>>,
) {
    let mut whereabouts = Whereabouts::of(at.instruction);
    let mut made_here: Vec<String> = Vec::new();
    for command in at.commands() {
        whereabouts.enter(command);
        if command.program() != "rm" {
            made_here.extend(made(command, &whereabouts));
            made_here.extend(files_written(command, whereabouts.folder()));
            continue;
        }
        for path in command.operands().filter(|path| !path.contains(['*', '$', '~'])) {
            let path = whereabouts.path(path);
            let Some(from) = brought.holding(&path) else { continue };
            let is_made =
                |own: &String| *own == path || own.ends_with('/') && path.starts_with(own);
            // What this step itself made is in no layer, unless there was one already.
            if !made_here.iter().any(is_made) || was_there(seen, from, &path) {
                note(gone, from, None, path);
            }
        }
    }
}

/// Whether the context is known to have the file that a copy put at a path.
fn was_there(seen: &Seen<'_>, from: &At<'_>, path: &str) -> bool {
    let Kind::Copy(copy) = &from.instruction.kind else { return false };
    let sources = origins(copy, path);
    let mut files = seen.context.sent().into_iter().flatten();
    files.any(|(file, _)| sources.iter().any(|source| source.trim_start_matches('/') == file))
}

impl<'a> Brought<'a> {
    /// The step that brought a path, or the nearest folder above it.
    fn holding(&self, path: &str) -> Option<&At<'a>> {
        let ends = path.match_indices('/').map(|(at, _)| at).filter(|at| *at > 0);
        let mut parents: Vec<&str> = ends.map(|end| &path[..end]).chain([path]).collect();
        parents.reverse();
        parents.iter().find_map(|path| self.paths.get(*path))
    }

    fn add(&mut self, at: &At<'a>) {
        for (_, act) in &at.done.acts {
            match act {
                Act::Add { manager, packages, virtual_name } => {
                    for package in packages.iter().chain(virtual_name) {
                        let name = package_name(*manager, package).to_owned();
                        self.packages.insert((*manager, name), *at);
                    }
                }
                Act::Remove { manager, packages } => {
                    for package in packages {
                        let name = package_name(*manager, package).to_owned();
                        self.packages.remove(&(*manager, name));
                    }
                }
                Act::Install(install) if install.development => {
                    self.development.push((install.manager, *at));
                }
                Act::Prune(_) => self.development.clear(),
                _ => {}
            }
        }
        self.caches.retain(|(manager, _)| !at.done.emptied.contains(manager));
        self.caches.extend(at.done.left.iter().map(|manager| (*manager, *at)));
        match &at.instruction.kind {
            Kind::Copy(copy) => {
                let folder = copy.dest.ends_with('/') || copy.sources.len() > 1;
                for source in &copy.sources {
                    let name = match source {
                        Source::Path(path) | Source::Remote(path) => {
                            path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
                        }
                        Source::HereDocument(_) => "",
                    };
                    // The files of a folder, or a file by its own name.
                    if folder && name.contains('.') && name != "." {
                        self.paths.insert(folder_of(&copy.dest, name), *at);
                    } else {
                        self.paths.insert(folder_of("/", &copy.dest), *at);
                    }
                }
            }
            Kind::Run(run) => {
                let mut whereabouts = Whereabouts::of(at.instruction);
                for command in &run.commands {
                    whereabouts.enter(command);
                    let made = made(command, &whereabouts).into_iter();
                    self.paths.extend(made.map(|path| (path, *at)));
                }
            }
            _ => {}
        }
    }
}

/// Files and folders that a command fetches or makes, by their names.
fn made(command: &Command, at: &Whereabouts) -> Vec<String> {
    match command.program() {
        "mkdir" => command.operands().map(|path| at.path(path)).collect(),
        "curl" | "wget" | "git" => {
            let mut files = files_written(command, at.folder());
            files.retain(|path| !path.ends_with('/'));
            files
        }
        _ => Vec::new(),
    }
}

fn folder_of(workdir: &str, path: &str) -> String {
    let path = crate::read::absolute(workdir, path);
    path.trim_end_matches('/').to_owned()
}

fn too_late(seen: &Seen<'_>, at: &At<'_>, gone: Gone<'_>) -> Finding {
    let line = gone.made.instruction.line;
    let message = format!(
        "deleting {} here only hides it: it stays in the layer of line {line}",
        named(&gone.what)
    );
    let prunes = at.done.acts.iter().any(|(_, act)| matches!(act, Act::Prune(_)));
    let help = match (&gone.made.instruction.kind, gone.manager) {
        // What lies between them needs what is deleted: it is built elsewhere.
        (Kind::Run(_), Some(manager)) if prunes => for_production(seen, &gone.made, manager)
            .map(|line| format!("# build in a stage of its own; in the final one:\n{line}")),
        (Kind::Run(_), _) => in_one_step(seen, &gone.made, at)
            .map(|lines| format!("# all of it in one step:\n{lines}")),
        (Kind::Copy(copy), _) if copy.add => Some(format!(
            "fetch, use and delete in one RUN in place of `{}`",
            short(&seen.text(&gone.made))
        )),
        _ => None,
    };
    let help = help.unwrap_or_else(|| {
        let what = named(&gone.what);
        match &gone.made.instruction.kind {
            Kind::Run(_) => {
                format!("delete {what} in the RUN of line {line}, or make it in a stage of its own")
            }
            _ => format!("leave {what} out of line {line}, or copy from a stage that deletes it"),
        }
    });
    let fix = Fix::CleanedInSameStep {
        made: gone.made.id,
        deleted: at.id,
        manager: gone.manager,
        what: gone.what,
    };
    seen.finding(&CLEANUP_LATER, at.place(), message, help, fix)
}

fn named(what: &[String]) -> String {
    let quoted = |word: &String| match word.contains(' ') {
        true => word.clone(),
        false => format!("`{word}`"),
    };
    what.iter().map(quoted).collect::<Vec<_>>().join(", ")
}

fn kept(seen: &Seen<'_>, at: &At<'_>, manager: Manager, shipped: &[At<'_>]) -> Option<Finding> {
    let cache = cache_of(manager)?;
    let fills =
        |(place, act): &&(usize, Act)| by(act) == Some(manager) && *place < at.commands().len();
    let place = at.done.acts.iter().find(fills).map(|(place, _)| *place);
    let phrase = place.and_then(|place| at.commands().get(place)).map(phrase).unwrap_or_default();
    let span = seen.word(&at.instruction.span, &phrase);
    let what = match manager {
        Manager::Apt => "lists of packages".to_owned(),
        _ => format!("cache ({})", cache.folders.first().copied().unwrap_or_default()),
    };
    let message = format!("`{phrase}` leaves its {what} in the image");
    let help = without_cache(seen, at, manager, cache, shipped);
    let fix = Fix::NoCacheKept { step: at.id, manager };
    Some(seen.finding(&PACKAGE_CACHE_KEPT, (at.id, span), message, help, fix))
}
