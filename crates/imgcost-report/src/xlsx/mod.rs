//! A workbook for analysts: change a price or a quantity, and every total moves.
//!
//! Sheets refer to each other by numbers and keys of our own, never by names: a spreadsheet
//! compares text without case and takes `*`, `?` and `>` in it for patterns.

mod assumptions;
mod book;
mod lines;
mod owners;
mod prices;
mod sheet;
mod summary;

use std::io::{self, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::{Report, View, printable};
use book::Book;
use owners::Owners;
use sheet::Styles;

/// The rows of a sheet, its heading included.
const ROWS: usize = 1_048_576;

/// Writes the report as a workbook: Summary, Services or Groups (or both), Lines, Prices and
/// Assumptions. Amounts are formulas over Lines and Prices, with their results stored beside them
/// for viewers that do not calculate.
///
/// A spreadsheet calculates in binary floating point. The exact amounts stand beside the
/// formulas, as text.
///
/// # Errors
/// Those of the writer; more lines than a sheet has rows.
pub fn xlsx(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let book = Book::of(report);
    if book.lines.len() >= ROWS {
        return Err(io::Error::other(format!(
            "{} lines are more than a sheet holds; --lines component adds services up",
            book.lines.len()
        )));
    }
    let bytes = workbook(report, &book).map_err(io::Error::other)?;
    out.write_all(&bytes)
}

fn workbook(report: &Report<'_>, book: &Book<'_>) -> Result<Vec<u8>, XlsxError> {
    let styles = Styles::new();
    let mut workbook = Workbook::new();
    // The day of the prices, so that the same input makes the same file.
    let day = ExcelDateTime::parse_from_str(&report.view.as_of().to_string())?;
    let properties = DocProperties::new().set_title(printable(&report.title));
    workbook.set_properties(&properties.set_creation_datetime(&day));
    summary::write(report, book, &styles, workbook.add_worksheet())?;
    for owners in [Owners::Services, Owners::Groups] {
        if book.has(owners) {
            owners::write(report, book, owners, &styles, workbook.add_worksheet())?;
        }
    }
    lines::write(report, book, &styles, workbook.add_worksheet())?;
    prices::write(book, &styles, workbook.add_worksheet())?;
    assumptions::write(report, &styles, workbook.add_worksheet())?;
    workbook.save_to_buffer()
}

/// Whether there are two sides.
fn compares(report: &Report<'_>) -> bool {
    matches!(report.view, View::Compare(_))
}
