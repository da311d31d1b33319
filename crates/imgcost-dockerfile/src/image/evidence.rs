use std::cmp::Reverse;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::ecosystem::Manager;
use crate::read::ImageName;

/// What is known of images and packages in general, for want of the image itself: every row was read
/// or measured by somebody, once, and says by whom and when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Base images.
    pub images: Vec<BaseImage>,
    /// What base images are made for.
    pub families: Vec<Family>,
    /// Bytes that steps leave.
    pub measured: Vec<Measured>,
    /// Times that steps take.
    pub times: Vec<Timed>,
}

/// What a base image weighs: one build of one tag.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaseImage {
    /// Its repository, as a `FROM` names it.
    pub repository: String,
    /// Its tag.
    pub tag: String,
    /// How much of an operating system it brings.
    pub variant: Variant,
    /// Bytes of its layers on the wire.
    pub compressed: u64,
    /// Bytes on disk, where somebody wrote them down.
    pub unpacked: Option<u64>,
    /// The day it was built.
    pub published: String,
    /// Where the numbers come from.
    pub source: String,
    /// The smaller image that does the same at run time.
    pub slimmer: Option<String>,
}

/// How much of an operating system an image brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Variant {
    /// All that people expect, compilers often among it.
    Full,
    /// The least with the same C library.
    Slim,
    /// Alpine Linux.
    Alpine,
    /// No shell and no package manager.
    Minimal,
}

/// What the images of a repository are made for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// The repository.
    pub repository: String,
    /// What they are for.
    pub kind: FamilyKind,
}

/// What a base image is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FamilyKind {
    /// An operating system.
    Os,
    /// Running programs of one language.
    Runtime,
    /// Building them.
    Build,
}

/// Bytes that somebody measured.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// What: `npm.dependencies`, `apt.tools.g++`.
    pub id: String,
    /// Bytes on the wire.
    pub compressed: u64,
    /// Bytes on disk.
    pub unpacked: u64,
    /// How they were measured.
    pub source: String,
    /// When.
    pub date: String,
}

/// A time that somebody measured.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timed {
    /// What: `npm.ci`.
    pub id: String,
    /// Seconds.
    pub seconds: u64,
    /// How they were measured.
    pub source: String,
    /// When.
    pub date: Option<String>,
}

/// A base image that stands for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandIn<'e> {
    /// What is known.
    pub row: &'e BaseImage,
    /// Whether it is the very tag.
    pub exact: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Images {
    #[serde(default, rename = "image")]
    images: Vec<BaseImage>,
    #[serde(default, rename = "family")]
    families: Vec<Family>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Measurements {
    #[serde(default)]
    measured: Vec<Measured>,
    #[serde(default, rename = "time")]
    times: Vec<Timed>,
}

impl Evidence {
    /// What this crate brings along.
    pub fn built_in() -> &'static Self {
        static EVIDENCE: OnceLock<Evidence> = OnceLock::new();
        EVIDENCE.get_or_init(|| {
            let images = include_str!("../../data/base-images.toml");
            let measured = include_str!("../../data/measured.toml");
            // A test reads both: what does not parse is never shipped.
            Self::parse(images, measured).unwrap_or_default()
        })
    }

    /// Reads both files.
    ///
    /// # Errors
    /// If one does not parse.
    pub fn parse(images: &str, measured: &str) -> Result<Self, toml::de::Error> {
        let Images { images, families } = toml::from_str(images)?;
        let Measurements { measured, times } = toml::from_str(measured)?;
        Ok(Self { images, families, measured, times })
    }

    /// The base image of that name: its own row, or else that of the same repository and variant
    /// whose version is nearest.
    ///
    /// ```
    /// use imgcost_dockerfile::image::Evidence;
    /// use imgcost_dockerfile::read::ImageName;
    /// let evidence = Evidence::built_in();
    /// let found = evidence.base(&ImageName::parse("node:20.11-alpine3.19")).unwrap();
    /// assert_eq!((found.row.tag.as_str(), found.exact), ("20-alpine", false));
    /// ```
    pub fn base(&self, name: &ImageName) -> Option<StandIn<'_>> {
        let tag = name.tag.as_deref().unwrap_or("latest");
        let of_repository = || self.images.iter().filter(|row| row.repository == name.repository);
        if let Some(row) = of_repository().find(|row| row.tag == tag) {
            // A digest pins a build of its own.
            return Some(StandIn { row, exact: name.digest.is_none() });
        }
        let variant = Variant::of(&name.repository, tag);
        let wanted = version(tag);
        let alike = of_repository().filter(|row| row.variant == variant);
        let row = alike.min_by_key(|row| {
            let own = version(&row.tag);
            let newest = Reverse(own.clone());
            match wanted.is_empty() {
                true => (Vec::new(), newest),
                false => (distance(&wanted, &own), newest),
            }
        })?;
        Some(StandIn { row, exact: false })
    }

    /// The smaller image that does the same at run time.
    pub fn slimmer(&self, row: &BaseImage) -> Option<StandIn<'_>> {
        self.base(&ImageName::parse(row.slimmer.as_deref()?))
    }

    /// What the images of a repository are made for, where that is known.
    pub fn family(&self, repository: &str) -> Option<FamilyKind> {
        self.families.iter().find(|row| row.repository == repository).map(|row| row.kind)
    }

    /// Bytes by id.
    pub fn measured(&self, id: &str) -> Option<&Measured> {
        self.measured.iter().find(|row| row.id == id)
    }

    /// A time by id.
    pub fn time(&self, id: &str) -> Option<&Timed> {
        self.times.iter().find(|row| row.id == id)
    }

    /// Bytes of what a manager installs. Managers that take packages from the same place bring the
    /// same bytes.
    pub fn packages(&self, manager: Manager, development: Development) -> Option<&Measured> {
        let of = match manager {
            Manager::Npm | Manager::Yarn | Manager::Pnpm | Manager::Bun => "npm",
            Manager::Pip | Manager::Uv | Manager::Poetry | Manager::Pipenv => "pip",
            other => other.name(),
        };
        match development {
            Development::Included => self.measured(&format!("{of}.dependencies")),
            Development::LeftOut => self.measured(&format!("{of}.production")),
        }
    }

    /// Bytes of the cache that a manager leaves behind; apt's are its lists of packages.
    pub fn cache(&self, manager: Manager, development: Development) -> Option<&Measured> {
        let name = manager.name();
        let production = match development {
            Development::LeftOut => self.measured(&format!("{name}.cache-production")),
            Development::Included => None,
        };
        let kinds = ["cache", "lists", "registry"];
        let any = || kinds.iter().find_map(|kind| self.measured(&format!("{name}.{kind}")));
        production.or_else(any)
    }

    /// Bytes of packages of the operating system: those of all of them together, where somebody
    /// measured that, or of each.
    pub fn tools(&self, manager: Manager, packages: &[&str]) -> Option<Vec<&Measured>> {
        self.of_packages(&format!("{}.tools.", manager.name()), packages)
    }

    /// Bytes of what is installed along with them because they recommend it.
    pub fn recommended(&self, manager: Manager, packages: &[&str]) -> Option<Vec<&Measured>> {
        self.of_packages(&format!("{}.recommends.", manager.name()), packages)
    }

    fn of_packages(&self, prefix: &str, packages: &[&str]) -> Option<Vec<&Measured>> {
        let length = packages.iter().map(|name| name.len() + 1).sum::<usize>();
        let together = self.measured.iter().find(|row| {
            let names = row.id.strip_prefix(prefix);
            names.is_some_and(|names| {
                names.len() + 1 == length && packages.iter().all(|name| names.contains(name))
            })
        });
        let each = || {
            let rows = packages.iter().map(|name| self.measured(&format!("{prefix}{name}")));
            rows.collect::<Option<Vec<_>>>()
        };
        together.map(|row| vec![row]).or_else(each)
    }
}

/// Whether packages that only development needs are among those installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Development {
    /// They are.
    Included,
    /// They are not.
    LeftOut,
}

impl From<bool> for Development {
    fn from(included: bool) -> Self {
        if included { Self::Included } else { Self::LeftOut }
    }
}

impl BaseImage {
    /// Its name: `node:20-alpine`.
    pub fn name(&self) -> String {
        format!("{}:{}", self.repository, self.tag)
    }
}

impl Variant {
    /// What a name says of it: `20-alpine`, `3.12-slim-bookworm`, `8.0-noble-chiseled`, `21-jre`.
    pub fn of(repository: &str, tag: &str) -> Self {
        let says = |word: &str| repository.contains(word) || tag.contains(word);
        if says("distroless") || says("chiseled") || says("busybox") {
            Self::Minimal
        } else if says("alpine") {
            Self::Alpine
        } else if tag.contains("slim") || tag.contains("jre") {
            Self::Slim
        } else {
            Self::Full
        }
    }
}

/// The version that a tag begins with, or names first: `[3, 12]` of `3.12-slim`, `[21]` of `jdk21`.
fn version(tag: &str) -> Vec<u64> {
    let start = tag.find(|c: char| c.is_ascii_digit()).unwrap_or(tag.len());
    let digits = tag[start..].split(|c: char| !(c.is_ascii_digit() || c == '.')).next();
    let numbers = digits.unwrap_or_default().split('.').map_while(|part| part.parse().ok());
    numbers.take(3).collect()
}

/// How far two versions are apart, the first number counting most.
fn distance(wanted: &[u64], own: &[u64]) -> Vec<u64> {
    wanted.iter().zip(own).map(|(wanted, own)| wanted.abs_diff(*own)).collect()
}
