use std::fmt;
use std::path::PathBuf;

use crate::stored;

/// Where the login for a registry comes from. Used only when a registry asks for one.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// Nowhere: only what anyone may read.
    Anonymous,
    /// From what `docker login` or `podman login` wrote: the first of these files that knows the
    /// registry, directly or through a credential helper. Files that are not there are passed over.
    Stored(Vec<PathBuf>),
    /// Given for this run. It is sent to every registry that is read and asks for a login.
    Given {
        /// User name.
        username: String,
        /// Password or access token.
        password: Secret,
    },
}

/// A text that never appears in messages or `Debug` output.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// The login to use for one registry.
#[derive(Debug, Clone)]
pub(crate) enum Login {
    Anonymous,
    Password {
        username: String,
        password: Secret,
    },
    /// A refresh token, as `docker login` of some clouds leaves.
    IdentityToken(Secret),
}

impl Credentials {
    /// What is stored on this machine, in the places where docker and podman look:
    /// `$REGISTRY_AUTH_FILE`, `$DOCKER_CONFIG/config.json` or `~/.docker/config.json`,
    /// `$XDG_RUNTIME_DIR/containers/auth.json`, `~/.config/containers/auth.json`.
    pub fn stored() -> Self {
        Self::Stored(stored::usual_files())
    }
}

impl Secret {
    /// Keeps a text from being shown.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for a request.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}
