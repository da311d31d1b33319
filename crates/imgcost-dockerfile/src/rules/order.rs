//! The order that the cache likes, for the help of `copy-before-install`: what installs comes before
//! what changes with each source line, with what it needs to run there.
//!
//! What cannot be moved by what the file says is told in words: lines that are advised must build.

use super::fetch::{Fetch, fetch, words_for};
use super::seen::{At, Seen};
use crate::ecosystem::{Act, Manager, names_packages};
use crate::read::{Copy, CopyFrom, Kind, Source};
use crate::shell::Command;

/// The most installs of which each is told, and the most commands that are looked at.
const MOST: usize = 12;
const MOST_COMMANDS: usize = 200;

/// What to write in place of copies that come too early and the installs below them. The first cut
/// that brings what the installs read is the culprit.
pub(super) fn reordered(
    seen: &Seen<'_>,
    culprit: &At<'_>,
    cuts: &[At<'_>],
    installs: &[(At<'_>, Manager)],
) -> String {
    if installs.len() > MOST {
        return words_for(installs);
    }
    let alone = installs.iter().all(|(at, _)| at.id.stage == culprit.id.stage);
    let lines = match alone {
        true => in_one_stage(seen, culprit, cuts, installs),
        false => in_stages(seen, culprit, cuts, installs),
    };
    let lines = lines.filter(|lines| !lines.is_empty());
    lines.map_or_else(|| words_for(installs), |lines| lines.join("\n"))
}

/// Adds lines that are not there yet.
fn push(lines: &mut Vec<String>, more: impl IntoIterator<Item = String>) {
    for line in more {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
}

fn in_one_stage(
    seen: &Seen<'_>,
    culprit: &At<'_>,
    cuts: &[At<'_>],
    installs: &[(At<'_>, Manager)],
) -> Option<Vec<String>> {
    let last = installs.iter().map(|(at, _)| at.id).max()?;
    let (mut lines, mut below) = (Vec::new(), Vec::new());
    let mut workdir = culprit.instruction.workdir.clone();
    let owned = matches!(&culprit.instruction.kind, Kind::Copy(copy) if copy.chown.is_some());
    // What belongs to somebody keeps its owner: the folder is made by the copy, not by WORKDIR.
    if owned {
        for (at, manager) in installs {
            let lists = fetch(seen, culprit, at, *manager)?;
            push(&mut lines, lists.copies(&workdir));
        }
    }
    for at in seen.steps(culprit.id.stage).filter(|at| at.id > culprit.id && at.id <= last) {
        workdir.clone_from(&at.instruction.workdir);
        let mut own = installs.iter().filter(|(install, _)| install.id == at.id).peekable();
        if own.peek().is_none() {
            if stands_alone(&at) {
                push(&mut lines, [seen.text(&at)]);
            } else if matches!(at.instruction.kind, Kind::Run(_) | Kind::Copy(_))
                && cuts.iter().all(|cut| cut.id != at.id)
            {
                // It may read the sources: it stays below them.
                push(&mut below, [seen.text(&at)]);
            }
            if let Kind::Workdir(path) = &at.instruction.kind {
                workdir.clone_from(path);
            }
            continue;
        }
        for (at, manager) in own {
            let Fetch { above, after, .. } = {
                let fetch = fetch(seen, culprit, at, *manager)?;
                if !owned {
                    push(&mut lines, fetch.copies(&workdir));
                }
                fetch
            };
            push(&mut lines, above);
            push(&mut below, after);
        }
    }
    for cut in cuts.iter().filter(|at| at.id <= last) {
        push(&mut lines, copied(seen, cut, &workdir));
    }
    push(&mut lines, below);
    Some(lines)
}

/// Installs in stages that start from the one with the copy: each of them by itself.
fn in_stages(
    seen: &Seen<'_>,
    culprit: &At<'_>,
    cuts: &[At<'_>],
    installs: &[(At<'_>, Manager)],
) -> Option<Vec<String>> {
    let named = |stage: usize| {
        let found = seen.file.stages.get(stage);
        let name = found.and_then(|found| found.name.clone());
        name.map_or_else(
            || format!("the stage of line {}", found.map_or(0, |at| at.line)),
            |name| format!("`{name}`"),
        )
    };
    let mut lines = vec![format!(
        "# leave `{}` out of {}; then in each stage that starts from it:",
        super::install::short(&seen.text(culprit)),
        named(culprit.id.stage)
    )];
    let mut stages: Vec<usize> = installs.iter().map(|(at, _)| at.id.stage).collect();
    stages.dedup();
    for stage in stages {
        lines.push(format!("# {}", named(stage)));
        let mut own: Vec<String> = Vec::new();
        let (mut below, mut workdir) = (Vec::new(), String::new());
        for (at, manager) in installs.iter().filter(|(at, _)| at.id.stage == stage) {
            let fetch = fetch(seen, culprit, at, *manager)?;
            workdir.clone_from(&at.instruction.workdir);
            push(&mut own, fetch.copies(&workdir));
            push(&mut own, fetch.above);
            push(&mut below, fetch.after);
        }
        for cut in cuts {
            push(&mut own, copied(seen, cut, &workdir));
        }
        push(&mut own, below);
        lines.extend(own);
    }
    lines.push("# and where nothing is installed, copy what the stage needs".to_owned());
    Some(lines)
}

/// A copy as it stands below another `WORKDIR`; nothing of a step that copies nothing.
fn copied(seen: &Seen<'_>, at: &At<'_>, workdir: &str) -> Option<String> {
    let Kind::Copy(copy) = &at.instruction.kind else { return None };
    let text = seen.text(at);
    if at.instruction.workdir == workdir {
        return Some(text);
    }
    let (head, dest) = text.rsplit_once(char::is_whitespace)?;
    Some(match dest.starts_with('/') || text.ends_with(']') {
        true => text.clone(),
        false => format!("{head} {}", copy.dest),
    })
}

/// Whether a step needs nothing of the sources, as far as can be told: settings, lists that are copied,
/// and commands that are known to need nothing.
fn stands_alone(at: &At<'_>) -> bool {
    match &at.instruction.kind {
        Kind::Env(_) | Kind::Arg(_) | Kind::User(_) | Kind::Workdir(_) | Kind::Shell(_) => true,
        Kind::Copy(copy) => is_lists(copy),
        Kind::Run(_) => at.done.installs.is_empty() && needs_nothing(at, at.commands()),
        _ => false,
    }
}

/// Whether a copy brings lists of packages alone.
pub(super) fn is_lists(copy: &Copy) -> bool {
    copy.from == CopyFrom::Context
        && copy
            .sources
            .iter()
            .all(|source| matches!(source, Source::Path(path) if names_packages(path).is_some()))
}

/// Programs that need nothing of an application's sources to do their work.
const ALONE: [&str; 34] = [
    "addgroup",
    "adduser",
    "apt-key",
    "apt-mark",
    "cd",
    "corepack",
    "curl",
    "dpkg",
    "echo",
    "export",
    "gpg",
    "groupadd",
    "install",
    "ln",
    "locale-gen",
    "mkdir",
    "printf",
    "rm",
    "set",
    "tee",
    "true",
    "update-ca-certificates",
    "useradd",
    "wget",
    "docker-php-ext-install",
    "docker-php-ext-enable",
    "docker-php-ext-configure",
    "pecl",
    "a2enmod",
    "gem",
    "rustup",
    "virtualenv",
    "unset",
    "umask",
];

/// Whether commands run as well before sources are there.
pub(super) fn needs_nothing(at: &At<'_>, commands: &[Command]) -> bool {
    let acts = |place: usize| {
        at.done
            .acts
            .iter()
            .any(|(own, act)| *own == place && !matches!(act, Act::Build(_) | Act::Prune(_)))
    };
    let few = commands.len() <= MOST_COMMANDS;
    few && commands.iter().enumerate().all(|(place, command)| {
        let program = command.program();
        let configures = command.operands().any(|word| word == "config" || word == "venv");
        program.is_empty() || ALONE.contains(&program) || acts(place) || configures
    })
}
