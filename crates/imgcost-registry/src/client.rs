use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use imgcost_image::{Document, ImageError, Inspection, Options, Reference, assemble};
use ureq::http::{HeaderMap, header};

use crate::address::{Host, Place};
use crate::auth::{Logins, Scope};
use crate::blobs::Remote;
use crate::credentials::Credentials;
use crate::digest;
use crate::failure::{Context, Failure};
use crate::wire::{Fetched, Request, Wire};

/// The most bytes of a manifest or an index: what registries take at most.
pub(crate) const MAX_MANIFEST: u64 = 4 << 20;

/// The media types of manifests and indexes that are understood.
pub(crate) const MANIFESTS: &str = "application/vnd.oci.image.index.v1+json, \
     application/vnd.oci.image.manifest.v1+json, \
     application/vnd.docker.distribution.manifest.list.v2+json, \
     application/vnd.docker.distribution.manifest.v2+json";

/// A client for live registries. Logins and tokens are kept for as long as it lives.
#[derive(Debug)]
pub struct Client {
    wire: Wire,
    logins: Logins,
}

/// How a client goes about its work.
#[derive(Clone)]
pub struct ClientOptions {
    /// How it speaks to registries.
    pub transport: Transport,
    /// The longest that one manifest, config or page of tags may take.
    pub timeout: Duration,
    /// How often it tries again what failed for a passing reason.
    pub retries: u32,
    /// Where logins come from.
    pub credentials: Credentials,
    /// Told when it has to wait, in words for users.
    pub notice: Arc<dyn Fn(&str) + Send + Sync>,
    /// How it waits.
    pub sleep: Arc<dyn Fn(Duration) + Send + Sync>,
}

/// How to speak to registries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Over TLS only, trusting the certificate authorities of this machine.
    Tls,
    /// Over HTTP, which anyone on the way can read and change: logins too.
    PlainHttp,
}

impl Client {
    /// A client; connects to nothing yet.
    pub fn new(options: ClientOptions) -> Self {
        let logins = Logins::new(options.credentials.clone());
        Self { wire: Wire::new(options), logins }
    }

    /// The image that a [`Reference::Registry`] with a tag or digest names, for the platform asked
    /// for. Reads its manifest and config, and its layers if the options say so.
    ///
    /// # Errors
    /// In words for users: if the registry cannot be reached, asks for another login, does not
    /// have the image, or sends what is no image.
    pub fn inspect(
        &self,
        reference: &Reference,
        options: Options<'_>,
    ) -> Result<Inspection, ImageError> {
        let what = reference.to_string();
        let Reference::Registry { host, repository, version } = reference else {
            return Err(ImageError::new(what, "this is not in a registry"));
        };
        let Some(version) = version else {
            return Err(ImageError::new(what.as_str(), "this names no tag or digest")
                .help(format!("add one, such as {what}:latest")));
        };
        let place = Place::parse(host, repository, self.wire.transport())?;
        let remote = Remote::new(self, place, &what);
        let (document, _) = remote.manifest(version)?;
        assemble(&document, &remote, options)
    }

    /// A document of a registry.
    pub(crate) fn document(
        &self,
        host: &Host,
        scope: &Scope,
        path: &str,
        accept: &str,
        limit: u64,
    ) -> Result<Fetched, Failure> {
        let address = host.address(path).map_err(Failure::Local)?;
        self.logins.authorized(&self.wire, host, scope, |authorization| {
            let request = Request { address: address.clone(), accept, authorization, form: None };
            self.wire.document(&request, limit)
        })
    }

    /// A blob of a repository as a stream, cut off after `limit` bytes.
    pub(crate) fn stream(
        &self,
        place: &Place,
        path: &str,
        limit: u64,
    ) -> Result<Box<dyn std::io::Read + Send>, Failure> {
        let address = place.host.address(path).map_err(Failure::Local)?;
        let scope = Scope::Pull(place.repository.clone());
        self.logins.authorized(&self.wire, &place.host, &scope, |authorization| {
            let address = address.clone();
            let request = Request { address, accept: "", authorization, form: None };
            self.wire.stream(&request, limit)
        })
    }

    /// A failure in words.
    pub(crate) fn explain(&self, failure: Failure, what: &str, host: &Host) -> ImageError {
        let secrets = self.logins.secrets();
        failure.explain(&Context {
            what,
            host: &host.name,
            logged_in: self.logins.is_logged_in(host),
            secrets: &secrets,
        })
    }

    pub(crate) fn transport(&self) -> Transport {
        self.wire.transport()
    }
}

impl Remote<'_> {
    /// The manifest or index of a tag or digest, and its digest.
    pub(crate) fn manifest(&self, version: &str) -> Result<(Document, String), ImageError> {
        let path = format!("/v2/{}/manifests/{version}", self.place.repository);
        let fetched = self.fetch(&path, MANIFESTS, MAX_MANIFEST)?;
        let wrong = |problem: String| ImageError::new(&self.what, problem);
        let text = |name| header_text(&fetched.headers, name);
        // A tag has no digest of its own; then the registry's word is checked.
        let wanted =
            if version.contains(':') { Some(version) } else { text("docker-content-digest") };
        if let Some(wanted) = wanted {
            let wanted = imgcost::image::Digest::parse(wanted)
                .map_err(|_| wrong(format!("`{}` is not a digest", wanted.escape_debug())))?;
            digest::check(&fetched.bytes, &wanted).map_err(wrong)?;
        }
        let media_type = text(header::CONTENT_TYPE.as_str())
            .map(|kind| kind.split(';').next().unwrap_or_default().trim().to_owned());
        let found = digest::sha256(&fetched.bytes);
        Ok((Document { name: self.what.clone(), bytes: fetched.bytes, media_type }, found))
    }
}

impl ClientOptions {
    /// Patient with registries, silent, waiting for real.
    pub fn usual(transport: Transport, credentials: Credentials) -> Self {
        Self {
            transport,
            timeout: Duration::from_secs(60),
            retries: 4,
            credentials,
            notice: Arc::new(|_| {}),
            sleep: Arc::new(std::thread::sleep),
        }
    }
}

impl Transport {
    pub(crate) const fn scheme(self) -> &'static str {
        match self {
            Self::Tls => "https",
            Self::PlainHttp => "http",
        }
    }
}

impl fmt::Debug for ClientOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientOptions")
            .field("transport", &self.transport)
            .field("timeout", &self.timeout)
            .field("retries", &self.retries)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

fn header_text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim).filter(|text| !text.is_empty())
}
