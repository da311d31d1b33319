//! What each change rebuilds, and what of that ships.

mod rows;
mod totals;
mod write;

use std::collections::BTreeMap;

use imgcost::image::Trigger;
use imgcost_dockerfile::Dockerfile;
use imgcost_dockerfile::cache::{Plan, StepId};
use rust_decimal::Decimal;

pub use self::write::{cache_csv, cache_json, cache_markdown, cache_text};

/// What each change rebuilds in a Dockerfile.
#[derive(Debug, Clone)]
pub struct CacheReport<'r> {
    /// The file.
    pub dockerfile: &'r Dockerfile,
    /// What rebuilds what.
    pub plan: &'r Plan,
    /// How long steps take, in seconds; a step that is not here takes nobody knows how long.
    pub seconds: BTreeMap<StepId, Decimal>,
    /// Where the seconds come from, in a sentence.
    pub times: String,
    /// What should be known.
    pub warnings: Vec<String>,
}

/// The changes that are told apart, with what people call them.
pub(crate) const CHANGES: [(Trigger, &str); 3] = [
    (Trigger::Deploy, "one source line"),
    (Trigger::DependencyUpdate, "one dependency"),
    (Trigger::BaseRefresh, "new base"),
];
