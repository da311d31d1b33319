//! CSV for spreadsheets: one row per line, no totals among the data.

use std::io::{self, Write};

use imgcost::estimate::Pricing;

use crate::Report;
use crate::dto::{exact, first_rate};

/// Writes every line of the report as a CSV row: side, the labels grouped by, service, component,
/// driver, kind, quantity, unit, amount, currency, and the price with its source.
///
/// Where a second currency was asked for, two columns more have the amount in it.
///
/// Amounts and quantities are exact. A lost amount is an empty cell, never 0.
///
/// # Errors
/// Those of the writer.
pub fn csv(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    // A label may be called like a column.
    let labels = report.group_by.iter().map(|label| safe(&format!("group.{label}")));
    let head = [
        "service",
        "component",
        "driver",
        "kind",
        "path",
        "quantity",
        "unit",
        "amount",
        "currency",
    ];
    let price = ["price_id", "price_region", "rate", "source", "checked", "confidence", "unpriced"];
    let second: &[&str] = match report.exchange {
        Some(_) => &["exchanged_amount", "exchanged_currency"],
        None => &[],
    };
    let columns = head.iter().chain(&price).chain(second).map(|name| (*name).to_owned());
    writer.write_record(std::iter::once("side".to_owned()).chain(labels).chain(columns))?;
    let currency = report.view.currency();
    for side in report.view.sides().into_iter().filter(|_| report.lines) {
        for line in side.lines().filter(|line| !line.entry.quantity.is_zero()) {
            let (quantity, unit) = line.quantity();
            let mut cells = vec![side.demand.side.name().to_owned()];
            cells.extend(line.cell.group.iter().map(|value| safe(value)));
            cells.extend([
                safe(line.cell.service.as_deref().unwrap_or_default()),
                line.meter.component.name().to_owned(),
                line.driver().name().to_owned(),
                line.kind().name().to_owned(),
                safe(line.meter.path.as_deref().unwrap_or_default()),
                exact(quantity),
                unit.name().to_owned(),
                line.amount.map_or(String::new(), |amount| amount.to_string()),
                currency.code().to_owned(),
            ]);
            let tariff = &line.meter.tariff;
            cells.extend([safe(tariff.id.as_str()), safe(tariff.region.as_str())]);
            cells.extend(match line.row() {
                Some(row) => [
                    first_rate(row),
                    safe(&row.source),
                    row.checked.to_string(),
                    row.confidence.name().to_owned(),
                ],
                None => Default::default(),
            });
            cells.push(match line.pricing {
                Pricing::Unpriced(why) => safe(&why.to_string()),
                _ => String::new(),
            });
            if let Some(exchange) = &report.exchange {
                let exchanged = line.amount.and_then(|amount| exchange.rate.convert(amount).ok());
                cells.push(exchanged.map_or(String::new(), |amount| amount.to_string()));
                cells.push(exchange.currency().code().to_owned());
            }
            writer.write_record(cells)?;
        }
    }
    writer.flush()
}

/// Text that a spreadsheet takes for text: one that begins like a formula gets an apostrophe.
pub(crate) fn safe(text: &str) -> String {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{text}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn formulas_are_disarmed() {
        for text in ["=1+1", "+1", "-1", "@x", "\tx"] {
            assert_eq!(safe(text), format!("'{text}"));
        }
        assert_eq!(safe("checkout"), "checkout");
    }
}
