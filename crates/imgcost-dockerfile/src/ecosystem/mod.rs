//! What package managers do: which command installs, builds or cleans, which files hold or name packages.

mod act;
mod caches;
mod call;
mod compiled;
mod files;
mod folders;
mod jvm;
mod kept;
mod node;
mod project;
mod python;
mod scripted;
mod system;
mod tools;

pub(crate) use act::installs_tools;
pub use act::{Act, Install, act, act_in, install_in};
pub use caches::{CACHES, Cache, cache_of};
pub use call::Environment;
pub use files::{holds_packages, names_packages};
pub(crate) use folders::{Whereabouts, package_folders, within};
pub(crate) use kept::is_within;
pub use kept::{caches_left, empties};
pub(crate) use project::{completes, leaves_project_out};
pub use tools::{is_build_tool, package_name};

/// A package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Manager {
    /// npm.
    Npm,
    /// Yarn, of any version.
    Yarn,
    /// pnpm.
    Pnpm,
    /// Bun.
    Bun,
    /// pip.
    Pip,
    /// uv.
    Uv,
    /// Poetry.
    Poetry,
    /// Pipenv.
    Pipenv,
    /// Go modules.
    Go,
    /// Maven.
    Maven,
    /// Gradle.
    Gradle,
    /// Cargo.
    Cargo,
    /// .NET, NuGet.
    Dotnet,
    /// Bundler and gem.
    Bundler,
    /// Composer.
    Composer,
    /// apt and apt-get.
    Apt,
    /// apk.
    Apk,
    /// dnf, microdnf and yum.
    Dnf,
    /// zypper.
    Zypper,
}

impl Manager {
    /// Its name as people say it: `npm`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Yarn => "yarn",
            Self::Pnpm => "pnpm",
            Self::Bun => "bun",
            Self::Pip => "pip",
            Self::Uv => "uv",
            Self::Poetry => "poetry",
            Self::Pipenv => "pipenv",
            Self::Go => "go",
            Self::Maven => "maven",
            Self::Gradle => "gradle",
            Self::Cargo => "cargo",
            Self::Dotnet => "dotnet",
            Self::Bundler => "bundler",
            Self::Composer => "composer",
            Self::Apt => "apt",
            Self::Apk => "apk",
            Self::Dnf => "dnf",
            Self::Zypper => "zypper",
        }
    }

    /// Whether it installs packages of the operating system rather than of the application.
    pub const fn is_system(self) -> bool {
        matches!(self, Self::Apt | Self::Apk | Self::Dnf | Self::Zypper)
    }
}
