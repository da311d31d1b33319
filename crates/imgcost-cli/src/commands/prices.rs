//! `imgcost prices`: what is known, where, since when, and who says so.

mod diff;
mod import;
mod stale;

use std::path::{Path, PathBuf};

use imgcost::price::{
    Allowances, Amount, Lookup, Minimum, PriceBook, PriceError, PriceId, PriceRow, charge,
};
use imgcost::units::Span;
use imgcost_read::PriceFile;
use imgcost_report::Quote;
use rust_decimal::Decimal;

use crate::args::{Document, Global, PricesCommand};
use crate::exit::Failure;
use crate::{files, price_book, result};

pub(crate) fn run(command: &PricesCommand, global: &Global) -> Result<(), Failure> {
    match command {
        PricesCommand::List { prefix } => list(prefix.as_deref().unwrap_or_default(), global),
        PricesCommand::Show { id, region } => show(id, region.as_deref(), global),
        PricesCommand::Quote { id, region, to, quantity, month_hours } => {
            let asked = Asked {
                id,
                region: region.as_deref(),
                to: to.as_deref(),
                quantity,
                month_hours: *month_hours,
            };
            quote(&asked, global)
        }
        PricesCommand::Check { files, built_in } => {
            check(files, if *built_in { PriceFile::Shipped } else { PriceFile::Overlay }, global)
        }
        PricesCommand::Import(asked) => import::run(asked, global),
        PricesCommand::Diff { old, new, fail_on_drift } => {
            diff::run(old, new, fail_on_drift.as_deref(), global)
        }
        PricesCommand::Stale { older_than } => stale::run(older_than, global),
    }
}

/// Rows in force, unless they are asked for by id.
fn list(prefix: &str, global: &Global) -> Result<(), Failure> {
    let book = price_book::whole_book(global)?;
    let on = result::as_of(global, None);
    let rows: Vec<&PriceRow> =
        book.rows().filter(|row| row.id.as_str().starts_with(prefix) && row.in_force(on)).collect();
    if rows.is_empty() {
        return Err(unknown(prefix, &book));
    }
    write_rows(&rows, global)
}

fn show(id: &str, region: Option<&str>, global: &Global) -> Result<(), Failure> {
    let book = price_book::book(&[PriceId::new(id)], Vec::new(), global)?;
    let of_id: Vec<&PriceRow> = book.rows().filter(|row| row.id.as_str() == id).collect();
    if of_id.is_empty() {
        return Err(unknown(id, &price_book::whole_book(global)?));
    }
    let rows: Vec<&PriceRow> =
        of_id.into_iter().filter(|row| region.is_none_or(|region| row.covers(region))).collect();
    if rows.is_empty() {
        let id = PriceId::new(id);
        let lookup = Lookup {
            id: &id,
            region: region.unwrap_or_default(),
            to: None,
            on: result::as_of(global, None),
        };
        let absent = book.find(lookup).err().map(|error| error.to_string());
        return Err(Failure::plain(absent.unwrap_or_default()));
    }
    write_rows(&rows, global)
}

fn write_rows(rows: &[&PriceRow], global: &Global) -> Result<(), Failure> {
    let colour = result::colour(global);
    let format = global.document()?;
    files::deliver(global.out_file.as_deref(), |out| match format {
        Document::Text => imgcost_report::prices_text(rows, colour, out),
        Document::Json => imgcost_report::prices_json(rows, out),
        Document::Csv => imgcost_report::prices_csv(rows, out),
        Document::Markdown => imgcost_report::prices_markdown(rows, out),
    })
}

struct Asked<'a> {
    id: &'a str,
    region: Option<&'a str>,
    to: Option<&'a str>,
    quantity: &'a str,
    month_hours: Option<u32>,
}

fn quote(asked: &Asked<'_>, global: &Global) -> Result<(), Failure> {
    let amount = Amount::parse(asked.quantity).map_err(|error| {
        Failure::with_help(format!("--quantity: {}", error.problem), error.help)
    })?;
    let id = PriceId::new(asked.id);
    let book = price_book::book(std::slice::from_ref(&id), Vec::new(), global)?;
    // A price that is the same everywhere needs no region.
    let region = asked.region.unwrap_or("global");
    let on = result::as_of(global, None);
    let row = match book.find(Lookup { id: &id, region, to: asked.to, on }) {
        Ok(row) => row,
        Err(PriceError::NoSuchPrice { .. }) => {
            return Err(unknown(asked.id, &price_book::whole_book(global)?));
        }
        Err(error @ PriceError::NotInRegion { .. }) if asked.region.is_none() => {
            return Err(Failure::with_help(error.to_string(), "say which with --region"));
        }
        Err(error @ PriceError::Ambiguous { .. }) => {
            return Err(Failure::with_help(error.to_string(), destinations(&book, &id, region)));
        }
        Err(error) => return Err(Failure::plain(error.to_string())),
    };
    let month = Decimal::from(asked.month_hours.unwrap_or(row.month_hours));
    let amount = match (amount.held, row.minimum) {
        // Stored for less than the minimum is billed as the minimum.
        (Some(held), Some(Minimum::Days(days))) => {
            Amount { held: Some(held.max(Span::hours(u64::from(days) * 24))), ..amount }
        }
        _ => amount,
    };
    let Some(quantity) = amount.in_unit(row.unit, month) else {
        let message =
            format!("{} is priced per {}, which `{}` is not", row.id, row.unit, asked.quantity);
        return Err(Failure::with_help(
            message,
            format!("write a quantity such as \"50 {}\"", row.unit),
        ));
    };
    let free = row.free.as_ref().filter(|_| global.free).map_or(Decimal::ZERO, |free| free.amount);
    let discounts = book.discounts_on(&id).collect();
    let charge = charge(row, quantity, &Allowances { free, included: Decimal::ZERO, discounts })?;
    let quote = Quote { row, region, charge: &charge, free };
    let colour = result::colour(global);
    let format = global.document()?;
    files::deliver(global.out_file.as_deref(), |out| match format {
        Document::Json => imgcost_report::quote_json(&quote, out),
        Document::Csv => imgcost_report::quote_csv(&quote, out),
        Document::Markdown => imgcost_report::quote_markdown(&quote, out),
        Document::Text => imgcost_report::quote_text(&quote, colour, out),
    })?;
    let stale = row.is_stale(on).then(|| format!("{id} was last checked on {}", row.checked));
    match stale.filter(|_| global.strict || global.deny_stale) {
        Some(objection) => Err(result::objection(objection, global)),
        None => Ok(()),
    }
}

/// The destinations that a price knows from a region, for advice.
fn destinations(book: &PriceBook, id: &PriceId, region: &str) -> String {
    let mut known: Vec<&str> = book
        .rows()
        .filter(|row| row.id == *id && row.covers(region))
        .flat_map(|row| row.to.iter().flatten().map(|to| &**to))
        .collect();
    known.sort_unstable();
    known.dedup();
    format!("say which with --to: {}", known.join(", "))
}

/// There is no such price: what comes closest instead.
fn unknown(wanted: &str, book: &PriceBook) -> Failure {
    let mut ids: Vec<&str> = book.rows().map(|row| row.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.sort_by_key(|id| strsim::damerau_levenshtein(id, wanted));
    let family = |id: &&str| wanted.split('.').next().is_some_and(|vendor| id.starts_with(vendor));
    let near: Vec<&str> =
        ids.iter().copied().filter(family).chain(ids.iter().copied()).take(5).collect();
    let help = format!("close to it are {}; `imgcost prices list` shows all", near.join(", "));
    Failure::with_help(format!("there is no price `{wanted}`"), help)
}

fn check(paths: &[PathBuf], kind: PriceFile, global: &Global) -> Result<(), Failure> {
    let mut problems = Vec::new();
    let mut rows = 0;
    let mut see =
        |name: &str, text: &str, read: Result<Vec<PriceRow>, Vec<imgcost_read::Diagnostic>>| {
            match read {
                Ok(found) => rows += found.len(),
                Err(found) => match Failure::in_file(found, text) {
                    Failure::Problems(found) => problems.extend(found),
                    other => unreachable!("{name}: {other:?}"),
                },
            }
        };
    for path in paths {
        let text = files::text(path)?;
        let name = display(path);
        see(&name, &text, imgcost_read::read_prices(&name, &text, kind));
    }
    if paths.is_empty() {
        for (name, text) in imgcost_prices::FILES {
            let name = format!("pricing/{name}.toml");
            see(&name, text, imgcost_read::read_prices(&name, text, PriceFile::Shipped));
        }
    }
    if !problems.is_empty() {
        return Err(Failure::Problems(problems));
    }
    let files = if paths.is_empty() { imgcost_prices::FILES.len() } else { paths.len() };
    let format = global.document()?;
    files::deliver(global.out_file.as_deref(), |out| match format {
        Document::Json => {
            writeln!(out, r#"{{"schema_version":1,"files":{files},"rows":{rows},"problems":0}}"#)
        }
        _ => writeln!(out, "{files} files, {rows} rows: nothing wrong"),
    })
}

fn display(path: &Path) -> String {
    files::name(path)
}
