use std::cell::Cell;
use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::options::{Platform, ReadLayers};

/// `printf 'hello\n'` as `f` in a tar: one header, one block of data, two of zeros.
fn tar_of(name: &str) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_ustar();
    header.set_size(6);
    header.set_mode(0o644);
    builder.append_data(&mut header, name, &b"hello\n"[..]).unwrap();
    builder.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn try_scan(mut source: impl Read, limit: u64) -> Result<LayerScan, ImageError> {
    let platform = Platform::linux_amd64();
    let options = Options {
        platform: &platform,
        layers: ReadLayers::Yes,
        max_unpacked: limit,
        progress: &|_| {},
    };
    scan("layer", &mut source, &Budget::new(limit), options)
}

fn scanned(bytes: &[u8]) -> LayerScan {
    try_scan(bytes, 1 << 20).unwrap()
}

fn problem(bytes: &[u8]) -> String {
    try_scan(bytes, 1 << 20).unwrap_err().to_string()
}

/// What `sha256sum` prints for 1,024 zeros: the empty layer of every registry, as its `diff_id`.
const EMPTY: &str = "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

/// The gzip blob that Docker ships for it, `sha256:a3ed95ca...`.
const EMPTY_GZIP: &[u8] = &[
    0x1f, 0x8b, 8, 0, 0, 9, 0x6e, 0x88, 0, 0xff, 0x62, 0x18, 5, 0xa3, 0x60, 0x14, 0x8c, 0x58, 0, 8,
    0, 0, 0xff, 0xff, 0x2e, 0xaf, 0xb5, 0xef, 0, 4, 0, 0,
];

#[test]
fn dockers_own_empty_layer_has_the_digests_that_the_world_knows() {
    let found = scanned(EMPTY_GZIP);
    assert_eq!((found.stored, found.unpacked, found.codec), (32, 1024, Codec::Gzip));
    let blob = "sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4";
    assert_eq!(found.digest.to_string(), blob);
    assert_eq!(found.diff_id.to_string(), EMPTY);
    let plain = scanned(&[0; 1024]);
    assert_eq!((plain.stored, plain.unpacked, plain.codec), (1024, 1024, Codec::Tar));
    assert_eq!((plain.digest.to_string(), plain.diff_id.to_string()), (EMPTY.into(), EMPTY.into()));
}

#[test]
fn every_codec_unpacks_to_the_same_layer() {
    let tar = tar_of("f");
    let plain = scanned(&tar);
    assert_eq!(plain.unpacked, 2048);
    // Members of gzip, as eStargz has them, and frames of zstd with a skippable one before: magic,
    // length 3, three bytes.
    let members = [gzip(&tar[..700]), gzip(&[]), gzip(&tar[700..])].concat();
    let frame = |bytes| zstd::encode_all(bytes, 3).unwrap();
    let skippable = b"\x50\x2a\x4d\x18\x03\0\0\0abc".to_vec();
    let frames = [skippable.clone(), frame(&tar[..700]), skippable, frame(&tar[700..])].concat();
    for (bytes, codec) in [
        (gzip(&tar), Codec::Gzip),
        (members, Codec::Gzip),
        (frame(&tar), Codec::Zstd),
        (frames, Codec::Zstd),
    ] {
        let found = scanned(&bytes);
        assert_eq!(found.codec, codec);
        assert_eq!((found.stored, found.unpacked), (bytes.len() as u64, 2048));
        assert_eq!(found.diff_id, plain.digest);
        assert_ne!(found.digest, plain.digest);
    }
}

#[test]
fn estargz_is_told_by_its_table_of_contents() {
    let toc = scanned(&gzip(&tar_of("stargz.index.json")));
    assert_eq!((toc.codec, toc.files.len()), (Codec::Estargz, 0));
    assert_eq!(scanned(&tar_of("stargz.index.json")).codec, Codec::Tar);
    assert_eq!(scanned(&gzip(&tar_of("a/stargz.index.json"))).codec, Codec::Gzip);
}

#[test]
fn bytes_behind_the_end_of_the_archive_count_too() {
    let mut tar = tar_of("f");
    tar.resize(10_240, 0);
    assert_eq!(scanned(&gzip(&tar)).unpacked, 10_240);
    tar.extend(b"whatever");
    assert_eq!(scanned(&tar).unpacked, 10_248);
}

#[test]
fn zeros_behind_gzip_are_padding_and_anything_else_is_an_error() {
    let whole = gzip(&tar_of("f"));
    let padded = [&whole[..], &[0; 300]].concat();
    assert_eq!(scanned(&padded).stored, whole.len() as u64 + 300);
    assert!(problem(&[&whole[..], b"garbage behind"].concat()).contains("gzip layer is corrupt"));
    assert!(problem(&[&whole[..], &[0, 1]].concat()).contains("garbage behind its end"));
}

#[test]
fn cut_off_layers_say_how_far_they_got() {
    let tar = tar_of("f");
    for bytes in [gzip(&tar), zstd::encode_all(&tar[..], 3).unwrap()] {
        for length in 8..bytes.len() {
            let said = problem(&bytes[..length]);
            assert!(said.contains(&format!("is cut off (after {length} stored bytes")), "{said}");
        }
    }
    let said = problem(&tar[..515]);
    assert!(said.contains("inside of the file that begins at byte 512"), "{said}");
}

#[test]
fn damaged_layers_are_errors_wherever_the_damage_is() {
    let whole = gzip(&tar_of("f"));
    let diff_id = scanned(&whole).diff_id;
    // The header's time and operating system are not covered by its checksum.
    for at in (10..whole.len()).chain([0, 2, 3]) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        // Some bits only fill a byte or point at other zeros: then it must be the same layer.
        if let Ok(found) = try_scan(&damaged[..], 1 << 20) {
            assert_eq!(found.diff_id, diff_id, "byte {at}");
        }
    }
}

#[test]
fn what_is_no_layer_is_named() {
    assert!(problem(b"").contains("is empty"));
    assert!(problem(b"{\"schemaVersion\":2}").contains("neither a tar archive nor gzip nor zstd"));
    assert!(problem(&[7; 4096]).contains("neither a tar archive nor gzip nor zstd"));
    assert!(problem(b"\xfd7zXZ\0\0").contains("compressed with xz"));
    assert!(problem(b"BZh91AY&SY").contains("compressed with bzip2"));
}

#[test]
fn a_bomb_is_stopped_at_the_limit_and_says_how_to_go_on() {
    // 16 MiB of zeros, that is, an end-of-archive mark and much behind it.
    let bomb = zstd::encode_all(io::repeat(0).take(16 << 20), 1).unwrap();
    let error = try_scan(&bomb[..], 1 << 20).unwrap_err();
    let said = "layer: the image's layers unpack to more than 1048576 bytes: stopped";
    assert_eq!(error.to_string(), said);
    assert_eq!(error.help.as_deref(), Some("--max-unpacked raises the limit"));
    assert_eq!(try_scan(&gzip(&[0; 3 << 20])[..], 1 << 20).unwrap_err(), error);
    assert_eq!(try_scan(&[0; 3 << 20][..], 1 << 20).unwrap_err(), error);
}

#[test]
fn the_budget_is_one_for_all_layers_and_exact_for_those_that_are_not_compressed() {
    let tar = tar_of("f");
    let platform = Platform::linux_amd64();
    let options = Options {
        platform: &platform,
        layers: ReadLayers::Yes,
        max_unpacked: 4096,
        progress: &|_| {},
    };
    let budget = Budget::new(4096);
    scan("1", &mut &tar[..], &budget, options).unwrap();
    scan("2", &mut &gzip(&tar)[..], &budget, options).unwrap();
    assert!(scan("3", &mut &[0_u8; 512][..], &budget, options).is_err());
}

/// Gives one byte at a time, and fails in the middle if asked to.
struct Trickle<'b> {
    bytes: &'b [u8],
    given: Cell<usize>,
    fail: Option<fn() -> io::Error>,
}

impl Read for Trickle<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let at = self.given.get();
        if let Some(fail) = self.fail
            && at == self.bytes.len() / 2
        {
            return Err(fail());
        }
        self.given.set(at + 1);
        self.bytes.get(at..).unwrap_or_default().take(1).read(into)
    }
}

#[test]
fn sources_may_give_a_byte_at_a_time() {
    let tar = tar_of("f");
    for bytes in [tar.clone(), gzip(&tar), zstd::encode_all(&tar[..], 3).unwrap()] {
        let slow = Trickle { bytes: &bytes, given: Cell::new(0), fail: None };
        let (slow, quick) = (try_scan(slow, 1 << 20).unwrap(), scanned(&bytes));
        assert_eq!((slow.digest, slow.diff_id), (quick.digest, quick.diff_id));
    }
}

#[test]
fn a_source_that_fails_is_not_a_corrupt_layer() {
    let tar = tar_of("f");
    for bytes in [tar.clone(), gzip(&tar), zstd::encode_all(&tar[..], 3).unwrap()] {
        let failing = |fail| Trickle { bytes: &bytes, given: Cell::new(0), fail: Some(fail) };
        let reset = failing(|| io::ErrorKind::ConnectionReset.into());
        let said = try_scan(reset, 1 << 20).unwrap_err().to_string();
        assert!(said.starts_with("layer: cannot be read on after"), "{said}");
        let explained = failing(|| io::Error::other(ImageError::new("registry", "said no")));
        let said = try_scan(explained, 1 << 20).unwrap_err().to_string();
        assert_eq!(said, "registry: said no");
    }
}

#[test]
fn too_many_files_cost_the_list_but_not_the_sizes() {
    let budget = Budget::new(1 << 40);
    // With 127 of 128 MiB used up, a name of 1 MiB and the 24 bytes of its entry are too much.
    assert!(budget.take_listed(127 << 20));
    let mut files = LayerFiles::default();
    let path = vec![b'a'; 1 << 20];
    let entry = crate::tar_stream::TarEntry {
        path: &path,
        kind: crate::tar_stream::EntryKind::File,
        link: b"",
        size: 1,
        offset: 0,
    };
    files.add(&entry, &budget);
    assert!(files.is_cut());
    assert!(crate::waste::waste(&[files]).is_none());
}

proptest::proptest! {
    #[test]
    fn no_bytes_whatever_make_it_panic(
        start in proptest::sample::select(vec![&b""[..], b"\x1f\x8b\x08\0", b"\x28\xb5\x2f\xfd", b"\x50\x2a\x4d\x18"]),
        bytes in proptest::collection::vec(0_u8.., 0..600),
    ) {
        let _ = try_scan(&[start, &bytes[..]].concat()[..], 1 << 20);
    }
}
