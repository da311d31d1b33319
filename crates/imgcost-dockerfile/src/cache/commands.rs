//! What a `RUN` is about, and what it leaves.

use super::paths::Writes;
use super::step::Role;
use crate::ecosystem::{Act, Environment, Manager, act_in, install_in, package_name};
use crate::read::Run;
use crate::shell::Command;

/// What the commands of a `RUN` do, taken together.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) role: Role,
    /// Whether it names packages of the application itself: then another version is another line here.
    pub(super) named: bool,
    /// Whether it leaves the same files however often it runs, as long as lists and base are the same.
    pub(super) stable: bool,
    pub(super) writes: Writes,
}

/// Tools that are installed to install or build, and are no packages of the application.
const TOOLS: [&str; 12] = [
    "npm",
    "yarn",
    "pnpm",
    "corepack",
    "pip",
    "setuptools",
    "wheel",
    "uv",
    "poetry",
    "pipenv",
    "bundler",
    "composer",
];

/// Commands that change nothing that other commands leave.
const QUIET: [&str; 14] = [
    "set", "cd", "echo", "export", "true", ":", "test", "[", "ls", "printf", "env", "which",
    "umask", "pwd",
];

/// Commands that write files of the operating system only.
const SETTING_UP: [&str; 9] = [
    "addgroup",
    "adduser",
    "groupadd",
    "useradd",
    "usermod",
    "update-ca-certificates",
    "ldconfig",
    "locale-gen",
    "corepack",
];

pub(super) fn done(
    run: &Run,
    workdir: &str,
    environment: &mut Environment,
    installed: &mut Vec<Manager>,
) -> Done {
    let mut facts = Facts::default();
    for command in &run.commands {
        facts.see(command, environment, installed);
        environment.learn(command);
    }
    if run.commands.is_empty() {
        facts.other = true;
    }
    let role = match &facts {
        found if found.installs => Role::Dependencies,
        found if found.builds => Role::Build,
        found if found.system => Role::System,
        _ => Role::Setup,
    };
    let only_installs = (facts.installs || facts.prunes) && !facts.builds && !facts.other;
    let elsewhere = run.commands.iter().any(|command| command.program() == "cd") || facts.anywhere;
    Done {
        role,
        named: facts.named,
        stable: only_installs && !facts.unstable,
        writes: match (&facts, only_installs) {
            (found, true) if !elsewhere && !found.system => Writes::Packages(workdir.to_owned()),
            (found, _) if found.other || found.installs || found.prunes => Writes::Anything,
            (found, _) if found.builds => match found.system {
                true => Writes::Anything,
                false => Writes::NoPackages,
            },
            (found, _) if found.system => Writes::System,
            _ => Writes::Nothing,
        },
    }
}

#[derive(Debug, Default)]
struct Facts {
    installs: bool,
    named: bool,
    /// It takes packages away that only development needs; what stays is what the lock file says.
    prunes: bool,
    builds: bool,
    system: bool,
    other: bool,
    /// An install whose files differ each time, or that takes what is newest.
    unstable: bool,
    /// An install that writes outside of folders that are known to hold packages.
    anywhere: bool,
}

impl Facts {
    fn see(&mut self, command: &Command, environment: &Environment, installed: &mut Vec<Manager>) {
        match act_in(command, environment) {
            Some(Act::Install(install)) => {
                self.install(install.manager, install.locked, installed);
            }
            Some(Act::Add { manager, .. }) if manager.is_system() => self.system = true,
            Some(Act::Add { manager, packages, .. }) => {
                let global = command.has_flag(&["-g", "--global"]);
                let tool = |package: &String| TOOLS.contains(&package_name(manager, package));
                if global || packages.iter().all(tool) {
                    self.system = true;
                } else {
                    self.named = true;
                    self.install(manager, false, installed);
                }
            }
            Some(Act::Remove { manager, .. } | Act::Update(manager)) if manager.is_system() => {
                self.system = true;
            }
            Some(Act::Prune(_)) => self.prunes = true,
            Some(Act::CleanCache(_)) => {}
            Some(Act::Build(manager)) => {
                // A build fetches what no install has fetched before it.
                if let Some(install) = install_in(command, environment)
                    && !installed.contains(&manager)
                {
                    self.install(manager, install.locked, installed);
                }
                self.builds = true;
            }
            Some(Act::Remove { .. } | Act::Update(_)) => self.other = true,
            None if QUIET.contains(&command.program()) => {}
            None if SETTING_UP.contains(&command.program()) => self.system = true,
            None if command.words.is_empty() => {}
            None => self.other = true,
        }
    }

    fn install(&mut self, manager: Manager, locked: bool, installed: &mut Vec<Manager>) {
        self.installs = true;
        if !installed.contains(&manager) {
            installed.push(manager);
        }
        // Compiled Python files carry the time of their source, which is that of the install.
        let python =
            matches!(manager, Manager::Pip | Manager::Uv | Manager::Poetry | Manager::Pipenv);
        self.unstable |= !locked || python;
        let node = matches!(manager, Manager::Npm | Manager::Yarn | Manager::Pnpm | Manager::Bun);
        self.anywhere |= !node;
    }
}
