//! JSON for programs. Lines are written one by one, so that many need no more memory than few.

use std::io::{self, Write};

use imgcost::estimate::{Comparison, Estimate};
use imgcost::fleet::Side;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::json;

use crate::dto::{
    AssumptionDto, ExchangeDto, FiguresDto, LineDto, QuantitiesDto, SCHEMA_VERSION, SavingDto,
    exact, group,
};
use crate::remarks::why_naive;
use crate::{Report, View};

/// Writes the report as JSON, schema version 1, ended by a line break.
///
/// Every number is a decimal string, exact up to 28 significant digits and never rounded to cents.
/// An estimate has null for the other side and for the saving.
///
/// # Errors
/// Those of the writer.
pub fn json(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Document(report))?;
    writeln!(out)
}

struct Document<'r>(&'r Report<'r>);

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema_version", &SCHEMA_VERSION)?;
        map.serialize_entry("title", &report.title)?;
        map.serialize_entry("currency", report.view.currency().code())?;
        map.serialize_entry("as_of", &report.view.as_of().to_string())?;
        let sides = report.view.sides();
        for name in [Side::Before, Side::After] {
            let figures = sides.iter().find(|side| side.demand.side == name);
            map.serialize_entry(
                name.name(),
                &figures.map(|side| FiguresDto::from(side.figures())),
            )?;
        }
        match report.view {
            View::Compare(comparison) => compared(report, comparison, &mut map)?,
            View::Estimate(estimate) => {
                map.serialize_entry("saving", &None::<SavingDto>)?;
                let naive = json!({ "monthly": estimate.naive().map(|naive| naive.to_string()), "why": why_naive(report) });
                map.serialize_entry("naive", &naive)?;
            }
        }
        if let Some(exchange) = &report.exchange {
            map.serialize_entry("exchange", &ExchangeDto::of(exchange, &sides))?;
        }
        let quantities: serde_json::Map<_, _> = report
            .view
            .sides()
            .into_iter()
            .map(|side| (side.demand.side.name().to_owned(), json!(QuantitiesDto::of(side))))
            .collect();
        map.serialize_entry("quantities", &quantities)?;
        let services = report.view.sides()[0].demand.services;
        map.serialize_entry("services", &services)?;
        map.serialize_entry("lines", &Lines(report))?;
        map.serialize_entry("groups", &groups(report))?;
        let assumptions: Vec<_> = report.assumptions.iter().map(AssumptionDto::from).collect();
        map.serialize_entry("assumptions", &assumptions)?;
        map.serialize_entry("warnings", &report.all_warnings())?;
        map.serialize_entry("complete", &report.view.is_complete())?;
        map.end()
    }
}

fn compared<M: SerializeMap>(
    report: &Report<'_>,
    comparison: &Comparison,
    map: &mut M,
) -> Result<(), M::Error> {
    let percent_billed = comparison.percent_billed().map(exact);
    map.serialize_entry(
        "saving",
        &SavingDto { figures: comparison.saving().into(), percent_billed },
    )?;
    let naive = json!({ "monthly_saving": comparison.naive_saving().map(|naive| naive.to_string()), "why": why_naive(report) });
    map.serialize_entry("naive", &naive)?;
    if !report.alternatives.is_empty() {
        let path = |alternative: &imgcost::estimate::Alternative| match alternative.billed {
            Some((before, after)) => json!({
                "path": alternative.path.name(),
                "before": before.to_string(),
                "after": after.to_string(),
                "saving": (before - after).to_string(),
            }),
            None => {
                json!({ "path": alternative.path.name(), "before": null, "after": null, "saving": null })
            }
        };
        let paths: Vec<_> = report.alternatives.iter().map(path).collect();
        map.serialize_entry("paths", &paths)?;
    }
    let priced = report.view.is_priced();
    if let Some(effort) = report.effort {
        map.serialize_entry(
            "payback_months",
            &comparison.payback_months(effort).filter(|_| priced).map(exact),
        )?;
    }
    if let Some(bill) = report.container_bill {
        map.serialize_entry(
            "percent_of_bill",
            &comparison.percent_of_bill(bill).filter(|_| priced).map(exact),
        )?;
    }
    if !report.by_month.is_empty() {
        let months: Vec<_> = report
            .by_month
            .iter()
            .map(|(month, before, after)| {
                json!({ "month": month, "before": before.to_string(), "after": after.to_string() })
            })
            .collect();
        map.serialize_entry("billed_by_month", &months)?;
    }
    Ok(())
}

/// The lines of all sides. A line of which there is none (quantity zero) is left out.
struct Lines<'r>(&'r Report<'r>);

impl Serialize for Lines<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = self.0;
        let sides = report.view.sides().into_iter().filter(|_| report.lines);
        serializer.collect_seq(sides.flat_map(|side| lines_of(side, report)))
    }
}

fn lines_of<'e>(side: &'e Estimate, report: &'e Report<'_>) -> impl Iterator<Item = LineDto<'e>> {
    let there = side.lines().filter(|line| !line.entry.quantity.is_zero());
    there.map(move |line| LineDto::of(side, &line, &report.group_by))
}

fn groups(report: &Report<'_>) -> Vec<serde_json::Value> {
    match report.view {
        View::Compare(comparison) => comparison
            .groups
            .iter()
            .map(|found| {
                json!({
                    "by": group(&report.group_by, &found.group),
                    "before": FiguresDto::from(found.before),
                    "after": FiguresDto::from(found.after),
                    "saving": FiguresDto::from(found.saving()),
                    "complete": !found.saving().monthly.unpriced,
                })
            })
            .collect(),
        View::Estimate(estimate) => estimate
            .groups()
            .into_iter()
            .map(|(values, figures)| {
                let side = match estimate.demand.side {
                    Side::Before => "before",
                    Side::After => "after",
                };
                json!({ "by": group(&report.group_by, &values), side: FiguresDto::from(figures), "complete": !figures.monthly.unpriced })
            })
            .collect(),
    }
}
