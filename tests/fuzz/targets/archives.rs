//! Archives of Docker and OCI.
#![no_main]

use std::io::Write;

use imgcost_image::{Options, Platform, ReadLayers, Reference, open};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(data).expect("room");
    let platform = Platform::linux_amd64();
    for layers in [ReadLayers::No, ReadLayers::Yes] {
        let options = Options { platform: &platform, layers, max_unpacked: 8 << 20, progress: &|_| {} };
        let reference = Reference::Archive { file: file.path().to_owned(), tag: None };
        let _ = open(&reference, options);
        let reference = Reference::Manifest { file: file.path().to_owned(), config: None };
        let _ = open(&reference, options);
    }
});
