//! Texts to quantities: the domain's own parsers, and a stable code for what is wrong.

use chrono::{Datelike, NaiveDate};
use imgcost::units::{
    CompressionRatio, ParseError, PerMonth, Share, Span, Speed, parse_bytes, parse_decimal,
};
use rust_decimal::Decimal;

use crate::diagnostic::Flaw;

/// A kind of quantity that is written with a unit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind<T> {
    /// The domain's parser.
    pub(crate) parse: fn(&str) -> Result<T, ParseError>,
    /// What one looks like.
    pub(crate) example: &'static str,
}

pub(crate) const SIZE: Kind<u64> = Kind { parse: parse_bytes, example: "180MB" };
pub(crate) const RATE: Kind<PerMonth> = Kind { parse: PerMonth::parse, example: "60/month" };
pub(crate) const SHARE: Kind<Share> = Kind { parse: Share::parse, example: "60%" };
pub(crate) const SPAN: Kind<Span> = Kind { parse: Span::parse, example: "36h" };
pub(crate) const SPEED: Kind<Speed> = Kind { parse: Speed::parse, example: "162MB/s" };

/// Parses a quantity that has a unit.
pub(crate) fn quantity<T>(text: &str, kind: Kind<T>) -> Result<T, Flaw> {
    let parse = kind.parse;
    parse(text).map_err(|wrong| flawed(text, wrong, |probe| parse(probe).is_ok(), true))
}

/// Parses a plain decimal such as a rate of money.
pub(crate) fn decimal(text: &str) -> Result<Decimal, Flaw> {
    parse_decimal(text)
        .map_err(|wrong| flawed(text, wrong, |probe| parse_decimal(probe).is_ok(), false))
}

/// Parses a compression ratio.
pub(crate) fn ratio(text: &str) -> Result<CompressionRatio, Flaw> {
    CompressionRatio::new(decimal(text)?)
        .map_err(|wrong| Flaw::new("out-of-range", wrong.problem, wrong.help))
}

/// Parses a plain count between two bounds; `thing` is its plural.
pub(crate) fn count(text: &str, thing: &str, least: u32, most: u32) -> Result<u32, Flaw> {
    if let Some(number) = digits(text).filter(|number| (least..=most).contains(number)) {
        return Ok(number);
    }
    let help = || format!("write a whole number from {least} to {most}");
    let text = text.trim();
    let number = match text.parse::<u64>() {
        Ok(number) if text.bytes().all(|b| b.is_ascii_digit()) => number,
        _ if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => u64::MAX,
        _ => {
            let wrong =
                ParseError { problem: format!("`{text}` is not a whole number"), help: help() };
            return Err(flawed(text, wrong, |_| true, false));
        }
    };
    match u32::try_from(number) {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(Flaw::new(
            "out-of-range",
            format!("{text} {thing} are not between {least} and {most}"),
            help(),
        )),
    }
}

/// One to nine digits and nothing else: the usual count.
#[inline]
fn digits(text: &str) -> Option<u32> {
    let digit = |number: u32, byte: &u8| {
        byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0'))
    };
    if text.is_empty() || text.len() > 9 { None } else { text.as_bytes().iter().try_fold(0, digit) }
}

const DATE_HELP: &str = "write a date as year-month-day, such as 2026-01-31";

/// Parses a day between 2000-01-01 and 2100-01-01.
pub(crate) fn date(text: &str) -> Result<NaiveDate, Flaw> {
    let malformed = || Flaw::new("malformed-date", format!("`{text}` is not a date"), DATE_HELP);
    let [year, month, day] = text.split('-').collect::<Vec<_>>()[..] else {
        return Err(malformed());
    };
    let shape = [(year, 4), (month, 2), (day, 2)];
    if shape
        .iter()
        .any(|(part, len)| part.len() != *len || !part.bytes().all(|b| b.is_ascii_digit()))
    {
        return Err(malformed());
    }
    let parts = (year.parse(), month.parse(), day.parse());
    let (Ok(year), Ok(month), Ok(day)) = parts else { return Err(malformed()) };
    plausible(NaiveDate::from_ymd_opt(year, month, day).ok_or_else(malformed)?)
}

/// Refuses days that no price can be known for.
pub(crate) fn plausible(date: NaiveDate) -> Result<NaiveDate, Flaw> {
    let last = NaiveDate::from_ymd_opt(2100, 1, 1);
    if date.year() < 2000 || last.is_some_and(|last| date > last) {
        let message = format!("{date} is not between 2000-01-01 and 2100-01-01");
        return Err(Flaw::new("date-out-of-range", message, "check the year"));
    }
    Ok(date)
}

/// Wraps what the domain's parser said into a flaw with a stable code, which depends only on the
/// text and on which similar texts the parser takes.
fn flawed(text: &str, wrong: ParseError, takes: impl Fn(&str) -> bool, has_unit: bool) -> Flaw {
    Flaw::new(code_of(text.trim(), takes, has_unit), wrong.problem, wrong.help)
}

fn code_of(text: &str, takes: impl Fn(&str) -> bool, has_unit: bool) -> &'static str {
    let lower = text.to_ascii_lowercase();
    if text.is_empty() {
        return "empty-value";
    }
    if lower.trim_start_matches(['-', '+']).starts_with("nan")
        || lower.trim_start_matches(['-', '+']).starts_with("inf")
    {
        return "not-a-number";
    }
    if text.starts_with('-') {
        return "negative-number";
    }
    let cut = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (number, unit) = text.split_at(cut);
    if number.is_empty() {
        return "malformed-value";
    }
    let exponent = unit.strip_prefix(['e', 'E']).is_some_and(|rest| {
        rest.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_digit())
    });
    if exponent {
        return "exponent-notation";
    }
    if has_unit && unit.trim().is_empty() {
        return "missing-unit";
    }
    if has_unit && !takes(&format!("1{unit}")) {
        return "wrong-unit";
    }
    if !has_unit && !unit.is_empty() {
        return "malformed-value";
    }
    let Some((whole, decimals)) = number.split_once('.') else { return "out-of-range" };
    if whole.is_empty() || decimals.is_empty() || decimals.contains('.') {
        return "malformed-value";
    }
    if takes(&format!("{whole}{unit}")) { "too-precise" } else { "out-of-range" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_mistake_has_its_code() {
        let cases = [
            ("180", "missing-unit"),
            ("180mb", "wrong-unit"),
            ("180 parsecs", "wrong-unit"),
            ("-180MB", "negative-number"),
            ("NaN", "not-a-number"),
            ("inf", "not-a-number"),
            ("1e9B", "exponent-notation"),
            ("9000TB", "out-of-range"),
            ("99999999999999999999GB", "out-of-range"),
            ("1.5B", "too-precise"),
            ("1.2.3GB", "malformed-value"),
            ("big", "malformed-value"),
            ("", "empty-value"),
        ];
        for (text, code) in cases {
            assert_eq!(quantity(text, SIZE).unwrap_err().code, code, "{text}");
        }
    }

    #[test]
    fn rates_shares_and_times_use_the_same_codes() {
        assert_eq!(quantity("60", RATE).unwrap_err().code, "missing-unit");
        assert_eq!(quantity("60/fortnight", RATE).unwrap_err().code, "wrong-unit");
        assert_eq!(quantity("99999999999/month", RATE).unwrap_err().code, "out-of-range");
        assert_eq!(quantity("150%", SHARE).unwrap_err().code, "out-of-range");
        assert_eq!(quantity("36", SPAN).unwrap_err().code, "missing-unit");
        assert_eq!(quantity("2m30x", SPAN).unwrap_err().code, "wrong-unit");
        assert_eq!(quantity("162MB", SPEED).unwrap_err().code, "wrong-unit");
        assert_eq!(decimal("1e3").unwrap_err().code, "exponent-notation");
        assert_eq!(decimal("$5").unwrap_err().code, "malformed-value");
    }

    #[test]
    fn counts_are_whole_and_bounded() {
        assert_eq!(count("12", "nodes", 1, 100).unwrap(), 12);
        let code = |text| count(text, "nodes", 1, 100).unwrap_err().code;
        assert_eq!(code("0"), "out-of-range");
        assert_eq!(code("101"), "out-of-range");
        assert_eq!(code("99999999999999999999999"), "out-of-range");
        assert_eq!(code("-3"), "negative-number");
        assert_eq!(code("1e3"), "exponent-notation");
        assert_eq!(code("1.5"), "too-precise");
        assert_eq!(code("NaN"), "not-a-number");
    }

    #[test]
    fn dates_are_days_of_this_century() {
        assert_eq!(date("2026-01-31").unwrap(), NaiveDate::from_ymd_opt(2026, 1, 31).unwrap());
        let code = |text| date(text).unwrap_err().code;
        assert_eq!(code("2026-02-30"), "malformed-date");
        assert_eq!(code("2026-1-3"), "malformed-date");
        assert_eq!(code("today"), "malformed-date");
        assert_eq!(code("1970-01-01"), "date-out-of-range");
        assert_eq!(code("2100-01-02"), "date-out-of-range");
    }
}
