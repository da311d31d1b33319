//! Text that GitHub shows as it is and does nothing about: names come from whoever opens a pull
//! request.

/// An empty HTML comment: nothing is shown, but what stands around it is no longer one word.
const BREAK: &str = "<!-- -->";

/// Characters of a name that a comment shows; more would take the room of other rows.
const LONGEST: usize = 200;

/// Text without markup, mentions, references and links. A backslash stops markdown, but GitHub looks
/// for mentions (`@name`), references (`#1`, `GH-1`) and addresses in what markdown has become: those
/// are broken in two.
pub(crate) fn inert(text: &str) -> String {
    let mut out = String::new();
    let mut last = ['\0'; 3];
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '~' => out.extend(['\\', c]),
            '@' | '#' => out.extend([c.to_string().as_str(), BREAK]),
            '/' if last[2] == ':' => out.extend([BREAK, "/"]),
            '.' if last.iter().all(|c| c.eq_ignore_ascii_case(&'w')) => out.extend([BREAK, "."]),
            '-' if last[1].eq_ignore_ascii_case(&'g') && last[2].eq_ignore_ascii_case(&'h') => {
                out.extend([BREAK, "-"]);
            }
            '\n' | '\r' | '\t' => out.push(' '),
            c if crate::is_hidden(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
        last = [last[1], last[2], c];
    }
    out
}

/// At most so many characters of a text as a comment can show of each.
pub(crate) fn clipped(text: &str) -> String {
    shortened(text, LONGEST)
}

/// At most so many characters of a text, the last of them an ellipsis if any are left out.
pub(crate) fn shortened(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        None => text.to_owned(),
        Some(_) => text.chars().take(longest.saturating_sub(1)).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_acts() {
        let cases = [
            ("@octocat", "@<!-- -->octocat"),
            ("fixes #12", "fixes #<!-- -->12"),
            ("GH-12", "GH<!-- -->-12"),
            ("<!-- imgcost", "&lt;!-- imgcost"),
            ("</details>", "&lt;/details&gt;"),
            ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
            ("https://evil.example", "https:<!-- -->//evil.example"),
            ("WwW.evil.example", "WwW<!-- -->.evil.example"),
            ("a|b `c` *d* ~e~ [f](g)", "a\\|b \\`c\\` \\*d\\* \\~e\\~ \\[f\\](g)"),
            ("a\nb\u{1b}[31m\u{202e}c", "a b\u{fffd}\\[31m\u{fffd}c"),
            ("$4.72 -95 %", "$4.72 -95 %"),
        ];
        for (text, expected) in cases {
            assert_eq!(inert(text), expected);
        }
    }

    #[test]
    fn long_names_are_cut_by_characters() {
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened("äöüß", 3), "äö…");
    }
}
