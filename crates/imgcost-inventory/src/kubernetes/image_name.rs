//! Names of images: the same image has many.

use std::fmt;

/// A name in full: registry, repository, tag and digest, as far as it has them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ImageName {
    /// Such as `docker.io` or `ghcr.io`.
    pub(super) host: String,
    /// Such as `library/nginx`.
    pub(super) repository: String,
    /// Such as `1.27`; `latest` if the name has neither tag nor digest.
    pub(super) tag: Option<String>,
    /// Such as `sha256:...`.
    pub(super) digest: Option<String>,
}

impl ImageName {
    /// Reads `nginx`, `ghcr.io/shop/web:1.4@sha256:...` and the like; `None` for a mere id and for
    /// names that docker makes up (`<none>@<none>`).
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.starts_with("sha256:") || text.contains(['<', ' ']) {
            return None;
        }
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(digest.to_owned())),
            None => (text, None),
        };
        let slash = name.rfind('/').map_or(0, |at| at + 1);
        let (name, tag) = match name.rfind(':').filter(|colon| *colon > slash) {
            Some(colon) => (name.get(..colon)?, name.get(colon + 1..).map(str::to_owned)),
            None => (name, digest.is_none().then(|| "latest".to_owned())),
        };
        let (host, path) = match name.split_once('/') {
            Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => (host, path),
            _ => ("docker.io", name),
        };
        let host = if host == "index.docker.io" { "docker.io" } else { host };
        let repository = if host == "docker.io" && !path.contains('/') {
            format!("library/{path}")
        } else {
            path.to_owned()
        };
        Some(Self { host: host.to_ascii_lowercase(), repository, tag, digest })
    }

    /// `host/repository:tag`, if it has a tag.
    pub(super) fn tagged(&self) -> Option<String> {
        let Self { host, repository, tag, .. } = self;
        tag.as_ref().map(|tag| format!("{host}/{repository}:{tag}"))
    }

    /// Whether it is an image that somebody else makes for everybody: from a registry of public
    /// images, an official image of Docker Hub, or an add-on that EKS brings along.
    pub(super) fn is_public(&self) -> bool {
        let by_host = ["registry.k8s.io", "k8s.gcr.io", "public.ecr.aws", "mcr.microsoft.com"];
        by_host.contains(&self.host.as_str())
            || (self.host == "docker.io" && self.repository.starts_with("library/"))
            || (self.host.contains(".dkr.ecr.") && self.repository.starts_with("eks/"))
    }

    /// The registry that it counts in: its host, and for official images of Docker Hub these alone.
    pub(super) fn registry(&self) -> String {
        match self.host == "docker.io" && self.is_public() {
            true => format!("{}/library", self.host),
            false => self.host.clone(),
        }
    }

    /// Whether the tag is expected to move from image to image.
    pub(super) fn tag_moves(&self) -> bool {
        self.digest.is_none() && self.tag.as_deref() == Some("latest")
    }
}

impl fmt::Display for ImageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.host, self.repository)?;
        self.tag.iter().try_for_each(|tag| write!(f, ":{tag}"))?;
        self.digest.iter().try_for_each(|digest| write!(f, "@{digest}"))
    }
}

/// The digest in an `imageID`: `docker.io/library/nginx@sha256:...`, `docker://sha256:...`,
/// `docker-pullable://nginx@sha256:...`.
pub(super) fn digest_of(image_id: &str) -> Option<&str> {
    image_id.find("sha256:").and_then(|at| image_id.get(at..))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full(text: &str) -> String {
        ImageName::parse(text).map_or("none".into(), |name| name.to_string())
    }

    #[test]
    fn short_names_are_those_of_docker_hub() {
        assert_eq!(full("nginx"), "docker.io/library/nginx:latest");
        assert_eq!(full("index.docker.io/library/nginx:latest"), full("nginx"));
        assert_eq!(full("grafana/loki:3"), "docker.io/grafana/loki:3");
    }

    #[test]
    fn a_port_is_no_tag() {
        assert_eq!(full("localhost:32000/api"), "localhost:32000/api:latest");
        assert_eq!(full("reg.example:5000/team/api:2"), "reg.example:5000/team/api:2");
    }

    #[test]
    fn a_digest_takes_the_place_of_a_tag() {
        assert_eq!(full("ghcr.io/a/b@sha256:12"), "ghcr.io/a/b@sha256:12");
        assert_eq!(full("ghcr.io/a/b:v1@sha256:12"), "ghcr.io/a/b:v1@sha256:12");
    }

    #[test]
    fn ids_are_no_names() {
        assert_eq!(full("sha256:12"), "none");
        assert_eq!(full("<none>@<none>"), "none");
    }

    #[test]
    fn digests_are_found_in_every_form_of_image_id() {
        for id in ["nginx@sha256:12", "docker://sha256:12", "docker-pullable://nginx@sha256:12"] {
            assert_eq!(digest_of(id), Some("sha256:12"));
        }
        assert_eq!(digest_of(""), None);
    }
}
