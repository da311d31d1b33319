//! What requests add up to: memory grows with repositories, digests and client addresses.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::line::Request;

/// The most client addresses whose pulls are followed; addresses beyond these count as bytes only.
const MOST_CLIENTS: usize = 1_000_000;

/// The requests of one form of log.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) requests: u64,
    /// Those that were not refused; the structured log has lines of another kind for the others.
    pub(super) served: u64,
    pub(super) repositories: HashMap<String, Repository>,
    pub(super) first: Option<DateTime<Utc>>,
    pub(super) last: Option<DateTime<Utc>>,
    clients: usize,
}

/// The requests of one repository.
#[derive(Debug, Default)]
pub(super) struct Repository {
    /// Bytes of blobs that were written to clients.
    pub(super) blob_bytes: u64,
    pub(super) blob_gets: u64,
    /// Those of them that asked for a part of a blob.
    pub(super) partial_gets: u64,
    /// Blobs that clients were sent elsewhere for.
    pub(super) redirects: u64,
    pub(super) manifest_gets: u64,
    pub(super) manifest_bytes: u64,
    pub(super) manifest_heads: u64,
    pub(super) pushes_of_tags: u64,
    pub(super) pushes_of_digests: u64,
    pub(super) mounts: u64,
    /// The largest of the pulls that are over.
    largest: (u64, usize),
    /// Digests that were pulled, by number.
    digests: HashMap<String, u32>,
    /// What each client that pulled blobs pulled since its last manifest.
    clients: HashMap<String, HashMap<u32, Pulled>>,
}

/// How much of a blob a client pulled.
#[derive(Debug, Default)]
struct Pulled {
    /// The most bytes of an answer with the whole of it.
    whole: u64,
    /// All bytes of answers with parts of it.
    parts: u64,
}

impl Tally {
    /// The time between the first request and the last.
    pub(super) fn span(&self) -> TimeDelta {
        match (self.first, self.last) {
            (Some(first), Some(last)) => last - first,
            _ => TimeDelta::zero(),
        }
    }

    pub(super) fn blob_bytes(&self) -> u64 {
        let all = self.repositories.values();
        all.fold(0, |sum, repository| sum.saturating_add(repository.blob_bytes))
    }

    pub(super) fn add(&mut self, request: &Request<'_>) {
        self.requests += 1;
        if let Some(time) = request.time {
            self.first = Some(self.first.map_or(time, |first| first.min(time)));
            self.last = Some(self.last.map_or(time, |last| last.max(time)));
        }
        if request.status < 400 {
            self.served += 1;
        }
        let path = request.target.split('?').next().unwrap_or_default();
        let path = decoded(path);
        let Some((name, what)) = object(&path) else { return };
        // Whoever asks for what does not exist leaves no trace here.
        if request.status >= 400 {
            return;
        }
        if !self.repositories.contains_key(name) {
            self.repositories.insert(name.to_owned(), Repository::default());
        }
        if let Some(repository) = self.repositories.get_mut(name) {
            let may_follow = self.clients < MOST_CLIENTS;
            self.clients += usize::from(repository.add(request, &what, may_follow));
        }
    }
}

/// What a request is about.
#[derive(Debug, PartialEq, Eq)]
enum Object<'p> {
    Blob(&'p str),
    Uploads,
    Manifest { by_digest: bool },
}

/// `/v2/<name>/blobs/<digest>` and its like; names have slashes.
fn object(path: &str) -> Option<(&str, Object<'_>)> {
    let rest = path.strip_prefix("/v2/")?;
    let (blobs, manifests) = (rest.rfind("/blobs/"), rest.rfind("/manifests/"));
    let at = blobs.max(manifests)?;
    let (name, rest) = rest.split_at_checked(at)?;
    if name.is_empty() || name.len() > 255 || name.contains(char::is_control) {
        return None;
    }
    let object = if let Some(reference) = rest.strip_prefix("/manifests/") {
        Object::Manifest { by_digest: reference.contains(':') }
    } else {
        match rest.strip_prefix("/blobs/")? {
            digest if digest.contains(':') => Object::Blob(digest),
            uploads if uploads.starts_with("uploads") => Object::Uploads,
            _ => return None,
        }
    };
    Some((name, object))
}

impl Repository {
    /// How many addresses pulled blobs.
    pub(super) fn pullers(&self) -> usize {
        self.clients.len()
    }

    /// How many blobs were pulled.
    pub(super) fn blobs(&self) -> usize {
        self.digests.len()
    }

    /// Counts a request; returns whether it came from a client that was not followed before.
    fn add(&mut self, request: &Request<'_>, what: &Object<'_>, may_follow: bool) -> bool {
        let client = request.client.as_ref();
        match (request.method.as_ref(), what, request.status) {
            ("GET", Object::Blob(digest), 200 | 206) => {
                self.blob_gets += 1;
                self.partial_gets += u64::from(request.status == 206);
                self.blob_bytes = self.blob_bytes.saturating_add(request.bytes);
                return self.pulled(client, digest, request, may_follow);
            }
            ("GET", Object::Blob(_), 301..=303 | 307 | 308) => self.redirects += 1,
            ("GET", Object::Manifest { .. }, 200) => {
                self.manifest_gets += 1;
                self.manifest_bytes = self.manifest_bytes.saturating_add(request.bytes);
                // The next pull of this client begins.
                self.close(client);
            }
            ("HEAD", Object::Manifest { .. }, 200) => self.manifest_heads += 1,
            ("PUT", Object::Manifest { by_digest: false }, 200 | 201) => self.pushes_of_tags += 1,
            ("PUT", Object::Manifest { by_digest: true }, 200 | 201) => self.pushes_of_digests += 1,
            ("POST", Object::Uploads, 201) if request.target.contains("mount=") => self.mounts += 1,
            _ => {}
        }
        false
    }

    fn pulled(
        &mut self,
        client: &str,
        digest: &str,
        request: &Request<'_>,
        may_follow: bool,
    ) -> bool {
        let digest = match self.digests.get(digest) {
            Some(number) => *number,
            None => {
                let number = u32::try_from(self.digests.len()).unwrap_or(u32::MAX);
                self.digests.insert(digest.to_owned(), number);
                number
            }
        };
        let new = !self.clients.contains_key(client);
        if new {
            if !may_follow {
                return false;
            }
            self.clients.insert(client.to_owned(), HashMap::new());
        }
        let Some(blobs) = self.clients.get_mut(client) else { return false };
        let blob = blobs.entry(digest).or_default();
        match request.status {
            200 => blob.whole = blob.whole.max(request.bytes),
            _ => blob.parts = blob.parts.saturating_add(request.bytes),
        }
        new
    }

    /// Ends the pull of a client.
    fn close(&mut self, client: &str) {
        if let Some(blobs) = self.clients.get_mut(client) {
            self.largest = self.largest.max(size(&std::mem::take(blobs)));
        }
    }

    /// Bytes of the largest pull of one client, and of how many blobs.
    pub(super) fn largest_pull(&self) -> (u64, usize) {
        self.clients.values().map(size).fold(self.largest, Ord::max)
    }
}

/// Bytes of a pull: a blob counts once, however often it was fetched.
fn size(blobs: &HashMap<u32, Pulled>) -> (u64, usize) {
    let bytes = |blob: &Pulled| if blob.whole > 0 { blob.whole } else { blob.parts };
    (blobs.values().fold(0, |sum, blob| sum.saturating_add(bytes(blob))), blobs.len())
}

/// A path without percent signs; what does not decode stays as it is.
fn decoded(path: &str) -> std::borrow::Cow<'_, str> {
    if !path.contains('%') {
        return path.into();
    }
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = hex
            .filter(|hex| *first == b'%' && hex.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8(bytes).map_or(path.into(), Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_slashes_and_percent_signs() {
        assert_eq!(object("/v2/a/b/c/blobs/sha256:0"), Some(("a/b/c", Object::Blob("sha256:0"))));
        assert_eq!(object("/v2/a/blobs/b/blobs/x:1"), Some(("a/blobs/b", Object::Blob("x:1"))));
        assert_eq!(object("/v2/a/blobs/uploads/"), Some(("a", Object::Uploads)));
        let manifest = |by_digest| Some(("a", Object::Manifest { by_digest }));
        assert_eq!(object("/v2/a/manifests/v1"), manifest(false));
        assert_eq!(object("/v2/a/manifests/sha256:0"), manifest(true));
        for path in ["/v2/", "/v2/_catalog", "/v2/a/tags/list", "/v2//blobs/a:1", "/v1/a/blobs/a:1"]
        {
            assert_eq!(object(path), None, "{path}");
        }
        assert_eq!(decoded("/v2/team%2Fa/blobs/sha256%3A0"), "/v2/team/a/blobs/sha256:0");
        assert_eq!(decoded("/a%2/%zz%ff"), "/a%2/%zz%ff");
    }
}
