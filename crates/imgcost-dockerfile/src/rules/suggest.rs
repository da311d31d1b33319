/// The known word that was probably meant as a question, and all known ones.
pub(super) fn instead(word: &str, known: &[&str]) -> String {
    let word = word.to_ascii_lowercase().replace('_', "-");
    let near = known
        .iter()
        .map(|candidate| (strsim::osa_distance(&word, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len().min(word.len()) / 4)
        .min();
    let list = known.join(", ");
    match near {
        Some((_, near)) => format!("did you mean `{near}`? known are {list}"),
        None => format!("known are {list}"),
    }
}
