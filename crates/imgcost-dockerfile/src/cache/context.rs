use globset::{GlobBuilder, GlobMatcher};
use imgcost::image::{Trigger, TriggerSet};

use crate::ecosystem::names_packages;
use crate::read::IgnoreFile;

/// The build context, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Context {
    /// Its `.dockerignore`, if it has one.
    pub ignored: Option<IgnoreFile>,
}

/// Names under which lists of packages and lock files are common: what wildcards may stand for.
const LISTS: [&str; 26] = [
    "package.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
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
    "composer.json",
    "composer.lock",
];

/// Endings of files that people write code in, or that are made from it outside of the build.
const SOURCES: [&str; 68] = [
    "astro", "c", "cc", "cjs", "clj", "coffee", "cpp", "cs", "css", "cts", "cxx", "dart", "dll",
    "ear", "elm", "erl", "ex", "exe", "exs", "fs", "go", "graphql", "groovy", "h", "hbs", "hpp",
    "hs", "htm", "html", "jar", "java", "jinja", "jl", "js", "jsx", "kt", "kts", "less", "lua",
    "m", "mjs", "ml", "mts", "php", "pl", "pm", "prisma", "proto", "py", "pyx", "r", "rb", "rs",
    "sass", "scala", "scss", "so", "sql", "svelte", "swift", "ts", "tsx", "vb", "vue", "war",
    "wasm", "whl", "zig",
];

/// Files without an ending, and folders of tools, that no change of a source touches. So is
/// everything that begins with a dot.
const SETTLED: [&str; 12] = [
    "Caddyfile",
    "Dockerfile",
    "LICENSE",
    "Makefile",
    "NOTICE",
    "Procfile",
    "Rakefile",
    "entrypoint",
    "gradle",
    "gradlew",
    "mvnw",
    "nginx",
];

/// Names that end like code and are settings, which change by themselves only.
const SETTINGS: [&str; 8] = [
    ".config.js",
    ".config.cjs",
    ".config.mjs",
    ".config.ts",
    ".config.mts",
    ".conf.js",
    "rc.js",
    "rc.cjs",
];

impl Context {
    /// The changes after which these files of the context differ: a path of a file or folder,
    /// perhaps with wildcards.
    ///
    /// One changed source line is in a folder, in what a wildcard stands for, or in a file of code
    /// that is named. A single other file (`nginx.conf`, `entrypoint.sh`) changes by itself only,
    /// which none of the three changes is.
    ///
    /// ```
    /// use imgcost::image::{Trigger, TriggerSet};
    /// use imgcost_dockerfile::cache::Context;
    /// let context = Context::default();
    /// assert_eq!(context.changes("package*.json"), TriggerSet::of(Trigger::DependencyUpdate));
    /// assert_eq!(context.changes("src"), TriggerSet::of(Trigger::Deploy));
    /// assert_eq!(context.changes("nginx.conf"), TriggerSet::NONE);
    /// ```
    pub fn changes(&self, path: &str) -> TriggerSet {
        let dependency = TriggerSet::of(Trigger::DependencyUpdate);
        let deploy = TriggerSet::of(Trigger::Deploy);
        if self.ignores(path) {
            return TriggerSet::NONE;
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        if path == "." {
            return if self.has_lists("**/") { deploy.union(dependency) } else { deploy };
        }
        if is_pattern(path) {
            let bare: String = name.chars().filter(|c| !is_wildcard(*c)).collect();
            if names_packages(name).is_some() || names_packages(&bare).is_some() {
                return dependency;
            }
            return match self.has_lists(path) {
                // `go.*`, `Gemfile*`: what begins like a list is one.
                true if !name.starts_with(is_wildcard) => dependency,
                true => deploy.union(dependency),
                false => deploy,
            };
        }
        if names_packages(name).is_some() {
            return dependency;
        }
        let settled = name.starts_with('.') || SETTLED.contains(&name);
        if settled || (is_file(name) && !is_source(name)) { TriggerSet::NONE } else { deploy }
    }

    fn ignores(&self, path: &str) -> bool {
        // What a pattern stands for is not known; `.` is never left out as a whole.
        let ignored = self.ignored.as_ref().filter(|_| path != "." && !is_pattern(path));
        ignored.is_some_and(|ignored| ignored.ignores(path))
    }

    /// Whether a wildcard may stand for a list of packages that is not ignored.
    fn has_lists(&self, pattern: &str) -> bool {
        let whole = pattern == "**/";
        let matcher = if whole { None } else { glob(pattern) };
        LISTS.iter().any(|list| {
            let matches = whole || matcher.as_ref().is_some_and(|glob| glob.is_match(list));
            matches && !self.ignored.as_ref().is_some_and(|ignored| ignored.ignores(list))
        })
    }
}

/// Whether a name is a file's rather than a folder's, as far as names tell.
pub(super) fn is_file(name: &str) -> bool {
    let ends = name.rfind('.').is_some_and(|dot| dot > 0 && dot + 1 < name.len());
    names_packages(name).is_some() || ends
}

/// Whether it is code, or made from code.
fn is_source(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    SOURCES.contains(&ending) && !SETTINGS.iter().any(|settings| name.ends_with(settings))
}

/// Whether a path has wildcards.
pub(super) fn is_pattern(path: &str) -> bool {
    path.contains(is_wildcard)
}

fn is_wildcard(c: char) -> bool {
    matches!(c, '*' | '?' | '[' | ']')
}

/// A pattern as builders read it: `*` stops at slashes.
pub(super) fn glob(pattern: &str) -> Option<GlobMatcher> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build();
    glob.ok().map(|glob| glob.compile_matcher())
}
