//! What `--strict` and `--deny-stale` have against what a Dockerfile costs or saves.

use imgcost::estimate::Warning;
use imgcost_dockerfile::Dockerfile;
use imgcost_dockerfile::cache::StepId;
use imgcost_dockerfile::image::{Built, Origin};

use crate::args::Global;
use crate::exit::Failure;
use crate::result::object_to;

/// Whether nothing is missing in sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sums {
    Complete,
    /// A price or a size is not known.
    Incomplete,
}

impl Sums {
    pub(super) fn of(complete: bool) -> Self {
        if complete { Self::Complete } else { Self::Incomplete }
    }
}

/// A size that nobody knows leaves a hole in a sum as a missing price does; `unknown` says where.
pub(super) fn object(
    warnings: Vec<Warning>,
    sums: Sums,
    unknown: &[String],
    global: &Global,
) -> Result<(), Failure> {
    let priced = !warnings.iter().any(|warning| matches!(warning, Warning::Unpriced { .. }));
    object_to(warnings, global)?;
    match sums {
        Sums::Incomplete if priced && global.strict => {
            let places = if unknown.is_empty() { "" } else { ": " };
            let places = format!("{places}{}", unknown.join(", "));
            Err(Failure::Strict(format!("not priced: sizes that are not known{places}")))
        }
        _ => Ok(()),
    }
}

/// Where a file has something whose size is not known: `Dockerfile:4`.
pub(super) fn unknown(file: &Dockerfile, built: &Built) -> Vec<String> {
    let line = |step: &StepId| {
        let stage = file.stages.get(step.stage)?;
        match step.instruction {
            Some(at) => Some(stage.instructions.get(at)?.line),
            None => Some(stage.line),
        }
    };
    let name = &file.name;
    let pieces = built.pieces.iter().filter(|piece| piece.compressed.is_none());
    let mut places: Vec<String> = pieces
        .map(|piece| match &piece.origin {
            Origin::Step(step) => line(step).map(|line| format!("{name}:{line}")),
            _ => None,
        })
        .map(|place| place.unwrap_or_else(|| name.clone()))
        .collect();
    places.dedup();
    places
}

/// Warnings as reports tell them.
pub(super) fn told(warnings: &[Warning]) -> impl Iterator<Item = String> {
    warnings.iter().map(ToString::to_string)
}
