//! What is copied from the build context, and what changes it.

use globset::{GlobBuilder, GlobMatcher};
use imgcost::image::{Trigger, TriggerSet};

use super::step::Role;
use crate::ecosystem::{holds_packages, names_packages};
use crate::read::{Context, Copy, CopyFrom, IgnoreFile, Source};

/// Endings of files that people write programs in, of what a browser gets, and of what is compiled
/// from them outside of the build.
const PROGRAMS: [&str; 48] = [
    "js", "mjs", "cjs", "ts", "mts", "cts", "jsx", "tsx", "vue", "svelte", "astro", "py", "pyx",
    "go", "java", "kt", "kts", "scala", "groovy", "rs", "cs", "fs", "vb", "rb", "php", "c", "h",
    "cc", "cpp", "hpp", "swift", "ex", "exs", "erl", "clj", "html", "css", "scss", "sql", "proto",
    "jar", "war", "ear", "whl", "wasm", "dll", "exe", "so",
];

/// Endings of programs' names that are settings all the same.
const SETTINGS: [&str; 5] =
    [".config.js", ".config.cjs", ".config.mjs", ".config.ts", ".config.mts"];

/// Files without an ending, and folders of tools, that no line of source is in. So is whatever
/// begins with a dot.
const SETTLED: [&str; 11] = [
    "LICENSE",
    "README",
    "NOTICE",
    "Makefile",
    "Procfile",
    "Dockerfile",
    "Caddyfile",
    "entrypoint",
    "gradle",
    "gradlew",
    "mvnw",
];

/// Keys of ssh, which have no ending.
const KEYS: [&str; 4] = ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"];

/// What lists of packages and lock files are mostly called: what a wildcard may stand for.
const LISTS: [&str; 24] = [
    "package.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "bun.lockb",
    "requirements.txt",
    "pyproject.toml",
    "poetry.lock",
    "uv.lock",
    "Pipfile",
    "Pipfile.lock",
    "go.mod",
    "go.sum",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "Cargo.toml",
    "Cargo.lock",
    "app.csproj",
    "Gemfile",
    "Gemfile.lock",
    "composer.lock",
];

/// Folders of workspaces: what is in them are packages with lists of their own.
const WORKSPACES: [&str; 5] = ["packages", "apps", "crates", "services", "modules"];

/// Endings of files that are compiled outside of the build, with the packages in them or their list.
const COMPILED: [&str; 8] = ["jar", "war", "ear", "whl", "wasm", "dll", "exe", "so"];

/// Folders that builds outside of the build write to: of Cargo and Maven (`target`), Gradle, bundlers,
/// `dotnet publish` and the frameworks of JavaScript.
const OUTPUTS: [&str; 8] =
    ["target", "dist", "build", "out", "publish", ".next", ".nuxt", ".output"];

/// Whether a path of the context was built before it came there: with the packages that the
/// application needs, so that another dependency makes it another file.
fn is_compiled(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ends = name.rsplit_once('.').is_some_and(|(_, ending)| COMPILED.contains(&ending));
    ends || path.split('/').any(|part| OUTPUTS.contains(&part))
}

/// The changes after which a path of the context is different.
///
/// A changed line of source is in a folder, in what a wildcard stands for, or in a file of code that
/// is named; what was compiled outside changes with its packages too. Any other single file
/// (`nginx.conf`, `entrypoint.sh`) changes by itself only, and that is none of the three changes.
pub(super) fn changes(path: &str, exclude: &[String], context: &Context) -> TriggerSet {
    let (source, list) =
        (TriggerSet::of(Trigger::Deploy), TriggerSet::of(Trigger::DependencyUpdate));
    let excluded = IgnoreFile::parse(&exclude.join("\n"));
    let sees = |path: &str| !context.ignores(path) && !excluded.ignores(path);
    let name = path.rsplit('/').next().unwrap_or(path);
    if is_pattern(path) {
        let bare: String = name.chars().filter(|c| !is_wildcard(*c)).collect();
        if names_packages(name).or(names_packages(&bare)).is_some() {
            return list;
        }
        let glob = glob(path);
        let stands_for =
            |list: &&str| sees(list) && glob.as_ref().is_some_and(|g| g.is_match(list));
        return match LISTS.iter().any(stands_for) {
            // `go.*`, `Gemfile*`: what begins like a list is one.
            true if !name.starts_with(is_wildcard) => list,
            true => source.union(list),
            false if is_settled(name) => TriggerSet::NONE,
            false if is_compiled(path) => source.union(list),
            false => source,
        };
    }
    if path == "." {
        return if LISTS.iter().any(|list| sees(list)) { source.union(list) } else { source };
    }
    if !sees(path) {
        TriggerSet::NONE
    } else if names_packages(path).is_some() || holds_packages(path).is_some() {
        list
    } else if is_settled(name) && !OUTPUTS.contains(&name) {
        TriggerSet::NONE
    } else if is_compiled(path) || WORKSPACES.contains(&path) {
        source.union(list)
    } else {
        source
    }
}

/// Whether it is a single file that no line of source is in, as far as names tell.
fn is_settled(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    let is_program = ending.is_some_and(|ending| PROGRAMS.contains(&ending));
    let is_setting = SETTINGS.iter().any(|setting| name.ends_with(setting));
    let is_hidden = name.starts_with('.') && !name.contains(is_wildcard);
    SETTLED.contains(&name)
        || KEYS.contains(&name)
        || is_hidden
        || is_setting
        || (is_file(name) && !is_program)
}

/// Whether a name is a file's rather than a folder's, as far as names tell.
pub(super) fn is_file(name: &str) -> bool {
    let ending = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty());
    let ends = ending.is_some_and(|(_, ending)| !ending.is_empty() && ending != "*");
    ends || names_packages(name).is_some()
}

/// Whether a path has wildcards.
pub(super) fn is_pattern(path: &str) -> bool {
    path.contains(is_wildcard)
}

pub(super) const fn is_wildcard(c: char) -> bool {
    matches!(c, '*' | '?' | '[' | ']')
}

/// A pattern as builders read it: `*` stops at slashes.
fn glob(pattern: &str) -> Option<GlobMatcher> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build();
    glob.ok().map(|glob| glob.compile_matcher())
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
