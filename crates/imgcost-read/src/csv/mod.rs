//! Lists of services as CSV: one row each, in one pass, without holding the file.

mod excerpt;
mod header;
mod list;
mod names;
mod plan;
mod rows;

pub(crate) use excerpt::around;
pub use header::Header;
pub use list::{CsvError, CsvPart, CsvSummary, join, read_services, read_services_part};
pub use names::Names;
pub use plan::{Plan, plan};
