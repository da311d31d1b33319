//! `imgcost serve`: its answers, its limits, and its page in a real browser.

mod answers;
mod limits;
pub mod page;
mod server;
