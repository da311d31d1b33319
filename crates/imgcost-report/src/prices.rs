//! The price book: rows with where they come from, and quotes.

use std::io::{self, Write};

use imgcost::price::{Charge, PriceRow, Regions};
use imgcost::units::Money;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::csv::safe;
use crate::dto::{SCHEMA_VERSION, exact, first_rate, from_date, tiers};
use crate::number::{decimals, money};
use crate::style::{Colour, Meaning};
use crate::table::{Align, Table, escaped};

/// What a quantity costs by one price row.
#[derive(Debug, Clone, Copy)]
pub struct Quote<'q> {
    /// The row.
    pub row: &'q PriceRow,
    /// The region asked for.
    pub region: &'q str,
    /// The charge.
    pub charge: &'q Charge,
    /// The free allowance that was deducted.
    pub free: Decimal,
}

/// Writes a quote as JSON, schema version 1.
///
/// # Errors
/// Those of the writer.
pub fn quote_json(quote: &Quote<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Quote { row, charge, .. } = quote;
    let tiers: Vec<Value> = charge
        .tiers
        .iter()
        .map(|tier| {
            json!({
                "from": exact(tier.from),
                "to": tier.to.map(exact),
                "quantity": exact(tier.quantity),
                "rate": exact(tier.rate),
                "amount": tier.amount.to_string(),
            })
        })
        .collect();
    let document = json!({
        "schema_version": SCHEMA_VERSION,
        "id": row.id.as_str(),
        "region": quote.region,
        "quantity": exact(charge.quantity),
        "unit": row.unit.name(),
        "billable": exact(charge.billable),
        "free": exact(quote.free),
        "discount": (charge.gross - charge.amount).to_string(),
        "amount": charge.amount.to_string(),
        "currency": row.currency.code(),
        "tiers": tiers,
        "source": row.source,
        "evidence": row.evidence,
        "checked": row.checked.to_string(),
        "effective_from": from_date(row),
        "confidence": row.confidence.name(),
        "note": row.note,
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// Writes a quote for people: tier by tier, then where the price comes from.
///
/// # Errors
/// Those of the writer.
pub fn quote_text(quote: &Quote<'_>, colour: Colour, out: &mut dyn Write) -> io::Result<()> {
    let Quote { row, charge, .. } = quote;
    writeln!(out, "{}\n", colour.paint(Meaning::Heading, quote_headline(quote)))?;
    write!(out, "{}", quote_table(quote).to_text(1))?;
    if charge.gross != charge.amount {
        writeln!(out, "\n Discount    {} {}", charge.gross - charge.amount, row.currency)?;
    }
    writeln!(out, "\n Amount      {} {}", charge.amount, row.currency)?;
    write!(out, "{}", provenance(row))
}

/// Writes a quote as markdown.
///
/// # Errors
/// Those of the writer.
pub fn quote_markdown(quote: &Quote<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Quote { row, charge, .. } = quote;
    writeln!(out, "## {}\n", escaped(&quote_headline(quote)))?;
    write!(out, "{}", quote_table(quote).to_markdown())?;
    let source = escaped(&row.source);
    writeln!(
        out,
        "\nAmount {} {}, source {source}, checked {}.",
        charge.amount, row.currency, row.checked
    )
}

fn quote_headline(quote: &Quote<'_>) -> String {
    let Quote { row, charge, region, .. } = quote;
    let amount = money(charge.amount, row.currency);
    let quantity = exact(charge.quantity.round_dp(6));
    format!("{quantity} {} of {} in {region}: {amount}.", row.unit, row.id)
}

fn quote_table(quote: &Quote<'_>) -> Table {
    let Quote { row, charge, free, .. } = quote;
    let mut table = Table::new([
        ("", Align::Left),
        (row.unit.name(), Align::Right),
        ("rate", Align::Right),
        ("amount", Align::Right),
    ]);
    if !free.is_zero() {
        let nothing = money(Money::ZERO, row.currency);
        table.push(["free allowance".to_owned(), exact(*free), "0".into(), nothing]);
    }
    for tier in &charge.tiers {
        let step = match tier.to {
            Some(to) => format!("from {} to {}", decimals(tier.from, 0), decimals(to, 0)),
            None if row.tiers.len() > 1 => format!("from {}", decimals(tier.from, 0)),
            None => "flat".into(),
        };
        let amount = tier.amount.to_string();
        table.push([step, exact(tier.quantity), exact(tier.rate), amount]);
    }
    if charge.tiers.is_empty() {
        table.push(["nothing is billed", "0", "", "0"]);
    }
    table
}

/// Writes a quote as CSV, one row per tier.
///
/// # Errors
/// Those of the writer.
pub fn quote_csv(quote: &Quote<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record([
        "id", "region", "from", "to", "quantity", "unit", "rate", "amount", "currency", "source",
        "checked",
    ])?;
    let row = quote.row;
    for tier in &quote.charge.tiers {
        writer.write_record([
            &safe(row.id.as_str()),
            &safe(quote.region),
            &exact(tier.from),
            &tier.to.map(exact).unwrap_or_default(),
            &exact(tier.quantity),
            row.unit.name(),
            &exact(tier.rate),
            &tier.amount.to_string(),
            row.currency.code(),
            &safe(&row.source),
            &row.checked.to_string(),
        ])?;
    }
    writer.flush()
}

/// Where a price comes from, in indented lines.
pub(crate) fn provenance(row: &PriceRow) -> String {
    let mut text = format!(" Source      {}\n", row.source);
    text += &format!(" Evidence    {}\n", row.evidence);
    let until = row.effective_to.map_or(String::new(), |end| format!(" until {end}"));
    text += &format!(
        " In force    from {}{until}, checked {}, {}\n",
        from_date(row),
        row.checked,
        row.confidence.name()
    );
    if let Some(note) = &row.note {
        text += &format!(" Note        {note}\n");
    }
    text
}

/// Writes price rows as a table for people.
///
/// # Errors
/// Those of the writer.
pub fn prices_text(rows: &[&PriceRow], colour: Colour, out: &mut dyn Write) -> io::Result<()> {
    let one = rows.windows(2).all(|pair| pair[0].id == pair[1].id);
    let text = table(rows).to_text(0);
    let heading = text.find('\n').unwrap_or(0);
    write!(out, "{}{}", colour.paint(Meaning::Heading, &text[..heading]), &text[heading..])?;
    if one {
        for row in rows {
            writeln!(out)?;
            writeln!(
                out,
                "{}",
                colour.paint(Meaning::Heading, format!("{} in {}", row.id, regions(row)))
            )?;
            write!(out, "{}", provenance(row))?;
        }
    }
    Ok(())
}

/// Writes price rows as a markdown table.
///
/// # Errors
/// Those of the writer.
pub fn prices_markdown(rows: &[&PriceRow], out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{}", table(rows).to_markdown())
}

fn table(rows: &[&PriceRow]) -> Table {
    let mut table = Table::new([
        ("price", Align::Left),
        ("regions", Align::Left),
        ("rate", Align::Right),
        ("per", Align::Left),
        ("in force", Align::Left),
        ("checked", Align::Left),
        ("confidence", Align::Left),
    ]);
    for row in rows {
        let until = row.effective_to.map_or(String::new(), |end| format!(" to {end}"));
        table.push([
            row.id.to_string(),
            shortened(&regions(row)),
            rates(row),
            row.unit.name().to_owned(),
            format!("{}{until}", from_date(row)),
            row.checked.to_string(),
            row.confidence.name().to_owned(),
        ]);
    }
    table
}

/// The currency and the rates of all tiers: `USD 0.09 / 0.085`.
pub(crate) fn rates(row: &PriceRow) -> String {
    let each: Vec<String> = row.tiers.iter().map(|tier| exact(tier.rate)).collect();
    format!("{} {}", row.currency, each.join(" / "))
}

/// The regions of a row; `*` is all of them.
pub(crate) fn region_names(row: &PriceRow) -> Vec<&str> {
    match &row.regions {
        Regions::All => vec!["*"],
        Regions::Only(regions) => regions.iter().map(|region| &**region).collect(),
    }
}

pub(crate) fn regions(row: &PriceRow) -> String {
    let here = match &row.regions {
        Regions::All => "everywhere".to_owned(),
        Regions::Only(regions) => regions.join(" "),
    };
    match &row.to {
        Some(to) => format!("{here} -> {}", to.join(" ")),
        None => here,
    }
}

/// A list of regions that leaves room for the rest of the line.
pub(crate) fn shortened(regions: &str) -> String {
    let words: Vec<&str> = regions.split(' ').collect();
    if words.len() <= 3 {
        regions.to_owned()
    } else {
        format!("{} and {} more", words[..2].join(" "), words.len() - 2)
    }
}

/// Writes price rows as JSON, schema version 1.
///
/// # Errors
/// Those of the writer.
pub fn prices_json(rows: &[&PriceRow], out: &mut dyn Write) -> io::Result<()> {
    let row = |row: &&PriceRow| {
        json!({
            "id": row.id.as_str(),
            "regions": region_names(row),
            "to": row.to.as_ref().map(|to| to.iter().map(|to| &**to).collect::<Vec<_>>()),
            "currency": row.currency.code(),
            "unit": row.unit.name(),
            "rate": first_rate(row),
            "tiers": tiers(row),
            "free": row.free.as_ref().map(|free| exact(free.amount)),
            "effective_from": from_date(row),
            "effective_to": row.effective_to.map(|end| end.to_string()),
            "source": row.source,
            "evidence": row.evidence,
            "source_date": row.source_date.map(|date| date.to_string()),
            "checked": row.checked.to_string(),
            "confidence": row.confidence.name(),
            "note": row.note,
        })
    };
    let document = json!({ "schema_version": SCHEMA_VERSION, "prices": rows.iter().map(row).collect::<Vec<_>>() });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// Writes price rows as CSV, one row per region and tier.
///
/// # Errors
/// Those of the writer.
pub fn prices_csv(rows: &[&PriceRow], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record([
        "id",
        "region",
        "to",
        "currency",
        "unit",
        "from",
        "rate",
        "effective_from",
        "effective_to",
        "source",
        "checked",
        "confidence",
    ])?;
    for row in rows {
        for region in region_names(row) {
            for tier in &row.tiers {
                writer.write_record([
                    &safe(row.id.as_str()),
                    &safe(region),
                    &safe(&row.to.as_ref().map_or(String::new(), |to| to.join(" "))),
                    row.currency.code(),
                    row.unit.name(),
                    &exact(tier.from),
                    &exact(tier.rate),
                    &from_date(row),
                    &row.effective_to.map_or(String::new(), |end| end.to_string()),
                    &safe(&row.source),
                    &row.checked.to_string(),
                    row.confidence.name(),
                ])?;
            }
        }
    }
    writer.flush()
}
