use std::collections::BTreeMap;

use imgcost::fleet::defaults::{Assumption, PROFILE_MULTI_STAGE, PROFILE_SINGLE_STAGE};
use imgcost::image::{Profile, Trigger};
use imgcost::units::{Compressed, CompressionRatio};

use super::built::{Basis, Built, Origin, Piece, unsized_pieces};
use super::contents::{Contents, Strict, of_copy, of_run};
use super::evidence::{Evidence, StandIn};
use super::held::{Held, held, laid};
use super::packages::learn;
use super::shares::{application_share, part, spread};
use super::stored_again::{Below, stored_again};
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
    let held = held(file);
    size_steps(built, file, &held, evidence, |role| role == Role::Build);
    let unknown = |piece: &Piece| match instruction(file, &piece.origin).map(|found| &found.kind) {
        Some(Kind::Copy(copy)) => !of_copy(copy, piece.role, &held, evidence).unknown.is_empty(),
        _ => false,
    };
    match same {
        Some(same) => take_application(built, same, unknown),
        None => size_application(built, unknown),
    }
    size_steps(built, file, &held, evidence, |role| role != Role::Build);
}

/// Steps that are sized: engines stack 127 layers at most, and no file has more that ships.
const MOST: usize = 2_000;

/// Sizes the steps of some roles, base first.
fn size_steps(
    built: &mut Built,
    file: &Dockerfile,
    held: &[Vec<Held>],
    evidence: &Evidence,
    is_meant: impl Fn(Role) -> bool,
) {
    let mut below: Below<'_> = Vec::new();
    let mut environment = Environment::default();
    let places: BTreeMap<Origin, usize> = built
        .pieces
        .iter()
        .take(MOST)
        .enumerate()
        .map(|(at, piece)| (piece.origin.clone(), at))
        .collect();
    for stage in file.shipped() {
        let instructions = file.stages.get(stage).map_or(&[][..], |stage| &stage.instructions);
        for (at, found) in instructions.iter().enumerate() {
            let origin = Origin::Step(StepId { stage, instruction: Some(at) });
            if let Some(place) = places.get(&origin) {
                let is_meant = built.pieces.get(*place).is_some_and(|piece| is_meant(piece.role));
                if is_meant {
                    let seen = Seen { environment: &environment, held, below: &below, evidence };
                    size_step(built, *place, found, &seen);
                }
                below.push((*place, found, laid(found, &environment)));
            }
            learn(&mut environment, found);
        }
    }
}

/// What is known where a step stands.
struct Seen<'s> {
    environment: &'s Environment,
    /// What each stage holds.
    held: &'s [Vec<Held>],
    /// The steps below.
    below: &'s Below<'s>,
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

fn size_step(built: &mut Built, at: usize, found: &Instruction, seen: &Seen<'_>) {
    let Some(piece) = built.pieces.get(at).cloned() else { return };
    let mut contents = match &found.kind {
        Kind::Run(run) => {
            let about_packages = matches!(piece.role, Role::Dependencies | Role::Build);
            let strict = if about_packages { Strict::No } else { Strict::Yes };
            of_run(run, seen.environment, seen.evidence, strict)
        }
        Kind::Copy(copy) => of_copy(copy, piece.role, seen.held, seen.evidence),
        _ => Contents::default(),
    };
    let line = found.line;
    for what in &contents.not_counted {
        built.partial = true;
        built.notes.push(format!("line {line}: {what} is not counted, since nobody measured it"));
    }
    // What a build makes is the application's share, unless somebody measured what it leaves; a copy
    // of the application has that share, and what else it carries.
    let is_known = contents.unknown.is_empty() || piece.role == Role::Build;
    let is_own = matches!(piece.role, Role::Build | Role::Application);
    if is_own && contents.rows.is_empty() && is_known {
        return;
    }
    // A build that fetches packages on its way, of which nobody measured what it leaves.
    let builds = matches!(found.kind, Kind::Run(_)) && piece.role == Role::Dependencies;
    if builds && contents.rows.is_empty() && contents.unknown.is_empty() {
        contents.unknown.push("what it builds".into());
    }
    let mut size = contents.size();
    for folder in &contents.doubled {
        let folder = absolute(&found.workdir, folder);
        let again = stored_again(built, seen.below, &folder, seen.evidence);
        if again.is_none() {
            contents.unknown.push(format!("what lies in {folder}"));
        }
        size = size.zip(again).map(|((wire, disk), (again, on_disk))| {
            (wire.saturating_add(again), disk.saturating_add(on_disk))
        });
    }
    let Some((mut compressed, mut unpacked)) = size else {
        let unknown = contents.unknown.join(", ");
        built.notes.push(format!("line {line} has no known size: {unknown}"));
        if let Some(place) = built.pieces.get_mut(at) {
            *place = piece.without_size();
        }
        return;
    };
    if piece.role == Role::Application {
        let Some((own, on_disk)) = piece.compressed.zip(piece.unpacked) else { return };
        compressed = compressed.saturating_add(own.0);
        unpacked = unpacked.saturating_add(on_disk.0);
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

/// Whether a folder is or holds what is written there.
pub(super) fn holds(folder: &str, path: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    let rest = path.trim_end_matches('/').strip_prefix(folder);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Sizes sources and what builds make of them by a share of the base, divided among their steps.
/// What is `unknown` has no part in that.
fn size_application(built: &mut Built, unknown: impl Fn(&Piece) -> bool) {
    let own = |piece: &Piece| {
        let is_application = matches!(piece.role, Role::Application | Role::Build);
        is_application && piece.compressed.is_none() && !unknown(piece)
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
fn take_application(built: &mut Built, (name, bytes): Same<'_>, unknown: impl Fn(&Piece) -> bool) {
    let own = |piece: &Piece| {
        let is_application = matches!(piece.role, Role::Application | Role::Build);
        is_application && piece.compressed.is_none() && !unknown(piece)
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
