//! Builds layouts and archives from literal contents.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use imgcost_image::{ImageError, Inspection, Options, Platform, ReadLayers, Reference};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tar::{EntryType, Header};
use tempfile::TempDir;

pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub(crate) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub(crate) const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub(crate) const GZIP: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
pub(crate) const ZSTD: &str = "application/vnd.oci.image.layer.v1.tar+zstd";
pub(crate) const PLAIN: &str = "application/vnd.oci.image.layer.v1.tar";
pub(crate) const TAG: &str = "org.opencontainers.image.ref.name";

/// Files of an image on their way to a folder or a tar file.
#[derive(Clone, Default)]
pub(crate) struct Files(pub(crate) BTreeMap<String, Vec<u8>>);

impl Files {
    /// Adds a blob; returns its descriptor.
    pub(crate) fn blob(&mut self, media_type: &str, bytes: &[u8]) -> Value {
        let digest = digest(bytes);
        self.0.insert(blob_path(&digest), bytes.to_vec());
        json!({ "mediaType": media_type, "digest": digest, "size": bytes.len() })
    }

    pub(crate) fn document(&mut self, media_type: &str, document: &Value) -> Value {
        self.blob(media_type, document.to_string().as_bytes())
    }

    /// An image of one gzip layer that holds `content`; returns its descriptor with its platform.
    pub(crate) fn image(&mut self, platform: &str, content: &str) -> Value {
        let layer = tar_of(&[("file", content.as_bytes())]);
        let config = config(platform, &[&layer], &json!([{ "created_by": "COPY file /" }]));
        let layer = self.blob(GZIP, &gzip(&layer));
        let mut image = self.manifest(&config, &[layer]);
        image["platform"] = platform_json(platform);
        image
    }

    /// An image of these layers; returns its descriptor.
    pub(crate) fn manifest(&mut self, config: &Value, layers: &[Value]) -> Value {
        let config = self.document(CONFIG, config);
        self.document(
            MANIFEST,
            &json!({ "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers }),
        )
    }

    pub(crate) fn index(&mut self, entries: &[Value]) -> Value {
        self.document(INDEX, &json!({ "schemaVersion": 2, "manifests": entries }))
    }

    /// Writes `index.json`.
    #[must_use]
    pub(crate) fn listing(mut self, entries: &[Value]) -> Self {
        let listing = json!({ "schemaVersion": 2, "manifests": entries });
        self.0.insert("index.json".into(), listing.to_string().into_bytes());
        self.0.insert("oci-layout".into(), br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec());
        self
    }

    /// Writes a file that is no blob.
    #[must_use]
    pub(crate) fn file(mut self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.0.insert(path.into(), bytes.as_ref().to_vec());
        self
    }

    pub(crate) fn folder(&self) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, bytes) in &self.0 {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        folder
    }

    pub(crate) fn archive(&self) -> Archive {
        let mut archive = Archive::default();
        for (path, bytes) in &self.0 {
            archive.file(path, bytes);
        }
        archive
    }
}

/// A tar file in the making.
#[derive(Default)]
pub(crate) struct Archive(pub(crate) Vec<u8>);

impl Archive {
    pub(crate) fn file(&mut self, path: &str, bytes: &[u8]) {
        self.member(EntryType::Regular, path, "", bytes);
    }

    pub(crate) fn link(&mut self, kind: EntryType, path: &str, target: &str) {
        self.member(kind, path, target, b"");
    }

    pub(crate) fn member(&mut self, kind: EntryType, path: &str, target: &str, bytes: &[u8]) {
        let mut header = Header::new_ustar();
        header.set_entry_type(kind);
        // Not `set_path`, which refuses `..` and absolute paths.
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.as_old_mut().linkname[..target.len()].copy_from_slice(target.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        self.0.extend_from_slice(header.as_bytes());
        self.0.extend_from_slice(bytes);
        self.0.resize(self.0.len().next_multiple_of(512), 0);
    }

    /// Writes it to a file in a folder of its own.
    pub(crate) fn write(mut self) -> (TempDir, PathBuf) {
        self.0.extend([0; 1024]);
        write("image.tar", &self.0)
    }
}

pub(crate) fn write(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

pub(crate) fn blob_path(digest: &str) -> String {
    format!("blobs/{}", digest.replace(':', "/"))
}

pub(crate) fn digest(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

pub(crate) fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = Archive::default();
    for (path, bytes) in files {
        archive.file(path, bytes);
    }
    archive.0.extend([0; 1024]);
    archive.0
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A config with the digests of these unpacked layers.
pub(crate) fn config(platform: &str, layers: &[&[u8]], history: &Value) -> Value {
    let diff_ids: Vec<_> = layers.iter().map(|layer| digest(layer)).collect();
    let mut config = platform_json(platform);
    config["created"] = "2026-01-02T03:04:05.123456789Z".into();
    config["rootfs"] = json!({ "type": "layers", "diff_ids": diff_ids });
    config["history"] = history.clone();
    config
}

pub(crate) fn platform_json(platform: &str) -> Value {
    let mut parts = platform.split('/');
    let (os, architecture) = (parts.next().unwrap(), parts.next().unwrap());
    match parts.next() {
        Some(variant) => json!({ "os": os, "architecture": architecture, "variant": variant }),
        None => json!({ "os": os, "architecture": architecture }),
    }
}

/// A descriptor with an annotation.
pub(crate) fn annotated(mut entry: Value, key: &str, value: &str) -> Value {
    entry["annotations"][key] = value.into();
    entry
}

pub(crate) fn text(entry: &Value, key: &str) -> String {
    entry[key].as_str().unwrap().to_owned()
}

pub(crate) fn open_for(
    reference: &str,
    platform: &str,
    layers: ReadLayers,
) -> Result<Vec<Inspection>, ImageError> {
    let platform = Platform::parse(platform).unwrap();
    let options = Options { platform: &platform, layers, max_unpacked: 1 << 30, progress: &|_| {} };
    imgcost_image::open(&Reference::parse(reference).unwrap(), options)
}

/// Opens without reading layers, for linux/amd64.
pub(crate) fn open(reference: &str) -> Result<Vec<Inspection>, ImageError> {
    open_for(reference, "linux/amd64", ReadLayers::No)
}

/// The one image of a folder, read in full.
pub(crate) fn one(files: &Files) -> Result<Inspection, ImageError> {
    let folder = files.folder();
    let mut found = open_for(&oci(folder.path()), "linux/amd64", ReadLayers::Yes)?;
    assert_eq!(found.len(), 1);
    Ok(found.remove(0))
}

pub(crate) fn oci(folder: &Path) -> String {
    format!("oci:{}", folder.display())
}

/// What an error says and advises, for a look at parts of it.
pub(crate) fn problem<T: std::fmt::Debug>(result: Result<T, ImageError>) -> String {
    let error = result.unwrap_err();
    format!("{error} | {}", error.help.as_deref().unwrap_or_default())
}

#[track_caller]
pub(crate) fn assert_says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}
