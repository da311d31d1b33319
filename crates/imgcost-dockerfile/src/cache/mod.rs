//! What each change rebuilds: BuildKit's cache, stage by stage.

mod command;
mod context;
mod copied;
mod left;
mod place;
mod plan;
mod step;

pub use context::Context;
pub use plan::plan;
pub use step::{Plan, Role, StagePlan, Step, StepId};
