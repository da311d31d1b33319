//! `imgcost estimate`: what one side of a fleet costs.

use std::path::Path;

use imgcost::demand::{Grouping, Horizon};
use imgcost::fleet::Side;
use imgcost_report::View;

use crate::args::{ExchangeArgs, Global, ImageArgs};
use crate::exit::Failure;
use crate::fleet_file::Loaded;
use crate::result::{self, Outcome};

pub(crate) fn run(
    path: &Path,
    side: Side,
    images: &ImageArgs,
    exchange: &ExchangeArgs,
    global: &Global,
) -> Result<(), Failure> {
    let loaded = Loaded::open(path, images, global)?;
    let own_lines = loaded.own_lines(global)?;
    let grouping = Grouping { by: global.group_by.clone(), per_service: own_lines };
    let demands = loaded.demands(&[side], &grouping, Horizon::Mean, global)?;
    let count = demands.sides[0].services;
    let estimates = loaded.estimates(demands.sides, global)?;
    let mut outcome = Outcome::of_fleet(&loaded, demands.assumed, count, own_lines, global);
    outcome.warnings.extend(loaded.growing());
    outcome.exchange = Some(exchange);
    result::write(View::Estimate(&estimates[0]), outcome, global)
}
