//! A real registry (distribution), with its access log.

use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::tools;

/// Programs that registry and nodes need, and the Debian packages that have them.
const NEEDED: [tools::Program; 4] = [
    ("docker-registry", "docker-registry"),
    ("skopeo", "skopeo"),
    ("containerd", "containerd"),
    ("ctr", "containerd"),
];

pub const USER: &str = "me";
pub const PASSWORD: &str = "pw";
/// The password as bcrypt, as crypt(3) makes it.
const HASH: &str = "$2y$05$abcdefghijklmnopqrstuuHIrMEWpUCQe2YqFR3sXwQ75u4od..9q";

/// A registry on a free port of loopback; it ends with the test.
pub struct Registry {
    pub host: String,
    process: Child,
    folder: TempDir,
}

/// Bytes of blobs that a registry sent, as its access log has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    pub bytes: u64,
    pub blobs: usize,
}

impl Registry {
    /// One that anyone may read and write.
    pub fn start() -> Self {
        Self::start_with("")
    }

    /// One that only [`USER`] with [`PASSWORD`] may use.
    pub fn start_with_password() -> Self {
        Self::start_with("auth: { htpasswd: { realm: test, path: 'FOLDER/htpasswd' } }\n")
    }

    fn start_with(settings: &str) -> Self {
        tools::ensure(&NEEDED);
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let host = format!("127.0.0.1:{port}");
        let config = format!(
            "version: 0.1\n\
             log: {{ level: error, accesslog: {{ disabled: false }} }}\n\
             storage: {{ filesystem: {{ rootdirectory: '{}' }} }}\n\
             http: {{ addr: '{host}' }}\n{}",
            folder.path().join("storage").display(),
            settings.replace("FOLDER", &folder.path().display().to_string())
        );
        fs::write(folder.path().join("htpasswd"), format!("{USER}:{HASH}\n")).unwrap();
        let file = folder.path().join("config.yml");
        fs::write(&file, config).unwrap();
        let process = Command::new("docker-registry")
            .arg("serve")
            .arg(&file)
            .stdout(File::create(folder.path().join("access.log")).unwrap())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let registry = Self { host, process, folder };
        let started = Instant::now();
        while TcpStream::connect(&registry.host).is_err() {
            assert!(started.elapsed() < Duration::from_secs(20), "the registry does not start");
            sleep(Duration::from_millis(20));
        }
        registry
    }

    /// Pushes one image or index of an OCI layout as it is.
    pub fn push(&self, layout: &Path, tag: &str, name: &str) {
        let from = format!("oci:{}:{tag}", layout.display());
        let to = format!("docker://{}/{name}", self.host);
        tools::run(
            "skopeo",
            &[
                "--insecure-policy",
                "copy",
                "--all",
                "--preserve-digests",
                "--dest-tls-verify=false",
                "--dest-creds",
                &format!("{USER}:{PASSWORD}"),
                &from,
                &to,
            ],
        );
    }

    /// What it sends while something happens.
    pub fn sent_during(&self, happens: impl FnOnce()) -> Sent {
        let before = self.log().len();
        happens();
        // A client has the last byte before the registry has written its line.
        let mut length = self.log().len();
        loop {
            sleep(Duration::from_millis(60));
            let now = self.log().len();
            if now == length {
                break;
            }
            length = now;
        }
        let log = self.log();
        let sizes: Vec<u64> = log[before..].lines().filter_map(blob_bytes).collect();
        Sent { bytes: sizes.iter().sum(), blobs: sizes.len() }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("access.log")).unwrap()
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The bytes of a line such as
/// `127.0.0.1 - - [23/Nov/2026:08:07:11 +0000] "GET /v2/a/blobs/sha256:.. HTTP/1.1" 200 1501886 ...`
/// if a blob was sent.
fn blob_bytes(line: &str) -> Option<u64> {
    let (request, rest) = line.split_once("\"GET ")?.1.split_once("\" ")?;
    let mut words = rest.split(' ');
    let sent = matches!(words.next()?, "200" | "206");
    (sent && request.contains("/blobs/")).then(|| words.next()?.parse().ok()).flatten()
}
