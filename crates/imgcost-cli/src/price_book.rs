//! Puts a price book together: the built-in files that are needed, overlays, discounts.

use std::collections::BTreeSet;
use std::path::Path;

use imgcost::fleet::Fleet;
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
        let text = imgcost_prices::file(vendor, service).and_then(|text| only(text, ids));
        if let Some(text) = text {
            rows.extend(read(&format!("pricing/{vendor}/{service}.toml"), &text)?);
        }
    }
    finish(rows, given, global)
}

/// A built-in file without the rows of other ids: some files hold hundreds of rows, and a what-if
/// needs a few. The files are known to begin each row with its id (a test reads them all).
fn only(text: &str, ids: &[PriceId]) -> Option<String> {
    const ROW: &str = "\n[[price]]\n";
    let mut parts = text.split(ROW);
    let head = parts.next()?;
    let rows: Vec<(&str, &str)> =
        parts.filter_map(|row| Some((quoted(row, "id = ")?, row))).collect();
    let wanted = |id: &str| ids.iter().any(|wanted| wanted.as_str() == id);
    let mut needed: Vec<&str> = rows.iter().map(|(id, _)| *id).filter(|id| wanted(id)).collect();
    // A fee that includes units of another price needs that price beside it.
    let fees = rows.iter().filter(|(id, _)| wanted(id));
    needed.extend(fees.filter_map(|(_, row)| quoted(row, "included = { price = ")));
    if needed.is_empty() {
        return None;
    }
    let kept = rows.iter().filter(|(id, _)| needed.contains(id));
    Some(kept.fold(head.to_owned(), |text, (_, row)| text + ROW + row))
}

/// The quoted text after a key.
fn quoted<'t>(row: &'t str, key: &str) -> Option<&'t str> {
    row.split_once(key)?.1.strip_prefix('"')?.split('"').next()
}

/// All built-in prices, with the user's overlays and discounts on top.
pub(crate) fn whole_book(global: &Global) -> Result<PriceBook, Failure> {
    finish(built_in()?, Vec::new(), global)
}

/// All built-in prices.
pub(crate) fn built_in() -> Result<Vec<PriceRow>, Failure> {
    let mut rows = Vec::new();
    for (name, text) in imgcost_prices::FILES {
        rows.extend(read(&format!("pricing/{name}.toml"), text)?);
    }
    Ok(rows)
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
        let rows = imgcost_read::read_prices(&crate::files::name(path), &text, PriceFile::Overlay)
            .map_err(|problems| Failure::in_file(problems, &text))?;
        for row in &rows {
            same_measure(&book, row, path)?;
        }
        book.overlay(rows);
    }
    book.overlay(given);
    for text in &global.discount {
        book.discount(discount(text)?);
    }
    Ok(book)
}

/// An overlay must price what the built-in row of that id prices: bytes stay bytes.
fn same_measure(book: &PriceBook, row: &PriceRow, path: &Path) -> Result<(), Failure> {
    let measure = |row: &PriceRow| row.unit.measure().map(|(measure, _)| measure);
    let Some(built_in) = book.rows().find(|known| known.id == row.id) else { return Ok(()) };
    if measure(built_in) == measure(row) {
        return Ok(());
    }
    let (file, unit) = (crate::files::name(path), built_in.unit);
    let message = format!("{file}: {} is priced per {unit}, not per {}", row.id, row.unit);
    Err(Failure::with_help(message, format!("write a rate per {unit}")))
}

/// Every region of a fleet must be one that some price of its cloud names: a misspelt region would
/// otherwise show only as missing prices, or not at all.
pub(crate) fn check_regions(fleet: &Fleet, global: &Global) -> Result<(), Failure> {
    let mut overlays = String::new();
    for path in &global.overlays {
        overlays += &crate::files::text(path)?;
    }
    let registries = fleet.registries.iter().filter_map(|registry| {
        let cloud = registry.provider.cloud?;
        let regions = std::iter::once(&registry.region).chain(&registry.replicas);
        Some((format!("registry `{}`", registry.name), cloud, regions.collect::<Vec<_>>()))
    });
    let clusters = fleet.clusters.iter().map(|cluster| {
        (format!("cluster `{}`", cluster.name), cluster.cloud.network, vec![&cluster.region])
    });
    for (what, cloud, regions) in registries.chain(clusters) {
        let files = files_of(cloud);
        for region in regions.into_iter().filter(|_| !files.is_empty()) {
            let quoted = format!("\"{region}\"");
            if overlays.contains(&quoted) || files.iter().any(|text| text.contains(&quoted)) {
                continue;
            }
            let message = format!("{what}: no {cloud} price names the region `{region}`");
            let near = nearest_region(region.as_str(), &files);
            return Err(Failure::with_help(message, near.unwrap_or_default()));
        }
    }
    Ok(())
}

/// The region of some price that is spelt most like this one.
fn nearest_region(region: &str, files: &[&str]) -> Option<String> {
    let near = named_regions(files).min_by_key(|name| strsim::damerau_levenshtein(name, region))?;
    Some(format!("did you mean `{near}`?"))
}

/// The regions that built-in prices of a cloud name, sorted.
pub(crate) fn regions(cloud: &str) -> Vec<&'static str> {
    let files = files_of(cloud);
    let mut regions: Vec<&str> = named_regions(&files).collect();
    regions.sort_unstable();
    regions.dedup();
    regions
}

/// The built-in files of a cloud.
fn files_of(cloud: &str) -> Vec<&'static str> {
    let files = imgcost_prices::FILES.iter();
    let theirs = files.filter(|(name, _)| name.split('/').next() == Some(cloud));
    theirs.map(|(_, text)| *text).collect()
}

/// Every region that a price is for, as often as that.
fn named_regions<'f>(files: &[&'f str]) -> impl Iterator<Item = &'f str> {
    let lists = files.iter().flat_map(|text| text.split("\nregions = [").skip(1));
    let names = lists
        .filter_map(|rest| rest.split(']').next())
        .flat_map(|list| list.split('"').skip(1).step_by(2));
    names.filter(|name| !name.starts_with(['@', '*']))
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
