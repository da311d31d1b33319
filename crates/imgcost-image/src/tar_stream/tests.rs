use std::io::{BufReader, Cursor, Read};

use tar::{EntryType, Header};

use super::*;

fn walk(bytes: &[u8]) -> Result<Vec<(String, EntryKind, u64, u64)>, TarError> {
    let mut tar = TarStream::new(bytes, by_reading);
    let mut found = Vec::new();
    while let Some(entry) = tar.next()? {
        let path = String::from_utf8_lossy(entry.path).into_owned();
        found.push((path, entry.kind, entry.size, entry.offset));
    }
    Ok(found)
}

fn problem(bytes: &[u8]) -> String {
    walk(bytes).unwrap_err().to_string()
}

fn header(kind: EntryType, path: &str, size: u64) -> Header {
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_path(path).unwrap();
    header.set_size(size);
    header.set_cksum();
    header
}

/// A member with its data padded to whole blocks.
fn member(kind: EntryType, path: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = header(kind, path, data.len() as u64).as_bytes().to_vec();
    bytes.extend_from_slice(data);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

#[test]
fn members_are_found_with_their_places_whether_read_or_seeked() {
    let mut bytes = member(EntryType::Regular, "a", b"12345");
    bytes.extend(member(EntryType::Directory, "d/", b""));
    bytes.extend(member(EntryType::Regular, "d/b", &[7; 513]));
    bytes.extend([0; 1024]);
    // Data of `a` begins after one header, `d/` after 512 + 512 + 512, `d/b` one header later.
    let expected = [
        ("a".to_owned(), EntryKind::File, 5, 512),
        ("d/".to_owned(), EntryKind::Directory, 0, 1536),
        ("d/b".to_owned(), EntryKind::File, 513, 2048),
    ];
    assert_eq!(walk(&bytes).unwrap(), expected);

    let mut seeking = TarStream::new(BufReader::new(Cursor::new(&bytes)), by_seeking);
    for (path, _, size, offset) in expected {
        let entry = seeking.next().unwrap().unwrap();
        assert_eq!((entry.path, entry.size, entry.offset), (path.as_bytes(), size, offset));
    }
    assert!(seeking.next().unwrap().is_none());
}

#[test]
fn data_can_be_read_in_part_and_the_walk_goes_on() {
    let mut bytes = member(EntryType::Regular, "a", &[1; 600]);
    bytes.extend(member(EntryType::Regular, "b", b"xyz"));
    let mut tar = TarStream::new(bytes.as_slice(), by_reading);
    tar.next().unwrap();
    tar.data().read_exact(&mut [0; 10]).unwrap();
    assert_eq!(tar.next().unwrap().unwrap().path, b"b");
    let mut data = String::new();
    tar.data().read_to_string(&mut data).unwrap();
    assert_eq!(data, "xyz");
}

#[test]
fn long_names_of_gnu_tar_and_pax_are_read() {
    let long = "n".repeat(300);
    let mut builder = tar::Builder::new(Vec::new());
    let mut gnu = Header::new_gnu();
    gnu.set_size(1);
    builder.append_data(&mut gnu, &long, &b"x"[..]).unwrap();
    assert_eq!(walk(&builder.into_inner().unwrap()).unwrap()[0].0, long);

    // "13 path=long\n" is 13 bytes, "10 size=3\n" is 10.
    let mut bytes = member(EntryType::XHeader, "x", b"13 path=long\n10 size=3\n");
    bytes.extend(member(EntryType::Regular, "short", b"abc"));
    assert_eq!(walk(&bytes).unwrap(), [("long".to_owned(), EntryKind::File, 3, 1536)]);
}

#[test]
fn pax_values_may_hold_newlines_as_file_capabilities_do() {
    // 25 = "25 SCHILY.xattr.a=" (18) + "b\n=c\n9" (6) + newline.
    let mut bytes = member(EntryType::XHeader, "x", b"25 SCHILY.xattr.a=b\n=c\n9\n13 path=long\n");
    bytes.extend(member(EntryType::Regular, "short", b""));
    assert_eq!(walk(&bytes).unwrap()[0].0, "long");
}

#[test]
fn posix_prefixes_belong_to_the_name() {
    let path = format!("{}/{}", "p".repeat(120), "n".repeat(90));
    assert_eq!(walk(header(EntryType::Directory, &path, 0).as_bytes()).unwrap()[0].0, path);
}

#[test]
fn a_sparse_file_has_the_size_of_what_is_stored() {
    // Old GNU form: the header, one more block of the map, then 700 bytes of data in two blocks.
    let mut sparse = Header::new_gnu();
    sparse.set_entry_type(EntryType::GNUSparse);
    sparse.set_path("holes").unwrap();
    sparse.set_size(700);
    let gnu = sparse.as_gnu_mut().unwrap();
    gnu.set_is_extended(true);
    gnu.set_real_size(1 << 40);
    sparse.set_cksum();
    let mut bytes = sparse.as_bytes().to_vec();
    bytes.extend([0; 512]);
    bytes.extend([1; 1024]);
    bytes.extend(member(EntryType::Regular, "next", b""));
    let expected = [
        ("holes".to_owned(), EntryKind::File, 700, 1024),
        ("next".to_owned(), EntryKind::File, 0, 2560),
    ];
    assert_eq!(walk(&bytes).unwrap(), expected);
}

#[test]
fn links_and_folders_have_no_data_whatever_their_size_says() {
    let mut link = header(EntryType::Link, "b", 4096);
    link.set_link_name("a").unwrap();
    link.set_cksum();
    let mut bytes = link.as_bytes().to_vec();
    bytes.extend(member(EntryType::Regular, "c", b"1"));
    let found = walk(&bytes).unwrap();
    assert_eq!(found[0], ("b".to_owned(), EntryKind::HardLink, 0, 512));
    assert_eq!(found[1].0, "c");
    let mut tar = TarStream::new(bytes.as_slice(), by_reading);
    assert_eq!(tar.next().unwrap().unwrap().link, b"a");
}

#[test]
fn a_name_that_claims_a_gigabyte_is_refused_without_reading_it() {
    for kind in [EntryType::GNULongName, EntryType::GNULongLink, EntryType::XHeader] {
        let bytes = header(kind, "x", 1 << 30);
        assert!(problem(bytes.as_bytes()).contains("unreasonable length at byte 0"));
    }
}

#[test]
fn cut_off_and_damaged_archives_are_errors() {
    let whole = member(EntryType::Regular, "a", &[1; 600]);
    assert!(problem(&whole[..700]).starts_with("the end of the input, inside of the file"));
    assert!(problem(&whole[..300]).starts_with("the end of the input, inside of the header"));
    let seeked = BufReader::new(Cursor::new(&whole[..700]));
    let mut tar = TarStream::new(seeked, by_seeking);
    tar.next().unwrap();
    assert!(tar.next().is_err());

    let mut damaged = member(EntryType::Regular, "0", b"");
    damaged.extend(&whole);
    damaged[512] ^= 1;
    assert_eq!(problem(&damaged), "a header with a wrong checksum at byte 512 of the tar archive");
    for records in
        ["99999999999 path=x\n", "5 x\n", "0 path=x\n", "3 a=b\n", "11 size=-1\n", "11 path=a\0b\n"]
    {
        let mut bytes = member(EntryType::XHeader, "x", records.as_bytes());
        bytes.extend(&whole);
        assert!(problem(&bytes).starts_with("a malformed PAX record"), "{records}");
    }
}

#[test]
fn a_last_member_without_padding_is_whole() {
    let whole = member(EntryType::Regular, "a", &[1; 600]);
    assert_eq!(walk(&whole[..512 + 600]).unwrap()[0].2, 600);
}

#[test]
fn sizes_that_no_file_has_are_refused() {
    for field in [
        // Base 256: -1, 2^64, and 2^63; then no octal digit at all.
        *b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        *b"\x80\0\0\x01\0\0\0\0\0\0\0\0",
        *b"\x80\0\0\0\x80\0\0\0\0\0\0\0",
        *b"8\0\0\0\0\0\0\0\0\0\0\0",
    ] {
        let mut bad = header(EntryType::Regular, "a", 0);
        bad.as_old_mut().size = field;
        bad.set_cksum();
        assert!(problem(bad.as_bytes()).starts_with("a size that is no number"), "{field:?}");
    }
    // 2^63 - 1 is a number, but the file is not there.
    let mut huge = header(EntryType::Regular, "a", 0);
    huge.as_old_mut().size = *b"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff";
    huge.set_cksum();
    assert!(problem(huge.as_bytes()).starts_with("the end of the input"));
}

#[test]
fn checksums_of_signed_bytes_are_accepted_as_old_writers_made_them() {
    let mut old = header(EntryType::Regular, "a", 0);
    old.as_old_mut().name[0] = 0xe4;
    old.set_cksum();
    let signed = old.cksum().unwrap() - 256;
    old.as_old_mut().cksum = *format!("{signed:06o}\0 ").as_bytes().first_chunk().unwrap();
    assert!(walk(old.as_bytes()).is_ok());
}

#[test]
fn paths_are_cleaned_without_leaving_the_root() {
    let clean = |path: &[u8]| {
        let mut out = Vec::new();
        clean_path(path, &mut out);
        String::from_utf8(out).unwrap()
    };
    for (path, expected) in [
        ("./a/b", "a/b"),
        ("/a//b/", "a/b"),
        ("a/./b", "a/b"),
        ("a/../b", "b"),
        ("a/b/../c", "a/c"),
        ("../../etc/passwd", "etc/passwd"),
        ("./", ""),
        ("..", ""),
        ("a..b/...", "a..b/..."),
    ] {
        assert_eq!(clean(path.as_bytes()), expected, "{path}");
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_whatever_make_it_panic(bytes in proptest::collection::vec(0_u8.., 0..4096)) {
        let _ = walk(&bytes);
    }

    #[test]
    fn no_damage_to_an_archive_makes_it_panic(at in 0_usize..2048, byte in 0_u8..) {
        let mut bytes = member(EntryType::XHeader, "x", b"13 path=long\n10 size=3\n");
        bytes.extend(member(EntryType::Regular, "short", b"abc"));
        bytes[at] = byte;
        // Behind the checksums there are only PAX records to break.
        let _ = walk(&bytes);
        let mut tar = TarStream::new(BufReader::new(Cursor::new(&bytes)), by_seeking);
        while let Ok(Some(_)) = tar.next() {}
    }
}
