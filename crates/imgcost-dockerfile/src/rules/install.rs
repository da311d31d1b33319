//! How installs behave in the cache: `copy-before-install`, `npm-install`, `unlocked-install`.

use imgcost::image::Trigger;

use super::info::{COPY_BEFORE_INSTALL, NPM_INSTALL, UNLOCKED_INSTALL};
use super::lists::{fetch_command, lists_of, locked_command};
use super::seen::{At, Seen};
use super::{Finding, Fix};
use crate::ecosystem::{Act, Manager, cache_of, is_within, names_packages};
use crate::read::{CopyFrom, Kind, MountKind, Source};

pub(super) fn check(seen: &Seen<'_>, found: &mut Vec<Finding>) {
    for (stage, _) in seen.needed() {
        copied_before(seen, stage, found);
        for at in seen.steps(stage) {
            unlocked(seen, &at, found);
        }
    }
}

/// Installs of a stage that run again with each source line, by the step that is to blame.
fn copied_before(seen: &Seen<'_>, stage: usize, found: &mut Vec<Finding>) {
    let mut culprit: Option<At<'_>> = None;
    let mut cached: Vec<Manager> = Vec::new();
    let mut findings: Vec<(At<'_>, Vec<(At<'_>, Manager)>)> = Vec::new();
    for own in seen.chain_of(stage) {
        for at in seen.steps(own) {
            let Some(step) = seen.plan.step(at.id) else { continue };
            let reruns = step.reruns.contains(Trigger::Deploy);
            if culprit.is_none() && step.inputs.contains(Trigger::Deploy) {
                culprit = Some(at);
            }
            for manager in installers(&at) {
                if !reruns {
                    cached.push(manager);
                } else if let Some(culprit) = culprit.filter(|_| own == stage)
                    && again(&at, manager, &cached)
                {
                    match findings.iter_mut().find(|(found, _)| found.id == culprit.id) {
                        Some((_, installs)) => installs.push((at, manager)),
                        None => findings.push((culprit, vec![(at, manager)])),
                    }
                }
            }
        }
    }
    found.extend(
        findings.into_iter().map(|(culprit, installs)| too_early(seen, stage, &culprit, &installs)),
    );
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

/// Whether an install that runs again does its work again, for all that an earlier step or a cache
/// mount has done of it.
fn again(at: &At<'_>, manager: Manager, cached: &[Manager]) -> bool {
    if manager.is_system() {
        return true;
    }
    // `npm ci` deletes what is there and begins anew.
    let from_nothing = manager == Manager::Npm
        && at.done.installs.iter().any(|(_, install)| install.manager == manager && install.locked);
    if cached.contains(&manager) && !from_nothing {
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

fn too_early(
    seen: &Seen<'_>,
    stage: usize,
    culprit: &At<'_>,
    installs: &[(At<'_>, Manager)],
) -> Finding {
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
        reordered(seen, culprit, installs),
        Fix::PackagesFirst { installs: steps },
    );
    Finding { ships: seen.ships(stage), ..finding }
}

/// The lines in the order that the cache likes: lists, installs, and the copy that was too early.
fn reordered(seen: &Seen<'_>, culprit: &At<'_>, installs: &[(At<'_>, Manager)]) -> String {
    let mut lines: Vec<String> = Vec::new();
    let system = |manager: &Manager| manager.is_system();
    for (at, _) in installs.iter().filter(|(_, manager)| system(manager)) {
        lines.push(seen.text(at));
    }
    for (at, manager) in installs.iter().filter(|(_, manager)| !system(manager)) {
        let copied = list_copy(seen, culprit, at).map(|copy| seen.text(&copy));
        lines.push(copied.unwrap_or_else(|| format!("COPY {} ./", lists_of(*manager))));
        let builds = at.done.acts.iter().any(|(_, act)| *act == Act::Build(*manager));
        lines.push(match (builds, manager) {
            (true, _) => fetch_command(*manager, seen, at),
            (false, Manager::Npm) => {
                seen.text(at).replace("npm install", "npm ci").replace("npm i ", "npm ci ")
            }
            (false, _) => seen.text(at),
        });
    }
    if matches!(culprit.instruction.kind, Kind::Copy(_)) {
        lines.push(seen.text(culprit));
    }
    lines.dedup();
    let mut seen_lines: Vec<String> = Vec::new();
    for line in lines {
        if !seen_lines.contains(&line) {
            seen_lines.push(line);
        }
    }
    seen_lines.truncate(12);
    seen_lines.join("\n")
}

/// The copy of lists alone that stands between the copy that was too early and the install.
fn list_copy<'s>(seen: &'s Seen<'_>, culprit: &At<'_>, install: &At<'_>) -> Option<At<'s>> {
    seen.steps(install.id.stage).find(|at| {
        at.id > culprit.id
            && at.id < install.id
            && matches!(&at.instruction.kind, Kind::Copy(copy)
            if copy.from == CopyFrom::Context && copy.sources.iter().all(|source| {
                matches!(source, Source::Path(path) if names_packages(path).is_some())
            }))
    })
}

fn unlocked(seen: &Seen<'_>, at: &At<'_>, found: &mut Vec<Finding>) {
    let ships = seen.ships(at.id.stage);
    for (place, install) in &at.done.installs {
        let manager = install.manager;
        let command = at.commands().get(*place);
        if install.locked || !has_lock(seen, at, manager) {
            continue;
        }
        let words: Vec<&str> = command
            .into_iter()
            .flat_map(|command| command.words.iter().take(2))
            .map(String::as_str)
            .collect();
        let phrase = words.join(" ");
        let span = seen.word(&at.instruction.span, &phrase);
        let fix = Fix::LockedInstall { installs: vec![at.id], manager };
        let instead = locked_command(manager);
        let finding = if manager == Manager::Npm {
            let message =
                format!("`{phrase}` may change the lock file; `npm ci` takes it as it is");
            let help = seen.text(at).replacen(&phrase, instead, 1);
            seen.finding(&NPM_INSTALL, (at.id, span), message, help, fix)
        } else {
            let message = format!("`{phrase}` does not hold {} to its lock file", manager.name());
            seen.finding(&UNLOCKED_INSTALL, (at.id, span), message, format!("RUN {instead}"), fix)
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

/// A line, cut where it grows long.
pub(super) fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text.to_owned(),
    }
}
