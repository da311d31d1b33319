use std::io::{self, Write};

use imgcost::estimate::Part;
use serde_json::{Map, Value, json};

use super::BaselineReport;
use super::rows::{Row, components, groups, services, tabled, totals};
use crate::comment::{Draft, Room, cautions, inert, shortened};
use crate::csv::safe;
use crate::dto::{AssumptionDto, FiguresDto, SCHEMA_VERSION, SavingDto, exact, group};
use crate::page::Page;
use crate::remarks;
use crate::style::Colour;
use crate::table::{Align, Table};

/// Groups and services shown on a screen or a page.
const MOST: usize = 20;

/// Writes a comparison with a baseline as one screen of text.
///
/// # Errors
/// Those of the writer.
pub fn baseline_text(
    report: &BaselineReport<'_>,
    colour: Colour,
    out: &mut dyn Write,
) -> io::Result<()> {
    page(report).text(colour, out)
}

/// Writes it as markdown.
///
/// # Errors
/// Those of the writer.
pub fn baseline_markdown(report: &BaselineReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    page(report).markdown(out)
}

fn page(report: &BaselineReport<'_>) -> Page {
    let mut page = Page { title: report.headline(), ..Page::default() };
    page.table(totals(report));
    let mut listed = |heading: &str, names: &[&str], rows: &[Row]| {
        if !rows.is_empty() {
            page.heading(heading);
            page.table(tabled(report, names, rows.iter().take(MOST)));
        }
        if rows.len() > MOST {
            page.heading(format!("and {} more; --format csv or json lists all", rows.len() - MOST));
        }
    };
    let components = shown_components(report);
    listed("By component, a month", &[""], &components);
    let labels: Vec<&str> = report.group_by.iter().map(String::as_str).collect();
    listed("By group, billed a month", &labels, &groups(report));
    listed("Services that changed, billed a month", &["service"], &services(report));
    if let Some(incomplete) = remarks::incomplete(&[report.against.now]) {
        page.note("INCOMPLETE", incomplete);
    }
    for warning in report.all_warnings() {
        page.note("Warning", warning);
    }
    page.note("Compared", [report.sides(), report.setting.join("; ")].join(" "));
    if !report.assumptions.is_empty() {
        let each = report.assumptions.iter().map(|assumption| {
            format!("{} {} ({})", assumption.name, assumption.value, assumption.basis)
        });
        page.note("Assumptions", each.collect::<Vec<_>>().join("; ") + ".");
    }
    page
}

/// Components that one of the sides has.
fn shown_components(report: &BaselineReport<'_>) -> Vec<Row> {
    components(report).into_iter().map(|(_, row)| row).filter(Row::is_there).collect()
}

/// Writes it as the body of a comment on GitHub, as [`crate::github_comment`] does.
///
/// # Errors
/// Those of the writer.
pub fn baseline_comment(report: &BaselineReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = &BaselineReport { title: shortened(&report.title, 150), ..report.clone() };
    let mut draft = Draft::new();
    draft.block(&format!("### {}", inert(&report.headline())));
    draft.table(&totals(report), 0, Room::Half);
    cautions(&mut draft, &[report.against.now], &report.all_warnings());
    let components = shown_components(report);
    let labels: Vec<&str> = report.group_by.iter().map(String::as_str).collect();
    let parts = [
        ("By component", &[""][..], components),
        ("By group", &labels, groups(report)),
        ("Services that changed", &["service"], services(report)),
    ];
    for (summary, names, rows) in parts.iter().filter(|(_, _, rows)| !rows.is_empty()) {
        draft.folded(summary, &tabled(report, names, rows.iter()), 0, Room::Half);
    }
    draft.block(&crate::comment::sentence(&report.sides()));
    if !report.assumptions.is_empty() {
        let mut table =
            Table::new([("name", Align::Left), ("value", Align::Left), ("source", Align::Left)]);
        for assumption in &report.assumptions {
            table.push(
                [&assumption.name, &assumption.value, &assumption.source].map(String::as_str),
            );
        }
        draft.folded("Assumptions", &table, 0, Room::All);
    }
    out.write_all(draft.finish().as_bytes())
}

/// Writes it as JSON, schema version 1: `before` is the baseline, `after` the fleet as it is now.
///
/// # Errors
/// Those of the writer.
pub fn baseline_json(report: &BaselineReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (was, now) = (report.against.baseline, report.against.now);
    let percent_billed = report.against.percent_billed().map(exact);
    let saving = SavingDto { figures: report.against.saving().into(), percent_billed };
    let by_component = report.against.components.as_ref().map(|_| {
        let rows = components(report);
        rows.into_iter()
            .map(|(component, row)| part(json!({ "component": component.name() }), &row))
            .collect::<Vec<_>>()
    });
    let by_service = report.against.services.as_ref().map(|all| {
        let rows = all.iter().map(|moved| Row {
            name: vec![moved.what.clone()],
            before: moved.before,
            after: moved.after,
        });
        rows.map(|row| part(json!({ "service": row.name.concat() }), &row)).collect::<Vec<_>>()
    });
    let by_group = report.against.groups.as_ref().map(|groups| {
        let each = groups.iter().map(|found| {
            json!({
                "by": group(&report.group_by, &found.group),
                "before": FiguresDto::from(found.before),
                "after": FiguresDto::from(found.after),
                "saving": FiguresDto::from(found.saving()),
            })
        });
        each.collect::<Vec<_>>()
    });
    let assumptions: Vec<_> = report.assumptions.iter().map(AssumptionDto::from).collect();
    let document = json!({
        "schema_version": SCHEMA_VERSION,
        "title": report.title,
        "currency": report.currency().code(),
        "as_of": now.terms.as_of.to_string(),
        "baseline": {
            "file": report.file,
            "title": was.title,
            "side": was.side.name(),
            "as_of": was.as_of.to_string(),
        },
        "side": now.demand.side.name(),
        "before": FiguresDto::from(was.figures),
        "after": FiguresDto::from(now.figures()),
        "saving": saving,
        "components": by_component,
        "groups": by_group,
        "services": by_service,
        "assumptions": assumptions,
        "warnings": report.all_warnings(),
        "complete": now.is_complete(),
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// A row with what is known of it: null is a part that has no price.
fn part(named: Value, row: &Row) -> Value {
    let mut fields = match named {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    let amount = |part: Part| part.known().map(|amount| amount.to_string());
    fields.insert("before".into(), json!(amount(row.before)));
    fields.insert("after".into(), json!(amount(row.after)));
    fields.insert("saving".into(), json!(row.saving().map(|saving| saving.to_string())));
    Value::Object(fields)
}

/// Writes it as CSV: a row per component, group and service; no totals among the data. An amount
/// that is not known is an empty cell.
///
/// # Errors
/// Those of the writer.
pub fn baseline_csv(report: &BaselineReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record(["by", "name", "before", "after", "saving", "currency"])?;
    let components = components(report)
        .into_iter()
        .map(|(component, row)| Row { name: vec![component.name().to_owned()], ..row });
    let parts = [
        ("component", components.collect::<Vec<_>>()),
        ("group", groups(report)),
        ("service", services(report)),
    ];
    for (by, rows) in &parts {
        for row in rows {
            let amount = |part: Part| part.known().map_or(String::new(), |a| a.to_string());
            writer.write_record([
                (*by).to_owned(),
                safe(&row.name.join(" / ")),
                amount(row.before),
                amount(row.after),
                row.saving().map_or(String::new(), |saving| saving.to_string()),
                report.currency().code().to_owned(),
            ])?;
        }
    }
    writer.flush()
}
