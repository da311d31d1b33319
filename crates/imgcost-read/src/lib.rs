//! Files in: fleet files, lists of services and price files, to the domain types of [`imgcost`],
//! with every problem of a file reported at once.
//!
//! A reader takes text (or, for lists of services, anything that reads) and the name that messages
//! call it by. It opens nothing, and it shows nothing: a [`Diagnostic`] says where a problem is,
//! what stands there and what to write instead, under a stable code; showing it is the caller's
//! business. `tests/errors/README.md` in the repository lists all codes, with an input for each.
//!
//! | input | function | becomes |
//! |---|---|---|
//! | fleet file (TOML) | [`read_fleet`] | [`FleetFile`]: fleet, services, prices given, defaults used |
//! | the same, with real images | [`read_fleet_with_images`] | |
//! | list of services (CSV) | [`read_services`] | one [`imgcost::fleet::Service`] after the other |
//! | the same on several threads | [`plan`], [`read_services_part`], [`join`] | |
//! | history of images (CSV) | [`read_history`] | [`imgcost::image::Release`]s, for churn |
//! | result of an earlier run (JSON) | [`read_baseline`] | [`imgcost::estimate::Baseline`] |
//! | rates of exchange (ECB, XML or CSV) | [`read_rates`] | [`imgcost::units::ReferenceRates`] |
//! | price file (TOML) | [`read_prices`] | [`imgcost::price::PriceRow`]s |
//!
//! [`SCHEMAS`] has JSON Schema of fleet and price files, for editors.
//!
//! All readers are strict: an unknown key or column is an error with a suggestion, a bare number
//! where a quantity has a unit is an error, and so is a decimal that TOML would make a binary
//! float. What a file does not say comes from [`imgcost::fleet::defaults`] and is noted
//! ([`Assumed`]). The keys of a service mean the same in a fleet file and in a list.
//!
//! ```
//! use imgcost_read::read_fleet;
//!
//! let text = r#"
//! [registry.main]
//! provider = "aws-ecr"
//! region = "us-east-1"
//!
//! [cluster.prod]
//! nodes = 50
//! path = "nat"
//!
//! [[service]]
//! name = "checkout"
//! replicas = 12
//! before = "1.2GB"
//! after = "180MB"
//! "#;
//! let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
//! let file = read_fleet("fleet.toml", text, today).unwrap();
//! assert_eq!(file.services[0].before.compressed().0, 444_444_444);
//! assert!(file.assumed.list().iter().any(|assumption| assumption.name == "compression-ratio"));
//!
//! let problems = read_fleet("fleet.toml", &text.replace("180MB", "180mb"), today).unwrap_err();
//! assert_eq!(problems[0].code, "wrong-unit");
//! ```

mod assumed;
mod baseline;
mod csv;
mod diagnostic;
mod fleet;
mod history;
mod labels;
mod prices;
mod rates;
mod real_image;
mod schema;
mod service;
mod suggest;
mod table;
mod value;

pub use assumed::{Assumed, AssumedBy};
pub use baseline::read_baseline;
pub use csv::{
    CsvError, CsvPart, CsvSummary, Header, Names, Plan, join, plan, read_services,
    read_services_part,
};
pub use diagnostic::{Diagnostic, Related, Severity};
pub use fleet::{
    FleetFile, ServiceDefaults, ServicesCsv, path_kind, read_fleet, read_fleet_with_images,
};
pub use history::read_history;
pub use prices::{PriceFile, read_prices};
pub use rates::read_rates;
pub use real_image::{ImageProblem, ImageRead, ImageRequest, ReadImage, no_images};
pub use schema::{Published, SCHEMAS};
pub use service::ServiceContext;
