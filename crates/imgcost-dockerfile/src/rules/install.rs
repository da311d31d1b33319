//! How installs behave in the cache: `copy-before-install`, `npm-install`, `unlocked-install`.

use super::early::{Early, too_early};
use super::info::{COPY_BEFORE_INSTALL, NPM_INSTALL, UNLOCKED_INSTALL};
use super::lists::{fetch_command, lists_of, locked_command};
use super::seen::{At, Seen};
use super::{Finding, Fix};
use crate::ecosystem::{Act, Manager, names_packages};
use crate::read::{CopyFrom, Kind, Source};
use crate::shell::Command;

pub(super) fn check(seen: &Seen<'_>, found: &mut Vec<Finding>) {
    for (stage, _) in seen.needed() {
        for at in seen.steps(stage) {
            unlocked(seen, &at, found);
        }
    }
    found.extend(too_early(seen).iter().map(|early| told(seen, early)));
}

/// What of the context a step brings.
pub(super) fn brought<'s>(at: &At<'s>) -> Vec<&'s str> {
    let Kind::Copy(copy) = &at.instruction.kind else { return Vec::new() };
    let paths = copy.sources.iter().filter_map(|source| match source {
        Source::Path(path) => Some(path.as_str()),
        _ => None,
    });
    paths.collect()
}

/// Copies that a message names.
const NAMED: usize = 3;

fn told(seen: &Seen<'_>, Early { culprit, others, installs }: &Early<'_>) -> Finding {
    let names: Vec<&str> = {
        let mut names: Vec<&str> = installs.iter().map(|(_, manager)| manager.name()).collect();
        names.dedup();
        names
    };
    let cuts = in_order(culprit, others);
    let mut what: Vec<String> =
        cuts.iter().filter(|at| is_copy(at)).map(|at| quoted(seen, at)).collect();
    if !is_copy(culprit) {
        what.push("this step, which reads the sources,".to_owned());
    }
    let more = what.len().saturating_sub(NAMED);
    what.truncate(NAMED);
    if more > 0 {
        what.push(format!("{more} more"));
    }
    let come = if what.len() == 1 { "comes" } else { "come" };
    let message = format!(
        "{} {come} before the install by {}, so that each source line installs again",
        what.join(" and "),
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
        reordered(seen, culprit, &cuts, installs),
        Fix::PackagesFirst { installs: steps },
    );
    let ships = installs.iter().any(|(at, _)| seen.ships(at.id.stage));
    Finding { ships, ..finding }
}

/// The lines in the order that the cache likes: installs of the system, lists with their installs, and
/// the copies that were too early.
fn reordered(
    seen: &Seen<'_>,
    culprit: &At<'_>,
    cuts: &[At<'_>],
    installs: &[(At<'_>, Manager)],
) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut push = |line: String| {
        if !lines.contains(&line) && lines.len() < 12 {
            lines.push(line);
        }
    };
    let (system, own): (Vec<&(At<'_>, Manager)>, Vec<_>) =
        installs.iter().partition(|(_, manager)| manager.is_system());
    system.into_iter().for_each(|(at, _)| push(seen.text(at)));
    for (at, manager) in own {
        if at.done.only_adds(*manager) {
            push(seen.text(at));
            continue;
        }
        match list_copy(seen, culprit, at) {
            Some(copy) => push(seen.text(&copy)),
            None if has_lists(seen, culprit, *manager) => {}
            None => push(format!("COPY {} ./", lists_in(culprit, *manager))),
        }
        push(match (at.done.acts.iter().any(|(_, act)| *act == Act::Build(*manager)), manager) {
            (true, _) => fetch_command(*manager, seen, at),
            (false, Manager::Npm) => {
                seen.text(at).replace("npm install", "npm ci").replace("npm i ", "npm ci ")
            }
            (false, _) => seen.text(at),
        });
    }
    cuts.iter().filter(|at| is_copy(at)).for_each(|at| push(seen.text(at)));
    lines.join("\n")
}

/// All steps that cut the cache, in the order of the file.
fn in_order<'s>(culprit: &At<'s>, others: &[At<'s>]) -> Vec<At<'s>> {
    let mut cuts: Vec<At<'s>> = others.iter().chain([culprit]).copied().collect();
    cuts.sort_by_key(|at| at.id);
    cuts
}

fn is_copy(at: &At<'_>) -> bool {
    matches!(at.instruction.kind, Kind::Copy(_))
}

fn quoted(seen: &Seen<'_>, at: &At<'_>) -> String {
    format!("`{}`", short(&seen.text(at)))
}

/// The lists of a manager, in the folder that is copied.
fn lists_in(culprit: &At<'_>, manager: Manager) -> String {
    let lists = lists_of(manager);
    match brought(culprit).as_slice() {
        [folder] if *folder != "." && !folder.contains(['*', '.']) => {
            let lists: Vec<String> =
                lists.split(' ').map(|list| format!("{folder}/{list}")).collect();
            lists.join(" ")
        }
        _ => lists.to_owned(),
    }
}

/// Whether the lists of a manager are there already where the copy that was too early stands.
fn has_lists(seen: &Seen<'_>, culprit: &At<'_>, manager: Manager) -> bool {
    let stages = seen.chain_of(culprit.id.stage).into_iter();
    let mut above = stages.flat_map(|own| seen.steps(own)).take_while(|at| at.id < culprit.id);
    above.any(|at| brought(&at).iter().any(|path| names_packages(path) == Some(manager)))
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
        let phrase = command.map(phrase).unwrap_or_default();
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
