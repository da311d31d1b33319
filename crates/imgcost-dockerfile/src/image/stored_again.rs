use super::built::{Basis, Built, Piece};
use super::evidence::Evidence;
use super::held::{Held, Reach, is_brought};
use crate::cache::{Role, lands};
use crate::ecosystem::within;
use crate::read::{Instruction, Kind};

/// Steps with the places of their pieces and the packages that they install, base first.
pub(super) type Below<'s> = Vec<(usize, &'s Instruction, Vec<Held>)>;

/// Bytes on the wire and on disk that steps below brought to a folder, and that a layer holds again
/// once their owner is another; `None` if nobody knows them.
pub(super) fn stored_again(
    built: &Built,
    below: &Below<'_>,
    folder: &str,
    evidence: &Evidence,
) -> Option<(u64, u64)> {
    if is_brought(folder) {
        return None;
    }
    below.iter().try_fold((0_u64, 0_u64), |(wire, disk), (at, found, laid)| {
        let piece = built.pieces.get(*at)?;
        let (more, on_disk) = part_of(piece, found, laid, folder, evidence)?;
        Some((wire.saturating_add(more), disk.saturating_add(on_disk)))
    })
}

/// What one step brought there.
fn part_of(
    piece: &Piece,
    found: &Instruction,
    laid: &[Held],
    folder: &str,
    evidence: &Evidence,
) -> Option<(u64, u64)> {
    let nothing = Some((0, 0));
    let whole = || Some((piece.compressed?.0, piece.unpacked?.0));
    let is_there = |path: &str| within(path, folder).is_some();
    match &found.kind {
        Kind::Copy(copy) => {
            let places = lands(copy);
            match piece.role {
                // Lists and settings weigh nothing to speak of.
                _ if piece.basis == Basis::Slight => nothing,
                _ if places.iter().all(|path| is_there(path)) => whole(),
                // A part of what was copied.
                _ if places.iter().any(|path| is_there(path) || within(folder, path).is_some()) => {
                    None
                }
                _ => nothing,
            }
        }
        Kind::Run(_) if piece.role == Role::Dependencies => {
            let builds = piece.compressed.is_none() && is_there(&found.workdir);
            let mut sum = (0_u64, 0_u64);
            for held in laid {
                match (held.reach(folder), held.what) {
                    (Reach::None, _) => {}
                    (Reach::All, Some((manager, development))) => {
                        let row = evidence.packages(manager, development)?;
                        sum.0 = sum.0.saturating_add(row.compressed);
                        sum.1 = sum.1.saturating_add(row.unpacked);
                    }
                    _ => return None,
                }
            }
            let installs_only = laid.iter().all(|held| held.what.is_some());
            (installs_only || !builds).then_some(sum)
        }
        Kind::Run(_) => match piece.role {
            Role::System => nothing,
            // It stores again what was counted already.
            _ if matches!(piece.basis, Basis::Share(_)) && piece.role == Role::Setup => nothing,
            _ if is_there(&found.workdir) => whole(),
            Role::Build if within(folder, &found.workdir).is_some() => None,
            _ => nothing,
        },
        _ => nothing,
    }
}
