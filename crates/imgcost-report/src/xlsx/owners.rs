//! What each service, or each group, comes to.

use imgcost::demand::Kind;
use rust_xlsxwriter::{ColNum, RowNum, Worksheet, XlsxError};

use super::book::{Book, Placed, Sum};
use super::compares;
use super::lines::{self, column};
use super::sheet::{Sheet, Styles, UNKNOWN, UNPRICED, letters, result};
use crate::Report;

/// Whose lines are added up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owners {
    Services,
    Groups,
}

/// Comparisons that a spreadsheet makes for these sums without being slow: lines times owners.
/// Beyond that, each owner's sum reads only its own lines, which are neighbours.
const COMPARISONS: usize = 20_000_000;

impl Owners {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Services => "Services",
            Self::Groups => "Groups",
        }
    }

    fn of(self, placed: &Placed<'_>) -> usize {
        match self {
            Self::Services => placed.cell,
            Self::Groups => placed.group,
        }
    }

    pub(super) fn count(self, book: &Book<'_>) -> usize {
        match self {
            Self::Services => book.cells.len(),
            Self::Groups => book.groups.len(),
        }
    }

    /// The number's column on Lines.
    const fn key(self) -> &'static str {
        match self {
            Self::Services => column::CELL,
            Self::Groups => column::GROUP,
        }
    }

    /// Whether sums read only their own lines, so that Lines must keep its order.
    fn by_place(self, book: &Book<'_>) -> bool {
        self.count(book).saturating_mul(book.lines.len()) > COMPARISONS
    }
}

/// The column of the first kind's first side; label columns stand before it.
pub(super) fn first_amount(report: &Report<'_>, owners: Owners) -> ColNum {
    let service = ColNum::from(owners == Owners::Services);
    1 + service + report.group_by.len() as ColNum
}

pub(super) fn write(
    report: &Report<'_>,
    book: &Book<'_>,
    owners: Owners,
    styles: &Styles,
    sheet: &mut Worksheet,
) -> Result<(), XlsxError> {
    let mut sheet = Sheet { to: sheet, styles };
    sheet.to.set_name(owners.name())?;
    let columns = columns(report, book, owners);
    sheet.head(0, &columns, first_amount(report, owners))?;
    // Lines are sorted by owner: each has a run of them.
    let mut from = 0;
    for owner in 0..owners.count(book) {
        let run = book.lines[from..].iter().take_while(|placed| owners.of(placed) == owner);
        let to = from + run.count();
        let reach = if owners.by_place(book) { (from, to) } else { (0, book.lines.len()) };
        let row = Owner { owners, owner, reach, lines: &book.lines[from..to] };
        row.write(&mut sheet, report, book)?;
        from = to;
    }
    let last = (owners.count(book) as RowNum).max(1);
    sheet.to.autofilter(0, 0, last, columns.len() as ColNum - 1)?;
    sheet.alarms((1, 0), (last, columns.len() as ColNum - 1))
}

fn columns(report: &Report<'_>, book: &Book<'_>, owners: Owners) -> Vec<(String, u8)> {
    let mut columns = vec![("no.".to_owned(), 6)];
    if owners == Owners::Services {
        columns.push(("service".to_owned(), 28));
    }
    columns.extend(report.group_by.iter().map(|label| (label.clone(), 18)));
    for kind in book.kinds() {
        let side = |name: &str| (format!("{} {name}", kind.name()), 16);
        columns.extend(book.sides.iter().map(|estimate| side(estimate.demand.side.name())));
        columns.extend(compares(report).then(|| side("saving")));
    }
    columns.push(("unpriced lines".to_owned(), 9));
    for side in &book.sides {
        columns.push((format!("exact billed {}", side.demand.side.name()), 30));
    }
    columns
}

/// One row: a service or group with its lines.
struct Owner<'o, 'r> {
    owners: Owners,
    owner: usize,
    /// Which lines its formulas read.
    reach: (usize, usize),
    lines: &'o [Placed<'r>],
}

impl Owner<'_, '_> {
    fn write(
        &self,
        sheet: &mut Sheet<'_>,
        report: &Report<'_>,
        book: &Book<'_>,
    ) -> Result<(), XlsxError> {
        let styles = sheet.styles;
        let row = self.owner as RowNum + 1;
        sheet.number(row, 0, (self.owner + 1).into(), &styles.count)?;
        let (group, service) = match self.owners {
            Owners::Services => {
                let cell = book.cells.get(self.owner);
                (cell.map(|cell| &*cell.group), cell.and_then(|cell| cell.service.as_deref()))
            }
            Owners::Groups => (book.groups.get(self.owner).copied(), None),
        };
        if let Some(service) = service {
            sheet.text(row, 1, service)?;
        }
        let mut column = first_amount(report, self.owners);
        let labels = column - report.group_by.len() as ColNum;
        for (at, value) in (labels..).zip(group.unwrap_or_default()) {
            sheet.text(row, at, value)?;
        }
        for kind in book.kinds() {
            let sums: Vec<Sum> = (0..book.sides.len()).map(|side| self.sum(side, kind)).collect();
            for (side, sum) in sums.iter().enumerate() {
                let formula = self.formula(side, kind, sum, book, row);
                let known = if sum.is_unknown() { UNPRICED.into() } else { sum.result() };
                sheet.formula(row, column, &formula, known, &styles.money)?;
                column += 1;
            }
            if let [before, after] = sums[..] {
                let (formula, result) = self.saving(column, row, kind, before, after);
                sheet.formula(row, column, &formula, result, &styles.money)?;
                column += 1;
            }
        }
        let unpriced = self.lines.iter().filter(|placed| placed.line.amount.is_none()).count();
        let count = self.counting(row, "");
        sheet.formula(row, column, &format!("={count}"), unpriced.to_string(), &styles.count)?;
        for side in 0..book.sides.len() {
            column += 1;
            let exact = self.sum(side, Kind::Billed).amount.to_string();
            sheet.styled(row, column, &exact, &styles.exact)?;
        }
        Ok(())
    }

    fn sum(&self, side: usize, kind: Kind) -> Sum {
        Sum::of(self.lines.iter().filter(|p| p.side == side && p.line.kind() == kind))
    }

    /// The sum of a side and kind; where a line has no price, that is said instead of 0.
    fn formula(&self, side: usize, kind: Kind, sum: &Sum, book: &Book<'_>, row: RowNum) -> String {
        let range = |column| lines::range(column, self.reach);
        let name = book.sides.get(side).map_or("", |estimate| estimate.demand.side.name());
        let which = format!(
            "{},\"{name}\",{},\"{}\"",
            range(column::SIDE),
            range(column::KIND),
            kind.name()
        );
        let key = format!("{},$A{}", range(self.owners.key()), row + 1);
        let add = format!("SUMIFS({},{key},{which})", range(column::AMOUNT));
        if sum.unpriced == 0 {
            return format!("={add}");
        }
        let missing = self.counting(row, &format!(",{which}"));
        format!("=IF(AND({missing}>0,{add}=0),\"{UNPRICED}\",{add})")
    }

    /// The difference of the two cells to the left; unknown as long as a line has no price.
    fn saving(
        &self,
        column: ColNum,
        row: RowNum,
        kind: Kind,
        before: Sum,
        after: Sum,
    ) -> (String, String) {
        let (left, right, number) = (letters(column - 2), letters(column - 1), row + 1);
        let saved = format!("{left}{number}-{right}{number}");
        if before.unpriced + after.unpriced == 0 {
            return (format!("={saved}"), result((before.amount - after.amount).to_decimal()));
        }
        let of_kind = format!(",{},\"{}\"", lines::range(column::KIND, self.reach), kind.name());
        let missing = self.counting(row, &of_kind);
        (format!("=IF({missing}>0,\"{UNKNOWN}\",{saved})"), UNKNOWN.into())
    }

    /// How many of its lines have no price.
    fn counting(&self, row: RowNum, which: &str) -> String {
        let range = |column| lines::range(column, self.reach);
        format!(
            "COUNTIFS({},$A{},{},\"{UNPRICED}\"{which})",
            range(self.owners.key()),
            row + 1,
            range(column::AMOUNT)
        )
    }
}

impl Sum {
    /// Whether nothing of it has a price.
    pub(super) fn is_unknown(&self) -> bool {
        self.unpriced > 0 && self.amount.is_zero()
    }

    pub(super) fn result(&self) -> String {
        result(self.amount.to_decimal())
    }
}
