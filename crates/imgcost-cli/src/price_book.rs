//! Puts a price book together: the built-in files that are needed, overlays, discounts.

use std::collections::BTreeSet;

use imgcost::price::{Discount, PriceBook, PriceId, PriceRow};
use imgcost::units::Share;
use imgcost_read::PriceFile;

use crate::args::Global;
use crate::exit::Failure;

/// The prices that these ids need, with the user's overlays and discounts on top.
///
/// Only the files that hold the ids are read: a what-if must not pay for the whole book.
pub(crate) fn book(
    ids: &[PriceId],
    given: Vec<PriceRow>,
    global: &Global,
) -> Result<PriceBook, Failure> {
    let files: BTreeSet<(&str, &str)> = ids.iter().filter_map(PriceId::file).collect();
    let mut rows = Vec::new();
    for (vendor, service) in files {
        let Some(text) = imgcost_prices::file(vendor, service) else { continue };
        rows.extend(read(&format!("pricing/{vendor}/{service}.toml"), &only(text, ids))?);
    }
    finish(rows, given, global)
}

/// A built-in file without the rows of other ids: some files hold hundreds of rows, and a what-if
/// needs a few. The files are known to begin each row with its id (a test reads them all).
fn only(text: &str, ids: &[PriceId]) -> String {
    const ROW: &str = "\n[[price]]\n";
    let mut parts = text.split(ROW);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for row in parts {
        let id = row.strip_prefix("id = \"").and_then(|rest| rest.split('"').next());
        if id.is_none_or(|id| ids.iter().any(|needed| needed.as_str() == id)) {
            kept.push_str(ROW);
            kept.push_str(row);
        }
    }
    kept
}

/// All built-in prices, with the user's overlays and discounts on top.
pub(crate) fn whole_book(global: &Global) -> Result<PriceBook, Failure> {
    let mut rows = Vec::new();
    for (name, text) in imgcost_prices::FILES {
        rows.extend(read(&format!("pricing/{name}.toml"), text)?);
    }
    finish(rows, Vec::new(), global)
}

fn read(name: &str, text: &str) -> Result<Vec<PriceRow>, Failure> {
    imgcost_read::read_prices(name, text, PriceFile::Shipped)
        .map_err(|problems| Failure::in_file(problems, text))
}

fn finish(
    rows: Vec<PriceRow>,
    given: Vec<PriceRow>,
    global: &Global,
) -> Result<PriceBook, Failure> {
    let mut book = PriceBook::new(rows);
    for path in &global.overlays {
        let text = crate::files::text(path)?;
        let rows =
            imgcost_read::read_prices(&path.display().to_string(), &text, PriceFile::Overlay)
                .map_err(|problems| Failure::in_file(problems, &text))?;
        book.overlay(rows);
    }
    book.overlay(given);
    for text in &global.discount {
        book.discount(discount(text)?);
    }
    Ok(book)
}

fn discount(text: &str) -> Result<Discount, Failure> {
    let help = "write a price id or its beginning and a percentage, such as --discount aws.nat=12%";
    let wrong = |problem: String| Failure::with_help(format!("--discount {text}: {problem}"), help);
    let (meter, off) = text.split_once('=').ok_or_else(|| wrong("there is no `=`".into()))?;
    let known = imgcost_prices::FILES.iter().any(|(_, file)| {
        let id = format!("id = \"{meter}");
        file.match_indices(&id).any(|(at, _)| file[at + id.len()..].starts_with(['.', '"']))
    });
    if !known {
        return Err(wrong(format!("no price begins with `{meter}`")));
    }
    let off = Share::parse(off).map_err(|error| wrong(error.problem))?;
    Ok(Discount { meter: meter.to_owned(), off })
}
