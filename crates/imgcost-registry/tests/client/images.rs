use std::fmt::Write as _;

use imgcost_image::{Options, Platform, ReadLayers, Reference};
use sha2::{Digest, Sha256};

use crate::fake::{Fake, Reply, Seen, anonymous, client, given};

const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

fn options(platform: &Platform) -> Options<'_> {
    let max_unpacked = Options::MAX_UNPACKED;
    Options { platform, layers: ReadLayers::No, max_unpacked, progress: &|_| {} }
}

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().fold("sha256:".to_owned(), |mut digest, byte| {
        write!(digest, "{byte:02x}").unwrap();
        digest
    })
}

/// The config of an image without layers, and its manifest.
fn image(created: &str) -> (String, String) {
    let config = format!(
        r#"{{"architecture":"amd64","os":"linux","created":"{created}","rootfs":{{"type":"layers","diff_ids":[]}}}}"#
    );
    let (digest, size) = (digest(&config), config.len());
    let manifest = format!(
        r#"{{"schemaVersion":2,"mediaType":"{MANIFEST}","config":{{"mediaType":"{CONFIG}","digest":"{digest}","size":{size}}},"layers":[]}}"#
    );
    (config, manifest)
}

/// A registry with these tags, each with its manifest, and these blobs.
fn with(tags: Vec<(String, String)>, blobs: Vec<String>) -> Fake {
    Fake::start(move |_, request| {
        let name = request.path().rsplit('/').next().unwrap();
        if request.path().contains("/tags/") {
            let names: Vec<_> = tags.iter().map(|(tag, _)| format!("{tag:?}")).collect();
            return Reply::new(200, format!(r#"{{"tags":[{}]}}"#, names.join(",")));
        }
        let tag = tags.iter().find(|(tag, _)| tag == name).map(|(_, manifest)| manifest);
        match tag.or_else(|| blobs.iter().find(|blob| digest(blob) == name)) {
            Some(body) => Reply::new(200, body.as_str()).with("Content-Type", MANIFEST),
            None => Reply::new(404, ""),
        }
    })
}

#[test]
fn versions_are_images_only_oldest_first_and_each_once() {
    let (old, old_manifest) = image("2026-01-01T00:00:00Z");
    let (new, new_manifest) = image("2026-02-01T00:00:00Z");
    let chart = r#"{"schemaVersion":2,"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[]}"#;
    let signature = format!("sha256-{}.sig", "a".repeat(64));
    let tags = [
        ("1", &new_manifest),
        ("2", &old_manifest),
        ("chart", &chart.to_owned()),
        ("latest", &new_manifest),
        (signature.as_str(), &chart.to_owned()),
    ];
    let tags = tags.map(|(tag, manifest)| (tag.to_owned(), manifest.clone()));
    let fake = with(tags.to_vec(), vec![old, new]);
    let platform = Platform::linux_amd64();
    let found = anonymous().versions(&fake.host, "a/b", options(&platform), 10).unwrap();
    let references: Vec<_> = found.images.iter().map(|image| image.reference.as_str()).collect();
    let expected = ["2", "1"].map(|tag| format!("registry://{}/a/b:{tag}", fake.host));
    assert_eq!(references, expected);
    assert_eq!(found.notes.len(), 2, "{:?}", found.notes);
    assert!(found.notes[0].contains("signatures"), "{:?}", found.notes);
    assert!(found.notes[1].starts_with("chart left out"), "{:?}", found.notes);

    let last = anonymous().versions(&fake.host, "a/b", options(&platform), 1).unwrap();
    assert_eq!(last.images[0].reference, format!("registry://{}/a/b:latest", fake.host));
    assert!(last.notes.iter().any(|note| note.contains("last 1 of 4")), "{:?}", last.notes);
}

#[test]
fn a_config_may_be_kept_on_another_host_which_sees_no_login() {
    let (config, manifest) = image("2026-01-01T00:00:00Z");
    let size = config.len() as u64;
    let cdn = Fake::script(vec![Reply::new(200, config)]);
    let target = format!("http://{}/bucket?X-Amz-Signature=s3cret", cdn.host);
    let fake = Fake::start(move |_, request| match request.header("authorization") {
        None => Reply::new(401, "").with("WWW-Authenticate", "Basic"),
        Some(_) if request.path().contains("/blobs/") => {
            Reply::new(307, "").with("Location", target.as_str())
        }
        Some(_) => Reply::new(200, manifest.as_str()).with("Content-Type", MANIFEST),
    });
    let (client, _) = client(given("me", "pw"));
    let reference = Reference::parse(&format!("registry://{}/a/b:1", fake.host)).unwrap();
    let found = client.inspect(&reference, options(&Platform::linux_amd64())).unwrap();
    assert_eq!(found.compressed(), Some(size));
    let seen: Vec<Seen> = cdn.seen();
    assert_eq!((seen.len(), seen[0].header("authorization")), (1, None));
}

#[test]
fn a_config_that_is_not_what_its_digest_says_is_refused() {
    let (config, manifest) = image("2026-01-01T00:00:00Z");
    let other = config.replace("2026", "2025");
    let fake = Fake::start(move |_, request| {
        let body = if request.path().contains("/blobs/") { &other } else { &manifest };
        Reply::new(200, body.as_str()).with("Content-Type", MANIFEST)
    });
    let reference = Reference::parse(&format!("registry://{}/a/b:1", fake.host)).unwrap();
    let error = anonymous().inspect(&reference, options(&Platform::linux_amd64())).unwrap_err();
    assert!(error.problem.contains(&digest(&config)), "{error}");
}
