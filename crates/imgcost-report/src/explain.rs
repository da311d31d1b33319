//! Every line as a derivation: formula, numbers, price row.

use std::io::{self, Write};

use imgcost::demand::Derivation;
use imgcost::estimate::{Line, Pricing};
use imgcost::fleet::Side;
use imgcost::price::{Charge, PriceRow};
use imgcost::units::{Currency, Measure};
use serde_json::{Value, json};

use crate::components::label;
use crate::dto::{SCHEMA_VERSION, exact, from_date, is_plain};
use crate::prices::provenance;
use crate::style::{Colour, Meaning};
use crate::table::{Align, Table};

/// A line of an estimate with how its quantity came about.
#[derive(Debug, Clone)]
pub struct Explained<'e> {
    /// The side.
    pub side: Side,
    /// The currency.
    pub currency: Currency,
    /// The line.
    pub line: Line<'e>,
    /// How its quantity came about; fixed fees have none.
    pub derivation: Option<Derivation>,
}

impl Explained<'_> {
    /// The formula in words.
    fn formula(&self) -> &str {
        self.derivation.as_ref().map_or("counted in the fleet file, by the month", |d| d.formula)
    }

    /// The formula in numbers, with its result in base units.
    fn numbers(&self) -> String {
        let quantity = self.line.entry.quantity;
        let base = exact(quantity.in_units_of(1));
        let unit = match quantity.measure() {
            Measure::Bytes => "bytes",
            Measure::ByteMonths => "byte-months",
            Measure::Minutes => "minutes",
            Measure::Hours => "hours",
            Measure::VcpuHours => "vCPU-hours",
            Measure::MemoryGbHours => "GB-hours",
            Measure::Images => "images",
            Measure::Months => "months",
        };
        match &self.derivation {
            Some(derivation) => format!("{} = {base} {unit}", derivation.numbers),
            None => format!("{base} {unit}"),
        }
    }

    /// The step from base units to the price's unit, and from there to money.
    fn money(&self) -> Vec<String> {
        let (quantity, unit) = self.line.quantity();
        let base = exact(self.line.entry.quantity.in_units_of(1));
        let mut steps = Vec::new();
        match unit.measure() {
            Some((_, size)) if size > 1 => {
                steps.push(format!("{base} / {size} = {} {unit}", exact(quantity)));
            }
            _ if unit.name() == "day" => {
                steps.push(format!("{base} months = {} days", exact(quantity)))
            }
            _ => {}
        }
        let Pricing::Priced { row, charge } = self.line.pricing else { return steps };
        let amount = self.line.amount.map_or(String::new(), |amount| amount.to_string());
        match pooled(row, charge) {
            None => {
                let rate = row.tiers.first().map_or(String::new(), |tier| exact(tier.rate));
                steps.push(format!(
                    "{} {unit} x {rate} = {amount} {}",
                    exact(quantity),
                    self.currency
                ));
            }
            Some(pool) => {
                steps.push(pool);
                let all = exact(charge.quantity);
                steps.push(format!(
                    "its part: {} / {all} x {} = {amount} {}",
                    exact(quantity),
                    charge.amount,
                    self.currency
                ));
            }
        }
        steps
    }
}

/// How the pool of a line was priced, if that was not simply quantity times rate.
fn pooled(row: &PriceRow, charge: &Charge) -> Option<String> {
    let tiers: Vec<String> = charge
        .tiers
        .iter()
        .map(|tier| format!("{} x {}", exact(tier.quantity), exact(tier.rate)))
        .collect();
    if is_plain(row, charge) {
        return None;
    }
    let mut text = format!("pool of {} {}", exact(charge.quantity), row.unit);
    if charge.billable != charge.quantity {
        text += &format!(", {} of them billed", exact(charge.billable));
    }
    let tiers = if tiers.is_empty() { "0".to_owned() } else { tiers.join(" + ") };
    text += &format!(": {tiers} = {}", charge.gross);
    if charge.gross != charge.amount {
        text += &format!(", less a discount of {}", charge.gross - charge.amount);
    }
    Some(text)
}

/// Writes each line as formula, numbers and price row.
///
/// # Errors
/// Those of the writer.
pub fn explain_text(
    lines: &[Explained<'_>],
    colour: Colour,
    out: &mut dyn Write,
) -> io::Result<()> {
    for explained in lines {
        let line = &explained.line;
        let whose = line.cell.service.as_deref().unwrap_or("fleet");
        let path = line.meter.path.as_ref().map_or(String::new(), |path| format!(" by {path}"));
        let amount = line
            .amount
            .map_or("unpriced".into(), |amount| format!("{amount} {}", explained.currency));
        let heading = format!(
            "{whose}, {}: {}{path} ({}, driven by {}) = {amount}",
            explained.side.name(),
            label(line.meter.component).replace(" (capacity)", "").replace(" (time)", ""),
            line.kind().name(),
            line.driver().name()
        );
        writeln!(out, "{}", colour.paint(Meaning::Heading, crate::printable(&heading)))?;
        writeln!(out, " Formula     {}", explained.formula())?;
        writeln!(out, " Numbers     {}", explained.numbers())?;
        for step in explained.money() {
            writeln!(out, "             {step}")?;
        }
        let tariff = &line.meter.tariff;
        let to = tariff.to.as_ref().map_or(String::new(), |to| format!(" to {to}"));
        match line.pricing {
            Pricing::Priced { row, .. } => {
                writeln!(
                    out,
                    " Price       {} in {}{to}, per {}",
                    tariff.id, tariff.region, row.unit
                )?;
                writeln!(out, "{}", provenance(row))?;
            }
            Pricing::Unpriced(why) => {
                let why = colour.paint(Meaning::Caution, why);
                writeln!(out, " Price       none: {why}\n")?;
            }
            Pricing::NotCounted => writeln!(out)?,
        }
    }
    Ok(())
}

/// Writes each line with its derivation as JSON, schema version 1.
///
/// # Errors
/// Those of the writer.
pub fn explain_json(lines: &[Explained<'_>], out: &mut dyn Write) -> io::Result<()> {
    let line = |explained: &Explained<'_>| -> Value {
        let line = &explained.line;
        let (quantity, unit) = line.quantity();
        json!({
            "service": line.cell.service,
            "side": explained.side.name(),
            "component": line.meter.component.name(),
            "driver": line.driver().name(),
            "kind": line.kind().name(),
            "path": line.meter.path,
            "formula": explained.formula(),
            "numbers": explained.numbers(),
            "steps": explained.money(),
            "quantity": exact(quantity),
            "unit": unit.name(),
            "amount": line.amount.map(|amount| amount.to_string()),
            "price": line.row().map(|row| json!({
                "id": line.meter.tariff.id.as_str(),
                "region": line.meter.tariff.region.as_str(),
                "rate": crate::dto::first_rate(row),
                "tiers": crate::dto::tiers(row),
                "source": row.source,
                "evidence": row.evidence,
                "checked": row.checked.to_string(),
                "effective_from": from_date(row),
                "confidence": row.confidence.name(),
            })),
        })
    };
    let document = json!({ "schema_version": SCHEMA_VERSION, "lines": lines.iter().map(line).collect::<Vec<_>>() });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn table(lines: &[Explained<'_>]) -> Table {
    let names = [
        "service",
        "side",
        "component",
        "formula",
        "numbers",
        "quantity",
        "unit",
        "amount",
        "price",
        "source",
        "checked",
    ];
    let mut table = Table::new(names.map(|name| (name, Align::Left)));
    for explained in lines {
        let line = &explained.line;
        let (quantity, unit) = line.quantity();
        let row = line.row();
        table.push([
            line.cell.service.clone().unwrap_or_default(),
            explained.side.name().to_owned(),
            line.meter.component.name().to_owned(),
            explained.formula().to_owned(),
            explained.numbers(),
            exact(quantity),
            unit.name().to_owned(),
            line.amount.map_or(String::new(), |amount| amount.to_string()),
            line.meter.tariff.id.to_string(),
            row.map_or(String::new(), |row| row.source.clone()),
            row.map_or(String::new(), |row| row.checked.to_string()),
        ]);
    }
    table
}

/// Writes each line with its derivation as a CSV row.
///
/// # Errors
/// Those of the writer.
pub fn explain_csv(lines: &[Explained<'_>], out: &mut dyn Write) -> io::Result<()> {
    let table = table(lines);
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record(table.columns.iter().map(|(name, _)| name))?;
    for row in &table.rows {
        writer.write_record(row.iter().map(|cell| crate::csv::safe(cell)))?;
    }
    writer.flush()
}

/// Writes each line with its derivation as a markdown table.
///
/// # Errors
/// Those of the writer.
pub fn explain_markdown(lines: &[Explained<'_>], out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{}", table(lines).to_markdown())
}
