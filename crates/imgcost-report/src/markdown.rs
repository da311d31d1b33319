//! A report fit for a pull request.

use std::io::{self, Write};

use imgcost::estimate::{Figures, Sums};
use imgcost::units::Currency;

use crate::components::{Shown, cells, label, rows};
use crate::headline::headline;
use crate::table::{Align, Table, escaped};
use crate::text::{group_table, paragraphs};
use crate::{Exchange, Report, View, remarks};

/// Groups shown; more would hide the rest of a comment.
const GROUPS: usize = 50;

/// Writes the report as markdown.
///
/// # Errors
/// Those of the writer.
pub fn markdown(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## {}\n", escaped(&headline(report)))?;
    if let Some(sentence) = report.exchange.as_ref().and_then(Exchange::sentence) {
        writeln!(out, "{}\n", escaped(&sentence))?;
    }
    for line in &report.setting {
        writeln!(out, "{}\n", escaped(line))?;
    }
    write!(out, "{}", figures(report).to_markdown())?;
    if let Some(groups) = group_table(report, GROUPS) {
        writeln!(out)?;
        write!(out, "{}", groups.to_markdown())?;
    }
    writeln!(out)?;
    if let Some(incomplete) = remarks::incomplete(&report.view.sides()) {
        writeln!(out, "**INCOMPLETE** {incomplete}\n")?;
    }
    for warning in report.all_warnings() {
        writeln!(out, "> **Warning** {}\n", escaped(&warning))?;
    }
    for (name, text) in paragraphs(report).into_iter().filter(|(name, _)| *name != "Assumptions") {
        writeln!(out, "**{name}** {}\n", escaped(&text))?;
    }
    if !report.assumptions.is_empty() {
        writeln!(out, "<details><summary>Assumptions</summary>\n")?;
        let mut table =
            Table::new([("name", Align::Left), ("value", Align::Left), ("source", Align::Left)]);
        for assumption in &report.assumptions {
            table.push(
                [&assumption.name, &assumption.value, &assumption.source].map(String::as_str),
            );
        }
        writeln!(out, "{}\n</details>", table.to_markdown())?;
    }
    Ok(())
}

/// Components with what they come to a month.
fn figures(report: &Report<'_>) -> Table {
    let currency = report.view.currency();
    let compared = matches!(report.view, View::Compare(_));
    let names: &[&str] = if compared { &["before", "after", "saved"] } else { &["a month"] };
    let amounts = names.iter().map(|name| (*name, Align::Right));
    let mut table = Table::new(
        [("", Align::Left)].into_iter().chain(amounts).chain([("quantities", Align::Left)]),
    );
    let mut push_in = |currency: Currency, name: &str, shown: &[Shown], detail: &str| {
        let mut row = vec![name.to_owned()];
        row.extend(cells(shown, currency));
        row.push(detail.to_owned());
        table.push(row);
    };
    let mut push =
        |name: &str, shown: &[Shown], detail: &str| push_in(currency, name, shown, detail);
    for row in rows(report) {
        push(label(row.component), &row.monthly, &row.detail);
    }
    let side = |pick: fn(Figures) -> Sums| -> Vec<Shown> {
        report.view.sides().iter().map(|side| Shown::total(pick(side.figures()))).collect()
    };
    let detail = if report.view.is_priced() { "" } else { "what has a price" };
    push("billed a month", &side(|figures| figures.monthly), detail);
    push("billed per deploy", &side(|figures| figures.per_deploy), detail);
    if let Some(exchange) = &report.exchange {
        for (name, shown) in exchange.totals() {
            push_in(exchange.currency(), &name, &shown, "");
        }
    }
    table
}
