//! How a run ends.

use std::process::ExitCode;

use imgcost_read::Diagnostic;

/// What went wrong; each kind has its exit code and its way of being told.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Problems in files, told with the place in each.
    Problems(Vec<Problem>),
    /// Anything else, in one sentence, perhaps with advice.
    Plain { message: String, help: Option<String> },
    /// Flags that do not go together.
    Usage { message: String, help: String },
    /// The result was written, but `--strict` objects to it.
    Strict(String),
    /// The result was written, but `--deny-stale` objects to it.
    Stale(String),
    /// The result was written, and it is beyond what a gate allows.
    Gate(String),
}

/// A problem in a file, with the file's text where it is at hand.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) diagnostic: Diagnostic,
    pub(crate) text: Option<std::sync::Arc<str>>,
}

impl Failure {
    pub(crate) fn plain(message: impl Into<String>) -> Self {
        Self::Plain { message: message.into(), help: None }
    }

    pub(crate) fn with_help(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Plain { message: message.into(), help: Some(help.into()) }
    }

    pub(crate) fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: help.into() }
    }

    /// Problems of one file whose text is known.
    pub(crate) fn in_file(diagnostics: Vec<Diagnostic>, text: &str) -> Self {
        let text: std::sync::Arc<str> = text.into();
        let problem = |diagnostic| Problem { diagnostic, text: Some(text.clone()) };
        Self::Problems(diagnostics.into_iter().map(problem).collect())
    }

    pub(crate) fn code(&self) -> ExitCode {
        match self {
            Self::Problems(_) | Self::Plain { .. } => ExitCode::from(1),
            Self::Usage { .. } => ExitCode::from(2),
            Self::Gate(_) => ExitCode::from(3),
            Self::Strict(_) | Self::Stale(_) => ExitCode::from(4),
        }
    }
}

impl From<imgcost::estimate::ScenarioError> for Failure {
    fn from(error: imgcost::estimate::ScenarioError) -> Self {
        Self::plain(error.to_string())
    }
}

impl From<imgcost::demand::DemandError> for Failure {
    fn from(error: imgcost::demand::DemandError) -> Self {
        Self::plain(error.to_string())
    }
}

impl From<imgcost::units::Overflow> for Failure {
    fn from(error: imgcost::units::Overflow) -> Self {
        Self::plain(error.to_string())
    }
}
