//! Kinds of text: what a reader's parser takes, as patterns, and the words that it knows.

use std::borrow::Cow;

use imgcost::fleet::{Cloud, CrossRegionRate, RegistryProvider, runner_families};
use imgcost::image::Trigger;
use imgcost::price::{Confidence, PriceUnit, Scope};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::fleet::{cluster, machine, path, registry};
use crate::prices::row;
use crate::service::{finish, image};

/// A plain decimal number (`imgcost::units::parse_decimal`).
const NUMBER: &str = r"[0-9]{1,16}(\.[0-9]{1,18})?";
const SIZE_UNIT: &str = "(B|[kKMGT]B|[KMGT]iB)";
const TIME_UNIT: &str = "(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)";

/// Declares types that stand for a kind of text.
macro_rules! texts {
    ($($name:ident: $about:literal = $schema:expr;)*) => { $(
        pub(super) struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let mut schema = $schema;
                schema.insert("description".into(), $about.into());
                schema
            }
        }
    )* };
}

texts! {
    Text: "Text that is not empty." = pattern(r"\S");
    Size: "A size such as 180MB or 1.2GiB." = spaced(&format!(r"{NUMBER}\s*{SIZE_UNIT}"));
    Speed: "A speed such as 162MB/s." = spaced(&speed());
    Rate: "How often, such as 60/month, 2/day or 10/week." =
        spaced(&format!(r"{NUMBER}\s*/\s*(hour|h|day|d|week|w|month|mo|year|y)"));
    Share: "A share such as 60%." = spaced(&format!(r"{NUMBER}\s*%"));
    Time: "A length of time such as 36h, 30d or 2m30s." = spaced(&time());
    Number: "A plain number: decimals in quotes, such as \"0.045\"; whole ones also without." =
        any(&[spaced(NUMBER), json_schema!({ "type": "integer", "minimum": 0 })]);
    Amount: "A plain decimal number in quotes, such as \"0.045\"." = spaced(NUMBER);
    Day: "A day, such as 2026-01-31; in TOML with or without quotes." =
        pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
    Currency: "An ISO 4217 code such as USD." = pattern("^[A-Z]{3}$");
    PriceId: "A price id such as aws.ecr.storage." = pattern(r"^[a-z0-9-]+(\.[a-z0-9-]+)+$");
    Digest: "A digest such as sha256: and 64 hex digits." =
        spaced("[A-Za-z0-9+._-]+:[0-9A-Fa-f]{32,128}");
    SizeOrImage: "A size such as 1.2GB, or an image such as docker-archive:app.tar, oci:build or registry://ghcr.io/shop/app:1.2." =
        spaced(&format!(r"({NUMBER}\s*{SIZE_UNIT}|[A-Za-z][^:]*:.*)"));
    Months: "A number of months such as \"12 months\" or \"1 year\"." =
        spaced(r"[0-9]+\s*(m|mo|months?|y|years?)?");
    Lifetime: "A length of time such as 36h, or static for nodes that are never replaced." =
        any(&[words(["static"]), spaced(&time())]);
    Forever: "Everything is kept." = words(["forever"]);
    RegistryName: "A registry." = words(RegistryProvider::names());
    PlanName: "A plan of the registry." = words(plans());
    CloudName: "A cloud." = words(Cloud::all().iter().map(|cloud| cloud.name));
    Dedup: "Within what equal layers are stored once." =
        words(registry::DEDUPS.iter().map(|dedup| dedup.name()));
    Scanner: "A scanner, or the id of a price per image." =
        any(&[words(named(&registry::SCANNERS)), pattern(r"\.")]);
    PathName: "direct, nat, s3-gateway, interface-endpoint, cross-az, internet or cross-region:REGION." =
        spaced(&format!(r"({}|cross-region\s*[:=].*\S)", path::WORDS.join("|")));
    Disk: "A disk, the id of a price, or none." =
        any(&[words(named(&machine::DISKS).chain(["none"])), pattern(r"\.")]);
    NodePrice: "What a node costs an hour, the id of a price, or none." = any(&[
        spaced(NUMBER),
        json_schema!({ "type": "integer", "minimum": 0 }),
        words(["none"]),
        pattern(r"^\s*[A-Za-z].*\."),
    ]);
    Unpack: "gzip, zstd, or a speed of unpacked bytes such as 500MB/s." =
        any(&[words(["gzip", "zstd"]), spaced(&speed())]);
    Rollout: "Whether nodes pull one after the other or all at once." =
        words(named(&cluster::ROLLOUTS));
    CrossRegion: "What pulls from another AWS region are charged." =
        words(CrossRegionRate::ALL.iter().map(|rate| rate.name()));
    Spread: "How replicas spread over nodes." = words(named(&finish::SPREADS));
    Runner: "A build machine such as github-linux-2core, the id of a price per minute, or none." =
        spaced(&format!(r"(none|({}).+|.*\..*)", runner_families().collect::<Vec<_>>().join("|")));
    ProfileName: "How an image splits into layers." = words(named(&image::PROFILES));
    Bytes: "Which bytes the sizes count." = words(named(&image::KINDS));
    LayerTrigger: "What changes the layer." =
        words(Trigger::ALL.iter().map(|trigger| trigger.name()));
    Unit: "What the rate is for." = words(named(&PriceUnit::ALL));
    Grade: "How sure the price is." = words(named(&Confidence::ALL));
    Shared: "What shares a tier or an allowance." = words(named(&Scope::ALL));
    Rounded: "What is rounded: each job, or the sum." = words(named(&row::ROUNDED));
    Mode: "Which way." = words(named(&row::MODES));
}

fn speed() -> String {
    format!(r"{NUMBER}\s*{SIZE_UNIT}\s*/s")
}

fn time() -> String {
    format!(r"{NUMBER}\s*{TIME_UNIT}(\s*{NUMBER}\s*{TIME_UNIT})*")
}

fn plans() -> impl Iterator<Item = &'static str> {
    RegistryProvider::all().iter().flat_map(|provider| provider.plans.iter().map(|plan| plan.name))
}

/// The names of a table of words.
fn named<T>(table: &[(T, &'static str)]) -> impl Iterator<Item = &'static str> {
    table.iter().map(|(_, name)| *name)
}

fn words(words: impl IntoIterator<Item = &'static str>) -> Schema {
    let mut once: Vec<&str> = Vec::new();
    words.into_iter().for_each(|word| {
        if !once.contains(&word) {
            once.push(word);
        }
    });
    json_schema!({ "type": "string", "enum": once })
}

fn pattern(pattern: &str) -> Schema {
    json_schema!({ "type": "string", "pattern": pattern })
}

/// A pattern of the whole text, but for space around it.
fn spaced(inner: &str) -> Schema {
    pattern(&format!(r"^\s*{inner}\s*$"))
}

fn any(ways: &[Schema]) -> Schema {
    json_schema!({ "anyOf": ways })
}
