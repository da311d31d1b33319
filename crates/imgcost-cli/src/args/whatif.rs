use clap::Args;

use super::exchange::ExchangeArgs;
use super::image::ImageArgs;
use super::value::{
    cloud, image, lifetime, path, price, rate, ratio, registry, runner, share, span,
};

/// The what-if: flags are the fields of a fleet file, by the same names.
#[derive(Debug, Clone, Args)]
#[command(allow_negative_numbers = true)]
pub(crate) struct Whatif {
    /// The image as it is: a size such as 1.2GB, as `docker images` prints it, or an image such as
    /// docker-archive:app.tar, oci:build or registry://ghcr.io/shop/app:1.2.
    #[arg(value_parser = image)]
    pub(crate) before: String,
    /// The image as it would be.
    #[arg(value_parser = image)]
    pub(crate) after: String,
    /// The sizes given are registry sizes (compressed).
    #[arg(long)]
    pub(crate) compressed: bool,
    /// How the image before splits into layers [default: single-stage].
    #[arg(long, value_name = "PROFILE", value_parser = ["single-stage", "multi-stage"])]
    pub(crate) profile_before: Option<String>,
    /// How the image after splits into layers [default: multi-stage].
    #[arg(long, value_name = "PROFILE", value_parser = ["single-stage", "multi-stage"])]
    pub(crate) profile_after: Option<String>,
    /// So many services like this one.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) services: u32,
    #[command(flatten)]
    pub(crate) scene: Scene,
    #[command(flatten)]
    pub(crate) images: ImageArgs,
    #[command(flatten)]
    pub(crate) exchange: ExchangeArgs,
}

/// The scene that one service is priced in: flags are the fields of a fleet file, by the same names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Scene")]
pub(crate) struct Scene {
    /// Unpacked bytes per compressed byte [default: 2.7].
    #[arg(long, alias = "compression-ratio", value_name = "RATIO", value_parser = ratio)]
    pub(crate) ratio: Option<String>,
    /// Nodes of the cluster [default: 20].
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub(crate) nodes: Option<u32>,
    /// Mean life of a node, such as 24h or 30d, or static [default: 720h].
    #[arg(long, value_name = "TIME", value_parser = lifetime)]
    pub(crate) node_lifetime: Option<String>,
    /// Replicas, if the service does not run on every node.
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub(crate) replicas: Option<u32>,
    /// How replicas spread: even, random or daemonset [default: even].
    #[arg(long, requires = "replicas", value_parser = ["even", "random", "daemonset"])]
    pub(crate) spread: Option<String>,
    /// Pulls, such as 200/month, if that is all you know.
    #[arg(long, value_name = "RATE", conflicts_with = "replicas", value_parser = rate)]
    pub(crate) pulls: Option<String>,
    /// Share of those pulls' bytes that a cache already has [default: 0%].
    #[arg(long, value_name = "PERCENT", requires = "pulls", value_parser = share)]
    pub(crate) cached_share: Option<String>,
    /// Deploys, such as 60/month, 2/day or 10/week [default: 60/month].
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub(crate) deploys: Option<String>,
    /// Builds [default: as many as deploys].
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub(crate) builds: Option<String>,
    /// Tags pushed [default: as many as deploys].
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub(crate) pushes: Option<String>,
    /// Share of builds that find no layer cache [default: 0%].
    #[arg(long, value_name = "PERCENT", value_parser = share)]
    pub(crate) cache_miss: Option<String>,
    /// Deploys that carry a new base image [default: 2/month].
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub(crate) base_refreshes: Option<String>,
    /// Deploys that carry a changed lock file [default: 4/month].
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub(crate) dependency_updates: Option<String>,
    /// Time of a dependency install in a build [default: 60s].
    #[arg(long, value_name = "TIME", value_parser = span)]
    pub(crate) install_time: Option<String>,
    /// Build machine, such as github-linux-2core [default], or none.
    #[arg(long, value_name = "NAME", value_parser = runner)]
    pub(crate) runner: Option<String>,
    /// Registry, such as aws-ecr [default], gcp-artifact-registry, azure-acr or github-ghcr.
    #[arg(long, value_name = "NAME", value_parser = registry)]
    pub(crate) registry: Option<String>,
    /// Plan of a registry that sells plans.
    #[arg(long)]
    pub(crate) plan: Option<String>,
    /// Region of registry and nodes [default: us-east-1, or the like of another cloud].
    #[arg(long)]
    pub(crate) region: Option<String>,
    /// Cloud of the nodes [default: that of the registry].
    #[arg(long, value_name = "NAME", value_parser = cloud)]
    pub(crate) cloud: Option<String>,
    /// Way of the bytes: direct, nat [default], s3-gateway, interface-endpoint, cross-az,
    /// cross-region=REGION (nodes in that region) or internet; with shares: nat:60%,direct:40%.
    #[arg(long, value_name = "PATH", value_delimiter = ',', value_parser = path)]
    pub(crate) path: Vec<String>,
    /// What pulls from another AWS region are charged: source [default], both-sides or internet.
    #[arg(long, value_name = "RATE", value_parser = ["source", "both-sides", "internet"])]
    pub(crate) cross_region_rate: Option<String>,
    /// Tags that the registry keeps [default: 30].
    #[arg(long, value_name = "TAGS", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) keep: Option<u32>,
    /// Age up to which the registry keeps tags, such as 90d.
    #[arg(long, value_name = "TIME", value_parser = span)]
    pub(crate) max_age: Option<String>,
    /// Price of storage in $ per GB (10^9 bytes) and month, instead of the registry's.
    #[arg(long, value_name = "RATE", value_parser = price)]
    pub(crate) storage_price: Option<String>,
    /// Price of pulled bytes in $ per GB (10^9 bytes), instead of those on the path.
    #[arg(long, value_name = "RATE", value_parser = price)]
    pub(crate) egress_price: Option<String>,
}

impl Scene {
    /// Whether any of its flags is given.
    pub(crate) fn is_given(&self) -> bool {
        *self != Self::default()
    }
}
