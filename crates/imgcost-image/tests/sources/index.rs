use imgcost_image::{Choice, ImageError, Inspection, ReadLayers};
use serde_json::{Value, json};

use crate::build::{
    CONFIG, Files, GZIP, MANIFEST, TAG, annotated, assert_says, config, gzip, oci, open_for,
    problem, tar_of, text,
};

const IN_TOTO: &str = "application/vnd.in-toto+json";

/// Opens a layout that lists one index as `v1`.
fn tagged(mut files: Files, entries: &[Value], platform: &str) -> Result<Inspection, ImageError> {
    let index = annotated(files.index(entries), TAG, "v1");
    let folder = files.listing(&[index]).folder();
    let reference = format!("{}:v1", oci(folder.path()));
    open_for(&reference, platform, ReadLayers::No).map(|mut found| found.remove(0))
}

fn others(found: &Inspection) -> Vec<String> {
    match &found.choice {
        Choice::Only => Vec::new(),
        Choice::OneOf { others } => others.iter().map(ToString::to_string).collect(),
    }
}

/// What BuildKit adds for an image: a manifest of two layers with statements in them.
fn attestation(files: &mut Files, image: &str) -> (Value, u64) {
    let config = files.blob(CONFIG, br#"{"os":"unknown"}"#);
    let statements = [files.blob(IN_TOTO, &[b's'; 700]), files.blob(IN_TOTO, &[b'p'; 301])];
    let manifest = json!({ "config": config, "layers": statements });
    let mut entry = files.document(MANIFEST, &manifest);
    entry["platform"] = json!({ "os": "unknown", "architecture": "unknown" });
    entry = annotated(entry, "vnd.docker.reference.type", "attestation-manifest");
    // The config above has 16 bytes.
    let bytes = manifest.to_string().len() as u64 + 16 + 700 + 301;
    (annotated(entry, "vnd.docker.reference.digest", image), bytes)
}

#[test]
fn the_platform_that_is_asked_for_is_taken_and_the_others_are_told() {
    for (wanted, expected, left) in [
        ("linux/amd64", "linux/amd64", ["linux/arm/v6", "linux/arm/v7", "linux/arm64/v8"]),
        ("linux/arm64", "linux/arm64/v8", ["linux/amd64", "linux/arm/v6", "linux/arm/v7"]),
        // Go and containerd mean v7 where no variant is written.
        ("linux/arm", "linux/arm/v7", ["linux/amd64", "linux/arm/v6", "linux/arm64/v8"]),
        ("linux/arm/v6", "linux/arm/v6", ["linux/amd64", "linux/arm/v7", "linux/arm64/v8"]),
    ] {
        let mut files = Files::default();
        let platforms = ["linux/amd64", "linux/arm/v6", "linux/arm/v7", "linux/arm64/v8"];
        let entries: Vec<_> = platforms.iter().map(|p| files.image(p, p)).collect();
        let at = platforms.iter().position(|p| *p == expected).unwrap();
        let digest = text(&entries[at], "digest");
        let found = tagged(files, &entries, wanted).unwrap();
        assert_eq!(found.platform.as_ref().unwrap().to_string(), expected);
        assert_eq!(found.manifest.as_ref().unwrap().to_string(), digest);
        assert_eq!(others(&found), left);
    }
}

#[test]
fn a_platform_that_is_not_there_is_an_error_that_lists_those_that_are() {
    let mut files = Files::default();
    let entries = [files.image("linux/amd64", "a"), files.image("windows/amd64", "b")];
    assert_says(
        &problem(tagged(files, &entries, "linux/s390x")),
        &["no image for linux/s390x", "linux/amd64, windows/amd64"],
    );
}

#[test]
fn an_image_alone_is_taken_whatever_it_is_for_and_that_is_noted() {
    let mut files = Files::default();
    let image = files.image("linux/arm64", "a");
    let folder = files.listing(&[image]).folder();
    let found = open_for(&oci(folder.path()), "linux/amd64", ReadLayers::No).unwrap().remove(0);
    assert_eq!(found.choice, Choice::Only);
    assert_says(&found.notes.join(" "), &["it is for linux/arm64, not for linux/amd64"]);
}

#[test]
fn attestations_count_for_the_image_that_they_name_and_never_as_layers() {
    let mut files = Files::default();
    let images = [files.image("linux/amd64", "a"), files.image("linux/arm64", "b")];
    let (first, bytes) = attestation(&mut files, &text(&images[0], "digest"));
    let (second, _) = attestation(&mut files, &text(&images[1], "digest"));
    // Equal statements make equal manifests: only the annotation tells them apart.
    assert_eq!(first["digest"], second["digest"]);
    let [a, b] = images;
    let found =
        tagged(files.clone(), &[a.clone(), b.clone(), first.clone()], "linux/amd64").unwrap();
    assert_eq!((found.attached, found.layers.len()), (bytes, 1));
    assert_eq!(others(&found), ["linux/arm64"]);
    let found = tagged(files.clone(), &[a, b.clone(), first], "linux/arm64").unwrap();
    assert_eq!(found.attached, 0);
    let found = tagged(files, &[b, second], "linux/arm64").unwrap();
    assert_eq!((found.attached, found.choice), (bytes, Choice::Only));
}

#[test]
fn attestations_in_the_layout_itself_and_by_artifact_type_count_too() {
    let mut files = Files::default();
    let image = files.image("linux/amd64", "a");
    let (beside, bytes) = attestation(&mut files, &text(&image, "digest"));
    let folder = files.clone().listing(&[image.clone(), beside]).folder();
    let found = open_for(&oci(folder.path()), "linux/amd64", ReadLayers::No).unwrap();
    assert_eq!((found.len(), found[0].attached), (1, bytes));

    let statement = files.blob(IN_TOTO, &[b's'; 500]);
    let subject = json!({ "digest": text(&image, "digest"), "size": 1 });
    let newer = "application/vnd.docker.attestation.manifest.v1+json";
    let manifest = json!({ "artifactType": newer, "layers": [statement], "subject": subject });
    let entry = files.document(MANIFEST, &manifest);
    let found = tagged(files, &[image, entry], "linux/amd64").unwrap();
    assert_eq!(found.attached, manifest.to_string().len() as u64 + 500);
}

#[test]
fn an_attestation_that_names_nothing_counts_for_an_image_alone_only() {
    let mut files = Files::default();
    let images = [files.image("linux/amd64", "a"), files.image("linux/arm64", "b")];
    let (mut entry, bytes) = attestation(&mut files, "");
    entry.as_object_mut().unwrap().remove("annotations");
    let [a, b] = images;
    let found = tagged(files.clone(), &[a.clone(), entry.clone()], "linux/amd64").unwrap();
    assert_eq!(found.attached, bytes);
    let found = tagged(files.clone(), &[a.clone(), b, entry.clone()], "linux/amd64").unwrap();
    assert_eq!(found.attached, 0);
    assert_says(&found.notes.join(" "), &["attestations that name no image are not counted: 1"]);
    let folder = files.listing(&[annotated(a, TAG, "v1"), entry]).folder();
    let found = open_for(&oci(folder.path()), "linux/amd64", ReadLayers::No).unwrap();
    assert_eq!((found.len(), found[0].attached), (1, bytes));
}

#[test]
fn an_attestation_that_cannot_be_read_counts_its_manifest_and_is_noted() {
    let mut files = Files::default();
    let image = files.image("linux/amd64", "a");
    let (entry, _) = attestation(&mut files, &text(&image, "digest"));
    files.0.remove(&crate::build::blob_path(&text(&entry, "digest")));
    let size = entry["size"].as_u64().unwrap();
    let found = tagged(files, &[image, entry], "linux/amd64").unwrap();
    assert_eq!(found.attached, size);
    assert_says(&found.notes.join(" "), &["only the manifest of attestation sha256:"]);
}

#[test]
fn an_attestation_alone_is_no_image() {
    let mut files = Files::default();
    let statement = files.blob(IN_TOTO, b"s");
    let manifest = files.document(MANIFEST, &json!({ "layers": [statement] }));
    let folder = files.listing(&[annotated(manifest, TAG, "a")]).folder();
    let found = open_for(&oci(folder.path()), "linux/amd64", ReadLayers::No);
    assert_says(&problem(found), &["an attestation, not an image"]);
}

#[test]
fn nested_indexes_and_descriptors_of_unknown_kinds_are_told_by_content() {
    let mut files = Files::default();
    let image = files.image("linux/amd64", "a");
    let inner = files.index(&[image]);
    let mut strange = files.image("linux/arm64", "b");
    strange["mediaType"] = "application/vnd.oci.descriptor.v1+json".into();
    let mut bare = files.image("linux/s390x", "c");
    bare.as_object_mut().unwrap().remove("mediaType");
    let text_file = files.blob("application/x-text", b"hello");
    let found = tagged(files, &[inner, strange, bare, text_file], "linux/amd64").unwrap();
    assert_eq!(others(&found), ["linux/arm64", "linux/s390x"]);
    assert_says(&found.notes.join(" "), &["media type application/x-text is left out"]);
}

#[test]
fn an_index_entry_without_a_platform_is_asked_for_its_config() {
    let mut files = Files::default();
    let mut entries = [files.image("linux/arm64", "a"), files.image("linux/amd64", "b")];
    for entry in &mut entries {
        entry.as_object_mut().unwrap().remove("platform");
    }
    let digest = text(&entries[1], "digest");
    let found = tagged(files, &entries, "linux/amd64").unwrap();
    assert_eq!(found.manifest.as_ref().unwrap().to_string(), digest);
    assert_eq!(others(&found), ["linux/arm64"]);
}

#[test]
fn several_images_for_one_platform_are_noted() {
    let mut files = Files::default();
    let entries = [files.image("windows/amd64", "2019"), files.image("windows/amd64", "2022")];
    let digest = text(&entries[0], "digest");
    let found = tagged(files, &entries, "windows/amd64").unwrap();
    assert_eq!(found.manifest.as_ref().unwrap().to_string(), digest);
    assert_says(&found.notes.join(" "), &["several images are for windows/amd64"]);
}

#[test]
fn charts_and_signatures_in_an_index_are_left_out() {
    let mut files = Files::default();
    let image = files.image("linux/amd64", "a");
    let config = files.blob("application/vnd.cncf.helm.config.v1+json", b"{}");
    let chart = files.document(MANIFEST, &json!({ "config": config, "layers": [] }));
    let found = tagged(files, &[image, chart], "linux/amd64").unwrap();
    assert_eq!(found.choice, Choice::Only);
    assert_says(&found.notes.join(" "), &["is no image and is left out"]);
}

#[test]
fn a_document_that_is_both_or_neither_or_of_schema_1_is_refused() {
    let layer = tar_of(&[("a", b"a")]);
    let mut files = Files::default();
    let config = config("linux/amd64", &[&layer], &json!([]));
    let config = files.document(CONFIG, &config);
    let layer = files.blob(GZIP, &gzip(&layer));
    for (document, parts) in [
        (
            json!({ "manifests": [], "config": config, "layers": [layer] }),
            ["an index and a manifest at once", ""],
        ),
        (json!({ "schemaVersion": 2 }), ["neither an index nor a manifest", ""]),
        (
            json!({ "schemaVersion": 1, "fsLayers": [{ "blobSum": "sha256:x" }] }),
            ["schema 1", "skopeo copy --format v2s2"],
        ),
        (json!({ "layers": [layer] }), ["names no config", ""]),
        (json!([1, 2]), ["not as expected", ""]),
    ] {
        let mut files = files.clone();
        let entry = annotated(files.document(MANIFEST, &document), TAG, "v1");
        let folder = files.listing(&[entry]).folder();
        let found = open_for(&oci(folder.path()), "linux/amd64", ReadLayers::No);
        assert_says(&problem(found), &parts);
    }
}

#[test]
fn an_index_of_no_images_says_so() {
    assert_says(
        &problem(tagged(Files::default(), &[], "linux/amd64")),
        &["no image for linux/amd64"],
    );
    let folder = Files::default().listing(&[]).folder();
    let found = open_for(&oci(folder.path()), "linux/amd64", ReadLayers::No);
    assert_says(&problem(found), &["it lists no images"]);
}
