//! What each change rebuilds, by hand: the files of the article, and one rule a file.

use imgcost::image::{Trigger, TriggerSet};
use imgcost_dockerfile::cache::{Context, Plan, Role, StepId, plan};
use imgcost_dockerfile::read::IgnoreFile;
use imgcost_dockerfile::{Dockerfile, ReadOptions, read};

const SOURCE: Trigger = Trigger::Deploy;
const LISTS: Trigger = Trigger::DependencyUpdate;
const BASE: Trigger = Trigger::BaseRefresh;

fn file(text: &str) -> Dockerfile {
    read("Dockerfile", text, &ReadOptions::default()).unwrap()
}

/// The steps by their lines: `3: COPY . .` is written `3`.
fn lines(file: &Dockerfile, steps: &[StepId]) -> Vec<usize> {
    let line = |step: &StepId| match step.instruction {
        None => file.stages[step.stage].line,
        Some(at) => file.stages[step.stage].instructions[at].line,
    };
    steps.iter().map(line).collect()
}

/// Lines that run again, and lines whose layers ship again, after a change.
#[track_caller]
fn check(file: &Dockerfile, plan: &Plan, change: Trigger, reruns: &[usize], layers: &[usize]) {
    let (found_reruns, found_layers) = (plan.reruns_after(change), plan.layers_after(change, file));
    assert_eq!(lines(file, &found_reruns), reruns, "reruns after {}", change.name());
    assert_eq!(lines(file, &found_layers), layers, "layers after {}", change.name());
}

fn article(name: &str) -> (Dockerfile, Plan) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/cases/dockerfiles/article");
    let text = std::fs::read_to_string(format!("{folder}/{name}/Dockerfile")).unwrap();
    let file = file(&text);
    let plan = plan(&file, &Context::default());
    (file, plan)
}

#[test]
fn the_standard_file_installs_again_for_every_source_line() {
    // 2 FROM, 3 WORKDIR, 4 COPY . ., 5 npm install, 6 npm run build
    let (file, plan) = article("standard");
    check(&file, &plan, SOURCE, &[4, 5, 6], &[4, 5, 6]);
    check(&file, &plan, LISTS, &[4, 5, 6], &[4, 5, 6]);
    check(&file, &plan, BASE, &[2, 3, 4, 5, 6], &[2, 3, 4, 5, 6]);
    let roles: Vec<Role> = plan.stages[0].steps.iter().map(|step| step.role).collect();
    let expected = [Role::Setup, Role::Application, Role::Dependencies, Role::Build];
    assert_eq!(roles[..4], expected);
}

#[test]
fn the_three_stage_file_still_installs_again_in_its_last_stage() {
    // deps:    3 FROM, 4 WORKDIR, 5 COPY package*.json, 6 npm ci
    // builder: 9 FROM, 10 WORKDIR, 11 COPY node_modules, 12 COPY . ., 13 npm run build
    // last:    16 FROM, 17 WORKDIR, 18 COPY dist, 19 COPY package*.json, 20 npm ci --omit=dev
    // dist stands before the install, so that each source line installs once more.
    let (file, plan) = article("three-stage");
    check(&file, &plan, SOURCE, &[12, 13, 18, 19, 20], &[18, 19, 20]);
    check(&file, &plan, LISTS, &[5, 6, 11, 12, 13, 18, 19, 20], &[18, 19, 20]);
    let all = [3, 4, 5, 6, 9, 10, 11, 12, 13, 16, 17, 18, 19, 20];
    check(&file, &plan, BASE, &all, &[16, 17, 18, 19, 20]);
}

#[test]
fn the_four_stage_file_ships_what_was_built_and_nothing_else() {
    // deps:      3 FROM, 4 WORKDIR, 5 COPY package*.json, 6 npm ci
    // builder:   9 FROM, 10 WORKDIR, 11 COPY node_modules, 12 COPY package*.json, 13 COPY . ., 14 build
    // prod-deps: 17 FROM, 18 WORKDIR, 19 COPY package*.json, 20 npm ci --omit=dev
    // last:      23 FROM, 24 WORKDIR, 26 RUN adduser, 29 node_modules, 30 package*.json, 31 dist
    let (file, plan) = article("four-stage");
    check(&file, &plan, SOURCE, &[13, 14, 31], &[31]);
    let lists = [5, 6, 11, 12, 13, 14, 19, 20, 29, 30, 31];
    check(&file, &plan, LISTS, &lists, &[29, 30, 31]);
    let all = [3, 4, 5, 6, 9, 10, 11, 12, 13, 14, 17, 18, 19, 20, 23, 24, 26, 29, 30, 31];
    check(&file, &plan, BASE, &all, &[23, 24, 26, 29, 30, 31]);
    let last = &plan.stages[3].steps;
    let roles: Vec<Role> = last.iter().skip(2).take(3).map(|step| step.role).collect();
    assert_eq!(roles, [Role::Dependencies, Role::Manifest, Role::Application]);
}

#[test]
fn native_modules_are_compiled_again_for_lists_only() {
    // builder: 3 FROM, 4 apk add, 5 COPY package*.json, 6 npm ci, 7 tsconfig.json, 8 src, 9 build
    // last:    12 FROM, 13 apk add, 14 COPY package*.json, 15 apk add && npm ci && apk del, 19 dist
    let (file, plan) = article("native-modules");
    check(&file, &plan, SOURCE, &[8, 9, 19], &[19]);
    check(&file, &plan, LISTS, &[5, 6, 7, 8, 9, 14, 15, 19], &[14, 15, 19]);
    let all = [3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15, 19];
    check(&file, &plan, BASE, &all, &[12, 13, 14, 15, 19]);
    let roles: Vec<Role> = plan.stages[1].steps.iter().map(|step| step.role).collect();
    assert_eq!(roles, [Role::System, Role::Manifest, Role::Dependencies, Role::Application]);
}

/// The changes among the inputs of the last step of the last stage.
fn inputs(text: &str) -> TriggerSet {
    let plan = plan(&file(text), &Context::default());
    plan.stages.last().unwrap().steps.last().unwrap().inputs
}

fn set(changes: &[Trigger]) -> TriggerSet {
    changes.iter().copied().map(TriggerSet::of).fold(TriggerSet::NONE, TriggerSet::union)
}

#[test]
fn files_of_the_context_change_by_what_they_are() {
    for (source, expected) in [
        (".", set(&[SOURCE, LISTS])),
        ("*", set(&[SOURCE, LISTS])),
        ("*.json", set(&[SOURCE, LISTS])),
        ("*.js", set(&[SOURCE])),
        ("src", set(&[SOURCE])),
        ("src/", set(&[SOURCE])),
        ("src/main.rs", set(&[SOURCE])),
        ("target/app.jar", set(&[SOURCE])),
        ("package*.json", set(&[LISTS])),
        ("yarn.lock*", set(&[LISTS])),
        ("go.*", set(&[LISTS])),
        ("web/package.json", set(&[LISTS])),
        ("requirements/prod.txt", TriggerSet::NONE),
        ("entrypoint.sh", TriggerSet::NONE),
        ("next.config.js", TriggerSet::NONE),
        (".env", TriggerSet::NONE),
        ("LICENSE", TriggerSet::NONE),
    ] {
        assert_eq!(inputs(&format!("FROM scratch\nCOPY {source} /a/\n")), expected, "{source}");
    }
    assert_eq!(inputs("FROM scratch\nADD https://example.org/a.js /a/\n"), TriggerSet::NONE);
    assert_eq!(inputs("FROM scratch\nCOPY <<a.js /a/\nx\na.js\n"), TriggerSet::NONE);
    assert_eq!(inputs("FROM scratch\nCOPY src package.json /a/\n"), set(&[SOURCE, LISTS]));
}

#[test]
fn what_is_ignored_changes_nothing() {
    let context = |text| Context { ignored: Some(IgnoreFile::parse(text)) };
    assert_eq!(context("docs\n").changes("docs"), TriggerSet::NONE);
    assert_eq!(context("docs\n").changes("docs/api"), TriggerSet::NONE);
    assert_eq!(context("docs\n").changes("src"), set(&[SOURCE]));
    let no_lists = "package*.json\n*.lock\nrequirements.txt\n*.toml\n*.yaml\n*.json\nbun.lockb\nPipfile*\ngo.*\npom.xml\nbuild.gradle*\n*.csproj\nGemfile*\n";
    assert_eq!(context(no_lists).changes("."), set(&[SOURCE]));
}
