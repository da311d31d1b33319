//! Owners and modes set by the copies themselves: the help of `recursive-chown-layer`.

use super::rewrite::{parts, place};
use super::seen::{At, Seen};
use crate::cache::lands;
use crate::ecosystem::within;
use crate::read::Kind;
use crate::shell::Command;

/// What to write for a command that goes over what other steps brought.
pub(super) fn owned_when_copied(
    seen: &Seen<'_>,
    at: &At<'_>,
    command: &Command,
    changed: &[String],
    copied: &[At<'_>],
) -> String {
    let name = command.program();
    let flag = match (name, command.operands().next().filter(|_| !refers(command))) {
        ("chmod", Some(value)) => format!("--chmod={value}"),
        ("chgrp", Some(value)) => format!("--chown=:{value}"),
        (_, Some(value)) => format!("--chown={value}"),
        _ => return "set owners and modes as files are copied: COPY --chown, --chmod".to_owned(),
    };
    let Some(mut lines) = users(seen, at, &flag, copied) else {
        return format!("make the user above the copies, and copy with {flag}");
    };
    let mode = flag.strip_prefix("--chmod=");
    if mode.is_some_and(|mode| mode.contains(|c: char| c.is_ascii_alphabetic())) {
        lines.push("# a mode in letters needs the Dockerfile syntax 1.14 or later".to_owned());
    }
    for step in copied.iter().take(8) {
        let line = step.instruction.line;
        match &step.instruction.kind {
            Kind::Copy(copy) => {
                let there = |path: &String| changed.iter().any(|own| within(path, own).is_some());
                match lands(copy).iter().all(there) {
                    true => lines.push(flagged(&seen.text(step), &flag)),
                    false => lines.push(format!(
                        "# copy {} apart, with {flag}, and leave that out of the copy of line {line} (--exclude, Dockerfile syntax 1.19)",
                        changed.join(", ")
                    )),
                }
            }
            // A user of its own could not write to the folder, which is root's.
            _ if flag.starts_with("--chown") => lines.push(format!(
                "# what line {line} installs may stay root's: the application only reads it"
            )),
            _ => lines.push(format!("# set the mode of what line {line} makes in that RUN")),
        }
    }
    lines.join("\n")
}

/// Whether an owner or mode is that of another file, or is known only when the step runs.
fn refers(command: &Command) -> bool {
    let value = command.operands().next().unwrap_or_default();
    command.arguments().iter().any(|word| word.starts_with("--reference"))
        || value.contains(['$', '`', '*'])
        || value.is_empty()
}

/// A copy with a flag, in place of one of the same name.
fn flagged(text: &str, flag: &str) -> String {
    let name = flag.split('=').next().unwrap_or_default();
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let mut rest = rest.trim_start();
    let mut flags = vec![flag];
    while rest.starts_with("--") {
        let (own, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        if own.split('=').next() != Some(name) {
            flags.push(own);
        }
        rest = after.trim_start();
    }
    format!("{word} {} {rest}", flags.join(" "))
}

const MAKES_USERS: [&str; 4] = ["useradd", "adduser", "groupadd", "addgroup"];

/// The lines that make the user and group of a flag, where that happens only below the first of the
/// copies; `None` where they cannot be told apart from what else their step does.
fn users(seen: &Seen<'_>, at: &At<'_>, flag: &str, copied: &[At<'_>]) -> Option<Vec<String>> {
    let owner = flag.strip_prefix("--chown=").unwrap_or_default();
    let names: Vec<&str> = owner.split(':').filter(|name| !name.is_empty()).collect();
    let makes = |command: &&Command| MAKES_USERS.contains(&command.program());
    let named = |step: &At<'_>| {
        let mut words = step.commands().iter().filter(makes).flat_map(Command::operands);
        words.any(|word| names.contains(&word))
    };
    let first = copied.iter().map(|step| step.id).min()?;
    let shipped = seen.shipped();
    let mut late = shipped.iter().skip_while(|step| step.id != first);
    if !late.clone().any(named) {
        return Some(Vec::new());
    }
    let mut lines = Vec::new();
    while let Some(step) = late.next().filter(|step| step.id <= at.id || named(step)) {
        let text = seen.text(step);
        let (_, script) = parts(&text);
        let commands: Option<Vec<&str>> = step
            .commands()
            .iter()
            .filter(makes)
            .map(|command| script.get(place(script, command)?.whole))
            .collect();
        let commands = commands?;
        if !commands.is_empty() {
            lines.push(format!("RUN {}", commands.join(" && ")));
        }
    }
    Some(lines)
}
