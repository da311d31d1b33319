//! The image that a Dockerfile builds: a real one, one of which the size is known, or what evidence says.

use std::path::Path;

use imgcost::fleet::defaults::{Assumption, INSTALL_TIME};
use imgcost::units::{Compressed, Unpacked, parse_bytes};
use imgcost_dockerfile::image::{
    Built, Evidence, Size, Times, from_evidence, from_layers, from_size,
};
use imgcost_image::{Inspection, ReadLayers, Reference};

use super::opened::{self, Opened};
use super::scope::Scoped;
use crate::args::{Global, ImageArgs};
use crate::exit::Failure;
use crate::files;
use crate::images::{self, Images};

/// What flags say about an image.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said<'a> {
    pub(super) image: Option<&'a str>,
    pub(super) compressed: bool,
    pub(super) build_log: Option<&'a Path>,
    pub(super) images: &'a ImageArgs,
}

impl<'a> Said<'a> {
    pub(super) fn of(built: &'a crate::args::Built) -> Self {
        Self {
            image: built.image.as_deref(),
            compressed: built.compressed,
            build_log: built.build_log.as_deref(),
            images: &built.images,
        }
    }
}

pub(super) fn built(
    opened: &Opened,
    said: Said<'_>,
    scoped: &Scoped,
    global: &Global,
) -> Result<Built, Failure> {
    let Opened { file, plan, .. } = opened;
    let (times, notes) = times(opened, said.build_log, scoped)?;
    let size = scoped.given.as_ref().map(|image| Size::Compressed(image.compressed()));
    let mut built = match known(said, size, global)? {
        Some(known) => known.built(opened, times, scoped),
        None => from_evidence(file, plan, times, Evidence::built_in(), scoped.ratio),
    };
    built.notes.extend(notes);
    Ok(built)
}

/// What is known of an image.
pub(super) enum Known {
    /// All of it.
    Read(Box<Inspection>),
    Sized(Size),
}

/// What a flag says of an image; what the fleet file says of it otherwise.
pub(super) fn known(
    said: Said<'_>,
    fleet: Option<Size>,
    global: &Global,
) -> Result<Option<Known>, Failure> {
    let Some(text) = said.image else { return Ok(fleet.map(Known::Sized)) };
    if Reference::is_meant(text) {
        let images = Images::new(said.images, global);
        let reference = Reference::parse(text)?;
        let found = images.open(&reference, ReadLayers::Yes)?;
        let image = images::single(&reference, &found)?.clone();
        return Ok(Some(Known::Read(Box::new(image))));
    }
    let bytes = parse_bytes(text).map_err(|error| Failure::with_help(error.problem, error.help))?;
    Ok(Some(Known::Sized(match said.compressed {
        true => Size::Compressed(Compressed(bytes)),
        false => Size::Unpacked(Unpacked(bytes)),
    })))
}

impl Known {
    pub(super) fn built(&self, opened: &Opened, times: Times, scoped: &Scoped) -> Built {
        let Opened { file, plan, .. } = opened;
        let ratio = scoped.ratio;
        match self {
            Self::Read(image) => from_layers(file, plan, times, ratio, image),
            Self::Sized(size) => from_size(file, plan, times, Evidence::built_in(), ratio, *size),
        }
    }
}

/// How long steps take: as a build's log tells, or as long as an install is taken to.
pub(super) fn times(
    opened: &Opened,
    log: Option<&Path>,
    scoped: &Scoped,
) -> Result<(Times, Vec<String>), Failure> {
    let install = scoped.services[scoped.index].install_time;
    let Opened { file, plan, .. } = opened;
    let Some(path) = log else {
        return Ok((Times::of_installs(file, plan, install), Vec::new()));
    };
    let (times, notes) = of_log(opened, path)?;
    Ok((times.with_untold_installs(file, plan, install), notes))
}

/// How long steps take, as a build's log tells.
pub(super) fn of_log(opened: &Opened, path: &Path) -> Result<(Times, Vec<String>), Failure> {
    let text = files::text(path)?;
    let name = files::name(path);
    let log = imgcost_dockerfile::log::read(&name, &text, &opened.file)
        .map_err(|problem| opened::failure(&name, vec![problem], &text))?;
    let mut notes: Vec<String> =
        log.unmapped.iter().map(|step| format!("{name}: {}: {}", step.name, step.why)).collect();
    let cached = log.cached.iter().filter(|step| step.instruction.is_some()).count();
    if cached > 0 {
        let steps = if cached == 1 { "one step".to_owned() } else { format!("{cached} steps") };
        notes.push(format!(
            "{name}: {steps} came from the cache, and what those take it does not tell: the log of a build with --no-cache tells all"
        ));
    }
    Ok((log.into_times(), notes))
}

/// What was taken for granted about image and build.
pub(super) fn assumptions(built: &Built, scoped: &Scoped) -> Vec<Assumption> {
    let found = &built.assumptions;
    // What the scene says about sizes and installs is told by what was made of it here.
    let told = |other: &&Assumption| {
        other.name != INSTALL_TIME.name && found.iter().all(|own| own.name != other.name)
    };
    let rest: Vec<Assumption> = scoped.assumptions.iter().filter(told).cloned().collect();
    [found.clone(), rest].concat()
}
