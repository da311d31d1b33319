//! `imgcost init`: a commented fleet file that works as it stands.

use std::path::Path;

use crate::exit::Failure;
use crate::files;

/// The file that `init` writes; a test runs it.
const FLEET: &str = include_str!("init.toml");

pub(crate) fn run(out_file: Option<&Path>) -> Result<(), Failure> {
    if let Some(path) = out_file.filter(|path| path.exists()) {
        let message = format!("{} exists already", path.display());
        return Err(Failure::with_help(message, "name another file, or remove that one first"));
    }
    files::deliver(out_file, |out| out.write_all(FLEET.as_bytes()))
}
