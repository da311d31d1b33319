//! How a run ends.

use std::process::ExitCode;

use imgcost_read::{Diagnostic, Severity};

/// What went wrong; each kind has its exit code and its way of being told.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Problems in files, told with the place in each.
    Problems(Vec<Problem>),
    /// Anything else, in one sentence, perhaps with advice.
    Plain { message: String, help: Option<String> },
    /// Flags that do not go together.
    Usage { message: String, help: String },
    /// Flags that the parser of a command line refuses; help is no failure.
    Flags(clap::Error),
    /// The result was written, but `--strict` objects to it.
    Strict(String),
    /// The result was written, but `--deny-stale` objects to it.
    Stale(String),
    /// The result was written, and it is beyond what a gate allows.
    Gate(String),
    /// Several at once, of inputs that have nothing to do with each other.
    Several(Vec<Failure>),
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
        ExitCode::from(self.number())
    }

    /// Wrong usage goes before bad input.
    fn number(&self) -> u8 {
        match self {
            Self::Problems(_) | Self::Plain { .. } => 1,
            Self::Usage { .. } => 2,
            Self::Flags(error) => u8::try_from(error.exit_code()).unwrap_or(2),
            Self::Gate(_) => 3,
            Self::Strict(_) | Self::Stale(_) => 4,
            Self::Several(failures) => failures.iter().map(Self::number).max().unwrap_or(1),
        }
    }

    /// How many mistakes it tells of.
    pub(crate) fn count(&self) -> usize {
        let wrong = |problem: &&Problem| problem.diagnostic.severity == Severity::Error;
        match self {
            Self::Problems(problems) => problems.iter().filter(wrong).count(),
            Self::Several(failures) => failures.iter().map(Self::count).sum(),
            _ => 1,
        }
    }
}

/// Everything, or else what went wrong with each of those that failed: nobody should have to mend one
/// file only to hear of the next.
pub(crate) fn all_or_every_failure<T>(
    each: impl IntoIterator<Item = Result<T, Failure>>,
) -> Result<Vec<T>, Failure> {
    let (mut all, mut failures) = (Vec::new(), Vec::new());
    for result in each {
        match result {
            Ok(one) => all.push(one),
            Err(failure) => failures.push(failure),
        }
    }
    if failures.is_empty() { Ok(all) } else { Err(Failure::Several(failures)) }
}

/// The same of two.
pub(crate) fn both<T>(
    one: Result<T, Failure>,
    other: Result<T, Failure>,
) -> Result<(T, T), Failure> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(one), Err(other)) => Err(Failure::Several(vec![one, other])),
        (Err(failure), Ok(_)) | (Ok(_), Err(failure)) => Err(failure),
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
