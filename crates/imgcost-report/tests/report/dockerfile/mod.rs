//! What is said of Dockerfiles. Findings and savings are made up by hand: here it is only about how
//! they are told.

mod cache;
mod check;
mod check_hostile;
mod compare;
mod cost;
mod costs;
pub mod findings;
