//! The services of a fleet file and their images.

use std::collections::BTreeMap;

use imgcost::fleet::defaults as d;
use schemars::JsonSchema;

use super::text::{
    Bytes, Digest, LayerTrigger, Number, ProfileName, Rate, Runner, Share, Size, SizeOrImage,
    Spread, Text, Time,
};
use crate::service::finish::MOST_REPLICAS;

/// A service: an image before and after, where it runs and how often it changes.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Service {
    /// A name that no other service has.
    name: Text,
    /// Labels that reports group by.
    labels: Option<BTreeMap<String, Text>>,
    /// The registry's name; not needed where there is one.
    registry: Option<Text>,
    /// The cluster's name; not needed where there is one.
    cluster: Option<Text>,
    /// Nodes that run it; without hosts, replicas and pulls, every node.
    hosts: Option<u32>,
    /// Replicas, which spread over the nodes.
    #[schemars(range(min = 0, max = MOST_REPLICAS))]
    replicas: Option<u32>,
    /// How replicas spread.
    #[schemars(extend("default" = "even"))]
    spread: Option<Spread>,
    /// Pulls, if that is all that is known.
    pulls: Option<Rate>,
    /// Share of those pulls' bytes that a cache already has.
    #[schemars(extend("default" = d::CACHED_SHARE.value))]
    cached_share: Option<Share>,
    /// Deploys.
    #[schemars(extend("default" = d::DEPLOYS.value))]
    deploys: Option<Rate>,
    /// Tags pushed; without it, as many as deploys.
    pushes: Option<Rate>,
    /// Builds; without it, as many as deploys.
    builds: Option<Rate>,
    /// Builds that find no layer cache; without it, the fleet's.
    cache_miss: Option<Share>,
    /// Deploys that carry a changed lock file; without it, the fleet's.
    dependency_updates: Option<Rate>,
    /// Deploys that carry a new base image; without it, the fleet's.
    base_refreshes: Option<Rate>,
    /// Time of a dependency install in a build; without it, the fleet's.
    install_time: Option<Time>,
    /// The image as it is.
    before: Image,
    /// The image as it would be; without it, nothing changes.
    after: Option<Image>,
    /// The build machine, and how long whole jobs take where that is known.
    build: Option<Build>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Image {
    Short(SizeOrImage),
    Described(Described),
}

/// An image by its size, by the sizes of its parts, by its layers, or a real one.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "kebab-case", extend("minProperties" = 1))]
pub(super) struct Described {
    /// The whole image, as `sizes` counts it; or a real image.
    size: Option<SizeOrImage>,
    /// The whole image as a registry stores it.
    compressed: Option<Size>,
    /// The whole image as `docker images` prints it.
    unpacked: Option<Size>,
    /// The base image's part.
    base: Option<Size>,
    /// The dependencies' part.
    dependencies: Option<Size>,
    /// The application's part.
    application: Option<Size>,
    /// How a total splits into layers.
    profile: Option<ProfileName>,
    /// Which bytes the sizes count.
    #[schemars(extend("default" = "unpacked"))]
    sizes: Option<Bytes>,
    /// Unpacked bytes per compressed byte; without it, the fleet's.
    ratio: Option<Number>,
    /// Its layers, base first.
    #[schemars(length(min = 1, max = 1000))]
    layers: Option<Vec<Layer>>,
    /// An OCI layout: its folder.
    oci: Option<Text>,
    /// An archive of `docker save` or of an OCI layout: its file.
    archive: Option<Text>,
    /// A manifest: its file.
    manifest: Option<Text>,
    /// Any image, such as registry://ghcr.io/shop/app:1.2.
    reference: Option<Text>,
    /// The config of a manifest: its file.
    config: Option<Text>,
    /// The platform to take from an image of several.
    platform: Option<Text>,
    /// Layers that belong to the base, counted from the bottom.
    #[schemars(range(min = 0, max = 1000))]
    base_layers: Option<u32>,
    /// Layers above the base that belong to the dependencies.
    #[schemars(range(min = 0, max = 1000))]
    dependency_layers: Option<u32>,
}

/// A layer; one of its sizes at least.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Layer {
    /// Its bytes as a registry stores them.
    compressed: Option<Size>,
    /// Its bytes on a node.
    unpacked: Option<Size>,
    /// Services whose layers have the same digest share them.
    digest: Option<Digest>,
    /// What changes it.
    trigger: LayerTrigger,
    /// Whether it was copied with `--link`, and outlives changes below it.
    linked: Option<bool>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Build {
    Machine(Runner),
    Jobs(Jobs),
}

/// The build machine, and how long whole jobs take.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Jobs {
    /// The build machine.
    #[schemars(extend("default" = d::RUNNER.value))]
    runner: Option<Runner>,
    /// A whole job as it is.
    before: Option<Time>,
    /// A whole job as it would be.
    after: Option<Time>,
}
