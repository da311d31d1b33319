use imgcost_image::{Codec, ReadLayers, UnpackedFrom};
use serde_json::{Value, json};
use tar::EntryType;

use crate::build::{
    Archive, Files, GZIP, assert_says, config, digest, gzip, open, open_for, problem, tar_of, write,
};

fn hex(bytes: &[u8]) -> String {
    digest(bytes).replace("sha256:", "")
}

fn saved(images: &Value) -> Vec<u8> {
    images.to_string().into_bytes()
}

/// What `tar tvf` and `manifest.json` of these captures say: one layer of 37,376 bytes.
#[test]
fn what_docker_20_10_saved_is_read_with_both_builders() {
    let captures = [
        (
            &include_bytes!("../samples/docker-save-20.10-classic.tar")[..],
            "t:ms",
            "0a375cb1172b5ee255a3c4e6aaec4f4f022e6a0f087c1ee5daf94867f4642469",
            1969,
        ),
        (
            &include_bytes!("../samples/docker-save-20.10-buildkit.tar")[..],
            "t:bk",
            "7fded7a325a68c6453d444e9c696d14584b15fcc96bba4d688fdd23488cf0c1e",
            1099,
        ),
    ];
    for (bytes, tag, config, size) in captures {
        let (_folder, file) = write("save.tar", bytes);
        for rest in [String::new(), format!(":{tag}"), format!("@sha256:{config}")] {
            let reference = format!("docker-archive:{}{rest}", file.display());
            // `docker-archive:FILE@sha256:...` names an image by its id.
            let mut found = open_for(&reference, "linux/amd64", ReadLayers::Yes).unwrap();
            assert_eq!(found.len(), 1, "{reference}");
            let image = found.remove(0);
            assert_eq!(image.reference, reference);
            assert_eq!(image.config.digest.to_string(), format!("sha256:{config}"));
            assert_eq!((image.config.size, image.manifest), (size, None));
            assert_eq!(image.layers.len(), 1);
            let layer = &image.layers[0];
            assert_eq!(layer.compressed, None);
            assert_eq!(layer.unpacked, Some((37_376, UnpackedFrom::Read)));
            assert_eq!(Some(&layer.digest), layer.diff_id.as_ref());
            assert!(layer.created_by.as_ref().unwrap().contains("/app"));
        }
        let reference = format!("archive:{}", file.display());
        let image = open(&reference).unwrap().remove(0);
        assert_eq!(image.layers[0].unpacked, Some((37_376, UnpackedFrom::Plain)));
        assert_eq!(image.platform.unwrap().to_string(), "linux/amd64");
    }
}

#[test]
fn skopeos_links_to_layers_are_followed_and_hard_links_too() {
    let layer = tar_of(&[("a", b"a")]);
    let config = config(
        "linux/amd64",
        &[&layer, &layer],
        &json!([{ "created_by": "a" }, { "created_by": "b" }]),
    );
    let config = config.to_string();
    let (config_file, layer_file) =
        (format!("{}.json", hex(config.as_bytes())), format!("{}.tar", hex(&layer)));
    let mut archive = Archive::default();
    archive.link(EntryType::Symlink, "one/layer.tar", &format!("../{layer_file}"));
    archive.file(&layer_file, &layer);
    archive.link(EntryType::Link, "two/layer.tar", &layer_file);
    archive.file(&config_file, config.as_bytes());
    let images = json!([{
        "Config": config_file,
        "RepoTags": ["docker.io/shop/app:1"],
        "Layers": ["one/layer.tar", "two/layer.tar"],
    }]);
    archive.file("manifest.json", &saved(&images));
    let (_folder, file) = archive.write();
    for name in ["", ":shop/app:1", ":docker.io/shop/app:1"] {
        let reference = format!("docker-archive:{}{name}", file.display());
        let image = open_for(&reference, "linux/amd64", ReadLayers::Yes).unwrap().remove(0);
        // 512 of header, 512 of data, 1,024 of end; twice.
        assert_eq!(image.unpacked(), Some(2 * 2048));
        assert_eq!(image.layers[0].digest.to_string(), digest(&layer));
    }
}

#[test]
fn many_images_are_all_read_by_name_and_share_layers() {
    let (base, top) = (tar_of(&[("a", b"a")]), tar_of(&[("b", b"b")]));
    let one = config("linux/amd64", &[&base], &json!([{ "created_by": "a" }])).to_string();
    let two = json!([{ "created_by": "a" }, { "created_by": "b" }]);
    let two = config("linux/amd64", &[&base, &top], &two).to_string();
    let images = json!([
        { "Config": "one.json", "RepoTags": ["node:22", "node:lts"], "Layers": ["a/layer.tar"] },
        { "Config": "two.json", "RepoTags": null, "Layers": ["a/layer.tar", "b/layer.tar"] },
    ]);
    let files = Files::default()
        .file("one.json", &one)
        .file("two.json", &two)
        .file("a/layer.tar", &base)
        .file("b/layer.tar", &top)
        .file("manifest.json", saved(&images));
    let (_folder, file) = files.archive().write();
    let base = format!("docker-archive:{}", file.display());
    let found = open(&base).unwrap();
    let names: Vec<_> = found.iter().map(|image| image.reference.clone()).collect();
    let id = digest(two.as_bytes());
    assert_eq!(names, [format!("{base}:node:22"), format!("{base}@{id}")]);
    for (name, layers) in [
        (":node:lts".to_owned(), 1),
        (":docker.io/library/node:22".to_owned(), 1),
        (format!("@{id}"), 2),
    ] {
        let found = open(&format!("{base}{name}")).unwrap();
        assert_eq!((found.len(), found[0].layers.len()), (1, layers), "{name}");
    }
    assert_says(&problem(open(&format!("{base}:node:20"))), &["`node:20`", "node:22, node:lts"]);
}

/// Docker 25 and later write a layout with `manifest.json` beside `index.json`.
#[test]
fn the_hybrid_of_newer_dockers_is_read_as_a_docker_archive() {
    let layers = [tar_of(&[("a", b"a")]), tar_of(&[("b", &[b'b'; 5000])])];
    let history = json!([{ "created_by": "a" }, { "created_by": "b" }]);
    let config = config("linux/amd64", &[&layers[0], &layers[1]], &history);
    let mut files = Files::default();
    let plain = files.blob("application/vnd.oci.image.layer.v1.tar", &layers[0]);
    // Where containerd stores the images, layers stay compressed.
    let packed = gzip(&layers[1]);
    let gzipped = files.blob(GZIP, &packed);
    let image = files.manifest(&config, &[plain.clone(), gzipped]);
    let config = config.to_string();
    let paths =
        [format!("blobs/sha256/{}", hex(&layers[0])), format!("blobs/sha256/{}", hex(&packed))];
    let images = json!([{
        "Config": format!("blobs/sha256/{}", hex(config.as_bytes())),
        "RepoTags": ["app:1"],
        "Layers": paths,
        "LayerSources": { digest(&layers[0]): plain },
    }]);
    let files = files.listing(&[image]).file("manifest.json", saved(&images));
    let (_folder, file) = files.archive().write();
    let reference = format!("archive:{}", file.display());
    let image = open_for(&reference, "linux/amd64", ReadLayers::Yes).unwrap().remove(0);
    let [plain, gzipped] = &image.layers[..] else { panic!("two layers") };
    assert_eq!((plain.compressed, plain.codec), (None, Codec::Tar));
    assert_eq!(plain.digest.to_string(), digest(&layers[0]));
    assert_eq!((gzipped.compressed, gzipped.codec), (Some(packed.len() as u64), Codec::Gzip));
    assert_eq!(gzipped.digest.to_string(), digest(&packed));
    assert_eq!(gzipped.diff_id.as_ref().unwrap().to_string(), digest(&layers[1]));
    assert_eq!(gzipped.unpacked, Some((layers[1].len() as u64, UnpackedFrom::Read)));
    assert_eq!(open(&reference).unwrap()[0].layers[1].unpacked, None);
    assert!(open(&reference.replace("archive:", "oci-archive:")).is_ok());
}

#[test]
fn what_does_not_fit_together_is_an_error() {
    let layer = tar_of(&[("a", b"a")]);
    let other = tar_of(&[("a", b"b")]);
    let right = config("linux/amd64", &[&layer], &json!([])).to_string();
    let named = format!("{}.json", hex(right.as_bytes()));
    let wrong = config("linux/amd64", &[&other], &json!([])).to_string();
    let check = |config: &str, bytes: &str, layers: &[&str], parts: &[&str]| {
        let images = json!([{ "Config": config, "RepoTags": null, "Layers": layers }]);
        let files = Files::default().file(&named, bytes).file("l/layer.tar", &layer);
        let (_folder, file) = files.file("manifest.json", saved(&images)).archive().write();
        let reference = format!("docker-archive:{}", file.display());
        assert_says(&problem(open_for(&reference, "linux/amd64", ReadLayers::Yes)), parts);
    };
    check("none.json", &right, &["l/layer.tar"], &["none.json", "no such file"]);
    check(&named, &right, &["m/layer.tar"], &["m/layer.tar", "no such file"]);
    check(&named, &right, &[], &["names 1 layers where manifest.json names 0"]);
    // The config's name is its digest.
    let both = [digest(wrong.as_bytes()), digest(right.as_bytes())];
    check(&named, &wrong, &["l/layer.tar"], &[&both[0], &both[1]]);
    check(&format!("./{named}"), "{}", &["l/layer.tar"], &["its digest is"]);
}

#[test]
fn a_layer_that_is_not_the_one_of_the_config_is_an_error_that_names_both_digests() {
    let (layer, other) = (tar_of(&[("a", b"a")]), tar_of(&[("a", b"b")]));
    let config = config("linux/amd64", &[&other], &json!([])).to_string();
    let images = json!([{ "Config": "c.json", "Layers": ["l.tar"] }]);
    let files = Files::default().file("c.json", config).file("l.tar", &layer);
    let (_folder, file) = files.file("manifest.json", saved(&images)).archive().write();
    let reference = format!("docker-archive:{}", file.display());
    let found = open_for(&reference, "linux/amd64", ReadLayers::Yes);
    assert_says(&problem(found), &[&digest(&layer), &digest(&other), "unpacked"]);
}

#[test]
fn an_archive_of_a_docker_before_1_10_says_so() {
    let files = Files::default().file("repositories", "{}").file("abc/layer.tar", b"");
    let (_folder, file) = files.archive().write();
    let found = open(&format!("docker-archive:{}", file.display()));
    assert_says(&problem(found), &["before 1.10"]);
}
