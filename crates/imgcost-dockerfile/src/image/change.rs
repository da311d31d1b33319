use imgcost::units::{Compressed, Unpacked};

use super::built::{Basis, Built, Piece};
use super::evidence::Measured;
use super::shares::part;
use crate::cache::StepId;

/// Something that was made better already: two findings about the same bytes save them once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Done {
    /// The base is a smaller one.
    Base,
    /// The install stands above the sources.
    First(StepId),
    /// The install takes the lock file.
    Locked(StepId),
    /// Only production's packages are there.
    Production(StepId),
    /// A cache, or lists of packages.
    Cache(StepId),
    /// A package of the operating system.
    Tool(StepId, String),
    /// What a later step deleted.
    Deleted(StepId),
}

impl Piece {
    /// The piece without these bytes on disk, those on the wire in proportion.
    pub(super) fn without(self, in_vain: u64) -> Self {
        let Some((compressed, unpacked)) = self.compressed.zip(self.unpacked) else { return self };
        if in_vain == 0 {
            return self;
        }
        let rest = unpacked.0.saturating_sub(in_vain);
        let wire = part(compressed.0, rest, unpacked.0).min(compressed.0);
        self.changed(wire, rest)
    }

    /// The piece without what a row of evidence says; `None` if it is smaller than that, or if nobody
    /// knows its size. A piece that evidence sized has only what it was given.
    pub(super) fn without_row(self, row: &Measured) -> Option<Self> {
        if self.is_evidence() && !self.counts(row) {
            return Some(self);
        }
        let (compressed, unpacked) = self.compressed.zip(self.unpacked)?;
        let wire = compressed.0.checked_sub(row.compressed)?;
        let disk = unpacked.0.checked_sub(row.unpacked)?;
        let basis = match self.basis.clone() {
            Basis::Evidence { mut ids, source } => {
                if let Some(at) = ids.iter().position(|id| *id == row.id) {
                    ids.remove(at);
                }
                Basis::Evidence { ids, source }
            }
            _ => Basis::Changed,
        };
        Some(Self { basis, ..self.changed(wire, disk) })
    }

    /// The piece with what one row says in the place of what another says; where it is no evidence,
    /// in the same proportion. `None` if nobody knows its size.
    pub(super) fn instead(self, row: &Measured, other: &Measured) -> Option<Self> {
        let (compressed, unpacked) = self.compressed.zip(self.unpacked)?;
        let Basis::Evidence { mut ids, source } = self.basis.clone() else {
            let wire = part(compressed.0, other.compressed, row.compressed);
            let disk = part(unpacked.0, other.unpacked, row.unpacked);
            return Some(self.changed(wire.min(compressed.0), disk.min(unpacked.0)));
        };
        let Some(id) = ids.iter_mut().find(|id| **id == row.id) else { return Some(self) };
        id.clone_from(&other.id);
        let wire = compressed.0.saturating_sub(row.compressed).saturating_add(other.compressed);
        let disk = unpacked.0.saturating_sub(row.unpacked).saturating_add(other.unpacked);
        Some(Self { basis: Basis::Evidence { ids, source }, ..self.changed(wire, disk) })
    }

    /// Whether a row of evidence is among what its size is made of.
    pub(super) fn counts(&self, row: &Measured) -> bool {
        matches!(&self.basis, Basis::Evidence { ids, .. } if ids.contains(&row.id))
    }

    /// Whether evidence says what it weighs.
    pub(super) fn is_evidence(&self) -> bool {
        matches!(self.basis, Basis::Evidence { .. })
    }

    fn changed(self, compressed: u64, unpacked: u64) -> Self {
        Self {
            compressed: Some(Compressed(compressed)),
            unpacked: Some(Unpacked(unpacked)),
            // It is another layer than the one that exists.
            digest: None,
            basis: Basis::Changed,
            ..self
        }
    }
}

impl Built {
    /// Notes that something was made better; whether it was not already.
    pub(super) fn first_time(&mut self, done: Done) -> bool {
        self.done.insert(done)
    }

    /// Changes the pieces of a step; `None` if one cannot be changed.
    pub(super) fn change(
        &mut self,
        step: StepId,
        change: impl Fn(Piece) -> Option<Piece>,
    ) -> Option<()> {
        for at in self.places(step) {
            let piece = self.pieces.get_mut(at)?;
            *piece = change(piece.clone())?;
        }
        Some(())
    }

    /// Takes the pieces of a step out of the image.
    pub(super) fn remove(&mut self, step: StepId) {
        let made = super::built::Origin::Step(step);
        self.pieces.retain(|piece| piece.origin != made);
        self.retrigger();
    }
}
