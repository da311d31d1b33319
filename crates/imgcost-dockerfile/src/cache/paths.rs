use imgcost::image::TriggerSet;

use super::plan::Built;
use crate::ecosystem::holds_packages;

/// What a step may have written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Writes {
    /// Nothing that is copied.
    Nothing,
    /// This path, or what lies under it, as a `COPY` names it.
    Under(String),
    /// The same, from a build context: folders of packages that lie there already stay as they are.
    Sources(String),
    /// Folders of packages, wherever they are, and this folder as a whole.
    Packages(String),
    /// Anything but folders of packages: what a build makes.
    NoPackages,
    /// Files of the operating system.
    System,
    /// Anything.
    Anything,
}

/// Where package managers of operating systems write.
const SYSTEM: [&str; 9] =
    ["/bin", "/etc", "/lib", "/lib64", "/opt", "/sbin", "/usr", "/var", "/home"];

/// Whether a step may have written there, and whether nothing that lies below can be seen any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    No,
    Maybe,
    Surely,
}

impl Writes {
    fn reach(&self, path: &str) -> Reach {
        let maybe = |maybe: bool| if maybe { Reach::Maybe } else { Reach::No };
        match self {
            Self::Nothing => Reach::No,
            Self::Anything => Reach::Maybe,
            Self::NoPackages => maybe(holds_packages(path).is_none()),
            Self::Packages(folder) => {
                maybe(holds_packages(path).is_some() || contains(path, folder))
            }
            Self::System => maybe(path == "/" || SYSTEM.iter().any(|root| contains(root, path))),
            Self::Sources(_) if holds_packages(path).is_some() => Reach::No,
            Self::Under(dest) | Self::Sources(dest) => {
                if contains(dest, path) {
                    Reach::Surely
                } else {
                    maybe(contains(path, dest))
                }
            }
        }
    }
}

/// The changes after which what lies at a path of a stage is different: those of every step that may
/// have written there, down to one that surely did, or else to the base.
pub(super) fn changes_of(path: &str, stage: usize, built: &[Built]) -> TriggerSet {
    let path = match path.find(['*', '?', '[']) {
        // What a pattern matches lies in the folder above it.
        Some(at) => path
            .get(..at)
            .and_then(|fixed| fixed.rsplit_once('/'))
            .map_or("/", |(folder, _)| folder),
        None => path,
    };
    let path = match path.trim_end_matches('/') {
        "" => "/",
        path => path,
    };
    let mut set = TriggerSet::NONE;
    let mut at = built.get(stage);
    while let Some(found) = at {
        for (step, writes) in found.plan.steps.iter().zip(&found.writes).rev() {
            match writes.reach(path) {
                Reach::No => {}
                Reach::Maybe => set = set.union(step.output),
                Reach::Surely => return set.union(step.output),
            }
        }
        match found.parent {
            Some(parent) => at = built.get(parent),
            None => return set.union(found.plan.from.output),
        }
    }
    set
}

/// Whether a path is that folder or lies in it.
fn contains(folder: &str, path: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
