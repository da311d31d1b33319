use std::sync::atomic::{AtomicU64, Ordering};

/// What reading an image may cost, shared by the threads that read its layers.
#[derive(Debug)]
pub(crate) struct Budget {
    /// Bytes that layers may still unpack to.
    unpacked: AtomicU64,
    /// Bytes of memory that lists of their files may still take.
    listed: AtomicU64,
}

impl Budget {
    /// Enough for about 1.5 million files. An image with more still gets its sizes; only its waste
    /// is not computed.
    const LISTED: u64 = 128 << 20;

    /// A fresh budget for one image.
    pub(crate) fn new(max_unpacked: u64) -> Self {
        Self { unpacked: max_unpacked.into(), listed: Self::LISTED.into() }
    }

    /// Whether so many more unpacked bytes may be read.
    pub(crate) fn take_unpacked(&self, bytes: u64) -> bool {
        take(&self.unpacked, bytes)
    }

    /// Whether so many more bytes of file names may be kept.
    pub(crate) fn take_listed(&self, bytes: u64) -> bool {
        take(&self.listed, bytes)
    }
}

fn take(from: &AtomicU64, bytes: u64) -> bool {
    let less = |left: u64| left.checked_sub(bytes);
    from.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
}
