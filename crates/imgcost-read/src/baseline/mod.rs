//! Results of earlier runs, as `--format json` wrote them.

mod document;

use std::collections::BTreeMap;

use imgcost::demand::{Component, Kind};
use imgcost::estimate::{Baseline, Figures};
use imgcost::fleet::Side;
use imgcost::units::{Currency, Money};
use serde_json::error::Category;

use crate::csv::around;
use crate::diagnostic::Diagnostic;
use document::{Document, FiguresDoc, GroupDoc, LineDoc, Version};

/// The version of the contract that is read.
const SCHEMA_VERSION: u64 = 1;

/// Characters of a message.
const LONGEST: usize = 300;

const WHAT_TO_GIVE: &str =
    "give what `imgcost estimate`, `compare` or `whatif` wrote with --format json";

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
    read(file, text, side).map_err(|problem| vec![*problem])
}

type Problem = Box<Diagnostic>;

fn read(file: &str, text: &str, side: Option<Side>) -> Result<Baseline, Problem> {
    let problem = |code, message: String, help: &str| {
        Box::new(Diagnostic::error(code, file, message).help(help))
    };
    // A document of another version may lack anything: its version is what to tell.
    let found: Document<'_> =
        serde_json::from_str(text).map_err(|error| {
            match serde_json::from_str::<Version>(text) {
                Ok(Version { schema_version }) if schema_version != SCHEMA_VERSION => {
                    other_version(file, schema_version)
                }
                _ => malformed(file, text, &error),
            }
        })?;
    if found.schema_version != SCHEMA_VERSION {
        return Err(other_version(file, found.schema_version));
    }
    if found.baseline.is_some() {
        let message = "the result is itself a comparison with a baseline".into();
        return Err(problem("no-baseline", message, WHAT_TO_GIVE));
    }
    let currency: Currency =
        found.currency.parse().map_err(|error: imgcost::units::ParseError| {
            problem("bad-currency", error.problem, &error.help)
        })?;
    let (side, figures) = match (side, found.before, found.after) {
        (None | Some(Side::Before), Some(before), _) => (Side::Before, before),
        (None | Some(Side::After), _, Some(after)) => (Side::After, after),
        (side, ..) => {
            let side = side.map_or("before", Side::name);
            let message = format!("the result has no side `{side}`");
            return Err(problem("missing-side", message, WHAT_TO_GIVE));
        }
    };
    if !found.complete {
        let message = "the result is incomplete: something in it has no price".into();
        let help =
            "run it again with the missing prices (--prices FILE), or with what is known left out";
        return Err(problem("incomplete-baseline", message, help));
    }
    let changed = |what: String| {
        let help = "write the result again; it was changed, or a part of it is missing";
        problem("does-not-add-up", what, help)
    };
    let figures = Figures::from(figures);
    let lines = Lines::of(&found.lines, side).map_err(|what| malformed_line(file, what))?;
    if let Some(lines) = &lines {
        for kind in Kind::ALL {
            let (total, sum) = (of_kind(&figures, kind), lines.sum(kind));
            if total != sum {
                let name = kind.name();
                return Err(changed(format!("`{name}` is {total}, but its lines come to {sum}")));
            }
        }
    }
    let (group_by, groups) =
        groups(found.groups, side).map_err(|what| malformed_line(file, what))?;
    let sum: Money = groups.values().map(|figures| figures.monthly.billed).sum();
    if !groups.is_empty() && sum != figures.monthly.billed {
        let total = figures.monthly.billed;
        return Err(changed(format!("`billed` is {total}, but its groups come to {sum}")));
    }
    let (components, services) = match lines {
        Some(Lines { components, services }) => (Some(components), services),
        None => (None, None),
    };
    let as_of = found.as_of.0;
    let title = found.title;
    Ok(Baseline { title, as_of, currency, side, figures, group_by, groups, components, services })
}

fn of_kind(figures: &Figures, kind: Kind) -> Money {
    match kind {
        Kind::Billed => figures.monthly.billed,
        Kind::Capacity => figures.monthly.capacity,
        Kind::Time => figures.monthly.time,
    }
}

/// The lines of one side, added up.
struct Lines {
    components: BTreeMap<Component, (Kind, Money)>,
    services: Option<BTreeMap<String, Money>>,
}

impl Lines {
    /// None where there are no lines: they were not asked for.
    fn of(lines: &[LineDoc<'_>], side: Side) -> Result<Option<Self>, String> {
        let mut components: BTreeMap<Component, (Kind, Money)> = BTreeMap::new();
        let mut services = Some(BTreeMap::new());
        let mut any = false;
        for line in lines {
            let Some(line_side) =
                [Side::Before, Side::After].into_iter().find(|s| s.name() == line.side)
            else {
                return Err(format!("`{}` is not a side", line.side));
            };
            let named = |component: &Component| component.name() == line.component;
            let Some(component) = Component::ALL.into_iter().find(named) else {
                return Err(format!("`{}` is not a component", line.component));
            };
            let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.name() == line.kind) else {
                return Err(format!("`{}` is not a kind of cost", line.kind));
            };
            if line_side != side {
                continue;
            }
            any = true;
            let Some(amount) = line.amount else {
                return Err(format!("a line of `{}` has no amount", line.component));
            };
            let (first, sum) = components.entry(component).or_insert((kind, Money::ZERO));
            if *first != kind {
                return Err(format!("lines of `{}` are of two kinds", line.component));
            }
            *sum = *sum + amount.0;
            match (&line.service, &mut services) {
                (Some(name), Some(services)) => {
                    let billed = if kind == Kind::Billed { amount.0 } else { Money::ZERO };
                    // Looked up first: names repeat on every line.
                    match services.get_mut(name.as_ref()) {
                        Some(sum) => *sum = *sum + billed,
                        None => drop(services.insert(name.to_string(), billed)),
                    }
                }
                _ => services = None,
            }
        }
        Ok(any.then_some(Self { components, services }))
    }

    fn sum(&self, kind: Kind) -> Money {
        self.components.values().filter(|(of, _)| *of == kind).map(|(_, amount)| *amount).sum()
    }
}

type Groups = (Vec<String>, BTreeMap<Vec<String>, Figures>);

/// The labels grouped by, sorted, and the figures by their values.
fn groups(found: Vec<GroupDoc>, side: Side) -> Result<Groups, String> {
    let Some(first) = found.first() else { return Ok(Groups::default()) };
    let labels: Vec<String> = first.by.keys().cloned().collect();
    let mut groups = BTreeMap::new();
    for group in found {
        if !group.by.keys().eq(&labels) {
            return Err("groups are not by the same labels".into());
        }
        let figures: Option<FiguresDoc> = match side {
            Side::Before => group.before,
            Side::After => group.after,
        };
        let Some(figures) = figures else {
            return Err(format!("a group has no side `{}`", side.name()));
        };
        let values: Vec<String> = group.by.into_values().collect();
        if groups.insert(values, Figures::from(figures)).is_some() {
            return Err("a group is there twice".into());
        }
    }
    Ok((labels, groups))
}

fn other_version(file: &str, version: u64) -> Problem {
    let message = format!("the result is of schema version {version}, this reads {SCHEMA_VERSION}");
    let help = "write the baseline with the version of imgcost that is to compare with it";
    Box::new(Diagnostic::error("other-schema-version", file, message).help(help))
}

fn malformed_line(file: &str, what: String) -> Problem {
    Box::new(Diagnostic::error("no-baseline", file, clipped(&what)).help(WHAT_TO_GIVE))
}

/// What the JSON reader objects to, at its place.
fn malformed(file: &str, text: &str, error: &serde_json::Error) -> Problem {
    let message = error.to_string();
    // The place is shown with the text.
    let message = message.split(" at line ").next().unwrap_or_default().to_owned();
    let code = match error.classify() {
        Category::Data => "no-baseline",
        Category::Syntax | Category::Eof | Category::Io => "json-syntax",
    };
    let mut found = Diagnostic::error(code, file, clipped(&message)).help(WHAT_TO_GIVE);
    // Lines count from 1, columns are bytes; a document may be one long line.
    let line = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
    let at = error.column().saturating_sub(1).min(line.len());
    let (excerpt, span) = around(line, at..at + 1);
    (found.line, found.column) = (Some(error.line() as u64), Some(error.column() as u64));
    (found.excerpt, found.span) = (Some(excerpt), Some(span));
    Box::new(found)
}

/// A message that may quote the document, which may be long.
fn clipped(message: &str) -> String {
    match message.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{} ...", message.get(..at).unwrap_or_default()),
        None => message.to_owned(),
    }
}
