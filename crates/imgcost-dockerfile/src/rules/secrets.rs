//! Secrets by their names and by what they look like: `secret-in-image`. Values are never shown.

use std::ops::Range;

use super::carried::carried;
use super::info::SECRET_IN_IMAGE;
use super::masked::values;
use super::secret_names::{Secret, is_secret_name, secret_file};
use super::seen::{At, Seen};
use super::sent::{excluded, is_whole};
use super::shapes::{Shaped, says_it_is_none, shaped};
use super::{Finding, Fix, Severity};
use crate::read::{Copy, CopyFrom, Kind, Source};

pub(super) fn check(seen: &Seen<'_>, found: &mut Vec<Finding>) {
    let shapes = shaped(&seen.file.text);
    for at in seen.shipped() {
        by_shape(seen, &at, &shapes, found);
        match &at.instruction.kind {
            Kind::Copy(copy) => copied(seen, &at, copy, found),
            Kind::Env(pairs) => {
                let given = pairs.iter().filter(|(_, value)| holds(value));
                variables(seen, &at, "ENV", given.map(|(name, _)| name), found);
            }
            Kind::Arg(pairs) => {
                let given = pairs.iter().filter(|(_, value)| value.as_deref().is_none_or(holds));
                variables(seen, &at, "ARG", given.map(|(name, _)| name), found);
            }
            _ => {}
        }
    }
}

/// Whether a value is more than nothing, or what says by itself that it is no secret. What a variable
/// puts in when the image is built ends in its history.
fn holds(value: &str) -> bool {
    let value = value.trim_matches(['"', '\'']);
    !value.is_empty() && (value.contains('$') || !says_it_is_none(value))
}

/// Secrets that an instruction spells out, in whatever it says; what is known by a variable's name is
/// told by that.
fn by_shape(seen: &Seen<'_>, at: &At<'_>, shapes: &[Shaped], found: &mut Vec<Finding>) {
    let span = &at.instruction.span;
    // What a parent's `ONBUILD` brings is written there, and told there.
    let Some(text) = seen.file.text.get(span.clone()).filter(|_| !at.instruction.onbuild) else {
        return;
    };
    // What is told already, or left out by the builder.
    let mut passed = comments(text);
    if let Kind::Env(_) | Kind::Arg(_) = at.instruction.kind {
        passed.extend(values(text));
        passed.sort_by_key(|passed| passed.start);
    }
    let word = text.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    let first = shapes.partition_point(|shape| shape.range.start < span.start);
    let own = shapes.iter().skip(first).take_while(|shape| shape.range.start < span.end);
    for Shaped { range, what } in own {
        let start = range.start - span.start;
        let before = passed.partition_point(|passed| passed.start <= start);
        if before.checked_sub(1).and_then(|at| passed.get(at)).is_some_and(|at| start < at.end) {
            continue;
        }
        let (message, help) = match at.instruction.kind {
            Kind::Run(_) => (
                format!("{word} puts {what} into the image, which keeps the text of its steps"),
                "whoever has the image has it: make it void, and mount a new one for that step:\nRUN --mount=type=secret,id=token,env=TOKEN ...",
            ),
            _ => (
                format!("{word} puts {what} into the image"),
                "whoever has the image has it: make it void, and give a new one to the running container, by the platform's secrets",
            ),
        };
        let place = (at.id, range.clone());
        found.push(seen.finding(&SECRET_IN_IMAGE, place, message, help, Fix::Nothing));
    }
}

/// Lines of an instruction that the builder leaves out; those of a here-document stay.
fn comments(text: &str) -> Vec<Range<usize>> {
    if text.contains("<<") {
        return Vec::new();
    }
    let mut start = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        if line.trim_start().starts_with('#') {
            found.push(start..end);
        }
        start = end;
    }
    found
}

fn variables<'n>(
    seen: &Seen<'_>,
    at: &At<'_>,
    kind: &str,
    names: impl Iterator<Item = &'n String>,
    found: &mut Vec<Finding>,
) {
    for name in names.filter(|name| is_secret_name(name)) {
        let message = format!("{kind} {name} puts a secret into the history of the image");
        let help = format!(
            "give it where it is needed, so that no layer has it:\nRUN --mount=type=secret,id={name},env={name} ...\n# or to the running container, by the platform's secrets"
        );
        let span = seen.word(&at.instruction.span, name);
        found.push(seen.finding(&SECRET_IN_IMAGE, (at.id, span), message, help, Fix::Nothing));
    }
}

fn copied(seen: &Seen<'_>, at: &At<'_>, copy: &Copy, found: &mut Vec<Finding>) {
    for source in &copy.sources {
        let Source::Path(path) = source else { continue };
        let Some(kind) = secret_file(path) else { continue };
        if copy.from == CopyFrom::Context && seen.context.ignores(path) {
            continue;
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        let span = seen.word(&at.instruction.span, name);
        let message = format!("`{name}` {} in the image", kind.what());
        let help = format!(
            "leave it out; where a step needs it, mount it for that step:\nRUN --mount=type=secret,id={} ...",
            name.trim_start_matches('.').replace(['*', '/'], "")
        );
        let finding = seen.finding(&SECRET_IN_IMAGE, (at.id, span), message, help, Fix::Nothing);
        found.push(Finding { severity: kind.severity(), ..finding });
    }
    let carried = carried(seen, copy);
    for (step, file) in &carried {
        found.extend(named(seen, at, copy, step, file));
    }
    let whole = match copy.from {
        CopyFrom::Context => is_whole(copy).then_some(copy),
        _ => carried.into_iter().map(|(_, copy)| copy).find(|copy| is_whole(copy)),
    };
    if let Some(whole) = whole {
        found.extend(brought(seen, at, whole));
    }
}

/// Secret files that another stage copied by their names, and this copy brings along.
fn named(seen: &Seen<'_>, at: &At<'_>, copy: &Copy, step: &At<'_>, file: &Copy) -> Option<Finding> {
    // A path that says it by itself is told already.
    let told = |name: &str| {
        copy.sources.iter().any(|source| match source {
            Source::Path(path) => secret_file(path).is_some() && path.ends_with(name),
            _ => false,
        })
    };
    let excluded = excluded(copy);
    let (name, kind) = file.sources.iter().find_map(|source| {
        let Source::Path(path) = source else { return None };
        let name = path.trim_end_matches('/').rsplit('/').next()?;
        let left = seen.context.ignores(path)
            || excluded.ignores(name)
            || is_deleted(seen, step, name)
            || told(name);
        secret_file(path).filter(|_| !left).map(|kind| (name, kind))
    })?;
    let message = format!(
        "`{name}`, which line {} copies into an earlier stage, {} in the image",
        step.instruction.line,
        kind.what()
    );
    let help = format!(
        "copy only what the image needs from that stage, or mount it there instead of copying:\nRUN --mount=type=secret,id={} ...",
        name.trim_start_matches('.').replace(['*', '/'], "")
    );
    let finding = seen.finding(&SECRET_IN_IMAGE, at.place(), message, help, Fix::Nothing);
    Some(Finding { severity: kind.severity(), ..finding })
}

/// Whether a later step of the same stage deletes a file: what is copied from there has it no more.
fn is_deleted(seen: &Seen<'_>, step: &At<'_>, name: &str) -> bool {
    let later = seen.steps(step.id.stage).filter(|later| later.id > step.id);
    later.flat_map(|later| later.commands()).any(|command| {
        ["rm", "shred", "unlink"].contains(&command.program())
            && command.operands().any(|path| path.rsplit('/').next() == Some(name))
    })
}

/// What a copy of the whole context brings into the image.
fn brought(seen: &Seen<'_>, at: &At<'_>, whole: &Copy) -> Option<Finding> {
    let excluded = excluded(whole);
    let there: Option<Vec<&str>> = seen.context.sent().map(|files| {
        let paths = files.map(|(path, _)| path);
        let secret =
            |path: &&str| secret_file(path) == Some(Secret::Certain) && !excluded.ignores(path);
        paths.filter(secret).take(5).collect()
    });
    let is_kept_out = seen.context.ignores(".env") || excluded.ignores(".env");
    let (severity, message) = match there.as_deref() {
        Some([]) | None if is_kept_out => return None,
        // Such files are in nobody's repository, and come and go in folders.
        Some([]) => (
            Severity::Warning,
            "nothing keeps a `.env` out of the image; none is here now".to_owned(),
        ),
        Some(names) => {
            (Severity::Error, format!("this copy brings {} into the image", names.join(", ")))
        }
        None => {
            (Severity::Error, "this copy brings a `.env` into the image if there is one".to_owned())
        }
    };
    let help = "add to .dockerignore:\n.env*\n!.env.example\n# or copy what the image needs by name: COPY src ./src";
    let finding = seen.finding(&SECRET_IN_IMAGE, at.place(), message, help, Fix::Nothing);
    Some(Finding { severity, ..finding })
}
