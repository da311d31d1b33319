//! `imgcost prices diff`: what became of prices between two price files.

use std::path::Path;

use imgcost::price::{PriceRow, drift};
use imgcost::units::Percent;
use imgcost_read::PriceFile;
use imgcost_report::DriftReport;

use crate::args::{Document, Global};
use crate::exit::Failure;
use crate::{files, price_book, result};

pub(super) fn run(
    old: &Path,
    new: &Path,
    limit: Option<&str>,
    global: &Global,
) -> Result<(), Failure> {
    let wrong = |error: imgcost::units::ParseError| {
        Failure::usage(format!("--fail-on-drift: {}", error.problem), error.help)
    };
    let limit = limit.map(Percent::parse).transpose().map_err(wrong)?;
    let format = global.document()?;
    let (old_rows, new_rows) = (rows(old)?, rows(new)?);
    let on = result::as_of(global, None);
    let drifts = drift(&old_rows, &new_rows, on);
    let name = |path: &Path| files::name(path);
    let report = DriftReport { old: name(old), new: name(new), on, drifts: &drifts };
    let colour = result::colour(global);
    files::deliver(global.out_file.as_deref(), |out| match format {
        Document::Text => imgcost_report::drift_text(&report, colour, out),
        Document::Json => imgcost_report::drift_json(&report, out),
        Document::Csv => imgcost_report::drift_csv(&report, out),
        Document::Markdown => imgcost_report::drift_markdown(&report, out),
    })?;
    let Some(limit) = limit else { return Ok(()) };
    let mut beyond: Vec<&str> =
        drifts.iter().filter(|drift| drift.exceeds(limit)).map(|drift| drift.id.as_str()).collect();
    beyond.sort_unstable();
    beyond.dedup();
    if beyond.is_empty() {
        return Ok(());
    }
    Err(Failure::Gate(format!(
        "rates differ by more than {limit}, or are of another unit or currency: {}",
        beyond.join(", ")
    )))
}

fn rows(path: &Path) -> Result<Vec<PriceRow>, Failure> {
    if path.as_os_str() == "built-in" {
        return price_book::built_in();
    }
    let text = files::text(path)?;
    imgcost_read::read_prices(&files::name(path), &text, PriceFile::Overlay)
        .map_err(|problems| Failure::in_file(problems, &text))
}
