//! Commands changed where they stand: all else of an instruction stays as it is written.
//!
//! Words are taken from the text that is shown, in which secrets are stars; what cannot be found there
//! word by word is not changed.

use std::ops::Range;

use crate::shell::Command;

/// A `RUN` in its two parts: its flags, and what the shell gets.
pub(super) fn parts(text: &str) -> (&str, &str) {
    let run = text.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("run"));
    let body = text.get(3..).filter(|_| run).unwrap_or(text).trim_start();
    let mut script = body;
    while script.starts_with("--") {
        let end = script.find(char::is_whitespace).unwrap_or(script.len());
        script = script.get(end..).unwrap_or_default().trim_start();
    }
    let flags = body.get(..body.len() - script.len()).unwrap_or_default();
    (flags.trim_end(), script)
}

/// A `RUN` of these flags and commands.
pub(super) fn run(flags: &str, script: &str) -> String {
    match flags {
        "" => format!("RUN {script}"),
        flags => format!("RUN {flags} {script}"),
    }
}

/// A `RUN` with one more command at its end; `None` after a here-document, which ends the instruction.
pub(super) fn and(text: &str, command: &str) -> Option<String> {
    let chained = !text.contains('\n') && !parts(text).1.starts_with('[');
    chained.then(|| format!("{text} && \\\n    {command}"))
}

/// One command in a text: where its words are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// All of it, from its variables and wrappers on.
    pub(super) whole: Range<usize>,
    /// The program and its arguments.
    pub(super) words: Vec<Range<usize>>,
}

impl Place {
    /// The words as they stand, the program first.
    pub(super) fn words_of<'t>(&self, script: &'t str) -> Vec<&'t str> {
        self.words.iter().filter_map(|range| script.get(range.clone())).collect()
    }

    /// The script with other words for this command.
    pub(super) fn replaced(&self, script: &str, words: &[String]) -> String {
        let start = self.words.first().map_or(self.whole.start, |word| word.start);
        let (before, after) = (script.get(..start), script.get(self.whole.end..));
        format!("{}{}{}", before.unwrap_or_default(), words.join(" "), after.unwrap_or_default())
    }
}

/// Bytes of the longest script that is changed: it is read again for each of its commands.
pub(super) const LONGEST: usize = 16 * 1024;

/// Where a command stands in a script; `None` where it does not stand there as it was read.
pub(super) fn place(script: &str, command: &Command) -> Option<Place> {
    if script.len() > LONGEST {
        return None;
    }
    let own = command.arguments().len() + 1;
    let unquoted = |range: &Range<usize>| -> String {
        let word = script.get(range.clone()).unwrap_or_default();
        word.chars().filter(|c| !['"', '\'', '\\'].contains(c)).collect()
    };
    pieces(script).into_iter().find_map(|piece| {
        let words = piece.get(command.env.len()..)?;
        let same = words.len() == command.words.len()
            && words.iter().zip(&command.words).all(|(range, word)| unquoted(range) == *word);
        let (first, last) = (piece.first()?, piece.last()?);
        let place = Place {
            whole: first.start..last.end,
            words: words.get(words.len().checked_sub(own)?..)?.to_vec(),
        };
        same.then_some(place)
    })
}

/// The words of each simple command, wherever operators separate them.
fn pieces(script: &str) -> Vec<Vec<Range<usize>>> {
    let mut pieces = vec![Vec::new()];
    let mut word: Option<usize> = None;
    let mut quote: Option<char> = None;
    let mut depth = 0_usize;
    let mut escaped = false;
    let mut last = ' ';
    for (at, c) in script.char_indices() {
        let open = quote.is_some() || depth > 0 || escaped;
        let beside =
            last == '>' || last == '<' || script.get(at + 1..).unwrap_or("").starts_with('>');
        let ends = !open && (c.is_whitespace() || ";|()".contains(c) || c == '&' && !beside);
        if ends && !(c == '(' && last == '$') {
            if let (Some(start), Some(piece)) = (word.take(), pieces.last_mut()) {
                piece.push(start..at);
            }
            if !c.is_whitespace() || c == '\n' {
                pieces.push(Vec::new());
            }
            last = c;
            continue;
        }
        word.get_or_insert(at);
        match c {
            _ if escaped => escaped = false,
            '\\' if quote != Some('\'') => escaped = true,
            _ if quote == Some(c) => quote = None,
            '"' | '\'' if quote.is_none() => quote = Some(c),
            '(' if quote.is_none() => depth += 1,
            ')' if quote.is_none() => depth = depth.saturating_sub(1),
            _ => {}
        }
        last = c;
    }
    if let (Some(start), Some(piece)) = (word, pieces.last_mut()) {
        piece.push(start..script.len());
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::commands;

    #[test]
    fn a_command_is_changed_where_it_stands() {
        let script = r#"set -e; cd web && CI=1 sudo npm install "a b" 2>&1 > log; npm ls $(x | y)"#;
        let found = commands(script);
        let place = place(script, &found[2]).unwrap();
        assert_eq!(place.words_of(script), ["npm", "install", "\"a b\"", "2>&1", ">", "log"]);
        assert_eq!(
            place.replaced(script, &["npm".to_owned(), "ci".to_owned()]),
            "set -e; cd web && CI=1 sudo npm ci; npm ls $(x | y)"
        );
        assert_eq!(super::place(script, &found[3]).unwrap().words.len(), 3);
    }

    #[test]
    fn what_is_masked_is_not_found() {
        let command = &commands("pip install --token=abc -r x")[0];
        assert_eq!(place("pip install --token=*** -r x", command), None);
    }

    #[test]
    fn flags_stand_before_commands() {
        assert_eq!(
            parts("run --mount=type=cache,target=/x  --network=none npm ci --omit=dev"),
            ("--mount=type=cache,target=/x  --network=none", "npm ci --omit=dev")
        );
        assert_eq!(parts("RUN npm ci"), ("", "npm ci"));
    }
}
