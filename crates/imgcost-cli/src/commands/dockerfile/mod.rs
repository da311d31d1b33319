//! `imgcost dockerfile`: one file per subcommand.

mod built;
mod cache;
mod check;
mod context;
mod init;
mod opened;
mod scope;

use crate::args::{DockerfileCommand, Global};
use crate::exit::Failure;

pub(crate) fn run(command: &DockerfileCommand, global: &Global) -> Result<(), Failure> {
    match command {
        DockerfileCommand::Check(check) => check::run(check, global),
        DockerfileCommand::Cache(cache) => cache::run(cache, global),
        _ => Err(Failure::plain("not yet")),
        DockerfileCommand::Init { language, pattern, into } => {
            init::run(language, pattern.as_deref(), into.as_deref(), global)
        }
    }
}
