//! `imgcost check`: gates over a fleet, all judged and reported at once.

use std::path::Path;

use imgcost::demand::{Grouping, Horizon, SHARED, UNLABELLED};
use imgcost::estimate::{Against, Estimate};
use imgcost::fleet::Side;
use imgcost::gate::{ImageTally, MostIncrease, Verdict, budget, budget_per, increase};
use imgcost_report::{GateReport, View};

use super::baseline::{Earlier, set_against};
use crate::args::{Document, Format, Gates, Global, ImageArgs};
use crate::exit::Failure;
use crate::files;
use crate::fleet_file::Loaded;
use crate::result::{self, Outcome};

pub(crate) fn run(
    path: &Path,
    gates: &Gates,
    side: Side,
    images: &ImageArgs,
    global: &Global,
) -> Result<(), Failure> {
    let writes = format(global)?;
    let most = match (gates.max_increase, gates.max_increase_amount) {
        (Some(percent), Some(amount)) => Some(MostIncrease::Either(percent, amount)),
        (Some(percent), None) => Some(MostIncrease::Percent(percent)),
        (None, Some(amount)) => Some(MostIncrease::Amount(amount)),
        (None, None) => None,
    };
    let asked = gates.budget.is_some()
        || !gates.budget_per.is_empty()
        || most.is_some()
        || gates.min_image_saving.is_some();
    if !asked {
        return Err(Failure::usage(
            "there is no gate to judge",
            "give one of --budget, --budget-per, --max-increase, --max-increase-amount and --min-image-saving",
        ));
    }

    let loaded = Loaded::open(path, images, global)?;
    let earlier = gates.baseline.baseline.as_deref().map(|file| Earlier::of(file, &gates.baseline));
    let baseline = earlier.as_ref().map(Earlier::read).transpose()?;
    let own_lines = loaded.own_lines(global)?;
    let mut labels: Vec<String> = gates.budget_per.iter().map(|(label, _)| label.clone()).collect();
    labels.sort();
    labels.dedup();
    let grouping = Grouping { by: labels.clone(), per_service: own_lines };
    let demands = loaded.demands(&[side], &grouping, Horizon::Mean, global)?;
    let count = demands.sides[0].services;
    let estimates = loaded.estimates(demands.sides, global)?;
    let now = &estimates[0];
    let against = match (&earlier, &baseline) {
        (Some(earlier), Some(baseline)) => Some(set_against(earlier, baseline, now, &[])?),
        _ => None,
    };

    let mut verdicts: Vec<Verdict> = Vec::new();
    verdicts.extend(gates.budget.map(|limit| budget(now, limit)));
    for (label, limit) in &gates.budget_per {
        let place = place(&labels, label, now)?;
        verdicts.push(budget_per(now, label, place, *limit));
    }
    verdicts.extend(most.zip(against.as_ref()).map(|(most, against)| increase(against, most)));
    if let Some(least) = gates.min_image_saving {
        let mut tally = ImageTally::new(least);
        loaded.each_service(|service, _| tally.add(service))?;
        verdicts.push(tally.close());
    }

    let outcome = Outcome::of_fleet(&loaded, demands.assumed, count, own_lines, global);
    let report = GateReport {
        title: outcome.title,
        estimate: now,
        baseline: named(earlier.as_ref(), against.as_ref()),
        verdicts,
        assumptions: result::taken(outcome.assumptions, &outcome.fleet.clusters, global),
        warnings: outcome.warnings.into_iter().chain(loaded.growing()).collect(),
    };
    let colour = result::colour(global);
    files::deliver(global.out_file.as_deref(), |out| match writes {
        Writes::Junit => imgcost_report::gates_junit(&report, out),
        Writes::Text => imgcost_report::gates_text(&report, colour, out),
        Writes::Json => imgcost_report::gates_json(&report, out),
        Writes::Markdown => imgcost_report::gates_markdown(&report, out),
    })?;
    if let Some(path) = &gates.github_summary {
        let mut page = Vec::new();
        let written = imgcost_report::gates_markdown(&report, &mut page);
        written.map_err(|error| Failure::plain(error.to_string()))?;
        files::append_to_summary(path, &page)?;
    }
    result::before_gates(result::object(View::Estimate(now), global), report.objection())
}

/// The formats that gates are written in.
#[derive(Clone, Copy)]
enum Writes {
    Text,
    Json,
    Markdown,
    Junit,
}

fn format(global: &Global) -> Result<Writes, Failure> {
    let refused = || {
        Failure::usage(
            "gates are not written in this format",
            "use --format text, json, markdown or junit",
        )
    };
    match global.format {
        Format::Junit => Ok(Writes::Junit),
        _ => match global.document() {
            Ok(Document::Text) => Ok(Writes::Text),
            Ok(Document::Json) => Ok(Writes::Json),
            Ok(Document::Markdown) => Ok(Writes::Markdown),
            Ok(Document::Csv) | Err(_) => Err(refused()),
        },
    }
}

/// Where a label stands among those grouped by. A label that no service has is a mistake: a gate
/// over it would be passed by whoever misspells it.
fn place(labels: &[String], label: &str, now: &Estimate) -> Result<usize, Failure> {
    let place = labels.iter().position(|known| known == label);
    let place = place.filter(|place| {
        let values = now.demand.cells.iter().filter_map(|cell| cell.group.get(*place));
        values.into_iter().any(|value| ![UNLABELLED, SHARED].contains(&value.as_str()))
    });
    place.ok_or_else(|| {
        Failure::with_help(
            format!("no service has a label `{label}`"),
            "--budget-per takes a label of the fleet file, or cluster, registry or service",
        )
    })
}

fn named<'r>(
    earlier: Option<&Earlier<'_>>,
    against: Option<&'r Against<'r>>,
) -> Option<(String, &'r Against<'r>)> {
    Some((files::name(earlier?.file), against?))
}
