//! For a review: one screen, or a comment on a pull request.

use std::io::{self, Write};

use imgcost::units::Money;
use imgcost_dockerfile::price::Cost;

use super::rows::{Rules, Sum, builds, findings, parts, timed};
use super::{ComparedFile, DockerfileCompareReport};
use crate::dockerfile::cost::{CostReport, rests_on, table};
use crate::dockerfile::folded::{Budget, folded};
use crate::dockerfile::page::{assumptions, told_apart};
use crate::dockerfile::saving::{cells, known, of_millis, unknown};
use crate::headline::verdict;
use crate::number::{duration, money, size};
use crate::page::Page;
use crate::style::Colour;
use crate::table::{Align, Table};

/// Writes a comparison of Dockerfiles as one screen.
///
/// # Errors
/// Those of the writer.
pub fn compare_text(
    report: &DockerfileCompareReport<'_>,
    colour: Colour,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = page(report);
    if let Some(assumed) = assumptions(&report.assumptions) {
        page.note("Assumptions", assumed);
    }
    page.text(colour, out)
}

/// Writes a comparison of Dockerfiles as markdown that GitHub takes as a comment, with what each
/// instruction costs folded away.
///
/// # Errors
/// Those of the writer.
pub fn compare_markdown(
    report: &DockerfileCompareReport<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut budget = Budget::new();
    let mut top = Vec::new();
    page(report).markdown(&mut top)?;
    let mut text = budget.take(String::from_utf8_lossy(&top).into_owned() + "\n");
    let sides = [(&report.old, &report.change.before), (&report.new, &report.change.after)];
    for (file, cost) in sides {
        let each = instructions(report, file, cost);
        let title = format!("What each instruction of {} costs", file.dockerfile.name);
        let body = format!("{}\n{}", table(&each).to_markdown(), rests_on(&each).to_markdown());
        text += &budget.take(folded(&title, &body));
    }
    if !report.assumptions.is_empty() {
        let mut table =
            Table::new([("name", Align::Left), ("value", Align::Left), ("source", Align::Left)]);
        for assumed in &report.assumptions {
            table.push([&assumed.name, &assumed.value, &assumed.source].map(String::as_str));
        }
        text += &budget.take(folded("Assumptions", &table.to_markdown()));
    }
    write!(out, "{text}{}", budget.rest())
}

fn page(report: &DockerfileCompareReport<'_>) -> Page {
    let mut page = Page { title: title(report), ..Page::default() };
    page.scene(format!("{}; prices as of {}", report.scene, report.as_of));
    page.table(figures(report));
    page.heading("Billed a month, by what it is about");
    page.table(by_part(report));
    let rules = findings(report);
    page.note("Gone", listed(&rules.gone));
    page.note("New", listed(&rules.new));
    page.note("Left", listed(&rules.left));
    page.note("Naive figure", match report.change.naive {
        Some(naive) => format!(
            "size x pulls x price would promise {} a month: it sends unpacked bytes, and forgets that nodes keep layers.",
            money(naive, report.currency)
        ),
        None => "size x pulls x price cannot be told: a size or the price of the path is not known.".to_owned(),
    });
    let [old, new] = timed(report);
    if old != new {
        let logged = if old { "old" } else { "new" };
        page.note("Times", format!(
            "those of the {logged} file are a build log's, of the other only installs are counted: give a log of both to compare them."
        ));
    }
    if !report.change.saving.complete {
        page.note("Incomplete", "sizes or prices are missing. What has none is in no sum.");
    }
    for warning in &report.warnings {
        page.note("Warning", warning);
    }
    page
}

/// `Moving a/Dockerfile to b/Dockerfile saves $4.72 a month, $0.069 per deploy: 1.2 GB -> 180 MB.`
fn title(report: &DockerfileCompareReport<'_>) -> String {
    let [old, new] = told_apart([&report.old.dockerfile.name, &report.new.dockerfile.name]);
    let saving = report.change.saving;
    let sizes = match report.change.unpacked {
        [Some(old), Some(new)] => format!(": {} -> {}", size(old.0), size(new.0)),
        _ => String::new(),
    };
    let Some(month) = known(saving.monthly_billed, &saving) else {
        return format!("Moving {old} to {new}: nobody knows by how much the bill changes{sizes}.");
    };
    let known = if saving.complete { "" } else { ", as far as is known," };
    let what = match saving.per_deploy {
        Some(deploy) => verdict(report.currency, month, deploy),
        None if month < Money::ZERO => {
            format!("costs {} a month more", money(Money::ZERO - month, report.currency))
        }
        None => format!("saves {} a month", money(month, report.currency)),
    };
    format!("Moving {old} to {new}{known} {what}{sizes}.")
}

fn figures(report: &DockerfileCompareReport<'_>) -> Table {
    let change = report.change;
    let mut table = Table::new([
        ("", Align::Left),
        ("old", Align::Right),
        ("new", Align::Right),
        ("saved", Align::Right),
    ]);
    let mut bytes = |name: &str, sizes: [Option<u64>; 2]| {
        let saved = match sizes {
            [Some(old), Some(new)] if old < new => format!("-{}", size(new - old)),
            [Some(old), Some(new)] => size(old - new),
            _ => unknown(),
        };
        let [old, new] = sizes.map(|known| known.map_or_else(unknown, size));
        table.push([name.to_owned(), old, new, saved]);
    };
    bytes("unpacked", change.unpacked.map(|size| size.map(|size| size.0)));
    bytes("on the wire", change.compressed.map(|size| size.map(|size| size.0)));
    let [old, new] = [&change.before, &change.after].map(|cost| {
        let part = if cost.complete { "" } else { " + ?" };
        format!("{}{part}", money(cost.billed(), report.currency))
    });
    let [month, deploy, _] = cells(&change.saving, report.currency);
    table.push(["billed a month".to_owned(), old, new, month]);
    if change.saving.per_deploy.is_some() {
        let none = String::new;
        table.push(["billed per deploy".to_owned(), none(), none(), deploy]);
    }
    // Where nothing was timed a build takes longer than that.
    let what = if timed(report) == [false; 2] { "installs" } else { "a build" };
    let sides = builds(change.before.times).into_iter().zip(builds(change.after.times));
    for ((name, old), (_, new)) in sides {
        let (old, new) = (of_millis(old), of_millis(new));
        table.push([format!("{what} {name}"), duration(old), duration(new), duration(old - new)]);
    }
    table
}

fn by_part(report: &DockerfileCompareReport<'_>) -> Table {
    let mut table = Table::new([
        ("", Align::Left),
        ("old", Align::Right),
        ("new", Align::Right),
        ("saved", Align::Right),
    ]);
    for (part, [old, new]) in parts(report) {
        let cell = |sum: Sum| match (sum.amount.is_zero(), sum.complete) {
            (_, true) => money(sum.amount, report.currency),
            (true, false) => unknown(),
            (false, false) => format!("{} + ?", money(sum.amount, report.currency)),
        };
        let saved = match old.complete && new.complete {
            true => money(old.amount - new.amount, report.currency),
            false => unknown(),
        };
        table.push([part.words().to_owned(), cell(old), cell(new), saved]);
    }
    table
}

fn listed(rules: &Rules) -> String {
    let each = rules.iter().map(|(rule, count)| match count {
        1 => (*rule).to_owned(),
        _ => format!("{rule} ({count} times)"),
    });
    let each = each.collect::<Vec<_>>().join(", ");
    if each.is_empty() { "no finding.".to_owned() } else { each + "." }
}

fn instructions<'r>(
    report: &DockerfileCompareReport<'r>,
    file: &ComparedFile<'r>,
    cost: &'r Cost,
) -> CostReport<'r> {
    CostReport {
        dockerfile: file.dockerfile,
        plan: file.plan,
        cost,
        scene: String::new(),
        currency: report.currency,
        as_of: report.as_of,
        assumptions: Vec::new(),
        warnings: Vec::new(),
    }
}
