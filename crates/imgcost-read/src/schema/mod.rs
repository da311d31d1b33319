//! JSON Schema (draft 2020-12) of fleet and price files, for editors and for other programs.
//!
//! A schema tells shapes, words and patterns; what depends on several values at once (shares that
//! add up, regions that a price knows) only the readers tell. It never refuses what they accept.
//!
//! The types here are never made: the readers look at TOML themselves, for the sake of their
//! messages. Tests hold each type against the keys that the reader knows.
#![expect(dead_code, reason = "schemas are made from types alone")]

mod fleet;
mod prices;
mod service;
#[cfg(test)]
mod tests;
mod text;

use schemars::generate::SchemaSettings;
use schemars::transform::transform_subschemas;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

/// A schema: what it is called, what it is of, and what makes its JSON.
pub type Published = (&'static str, &'static str, fn() -> String);

/// All schemas of files that are read.
pub const SCHEMAS: [Published; 2] = [
    ("fleet", "A fleet file of imgcost (TOML)", || written::<fleet::Fleet>("fleet")),
    ("prices", "A price file of imgcost (TOML)", || written::<prices::Prices>("prices")),
];

fn written<T: JsonSchema>(name: &str) -> String {
    let mut schema = schema::<T>();
    let title = SCHEMAS.iter().find(|(known, ..)| *known == name).map(|(_, title, _)| *title);
    schema.insert("title".into(), title.into());
    schema.insert("$id".into(), address(name).into());
    format!("{:#}\n", schema.as_value())
}

fn schema<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().with_transform(as_toml);
    settings.into_generator().into_root_schema_for::<T>()
}

/// Where the schema of that name is published.
fn address(name: &str) -> String {
    format!("{}/raw/main/docs/schema/{name}.schema.json", env!("CARGO_PKG_REPOSITORY"))
}

/// TOML has no null: what may be left out is left out. And how wide Rust's integers are is nobody's
/// business.
fn as_toml(schema: &mut Schema) {
    transform_subschemas(&mut as_toml, schema);
    let null = Value::from("null");
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|kind| *kind != null);
        if let [one] = types.as_slice() {
            let one = one.clone();
            schema.insert("type".into(), one);
        }
    }
    if let Some(Value::Array(ways)) = schema.get_mut("anyOf") {
        ways.retain(|way| way.get("type") != Some(&null));
        if let [Value::Object(one)] = ways.as_slice() {
            let one = one.clone();
            schema.remove("anyOf");
            one.into_iter().for_each(|(key, value)| {
                schema.insert(key, value);
            });
        }
    }
    if schema.get("type").is_some_and(|kind| kind == "integer") {
        schema.remove("format");
    }
}
