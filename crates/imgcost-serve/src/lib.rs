//! The local what-if page, and the small HTTP server that it comes from.
//!
//! What is computed is the caller's: [`Site`] holds functions from the parameters of a request to the
//! bytes of an answer, so that the page shows the very bytes that the command writes.
//!
//! | address | what |
//! |---|---|
//! | `/` | the page: one document, nothing from elsewhere |
//! | `/api/whatif?before=1.2GB&after=180MB&nodes=20` | the savings as JSON |
//! | `/api/fleet.toml?...` | the same scene as a fleet file |
//!
//! Foreign bytes are hostile: only `GET` and `HEAD`, no bodies, bounded heads, connections, work and
//! time; the host that a request names must be one the server is meant to be reached by, or any web
//! page could read it through a name of its own (DNS rebinding).

mod answer;
mod host;
mod page;
mod query;
mod server;

use std::net::IpAddr;

pub use page::{Choices, Cloud, Named, Registry};
pub use query::Parameter;
pub use server::{Limits, serve};

/// What the server answers with.
pub struct Site {
    /// What can be chosen on the page.
    pub choices: Choices,
    /// The what-if as JSON.
    pub whatif: Answer,
    /// The what-if as a fleet file.
    pub fleet: Answer,
}

/// An answer to the parameters of a request.
pub type Answer = Box<dyn Fn(&[Parameter]) -> Result<Vec<u8>, Refusal> + Send + Sync>;

/// Why there is no answer: the request's fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub error: String,
    /// What to write instead.
    pub help: Option<String>,
}

/// Who may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Programs of this machine.
    ThisMachine,
    /// Whoever reaches it, by an address or by one of these names.
    Network(Vec<String>),
}

impl Audience {
    /// Whether a server for this audience may listen there.
    pub fn may_listen_on(&self, address: IpAddr) -> bool {
        matches!(self, Self::Network(_)) || address.is_loopback()
    }
}
