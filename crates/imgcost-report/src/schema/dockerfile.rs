//! Dockerfiles. Lines and columns count from 1, stages from 0; null is not known.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::text::{Code, Date, Exact, Version};
use crate::dto::AssumptionDto;

/// What could be better, and what each of it would save.
#[derive(JsonSchema)]
pub(super) struct Check {
    schema_version: Version,
    currency: Code,
    as_of: Date,
    /// What is deployed where, in a line.
    scene: String,
    files: Vec<File>,
    findings: Vec<Finding>,
    ignored: Vec<Ignored>,
    assumptions: Vec<AssumptionDto<'static>>,
    warnings: Vec<String>,
}

/// A file, and what all its findings save together.
#[derive(JsonSchema)]
struct File {
    file: String,
    together: Saving,
}

/// What a better file saves.
#[derive(JsonSchema)]
struct Saving {
    monthly_billed: Option<Exact>,
    per_deploy: Option<Exact>,
    build_seconds: Option<Exact>,
    /// Whether everything in it is known.
    complete: bool,
}

/// What could be better.
#[derive(JsonSchema)]
struct Finding {
    rule: String,
    /// error, warning or info.
    severity: String,
    file: String,
    line: u64,
    column: u64,
    end_line: u64,
    /// The one after the last.
    end_column: u64,
    /// Whether it is about the stage that becomes the image.
    ships: bool,
    message: String,
    why: String,
    help: String,
    saving: Saving,
}

/// What a comment in the file says to pass over.
#[derive(JsonSchema)]
struct Ignored {
    rule: String,
    /// error, warning or info.
    severity: String,
    file: String,
    line: u64,
    column: u64,
    end_line: u64,
    /// The one after the last.
    end_column: u64,
    /// Whether it is about the stage that becomes the image.
    ships: bool,
    message: String,
    why: String,
    help: String,
    reason: Option<String>,
}

/// What each instruction costs a month. `rows` and `fixed` add up to `total`.
#[derive(JsonSchema)]
pub(super) struct Cost {
    schema_version: Version,
    file: String,
    currency: Code,
    as_of: Date,
    /// What is deployed where, in a line.
    scene: String,
    rows: Vec<Instruction>,
    /// What it costs whatever is in it.
    fixed: Vec<Part>,
    total: Total,
    build_seconds: BuildSeconds,
    complete: bool,
    assumptions: Vec<AssumptionDto<'static>>,
    warnings: Vec<String>,
}

/// An instruction and what it costs.
#[derive(JsonSchema)]
struct Instruction {
    stage: Option<u64>,
    line: Option<u64>,
    instruction: String,
    compressed: Option<u64>,
    unpacked: Option<u64>,
    /// The most frequent change that makes it anew.
    changes_with: Option<String>,
    versions_per_month: Option<Exact>,
    build_seconds: Option<Exact>,
    billed: Exact,
    /// Whether it is known to cost nothing.
    free: bool,
    /// Whether `billed` is all of it.
    complete: bool,
    parts: Vec<Part>,
}

/// What a component comes to.
#[derive(JsonSchema)]
struct Part {
    component: String,
    path: Option<String>,
    kind: String,
    amount: Exact,
}

#[derive(JsonSchema)]
struct Total {
    billed: Exact,
    parts: Vec<Part>,
}

/// How long steps of a build take after each kind of change.
#[derive(JsonSchema)]
struct BuildSeconds {
    /// Over all builds of a month.
    mean: Option<Exact>,
    source: Exact,
    dependency: Exact,
    base: Exact,
    /// Without a cache.
    cold: Exact,
}

/// An old Dockerfile against a new one.
#[derive(JsonSchema)]
pub(super) struct Compare {
    schema_version: Version,
    currency: Code,
    as_of: Date,
    /// What is deployed where, in a line.
    scene: String,
    old: Side,
    new: Side,
    saving: Saving,
    naive: Naive,
    findings: Findings,
    billed_by_part: Vec<ByPart>,
    assumptions: Vec<AssumptionDto<'static>>,
    warnings: Vec<String>,
}

/// One of the files.
#[derive(JsonSchema)]
struct Side {
    file: String,
    compressed: Option<u64>,
    unpacked: Option<u64>,
    monthly_billed: Exact,
    /// How many.
    findings: u64,
    build_seconds: BuildSeconds,
    complete: bool,
}

/// What size times pulls times price would promise.
#[derive(JsonSchema)]
struct Naive {
    monthly_saving: Option<Exact>,
}

/// Rules and how often each was broken: by the old file only, by the new one only, by both.
#[derive(JsonSchema)]
struct Findings {
    gone: BTreeMap<String, u64>,
    new: BTreeMap<String, u64>,
    left: BTreeMap<String, u64>,
}

/// What a part of the files is billed a month.
#[derive(JsonSchema)]
struct ByPart {
    part: String,
    old: Exact,
    new: Exact,
    saving: Exact,
    /// Whether that is all of it: every size and every price is known.
    complete: bool,
}

/// What each change rebuilds.
#[derive(JsonSchema)]
pub(super) struct Cache {
    schema_version: Version,
    file: String,
    /// The stage that becomes the image.
    target: u64,
    instructions: Vec<Cached>,
    changes: Vec<Change>,
    /// Where the times come from.
    times_from: String,
    /// Build arguments that are taken to change with each commit.
    commit_arguments: Vec<CommitArgument>,
    warnings: Vec<String>,
}

/// A build argument that is taken to change with each commit, and its `ARG`.
#[derive(JsonSchema)]
struct CommitArgument {
    name: String,
    stage: u64,
    line: u64,
}

/// An instruction and what each change does to it.
#[derive(JsonSchema)]
struct Cached {
    stage: u64,
    line: u64,
    instruction: String,
    role: String,
    /// Whether it copies with `--link`.
    linked: bool,
    /// Changes that reach it.
    inputs: Vec<String>,
    seconds: Option<Exact>,
    on: On,
}

/// Each is nothing, not-built, cached, reruns or reruns-and-ships.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
struct On {
    deploy: String,
    dependency_update: String,
    base_refresh: String,
}

/// What a change rebuilds in all.
#[derive(JsonSchema)]
struct Change {
    change: String,
    reruns: u64,
    steps: u64,
    seconds: Option<Exact>,
    steps_not_timed: u64,
    layers_shipped: u64,
    layers: u64,
}
