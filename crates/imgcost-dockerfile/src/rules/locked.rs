//! Installs as they should be: held to the lock file, or without what only development needs. What
//! else a command says is kept, as far as it means something to the command that is advised.

use super::rewrite::{LONGEST, parts, place, run};
use super::seen::{At, Seen};
use crate::ecosystem::Manager;
use crate::read::{Kind, Source};
use crate::shell::Command;

/// A command's words, the program first.
type Words = Vec<String>;

/// A `RUN` whose install by this manager takes what the lock file says; `None` where that cannot be
/// written in place of what stands there.
pub(super) fn held_to_lock(
    seen: &Seen<'_>,
    at: &At<'_>,
    command: &Command,
    manager: Manager,
) -> Option<String> {
    // Its text would be put together again for each of its installs.
    if at.instruction.span.len() > LONGEST {
        return None;
    }
    let text = seen.text(at);
    let (flags, script) = parts(&text);
    let place = place(script, command)?;
    let immutable = is_berry(seen, at);
    let words = locked(&place.words_of(script), manager, immutable)?;
    let script = place.replaced(script, &words);
    Some(run(flags, &script))
}

/// The install by this manager alone, without what only development needs.
pub(super) fn for_production(seen: &Seen<'_>, at: &At<'_>, manager: Manager) -> Option<String> {
    let text = seen.text(at);
    let (flags, script) = parts(&text);
    let (command_at, install) =
        at.done.installs.iter().rev().find(|(_, install)| install.manager == manager)?;
    let place = place(script, at.commands().get(*command_at)?)?;
    let immutable = is_berry(seen, at);
    let mut words: Words = place.words_of(script).iter().map(ToString::to_string).collect();
    if !install.locked && manager != Manager::Pip && manager != Manager::Bundler {
        let own: Vec<&str> = words.iter().map(String::as_str).collect();
        words = locked(&own, manager, immutable)?;
    }
    let own: Vec<&str> = words.iter().map(String::as_str).collect();
    let words = production(&own, manager, immutable)?;
    // What else the step does, it still does: another manager's packages need not be installed alone.
    let is_node = matches!(manager, Manager::Npm | Manager::Yarn | Manager::Pnpm | Manager::Bun);
    if !is_node && manager != Manager::Bundler {
        return Some(run(flags, &place.replaced(script, &words)));
    }
    let before = script.get(place.whole.start..place.words.first()?.start)?;
    let moved = at.commands().iter().take(*command_at).filter(|command| command.program() == "cd");
    let folder: Vec<String> = moved
        .map(|command| format!("cd {} && ", command.operands().next().unwrap_or_default()))
        .collect();
    let line = run(flags, &format!("{}{before}{}", folder.concat(), words.join(" ")));
    Some(match manager {
        // Bundler looks at it again whenever the application starts.
        Manager::Bundler => format!("ENV BUNDLE_WITHOUT=development:test\n{line}"),
        _ => line,
    })
}

/// Whether a stage uses a Yarn that is configured by `.yarnrc.yml`: version 2 and later.
fn is_berry(seen: &Seen<'_>, at: &At<'_>) -> bool {
    let stages = seen.chain_of(at.id.stage).into_iter();
    let mut steps = stages.flat_map(|stage| seen.steps(stage));
    steps.any(|step| match &step.instruction.kind {
        Kind::Copy(copy) => copy.sources.iter().any(|source| {
            matches!(source, Source::Path(path) if path.contains(".yarnrc.yml") || path.ends_with(".yarn"))
        }),
        _ => false,
    })
}

/// Words of managers that install, build or bring up to date.
const VERBS: [&str; 26] = [
    "install",
    "i",
    "in",
    "ins",
    "inst",
    "add",
    "ci",
    "clean-install",
    "update",
    "up",
    "upgrade",
    "u",
    "sync",
    "fetch",
    "vendor",
    "build",
    "b",
    "rustc",
    "test",
    "t",
    "check",
    "clippy",
    "restore",
    "publish",
    "pack",
    "zigbuild",
];

/// Where the verb of a command stands among its words; `None` for `yarn` alone.
pub(super) fn verb(words: &[&str]) -> Option<usize> {
    let named = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        before.is_some_and(|word| {
            ["--filter", "-F", "-C", "--dir", "--prefix", "--cwd"].contains(word)
        })
    };
    let mut verbs = words.iter().enumerate().skip(1).filter(|(_, word)| VERBS.contains(*word));
    verbs.find(|(at, _)| !named(*at)).map(|(at, _)| at)
}

/// Whether an install was asked for newer versions: most of its flags say how to choose them.
fn updates(verb: &str) -> bool {
    ["update", "up", "upgrade", "u"].contains(&verb)
}

/// Flags that installs and updates have in common.
const COMMON: [&str; 27] = [
    "--omit",
    "--include",
    "--production",
    "--prod",
    "-P",
    "--no-dev",
    "--only",
    "--without",
    "--with",
    "--dev",
    "-d",
    "--no-interaction",
    "-n",
    "--no-scripts",
    "--no-root",
    "--no-progress",
    "--prefer-dist",
    "--optimize-autoloader",
    "-o",
    "--no-autoloader",
    "--ignore-scripts",
    "--ignore-platform-reqs",
    "--no-plugins",
    "--legacy-peer-deps",
    "--no-audit",
    "--no-fund",
    "-q",
];

/// The words with another verb, and with flags after it.
fn with(
    words: &[&str],
    verb: Option<usize>,
    name: &str,
    flags: &[&str],
    keep: impl Fn(&str) -> bool,
) -> Words {
    let at = verb.unwrap_or(0);
    let updating = verb.and_then(|at| words.get(at)).is_some_and(|verb| updates(verb));
    let kept = |word: &&&str| {
        let flag = word.split('=').next().unwrap_or_default();
        keep(word) && (!updating || COMMON.contains(&flag))
    };
    let before = words.get(..at + usize::from(verb.is_none())).unwrap_or_default();
    let after = words.get(at + 1..).unwrap_or_default();
    let new = flags.iter().filter(|flag| !words.contains(flag));
    before
        .iter()
        .filter(|word| keep(word))
        .chain([&name])
        .chain(new)
        .chain(after.iter().filter(kept))
        .map(ToString::to_string)
        .filter(|word| !word.is_empty())
        .collect()
}

/// Flags of `npm install` that mean nothing to `npm ci`.
const NPM_SAVES: [&str; 14] = [
    "--save",
    "-S",
    "--no-save",
    "--save-prod",
    "-P",
    "--save-dev",
    "-D",
    "--save-exact",
    "-E",
    "--save-optional",
    "-O",
    "--no-package-lock",
    "--package-lock",
    "--package-lock-only",
];

/// A command that takes what the lock file says, or stops.
fn locked(words: &[&str], manager: Manager, immutable: bool) -> Option<Words> {
    let at = verb(words);
    let name = at.and_then(|at| words.get(at)).copied().unwrap_or_default();
    let all = |_: &str| true;
    let verb_or = |install: &'static str| if updates(name) { install } else { name };
    Some(match manager {
        Manager::Npm => {
            let global = |word: &&str| ["-g", "--global", "--location=global"].contains(word);
            if words.iter().any(global) {
                return None;
            }
            let keep = |word: &str| {
                word != "." && !NPM_SAVES.contains(&word.split('=').next().unwrap_or_default())
            };
            with(words, at, "ci", &[], keep).into_iter().map(npm_flag).collect()
        }
        Manager::Yarn if immutable => with(words, at, "install", &["--immutable"], all),
        Manager::Yarn => {
            with(words, at, "install", &["--frozen-lockfile"], |word| word != "--no-lockfile")
        }
        Manager::Pnpm => with(words, at, "install", &["--frozen-lockfile"], |word| {
            word != "--no-frozen-lockfile"
        }),
        Manager::Bun => with(words, at, "install", &["--frozen-lockfile"], all),
        Manager::Uv => {
            with(words, at, "sync", &["--locked"], |word| !["-U", "--upgrade"].contains(&word))
        }
        Manager::Poetry | Manager::Composer => with(words, at, verb_or("install"), &[], all),
        Manager::Pipenv => {
            with(words, at, verb_or("install"), &["--deploy"], |word| word != "--skip-lock")
        }
        Manager::Go if words.contains(&"-mod=mod") => {
            words.iter().filter(|word| **word != "-mod=mod").map(ToString::to_string).collect()
        }
        Manager::Go => vec![words.first()?.to_string(), "mod".to_owned(), "download".to_owned()],
        Manager::Cargo => with(words, at, name, &["--locked"], all),
        Manager::Dotnet if name == "restore" => with(words, at, name, &["--locked-mode"], all),
        Manager::Dotnet => with(words, at, name, &["-p:RestoreLockedMode=true"], all),
        Manager::Bundler => {
            let mut words = with(words, at, verb_or("install"), &[], all);
            // The variable goes before the program; nothing but the install looks at it.
            words.insert(0, "BUNDLE_FROZEN=true".to_owned());
            words
        }
        _ => return None,
    })
}

/// What npm of today calls a flag.
fn npm_flag(flag: String) -> String {
    match flag.as_str() {
        "--production" | "--prod" | "--production=true" | "--only=production" | "--only=prod" => {
            "--omit=dev".to_owned()
        }
        _ => flag,
    }
}

/// A command that leaves out what only development needs.
fn production(words: &[&str], manager: Manager, immutable: bool) -> Option<Words> {
    let at = verb(words);
    let name = at.and_then(|at| words.get(at)).copied().unwrap_or("install");
    Some(match manager {
        Manager::Npm => with(words, at, name, &["--omit=dev"], |word| {
            !word.starts_with("--include=") && word != "--production=false"
        }),
        Manager::Yarn if immutable => {
            vec![
                words.first()?.to_string(),
                "workspaces".into(),
                "focus".into(),
                "--production".into(),
            ]
        }
        Manager::Yarn | Manager::Bun => {
            with(words, at, name, &["--production"], |word| word != "--production=false")
        }
        Manager::Pnpm => with(words, at, name, &["--prod"], |_| true),
        Manager::Uv => {
            let keep = |word: &str| !["--dev", "--all-groups", "--only-dev"].contains(&word);
            with(words, at, name, &["--no-dev"], keep)
        }
        Manager::Poetry => {
            // `--only` goes with neither of them.
            let keep = |word: &str| !word.starts_with("--with");
            let valued = words.iter().any(|word| ["--with", "--without"].contains(word));
            if valued {
                return None;
            }
            with(words, at, name, &["--only main"], keep)
        }
        Manager::Pipenv => with(words, at, name, &[], |word| !["--dev", "-d"].contains(&word)),
        Manager::Composer => with(words, at, name, &["--no-dev"], |word| word != "--dev"),
        Manager::Bundler => words.iter().map(ToString::to_string).collect(),
        _ => return None,
    })
}
