//! Results of earlier runs, as `--format json` wrote them.

mod document;
mod lines;
mod source;

use std::collections::BTreeMap;

use imgcost::demand::Kind;
use imgcost::estimate::{Baseline, Figures};
use imgcost::fleet::Side;
use imgcost::units::{Currency, Money, ParseError};

use crate::diagnostic::Diagnostic;
use document::{Document, Version};
use lines::{Lines, Wrong, groups};
use source::{Problem, Source, WHAT_TO_GIVE};

/// The version of the contract that is read.
const SCHEMA_VERSION: u64 = 1;

/// Reads the JSON result of an earlier `estimate`, `compare` or `whatif`. An estimate has one side,
/// which counts; of a comparison it is `side`, or `before` where that is not said.
///
/// # Errors
/// What is not such a result, is of another schema version, lacks prices or the side asked for, or
/// does not add up: then somebody changed it, or only a part of it is there.
pub fn read_baseline(
    file: &str,
    text: &str,
    side: Option<Side>,
) -> Result<Baseline, Vec<Diagnostic>> {
    read(Source { file, text }, side).map_err(|problem| vec![*problem])
}

fn read(source: Source<'_>, side: Option<Side>) -> Result<Baseline, Problem> {
    let file = source.file;
    // A document of another version may lack anything: its version is what to tell.
    let found: Document<'_> = serde_json::from_str(source.text).map_err(|error| {
        match serde_json::from_str::<Version>(source.text) {
            Ok(Version { schema_version }) if schema_version != SCHEMA_VERSION => {
                other_version(source, schema_version)
            }
            _ => source.malformed(&error),
        }
    })?;
    if found.schema_version != SCHEMA_VERSION {
        return Err(other_version(source, found.schema_version));
    }
    if found.baseline.is_some() {
        let message = "the result is itself a comparison with a baseline";
        let found = Diagnostic::error("no-baseline", file, message).help(WHAT_TO_GIVE);
        return Err(source.problem(found, "baseline"));
    }
    let currency: Currency = found.currency.parse().map_err(|error: ParseError| {
        let problem = Diagnostic::error("bad-currency", file, error.problem).help(error.help);
        source.problem(problem, &found.currency)
    })?;
    let (side, figures) = match (side, found.before, found.after) {
        (None | Some(Side::Before), Some(before), _) => (Side::Before, before),
        (None | Some(Side::After), _, Some(after)) => (Side::After, after),
        (side, ..) => {
            let side = side.map_or("before", Side::name);
            let message = format!("the result has no side `{side}`");
            let found = Diagnostic::error("missing-side", file, message).help(WHAT_TO_GIVE);
            return Err(source.problem(found, side));
        }
    };
    if !found.complete {
        let message = "the result is incomplete: something in it has no price";
        let help =
            "run it again with the missing prices (--prices FILE), or with what is known left out";
        let found = Diagnostic::error("incomplete-baseline", file, message).help(help);
        return Err(source.problem(found, "complete"));
    }
    let figures = Figures::from(figures);
    let wrong = |Wrong { what, word }| {
        source.problem(Diagnostic::error("no-baseline", file, what).help(WHAT_TO_GIVE), &word)
    };
    let lines = Lines::of(&found.lines, side).map_err(wrong)?;
    let (group_by, groups) = groups(found.groups, side).map_err(wrong)?;
    adds_up(source, &figures, lines.as_ref(), &groups)?;
    let (components, services) = match lines {
        Some(Lines { components, services }) => (Some(components), services),
        None => (None, None),
    };
    let as_of = found.as_of.0;
    let title = found.title;
    Ok(Baseline { title, as_of, currency, side, figures, group_by, groups, components, services })
}

/// Lines and groups come to the totals, to the last digit.
fn adds_up(
    source: Source<'_>,
    figures: &Figures,
    lines: Option<&Lines>,
    groups: &BTreeMap<Vec<String>, Figures>,
) -> Result<(), Problem> {
    let same = |kind: Kind, parts: &str, sum: Money| {
        let (name, total) = (kind.name(), of_kind(figures, kind));
        if total == sum {
            return Ok(());
        }
        let message = format!("`{name}` is {total}, but its {parts} come to {sum}");
        let help = "write the result again; it was changed, or a part of it is missing";
        let found = Diagnostic::error("does-not-add-up", source.file, message).help(help);
        Err(source.problem(found, name))
    };
    if let Some(lines) = lines {
        Kind::ALL.into_iter().try_for_each(|kind| same(kind, "lines", lines.sum(kind)))?;
    }
    if !groups.is_empty() {
        let sum = |kind| groups.values().map(|figures| of_kind(figures, kind)).sum();
        Kind::ALL.into_iter().try_for_each(|kind| same(kind, "groups", sum(kind)))?;
    }
    Ok(())
}

fn of_kind(figures: &Figures, kind: Kind) -> Money {
    match kind {
        Kind::Billed => figures.monthly.billed,
        Kind::Capacity => figures.monthly.capacity,
        Kind::Time => figures.monthly.time,
    }
}

fn other_version(source: Source<'_>, version: u64) -> Problem {
    let message = format!("the result is of schema version {version}, this reads {SCHEMA_VERSION}");
    let help = "write the baseline with the version of imgcost that is to compare with it";
    let found = Diagnostic::error("other-schema-version", source.file, message).help(help);
    source.problem(found, "schema_version")
}
