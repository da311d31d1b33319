//! What pages about Dockerfiles have in common.

use imgcost::fleet::defaults::Assumption;

/// Characters of a file's name in a headline.
const NAME: usize = 40;

/// The end of a path, which says more than its beginning.
pub(crate) fn short_name(path: &str) -> String {
    end_of(path, NAME)
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
