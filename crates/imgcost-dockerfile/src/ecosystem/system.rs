//! Packages of the operating system: apt, apk, dnf, zypper.

use super::Manager;
use super::act::Act;
use super::call::Call;
use super::node::{added, removed};

pub(super) fn apt(call: &Call<'_>) -> Option<Act> {
    let manager = Manager::Apt;
    let operands = call.operands(&["-t", "--target-release", "-o", "--option", "-c", "-a"]);
    let (first, rest) = operands.split_first()?;
    match *first {
        "install" | "reinstall" | "build-dep" => Some(added(manager, rest)),
        "remove" | "purge" | "autoremove" | "autopurge" => Some(removed(manager, rest)),
        "update" => Some(Act::Update(manager)),
        "clean" | "autoclean" | "distclean" | "dist-clean" => Some(Act::CleanCache(manager)),
        _ => None,
    }
}

pub(super) fn apk(call: &Call<'_>) -> Option<Act> {
    let manager = Manager::Apk;
    let operands = call.operands(&[
        "-t",
        "--virtual",
        "-X",
        "--repository",
        "-p",
        "--root",
        "--arch",
        "--keys-dir",
        "--repositories-file",
        "--cache-dir",
        "--cache-max-age",
        "--wait",
    ]);
    let (first, rest) = operands.split_first()?;
    match *first {
        "add" => {
            let virtual_name = call.values(&["-t", "--virtual"]).first().map(ToString::to_string);
            let packages = rest.iter().map(ToString::to_string).collect();
            Some(Act::Add { manager, packages, virtual_name })
        }
        "del" => Some(removed(manager, rest)),
        "update" => Some(Act::Update(manager)),
        "cache" if rest.first() == Some(&"clean") => Some(Act::CleanCache(manager)),
        _ => None,
    }
}

pub(super) fn dnf(call: &Call<'_>) -> Option<Act> {
    let manager = Manager::Dnf;
    let operands = call.operands(&[
        "--setopt",
        "--enablerepo",
        "--disablerepo",
        "--releasever",
        "--installroot",
        "-x",
        "--exclude",
        "-c",
        "--config",
        "--repo",
    ]);
    let (first, rest) = operands.split_first()?;
    match *first {
        "install" | "in" | "groupinstall" | "localinstall" | "reinstall" => {
            Some(added(manager, rest))
        }
        "remove" | "erase" | "autoremove" | "rm" => Some(removed(manager, rest)),
        "makecache" | "check-update" => Some(Act::Update(manager)),
        "clean" => Some(Act::CleanCache(manager)),
        _ => None,
    }
}

pub(super) fn zypper(call: &Call<'_>) -> Option<Act> {
    let manager = Manager::Zypper;
    let operands = call.operands(&["-r", "--repo", "--from", "-R", "--root", "-t", "--type"]);
    let (first, rest) = operands.split_first()?;
    match *first {
        "install" | "in" => Some(added(manager, rest)),
        "remove" | "rm" => Some(removed(manager, rest)),
        "refresh" | "ref" => Some(Act::Update(manager)),
        "clean" | "cc" => Some(Act::CleanCache(manager)),
        _ => None,
    }
}
