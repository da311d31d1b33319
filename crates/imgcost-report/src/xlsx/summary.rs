//! What it all comes to: by component, in total, per deploy; and what a reader should know.

use imgcost::demand::{Component, Kind};
use imgcost::units::Money;
use rust_decimal::Decimal;
use rust_xlsxwriter::{Chart, ChartType, ColNum, RowNum, Worksheet, XlsxError};

use super::book::{Book, Sum};
use super::compares;
use super::lines::{self, column};
use super::owners::{Owners, first_amount};
use super::sheet::{Sheet, Styles, UNKNOWN, UNPRICED, letters, result};
use crate::components::label;
use crate::headline::headline;
use crate::text::paragraphs;
use crate::{Report, remarks};

const HOW_TO: [&str; 2] = [
    "Change what is yellow: prices on Prices, quantities on Lines. Everything else follows, this sheet too, except text.",
    "A spreadsheet keeps 15 digits or so; the columns called exact hold every digit, as text, as they were computed.",
];

pub(super) fn write(
    report: &Report<'_>,
    book: &Book<'_>,
    styles: &Styles,
    sheet: &mut Worksheet,
) -> Result<(), XlsxError> {
    let mut sheet = Sheet { to: sheet, styles };
    sheet.to.set_name("Summary")?;
    sheet.styled(0, 0, &headline(report), &styles.title)?;
    let day = format!("Prices of {}, in {}.", report.view.as_of(), report.view.currency());
    let setting = report.setting.iter().map(String::as_str);
    let mut row = 1;
    for line in setting.chain([day.as_str()]).chain(HOW_TO) {
        sheet.text(row, 0, line)?;
        row += 1;
    }
    let mut table = Table { sheet, book, report, row: row + 1, billed: row, each: row };
    table.head()?;
    let first = table.row;
    for component in components(book) {
        table.component(component)?;
    }
    let components = (first, table.row.saturating_sub(1));
    for kind in book.kinds() {
        table.total(kind)?;
    }
    table.percent()?;
    table.deploys()?;
    table.completeness()?;
    table.check()?;
    table.exchange()?;
    table.chart(components)?;
    table.remarks()
}

/// The components that lines have, in the order of reports.
fn components(book: &Book<'_>) -> Vec<Component> {
    let there = |c: &Component| book.lines.iter().any(|p| p.line.meter.component == *c);
    Component::ALL.into_iter().filter(there).collect()
}

/// The table on the sheet, written downwards.
struct Table<'t, 's, 'r> {
    sheet: Sheet<'s>,
    book: &'t Book<'r>,
    report: &'t Report<'r>,
    row: RowNum,
    /// The row of what is billed a month.
    billed: RowNum,
    /// The row of what is billed per deploy.
    each: RowNum,
}

/// The column of the first side.
const FIRST: ColNum = 2;

impl Table<'_, '_, '_> {
    fn sides(&self) -> ColNum {
        self.book.sides.len() as ColNum
    }

    /// The column after those of the sides and the saving.
    fn after(&self) -> ColNum {
        FIRST + self.sides() + ColNum::from(compares(self.report))
    }

    fn head(&mut self) -> Result<(), XlsxError> {
        let mut columns = vec![("a month".to_owned(), 30), ("kind".to_owned(), 12)];
        let names = self.book.sides.iter().map(|side| side.demand.side.name());
        columns.extend(names.clone().map(|name| (name.to_owned(), 18)));
        columns.extend(compares(self.report).then(|| ("saving".to_owned(), 18)));
        columns.push(("unpriced lines".to_owned(), 10));
        columns.extend(names.map(|name| (format!("exact {name}"), 32)));
        self.sheet.head(self.row, &columns, 0)?;
        self.row += 1;
        self.sheet.alarms((self.row, 0), (self.row + 40, self.after()))
    }

    /// The amounts of lines that are alike in two ways: this cell's formula for a side.
    fn sum(&self, side: usize, which: &str) -> String {
        format!(
            "SUMIFS({},{},\"{}\",{which})",
            lines::all(column::AMOUNT, self.book),
            lines::all(column::SIDE, self.book),
            self.side(side)
        )
    }

    fn side(&self, side: usize) -> &'static str {
        self.book.sides.get(side).map_or("", |estimate| estimate.demand.side.name())
    }

    /// How many lines of this sort have no price.
    fn missing(&self, which: &str) -> String {
        format!("COUNTIFS({},\"{UNPRICED}\"{which})", lines::all(column::AMOUNT, self.book))
    }

    fn component(&mut self, component: Component) -> Result<(), XlsxError> {
        let of = |p: &&super::book::Placed<'_>| p.line.meter.component == component;
        let kind = self.book.lines.iter().find(of).map_or("", |p| p.line.kind().name());
        self.sheet.text(self.row, 0, label(component))?;
        self.sheet.text(self.row, 1, kind)?;
        let which =
            format!("{},\"{}\"", lines::all(column::COMPONENT, self.book), component.name());
        let sums: Vec<Sum> = (0..self.book.sides.len())
            .map(|side| Sum::of(self.book.lines.iter().filter(|p| p.side == side).filter(of)))
            .collect();
        self.amounts(&which, &sums)
    }

    /// One row of sums with saving, unpriced lines and exact amounts.
    fn amounts(&mut self, which: &str, sums: &[Sum]) -> Result<(), XlsxError> {
        let (row, styles) = (self.row, self.sheet.styles);
        for ((side, sum), at) in sums.iter().enumerate().zip(FIRST..) {
            let add = self.sum(side, which);
            let formula = if sum.unpriced == 0 {
                format!("={add}")
            } else {
                let of_side = format!(
                    ",{},\"{}\",{which}",
                    lines::all(column::SIDE, self.book),
                    self.side(side)
                );
                let missing = self.missing(&of_side);
                format!("=IF(AND({missing}>0,{add}=0),\"{UNPRICED}\",{add})")
            };
            let known = if sum.is_unknown() { UNPRICED.into() } else { sum.result() };
            self.sheet.formula(row, at, &formula, known, &styles.money)?;
            self.exact(side, sum.amount)?;
        }
        let after = self.after();
        let missing = self.missing(&format!(",{which}"));
        let unpriced: usize = sums.iter().map(|sum| sum.unpriced).sum();
        if let [before, with] = sums {
            let difference = self.difference();
            let saved = (before.amount - with.amount).to_decimal();
            let (formula, known) = match unpriced {
                0 => (format!("={difference}"), result(saved)),
                _ => (format!("=IF({missing}>0,\"{UNKNOWN}\",{difference})"), UNKNOWN.into()),
            };
            self.sheet.formula(row, after - 1, &formula, known, &styles.money)?;
        }
        self.sheet.formula(
            row,
            after,
            &format!("={missing}"),
            unpriced.to_string(),
            &styles.count,
        )?;
        self.row += 1;
        Ok(())
    }

    /// Before less after, in this row.
    fn difference(&self) -> String {
        let number = self.row + 1;
        format!("{}{number}-{}{number}", letters(FIRST), letters(FIRST + 1))
    }

    fn exact(&mut self, side: usize, amount: Money) -> Result<(), XlsxError> {
        let column = self.after() + 1 + side as ColNum;
        let format = &self.sheet.styles.exact;
        self.sheet.styled(self.row, column, &amount.to_string(), format)
    }

    /// A kind's total: what has a price.
    fn total(&mut self, kind: Kind) -> Result<(), XlsxError> {
        let styles = self.sheet.styles;
        if kind == Kind::Billed {
            self.billed = self.row;
        }
        let which = format!("{},\"{}\"", lines::all(column::KIND, self.book), kind.name());
        let totals: Vec<Money> = self
            .book
            .sides
            .iter()
            .map(|side| {
                let monthly = side.figures().monthly;
                match kind {
                    Kind::Billed => monthly.billed,
                    Kind::Capacity => monthly.capacity,
                    Kind::Time => monthly.time,
                }
            })
            .collect();
        self.sheet.styled(self.row, 0, &format!("{} a month", kind.name()), &styles.label)?;
        self.sheet.styled(self.row, 1, kind.name(), &styles.label)?;
        for ((side, total), at) in totals.iter().enumerate().zip(FIRST..) {
            let formula = format!("={}", self.sum(side, &which));
            self.sheet.formula(
                self.row,
                at,
                &formula,
                result(total.to_decimal()),
                &styles.total,
            )?;
            self.exact(side, *total)?;
        }
        self.saving(&totals)?;
        let unpriced = self
            .book
            .lines
            .iter()
            .filter(|p| p.line.kind() == kind && p.line.amount.is_none())
            .count();
        let missing = format!("={}", self.missing(&format!(",{which}")));
        let after = self.after();
        self.sheet.formula(self.row, after, &missing, unpriced.to_string(), &styles.count)?;
        self.row += 1;
        Ok(())
    }

    /// What has a price on one side less what has one on the other, as the other reports say it.
    fn saving(&mut self, totals: &[Money]) -> Result<(), XlsxError> {
        let [before, after] = totals else { return Ok(()) };
        let (formula, at) = (format!("={}", self.difference()), self.after() - 1);
        let saved = result((*before - *after).to_decimal());
        self.sheet.formula(self.row, at, &formula, saved, &self.sheet.styles.total)
    }

    /// The billed saving in percent of what was billed before.
    fn percent(&mut self) -> Result<(), XlsxError> {
        let crate::View::Compare(comparison) = self.report.view else { return Ok(()) };
        let billed = self.billed + 1;
        let (before, saved) = (letters(FIRST), letters(FIRST + 2));
        let formula = format!("=IF({before}{billed}=0,\"\",{saved}{billed}/{before}{billed})");
        let percent = comparison.percent_billed();
        let share = percent.map_or(String::new(), |percent| result(percent / Decimal::ONE_HUNDRED));
        self.sheet.text(self.row, 0, "billed saving in percent")?;
        let format = &self.sheet.styles.percent;
        self.sheet.formula(self.row, FIRST + 2, &formula, share, format)?;
        self.row += 1;
        Ok(())
    }

    /// Deploys, and what each is billed for: the lines that deploys and builds drive.
    fn deploys(&mut self) -> Result<(), XlsxError> {
        let styles = self.sheet.styles;
        let (deploys, each) = (self.row, self.row + 1);
        self.each = each;
        self.sheet.text(deploys, 0, "deploys a month")?;
        self.sheet.styled(each, 0, "billed per deploy", &styles.label)?;
        self.sheet.styled(each, 1, "billed", &styles.label)?;
        let mut amounts = Vec::new();
        for side in 0..self.book.sides.len() {
            let Some(estimate) = self.book.sides.get(side).copied() else { continue };
            let at = FIRST + side as ColNum;
            let counts = estimate.demand.deploys.iter().map(|count| count.in_units_of(1));
            let count =
                counts.fold(Decimal::ZERO, |sum, count| sum.checked_add(count).unwrap_or(sum));
            self.sheet.number(deploys, at, count, &styles.number)?;
            let driven = |driver: &str| {
                let kind = lines::all(column::KIND, self.book);
                let by = lines::all(column::DRIVER, self.book);
                self.sum(side, &format!("{kind},\"billed\",{by},\"{driver}\""))
            };
            let (cell, column) = (letters(at), deploys + 1);
            let formula = format!(
                "=IF({cell}{column}=0,0,({}+{})/{cell}{column})",
                driven("deploy"),
                driven("build")
            );
            let amount = estimate.figures().per_deploy.billed;
            self.sheet.formula(each, at, &formula, result(amount.to_decimal()), &styles.total)?;
            self.row = each;
            self.exact(side, amount)?;
            amounts.push(amount);
        }
        self.row = each;
        self.saving(&amounts)?;
        self.row += 1;
        Ok(())
    }

    /// Whether anything is without a price.
    fn completeness(&mut self) -> Result<(), XlsxError> {
        let missing = self.missing("");
        let formula = format!(
            "=IF({missing}=0,\"complete\",\"INCOMPLETE: lines without a price: \"&{missing}&\"; totals leave them out\")"
        );
        let known = match self.book.lines.iter().filter(|p| p.line.amount.is_none()).count() {
            0 => "complete".to_owned(),
            count => {
                format!("INCOMPLETE: lines without a price: {count}; totals leave them out")
            }
        };
        self.sheet.text(self.row, 0, "complete")?;
        self.sheet.formula(self.row, FIRST, &formula, known, &self.sheet.styles.text)?;
        self.row += 1;
        Ok(())
    }

    /// Whether services or groups still add up: sorted lines or changed formulas would show here.
    fn check(&mut self) -> Result<(), XlsxError> {
        let owners =
            if self.book.has(Owners::Services) { Owners::Services } else { Owners::Groups };
        let amounts = letters(first_amount(self.report, owners));
        let last = owners.count(self.book).max(1) + 1;
        let (total, name) = (letters(FIRST), owners.name());
        let billed = self.billed + 1;
        let formula = format!(
            "=IF(ABS(SUM({name}!{amounts}2:{amounts}{last})-{total}{billed})<=0.000000001*MAX(1,ABS({total}{billed})),\"yes\",\"NO: was Lines sorted or a formula changed?\")"
        );
        self.sheet.text(self.row, 0, &format!("{name} add up to the total"))?;
        self.sheet.formula(self.row, FIRST, &formula, "yes", &self.sheet.styles.text)?;
        self.row += 1;
        Ok(())
    }

    /// The totals in another currency, by a rate that can be changed.
    fn exchange(&mut self) -> Result<(), XlsxError> {
        let Some(exchange) = &self.report.exchange else { return Ok(()) };
        let styles = self.sheet.styles;
        let (from, to) = (exchange.rate.from, exchange.currency());
        self.row += 1;
        let rate = self.row;
        self.sheet.text(rate, 0, &format!("1 {from} in {to}, {}", exchange.rate.on))?;
        self.sheet.number(rate, FIRST, exchange.rate.rate.to_decimal(), &styles.input)?;
        let cell = format!("${}${}", letters(FIRST), rate + 1);
        for ((name, shown), of) in exchange.totals().iter().zip([self.billed, self.each]) {
            self.row += 1;
            self.sheet.styled(self.row, 0, name, &styles.label)?;
            self.sheet.styled(self.row, 1, "billed", &styles.label)?;
            let amounts: Vec<Money> = shown.iter().filter_map(|shown| shown.known()).collect();
            for ((side, amount), at) in amounts.iter().enumerate().zip(FIRST..) {
                let formula = format!("={}{}*{cell}", letters(at), of + 1);
                let known = result(amount.to_decimal());
                self.sheet.formula(self.row, at, &formula, known, &styles.total)?;
                self.exact(side, *amount)?;
            }
            self.saving(&amounts)?;
        }
        self.row += 1;
        Ok(())
    }

    /// Components side by side.
    fn chart(&mut self, (first, last): (RowNum, RowNum)) -> Result<(), XlsxError> {
        if first > last {
            return Ok(());
        }
        let mut chart = Chart::new(ChartType::Bar);
        for side in 0..self.book.sides.len() {
            let at = FIRST + side as ColNum;
            chart
                .add_series()
                .set_name(self.side(side))
                .set_categories(("Summary", first, 0, last, 0))
                .set_values(("Summary", first, at, last, at));
        }
        let currency = self.report.view.currency();
        chart.title().set_name(&format!("{currency} a month, by component"));
        chart.y_axis().set_reverse();
        chart.set_alt_text("What each component costs a month; the numbers are in the table.");
        let column = self.after() + self.sides() + 2;
        self.sheet.to.insert_chart(first.saturating_sub(1), column, &chart)?;
        Ok(())
    }

    /// Warnings, and the remarks of the other reports: text, which does not move.
    fn remarks(&mut self) -> Result<(), XlsxError> {
        let styles = self.sheet.styles;
        self.row += 1;
        self.sheet.styled(
            self.row,
            0,
            "As it was computed; this text does not move",
            &styles.label,
        )?;
        let incomplete = remarks::incomplete(&self.book.sides).map(|text| ("INCOMPLETE", text));
        let warnings = self.report.all_warnings().into_iter().map(|text| ("Warning", text));
        let paragraphs = paragraphs(self.report).into_iter();
        let rest = paragraphs.filter(|(name, _)| *name != "Assumptions");
        for (name, text) in incomplete.into_iter().chain(warnings).chain(rest) {
            self.row += 1;
            self.sheet.text(self.row, 0, name)?;
            let last = self.after() + self.sides();
            self.sheet.to.merge_range(self.row, 1, self.row, last, "", &styles.note)?;
            self.sheet.styled(self.row, 1, &text, &styles.note)?;
            // Merged cells do not grow by themselves.
            let lines = text.chars().count() / 110 + 1;
            self.sheet.to.set_row_height(self.row, 15 * lines.min(20) as u32)?;
        }
        Ok(())
    }
}
