//! Dockerfiles with their plans.

use imgcost::image::{Trigger, TriggerSet};
use imgcost::units::Span;
use imgcost_dockerfile::cache::{self, Plan, Role, StagePlan, Step, StepId};
use imgcost_dockerfile::image::{Built, Evidence, Times, from_evidence};
use imgcost_dockerfile::read::{Context, Copy, Kind};
use imgcost_dockerfile::{Dockerfile, ReadOptions, read};

use crate::fixture::ratio;

/// The article's first Dockerfile.
pub const STANDARD: &str = "FROM node:20
WORKDIR /app
COPY . .
RUN npm install
RUN npm run build
EXPOSE 5000
CMD [\"npm\", \"start\"]
";
pub const STANDARD_PLAN: &[&str] = &["setup application:d dependencies build - -"];

/// The article's four stages.
pub const FOUR_STAGES: &str = "FROM node:20-alpine AS deps
WORKDIR /app
COPY package*.json ./
RUN npm ci --prefer-offline --no-audit

FROM node:20-alpine AS builder
WORKDIR /app
COPY --from=deps /app/node_modules ./node_modules
COPY package*.json ./
COPY . .
RUN npm run build

FROM node:20-alpine AS prod-deps
WORKDIR /app
COPY package*.json ./
RUN npm ci --omit=dev --prefer-offline --no-audit

FROM node:20-alpine
WORKDIR /app
RUN addgroup -g 1001 -S nodejs && \\
    adduser -S nodejs -u 1001
COPY --from=prod-deps --chown=nodejs:nodejs /app/node_modules ./node_modules
COPY --chown=nodejs:nodejs package*.json ./
COPY --from=builder --chown=nodejs:nodejs /app/dist ./dist
USER nodejs
CMD [\"node\", \"dist/index.js\"]
";
pub const FOUR_STAGES_PLAN: &[&str] = &[
    "setup manifest:l dependencies",
    "setup dependencies:lb manifest:l application:d build",
    "setup manifest:l dependencies",
    "setup setup dependencies:lb manifest:l application:dlb - -",
];

pub fn file(text: &str) -> Dockerfile {
    read("Dockerfile", text, &ReadOptions::default()).unwrap()
}

/// A plan from the role of each instruction and what it reads that changes: `d` for sources, `l` for
/// the lock file, `b` for the base; `-` makes no layer. What reruns follows from that.
pub fn plan(file: &Dockerfile, stages: &[&str]) -> Plan {
    assert_eq!(file.stages.len(), stages.len());
    let stages = file.stages.iter().zip(stages).map(|(stage, roles)| {
        let base = TriggerSet::of(Trigger::BaseRefresh);
        let from = step(Role::Base, base, base, false);
        let mut below = base;
        let roles = roles.split_whitespace();
        let steps = stage.instructions.iter().zip(roles).map(|(found, told)| {
            let (name, inputs) = told.split_once(':').unwrap_or((told, ""));
            let inputs = set(inputs);
            let linked = matches!(&found.kind, Kind::Copy(Copy { link: true, .. }));
            let reruns = if linked { inputs } else { inputs.union(below) };
            below = reruns;
            step(role(name), inputs, reruns, linked)
        });
        let steps: Vec<Step> = steps.collect();
        assert_eq!(steps.len(), stage.instructions.len());
        StagePlan { from, steps, needed: true }
    });
    Plan { stages: stages.collect() }
}

fn step(role: Role, inputs: TriggerSet, reruns: TriggerSet, linked: bool) -> Step {
    let makes_layer = role != Role::Metadata;
    Step { inputs, arguments: TriggerSet::NONE, reruns, output: reruns, role, makes_layer, linked }
}

fn set(letters: &str) -> TriggerSet {
    letters.chars().fold(TriggerSet::NONE, |set, letter| {
        set.union(TriggerSet::of(match letter {
            'd' => Trigger::Deploy,
            'l' => Trigger::DependencyUpdate,
            _ => Trigger::BaseRefresh,
        }))
    })
}

fn role(name: &str) -> Role {
    match name {
        "system" => Role::System,
        "manifest" => Role::Manifest,
        "dependencies" => Role::Dependencies,
        "build" => Role::Build,
        "application" => Role::Application,
        "setup" => Role::Setup,
        _ => Role::Metadata,
    }
}

/// What the file makes by evidence, every install taken to last a minute.
pub fn built(text: &str, stages: &[&str]) -> (Dockerfile, Built) {
    let file = file(text);
    let plan = plan(&file, stages);
    let times = Times::of_installs(&file, &plan, Span::seconds(60));
    let built = from_evidence(&file, &plan, times, Evidence::built_in(), ratio());
    (file, built)
}

/// The same, planned by the rules of the cache.
pub fn planned(text: &str) -> (Dockerfile, Built) {
    let file = file(text);
    let plan = cache::plan(&file, &Context::default());
    let times = Times::of_installs(&file, &plan, Span::seconds(60));
    let built = from_evidence(&file, &plan, times, Evidence::built_in(), ratio());
    (file, built)
}

pub fn id(stage: usize, instruction: usize) -> StepId {
    StepId { stage, instruction: Some(instruction) }
}

pub fn from(stage: usize) -> StepId {
    StepId { stage, instruction: None }
}
