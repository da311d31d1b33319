use imgcost_image::{Choice, Codec, ReadLayers, UnpackedFrom};
use serde_json::json;
use tar::EntryType;

use crate::build::{
    CONFIG, Files, GZIP, MANIFEST, PLAIN, TAG, ZSTD, annotated, assert_says, config, digest, gzip,
    oci, one, open, open_for, problem, tar_of, text, write,
};

/// Two images, `v1` and `v2`.
fn two() -> Files {
    let mut files = Files::default();
    let v1 = annotated(files.image("linux/amd64", "one"), TAG, "v1");
    let v2 = annotated(files.image("linux/amd64", "two"), TAG, "v2");
    files.listing(&[v1, v2])
}

#[test]
fn a_layout_without_a_tag_gives_all_its_images_by_name() {
    let folder = two().folder();
    let found = open(&oci(folder.path())).unwrap();
    let names: Vec<_> = found.iter().map(|image| image.reference.clone()).collect();
    let base = oci(folder.path());
    assert_eq!(names, [format!("{base}:v1"), format!("{base}:v2")]);
}

#[test]
fn a_tag_or_digest_picks_one_and_an_unknown_one_is_told_what_is_there() {
    let files = two();
    let listing: serde_json::Value = serde_json::from_slice(&files.0["index.json"]).unwrap();
    let second = text(&listing["manifests"][1], "digest");
    let folder = files.folder();
    let base = oci(folder.path());
    for reference in [format!("{base}:v2"), format!("{base}@{second}")] {
        let found = open(&reference).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].reference, reference);
        assert_eq!(found[0].manifest.as_ref().unwrap().to_string(), second);
    }
    assert_says(&problem(open(&format!("{base}:v3"))), &["no image `v3`", "it has v1, v2"]);
}

#[test]
fn at_most_twenty_names_are_listed() {
    let mut files = Files::default();
    let image = files.image("linux/amd64", "x");
    let entries: Vec<_> =
        (0..25).map(|n| annotated(image.clone(), TAG, &format!("t{n:02}"))).collect();
    let folder = files.listing(&entries).folder();
    let said = problem(open(&format!("{}:none", oci(folder.path()))));
    assert_says(&said, &["t00", "t19, and 5 more"]);
    assert!(!said.contains("t20"), "{said}");
}

#[test]
fn one_image_under_two_names_is_one_image() {
    let mut files = Files::default();
    let image = files.image("linux/amd64", "x");
    let entries = [annotated(image.clone(), TAG, "a"), annotated(image, TAG, "b")];
    let found = one(&files.listing(&entries)).unwrap();
    assert_says(&found.notes.join(" "), &["several names: a, b"]);
}

#[test]
fn dockers_full_names_tell_images_of_one_tag_apart() {
    let mut files = Files::default();
    let full = |entry, name: &str| {
        annotated(annotated(entry, TAG, "latest"), "io.containerd.image.name", name)
    };
    let a = full(files.image("linux/amd64", "a"), "docker.io/shop/a:latest");
    let b = full(files.image("linux/amd64", "b"), "docker.io/library/b:latest");
    let digest_of_b = text(&b, "digest");
    let folder = files.listing(&[a, b]).folder();
    let base = oci(folder.path());
    assert_eq!(open(&base).unwrap().len(), 2);
    for name in ["b", "b:latest", "docker.io/library/b:latest"] {
        let found = open(&format!("{base}:{name}")).unwrap();
        assert_eq!(found[0].manifest.as_ref().unwrap().to_string(), digest_of_b);
    }
    let said = problem(open(&format!("{base}:latest")));
    assert_says(&said, &["several images", "docker.io/shop/a:latest"]);
}

#[test]
fn entries_without_names_for_several_platforms_are_one_image() {
    let mut files = Files::default();
    let entries = [files.image("linux/amd64", "a"), files.image("linux/arm64", "b")];
    let found = one(&files.clone().listing(&entries)).unwrap();
    let Choice::OneOf { others } = found.choice else { panic!("there was a choice") };
    assert_eq!(others.iter().map(ToString::to_string).collect::<Vec<_>>(), ["linux/arm64"]);
    // Two for the same platform are two images.
    let entries = [files.image("linux/amd64", "a"), files.image("linux/amd64", "b")];
    assert_eq!(open(&oci(files.listing(&entries).folder().path())).unwrap().len(), 2);
}

#[test]
fn an_archive_of_a_layout_reads_the_same_with_and_without_folders_and_with_a_leading_dot() {
    let files = two();
    let folder = files.folder();
    let expected = open_for(&format!("{}:v1", oci(folder.path())), "linux/amd64", ReadLayers::Yes);
    let expected = expected.unwrap().remove(0);
    for (folders, prefix) in [(false, ""), (true, ""), (true, "./")] {
        let mut archive = crate::build::Archive::default();
        if folders {
            for path in ["", "blobs/", "blobs/sha256/"] {
                let path = format!("{prefix}{path}");
                if !path.is_empty() {
                    archive.link(EntryType::Directory, &path, "");
                }
            }
        }
        for (path, bytes) in &files.0 {
            archive.file(&format!("{prefix}{path}"), bytes);
        }
        let (_folder, path) = archive.write();
        for scheme in ["oci-archive", "archive"] {
            let reference = format!("{scheme}:{}:v1", path.display());
            let mut found = open_for(&reference, "linux/amd64", ReadLayers::Yes).unwrap();
            assert_eq!(found[0].reference, reference);
            found[0].reference.clone_from(&expected.reference);
            assert_eq!(found, std::slice::from_ref(&expected));
        }
    }
}

#[test]
fn both_sizes_and_the_waste_of_layers_are_read() {
    // Two files of 1,000 bytes: 512 of header and 1,024 of data each, and 1,024 of end.
    let base = tar_of(&[("a", &[b'a'; 1000]), ("b", &[b'b'; 1000])]);
    assert_eq!(base.len(), 2 * (512 + 1024) + 1024);
    // The upper layer overwrites `a`.
    let upper = tar_of(&[("a", b"new")]);
    let history = json!([
        { "created_by": "ADD base /", "created": "2026-01-01T00:00:00Z" },
        { "created_by": "CMD [\"sh\"]", "empty_layer": true },
        { "created_by": "COPY a /" },
    ]);
    let mut files = Files::default();
    let config = config("linux/amd64", &[&base, &upper], &history);
    let packed = [gzip(&base), zstd::encode_all(&upper[..], 3).unwrap()];
    let layers = [files.blob(GZIP, &packed[0]), files.blob(ZSTD, &packed[1])];
    let image = files.manifest(&config, &layers);
    let found = one(&files.listing(&[image])).unwrap();

    let [first, second] = &found.layers[..] else { panic!("two layers") };
    assert_eq!(first.digest.to_string(), digest(&packed[0]));
    assert_eq!(first.diff_id.as_ref().unwrap().to_string(), digest(&base));
    assert_eq!(first.compressed, Some(packed[0].len() as u64));
    assert_eq!(first.unpacked, Some((4096, UnpackedFrom::Read)));
    assert_eq!((first.codec, second.codec), (Codec::Gzip, Codec::Zstd));
    assert_eq!(first.created.unwrap().to_rfc3339(), "2026-01-01T00:00:00+00:00");
    assert_eq!(first.created_by.as_deref(), Some("ADD base /"));
    assert_eq!((first.starts_image, second.starts_image), (false, true));
    // 512 of header, 512 of data, 1,024 of end.
    assert_eq!(found.unpacked(), Some(4096 + 2048));
    let config = config.to_string();
    assert_eq!(
        (found.config.size, found.config.digest.to_string()),
        (config.len() as u64, digest(config.as_bytes()))
    );
    assert_eq!(found.waste.unwrap().hidden_by_layer, [1000, 0]);
    assert_eq!(found.created.unwrap().timestamp_subsec_nanos(), 123_456_789);
}

#[test]
fn sizes_that_need_no_reading_are_there_without_it() {
    let layer = tar_of(&[("a", b"x")]);
    let mut files = Files::default();
    let config = config("linux/amd64", &[&layer, &layer], &json!([]));
    let mut stargz = files.blob(GZIP, &gzip(&layer));
    stargz = annotated(stargz, "containerd.io/snapshot/stargz/toc.digest", &digest(b"toc"));
    stargz = annotated(stargz, "io.containers.estargz.uncompressed-size", "14848");
    let layers = [files.blob(PLAIN, &layer), stargz];
    let image = files.manifest(&config, &layers);
    let found = open(&oci(files.listing(&[image]).folder().path())).unwrap().remove(0);
    assert_eq!(found.layers[0].codec, Codec::Tar);
    assert_eq!(found.layers[0].unpacked, Some((2048, UnpackedFrom::Plain)));
    assert_eq!(found.layers[1].codec, Codec::Estargz);
    assert_eq!(found.layers[1].unpacked, Some((14_848, UnpackedFrom::Annotation)));
    assert_says(&found.notes.join(" "), &["there is no history"]);
    assert_eq!(found.waste, None);
}

#[test]
fn a_layer_twice_in_one_manifest_stays_twice() {
    let layer = tar_of(&[]);
    let mut files = Files::default();
    let history = json!([{ "created_by": "RUN a" }, { "created_by": "RUN b" }]);
    let config = config("linux/amd64", &[&layer, &layer], &history);
    let entry = files.blob(GZIP, &gzip(&layer));
    let image = files.manifest(&config, &[entry.clone(), entry]);
    let found = one(&files.listing(&[image])).unwrap();
    assert_eq!(found.layers.len(), 2);
    assert_eq!(found.unpacked(), Some(2048));
    assert_eq!(found.layers[1].created_by.as_deref(), Some("RUN b"));
    assert_says(&found.notes.join(" "), &["layer 2 is layer 1 once more"]);
}

#[test]
fn unknown_media_types_and_foreign_layers_are_noted_and_magic_bytes_decide() {
    let tars = [tar_of(&[("a", b"a")]), tar_of(&[("b", b"b")]), tar_of(&[("c", b"c")])];
    let mut files = Files::default();
    let config =
        config("linux/amd64", &[&tars[0], &tars[1], &tars[2]], &json!([{ "created_by": "x" }]));
    let strange = files.blob("application/x-strange", &gzip(&tars[0]));
    let mut bare = files.blob("", &tars[1]);
    bare.as_object_mut().unwrap().remove("mediaType");
    let foreign = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
    let mut foreign = files.blob(foreign, &zstd::encode_all(&tars[2][..], 3).unwrap());
    foreign["urls"] = json!(["https://example.com/layer"]);
    let image = files.manifest(&config, &[strange, bare, foreign]);
    let found = one(&files.listing(&[image])).unwrap();
    let codecs: Vec<_> = found.layers.iter().map(|layer| layer.codec).collect();
    assert_eq!(codecs, [Codec::Gzip, Codec::Tar, Codec::Zstd]);
    assert_says(
        &found.notes.join(" | "),
        &[
            "layer 1 has the unknown media type application/x-strange",
            "layer 2 names no media type",
            "layer 3 may not be stored by registries",
            "layer 3 is announced as gzip and is zstd",
            "the history names 1 layers where there are 3",
        ],
    );
}

#[test]
fn layers_that_are_not_there_leave_sizes_unknown_and_say_so() {
    let layer = tar_of(&[("a", b"a")]);
    let mut files = Files::default();
    let config = config("linux/amd64", &[&layer], &json!([{ "created_by": "x" }]));
    let entry = files.blob(GZIP, &gzip(&layer));
    let path = crate::build::blob_path(&text(&entry, "digest"));
    let image = files.manifest(&config, &[entry]);
    files.0.remove(&path);
    let found = one(&files.listing(&[image])).unwrap();
    assert_eq!((found.unpacked(), found.waste), (None, None));
    assert_says(&found.notes.join(" "), &["not at hand, so not read: layer 1 of"]);
}

#[test]
fn something_else_in_place_of_files_is_noted_where_its_media_type_is_unknown() {
    let mut files = Files::default();
    let config = config("linux/amd64", &[b"\0asm"], &json!([{ "created_by": "x" }]));
    let wasm = files.blob("application/wasm", b"\0asm");
    let image = files.manifest(&config, &[wasm]);
    let found = one(&files.listing(&[image])).unwrap();
    assert_eq!(found.layers[0].codec, Codec::Unknown);
    assert_says(&found.notes.join(" "), &["layer 1 is no layer of files"]);
}

#[test]
fn a_manifest_without_media_type_and_an_artifact_are_told_by_content() {
    let mut files = Files::default();
    let config = files.document(CONFIG, &json!({ "os": "linux", "architecture": "amd64" }));
    // What umoci and skopeo write: no mediaType.
    let image =
        files.document(MANIFEST, &json!({ "schemaVersion": 2, "config": config, "layers": [] }));
    let found = one(&files.listing(&[image])).unwrap();
    assert_eq!((found.layers.len(), found.unpacked()), (0, Some(0)));
    assert_eq!(found.notes, Vec::<String>::new());

    let mut files = Files::default();
    let empty = files.blob("application/vnd.oci.empty.v1+json", b"{}");
    let chart = files.document(MANIFEST, &json!({ "config": empty, "layers": [] }));
    let found = one(&files.listing(&[chart])).unwrap();
    assert_says(&found.notes.join(" "), &["application/vnd.oci.empty.v1+json: it may be no image"]);
}

#[test]
fn what_umoci_wrote_is_listed_with_its_tags() {
    // A capture without blobs: the tags are read, the manifest is missed.
    let listing = include_bytes!("../samples/umoci-index.json");
    let folder = Files::default().file("index.json", listing).folder();
    let base = oci(folder.path());
    assert_says(&problem(open(&format!("{base}:v9"))), &["it has base, v1, v2"]);
    let v2 = "4406e14a6b7bbc8b2eeb3e86a6b49df864b770698c887e43eea1e23b01294d98";
    assert_says(&problem(open(&format!("{base}:v2"))), &[v2, "there is no such file"]);
}

#[test]
fn things_that_are_no_layout_are_told_what_to_write_instead() {
    let (_keep, file) = write("some.tar", &tar_of(&[("a", b"a")]));
    let folder = file.parent().unwrap();
    for (reference, parts) in [
        (format!("oci:{}", file.display()), ["no OCI layout", "archive:"]),
        (format!("oci:{}", folder.display()), ["no index.json", "give the folder"]),
        (format!("archive:{}", folder.display()), ["no regular file", "write oci:"]),
        (format!("archive:{}", file.display()), ["neither manifest.json", "docker save"]),
        (format!("oci-archive:{}", file.display()), ["no OCI archive", "docker-archive:FILE"]),
        (format!("docker-archive:{}", file.display()), ["no docker archive", "docker save"]),
        (format!("archive:{}/none.tar", folder.display()), ["no such file", ""]),
        ("registry://r/a:1".to_owned(), ["a registry", ""]),
    ] {
        assert_says(&problem(open(&reference)), &parts);
    }
    for (magic, tool) in [(&b"\x1f\x8b"[..], "gunzip"), (b"\x28\xb5\x2f\xfd", "unzstd")] {
        let (_keep, file) = write("image.tar.x", magic);
        assert_says(&problem(open(&format!("archive:{}", file.display()))), &[tool]);
    }
    let (_keep, text) = write("image.tar", &[b'x'; 2000]);
    assert_says(&problem(open(&format!("archive:{}", text.display()))), &["no tar archive"]);
}
