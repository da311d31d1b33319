//! What was taken for granted, each with its source, and how to read the workbook.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{Sheet, Styles};
use crate::Report;

pub(super) fn write(
    report: &Report<'_>,
    styles: &Styles,
    sheet: &mut Worksheet,
) -> Result<(), XlsxError> {
    let mut sheet = Sheet { to: sheet, styles };
    sheet.to.set_name("Assumptions")?;
    let columns = [("name", 28), ("value", 50), ("basis", 20), ("source", 90)];
    let columns = columns.map(|(name, width)| (name.to_owned(), width));
    sheet.head(0, &columns, 1)?;
    for (row, assumption) in (1..).zip(&report.assumptions) {
        sheet.text(row, 0, &assumption.name)?;
        sheet.text(row, 1, &assumption.value)?;
        sheet.text(row, 2, &assumption.basis)?;
        sheet.link(row, 3, &assumption.source)?;
    }
    Ok(())
}
