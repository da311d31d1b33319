//! Every line: quantity times the rate that its price comes to.

use imgcost::estimate::Pricing;
use rust_xlsxwriter::{RowNum, Worksheet, XlsxError};

use super::book::{Book, Placed};
use super::prices;
use super::sheet::{Sheet, Styles, UNPRICED, letters, result};
use crate::Report;
use crate::dto::exact;

/// The columns that formulas elsewhere refer to.
pub(super) mod column {
    pub(in super::super) const CELL: &str = "A";
    pub(in super::super) const SIDE: &str = "B";
    pub(in super::super) const COMPONENT: &str = "D";
    pub(in super::super) const KIND: &str = "E";
    pub(in super::super) const DRIVER: &str = "F";
    pub(in super::super) const QUANTITY: &str = "H";
    pub(in super::super) const PRICE: &str = "J";
    pub(in super::super) const AMOUNT: &str = "L";
    pub(in super::super) const GROUP: &str = "R";
}

const COLUMNS: [(&str, u8); 18] = [
    ("no.", 6),
    ("side", 8),
    ("service", 24),
    ("component", 18),
    ("kind", 10),
    ("driver", 12),
    ("path", 16),
    ("quantity", 16),
    ("unit", 11),
    ("price", 7),
    ("rate", 14),
    ("amount a month", 16),
    ("exact amount", 30),
    ("exact quantity", 30),
    ("price id", 26),
    ("region", 14),
    ("why unpriced", 30),
    ("group no.", 8),
];

/// All cells of a column of Lines, or those of these lines.
pub(super) fn range(column: &str, lines: (usize, usize)) -> String {
    // Line 0 is in row 2; an empty sheet still has a row to refer to.
    let (first, last) = (lines.0 + 2, (lines.1 + 1).max(lines.0 + 2));
    format!("Lines!${column}${first}:${column}${last}")
}

/// All cells of a column of Lines.
pub(super) fn all(column: &str, book: &Book<'_>) -> String {
    range(column, (0, book.lines.len()))
}

pub(super) fn write(
    report: &Report<'_>,
    book: &Book<'_>,
    styles: &Styles,
    sheet: &mut Worksheet,
) -> Result<(), XlsxError> {
    let mut sheet = Sheet { to: sheet, styles };
    sheet.to.set_name("Lines")?;
    let labels = report.group_by.iter().map(|label| (label.clone(), 16));
    let fixed = COLUMNS.iter().map(|(name, width)| ((*name).to_owned(), *width));
    let columns: Vec<_> = fixed.chain(labels).collect();
    sheet.head(0, &columns, 4)?;
    for (row, placed) in (1..).zip(&book.lines) {
        line(&mut sheet, row, placed, book)?;
    }
    let last = (book.lines.len() as RowNum).max(1);
    sheet.to.autofilter(0, 0, last, columns.len() as u16 - 1)?;
    sheet.alarms((1, 10), (last, 11))
}

fn line(
    sheet: &mut Sheet<'_>,
    row: RowNum,
    placed: &Placed<'_>,
    book: &Book<'_>,
) -> Result<(), XlsxError> {
    let styles = sheet.styles;
    let line = &placed.line;
    let (quantity, unit) = line.quantity();
    let tariff = &line.meter.tariff;
    sheet.number(row, 0, (placed.cell + 1).into(), &styles.count)?;
    sheet.text(row, 1, book.sides[placed.side].demand.side.name())?;
    sheet.text(row, 2, line.cell.service.as_deref().unwrap_or_default())?;
    sheet.text(row, 3, line.meter.component.name())?;
    sheet.text(row, 4, line.kind().name())?;
    sheet.text(row, 5, line.driver().name())?;
    sheet.text(row, 6, line.meter.path.as_deref().unwrap_or_default())?;
    sheet.number(row, 7, quantity, &styles.input)?;
    sheet.text(row, 8, unit.name())?;
    sheet.text(row, 9, &prices::key(placed.price))?;
    let number = row + 1;
    let rate = prices::effective_rate(placed, book);
    let rates = letters(prices::side_column(placed.side, prices::RATE));
    let (first, last) = prices::rows(book);
    let lookup = format!(
        "=INDEX(Prices!${rates}${first}:${rates}${last},MATCH($J{number},Prices!$A${first}:$A${last},0))"
    );
    sheet.formula(row, 10, &lookup, rate.map_or(UNPRICED.into(), result), &styles.rate)?;
    let times = format!("=IF(ISNUMBER(K{number}),H{number}*K{number},\"{UNPRICED}\")");
    let amount = line.amount.map_or(UNPRICED.into(), |amount| result(amount.to_decimal()));
    sheet.formula(row, 11, &times, amount, &styles.money)?;
    let text = line.amount.map_or(String::new(), |amount| amount.to_string());
    sheet.styled(row, 12, &text, &styles.exact)?;
    sheet.styled(row, 13, &exact(quantity), &styles.exact)?;
    sheet.text(row, 14, tariff.id.as_str())?;
    sheet.text(row, 15, tariff.region.as_str())?;
    if let Pricing::Unpriced(why) = line.pricing {
        sheet.text(row, 16, &why.to_string())?;
    }
    sheet.number(row, 17, (placed.group + 1).into(), &styles.count)?;
    for (column, value) in (18..).zip(&line.cell.group) {
        sheet.text(row, column, value)?;
    }
    Ok(())
}
