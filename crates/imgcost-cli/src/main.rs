//! The imgcost command.
fn main() {}
