//! (docs follow)

mod assumed;
mod csv;
mod diagnostic;
mod fleet;
mod labels;
mod prices;
mod service;
mod suggest;
mod table;
mod value;

pub use assumed::Assumed;
pub use csv::{CsvError, CsvPart, CsvSummary, Header, Names, Plan, join, plan, read_services, read_services_part};
pub use diagnostic::{Diagnostic, Related, Severity};
pub use fleet::{FleetFile, ServiceDefaults, ServicesCsv, path_kind, read_fleet};
pub use prices::{PriceFile, read_prices};
pub use service::ServiceContext;
