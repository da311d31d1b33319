//! What people already have, to a fleet file: output of `kubectl`, listings of registries, access
//! logs, CloudTrail, Docker.
//!
//! Each source becomes an [`Inventory`]: registries, clusters and services as far as the source
//! tells, every value with where it came from. [`fleet_toml`] writes it as a fleet file in which
//! each value has its provenance in a comment. What a source cannot tell is left out, with a
//! comment that says so: the fleet file's reader then takes its default and lists it as an
//! assumption. Nothing is invented.
//!
//! Sources are read as streams: memory grows with what is kept of them, not with their size.

mod acr;
mod artifact_registry;
mod cloudtrail;
mod docker;
mod ecr;
mod error;
mod fact;
mod fleet_file;
mod harbor;
mod inventory;
mod json_stream;
mod kubernetes;
mod listing;
mod readable;
mod registry_log;

pub use acr::acr;
pub use artifact_registry::artifact_registry;
pub use cloudtrail::cloudtrail;
pub use docker::docker;
pub use ecr::ecr;
pub use error::InventoryError;
pub use fact::{Fact, Rate};
pub use fleet_file::{fleet_of_lists, fleet_toml, quoted};
pub use harbor::harbor;
pub use inventory::{
    ClusterFound, ImageFound, Input, Inventory, LayerFound, RegistryFound, ServiceFound,
};
pub use kubernetes::kubernetes;
pub use registry_log::registry_log;
