//! Archives of Docker and OCI, and single manifests.
#![no_main]

mod tars;

use std::io::Write;

use imgcost_image::{Options, Platform, ReadLayers, Reference, open};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(&tars::with_checksums(data)).expect("room");
    let platform = Platform::linux_amd64();
    for layers in [ReadLayers::No, ReadLayers::Yes] {
        let options =
            Options { platform: &platform, layers, max_unpacked: 8 << 20, progress: &|_| {} };
        let file = file.path().to_owned();
        let _ = open(&Reference::Archive { file: file.clone(), tag: None }, options);
        // Docker's newer archives are both; this reads them as the other.
        let _ = open(&Reference::OciArchive { file: file.clone(), tag: None }, options);
        let _ = open(&Reference::Manifest { file, config: None }, options);
    }
});
