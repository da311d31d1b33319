//! `imgcost prices stale`: which prices nobody has compared with their sources for long.

use imgcost::price::PriceRow;
use imgcost::units::Span;
use imgcost_report::StaleReport;

use crate::args::{Document, Global};
use crate::exit::Failure;
use crate::{files, price_book, result};

pub(super) fn run(older_than: &str, global: &Global) -> Result<(), Failure> {
    let wrong = |error: imgcost::units::ParseError| {
        Failure::usage(format!("--older-than: {}", error.problem), error.help)
    };
    let age = Span::parse(older_than).map_err(wrong)?;
    let format = global.document()?;
    let book = price_book::whole_book(global)?;
    let on = result::as_of(global, None);
    // Superseded rows describe the past; nobody needs to look again.
    let in_force: Vec<&PriceRow> = book.rows().filter(|row| row.in_force(on)).collect();
    let mut stale: Vec<&PriceRow> =
        in_force.iter().copied().filter(|row| row.unchecked_for(age, on)).collect();
    stale.sort_by(|a, b| (a.checked, &a.id).cmp(&(b.checked, &b.id)));
    let report = StaleReport { in_force: &in_force, stale: &stale, age, on };
    let colour = result::colour(global);
    files::deliver(global.out_file.as_deref(), |out| match format {
        Document::Text => imgcost_report::stale_text(&report, colour, out),
        Document::Json => imgcost_report::stale_json(&report, out),
        Document::Csv => imgcost_report::stale_csv(&report, out),
        Document::Markdown => imgcost_report::stale_markdown(&report, out),
    })?;
    if stale.is_empty() || !(global.strict || global.deny_stale) {
        return Ok(());
    }
    let rows = match stale.len() {
        1 => "1 price has".to_owned(),
        many => format!("{many} prices have"),
    };
    Err(result::objection(format!("{rows} not been checked for {age}"), global))
}
