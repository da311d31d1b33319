//! `imgcost explain`: every line as a derivation.

use std::path::Path;

use imgcost::demand::{Grouping, Horizon, Ledger, derive};
use imgcost::estimate::{Warning, estimate};
use imgcost::fleet::Side;
use imgcost_report::Explained;

use crate::args::{Document, Global, ImageArgs};
use crate::exit::Failure;
use crate::fleet_file::{Loaded, service_named};
use crate::{files, result};

/// What is to be explained; everything, where nothing is said.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Only<'a> {
    pub(crate) service: Option<&'a str>,
    pub(crate) component: Option<&'a str>,
    pub(crate) side: Option<Side>,
}

pub(crate) fn run(
    path: &Path,
    only: Only<'_>,
    images: &ImageArgs,
    global: &Global,
) -> Result<(), Failure> {
    let loaded = Loaded::open(path, images, global)?;
    let services = loaded.services()?;
    if let Some(name) = only.service {
        service_named(&services, name)?;
    }
    if let Some(name) = only.component {
        known_component(name)?;
    }
    let sides: Vec<Side> = [Side::Before, Side::After]
        .into_iter()
        .filter(|side| only.side.is_none_or(|o| o == *side))
        .collect();

    let fleet = &loaded.file.fleet;
    let grouping = Grouping { by: Vec::new(), per_service: true };
    let mut ledger = Ledger::new(fleet, &sides, grouping, Horizon::Mean)?;
    services.iter().try_for_each(|service| ledger.add(service))?;
    let overlaps = ledger.overlaps()?;
    let demands = ledger.close()?;
    let book = loaded.book(&demands, global)?;
    let mut estimates = Vec::new();
    for demand in demands {
        estimates.push(estimate(demand, &book, loaded.terms)?);
    }

    let mut explained = Vec::new();
    for (estimate, overlaps) in estimates.iter().zip(&overlaps) {
        let side = estimate.demand.side;
        let wanted = |name: Option<&str>| only.service.is_none_or(|only| name == Some(only));
        let mut derivations = std::collections::HashMap::new();
        for service in services.iter().filter(|service| wanted(Some(&service.name))) {
            derivations.insert(service.name.as_str(), derive(fleet, service, side, overlaps)?);
        }
        for line in estimate.lines().filter(|line| wanted(line.cell.service.as_deref())) {
            let component = line.meter.component.name();
            if line.entry.quantity.is_zero() || only.component.is_some_and(|only| only != component)
            {
                continue;
            }
            let told = line.cell.service.as_deref().and_then(|name| derivations.get(name));
            let derivation =
                told.and_then(|told| told.iter().find(|derived| derived.meter == *line.meter));
            explained.push(Explained {
                side,
                currency: loaded.terms.currency,
                line,
                derivation: derivation.cloned(),
            });
        }
    }
    let colour = result::colour(global);
    let format = global.document()?;
    files::deliver(global.out_file.as_deref(), |out| match format {
        Document::Text => imgcost_report::explain_text(&explained, colour, out),
        Document::Json => imgcost_report::explain_json(&explained, out),
        Document::Csv => imgcost_report::explain_csv(&explained, out),
        Document::Markdown => imgcost_report::explain_markdown(&explained, out),
    })?;
    let shown = explained.iter().map(|explained| explained.line);
    result::object_to(Warning::about(shown, loaded.terms), global)
}

fn known_component(name: &str) -> Result<(), Failure> {
    let names: Vec<&str> =
        imgcost::demand::Component::ALL.iter().map(|component| component.name()).collect();
    if names.contains(&name) {
        return Ok(());
    }
    Err(Failure::with_help(
        format!("there is no line `{name}`"),
        format!("lines are {}", names.join(", ")),
    ))
}
