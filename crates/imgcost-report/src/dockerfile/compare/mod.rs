//! One Dockerfile against another: the story of a change on one screen.

mod rows;
mod text;
mod write;

use chrono::NaiveDate;
use imgcost::fleet::defaults::Assumption;
use imgcost::units::Currency;
use imgcost_dockerfile::Dockerfile;
use imgcost_dockerfile::cache::Plan;
use imgcost_dockerfile::image::TimesBasis;
use imgcost_dockerfile::price::Change;
use imgcost_dockerfile::rules::Finding;

pub use self::text::{compare_markdown, compare_text};
pub use self::write::{compare_csv, compare_json};

/// What one Dockerfile changes against another.
#[derive(Debug, Clone)]
pub struct DockerfileCompareReport<'r> {
    /// The file as it is.
    pub old: ComparedFile<'r>,
    /// The file as it would be.
    pub new: ComparedFile<'r>,
    /// What both cost, and what is saved.
    pub change: &'r Change,
    /// The scene in which both were priced: `20 nodes, 60 deploys a month; AWS ECR us-east-1`.
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

/// One of the files.
#[derive(Debug, Clone, Copy)]
pub struct ComparedFile<'r> {
    /// The file.
    pub dockerfile: &'r Dockerfile,
    /// What rebuilds what.
    pub plan: &'r Plan,
    /// What was found in it.
    pub findings: &'r [Finding],
    /// Where the times of its steps come from.
    pub timed: TimesBasis,
}
