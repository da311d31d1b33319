use std::fmt;
use std::path::{Path, PathBuf};

use imgcost::image::Digest;

use crate::error::ImageError;

/// Where an image is, as users write it.
///
/// ```
/// use imgcost_image::Reference;
/// for text in [
///     "oci:build/layout:v1",
///     "oci-archive:app.tar",
///     "docker-archive:save.tar:shop/app:1.2",
///     "manifest:manifest.json",
///     "registry://ghcr.io/shop/app:1.2",
/// ] {
///     assert_eq!(Reference::parse(text).unwrap().to_string(), text);
/// }
/// assert!(Reference::parse("1.2GB").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reference {
    /// `oci:DIR[:tag]` or `oci:DIR@digest`: an OCI layout in a directory.
    Oci {
        /// The directory that holds `index.json`.
        folder: PathBuf,
        /// The tag or digest, if several images are there.
        tag: Option<String>,
    },
    /// `oci-archive:FILE[:tag]`: an OCI layout in a tar file.
    OciArchive {
        /// The tar file.
        file: PathBuf,
        /// The tag or digest, if several images are there.
        tag: Option<String>,
    },
    /// `docker-archive:FILE[:name:tag]`: what `docker save` writes.
    DockerArchive {
        /// The tar file.
        file: PathBuf,
        /// The image's name, if several are there.
        tag: Option<String>,
    },
    /// `archive:FILE`: a tar file of either kind, whichever it turns out to be.
    Archive {
        /// The tar file.
        file: PathBuf,
        /// The image's name or tag, if several are there.
        tag: Option<String>,
    },
    /// `manifest:FILE[:CONFIG]`: a manifest alone, with its config beside it if that is there.
    Manifest {
        /// The manifest.
        file: PathBuf,
        /// Its config; without one, a file beside the manifest with the right digest is taken.
        config: Option<PathBuf>,
    },
    /// `registry://host/repository[:tag|@digest]`: a live registry.
    Registry {
        /// Host, with a port if it is not the usual one.
        host: String,
        /// The repository.
        repository: String,
        /// The tag, or a digest such as `sha256:...`; `None` names the repository as a whole.
        version: Option<String>,
    },
}

const HELP: &str = "write oci:DIR, oci-archive:FILE, docker-archive:FILE, manifest:FILE or registry://HOST/REPOSITORY:TAG";

impl Reference {
    /// Whether a text is meant as a reference, right or wrong: it begins with a scheme.
    pub fn is_meant(text: &str) -> bool {
        SCHEMES.iter().any(|scheme| text.trim_start().starts_with(scheme))
    }

    /// Reads a reference; opens nothing.
    ///
    /// # Errors
    /// [`ImageError`] if there is no known scheme, or nothing behind it.
    pub fn parse(text: &str) -> Result<Self, ImageError> {
        let text = text.trim();
        let wrong = |problem: &str| ImageError::new(text, problem).help(HELP);
        let scheme = SCHEMES.iter().find(|scheme| text.starts_with(**scheme));
        let scheme = scheme.ok_or_else(|| wrong("this is no image reference"))?;
        let rest = &text[scheme.len()..];
        if rest.chars().any(char::is_control) {
            return Err(wrong("there are control characters in it"));
        }
        if matches!(*scheme, "registry://" | "docker://") {
            if let Some((_, rest)) = login(rest) {
                let what = format!("{scheme}***@{rest}");
                return Err(ImageError::new(what, "a login does not belong in a reference").help(
                    "use docker login, or IMGCOST_REGISTRY_USERNAME and IMGCOST_REGISTRY_PASSWORD",
                ));
            }
            let upper = rest.split_once('/').is_some_and(|(_, name)| {
                name.split([':', '@'])
                    .next()
                    .is_some_and(|name| name.bytes().any(|b| b.is_ascii_uppercase()))
            });
            let problem = match upper {
                true => "names of repositories are in lower case",
                false => "this names no repository of a registry",
            };
            return registry(rest).ok_or_else(|| wrong(problem));
        }
        let (path, tag) = split(rest);
        if path.is_empty() {
            return Err(wrong("this names no file"));
        }
        let (file, tag) = (PathBuf::from(path), tag.map(str::to_owned));
        Ok(match *scheme {
            "oci:" => Self::Oci { folder: file, tag },
            "oci-archive:" => Self::OciArchive { file, tag },
            "docker-archive:" => Self::DockerArchive { file, tag },
            "archive:" => Self::Archive { file, tag },
            _ => Self::Manifest { file, config: tag.map(PathBuf::from) },
        })
    }

    /// The same reference with its path taken relative to a folder: paths in a fleet file are
    /// relative to that file.
    #[must_use]
    pub fn relative_to(mut self, base: &Path) -> Self {
        match &mut self {
            Self::Oci { folder: path, .. }
            | Self::OciArchive { file: path, .. }
            | Self::DockerArchive { file: path, .. }
            | Self::Archive { file: path, .. } => *path = base.join(&path),
            Self::Manifest { file, config } => {
                *file = base.join(&file);
                *config = config.take().map(|config| base.join(config));
            }
            Self::Registry { .. } => {}
        }
        self
    }
}

const SCHEMES: [&str; 7] = [
    "oci:",
    "oci-archive:",
    "docker-archive:",
    "archive:",
    "manifest:",
    "registry://",
    "docker://",
];

/// What stands before an `@` in the host, and the rest.
fn login(text: &str) -> Option<(&str, &str)> {
    let host = text.split('/').next()?;
    let at = host.rfind('@')?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// A path and what follows its first colon, or the digest that follows its first `@`.
fn split(text: &str) -> (&str, Option<&str>) {
    if let Some((path, digest)) = text.split_once("@sha256:") {
        return (path, Some(&text[text.len() - digest.len() - "sha256:".len()..]));
    }
    // `C:\images` is a path.
    let drive = text.as_bytes().get(..3).is_some_and(|start| {
        start[0].is_ascii_alphabetic() && start[1] == b':' && b"\\/".contains(&start[2])
    });
    let from = if drive { 2 } else { 0 };
    match text[from..].split_once(':') {
        Some((path, tag)) if !tag.is_empty() => (&text[..from + path.len()], Some(tag)),
        Some((path, _)) => (&text[..from + path.len()], None),
        None => (text, None),
    }
}

/// `host[:port]/repository[:tag|@digest]`.
fn registry(text: &str) -> Option<Reference> {
    let (host, rest) = text.split_once('/')?;
    let (repository, version) = match rest.split_once('@') {
        // A tag before a digest says nothing that the digest does not.
        Some((name, digest)) => {
            (name.rsplit_once(':').map_or(name, |(name, _)| name), Some(digest))
        }
        None => match rest.rsplit_once(':') {
            Some((name, tag)) => (name, Some(tag)),
            None => (rest, None),
        },
    };
    let host_ok = !host.is_empty()
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b));
    let name_ok = !repository.is_empty()
        && repository.split('/').all(|part| {
            !part.is_empty()
                && part != "."
                && part != ".."
                && part
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b))
        });
    let version_ok = version.is_none_or(|version| {
        !version.is_empty()
            && version.len() <= 200
            && version.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-:+".contains(&b))
            && (!version.contains(':') || Digest::parse(version).is_ok())
    });
    (host_ok && name_ok && version_ok).then(|| Reference::Registry {
        host: host.to_owned(),
        repository: repository.to_owned(),
        version: version.map(str::to_owned),
    })
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = |f: &mut fmt::Formatter<'_>, scheme: &str, path: &Path, tag: Option<&str>| {
            write!(f, "{scheme}:{}", path.display())?;
            match tag {
                Some(digest) if digest.starts_with("sha256:") => write!(f, "@{digest}"),
                Some(tag) => write!(f, ":{tag}"),
                None => Ok(()),
            }
        };
        match self {
            Self::Oci { folder, tag } => local(f, "oci", folder, tag.as_deref()),
            Self::OciArchive { file, tag } => local(f, "oci-archive", file, tag.as_deref()),
            Self::DockerArchive { file, tag } => local(f, "docker-archive", file, tag.as_deref()),
            Self::Archive { file, tag } => local(f, "archive", file, tag.as_deref()),
            Self::Manifest { file, config } => {
                let config = config.as_ref().map(|config| config.display().to_string());
                local(f, "manifest", file, config.as_deref())
            }
            Self::Registry { host, repository, version } => {
                write!(f, "registry://{host}/{repository}")?;
                match version {
                    Some(digest) if digest.contains(':') => write!(f, "@{digest}"),
                    Some(tag) => write!(f, ":{tag}"),
                    None => Ok(()),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_may_follow_a_layout_and_a_repository() {
        let digest = format!("sha256:{}", "0".repeat(64));
        for text in [format!("oci:dir@{digest}"), format!("registry://r:5000/a/b@{digest}")] {
            assert_eq!(Reference::parse(&text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_port_is_no_tag_and_a_name_may_have_slashes() {
        let Reference::Registry { host, repository, version } =
            Reference::parse("registry://127.0.0.1:5000/team/app").unwrap()
        else {
            panic!("not a registry");
        };
        assert_eq!(
            (host.as_str(), repository.as_str(), version),
            ("127.0.0.1:5000", "team/app", None)
        );
    }

    #[test]
    fn a_login_in_a_reference_is_refused_and_not_repeated() {
        let error = Reference::parse("registry://bob:s3cr3t@ghcr.io/a/b:1").unwrap_err();
        let told = format!("{error} {:?}", error.help);
        assert!(!told.contains("s3cr3t") && told.contains("docker login"), "{told}");
    }

    #[test]
    fn traversal_and_control_characters_are_refused() {
        for text in [
            "registry://h/../x:1",
            "registry://h/a//b",
            "oci:",
            "oci:a\nb",
            "registry://h",
            "registry://h/Team/a:1",
            "registry://h/a@sha256:abc",
        ] {
            assert!(Reference::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn paths_are_relative_to_the_file_that_names_them() {
        let relative = Reference::parse("oci:dir:v1").unwrap().relative_to(Path::new("fleets"));
        assert_eq!(relative.to_string(), "oci:fleets/dir:v1");
        let absolute = Reference::parse("oci:/dir").unwrap().relative_to(Path::new("fleets"));
        assert_eq!(absolute.to_string(), "oci:/dir");
    }
}
