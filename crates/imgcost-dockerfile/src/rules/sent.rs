//! What the whole context brings: `missing-dockerignore`.

use super::info::MISSING_DOCKERIGNORE;
use super::seen::{At, Seen};
use super::{Context, Finding, Fix, Severity};
use crate::read::{Copy, CopyFrom, IgnoreFile, Kind, Source};

/// Folders that no image needs and every repository has.
const UNWANTED: [&str; 4] = [".git", "node_modules", ".venv", "__pycache__"];

pub(super) fn check(seen: &Seen<'_>, found: &mut Vec<Finding>) {
    let copies: Vec<At<'_>> = seen
        .needed()
        .flat_map(|(stage, _)| seen.steps(stage))
        .filter(|at| matches!(&at.instruction.kind, Kind::Copy(copy) if is_whole(copy)))
        .collect();
    let ships = copies.iter().find(|at| seen.ships(at.id.stage));
    let Some(at) = ships.or(copies.first()) else { return };
    let Kind::Copy(copy) = &at.instruction.kind else { return };
    let severity = match ships {
        Some(_) => Severity::Warning,
        None => Severity::Info,
    };
    let what = if ships.is_some() { "ships" } else { "sends" };
    let message = match unwanted(seen.context, copy) {
        Some(names) if !names.is_empty() => {
            format!(
                "this copy {what} {} too: .dockerignore does not leave them out",
                names.join(", ")
            )
        }
        _ if seen.context.ignore.is_none() => {
            format!("this copy {what} the whole folder, and there is no .dockerignore")
        }
        _ => return,
    };
    let help = "a file .dockerignore beside the Dockerfile, with at least:\n.git\n.env*\nnode_modules\n.venv\n*.pem\n*.key";
    let finding = seen.finding(&MISSING_DOCKERIGNORE, at.place(), message, help, Fix::Nothing);
    found.push(Finding { severity, ships: ships.is_some(), ..finding });
}

/// Whether a copy takes the context as a whole.
pub(super) fn is_whole(copy: &Copy) -> bool {
    copy.from == CopyFrom::Context
        && copy
            .sources
            .iter()
            .any(|source| matches!(source, Source::Path(path) if path == "." || path == "*"))
}

/// What the copy brings of what nobody wants; `None` where nobody looked.
fn unwanted(context: &Context, copy: &Copy) -> Option<Vec<String>> {
    let excluded = excluded(copy);
    let mut found: Vec<String> = Vec::new();
    for (path, _) in context.sent()? {
        let part = path.split('/').find(|part| UNWANTED.contains(part));
        if let Some(part) = part
            && !excluded.ignores(part)
            && !found.iter().any(|known| known == part)
        {
            found.push(part.to_owned());
        }
    }
    Some(found)
}

/// What `--exclude` leaves out: its patterns are those of `.dockerignore`.
pub(super) fn excluded(copy: &Copy) -> IgnoreFile {
    IgnoreFile::parse(&copy.exclude.join("\n"))
}
