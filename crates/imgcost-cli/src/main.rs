//! The `imgcost` command: reads, asks the model, writes. It does no arithmetic of its own.

mod args;
mod commands;
mod exchange;
mod exit;
mod files;
mod fleet_file;
mod images;
mod price_book;
mod progress;
mod render;
mod result;
mod scene;
mod secrets;

use std::process::ExitCode;

use clap::FromArgMatches;

use args::{Cli, Command};
use exit::Failure;

fn main() -> ExitCode {
    let parsed = args::command().try_get_matches();
    let read = parsed.and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, matches)));
    let (cli, matches) = match read {
        Ok((cli, matches)) => (Cli { global: cli.global.settled(), ..cli }, matches),
        Err(error) => return render::usage(&error),
    };
    match args::one_from_stdin(&matches).and_then(|()| run(&cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            render::failure(&failure, cli.global.color);
            failure.code()
        }
    }
}

fn run(cli: &Cli) -> Result<(), Failure> {
    let global = &cli.global;
    let out_file = global.out_file.as_deref();
    match &cli.command {
        Command::Whatif(whatif) => commands::whatif::run(whatif, global),
        Command::Estimate { fleet, side, images, exchange } => {
            commands::estimate::run(fleet, (*side).into(), images, exchange, global)
        }
        Command::Compare { fleet, other, baseline, side, images, exchange } => {
            match &baseline.baseline {
                None => {
                    let (other, side) = (other.as_deref(), (*side).into());
                    commands::compare::run(fleet, other, side, images, exchange, global)
                }
                Some(file) => {
                    commands::baseline::no_exchange(exchange)?;
                    let earlier = commands::baseline::Earlier::of(file, baseline);
                    commands::baseline::run(fleet, earlier, (*side).into(), images, global)
                }
            }
        }
        Command::Check { fleet, gates, side, images } => {
            commands::check::run(fleet, gates, (*side).into(), images, global)
        }
        Command::Explain { fleet, service, line, side, images } => {
            let only = commands::explain::Only {
                service: service.as_deref(),
                component: line.as_deref(),
                side: side.map(Into::into),
            };
            commands::explain::run(fleet, only, images, global)
        }
        Command::Dockerfile { command } => commands::dockerfile::run(command, global),
        Command::Image { command } => commands::image::run(command, global),
        Command::Inventory { source, files } => commands::inventory::run(*source, files, global),
        Command::Prices { command } => commands::prices::run(command, global),
        Command::Serve(serve) => commands::serve::run(serve, global),
        Command::Init { from } => commands::init::run(from, global),
        Command::Schema { of } => commands::schema::run(of.as_deref(), out_file),
        Command::Man { folder } => commands::man::run(folder.as_deref(), global),
        Command::Completions { shell } => commands::completions::run(*shell, out_file),
    }
}
