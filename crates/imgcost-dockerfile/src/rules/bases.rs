//! What is known of images by their names.

use crate::read::{Base, ImageName};

/// What an image is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Runs programs of one language on a whole Debian; its small variants have another tag, of which
    /// the ending is named.
    Language(&'static str),
    /// A distribution.
    System,
    /// Compiles; its results run on another image.
    Sdk,
}

/// Images by name, Docker Hub's official ones without their folder, with the parts of tags that name a
/// small variant. Written from common knowledge of them; their pages on Docker Hub, in Red Hat's
/// catalogue and in Microsoft's artifact registry are where to check a row.
const KNOWN: [(&str, Purpose, &[&str]); 38] = [
    ("node", Purpose::Language("-alpine"), SLIM),
    ("python", Purpose::Language("-slim"), SLIM),
    ("pypy", Purpose::Language("-slim"), SLIM),
    ("ruby", Purpose::Language("-slim"), SLIM),
    ("perl", Purpose::Language("-slim"), SLIM),
    ("erlang", Purpose::Language("-slim"), SLIM),
    ("elixir", Purpose::Language("-slim"), SLIM),
    ("debian", Purpose::Language("-slim"), SLIM),
    ("ubuntu", Purpose::System, MINIMAL),
    ("centos", Purpose::System, MINIMAL),
    ("quay.io/centos/centos", Purpose::System, MINIMAL),
    ("fedora", Purpose::System, MINIMAL),
    ("amazonlinux", Purpose::System, MINIMAL),
    ("rockylinux", Purpose::System, MINIMAL),
    ("almalinux", Purpose::System, MINIMAL),
    ("oraclelinux", Purpose::System, MINIMAL),
    ("opensuse/leap", Purpose::System, MINIMAL),
    ("opensuse/tumbleweed", Purpose::System, MINIMAL),
    ("registry.access.redhat.com/ubi8", Purpose::System, MINIMAL),
    ("registry.access.redhat.com/ubi8/ubi", Purpose::System, MINIMAL),
    ("registry.access.redhat.com/ubi9", Purpose::System, MINIMAL),
    ("registry.access.redhat.com/ubi9/ubi", Purpose::System, MINIMAL),
    ("archlinux", Purpose::System, MINIMAL),
    ("buildpack-deps", Purpose::Sdk, &[]),
    ("golang", Purpose::Sdk, &[]),
    ("rust", Purpose::Sdk, &[]),
    ("gcc", Purpose::Sdk, &[]),
    ("haskell", Purpose::Sdk, &[]),
    ("swift", Purpose::Sdk, SLIM),
    ("maven", Purpose::Sdk, &[]),
    ("gradle", Purpose::Sdk, &[]),
    ("eclipse-temurin", Purpose::Sdk, &["jre"]),
    ("openjdk", Purpose::Sdk, &["jre"]),
    ("amazoncorretto", Purpose::Sdk, &[]),
    ("ibm-semeru-runtimes", Purpose::Sdk, &["jre"]),
    ("sapmachine", Purpose::Sdk, &["jre"]),
    ("mcr.microsoft.com/openjdk/jdk", Purpose::Sdk, &[]),
    ("mcr.microsoft.com/dotnet/sdk", Purpose::Sdk, &[]),
];

const SLIM: &[&str] = &["alpine", "slim"];
const MINIMAL: &[&str] = &["minimal", "slim", "micro", "chiseled"];

/// Mirrors of Docker Hub's official images.
const MIRRORS: [&str; 4] = [
    "public.ecr.aws/docker/library/",
    "mirror.gcr.io/library/",
    "registry.hub.docker.com/library/",
    "docker.m.daocloud.io/library/",
];

/// An image's name without the mirror that it comes through.
pub(super) fn official(name: &ImageName) -> &str {
    let stripped = MIRRORS.iter().find_map(|mirror| name.repository.strip_prefix(mirror));
    stripped.unwrap_or(&name.repository)
}

/// What an image is for, if that is no reason to ship it; `None` where it is small or nothing is known.
pub(super) fn purpose(name: &ImageName) -> Option<Purpose> {
    let repository = official(name);
    let (_, purpose, small) = KNOWN.iter().find(|(known, ..)| *known == repository)?;
    let tag = name.tag.as_deref().unwrap_or_default();
    // Nothing here is known of Windows.
    if tag.contains("windowsservercore") || tag.contains("nanoserver") {
        return None;
    }
    // `alpine3.23` is Alpine.
    let is_small = tag.split('-').any(|word| small.iter().any(|part| word.starts_with(part)));
    (!is_small).then_some(*purpose)
}

/// Releases of Debian and Ubuntu, by the names that their tags have. Written from common knowledge; to check:
/// <https://www.debian.org/releases/> and <https://wiki.ubuntu.com/Releases>.
pub(super) const RELEASES: [&str; 21] = [
    "forky", "trixie", "bookworm", "bullseye", "buster", "stretch", "jessie", "wheezy", "resolute",
    "questing", "plucky", "oracular", "noble", "mantic", "lunar", "kinetic", "jammy", "focal",
    "bionic", "xenial", "trusty",
];

/// Words of tags whose digits are those of something else: the distribution below, the processor.
const NOT_ITS_OWN: [&str; 14] = [
    "alpine",
    "debian",
    "ubuntu",
    "ubi",
    "al20",
    "ltsc",
    "nanoserver",
    "windowsservercore",
    "amd64",
    "arm",
    "i386",
    "s390x",
    "ppc64le",
    "x86",
];

/// Whether a tag says no version of what the image is named after: `latest`, `lts`, `alpine3.20`.
pub(super) fn is_unpinned(name: &ImageName) -> bool {
    if name.digest.is_some() {
        return false;
    }
    let Some(tag) = name.tag.as_deref().filter(|tag| *tag != "latest") else { return true };
    let has_digit = |word: &str| word.contains(|c: char| c.is_ascii_digit());
    let words = || tag.split(['-', '_']).map(str::to_ascii_lowercase);
    let own =
        |word: String| has_digit(&word) && !NOT_ITS_OWN.iter().any(|other| word.starts_with(other));
    let is_release = ["debian", "ubuntu", "raspbian", "buildpack-deps"].contains(&name.short())
        && words().any(|word| RELEASES.contains(&word.as_str()));
    // `gcr.io/distroless/static-debian12` has its version before the tag.
    let has_version = has_digit(name.short()) && name.short().contains('-');
    !(words().any(own) || is_release || has_version)
}

/// Who the processes of an image run as where no `USER` says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DefaultUser {
    /// Root.
    Root,
    /// Somebody else.
    Other,
    /// Only the image's configuration tells.
    Unknown,
}

/// Who a base image runs as. Written from common knowledge; the READMEs of distroless (`nonroot` tags),
/// Bitnami and nginx-unprivileged, Chainguard's overview and .NET's `ubuntu-chiseled.md` tell it.
pub(super) fn default_user(base: &Base) -> DefaultUser {
    let name = match base {
        Base::Scratch => return DefaultUser::Root,
        Base::Image(name) => name,
        Base::Stage(_) | Base::Unknown(_) => return DefaultUser::Unknown,
    };
    let repository = official(name);
    let tag = name.tag.as_deref().unwrap_or_default();
    let starts = |prefix: &str| repository.starts_with(prefix);
    if starts("gcr.io/distroless/") {
        return if tag.contains("nonroot") { DefaultUser::Other } else { DefaultUser::Root };
    }
    if starts("mcr.microsoft.com/dotnet/") {
        let own = tag.contains("chiseled") || tag.contains("distroless");
        return if own { DefaultUser::Other } else { DefaultUser::Root };
    }
    let others = ["cgr.dev/chainguard/", "bitnami/", "nginxinc/nginx-unprivileged", "dhi.io/"];
    if others.iter().any(|prefix| starts(prefix)) {
        return DefaultUser::Other;
    }
    if !repository.contains('/') { DefaultUser::Root } else { DefaultUser::Unknown }
}

/// Whether tools of Alpine are at hand: `adduser -S`, BusyBox' `wget`.
pub(super) fn is_alpine(base: &Base) -> bool {
    let Base::Image(name) = base else { return false };
    official(name) == "alpine" || name.tag.as_deref().is_some_and(|tag| tag.contains("alpine"))
}
