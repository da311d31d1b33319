//! What the image starts from: `full-os-base`, `unpinned-base`, and compilers as a base.

use super::bases::{Purpose, is_unpinned, purpose};
use super::info::{BUILD_TOOLS, FULL_OS_BASE, UNPINNED_BASE};
use super::seen::Seen;
use super::smaller::{Needs, Smaller, smaller};
use super::{Finding, Fix};
use crate::cache::StepId;
use crate::ecosystem::Act;
use crate::read::{Base, CopyFrom, ImageName, Kind, Stage};

pub(super) fn check(seen: &Seen<'_>, found: &mut Vec<Finding>) {
    found.extend(shipped_base(seen));
    unpinned(seen, found);
}

fn shipped_base(seen: &Seen<'_>) -> Option<Finding> {
    let (from, stage) = seen.root();
    let Base::Image(name) = &stage.base else { return None };
    let purpose = purpose(name)?;
    let (rule, message) = match purpose {
        // Debian itself has no compilers; its slim variant leaves out manuals and translations.
        Purpose::Language(_) if name.repository == "debian" => {
            (FULL_OS_BASE, format!("`{name}` is a whole Debian, manuals and translations included"))
        }
        Purpose::Language(_) => {
            (FULL_OS_BASE, format!("`{name}` is a whole Debian with compilers and headers"))
        }
        Purpose::System => (FULL_OS_BASE, format!("`{name}` is a whole distribution")),
        Purpose::Sdk => (BUILD_TOOLS, format!("`{name}` is made for compiling, and ships")),
    };
    let Smaller { image, notes } = smaller(name, purpose, Needs::of(seen));
    let mut lines: Vec<String> = Vec::new();
    let builds = purpose == Purpose::Sdk && builds(seen);
    lines.extend(image.as_ref().map(|image| match builds {
        true => format!("FROM {image}"),
        false => in_place(seen, stage, name, image),
    }));
    if name.digest.is_some() && image.is_some() {
        lines.push("# it has a digest of its own, to be looked up".to_owned());
    }
    lines.extend(notes.iter().map(|note| format!("# {note}")));
    if builds {
        lines.insert(
            0,
            format!("# build in `FROM {name} AS build` and end with a stage of its own:"),
        );
        lines.push("COPY --from=build <result> ./".to_owned());
    }
    let span = seen.word(&stage.span, &name.to_string());
    let fix = Fix::SmallerBase { from, to: image };
    Some(seen.finding(&rule, (from, span), message, lines.join("\n"), fix))
}

/// Whether what ships compiles or installs something.
fn builds(seen: &Seen<'_>) -> bool {
    let shipped = seen.shipped();
    let mut acts = shipped.iter().flat_map(|at| &at.done.acts);
    acts.any(|(_, act)| matches!(act, Act::Build(_) | Act::Install(_)))
}

/// The line that names an image, with another one: flags and the stage's name stay. Where a variable
/// is a part of the image, only a comment can say what it should come to.
fn in_place(seen: &Seen<'_>, stage: &Stage, name: &ImageName, image: &str) -> String {
    let line = seen.file.line_of(&stage.span);
    let words: Vec<&str> = line.split_whitespace().collect();
    let at = words.iter().skip(1).position(|word| !word.starts_with("--")).map(|at| at + 1);
    let own = at.and_then(|at| words.get(at)).copied().unwrap_or_default();
    if own.contains('$') {
        return format!("# in place of `{own}`, which is {name}: {image}");
    }
    let changed = words.iter().enumerate().map(|(place, word)| match Some(place) == at {
        true => image,
        false => word,
    });
    changed.collect::<Vec<_>>().join(" ")
}

fn unpinned(seen: &Seen<'_>, found: &mut Vec<Finding>) {
    for (index, stage) in seen.needed() {
        if let Base::Image(name) = &stage.base
            && is_unpinned(name)
        {
            let id = StepId { stage: index, instruction: None };
            let span = seen.word(&stage.span, &name.to_string());
            found.push(finding(seen, name, (id, span), seen.ships(index)));
        }
        for at in seen.steps(index) {
            let Kind::Copy(copy) = &at.instruction.kind else { continue };
            let CopyFrom::Image(name) = &copy.from else { continue };
            // A bare word may be a build context that only the one who builds knows.
            let is_image = name.tag.is_some() || name.repository.contains('/');
            if is_image && is_unpinned(name) {
                let span = seen.word(&at.instruction.span, &name.to_string());
                found.push(finding(seen, name, (at.id, span), seen.ships(index)));
            }
        }
    }
}

fn finding(
    seen: &Seen<'_>,
    name: &ImageName,
    place: (StepId, std::ops::Range<usize>),
    ships: bool,
) -> Finding {
    let message = match name.tag.as_deref() {
        Some("latest") => format!("`{name}` is whatever was pushed last"),
        Some(_) => format!("`{name}` names no version of {}", name.short()),
        None => format!("`{name}` has no tag, which means `latest`"),
    };
    let help = match name.repository.starts_with("gcr.io/distroless/") {
        // Tags there are not of versions.
        true => {
            format!("name what is meant by its digest: {}:nonroot@sha256:<digest>", name.repository)
        }
        false => format!("name a version: {}:<tag>", name.repository),
    };
    Finding { ships, ..seen.finding(&UNPINNED_BASE, place, message, help, Fix::Nothing) }
}
