//! What images are made of here: files of noise, packages for npm, programs of this machine.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::live_registry::tools;

const MIB: u64 = 1024 * 1024;

/// A file of noise, which no compression makes smaller: so the bytes that a layer has because of it
/// are known beforehand, compressed and unpacked.
#[derive(Debug, Clone, Copy)]
pub struct Filler {
    pub path: &'static str,
    pub size: u64,
}

/// What a full base image has and a slim one has not, beside a compiler.
pub const FULL_BASE: Filler = Filler { path: "usr/share/full/filler", size: 24 * MIB };
/// What comes with compilers where they are installed by themselves.
pub const COMPILERS: Filler = Filler { path: "usr/lib/compilers/filler", size: 8 * MIB };
/// A development dependency: bundlers, type checkers and test runners.
pub const BUNDLER: Filler = Filler { path: "app/node_modules/bundler/filler", size: 8 * MIB };
/// A dependency that the service needs when it runs.
pub const GREETING: Filler = Filler { path: "app/node_modules/greeting/filler", size: 2 * MIB };
/// Both once more, packed, in npm's cache: there by the digest of the package, not by this path.
pub const BUNDLER_CACHED: Filler = Filler { path: "root/.npm", ..BUNDLER };
pub const GREETING_CACHED: Filler = Filler { path: "root/.npm", ..GREETING };
/// Tests, and what they are given to read.
pub const TESTS: Filler = Filler { path: "app/test/filler", size: MIB };
/// The history of the sources.
pub const HISTORY: Filler = Filler { path: "app/.git/filler", size: MIB };

impl Filler {
    /// Writes it to its place below a folder, which is `inside` of an image.
    pub fn write(self, folder: &Path, inside: &str) {
        let path = folder.join(Path::new(self.path).strip_prefix(inside).unwrap());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // xorshift, seeded by the name.
        let mut state = self.path.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }) | 1;
        let mut noise = vec![0; usize::try_from(self.size).unwrap()];
        for word in noise.chunks_exact_mut(8) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            word.copy_from_slice(&state.to_le_bytes());
        }
        fs::write(path, noise).unwrap();
    }
}

/// A package as npm publishes it, `NAME-1.0.0.tgz` in `packages`.
pub fn npm_package(sources: &Path, name: &str, filler: Option<Filler>, packages: &Path) {
    let archive = File::create(packages.join(format!("{name}-1.0.0.tgz"))).unwrap();
    let mut archive = tar::Builder::new(GzEncoder::new(archive, Compression::none()));
    archive.append_dir_all("package", sources.join(name)).unwrap();
    if let Some(filler) = filler {
        let inside = format!("app/node_modules/{name}");
        let folder = tempfile::tempdir().unwrap();
        filler.write(folder.path(), &inside);
        archive.append_dir_all("package", folder.path()).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap();
}

/// A program of this machine, and the libraries it loads, in the root file system of an image.
pub fn install_program(program: &str, root: &Path, to: &str) {
    let found = tools::find(program).unwrap();
    copy(&found, &root.join(to));
    // Prints lines such as `libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f5036)`, and fails
    // for a static program.
    let listed = Command::new("ldd").arg(&found).output().unwrap();
    for word in String::from_utf8(listed.stdout).unwrap().split_whitespace() {
        if let Some(inside) = word.strip_prefix('/') {
            copy(Path::new(word), &root.join(inside));
        }
    }
}

/// Where Debian's own packages have npm, what it needs, and some of what Node.js needs.
const DEBIAN_NPM: [&str; 3] =
    ["/usr/share/nodejs", "/usr/share/node_modules", "/usr/share/javascript"];

/// npm, which is a folder of scripts, at the path that it has on this machine.
pub fn install_npm(root: &Path) {
    let script = fs::canonicalize(tools::find("npm").unwrap()).unwrap();
    let npm = script.parent().and_then(Path::parent).unwrap();
    assert!(npm.join("bin/npm-cli.js").is_file(), "{} is not npm as known here", npm.display());
    let folders = if npm == Path::new(DEBIAN_NPM[0]).join("npm") {
        DEBIAN_NPM.map(Path::new).to_vec()
    } else {
        vec![npm]
    };
    for folder in folders {
        let to = root.join(folder.strip_prefix("/").unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        tools::run("cp", &["-a", &folder.display().to_string(), &to.display().to_string()]);
    }
    symlink(&script, root.join("usr/local/bin/npm")).unwrap();
}

/// A copy of the file itself where it is a link.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::copy(from, to).unwrap();
}
