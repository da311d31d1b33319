use std::io::{self, Write};

use imgcost::gate::{
    Excess, Found, Gate, LeastSaving, MostIncrease, Offender, Outcome, Verdict, Who,
};
use serde_json::{Value, json};

use super::{GateReport, said};
use crate::dto::{AssumptionDto, FiguresDto, SCHEMA_VERSION};
use crate::page::Page;
use crate::style::Colour;
use crate::table::{Align, Table};

/// Offenders shown for each gate.
const MOST: usize = 10;

/// Writes every gate with what came of it, and the offenders of those that were not passed, as text.
///
/// # Errors
/// Those of the writer.
pub fn gates_text(report: &GateReport<'_>, colour: Colour, out: &mut dyn Write) -> io::Result<()> {
    page(report).text(colour, out)
}

/// Writes them as markdown: a comment, or the summary of a job.
///
/// # Errors
/// Those of the writer.
pub fn gates_markdown(report: &GateReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    page(report).markdown(out)
}

fn page(report: &GateReport<'_>) -> Page {
    let mut page = Page { title: report.headline(), ..Page::default() };
    for verdict in &report.verdicts {
        let outcome = match verdict.outcome {
            Outcome::Passed => "passed",
            Outcome::Breached => "BREACHED",
            Outcome::Unknown => "UNKNOWN",
        };
        let sentence = report.sentence(verdict);
        page.note(outcome, format!("{}: {sentence}", said::flag(&verdict.gate)));
    }
    for verdict in report.verdicts.iter().filter(|verdict| !verdict.offenders.is_empty()) {
        page.heading(match &verdict.gate {
            Gate::Budget(_) => "What is billed most a month".to_owned(),
            Gate::BudgetPer { label, .. } => format!("Values of {label} that are not within"),
            Gate::MaxIncrease(_) => "What grew most a month".to_owned(),
            Gate::MinImageSaving(_) => "Services that would save too little".to_owned(),
        });
        let mut offenders = Table::new([("", Align::Left), ("", Align::Left)]);
        for offender in verdict.offenders.iter().take(MOST) {
            offenders.push([said::name(&offender.who), report.excess(verdict, offender)]);
        }
        let more = verdict.offenders.len().saturating_sub(MOST) as u64 + verdict.more;
        if more > 0 {
            offenders.push([format!("and {more} more"), String::new()]);
        }
        page.table(offenders);
    }
    for warning in report.all_warnings() {
        page.note("Warning", warning);
    }
    if let Some((file, against)) = &report.baseline {
        let was = against.baseline;
        let (title, side, day) = (&was.title, was.side.name(), was.as_of);
        page.note("Baseline", format!("{file}: {title}, side {side}, prices of {day}."));
    }
    let (side, day) = (report.estimate.demand.side.name(), report.estimate.terms.as_of);
    page.note("Judged", format!("side {side}, prices of {day}; amounts are billed a month."));
    if !report.assumptions.is_empty() {
        let names = report.assumptions.iter().map(|a| format!("{} {}", a.name, a.value));
        page.note("Assumptions", names.collect::<Vec<_>>().join("; ") + ".");
    }
    page
}

/// Writes them as JSON, schema version 1: amounts are exact decimal strings, bytes are numbers.
///
/// # Errors
/// Those of the writer.
pub fn gates_json(report: &GateReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let gates: Vec<Value> = report.verdicts.iter().map(|verdict| gate(report, verdict)).collect();
    let baseline = report.baseline.as_ref().map(|(file, against)| {
        json!({
            "file": file,
            "title": against.baseline.title,
            "side": against.baseline.side.name(),
            "as_of": against.baseline.as_of.to_string(),
            "figures": FiguresDto::from(against.baseline.figures),
        })
    });
    let assumptions: Vec<_> = report.assumptions.iter().map(AssumptionDto::from).collect();
    let terms = report.estimate.terms;
    let document = json!({
        "schema_version": SCHEMA_VERSION,
        "title": report.title,
        "currency": terms.currency.code(),
        "as_of": terms.as_of.to_string(),
        "side": report.estimate.demand.side.name(),
        "passed": report.passed(),
        "figures": FiguresDto::from(report.estimate.figures()),
        "baseline": baseline,
        "gates": gates,
        "assumptions": assumptions,
        "warnings": report.all_warnings(),
        "complete": report.estimate.is_complete(),
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn gate(report: &GateReport<'_>, verdict: &Verdict) -> Value {
    let limit = match &verdict.gate {
        Gate::Budget(limit) => json!({ "billed": limit.to_string() }),
        Gate::BudgetPer { label, limit } => {
            json!({ "label": label, "billed": limit.to_string() })
        }
        Gate::MaxIncrease(MostIncrease::Percent(percent)) => {
            json!({ "percent": percent.value().to_string() })
        }
        Gate::MaxIncrease(MostIncrease::Amount(amount)) => json!({ "amount": amount.to_string() }),
        Gate::MaxIncrease(MostIncrease::Either(percent, amount)) => {
            json!({ "percent": percent.value().to_string(), "amount": amount.to_string() })
        }
        Gate::MinImageSaving(LeastSaving::Percent(percent)) => {
            json!({ "percent": percent.value().to_string() })
        }
        Gate::MinImageSaving(LeastSaving::Bytes(bytes)) => json!({ "compressed_bytes": bytes.0 }),
    };
    let found = match verdict.found {
        Found::Billed(billed) => json!({ "billed": billed.to_string() }),
        Found::Groups(groups) => json!({ "values": groups }),
        Found::Change { before, after } => json!({
            "before": before.to_string(),
            "after": after.to_string(),
            "increase": (after - before).to_string(),
        }),
        Found::Services { judged, of } => json!({ "judged": judged, "services": of }),
    };
    let offenders: Vec<Value> = verdict.offenders.iter().map(offender).collect();
    json!({
        "gate": verdict.gate.name(),
        "outcome": verdict.outcome.name(),
        "limit": limit,
        "found": found,
        "message": report.sentence(verdict),
        "offenders": offenders,
        "more_offenders": verdict.more,
    })
}

fn offender(offender: &Offender) -> Value {
    let (kind, name) = match &offender.who {
        Who::Service(name) => ("service", name.as_str()),
        Who::Component(component) => ("component", component.name()),
        Who::Group(name) => ("group", name.as_str()),
    };
    match offender.by {
        Excess::Billed(amount) => {
            json!({ "kind": kind, "name": name, "billed": amount.to_string(), "complete": true })
        }
        Excess::AtLeast(amount) => {
            json!({ "kind": kind, "name": name, "billed": amount.to_string(), "complete": false })
        }
        Excess::Grew { before, after } | Excess::GrewAtLeast { before, after } => json!({
            "kind": kind,
            "name": name,
            "before": before.to_string(),
            "after": after.to_string(),
            "increase": (after - before).to_string(),
            "complete": matches!(offender.by, Excess::Grew { .. }),
        }),
        Excess::Image { before, after } => json!({
            "kind": kind,
            "name": name,
            "compressed_before": before.0,
            "compressed_after": after.0,
        }),
    }
}
