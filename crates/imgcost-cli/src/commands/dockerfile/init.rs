//! `imgcost dockerfile init`: a good Dockerfile to start from.

use std::path::Path;

use imgcost_dockerfile::templates::{TEMPLATES, Template};

use crate::args::Global;
use crate::exit::Failure;
use crate::files;

pub(super) fn run(
    language: &str,
    pattern: Option<&str>,
    into: Option<&Path>,
    global: &Global,
) -> Result<(), Failure> {
    // The first of a language is its best known.
    let known = TEMPLATES.iter().filter(|template| template.language.name() == language);
    let wanted = |template: &&Template| pattern.is_none_or(|name| template.pattern.name() == name);
    let Some(found) = known.clone().find(wanted) else {
        let names: Vec<&str> = known.map(|template| template.pattern.name()).collect();
        return Err(Failure::usage(
            format!("there is no pattern {} for {language}", pattern.unwrap_or_default()),
            format!("its patterns are {}", names.join(", ")),
        ));
    };
    match into {
        Some(folder) => write(found, folder, global),
        None => {
            fresh(global.out_file.as_deref())?;
            files::deliver(global.out_file.as_deref(), |out| {
                out.write_all(found.dockerfile.as_bytes())
            })?;
            tell(global, "a .dockerignore belongs to it: --into DIR writes both");
            Ok(())
        }
    }
}

/// Both files, or none if one of them is there already. A folder that is not there is made.
fn write(template: &Template, folder: &Path, global: &Global) -> Result<(), Failure> {
    if global.out_file.is_some() {
        return Err(Failure::usage("--into and --out-file name two places", "give one of them"));
    }
    let texts = [("Dockerfile", template.dockerfile), (".dockerignore", template.dockerignore)];
    texts.iter().try_for_each(|(name, _)| fresh(Some(&folder.join(name))))?;
    std::fs::create_dir_all(folder).map_err(|error| {
        let message = format!("cannot make {}: {}", folder.display(), files::reason(&error));
        Failure::with_help(message, "--into names the folder that both files go into")
    })?;
    for (name, text) in texts {
        files::deliver(Some(&folder.join(name)), |out| out.write_all(text.as_bytes()))?;
        tell(global, &format!("wrote {}", folder.join(name).display()));
    }
    Ok(())
}

fn fresh(path: Option<&Path>) -> Result<(), Failure> {
    match path.filter(|path| path.exists()) {
        None => Ok(()),
        Some(path) => {
            let message = format!("{} exists already", path.display());
            Err(Failure::with_help(message, "name another place, or move that one away first"))
        }
    }
}

fn tell(global: &Global, text: &str) {
    if !global.quiet {
        eprintln!("{text}");
    }
}
