//! Build arguments that every commit gives another value, such as the commit's own name: a `RUN`
//! below one runs again with each commit, whether or not it looks at it. Of other instructions those
//! do that the builder puts such a value into: `WORKDIR /app/$GIT_SHA`.

use std::collections::BTreeSet;

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
const NAMES: [&str; 29] = [
    "GIT_SHA",
    "GIT_COMMIT",
    "GIT_COMMIT_SHA",
    "GIT_COMMIT_HASH",
    "GIT_HASH",
    "GIT_REV",
    "GIT_REVISION",
    "REVISION",
    "COMMIT",
    "COMMIT_SHA",
    "COMMIT_HASH",
    "COMMIT_ID",
    "SHORT_SHA",
    "VCS_REF",
    "VCS_REVISION",
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
    "BUILDTIME",
    "BUILD_TIMESTAMP",
    "BUILD_NUMBER",
    "BUILD_ID",
];

/// Defaults that stand for a value which only a build gives. Any other may be the commit of somebody
/// else's program, which stays.
const PLACEHOLDERS: [&str; 10] =
    ["", "0", "unknown", "none", "dev", "local", "undefined", "unset", "n/a", "head"];

/// What comes with a commit: a line of source, or a dependency.
const fn with_each_commit() -> TriggerSet {
    TriggerSet::of(Trigger::Deploy).union(TriggerSet::of(Trigger::DependencyUpdate))
}

/// The variables of a stage, as far as it was read, that have another value with each commit.
#[derive(Debug, Clone, Default)]
pub(super) struct Commits {
    names: BTreeSet<String>,
    /// Whether an argument is among them or was: a `RUN` sees it, whatever `ENV` does later.
    any: bool,
}

impl Commits {
    /// The changes that come with the arguments that a `RUN` sees.
    pub(super) const fn arguments(&self) -> TriggerSet {
        with_each_commit_if(self.any)
    }

    /// The changes that come with the values which the builder puts into an instruction.
    pub(super) fn written_into(&self, instruction: &Instruction) -> TriggerSet {
        let mut references = instruction.references.iter();
        with_each_commit_if(references.any(|own| self.names.contains(&own.name)))
    }

    /// Notes what an instruction sets.
    pub(super) fn learn(&mut self, file: &Dockerfile, instruction: &Instruction) {
        let changing = instruction.references.iter().filter(|own| self.names.contains(&own.name));
        let mut names: BTreeSet<String> = changing.filter_map(|own| own.sets.clone()).collect();
        match &instruction.kind {
            Kind::Arg(_) => {
                names.retain(|name| !file.build_args.contains(name));
                names.extend(declared(file, instruction).map(str::to_owned));
                self.any |= !names.is_empty();
            }
            // What `ENV` sets goes before what `ARG` has set.
            Kind::Env(pairs) => pairs.iter().for_each(|(name, _)| {
                self.names.remove(name);
            }),
            _ => return,
        }
        self.names.extend(names);
    }
}

const fn with_each_commit_if(changes: bool) -> TriggerSet {
    if changes { with_each_commit() } else { TriggerSet::NONE }
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
fn declared<'f>(
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
