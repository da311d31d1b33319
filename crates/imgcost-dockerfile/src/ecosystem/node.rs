//! npm, Yarn, pnpm, Bun, and the builders of JavaScript.

use super::Manager;
use super::act::{Act, Install};
use super::call::{Call, is_on};

/// Programs that compile or bundle, called by themselves or by `npx`.
pub(super) const BUILDERS: [&str; 17] = [
    "tsc",
    "vite",
    "webpack",
    "rollup",
    "esbuild",
    "next",
    "nuxt",
    "ng",
    "nx",
    "turbo",
    "gulp",
    "grunt",
    "react-scripts",
    "vue-cli-service",
    "parcel",
    "swc",
    "tsup",
];

/// Flags of npm that take a value in the next word.
const NPM_VALUED: [&str; 10] = [
    "--prefix",
    "-C",
    "--cache",
    "--registry",
    "--omit",
    "--include",
    "--loglevel",
    "-w",
    "--workspace",
    "--only",
];

pub(super) fn npm(call: &Call<'_>) -> Option<Act> {
    let manager = Manager::Npm;
    let operands = call.operands(&NPM_VALUED);
    let (first, rest) = operands.split_first()?;
    match *first {
        "ci" | "clean-install" | "ic" | "install-clean" | "cit" | "install-ci-test" => {
            Some(Act::Install(Install {
                manager,
                locked: true,
                development: npm_development(call),
            }))
        }
        "install" | "i" | "in" | "ins" | "inst" | "add" if !names_packages(rest) => {
            let development = npm_development(call);
            Some(Act::Install(Install { manager, locked: false, development }))
        }
        "install" | "i" | "in" | "ins" | "inst" | "add" => Some(added(manager, rest)),
        "update" | "up" | "upgrade" => {
            let development = npm_development(call);
            Some(Act::Install(Install { manager, locked: false, development }))
        }
        "uninstall" | "un" | "remove" | "rm" | "r" => Some(removed(manager, rest)),
        "prune" => (!npm_development(call)).then_some(Act::Prune(manager)),
        "cache" => cleans(rest.first()).then_some(Act::CleanCache(manager)),
        "run" | "run-script" | "rum" | "urn" | "test" | "t" => Some(Act::Build(manager)),
        "exec" | "x" => runs(call, rest),
        _ => None,
    }
}

/// Whether npm brings `devDependencies`: <https://docs.npmjs.com/cli/v10/commands/npm-install>.
fn npm_development(call: &Call<'_>) -> bool {
    let dev = |value: &str| value.split([',', ' ']).any(|word| word == "dev");
    if call.values(&["--include"]).into_iter().any(dev) {
        return true;
    }
    let omitted = call.values(&["--omit"]).into_iter().any(dev)
        || call.npm_config("omit").is_some_and(dev)
        || call.has(&["--production", "--prod"])
        || call.values(&["--only"]).into_iter().any(|only| only.starts_with("prod"))
        || call.npm_config("production").is_some_and(is_on)
        || call.npm_config("only").is_some_and(|only| only.starts_with("prod"));
    let switched = call.arguments.iter().any(|word| word == "--production=false");
    !omitted && (switched || !is_production(call))
}

fn is_production(call: &Call<'_>) -> bool {
    call.variable(&["NODE_ENV"]) == Some("production")
}

pub(super) fn yarn(call: &Call<'_>) -> Option<Act> {
    let manager = Manager::Yarn;
    let operands = call.operands(&["--cwd", "--cache-folder", "--network-timeout", "--mutex"]);
    let install = |locked: bool| {
        let omitted = call.has(&["--production", "--prod"]) || is_production(call);
        let kept = call.arguments.iter().any(|word| word == "--production=false");
        Some(Act::Install(Install { manager, locked, development: kept || !omitted }))
    };
    let locked = call.has(&["--frozen-lockfile", "--immutable", "--pure-lockfile"])
        || call.is_set(&["YARN_ENABLE_IMMUTABLE_INSTALLS"]);
    let Some((first, rest)) = operands.split_first() else {
        let asks = call.has(&["--version", "-v", "--help", "-h"]);
        return if asks { None } else { install(locked) };
    };
    match (*first, rest) {
        ("install", _) => install(locked),
        // Takes what the lock file says; there is no flag for it.
        ("workspaces", ["focus", ..]) => {
            let development = !call.has(&["--production"]);
            Some(Act::Install(Install { manager, locked: true, development }))
        }
        ("workspaces" | "workspace", _) => Some(Act::Build(manager)),
        ("global", ["add", packages @ ..]) | ("add", packages) => Some(added(manager, packages)),
        ("upgrade" | "up", _) => install(false),
        ("remove", packages) => Some(removed(manager, packages)),
        ("cache", rest) => cleans(rest.first()).then_some(Act::CleanCache(manager)),
        ("dlx" | "exec", rest) => runs(call, rest),
        (
            "set" | "config" | "version" | "plugin" | "autoclean" | "global" | "why" | "info"
            | "node" | "login" | "audit" | "dedupe" | "import" | "init" | "link" | "pack"
            | "policies",
            _,
        ) => None,
        _ => Some(Act::Build(manager)),
    }
}

pub(super) fn pnpm(call: &Call<'_>) -> Option<Act> {
    let manager = Manager::Pnpm;
    let operands = call.operands(&[
        "--filter",
        "-F",
        "-C",
        "--dir",
        "--store-dir",
        "--reporter",
        "--loglevel",
    ]);
    let (first, rest) = operands.split_first()?;
    let development = !(call.has(&["--prod", "-P", "--production"]) || is_production(call));
    // In CI the lock file is frozen by default: <https://pnpm.io/cli/install#--frozen-lockfile>.
    let switched = call.arguments.iter().any(|word| word == "--no-frozen-lockfile");
    let locked = call.has(&["--frozen-lockfile"]) || (call.is_set(&["CI"]) && !switched);
    match (*first, rest) {
        ("install" | "i", []) => Some(Act::Install(Install { manager, locked, development })),
        ("ci" | "clean-install" | "fetch" | "deploy", _) => {
            Some(Act::Install(Install { manager, locked: true, development }))
        }
        ("update" | "up" | "upgrade", _) => {
            Some(Act::Install(Install { manager, locked: false, development }))
        }
        ("install" | "i" | "add", packages) => Some(added(manager, packages)),
        ("remove" | "rm" | "uninstall" | "un", packages) => Some(removed(manager, packages)),
        ("prune", _) => (!development).then_some(Act::Prune(manager)),
        ("store", ["prune", ..]) => Some(Act::CleanCache(manager)),
        ("dlx" | "exec", rest) => runs(call, rest),
        ("config" | "store" | "setup" | "env" | "import" | "root" | "audit" | "link", _) => None,
        _ => Some(Act::Build(manager)),
    }
}

pub(super) fn bun(call: &Call<'_>) -> Option<Act> {
    let manager = Manager::Bun;
    let operands = call.operands(&["--cwd", "--cache-dir", "--omit", "--filter", "--target"]);
    let (first, rest) = operands.split_first()?;
    let omitted = call.values(&["--omit"]).contains(&"dev");
    let development = !(omitted || call.has(&["--production", "-p"]));
    match (*first, rest) {
        ("install" | "i", []) => {
            let locked = call.has(&["--frozen-lockfile"]);
            Some(Act::Install(Install { manager, locked, development }))
        }
        ("ci", _) => Some(Act::Install(Install { manager, locked: true, development })),
        ("install" | "i" | "add" | "a", packages) => Some(added(manager, packages)),
        ("remove" | "rm", packages) => Some(removed(manager, packages)),
        ("pm", ["cache", "rm", ..]) => Some(Act::CleanCache(manager)),
        ("run" | "build" | "test", _) => Some(Act::Build(manager)),
        ("x", rest) => runs(call, rest),
        _ => None,
    }
}

/// What `npx` and its likes run: a builder builds, of anything else nothing is known.
pub(super) fn runs(call: &Call<'_>, operands: &[&str]) -> Option<Act> {
    let program = operands.first()?;
    let name = program.split_once('@').map_or(*program, |(name, _)| name);
    if BUILDERS.contains(&name) { builder(name, call) } else { None }
}

/// A builder that was called, unless it was asked for something else: `next start` serves.
pub(super) fn builder(name: &str, call: &Call<'_>) -> Option<Act> {
    let serves = ["start", "serve", "dev", "preview", "telemetry", "analytics"];
    let other = call.arguments.iter().any(|word| serves.contains(&word.as_str()))
        || call.has(&["--version", "-v", "--help"]);
    let build = !other && (name != "next" || call.arguments.iter().any(|word| word == "build"));
    build.then_some(Act::Build(Manager::Npm))
}

/// Whether what follows `install` names packages; `.` is the project itself.
fn names_packages(operands: &[&str]) -> bool {
    operands.iter().any(|word| *word != ".")
}

fn cleans(word: Option<&&str>) -> bool {
    word.is_some_and(|word| ["clean", "clear", "rm", "--all"].contains(word))
}

pub(super) fn added(manager: Manager, packages: &[&str]) -> Act {
    let packages = packages.iter().map(ToString::to_string).collect();
    Act::Add { manager, packages, virtual_name: None }
}

pub(super) fn removed(manager: Manager, packages: &[&str]) -> Act {
    Act::Remove { manager, packages: packages.iter().map(ToString::to_string).collect() }
}
