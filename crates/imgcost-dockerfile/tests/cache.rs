//! What each change rebuilds, derived by hand from how BuildKit's cache works.

use imgcost::image::Trigger;
use imgcost_dockerfile::read::Context;
use imgcost_dockerfile::{Dockerfile, cache, read};

fn file(text: &str) -> Dockerfile {
    read("Dockerfile", text, &Default::default()).unwrap()
}

/// Lines of the instructions that run again after a change, those of stages that the target needs.
fn reruns(file: &Dockerfile, change: Trigger) -> Vec<usize> {
    let plan = cache::plan(file, &Context::default());
    let mut lines = Vec::new();
    for (stage, planned) in file.stages.iter().zip(&plan.stages).filter(|(_, plan)| plan.needed) {
        let steps = stage.instructions.iter().zip(&planned.steps);
        let again = steps.filter(|(_, step)| step.makes_layer && step.reruns.contains(change));
        lines.extend(again.map(|(instruction, _)| instruction.line));
    }
    lines
}

const SOURCE: Trigger = Trigger::Deploy;
const LOCK: Trigger = Trigger::DependencyUpdate;
const BASE: Trigger = Trigger::BaseRefresh;

#[test]
fn copying_everything_first_reinstalls_with_every_line() {
    let found = file("FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm install\nRUN npm run build\n");
    assert_eq!(reruns(&found, SOURCE), [3, 4, 5]);
    assert_eq!(reruns(&found, LOCK), [3, 4, 5]);
    assert_eq!(reruns(&found, BASE), [2, 3, 4, 5]);
}

#[test]
fn lists_first_keep_the_install() {
    let found = file(
        "FROM node:20\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n",
    );
    assert_eq!(reruns(&found, SOURCE), [5, 6]);
    assert_eq!(reruns(&found, LOCK), [3, 4, 5, 6]);
}

#[test]
fn files_that_came_out_the_same_are_not_copied_again() {
    let text = "FROM node:20 AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n\
                FROM node:20-alpine\nWORKDIR /app\nCOPY --from=build /app/node_modules ./node_modules\nCOPY --from=build /app/dist ./dist\n";
    // The packages do not change with a source line, although a step above their install ran again.
    assert_eq!(reruns(&file(text), SOURCE), [5, 6, 10]);
    assert_eq!(reruns(&file(text), LOCK), [3, 4, 5, 6, 9, 10]);
}

#[test]
fn an_install_that_runs_again_by_lock_file_leaves_the_same_packages() {
    let with = |install: &str| {
        let text = format!(
            "FROM node:20 AS build\nWORKDIR /app\nCOPY . .\nRUN {install}\nFROM node:20-alpine\nCOPY --from=build /app/node_modules /app/node_modules\n"
        );
        reruns(&file(&text), SOURCE)
    };
    assert_eq!(with("npm ci"), [3, 4]);
    // What takes the newest may bring something else.
    assert_eq!(with("npm install"), [3, 4, 6]);
}

#[test]
fn linked_copies_do_not_care_what_lies_below() {
    let text = |link: &str| {
        format!(
            "FROM node:20 AS build\nWORKDIR /app\nCOPY src ./src\nFROM node:20-alpine\nRUN adduser -D app\nCOPY {link} --from=build /app/src /app/src\nRUN ls\n"
        )
    };
    assert_eq!(reruns(&file(&text("--link")), BASE), [2, 3, 5, 7]);
    assert_eq!(reruns(&file(&text("")), BASE), [2, 3, 5, 6, 7]);
}

#[test]
fn single_files_and_documents_change_with_no_line_of_source() {
    let found = file(
        "FROM nginx:1.27\nCOPY nginx.conf /etc/nginx/\nCOPY <<EOF /etc/motd\nhello\nEOF\nCOPY dist /usr/share/nginx/html\n",
    );
    assert_eq!(reruns(&found, SOURCE), [6]);
    assert!(reruns(&found, LOCK).is_empty());
}

#[test]
fn what_is_ignored_changes_nothing() {
    let found = file("FROM a\nCOPY docs /docs\n");
    let context =
        Context { ignore: Some(imgcost_dockerfile::read::IgnoreFile::parse("docs")), files: None };
    let plan = cache::plan(&found, &context);
    assert!(!plan.stages[0].steps[0].reruns.contains(SOURCE));
}

#[test]
fn stages_that_nobody_needs_are_left_out() {
    let found = file(
        "FROM node:20 AS test\nCOPY . .\nRUN npm test\nFROM node:20-alpine\nCOPY package.json .\n",
    );
    assert!(reruns(&found, SOURCE).is_empty());
}

#[test]
fn bound_files_are_read_and_caches_are_not() {
    let text = "FROM node:20\nRUN --mount=type=bind,source=package-lock.json,target=package-lock.json --mount=type=cache,target=/root/.npm npm ci\n";
    assert_eq!(reruns(&file(text), LOCK), [2]);
    assert!(reruns(&file(text), SOURCE).is_empty());
}

#[test]
fn packages_named_in_the_file_are_dependencies_and_tools_are_not() {
    let found = file("FROM python:3.12-slim\nRUN pip install uv\nRUN pip install flask==3.0\n");
    assert_eq!(reruns(&found, LOCK), [3]);
}
