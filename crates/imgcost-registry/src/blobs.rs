use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};

use imgcost_image::{Blobs, Descriptor, ImageError};

use crate::address::Place;
use crate::auth::Scope;
use crate::client::{Client, MANIFESTS, MAX_MANIFEST};
use crate::digest;
use crate::failure::Failure;
use crate::wire::Fetched;

/// The most bytes of a config.
const MAX_CONFIG: u64 = 16 << 20;

/// One image of a registry, as a source of blobs.
pub(crate) struct Remote<'c> {
    client: &'c Client,
    pub(crate) place: Place,
    /// What messages call the image.
    pub(crate) what: String,
    unreachable: AtomicBool,
}

impl<'c> Remote<'c> {
    pub(crate) fn new(client: &'c Client, place: Place, what: &str) -> Self {
        Self { client, place, what: what.to_owned(), unreachable: AtomicBool::new(false) }
    }

    /// Whether something could not be fetched: then an error is about the registry, otherwise
    /// about the image.
    pub(crate) fn is_unreachable(&self) -> bool {
        self.unreachable.load(Ordering::Relaxed)
    }

    /// A document of the image's repository.
    pub(crate) fn fetch(
        &self,
        path: &str,
        accept: &str,
        limit: u64,
    ) -> Result<Fetched, ImageError> {
        self.try_fetch(path, accept, limit).map_err(|failure| self.explain(failure))
    }

    fn try_fetch(&self, path: &str, accept: &str, limit: u64) -> Result<Fetched, Failure> {
        let scope = Scope::Pull(self.place.repository.clone());
        self.client.document(&self.place.host, &scope, path, accept, limit)
    }

    fn explain(&self, failure: Failure) -> ImageError {
        self.unreachable.store(true, Ordering::Relaxed);
        self.client.explain(failure, &self.what, &self.place.host)
    }

    fn path(&self, room: &str, descriptor: &Descriptor) -> String {
        format!("/v2/{}/{room}/{}", self.place.repository, descriptor.digest)
    }
}

impl Blobs for Remote<'_> {
    fn document(&self, descriptor: &Descriptor, limit: u64) -> Result<Vec<u8>, ImageError> {
        // Registries keep manifests apart from all other blobs.
        let known = descriptor.media_type.as_deref().map(is_manifest);
        let as_manifest = || {
            let limit = limit.min(MAX_MANIFEST);
            self.try_fetch(&self.path("manifests", descriptor), MANIFESTS, limit)
        };
        let as_blob = || self.try_fetch(&self.path("blobs", descriptor), "", limit.min(MAX_CONFIG));
        let fetched = match known {
            Some(true) => as_manifest(),
            Some(false) => as_blob(),
            None => match as_blob() {
                Err(failure) if failure.is_not_found() => as_manifest(),
                other => other,
            },
        };
        let bytes = fetched.map_err(|failure| self.explain(failure))?.bytes;
        digest::check(&bytes, &descriptor.digest)
            .map_err(|problem| ImageError::new(&self.what, problem))?;
        Ok(bytes)
    }

    fn blob(
        &self,
        descriptor: &Descriptor,
    ) -> Result<Option<Box<dyn Read + Send + '_>>, ImageError> {
        // One byte more than announced, so that a blob that is too long has the wrong digest.
        let limit = descriptor.size.saturating_add(1);
        match self.client.stream(&self.place, &self.path("blobs", descriptor), limit) {
            Ok(stream) => Ok(Some(stream)),
            // Layers of Windows bases may be kept elsewhere (`urls`).
            Err(failure) if failure.is_not_found() && is_foreign(descriptor) => Ok(None),
            Err(failure) => Err(self.explain(failure)),
        }
    }
}

fn is_manifest(media_type: &str) -> bool {
    MANIFESTS.split(", ").any(|manifest| manifest == media_type)
}

fn is_foreign(descriptor: &Descriptor) -> bool {
    let media_type = descriptor.media_type.as_deref().unwrap_or_default();
    media_type.contains("nondistributable") || media_type.contains(".foreign.")
}
