//! `imgcost dockerfile cache`: what one source line, one dependency or a new base rebuilds.

use imgcost::fleet::defaults::INSTALL_TIME;
use imgcost::units::Span;
use imgcost_dockerfile::image::Times;
use imgcost_report::CacheReport;

use super::built::of_log;
use super::opened::open;
use crate::args::{Cache, Document, Global};
use crate::exit::Failure;
use crate::{files, result};

pub(super) fn run(cache: &Cache, global: &Global) -> Result<(), Failure> {
    let format = global.document()?;
    let opened = open(&cache.file, &cache.build, None)?;
    let (times, warnings) = match &cache.build_log {
        Some(path) => of_log(&opened, path)?,
        None => {
            let install = Span::parse(INSTALL_TIME.value)
                .map_err(|error| Failure::with_help(error.problem, error.help))?;
            (Times::of_installs(&opened.file, &opened.plan, install), Vec::new())
        }
    };
    let report =
        CacheReport { dockerfile: &opened.file, plan: &opened.plan, times: &times, warnings };
    let colour = result::colour(global);
    files::deliver(global.out_file.as_deref(), |out| match format {
        Document::Text => imgcost_report::cache_text(&report, colour, out),
        Document::Json => imgcost_report::cache_json(&report, out),
        Document::Csv => imgcost_report::cache_csv(&report, out),
        Document::Markdown => imgcost_report::cache_markdown(&report, out),
    })
}
