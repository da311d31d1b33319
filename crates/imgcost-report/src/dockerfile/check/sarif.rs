//! Findings as SARIF 2.1.0, which code scanning, editors and other tools read.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html>

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use imgcost_dockerfile::rules::{ALL, Finding, RuleInfo, Severity};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{CheckReport, CheckedFile};
use crate::dockerfile::place::{Lines, Place};
use crate::dockerfile::saving::{of_fix, to_json};
use crate::headline::capitalised;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Where every rule is described, under its own name.
const RULES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/dockerfile-rules.md");
/// What a path may hold as it is, by RFC 3986: unreserved characters and slashes.
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Writes findings as SARIF 2.1.0: one run, in which ignored findings are suppressed results.
///
/// A level says how much a finding matters, whatever it saves; the saving is in the message, and
/// exact under `properties`. Columns count Unicode code points. Fingerprints are made from the rule
/// and the instruction, so that they stay when lines move.
///
/// # Errors
/// Those of the writer.
pub fn check_sarif(report: &CheckReport, out: &mut dyn Write) -> io::Result<()> {
    let mut results = Vec::new();
    for file in &report.files {
        let lines = Lines::new(&file.text);
        let mut seen = BTreeMap::new();
        for found in &file.findings {
            let saving = of_fix(&found.finding.fix, &found.saving, report.currency);
            let mut result = result(file, &lines, &found.finding, &mut seen);
            result["message"] =
                json!({ "text": format!("{} Saves {saving}.", sentence(&found.finding.message)) });
            result["properties"]["saving"] = to_json(&found.saving);
            results.push(result);
        }
        for ignored in &file.ignored {
            let mut result = result(file, &lines, &ignored.finding, &mut seen);
            result["suppressions"] = json!([{
                "kind": "inSource",
                "status": "accepted",
                "justification": sentence(&ignored.reason),
            }]);
            results.push(result);
        }
    }
    let together: serde_json::Map<String, Value> =
        report.files.iter().map(|file| (file.name.clone(), to_json(&file.together))).collect();
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "imgcost",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": ALL.iter().map(rule).collect::<Vec<_>>(),
            }},
            "automationDetails": { "id": "imgcost/dockerfile-check/" },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {
                "%SRCROOT%": { "description": { "text": "The folder in which imgcost ran." } },
            },
            "results": results,
            "properties": {
                "currency": report.currency.code(),
                "asOf": report.as_of.to_string(),
                "scene": report.scene,
                "together": together,
            },
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn rule(rule: &RuleInfo) -> Value {
    let doc = rule.doc.split_whitespace().collect::<Vec<_>>().join(" ");
    json!({
        "id": rule.id,
        "name": pascal_case(rule.id),
        "shortDescription": { "text": sentence(rule.title) },
        "fullDescription": { "text": sentence(&capitalised(rule.why)) },
        "help": { "text": format!("{} {doc}", sentence(&capitalised(rule.why))) },
        "helpUri": format!("{RULES}#{}", rule.id),
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": { "hadolint": rule.hadolint },
    })
}

fn result(
    file: &CheckedFile,
    lines: &Lines<'_>,
    finding: &Finding,
    seen: &mut BTreeMap<String, usize>,
) -> Value {
    let Place { line, column, end_line, end_column } = lines.place(&finding.span);
    json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": { "text": sentence(&finding.message) },
        "locations": [{ "physicalLocation": {
            "artifactLocation": location(&file.name),
            "region": {
                "startLine": line,
                "startColumn": column,
                "endLine": end_line,
                "endColumn": end_column,
                "snippet": { "text": lines.covered(&finding.span) },
            },
        }}],
        "partialFingerprints": { "imgcostInstruction/v1": fingerprint(lines, finding, seen) },
        "properties": { "ships": finding.ships },
    })
}

/// The rule, the words of the instruction, and which of several equal ones it is.
fn fingerprint(lines: &Lines<'_>, finding: &Finding, seen: &mut BTreeMap<String, usize>) -> String {
    let mut hash = Sha256::new();
    hash.update(finding.rule);
    for word in lines.covered(&finding.span).split_whitespace() {
        hash.update([0]);
        hash.update(word);
    }
    let mut print = String::new();
    for byte in hash.finalize().iter().take(16) {
        let _ = write!(print, "{byte:02x}");
    }
    let count = seen.entry(print.clone()).and_modify(|count| *count += 1).or_insert(1);
    format!("{print}:{count}")
}

/// A path relative to where the command ran; one that is not is a URI of its own.
fn location(name: &str) -> Value {
    let path = name.replace(std::path::MAIN_SEPARATOR, "/");
    let encoded = |path: &str| utf8_percent_encode(path, PATH).to_string();
    if Path::new(name).is_absolute() {
        let path = path.trim_start_matches('/');
        return json!({ "uri": format!("file:///{}", encoded(path)) });
    }
    let path = path.trim_start_matches("./");
    json!({ "uri": encoded(path), "uriBaseId": "%SRCROOT%" })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// With a full stop.
fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// `copy-before-install` to `CopyBeforeInstall`, as SARIF wants names.
fn pascal_case(rule: &str) -> String {
    rule.split('-').map(capitalised).collect()
}
