//! Real images on the command line. Archives and layouts are made here; expected numbers are
//! worked out by hand from what goes into them.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use rust_decimal::Decimal;
use serde_json::{Value, json as to_json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::command::{imgcost, json, number, stdout};
use crate::live_registry::images::{Image, Layer, Layout};

/// A tar stream of exactly `size` bytes (a multiple of 512, at least 2048): one file of zeros
/// between a header of 512 and an end of 1024 bytes.
pub fn tar_of(size: usize, path: &str) -> Vec<u8> {
    let content = vec![0; size - 512 - 1024];
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    builder.append_data(&mut header, path, &content[..]).unwrap();
    let tar = builder.into_inner().unwrap();
    assert_eq!(tar.len(), size);
    tar
}

/// What `docker save` writes: layers unpacked, each with the instruction that made it; `true` if a
/// `CMD` closed an image below it. Returns the file's config size with its path.
pub fn docker_archive(
    folder: &Path,
    name: &str,
    layers: &[(Vec<u8>, &str, bool)],
) -> (PathBuf, u64) {
    let hex = |bytes: &[u8]| -> String {
        Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let mut history = Vec::new();
    for (_, created_by, closed) in layers {
        if *closed {
            history.push(to_json!({ "created_by": "CMD [\"node\"]", "empty_layer": true }));
        }
        history.push(to_json!({ "created_by": created_by }));
    }
    let diff_ids: Vec<String> =
        layers.iter().map(|(tar, ..)| format!("sha256:{}", hex(tar))).collect();
    let config = to_json!({
        "architecture": "amd64", "os": "linux", "history": history,
        "rootfs": { "type": "layers", "diff_ids": diff_ids },
    });
    let config = config.to_string().into_bytes();
    let config_name = format!("{}.json", hex(&config));
    let names: Vec<String> =
        layers.iter().map(|(tar, ..)| format!("{}/layer.tar", hex(tar))).collect();
    let manifest = to_json!([{ "Config": config_name, "RepoTags": [format!("shop/{name}:1")], "Layers": names }]);
    let path = folder.join(format!("{name}.tar"));
    let mut builder = tar::Builder::new(File::create(&path).unwrap());
    let mut add = |name: &str, bytes: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, bytes).unwrap();
    };
    for (name, (tar, ..)) in names.iter().zip(layers) {
        add(name, tar);
    }
    add(&config_name, &config);
    add("manifest.json", manifest.to_string().as_bytes());
    builder.into_inner().unwrap().flush().unwrap();
    (path, config.len() as u64)
}

/// A single-stage image: base 2,764,800, sources 276,480, an install of 552,960 bytes; and a
/// multi-stage one: base 276,480, packages 27,648, application 2,764.8 x 5 = 13,824 bytes. Divided
/// by 2.7 these are 1,024,000, 102,400, 204,800 and 102,400, 10,240, 5,120.
fn fat_and_slim(folder: &Path) -> [(PathBuf, u64); 2] {
    let fat = docker_archive(
        folder,
        "fat",
        &[
            (tar_of(2_764_800, "usr/lib/base"), "/bin/sh -c #(nop) ADD file:1 in / ", false),
            (tar_of(276_480, "app/src"), "COPY . . # buildkit", true),
            (tar_of(552_960, "app/node_modules/x"), "RUN /bin/sh -c npm install # buildkit", false),
        ],
    );
    let slim = docker_archive(
        folder,
        "slim",
        &[
            (tar_of(276_480, "usr/lib/base"), "/bin/sh -c #(nop) ADD file:2 in / ", false),
            (
                tar_of(27_648, "app/node_modules/x"),
                "COPY /app/node_modules ./node_modules # buildkit",
                true,
            ),
            (tar_of(13_824, "app/dist"), "COPY /app/dist ./dist # buildkit", false),
        ],
    );
    [fat, slim]
}

fn docker(path: &Path) -> String {
    format!("docker-archive:{}", path.display())
}

/// A made layout under a lasting name.
fn release_layout() -> (Layout, [Image; 2]) {
    let base = Layer::gzip("base", 40_000);
    let (one, two) = (Layer::gzip("one", 3_000), Layer::zstd("two", 4_000));
    let images =
        [Image::new("1", "amd64", &[&base, &one]), Image::new("2", "amd64", &[&base, &two])];
    let mut layout = Layout::new();
    layout.image("1", &images[0]);
    layout.image("2", &images[1]);
    (layout, images)
}

#[test]
fn a_what_if_of_two_docker_archives_goes_by_their_layers() {
    let folder = TempDir::new().unwrap();
    let [(fat, fat_config), (slim, slim_config)] = fat_and_slim(folder.path());
    let found = json(&["whatif", &docker(&fat), &docker(&slim), "--as-of", "2026-11-23"]);
    // 20 nodes, 60 deploys, 4 dependency updates, 2 base refreshes. Before: the base changes twice,
    // the sources with every deploy, and the install above them too.
    let before = 20 * (1_024_000 * 2 + (102_400 + 204_800 + fat_config) * 60);
    // After: packages change with 4 + 2, the application and the config with every deploy.
    let after = 20 * (102_400 * 2 + 10_240 * 6 + (5_120 + slim_config) * 60);
    let warm = |side: &str| number(&found["quantities"][side]["warm_pull_bytes"]);
    assert_eq!((warm("before"), warm("after")), (before.into(), after.into()));
    // Fresh nodes fetch everything: 20 x 730/720 times.
    let cold = |whole: u64| Decimal::from(whole * 20 * 730) / Decimal::from(720);
    let found_cold = number(&found["quantities"]["before"]["cold_pull_bytes"]);
    let expected = cold(1_024_000 + 102_400 + 204_800 + fat_config);
    assert_eq!(found_cold.round_dp(6), expected.round_dp(6));
    assert_eq!(found["complete"], true);
    let assumed: Vec<&str> = found["assumptions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["name"].as_str().unwrap())
        .collect();
    assert!(
        assumed.contains(&"compression-ratio") && assumed.contains(&"layer-classes"),
        "{assumed:?}"
    );
    assert!(!assumed.contains(&"profile-before"), "{assumed:?}");
}

#[test]
fn the_headline_names_the_archives_with_their_sizes() {
    let folder = TempDir::new().unwrap();
    let [(fat, _), (slim, _)] = fat_and_slim(folder.path());
    let text = stdout(&["whatif", &docker(&fat), &docker(&slim), "--as-of", "2026-11-23"]);
    // 2,764,800 + 276,480 + 552,960 bytes and a config.
    assert!(text.contains("fat.tar (3.6 MB)") && text.contains("slim.tar (318"), "{text}");
}

#[test]
fn pulls_in_order_are_predicted_by_digest() {
    let (layout, [first, second]) = release_layout();
    let reference = |tag: &str| format!("oci:{}:{tag}", layout.path().display());
    let found = json(&["image", "pulls", &reference("1"), &reference("2"), &reference("1")]);
    assert_eq!(found["schema_version"], 1);
    let pulls = found["pulls"].as_array().unwrap();
    let told = |key: &str| pulls.iter().map(|pull| pull[key].as_u64().unwrap()).collect::<Vec<_>>();
    let changed = second.layers[1].size() + second.config_size();
    let base = second.layers[0].size();
    assert_eq!(told("bytes"), [first.size(), changed, 0]);
    assert_eq!(told("reused_bytes"), [0, base, first.size()]);
    assert_eq!(told("layers_new"), [2, 1, 0]);
    assert_eq!(told("layers_reused"), [0, 1, 2]);
    assert_eq!(found["total_bytes"], first.size() + changed);
    assert_eq!(found["naive_bytes"], 2 * first.size() + second.size());
    assert_eq!(pulls[0]["ref"].as_str().unwrap(), reference("1"));
}

#[test]
fn a_layout_without_a_tag_is_all_of_its_images() {
    let (layout, [first, second]) = release_layout();
    let reference = format!("oci:{}", layout.path().display());
    let found = json(&["image", "inspect", &reference]);
    let images = found["images"].as_array().unwrap();
    assert_eq!(images.len(), 2);
    let layers = |image: &Image| image.layers.iter().map(Layer::size).sum::<u64>();
    let compressed: Vec<u64> = images.iter().map(|i| i["compressed"].as_u64().unwrap()).collect();
    assert_eq!(compressed, [layers(&first), layers(&second)]);
    assert_eq!(found["sum_compressed"], layers(&first) + layers(&second));
    assert_eq!(found["unique_compressed"], layers(&first) + second.layers[1].size());
    // One file of 40,000 bytes: a header, 79 blocks of 512 bytes, an end of 1,024.
    let base = &images[0]["layers"][0];
    assert_eq!(base["unpacked"], 512 + 79 * 512 + 1024);
    assert_eq!(
        (base["unpacked_from"].as_str(), base["codec"].as_str()),
        (Some("read"), Some("gzip"))
    );
    assert_eq!(images[1]["layers"][1]["codec"], "zstd");
    assert_eq!(base["shared_with"].as_array().unwrap().len(), 1);
    let run = imgcost(&["whatif", &reference, "1GB"]);
    let told = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(1));
    assert!(told.contains("2 images are there") && told.contains(":2"), "{told}");
}

#[test]
fn services_with_a_common_base_pull_it_once() {
    let (layout, [first, second]) = release_layout();
    let folder = TempDir::new().unwrap();
    let link = folder.path().join("build");
    std::fs::create_dir(&link).unwrap();
    copy(layout.path(), &link);
    let service = |name: &str, tag: &str| {
        format!(
            "[[service]]\nname = \"{name}\"\nbefore = {{ oci = \"build:{tag}\", base-layers = 1 }}\n"
        )
    };
    let fleet = format!(
        "[registry.main]\nprovider = \"aws-ecr\"\nregion = \"us-east-1\"\n[cluster.prod]\nregion = \"us-east-1\"\nnodes = 10\nnode-lifetime = \"730h\"\n{}{}",
        service("one", "1"),
        service("two", "2")
    );
    // Paths are relative to the fleet file, not to where the command runs.
    let file = folder.path().join("fleet.toml");
    std::fs::write(&file, fleet).unwrap();
    let found = json(&["estimate", file.to_str().unwrap(), "--as-of", "2026-11-23"]);
    // Ten nodes of 730 hours are filled ten times a month, with the base once.
    let unique = first.size() + second.layers[1].size() + second.config_size();
    let cold = number(&found["quantities"]["before"]["cold_pull_bytes"]);
    assert_eq!(cold.normalize(), Decimal::from(10 * unique));
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn waste_is_told_in_bytes_and_priced_in_the_scene_of_the_what_if() {
    let folder = TempDir::new().unwrap();
    // The second layer ships the first one's file again: 2,764,800 - 1,536 bytes are hidden.
    let (path, config) = docker_archive(
        folder.path(),
        "twice",
        &[
            (tar_of(2_764_800, "app/data"), "/bin/sh -c #(nop) ADD file:1 in / ", false),
            (tar_of(276_480, "app/data"), "COPY data app/data # buildkit", true),
        ],
    );
    let found =
        json(&["image", "inspect", &docker(&path), "--path", "nat", "--as-of", "2026-11-23"]);
    let waste = &found["images"][0]["waste"];
    assert_eq!(waste["hidden"], 2_764_800 - 1_536);
    assert_eq!(waste["offenders"][0]["path"], "app/data");
    assert_eq!(waste["offenders"][0]["layer"], 0);
    // By 2.7 the layer is 1,024,000 bytes on the wire, of which 1,536 of 2,764,800 are needed:
    // 568.9, so 1,023,431 are saved. The base moves 20 x 2 times warm and 20 x 730/720 times cold
    // through NAT at 0.045 a GiB, and 1 + 29 x 2/60 versions are stored at 0.10 a GiB-month.
    let saved = Decimal::from(1_023_431);
    let gib = Decimal::from(1_u64 << 30);
    let (fills, kept) =
        (Decimal::from(20 * 730) / Decimal::from(720), Decimal::from(118) / Decimal::from(60));
    let nat = (Decimal::from(40) + fills) * saved / gib * Decimal::new(45, 3);
    let stored = kept * saved / gib * Decimal::new(1, 1);
    let cost = number(&waste["cost"]["monthly_billed"]);
    assert_eq!(cost.round_dp(12), (nat + stored).round_dp(12), "config {config}");
}

#[test]
fn what_is_wrong_with_an_image_is_told_where_it_is_named() {
    let run = imgcost(&["whatif", "oci:nowhere", "1GB"]);
    let told = String::from_utf8(run.stderr).unwrap();
    assert!(run.status.code() == Some(1) && told.contains("nowhere"), "{told}");
    let run = imgcost(&["image", "inspect", "fat.tar"]);
    let told = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(2));
    assert!(told.contains("docker-archive:FILE"), "{told}");
}

#[test]
fn a_bomb_stops_at_the_limit_that_the_user_sets() {
    let folder = TempDir::new().unwrap();
    let [(fat, _), _] = fat_and_slim(folder.path());
    let run = imgcost(&["image", "inspect", &docker(&fat), "--max-unpacked", "1MB"]);
    let told = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(1));
    assert!(told.contains("--max-unpacked") && run.stdout.is_empty(), "{told}");
}

#[test]
fn a_layer_that_is_not_what_its_config_says_is_found_by_whoever_checks() {
    let folder = TempDir::new().unwrap();
    let [(fat, _), _] = fat_and_slim(folder.path());
    // A byte of the base layer's file, which begins behind two headers.
    let mut bytes = std::fs::read(&fat).unwrap();
    bytes[2_000] ^= 1;
    std::fs::write(&fat, bytes).unwrap();
    let run = imgcost(&["image", "inspect", &docker(&fat), "--verify"]);
    let told = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(1));
    assert!(told.contains("layer 1") && told.contains("unpacked"), "{told}");
    let found = json(&["image", "inspect", &docker(&fat)]);
    assert_eq!(found["images"][0]["unpacked"], 2_764_800 + 276_480 + 552_960);
    assert_eq!(found["images"][0]["verified"], false);
    let text = stdout(&["image", "inspect", &docker(&fat)]);
    assert!(text.contains("Not checked") && text.contains("--verify"), "{text}");
}

#[test]
fn reading_headers_alone_finds_the_same_waste() {
    let folder = TempDir::new().unwrap();
    let layers = [
        (tar_of(20_480, "app/data"), "ADD file:1 in / ", false),
        (tar_of(10_240, "app/data"), "COPY data app/data # buildkit", true),
    ];
    let (path, _) = docker_archive(folder.path(), "twice", &layers);
    let whole = json(&["image", "inspect", &docker(&path), "--verify"]);
    let headers = json(&["image", "inspect", &docker(&path)]);
    assert_eq!(
        (&whole["images"][0]["verified"], &headers["images"][0]["verified"]),
        (&true.into(), &false.into())
    );
    assert_eq!(whole["images"][0]["waste"]["hidden"], 20_480 - 1_536);
    assert_eq!(headers["images"][0]["waste"], whole["images"][0]["waste"]);
}

#[test]
fn every_format_tells_the_same_sizes() {
    let folder = TempDir::new().unwrap();
    let [(fat, _), (slim, _)] = fat_and_slim(folder.path());
    let arguments = ["image", "inspect", &docker(&fat), &docker(&slim), "--format"];
    let of = |format: &str| stdout(&[&arguments[..], &[format]].concat());
    for format in ["text", "markdown"] {
        let text = of(format);
        assert!(text.contains("2.8 MB") && text.contains("~1 MB"), "{format}: {text}");
    }
    let csv = of("csv");
    assert_eq!(csv.lines().count(), 1 + 6);
    assert!(csv.contains(",1024000,ratio,2764800,"), "{csv}");
    let json: Value = serde_json::from_str(&of("json")).unwrap();
    assert_eq!(json["images"][0]["layers"][0]["compressed"], 1_024_000);
    assert_eq!(json["images"][0]["layers"][0]["compressed_from"], "ratio");
    assert_eq!(json["images"][0]["unpacked"], 2_764_800 + 276_480 + 552_960);
}

#[test]
fn one_platform_of_an_index_is_taken_openly_and_attestations_are_stored() {
    let images = ["amd64", "arm64"]
        .map(|architecture| Image::new("1", architecture, &[&Layer::gzip(architecture, 5_000)]));
    let mut layout = Layout::new();
    layout.index("1", &[&images[0], &images[1]]);
    let reference = format!("oci:{}:1", layout.path().display());
    let inspect = |platform: &str| json(&["image", "inspect", &reference, "--platform", platform]);

    let (amd64, arm64) = (inspect("linux/amd64"), inspect("linux/arm64"));
    assert_eq!(amd64["images"][0]["compressed"], images[0].layers[0].size());
    assert_eq!(arm64["images"][0]["compressed"], images[1].layers[0].size());
    assert_eq!(amd64["images"][0]["other_platforms"], to_json!(["linux/arm64"]));

    // What a registry stores beside the image: the attestation's manifest, config and layer.
    let blob = |digest: &Value| -> Value {
        let path = layout.path().join("blobs").join(digest.as_str().unwrap().replace(':', "/"));
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    };
    let root: Value =
        serde_json::from_str(&std::fs::read_to_string(layout.path().join("index.json")).unwrap())
            .unwrap();
    let index = blob(&root["manifests"][0]["digest"]);
    let attached = |image: &Value| {
        let entries = index["manifests"].as_array().unwrap();
        let about =
            |entry: &&Value| entry["annotations"]["vnd.docker.reference.digest"] == image["digest"];
        let entry = entries.iter().find(about).unwrap();
        let manifest = blob(&entry["digest"]);
        [&entry["size"], &manifest["config"]["size"], &manifest["layers"][0]["size"]]
            .iter()
            .map(|size| size.as_u64().unwrap())
            .sum::<u64>()
    };
    assert_eq!(amd64["images"][0]["attached"], attached(&amd64["images"][0]));

    let run = imgcost(&["image", "inspect", &reference, "--platform", "linux/s390x"]);
    let told = String::from_utf8(run.stderr).unwrap();
    assert!(told.contains("linux/s390x") && told.contains("linux/arm64"), "{told}");
    // Without a choice of one's own, the one that was made is said.
    let whatif = json(&["whatif", &reference, "1kB", "--as-of", "2026-11-23"]);
    let said = whatif["assumptions"].as_array().unwrap().iter().find(|a| a["name"] == "platform");
    assert_eq!(said.unwrap()["value"], "linux/amd64");
    let pulled = json(&["image", "pulls", &reference]);
    assert_eq!(pulled["total_bytes"], images[0].size());
}

#[test]
fn a_login_in_a_reference_is_never_repeated() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("fleet.toml");
    let reference = "registry://bob:s3cr3t-Pa55@127.0.0.1:1/priv/app:v1";
    let fleet = format!(
        "[registry.main]\nprovider = \"aws-ecr\"\nregion = \"us-east-1\"\n[cluster.prod]\n[[service]]\nname = \"a\"\nbefore = \"{reference}\"\n"
    );
    std::fs::write(&file, fleet).unwrap();
    let runs: [&[&str]; 5] = [
        &["image", "inspect", reference, "--plain-http"],
        &["image", "pulls", reference, "--plain-http", "-v"],
        &["whatif", reference, "1GB"],
        &["compare", file.to_str().unwrap()],
        &["inventory", "kubernetes", reference],
    ];
    for arguments in runs {
        let run = imgcost(arguments);
        let told = String::from_utf8([run.stdout, run.stderr].concat()).unwrap();
        assert!(!run.status.success() && !told.contains("s3cr3t"), "{arguments:?}: {told}");
        assert!(told.contains("docker login") || arguments[0] == "inventory", "{told}");
    }
}
