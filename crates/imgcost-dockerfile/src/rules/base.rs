//! What the image starts from: `full-os-base`, `unpinned-base`, and compilers as a base.

use super::bases::{Purpose, is_unpinned, purpose};
use super::info::{BUILD_TOOLS, FULL_OS_BASE, UNPINNED_BASE};
use super::seen::Seen;
use super::smaller::{Needs, Smaller, smaller};
use super::{Finding, Fix};
use crate::cache::StepId;
use crate::read::{Base, CopyFrom, ImageName, Kind};

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
    lines.extend(image.as_ref().map(|image| format!("FROM {image}")));
    lines.extend(notes.iter().map(|note| format!("# {note}")));
    if purpose == Purpose::Sdk {
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
