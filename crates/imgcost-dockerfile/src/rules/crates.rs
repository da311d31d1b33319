//! Cargo, which builds nothing and fetches nothing where a package's sources are missing: what it has
//! fetched and compiled is kept in cache mounts instead.

use super::fetch::Fetch;
use super::locked::held_to_lock;
use super::rewrite::parts;
use super::seen::{At, Seen};
use crate::ecosystem::Manager;
use crate::read::{CopyFrom, Kind, Source};
use crate::shell::Command;

/// The build with cache mounts, below the sources. What it leaves in `target`, which is in no layer
/// then, is taken out by name; `None` where nobody says which of it is needed.
pub(super) fn mounted(
    seen: &Seen<'_>,
    at: &At<'_>,
    flags: &str,
    script: &str,
    command: &Command,
    folder: &str,
) -> Option<Fetch> {
    let held = held_to_lock(seen, at, command, Manager::Cargo);
    let script = held.as_deref().map_or(script, |text| parts(text).1);
    let mount = |target: &str| format!("--mount=type=cache,target={target} \\\n    ");
    let mut mounts = String::new();
    if !flags.is_empty() {
        mounts += &format!("{flags} \\\n    ");
    }
    mounts += &mount("/usr/local/cargo/registry");
    mounts += &mount(&format!("{folder}/target"));
    // What is installed lies elsewhere.
    if command.operands().any(|word| word == "install") {
        return Some(Fetch { after: vec![format!("RUN {mounts}{script}")], ..Fetch::default() });
    }
    if at.instruction.user.as_deref().is_some_and(|user| user != "root") || seen.ships(at.id.stage)
    {
        return None;
    }
    let taken = taken(seen, at.id.stage, &format!("{folder}/target/"));
    if taken.is_empty() {
        return None;
    }
    let paths: Vec<String> = taken.iter().map(|(path, _)| format!("target/{path}")).collect();
    let mut after =
        vec![format!("RUN {mounts}{script} && \\\n    cp {} /usr/local/bin/", paths.join(" "))];
    after.push("# and in the stage that ships:".to_owned());
    after.extend(taken.into_iter().map(|(path, text)| {
        let name = path.rsplit('/').next().unwrap_or(&path);
        text.replacen(&format!("{folder}/target/{path}"), &format!("/usr/local/bin/{name}"), 1)
    }));
    Some(Fetch { after, ..Fetch::default() })
}

/// What other stages copy from a folder of a stage: paths in it, with the copy as it is written.
fn taken(seen: &Seen<'_>, stage: usize, folder: &str) -> Vec<(String, String)> {
    let steps = seen.needed().flat_map(|(own, _)| seen.steps(own));
    let taken = steps.flat_map(|at| {
        let paths: Vec<String> = match &at.instruction.kind {
            Kind::Copy(copy) if copy.from == CopyFrom::Stage(stage) => {
                let paths = copy.sources.iter().filter_map(|source| match source {
                    Source::Path(path) => path.strip_prefix(folder).map(str::to_owned),
                    _ => None,
                });
                paths.collect()
            }
            _ => Vec::new(),
        };
        let text = seen.text(&at);
        paths.into_iter().map(move |path| (path, text.clone())).collect::<Vec<_>>()
    });
    taken.collect()
}
