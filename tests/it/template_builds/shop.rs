//! The service that is built: one dependency, one development dependency, and, where asked for, one
//! that is compiled on installation. Its packages are files, so that npm needs no registry.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::builder::Builder;
use super::parts::{BUNDLER, GREETING, HISTORY, TESTS, npm_package};
use crate::live_registry::tools;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Modules {
    Plain,
    Native,
}

/// Writes the checkout of the service and the packages it needs, and has npm lock them.
pub fn write(builder: &Builder, files: &Path, modules: Modules) -> PathBuf {
    let packages = builder.path("packages");
    let sources = files.join("packages");
    npm_package(&sources, "greeting", Some(GREETING), &packages);
    npm_package(&sources, "bundler", Some(BUNDLER), &packages);
    npm_package(&sources, "native-sum", None, &packages);
    let shop = builder.path("shop");
    let (from, to) = (files.join("shop"), builder.path(""));
    tools::run("cp", &["-r", &from.display().to_string(), &to.display().to_string()]);
    TESTS.write(&shop, "app");
    HISTORY.write(&shop, "app");
    fs::write(shop.join(".env"), "PASSWORD=of-the-shop\n").unwrap();
    lock(&shop, modules);
    shop
}

/// `package-lock.json`, by npm itself. The packages lie beside the shop, as they do in the build.
fn lock(shop: &Path, modules: Modules) {
    let mut npm = Command::new("npm");
    npm.args(["install", "--package-lock-only", "--offline", "--no-audit", "--no-fund"]);
    if modules == Modules::Native {
        npm.arg("../packages/native-sum-1.0.0.tgz");
    }
    tools::finish(npm.current_dir(shop).env("npm_config_update_notifier", "false"));
}

/// One line of the sources, changed; each time to another.
pub fn change_a_line(shop: &Path) {
    let path = shop.join("src/index.js");
    let source = fs::read_to_string(&path).unwrap();
    let changed = source.replace("end(greeting()", "end(greeting() + '!'");
    assert_ne!(changed, source);
    fs::write(path, changed).unwrap();
}

/// Files that no build needs: a commit, a secret, a document.
pub fn change_what_is_ignored(shop: &Path) {
    for name in [".git/HEAD", ".env", "README.md"] {
        fs::write(shop.join(name), "changed\n").unwrap();
    }
}
