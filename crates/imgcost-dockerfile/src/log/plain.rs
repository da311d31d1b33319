//! `--progress=plain`: each line begins with the number of a step. The first of a number is the
//! step's name; what a command prints has the seconds since its start before it.

use std::collections::BTreeMap;

use super::vertex::{End, Vertex};

pub(super) fn vertices(text: &str) -> Vec<Vertex> {
    let mut found: Vec<Vertex> = Vec::new();
    let mut by_number: BTreeMap<u32, usize> = BTreeMap::new();
    for line in text.lines() {
        let Some((number, rest)) = numbered(line) else { continue };
        let known = by_number.get(&number).and_then(|at| found.get_mut(*at));
        match known {
            Some(vertex) if vertex.name != rest => vertex.end = vertex.end.and(end(rest)),
            // The log goes on with another build, which numbers its steps anew.
            Some(vertex) if number == 1 && vertex.end != End::Unknown => {
                by_number = BTreeMap::from([(number, found.len())]);
                found.push(Vertex { name: rest.to_owned(), end: End::Unknown });
            }
            // Lines of steps that run at a time take turns, and begin with the name again.
            Some(_) => {}
            None => {
                by_number.insert(number, found.len());
                found.push(Vertex { name: rest.to_owned(), end: End::Unknown });
            }
        }
    }
    found
}

/// `#12 DONE 3.2s` as 12 and the rest; services that build put the time before it.
fn numbered(line: &str) -> Option<(u32, &str)> {
    let line = line.trim();
    let line = match line.split_once(' ') {
        Some((time, rest)) if is_time(time) => rest.trim_start(),
        _ => line,
    };
    let (number, rest) = line.strip_prefix('#')?.split_once(' ')?;
    Some((number.parse().ok()?, rest.trim()))
}

/// `2026-11-25T10:17:44.919Z`.
fn is_time(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('T') && word.ends_with('Z')
}

fn end(line: &str) -> End {
    match line.split_once([' ', ':']).unwrap_or((line, "")) {
        ("CACHED", "") => End::Cached,
        ("ERROR" | "CANCELED", _) => End::Failed,
        ("DONE", took) => millis(took.trim()).map_or(End::Unknown, End::Ran),
        _ => End::Unknown,
    }
}

/// `32.1s` in milliseconds.
fn millis(seconds: &str) -> Option<u64> {
    let seconds = seconds.strip_suffix('s')?;
    let (whole, part) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(part) {
        return None;
    }
    let thousandths: String = part.chars().chain("00".chars()).take(3).collect();
    whole.parse::<u64>().ok()?.checked_mul(1000)?.checked_add(thousandths.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_read_exactly() {
        for (text, expected) in [
            ("32.1s", Some(32_100)),
            ("0.0s", Some(0)),
            ("7s", Some(7_000)),
            ("1.2345s", Some(1_234)),
            ("1.s", None),
            ("-1.0s", None),
            ("99999999999999999999.0s", None),
            ("", None),
        ] {
            assert_eq!(millis(text), expected, "{text}");
        }
    }
}
