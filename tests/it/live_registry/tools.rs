//! The programs of others that these tests need.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::{Mutex, PoisonError};

/// A program, and the Debian package that has it.
pub type Program = (&'static str, &'static str);

/// Sees to it that all programs are there: installs them where that is possible.
pub fn ensure(needed: &[Program]) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    if missing(needed).is_empty() {
        return;
    }
    if is_root() && find("apt-get").is_some() {
        let _ = install(needed).filter(|()| missing(needed).is_empty()).or_else(|| {
            // The lists of packages may be old, or not there at all.
            apt(&["update"])?;
            install(needed)
        });
    }
    let missing = missing(needed);
    assert!(
        missing.is_empty(),
        "these tests work with real programs: install the Debian packages {}",
        missing.join(", ")
    );
}

/// Whether this is root, without which containerd and CRI-O's storage do not work.
pub fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout == b"0\n")
}

/// Runs a program to its end; a failure shows what it said.
pub fn run(program: &str, arguments: &[&str]) -> Output {
    finish(Command::new(program).args(arguments))
}

/// The same for a command that is more than a program and its arguments.
pub fn finish(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Where a program is.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn missing(needed: &[Program]) -> Vec<&'static str> {
    let absent = needed.iter().filter(|(program, _)| find(program).is_none());
    let mut packages: Vec<_> = absent.map(|(_, package)| *package).collect();
    packages.dedup();
    packages
}

fn install(needed: &[Program]) -> Option<()> {
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(missing(needed));
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
