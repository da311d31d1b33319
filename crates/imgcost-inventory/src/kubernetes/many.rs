/// `1 pod`, `12 pods`.
pub(super) fn many(count: u64, plural: &str) -> String {
    let name = if count == 1 { plural.strip_suffix('s').unwrap_or(plural) } else { plural };
    format!("{count} {name}")
}

/// The same of a length.
pub(super) fn many_of(count: usize, plural: &str) -> String {
    many(u64::try_from(count).unwrap_or(u64::MAX), plural)
}
