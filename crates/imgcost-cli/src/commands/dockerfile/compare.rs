//! `imgcost dockerfile compare`: the whole story of a change, for a review.

use std::path::{Path, PathBuf};

use imgcost_dockerfile::image::Built;
use imgcost_dockerfile::price::compare;
use imgcost_dockerfile::rules::{self, Finding, Settings};
use imgcost_report::{ComparedFile, DockerfileCompareReport};

use super::built::{Said, assumptions, built};
use super::object::{Sums, object, told};
use super::opened::{Opened, open};
use super::scope::{Scoped, scope};
use crate::args::{CompareDockerfiles, Document, Global};
use crate::exit::{Failure, both};
use crate::{files, result};

/// One of the two.
struct Side {
    opened: Opened,
    built: Built,
    findings: Vec<Finding>,
}

pub(super) fn run(asked: &CompareDockerfiles, global: &Global) -> Result<(), Failure> {
    let format = global.document()?;
    let scoped = scope(&asked.scope, &asked.images, global)?;
    let of = |path: &Path, image: &Option<String>, log: &Option<PathBuf>| {
        side(path, image.as_deref(), log.as_deref(), asked, &scoped, global)
    };
    let (old, new) = both(
        of(&asked.old, &asked.image_old, &asked.build_log_old),
        of(&asked.new, &asked.image_new, &asked.build_log_new),
    )?;
    let found = compare(
        scoped.priced_in(),
        (&old.opened.file, &old.built),
        (&new.opened.file, &new.built),
    )?;
    let Some(change) = found else { return Err(Failure::plain("there is no service to price")) };
    let mut taken = assumptions(&old.built, &scoped);
    for more in assumptions(&new.built, &scoped) {
        if !taken.contains(&more) {
            taken.push(more);
        }
    }
    let mut warnings = scoped.warnings.clone();
    for side in [&old, &new] {
        let name = &side.opened.file.name;
        warnings.extend(side.built.notes.iter().map(|note| format!("{name}: {note}")));
    }
    let mut prices = change.before.warnings.clone();
    prices.extend(
        change
            .after
            .warnings
            .iter()
            .filter(|&more| !change.before.warnings.contains(more))
            .cloned(),
    );
    warnings.extend(told(&prices));
    let report = DockerfileCompareReport {
        old: old.compared(),
        new: new.compared(),
        change: &change,
        scene: scoped.setting.clone(),
        currency: scoped.terms.currency,
        as_of: scoped.terms.as_of,
        assumptions: taken,
        warnings,
    };
    let colour = result::colour(global);
    files::deliver(global.out_file.as_deref(), |out| match format {
        Document::Text => imgcost_report::compare_text(&report, colour, out),
        Document::Json => imgcost_report::compare_json(&report, out),
        Document::Csv => imgcost_report::compare_csv(&report, out),
        Document::Markdown => imgcost_report::compare_markdown(&report, out),
    })?;
    let complete = change.before.complete && change.after.complete;
    object(prices, Sums::of(complete), global)
}

fn side(
    path: &Path,
    image: Option<&str>,
    build_log: Option<&Path>,
    asked: &CompareDockerfiles,
    scoped: &Scoped,
    global: &Global,
) -> Result<Side, Failure> {
    let opened = open(path, &asked.build, asked.images.platform.as_ref())?;
    let said = Said { image, compressed: asked.compressed, build_log, images: &asked.images };
    let built = built(&opened, said, scoped, global)?;
    let found = rules::check(&opened.file, &opened.plan, &opened.context, &Settings::default());
    Ok(Side { findings: found.findings, opened, built })
}

impl Side {
    fn compared(&self) -> ComparedFile<'_> {
        ComparedFile {
            dockerfile: &self.opened.file,
            plan: &self.opened.plan,
            findings: &self.findings,
            timed: self.built.times.basis,
        }
    }
}
