//! Prices, one row per tier, and what each side's pool of lines comes to by them.
//!
//! A vendor adds up quantities before tiers, allowances and rounding apply, so that no line has a
//! rate of its own. Here the whole pool is computed, live; its amount over its quantity is the
//! effective rate that lines are multiplied by, which divides the money as the model does.

use imgcost::price::{Charge, Minimum, PriceRow, RoundingMode, RoundingScope, Tier};
use rust_decimal::Decimal;
use rust_xlsxwriter::{ColNum, RowNum, Worksheet, XlsxError};

use super::book::{Book, Known, Placed, Price};
use super::lines::{self, column};
use super::sheet::{Sheet, Styles, UNPRICED, letters, result};
use imgcost::estimate::Place;

/// The heading's row, below the notes; prices begin in the next.
const HEAD: RowNum = 5;

const NOTES: [&str; 4] = [
    "Change what is yellow: rates, discounts, allowances. Quantities are changed on Lines.",
    "Quantities that a vendor adds up are one pool: rounded, less the allowance (it covers the first units), through the tiers, less the discount.",
    "Effective rate = amount of the pool / its quantity. Each line costs its quantity x that rate, so that lines add up to the pool.",
    "An allowance that several pools draw on stands here as it was divided; it is not divided anew when quantities change.",
];

const COLUMNS: [(&str, u8); 11] = [
    ("price", 7),
    ("price id", 28),
    ("region", 16),
    ("to", 14),
    ("unit", 11),
    ("from", 12),
    ("up to", 12),
    ("rate", 14),
    ("discount", 9),
    ("rounded to", 9),
    ("minimum", 10),
];

/// The columns of one side, each after the other.
const SIDE: [(&str, u8); 8] = [
    ("quantity", 16),
    ("allowance", 12),
    ("billed from", 12),
    ("billed up to", 16),
    ("in this tier", 16),
    ("tier amount", 14),
    ("amount", 14),
    ("effective rate", 16),
];

/// Places in [`SIDE`].
const QUANTITY: ColNum = 0;
const ALLOWANCE: ColNum = 1;
const START: ColNum = 2;
const END: ColNum = 3;
const IN_TIER: ColNum = 4;
const GROSS: ColNum = 5;
const AMOUNT: ColNum = 6;
pub(super) const RATE: ColNum = 7;

const SOURCES: [(&str, u8); 8] = [
    ("source", 50),
    ("evidence", 50),
    ("checked", 12),
    ("evidence of", 12),
    ("in force since", 13),
    ("confidence", 12),
    ("currency", 9),
    ("note", 50),
];

/// The name that lines find a price by.
pub(super) fn key(price: usize) -> String {
    format!("P{}", price + 1)
}

/// A column of a side.
pub(super) fn side_column(side: usize, column: ColNum) -> ColNum {
    (COLUMNS.len() + side * SIDE.len()) as ColNum + column
}

/// The first and last row, as spreadsheets count.
pub(super) fn rows(book: &Book<'_>) -> (RowNum, RowNum) {
    let height: usize = book.prices.iter().map(Price::height).sum();
    (HEAD + 2, HEAD + 1 + (height as RowNum).max(1))
}

/// What a unit of a line comes to.
pub(super) fn effective_rate(placed: &Placed<'_>, book: &Book<'_>) -> Option<Decimal> {
    book.prices.get(placed.price)?.rate(placed.side)
}

impl Price<'_> {
    fn rate(&self, side: usize) -> Option<Decimal> {
        let Known::Row(row, _) = self.known else { return None };
        let first = || row.tiers.first().map(|tier| tier.rate);
        let charge = self.charges.get(side).copied().flatten();
        charge
            .and_then(|charge| charge.amount.to_decimal().checked_div(charge.quantity))
            .or_else(first)
    }
}

pub(super) fn write(
    book: &Book<'_>,
    styles: &Styles,
    sheet: &mut Worksheet,
) -> Result<(), XlsxError> {
    let mut sheet = Sheet { to: sheet, styles };
    sheet.to.set_name("Prices")?;
    for (row, note) in (0..).zip(NOTES) {
        sheet.text(row, 0, note)?;
    }
    let plain = |(name, width): &(&str, u8)| ((*name).to_owned(), *width);
    let mut columns: Vec<_> = COLUMNS.iter().map(plain).collect();
    for side in &book.sides {
        let name = side.demand.side.name();
        columns.extend(SIDE.iter().map(|(of, width)| (format!("{name}: {of}"), *width)));
    }
    columns.extend(SOURCES.iter().map(plain));
    sheet.head(HEAD, &columns, 2)?;
    let mut row = HEAD + 1;
    for (index, price) in book.prices.iter().enumerate() {
        sheet.text(row, 0, &key(index))?;
        sheet.text(row, 1, price.meter.tariff.id.as_str())?;
        sheet.text(row, 2, &region(price))?;
        let to = price.meter.tariff.to.as_ref().map_or("", |to| to.as_str());
        sheet.text(row, 3, to)?;
        sheet.text(row, 4, price.unit.name())?;
        match price.known {
            Known::Row(found, _) => {
                known(&mut sheet, row, found, price, book)?;
                sources(&mut sheet, row, side_column(book.sides.len(), 0), found)?;
            }
            Known::Nothing(why) => {
                unknown(&mut sheet, row, book)?;
                sheet.text(row, side_column(book.sides.len(), 7), &why.to_string())?;
            }
        }
        row += price.height() as RowNum;
    }
    sheet.alarms((HEAD + 1, 0), (row, side_column(book.sides.len(), 0)))
}

/// Where the pool is.
fn region(price: &Price<'_>) -> String {
    let region = price.meter.tariff.region.as_str();
    match price.known {
        Known::Row(_, Place::Account) => "the account".to_owned(),
        Known::Row(_, Place::Registry(Some(index))) => format!("{region}, registry {}", index + 1),
        _ => region.to_owned(),
    }
}

/// A price with its tiers, and each side's way through them.
fn known(
    sheet: &mut Sheet<'_>,
    row: RowNum,
    found: &PriceRow,
    price: &Price<'_>,
    book: &Book<'_>,
) -> Result<(), XlsxError> {
    let styles = sheet.styles;
    for (index, (at, tier)) in (row..).zip(&found.tiers).enumerate() {
        sheet.number(at, 5, tier.from, &styles.number)?;
        if let Some(next) = found.tiers.get(index + 1) {
            sheet.number(at, 6, next.from, &styles.number)?;
        }
        sheet.number(at, 7, tier.rate, &styles.input)?;
    }
    sheet.number(row, 8, discount(price), &styles.input_percent)?;
    let rounding = found.rounding.filter(|rounding| rounding.per == RoundingScope::Total);
    if let Some(rounding) = rounding {
        sheet.number(row, 9, rounding.step, &styles.number)?;
    }
    if let Some(Minimum::Amount(least)) = found.minimum {
        sheet.number(row, 10, least, &styles.number)?;
    }
    for side in 0..book.sides.len() {
        pool(sheet, row, found, price, side, book)?;
    }
    Ok(())
}

/// One side's pool: what is billed, tier by tier, and the rate that comes to.
fn pool(
    sheet: &mut Sheet<'_>,
    row: RowNum,
    found: &PriceRow,
    price: &Price<'_>,
    side: usize,
    book: &Book<'_>,
) -> Result<(), XlsxError> {
    let styles = sheet.styles;
    let charge: Option<&Charge> = price.charges.get(side).copied().flatten();
    let place = |column| side_column(side, column);
    let number = row + 1;
    let last = row + found.tiers.len().max(1) as RowNum;
    let cell = |column| format!("{}{number}", letters(place(column)));
    let or_nothing = |value: Option<Decimal>| result(value.unwrap_or_default());

    quantity(sheet, row, side, charge.map(|charge| charge.quantity), book)?;
    let allowances = charge.map(|charge| &charge.allowances);
    let allowance = allowances.and_then(|not| not.free.checked_add(not.included));
    sheet.number(row, place(ALLOWANCE), allowance.unwrap_or_default(), &styles.input)?;
    let rounded = rounded(found, &cell(QUANTITY), number);
    let start = format!("=MIN({},{rounded})", cell(ALLOWANCE));
    let begins = charge.map(|charge| charge.start);
    sheet.formula(row, place(START), &start, or_nothing(begins), &styles.number)?;
    let end = match found.minimum {
        Some(Minimum::Amount(_)) => {
            format!("=IF({rounded}>{0},MAX({rounded},{0}+$K{number}),{rounded})", cell(START))
        }
        _ => format!("={rounded}"),
    };
    let ends = charge.and_then(|charge| charge.start.checked_add(charge.billable));
    sheet.formula(row, place(END), &end, or_nothing(ends), &styles.number)?;
    for (at, tier) in (row..).zip(&found.tiers) {
        let reached = charge.and_then(|charge| through(charge, tier));
        let to = if at + 1 == last { cell(END) } else { format!("MIN({},G{})", cell(END), at + 1) };
        let part = format!("=MAX(0,{to}-MAX(F{},{}))", at + 1, cell(START));
        let inside = reached.map(|(quantity, _)| quantity);
        sheet.formula(at, place(IN_TIER), &part, or_nothing(inside), &styles.number)?;
        let times = format!("={}{1}*H{1}", letters(place(IN_TIER)), at + 1);
        let gross = reached.map(|(_, amount)| amount);
        sheet.formula(at, place(GROSS), &times, or_nothing(gross), &styles.money)?;
    }
    let gross = letters(place(GROSS));
    let sum = format!("=SUM({gross}{number}:{gross}{last})*(1-$I{number})");
    let amount = charge.map(|charge| charge.amount.to_decimal());
    sheet.formula(row, place(AMOUNT), &sum, or_nothing(amount), &styles.money)?;
    let rate = format!("=IF({0}=0,$H{number},{1}/{0})", cell(QUANTITY), cell(AMOUNT));
    sheet.formula(row, place(RATE), &rate, or_nothing(price.rate(side)), &styles.rate)
}

/// A row to fill in: whoever knows the price writes it, and totals become complete.
fn unknown(sheet: &mut Sheet<'_>, row: RowNum, book: &Book<'_>) -> Result<(), XlsxError> {
    let styles = sheet.styles;
    sheet.to.write_blank(row, 7, &styles.input)?;
    let number = row + 1;
    for side in 0..book.sides.len() {
        let known = book
            .lines
            .iter()
            .filter(|placed| placed.side == side && key_row(book, placed.price) == Some(row));
        let total = known
            .map(|placed| placed.line.quantity().0)
            .try_fold(Decimal::ZERO, |sum, quantity| sum.checked_add(quantity));
        quantity(sheet, row, side, total, book)?;
        let of_pool = letters(side_column(side, QUANTITY));
        let amount =
            format!("=IF(ISNUMBER($H{number}),{of_pool}{number}*$H{number},\"{UNPRICED}\")");
        sheet.formula(row, side_column(side, AMOUNT), &amount, UNPRICED, &styles.money)?;
        let rate = format!("=IF(ISNUMBER($H{number}),$H{number},\"{UNPRICED}\")");
        sheet.formula(row, side_column(side, RATE), &rate, UNPRICED, &styles.rate)?;
    }
    Ok(())
}

/// The row that a price begins in.
fn key_row(book: &Book<'_>, price: usize) -> Option<RowNum> {
    let above: usize = book.prices.get(..price)?.iter().map(Price::height).sum();
    Some(HEAD + 1 + above as RowNum)
}

/// What the lines of a side add up to.
fn quantity(
    sheet: &mut Sheet<'_>,
    row: RowNum,
    side: usize,
    total: Option<Decimal>,
    book: &Book<'_>,
) -> Result<(), XlsxError> {
    let name = book.sides.get(side).map_or("", |estimate| estimate.demand.side.name());
    let formula = format!(
        "=SUMIFS({},{},$A{},{},\"{name}\")",
        lines::all(column::QUANTITY, book),
        lines::all(column::PRICE, book),
        row + 1,
        lines::all(column::SIDE, book),
    );
    let number = &sheet.styles.number;
    sheet.formula(
        row,
        side_column(side, QUANTITY),
        &formula,
        result(total.unwrap_or_default()),
        number,
    )
}

/// The quantity as the row rounds it; the inner rounding keeps binary noise from becoming a step.
fn rounded(row: &PriceRow, quantity: &str, number: RowNum) -> String {
    match row.rounding.filter(|rounding| rounding.per == RoundingScope::Total) {
        None => quantity.to_owned(),
        Some(rounding) => {
            let round = match rounding.mode {
                RoundingMode::Up => "ROUNDUP",
                RoundingMode::Nearest => "ROUND",
            };
            format!("{round}(ROUND({quantity}/$J{number},9),0)*$J{number}")
        }
    }
}

/// What of a charge falls into a tier, and what that costs.
fn through(charge: &Charge, tier: &Tier) -> Option<(Decimal, Decimal)> {
    let reached = charge.tiers.iter().find(|reached| reached.from == tier.from)?;
    Some((reached.quantity, reached.amount.to_decimal()))
}

/// All discounts, one after the other, as one.
fn discount(price: &Price<'_>) -> Decimal {
    let charge = price.charges.iter().flatten().next();
    let discounts = charge.map_or(&[][..], |charge| &charge.allowances.discounts);
    let rest = discounts.iter().map(|off| off.rest().get().to_decimal());
    Decimal::ONE - rest.fold(Decimal::ONE, |all, rest| all.checked_mul(rest).unwrap_or(all))
}

/// Who says so, and since when.
fn sources(
    sheet: &mut Sheet<'_>,
    row: RowNum,
    column: ColNum,
    found: &PriceRow,
) -> Result<(), XlsxError> {
    let date = sheet.styles.date.clone();
    sheet.link(row, column, &found.source)?;
    sheet.text(row, column + 1, &found.evidence)?;
    sheet.to.write_date_with_format(row, column + 2, found.checked, &date)?;
    if let Some(day) = found.source_date {
        sheet.to.write_date_with_format(row, column + 3, day, &date)?;
    }
    sheet.text(row, column + 4, &crate::dto::from_date(found))?;
    sheet.text(row, column + 5, found.confidence.name())?;
    sheet.text(row, column + 6, found.currency.code())?;
    sheet.text(row, column + 7, found.note.as_deref().unwrap_or_default())
}
