//! What the model says that a change rebuilds is what BuildKit rebuilds: each file is built, one
//! thing is changed, and it is built again. The log tells which steps were not `CACHED`, the image
//! which layers are others; both must be those of `cache::plan`.
//!
//! Debian's BuildKit (docker.io 20.10) does not know `COPY --link`: for that, the model has the
//! documentation alone.
#![allow(missing_docs, unreachable_pub)]

#[path = "build_cache/docker.rs"]
mod docker;
#[path = "live_registry/tools.rs"]
mod tools;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use imgcost::image::Trigger;
use imgcost_dockerfile::cache::{Plan, StepId};
use imgcost_dockerfile::read::Context;
use imgcost_dockerfile::{Dockerfile, cache, log, read};

use docker::Docker;

/// Files in `tests/cases/dockerfiles/cache`; each has a base image of its own, `base/NAME`.
const CASES: [&str; 15] = [
    "argument",
    "bind-mount",
    "cache-mount",
    "commit-argument",
    "commit-words",
    "everything-first",
    "install-and-build",
    "lists-first",
    "output-before-install",
    "paths-through-stages",
    "recipe",
    "same-packages-again",
    "stage-upon-stage",
    "two-stages",
    "workdir-twice",
];

const CHANGES: [Trigger; 3] = [Trigger::Deploy, Trigger::DependencyUpdate, Trigger::BaseRefresh];

/// An archive without files, unpacked: the layer of a `WORKDIR` whose folder is there. Two blocks of
/// zeros, says POSIX; `head -c 1024 /dev/zero | sha256sum`.
const EMPTY: &str = "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

#[test]
fn buildkit_rebuilds_what_the_plan_says() {
    let docker = Docker::start();
    // A build waits for the disk more than it computes.
    let wrong: Vec<String> = thread::scope(|scope| {
        let run = |name| {
            let docker = &docker;
            scope.spawn(move || Case::new(docker, name).check())
        };
        let running: Vec<_> = CASES.into_iter().map(run).collect();
        running.into_iter().flat_map(|case| case.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

struct Case<'d> {
    docker: &'d Docker,
    name: &'static str,
    dockerfile: PathBuf,
    context: PathBuf,
    file: Dockerfile,
    plan: Plan,
}

impl<'d> Case<'d> {
    fn new(docker: &'d Docker, name: &'static str) -> Self {
        let dockerfile = root().join("tests/cases/dockerfiles/cache").join(name).join("Dockerfile");
        let file = read(name, &fs::read_to_string(&dockerfile).unwrap(), &Default::default());
        let file = file.unwrap();
        let plan = cache::plan(&file, &Context::default());
        let context = docker.path(&format!("context-{name}"));
        for folder in ["src", "test"] {
            fs::create_dir_all(context.join(folder)).unwrap();
        }
        let files =
            ["package.json", "package-lock.json", "Cargo.lock", "src/index.js", "test/index.js"];
        for path in files {
            fs::write(context.join(path), format!("// {path}\n")).unwrap();
        }
        let case = Self { docker, name, dockerfile, context, file, plan };
        case.base("1");
        case
    }

    /// What BuildKit does and the plan does not say, or the other way round.
    fn check(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut before = self.build("first");
        for change in CHANGES {
            match change {
                Trigger::Deploy => self.edit("src/index.js"),
                Trigger::DependencyUpdate => {
                    ["package-lock.json", "Cargo.lock"]
                        .into_iter()
                        .for_each(|path| self.edit(path));
                }
                _ => self.base("2"),
            }
            // A refresh of the base builds the same commit again.
            let commit = match change {
                Trigger::Deploy => "second",
                _ => "third",
            };
            let after = self.build(commit);
            let planned = self.planned(change);
            if after.ran != planned {
                let (ran, planned) = (self.show(&after.ran), self.show(&planned));
                wrong.push(format!("{} {change:?}: ran {ran:?}, planned {planned:?}", self.name));
            }
            let (changed, planned) = (after.changed_since(&before), self.planned_layers(change));
            if changed != planned {
                let (changed, planned) = (self.show(&changed), self.show(&planned));
                wrong.push(format!(
                    "{} {change:?}: layers {changed:?}, planned {planned:?}",
                    self.name
                ));
            }
            before = after;
        }
        wrong
    }

    fn edit(&self, path: &str) {
        let path = self.context.join(path);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, text + "// changed\n").unwrap();
    }

    fn base(&self, release: &str) {
        let tools = ["npm", "cargo"].map(|name| root().join("tests/it/build_cache").join(name));
        self.docker.base(&format!("base/{}", self.name), &tools, release);
    }

    fn build(&self, commit: &str) -> Build {
        let text = self.docker.build(self.name, &self.dockerfile, &self.context, commit);
        let log = log::read(self.name, &text, &self.file).unwrap();
        assert_eq!(log.unmapped, [], "{text}");
        assert!(log.failed.is_empty(), "{text}");
        let needed: BTreeSet<StepId> = self.steps(|_| true);
        let told: BTreeSet<StepId> = log.millis.keys().chain(&log.cached).copied().collect();
        let told = told.into_iter().filter(|step| step.instruction.is_some());
        assert_eq!(told.collect::<BTreeSet<_>>(), needed, "{} {text}", self.name);
        let layers = self.docker.layers(self.name);
        let shipped = self.shipped();
        // The base has one layer, and each step one more.
        assert_eq!(layers.len(), 1 + shipped.len(), "{} {text}", self.name);
        let layers = shipped.into_iter().zip(layers.into_iter().skip(1)).collect();
        let ran = log.millis.into_keys().filter(|step| step.instruction.is_some()).collect();
        Build { ran, layers }
    }

    /// Steps that make layers, of stages that the target needs.
    fn steps(&self, which: impl Fn(&cache::Step) -> bool) -> BTreeSet<StepId> {
        let needed = |id: &StepId| id.instruction.is_some() && self.plan.stages[id.stage].needed;
        let steps = self.plan.steps().filter(|(id, step)| needed(id) && step.makes_layer);
        steps.filter(|(_, step)| which(step)).map(|(id, _)| id).collect()
    }

    fn planned(&self, change: Trigger) -> BTreeSet<StepId> {
        self.steps(|step| step.reruns.contains(change))
    }

    fn planned_layers(&self, change: Trigger) -> BTreeSet<StepId> {
        let shipped = self.file.shipped();
        let planned = self.planned(change).into_iter();
        planned.filter(|step| shipped.contains(&step.stage)).collect()
    }

    /// Steps whose layers are in the image, the lowest first.
    fn shipped(&self) -> Vec<StepId> {
        let steps = self.steps(|_| true);
        let of = |stage| steps.iter().filter(move |step| step.stage == stage).copied();
        self.file.shipped().into_iter().flat_map(of).collect()
    }

    fn show(&self, steps: &BTreeSet<StepId>) -> Vec<String> {
        let text = |step: &StepId| {
            let stage = &self.file.stages[step.stage];
            let line = self.file.line_of(&stage.instructions[step.instruction.unwrap()].span);
            format!("{}: {line}", step.stage)
        };
        steps.iter().map(text).collect()
    }
}

/// A build as its log and its image tell of it.
struct Build {
    ran: BTreeSet<StepId>,
    layers: Vec<(StepId, String)>,
}

impl Build {
    fn changed_since(&self, before: &Self) -> BTreeSet<StepId> {
        let pairs = self.layers.iter().zip(&before.layers);
        let changed = pairs.filter(|(now, before)| now.1 != before.1 || now.1 == EMPTY);
        // The model counts a layer that came out the same as another one: only empty ones do here.
        let counted = |step: &StepId| self.ran.contains(step);
        changed.map(|(now, _)| now.0).filter(counted).collect()
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}
