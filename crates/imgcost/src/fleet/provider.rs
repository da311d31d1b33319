//! Which price ids a provider's meters go by. Rates, units and regions live in the price files;
//! this table only says what is billed for what.

use crate::price::PriceId;

/// A registry product and the prices that it goes by.
#[derive(Debug, PartialEq, Eq)]
pub struct RegistryProvider {
    /// Its name in fleet files, such as `aws-ecr`.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// The cloud in whose network it lies, if it is one that clusters can be in.
    pub cloud: Option<&'static str>,
    /// Stored bytes.
    pub storage: &'static str,
    /// Bytes pulled inside its own region, or anywhere if it has no regions.
    pub pull: &'static str,
    /// Bytes sent to another region of the same cloud, if it has regions.
    pub inter_region: Option<&'static str>,
    /// Bytes sent out of its cloud.
    pub internet: &'static str,
    /// Scanning of a pushed image, if sold.
    pub scan: Option<&'static str>,
    /// Plans with a base fee, smallest first; empty if there are none.
    pub plans: &'static [Plan],
    /// The monthly or daily fee of a replica, if one is charged.
    pub replica_fee: Option<&'static str>,
}

/// A registry plan with a base fee.
#[derive(Debug, PartialEq, Eq)]
pub struct Plan {
    /// Its name, such as `basic`.
    pub name: &'static str,
    /// The fee's price id.
    pub fee: &'static str,
}

/// A cloud that clusters run on and the prices of its network, disks and nodes.
#[derive(Debug, PartialEq, Eq)]
pub struct Cloud {
    /// Its name in fleet files, such as `aws` or `eks`.
    pub name: &'static str,
    /// The network it belongs to, which equals a registry's `cloud` when pulls stay inside.
    pub network: &'static str,
    /// Bytes through a NAT gateway.
    pub nat_data: Option<&'static str>,
    /// An hour of a NAT gateway.
    pub nat_hour: Option<&'static str>,
    /// Bytes through an interface endpoint.
    pub endpoint_data: Option<&'static str>,
    /// An hour of an interface endpoint in one zone.
    pub endpoint_hour: Option<&'static str>,
    /// Bytes through an S3 gateway endpoint.
    pub s3_gateway: Option<&'static str>,
    /// Bytes between zones.
    pub cross_az: Option<&'static str>,
    /// How many times a byte between zones is billed: on AWS out of one zone and into the other.
    pub cross_az_directions: u8,
    /// Node disk, where it is sold by the GB.
    pub disk: Option<&'static str>,
    /// An ordinary node, assumed where no node price is given.
    pub node: Option<&'static str>,
    /// vCPU and memory hours of a runtime that bills the download as task time.
    pub task: Option<(&'static str, &'static str)>,
    /// Whether nodes keep compressed blobs beside the unpacked layers.
    pub keeps_compressed: bool,
}

const AWS: Cloud = Cloud {
    name: "aws",
    network: "aws",
    nat_data: Some("aws.nat.data"),
    nat_hour: Some("aws.nat.hour"),
    endpoint_data: Some("aws.endpoint.data"),
    endpoint_hour: Some("aws.endpoint.hour"),
    s3_gateway: Some("aws.s3-gateway.data"),
    cross_az: Some("aws.transfer.cross-az"),
    cross_az_directions: 2,
    disk: Some("aws.ebs.gp3"),
    node: Some("aws.ec2.m5.large"),
    task: Some(("aws.fargate.vcpu-hour", "aws.fargate.gb-hour")),
    keeps_compressed: true,
};

const GCP: Cloud = Cloud {
    name: "gcp",
    network: "gcp",
    nat_data: Some("gcp.nat.data"),
    nat_hour: Some("gcp.nat.hour"),
    endpoint_data: None,
    endpoint_hour: None,
    s3_gateway: None,
    cross_az: Some("gcp.transfer.inter-zone"),
    cross_az_directions: 1,
    disk: Some("gcp.pd.balanced"),
    node: Some("gcp.gce.e2-standard-4"),
    task: None,
    keeps_compressed: true,
};

const AZURE: Cloud = Cloud {
    name: "azure",
    network: "azure",
    nat_data: Some("azure.nat.data"),
    nat_hour: Some("azure.nat.hour"),
    endpoint_data: Some("azure.endpoint.data"),
    endpoint_hour: Some("azure.endpoint.hour"),
    s3_gateway: None,
    cross_az: Some("azure.transfer.cross-az"),
    cross_az_directions: 1,
    // Managed disks come in fixed sizes, not by the GB: nothing to multiply.
    disk: None,
    node: Some("azure.vm.d4s-v5"),
    task: None,
    keeps_compressed: true,
};

const ELSEWHERE: Cloud = Cloud {
    name: "other",
    network: "other",
    nat_data: None,
    nat_hour: None,
    endpoint_data: None,
    endpoint_hour: None,
    s3_gateway: None,
    cross_az: None,
    cross_az_directions: 1,
    disk: None,
    node: None,
    task: None,
    keeps_compressed: true,
};

/// Clusters can be on these; `eks`, `gke` and `aks` differ from their clouds only in node settings.
static CLOUDS: [Cloud; 8] = [
    AWS,
    // The EKS machine image discards compressed blobs after unpacking.
    Cloud { name: "eks", keeps_compressed: false, ..AWS },
    GCP,
    Cloud { name: "gke", ..GCP },
    AZURE,
    Cloud { name: "aks", ..AZURE },
    ELSEWHERE,
    Cloud { name: "on-prem", ..ELSEWHERE },
];

impl Cloud {
    /// All clouds, by the names fleet files use.
    pub fn all() -> &'static [Self] {
        &CLOUDS
    }

    /// The cloud of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        CLOUDS.iter().find(|cloud| cloud.name == name)
    }
}

/// Where on earth the regions of a cloud lie, by the beginnings of their names, the longest first:
/// internet rates differ by destination.
const DESTINATIONS: [(&str, &str, &str); 44] = [
    ("aws", "us-", "north-america"),
    ("aws", "ca-", "north-america"),
    ("aws", "mx-", "north-america"),
    ("aws", "eu-", "europe"),
    ("aws", "ap-southeast-2", "australia"),
    ("aws", "ap-southeast-4", "australia"),
    ("aws", "ap-southeast-6", "australia"),
    ("aws", "ap-southeast-3", "indonesia"),
    ("aws", "ap-northeast-2", "south-korea"),
    ("aws", "ap-", "asia"),
    ("aws", "sa-", "south-america"),
    ("aws", "me-", "middle-east"),
    ("aws", "il-", "middle-east"),
    ("aws", "af-", "africa"),
    ("aws", "cn-", "china"),
    ("gcp", "us-", "north-america"),
    ("gcp", "northamerica-", "north-america"),
    ("gcp", "europe-", "europe"),
    ("gcp", "asia-southeast2", "indonesia"),
    ("gcp", "asia-northeast3", "south-korea"),
    ("gcp", "asia-", "asia"),
    ("gcp", "australia-", "australia"),
    ("gcp", "southamerica-", "south-america"),
    ("gcp", "me-central2", "saudi-arabia"),
    ("gcp", "me-", "middle-east"),
    ("gcp", "africa-", "africa"),
    ("azure", "canada", "north-america"),
    ("azure", "central", "north-america"),
    ("azure", "eastus", "north-america"),
    ("azure", "westus", "north-america"),
    ("azure", "northcentralus", "north-america"),
    ("azure", "southcentralus", "north-america"),
    ("azure", "northeurope", "europe"),
    ("azure", "westeurope", "europe"),
    ("azure", "uk", "europe"),
    ("azure", "france", "europe"),
    ("azure", "germany", "europe"),
    ("azure", "sweden", "europe"),
    ("azure", "switzerland", "europe"),
    ("azure", "norway", "europe"),
    ("azure", "italy", "europe"),
    ("azure", "australia", "australia"),
    ("azure", "japan", "asia"),
    ("azure", "korea", "south-korea"),
];

impl Cloud {
    /// The part of the world in which a region of this cloud lies, where it is known; vendors whose
    /// internet rates differ by destination name these.
    pub fn destination(&self, region: &str) -> Option<&'static str> {
        // "centralindia" and "centraluseuap" begin like "centralus".
        let misleading =
            self.network == "azure" && region.starts_with("central") && region != "centralus";
        let lies = |(network, start, _): &&(&str, &str, &str)| {
            *network == self.network && region.starts_with(start)
        };
        DESTINATIONS.iter().find(lies).filter(|_| !misleading).map(|(_, _, part)| *part)
    }
}

const fn registry(
    name: &'static str,
    title: &'static str,
    [storage, pull, internet]: [&'static str; 3],
) -> RegistryProvider {
    RegistryProvider {
        name,
        title,
        cloud: None,
        storage,
        pull,
        inter_region: None,
        internet,
        scan: None,
        plans: &[],
        replica_fee: None,
    }
}

static REGISTRIES: [RegistryProvider; 15] = [
    RegistryProvider {
        cloud: Some("aws"),
        inter_region: Some("aws.transfer.inter-region"),
        scan: Some("aws.inspector.scan"),
        ..registry(
            "aws-ecr",
            "AWS ECR",
            ["aws.ecr.storage", "aws.ecr.pull", "aws.transfer.internet"],
        )
    },
    RegistryProvider {
        cloud: Some("gcp"),
        inter_region: Some("gcp.artifact-registry.inter-region"),
        scan: Some("gcp.scan"),
        ..registry(
            "gcp-artifact-registry",
            "Google Artifact Registry",
            [
                "gcp.artifact-registry.storage",
                "gcp.artifact-registry.pull",
                "gcp.artifact-registry.internet",
            ],
        )
    },
    RegistryProvider {
        cloud: Some("azure"),
        inter_region: Some("azure.transfer.inter-region"),
        plans: &[
            Plan { name: "basic", fee: "azure.acr.basic" },
            Plan { name: "standard", fee: "azure.acr.standard" },
            Plan { name: "premium", fee: "azure.acr.premium" },
        ],
        replica_fee: Some("azure.acr.replica"),
        ..registry(
            "azure-acr",
            "Azure Container Registry",
            ["azure.acr.storage", "azure.acr.pull", "azure.transfer.internet"],
        )
    },
    registry(
        "github-ghcr",
        "GitHub Container Registry",
        ["github.ghcr.storage", "github.ghcr.transfer", "github.ghcr.transfer"],
    ),
    registry(
        "docker-hub",
        "Docker Hub",
        ["docker.hub.storage", "docker.hub.transfer", "docker.hub.transfer"],
    ),
    RegistryProvider {
        plans: &[
            Plan { name: "basic", fee: "digitalocean.registry.basic" },
            Plan { name: "professional", fee: "digitalocean.registry.professional" },
        ],
        ..registry(
            "digitalocean",
            "DigitalOcean registry",
            [
                "digitalocean.registry.overage",
                "digitalocean.registry.transfer",
                "digitalocean.registry.transfer",
            ],
        )
    },
    registry(
        "cloudflare-r2",
        "registry on Cloudflare R2",
        ["cloudflare.r2.storage", "cloudflare.r2.egress", "cloudflare.r2.egress"],
    ),
    registry(
        "scaleway",
        "Scaleway registry",
        ["scaleway.registry.storage", "scaleway.registry.pull", "scaleway.registry.inter-region"],
    ),
    registry(
        "oracle-ocir",
        "Oracle OCIR",
        ["oracle.ocir.storage", "oracle.ocir.pull", "oracle.transfer.internet"],
    ),
    registry(
        "ibm",
        "IBM Container Registry",
        ["ibm.registry.storage", "ibm.registry.pull", "ibm.registry.pull"],
    ),
    registry(
        "gitlab",
        "GitLab registry",
        ["gitlab.registry.storage", "gitlab.registry.transfer", "gitlab.registry.transfer"],
    ),
    registry(
        "quay",
        "Quay.io",
        ["quay.registry.storage", "quay.registry.pull", "quay.registry.pull"],
    ),
    registry(
        "public",
        "public images of others",
        ["public.image.storage", "public.image.transfer", "public.image.transfer"],
    ),
    registry(
        "harbor",
        "self-hosted Harbor",
        [
            "self-hosted.registry.storage",
            "self-hosted.registry.transfer",
            "self-hosted.registry.transfer",
        ],
    ),
    registry(
        "self-hosted",
        "self-hosted registry",
        [
            "self-hosted.registry.storage",
            "self-hosted.registry.transfer",
            "self-hosted.registry.transfer",
        ],
    ),
];

/// Short names that people use for registries.
const ALIASES: [(&str, &str); 10] = [
    ("ecr", "aws-ecr"),
    ("artifact-registry", "gcp-artifact-registry"),
    ("gar", "gcp-artifact-registry"),
    ("acr", "azure-acr"),
    ("ghcr", "github-ghcr"),
    ("dockerhub", "docker-hub"),
    ("r2", "cloudflare-r2"),
    ("ocir", "oracle-ocir"),
    ("gcp-gar", "gcp-artifact-registry"),
    ("docr", "digitalocean"),
];

impl RegistryProvider {
    /// All registries.
    pub fn all() -> &'static [Self] {
        &REGISTRIES
    }

    /// The registry of that name; `ecr`, `gar`, `acr`, `ghcr` and the like are understood.
    pub fn named(name: &str) -> Option<&'static Self> {
        let alias = ALIASES.iter().find(|(short, _)| *short == name);
        let name = alias.map_or(name, |(_, full)| full);
        REGISTRIES.iter().find(|provider| provider.name == name)
    }

    /// Every name that [`Self::named`] understands, the short ones too.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let short = ALIASES.iter().map(|(short, _)| *short);
        REGISTRIES.iter().map(|provider| provider.name).chain(short)
    }

    /// The plan of that name.
    pub fn plan(&self, name: &str) -> Option<&'static Plan> {
        self.plans.iter().find(|plan| plan.name == name)
    }
}

/// Prefixes of runner names and the price families they stand for.
const RUNNERS: [(&str, &str); 5] = [
    ("github-", "github.actions."),
    ("codebuild-", "aws.codebuild."),
    ("cloud-build-", "gcp.build."),
    ("gitlab-", "gitlab.compute."),
    ("circleci-", "circleci.docker."),
];

/// The price of a minute on the runner of that name: `github-linux-2core` is
/// `github.actions.linux-2core`; a name with dots is a price id already.
///
/// Returns `None` for a name of no known family.
pub fn runner_price(name: &str) -> Option<PriceId> {
    if name.contains('.') {
        return Some(PriceId::new(name));
    }
    RUNNERS.iter().find_map(|(prefix, family)| {
        let size = name.strip_prefix(prefix).filter(|size| !size.is_empty())?;
        Some(PriceId::new(&format!("{family}{size}")))
    })
}

/// The prefixes that runner names may have.
pub fn runner_families() -> impl Iterator<Item = &'static str> {
    RUNNERS.iter().map(|(prefix, _)| *prefix)
}
