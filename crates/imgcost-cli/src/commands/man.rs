//! `imgcost man`: manual pages, made from what `--help` says.

use std::path::Path;

use clap::Command;
use clap_mangen::Man;

use crate::args::{self, Global};
use crate::exit::Failure;
use crate::files;

pub(crate) fn run(folder: Option<&Path>, global: &Global) -> Result<(), Failure> {
    let mut command = args::command().disable_help_subcommand(true);
    // Gives commands their full names, and the flags that all have.
    command.build();
    let Some(folder) = folder else {
        let out_file = global.out_file.as_deref();
        return files::deliver(out_file, |out| page(&command).render(out));
    };
    if global.out_file.is_some() {
        return Err(Failure::usage("DIR and --out-file name two places", "give one of them"));
    }
    let failed = |error| {
        Failure::plain(format!("cannot write to {}: {}", folder.display(), files::reason(&error)))
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mut left = vec![&command];
    while let Some(next) = left.pop() {
        let page = page(next);
        files::deliver(Some(&folder.join(page.get_filename())), |out| page.render(out))?;
        left.extend(next.get_subcommands());
    }
    Ok(())
}

fn page(command: &Command) -> Man {
    let source = format!("imgcost {}", env!("CARGO_PKG_VERSION"));
    Man::new(command.clone()).source(source).manual("imgcost")
}
