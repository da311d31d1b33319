//! pip, uv, Poetry, Pipenv.

use super::Manager;
use super::act::{Act, Install};
use super::call::Call;
use super::node::{added, removed};

/// Flags of pip that take a value in the next word.
const PIP_VALUED: [&str; 26] = [
    "-r",
    "--requirement",
    "-c",
    "--constraint",
    "-e",
    "--editable",
    "-i",
    "--index-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "-t",
    "--target",
    "--prefix",
    "--root",
    "--cache-dir",
    "--timeout",
    "--trusted-host",
    "--retries",
    "--platform",
    "--python-version",
    "-w",
    "--wheel-dir",
    "--python",
    "--no-binary",
    "--only-binary",
];

/// `python -m pip ...` and the like, `python setup.py ...`.
pub(super) fn python(call: &Call<'_>) -> Option<Act> {
    let arguments: Vec<&str> = call.arguments.iter().map(String::as_str).collect();
    let at = arguments.iter().position(|word| *word == "-m");
    let Some(at) = at else {
        let builds = matches!(
            arguments.as_slice(),
            [
                "setup.py",
                "install" | "build" | "build_ext" | "bdist_wheel" | "sdist" | "develop",
                ..
            ]
        );
        return builds.then_some(Act::Build(Manager::Pip));
    };
    let inner = Call { arguments: call.arguments.get(at + 2..).unwrap_or_default(), ..*call };
    match *arguments.get(at + 1)? {
        "pip" => pip(&inner, Manager::Pip),
        "poetry" => poetry(&inner),
        "pipenv" => pipenv(&inner),
        "uv" => uv(&inner),
        "build" => Some(Act::Build(Manager::Pip)),
        _ => None,
    }
}

pub(super) fn pip(call: &Call<'_>, manager: Manager) -> Option<Act> {
    let operands = call.operands(&PIP_VALUED);
    let (first, rest) = operands.split_first()?;
    match (*first, rest) {
        ("install" | "wheel" | "download", rest) => {
            let lists = call.values(&["-r", "--requirement"]);
            let projects = call.values(&["-e", "--editable"]);
            let local = rest.iter().copied().filter(|word| is_project(word));
            let named: Vec<&str> = lists.iter().chain(&projects).copied().chain(local).collect();
            if named.is_empty() {
                return (!rest.is_empty()).then(|| added(manager, rest));
            }
            let locked = call.has(&["--require-hashes"]) || call.is_set(&["PIP_REQUIRE_HASHES"]);
            let development = named.iter().any(|name| is_for_development(name));
            Some(Act::Install(Install { manager, locked, development }))
        }
        // Takes exactly what a compiled list says.
        ("sync", lists) => {
            let development = lists.iter().any(|name| is_for_development(name));
            Some(Act::Install(Install { manager, locked: true, development }))
        }
        ("uninstall", packages) => Some(removed(manager, packages)),
        ("cache", ["purge" | "remove", ..]) => Some(Act::CleanCache(manager)),
        _ => None,
    }
}

/// Whether pip takes it for a folder or file rather than a name: `.`, `.[dev]`, `./lib`, `/src`.
fn is_project(word: &str) -> bool {
    word.starts_with('.') || word.starts_with('/') || word.ends_with(".whl")
}

/// Whether a list is, by its name, of what only development needs: `requirements-dev.txt`, `.[test]`.
fn is_for_development(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| {
        ["dev", "develop", "development", "test", "tests", "testing", "lint"].contains(&word)
    })
}

pub(super) fn uv(call: &Call<'_>) -> Option<Act> {
    let manager = Manager::Uv;
    let operands = call.operands(&[
        "--project",
        "--directory",
        "--python",
        "-p",
        "--cache-dir",
        "--group",
        "--extra",
        "--no-group",
        "--only-group",
        "--package",
        "--index-url",
        "--link-mode",
    ]);
    let (first, rest) = operands.split_first()?;
    match (*first, rest) {
        ("sync", _) => {
            let locked =
                call.has(&["--locked", "--frozen"]) || call.is_set(&["UV_LOCKED", "UV_FROZEN"]);
            let without = call.has(&["--no-dev", "--no-default-groups", "--only-group"])
                || call.values(&["--no-group"]).contains(&"dev")
                || call.is_set(&["UV_NO_DEV"]);
            Some(Act::Install(Install { manager, locked, development: !without }))
        }
        ("pip", _) => {
            let at = call.arguments.iter().position(|word| word == "pip")?;
            let inner = call.arguments.get(at + 1..).unwrap_or_default();
            pip(&Call { arguments: inner, ..*call }, manager)
        }
        ("add", packages) | ("tool", ["install", packages @ ..]) => Some(added(manager, packages)),
        ("remove", packages) => Some(removed(manager, packages)),
        ("cache", ["clean" | "prune", ..]) => Some(Act::CleanCache(manager)),
        ("build", _) => Some(Act::Build(manager)),
        _ => None,
    }
}

pub(super) fn poetry(call: &Call<'_>) -> Option<Act> {
    let manager = Manager::Poetry;
    let operands = call.operands(&[
        "--only",
        "--without",
        "--with",
        "-E",
        "--extras",
        "-C",
        "--directory",
        "-P",
        "--project",
    ]);
    let (first, rest) = operands.split_first()?;
    let lists = |value: &str, name: &str| value.split(',').any(|word| word.trim() == name);
    let without = call.has(&["--no-dev"])
        || !call.values(&["--only"]).is_empty()
            && !call.values(&["--only"]).iter().any(|v| lists(v, "dev"))
        || call.has(&["--only-root"])
        || call.values(&["--without"]).into_iter().any(|value| lists(value, "dev"));
    match (*first, rest) {
        // It stops where the lock file does not fit the project.
        ("install" | "sync", _) => {
            Some(Act::Install(Install { manager, locked: true, development: !without }))
        }
        ("update", _) => {
            Some(Act::Install(Install { manager, locked: false, development: !without }))
        }
        ("add", packages) => Some(added(manager, packages)),
        ("remove", packages) => Some(removed(manager, packages)),
        ("build", _) => Some(Act::Build(manager)),
        ("cache", ["clear", ..]) => Some(Act::CleanCache(manager)),
        _ => None,
    }
}

pub(super) fn pipenv(call: &Call<'_>) -> Option<Act> {
    let manager = Manager::Pipenv;
    let operands = call.operands(&["--python", "--categories", "-i", "--index", "-r"]);
    let (first, rest) = operands.split_first()?;
    let development = call.has(&["--dev", "-d"]) || call.is_set(&["PIPENV_DEV"]);
    match (*first, rest) {
        ("install", []) => {
            let locked = call.has(&["--deploy", "--ignore-pipfile"]);
            Some(Act::Install(Install { manager, locked, development }))
        }
        ("sync", _) => Some(Act::Install(Install { manager, locked: true, development })),
        ("update" | "upgrade", _) => {
            Some(Act::Install(Install { manager, locked: false, development }))
        }
        ("install", packages) => Some(added(manager, packages)),
        ("uninstall", packages) => Some(removed(manager, packages)),
        _ => None,
    }
}
