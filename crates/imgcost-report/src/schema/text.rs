//! Kinds of text.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// Declares types that stand for a kind of text.
macro_rules! texts {
    ($($name:ident: $about:literal = $pattern:literal;)*) => { $(
        pub(crate) struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "description": $about, "pattern": $pattern })
            }
        }
    )* };
}

texts! {
    Exact: "An exact decimal number, never rounded to cents." = r"^-?[0-9]+(\.[0-9]+)?$";
    Date: "A day, such as 2026-01-31." = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
    Since: "A day, or always." = "^([0-9]{4}-[0-9]{2}-[0-9]{2}|always)$";
    Moment: "A moment (RFC 3339)." = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]+)$";
    Code: "An ISO 4217 code such as USD." = "^[A-Z]{3}$";
    Sha: "A digest such as sha256: and 64 hex digits." = "^[A-Za-z0-9+._-]+:[0-9a-f]{32,128}$";
}

/// The version of the contracts.
pub(super) struct Version;

impl JsonSchema for Version {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Version".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "const": crate::dto::SCHEMA_VERSION })
    }
}
