use imgcost_image::{ImageError, Reference};
use ureq::http::Uri;

use crate::client::Transport;

/// A registry: what users call it, and where its API is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Host {
    /// As users and stored logins name it, such as `docker.io`.
    pub(crate) name: String,
    /// `https://registry-1.docker.io`.
    origin: String,
}

/// A repository of a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) host: Host,
    /// As the API names it: `library/nginx` for Docker Hub's `nginx`.
    pub(crate) repository: String,
}

/// Scheme, host and port of an address: what decides who is trusted with a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) tls: bool,
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Host {
    pub(crate) const DOCKER_HUB: &'static str = "docker.io";

    pub(crate) fn parse(name: &str, transport: Transport) -> Result<Self, ImageError> {
        let name = match name {
            "docker.io" | "index.docker.io" | "registry-1.docker.io" => Self::DOCKER_HUB,
            other => other,
        };
        let authority = if name == Self::DOCKER_HUB { "registry-1.docker.io" } else { name };
        let origin = format!("{}://{authority}", transport.scheme());
        let well_formed = !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b))
            && origin.parse::<Uri>().is_ok_and(|uri| Origin::of(&uri).is_some());
        if well_formed {
            Ok(Self { name: name.to_owned(), origin })
        } else {
            Err(ImageError::new(format!("registry://{name}"), "this is not the name of a host")
                .help("write a host such as ghcr.io or registry.example.com:5000"))
        }
    }

    /// An address of the API; `path` begins with a slash.
    pub(crate) fn address(&self, path: &str) -> Result<Uri, ImageError> {
        format!("{}{path}", self.origin).parse().map_err(|_| {
            ImageError::new(format!("registry://{}", self.name), "this makes no valid address")
        })
    }
}

impl Place {
    pub(crate) fn parse(
        host: &str,
        repository: &str,
        transport: Transport,
    ) -> Result<Self, ImageError> {
        let named = format!("registry://{host}/{repository}");
        match Reference::parse(&named)? {
            Reference::Registry { host, repository, version: None } => {
                let host = Host::parse(&host, transport)?;
                let official = host.name == Host::DOCKER_HUB && !repository.contains('/');
                let repository =
                    if official { format!("library/{repository}") } else { repository };
                Ok(Self { host, repository })
            }
            _ => Err(ImageError::new(named, "this names more than a repository")
                .help("leave out the tag or digest")),
        }
    }
}

impl Origin {
    /// `None` unless the address has a host and a scheme that is spoken here.
    pub(crate) fn of(uri: &Uri) -> Option<Self> {
        let tls = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = uri.authority()?;
        if authority.host().is_empty() || authority.as_str().contains('@') {
            return None;
        }
        let port = authority.port_u16().unwrap_or(if tls { 443 } else { 80 });
        Some(Self { tls, host: authority.host().to_ascii_lowercase(), port })
    }

    /// Whether the host is this machine, which no proxy can reach for us.
    pub(crate) fn is_loopback(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        bare == "localhost"
            || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

/// Where a `Location` or `Link` leads to from `base`; `None` if it is no address or has another
/// scheme than http and https.
pub(crate) fn resolve(base: &Uri, target: &str) -> Option<Uri> {
    let target = target.trim();
    let lower = target.get(..8).unwrap_or(target).to_ascii_lowercase();
    let (scheme, authority) = (base.scheme_str()?, base.authority()?);
    let text = if lower.starts_with("http://") || lower.starts_with("https://") {
        target.to_owned()
    } else if target.starts_with("//") {
        format!("{scheme}:{target}")
    } else if target.starts_with('/') {
        format!("{scheme}://{authority}{target}")
    } else if target.starts_with('?') {
        format!("{scheme}://{authority}{}{target}", base.path())
    } else {
        let folder = base.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{scheme}://{authority}{folder}/{target}")
    };
    text.parse().ok().filter(|uri| Origin::of(uri).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docker_hub_is_known_by_another_name_and_keeps_official_images_in_library() {
        let place = Place::parse("docker.io", "nginx", Transport::Tls).unwrap();
        assert_eq!(place.repository, "library/nginx");
        let address = place.host.address("/v2/").unwrap();
        assert_eq!(address.to_string(), "https://registry-1.docker.io/v2/");
        let place = Place::parse("docker.io", "grafana/loki", Transport::Tls).unwrap();
        assert_eq!(place.repository, "grafana/loki");
        let place = Place::parse("ghcr.io", "nginx", Transport::Tls).unwrap();
        assert_eq!(place.repository, "nginx");
    }

    #[test]
    fn no_host_smuggles_in_a_path_or_a_login() {
        for host in ["user@host", "host/path", "host?x", "", "a b", "host:port:1", "host\\x"] {
            assert!(Host::parse(host, Transport::Tls).is_err(), "{host}");
        }
    }

    #[test]
    fn targets_resolve_as_browsers_resolve_them() {
        let base: Uri = "https://r.example/v2/a/tags/list?n=2".parse().unwrap();
        for (target, expected) in [
            ("/v2/a/tags/list?last=x", "https://r.example/v2/a/tags/list?last=x"),
            ("?last=x", "https://r.example/v2/a/tags/list?last=x"),
            ("list?last=x", "https://r.example/v2/a/tags/list?last=x"),
            ("//cdn.example/x", "https://cdn.example/x"),
            ("https://cdn.example:8443/x", "https://cdn.example:8443/x"),
        ] {
            assert_eq!(resolve(&base, target).unwrap().to_string(), expected);
        }
        assert!(resolve(&base, "https://user:pw@evil.example/").is_none());
        assert!(resolve(&base, "file:///etc/passwd").is_none_or(|uri| {
            Origin::of(&uri).is_some_and(|origin| origin.host == "r.example")
        }));
    }
}
