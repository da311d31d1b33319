//! focus-validator, the FinOps Foundation's own program (MIT), in a Python environment of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::live_registry::tools;

const VALIDATOR: &str = "focus-validator==2.2.1";
/// Newer ones want a NumPy that the validator does not allow.
const ARROW: &str = "pyarrow<24";

/// What rows of ours have: columns for these are held to their rules too.
const CRITERIA: &str = "REGION_SUPPORTED,TAGGING_SUPPORTED,BILLING_BASED_ON_PROVISIONED_RESOURCES_SUPPORTED,RESOURCE_TYPE_ASSIGNMENT_SUPPORTED";

/// The program, if there is a Python 3.12 to run it.
pub fn ready() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("focus-validator");
    let program = folder.join("bin/focus-validator");
    if !program.is_file() {
        let python = python()?;
        let path = |part: &str| folder.join(part).to_str().unwrap().to_owned();
        tools::run(python.to_str().unwrap(), &["-m", "venv", &path("")]);
        let quietly = ["install", "--quiet", "--disable-pip-version-check", VALIDATOR, ARROW];
        tools::run(&path("bin/pip"), &quietly);
    }
    Some(folder)
}

/// The rules that a file breaks, and how many it keeps.
pub fn run(folder: &Path, file: &Path) -> (Vec<String>, usize) {
    // It looks for its list of currencies where it is started.
    let packages = folder.join("lib/python3.12/site-packages");
    let report = file.with_extension("xml");
    let output = Command::new(folder.join("bin/focus-validator"))
        .current_dir(packages)
        .args(["--validate-version", "1.2.0.1", "--block-download", "--output-type", "unittest"])
        .args(["--applicability-criteria", CRITERIA])
        .arg("--data-file")
        .arg(file)
        .arg("--output-destination")
        .arg(&report)
        .output()
        .expect("the validator runs");
    // It exits with 0 whatever it finds: only the report tells.
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let text = std::fs::read_to_string(&report).unwrap_or_else(|error| panic!("{error}: {said}"));
    let (mut failed, mut passed) = (Vec::new(), 0);
    for case in text.split("<testcase name=\"").skip(1) {
        let name = case.split(" ::").next().unwrap_or(case).to_owned();
        let case = case.split("<testcase").next().unwrap_or(case);
        if case.contains("<failure") || case.contains("<error") {
            failed.push(name);
        } else if !case.contains("<skipped") {
            passed += 1;
        }
    }
    (failed, passed)
}

/// A Python 3.12: in the path, or one that pyenv keeps.
fn python() -> Option<PathBuf> {
    let kept = std::env::home_dir().map(|home| home.join(".pyenv/versions"));
    let versions = kept.and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten();
    let pyenv = versions.filter_map(|version| Some(version.ok()?.path().join("bin/python3.12")));
    let candidates = [PathBuf::from("python3.12")].into_iter().chain(pyenv);
    candidates.into_iter().find(|python| {
        // pyenv's shim is there even where no version is chosen.
        let version = Command::new(python).arg("--version").output();
        version.is_ok_and(|output| output.status.success())
    })
}
