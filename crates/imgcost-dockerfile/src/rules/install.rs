//! How installs behave in the cache: `copy-before-install`, `npm-install`, `unlocked-install`.

use imgcost::image::Trigger;

use super::info::{COPY_BEFORE_INSTALL, NPM_INSTALL, UNLOCKED_INSTALL};
use super::locked::held_to_lock;
use super::order::reordered;
use super::seen::{At, Seen};
use super::{Finding, Fix};
use crate::ecosystem::{Act, Manager, cache_of, is_within, names_packages};
use crate::read::{Kind, MountKind, Source};
use crate::shell::Command;

pub(super) fn check(seen: &Seen<'_>, found: &mut Vec<Finding>) {
    let mut early = Early::new();
    for (stage, _) in seen.needed() {
        copied_before(seen, stage, &mut early);
        for at in seen.steps(stage) {
            unlocked(seen, &at, found);
        }
    }
    found.extend(early.iter().map(|(culprit, installs)| too_early(seen, culprit, installs)));
}

/// Steps that cut the cache too early, with the installs that run again because of each.
type Early<'s> = Vec<(At<'s>, Vec<(At<'s>, Manager)>)>;

/// Installs of a stage that run again with each source line, by the step that is to blame.
fn copied_before<'s>(seen: &'s Seen<'_>, stage: usize, early: &mut Early<'s>) {
    let mut culprit: Option<At<'s>> = None;
    let mut before: Vec<Manager> = Vec::new();
    let mut lists: Vec<&str> = Vec::new();
    for own in seen.chain_of(stage) {
        for at in seen.steps(own) {
            let Some(step) = seen.plan.step(at.id) else { continue };
            if culprit.is_none() && step.inputs.contains(Trigger::Deploy) {
                culprit = Some(at);
            }
            lists.extend(brought(&at));
            for manager in installers(&at) {
                let blamed =
                    culprit.filter(|_| own == stage && step.reruns.contains(Trigger::Deploy));
                if let Some(culprit) = blamed
                    && again(&at, manager, &before)
                    && (!at.done.only_builds(manager)
                        || lists.iter().any(|path| may_bring_list(path, manager)))
                {
                    match early.iter_mut().find(|(found, _)| found.id == culprit.id) {
                        Some((_, installs)) => installs.push((at, manager)),
                        None => early.push((culprit, vec![(at, manager)])),
                    }
                }
                before.push(manager);
            }
        }
    }
}

/// What of the context a step brings.
fn brought<'s>(at: &At<'s>) -> Vec<&'s str> {
    let Kind::Copy(copy) = &at.instruction.kind else { return Vec::new() };
    let paths = copy.sources.iter().filter_map(|source| match source {
        Source::Path(path) => Some(path.as_str()),
        _ => None,
    });
    paths.collect()
}

/// Whether a copy may bring the list of packages: itself, or a folder with it. A build of one file
/// fetches nothing.
fn may_bring_list(path: &str, manager: Manager) -> bool {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    names_packages(path) == Some(manager) || name == "." || !name.contains('.')
}

/// Who installs in a step.
fn installers(at: &At<'_>) -> Vec<Manager> {
    let mut found: Vec<Manager> =
        at.done.installs.iter().map(|(_, install)| install.manager).collect();
    found.extend(at.done.acts.iter().filter_map(|(_, act)| match act {
        Act::Add { manager, .. } => Some(*manager),
        _ => None,
    }));
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether an install does its work anew, for all that an earlier step or a cache mount has done of it.
fn again(at: &At<'_>, manager: Manager, before: &[Manager]) -> bool {
    if manager.is_system() {
        return true;
    }
    // `npm ci` deletes what is there and begins anew.
    let from_nothing = manager == Manager::Npm
        && at.done.installs.iter().any(|(_, install)| install.manager == manager && install.locked);
    if before.contains(&manager) && !from_nothing {
        return false;
    }
    let fetches_only = matches!(
        manager,
        Manager::Go | Manager::Maven | Manager::Gradle | Manager::Cargo | Manager::Dotnet
    );
    !(fetches_only && is_mounted(at, manager))
}

/// Whether a cache mount holds what the manager fetches.
fn is_mounted(at: &At<'_>, manager: Manager) -> bool {
    let Kind::Run(run) = &at.instruction.kind else { return false };
    let folders = cache_of(manager).map_or(&[][..], |cache| cache.folders);
    run.mounts.iter().filter(|mount| mount.kind == MountKind::Cache).any(|mount| {
        let target = mount.target.as_deref().unwrap_or_default();
        folders.iter().any(|folder| is_within(folder, target) || is_within(target, folder))
    })
}

fn too_early(seen: &Seen<'_>, culprit: &At<'_>, installs: &[(At<'_>, Manager)]) -> Finding {
    let names: Vec<&str> = {
        let mut names: Vec<&str> = installs.iter().map(|(_, manager)| manager.name()).collect();
        names.dedup();
        names
    };
    let what = match &culprit.instruction.kind {
        Kind::Copy(_) => format!("`{}`", short(&seen.text(culprit))),
        _ => "this step, which reads the sources,".to_owned(),
    };
    let message = format!(
        "{what} comes before the install by {}, so that each source line installs again",
        names.join(" and ")
    );
    let steps = {
        let mut steps: Vec<_> = installs.iter().map(|(at, _)| at.id).collect();
        steps.dedup();
        steps
    };
    let finding = seen.finding(
        &COPY_BEFORE_INSTALL,
        culprit.place(),
        message,
        reordered(seen, culprit, &[*culprit], installs),
        Fix::PackagesFirst { installs: steps },
    );
    let ships = installs.iter().any(|(at, _)| seen.ships(at.id.stage));
    Finding { ships, ..finding }
}

fn unlocked(seen: &Seen<'_>, at: &At<'_>, found: &mut Vec<Finding>) {
    let ships = seen.ships(at.id.stage);
    for (place, install) in &at.done.installs {
        let manager = install.manager;
        let command = at.commands().get(*place);
        if install.locked || !has_lock(seen, at, manager) {
            continue;
        }
        let phrase = command.map(phrase).unwrap_or_default();
        let span = seen.word(&at.instruction.span, &phrase);
        let fix = Fix::LockedInstall { installs: vec![at.id], manager };
        let held = command.and_then(|command| held_to_lock(seen, at, command, manager));
        let help = held.unwrap_or_else(|| format!("hold {} to its lock file here", manager.name()));
        let finding = if manager == Manager::Npm {
            let message =
                format!("`{phrase}` may change the lock file; `npm ci` takes it as it is");
            seen.finding(&NPM_INSTALL, (at.id, span), message, help, fix)
        } else {
            let message = format!("`{phrase}` does not hold {} to its lock file", manager.name());
            seen.finding(&UNLOCKED_INSTALL, (at.id, span), message, help, fix)
        };
        found.push(Finding { ships, ..finding });
    }
}

/// Whether an install by this manager could be held to a lock file.
fn has_lock(seen: &Seen<'_>, at: &At<'_>, manager: Manager) -> bool {
    match manager {
        // Whether a list pins its versions is in the list.
        Manager::Pip => false,
        // `uv pip install -r` is pip's.
        Manager::Uv => at.done.acts.iter().any(|(place, act)| {
            matches!(act, Act::Install(install) if install.manager == manager && !install.locked)
                && at.commands().get(*place).is_some_and(|command| command.operands().next() == Some("sync"))
        }),
        // NuGet has a lock file only where somebody asked for one.
        Manager::Dotnet => seen.steps(at.id.stage).any(|step| match &step.instruction.kind {
            Kind::Copy(copy) => copy.sources.iter().any(
                |source| matches!(source, Source::Path(path) if path.ends_with("packages.lock.json")),
            ),
            _ => false,
        }),
        _ => true,
    }
}

/// A command by its first words: `npm ci`, `go mod tidy`.
pub(super) fn phrase(command: &Command) -> String {
    let words = command.arguments().iter().map(String::as_str);
    let verbs: Vec<&str> = words.take_while(|word| !word.starts_with('-')).take(2).collect();
    let program = command.program();
    match verbs.as_slice() {
        [] => program.to_owned(),
        // Words that say nothing by themselves.
        [group @ ("mod" | "pip" | "chef" | "global"), verb] => format!("{program} {group} {verb}"),
        [verb, ..] => format!("{program} {verb}"),
    }
}

/// A line, cut where it grows long.
pub(super) fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text.to_owned(),
    }
}
