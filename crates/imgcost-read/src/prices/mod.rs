//! Price files.

mod groups;
pub(crate) mod row;

use std::collections::HashMap;

use imgcost::price::{PriceId, PriceRow};
use toml::de::DeValue;

use crate::diagnostic::{Diagnostic, Flaw, Problems};
use crate::labels::Interned;
use crate::table::{self, view};
use groups::Groups;

pub(crate) const KEYS: [&str; 2] = ["groups", "price"];

/// Where a price file comes from, and so how much it must say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PriceFile {
    /// It ships with imgcost: it is named after the vendor and service of its ids
    /// (`aws/ecr` or `.../aws/ecr.toml`), and every row has an http(s) source and evidence.
    Shipped,
    /// A user's own prices, laid over the shipped ones: any source will do, `evidence` and
    /// `confidence` may be left out, and rows of several vendors may stand together.
    Overlay,
}

/// Reads a price file.
///
/// # Errors
/// Every problem of the file, in the order of the file.
pub fn read_prices(
    file: &str,
    text: &str,
    kind: PriceFile,
) -> Result<Vec<PriceRow>, Vec<Diagnostic>> {
    let mut problems = Problems::new(file);
    let document = table::parse(text, &mut problems);
    let syntax = problems.found.len();
    let whole = 0..text.find('\n').unwrap_or(text.len());
    let root = view("the file", document.get_ref(), whole.clone(), &KEYS, &mut problems);
    let mut names = Interned::default();
    let groups = Groups::read(root.get("groups"), &mut names, &mut problems);
    let mut scribe = row::Scribe { kind, groups: &groups, names: &mut names, ids: HashMap::new() };
    let mut rows = Vec::new();
    let mut spans = Vec::new();
    let prices = root.get("price");
    match prices.as_ref().map(|item| (item, item.value)) {
        Some((item, DeValue::Array(array))) => {
            rows.reserve(array.len());
            for value in array.iter() {
                let element = item.element(value);
                if let Some(row) = row::read(&element, &mut scribe, &mut problems) {
                    rows.push(row);
                    spans.push(element.span);
                }
            }
        }
        Some((item, _)) => {
            let message = "`price` is not a list of tables";
            problems.error(
                "wrong-type",
                item.key_span.clone(),
                message,
                "write [[price]], with two brackets on each side",
            );
        }
        None => {
            problems.error("no-prices", whole, "the file has no prices", "add a [[price]] table")
        }
    }
    overlaps(&rows, &spans, &mut problems);
    included(&rows, &spans, kind, &mut problems);
    let found = table::in_order(problems, syntax, text);
    if found.is_empty() { Ok(rows) } else { Err(found) }
}

/// Reports rows that price the same thing in the same place on the same day.
fn overlaps(rows: &[PriceRow], spans: &[std::ops::Range<usize>], problems: &mut Problems<'_>) {
    let mut by_id: HashMap<&PriceId, Vec<usize>> = HashMap::new();
    for (index, row) in rows.iter().enumerate() {
        by_id.entry(&row.id).or_default().push(index);
    }
    for same in by_id.values() {
        for (position, second) in same.iter().enumerate() {
            for first in &same[..position] {
                if let Some(overlap) = rows[*first].overlap(&rows[*second]) {
                    let help = "give the older row an `effective-to`, or each row its own regions";
                    let twice = Diagnostic::error(
                        "overlapping-prices",
                        problems.file(),
                        overlap.to_string(),
                    )
                    .at(spans[*second].clone())
                    .label("again here")
                    .related(spans[*first].clone(), "first here")
                    .help(help);
                    problems.push(twice);
                }
            }
        }
    }
}

/// Reports fees that include units of a price which should stand in the same file and does not.
fn included(
    rows: &[PriceRow],
    spans: &[std::ops::Range<usize>],
    kind: PriceFile,
    problems: &mut Problems<'_>,
) {
    if kind == PriceFile::Overlay {
        return;
    }
    for (row, span) in rows.iter().zip(spans) {
        let Some(included) = &row.included else { continue };
        if included.price.file() == row.id.file()
            && !rows.iter().any(|other| other.id == included.price)
        {
            let message =
                format!("{} includes units of {}, which is not there", row.id, included.price);
            let flaw = Flaw::new("unknown-price", message, "name the id of a row in this file");
            problems.flaw(flaw, span.clone());
        }
    }
}
