//! Go, Cargo and .NET.

use super::Manager;
use super::act::{Act, Install};
use super::call::Call;
use super::node::{added, removed};

pub(super) fn go(call: &Call<'_>) -> Option<Act> {
    let manager = Manager::Go;
    let operands = call.operands(&["-o", "-ldflags", "-tags", "-gcflags", "-C", "-p"]);
    let (first, rest) = operands.split_first()?;
    let install = |locked| Some(Act::Install(Install { manager, locked, development: false }));
    match (*first, rest) {
        // go.sum is checked since Go 1.16; only these two write it.
        ("mod", ["download" | "vendor", ..]) => install(true),
        ("mod", ["tidy", ..]) => install(false),
        ("get", rest) if rest.iter().any(|word| !word.starts_with('.')) => {
            Some(added(manager, rest))
        }
        ("get", _) => install(false),
        ("install" | "run", rest) if rest.iter().any(|word| word.contains('@')) => {
            (*first == "install").then(|| added(manager, rest))
        }
        ("build" | "install" | "test" | "generate", _) => Some(Act::Build(manager)),
        ("clean", _) => call
            .has(&["-modcache", "--modcache", "-cache", "--cache"])
            .then_some(Act::CleanCache(manager)),
        _ => None,
    }
}

pub(super) fn cargo(call: &Call<'_>) -> Option<Act> {
    let manager = Manager::Cargo;
    let operands = call.operands(&[
        "--features",
        "-F",
        "--target",
        "--manifest-path",
        "--bin",
        "-p",
        "--package",
        "--profile",
        "--path",
        "--root",
        "--git",
        "--version",
        "--target-dir",
        "-Z",
        "--recipe-path",
        "-j",
    ]);
    // `cargo +nightly build` names a toolchain first.
    let operands: Vec<&str> = operands.into_iter().filter(|word| !word.starts_with('+')).collect();
    let (first, rest) = operands.split_first()?;
    let locked = call.has(&["--locked", "--frozen"]);
    match (*first, rest) {
        ("fetch" | "vendor", _) => {
            Some(Act::Install(Install { manager, locked, development: false }))
        }
        // A recipe holds the lock file.
        ("chef", ["cook", ..]) => {
            Some(Act::Install(Install { manager, locked: true, development: false }))
        }
        ("install" | "binstall", [_, ..]) => Some(added(manager, rest)),
        ("install", []) if !call.values(&["--git"]).is_empty() => {
            Some(added(manager, &call.values(&["--git"])))
        }
        (
            "build" | "b" | "rustc" | "test" | "t" | "check" | "clippy" | "install" | "zigbuild",
            _,
        ) => Some(Act::Build(manager)),
        ("cache", _) => Some(Act::CleanCache(manager)),
        _ => None,
    }
}

pub(super) fn dotnet(call: &Call<'_>) -> Option<Act> {
    let manager = Manager::Dotnet;
    let operands = call.operands(&[
        "-c",
        "--configuration",
        "-o",
        "--output",
        "-r",
        "--runtime",
        "-a",
        "--arch",
        "-f",
        "--framework",
        "-v",
        "--verbosity",
        "--os",
    ]);
    let (first, rest) = operands.split_first()?;
    match (*first, rest) {
        ("restore", _) => {
            let locked = restores_locked(call);
            Some(Act::Install(Install { manager, locked, development: false }))
        }
        ("build" | "publish" | "pack" | "test" | "msbuild", _) => Some(Act::Build(manager)),
        ("tool", ["install", packages @ ..]) => Some(added(manager, packages)),
        ("add", [.., "package", package]) => Some(added(manager, &[package])),
        ("remove", [.., "package", package]) => Some(removed(manager, &[package])),
        ("nuget", ["locals", ..]) => {
            call.has(&["--clear", "-c"]).then_some(Act::CleanCache(manager))
        }
        _ => None,
    }
}

/// Whether NuGet takes what `packages.lock.json` says, or stops.
pub(super) fn restores_locked(call: &Call<'_>) -> bool {
    let property = |word: &String| word.to_ascii_lowercase().ends_with("restorelockedmode=true");
    call.has(&["--locked-mode"])
        || call.arguments.iter().any(property)
        || call.is_set(&["RestoreLockedMode"])
}
