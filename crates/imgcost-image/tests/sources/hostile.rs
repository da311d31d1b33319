use std::fs;
use std::process::Command;

use imgcost_image::{Options, Platform, ReadLayers, Reference};
use serde_json::{Value, json};
use tar::EntryType;

use crate::build::{
    Archive, CONFIG, Files, GZIP, INDEX, MANIFEST, TAG, annotated, assert_says, blob_path, config,
    digest, gzip, oci, one, open, open_for, problem, tar_of, text,
};

fn small() -> (Files, Value) {
    let mut files = Files::default();
    let image = files.image("linux/amd64", "content");
    (files, image)
}

/// A docker archive whose only layer is `layer.tar`, which the caller adds.
fn with_layer(add: impl Fn(&mut Archive)) -> String {
    let layer = tar_of(&[("a", b"a")]);
    let config = config("linux/amd64", &[&layer], &json!([])).to_string();
    let mut archive = Archive::default();
    archive.file("c.json", config.as_bytes());
    let images = json!([{ "Config": "c.json", "Layers": ["layer.tar"] }]);
    archive.file("manifest.json", images.to_string().as_bytes());
    add(&mut archive);
    let (_folder, file) = archive.write();
    problem(open(&format!("docker-archive:{}", file.display())))
}

#[test]
fn digests_that_are_paths_are_refused() {
    for bad in ["sha256:../../../../etc/passwd", "../..:0000", "sha256:/etc/passwd", "..:aa"] {
        let (files, mut image) = small();
        image["digest"] = bad.into();
        let folder = files.listing(&[image]).folder();
        assert_says(&problem(open(&oci(folder.path()))), &["no sha256 or sha512 digest"]);
    }
}

#[test]
fn links_that_lead_out_of_an_archive_or_in_circles_are_refused() {
    for target in ["/etc/passwd", "../../etc/passwd", "a/../../b"] {
        for kind in [EntryType::Symlink, EntryType::Link] {
            let said = with_layer(|archive| archive.link(kind, "layer.tar", target));
            assert_says(&said, &["layer.tar", "leads out of the archive"]);
        }
    }
    let said = with_layer(|archive| archive.link(EntryType::Symlink, "layer.tar", "layer.tar"));
    assert_says(&said, &["leads to itself"]);
    let said = with_layer(|archive| {
        archive.link(EntryType::Symlink, "layer.tar", "b");
        archive.link(EntryType::Symlink, "b", "layer.tar");
    });
    assert_says(&said, &["leads to itself"]);
    let said = with_layer(|archive| archive.link(EntryType::Symlink, "layer.tar", "nowhere"));
    assert_says(&said, &["no such file"]);
    let said = with_layer(|archive| archive.link(EntryType::Fifo, "layer.tar", ""));
    assert_says(&said, &["no regular file"]);
}

#[test]
fn paths_of_layers_that_lead_out_are_refused_even_if_the_archive_has_such_members() {
    for path in ["../layer.tar", "/layer.tar", "a/../../layer.tar"] {
        let config = config("linux/amd64", &[b"x"], &json!([])).to_string();
        let mut archive = Archive::default();
        archive.file("c.json", config.as_bytes());
        archive.file(path, b"x");
        let images = json!([{ "Config": "c.json", "Layers": [path] }]);
        archive.file("manifest.json", images.to_string().as_bytes());
        let (_folder, file) = archive.write();
        let said = problem(open(&format!("docker-archive:{}", file.display())));
        assert_says(&said, &["leads out of the archive"]);
    }
}

#[test]
fn an_archive_that_is_cut_off_is_an_error_wherever_the_cut_is() {
    let (files, image) = small();
    let mut archive = files.listing(&[image]).archive();
    let whole = archive.0.clone();
    // Blobs come first, `index.json` and `oci-layout` last.
    for cut in [100, 700, whole.len() / 2, whole.len() - 500] {
        archive.0 = whole[..cut].to_vec();
        let (_folder, file) = crate::build::write("image.tar", &archive.0);
        let reference = format!("oci-archive:{}", file.display());
        let found = open_for(&reference, "linux/amd64", ReadLayers::Yes);
        assert_says(&problem(found), &["tar archive"]);
    }
}

#[test]
fn documents_and_layers_that_are_not_what_their_digest_says_are_refused() {
    let (files, image) = small();
    let files = files.listing(std::slice::from_ref(&image));
    let blobs: Vec<_> = files.0.keys().filter(|path| path.starts_with("blobs")).cloned().collect();
    assert_eq!(blobs.len(), 3);
    for path in blobs {
        let announced = path.replace("blobs/sha256/", "sha256:");
        let mut changed = files.clone();
        let bytes = changed.0.get_mut(&path).unwrap();
        // The manifest and the config are JSON, whose last byte is a brace; of a gzip stream the
        // byte after nine tells the system that made it, and means nothing.
        let at = if bytes[0] == b'{' { bytes.len() - 1 } else { 9 };
        bytes[at] ^= 1;
        let found = digest(bytes);
        assert_says(&problem(one(&changed)), &[&announced, &found]);

        changed.0.get_mut(&path).unwrap().push(b' ');
        let size = files.0[&path].len();
        let parts = [format!("{} bytes where {size} are announced", size + 1)];
        assert_says(&problem(one(&changed)), &[&parts[0]]);
    }
}

#[test]
fn a_layer_that_is_not_the_configs_is_refused_with_both_digests() {
    let (right, wrong) = (tar_of(&[("a", b"a")]), tar_of(&[("a", b"b")]));
    let mut files = Files::default();
    let config = config("linux/amd64", &[&right], &json!([{ "created_by": "x" }]));
    let layer = files.blob(GZIP, &gzip(&wrong));
    let image = files.manifest(&config, &[layer]);
    let said = problem(one(&files.listing(&[image])));
    assert_says(&said, &[&digest(&right), &digest(&wrong), "unpacked"]);
}

#[test]
fn indexes_nested_a_hundred_deep_are_refused_and_five_are_read() {
    for (depth, fits) in [(4, true), (100, false)] {
        let (mut files, mut entry) = small();
        for _ in 0..depth {
            entry = files.index(&[entry]);
        }
        // Two entries, so that the layout's own list is the fifth.
        let other = files.image("linux/arm64", "other");
        let entries = [annotated(entry, TAG, "a"), annotated(other, TAG, "a")];
        let folder = files.listing(&entries).folder();
        let found = open(&oci(folder.path()));
        match fits {
            true => assert_eq!(found.unwrap()[0].layers.len(), 1),
            false => assert_says(&problem(found), &["nested deeper than 5"]),
        }
    }
}

/// No document can hold its own digest, but a source that checks nothing could say so.
#[test]
fn an_index_that_lists_itself_ends() {
    use imgcost_image::{Blobs, Descriptor, Document, ImageError, assemble};
    struct Liar(Vec<u8>);
    impl Blobs for Liar {
        fn document(&self, _: &Descriptor, _: u64) -> Result<Vec<u8>, ImageError> {
            Ok(self.0.clone())
        }
        fn blob(
            &self,
            _: &Descriptor,
        ) -> Result<Option<Box<dyn std::io::Read + Send + '_>>, ImageError> {
            Ok(None)
        }
    }
    let sized = |size: usize| {
        let entry = json!({ "mediaType": INDEX, "digest": digest(b"self"), "size": size });
        json!({ "manifests": [entry] }).to_string().into_bytes()
    };
    // Its size has three digits, whatever it is.
    let bytes = sized(sized(100).len());
    let document = Document { name: "loop".into(), bytes: bytes.clone(), media_type: None };
    let platform = Platform::linux_amd64();
    let options =
        Options { platform: &platform, layers: ReadLayers::No, max_unpacked: 1, progress: &|_| {} };
    assert_says(
        &problem(assemble(&document, &Liar(bytes), options)),
        &["no image for linux/amd64"],
    );
}

#[test]
fn documents_larger_than_their_limit_are_refused() {
    let mut files = Files::default();
    let manifest = format!("{{\"layers\":[],\"config\":null{}}}", " ".repeat(5 << 20));
    let honest = files.blob(MANIFEST, manifest.as_bytes());
    let mut lying = honest.clone();
    lying["size"] = 100.into();
    for entry in [honest, lying] {
        let folder = files.clone().listing(&[entry]).folder();
        assert_says(&problem(open(&oci(folder.path()))), &["limit of 4 MiB"]);
    }

    let (mut files, _) = small();
    let mut config = files.document(CONFIG, &json!({ "os": "linux" }));
    config["size"] = (17 << 20).into();
    let image = files.document(MANIFEST, &json!({ "config": config, "layers": [] }));
    let folder = files.listing(&[image]).folder();
    assert_says(&problem(open(&oci(folder.path()))), &["limit of 16 MiB"]);

    let folder = Files::default().file("index.json", " ".repeat(17 << 20)).folder();
    assert_says(&problem(open(&oci(folder.path()))), &["index.json", "limit of 16 MiB"]);
}

#[test]
fn more_images_than_a_thousand_must_be_named() {
    let mut files = Files::default();
    let image = files.image("linux/amd64", "a");
    let entries: Vec<_> = (0..1001)
        .map(|n| {
            let mut entry = image.clone();
            entry["digest"] = digest(format!("{n}").as_bytes()).into();
            annotated(entry, TAG, &format!("t{n}"))
        })
        .collect();
    let folder = files.listing(&entries).folder();
    assert_says(&problem(open(&oci(folder.path()))), &["more than 1000 images", "tag"]);
}

#[test]
#[cfg(unix)]
fn a_pipe_in_place_of_a_blob_is_refused_without_waiting() {
    for manifest in [true, false] {
        let (files, image) = small();
        let files = files.listing(std::slice::from_ref(&image));
        let folder = files.folder();
        let layer = |path: &&String| files.0[*path].starts_with(b"\x1f\x8b");
        let path = match manifest {
            true => blob_path(&text(&image, "digest")),
            false => files.0.keys().find(layer).unwrap().clone(),
        };
        let path = folder.path().join(path);
        fs::remove_file(&path).unwrap();
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        let found = open_for(&oci(folder.path()), "linux/amd64", ReadLayers::Yes);
        assert_says(&problem(found), &["no regular file"]);
    }
}

#[test]
#[cfg(unix)]
fn a_blob_that_is_a_link_to_a_file_is_read() {
    let (files, image) = small();
    let folder = files.listing(std::slice::from_ref(&image)).folder();
    let path = folder.path().join(blob_path(&text(&image, "digest")));
    let moved = folder.path().join("moved");
    fs::rename(&path, &moved).unwrap();
    std::os::unix::fs::symlink(&moved, &path).unwrap();
    assert_eq!(open(&oci(folder.path())).unwrap().len(), 1);
}

#[test]
fn layers_that_unpack_to_more_than_allowed_are_refused() {
    let layer = tar_of(&[("zeros", &vec![0; 4 << 20])]);
    let mut files = Files::default();
    let config = config("linux/amd64", &[&layer], &json!([{ "created_by": "x" }]));
    let entry = files.blob(GZIP, &gzip(&layer));
    let image = files.manifest(&config, &[entry]);
    let folder = files.listing(&[image]).folder();
    let platform = Platform::linux_amd64();
    let reference = Reference::parse(&oci(folder.path())).unwrap();
    for (max_unpacked, fits) in [(layer.len() as u64, true), (1 << 20, false)] {
        let options = Options {
            platform: &platform,
            layers: ReadLayers::Yes,
            max_unpacked,
            progress: &|_| {},
        };
        assert_eq!(imgcost_image::open(&reference, options).is_ok(), fits);
    }
}

#[test]
fn deep_json_and_control_characters_do_no_harm() {
    let deep = format!("{{\"manifests\":{}1{}}}", "[".repeat(9000), "]".repeat(9000));
    let folder = Files::default().file("index.json", deep).folder();
    assert_says(&problem(open(&oci(folder.path()))), &["not as expected"]);

    let (files, image) = small();
    let folder = files.listing(&[annotated(image, TAG, "\u{1b}[31mred\n")]).folder();
    let said = problem(open(&format!("{}:v1", oci(folder.path()))));
    assert!(!said.contains('\u{1b}') && !said.contains('\n'), "{said}");
}
