use super::built::{Built, InVain, Origin};
use super::by_evidence::{base_name, holds, instruction, sized_base};
use super::change::Done;
use super::contents::written;
use super::evidence::{Development, Evidence};
use super::packages::development;
use super::reorder::packages_first;
use crate::cache::{Role, StepId};
use crate::ecosystem::{Manager, package_name};
use crate::read::{Dockerfile, ImageName, Kind};
use crate::rules::Fix;

/// What a better file would make: the image with other bytes, in another order, from builds that
/// take less time; `None` where nobody knows what the change would bring.
///
/// Changes can be applied one after another; what two of them save is saved once.
pub fn apply(fix: &Fix, built: &Built, file: &Dockerfile, evidence: &Evidence) -> Option<Built> {
    let mut better = built.clone();
    match fix {
        Fix::Nothing => {}
        Fix::SmallerBase { from, to } => {
            smaller_base(&mut better, file, evidence, *from, to.as_deref())?;
        }
        Fix::PackagesFirst { installs } => packages_first(&mut better, file, installs),
        Fix::LockedInstall { installs, manager } => {
            locked(&mut better, evidence, installs, *manager)?;
        }
        Fix::ProductionOnly { steps, manager } => {
            production(&mut better, evidence, steps, *manager)?;
        }
        Fix::NoCacheKept { step, manager } => {
            no_cache(&mut better, file, evidence, *step, *manager)?
        }
        Fix::NoTools { step, whole_layer: true, .. } => better.remove(*step),
        Fix::NoTools { step, manager, packages, whole_layer: false } => {
            no_tools(&mut better, evidence, *step, *manager, packages)?;
        }
        Fix::CleanedInSameStep { made, manager, what, .. } => {
            cleaned(&mut better, file, evidence, *made, *manager, what)?;
        }
        Fix::OwnedWhenCopied { changed, .. } => better.remove(*changed),
        Fix::Stages { from, installs, build_only, manager } => {
            let parts = Stages { from: *from, installs, build_only, manager: *manager };
            parts.apply(&mut better, file, evidence);
        }
    }
    Some(better)
}

/// The image starts from what evidence names as slimmer. A base that ships nothing changes nothing.
fn smaller_base(
    built: &mut Built,
    file: &Dockerfile,
    evidence: &Evidence,
    from: StepId,
    to: Option<&str>,
) -> Option<()> {
    let bottom = StepId { stage: *file.shipped().first()?, instruction: None };
    if from != bottom || !built.first_time(Done::Base) {
        return Some(());
    }
    // The saving is that of the image which is recommended, where its size is known.
    let slimmer = to
        .and_then(|to| evidence.base(&ImageName::parse(to)))
        .or_else(|| evidence.slimmer(evidence.base(base_name(file)?)?.row))?;
    let places = built.places(bottom);
    let old = places.iter().try_fold(0_u64, |sum, at| {
        let size = built.pieces.get(*at)?.compressed?;
        sum.checked_add(size.0)
    });
    // One row stands for both: what lies between them is not known.
    if to.is_some() && old == Some(slimmer.row.compressed) {
        return None;
    }
    if old.is_some_and(|old| old <= slimmer.row.compressed) {
        let name = slimmer.row.name();
        built.notes.push(format!("the base is no larger than {name} already"));
        return Some(());
    }
    let first = built.pieces.get(*places.first()?)?.clone();
    let mut base = sized_base(first, slimmer, built.ratio);
    base.digest = None;
    base.in_vain = None;
    built.pieces.retain(|piece| piece.origin != Origin::Step(bottom));
    built.pieces.insert(0, base);
    Some(())
}

/// Installs by lock file take the measured share of the time of those without one; `npm install` with a
/// lock file is about as fast as `npm ci`, so that this is the most that can be saved.
fn locked(
    built: &mut Built,
    evidence: &Evidence,
    installs: &[StepId],
    manager: Manager,
) -> Option<()> {
    let name = manager.name();
    let resolved = evidence.time(&format!("{name}.install"))?.seconds;
    let locked = evidence.time(&format!("{name}.ci"))?.seconds;
    for step in installs {
        if built.first_time(Done::Locked(*step)) {
            built.times.scale(*step, locked, resolved);
        }
    }
    Some(())
}

/// Packages that only development needs are left out: those that were found in the layer, or the
/// share of bytes that was measured elsewhere; and of time, where nothing is built with them.
fn production(
    built: &mut Built,
    evidence: &Evidence,
    steps: &[StepId],
    manager: Manager,
) -> Option<()> {
    let both = |rows: (Option<_>, Option<_>)| rows.0.zip(rows.1);
    let kinds = [Development::Included, Development::LeftOut];
    let [all, production] = kinds.map(|kind| evidence.packages(manager, kind));
    let rows = both((all, production));
    let caches = both(kinds.map(|kind| evidence.cache(manager, kind)).into());
    let name = manager.name();
    let times = ["ci", "install"].into_iter().find_map(|command| {
        let all = evidence.time(&format!("{name}.{command}"))?;
        Some((all, evidence.time(&format!("{name}.{command}-production"))?))
    });
    for step in steps {
        if !built.first_time(Done::Production(*step)) {
            continue;
        }
        built.change(*step, |piece| match (piece.in_vain, rows) {
            (Some(InVain { development, .. }), _) => Some(piece.without(development)),
            (None, Some((all, production))) => {
                let piece = piece.instead(all, production)?;
                // The cache of fewer packages is smaller, where it is counted by itself.
                match caches {
                    Some((cache, smaller)) if piece.is_evidence() => piece.instead(cache, smaller),
                    _ => Some(piece),
                }
            }
            (None, None) => None,
        })?;
        if let Some((all, production)) = times.filter(|_| !is_built_there(built, *step)) {
            built.times.scale(*step, production.seconds, all.seconds);
        }
    }
    Some(())
}

/// Whether the stage builds something, for which packages of development are installed all the same.
fn is_built_there(built: &Built, step: StepId) -> bool {
    let stage = built.plan.stages.get(step.stage);
    stage.is_some_and(|stage| stage.steps.iter().any(|step| step.role == Role::Build))
}

/// The cache is in no layer: what was found of it, or what was measured elsewhere.
fn no_cache(
    built: &mut Built,
    file: &Dockerfile,
    evidence: &Evidence,
    step: StepId,
    manager: Manager,
) -> Option<()> {
    if !built.first_time(Done::Cache(step)) {
        return Some(());
    }
    let kinds = [Development::Included, Development::LeftOut];
    let own = evidence.cache(manager, development(file, step));
    built.change(step, |piece| match piece.in_vain {
        Some(InVain { cache, .. }) => Some(piece.without(cache)),
        None if piece.is_evidence() => {
            let mut rows = kinds.iter().filter_map(|kind| evidence.cache(manager, *kind));
            let counted = rows.find(|row| piece.counts(row))?;
            piece.without_row(counted)
        }
        None => piece.without_row(own?),
    })
}

/// Packages of the operating system are not there.
fn no_tools(
    built: &mut Built,
    evidence: &Evidence,
    step: StepId,
    manager: Manager,
    packages: &[String],
) -> Option<()> {
    let fresh: Vec<&String> = packages
        .iter()
        .filter(|package| built.first_time(Done::Tool(step, (*package).clone())))
        .collect();
    if fresh.is_empty() {
        return Some(());
    }
    let names: Vec<&str> = fresh.iter().map(|package| package_name(manager, package)).collect();
    let rows = evidence.tools(manager, &names)?;
    let more = evidence.recommended(manager, &names).unwrap_or_default();
    built.change(step, |piece| {
        let counted = more.iter().filter(|row| piece.counts(row));
        let counted: Vec<_> = rows.iter().chain(counted).collect();
        counted.into_iter().try_fold(piece, |piece, row| piece.without_row(row))
    })
}

/// What a later step hides is not there; without the layers, what evidence knows of it.
fn cleaned(
    built: &mut Built,
    file: &Dockerfile,
    evidence: &Evidence,
    made: StepId,
    manager: Option<Manager>,
    what: &[String],
) -> Option<()> {
    if !built.first_time(Done::Deleted(made)) {
        return Some(());
    }
    let is_read = |at: &usize| built.pieces.get(*at).is_some_and(|piece| piece.in_vain.is_some());
    if built.places(made).iter().all(is_read) {
        return built.change(made, |piece| {
            let hidden = piece.in_vain.map_or(0, |in_vain| in_vain.hidden);
            Some(piece.without(hidden))
        });
    }
    what.iter().try_for_each(|name| deleted(built, file, evidence, made, manager, name))
}

/// One of the things that a later step deletes, as the finding names it.
fn deleted(
    built: &mut Built,
    file: &Dockerfile,
    evidence: &Evidence,
    made: StepId,
    manager: Option<Manager>,
    name: &str,
) -> Option<()> {
    if name.starts_with('/') {
        let copied = instruction(file, &Origin::Step(made)).filter(|found| {
            let is_copy = matches!(found.kind, Kind::Copy(_));
            is_copy && written(found).is_some_and(|path| holds(name, path))
        });
        // All that the step copied goes again; of anything else nobody knows the size.
        return copied.map(|_| built.remove(made));
    }
    let manager = manager?;
    match name {
        "development packages" => production(built, evidence, &[made], manager),
        _ if name.starts_with("the cache of ") => no_cache(built, file, evidence, made, manager),
        package => no_tools(built, evidence, made, manager, &[package.to_owned()]),
    }
}

/// A build in stages: a composition of other changes, each as far as it is known.
struct Stages<'f> {
    from: StepId,
    installs: &'f [StepId],
    build_only: &'f [StepId],
    manager: Option<Manager>,
}

impl Stages<'_> {
    fn apply(&self, built: &mut Built, file: &Dockerfile, evidence: &Evidence) {
        attempt(built, |better| smaller_base(better, file, evidence, self.from, None));
        packages_first(built, file, self.installs);
        match self.manager {
            Some(manager) => {
                // One step at a time: what is known of one does not hang on another.
                for step in self.installs {
                    attempt(built, |better| production(better, evidence, &[*step], manager));
                    // Packages are copied from a stage whose cache stays there.
                    attempt(built, |better| no_cache(better, file, evidence, *step, manager));
                }
            }
            None => built.at_least |= !self.installs.is_empty(),
        }
        let role = |built: &Built, step: StepId| built.plan.step(step).map(|step| step.role);
        let builds = |step: &StepId| role(built, *step) == Some(Role::Build);
        let has_build = self.build_only.iter().any(builds);
        for step in self.build_only {
            // What the build made ships; without a build, the sources are the application.
            let ships = match role(built, *step) {
                Some(Role::Build | Role::Dependencies) => true,
                Some(Role::Application) => !has_build,
                _ => false,
            };
            if !ships {
                built.remove(*step);
            }
        }
    }
}

/// Makes a change if it is known what it brings; otherwise the saving is at least that of the others.
fn attempt(built: &mut Built, change: impl FnOnce(&mut Built) -> Option<()>) {
    let mut better = built.clone();
    match change(&mut better) {
        Some(()) => *built = better,
        None => built.at_least = true,
    }
}
