use imgcost::fleet::defaults::{
    Assumption, COMPRESSION_RATIO, PROFILE_MULTI_STAGE, PROFILE_SINGLE_STAGE,
};
use imgcost::image::{Profile, Trigger};
use imgcost::units::{Compressed, CompressionRatio, Unpacked, format_bytes};

use super::built::{Basis, Built, Origin, Piece, unsized_pieces};
use super::by_evidence::{base_assumption, base_name, profile};
use super::evidence::{Evidence, StandIn};
use super::shares::{part, spread};
use super::times::Times;
use crate::cache::{Plan, Role};
use crate::read::{Dockerfile, ImageName};

/// The size of an image, in the kind of bytes that somebody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// What a registry serves.
    Compressed(Compressed),
    /// What `docker images` prints.
    Unpacked(Unpacked),
}

/// Bytes of the three classes, in one kind of bytes.
struct Parts {
    base: u64,
    dependencies: u64,
    application: u64,
}

/// The image where its size is known: the base weighs what evidence says, if that is less than the
/// whole; the rest are dependencies and application as the model's profiles divide them (14 : 1 where
/// a source line repeats the install, otherwise 5 : 1). Without a base that is known the profile
/// divides everything.
pub fn from_size(
    file: &Dockerfile,
    plan: &Plan,
    times: Times,
    evidence: &Evidence,
    ratio: CompressionRatio,
    size: Size,
) -> Built {
    let mut built = Built::new(file, plan, unsized_pieces(file, plan), times, ratio);
    let (compressed, unpacked) = match size {
        Size::Compressed(compressed) => (compressed.0, ratio.unpack(compressed).0),
        Size::Unpacked(unpacked) => (ratio.compress(unpacked).0, unpacked.0),
    };
    built.assume(Assumption { value: ratio.to_string(), ..COMPRESSION_RATIO.into() });
    let profile = profile(&built);
    let row = base_name(file).and_then(|name| Some((name, evidence.base(name)?)));
    if let Some((name, found)) = row
        && found.row.compressed >= compressed
    {
        built.notes.push(too_small(name, found, compressed));
    }
    let row = row.filter(|(_, found)| found.row.compressed < compressed);
    let (wire, disk) = match row {
        Some((name, found)) => {
            built.assume(base_assumption(name, found));
            let base = found.row.compressed;
            let measured = found.row.unpacked.filter(|base| *base < unpacked);
            // By the ratio the base is smaller than the whole on disk too.
            let on_disk = measured.unwrap_or_else(|| part(base, unpacked, compressed));
            (above(profile, base, compressed), above(profile, on_disk, unpacked))
        }
        None => (split(profile, compressed), split(profile, unpacked)),
    };
    built.assume(Assumption {
        value: profile.name().into(),
        ..match profile {
            Profile::SingleStage => PROFILE_SINGLE_STAGE.into(),
            Profile::MultiStage => PROFILE_MULTI_STAGE.into(),
        }
    });
    divide(&mut built, &wire, &disk, profile);
    if let (Some((_, found)), Some(piece)) = (row, built.pieces.first_mut()) {
        let source = found.row.source.clone();
        piece.basis = Basis::Evidence { ids: vec![found.row.name()], source };
    }
    built
}

/// Whether an image of that size can be the file's: it is larger than what it starts from, as far as
/// that is known.
pub fn fits(file: &Dockerfile, evidence: &Evidence, size: Compressed) -> bool {
    let base = base_name(file).and_then(|name| evidence.base(name));
    base.is_none_or(|found| found.row.compressed < size.0)
}

/// An image is no smaller than what it starts from: the size is that of another one, or of other bytes.
fn too_small(name: &ImageName, found: StandIn<'_>, compressed: u64) -> String {
    let base = match found.exact {
        true => name.to_string(),
        false => format!("{name}, taken as {}", found.row.name()),
    };
    format!(
        "the size given, {} on the wire, is less than the base alone ({base}: {} as measured on {}), so that \
         no part of it can be told: is it of another image, or of other bytes (--compressed)?",
        format_bytes(compressed),
        format_bytes(found.row.compressed),
        found.row.published,
    )
}

fn split(profile: Profile, total: u64) -> Parts {
    let parts = profile.split(total);
    Parts { base: parts.base, dependencies: parts.dependencies, application: parts.application }
}

/// What lies above a base that is known, divided as the profile divides it.
fn above(profile: Profile, base: u64, total: u64) -> Parts {
    let rest = total.saturating_sub(base);
    let (of_base, of_dependencies) = profile.shares();
    let dependencies = part(rest, u64::from(of_dependencies), u64::from(100 - of_base)).min(rest);
    Parts { base: total.min(base), dependencies, application: rest - dependencies }
}

/// Divides the classes among the steps that make them. Where no step makes one, it goes with the
/// other; where no step makes either, it is a piece that no instruction goes with.
fn divide(built: &mut Built, wire: &Parts, disk: &Parts, profile: Profile) {
    let is_application = |piece: &Piece| matches!(piece.role, Role::Application | Role::Build);
    let is_dependencies = |piece: &Piece| piece.role == Role::Dependencies;
    let has = |is: fn(&Piece) -> bool| built.pieces.iter().filter(|piece| is(piece)).count();
    let (applications, dependencies) = (has(is_application), has(is_dependencies));
    let of_dependencies: fn(&Parts) -> u64 = match (dependencies, applications) {
        (0, _) => |_| 0,
        (_, 0) => rest,
        _ => |parts| parts.dependencies,
    };
    let of_application: fn(&Parts) -> u64 = match (dependencies, applications) {
        (_, 0) => |_| 0,
        (0, _) => rest,
        _ => |parts| parts.application,
    };
    let basis = Basis::Share(format!("its share of the size, profile {}", profile.name()));
    for piece in &mut built.pieces {
        *piece = match piece.origin {
            Origin::Step(step) if step.instruction.is_none() => {
                piece.clone().sized(wire.base, disk.base, basis.clone())
            }
            _ => piece.clone().sized(0, 0, Basis::Slight),
        };
    }
    let mut give = |is: fn(&Piece) -> bool, count: usize, of: fn(&Parts) -> u64| {
        let sizes = spread(of(wire), count).zip(spread(of(disk), count));
        for (piece, (wire, disk)) in built.pieces.iter_mut().filter(|piece| is(piece)).zip(sizes) {
            *piece = piece.clone().sized(wire, disk, basis.clone());
        }
    };
    give(is_dependencies, dependencies, of_dependencies);
    give(is_application, applications, of_application);
    if applications + dependencies == 0 && rest(wire) > 0 {
        built.notes.push("no instruction copies an application or installs packages".into());
        let piece = Piece::unmapped(built.pieces.len(), Trigger::Deploy);
        let piece = piece.sized(rest(wire), rest(disk), basis);
        built.pieces.push(piece);
    }
}

fn rest(parts: &Parts) -> u64 {
    parts.dependencies + parts.application
}
