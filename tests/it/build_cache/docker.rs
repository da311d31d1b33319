//! BuildKit as Debian has it: a Docker daemon of its own, without a network.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::tools;

/// Programs that the builds need, and the Debian packages that have them.
const NEEDED: [tools::Program; 3] =
    [("dockerd", "docker.io"), ("runc", "runc"), ("busybox", "busybox-static")];

/// The client that belongs to the daemon; another one that comes first may want a plugin to build.
const CLIENT: &str = "/usr/bin/docker";

/// A daemon without any image. It ends with the test.
pub struct Docker {
    process: Child,
    folder: TempDir,
}

impl Docker {
    pub fn start() -> Self {
        tools::ensure(&NEEDED);
        assert!(tools::is_root(), "a Docker daemon needs root");
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let process = Command::new("dockerd")
            .args(["--bridge=none", "--iptables=false", "--ip6tables=false"])
            // Works upon any file system.
            .args(["--storage-driver=vfs", "--data-root", &path("data"), "--exec-root"])
            .args([&path("run"), "--pidfile", &path("pid"), "--host", &socket(folder.path())])
            .stdout(Stdio::null())
            .stderr(File::create(path("log")).unwrap())
            .spawn()
            .unwrap();
        let docker = Self { process, folder };
        let started = Instant::now();
        while !docker.client(&["version"]).output().is_ok_and(|output| output.status.success()) {
            let log = || fs::read_to_string(docker.path("log")).unwrap();
            assert!(started.elapsed() < Duration::from_secs(30), "no daemon: {}", log());
            sleep(Duration::from_millis(100));
        }
        docker
    }

    /// A path in the daemon's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes a base image: BusyBox, tools of our own, and a release.
    pub fn base(&self, image: &str, tools: &[PathBuf], release: &str) {
        let root = self.path(&image.replace('/', "-"));
        if !root.exists() {
            fs::create_dir_all(root.join("bin")).unwrap();
            fs::create_dir_all(root.join("tmp")).unwrap();
            fs::copy(tools::find("busybox").unwrap(), root.join("bin/busybox")).unwrap();
            for applet in ["sh", "cat", "cp", "mkdir"] {
                symlink("busybox", root.join("bin").join(applet)).unwrap();
            }
            for tool in tools {
                let to = root.join("bin").join(tool.file_name().unwrap());
                fs::copy(tool, &to).unwrap();
                fs::set_permissions(to, PermissionsExt::from_mode(0o755)).unwrap();
            }
        }
        // The image is another in each test, and so nothing is in the cache beforehand.
        fs::write(root.join("release"), format!("{image} {release}\n")).unwrap();
        let archive = self.path(&format!("{}.tar", image.replace('/', "-")));
        let (archive, root) = (archive.display().to_string(), root.display().to_string());
        tools::run("tar", &["-cf", &archive, "-C", &root, "."]);
        tools::finish(&mut self.client(&["import", &archive, image]));
    }

    /// Builds an image of a commit, and returns the log of the build.
    pub fn build(&self, image: &str, dockerfile: &Path, context: &Path, commit: &str) -> String {
        let (dockerfile, context) =
            (dockerfile.display().to_string(), context.display().to_string());
        let how = ["build", "--progress=plain", "--network=none", "--tag", image];
        let commit = format!("GIT_SHA={commit}");
        let what = ["--build-arg", &commit, "--file", &dockerfile, &context];
        let mut build = self.client(&[&how[..], &what].concat());
        let output = tools::finish(build.env("DOCKER_BUILDKIT", "1"));
        String::from_utf8(output.stderr).unwrap()
    }

    /// Digests of an image's layers, unpacked, the lowest first.
    pub fn layers(&self, image: &str) -> Vec<String> {
        let format = "{{range .RootFS.Layers}}{{println .}}{{end}}";
        let output = tools::finish(&mut self.client(&["inspect", "--format", format, image]));
        let listed = String::from_utf8(output.stdout).unwrap();
        listed.split_whitespace().map(str::to_owned).collect()
    }

    fn client(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(CLIENT);
        command.args(["--host", &socket(self.folder.path())]).args(arguments);
        command
    }
}

fn socket(folder: &Path) -> String {
    format!("unix://{}", folder.join("socket").display())
}

impl Drop for Docker {
    /// It is asked to end, because it has started a containerd, which it ends.
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}
