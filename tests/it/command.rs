//! Runs the command as a user would, away from this machine's environment.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rust_decimal::Decimal;
use serde_json::Value;

/// The top of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("crates/ is two below the top")
        .to_owned()
}

/// `imgcost ARGS`, run at the top of the workspace.
pub fn imgcost(args: &[&str]) -> Output {
    clean(args).output().expect("imgcost runs")
}

/// The same with the prices of a day, which documents do not spell out.
pub fn imgcost_as_of(args: &[&str], day: &str) -> Output {
    clean(args).env("IMGCOST_AS_OF", day).output().expect("imgcost runs")
}

fn clean(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_imgcost"));
    command.args(args).current_dir(root()).env("NO_COLOR", "1");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("IMGCOST_")) {
        command.env_remove(name);
    }
    command
}

/// Standard output of a run that must succeed.
pub fn stdout(args: &[&str]) -> String {
    let output = imgcost(args);
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "imgcost {args:?} failed: {err}");
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

/// The JSON of a run that must succeed, as of the day the prices were checked.
pub fn json(args: &[&str]) -> Value {
    let text = stdout(&[args, &["--format", "json"]].concat());
    serde_json::from_str(&text).expect("output is JSON")
}

/// A decimal string of the contract.
pub fn number(value: &Value) -> Decimal {
    let text = value.as_str().unwrap_or_else(|| panic!("{value} is not a decimal string"));
    text.parse().unwrap_or_else(|_| panic!("{text:?} is not a decimal"))
}
