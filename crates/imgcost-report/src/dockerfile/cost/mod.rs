//! What each instruction of a Dockerfile costs a month.

mod rows;
mod text;
mod write;

use chrono::NaiveDate;
use imgcost::fleet::defaults::Assumption;
use imgcost::units::Currency;
use imgcost_dockerfile::Dockerfile;
use imgcost_dockerfile::cache::Plan;
use imgcost_dockerfile::price::Cost;

pub(crate) use self::rows::{FIXED, fixed, is_complete};
pub use self::text::{cost_markdown, cost_text};
pub(crate) use self::text::{rests_on, table};
pub use self::write::{cost_csv, cost_json};

/// What each instruction of a Dockerfile costs a month.
#[derive(Debug, Clone)]
pub struct CostReport<'r> {
    /// The file.
    pub dockerfile: &'r Dockerfile,
    /// What rebuilds what.
    pub plan: &'r Plan,
    /// What it costs.
    pub cost: &'r Cost,
    /// The scene in which it was priced: `20 nodes, 60 deploys a month; AWS ECR us-east-1`.
    pub scene: String,
    /// The currency of all money.
    pub currency: Currency,
    /// The day whose prices were taken.
    pub as_of: NaiveDate,
    /// What was taken for granted.
    pub assumptions: Vec<Assumption>,
    /// What should be known.
    pub warnings: Vec<String>,
}
