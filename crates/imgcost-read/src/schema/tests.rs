//! Schema and reader know the same keys.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde_json::Value;

use super::{fleet as f, prices as p, schema, service as s};
use crate::fleet::{self, cluster, general, layers, machine, registry, services};
use crate::prices::{self, row};

fn knows<T: JsonSchema>(keys: &[&str]) {
    let schema = schema::<T>();
    let name = T::schema_name();
    let properties = schema.get("properties").and_then(Value::as_object);
    let properties: BTreeSet<&str> =
        properties.unwrap_or_else(|| panic!("{name}")).keys().map(String::as_str).collect();
    assert_eq!(properties, keys.iter().copied().collect(), "{name}");
    assert_eq!(schema.get("additionalProperties"), Some(&Value::Bool(false)), "{name}");
}

#[test]
fn schemas_have_the_keys_that_the_readers_know() {
    knows::<f::Fleet>(&fleet::KEYS);
    knows::<f::General>(&general::KEYS);
    knows::<f::FreePlan>(&general::PLAN_KEYS);
    knows::<f::Effort>(&general::EFFORT_KEYS);
    knows::<f::Registry>(&registry::KEYS);
    knows::<f::RetentionRule>(&registry::RETENTION_KEYS);
    knows::<f::Cluster>(&cluster::KEYS);
    knows::<f::Distribution>(&cluster::DISTRIBUTION_KEYS);
    knows::<f::Task>(&machine::TASK_KEYS);
    knows::<s::Service>(&services::KEYS);
    knows::<s::Described>(&services::IMAGE_KEYS);
    knows::<s::Layer>(&layers::KEYS);
    knows::<s::Jobs>(&services::BUILD_KEYS);
    knows::<p::Prices>(&prices::KEYS);
    knows::<p::Price>(&row::KEYS);
    knows::<p::Tier>(&row::TIER_KEYS);
    knows::<p::Free>(&row::FREE_KEYS);
    knows::<p::Included>(&row::INCLUDED_KEYS);
    knows::<p::Minimum>(&row::MINIMUM_KEYS);
    knows::<p::Rounding>(&row::ROUNDING_KEYS);
}

/// A table that the schema knows is one of those above: none is added without its keys being held
/// against the reader's.
#[test]
fn every_table_is_held_against_the_reader() {
    let tables = |schema: schemars::Schema| {
        let defs = schema.get("$defs").and_then(Value::as_object).cloned().unwrap_or_default();
        defs.values().filter(|def| def.get("properties").is_some()).count() + 1
    };
    assert_eq!(tables(schema::<f::Fleet>()) + tables(schema::<p::Prices>()), 20);
}
