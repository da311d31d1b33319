use chrono::NaiveDate;

use super::Day;
use crate::diagnostic::Diagnostic;

/// The days of `Date,USD,JPY,...`: a day of eurofxref.csv is written `24 November 2026`, one of
/// eurofxref-hist.csv `2026-11-24`. Both end their lines in a comma.
pub(super) fn days(file: &str, text: &str) -> Result<Vec<Day>, Vec<Diagnostic>> {
    let mut rows = ::csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .trim(::csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut codes: Vec<String> = Vec::new();
    let (mut days, mut problems) = (Vec::new(), Vec::new());
    for (at, row) in rows.records().enumerate() {
        let line = at as u64 + 1;
        let mut problem = |code, message: String, help: &str| {
            let mut found = Diagnostic::error(code, file, message).help(help);
            found.line = Some(line);
            problems.push(found);
        };
        let Ok(row) = row else {
            problem("csv-syntax", "this row cannot be read".into(), "give the ECB's eurofxref.csv");
            break;
        };
        if at == 0 {
            if row.get(0) != Some("Date") {
                let message = "this is not a file of the ECB's reference rates".into();
                problem("wrong-file", message, "its first line begins with `Date, USD, JPY`");
                break;
            }
            codes = row.iter().skip(1).map(str::to_owned).collect();
            continue;
        }
        let text = row.get(0).unwrap_or_default();
        let Some(on) = date(text) else {
            problem(
                "malformed-date",
                format!("`{text}` is not a day"),
                "write a day such as 2026-11-24",
            );
            continue;
        };
        // Lines end in a comma or not; what is between must stand beneath a currency.
        // The last cell that holds something; a cell more would have no currency.
        let filled = |cells: Vec<&str>| cells.iter().rposition(|cell| !cell.is_empty());
        let expected = filled(codes.iter().map(String::as_str).collect());
        let found = filled(row.iter().skip(1).collect());
        if found != expected {
            problem(
                "malformed-rate",
                "there are not as many rates as currencies".into(),
                "write as many rates as the first line has currencies, N/A for none",
            );
            continue;
        }
        let mut day = Day { on, buys: Default::default() };
        for (code, rate) in
            codes.iter().zip(row.iter().skip(1)).filter(|(code, _)| !code.is_empty())
        {
            if let Err((message, help)) = day.add(code, rate) {
                problem("malformed-rate", message, help);
            }
        }
        days.push(day);
    }
    if problems.is_empty() { Ok(days) } else { Err(problems) }
}

fn date(text: &str) -> Option<NaiveDate> {
    text.parse().ok().or_else(|| NaiveDate::parse_from_str(text, "%d %B %Y").ok())
}
