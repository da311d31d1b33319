//! Which steps cut the cache before an install, and which of them is to blame: `copy-before-install`.

use imgcost::image::Trigger;

use super::install::brought;
use super::seen::{At, Seen};
use crate::ecosystem::{Act, Manager, cache_of, is_within, names_packages};
use crate::read::{Kind, MountKind};

/// Installs that run again with each source line, because of the same step.
pub(super) struct Early<'s> {
    /// The step that is to blame first: of several, the one that brings what the install reads.
    pub(super) culprit: At<'s>,
    /// Other steps that cut the cache above the install: moving one of them alone changes nothing.
    pub(super) others: Vec<At<'s>>,
    /// The installs, and by whom.
    pub(super) installs: Vec<(At<'s>, Manager)>,
}

/// Everything that installs too late, stage by stage.
pub(super) fn too_early<'s>(seen: &'s Seen<'_>) -> Vec<Early<'s>> {
    let mut found = Vec::new();
    for (stage, _) in seen.needed() {
        of_stage(seen, stage, &mut found);
    }
    found
}

/// Steps that are looked at as cutting the cache: engines stack 127 layers at most.
const MOST: usize = 127;

fn of_stage<'s>(seen: &'s Seen<'_>, stage: usize, found: &mut Vec<Early<'s>>) {
    let mut cuts: Vec<At<'s>> = Vec::new();
    let mut before: Vec<Manager> = Vec::new();
    let mut lists: Vec<&str> = Vec::new();
    for own in seen.chain_of(stage) {
        for at in seen.steps(own) {
            let Some(step) = seen.plan.step(at.id) else { continue };
            if step.inputs.contains(Trigger::Deploy) && cuts.len() < MOST {
                cuts.push(at);
            }
            lists.extend(brought(&at));
            for manager in installers(&at) {
                // Below a commit's own argument it runs again wherever the sources are copied.
                let runs_again = own == stage
                    && step.reruns.contains(Trigger::Deploy)
                    && !step.arguments.contains(Trigger::Deploy);
                let fetches = !at.done.only_builds(manager)
                    || lists.iter().any(|path| may_bring_list(path, manager));
                if runs_again
                    && fetches
                    && again(&at, manager, &before)
                    && let Some(culprit) = guilty(&cuts, &at, manager)
                {
                    add(found, culprit, &cuts, (at, manager));
                }
                before.push(manager);
            }
        }
    }
}

/// Adds an install to what its culprit is blamed for already.
fn add<'s>(
    found: &mut Vec<Early<'s>>,
    culprit: At<'s>,
    cuts: &[At<'s>],
    install: (At<'s>, Manager),
) {
    let at = match found.iter().position(|early| early.culprit.id == culprit.id) {
        Some(at) => at,
        None => {
            found.push(Early { culprit, others: Vec::new(), installs: Vec::new() });
            found.len() - 1
        }
    };
    let Some(early) = found.get_mut(at) else { return };
    for cut in cuts {
        let is_new = early.others.iter().all(|other| other.id != cut.id);
        if cut.id != culprit.id && is_new {
            early.others.push(*cut);
        }
    }
    early.installs.push(install);
}

/// Of the steps that cut the cache, the one that brings what an install reads; the first where that is
/// not known, or where the install reads nothing, as those of the system.
fn guilty<'s>(cuts: &[At<'s>], install: &At<'_>, manager: Manager) -> Option<At<'s>> {
    let closed = |folder: &str| format!("{}/", folder.trim_end_matches('/'));
    let mut installs =
        install.done.installs.iter().filter(|(_, install)| install.manager == manager);
    let place = installs.next().map_or(0, |(place, _)| *place);
    let folder = closed(&install.folder_at(place));
    let brings = |cut: &At<'_>| match &cut.instruction.kind {
        Kind::Copy(copy) if !manager.is_system() => {
            let dest = closed(&copy.dest);
            brought(cut).iter().any(|path| may_bring_list(path, manager))
                && (dest.starts_with(&folder) || folder.starts_with(&dest))
        }
        _ => false,
    };
    cuts.iter().find(|cut| brings(cut)).or(cuts.first()).copied()
}

/// Whether a copy may bring the list of packages: itself, or a folder with it. A build of one file
/// fetches nothing.
fn may_bring_list(path: &str, manager: Manager) -> bool {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    names_packages(path) == Some(manager) || name == "." || !name.contains('.')
}

/// Who installs in a step.
fn installers(at: &At<'_>) -> Vec<Manager> {
    let mut found: Vec<Manager> =
        at.done.installs.iter().map(|(_, install)| install.manager).collect();
    found.extend(at.done.acts.iter().filter_map(|(_, act)| match act {
        Act::Add { manager, .. } => Some(*manager),
        _ => None,
    }));
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether an install does its work anew, for all that an earlier step or a cache mount has done of it.
fn again(at: &At<'_>, manager: Manager, before: &[Manager]) -> bool {
    if manager.is_system() {
        return true;
    }
    // `npm ci` deletes what is there and begins anew.
    let from_nothing = manager == Manager::Npm
        && at.done.installs.iter().any(|(_, install)| install.manager == manager && install.locked);
    if before.contains(&manager) && !from_nothing {
        return false;
    }
    let fetches_only = matches!(
        manager,
        Manager::Go | Manager::Maven | Manager::Gradle | Manager::Cargo | Manager::Dotnet
    );
    !(fetches_only && is_mounted(at, manager))
}

/// Whether a cache mount holds what the manager fetches.
fn is_mounted(at: &At<'_>, manager: Manager) -> bool {
    let Kind::Run(run) = &at.instruction.kind else { return false };
    let folders = cache_of(manager).map_or(&[][..], |cache| cache.folders);
    run.mounts.iter().filter(|mount| mount.kind == MountKind::Cache).any(|mount| {
        let target = mount.target.as_deref().unwrap_or_default();
        folders.iter().any(|folder| is_within(folder, target) || is_within(target, folder))
    })
}
