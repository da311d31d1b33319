//! JSON Schema (draft 2020-12) of the JSON contracts.
//!
//! Where a contract is written from a type, its schema is made from that type; the other types here
//! are never made. A test validates real runs both ways: no key is written that the schema does not
//! know, and none is promised that no run writes. Programs must expect further keys: within one
//! schema version keys are added, never taken away.
#![expect(dead_code, reason = "schemas are made from types alone")]

mod dockerfile;
mod gates;
mod image;
mod prices;
mod report;
mod text;

use schemars::generate::SchemaSettings;
use schemars::transform::transform_subschemas;
use schemars::{JsonSchema, Schema};

pub(crate) use text::{Code, Date, Exact, Since};

/// A schema: what it is called, what it is of, and what makes its JSON.
pub type Published = (&'static str, &'static str, fn() -> String);

/// All schemas of JSON that is written.
pub const SCHEMAS: [Published; 17] = [
    ("whatif", "imgcost whatif --format json", || written::<report::Compared>("whatif")),
    ("estimate", "imgcost estimate --format json", || written::<report::Estimated>("estimate")),
    ("compare", "imgcost compare --format json", || written::<report::Compared>("compare")),
    ("compare-baseline", "imgcost compare --baseline FILE --format json", || {
        written::<gates::Against>("compare-baseline")
    }),
    ("check", "imgcost check --format json", || written::<gates::Check>("check")),
    ("explain", "imgcost explain --format json", || written::<report::Explained>("explain")),
    ("prices-list", "imgcost prices list|show --format json", || {
        written::<prices::List>("prices-list")
    }),
    ("prices-quote", "imgcost prices quote --format json", || {
        written::<prices::Quote>("prices-quote")
    }),
    ("prices-diff", "imgcost prices diff --format json", || {
        written::<prices::Drift>("prices-diff")
    }),
    ("prices-stale", "imgcost prices stale --format json", || {
        written::<prices::Stale>("prices-stale")
    }),
    ("image-inspect", "imgcost image inspect --format json", || {
        written::<image::Inspect>("image-inspect")
    }),
    ("image-pulls", "imgcost image pulls --format json", || written::<image::Pulls>("image-pulls")),
    ("image-churn", "imgcost image churn --format json", || written::<image::Churn>("image-churn")),
    ("dockerfile-check", "imgcost dockerfile check --format json", || {
        written::<dockerfile::Check>("dockerfile-check")
    }),
    ("dockerfile-cost", "imgcost dockerfile cost --format json", || {
        written::<dockerfile::Cost>("dockerfile-cost")
    }),
    ("dockerfile-compare", "imgcost dockerfile compare --format json", || {
        written::<dockerfile::Compare>("dockerfile-compare")
    }),
    ("dockerfile-cache", "imgcost dockerfile cache --format json", || {
        written::<dockerfile::Cache>("dockerfile-cache")
    }),
];

fn written<T: JsonSchema>(name: &str) -> String {
    let settings =
        SchemaSettings::draft2020_12().for_serialize().with_transform(without_rust_integers);
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    let title = SCHEMAS.iter().find(|(known, ..)| *known == name).map(|(_, title, _)| *title);
    let id = format!("{}/raw/main/docs/schema/{name}.schema.json", env!("CARGO_PKG_REPOSITORY"));
    schema.insert("title".into(), title.into());
    schema.insert("$id".into(), id.into());
    format!("{:#}\n", schema.as_value())
}

/// How wide Rust's integers are is nobody's business.
fn without_rust_integers(schema: &mut Schema) {
    transform_subschemas(&mut without_rust_integers, schema);
    let integer = schema.get("format").and_then(|format| format.as_str());
    if integer.is_some_and(|format| format.starts_with("int") || format.starts_with("uint")) {
        schema.remove("format");
    }
}
