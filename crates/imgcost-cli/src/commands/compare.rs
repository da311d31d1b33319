//! `imgcost compare`: before against after, or one fleet file against another.

use std::path::Path;

use imgcost::demand::{Grouping, Horizon};
use imgcost::estimate::{Comparison, alternatives, compare};
use imgcost::fleet::Side;
use imgcost::units::Money;
use imgcost_report::View;

use crate::args::{ExchangeArgs, Global, ImageArgs};
use crate::exit::Failure;
use crate::fleet_file::Loaded;
use crate::result::{self, Outcome};
use crate::{files, price_book};

pub(crate) fn run(
    path: &Path,
    other: Option<&Path>,
    side: Side,
    images: &ImageArgs,
    exchange: &ExchangeArgs,
    global: &Global,
) -> Result<(), Failure> {
    match other {
        None => one_file(path, images, exchange, global),
        Some(other) => two_files([path, other], side, images, exchange, global),
    }
}

fn one_file(
    path: &Path,
    images: &ImageArgs,
    exchange: &ExchangeArgs,
    global: &Global,
) -> Result<(), Failure> {
    let loaded = Loaded::open(path, images, global)?;
    let own_lines = loaded.own_lines(global)?;
    let grouping = Grouping { by: global.group_by.clone(), per_service: own_lines };
    let sides = [Side::Before, Side::After];
    let demands = loaded.demands(&sides, &grouping, Horizon::Mean, global)?;
    let count = demands.sides[0].services;
    let mut outcome = Outcome::of_fleet(&loaded, demands.assumed, count, own_lines, global);
    let comparison = compared(&loaded, demands.sides, global)?;
    outcome.by_month = by_month(&loaded, global)?;
    outcome.exchange = Some(exchange);
    // What other paths would cost is worked out where it takes no second reading of a long list.
    if loaded.file.csv.is_empty() {
        let book = price_book::book(&outcome.path_prices(), loaded.file.given.clone(), global)?;
        outcome.alternatives =
            alternatives(&loaded.file.fleet, &loaded.file.services, &book, loaded.terms)?;
    }
    result::write(View::Compare(&comparison), outcome, global)
}

fn compared(
    loaded: &Loaded<'_>,
    demands: Vec<imgcost::demand::Demand>,
    global: &Global,
) -> Result<Comparison, Failure> {
    let mut estimates = loaded.estimates(demands, global)?.into_iter();
    match (estimates.next(), estimates.next()) {
        (Some(before), Some(after)) => Ok(compare(before, after)),
        _ => Err(Failure::plain("there are not two sides to compare")),
    }
}

/// What is billed in each month of the horizon, where storage grows without end.
fn by_month(loaded: &Loaded<'_>, global: &Global) -> Result<Vec<(u32, Money, Money)>, Failure> {
    let fleet = &loaded.file.fleet;
    if !fleet.registries.iter().any(|registry| registry.retention.is_forever()) {
        return Ok(Vec::new());
    }
    let sides = [Side::Before, Side::After];
    let month = |month| {
        let demands =
            loaded.demands(&sides, &Grouping::default(), Horizon::Month(month), global)?;
        let comparison = compared(loaded, demands.sides, global)?;
        let billed = |side: &imgcost::estimate::Estimate| side.figures().monthly.billed;
        Ok((month, billed(&comparison.before), billed(&comparison.after)))
    };
    (1..=fleet.horizon).map(month).collect()
}

/// The same side of two files: what the second would save against the first.
fn two_files(
    [path, other]: [&Path; 2],
    side: Side,
    images: &ImageArgs,
    exchange: &ExchangeArgs,
    global: &Global,
) -> Result<(), Failure> {
    let first = Loaded::open(path, images, global)?;
    let second = Loaded::open(other, images, global)?;
    let (here, there) = (first.terms.currency, second.terms.currency);
    if here != there {
        let message =
            format!("{} is in {here}, {} in {there}", files::name(path), files::name(other));
        return Err(Failure::with_help(message, "two fleets are compared in one currency"));
    }
    let own_lines = first.own_lines(global)? && second.own_lines(global)?;
    let grouping = Grouping { by: global.group_by.clone(), per_service: own_lines };
    let before = first.demands(&[side], &grouping, Horizon::Mean, global)?;
    let after = second.demands(&[side], &grouping, Horizon::Mean, global)?;
    let assumed = before.assumed.union(after.assumed);
    let count = before.sides[0].services;
    let mut estimates = first.estimates(before.sides, global)?;
    // The second file is the other world, whatever its side is called there.
    let mut demands = after.sides;
    demands.iter_mut().for_each(|demand| demand.side = Side::After);
    estimates.iter_mut().for_each(|estimate| estimate.demand.side = Side::Before);
    estimates.extend(second.estimates(demands, global)?);
    let (Some(after), Some(before)) = (estimates.pop(), estimates.pop()) else {
        return Err(Failure::plain("there are not two sides to compare"));
    };
    let mut outcome = Outcome::of_fleet(&first, assumed, count, own_lines, global);
    outcome.title = format!("from {} to {}", first.file.fleet.name, second.file.fleet.name);
    outcome.services = &[];
    outcome.exchange = Some(exchange);
    result::write(View::Compare(&compare(before, after)), outcome, global)
}
