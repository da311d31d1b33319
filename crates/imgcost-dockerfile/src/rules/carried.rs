//! What a copy from another stage brings along: the copies of the context that lie in its folders,
//! followed through the stages.

use super::seen::{At, Seen};
use crate::read::{Copy, CopyFrom, Kind, Source};

/// Paths that are followed at most: each stage that copies from others may add some.
const MOST: usize = 256;

/// The copies of the context whose results a copy from a stage takes.
pub(super) fn carried<'s>(seen: &'s Seen<'_>, copy: &Copy) -> Vec<(At<'s>, &'s Copy)> {
    let CopyFrom::Stage(from) = copy.from else { return Vec::new() };
    let mut open: Vec<(usize, String)> = paths(copy).map(|path| (from, path.to_owned())).collect();
    let mut found: Vec<(At<'s>, &'s Copy)> = Vec::new();
    let mut at = 0;
    while let Some((stage, path)) = open.get(at).cloned().filter(|_| at < MOST) {
        at += 1;
        for own in seen.chain_of(stage) {
            for step in seen.steps(own) {
                let Kind::Copy(copied) = &step.instruction.kind else { continue };
                match copied.from {
                    CopyFrom::Context
                        if takes(&path, copied)
                            && !found.iter().any(|(known, _)| known.id == step.id) =>
                    {
                        found.push((step, copied));
                    }
                    // Each turn goes to an earlier stage.
                    CopyFrom::Stage(earlier) if earlier < own && open.len() < MOST => {
                        for source in origins(&path, copied) {
                            if !open.contains(&(earlier, source.clone())) {
                                open.push((earlier, source));
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
    }
    found
}

fn paths(copy: &Copy) -> impl Iterator<Item = &str> {
    copy.sources.iter().filter_map(|source| match source {
        Source::Path(path) => Some(path.as_str()),
        _ => None,
    })
}

/// What of a path lies in a folder: nothing after the folder itself; `None` where it lies elsewhere.
fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    let (path, folder) = (path.trim_end_matches('/'), folder.trim_end_matches('/'));
    let rest = path.strip_prefix(folder)?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

/// A path without what stands for all that lies in it: `/app/*` is what `/app` holds.
fn folder(path: &str) -> &str {
    path.strip_suffix("/*").unwrap_or(path)
}

/// Whether a path of a stage holds something that a copy put there.
fn takes(path: &str, copied: &Copy) -> bool {
    below(&copied.dest, folder(path)).is_some()
        || paths(copied).any(|source| lands(copied, source).as_deref() == Some(path))
}

/// Where a file lies that was copied into a folder.
fn lands(copied: &Copy, source: &str) -> Option<String> {
    let name = source.trim_end_matches('/').rsplit('/').next()?;
    Some(format!("{}/{name}", copied.dest.trim_end_matches('/')))
}

/// The paths of the earlier stage from which a copy filled a path.
fn origins(path: &str, copied: &Copy) -> Vec<String> {
    let path = folder(path);
    let inside = below(path, &copied.dest).filter(|rest| !rest.is_empty());
    match inside {
        // A file of a folder whose contents were copied, or one that was copied by its name.
        Some(rest) => paths(copied)
            .map(|source| match lands(copied, source).as_deref() == Some(path) {
                true => source.to_owned(),
                false => format!("{}{rest}", folder(source).trim_end_matches('/')),
            })
            .collect(),
        None if below(&copied.dest, path).is_some() => paths(copied).map(str::to_owned).collect(),
        None => Vec::new(),
    }
}
