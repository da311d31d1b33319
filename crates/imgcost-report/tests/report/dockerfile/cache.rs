//! What each change rebuilds, told of a small file whose plan is written by hand.

use std::collections::BTreeMap;

use imgcost::image::{Trigger, TriggerSet};
use imgcost_dockerfile::cache::{Plan, Role, StagePlan, Step, StepId};
use imgcost_dockerfile::image::Times;
use imgcost_dockerfile::{Dockerfile, ReadOptions, read};
use imgcost_report::{CacheReport, Colour, cache_csv, cache_json, cache_markdown, cache_text};
use serde_json::Value;

use crate::fixture::{records, written};

const DOCKERFILE: &str = "\
FROM node:20 AS build
COPY package.json package-lock.json ./
RUN npm ci --prefer-offline --no-audit --no-fund
COPY . .
RUN npm run build
FROM node:20-alpine AS unused
RUN true
FROM node:20-alpine
COPY --from=build /node_modules ./node_modules
COPY --from=build /dist ./dist
CMD [\"node\", \"dist/index.js\"]
";

const BASE: &[Trigger] = &[Trigger::BaseRefresh];
const DEPENDENCY: &[Trigger] = &[Trigger::BaseRefresh, Trigger::DependencyUpdate];
const ALL: &[Trigger] = &[Trigger::BaseRefresh, Trigger::DependencyUpdate, Trigger::Deploy];

fn step(role: Role, reruns: &[Trigger]) -> Step {
    let set =
        reruns.iter().fold(TriggerSet::NONE, |set, trigger| set.union(TriggerSet::of(*trigger)));
    let makes_layer = !matches!(role, Role::Metadata);
    Step {
        inputs: set,
        arguments: TriggerSet::NONE,
        reruns: set,
        output: set,
        role,
        makes_layer,
        linked: false,
    }
}

fn plan() -> Plan {
    let from = step(Role::Base, BASE);
    let build = [
        step(Role::Manifest, DEPENDENCY),
        step(Role::Dependencies, DEPENDENCY),
        step(Role::Application, ALL),
        step(Role::Build, ALL),
    ];
    let last = [
        step(Role::Dependencies, DEPENDENCY),
        step(Role::Application, ALL),
        step(Role::Metadata, ALL),
    ];
    Plan {
        stages: vec![
            StagePlan { from, steps: build.to_vec(), needed: true },
            StagePlan { from, steps: vec![step(Role::Setup, BASE)], needed: false },
            StagePlan { from, steps: last.to_vec(), needed: true },
        ],
    }
}

fn dockerfile() -> Dockerfile {
    read("Dockerfile", DOCKERFILE, &ReadOptions::default()).unwrap()
}

/// Milliseconds of every step but the last copy.
fn times() -> BTreeMap<StepId, u64> {
    let millis = [((0, 0), 100), ((0, 1), 41_500), ((0, 2), 100), ((0, 3), 8_000), ((2, 0), 1_000)];
    millis.map(|((stage, at), took)| (StepId { stage, instruction: Some(at) }, took)).into()
}

fn report<'r>(dockerfile: &'r Dockerfile, plan: &'r Plan, times: &'r Times) -> CacheReport<'r> {
    CacheReport { dockerfile, plan, times, warnings: vec![] }
}

fn parsed() -> Value {
    let (file, plan, times) = (dockerfile(), plan(), Times::of_log(times()));
    serde_json::from_str(&written(|out| cache_json(&report(&file, &plan, &times), out))).unwrap()
}

#[test]
fn text_and_markdown() {
    let (file, plan, times) = (dockerfile(), plan(), Times::of_log(times()));
    let report = report(&file, &plan, &times);
    let text = written(|out| cache_text(&report, Colour::Off, out));
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    insta::assert_snapshot!("cache_text", text);
    insta::assert_snapshot!("cache_markdown", written(|out| cache_markdown(&report, out)));
}

#[test]
fn totals_are_those_counted_by_hand() {
    let changes = parsed()["changes"].clone();
    let of = |at: usize| {
        let number = |name: &str| changes[at][name].as_u64().unwrap();
        ["reruns", "steps", "layers_shipped", "layers"].map(number)
    };
    // Six instructions of needed stages make layers; the image has a base and two.
    assert_eq!(of(0), [3, 6, 1, 3], "source line: COPY . ., the build, the copy of dist");
    assert_eq!(of(1), [6, 6, 2, 3], "dependency: all of them");
    assert_eq!(of(2), [6, 6, 3, 3], "new base");
}

#[test]
fn seconds_that_nobody_measured_are_not_zero() {
    let json = parsed();
    // The copy of dist was not timed, and runs after every change.
    assert_eq!(json["changes"][0]["seconds"], Value::Null);
    assert_eq!(json["changes"][0]["steps_not_timed"], 1);
    let mut all = times();
    all.insert(StepId { stage: 2, instruction: Some(1) }, 1_000);
    let (file, plan, times) = (dockerfile(), plan(), Times::of_log(all));
    let report = report(&file, &plan, &times);
    let json: Value = serde_json::from_str(&written(|out| cache_json(&report, out))).unwrap();
    // 0.1 + 8 + 1, and with 0.1 + 41.5 + 1 more.
    assert_eq!(json["changes"][0]["seconds"], "9.1");
    assert_eq!(json["changes"][1]["seconds"], "51.7");
}

#[test]
fn arguments_of_each_commit_are_told_where_they_are_built() {
    let text = "FROM a AS unused\nARG BUILD_ID\nRUN true\nFROM a\nARG GIT_SHA\nRUN true\n";
    let file = read("Dockerfile", text, &ReadOptions::default()).unwrap();
    let plan = imgcost_dockerfile::cache::plan(&file, &Default::default());
    let times = Times::of_log(BTreeMap::new());
    let report = report(&file, &plan, &times);
    let text = written(|out| cache_text(&report, Colour::Off, out));
    assert!(text.contains("GIT_SHA (line 5) is taken to change with each commit."), "{text}");
    let json: Value = serde_json::from_str(&written(|out| cache_json(&report, out))).unwrap();
    let expected = serde_json::json!([{ "name": "GIT_SHA", "stage": 1, "line": 5 }]);
    assert_eq!(json["commit_arguments"], expected);
}

#[test]
fn stages_that_are_not_built_say_so() {
    let (file, plan, times) = (dockerfile(), plan(), Times::of_log(times()));
    let rows = records(&written(|out| cache_csv(&report(&file, &plan, &times), out)));
    let unused: Vec<_> = rows.iter().filter(|row| row["stage"] == "1").collect();
    assert_eq!(unused.len(), 2);
    assert!(unused.iter().all(|row| row["on_deploy"] == "not-built"));
}

#[test]
fn instructions_of_strangers_are_shown_as_they_are() {
    let text = "FROM a\nRUN echo '|<b>@x' \u{1b}[31m\n";
    let file = read("D|ockerfile", text, &ReadOptions::default()).unwrap();
    let from = step(Role::Base, BASE);
    let steps = vec![step(Role::Setup, ALL)];
    let plan = Plan { stages: vec![StagePlan { from, steps, needed: true }] };
    let times = Times::of_log(BTreeMap::new());
    let report = report(&file, &plan, &times);
    assert!(!written(|out| cache_text(&report, Colour::Off, out)).contains('\u{1b}'));
    let markdown = written(|out| cache_markdown(&report, out));
    let row = markdown.lines().find(|line| line.contains("RUN")).unwrap();
    assert_eq!(row.replace("\\|", "").matches('|').count(), 7, "{row}");
    assert!(!row.contains("<b>") || row.contains("\\<b\\>"), "{row}");
}
