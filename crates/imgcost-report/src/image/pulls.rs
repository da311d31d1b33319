//! What a node fetches that pulls images one after the other.

use std::io::{self, Write};

use imgcost::image::Pull;
use imgcost::units::format_bytes;
use serde_json::{Value, json};

use crate::csv::safe;
use crate::dto::SCHEMA_VERSION;
use crate::number::decimals;
use crate::page::Page;
use crate::style::Colour;
use crate::table::{Align, Table};

/// Pulls by one node, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullReport {
    /// The pulls.
    pub pulls: Vec<Pulled>,
    /// Bytes sent.
    pub total: u64,
    /// Bytes that would be sent if nodes kept nothing.
    pub naive: u64,
    /// Sizes that were not known and come from this ratio.
    pub by_ratio: Option<String>,
    /// What else should be known.
    pub notes: Vec<String>,
}

/// One pull.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// The image.
    pub reference: String,
    /// The platform, where an index had several.
    pub platform: Option<String>,
    /// What was moved.
    pub pull: Pull,
}

/// Writes pulls as JSON, schema version 1.
///
/// # Errors
/// Those of the writer.
pub fn pulls_json(report: &PullReport, out: &mut dyn Write) -> io::Result<()> {
    let pulls: Vec<Value> = report
        .pulls
        .iter()
        .map(|pulled| {
            json!({
                "ref": pulled.reference,
                "platform": pulled.platform,
                "bytes": pulled.pull.bytes,
                "reused_bytes": pulled.pull.reused,
                "layers_new": pulled.pull.layers_new,
                "layers_reused": pulled.pull.layers_reused,
            })
        })
        .collect();
    let document = json!({
        "schema_version": SCHEMA_VERSION,
        "pulls": pulls,
        "total_bytes": report.total,
        "naive_bytes": report.naive,
        "ratio": report.by_ratio,
        "notes": report.notes,
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// Writes pulls for people.
///
/// # Errors
/// Those of the writer.
pub fn pulls_text(report: &PullReport, colour: Colour, out: &mut dyn Write) -> io::Result<()> {
    page(report).text(colour, out)
}

/// Writes pulls as markdown.
///
/// # Errors
/// Those of the writer.
pub fn pulls_markdown(report: &PullReport, out: &mut dyn Write) -> io::Result<()> {
    page(report).markdown(out)
}

/// Writes pulls as CSV, one row each, exact.
///
/// # Errors
/// Those of the writer.
pub fn pulls_csv(report: &PullReport, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record(["ref", "bytes", "reused_bytes", "layers_new", "layers_reused"])?;
    for Pulled { reference, pull, .. } in &report.pulls {
        let numbers = [pull.bytes, pull.reused, pull.layers_new, pull.layers_reused];
        let cells = std::iter::once(safe(reference));
        writer.write_record(cells.chain(numbers.iter().map(u64::to_string)))?;
    }
    writer.flush()
}

fn page(report: &PullReport) -> Page {
    let about = if report.by_ratio.is_some() { "~" } else { "" };
    let count = report.pulls.len();
    let title = format!(
        "A node that pulls {} in this order fetches {about}{} ({} bytes).",
        if count == 1 { "this image".into() } else { format!("these {count} images") },
        format_bytes(report.total),
        decimals(report.total.into(), 0),
    );
    let mut page = Page { title, ..Page::default() };
    let mut table = Table::new([
        ("image", Align::Left),
        ("fetched", Align::Right),
        ("there already", Align::Right),
        ("new layers", Align::Right),
        ("of", Align::Right),
    ]);
    for Pulled { reference, platform, pull } in &report.pulls {
        let platform = platform.as_ref().map_or(String::new(), |platform| format!(" ({platform})"));
        table.push([
            format!("{reference}{platform}"),
            format!("{about}{}", format_bytes(pull.bytes)),
            format_bytes(pull.reused),
            pull.layers_new.to_string(),
            (pull.layers_new + pull.layers_reused).to_string(),
        ]);
    }
    page.table(table);
    if report.naive > report.total {
        page.note(
            "Naive figure",
            format!(
                "without layers that the node has it would be {about}{}.",
                format_bytes(report.naive)
            ),
        );
    }
    page.note("Counted", "layers and configs of one platform, as a registry serves them; manifests are a few kilobytes more.");
    if let Some(ratio) = &report.by_ratio {
        page.note("~", format!("docker archives hold layers unpacked: sizes on the wire come from the ratio {ratio} (--ratio)."));
    }
    for note in &report.notes {
        page.note("Note", note);
    }
    page
}
