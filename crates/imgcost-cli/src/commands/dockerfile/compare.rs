//! `imgcost dockerfile compare`: the whole story of a change, for a review.

use std::path::Path;

use imgcost::fleet::{self, defaults::Assumption};
use imgcost::image::Image;
use imgcost_dockerfile::image::{
    Built, Evidence, Size, fits, from_evidence, from_evidence_beside, from_other,
};
use imgcost_dockerfile::price::compare;
use imgcost_dockerfile::rules::{self, Finding, Settings};
use imgcost_report::{ComparedFile, DockerfileCompareReport};

use super::built::{Said, assumptions, known, times};
use super::object::{Sums, object, told, unknown};
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
    let (old, new) = sides(asked, &scoped, global)?;
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
    let places = [&old, &new].map(|side| unknown(&side.opened.file, &side.built)).concat();
    object(prices, Sums::of(complete), &places, global)
}

/// Both files with their images. Where only one image is known the other is made of it, so that
/// both rest on the same bytes: half a comparison that is known says nothing.
fn sides(
    asked: &CompareDockerfiles,
    scoped: &Scoped,
    global: &Global,
) -> Result<(Side, Side), Failure> {
    let opened = |path: &Path| open(path, &asked.build, asked.images.platform.as_ref());
    let (old, new) = both(opened(&asked.old), opened(&asked.new))?;
    let said_old = said(asked, asked.image_old.as_deref(), asked.build_log_old.as_deref());
    let said_new = said(asked, asked.image_new.as_deref(), asked.build_log_new.as_deref());
    let fleet = of_fleet(asked, scoped, &new);
    let (known_old, known_new) =
        both(known(said_old, fleet.old, global), known(said_new, fleet.new, global))?;
    let (times_old, times_new) =
        both(times(&old, said_old.build_log, scoped), times(&new, said_new.build_log, scoped))?;
    let evidence = Evidence::built_in();
    let other = |opened: &Opened, times, of: &Opened, built: &Built| {
        from_other(&opened.file, &opened.plan, times, evidence, (&of.file, built))
    };
    let (built_old, built_new) = match (known_old, known_new) {
        (Some(there), Some(here)) => {
            (there.built(&old, times_old.0, scoped), here.built(&new, times_new.0, scoped))
        }
        (Some(there), None) => {
            let there = there.built(&old, times_old.0, scoped);
            let here = other(&new, times_new.0, &old, &there);
            (there, here)
        }
        (None, Some(here)) => {
            let here = here.built(&new, times_new.0, scoped);
            (other(&old, times_old.0, &new, &here), here)
        }
        (None, None) => {
            let Opened { file, plan, .. } = &old;
            let there = from_evidence(file, plan, times_old.0, evidence, scoped.ratio);
            let Opened { file, plan, .. } = &new;
            let beside = (&old.file, &there);
            let here = from_evidence_beside(file, plan, times_new.0, evidence, beside);
            (there, here)
        }
    };
    let side = |opened: Opened, mut built: Built, notes: Vec<String>, told| {
        built.notes.extend(notes);
        built.assumptions.extend(told);
        let Opened { file, plan, context } = &opened;
        let findings = rules::check(file, plan, context, &Settings::default()).findings;
        Side { findings, opened, built }
    };
    Ok((
        side(old, built_old, times_old.1, fleet.told_old),
        side(new, built_new, times_new.1, fleet.told_new),
    ))
}

fn said<'a>(
    asked: &'a CompareDockerfiles,
    image: Option<&'a str>,
    build_log: Option<&'a Path>,
) -> Said<'a> {
    Said { image, compressed: asked.compressed, build_log, images: &asked.images }
}

/// What the fleet file says of the two images.
#[derive(Default)]
struct OfFleet {
    old: Option<Size>,
    new: Option<Size>,
    told_old: Option<Assumption>,
    told_new: Option<Assumption>,
}

/// The old image is the service's, the one that `--side` names; the new one is its `after` where the fleet
/// tells both apart, no flag says otherwise, and it is no smaller than the base of the new file.
fn of_fleet(asked: &CompareDockerfiles, scoped: &Scoped, new: &Opened) -> OfFleet {
    let Some(given) = &scoped.given else { return OfFleet::default() };
    let service = &scoped.services[scoped.index];
    let size = |image: &Image| Some(Size::Compressed(image.compressed()));
    let told = |name: &str, path: &Path, side: &str| {
        Some(Assumption {
            name: name.into(),
            value: format!("{} builds `{side}` of service {}", files::name(path), service.name),
            basis: "fleet file".into(),
            source: "the fleet file; --image-old and --image-new say otherwise".into(),
        })
    };
    let mut found = OfFleet::default();
    if asked.image_old.is_none() {
        let side = scoped.side.name();
        (found.old, found.told_old) = (size(given), told("image-old", &asked.old, side));
    }
    let plain = asked.image_old.is_none() && asked.image_new.is_none();
    let planned = service.image(fleet::Side::After);
    let size_planned = planned.compressed();
    let tells_apart = scoped.side == fleet::Side::Before && size_planned != given.compressed();
    if plain && tells_apart && fits(&new.file, Evidence::built_in(), size_planned) {
        (found.new, found.told_new) = (size(planned), told("image-new", &asked.new, "after"));
    }
    found
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
