//! Which registry a host is.

use std::collections::BTreeMap;

use crate::fact::Fact;
use crate::inventory::RegistryFound;

/// A registry by the name of its host.
#[derive(Debug, PartialEq, Eq)]
struct Known {
    name: String,
    provider: &'static str,
    region: Option<String>,
    /// What its name does not tell.
    note: Option<&'static str>,
}

/// The registries of these hosts, sorted by host, each with how many images come from it.
/// `azure` is a region of Azure in which there are nodes.
pub(super) fn registries(
    images: &BTreeMap<String, u64>,
    azure: Option<&str>,
) -> BTreeMap<String, RegistryFound> {
    let mut found: BTreeMap<String, RegistryFound> = BTreeMap::new();
    for (host, count) in images {
        let known = known(host);
        let taken = found.values().any(|other| other.name == known.name);
        let images = if *count == 1 { "1 image".into() } else { format!("{count} images") };
        let mut notes: Vec<String> = known.note.iter().map(|note| format!("{host}: {note}")).collect();
        let region = match (known.region, known.provider) {
            (Some(region), _) => Some(Fact::new(region, "its name")),
            (None, "azure-acr") => Some(match azure {
                Some(region) => Fact::new(region.to_owned(), "assumed: that of the nodes"),
                None => Fact::new("eastus".to_owned(), "assumed: its name does not tell"),
            }),
            (None, _) => None,
        };
        notes.extend((known.provider == "docker-hub").then(|| {
            format!("{host}: public images of others are stored at their cost, not at yours.")
        }));
        let registry = RegistryFound {
            name: if taken { host.clone() } else { known.name },
            provider: Fact::new(known.provider.to_owned(), format!("{images} from {host}")),
            region,
            keep_last: None,
            notes,
        };
        found.insert(host.clone(), registry);
    }
    found
}

const PUBLIC: &str = "a public registry: nobody bills you for its storage and traffic, only for the way of the bytes.";

fn known(host: &str) -> Known {
    let of = |name: &str, provider| Known { name: name.to_owned(), provider, region: None, note: None };
    let public = |name: &str| Known { note: Some(PUBLIC), ..of(name, "self-hosted") };
    match host {
        "docker.io" => of("docker-hub", "docker-hub"),
        "ghcr.io" => of("ghcr", "github-ghcr"),
        "quay.io" => of("quay", "quay"),
        "registry.gitlab.com" => of("gitlab", "gitlab"),
        "registry.digitalocean.com" => of("digitalocean", "digitalocean"),
        "public.ecr.aws" => public("ecr-public"),
        "registry.k8s.io" | "k8s.gcr.io" => public(host),
        "mcr.microsoft.com" => public("microsoft"),
        _ => by_pattern(host).unwrap_or_else(|| Known {
            note: Some("no registry that is sold as a service has this name; it counts as self-hosted."),
            ..of(host, "self-hosted")
        }),
    }
}

fn by_pattern(host: &str) -> Option<Known> {
    let at = |short: &str, provider, region: &str| {
        let region = Some(region.to_owned()).filter(|region| !region.is_empty())?;
        Some(Known { name: format!("{short}-{region}"), provider, region: Some(region), note: None })
    };
    let parts: Vec<&str> = host.split('.').collect();
    match parts.as_slice() {
        // 123456789012.dkr.ecr.us-east-1.amazonaws.com, also of China and with FIPS
        [_, "dkr", "ecr" | "ecr-fips", region, "amazonaws", "com"]
        | [_, "dkr", "ecr" | "ecr-fips", region, "amazonaws", "com", "cn"]
        | [_, "dkr-ecr" | "dkr-ecr-fips", region, "on", "aws"] => at("ecr", "aws-ecr", region),
        // us-central1-docker.pkg.dev, europe-docker.pkg.dev
        [location, "pkg", "dev"] => {
            at("gar", "gcp-artifact-registry", location.strip_suffix("-docker")?)
        }
        // These names are served by Artifact Registry today.
        ["gcr", "io"] | ["us", "gcr", "io"] => at("gcr", "gcp-artifact-registry", "us"),
        ["eu", "gcr", "io"] => at("gcr", "gcp-artifact-registry", "europe"),
        ["asia", "gcr", "io"] => at("gcr", "gcp-artifact-registry", "asia"),
        [name, "azurecr", "io" | "cn" | "us"] => Some(Known {
            name: format!("acr-{name}"),
            provider: "azure-acr",
            region: None,
            note: Some("the name of a registry of Azure does not tell its region and plan."),
        }),
        // rg.fr-par.scw.cloud
        ["rg", region, "scw", "cloud"] => at("scaleway", "scaleway", region),
        // us-ashburn-1.ocir.io, iad.ocir.io
        [region, "ocir", "io"] => at("ocir", "oracle-ocir", region),
        ["icr", "io"] | [_, "icr", "io"] => {
            Some(Known { name: "ibm".into(), provider: "ibm", region: None, note: None })
        }
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
            ("eu.gcr.io", "gcp-artifact-registry", Some("europe")),
            ("shop.azurecr.io", "azure-acr", None),
            ("ghcr.io", "github-ghcr", None),
            ("docker.io", "docker-hub", None),
            ("quay.io", "quay", None),
            ("registry.gitlab.com", "gitlab", None),
            ("registry.k8s.io", "self-hosted", None),
            ("public.ecr.aws", "self-hosted", None),
            ("registry.shop.example:5000", "self-hosted", None),
            ("dkr.ecr.amazonaws.com", "self-hosted", None),
        ];
        for (host, provider, region) in cases {
            let found = known(host);
            assert_eq!((found.provider, found.region.as_deref()), (provider, region), "{host}");
            assert!(imgcost::fleet::RegistryProvider::named(found.provider).is_some(), "{host}");
        }
    }

    #[test]
    fn two_accounts_in_one_region_are_two_registries() {
        let hosts = ["111111111111", "222222222222"]
            .map(|account| (format!("{account}.dkr.ecr.us-east-1.amazonaws.com"), 1));
        let found = registries(&hosts.into(), None);
        let names: Vec<_> = found.values().map(|registry| registry.name.as_str()).collect();
        assert_eq!(names, ["ecr-us-east-1", "222222222222.dkr.ecr.us-east-1.amazonaws.com"]);
    }
}
