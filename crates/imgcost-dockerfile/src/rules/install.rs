//! How installs behave in the cache: `copy-before-install`, `npm-install`, `unlocked-install`.

use super::early::{Early, too_early};
use super::info::{COPY_BEFORE_INSTALL, NPM_INSTALL, UNLOCKED_INSTALL};
use super::locked::held_to_lock;
use super::order::reordered;
use super::seen::{At, Seen};
use super::{Finding, Fix};
use crate::ecosystem::{Act, Manager};
use crate::read::{Kind, Source};
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
