//! Every default with its source. An estimate that uses one says so under "assumptions".

use crate::units::{PerMonth, Span, Speed};

/// A default value: what it is called, what it is, and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Default {
    /// Its name: the fleet-file key, and the flag without the dashes.
    pub name: &'static str,
    /// The value, as a user would write it.
    pub value: &'static str,
    /// What it rests on, in a word or two.
    pub basis: &'static str,
    /// Where it comes from.
    pub source: &'static str,
}

/// Something an estimate took for granted, as reports list it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Assumption {
    /// The fleet-file key or flag that overrides it.
    pub name: String,
    /// The value taken.
    pub value: String,
    /// What it rests on, in a word or two.
    pub basis: String,
    /// Where it comes from.
    pub source: String,
}

impl From<Default> for Assumption {
    fn from(default: Default) -> Self {
        Self {
            name: default.name.into(),
            value: default.value.into(),
            basis: default.basis.into(),
            source: default.source.into(),
        }
    }
}

/// Unpacked bytes per compressed byte: 2.7.
pub const COMPRESSION_RATIO: Default = Default {
    name: "compression-ratio",
    value: "2.7",
    basis: "official images",
    source: "official images measure 2.65 to 2.81 unpacked bytes per compressed byte (docker-library/repo-info); plausible range 2.3 to 3.6",
};

/// The layer shares of a single-stage image.
pub const PROFILE_SINGLE_STAGE: Default = Default {
    name: "profile-before",
    value: "single-stage",
    basis: "measured",
    source: "base 85 %, dependencies 14 %, application 1 %, dependencies rebuilt with every source change; measured on node:20 with COPY . . before the install: base 85.5 %, rest 14.5 %; the split of the rest is assumed",
};

/// The layer shares of a multi-stage image.
pub const PROFILE_MULTI_STAGE: Default = Default {
    name: "profile-after",
    value: "multi-stage",
    basis: "measured",
    source: "base 94 %, dependencies 5 %, application 1 %, dependencies rebuilt with the lock file or the base; measured on the multi-stage pattern: 95.1 / 4.7 / 0.1 %; 1 % for the application is assumed",
};

/// Base refreshes: 2 a month.
pub const BASE_REFRESHES: Default = Default {
    name: "base-refreshes",
    value: "2/month",
    basis: ".NET image trace",
    source: "18 to 34 rebuilds a year of Microsoft's .NET images, 2025-05 to 2026-08 (github.com/dotnet/versions, image-info)",
};

/// Dependency updates: 4 a month.
pub const DEPENDENCY_UPDATES: Default = Default {
    name: "dependency-updates",
    value: "4/month",
    basis: "assumed",
    source: "assumption, no source found",
};

/// Deploys: 60 a month.
pub const DEPLOYS: Default = Default {
    name: "deploys",
    value: "60/month",
    basis: "assumed",
    source: "assumption: two a day; DORA 2019 has 122 a month for elite teams, 2 for medium",
};

/// Nodes: 20.
pub const NODES: Default = Default {
    name: "nodes",
    value: "20",
    basis: "assumed",
    source: "assumption: a modest cluster, every node runs the service",
};

/// Node lifetime: 30 days.
pub const NODE_LIFETIME: Default = Default {
    name: "node-lifetime",
    value: "720h",
    basis: "Karpenter's default",
    source: "Karpenter's default expireAfter (kubernetes-sigs/karpenter, nodeclaim.go)",
};

/// Retention: the last 30 tags.
pub const RETENTION: Default = Default {
    name: "retention",
    value: "keep-last = 30",
    basis: "assumed",
    source: "assumption; ECR's own default keeps everything",
};

/// Versions of an image on a node: 2.
pub const VERSIONS_ON_NODE: Default = Default {
    name: "versions-on-node",
    value: "2",
    basis: "assumed",
    source: "assumption: the current version and the previous one",
};

/// Whether nodes keep compressed blobs.
pub const KEEPS_COMPRESSED: Default = Default {
    name: "keeps-compressed",
    value: "true",
    basis: "containerd's default",
    source: "containerd's default, discard_unpacked_layers = false (containerd docs/cri/config.md)",
};

/// Whether EKS nodes keep compressed blobs.
pub const KEEPS_COMPRESSED_EKS: Default = Default {
    name: "keeps-compressed",
    value: "false",
    basis: "EKS image's setting",
    source: "the EKS machine image sets discard_unpacked_layers = true (awslabs/amazon-eks-ami, containerd config)",
};

/// Fixed time of a pull and the speed of one node, in a rolling rollout.
pub const PULL_ROLLING: Default = Default {
    name: "bandwidth",
    value: "162MB/s after 1.05 s",
    basis: "Spegel benchmark",
    source: "fitted to Spegel's baseline benchmark, 50 nodes, rolling (github.com/spegel-org/benchmark)",
};

/// The same when all nodes pull at once.
pub const PULL_ALL_AT_ONCE: Default = Default {
    name: "bandwidth",
    value: "41MB/s after 1.05 s",
    basis: "Spegel benchmark",
    source: "fitted to Spegel's baseline benchmark, 50 nodes at once (github.com/spegel-org/benchmark)",
};

/// Output of gzip unpacking.
pub const UNPACK_GZIP: Default = Default {
    name: "unpack",
    value: "gzip, 147MB/s",
    basis: "measured",
    source: "measured: gzip -d of a 1.5 GB tar writes 147 MB/s per core; zstd 710 MB/s",
};

/// Time of a dependency install.
pub const INSTALL_TIME: Default = Default {
    name: "install-time",
    value: "60s",
    basis: "article, measured",
    source: "the article says 30 to 90 s per broken cache; npm ci of 534 packages measured 32 to 66 s",
};

/// What the layers of a real image are: its history tells.
pub const LAYER_CLASSES: Default = Default {
    name: "layer-classes",
    value: "from history",
    basis: "assumed",
    source: "assumption: the base ends at the last CMD or ENTRYPOINT that further layers follow; copied files are the application's unless they are lock files or packages (base-layers and dependency-layers say otherwise)",
};

/// The platform that is taken from an image of several.
pub const PLATFORM: Default = Default {
    name: "platform",
    value: "linux/amd64",
    basis: "assumed",
    source: "assumption: what most nodes run; other platforms of the same image are not counted",
};

/// Builds: as many as deploys.
pub const BUILDS: Default = Default {
    name: "builds",
    value: "as many as deploys",
    basis: "assumed",
    source: "assumption: every deploy is built once",
};

/// Pushes: as many as deploys.
pub const PUSHES: Default = Default {
    name: "pushes",
    value: "as many as deploys",
    basis: "assumed",
    source: "assumption: only deployed versions are pushed",
};

/// Builds without a cache: none.
pub const CACHE_MISS: Default = Default {
    name: "cache-miss",
    value: "0%",
    basis: "assumed",
    source: "assumption: every build finds its layer cache; ephemeral runners without a cache backend are at 100%",
};

/// The build machine.
pub const RUNNER: Default = Default {
    name: "runner",
    value: "github-linux-2core",
    basis: "assumed",
    source: "assumption: GitHub's standard Linux runner; only install minutes are counted unless job times are given",
};

/// Cost of waiting nodes: an ordinary machine of each cloud.
pub const NODE_PRICE: Default = Default {
    name: "node-price",
    value: "m5.large, e2-standard-4 or D4s v5 on demand",
    basis: "assumed",
    source: "assumption: an ordinary node of that cloud; capacity only, never in the billed total",
};

/// Hosts of a service of which no placement is given.
pub const HOSTS: Default = Default {
    name: "hosts",
    value: "every node of the cluster",
    basis: "assumed",
    source: "assumption, as in the what-if; give hosts, replicas or pulls",
};

/// Node disk where a cloud sells none by the GB.
pub const DISK_NOT_SOLD: Default = Default {
    name: "disk",
    value: "not priced on Azure",
    basis: "sold in fixed sizes",
    source: "Azure sells managed disks in fixed sizes (P10: 128 GiB), not by the GB: bytes freed have no price of their own; give disk = a price id to count them",
};

/// Bytes that peers send across zones.
pub const CROSS_AZ_SHARE: Default = Default {
    name: "cross-az-share",
    value: "0%",
    basis: "assumed",
    source: "assumption: peers send only within their zone; give distribution.cross-az-share where zones are billed",
};

/// Hourly fees of NAT gateways.
pub const NAT_GATEWAYS: Default = Default {
    name: "nat-gateways",
    value: "0",
    basis: "not counted",
    source: "assumption: gateways are there whatever the images weigh; give nat-gateways to see their hourly fees on both sides",
};

/// The path of a cluster that names none.
pub const PATH: Default = Default {
    name: "path",
    value: "direct",
    basis: "assumed",
    source: "assumption: no billed device between registry and nodes; give path = { nat = \"100%\" } if there is one",
};

/// The share of direct pulls that find everything in a cache.
pub const CACHED_SHARE: Default = Default {
    name: "cached-share",
    value: "0%",
    basis: "assumed",
    source: "assumption: each pull moves the whole image",
};

/// Months over which unlimited retention grows.
pub const HORIZON: Default = Default {
    name: "horizon",
    value: "12",
    basis: "assumed",
    source: "assumption: one year; storage without a retention rule is the mean over it",
};

/// The smallest plan of a registry that sells plans.
pub const PLAN: Default = Default {
    name: "plan",
    value: "the registry's smallest plan",
    basis: "assumed",
    source: "assumption; give plan = \"...\" in the registry table",
};

/// Task size of a runtime that bills the download.
pub const TASK: Default = Default {
    name: "cacheless",
    value: "1 vCPU, 2 GB a task",
    basis: "assumed",
    source: "assumption; AWS bills Fargate from the start of the image download (aws.amazon.com/fargate/pricing)",
};

/// Bytes across regions: the source region's rate.
pub const CROSS_REGION: Default = Default {
    name: "cross-region-rate",
    value: "source",
    basis: "AWS FAQ, disputed",
    source: "AWS sources conflict on ECR pulls from another region: inter-region rate of the source region (Global Network FAQ, used here), both sides, or internet rate (AWS Containers blog)",
};

/// Base refreshes a month.
pub const BASE_REFRESHES_PER_MONTH: PerMonth = PerMonth::times(2);
/// Dependency updates a month.
pub const DEPENDENCY_UPDATES_PER_MONTH: PerMonth = PerMonth::times(4);
/// Deploys a month.
pub const DEPLOYS_PER_MONTH: PerMonth = PerMonth::times(60);
/// Nodes.
pub const NODE_COUNT: u32 = 20;
/// Mean node lifetime.
pub const NODE_LIFETIME_SPAN: Span = Span::hours(720);
/// Tags kept.
pub const KEEP_LAST: u32 = 30;
/// Versions on a node.
pub const VERSIONS_KEPT_ON_NODE: u32 = 2;
/// Milliseconds of a pull before bytes move.
pub const PULL_START_MS: u32 = 1050;
/// Speed of one node in a rolling rollout.
pub const BANDWIDTH_ROLLING: Speed = Speed::bytes_per_second(162_000_000);
/// Speed of one node when all pull at once.
pub const BANDWIDTH_ALL_AT_ONCE: Speed = Speed::bytes_per_second(41_000_000);
/// Output of gzip unpacking on one core.
pub const GZIP_OUTPUT: Speed = Speed::bytes_per_second(147_000_000);
/// Output of zstd unpacking on one core.
pub const ZSTD_OUTPUT: Speed = Speed::bytes_per_second(710_000_000);
/// Dependency install.
pub const INSTALL: Span = Span::seconds(60);
/// Months of growth without retention.
pub const HORIZON_MONTHS: u32 = 12;
