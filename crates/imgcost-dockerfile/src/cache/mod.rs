//! What each change rebuilds: BuildKit's cache, stage by stage.
//!
//! An instruction runs again when something that it reads has changed, or when the instruction before
//! it ran again; a `RUN` reads the values of all build arguments that stand above it, other instructions
//! those that they name. Files are compared by content, not by time: a `COPY --from` of files that came
//! out the same is not repeated, and so `COPY --link` keeps its layer whatever lies below it.

mod commands;
mod commits;
mod copied;
mod derived;
mod left;
mod place;
mod plan;
mod sources;
mod step;
mod written;

pub use commits::{CommitArgument, commit_arguments};
pub(crate) use copied::{lands, origins};
pub use plan::plan;
pub use step::{Plan, Role, StagePlan, Step, StepId};
pub(crate) use written::files_written;
