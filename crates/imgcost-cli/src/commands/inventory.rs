//! `imgcost inventory`: a fleet file from what people already have.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use imgcost_inventory::{Input, Inventory, InventoryError, fleet_toml};

use crate::args::{Format, Global, Source};
use crate::exit::Failure;
use crate::{files, progress};

pub(crate) fn run(source: Source, paths: &[PathBuf], global: &Global) -> Result<(), Failure> {
    if global.format != Format::Text {
        let help = "leave --format out: what is written is a fleet file";
        return Err(Failure::with_help("an inventory has no other format", help));
    }
    if source == Source::Csv {
        return csv(paths, global);
    }
    let inputs = paths.iter().map(|path| input(path, global)).collect::<Result<Vec<_>, _>>()?;
    let read: fn(Vec<Input<'_>>) -> Result<Inventory, InventoryError> = match source {
        Source::Kubernetes => imgcost_inventory::kubernetes,
        Source::Ecr => imgcost_inventory::ecr,
        Source::ArtifactRegistry => imgcost_inventory::artifact_registry,
        Source::Acr => imgcost_inventory::acr,
        Source::Harbor => imgcost_inventory::harbor,
        Source::RegistryLog => imgcost_inventory::registry_log,
        Source::Cloudtrail => imgcost_inventory::cloudtrail,
        Source::Docker => imgcost_inventory::docker,
        Source::Csv => return csv(paths, global),
    };
    deliver(&read(inputs)?, global)
}

fn deliver(inventory: &Inventory, global: &Global) -> Result<(), Failure> {
    let toml = fleet_toml(inventory);
    files::deliver(global.out_file.as_deref(), |out| out.write_all(toml.as_bytes()))
}

fn input(path: &Path, global: &Global) -> Result<Input<'static>, Failure> {
    if files::is_stdin(path) {
        return Ok(Input { name: files::name(path), reader: Box::new(io::stdin().lock()) });
    }
    let failed = |error: &io::Error| {
        Failure::plain(format!("cannot read {}: {}", path.display(), files::reason(error)))
    };
    let file = File::open(path).map_err(|error| failed(&error))?;
    if file.metadata().is_ok_and(|found| found.is_dir()) {
        return Err(Failure::plain(format!("cannot read {}: it is a directory", path.display())));
    }
    let reader: Box<dyn Read> = Box::new(BufReader::new(progress::bytes(path, global).watch(file)));
    Ok(Input { name: files::name(path), reader })
}

/// A fleet file around lists of services that are there already.
fn csv(paths: &[PathBuf], global: &Global) -> Result<(), Failure> {
    let mut names = Vec::new();
    for path in paths {
        let text = path.display().to_string();
        if files::is_stdin(path) {
            let help = "write the list to a file: the fleet file names it";
            return Err(Failure::with_help(
                "a list of services cannot be read from standard input",
                help,
            ));
        }
        if !path.is_file() {
            return Err(Failure::plain(format!("cannot read {text}: there is no such file")));
        }
        // Lists are relative to the fleet file, wherever that is written.
        let elsewhere = global.out_file.as_ref().and_then(|file| file.parent());
        names.push(match elsewhere.filter(|folder| !folder.as_os_str().is_empty()) {
            Some(_) => std::path::absolute(path).map_or(text, |path| path.display().to_string()),
            None => text,
        });
    }
    let toml = imgcost_inventory::fleet_of_lists(&names);
    files::deliver(global.out_file.as_deref(), |out| out.write_all(toml.as_bytes()))
}

impl From<InventoryError> for Failure {
    fn from(error: InventoryError) -> Self {
        Self::Plain { message: error.to_string(), help: error.help }
    }
}
