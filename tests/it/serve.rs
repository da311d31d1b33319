//! `imgcost serve`: its answers, its limits, and its page in a real browser.

mod answers;
mod limits;
mod page;
mod server;
