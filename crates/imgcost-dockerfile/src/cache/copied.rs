use super::place::{is_below, overlap};
use super::sources::{is_file, is_pattern};
use crate::ecosystem::{holds_packages, names_packages};
use crate::read::{Copy, Source};

/// One source of a copy, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Copied {
    /// The source, perhaps with wildcards; `.` or `/` for all there is.
    pub(super) source: String,
    /// Where to, absolute; a folder if it ends in `/`.
    pub(super) dest: String,
    /// Whether folders of packages are left out: those of a context are no part of it.
    pub(super) no_packages: bool,
}

impl Copied {
    /// The sources of what stands at a path afterwards: none if the copy does not reach it.
    ///
    /// A folder's contents go into the destination, a file becomes the destination or goes into it;
    /// where a name does not tell which of them a source is, both are looked at.
    pub(super) fn sources_of(&self, path: &str) -> Vec<String> {
        if self.no_packages && holds_packages(path).is_some() {
            return Vec::new();
        }
        let whole = self.source == "." || self.source == "/";
        let name = self.source.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let mut sources = Vec::new();
        if whole || !is_file(name) || (is_pattern(name) && names_packages(name).is_none()) {
            if is_below(path, &self.dest) && !is_pattern(&self.source) {
                let rest = path.get(self.dest.trim_end_matches('/').len()..).unwrap_or_default();
                let folder = if whole { "" } else { self.source.trim_end_matches('/') };
                sources.push(format!("{folder}{rest}"));
            } else if overlap(path, &self.dest) {
                sources.push(self.source.clone());
            }
        }
        if !whole {
            let inside = format!("{}/{name}", self.dest.trim_end_matches('/'));
            let becomes = if self.dest.ends_with('/') { &inside } else { &self.dest };
            if overlap(path, becomes) {
                sources.push(self.source.clone());
            }
        }
        sources
    }
}

/// What of a copy's sources stands at a path afterwards, or in it: as [`Copied::sources_of`], with all
/// that may lie in a context.
pub(crate) fn origins(copy: &Copy, path: &str) -> Vec<String> {
    let sources = copy.sources.iter().filter_map(|source| match source {
        Source::Path(path) => Some(path.clone()),
        _ => None,
    });
    let copied =
        sources.map(|source| Copied { source, dest: copy.dest.clone(), no_packages: false });
    copied.flat_map(|copied| copied.sources_of(path)).collect()
}

/// Where each source of a copy lands: a file in a folder, what is in a folder at the destination.
pub(crate) fn lands(copy: &Copy) -> Vec<String> {
    let dest = copy.dest.trim_end_matches('/');
    let folder = copy.dest.ends_with('/');
    let place = |source: &Source| {
        let path = match source {
            Source::Path(path) | Source::Remote(path) => path.trim_end_matches('/'),
            Source::HereDocument(_) => "",
        };
        let name = path.rsplit('/').next().unwrap_or_default();
        let is_file = is_file(name) && name != ".";
        match folder && is_file {
            true => format!("{dest}/{name}"),
            false if dest.is_empty() => "/".to_owned(),
            false => dest.to_owned(),
        }
    };
    copy.sources.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_followed_to_where_it_was_copied_from() {
        for (source, dest, path, expected) in [
            (".", "/app/", "/app/package.json", vec!["/package.json"]),
            (".", "/app/", "/app", vec![""]),
            (".", "/app/", "/app/node_modules", vec![]),
            (".", "/app/", "/srv", vec![]),
            ("package*.json", "/app/", "/app/dist", vec![]),
            ("package*.json", "/app/", "/app/package.json", vec!["package*.json"]),
            ("package.json", "/app/", "/", vec!["package.json"]),
            ("nginx.conf", "/etc/nginx/nginx.conf", "/etc/nginx", vec!["nginx.conf"]),
            ("src", "/app/src", "/app/src/a.js", vec!["src/a.js", "src"]),
            ("src", "/app/src", "/app/dist", vec![]),
        ] {
            let (source, dest) = (source.to_owned(), dest.to_owned());
            let copied = Copied { source, dest, no_packages: true };
            assert_eq!(copied.sources_of(path), expected, "{copied:?} {path}");
        }
    }
}
