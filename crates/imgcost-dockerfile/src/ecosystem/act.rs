use super::Manager;
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
        /// Their names.
        packages: Vec<String>,
    },
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
    /// Whether it takes what the lock file says, exactly, or stops.
    pub locked: bool,
    /// Whether what only development needs comes along.
    pub development: bool,
}

/// What a command does with packages; `None` if that is nothing known.
pub fn act(command: &Command) -> Option<Act> {
    let operands: Vec<&str> = command.operands().collect();
    let first = operands.first().copied().unwrap_or_default();
    match command.program() {
        "npm" => npm(command, first, &operands),
        "apt-get" | "apt" => system(Manager::Apt, command, first, &operands, "install"),
        "apk" => system(Manager::Apk, command, first, &operands, "add"),
        _ => None,
    }
}

fn npm(command: &Command, first: &str, operands: &[&str]) -> Option<Act> {
    let manager = Manager::Npm;
    match first {
        "ci" | "clean-install" | "install" | "i" | "add" => {
            if operands.len() > 1 && first != "ci" && first != "clean-install" {
                let packages = operands[1..].iter().map(ToString::to_string).collect();
                return Some(Act::Add { manager, packages, virtual_name: None });
            }
            let production = command.has_flag(&["--production", "--only"])
                || command.flag_value("--omit") == Some("dev")
                || command.variable("NODE_ENV") == Some("production");
            let locked = first == "ci" || first == "clean-install";
            Some(Act::Install(Install { manager, locked, development: !production }))
        }
        "run" | "run-script" => Some(Act::Build(manager)),
        "cache" => Some(Act::CleanCache(manager)),
        _ => None,
    }
}

fn system(
    manager: Manager,
    command: &Command,
    first: &str,
    operands: &[&str],
    add: &str,
) -> Option<Act> {
    let virtual_name = command.flag_value("--virtual").or(command.flag_value("-t"));
    let packages = operands.iter().skip(1).filter(|word| Some(**word) != virtual_name);
    let packages: Vec<String> = packages.map(ToString::to_string).collect();
    match first {
        found if found == add => {
            let virtual_name = virtual_name.map(str::to_owned);
            Some(Act::Add { manager, packages, virtual_name })
        }
        "remove" | "purge" | "autoremove" | "del" => Some(Act::Remove { manager, packages }),
        "update" => Some(Act::Update(manager)),
        "clean" => Some(Act::CleanCache(manager)),
        _ => None,
    }
}
