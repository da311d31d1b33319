use std::fmt;

/// The name of an image, as a `FROM` has it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ImageName {
    /// Registry and repository as they stand, those of Docker Hub without `docker.io/library/`.
    pub repository: String,
    /// The tag, if one is named.
    pub tag: Option<String>,
    /// The digest, if it is pinned to one.
    pub digest: Option<String>,
}

impl ImageName {
    /// Reads `node:20-alpine`, `ghcr.io/shop/app@sha256:...`, `registry:5000/app`.
    ///
    /// ```
    /// use imgcost_dockerfile::read::ImageName;
    /// let name = ImageName::parse("docker.io/library/node:20-alpine");
    /// assert_eq!((name.repository.as_str(), name.tag.as_deref()), ("node", Some("20-alpine")));
    /// ```
    pub fn parse(text: &str) -> Self {
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(digest.to_owned())),
            None => (text, None),
        };
        // A colon before the last slash is a port's.
        let path = name.rfind('/').map_or(0, |slash| slash + 1);
        let (repository, tag) = match name[path..].split_once(':') {
            Some((last, tag)) => (&name[..path + last.len()], Some(tag.to_owned())),
            None => (name, None),
        };
        let hub = ["docker.io/library/", "index.docker.io/library/", "docker.io/"];
        let short = hub.iter().find_map(|prefix| repository.strip_prefix(prefix));
        Self { repository: short.unwrap_or(repository).to_owned(), tag, digest }
    }

    /// The last part of the repository: `node` of `ghcr.io/shop/node`.
    pub fn short(&self) -> &str {
        self.repository.rsplit('/').next().unwrap_or(&self.repository)
    }
}

impl fmt::Display for ImageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}
