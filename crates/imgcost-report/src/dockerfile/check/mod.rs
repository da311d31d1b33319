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
use imgcost_dockerfile::price::Saving;
use imgcost_dockerfile::rules::{Finding, Ignored, Severity};

pub use self::csv::check_csv;
pub use self::github::check_github;
pub use self::json::check_json;
pub use self::markdown::check_markdown;
pub use self::sarif::check_sarif;
pub use self::text::check_text;

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
    pub findings: Vec<PricedFinding>,
    /// What was found and a comment ignores.
    pub ignored: Vec<Ignored>,
    /// What all fixes save at once, which is not the sum of what each saves.
    pub together: Saving,
}

/// A finding with what its fix saves.
#[derive(Debug, Clone)]
pub struct PricedFinding {
    /// What was found.
    pub finding: Finding,
    /// What its fix saves, by itself.
    pub saving: Saving,
}

impl CheckReport {
    /// All findings with their files.
    fn findings(&self) -> impl Iterator<Item = (&CheckedFile, &PricedFinding)> {
        let of = |file| move |found| (file, found);
        self.files.iter().flat_map(move |file| file.findings.iter().map(of(file)))
    }

    /// The same, that which saves most first; what is not known comes last.
    fn by_saving(&self) -> Vec<(&CheckedFile, &PricedFinding)> {
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
