//! What each change rebuilds, and what of that ships.

mod rows;
mod totals;
mod write;

use imgcost::image::Trigger;
use imgcost_dockerfile::Dockerfile;
use imgcost_dockerfile::cache::Plan;
use imgcost_dockerfile::image::Times;

pub(crate) use self::rows::cut;
pub use self::write::{cache_csv, cache_json, cache_markdown, cache_text};

/// What each change rebuilds in a Dockerfile.
#[derive(Debug, Clone)]
pub struct CacheReport<'r> {
    /// The file.
    pub dockerfile: &'r Dockerfile,
    /// What rebuilds what.
    pub plan: &'r Plan,
    /// How long steps take.
    pub times: &'r Times,
    /// What should be known.
    pub warnings: Vec<String>,
}

/// The changes that are told apart, with what people call them.
pub(crate) const CHANGES: [(Trigger, &str); 3] = [
    (Trigger::Deploy, "one source line"),
    (Trigger::DependencyUpdate, "one dependency"),
    (Trigger::BaseRefresh, "new base"),
];
