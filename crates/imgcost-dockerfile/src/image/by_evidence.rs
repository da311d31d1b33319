use std::collections::BTreeMap;

use imgcost::fleet::defaults::{Assumption, PROFILE_MULTI_STAGE, PROFILE_SINGLE_STAGE};
use imgcost::image::{Profile, Trigger};
use imgcost::units::{Compressed, CompressionRatio};

use super::built::{Basis, Built, Origin, Piece, unsized_pieces};
use super::contents::{Contents, Strict, of_run, written};
use super::evidence::{Evidence, StandIn};
use super::packages::{Installed, copied, installed, learn};
use super::shares::{application_share, part, spread};
use super::times::Times;
use crate::cache::{Plan, Role, StepId};
use crate::ecosystem::Environment;
use crate::read::{Base, Dockerfile, ImageName, Instruction, Kind, absolute};

/// The image as evidence has it, where nothing but the file is known: the base weighs what its
/// official image weighed on some day, packages what those of a measured application weigh, and the
/// application the share of the base that the model's profiles give it.
///
/// What nobody measured has no size, and then neither has the image.
pub fn from_evidence(
    file: &Dockerfile,
    plan: &Plan,
    times: Times,
    evidence: &Evidence,
    ratio: CompressionRatio,
) -> Built {
    let mut built = Built::new(file, plan, unsized_pieces(file, plan), times, ratio);
    size(&mut built, file, evidence, None);
    built
}

/// The same for another file of the same application, whose bytes are then the same: they do not
/// shrink because the base does.
pub fn from_evidence_beside(
    file: &Dockerfile,
    plan: &Plan,
    times: Times,
    evidence: &Evidence,
    (other_file, other): (&Dockerfile, &Built),
) -> Built {
    let mut built = Built::new(file, plan, unsized_pieces(file, plan), times, other.ratio);
    let same = application(other).map(|bytes| (other_file.name.as_str(), bytes));
    size(&mut built, file, evidence, same);
    built
}

/// The application of another file's image: whose it is, bytes on the wire and on disk.
type Same<'f> = (&'f str, (u64, u64));

/// Bytes of what is the application and was not measured elsewhere, on the wire and on disk; `None` if
/// there is no such piece, or one that nobody knows the size of.
pub(super) fn application(built: &Built) -> Option<(u64, u64)> {
    let is_application = |piece: &&Piece| {
        matches!(piece.role, Role::Application | Role::Build) && !piece.is_evidence()
    };
    sum(built.pieces.iter().filter(is_application))
}

/// Bytes of pieces, on the wire and on disk; `None` if there are none, or if one is not known.
pub(super) fn sum<'p>(mut pieces: impl Iterator<Item = &'p Piece>) -> Option<(u64, u64)> {
    let bytes = |piece: &Piece| Some((piece.compressed?.0, piece.unpacked?.0));
    let first = bytes(pieces.next()?)?;
    pieces.try_fold(first, |(compressed, unpacked), piece| {
        let (more, on_disk) = bytes(piece)?;
        Some((compressed.checked_add(more)?, unpacked.checked_add(on_disk)?))
    })
}

fn size(built: &mut Built, file: &Dockerfile, evidence: &Evidence, same: Option<Same<'_>>) {
    size_base(built, file, evidence, built.ratio);
    // What builds leave comes first, as some of it was measured; then the application's share; then
    // what may store either a second time.
    size_steps(built, file, evidence, |role| role == Role::Build);
    match same {
        Some(same) => take_application(built, same),
        None => size_application(built),
    }
    size_steps(built, file, evidence, |role| !matches!(role, Role::Build | Role::Application));
}

/// Steps that are sized: engines stack 127 layers at most, and no file has more that ships.
const MOST: usize = 2_000;

/// Sizes the steps of some roles, base first.
fn size_steps(
    built: &mut Built,
    file: &Dockerfile,
    evidence: &Evidence,
    is_meant: impl Fn(Role) -> bool,
) {
    let held = installed(file);
    let mut environment = Environment::default();
    let places: BTreeMap<Origin, usize> = built
        .pieces
        .iter()
        .take(MOST)
        .enumerate()
        .filter(|(_, piece)| is_meant(piece.role))
        .map(|(at, piece)| (piece.origin.clone(), at))
        .collect();
    for stage in file.shipped() {
        let instructions = file.stages.get(stage).map_or(&[][..], |stage| &stage.instructions);
        for (at, found) in instructions.iter().enumerate() {
            let origin = Origin::Step(StepId { stage, instruction: Some(at) });
            if let Some(place) = places.get(&origin) {
                let seen = Seen { environment: &environment, held: &held, evidence };
                size_step(built, *place, file, found, &seen);
            }
            learn(&mut environment, found);
        }
    }
}

/// What is known where a step stands.
struct Seen<'s> {
    environment: &'s Environment,
    held: &'s [Option<Installed>],
    evidence: &'s Evidence,
}

/// The instruction that made a piece.
pub(super) fn instruction<'f>(file: &'f Dockerfile, origin: &Origin) -> Option<&'f Instruction> {
    let Origin::Step(StepId { stage, instruction }) = origin else { return None };
    file.stages.get(*stage)?.instructions.get((*instruction)?)
}

/// Which profile of the model the image is like: whether a source line repeats its install.
pub(super) fn profile(built: &Built) -> Profile {
    let reinstalls = built
        .pieces
        .iter()
        .zip(built.rebuilt_by())
        .any(|(piece, set)| piece.role == Role::Dependencies && set.contains(Trigger::Deploy));
    if reinstalls { Profile::SingleStage } else { Profile::MultiStage }
}

/// The name of the image at the bottom, if it is one.
pub(super) fn base_name(file: &Dockerfile) -> Option<&ImageName> {
    match &file.stages.get(*file.shipped().first()?)?.base {
        Base::Image(name) => Some(name),
        _ => None,
    }
}

fn size_base(built: &mut Built, file: &Dockerfile, evidence: &Evidence, ratio: CompressionRatio) {
    let bottom = file.shipped().first().and_then(|stage| file.stages.get(*stage));
    let Some((piece, bottom)) = built.pieces.first().cloned().zip(bottom) else { return };
    let unknown = |name: &dyn std::fmt::Display| format!("the size of {name} is not known");
    let sized = match &bottom.base {
        Base::Scratch => piece.sized(0, 0, Basis::Slight),
        Base::Image(name) => match evidence.base(name) {
            Some(found) => {
                built.assume(base_assumption(name, found));
                sized_base(piece, found, ratio)
            }
            None => return built.notes.push(unknown(name)),
        },
        Base::Unknown(name) => return built.notes.push(unknown(name)),
        Base::Stage(_) => return,
    };
    if let Some(first) = built.pieces.first_mut() {
        *first = sized;
    }
}

/// A piece that weighs what a row of evidence says.
pub(super) fn sized_base(piece: Piece, found: StandIn<'_>, ratio: CompressionRatio) -> Piece {
    let row = found.row;
    let unpacked = row.unpacked.unwrap_or_else(|| ratio.unpack(Compressed(row.compressed)).0);
    let basis = Basis::Evidence { ids: vec![row.name()], source: row.source.clone() };
    piece.sized(row.compressed, unpacked, basis)
}

/// Which image stands for the base.
pub(super) fn base_assumption(name: &ImageName, found: StandIn<'_>) -> Assumption {
    let row = found.row;
    let size = imgcost::units::format_bytes(row.compressed);
    let taken = row.name();
    let value = match found.exact {
        true => format!("{name} is {size}, {}", row.published),
        false => format!("{name} is taken as {taken}, {size}, {}", row.published),
    };
    Assumption {
        name: "base-image".into(),
        value,
        basis: "official image".into(),
        source: row.source.clone(),
    }
}

fn size_step(
    built: &mut Built,
    at: usize,
    file: &Dockerfile,
    found: &Instruction,
    seen: &Seen<'_>,
) {
    let Some(piece) = built.pieces.get(at).cloned() else { return };
    let contents = match &found.kind {
        Kind::Run(run) => {
            let about_packages = matches!(piece.role, Role::Dependencies | Role::Build);
            let strict = if about_packages { Strict::No } else { Strict::Yes };
            of_run(run, seen.environment, seen.evidence, strict)
        }
        Kind::Copy(copy) if piece.role == Role::Dependencies => {
            let mut contents = Contents::default();
            match copied(seen.held, copy) {
                Some((manager, kind)) => contents.packages(seen.evidence, manager, kind),
                None => contents.unknown.push("the packages that it copies".into()),
            }
            contents
        }
        // Lists of packages, configuration, folders.
        _ => Contents::default(),
    };
    // What a build makes is the application's share, unless somebody measured what it leaves.
    if piece.role == Role::Build && contents.rows.is_empty() {
        return;
    }
    let line = found.line;
    for what in &contents.not_counted {
        built.notes.push(format!("line {line}: {what} is not counted, since nobody measured it"));
    }
    let Some((mut compressed, mut unpacked)) = contents.size() else {
        let unknown = contents.unknown.join(", ");
        built.notes.push(format!("line {line} has no known size: {unknown}"));
        return;
    };
    for folder in &contents.doubled {
        let Some((again, on_disk)) = stored_below(built, at, file, found, folder) else {
            return;
        };
        compressed = compressed.saturating_add(again);
        unpacked = unpacked.saturating_add(on_disk);
    }
    let basis = match contents.rows.as_slice() {
        [] if compressed > 0 => Basis::Share("what it stores a second time".into()),
        [] => Basis::Slight,
        rows => {
            for row in rows {
                built.assume(Assumption {
                    name: row.id.clone(),
                    value: imgcost::units::format_bytes(row.compressed),
                    basis: "measured".into(),
                    source: format!("{}, {}", row.source, row.date),
                });
            }
            let mut sources: Vec<&str> = rows.iter().map(|row| row.source.as_str()).collect();
            sources.dedup();
            Basis::Evidence {
                ids: rows.iter().map(|row| row.id.clone()).collect(),
                source: sources.join("; "),
            }
        }
    };
    if let Some(place) = built.pieces.get_mut(at) {
        *place = piece.sized(compressed, unpacked, basis);
    }
}

/// Bytes of the pieces above the base and below this one that are in a folder; `None` if one is not known.
fn stored_below(
    built: &Built,
    at: usize,
    file: &Dockerfile,
    found: &Instruction,
    folder: &str,
) -> Option<(u64, u64)> {
    let folder = absolute(&found.workdir, folder);
    let below = built.pieces.get(..at)?.iter();
    let within = below.filter(|piece| {
        let made = instruction(file, &piece.origin);
        made.and_then(written).is_some_and(|path| holds(&folder, path))
    });
    within.into_iter().try_fold((0_u64, 0_u64), |(compressed, unpacked), piece| {
        Some((
            compressed.saturating_add(piece.compressed?.0),
            unpacked.saturating_add(piece.unpacked?.0),
        ))
    })
}

/// Whether a folder is or holds what is written there.
pub(super) fn holds(folder: &str, path: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    let rest = path.trim_end_matches('/').strip_prefix(folder);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Sizes sources and what builds make of them by a share of the base, divided among their steps.
fn size_application(built: &mut Built) {
    let own = |piece: &Piece| {
        let is_application = matches!(piece.role, Role::Application | Role::Build);
        is_application && piece.compressed.is_none()
    };
    let count = built.pieces.iter().filter(|piece| own(piece)).count();
    if count == 0 {
        return;
    }
    let base = built.pieces.first().and_then(|base| Some((base.compressed?, base.unpacked?)));
    let Some((compressed, unpacked)) = base.filter(|(compressed, _)| compressed.0 > 0) else {
        built
            .notes
            .push("the size of the application is not known: it is taken from the base's".into());
        return;
    };
    let profile = profile(built);
    let (above, below) = application_share(profile);
    let share = |bytes: u64| part(bytes, above, below);
    let (compressed, unpacked) = (share(compressed.0), share(unpacked.0));
    let basis = format!("{above}/{below} of the base, as in the profile {}", profile.name());
    built.assume(Assumption {
        name: "application".into(),
        value: format!("{}: {basis}", imgcost::units::format_bytes(compressed)),
        basis: "assumed".into(),
        source: match profile {
            Profile::SingleStage => PROFILE_SINGLE_STAGE,
            Profile::MultiStage => PROFILE_MULTI_STAGE,
        }
        .source
        .into(),
    });
    share_out(built, own, (compressed, unpacked), &Basis::Share(basis));
}

/// The application that another file's image has.
fn take_application(built: &mut Built, (name, bytes): Same<'_>) {
    let own = |piece: &Piece| {
        let is_application = matches!(piece.role, Role::Application | Role::Build);
        is_application && piece.compressed.is_none()
    };
    if built.pieces.iter().any(own) {
        built.assume(Assumption {
            name: "application".into(),
            value: format!("{}, as with {name}", imgcost::units::format_bytes(bytes.0)),
            basis: "assumed".into(),
            source: "both files are for the same application".into(),
        });
    }
    share_out(built, own, bytes, &Basis::Share(format!("the application of {name}")));
}

/// Gives bytes to the pieces that `is_meant` picks, in equal parts.
pub(super) fn share_out(
    built: &mut Built,
    is_meant: impl Fn(&Piece) -> bool,
    (compressed, unpacked): (u64, u64),
    basis: &Basis,
) {
    let count = built.pieces.iter().filter(|piece| is_meant(piece)).count();
    let sizes = spread(compressed, count).zip(spread(unpacked, count));
    let pieces = built.pieces.iter_mut().filter(|piece| is_meant(piece));
    for (piece, (compressed, unpacked)) in pieces.zip(sizes) {
        *piece = piece.clone().sized(compressed, unpacked, basis.clone());
    }
}
