//! `imgcost dockerfile cost`: what each instruction costs a month.

use imgcost_dockerfile::price::cost;
use imgcost_report::CostReport;

use super::built::{Said, assumptions, built};
use super::object::{Sums, object, told, unknown};
use super::opened::open;
use super::scope::scope;
use crate::args::{Cost, Document, Global};
use crate::exit::Failure;
use crate::{files, result};

pub(super) fn run(asked: &Cost, global: &Global) -> Result<(), Failure> {
    let format = global.document()?;
    let scoped = scope(&asked.scope, &asked.built.images, global)?;
    let opened = open(&asked.file, &asked.build, asked.built.images.platform.as_ref())?;
    let built = built(&opened, Said::of(&asked.built), &scoped, global)?;
    let Some(found) = cost(scoped.priced_in(), &opened.file, &built)? else {
        return Err(Failure::plain("there is no service to price"));
    };
    let report = CostReport {
        dockerfile: &opened.file,
        plan: &opened.plan,
        cost: &found,
        scene: scoped.setting.clone(),
        currency: scoped.terms.currency,
        as_of: scoped.terms.as_of,
        assumptions: assumptions(&built, &scoped),
        warnings: [&scoped.warnings, &built.notes]
            .into_iter()
            .flatten()
            .cloned()
            .chain(told(&found.warnings))
            .collect(),
    };
    let colour = result::colour(global);
    files::deliver(global.out_file.as_deref(), |out| match format {
        Document::Text => imgcost_report::cost_text(&report, colour, out),
        Document::Json => imgcost_report::cost_json(&report, out),
        Document::Csv => imgcost_report::cost_csv(&report, out),
        Document::Markdown => imgcost_report::cost_markdown(&report, out),
    })?;
    let places = unknown(&opened.file, &built);
    object(found.warnings.clone(), Sums::of(found.complete), &places, global)
}
