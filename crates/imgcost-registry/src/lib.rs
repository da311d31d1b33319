//! A client for live container registries (OCI distribution, Docker registry v2) that reads only
//! what costs need: tags, manifests, configs, and layers only when asked.
//!
//! | question | function |
//! |---|---|
//! | what is in this image | [`Client::inspect`] |
//! | which tags, which repositories | [`Client::tags`], [`Client::repositories`] |
//! | how did this repository change over time | [`Client::versions`] |
//!
//! What a registry sends is hostile until proven otherwise: every body is bounded, digests are
//! checked, pages lead only to the registry that was asked, redirects never take a login along to
//! another host, and plain HTTP is spoken only when asked for. Passwords and tokens appear in no
//! message and no `Debug` output.
//!
//! It is built on `ureq` and not on `oci-client` (0.18), which shows neither `Link` headers (ECR
//! pages with opaque tokens) nor rate-limit headers and `Retry-After`, does not bound bodies, and
//! brings an asynchronous runtime and some 180 crates for what are a few blocking GETs.

mod address;
mod auth;
mod blobs;
mod challenge;
mod client;
mod credentials;
mod digest;
mod failure;
mod paging;
mod retry;
mod stored;
mod versions;
mod wire;

pub use client::{Client, ClientOptions, Transport};
pub use credentials::{Credentials, Secret};
pub use versions::Versions;
