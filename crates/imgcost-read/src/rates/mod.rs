//! Rates of exchange, as the European Central Bank publishes them: `eurofxref-daily.xml` and
//! `eurofxref-hist.xml`, and the CSV files of the same names.

mod csv;
mod xml;

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use imgcost::units::{Currency, ReferenceRates, parse_decimal};
use rust_decimal::Decimal;

use crate::diagnostic::Diagnostic;

/// The rates of one day, before they are looked at.
pub(super) struct Day {
    pub(super) on: NaiveDate,
    pub(super) buys: BTreeMap<Currency, Decimal>,
}

impl Day {
    /// Adds a rate as it is written. A currency that has two has none: nobody could tell which.
    fn add(&mut self, code: &str, rate: &str) -> Result<(), (String, &'static str)> {
        let Some((currency, rate)) = pair(code, rate)? else { return Ok(()) };
        if currency == Currency::EUR && rate != Decimal::ONE {
            return Err((format!("a euro is {rate} euros here"), "leave the euro out"));
        }
        match self.buys.insert(currency, rate).filter(|other| *other != rate) {
            None => Ok(()),
            Some(other) => Err((
                format!("{currency} has two rates on {}: {other} and {rate}", self.on),
                "leave one of them",
            )),
        }
    }
}

/// The longest file that is read: all days since 1999 are less than 10 MB.
const LONGEST: usize = 64 << 20;

/// Reads a file of the ECB's euro reference rates, and takes the newest day that is not after `as_of`.
///
/// ```
/// let text = "Date, USD, GBP, \n24 November 2026, 1.25, 0.80, \n";
/// let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 25).unwrap();
/// let rates = imgcost_read::read_rates("eurofxref.csv", text, day).unwrap();
/// assert_eq!(rates.on.to_string(), "2026-11-24");
/// assert_eq!(rates.buys[&"USD".parse().unwrap()].to_string(), "1.25");
/// ```
///
/// # Errors
/// Every problem: what is no such file, days and rates that cannot be read, no day early enough.
pub fn read_rates(
    file: &str,
    text: &str,
    as_of: NaiveDate,
) -> Result<ReferenceRates, Vec<Diagnostic>> {
    if text.len() > LONGEST {
        return Err(vec![
            Diagnostic::error("wrong-file", file, "this is too long for rates of exchange")
                .help("give a file such as the ECB's eurofxref-daily.xml"),
        ]);
    }
    let text = text.trim_start_matches('\u{feff}');
    let days = match text.trim_start().starts_with('<') {
        true => xml::days(file, text)?,
        false => csv::days(file, text)?,
    };
    let days = once(file, days)?;
    let first = days.iter().map(|day| day.on).min();
    let newest = days.into_iter().filter(|day| day.on <= as_of).max_by_key(|day| day.on);
    let Some(Day { on, buys }) = newest else {
        let message = match first {
            Some(first) => format!("the rates begin on {first}, after {as_of}"),
            None => "there are no rates in this file".to_owned(),
        };
        let help = "give the ECB's eurofxref-hist.csv, which has every day since 1999";
        return Err(vec![Diagnostic::error("no-rates", file, message).help(help)]);
    };
    let reference = Currency::EUR;
    // Where the file lies is nobody's business who reads a report.
    let name = Path::new(file).file_name().map_or(file.into(), |name| name.to_string_lossy());
    Ok(ReferenceRates { reference, on, buys, source: format!("ECB euro reference rates, {name}") })
}

/// The days in order, once each.
fn once(file: &str, days: Vec<Day>) -> Result<Vec<Day>, Vec<Diagnostic>> {
    let mut sorted: BTreeMap<NaiveDate, Day> = BTreeMap::new();
    let mut problems = Vec::new();
    for day in days {
        let on = day.on;
        let other = sorted.insert(on, day);
        if other.is_some_and(|other| sorted.get(&on).is_some_and(|day| day.buys != other.buys)) {
            let message = format!("{on} is there twice, with other rates");
            let help = "leave one of the two";
            problems.push(Diagnostic::error("malformed-rate", file, message).help(help));
        }
    }
    if problems.is_empty() { Ok(sorted.into_values().collect()) } else { Err(problems) }
}

/// A currency and what one euro buys of it; `N/A` is a day without a rate.
pub(super) fn pair(
    code: &str,
    rate: &str,
) -> Result<Option<(Currency, Decimal)>, (String, &'static str)> {
    let code = code.trim();
    let currency = code
        .parse::<Currency>()
        .map_err(|_| (format!("`{code}` is not a currency code"), "write a code such as USD"))?;
    let rate = rate.trim();
    if rate.is_empty() || rate == "N/A" {
        return Ok(None);
    }
    match parse_decimal(rate) {
        Ok(rate) if rate > Decimal::ZERO => Ok(Some((currency, rate))),
        _ => Err((
            format!("`{rate}` is not a rate of exchange"),
            "write a positive decimal such as 1.0832",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(text: &str, day: &str) -> Result<ReferenceRates, Vec<Diagnostic>> {
        read_rates("rates", text, day.parse().unwrap())
    }

    /// The shape of `eurofxref-daily.xml`, with two days as `eurofxref-hist.xml` has them.
    const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
  <gesmes:subject>Reference rates</gesmes:subject>
  <gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
  <Cube>
    <Cube time="2026-11-24"><Cube currency="USD" rate="1.25"/><Cube currency="GBP" rate="0.80"/></Cube>
    <Cube time="2026-11-23"><Cube currency="USD" rate="1.24"/></Cube>
  </Cube>
</gesmes:Envelope>"#;

    #[test]
    fn the_newest_day_that_is_not_too_late_counts() {
        for (day, expected) in [("2026-11-25", "2026-11-24"), ("2026-11-23", "2026-11-23")] {
            assert_eq!(rates(XML, day).unwrap().on.to_string(), expected);
        }
        let early = rates(XML, "2026-11-22").unwrap_err();
        assert_eq!(early[0].code, "no-rates");
    }

    #[test]
    fn histories_as_csv_have_days_without_a_rate() {
        let text = "Date,USD,JPY,CYP,\n2026-11-24,1.25,160.1,N/A,\n2026-11-23,1.24,161,N/A,\n";
        let found = rates(text, "2026-11-24").unwrap();
        assert_eq!(found.buys.len(), 2);
    }

    #[test]
    fn two_rates_are_none() {
        for text in [
            "Date,USD,USD\n2026-11-24,1.1,1.2\n",
            "Date,USD\n2026-11-24,1.1\n2026-11-24,1.2\n",
            "Date,USD,EUR\n2026-11-24,1.1,2\n",
            "Date,USD,GBP\n2026-11-24,1.1\n",
            "Date,USD\n2026-11-24,1.1,0.8\n",
            r#"<a><Cube time="2026-11-24"><Cube currency="USD" rate="1.1"/><Cube currency="USD" rate="1.2"/></Cube></a>"#,
        ] {
            let problems = rates(text, "2026-11-24").expect_err(text);
            assert_eq!(problems[0].code, "malformed-rate", "{text}");
        }
        let same = "Date,USD,USD,\n2026-11-24,1.1,1.1\n2026-11-24,1.1,1.1,\n";
        assert_eq!(rates(same, "2026-11-24").unwrap().buys.len(), 1);
    }

    #[test]
    fn every_problem_is_told() {
        let problems = rates("Date,USD,JPY\n24 Foo 2026,1,2\n2026-11-24,-1,x\n", "2026-11-25");
        let codes: Vec<_> = problems.unwrap_err().iter().map(|found| found.code).collect();
        assert_eq!(codes, ["malformed-date", "malformed-rate", "malformed-rate"]);
        assert_eq!(rates("<html></html>", "2026-11-25").unwrap_err()[0].code, "no-rates");
        assert_eq!(rates("<Cube", "2026-11-25").unwrap_err()[0].code, "xml-syntax");
        assert_eq!(rates("name,size\n", "2026-11-25").unwrap_err()[0].code, "wrong-file");
    }
}
