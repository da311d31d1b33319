use std::fs;

use imgcost_image::{ReadLayers, UnpackedFrom};
use serde_json::{Value, json};

use crate::build::{
    Files, GZIP, assert_says, blob_path, config, digest, gzip, open, open_for, platform_json,
    problem, tar_of, text,
};

const MANIFEST: &[u8] = include_bytes!("../samples/umoci-blob-4406e14a6b7b.json");
const CONFIG: &[u8] = include_bytes!("../samples/umoci-blob-478599e838b1.json");
const HEX: &str = "478599e838b1157a459c6f076a6361efcf7a1c8d95542072ac3dd13f59ce612e";

#[test]
fn a_captured_manifest_is_read_with_its_config_wherever_that_lies_beside_it() {
    for path in [
        "config.json".to_owned(),
        HEX.to_owned(),
        format!("{HEX}.json"),
        format!("blobs/sha256/{HEX}"),
        format!("sha256/{HEX}"),
    ] {
        let folder = Files::default().file("m.json", MANIFEST).file(&path, CONFIG).folder();
        let reference = format!("manifest:{}/m.json", folder.path().display());
        let image = open(&reference).unwrap().remove(0);
        assert_eq!(image.reference, reference);
        // 1,301,107 + 1,501,886 of layers and 587 of config.
        assert_eq!(image.compressed(), Some(2_803_580));
        assert_eq!(image.unpacked(), None);
        let made: Vec<_> = image.layers.iter().map(|l| l.created_by.as_deref().unwrap()).collect();
        assert_eq!(made, ["umoci repack", "COPY rnd /bin/rnd"], "{path}");
        let digest = image.manifest.as_ref().unwrap().to_string();
        assert!(digest.starts_with("sha256:4406e14a6b7b"));
        assert_eq!(image.platform.unwrap().to_string(), "linux/amd64");
        assert_eq!(image.notes, Vec::<String>::new());
    }
}

#[test]
fn a_config_that_is_absent_or_another_is_not_used_unless_it_was_named() {
    let other = Files::default().file("m.json", MANIFEST).file("config.json", "{}").folder();
    let base = format!("manifest:{}/m.json", other.path().display());
    let image = open(&base).unwrap().remove(0);
    assert_eq!(image.compressed(), Some(2_803_580));
    assert!(image.layers.iter().all(|l| l.created_by.is_none() && l.diff_id.is_none()));
    assert_says(&image.notes.join(" "), &["its config is not at hand"]);

    let named = format!("{base}:{}/config.json", other.path().display());
    assert_says(&problem(open(&named)), &["2 bytes where 587 are announced"]);
    let none = format!("{base}:{}/none.json", other.path().display());
    assert_says(&problem(open(&none)), &["none.json", "no such file"]);
    fs::write(other.path().join("c.json"), CONFIG).unwrap();
    let named = format!("{base}:{}/c.json", other.path().display());
    assert_eq!(open(&named).unwrap()[0].layers.len(), 2);
}

#[test]
fn an_index_is_refused_with_the_manifests_that_it_lists() {
    let mut files = Files::default();
    let image = files.image("linux/arm64", "a");
    let list = json!({ "manifests": [image] }).to_string();
    let folder = files.file("m.json", list).folder();
    let said = problem(open(&format!("manifest:{}/m.json", folder.path().display())));
    assert_says(&said, &["it is an index", &text(&image, "digest"), "linux/arm64"]);
}

/// `skopeo copy ... dir:DIR` writes `manifest.json` and blobs named by their digits.
#[test]
fn blobs_beside_a_manifest_are_read() {
    let layer = tar_of(&[("a", b"a")]);
    let mut files = Files::default();
    let config = config("linux/amd64", &[&layer], &json!([{ "created_by": "a" }]));
    let entry = files.blob(GZIP, &gzip(&layer));
    let image = files.manifest(&config, &[entry]);
    let manifest = files.0.remove(&blob_path(&text(&image, "digest"))).unwrap();
    let flat = files.0.into_iter().map(|(path, bytes)| (path.replace("blobs/sha256/", ""), bytes));
    let folder = Files(flat.collect()).file("manifest.json", manifest).folder();
    let reference = format!("manifest:{}/manifest.json", folder.path().display());
    let image = open_for(&reference, "linux/amd64", ReadLayers::Yes).unwrap().remove(0);
    assert_eq!(image.layers[0].unpacked, Some((2048, UnpackedFrom::Read)));
}

#[test]
fn what_docker_manifest_inspect_verbose_prints_is_read_too() {
    let manifest: Value = serde_json::from_slice(MANIFEST).unwrap();
    let one = |platform: &str| {
        json!({
            "Ref": "docker.io/library/app:1",
            "Descriptor": {
                "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
                "digest": digest(platform.as_bytes()),
                "size": 507,
                "platform": platform_json(platform),
            },
            "SchemaV2Manifest": manifest,
        })
    };
    let several = json!([one("linux/amd64"), one("linux/arm64"), one("unknown/unknown")]);
    let open = |document: &Value, platform: &str| {
        let folder = Files::default().file("m.json", document.to_string()).folder();
        let reference = format!("manifest:{}/m.json", folder.path().display());
        open_for(&reference, platform, ReadLayers::No).map(|mut found| found.remove(0))
    };
    for document in [&one("linux/arm64"), &several] {
        let image = open(document, "linux/arm64").unwrap();
        assert_eq!(image.compressed(), Some(2_803_580));
        assert_eq!(image.manifest.unwrap().to_string(), digest(b"linux/arm64"));
        assert_eq!(image.platform.unwrap().to_string(), "linux/arm64");
    }
    let said = problem(open(&several, "linux/s390x"));
    assert_says(&said, &["no image for linux/s390x", "linux/amd64, linux/arm64"]);
}

#[test]
fn other_documents_are_refused() {
    for (document, part) in [
        ("{}", "neither an index nor a manifest"),
        ("nonsense", "not as expected"),
        ("[]", "no image for linux/amd64"),
        (r#"{"schemaVersion":1,"fsLayers":[]}"#, "schema 1"),
        (r#"{"config":{"digest":"sha256:x","size":1},"layers":[]}"#, "no sha256 or sha512 digest"),
        (r#"{"config":{"digest":"md5:00","size":-1},"layers":[]}"#, "not as expected"),
    ] {
        let folder = Files::default().file("m.json", document).folder();
        let reference = format!("manifest:{}/m.json", folder.path().display());
        assert_says(&problem(open(&reference)), &[part]);
    }
}
