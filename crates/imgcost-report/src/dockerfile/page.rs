//! What pages about Dockerfiles have in common.

use imgcost::fleet::defaults::Assumption;

/// Characters of a file's name in a headline.
const NAME: usize = 40;

/// The end of a path, which says more than its beginning.
pub(crate) fn short_name(path: &str) -> String {
    end_of(path, NAME)
}

/// Two files by what tells them apart: without the folders that both are in.
pub(crate) fn told_apart(paths: [&str; 2]) -> [String; 2] {
    let folders = paths[0].split_inclusive('/').zip(paths[1].split_inclusive('/'));
    let common = folders.take_while(|(one, other)| one == other && one.ends_with('/'));
    let common: usize = common.map(|(folder, _)| folder.len()).sum();
    paths.map(|path| short_name(path.get(common..).unwrap_or(path)))
}

/// The last so many characters.
pub(crate) fn end_of(path: &str, most: usize) -> String {
    match path.chars().count().checked_sub(most) {
        Some(more) if more > 0 => format!("...{}", path.chars().skip(more).collect::<String>()),
        _ => path.to_owned(),
    }
}

/// What was taken for granted, in one paragraph.
pub(crate) fn assumptions(assumptions: &[Assumption]) -> Option<String> {
    let each = assumptions.iter().map(|assumption| {
        format!("{} {} ({})", assumption.name, assumption.value, assumption.basis)
    });
    (!assumptions.is_empty()).then(|| each.collect::<Vec<_>>().join("; ") + ".")
}

#[cfg(test)]
mod tests {
    use super::told_apart;

    #[test]
    fn folders_in_common_tell_nothing() {
        for (paths, expected) in [
            (["a/b/Dockerfile", "a/c/Dockerfile"], ["b/Dockerfile", "c/Dockerfile"]),
            (["Dockerfile", "b/Dockerfile"], ["Dockerfile", "b/Dockerfile"]),
            (["a/Dockerfile", "a/Dockerfile.slim"], ["Dockerfile", "Dockerfile.slim"]),
            (["ä/x", "ä/x"], ["x", "x"]),
            (["<stdin>", "Dockerfile"], ["<stdin>", "Dockerfile"]),
        ] {
            assert_eq!(told_apart(paths), expected);
        }
    }
}
