//! What is copied from the build context, and what changes it.

use imgcost::image::{Trigger, TriggerSet};

use super::step::Role;
use crate::ecosystem::{holds_packages, names_packages};
use crate::read::{Context, Copy, CopyFrom, IgnoreFile, Source};

/// Endings of files that people write programs in, and of what a browser gets.
const PROGRAMS: [&str; 38] = [
    "js", "mjs", "cjs", "ts", "mts", "cts", "jsx", "tsx", "vue", "svelte", "py", "pyx", "go",
    "java", "kt", "kts", "scala", "groovy", "rs", "cs", "fs", "vb", "rb", "php", "c", "h", "cc",
    "cpp", "hpp", "swift", "ex", "exs", "erl", "clj", "html", "css", "scss", "sql",
];

/// The changes after which a path of the context is different.
pub(super) fn in_context(path: &str, exclude: &[String], context: &Context) -> TriggerSet {
    let excluded = IgnoreFile::parse(&exclude.join("\n"));
    if path != "." && (context.ignores(path) || excluded.ignores(path)) {
        return TriggerSet::NONE;
    }
    let source = TriggerSet::of(Trigger::Deploy);
    let list = TriggerSet::of(Trigger::DependencyUpdate);
    if names_packages(path).is_some() || holds_packages(path).is_some() {
        return list;
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_root =
        path == "." || (!path.contains('/') && name.contains('*') && !name.starts_with("*."));
    if is_root {
        return source.union(list);
    }
    match name.rsplit_once('.') {
        // `*.ts`, `main.go`, `*.csproj` above.
        Some((_, ending)) if PROGRAMS.contains(&ending.trim_end_matches('*')) => source,
        // A single file of another kind: a configuration, a script that starts things.
        Some((stem, ending)) if !(ending.is_empty() || stem.is_empty() && ending.contains('*')) => {
            TriggerSet::NONE
        }
        // Well-known files without an ending; any other name is a folder's.
        None if ["LICENSE", "README", "NOTICE", "Makefile", "Procfile", "Dockerfile"]
            .contains(&name) =>
        {
            TriggerSet::NONE
        }
        // The folder of a package in a workspace brings its list of packages too.
        _ if ["packages", "apps", "crates", "services", "modules"].contains(&path) => {
            source.union(list)
        }
        _ => source,
    }
}

/// What a `COPY` is about.
pub(super) fn role(copy: &Copy, inputs: TriggerSet) -> Role {
    let paths: Vec<&str> = copy
        .sources
        .iter()
        .filter_map(|source| match source {
            Source::Path(path) => Some(path.as_str()),
            _ => None,
        })
        .collect();
    let all = |what: fn(&str) -> bool| !paths.is_empty() && paths.iter().all(|path| what(path));
    if all(|path| names_packages(path).is_some()) {
        Role::Manifest
    } else if all(|path| holds_packages(path).is_some()) {
        Role::Dependencies
    } else if inputs.contains(Trigger::Deploy) {
        Role::Application
    } else if inputs.contains(Trigger::DependencyUpdate) && copy.from != CopyFrom::Context {
        Role::Dependencies
    } else {
        Role::Setup
    }
}
