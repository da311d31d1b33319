/// The known word that was probably meant, if any is near enough: a slip or two away, or the
/// beginning of what was written.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let word = word.to_ascii_lowercase().replace('_', "-");
    let distance = |candidate: &str| {
        let shared = candidate.len().min(word.len()) >= 3;
        if shared && (word.starts_with(candidate) || candidate.starts_with(&word)) {
            return Some(1);
        }
        let distance = strsim::osa_distance(&word, candidate);
        (distance <= 1 + candidate.len().min(word.len()) / 4).then_some(distance)
    };
    let near = known.into_iter().filter_map(|candidate| Some((distance(candidate)?, candidate)));
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// The nearest word as a question, and all known ones.
pub(crate) fn instead(word: &str, known: &[&str]) -> String {
    let list = match known {
        [] => return "none is known here".to_owned(),
        [one] => format!("the only one is `{one}`"),
        several => format!("known are {}", listed(several)),
    };
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? {list}"),
        None => list,
    }
}

/// `a, b and c`, cut after 40 words.
pub(crate) fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [all @ .., last] if all.len() < 40 => format!("{} and {last}", all.join(", ")),
        many => format!("{} and {} more", many[..40].join(", "), many.len() - 40),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_recognised_and_nonsense_is_not() {
        let known = ["node-lifetime", "nodes", "region"];
        assert_eq!(nearest("node-lifetme", known), Some("node-lifetime"));
        assert_eq!(nearest("node_lifetime", known), Some("node-lifetime"));
        assert_eq!(nearest("Nodes", known), Some("nodes"));
        assert_eq!(nearest("nat-gateway", ["s3-gateway", "nat"]), Some("nat"));
        assert_eq!(nearest("colour", known), None);
    }
}
