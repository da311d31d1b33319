//! What to start from instead of a large base: the same version of the same thing, of the same
//! distribution where there is a smaller flavour of it. Where none is known, words and no name.

use super::bases::{Purpose, RELEASES, official};
use super::seen::Seen;
use crate::ecosystem::{Act, Manager};
use crate::read::ImageName;

/// A smaller image to start from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Smaller {
    /// Its name; `None` where no image is known of which that can be said.
    pub(super) image: Option<String>,
    /// What to know before taking it, or what to look for.
    pub(super) notes: Vec<String>,
}

/// What the image does that hangs on its base.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Needs {
    /// It installs packages of Debian, which Alpine has not.
    debian: bool,
    /// It installs packages of Red Hat's kind, by `dnf` or `yum`.
    dnf: bool,
    /// It installs packages of its own, some of which may be compiled.
    packages: bool,
}

impl Needs {
    /// Those of the instructions that ship.
    pub(super) fn of(seen: &Seen<'_>) -> Self {
        let mut needs = Self::default();
        for (_, act) in seen.shipped().iter().flat_map(|at| &at.done.acts) {
            match act {
                Act::Add { manager: Manager::Apt, .. } | Act::Update(Manager::Apt) => {
                    needs.debian = true;
                }
                Act::Add { manager: Manager::Dnf, .. } | Act::Update(Manager::Dnf) => {
                    needs.dnf = true;
                }
                Act::Install(_) => needs.packages = true,
                Act::Add { manager, .. } if !manager.is_system() => needs.packages = true,
                _ => {}
            }
        }
        needs
    }
}

/// What to start from instead of an image of this purpose.
pub(super) fn smaller(name: &ImageName, purpose: Purpose, needs: Needs) -> Smaller {
    match purpose {
        Purpose::Language("-alpine") if needs.debian => language(name, "-slim", needs),
        Purpose::Language(ending) => language(name, ending, needs),
        Purpose::System => system(name, needs),
        Purpose::Sdk => sdk(name),
    }
}

fn language(name: &ImageName, ending: &str, needs: Needs) -> Smaller {
    let Some(image) = small_variant(name, ending) else {
        let note = "the slim image of the release that is meant: debian:<release>-slim";
        return Smaller { image: None, notes: vec![note.to_owned()] };
    };
    let is_alpine = image.contains("alpine");
    let note = if is_alpine {
        let other = small_variant(name, "-slim").unwrap_or_default();
        format!(
            "Alpine has another C library (musl for glibc): where a package has native modules for glibc only, {other}"
        )
    } else if needs.packages && official(name) != "debian" {
        format!(
            "slim has no compilers: packages that must be compiled need a stage of their own, FROM {name}"
        )
    } else {
        return Smaller { image: Some(image), notes: Vec::new() };
    };
    Smaller { image: Some(image), notes: vec![note] }
}

fn system(name: &ImageName, needs: Needs) -> Smaller {
    let image = minimal(name);
    let notes = match (&image, official(name)) {
        (Some(_), _) if needs.dnf => {
            vec!["its package manager is microdnf, in place of dnf and yum".to_owned()]
        }
        (Some(_), _) => Vec::new(),
        (None, "ubuntu") => vec![
            "no smaller Ubuntu with a package manager is known here; look for the slim image of".to_owned(),
            "your language, or for one with your program's libraries only (distroless, chiselled Ubuntu)".to_owned(),
        ],
        (None, _) => vec![
            "look for a minimal variant of the same distribution and version, for the slim image".to_owned(),
            "of your language, or for one with your program's libraries only (distroless)".to_owned(),
        ],
    };
    Smaller { image, notes }
}

/// The minimal flavour of the same release of the same distribution.
///
/// Written from common knowledge; where to check a row: Docker Hub's pages of rockylinux, almalinux and oraclelinux, quay.io's of
/// CentOS, Red Hat's catalogue (ubi-minimal), and Fedora's registry.
fn minimal(name: &ImageName) -> Option<String> {
    let repository = name.repository.as_str();
    let tag = name.tag.as_deref().filter(|tag| *tag != "latest");
    let is_version = |tag: &str| tag.chars().all(|c| c.is_ascii_digit() || c == '.');
    let is_release = |tag: &str| !tag.is_empty() && tag.chars().all(|c| c.is_ascii_digit());
    if let Some(red_hat) = repository.strip_prefix("registry.access.redhat.com/ubi") {
        let release = red_hat.split('/').next().unwrap_or(red_hat);
        // `9.4-1214`: the builds of each image are counted by themselves.
        let version = tag.and_then(|tag| tag.split('-').next()).filter(|tag| is_version(tag));
        let version = version.map(|version| format!(":{version}")).unwrap_or_default();
        return Some(format!("registry.access.redhat.com/ubi{release}/ubi-minimal{version}"));
    }
    let tag = tag?;
    match official(name) {
        "rockylinux" | "almalinux" if is_version(tag) => {
            Some(format!("{repository}:{tag}-minimal"))
        }
        "oraclelinux" if is_release(tag) => Some(format!("{repository}:{tag}-slim")),
        "quay.io/centos/centos" if tag.strip_prefix("stream").is_some_and(is_release) => {
            Some(format!("{repository}:{tag}-minimal"))
        }
        "fedora" if is_release(tag) => {
            Some(format!("registry.fedoraproject.org/fedora-minimal:{tag}"))
        }
        _ => None,
    }
}

fn sdk(name: &ImageName) -> Smaller {
    let tag = name.tag.as_deref().unwrap_or_default();
    let release = RELEASES.iter().find(|release| tag.split('-').any(|word| word == **release));
    let image = |image: String| Smaller { image: Some(image), notes: Vec::new() };
    let words = |note: &str| Smaller { image: None, notes: vec![note.to_owned()] };
    match official(name) {
        "golang" => Smaller {
            image: Some("gcr.io/distroless/static-debian12:nonroot".to_owned()),
            notes: vec!["there is no C library in it: build with CGO_ENABLED=0".to_owned()],
        },
        // What was linked against a newer glibc does not start with an older one.
        "rust" | "gcc" => match release {
            Some(&"bookworm") => image("gcr.io/distroless/cc-debian12:nonroot".to_owned()),
            Some(&"trixie") => image("gcr.io/distroless/cc-debian13:nonroot".to_owned()),
            _ if tag.contains("alpine") => words("alpine, of the version that the tag names"),
            _ => words(
                "the slim Debian or the distroless/cc image of the release that the build image is made from",
            ),
        },
        "buildpack-deps" | "haskell" => match release {
            Some(release) if DEBIAN.contains(release) => image(format!("debian:{release}-slim")),
            _ => words("the slim image of the distribution that the build image is made from"),
        },
        "swift" if !tag.is_empty() && tag != "latest" => {
            image(format!("{}:{tag}-slim", name.repository))
        }
        "mcr.microsoft.com/dotnet/sdk" => match aspnet(tag) {
            Some(tag) => image(format!("mcr.microsoft.com/dotnet/aspnet:{tag}")),
            None => words("mcr.microsoft.com/dotnet/aspnet, of the same version"),
        },
        other => match jre(other, tag) {
            Some(tag) => {
                // A mirror of one official image has the others too.
                let mirror = name.repository.strip_suffix(other).unwrap_or_default();
                image(format!("{mirror}eclipse-temurin:{tag}"))
            }
            None => words(
                "an image with the runtime only (`jre`, `headless`, `slim`), of the same version",
            ),
        },
    }
}

/// Releases of Debian among those that are known.
const DEBIAN: [&str; 5] = ["forky", "trixie", "bookworm", "bullseye", "buster"];

/// The tag of ASP.NET beside one of the SDK: patches of the SDK are counted by themselves.
fn aspnet(tag: &str) -> Option<String> {
    let (version, rest) = tag.split_once('-').map_or((tag, ""), |(version, rest)| (version, rest));
    let mut numbers = version.split('.');
    let (major, minor) = (numbers.next()?.parse::<u32>().ok()?, numbers.next()?);
    let rest = if rest.is_empty() { String::new() } else { format!("-{rest}") };
    Some(format!("{major}.{minor}{rest}"))
}

/// Versions of Java that Eclipse Temurin has a runtime of: those with long support. Written from common
/// knowledge; <https://hub.docker.com/_/eclipse-temurin> is where to check.
const JAVA: [u32; 5] = [8, 11, 17, 21, 25];

/// The tag of Temurin's runtime for an image that has a JDK of the same version; `None` where another
/// maker's JDK is asked for, or no version.
fn jre(repository: &str, tag: &str) -> Option<String> {
    let alpine = if tag.contains("alpine") { "-alpine" } else { "" };
    let version = |text: &str| -> Option<u32> {
        let digits = text.split(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse().ok().filter(|version| JAVA.contains(version))
    };
    let version = match repository {
        "eclipse-temurin" if tag.contains("jdk") => {
            version(tag)?;
            return Some(tag.replacen("jdk", "jre", 1));
        }
        "eclipse-temurin" => {
            version(tag)?;
            let (version, rest) = tag.split_once('-').map_or((tag, ""), |(one, rest)| (one, rest));
            let rest = if rest.is_empty() { String::new() } else { format!("-{rest}") };
            return Some(format!("{version}-jre{rest}"));
        }
        "maven" => version(tag.split_once("eclipse-temurin-")?.1)?,
        "gradle" if ["corretto", "graal", "ubi"].iter().any(|other| tag.contains(other)) => {
            return None;
        }
        "gradle" => version(tag.split_once("jdk")?.1)?,
        "openjdk" | "mcr.microsoft.com/openjdk/jdk" => version(tag)?,
        _ => return None,
    };
    Some(format!("{version}-jre{alpine}"))
}

/// The small variant of a language's image: `20` to `20-alpine`, `3.12-bookworm` to `3.12-slim-bookworm`.
fn small_variant(name: &ImageName, ending: &str) -> Option<String> {
    let tag = name.tag.as_deref().filter(|tag| *tag != "latest");
    let debian = ["bookworm", "bullseye", "trixie", "buster", "forky"];
    let tag = match tag {
        // There is no `debian:slim`.
        None if official(name) == "debian" => return None,
        None => ending.trim_start_matches('-').to_owned(),
        Some(tag) => match debian.iter().find(|release| tag.ends_with(*release)) {
            // Tags of Debian and Node end in `-slim`, those of others have the release last.
            Some(_) if ["python", "ruby", "perl", "pypy"].contains(&official(name)) => {
                let (version, release) = tag.rsplit_once('-').unwrap_or(("", tag));
                let version =
                    if version.is_empty() { String::new() } else { format!("{version}-") };
                format!("{version}slim-{release}")
            }
            Some(_) => format!("{tag}-slim"),
            None => format!("{tag}{ending}"),
        },
    };
    Some(format!("{}:{tag}", name.repository))
}
