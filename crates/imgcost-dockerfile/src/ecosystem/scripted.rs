//! Bundler, RubyGems and Composer.

use super::Manager;
use super::act::{Act, Install};
use super::call::Call;
use super::node::{added, removed};

pub(super) fn bundle(call: &Call<'_>) -> Option<Act> {
    let manager = Manager::Bundler;
    let operands =
        call.operands(&["--without", "--with", "--path", "--jobs", "-j", "--retry", "--gemfile"]);
    let without = |value: &str| value.split([' ', ':', ',']).any(|group| group == "development");
    let development = !(call.variable(&["BUNDLE_WITHOUT"]).is_some_and(without)
        || call.values(&["--without"]).into_iter().any(without)
        || call.variable(&["BUNDLE_ONLY"]).is_some());
    let locked = call.has(&["--deployment", "--frozen"])
        || call.is_set(&["BUNDLE_DEPLOYMENT", "BUNDLE_FROZEN"]);
    let install = |locked| Some(Act::Install(Install { manager, locked, development }));
    match operands.as_slice() {
        [] if call.arguments.iter().all(|word| word != "--version" && word != "-v") => {
            install(locked)
        }
        ["install", ..] => install(locked),
        ["update", ..] => install(false),
        ["add", packages @ ..] => Some(added(manager, packages)),
        ["remove", packages @ ..] => Some(removed(manager, packages)),
        ["exec", rest @ ..] if rest.iter().any(|word| is_precompile(word)) => {
            Some(Act::Build(manager))
        }
        _ => None,
    }
}

fn is_precompile(task: &str) -> bool {
    task == "assets:precompile" || task == "webpacker:compile"
}

pub(super) fn gem(call: &Call<'_>) -> Option<Act> {
    let manager = Manager::Bundler;
    let operands = call.operands(&["-v", "--version", "-i", "--install-dir", "--source"]);
    match operands.as_slice() {
        ["install", packages @ ..] if !packages.is_empty() => Some(added(manager, packages)),
        ["uninstall", packages @ ..] => Some(removed(manager, packages)),
        _ => None,
    }
}

pub(super) fn composer(call: &Call<'_>) -> Option<Act> {
    let manager = Manager::Composer;
    let operands = call.operands(&["-d", "--working-dir"]);
    let (first, rest) = operands.split_first()?;
    let development = !(call.has(&["--no-dev"]) || call.is_set(&["COMPOSER_NO_DEV"]));
    match *first {
        "install" | "i" => Some(Act::Install(Install { manager, locked: true, development })),
        "update" | "upgrade" | "u" => {
            Some(Act::Install(Install { manager, locked: false, development }))
        }
        "require" | "r" | "global" => Some(added(manager, rest)),
        "remove" | "rm" | "uninstall" => Some(removed(manager, rest)),
        "clear-cache" | "clearcache" | "cc" => Some(Act::CleanCache(manager)),
        "run-script" | "run" => Some(Act::Build(manager)),
        _ => None,
    }
}
