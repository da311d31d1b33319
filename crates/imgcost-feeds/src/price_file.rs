//! Rows as a price file.

use std::fmt::Write;
use std::sync::Arc;

use imgcost::price::{
    Minimum, PriceRow, Regions, Rounding, RoundingMode, RoundingScope, Scope, Tier,
};
use rust_decimal::Decimal;

/// Writes rows as a price file, each line of the heading as a comment.
///
/// What the reader of price files takes for granted is left out.
pub fn price_toml(heading: &[String], rows: &[PriceRow]) -> String {
    let mut toml = String::new();
    for line in heading {
        let plain: String = line.chars().filter(|c| !c.is_control()).collect();
        toml += format!("# {plain}").trim_end();
        toml.push('\n');
    }
    for row in rows {
        toml += "\n[[price]]\n";
        for (key, value) in keys(row) {
            // Writing to a text does not fail.
            let _ = writeln!(toml, "{key} = {value}");
        }
    }
    toml
}

fn keys(row: &PriceRow) -> Vec<(&'static str, String)> {
    let mut keys = vec![("id", quoted(row.id.as_str()))];
    let regions = match &row.regions {
        Regions::All => list(&["*".into()]),
        Regions::Only(regions) => list(regions),
    };
    keys.push(("regions", regions));
    keys.extend(row.to.as_ref().map(|to| ("to", list(to))));
    if row.currency != imgcost::units::Currency::USD {
        keys.push(("currency", quoted(row.currency.code())));
    }
    keys.push(("unit", quoted(row.unit.name())));
    keys.push(match row.tiers.as_slice() {
        [one] => ("rate", number(one.rate)),
        tiers => ("tiers", format!("[{}]", tiers.iter().map(tier).collect::<Vec<_>>().join(", "))),
    });
    if row.scope != Scope::Region {
        keys.push(("scope", quoted(scope(row.scope))));
    }
    keys.extend(row.free.as_ref().map(|free| {
        let pool =
            free.pool.as_deref().map_or(String::new(), |p| format!(", pool = {}", quoted(p)));
        let (amount, scope) = (number(free.amount), quoted(scope(free.scope)));
        ("free", format!("{{ amount = {amount}, scope = {scope}{pool} }}"))
    }));
    keys.extend(row.included.as_ref().map(|fee| {
        let (price, amount) = (quoted(fee.price.as_str()), number(fee.amount));
        ("included", format!("{{ price = {price}, amount = {amount} }}"))
    }));
    keys.extend(row.minimum.map(|minimum| match minimum {
        Minimum::Amount(amount) => ("minimum", format!("{{ amount = {} }}", number(amount))),
        Minimum::Days(days) => ("minimum", format!("{{ days = {days} }}")),
    }));
    keys.extend(row.rounding.map(|rounding| ("rounding", rounding_of(rounding))));
    if row.month_hours != 730 {
        keys.push(("month-hours", row.month_hours.to_string()));
    }
    keys.push(("effective-from", quoted(&row.effective_from.to_string())));
    keys.extend(row.effective_to.map(|day| ("effective-to", quoted(&day.to_string()))));
    keys.push(("source", quoted(&row.source)));
    keys.push(("evidence", quoted(&row.evidence)));
    keys.extend(row.source_date.map(|day| ("source-date", quoted(&day.to_string()))));
    keys.push(("checked", quoted(&row.checked.to_string())));
    keys.push(("confidence", quoted(row.confidence.name())));
    keys.extend(row.note.as_ref().map(|note| ("note", quoted(note))));
    keys
}

fn tier(tier: &Tier) -> String {
    format!("{{ from = {}, rate = {} }}", number(tier.from), number(tier.rate))
}

fn rounding_of(rounding: Rounding) -> String {
    let per = match rounding.per {
        RoundingScope::Job => "job",
        RoundingScope::Total => "total",
    };
    let mode = match rounding.mode {
        RoundingMode::Up => "up",
        RoundingMode::Nearest => "nearest",
    };
    let (per, step, mode) = (quoted(per), number(rounding.step), quoted(mode));
    format!("{{ per = {per}, step = {step}, mode = {mode} }}")
}

fn scope(scope: Scope) -> &'static str {
    Scope::ALL.iter().find(|(known, _)| *known == scope).map_or("", |(_, name)| name)
}

fn list(names: &[Arc<str>]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    format!("[{}]", quoted.join(", "))
}

/// A decimal in quotes, without zeros at its end.
fn number(number: Decimal) -> String {
    quoted(&number.normalize().to_string())
}

/// A TOML string.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
