//! `imgcost dockerfile`: one file per subcommand.

mod init;
mod scope;

use crate::args::{DockerfileCommand, Global};
use crate::exit::Failure;

pub(crate) fn run(command: &DockerfileCommand, global: &Global) -> Result<(), Failure> {
    match command {
        DockerfileCommand::Init { language, pattern, into } => {
            init::run(language, pattern.as_deref(), into.as_deref(), global)
        }
        _ => Err(Failure::plain("not yet")),
    }
}
