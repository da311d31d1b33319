//! Price lists of the vendors' shapes, to rows. Rates are those of dated readings of the real
//! lists; SKUs and meters called EXAMPLE are made up.

mod aws;
mod azure;
mod files;
mod gcp;
mod mappings;

use chrono::NaiveDate;
use imgcost::price::PriceRow;
use imgcost_feeds::{Imported, Input, Mapping, Vendor, Wanted, import};

/// The text of a list.
fn list(name: &str) -> String {
    let path = format!("{}/tests/lists/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Everything, on the day of the project's prices.
fn all() -> Wanted {
    let on = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    Wanted { ids: Vec::new(), regions: Vec::new(), on }
}

fn ids(ids: &[&str]) -> Wanted {
    Wanted { ids: ids.iter().map(|id| id.to_string()).collect(), ..all() }
}

fn read(vendor: Vendor, texts: &[&str], wanted: &Wanted) -> Imported {
    try_read(vendor, texts, wanted).unwrap_or_else(|error| panic!("{error}"))
}

fn try_read(
    vendor: Vendor,
    texts: &[&str],
    wanted: &Wanted,
) -> Result<Imported, imgcost_feeds::FeedError> {
    let mapping = Mapping::built_in(vendor).unwrap();
    let input = |(index, text): (usize, &&str)| Input {
        name: format!("{}.json", index + 1),
        reader: Box::new(std::io::Cursor::new(text.as_bytes().to_vec())),
    };
    import(&mapping, texts.iter().enumerate().map(input).collect(), wanted)
}

/// Rows in a line each: id, places, tiers.
fn lines(rows: &[PriceRow]) -> Vec<String> {
    let line = |row: &PriceRow| {
        let regions = match &row.regions {
            imgcost::price::Regions::All => "*".to_owned(),
            imgcost::price::Regions::Only(regions) => regions.join(" "),
        };
        let to = row.to.as_ref().map_or(String::new(), |to| format!(" -> {}", to.join(" ")));
        let tiers: Vec<String> =
            row.tiers.iter().map(|tier| format!("{}: {}", tier.from, tier.rate)).collect();
        format!("{} {regions}{to}, {} {}: {}", row.id, row.currency, row.unit, tiers.join(", "))
    };
    rows.iter().map(line).collect()
}

/// Problems as they are told.
fn told(imported: &Imported) -> Vec<String> {
    imported.problems.iter().map(ToString::to_string).collect()
}
