//! Images made here: layers of noise, in an OCI layout.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// An OCI layout on disk.
pub struct Layout {
    folder: TempDir,
    entries: Vec<Value>,
}

#[derive(Clone)]
pub struct Layer {
    blob: Vec<u8>,
    diff_id: String,
    media_type: &'static str,
}

pub struct Image {
    pub layers: Vec<Layer>,
    config: Vec<u8>,
    architecture: &'static str,
}

impl Layer {
    /// A file of noise, `size` bytes long, as gzip.
    pub fn gzip(content: &str, size: usize) -> Self {
        let tar = tar(content, size);
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&tar).unwrap();
        Self::new(&tar, encoder.finish().unwrap(), "application/vnd.oci.image.layer.v1.tar+gzip")
    }

    /// The same as zstd.
    pub fn zstd(content: &str, size: usize) -> Self {
        let tar = tar(content, size);
        let blob = zstd::encode_all(&tar[..], 1).unwrap();
        Self::new(&tar, blob, "application/vnd.oci.image.layer.v1.tar+zstd")
    }

    fn new(tar: &[u8], blob: Vec<u8>, media_type: &'static str) -> Self {
        Self { blob, diff_id: digest(tar), media_type }
    }

    /// Bytes of its blob.
    pub fn size(&self) -> u64 {
        self.blob.len() as u64
    }
}

impl Image {
    pub fn new(name: &str, architecture: &'static str, layers: &[&Layer]) -> Self {
        let config = json!({
            "architecture": architecture,
            "os": "linux",
            "created": "2026-01-01T00:00:00Z",
            "config": { "Labels": { "name": name } },
            "rootfs": {
                "type": "layers",
                "diff_ids": layers.iter().map(|layer| &layer.diff_id).collect::<Vec<_>>(),
            },
        });
        Self {
            layers: layers.iter().map(|layer| (*layer).clone()).collect(),
            config: config.to_string().into_bytes(),
            architecture,
        }
    }

    /// Bytes of its config blob.
    pub fn config_size(&self) -> u64 {
        self.config.len() as u64
    }

    /// The same, built on another day of January 2026.
    pub fn built_on(mut self, day: u32) -> Self {
        let mut config: Value = serde_json::from_slice(&self.config).unwrap();
        config["created"] = json!(format!("2026-01-{day:02}T00:00:00Z"));
        self.config = config.to_string().into_bytes();
        self
    }
}

impl Layout {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("blobs/sha256")).unwrap();
        fs::write(folder.path().join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
        Self { folder, entries: Vec::new() }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Adds an image under a tag.
    pub fn image(&mut self, tag: &str, image: &Image) {
        let entry = self.manifest(image);
        self.tagged(tag, entry);
    }

    /// Adds an index of several platforms, each with an attestation as BuildKit attaches it.
    pub fn index(&mut self, tag: &str, images: &[&Image]) {
        let mut entries = Vec::new();
        for image in images {
            let mut entry = self.manifest(image);
            let about = entry["digest"].clone();
            entry["platform"] = json!({ "os": "linux", "architecture": image.architecture });
            entries.push(entry);
            entries.push(self.attestation(image, &about));
        }
        let media_type = "application/vnd.oci.image.index.v1+json";
        let index = json!({ "schemaVersion": 2, "mediaType": media_type, "manifests": entries });
        let entry = self.blob(index.to_string().as_bytes(), media_type);
        self.tagged(tag, entry);
    }

    fn manifest(&self, image: &Image) -> Value {
        let config = self.blob(&image.config, "application/vnd.oci.image.config.v1+json");
        let layers: Vec<_> =
            image.layers.iter().map(|layer| self.blob(&layer.blob, layer.media_type)).collect();
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers,
        });
        self.blob(manifest.to_string().as_bytes(), MANIFEST)
    }

    fn attestation(&self, image: &Image, about: &Value) -> Value {
        let statement = json!({ "_type": "https://in-toto.io/Statement/v0.1", "subject": about });
        let statement = statement.to_string() + &" ".repeat(5_000);
        let layer = self.blob(statement.as_bytes(), "application/vnd.in-toto+json");
        let config = json!({
            "architecture": "unknown", "os": "unknown", "about": image.architecture,
            "rootfs": { "type": "layers", "diff_ids": [layer["digest"]] },
        });
        let config =
            self.blob(config.to_string().as_bytes(), "application/vnd.oci.image.config.v1+json");
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [layer],
        });
        let mut entry = self.blob(manifest.to_string().as_bytes(), MANIFEST);
        entry["platform"] = json!({ "os": "unknown", "architecture": "unknown" });
        entry["annotations"] = json!({
            "vnd.docker.reference.type": "attestation-manifest",
            "vnd.docker.reference.digest": about,
        });
        entry
    }

    fn tagged(&mut self, tag: &str, mut entry: Value) {
        entry["annotations"] = json!({ "org.opencontainers.image.ref.name": tag });
        self.entries.push(entry);
        let index = json!({ "schemaVersion": 2, "manifests": self.entries });
        fs::write(self.path().join("index.json"), index.to_string()).unwrap();
    }

    fn blob(&self, bytes: &[u8], media_type: &str) -> Value {
        let digest = digest(bytes);
        fs::write(self.path().join("blobs").join(digest.replace(':', "/")), bytes).unwrap();
        json!({ "mediaType": media_type, "digest": digest, "size": bytes.len() })
    }
}

fn tar(content: &str, size: usize) -> Vec<u8> {
    // Noise of sixteen letters, which compresses to about half: xorshift, seeded by the name.
    let mut state = content.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    }) | 1;
    let noise: Vec<u8> = (0..size)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            b'a' + (state >> 60) as u8
        })
        .collect();
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(noise.len() as u64);
    header.set_mode(0o644);
    builder.append_data(&mut header, format!("{content}.bin"), &noise[..]).unwrap();
    builder.into_inner().unwrap()
}

fn digest(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}
