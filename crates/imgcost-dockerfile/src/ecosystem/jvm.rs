//! Maven and Gradle, whose lists name exact versions.

use super::Manager;
use super::act::{Act, Install};
use super::call::Call;

const GOALS: [&str; 9] = [
    "compile",
    "test",
    "package",
    "verify",
    "install",
    "deploy",
    "integration-test",
    "spring-boot:repackage",
    "native:compile",
];

pub(super) fn maven(call: &Call<'_>) -> Option<Act> {
    let manager = Manager::Maven;
    let goals =
        call.operands(&["-f", "--file", "-pl", "--projects", "-s", "--settings", "-P", "-T"]);
    if goals.iter().any(|goal| GOALS.contains(goal)) {
        return Some(Act::Build(manager));
    }
    let fetches =
        goals.iter().any(|goal| goal.starts_with("dependency:") || goal.contains("go-offline"));
    fetches.then_some(Act::Install(Install { manager, locked: true, development: false }))
}

const TASKS: [&str; 15] = [
    "build",
    "assemble",
    "jar",
    "bootJar",
    "shadowJar",
    "fatJar",
    "war",
    "bootWar",
    "installDist",
    "distZip",
    "distTar",
    "classes",
    "test",
    "check",
    "nativeCompile",
];

pub(super) fn gradle(call: &Call<'_>) -> Option<Act> {
    let manager = Manager::Gradle;
    let tasks = call.operands(&["-p", "--project-dir", "-x", "--exclude-task", "-b", "-g", "-I"]);
    let own = |task: &&str| task.rsplit(':').next().unwrap_or_default().to_owned();
    let tasks: Vec<String> = tasks.iter().map(own).collect();
    if tasks
        .iter()
        .any(|task| TASKS.contains(&task.as_str()) || task == "buildFatJar" || task == "publish")
    {
        return Some(Act::Build(manager));
    }
    let fetches = tasks.iter().any(|task| task.to_ascii_lowercase().contains("dependenc"));
    fetches.then_some(Act::Install(Install { manager, locked: true, development: false }))
}
