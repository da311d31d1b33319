//! The price files of imgcost, as text: `vendor/service` and the TOML beneath.
//!
//! Data only; reading it is the business of `imgcost-read`. How to add a price: `README.md`.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

/// Every price file by the first two segments of the ids in it, sorted: prices whose ids begin
/// with `aws.ecr` are in `("aws/ecr", ...)`.
pub const FILES: &[(&str, &str)] = &[
    ("aws/codebuild", include_str!("../aws/codebuild.toml")),
    ("aws/ebs", include_str!("../aws/ebs.toml")),
    ("aws/ec2", include_str!("../aws/ec2.toml")),
    ("aws/ecr", include_str!("../aws/ecr.toml")),
    ("aws/ecr-public", include_str!("../aws/ecr-public.toml")),
    ("aws/endpoint", include_str!("../aws/endpoint.toml")),
    ("aws/fargate", include_str!("../aws/fargate.toml")),
    ("aws/inspector", include_str!("../aws/inspector.toml")),
    ("aws/ipv4", include_str!("../aws/ipv4.toml")),
    ("aws/kms", include_str!("../aws/kms.toml")),
    ("aws/nat", include_str!("../aws/nat.toml")),
    ("aws/s3-gateway", include_str!("../aws/s3-gateway.toml")),
    ("aws/transfer", include_str!("../aws/transfer.toml")),
    ("azure/acr", include_str!("../azure/acr.toml")),
    ("azure/disk", include_str!("../azure/disk.toml")),
    ("azure/endpoint", include_str!("../azure/endpoint.toml")),
    ("azure/ip", include_str!("../azure/ip.toml")),
    ("azure/nat", include_str!("../azure/nat.toml")),
    ("azure/transfer", include_str!("../azure/transfer.toml")),
    ("azure/vm", include_str!("../azure/vm.toml")),
    ("circleci/compute", include_str!("../circleci/compute.toml")),
    ("circleci/credits", include_str!("../circleci/credits.toml")),
    ("circleci/overage", include_str!("../circleci/overage.toml")),
    ("cloudflare/r2", include_str!("../cloudflare/r2.toml")),
    ("digitalocean/registry", include_str!("../digitalocean/registry.toml")),
    ("docker/hub", include_str!("../docker/hub.toml")),
    ("gcp/artifact-registry", include_str!("../gcp/artifact-registry.toml")),
    ("gcp/build", include_str!("../gcp/build.toml")),
    ("gcp/gce", include_str!("../gcp/gce.toml")),
    ("gcp/nat", include_str!("../gcp/nat.toml")),
    ("gcp/pd", include_str!("../gcp/pd.toml")),
    ("gcp/scan", include_str!("../gcp/scan.toml")),
    ("gcp/transfer", include_str!("../gcp/transfer.toml")),
    ("github/actions", include_str!("../github/actions.toml")),
    ("github/ghcr", include_str!("../github/ghcr.toml")),
    ("github/packages", include_str!("../github/packages.toml")),
    ("gitlab/compute", include_str!("../gitlab/compute.toml")),
    ("gitlab/registry", include_str!("../gitlab/registry.toml")),
    ("hetzner/cloud", include_str!("../hetzner/cloud.toml")),
    ("jfrog/saas", include_str!("../jfrog/saas.toml")),
    ("oracle/ocir", include_str!("../oracle/ocir.toml")),
    ("public/image", include_str!("../public/image.toml")),
    ("scaleway/registry", include_str!("../scaleway/registry.toml")),
    ("wasabi/storage", include_str!("../wasabi/storage.toml")),
];

/// The file with the prices of a vendor's service, such as `("aws", "ecr")`.
///
/// ```
/// assert!(imgcost_prices::file("aws", "ecr").unwrap().contains("aws.ecr.storage"));
/// ```
pub fn file(vendor: &str, service: &str) -> Option<&'static str> {
    let name = |entry: &(&str, &str)| entry.0.split_once('/') == Some((vendor, service));
    FILES.iter().find(|entry| name(entry)).map(|(_, text)| *text)
}
