//! Which registry a host is.

use std::collections::{BTreeMap, BTreeSet};

use super::clusters::Clusters;
use super::many::many;
use crate::fact::Fact;
use crate::inventory::RegistryFound;

/// A registry by the name of its host.
#[derive(Debug, PartialEq, Eq)]
struct Known {
    name: String,
    provider: &'static str,
    region: Location,
    /// What its name does not tell.
    note: Option<&'static str>,
}

/// What its name says of where a registry is.
#[derive(Debug, PartialEq, Eq)]
enum Location {
    /// It has no regions.
    Everywhere,
    Region(String),
    /// A part of the world in which Google keeps it, `us`, and a region there, `us-central1`.
    Part(String, &'static str),
    /// It is in a region of Azure, in whichever.
    Azure,
}

/// The registries of these hosts, sorted by host, each with how many images come from it.
pub(super) fn registries(
    images: &BTreeMap<String, u64>,
    clusters: &Clusters,
) -> BTreeMap<String, RegistryFound> {
    let mut found = BTreeMap::new();
    let mut names = BTreeSet::new();
    for (host, count) in images {
        let known = known(host);
        let taken = !names.insert(known.name.clone());
        let mut notes: Vec<String> =
            known.note.iter().map(|note| format!("{host}: {note}")).collect();
        let region = region(&known, clusters);
        notes.extend((known.provider == "docker-hub").then(|| {
            format!("{host}: public images of others are stored at their cost, not at yours.")
        }));
        let registry = RegistryFound {
            name: if taken { host.clone() } else { known.name },
            provider: Fact::new(
                known.provider.to_owned(),
                format!("{} from {host}", many(*count, "images")),
            ),
            region,
            keep_last: None,
            notes,
        };
        found.insert(host.clone(), registry);
    }
    found
}

/// A region that fleet files take: prices are by region, and so one has to be named.
fn region(known: &Known, clusters: &Clusters) -> Option<Fact<String>> {
    let assumed = |near: Option<&str>, last: &str| {
        let from = match near {
            Some(_) => "assumed: that of nodes; its name does not tell",
            None => "assumed; its name does not tell",
        };
        Some(Fact::new(near.unwrap_or(last).to_owned(), from))
    };
    match &known.region {
        Location::Everywhere => None,
        Location::Region(region) => Some(Fact::new(region.clone(), "its name")),
        Location::Part(part, last) => {
            let near = clusters.region_on(["gcp", "gke"]);
            assumed(near.filter(|region| region.starts_with(part.as_str())), last)
        }
        Location::Azure => assumed(clusters.region_on(["azure", "aks"]), "eastus"),
    }
}

const PUBLIC: &str = "a public registry: nobody bills you for its storage and traffic, only for the way of the bytes.";

fn known(host: &str) -> Known {
    let of = |name: &str, provider| Known {
        name: name.to_owned(),
        provider,
        region: Location::Everywhere,
        note: None,
    };
    let public = |name: &str| Known { note: Some(PUBLIC), ..of(name, "public") };
    match host {
        "docker.io" => of("docker-hub", "docker-hub"),
        "ghcr.io" => of("ghcr", "github-ghcr"),
        "quay.io" => of("quay", "quay"),
        "registry.gitlab.com" => of("gitlab", "gitlab"),
        "registry.digitalocean.com" => of("digitalocean", "digitalocean"),
        "docker.io/library" => public("docker-official"),
        "public.ecr.aws" => public("ecr-public"),
        "registry.k8s.io" | "k8s.gcr.io" => public(host),
        "mcr.microsoft.com" => public("microsoft"),
        _ => by_pattern(host).unwrap_or_else(|| Known {
            note: Some(
                "no registry that is sold as a service has this name; it counts as self-hosted.",
            ),
            ..of(host, "self-hosted")
        }),
    }
}

fn by_pattern(host: &str) -> Option<Known> {
    let at = |short: &str, provider, region: &str| {
        if region.is_empty() {
            return None;
        }
        let name = format!("{short}-{region}");
        let region = Location::Region(region.to_owned());
        Some(Known { name, provider, region, note: None })
    };
    let google = |short: &str, location: &str| {
        let last = match location {
            "us" => "us-central1",
            "europe" => "europe-west1",
            "asia" => "asia-east1",
            _ => return at(short, "gcp-artifact-registry", location),
        };
        Some(Known {
            name: format!("{short}-{location}"),
            provider: "gcp-artifact-registry",
            region: Location::Part(location.to_owned(), last),
            note: Some("Google keeps it in several regions of a part of the world."),
        })
    };
    let parts: Vec<&str> = host.split('.').collect();
    match parts.as_slice() {
        // 123456789012.dkr.ecr.us-east-1.amazonaws.com, also of China and with FIPS
        [_, "dkr", "ecr" | "ecr-fips", region, "amazonaws", "com"]
        | [_, "dkr", "ecr" | "ecr-fips", region, "amazonaws", "com", "cn"]
        | [_, "dkr-ecr" | "dkr-ecr-fips", region, "on", "aws"] => at("ecr", "aws-ecr", region),
        // us-central1-docker.pkg.dev, europe-docker.pkg.dev
        [location, "pkg", "dev"] => google("gar", location.strip_suffix("-docker")?),
        // These names are served by Artifact Registry today.
        ["gcr", "io"] | ["us", "gcr", "io"] => google("gcr", "us"),
        ["eu", "gcr", "io"] => google("gcr", "europe"),
        ["asia", "gcr", "io"] => google("gcr", "asia"),
        [name, "azurecr", "io" | "cn" | "us"] => Some(Known {
            name: format!("acr-{name}"),
            provider: "azure-acr",
            region: Location::Azure,
            note: Some("the name of a registry of Azure does not tell its region and plan."),
        }),
        // rg.fr-par.scw.cloud
        ["rg", region, "scw", "cloud"] => at("scaleway", "scaleway", region),
        // us-ashburn-1.ocir.io, iad.ocir.io
        [region, "ocir", "io"] => at("ocir", "oracle-ocir", region),
        ["icr", "io"] | [_, "icr", "io"] => Some(Known {
            name: "ibm".into(),
            provider: "ibm",
            region: Location::Everywhere,
            note: None,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_tell_provider_and_region() {
        let cases = [
            ("123456789012.dkr.ecr.us-east-1.amazonaws.com", "aws-ecr", Some("us-east-1")),
            ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "aws-ecr", Some("cn-north-1")),
            ("123456789012.dkr-ecr.us-west-2.on.aws", "aws-ecr", Some("us-west-2")),
            ("us-central1-docker.pkg.dev", "gcp-artifact-registry", Some("us-central1")),
            ("eu.gcr.io", "gcp-artifact-registry", Some("europe-west1")),
            ("shop.azurecr.io", "azure-acr", Some("eastus")),
            ("ghcr.io", "github-ghcr", None),
            ("docker.io", "docker-hub", None),
            ("quay.io", "quay", None),
            ("registry.gitlab.com", "gitlab", None),
            ("registry.k8s.io", "public", None),
            ("public.ecr.aws", "public", None),
            ("registry.shop.example:5000", "self-hosted", None),
            ("dkr.ecr.amazonaws.com", "self-hosted", None),
        ];
        for (host, provider, region) in cases {
            let found = known(host);
            let at = super::region(&found, &Clusters::default()).map(|region| region.value);
            assert_eq!((found.provider, at.as_deref()), (provider, region), "{host}");
            assert!(imgcost::fleet::RegistryProvider::named(found.provider).is_some(), "{host}");
        }
    }

    #[test]
    fn two_accounts_in_one_region_are_two_registries() {
        let hosts = ["111111111111", "222222222222"]
            .map(|account| (format!("{account}.dkr.ecr.us-east-1.amazonaws.com"), 1));
        let found = registries(&hosts.into(), &Clusters::default());
        let names: Vec<_> = found.values().map(|registry| registry.name.as_str()).collect();
        assert_eq!(names, ["ecr-us-east-1", "222222222222.dkr.ecr.us-east-1.amazonaws.com"]);
    }
}
