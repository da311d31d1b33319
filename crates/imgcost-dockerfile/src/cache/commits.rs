//! Build arguments that every commit gives another value, such as the commit's own name: a `RUN`
//! below one runs again with each commit, whether or not it looks at it.

use imgcost::image::{Trigger, TriggerSet};

use super::step::StepId;
use crate::read::{Dockerfile, Instruction, Kind};

/// A build argument that every commit gives another value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitArgument {
    /// Its name.
    pub name: String,
    /// The `ARG` that declares it.
    pub step: StepId,
    /// The line of it.
    pub line: usize,
}

/// Names that stand for a commit or for one build of it: those that builders and registries set by
/// themselves (GitHub, GitLab, Cloud Build, Docker Hub), that of label-schema.org (`VCS_REF`), and what
/// people call the same. A `VERSION` may stay for many commits and is none of them.
const NAMES: [&str; 26] = [
    "GIT_SHA",
    "GIT_COMMIT",
    "GIT_COMMIT_SHA",
    "GIT_COMMIT_HASH",
    "GIT_HASH",
    "GIT_REV",
    "GIT_REVISION",
    "COMMIT",
    "COMMIT_SHA",
    "COMMIT_HASH",
    "COMMIT_ID",
    "SHORT_SHA",
    "VCS_REF",
    "SOURCE_COMMIT",
    "GITHUB_SHA",
    "GITHUB_RUN_ID",
    "GITHUB_RUN_NUMBER",
    "CI_COMMIT_SHA",
    "CI_COMMIT_SHORT_SHA",
    "CI_PIPELINE_ID",
    "CI_JOB_ID",
    "BUILD_DATE",
    "BUILD_TIME",
    "BUILD_TIMESTAMP",
    "BUILD_NUMBER",
    "BUILD_ID",
];

/// Defaults that stand for a value which only a build gives. Any other may be the commit of somebody
/// else's program, which stays.
const PLACEHOLDERS: [&str; 10] =
    ["", "0", "unknown", "none", "dev", "local", "undefined", "unset", "n/a", "head"];

/// What comes with a commit: a line of source, or a dependency.
pub(super) const fn with_each_commit() -> TriggerSet {
    TriggerSet::of(Trigger::Deploy).union(TriggerSet::of(Trigger::DependencyUpdate))
}

/// The build arguments of a file that every commit gives another value, in the order of the file.
pub fn commit_arguments(file: &Dockerfile) -> Vec<CommitArgument> {
    let mut found = Vec::new();
    for (stage, planned) in file.stages.iter().enumerate() {
        for (at, instruction) in planned.instructions.iter().enumerate() {
            let step = StepId { stage, instruction: Some(at) };
            let argument =
                |name: &str| CommitArgument { name: name.to_owned(), step, line: instruction.line };
            found.extend(declared(file, instruction).map(argument));
        }
    }
    found
}

/// Those that one instruction declares.
pub(super) fn declared<'f>(
    file: &'f Dockerfile,
    instruction: &'f Instruction,
) -> impl Iterator<Item = &'f str> {
    let pairs = match &instruction.kind {
        Kind::Arg(pairs) => pairs.as_slice(),
        _ => &[],
    };
    let changes = |name: &str, value: Option<&str>| {
        let is_given = || file.build_args.iter().any(|given| given == name);
        let is_open = |value: &str| PLACEHOLDERS.contains(&value.to_ascii_lowercase().as_str());
        NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
            && (value.is_none_or(is_open) || is_given())
    };
    let names = pairs.iter().filter(move |(name, value)| changes(name, value.as_deref()));
    names.map(|(name, _)| name.as_str())
}
