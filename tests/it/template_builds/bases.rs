//! Base images from the programs of this machine, under the names that the templates ask for: what
//! is in them differs from the published ones, what Dockerfiles do with them does not.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use super::builder::Builder;
use super::parts::{COMPILERS, FULL_BASE, copy, install_npm, install_program};

/// In place of Alpine: BusyBox, Node.js and npm.
const SLIM: &str = "FROM scratch\n\
    COPY . /\n\
    ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n\
    CMD [\"node\"]\n";

/// npm asks nobody: neither for packages, nor for advice.
const NPMRC: &str = "offline=true\naudit=false\nfund=false\nupdate-notifier=false\n\
    registry=http://127.0.0.1:9/\n";

/// Builds a slim base image under the name `slim`, and one with compilers on it as `full`.
pub fn build(builder: &Builder, files: &Path, slim: &str, full: &str) {
    let root = builder.path("slim");
    slim_root(&root, files);
    build_one(builder, SLIM, &root, slim);
    let root = builder.path("full");
    compilers(&root, "");
    FULL_BASE.write(&root, "");
    build_one(builder, &format!("FROM {slim}\nCOPY . /\nCMD [\"node\"]\n"), &root, full);
    let packages = builder.path("packages/apk");
    for name in ["python3", "make", "g++"] {
        fs::create_dir_all(packages.join(name)).unwrap();
    }
    compilers(&packages, "g++");
    COMPILERS.write(&packages.join("g++"), "");
}

fn build_one(builder: &Builder, dockerfile: &str, root: &Path, image: &str) {
    let path = builder.path("Dockerfile");
    fs::write(&path, dockerfile).unwrap();
    builder.build(image, &path, root);
}

fn slim_root(root: &Path, files: &Path) {
    for folder in ["bin", "etc", "root", "usr/bin", "usr/local/bin", "usr/local/etc"] {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    install_program("busybox", root, "bin/busybox");
    let applets = Command::new("busybox").arg("--list").output().unwrap();
    for applet in String::from_utf8(applets.stdout).unwrap().lines().filter(|a| *a != "busybox") {
        symlink("busybox", root.join("bin").join(applet)).unwrap();
    }
    symlink("/bin/env", root.join("usr/bin/env")).unwrap();
    install_program("node", root, "usr/local/bin/node");
    install_npm(root);
    // The first is where npm looks, the second where Debian's does.
    for path in ["usr/local/etc/npmrc", "etc/npmrc"] {
        fs::write(root.join(path), NPMRC).unwrap();
    }
    copy(&files.join("apk"), &root.join("sbin/apk"));
    let users = "root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n";
    fs::write(root.join("etc/passwd"), users).unwrap();
    fs::write(root.join("etc/group"), "root:x:0:\nnode:x:1000:\n").unwrap();
}

/// A small C compiler under the name of the usual one, and make.
fn compilers(root: &Path, package: &str) {
    install_program("tcc", &root.join(package), "usr/bin/cc");
    install_program("make", &root.join(package), "usr/bin/make");
}
