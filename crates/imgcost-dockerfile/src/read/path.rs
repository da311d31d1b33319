/// One source of a `COPY` or `ADD`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A path, perhaps with wildcards: in the context as it stands without a leading `./` or `/`
    /// (`.` for all of it), in a stage absolute.
    Path(String),
    /// Something fetched from the network (`ADD https://...`, `ADD git@...`).
    Remote(String),
    /// A here-document: it changes only with the Dockerfile.
    HereDocument(String),
}

/// The longest path in bytes: Linux has none longer (`PATH_MAX`, `linux/limits.h`). `WORKDIR a` ten
/// thousand times over would be a hundred megabytes of paths.
const LONGEST: usize = 4096;

/// A path made absolute in a folder, without `.` and `..`; a `/` at its end stays.
pub(crate) fn absolute(workdir: &str, path: &str) -> String {
    let joined = if path.starts_with('/') { path.to_owned() } else { format!("{workdir}/{path}") };
    let (mut parts, mut length): (Vec<&str>, usize) = (Vec::new(), 0);
    for part in joined.split('/') {
        match part {
            "" | "." => {}
            ".." => length -= parts.pop().map_or(0, |part| part.len() + 1),
            // What is longer than that, no builder can make.
            part if length + part.len() < LONGEST => {
                length += part.len() + 1;
                parts.push(part);
            }
            _ => break,
        }
    }
    let folder = path.ends_with('/') || path == "." || path.ends_with("/.");
    let end = if folder && !parts.is_empty() { "/" } else { "" };
    format!("/{}{end}", parts.join("/"))
}

/// A source in the build context, without what changes nothing: `./src/` and `/src` are `src`.
pub(crate) fn in_context(path: &str) -> String {
    let inside = absolute("/", path);
    let inside = inside.trim_matches('/');
    if inside.is_empty() { ".".to_owned() } else { inside.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_end_where_no_system_has_longer_ones() {
        let path = absolute("/app", &"a/".repeat(10_000));
        assert!((4_000..=4_097).contains(&path.len()) && path.starts_with("/app/a/a"));
        assert_eq!(absolute("/", &"a/../".repeat(10_000)), "/");
    }

    #[test]
    fn paths_are_made_absolute() {
        for (workdir, path, expected) in [
            ("/app", "./dist", "/app/dist"),
            ("/app", "./", "/app/"),
            ("/app", ".", "/app/"),
            ("/", ".", "/"),
            ("/app", "/srv/../etc/x", "/etc/x"),
            ("/app", "../../..", "/"),
        ] {
            assert_eq!(absolute(workdir, path), expected, "{path} in {workdir}");
        }
        for (path, expected) in
            [(".", "."), ("./", "."), ("/", "."), ("./src/", "src"), ("a/*.json", "a/*.json")]
        {
            assert_eq!(in_context(path), expected);
        }
    }
}
