//! What a fleet physically asks for in a month: bytes by path, byte-months, hours, minutes. No
//! money: this room names prices ([`crate::price::PriceId`]) but never sees one.
//!
//! Services are added one by one, so that a million of them need no more memory than the groups
//! that are asked for; see [`Ledger`].

mod account;
mod amounts;
mod build;
mod cell;
mod derive;
mod ledger;
mod meter;
mod posting;
mod pulls;
mod route;
mod schedule;
mod sharing;
mod storage;
mod wait;

use thiserror::Error;

use crate::fleet::{Fleet, Service, Side};
use crate::units::{Measure, Overflow, Quantity};

pub use build::step_seconds;
pub use cell::{Cell, Grouping, SHARED, UNLABELLED};
pub use derive::{Derivation, derive};
pub use ledger::Ledger;
pub use meter::{Component, Counting, Driver, Kind, Meter, Tariff};
pub use pulls::hosts;
pub use route::{Toll, tolls};
pub use schedule::{Class, Frequencies, Schedule};
pub use sharing::Overlaps;
pub use wait::{pull_seconds, ready_sooner};

/// What one side of a fleet asks for in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// The side.
    pub side: Side,
    /// What is counted, in the order of reports.
    pub meters: Vec<Meter>,
    /// The groups (or single services) among which quantities are divided, sorted.
    pub cells: Vec<Cell>,
    /// Deploys of the services in each cell.
    pub deploys: Vec<Quantity>,
    /// Quantities, by cell and meter; at most one for each pair.
    pub entries: Vec<Entry>,
    /// Physical totals.
    pub totals: Totals,
    /// Services added.
    pub services: u64,
}

/// A quantity of one meter in one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Index of the cell.
    pub cell: usize,
    /// Index of the meter.
    pub meter: usize,
    /// How much.
    pub quantity: Quantity,
}

/// Physical totals of one side, each byte counted once whatever it passes on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Bytes stored, replicas included, for a month.
    pub storage: Quantity,
    /// Bytes that the registry sends for rollouts.
    pub warm_pulls: Quantity,
    /// Bytes that the registry sends as whole images.
    pub cold_pulls: Quantity,
    /// Bytes on node disks for a month.
    pub node_disk: Quantity,
    /// Minutes of build machines, not rounded.
    pub build_minutes: Quantity,
}

/// For which month storage without a retention rule is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Horizon {
    /// The mean month of the fleet's horizon.
    Mean,
    /// The month of that number, the first being 1.
    Month(u32),
}

/// Why a demand cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DemandError {
    /// Sizes or rates are beyond anything that can be computed exactly.
    #[error("the sizes or rates of `{what}` are too large to compute exactly")]
    TooLarge {
        /// The service, cluster or total.
        what: String,
    },
    /// No bytes can take this path.
    #[error("cluster `{cluster}` has path {path}: {why}")]
    NoSuchPath {
        /// The cluster.
        cluster: String,
        /// The path asked for.
        path: String,
        /// Why not.
        why: &'static str,
    },
}

impl Totals {
    const ZERO: Self = Self {
        storage: Quantity::zero(Measure::ByteMonths),
        warm_pulls: Quantity::zero(Measure::Bytes),
        cold_pulls: Quantity::zero(Measure::Bytes),
        node_disk: Quantity::zero(Measure::ByteMonths),
        build_minutes: Quantity::zero(Measure::Minutes),
    };

    fn add(self, other: Self) -> Result<Self, Overflow> {
        Ok(Self {
            storage: self.storage.add(other.storage)?,
            warm_pulls: self.warm_pulls.add(other.warm_pulls)?,
            cold_pulls: self.cold_pulls.add(other.cold_pulls)?,
            node_disk: self.node_disk.add(other.node_disk)?,
            build_minutes: self.build_minutes.add(other.build_minutes)?,
        })
    }
}

/// The demand of a list of services on one side: [`Ledger`] in one call.
///
/// # Errors
/// [`DemandError`] when a path does not exist or numbers are too large.
pub fn demand(
    fleet: &Fleet,
    services: &[Service],
    side: Side,
    grouping: &Grouping,
) -> Result<Demand, DemandError> {
    let mut ledger = Ledger::new(fleet, &[side], grouping.clone(), Horizon::Mean)?;
    services.iter().try_for_each(|service| ledger.add(service))?;
    let too_few = || DemandError::TooLarge { what: "the fleet".into() };
    ledger.close()?.pop().ok_or_else(too_few)
}
