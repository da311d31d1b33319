//! Findings for programs.

use std::io::{self, Write};

use imgcost_dockerfile::rules::Finding;
use serde_json::{Map, Value, json};

use super::{CheckReport, CheckedFile, name};
use crate::dockerfile::place::Lines;
use crate::dockerfile::saving::to_json;
use crate::dto::{AssumptionDto, SCHEMA_VERSION};

/// Writes findings as JSON, schema version 1, in the order of the files.
///
/// Money and seconds are exact decimal strings; null is not known. Lines and columns count from 1,
/// columns in characters, the end column is the one after the last.
///
/// # Errors
/// Those of the writer.
pub fn check_json(report: &CheckReport, out: &mut dyn Write) -> io::Result<()> {
    let (mut findings, mut ignored) = (Vec::new(), Vec::new());
    for file in &report.files {
        let lines = Lines::new(&file.text);
        for found in &file.findings {
            let mut fields = fields(file, &lines, &found.finding);
            fields.insert("saving".into(), to_json(&found.saving));
            findings.push(Value::Object(fields));
        }
        for found in &file.ignored {
            let mut fields = fields(file, &lines, &found.finding);
            fields.insert("reason".into(), json!(found.reason));
            ignored.push(Value::Object(fields));
        }
    }
    let assumptions: Vec<_> = report.assumptions.iter().map(AssumptionDto::from).collect();
    let files: Vec<_> = report
        .files
        .iter()
        .map(|file| json!({ "file": file.name, "together": to_json(&file.together) }))
        .collect();
    let document = json!({
        "schema_version": SCHEMA_VERSION,
        "currency": report.currency.code(),
        "as_of": report.as_of.to_string(),
        "scene": report.scene,
        "files": files,
        "findings": findings,
        "ignored": ignored,
        "assumptions": assumptions,
        "warnings": report.warnings,
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn fields(file: &CheckedFile, lines: &Lines<'_>, finding: &Finding) -> Map<String, Value> {
    let place = lines.place(&finding.span);
    let fields = [
        ("rule", json!(finding.rule)),
        ("severity", json!(name(finding.severity))),
        ("file", json!(file.name)),
        ("line", json!(place.line)),
        ("column", json!(place.column)),
        ("end_line", json!(place.end_line)),
        ("end_column", json!(place.end_column)),
        ("ships", json!(finding.ships)),
        ("message", json!(finding.message)),
        ("why", json!(finding.why)),
        ("help", json!(finding.help)),
    ];
    fields.map(|(key, value)| (key.to_owned(), value)).into_iter().collect()
}
