//! `imgcost completions`: shell completions on standard output.

use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Cli;
use crate::exit::Failure;
use crate::files;

pub(crate) fn run(shell: Shell, out_file: Option<&Path>) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "imgcost", &mut script);
    files::deliver(out_file, |out| out.write_all(&script))
}
