use super::call::{Call, Environment};
use super::{Manager, compiled, jvm, node, python, scripted, system};
use crate::shell::Command;

/// What one command does with packages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Installs what a list or lock file of the application names.
    Install(Install),
    /// Installs packages that the command itself names.
    Add {
        /// By whom.
        manager: Manager,
        /// Their names, versions included.
        packages: Vec<String>,
        /// The name under which `apk` can delete them again (`--virtual`).
        virtual_name: Option<String>,
    },
    /// Removes packages, or a group of them by its name.
    Remove {
        /// By whom.
        manager: Manager,
        /// Their names; none for all that nothing needs (`apt-get autoremove`).
        packages: Vec<String>,
    },
    /// Removes what only development needs: `npm prune --omit=dev`.
    Prune(Manager),
    /// Refreshes lists of packages.
    Update(Manager),
    /// Compiles, bundles or publishes the application.
    Build(Manager),
    /// Empties the manager's cache.
    CleanCache(Manager),
}

/// An install of what a list or lock file names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Install {
    /// By whom.
    pub manager: Manager,
    /// Whether it takes what the lock file says, exactly, or stops. True as well where the list
    /// itself names exact versions (Maven, Gradle) and where nothing else is possible (Go).
    pub locked: bool,
    /// Whether what only development needs comes along.
    pub development: bool,
}

/// What a command does with packages, where no `ENV` says otherwise; `None` if that is nothing known.
pub fn act(command: &Command) -> Option<Act> {
    act_in(command, &Environment::default())
}

/// What a command does with packages in a stage with these variables.
///
/// ```
/// use imgcost_dockerfile::ecosystem::{Act, Environment, Install, Manager, act_in};
/// use imgcost_dockerfile::shell::commands;
/// let mut environment = Environment::default();
/// environment.set("NODE_ENV", "production");
/// let install = Install { manager: Manager::Npm, locked: true, development: false };
/// assert_eq!(act_in(&commands("npm ci")[0], &environment), Some(Act::Install(install)));
/// ```
pub fn act_in(command: &Command, environment: &Environment) -> Option<Act> {
    let call = Call { command, environment, arguments: command.arguments() };
    match command.program() {
        "npm" => node::npm(&call),
        "npx" | "pnpx" | "bunx" => node::runs(&call, &call.operands(&[])),
        "yarn" | "yarnpkg" => node::yarn(&call),
        "pnpm" => node::pnpm(&call),
        "bun" => node::bun(&call),
        "uv" => python::uv(&call),
        "poetry" => python::poetry(&call),
        "pipenv" => python::pipenv(&call),
        "mvn" | "mvnw" | "mvnd" => jvm::maven(&call),
        "gradle" | "gradlew" => jvm::gradle(&call),
        "go" => compiled::go(&call),
        "cargo" => compiled::cargo(&call),
        "dotnet" => compiled::dotnet(&call),
        "bundle" | "bundler" => scripted::bundle(&call),
        "gem" => scripted::gem(&call),
        "composer" | "composer.phar" => scripted::composer(&call),
        "apt-get" | "apt" | "aptitude" => system::apt(&call),
        "apk" => system::apk(&call),
        "dnf" | "microdnf" | "yum" | "tdnf" => system::dnf(&call),
        "zypper" => system::zypper(&call),
        "rm" => super::kept::emptied_by_rm(command).first().copied().map(Act::CleanCache),
        name if is_versioned(name, "pip") => python::pip(&call, Manager::Pip),
        name if is_versioned(name, "python") => python::python(&call),
        name if node::BUILDERS.contains(&name) => node::builder(name, &call),
        _ => None,
    }
}

/// Whether a command installs programs by their names, as tools: those of a Dockerfile's own choice,
/// which no list of the application names. A name added to the project (`uv add`, `go get`)
/// is none.
pub(crate) fn installs_tools(command: &Command) -> bool {
    let words: Vec<&str> = command.operands().filter(|word| !word.starts_with('+')).collect();
    match (command.program(), words.as_slice()) {
        ("npm" | "pnpm" | "bun", _) => command.has_flag(&["-g", "--global"]),
        ("yarn" | "yarnpkg" | "composer" | "composer.phar", ["global", ..])
        | ("dotnet" | "uv", ["tool", "install", ..])
        | ("pipx", ["install", ..])
        | ("gem", ["install", _, ..]) => true,
        ("cargo", ["install" | "binstall", _, ..]) => !command.has_flag(&["--path"]),
        ("go", ["install", rest @ ..]) => rest.iter().any(|word| word.contains('@')),
        _ => false,
    }
}

/// Whether a name is a program's, perhaps with a version: `pip`, `pip3`, `python3.12`.
pub(super) fn is_versioned(name: &str, program: &str) -> bool {
    name.strip_prefix(program)
        .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

/// What a command installs: by an install, or on the way of a build where the tool fetches what is
/// missing (`go build`, `mvn package`, `cargo build`, `dotnet publish`).
pub fn install_in(command: &Command, environment: &Environment) -> Option<Install> {
    let call = Call { command, environment, arguments: command.arguments() };
    let build = |manager, locked| Some(Install { manager, locked, development: false });
    match act_in(command, environment)? {
        Act::Install(install) => Some(install),
        Act::Build(Manager::Go) => build(Manager::Go, !call.values(&["-mod"]).contains(&"mod")),
        Act::Build(Manager::Maven) if !call.has(&["-o", "--offline"]) => {
            build(Manager::Maven, true)
        }
        Act::Build(Manager::Gradle) if !call.has(&["--offline"]) => build(Manager::Gradle, true),
        Act::Build(Manager::Cargo) if !call.has(&["--offline", "--frozen"]) => {
            build(Manager::Cargo, call.has(&["--locked"]))
        }
        Act::Build(Manager::Dotnet) if !call.has(&["--no-restore"]) => {
            build(Manager::Dotnet, compiled::restores_locked(&call))
        }
        _ => None,
    }
}
