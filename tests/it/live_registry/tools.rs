//! The programs of others that these tests need.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Once;

/// Programs, and the Debian packages that have them.
const NEEDED: [(&str, &str); 4] = [
    ("docker-registry", "docker-registry"),
    ("skopeo", "skopeo"),
    ("containerd", "containerd"),
    ("ctr", "containerd"),
];

/// Sees to it that all programs are there: installs them where that is possible.
pub fn ensure() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if missing().is_empty() {
            return;
        }
        if is_root() && installed("apt-get") {
            let _ = install().filter(|_| missing().is_empty()).or_else(|| {
                // The lists of packages may be old, or not there at all.
                apt(&["update"])?;
                install()
            });
        }
        let missing = missing();
        assert!(
            missing.is_empty(),
            "these tests pull from a real registry: install the Debian packages {}",
            missing.join(", ")
        );
    });
}

/// Whether this is root, without which containerd and CRI-O's storage do not work.
pub fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout == b"0\n")
}

/// Runs a program to its end; a failure shows what it said.
pub fn run(program: &str, arguments: &[&str]) -> Output {
    let output = Command::new(program).args(arguments).output().expect(program);
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

fn missing() -> Vec<&'static str> {
    let mut packages: Vec<_> = NEEDED
        .iter()
        .filter(|(program, _)| !installed(program))
        .map(|(_, package)| *package)
        .collect();
    packages.dedup();
    packages
}

fn installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| Path::new(&folder).join(program).is_file())
}

fn install() -> Option<()> {
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(missing());
    apt(&arguments)
}

fn apt(arguments: &[&str]) -> Option<()> {
    let status = Command::new("apt-get")
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["-o", "DPkg::Lock::Timeout=300"])
        .args(arguments)
        .output()
        .ok()?
        .status;
    status.success().then_some(())
}
