//! Real images. Bytes are numbers.

use schemars::JsonSchema;

use super::text::{Code, Exact, Moment, Sha, Version};

/// The layers of images.
#[derive(JsonSchema)]
pub(super) struct Inspect {
    schema_version: Version,
    images: Vec<Image>,
    /// Bytes of all layers, each once.
    unique_compressed: u64,
    /// Bytes of all images, as if they shared nothing.
    sum_compressed: u64,
    /// What stands in for sizes that are not known.
    ratio: Exact,
}

/// An image, one platform.
#[derive(JsonSchema)]
struct Image {
    r#ref: String,
    digest: Option<Sha>,
    platform: Option<String>,
    other_platforms: Vec<String>,
    created: Option<Moment>,
    /// Bytes of its layers and config, as a registry serves them.
    compressed: u64,
    /// Null where it cannot be known.
    unpacked: Option<u64>,
    /// Where `unpacked` is null: what the ratio makes of the size on the wire.
    unpacked_by_ratio: Option<u64>,
    config: Config,
    /// Bytes of attestations, stored and never pulled.
    attached: u64,
    layers: Vec<Layer>,
    /// Whether every digest was checked.
    verified: bool,
    /// Null where the layers were not read.
    waste: Option<Waste>,
    notes: Vec<String>,
}

/// The config, which travels with every pull.
#[derive(JsonSchema)]
struct Config {
    digest: Sha,
    size: u64,
}

/// A layer, base first.
#[derive(JsonSchema)]
struct Layer {
    digest: Sha,
    diff_id: Option<Sha>,
    compressed: u64,
    /// manifest or ratio.
    compressed_from: String,
    unpacked: Option<u64>,
    unpacked_from: Option<String>,
    codec: String,
    media_type: Option<String>,
    created_by: Option<String>,
    created: Option<Moment>,
    /// base-refresh, dependency-update or deploy.
    trigger: String,
    /// The most frequent change that makes it anew.
    changes_with: Option<String>,
    /// Other images here that have it.
    shared_with: Vec<String>,
}

/// Bytes shipped in vain.
#[derive(JsonSchema)]
struct Waste {
    /// Bytes that later layers replace or delete.
    hidden: u64,
    hidden_by_layer: Vec<u64>,
    /// Bytes that nothing needs at run time.
    needless: u64,
    needless_by_layer: Vec<u64>,
    offenders: Vec<Offender>,
    cost: Option<WasteCost>,
}

/// What wastes most.
#[derive(JsonSchema)]
struct Offender {
    path: String,
    /// overwritten, deleted, package-cache or dev-dependencies.
    kind: String,
    bytes: u64,
    count: u64,
    /// From 0.
    layer: u64,
}

/// What waste costs in a scene.
#[derive(JsonSchema)]
struct WasteCost {
    monthly_billed: Exact,
    per_deploy_billed: Exact,
    currency: Code,
    /// Whether every line has a price.
    complete: bool,
    scene: String,
}

/// What a node fetches that pulls images in this order.
#[derive(JsonSchema)]
pub(super) struct Pulls {
    schema_version: Version,
    pulls: Vec<Pull>,
    total_bytes: u64,
    /// Bytes if nodes kept nothing.
    naive_bytes: u64,
    /// The ratio that stands in for sizes on the wire which are not known.
    ratio: Option<Exact>,
    notes: Vec<String>,
}

/// A pull.
#[derive(JsonSchema)]
struct Pull {
    r#ref: String,
    platform: Option<String>,
    bytes: u64,
    reused_bytes: u64,
    layers_new: u64,
    layers_reused: u64,
}

/// How versions of one image really changed.
#[derive(JsonSchema)]
pub(super) struct Churn {
    schema_version: Version,
    name: String,
    versions: u64,
    /// From the first version to the last.
    seconds: Option<i64>,
    releases_per_month: Option<Exact>,
    releases_per_year: Option<Exact>,
    base_refreshes_per_month: Option<Exact>,
    dependency_updates_per_month: Option<Exact>,
    mean_bytes: Option<u64>,
    mean_new_bytes: Option<u64>,
    new_share: Option<Exact>,
    /// Releases of which nearly everything was new.
    from_the_ground_up: u64,
    sum_bytes: u64,
    unique_bytes: u64,
    positions: Vec<Position>,
    releases: Vec<Release>,
    /// A service for a fleet file (TOML).
    fleet_file: String,
    notes: Vec<String>,
}

/// What became of the layers at one position, base first.
#[derive(JsonSchema)]
struct Position {
    changed: u64,
    changed_alone: u64,
    of: u64,
    bytes: u64,
    new_bytes: u64,
    trigger: String,
}

/// A version after the first.
#[derive(JsonSchema)]
struct Release {
    name: String,
    bytes: u64,
    new_bytes: u64,
}
