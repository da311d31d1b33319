//! Indexes, manifests and configs: the input is cut at zero bytes; the first piece is the root, the
//! others are what any digest leads to, in turn, with spaces behind them up to the size announced.
#![no_main]

use std::io::Read;
use std::sync::atomic::{AtomicUsize, Ordering};

use imgcost::units::CompressionRatio;
use imgcost_image::{
    Blobs, ClassRule, Descriptor, Document, ImageError, Options, Platform, ReadLayers, Reference,
    assemble, contents, release, sharing, to_model,
};
use libfuzzer_sys::fuzz_target;

const MOST: u64 = 1 << 16;

struct Pieces<'d> {
    pieces: Vec<&'d [u8]>,
    next: AtomicUsize,
}

impl Blobs for Pieces<'_> {
    fn document(&self, descriptor: &Descriptor, _: u64) -> Result<Vec<u8>, ImageError> {
        let piece =
            self.pieces.get(self.next.fetch_add(1, Ordering::Relaxed) % self.pieces.len().max(1));
        let mut bytes = piece.ok_or_else(|| ImageError::new("fuzz", "not there"))?.to_vec();
        bytes.resize(bytes.len().max(descriptor.size.min(MOST) as usize), b' ');
        Ok(bytes)
    }

    fn blob(&self, _: &Descriptor) -> Result<Option<Box<dyn Read + Send + '_>>, ImageError> {
        Ok(None)
    }
}

fuzz_target!(|data: &[u8]| {
    let mut pieces = data.split(|byte| *byte == 0);
    let root = pieces.next().unwrap_or_default();
    let _ = Reference::parse(&String::from_utf8_lossy(root));
    let blobs = Pieces { pieces: pieces.collect(), next: AtomicUsize::new(0) };
    let document = Document { name: "fuzz".into(), bytes: root.to_vec(), media_type: None };
    let platform = Platform::linux_amd64();
    let options = Options {
        platform: &platform,
        layers: ReadLayers::Yes,
        max_unpacked: 1 << 20,
        progress: &|_| {},
    };
    if let Ok(image) = assemble(&document, &blobs, options) {
        let ratio = CompressionRatio::new("2.7".parse().expect("a number")).expect("a ratio");
        for rule in [ClassRule::History, ClassRule::Counts { base: 1, dependencies: 1 }] {
            let _ = to_model(&image, ratio, rule);
        }
        let _ = release(&image, ratio);
        if let Ok(contents) = contents(&image, ratio) {
            let _ = sharing(&[contents.clone(), contents]);
        }
    }
});
