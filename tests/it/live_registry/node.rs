//! Real nodes: what keeps layers on a machine and fetches those it has not.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::tools;

/// A node without any image. It ends with the test.
pub struct Node {
    store: Store,
    folder: TempDir,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// containerd, the runtime of most Kubernetes nodes.
    Containerd,
    /// The storage of CRI-O and podman, filled by skopeo.
    ContainersStorage,
    /// An OCI layout that all images share, filled by skopeo: needs no root.
    Layout,
}

enum Store {
    Containerd(Child),
    ContainersStorage,
    Layout,
}

impl Kind {
    /// All kinds that work here.
    pub fn here() -> &'static [Self] {
        if tools::is_root() {
            &[Self::Containerd, Self::ContainersStorage, Self::Layout]
        } else {
            eprintln!("not root: containerd and containers-storage are left out");
            &[Self::Layout]
        }
    }

    /// skopeo reads the config of an image before it looks whether the image is there.
    pub fn rereads_configs(self) -> bool {
        self != Self::Containerd
    }
}

impl Node {
    pub fn new(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = match kind {
            Kind::Containerd => Store::Containerd(containerd(folder.path())),
            Kind::ContainersStorage => Store::ContainersStorage,
            Kind::Layout => Store::Layout,
        };
        Self { store, folder }
    }

    /// Pulls `HOST/REPOSITORY:TAG` for linux/amd64.
    pub fn pull(&self, image: &str) {
        let path = |name: &str| self.folder.path().join(name).display().to_string();
        let target = match &self.store {
            Store::Containerd(_) => {
                let socket = path("socket");
                let pull = ["images", "pull", "--plain-http", "--snapshotter", "native"];
                let platform = ["--platform", "linux/amd64", image];
                tools::run("ctr", &[&["-a", &socket][..], &pull, &platform].concat());
                return;
            }
            Store::ContainersStorage => {
                format!("containers-storage:[vfs@{}+{}]{image}", path("root"), path("run"))
            }
            Store::Layout => {
                format!("oci:{}:{}", path("layout"), image.replace(['/', ':'], "-"))
            }
        };
        let source = format!("docker://{image}");
        let options = ["--insecure-policy", "--override-os", "linux", "--override-arch", "amd64"];
        let copy = ["copy", "--src-tls-verify=false", &source, &target];
        tools::run("skopeo", &[&options[..], &copy].concat());
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Store::Containerd(process) = &mut self.store {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

fn containerd(folder: &Path) -> Child {
    let path = |name: &str| folder.join(name).display().to_string();
    let config = format!(
        "version = 2\n\
         root = '{}'\n\
         state = '{}'\n\
         disabled_plugins = ['io.containerd.grpc.v1.cri']\n\
         [grpc]\n\
         address = '{}'\n",
        path("root"),
        path("state"),
        path("socket")
    );
    fs::write(folder.join("config.toml"), config).unwrap();
    let process = Command::new("containerd")
        .args(["--config", &path("config.toml"), "--log-level", "error"])
        .stdout(Stdio::null())
        .stderr(File::create(folder.join("log")).unwrap())
        .spawn()
        .unwrap();
    let started = Instant::now();
    let answers = || {
        let version = Command::new("ctr").args(["-a", &path("socket"), "version"]).output();
        version.is_ok_and(|output| output.status.success())
    };
    while !answers() {
        let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert!(started.elapsed() < Duration::from_secs(30), "containerd does not start: {log}");
        sleep(Duration::from_millis(50));
    }
    process
}
