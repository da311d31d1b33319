//! What could be better in a Dockerfile: one file for each family of rules.

mod finding;

pub use finding::{Finding, Fix, Severity};
