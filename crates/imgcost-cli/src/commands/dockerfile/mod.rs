//! `imgcost dockerfile`: one file per subcommand.

mod built;
mod cache;
mod check;
mod compare;
mod context;
mod cost;
mod init;
mod object;
mod opened;
mod scope;

use crate::args::{DockerfileCommand, Global};
use crate::exit::Failure;

pub(crate) fn run(command: &DockerfileCommand, global: &Global) -> Result<(), Failure> {
    match command {
        DockerfileCommand::Check(check) => check::run(check, global),
        DockerfileCommand::Cache(cache) => cache::run(cache, global),
        DockerfileCommand::Cost(cost) => cost::run(cost, global),
        DockerfileCommand::Compare(compare) => compare::run(compare, global),
        DockerfileCommand::Init { language, pattern, into } => {
            init::run(language, pattern.as_deref(), into.as_deref(), global)
        }
    }
}
