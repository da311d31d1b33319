//! What only development needs: `dev-dependencies-in-final`.

use super::Finding;
use super::Fix;
use super::info::DEV_DEPENDENCIES;
use super::locked::for_production;
use super::seen::{At, Seen};
use crate::ecosystem::{Act, Manager, is_within};
use crate::read::{Copy, CopyFrom, Kind, Source};

pub(super) fn check(seen: &Seen<'_>, found: &mut Vec<Finding>) {
    let shipped = seen.shipped();
    for (place, at) in shipped.iter().enumerate() {
        if let Some(manager) = leaves_development(at) {
            // A later step that prunes is told as a cleanup that comes too late.
            let later = shipped.get(place + 1..).unwrap_or_default();
            if !later.iter().any(|at| prunes(at, manager)) {
                found.push(installed(seen, at, manager));
            }
        }
        if let Kind::Copy(copy) = &at.instruction.kind
            && let Some((manager, install)) = copied(seen, copy)
        {
            found.push(brought(seen, at, manager, &install));
        }
    }
}

/// Whose development packages a step leaves.
fn leaves_development(at: &At<'_>) -> Option<Manager> {
    let installs = at.done.acts.iter().rev().find_map(|(place, act)| match act {
        Act::Install(install) => Some((*place, *install)),
        _ => None,
    });
    let (_, install) = installs?;
    (install.development && !prunes(at, install.manager)).then_some(install.manager)
}

fn prunes(at: &At<'_>, manager: Manager) -> bool {
    at.done.acts.iter().any(|(_, act)| match act {
        Act::Prune(by) => is_node(*by) && is_node(manager),
        _ => false,
    })
}

const fn is_node(manager: Manager) -> bool {
    matches!(manager, Manager::Npm | Manager::Yarn | Manager::Pnpm | Manager::Bun)
}

/// The development install whose packages a copy brings, followed through the stages.
fn copied<'s>(seen: &'s Seen<'_>, copy: &Copy) -> Option<(Manager, At<'s>)> {
    let CopyFrom::Stage(from) = copy.from else { return None };
    copy.sources.iter().find_map(|source| match source {
        Source::Path(path) => traced(seen, from, path),
        _ => None,
    })
}

/// What a path of a stage holds, as its last steps tell.
fn traced<'s>(seen: &'s Seen<'_>, from: usize, path: &str) -> Option<(Manager, At<'s>)> {
    let (mut stage, mut path) = (from, path.to_owned());
    // Each turn goes to an earlier stage.
    'stages: loop {
        let chain = seen.chain_of(stage);
        for own in chain.into_iter().rev() {
            for at in seen.steps(own).rev() {
                for (_, act) in at.done.acts.iter().rev() {
                    match act {
                        Act::Prune(_) if holds(&path, Manager::Npm, &at.instruction.workdir) => {
                            return None;
                        }
                        Act::Install(install)
                            if holds(&path, install.manager, &at.instruction.workdir) =>
                        {
                            return install.development.then_some((install.manager, at));
                        }
                        _ => {}
                    }
                }
                let Kind::Copy(copy) = &at.instruction.kind else { continue };
                let CopyFrom::Stage(earlier) = copy.from else { continue };
                if let Some(source) = source_of(copy, &path) {
                    if earlier >= own {
                        return None;
                    }
                    (stage, path) = (earlier, source);
                    continue 'stages;
                }
            }
        }
        return None;
    }
}

/// The path in the other stage that a copy put at a path here.
fn source_of(copy: &Copy, path: &str) -> Option<String> {
    let packages = ["node_modules", ".venv", "venv", "vendor", "site-packages", "bundle"];
    let dest = copy.dest.trim_end_matches('/');
    copy.sources.iter().find_map(|source| {
        let Source::Path(source) = source else { return None };
        let holds_packages =
            source.trim_end_matches('/').split('/').any(|part| packages.contains(&part));
        let inside = is_within(dest, path) || is_within(path, dest);
        (holds_packages && inside).then(|| source.clone())
    })
}

/// Whether a path of a stage is, holds or lies in what an install puts there.
fn holds(path: &str, manager: Manager, workdir: &str) -> bool {
    let path = path.trim_end_matches('/');
    let within = |folder: &str| {
        let target = format!("{}/{folder}", workdir.trim_end_matches('/'));
        is_within(&target, path) || is_within(path, &target)
    };
    let named = |part: &str| path.split('/').any(|found| found == part);
    match manager {
        manager if is_node(manager) => within("node_modules") || named("node_modules"),
        Manager::Poetry | Manager::Uv | Manager::Pipenv | Manager::Pip => {
            within(".venv") || named(".venv") || named("venv") || named("site-packages")
        }
        Manager::Bundler => within("vendor/bundle") || named("bundle"),
        Manager::Composer => within("vendor"),
        _ => false,
    }
}

fn installed(seen: &Seen<'_>, at: &At<'_>, manager: Manager) -> Finding {
    let message = format!("{} installs development packages into the image", manager.name());
    let help = match for_production(seen, at, manager) {
        Some(line) if is_node(manager) => {
            format!("# build in a stage of its own; in the final one:\n{line}")
        }
        Some(line) => line,
        None => "install only what production needs".to_owned(),
    };
    let fix = Fix::ProductionOnly { steps: vec![at.id], manager };
    seen.finding(&DEV_DEPENDENCIES, at.place(), message, help, fix)
}

fn brought(seen: &Seen<'_>, at: &At<'_>, manager: Manager, install: &At<'_>) -> Finding {
    let message = format!(
        "this copies what `{}` of line {} installed, development packages included",
        super::install::short(&seen.text(install)),
        install.instruction.line
    );
    let help = match for_production(seen, install, manager) {
        Some(line) => format!("# copy from a stage that installs without them:\n{line}"),
        None => "copy from a stage that installs only what production needs".to_owned(),
    };
    let fix = Fix::ProductionOnly { steps: vec![at.id], manager };
    seen.finding(&DEV_DEPENDENCIES, at.place(), message, help, fix)
}
