//! `imgcost compare --baseline`: a fleet against the result of an earlier run.

use std::path::Path;

use imgcost::demand::{Grouping, Horizon};
use imgcost::estimate::{Against, Baseline, Estimate, against};
use imgcost::fleet::Side;
use imgcost_report::{BaselineReport, View};

use crate::args::{BaselineArgs, Document, ExchangeArgs, Format, Global, ImageArgs};
use crate::exit::Failure;
use crate::files;
use crate::fleet_file::Loaded;
use crate::result::{self, Outcome};

/// The result of an earlier run, and which side of it counts if that was said.
pub(crate) struct Earlier<'a> {
    pub(crate) file: &'a Path,
    side: Option<Side>,
}

impl<'a> Earlier<'a> {
    pub(crate) fn of(file: &'a Path, args: &BaselineArgs) -> Self {
        Self { file, side: args.baseline_side.map(Into::into) }
    }

    pub(crate) fn read(&self) -> Result<Baseline, Failure> {
        let text = files::text(self.file)?;
        let name = files::name(self.file);
        imgcost_read::read_baseline(&name, &text, self.side)
            .map_err(|problems| Failure::in_file(problems, ""))
    }
}

/// Sets a fleet against a baseline that was read.
pub(crate) fn set_against<'b>(
    earlier: &Earlier<'_>,
    baseline: &'b Baseline,
    now: &'b Estimate,
    labels: &[String],
) -> Result<Against<'b>, Failure> {
    against(baseline, now, labels).map_err(|error| {
        Failure::with_help(
            format!(
                "{} is in {}, the fleet in {}",
                files::name(earlier.file),
                error.found,
                error.expected
            ),
            "a fleet is compared with a baseline of its own currency: write the baseline again",
        )
    })
}

/// A baseline is an exact result of an earlier day: it is shown in its own currency only.
pub(crate) fn no_exchange(exchange: &ExchangeArgs) -> Result<(), Failure> {
    match exchange.currency {
        None => Ok(()),
        Some(_) => Err(Failure::usage(
            "a baseline is shown in its own currency: rates of two days would mix with what changed",
            "leave --currency out",
        )),
    }
}

pub(crate) fn run(
    path: &Path,
    earlier: Earlier<'_>,
    side: Side,
    images: &ImageArgs,
    global: &Global,
) -> Result<(), Failure> {
    let loaded = Loaded::open(path, images, global)?;
    let baseline = earlier.read()?;
    let own_lines = loaded.own_lines(global)?;
    let grouping = Grouping { by: global.group_by.clone(), per_service: own_lines };
    let demands = loaded.demands(&[side], &grouping, Horizon::Mean, global)?;
    let count = demands.sides[0].services;
    let estimates = loaded.estimates(demands.sides, global)?;
    let now = &estimates[0];
    let outcome = Outcome::of_fleet(&loaded, demands.assumed, count, own_lines, global);
    let report = BaselineReport {
        title: outcome.title,
        setting: outcome.setting,
        file: files::name(earlier.file),
        against: set_against(&earlier, &baseline, now, &global.group_by)?,
        group_by: global.group_by.clone(),
        assumptions: result::taken(outcome.assumptions, &outcome.fleet.clusters, global),
        warnings: outcome.warnings.into_iter().chain(loaded.growing()).collect(),
    };
    let out_file = global.out_file.as_deref();
    match global.format {
        Format::GithubComment => {
            files::deliver(out_file, |out| imgcost_report::baseline_comment(&report, out))?;
        }
        Format::Html | Format::Xlsx | Format::Focus => {
            return Err(Failure::usage(
                "this format does not show a baseline",
                "use --format text, json, csv, markdown or github-comment",
            ));
        }
        _ => {
            let format = global.document()?;
            files::deliver(out_file, |out| match format {
                Document::Text => {
                    imgcost_report::baseline_text(&report, result::colour(global), out)
                }
                Document::Json => imgcost_report::baseline_json(&report, out),
                Document::Csv => imgcost_report::baseline_csv(&report, out),
                Document::Markdown => imgcost_report::baseline_markdown(&report, out),
            })?;
        }
    }
    result::object(View::Estimate(now), global)
}
