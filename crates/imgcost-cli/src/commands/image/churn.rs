//! `imgcost image churn`: how versions of one image really changed.

use std::fs::File;
use std::path::Path;

use imgcost::image::{Release, churn};
use imgcost_image::{ReadLayers, Reference, release};
use imgcost_report::ChurnReport;

use crate::args::{Document, Global, ImageArgs};
use crate::exit::{Failure, Problem};
use crate::images::Images;
use crate::{files, result};

/// The versions asked for.
pub(crate) struct Wanted<'w> {
    pub(crate) references: &'w [Reference],
    pub(crate) history: Option<&'w Path>,
    pub(crate) names: &'w [String],
    pub(crate) limit: u32,
    pub(crate) ratio: Option<&'w str>,
}

pub(crate) fn run(wanted: &Wanted<'_>, images: &ImageArgs, global: &Global) -> Result<(), Failure> {
    let images = Images::new(images, global);
    let (name, releases) = match wanted.history {
        Some(path) => (history_name(path, wanted.names), history(path, wanted.names)?),
        None => versions(wanted, &images)?,
    };
    if releases.len() < 2 {
        let message = format!("churn needs at least two versions, and there is {}", releases.len());
        return Err(Failure::with_help(message, "name the versions of one image, oldest first"));
    }
    let changed = churn(&releases);
    let report = ChurnReport { name, releases: &releases, churn: &changed, notes: images.notes() };
    let colour = result::colour(global);
    let format = global.document()?;
    files::deliver(global.out_file.as_deref(), |out| match format {
        Document::Text => imgcost_report::churn_text(&report, colour, out),
        Document::Json => imgcost_report::churn_json(&report, out),
        Document::Csv => imgcost_report::churn_csv(&report, out),
        Document::Markdown => imgcost_report::churn_markdown(&report, out),
    })
}

fn history_name(path: &Path, names: &[String]) -> String {
    match names {
        [] => path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        names => names.join(" and "),
    }
}

fn history(path: &Path, names: &[String]) -> Result<Vec<Release>, Failure> {
    let file = File::open(path).map_err(|error| {
        Failure::plain(format!("cannot read {}: {}", path.display(), files::reason(&error)))
    })?;
    imgcost_read::read_history(&path.display().to_string(), file, names).map_err(|problems| {
        let problem = |diagnostic| Problem { diagnostic, text: None };
        Failure::Problems(problems.into_iter().map(problem).collect())
    })
}

/// Versions by reference, in the order given; a repository as a whole gives its tags by time.
fn versions(wanted: &Wanted<'_>, images: &Images<'_>) -> Result<(String, Vec<Release>), Failure> {
    let (ratio, _) = super::ratio(wanted.ratio)?;
    let mut releases = Vec::new();
    for reference in wanted.references {
        let found = match reference {
            Reference::Registry { version: None, .. } => {
                images.versions(reference, wanted.limit)?
            }
            _ => images.open(reference, ReadLayers::No)?,
        };
        for image in found.iter() {
            releases.push(release(image, ratio)?);
        }
    }
    let name = wanted.references.last().map_or(String::new(), name);
    Ok((name, releases))
}

/// What the image is called, without its version.
fn name(reference: &Reference) -> String {
    let file = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    match reference {
        Reference::Registry { repository, .. } => repository.clone(),
        Reference::Oci { folder, .. } => {
            folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
        }
        Reference::OciArchive { file: path, .. }
        | Reference::DockerArchive { file: path, .. }
        | Reference::Archive { file: path, .. }
        | Reference::Manifest { file: path, .. } => file(path),
    }
}
