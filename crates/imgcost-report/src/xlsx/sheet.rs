//! Cells: how they look, and that text stays text.

use rust_decimal::Decimal;
use rust_xlsxwriter::{
    ColNum, ConditionalFormatText, ConditionalFormatTextRule, Format, FormatAlign, FormatBorder,
    Formula, RowNum, Url, Worksheet, XlsxError,
};

use crate::dto::exact;
use crate::printable;

/// What a cell holds at most, in characters.
const TEXT: usize = 32_767;
/// What a link holds at most.
const LINK: usize = 2_000;

/// How cells look.
pub(super) struct Styles {
    pub(super) title: Format,
    pub(super) head: Format,
    pub(super) text: Format,
    /// Text that begins like a formula: it stays text when somebody edits the cell.
    quoted: Format,
    pub(super) note: Format,
    pub(super) exact: Format,
    pub(super) money: Format,
    pub(super) total: Format,
    pub(super) label: Format,
    pub(super) number: Format,
    pub(super) rate: Format,
    pub(super) percent: Format,
    pub(super) count: Format,
    pub(super) date: Format,
    /// What is meant to be changed.
    pub(super) input: Format,
    pub(super) input_percent: Format,
    alarm: Format,
}

impl Styles {
    pub(super) fn new() -> Self {
        let plain = || Format::new().set_align(FormatAlign::Top);
        let wrapped = || plain().set_text_wrap();
        let total = || plain().set_bold().set_border_top(FormatBorder::Thin);
        let input = || plain().set_font_color("0000C0").set_background_color("FFF9D6");
        Self {
            title: plain().set_bold().set_font_size(14),
            head: wrapped()
                .set_bold()
                .set_background_color("E6ECF2")
                .set_border_bottom(FormatBorder::Thin),
            text: plain(),
            quoted: plain().set_quote_prefix(),
            note: wrapped().set_font_color("555555"),
            exact: plain().set_font_color("777777").set_align(FormatAlign::Right),
            money: plain().set_num_format("#,##0.00####"),
            total: total().set_num_format("#,##0.00####"),
            label: total(),
            number: plain().set_num_format("#,##0.######"),
            rate: plain().set_num_format("0.0###########"),
            percent: plain().set_num_format("0.0%"),
            count: plain().set_num_format("#,##0"),
            date: plain().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
            input: input().set_num_format("#,##0.0###########"),
            input_percent: input().set_num_format("0.##%"),
            alarm: Format::new().set_bold().set_font_color("B00020"),
        }
    }
}

/// A sheet with a cursor's worth of helpers.
pub(super) struct Sheet<'s> {
    pub(super) to: &'s mut Worksheet,
    pub(super) styles: &'s Styles,
}

impl Sheet<'_> {
    /// Text that is never a formula.
    pub(super) fn text(
        &mut self,
        row: RowNum,
        column: ColNum,
        text: &str,
    ) -> Result<(), XlsxError> {
        let format = match text.chars().next() {
            Some('=' | '+' | '-' | '@' | '\'') => &self.styles.quoted,
            _ => &self.styles.text,
        };
        self.styled(row, column, text, format)
    }

    /// The same in a style of its own.
    pub(super) fn styled(
        &mut self,
        row: RowNum,
        column: ColNum,
        text: &str,
        format: &Format,
    ) -> Result<(), XlsxError> {
        if !text.is_empty() {
            self.to.write_string_with_format(row, column, shown(text), format)?;
        }
        Ok(())
    }

    /// A number; the spreadsheet keeps 15 to 17 digits of it.
    pub(super) fn number(
        &mut self,
        row: RowNum,
        column: ColNum,
        number: Decimal,
        format: &Format,
    ) -> Result<(), XlsxError> {
        self.to.write_with_format(row, column, number, format)?;
        Ok(())
    }

    /// A formula with what it comes to.
    pub(super) fn formula(
        &mut self,
        row: RowNum,
        column: ColNum,
        formula: &str,
        result: impl Into<String>,
        format: &Format,
    ) -> Result<(), XlsxError> {
        let formula = Formula::new(formula).set_result(result);
        self.to.write_formula_with_format(row, column, formula, format)?;
        Ok(())
    }

    /// An address to follow, or text that is none.
    pub(super) fn link(
        &mut self,
        row: RowNum,
        column: ColNum,
        text: &str,
    ) -> Result<(), XlsxError> {
        let is_link = text.starts_with("https://") || text.starts_with("http://");
        if !is_link || text.len() > LINK || text.chars().any(char::is_whitespace) {
            return self.text(row, column, text);
        }
        self.to.write_url(row, column, Url::new(shown(text)))?;
        Ok(())
    }

    /// The heading in `row`, which stays in view, with column widths.
    pub(super) fn head(
        &mut self,
        row: RowNum,
        columns: &[(String, u8)],
        frozen: ColNum,
    ) -> Result<(), XlsxError> {
        for (column, (name, width)) in (0..).zip(columns) {
            self.to.write_string_with_format(row, column, shown(name), &self.styles.head)?;
            self.to.set_column_width(column, *width)?;
        }
        self.to.set_freeze_panes(row + 1, frozen)?;
        self.to.set_repeat_rows(row, row)?;
        self.to.set_landscape().set_print_fit_to_pages(1, 0);
        Ok(())
    }

    /// Lets `unpriced` and `unknown` be seen.
    pub(super) fn alarms(
        &mut self,
        (first_row, first_column): (RowNum, ColNum),
        (last_row, last_column): (RowNum, ColNum),
    ) -> Result<(), XlsxError> {
        for word in [UNPRICED, UNKNOWN] {
            let rule = ConditionalFormatText::new()
                .set_rule(ConditionalFormatTextRule::BeginsWith(word.into()))
                .set_format(&self.styles.alarm);
            self.to.add_conditional_format(
                first_row,
                first_column,
                last_row.max(first_row),
                last_column,
                &rule,
            )?;
        }
        Ok(())
    }
}

/// What stands where there is no price.
pub(super) const UNPRICED: &str = "unpriced";
/// What stands for a difference of which one part has no price.
pub(super) const UNKNOWN: &str = "unknown";

/// A number as a formula's stored result.
pub(super) fn result(number: Decimal) -> String {
    exact(number)
}

/// The letters of a column: `A`, `AB`.
pub(super) fn letters(column: ColNum) -> String {
    rust_xlsxwriter::utility::column_number_to_name(column)
}

/// Text that a sheet can hold: without characters that XML cannot, and of limited length.
fn shown(text: &str) -> String {
    let text: String = printable(text)
        .chars()
        .map(|c| if matches!(c, '\u{fffe}' | '\u{ffff}') { '\u{fffd}' } else { c })
        .collect();
    if text.chars().count() <= TEXT {
        return text;
    }
    text.chars().take(TEXT - 1).chain(['…']).collect()
}
