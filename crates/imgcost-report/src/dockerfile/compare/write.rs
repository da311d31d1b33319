//! For programs.

use std::io::{self, Write};

use imgcost_dockerfile::price::Cost;
use serde_json::{Map, Value, json};

use super::rows::{Rules, builds, findings, parts};
use super::{ComparedFile, DockerfileCompareReport};
use crate::csv::safe;
use crate::dockerfile::saving::{of_millis, to_json};
use crate::dto::{AssumptionDto, SCHEMA_VERSION, exact};

/// Writes a comparison of Dockerfiles as JSON, schema version 1. Money and seconds are exact decimal
/// strings, bytes are numbers, null is not known.
///
/// # Errors
/// Those of the writer.
pub fn compare_json(report: &DockerfileCompareReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let change = report.change;
    let rules = findings(report);
    let by_part: Vec<Value> = parts(report)
        .into_iter()
        .map(|(part, [old, new])| {
            json!({
                "part": part.name(),
                "old": old.amount.to_string(),
                "new": new.amount.to_string(),
                "saving": (old.amount - new.amount).to_string(),
                "complete": old.complete && new.complete,
            })
        })
        .collect();
    let assumptions: Vec<_> = report.assumptions.iter().map(AssumptionDto::from).collect();
    let document = json!({
        "schema_version": SCHEMA_VERSION,
        "currency": report.currency.code(),
        "as_of": report.as_of.to_string(),
        "scene": report.scene,
        "old": side(report, &report.old, &change.before, 0),
        "new": side(report, &report.new, &change.after, 1),
        "saving": to_json(&change.saving),
        "naive": { "monthly_saving": report.change.naive.map(|naive| naive.to_string()) },
        "findings": {
            "gone": counted(&rules.gone),
            "new": counted(&rules.new),
            "left": counted(&rules.left),
        },
        "billed_by_part": by_part,
        "assumptions": assumptions,
        "warnings": report.warnings,
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn side(
    report: &DockerfileCompareReport<'_>,
    file: &ComparedFile<'_>,
    cost: &Cost,
    at: usize,
) -> Value {
    let change = report.change;
    let times = cost.times;
    json!({
        "file": file.dockerfile.name,
        "compressed": change.compressed.get(at).copied().flatten().map(|size| size.0),
        "unpacked": change.unpacked.get(at).copied().flatten().map(|size| size.0),
        "monthly_billed": cost.billed().to_string(),
        "findings": file.findings.len(),
        "build_seconds": {
            "mean": cost.build_seconds.map(|took| exact(took.to_decimal())),
            "source": exact(of_millis(times.source)),
            "dependency": exact(of_millis(times.dependency)),
            "base": exact(of_millis(times.base)),
            "cold": exact(of_millis(times.cold)),
        },
        "complete": cost.complete,
    })
}

fn counted(rules: &Rules) -> Map<String, Value> {
    rules.iter().map(|(rule, count)| ((*rule).to_owned(), json!(count))).collect()
}

/// Writes a comparison of Dockerfiles as CSV: one row for each figure, exact; an empty cell is not
/// known.
///
/// # Errors
/// Those of the writer.
pub fn compare_csv(report: &DockerfileCompareReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let change = report.change;
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record(["figure", "unit", "old", "new", "saved"])?;
    let [old, new] = [&report.old, &report.new].map(|file| safe(&file.dockerfile.name));
    writer.write_record(["file", "", &old, &new, ""])?;
    let sizes = [
        ("compressed", change.compressed.map(|size| size.map(|size| size.0))),
        ("unpacked", change.unpacked.map(|size| size.map(|size| size.0))),
    ];
    for (name, sizes) in sizes {
        let saved = match sizes {
            [Some(old), Some(new)] => (i128::from(old) - i128::from(new)).to_string(),
            _ => String::new(),
        };
        let [old, new] = sizes.map(|size| size.map_or(String::new(), |size| size.to_string()));
        writer.write_record([name, "B", &old, &new, &saved])?;
    }
    let currency = report.currency.code();
    let amount = |amount: Option<imgcost::units::Money>| {
        amount.map_or(String::new(), |amount| amount.to_string())
    };
    let [old, new] = [&change.before, &change.after].map(|cost| cost.billed().to_string());
    let saved = amount(change.saving.monthly_billed);
    writer.write_record(["monthly_billed", currency, &old, &new, &saved])?;
    let saved = amount(change.saving.per_deploy);
    writer.write_record(["per_deploy", currency, "", "", &saved])?;
    let sides = builds(change.before.times).into_iter().zip(builds(change.after.times));
    for ((name, old), (_, new)) in sides {
        let (old, new) = (of_millis(old), of_millis(new));
        let [old, new, saved] = [old, new, old - new].map(exact);
        writer.write_record([&format!("build {name}"), "s", &old, &new, &saved])?;
    }
    let [old, new] = [report.old.findings, report.new.findings].map(<[_]>::len);
    writer.write_record(["findings", "", &old.to_string(), &new.to_string(), ""])?;
    writer.flush()
}
