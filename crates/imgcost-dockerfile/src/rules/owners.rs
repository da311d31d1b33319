//! Owners and modes that are set too late: `recursive-chown-layer`.

use super::info::RECURSIVE_CHOWN;
use super::owned::owned_when_copied;
use super::seen::{At, Seen};
use super::{Finding, Fix};
use crate::cache::lands;
use crate::ecosystem::{Whereabouts, within};
use crate::read::Kind;
use crate::shell::Command;

pub(super) fn check(seen: &Seen<'_>, found: &mut Vec<Finding>) {
    let shipped = seen.shipped();
    // What lies where, from the copies and installs so far.
    let mut brought: Vec<(String, At<'_>)> = Vec::new();
    for at in &shipped {
        let mut whereabouts = Whereabouts::of(at.instruction);
        for command in at.commands() {
            whereabouts.enter(command);
            let Some(changed) = changed(command, &whereabouts) else { continue };
            let touched = |path: &String| {
                changed.iter().any(|own| within(path, own).or(within(own, path)).is_some())
            };
            let mut copied: Vec<_> =
                brought.iter().filter(|(path, _)| touched(path)).map(|(_, at)| *at).collect();
            copied.dedup_by_key(|at| at.id);
            if !copied.is_empty() {
                found.push(twice(seen, at, command, &changed, &copied));
                break;
            }
        }
        match &at.instruction.kind {
            Kind::Copy(copy) => {
                brought.extend(lands(copy).into_iter().map(|path| (path, *at)));
            }
            Kind::Run(_) => {
                brought.extend(at.done.folders.iter().map(|folder| (folder.clone(), *at)));
            }
            _ => {}
        }
    }
}

/// What a recursive `chown`, `chgrp` or `chmod` goes over, absolute.
fn changed(command: &Command, at: &Whereabouts) -> Option<Vec<String>> {
    let recursive = command.arguments().iter().any(|word| {
        word == "--recursive"
            || word.starts_with('-') && !word.starts_with("--") && word.contains('R')
    });
    if !recursive || !["chown", "chgrp", "chmod"].contains(&command.program()) {
        return None;
    }
    let reference = command.arguments().iter().any(|word| word.starts_with("--reference"));
    // The first names the owner or mode.
    let paths = command.operands().skip(usize::from(!reference));
    let paths = paths.map(|path| at.path(path.trim_end_matches('*')));
    Some(paths.collect())
}

fn twice(
    seen: &Seen<'_>,
    at: &At<'_>,
    command: &Command,
    changed: &[String],
    copied: &[At<'_>],
) -> Finding {
    let lines: Vec<String> = copied.iter().map(|at| at.instruction.line.to_string()).collect();
    let name = command.program();
    let message = format!(
        "`{name} -R` stores again what {} {} brought to {}",
        if lines.len() == 1 { "line" } else { "lines" },
        lines.join(", "),
        changed.join(", ")
    );
    let help = owned_when_copied(seen, at, command, changed, copied);
    let span = seen.word(&at.instruction.span, name);
    let fix =
        Fix::OwnedWhenCopied { changed: at.id, copied: copied.iter().map(|at| at.id).collect() };
    seen.finding(&RECURSIVE_CHOWN, (at.id, span), message, help, fix)
}
