//! Layers: any codec, any tar, two of them on top of each other, with their waste. The first two
//! bytes say how long the lower one is. The manifest is made to fit, so that digests agree and
//! everything behind them is reached.
#![no_main]

mod tars;

use std::io::Read;

use imgcost::image::Digest;
use imgcost_image::{
    Blobs, Descriptor, Document, ImageError, Options, Platform, ReadLayers, assemble,
};
use libfuzzer_sys::fuzz_target;
use sha2::Digest as _;

const CONFIG: &[u8] =
    br#"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}"#;

struct Two(Vec<(Digest, Vec<u8>)>);

impl Blobs for Two {
    fn document(&self, _: &Descriptor, _: u64) -> Result<Vec<u8>, ImageError> {
        Ok(CONFIG.to_vec())
    }

    fn blob(&self, wanted: &Descriptor) -> Result<Option<Box<dyn Read + Send + '_>>, ImageError> {
        let found = self.0.iter().find(|(digest, _)| *digest == wanted.digest);
        Ok(found.map(|(_, bytes)| Box::new(&bytes[..]) as Box<dyn Read + Send + '_>))
    }
}

fn digest(bytes: &[u8]) -> Digest {
    let hex: String =
        sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    Digest::parse(&format!("sha256:{hex}")).expect("a digest")
}

fuzz_target!(|data: &[u8]| {
    let Some((lower, data)) = data.split_first_chunk() else { return };
    let (lower, upper) = data.split_at(usize::from(u16::from_le_bytes(*lower)).min(data.len()));
    let parts = [lower, upper].map(tars::with_checksums);
    let blobs = Two(parts.into_iter().map(|part| (digest(&part), part)).collect());
    let layers: Vec<String> = blobs
        .0
        .iter()
        .map(|(digest, bytes)| {
            format!(r#"{{"mediaType":"x","digest":"{digest}","size":{}}}"#, bytes.len())
        })
        .collect();
    let config =
        format!(r#"{{"mediaType":"x","digest":"{}","size":{}}}"#, digest(CONFIG), CONFIG.len());
    let manifest =
        format!(r#"{{"schemaVersion":2,"config":{config},"layers":[{}]}}"#, layers.join(","));
    let document = Document { name: "fuzz".into(), bytes: manifest.into_bytes(), media_type: None };
    let platform = Platform::linux_amd64();
    let options = Options {
        platform: &platform,
        layers: ReadLayers::Yes,
        max_unpacked: 8 << 20,
        progress: &|_| {},
    };
    if let Ok(image) = assemble(&document, &blobs, options)
        && let (Some(waste), Some(unpacked)) = (&image.waste, image.unpacked())
    {
        assert!(waste.hidden + waste.needless <= unpacked, "more waste than bytes: {waste:?}");
        assert_eq!(waste.hidden_by_layer.iter().sum::<u64>(), waste.hidden);
    }
});
