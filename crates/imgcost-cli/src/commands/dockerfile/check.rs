//! `imgcost dockerfile check`: what could be better, and what each of it would save.

use std::path::Path;

use imgcost::estimate::Warning;
use imgcost::fleet::defaults::Assumption;
use imgcost_dockerfile::image::Evidence;
use imgcost_dockerfile::price::savings;
use imgcost_dockerfile::rules::{self, Settings, Severity};
use imgcost_report::{CheckReport, CheckedFile, PricedFinding};

use super::built::{Said, assumptions, built};
use super::object::{Sums, object, told, unknown};
use super::opened::{self, open};
use super::scope::{Scoped, scope};
use crate::args::{Check, Document, FailOn, Format, Global};
use crate::exit::{Failure, Problem, all_or_every_failure};
use crate::{files, render, result};

pub(super) fn run(check: &Check, global: &Global) -> Result<(), Failure> {
    if check.files.len() > 1 && (check.built.image.is_some() || check.built.build_log.is_some()) {
        return Err(Failure::usage(
            "--image and --build-log are of one build, and there are several Dockerfiles",
            "check them one by one",
        ));
    }
    let settings = match &check.config {
        Some(path) => settings(path)?,
        None => Settings::default(),
    };
    let scoped = scope(&check.scope, &check.built.images, global)?;
    let each = check.files.iter().map(|path| one(path, check, &settings, &scoped, global));
    let checked = all_or_every_failure(each)?;
    let report = reported(&checked, &scoped);
    let colour = result::colour(global);
    let out_file = global.out_file.as_deref();
    match global.format {
        Format::Sarif => files::deliver(out_file, |out| imgcost_report::check_sarif(&report, out)),
        Format::Github => {
            files::deliver(out_file, |out| imgcost_report::check_github(&report, out))
        }
        _ => {
            let format = global.document()?;
            files::deliver(out_file, |out| match format {
                Document::Text => imgcost_report::check_text(&report, colour, out),
                Document::Json => imgcost_report::check_json(&report, out),
                Document::Csv => imgcost_report::check_csv(&report, out),
                Document::Markdown => imgcost_report::check_markdown(&report, out),
            })
        }
    }?;
    let places: Vec<String> = checked.iter().flat_map(|file| file.unknown.clone()).collect();
    let mut prices: Vec<Warning> = checked.into_iter().flat_map(|file| file.prices).collect();
    prices.sort();
    prices.dedup();
    let findings = || report.files.iter().flat_map(|file| &file.findings);
    let complete = findings().all(|found| found.saving.complete);
    let objection = object(prices, Sums::of(complete), &places, global);
    result::before_gates(objection, gate(&report, fail_on(check, &settings)))
}

/// What came of one file.
struct Checked {
    file: CheckedFile,
    assumptions: Vec<Assumption>,
    notes: Vec<String>,
    prices: Vec<Warning>,
    /// Where sizes are not known.
    unknown: Vec<String>,
}

fn reported(checked: &[Checked], scoped: &Scoped) -> CheckReport {
    let mut report = CheckReport {
        files: checked.iter().map(|one| one.file.clone()).collect(),
        scene: scoped.setting.clone(),
        currency: scoped.terms.currency,
        as_of: scoped.terms.as_of,
        assumptions: Vec::new(),
        warnings: scoped.warnings.clone(),
    };
    for one in checked {
        let name = &one.file.name;
        report.warnings.extend(one.notes.iter().map(|note| format!("{name}: {note}")));
        for assumption in &one.assumptions {
            if !report.assumptions.contains(assumption) {
                report.assumptions.push(assumption.clone());
            }
        }
    }
    for warning in checked.iter().flat_map(|one| told(&one.prices)) {
        if !report.warnings.contains(&warning) {
            report.warnings.push(warning);
        }
    }
    report
}

fn one(
    path: &Path,
    check: &Check,
    settings: &Settings,
    scoped: &Scoped,
    global: &Global,
) -> Result<Checked, Failure> {
    let platform = check.built.images.platform.as_ref();
    let opened = open(path, &check.build, platform)?;
    let built = built(&opened, Said::of(&check.built), scoped, global)?;
    let found = rules::check(&opened.file, &opened.plan, &opened.context, settings);
    let name = opened.file.name.clone();
    warn(&name, &opened.file.text, found.problems, global);
    let evidence = Evidence::built_in();
    let saved = savings(scoped.priced_in(), &opened.file, &built, &found.findings, evidence)?;
    let findings = found.findings.into_iter().zip(saved.each);
    let file = CheckedFile {
        name,
        text: opened.file.text.clone(),
        findings: findings.map(|(finding, saving)| PricedFinding { finding, saving }).collect(),
        ignored: found.ignored,
        together: saved.together,
    };
    let assumptions = assumptions(&built, scoped);
    let unknown = unknown(&opened.file, &built);
    Ok(Checked { file, assumptions, notes: built.notes, prices: saved.warnings, unknown })
}

/// Comments that ignore what is not there stop nothing, and are told.
fn warn(name: &str, text: &str, problems: Vec<imgcost_dockerfile::Problem>, global: &Global) {
    if global.quiet || problems.is_empty() {
        return;
    }
    let text: std::sync::Arc<str> = text.into();
    let problem = |found| Problem {
        diagnostic: imgcost_read::Diagnostic {
            severity: imgcost_read::Severity::Warning,
            ..opened::diagnostic(name, found)
        },
        text: Some(text.clone()),
    };
    let problems: Vec<Problem> = problems.into_iter().map(problem).collect();
    render::warnings(&problems, global.color);
}

fn settings(path: &Path) -> Result<Settings, Failure> {
    let text = files::text(path)?;
    let name = files::name(path);
    rules::settings(&name, &text).map_err(|problems| opened::failure(&name, problems, &text))
}

/// From which severity on the run fails: as the flag says, or the configuration.
fn fail_on(check: &Check, settings: &Settings) -> Option<Severity> {
    match check.fail_on {
        Some(FailOn::Error) => Some(Severity::Error),
        Some(FailOn::Warning) => Some(Severity::Warning),
        Some(FailOn::Info) => Some(Severity::Info),
        Some(FailOn::Never) => None,
        None => settings.fail_on,
    }
}

/// The findings that fail the run, if any do.
fn gate(report: &CheckReport, fail_on: Option<Severity>) -> Option<String> {
    let least = fail_on?;
    let findings = report.files.iter().flat_map(|file| &file.findings);
    let bad = findings.filter(|found| found.finding.severity >= least);
    let mut names: Vec<&str> = bad.map(|found| found.finding.rule).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    match count {
        0 => None,
        1 => Some(format!("--fail-on: one finding ({})", names.join(", "))),
        count => Some(format!("--fail-on: {count} findings ({})", names.join(", "))),
    }
}
