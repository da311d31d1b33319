//! What the image starts from: `full-os-base`, `unpinned-base`, and compilers as a base.

use super::bases::{Purpose, purpose, small_variant};
use super::info::{BUILD_TOOLS, FULL_OS_BASE, UNPINNED_BASE};
use super::seen::Seen;
use super::stages::ships_on;
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
    let (rule, message, help, to) = match purpose(name)? {
        Purpose::Language(ending) => {
            let small = small_variant(name, ending);
            // Debian itself has no compilers; its slim variant leaves out manuals and translations.
            let message = match name.repository.as_str() {
                "debian" => {
                    format!("`{name}` is a whole Debian, manuals and translations included")
                }
                _ => format!("`{name}` is a whole Debian with compilers and headers"),
            };
            (FULL_OS_BASE, message, format!("FROM {small}"), small)
        }
        Purpose::System(instead) => {
            let message = format!("`{name}` is a whole distribution");
            let help =
                format!("FROM {instead}\n# or the slim image of your language, or distroless");
            (FULL_OS_BASE, message, help, instead.to_owned())
        }
        Purpose::Sdk(_) => {
            let message = format!("`{name}` is made for compiling, and ships");
            let small = ships_on(name);
            let help = format!(
                "# build in a stage of its own, and end with another one:\nFROM {name} AS build\n# ...\nFROM {small}\nCOPY --from=build <result> ./"
            );
            (BUILD_TOOLS, message, help, small)
        }
    };
    let span = seen.word(&stage.span, &name.to_string());
    Some(seen.finding(&rule, (from, span), message, help, Fix::SmallerBase { from, to: Some(to) }))
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

fn is_unpinned(name: &ImageName) -> bool {
    name.digest.is_none() && name.tag.as_deref().is_none_or(|tag| tag == "latest")
}

fn finding(
    seen: &Seen<'_>,
    name: &ImageName,
    place: (StepId, std::ops::Range<usize>),
    ships: bool,
) -> Finding {
    let message = match name.tag {
        Some(_) => format!("`{name}` is whatever was pushed last"),
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
