//! What `--strict` and `--deny-stale` have against what a Dockerfile costs or saves.

use imgcost::estimate::Warning;

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

/// A size that nobody knows leaves a hole in a sum as a missing price does.
pub(super) fn object(warnings: Vec<Warning>, sums: Sums, global: &Global) -> Result<(), Failure> {
    let priced = !warnings.iter().any(|warning| matches!(warning, Warning::Unpriced { .. }));
    object_to(warnings, global)?;
    match sums {
        Sums::Incomplete if priced && global.strict => {
            Err(Failure::Strict("not priced: sizes that are not known".to_owned()))
        }
        _ => Ok(()),
    }
}

/// Warnings as reports tell them.
pub(super) fn told(warnings: &[Warning]) -> impl Iterator<Item = String> {
    warnings.iter().map(ToString::to_string)
}
