//! What each change rebuilds: BuildKit's cache, stage by stage.

mod step;

pub use step::{Plan, Role, StagePlan, Step, StepId};
