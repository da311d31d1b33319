use thiserror::Error;

use crate::demand::{DemandError, Grouping, demand};
use crate::fleet::{Fleet, Leg, PathKind, Service, Side};
use crate::price::PriceBook;
use crate::units::{Money, Overflow, Share};

use super::{Comparison, Terms, compare, estimate};

/// The same fleet if all bytes took another path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// The path.
    pub path: PathKind,
    /// What is billed before and after, a month; `None` where a price is missing.
    pub billed: Option<(Money, Money)>,
}

/// Why a scenario could not be estimated.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScenarioError {
    /// No demand.
    #[error(transparent)]
    Demand(#[from] DemandError),
    /// Amounts too large.
    #[error(transparent)]
    Amount(#[from] Overflow),
}

/// Both sides of a list of services, demanded, priced and compared: the whole pipeline in one call.
///
/// # Errors
/// [`ScenarioError`] when a path does not exist or numbers are too large.
pub fn scenario(
    fleet: &Fleet,
    services: &[Service],
    grouping: &Grouping,
    prices: &PriceBook,
    terms: Terms,
) -> Result<Comparison, ScenarioError> {
    let side = |side| -> Result<_, ScenarioError> {
        Ok(estimate(demand(fleet, services, side, grouping)?, prices, terms)?)
    };
    Ok(compare(side(Side::Before)?, side(Side::After)?))
}

/// What other paths would cost: each of those that every cluster's cloud sells.
///
/// # Errors
/// [`ScenarioError`] when numbers are too large.
pub fn alternatives(
    fleet: &Fleet,
    services: &[Service],
    prices: &PriceBook,
    terms: Terms,
) -> Result<Vec<Alternative>, ScenarioError> {
    let kinds = [
        PathKind::Direct,
        PathKind::S3Gateway,
        PathKind::InterfaceEndpoint,
        PathKind::Nat,
        PathKind::Internet,
    ];
    let mut found = Vec::new();
    for kind in kinds {
        let mut other = fleet.clone();
        for cluster in &mut other.clusters {
            cluster.path = vec![Leg { kind: kind.clone(), share: Share::ALL }];
        }
        match scenario(&other, services, &Grouping::default(), prices, terms) {
            Err(ScenarioError::Demand(DemandError::NoSuchPath { .. })) => {}
            Err(other) => return Err(other),
            Ok(comparison) => {
                let billed = comparison.is_complete().then(|| {
                    let billed = |side: &super::Estimate| side.figures().monthly.billed;
                    (billed(&comparison.before), billed(&comparison.after))
                });
                found.push(Alternative { path: kind, billed });
            }
        }
    }
    Ok(found)
}
