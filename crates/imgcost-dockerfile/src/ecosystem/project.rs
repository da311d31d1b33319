//! Installs in two steps: the packages first, and the project itself once its sources are there. The
//! second step finds the packages in place and fetches none of them.

use super::{Act, Environment, Manager, act_in};
use crate::shell::Command;

/// Flags of uv that leave the project out: <https://docs.astral.sh/uv/guides/integration/docker/>.
const WITHOUT_PROJECT: [&str; 3] =
    ["--no-install-project", "--no-install-workspace", "--no-install-local"];

/// Whose packages a command installs without the project.
pub(super) fn begins(command: &Command, environment: &Environment) -> Option<Manager> {
    let Some(Act::Install(install)) = act_in(command, environment) else { return None };
    let says = |names: &[&str]| command.has_flag(names);
    let begins = match install.manager {
        Manager::Uv => leaves_project_out(command, environment),
        Manager::Poetry => says(&["--no-root"]),
        Manager::Pnpm => !deploys(command),
        Manager::Composer => says(&["--no-autoloader", "--no-scripts"]),
        _ => false,
    };
    begins.then_some(install.manager)
}

/// Whether an install adds the project to packages that are in place, or takes packages from a store
/// that is filled: `uv sync` after `uv sync --no-install-project`, `pnpm deploy` after `pnpm install`.
pub(crate) fn completes(command: &Command, environment: &Environment) -> bool {
    let Some(Act::Install(install)) = act_in(command, environment) else { return false };
    let begun = environment.has_begun(install.manager);
    let says = |names: &[&str]| command.has_flag(names);
    match install.manager {
        Manager::Uv => {
            let syncs = command.operands().next() == Some("sync");
            begun && syncs && !leaves_project_out(command, environment)
        }
        Manager::Poetry => says(&["--only-root"]) || (begun && !says(&["--no-root"])),
        Manager::Pnpm => begun && (deploys(command) || says(&["--offline"])),
        Manager::Composer => begun && !says(&["--no-autoloader"]),
        Manager::Pip => says(&["--no-deps"]) && !says(&["-r", "--requirement"]),
        _ => false,
    }
}

fn deploys(command: &Command) -> bool {
    command.operands().any(|word| word == "deploy")
}

/// Whether uv is told to leave out the project, which changes with its sources.
pub(crate) fn leaves_project_out(command: &Command, environment: &Environment) -> bool {
    let variable = "UV_NO_INSTALL_PROJECT";
    let set = command.variable(variable).or_else(|| environment.get(variable));
    command.has_flag(&WITHOUT_PROJECT) || set.is_some_and(super::call::is_on)
}
