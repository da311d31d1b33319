//! Who bills a price, and under what name: data, by the beginnings of price ids.

/// A party as it stands on FOCUS bills.
pub(super) struct Provider {
    vendor: &'static str,
    pub(super) name: &'static str,
    /// Who publishes what it sells.
    pub(super) company: &'static str,
}

/// What a price belongs to on a bill.
pub(super) struct Service {
    prefix: &'static str,
    pub(super) name: &'static str,
    pub(super) category: &'static str,
    pub(super) subcategory: &'static str,
}

const fn provider(vendor: &'static str, name: &'static str, company: &'static str) -> Provider {
    Provider { vendor, name, company }
}

/// AWS and Microsoft as in FOCUS-Sample-Data (FOCUS-1.0/focus_sample.csv, read 2026-11-25); the
/// others by the names that they go by themselves.
const PROVIDERS: [Provider; 15] = [
    provider("aws", "AWS", "Amazon Web Services, Inc."),
    provider("azure", "Microsoft", "Microsoft"),
    provider("circleci", "CircleCI", "CircleCI"),
    provider("cloudflare", "Cloudflare", "Cloudflare"),
    provider("digitalocean", "DigitalOcean", "DigitalOcean"),
    provider("docker", "Docker", "Docker"),
    provider("gcp", "Google Cloud", "Google Cloud"),
    provider("github", "GitHub", "GitHub"),
    provider("gitlab", "GitLab", "GitLab"),
    provider("hetzner", "Hetzner", "Hetzner"),
    provider("ibm", "IBM Cloud", "IBM"),
    provider("jfrog", "JFrog", "JFrog"),
    provider("oracle", "Oracle", "Oracle"),
    provider("scaleway", "Scaleway", "Scaleway"),
    provider("wasabi", "Wasabi", "Wasabi"),
];

const fn service(
    prefix: &'static str,
    name: &'static str,
    (category, subcategory): (&'static str, &'static str),
) -> Service {
    Service { prefix, name, category, subcategory }
}

/// Pairs of the closed lists of FOCUS 1.2 (columns ServiceCategory and ServiceSubcategory).
const CONTAINERS: (&str, &str) = ("Compute", "Containers");
const CONNECTIVITY: (&str, &str) = ("Networking", "Network Connectivity");
const BUILDS: (&str, &str) = ("Developer Tools", "Continuous Integration and Deployment");
const OBJECTS: (&str, &str) = ("Storage", "Object Storage");
const POSTURE: (&str, &str) = ("Security", "Security Posture Management");
const OTHER: (&str, &str) = ("Other", "Other (Other)");

const VPC: &str = "Amazon Virtual Private Cloud";

/// The most specific first. ECR, EC2 (which bills NAT gateways), VPC and ECS (which bills Fargate)
/// are named as on the sample bill. There, transfers are billed by whatever service sends; since a
/// service may have one category only, here they are AWS's offer of that name. Azure as the
/// serviceName of its retail prices; others by product.
const SERVICES: [Service; 28] = [
    service("aws.ecr-public.", "Amazon Elastic Container Registry Public", CONTAINERS),
    service("aws.ecr.", "Amazon EC2 Container Registry (ECR)", CONTAINERS),
    service("aws.transfer.", "AWS Data Transfer", CONNECTIVITY),
    service("aws.nat.", "Amazon Elastic Compute Cloud", CONNECTIVITY),
    service("aws.endpoint.", VPC, CONNECTIVITY),
    service("aws.s3-gateway.", VPC, CONNECTIVITY),
    service("aws.fargate.", "Amazon Elastic Container Service", CONTAINERS),
    service("aws.codebuild.", "AWS CodeBuild", BUILDS),
    service("aws.inspector.", "Amazon Inspector", POSTURE),
    service("azure.acr.", "Container Registry", CONTAINERS),
    service("azure.transfer.", "Bandwidth", CONNECTIVITY),
    service("azure.nat.", "NAT Gateway", CONNECTIVITY),
    service("azure.endpoint.", "Virtual Network", CONNECTIVITY),
    service("circleci.", "CircleCI", BUILDS),
    service("cloudflare.r2.", "R2", OBJECTS),
    service("digitalocean.registry.", "Container Registry", CONTAINERS),
    service("docker.hub.", "Docker Hub", CONTAINERS),
    service("gcp.artifact-registry.", "Artifact Registry", CONTAINERS),
    service("gcp.build.", "Cloud Build", BUILDS),
    service("gcp.nat.", "Networking", CONNECTIVITY),
    service("gcp.scan", "Artifact Analysis", POSTURE),
    service("gcp.transfer.", "Networking", CONNECTIVITY),
    service("github.actions.", "GitHub Actions", BUILDS),
    service("github.", "GitHub Packages", CONTAINERS),
    service("gitlab.compute.", "GitLab CI/CD", BUILDS),
    service("gitlab.registry.", "GitLab Container Registry", CONTAINERS),
    service("jfrog.", "JFrog Artifactory", CONTAINERS),
    service("wasabi.", "Wasabi Hot Cloud Storage", OBJECTS),
];

/// What a vendor is called who is not known here, by its name in price ids.
pub(super) fn provider_of(id: &str) -> (&str, &str) {
    let vendor = id.split('.').next().unwrap_or(id);
    let known = PROVIDERS.iter().find(|provider| provider.vendor == vendor);
    known.map_or((vendor, vendor), |provider| (provider.name, provider.company))
}

/// The service of a price, its category and subcategory.
pub(super) fn service_of(id: &str) -> (&str, &'static str, &'static str) {
    match SERVICES.iter().find(|service| id.starts_with(service.prefix)) {
        Some(service) => (service.name, service.category, service.subcategory),
        None if id.contains(".registry.") || id.contains(".ocir.") => {
            ("Container Registry", CONTAINERS.0, CONTAINERS.1)
        }
        None => (id, OTHER.0, OTHER.1),
    }
}
