//! What could be better in Dockerfiles, and what that would save.

mod csv;
mod github;
mod json;
mod markdown;
mod sarif;
mod summary;
mod text;

use std::sync::Arc;

use chrono::NaiveDate;
use imgcost::fleet::defaults::Assumption;
use imgcost::units::Currency;
use imgcost_dockerfile::rules::{Finding, Severity};

pub use self::csv::check_csv;
pub use self::github::check_github;
pub use self::json::check_json;
pub use self::markdown::check_markdown;
pub use self::sarif::check_sarif;
pub use self::text::check_text;
use super::Saving;

/// What was found in Dockerfiles.
#[derive(Debug, Clone)]
pub struct CheckReport {
    /// The files, in the order in which they were asked for.
    pub files: Vec<CheckedFile>,
    /// The scene in which savings were priced: `20 nodes, 60 deploys a month; AWS ECR us-east-1`.
    pub scene: String,
    /// The currency of all money.
    pub currency: Currency,
    /// The day whose prices were taken.
    pub as_of: NaiveDate,
    /// What all fixes save together, which is not the sum of what each saves.
    pub together: Option<Saving>,
    /// What was taken for granted.
    pub assumptions: Vec<Assumption>,
    /// What should be known.
    pub warnings: Vec<String>,
}

/// One Dockerfile.
#[derive(Debug, Clone)]
pub struct CheckedFile {
    /// Its path as it was given.
    pub name: String,
    /// Its text, which spans point into.
    pub text: Arc<str>,
    /// What was found, in the order of the file.
    pub findings: Vec<Checked>,
    /// What was found and is not to be reported.
    pub ignored: Vec<Ignored>,
}

/// A finding with what its fix saves.
#[derive(Debug, Clone)]
pub struct Checked {
    /// What was found.
    pub finding: Finding,
    /// What its fix saves, by itself.
    pub saving: Saving,
}

/// A finding that somebody decided to live with.
#[derive(Debug, Clone)]
pub struct Ignored {
    /// What was found.
    pub finding: Finding,
    /// Why it is ignored, as they wrote it.
    pub reason: String,
    /// Where that is written.
    pub by: IgnoredBy,
}

/// Where it is written that a finding is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IgnoredBy {
    /// In a comment of the Dockerfile.
    Comment,
    /// In a configuration file.
    Configuration,
}

impl CheckReport {
    /// All findings with their files.
    fn findings(&self) -> impl Iterator<Item = (&CheckedFile, &Checked)> {
        let of = |file| move |found| (file, found);
        self.files.iter().flat_map(move |file| file.findings.iter().map(of(file)))
    }

    /// The same, that which saves most first; what is not known comes last.
    fn by_saving(&self) -> Vec<(&CheckedFile, &Checked)> {
        let mut findings: Vec<_> = self.findings().collect();
        findings.sort_by_key(|(_, found)| {
            let saving = &found.saving;
            std::cmp::Reverse((saving.monthly_billed, saving.build_seconds, found.finding.severity))
        });
        findings
    }
}

fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}
