//! `imgcost init`: a commented fleet file, an example or that of a what-if.

mod defaults;
mod from;

use std::ffi::OsString;
use std::path::Path;

use crate::args::Global;
use crate::exit::Failure;
use crate::files;

/// The file that `init` writes; a test runs it.
const FLEET: &str = include_str!("init/fleet.toml");

pub(crate) fn run(whatif: &[OsString], global: &Global) -> Result<(), Failure> {
    if !whatif.is_empty() {
        return from::run(whatif, global);
    }
    fresh(global.out_file.as_deref())?;
    files::deliver(global.out_file.as_deref(), |out| out.write_all(FLEET.as_bytes()))
}

/// What somebody may have edited is not written over.
fn fresh(path: Option<&Path>) -> Result<(), Failure> {
    match path.filter(|path| path.exists()) {
        None => Ok(()),
        Some(path) => {
            let message = format!("{} exists already", path.display());
            Err(Failure::with_help(message, "name another file, or remove that one first"))
        }
    }
}
