//! What a `RUN` is about, and what it leaves.

use super::derived::made_of_lists;
use super::place::Place;
use super::step::Role;
use super::written::{named, redirected, written};
use crate::ecosystem::{
    Act, Environment, Manager, Whereabouts, act_in, completes, install_in, installs_tools,
    leaves_project_out, package_folders, package_name,
};
use crate::read::Run;
use crate::shell::Command;

/// What the commands of a `RUN` do, taken together.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) role: Role,
    /// Whether it names packages of the application itself: then another version is another line here.
    pub(super) named: bool,
    pub(super) left: Vec<Left>,
}

/// What one command leaves.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Left {
    pub(super) place: Place,
    /// Whether it leaves the same files however often it runs, as long as lists and base are the same.
    pub(super) repeats: bool,
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

/// Builders that keep a cache among the packages: babel-loader's and Nuxt's are in
/// `node_modules/.cache`. One that `npm run build` calls is not seen, and packages are taken to stay.
const CACHING: [&str; 4] = ["react-scripts", "vue-cli-service", "nuxt", "nuxi"];

/// Commands that leave nothing but what they say, if that goes into a file.
const QUIET: [&str; 14] = [
    "set", "cd", "echo", "export", "true", ":", "test", "[", "ls", "printf", "env", "which",
    "umask", "pwd",
];

/// Commands that do the same to the files they find whenever they run: what is there afterwards is
/// different only if it was before.
const REPEATED: [&str; 8] = ["chgrp", "chmod", "chown", "ln", "mkdir", "rm", "rmdir", "find"];

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
    let mut at = Whereabouts::new(workdir, None);
    for command in &run.commands {
        at.enter(command);
        facts.see(command, &at, environment, installed);
        environment.learn(command);
    }
    if run.commands.is_empty() {
        facts.leave(Place::Anywhere("a script".to_owned()), false);
    }
    let role = match &facts {
        found if found.installs => Role::Dependencies,
        found if found.builds => Role::Build,
        found if found.system => Role::System,
        _ => Role::Setup,
    };
    Done { role, named: facts.named, left: facts.left }
}

#[derive(Debug, Default)]
struct Facts {
    installs: bool,
    named: bool,
    builds: bool,
    system: bool,
    left: Vec<Left>,
}

impl Facts {
    fn leave(&mut self, place: Place, repeats: bool) {
        self.left.push(Left { place, repeats });
    }

    fn see(
        &mut self,
        command: &Command,
        at: &Whereabouts,
        environment: &Environment,
        installed: &mut Vec<Manager>,
    ) {
        let folder = at.folder();
        let packages = |manager| Place::Packages {
            manager,
            workdir: folder.to_owned(),
            arguments: command.arguments().to_vec(),
            folders: package_folders(command, environment, at),
        };
        if let Some(left) = made_of_lists(command, folder) {
            self.left.extend(left);
            return;
        }
        let program = command.program();
        match act_in(command, environment) {
            Some(Act::Install(install)) => {
                let repeats = install.locked && repeats(command, install.manager, environment);
                // Of the time and the size of an install nothing is left.
                match completes(command, environment) {
                    true => self.builds = true,
                    false => self.install(install.manager, installed),
                }
                self.leave(packages(install.manager), repeats);
            }
            _ if installs_tools(command) => self.set_up(folder),
            Some(Act::Add { manager, .. }) if manager.is_system() => self.set_up(folder),
            Some(Act::Add { manager, packages: names, .. }) => {
                let tool = |package: &String| TOOLS.contains(&package_name(manager, package));
                if names.iter().all(tool) {
                    self.set_up(folder);
                } else {
                    self.named = true;
                    self.install(manager, installed);
                    self.leave(packages(manager), false);
                }
            }
            Some(Act::Remove { manager, .. } | Act::Update(manager)) => match manager.is_system() {
                true => self.set_up(folder),
                false => self.leave(packages(manager), false),
            },
            // What stays is what the lock file says.
            Some(Act::Prune(manager)) => self.leave(packages(manager), true),
            Some(Act::CleanCache(_)) => {}
            Some(Act::Build(manager)) => {
                // A build fetches what no install has fetched before it.
                if install_in(command, environment).is_some() && !installed.contains(&manager) {
                    self.install(manager, installed);
                    self.leave(packages(manager), false);
                }
                self.builds = true;
                self.leave(Place::Built { workdir: folder.to_owned() }, false);
                named(command).for_each(|place| self.leave(place, false));
                if command.words.iter().any(|word| CACHING.contains(&word.as_str())) {
                    self.leave(Place::At(at.path("node_modules/.cache")), false);
                }
            }
            None if SETTING_UP.contains(&program) => self.set_up(folder),
            // `echo $(date) > built`.
            None if QUIET.contains(&program) => {
                if says_something_new(command) {
                    redirected(command, folder)
                        .into_iter()
                        .for_each(|place| self.leave(place, false));
                }
            }
            None if REPEATED.contains(&program) || command.words.is_empty() => {}
            None => match written(command, folder) {
                Some(places) => places.into_iter().for_each(|place| self.leave(place, false)),
                None => self.leave(Place::Anywhere(program.to_owned()), false),
            },
        }
    }

    fn set_up(&mut self, folder: &str) {
        self.system = true;
        self.leave(Place::System { workdir: folder.to_owned() }, false);
    }

    fn install(&mut self, manager: Manager, installed: &mut Vec<Manager>) {
        self.installs = true;
        if !installed.contains(&manager) {
            installed.push(manager);
        }
    }
}

/// Whether what a command prints may differ from run to run.
fn says_something_new(command: &Command) -> bool {
    command.words.iter().any(|word| word.contains(['$', '`']))
}

/// Whether an install of the same lists leaves the same bytes whenever it runs; their times do not
/// count, BuildKit leaves them out when it compares files.
///
/// Two installs of the same packages were compared file by file (npm 11, Yarn 1.22, pnpm 9, pip 23, uv
/// 0.13; 2026-11): npm, Yarn and uv leave the same. pip compiles what it installs, and a `.pyc` carries
/// the time of its source, which is that of the install (PEP 552); pnpm keeps the time of its last
/// pruning in `node_modules/.modules.yaml`. Go's modules are what `go.sum` has the hashes of
/// (<https://go.dev/ref/mod#module-cache>). Others were not measured and are taken to differ.
fn repeats(command: &Command, manager: Manager, environment: &Environment) -> bool {
    let set = |name: &str| environment.get(name).is_some_and(|value| value != "0");
    match manager {
        Manager::Npm | Manager::Yarn | Manager::Go => true,
        Manager::Pip => command.has_flag(&["--no-compile"]) || set("PIP_NO_COMPILE"),
        Manager::Uv => {
            let compiles = command.has_flag(&["--compile-bytecode"]) || set("UV_COMPILE_BYTECODE");
            // Unless it is copied, the project is a path to its sources.
            let copies = command.has_flag(&["--no-editable"]) || set("UV_NO_EDITABLE");
            !compiles && (!copies || leaves_project_out(command, environment))
        }
        _ => false,
    }
}
