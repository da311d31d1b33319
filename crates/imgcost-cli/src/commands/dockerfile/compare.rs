//! `imgcost dockerfile compare`: the whole story of a change, for a review.

use std::path::Path;

use imgcost::fleet::defaults::Assumption;
use imgcost_dockerfile::image::{Built, Evidence};
use imgcost_dockerfile::price::{compare, savings};
use imgcost_dockerfile::rules::{self, Settings};
use imgcost_report::{ComparedFile, DockerfileCompareReport, PricedFinding};

use super::built::{Said, assumptions, built};
use super::opened::{Opened, open};
use super::scope::{Scoped, scope};
use crate::args::{CompareDockerfiles, Document, Global};
use crate::exit::Failure;
use crate::{files, result};

pub(super) fn run(asked: &CompareDockerfiles, global: &Global) -> Result<(), Failure> {
    let format = global.document()?;
    let scoped = scope(&asked.scope, &asked.images, global)?;
    let said = |image: &'_ Option<String>, log| -> Said<'_> { todo!() };
    Ok(())
}
