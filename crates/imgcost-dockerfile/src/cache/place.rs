use super::sources::{is_pattern, is_wildcard};
use crate::ecosystem::{Manager, holds_packages, names_packages};
use crate::read::absolute;

/// Where a command may have written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// This path, and all below it.
    At(String),
    /// This path, and all below it, with nothing left of what was there before.
    Replaced(String),
    /// The application's packages.
    Packages {
        /// Who installed them.
        manager: Manager,
        /// The folder it was called in.
        workdir: String,
        /// What it was called with: folders may be among it.
        arguments: Vec<String>,
        /// Where packages lie.
        folders: Vec<String>,
    },
    /// Folders of the operating system, but not the application's.
    System {
        /// The folder it was called in.
        workdir: String,
    },
    /// Anything but packages, the lists that name them, and folders of the operating system: a build
    /// of the application.
    Built {
        /// The folder it was called in.
        workdir: String,
    },
    /// Nobody knows, of a program of this name.
    Anywhere(String),
}

/// Where packages of an operating system put their files.
const SYSTEM: [&str; 12] =
    ["bin", "etc", "home", "lib", "lib64", "opt", "root", "run", "sbin", "tmp", "usr", "var"];

/// Of these, what no build of an application writes to.
/// Programs are written where people like, `/bin/app` among others.
const SETTLED: [&str; 6] = ["/etc", "/lib", "/lib64", "/usr/lib", "/usr/share", "/var/lib"];

/// Folders where no package of an application is put: settings of the system, and its loader.
const CONFIGURED: [&str; 3] = ["/etc", "/lib", "/lib64"];

impl Place {
    /// Folders of packages, where it is about them.
    pub(super) fn package_folders(&self) -> &[String] {
        match self {
            Self::Packages { folders, .. } => folders,
            _ => &[],
        }
    }

    /// Whether files at a path may be from there.
    pub(super) fn may_hold(&self, path: &str) -> bool {
        match self {
            Self::At(place) | Self::Replaced(place) => overlap(path, place),
            Self::Packages { manager, workdir, arguments, folders } => {
                let is_there = folders.iter().any(|folder| overlap(path, folder));
                is_there || packages(path, *manager, workdir, arguments)
            }
            Self::System { workdir } => is_system(path) && !is_inside(path, workdir),
            Self::Built { workdir } => {
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                let is_list = names_packages(path).is_some() && folder == workdir;
                let is_settled = SETTLED.iter().any(|one| is_below(path, one));
                holds_packages(path).is_none() && !is_list && !is_settled
            }
            Self::Anywhere(_) => true,
        }
    }
}

/// Whether an install may have written to a path: into folders of its packages, and into what it was
/// called with. Those of Node.js write nowhere else; the others have places in the system.
fn packages(path: &str, manager: Manager, workdir: &str, arguments: &[String]) -> bool {
    if let Some(holder) = holds_packages(path) {
        return family(holder) == family(manager);
    }
    let named = |argument: &String| {
        let value = argument.split_once('=').map_or(argument.as_str(), |(_, value)| value);
        let is_path = value != "." && !value.starts_with('-') && !value.contains("://");
        is_path && overlap(path, &absolute(workdir, value))
    };
    if is_below(workdir, path) || arguments.iter().any(named) {
        return true;
    }
    if CONFIGURED.iter().any(|folder| is_below(path, folder)) {
        return false;
    }
    let is_global = arguments.iter().any(|argument| argument == "-g" || argument == "--global");
    match family(manager) {
        Manager::Npm if !is_global => false,
        _ => !is_inside(path, workdir),
    }
}

/// One for all managers that share their folders.
const fn family(manager: Manager) -> Manager {
    match manager {
        Manager::Yarn | Manager::Pnpm | Manager::Bun => Manager::Npm,
        Manager::Uv | Manager::Poetry | Manager::Pipenv => Manager::Pip,
        other => other,
    }
}

/// Whether a path is, or holds, folders of the operating system.
fn is_system(path: &str) -> bool {
    let first = path.split('/').nth(1).unwrap_or_default();
    first.is_empty() || SYSTEM.contains(&first)
}

/// Whether a path lies in the application's folder; `/` is nobody's.
fn is_inside(path: &str, workdir: &str) -> bool {
    workdir != "/" && path != workdir && is_below(path, workdir)
}

/// Whether a path is a folder or lies in it.
pub(super) fn is_below(path: &str, folder: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether two paths, perhaps with wildcards, may have files in common: one is the other or holds it.
pub(super) fn overlap(one: &str, other: &str) -> bool {
    let parts = |path| str::split(path, '/').filter(|part| !part.is_empty());
    let (mut one, mut other) = (parts(one), parts(other));
    loop {
        match (one.next(), other.next()) {
            (None, _) | (_, None) | (Some("**"), _) | (_, Some("**")) => return true,
            (Some(a), Some(b)) if a == b => {}
            (Some(a), Some(b)) if is_pattern(a) && is_pattern(b) => {}
            (Some(a), Some(b)) if may_match(a, b) || may_match(b, a) => {}
            _ => return false,
        }
    }
}

/// Whether a pattern may stand for a name, by what it begins and ends with.
fn may_match(pattern: &str, name: &str) -> bool {
    let (Some(first), Some(last)) = (pattern.find(is_wildcard), pattern.rfind(is_wildcard)) else {
        return false;
    };
    let begins = pattern.get(..first).is_some_and(|start| name.starts_with(start));
    begins && pattern.get(last + 1..).is_some_and(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_overlap_if_one_holds_the_other() {
        for (one, other, expected) in [
            ("/app", "/app/dist", true),
            ("/app/dist", "/app", true),
            ("/app/dist", "/app/dist2", false),
            ("/", "/x", true),
            ("/app/package*.json", "/app/package.json", true),
            ("/app/*.jar", "/app/package*.json", true),
            ("/app/*.jar", "/app/package.json", false),
        ] {
            assert_eq!(overlap(one, other), expected, "{one} {other}");
        }
    }
}
