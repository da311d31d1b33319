//! Lines of a Dockerfile within the width of a screen, beside their name: they build when they are
//! pasted as they stand there.

use crate::wrap::{INDENT, WIDTH, beside, rows};

/// Lines of a Dockerfile, and of prose among them. Instructions go on after a backslash, comments in
/// another comment; here-documents, and words that no row holds, stay as they are.
pub(crate) fn code(name: &str, text: &str) -> String {
    let mut goes_on = false;
    let mut document: Option<String> = None;
    let lines = text.lines().map(|line| {
        let line = crate::printable(line);
        if let Some(end) = &document {
            if line.trim() == *end {
                document = None;
            }
            return vec![line];
        }
        let body = line.trim_start();
        let indent = " ".repeat((line.len() - body.len()).min(INDENT));
        let width = WIDTH - INDENT - indent.len();
        let is_code = goes_on || is_instruction(body);
        goes_on = is_code && body.ends_with('\\');
        if is_code {
            document = here_document(body);
        }
        let found = match body.strip_prefix("# ") {
            _ if document.is_some() => vec![body.to_owned()],
            Some(comment) => {
                rows(comment, width - 2).into_iter().map(|row| format!("# {row}")).collect()
            }
            None if is_code && indent.is_empty() => continued(body, width, "    "),
            None if is_code => continued(body, width, ""),
            None => rows(body, width),
        };
        found.into_iter().map(|row| format!("{indent}{row}")).collect()
    });
    beside(name, lines)
}

const INSTRUCTIONS: [&str; 15] = [
    "FROM",
    "RUN",
    "COPY",
    "ADD",
    "ENV",
    "ARG",
    "USER",
    "WORKDIR",
    "CMD",
    "ENTRYPOINT",
    "HEALTHCHECK",
    "SHELL",
    "LABEL",
    "EXPOSE",
    "VOLUME",
];

fn is_instruction(line: &str) -> bool {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    !rest.is_empty() && INSTRUCTIONS.contains(&word)
}

/// The word that ends the here-document which a line opens.
fn here_document(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("<<")?;
    let word = rest.trim_start_matches('-').split_whitespace().next()?;
    let word = word.trim_matches(['"', '\'']);
    let is_name = word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (is_name && !word.is_empty()).then(|| word.to_owned())
}

/// One line of an instruction in rows, all but the last with a backslash at their end.
fn continued(line: &str, width: usize, indent: &str) -> Vec<String> {
    let mut found = Vec::new();
    let breaks = breaks(line);
    let mut places = breaks.as_slice();
    let mut start = 0;
    loop {
        let own = if found.is_empty() { "" } else { indent };
        let room = width.saturating_sub(own.len());
        let rest = line.get(start..).unwrap_or_default();
        if rest.chars().nth(room).is_none() {
            break;
        }
        let row = |at: usize| line.get(start..at).unwrap_or_default();
        let fits = |at: usize| row(at).chars().nth(room.saturating_sub(2)).is_none();
        let fitting = places.iter().take_while(|(at, _)| fits(*at)).count();
        let fitting = places.get(..fitting).unwrap_or_default();
        let best = fitting.iter().rposition(|(_, ends)| *ends).or(fitting.len().checked_sub(1));
        // A word that no row holds stays whole.
        let place = best.unwrap_or(0);
        let Some((at, _)) = places.get(place).copied() else { break };
        found.push(format!("{own}{} \\", row(at)));
        places = places.get(place + 1..).unwrap_or_default();
        start = at + 1;
    }
    let own = if found.is_empty() { "" } else { indent };
    found.push(format!("{own}{}", line.get(start..).unwrap_or_default()));
    found
}

/// The spaces at which a line may go on in the next one, each with whether a command ends there. Within
/// quotes a line break would be a part of the text, and a row must not begin as a comment does.
fn breaks(line: &str) -> Vec<(usize, bool)> {
    let mut found = Vec::new();
    let mut quote: Option<char> = None;
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote != Some('\'') => escaped = true,
            '"' | '\'' if quote == Some(c) => quote = None,
            '"' | '\'' if quote.is_none() => quote = Some(c),
            ' ' if quote.is_none() => {
                let (before, after) =
                    (line.get(..at).unwrap_or(""), line.get(at + 1..).unwrap_or(""));
                // The instruction itself stays with its first word; `::` begins a runner's command.
                let first = !before.contains(' ');
                if !first && !after.starts_with([' ', '#']) && !after.starts_with("::") {
                    found.push((
                        at,
                        before.ends_with("&&") || before.ends_with("||") || before.ends_with(';'),
                    ));
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a builder reads: continuation lines joined, comment lines left out, spaces made one.
    fn joined(text: &str) -> String {
        let lines = text.lines().map(|line| line.strip_prefix(" Instead").unwrap_or(line).trim());
        let lines = lines.filter(|line| !line.starts_with('#'));
        let joined: String = lines
            .map(|line| match line.strip_suffix('\\') {
                Some(line) => line.to_owned(),
                None => format!("{line}\n"),
            })
            .collect();
        joined
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn an_instruction_goes_on_after_a_backslash() {
        let long = "RUN apt-get update && apt-get install -y --no-install-recommends libzip-dev zip git curl && docker-php-ext-install zip pdo_mysql";
        let shown = code("Instead", long);
        assert_eq!(
            shown,
            " Instead       RUN apt-get update && \\\n                   \
             apt-get install -y --no-install-recommends libzip-dev zip git curl && \\\n                   \
             docker-php-ext-install zip pdo_mysql\n"
        );
        assert_eq!(joined(&shown), long);
    }

    #[test]
    fn quotes_and_what_looks_like_a_comment_are_not_broken() {
        let quoted =
            format!("RUN echo \"{}\" # {}", "two words ".repeat(12), "and more ".repeat(12));
        let quoted = quoted.trim_end();
        let shown = code("Instead", quoted);
        assert!(shown.lines().all(|line| !line.trim_start().starts_with('#')), "{shown}");
        assert!(shown.contains(&"two words ".repeat(12)), "{shown}");
        // JSON's form goes on between its words.
        let list = format!("CMD [{}\"z\"]", "\"a word of some length\", ".repeat(6));
        assert_eq!(joined(&code("Instead", &list)), list);
        assert!(code("Instead", &list).lines().all(|line| line.len() <= WIDTH));
    }

    #[test]
    fn comments_go_on_as_comments_and_prose_as_prose() {
        let shown = code("Instead", &format!("# {}\nUSER app", "a comment ".repeat(12)));
        assert_eq!(shown.lines().filter(|line| line.contains("# ")).count(), 2, "{shown}");
        assert_eq!(joined(&shown), "USER app");
        assert!(!code("Instead", &"build in a stage ".repeat(9)).contains('\\'));
    }

    #[test]
    fn here_documents_stay_as_they_are() {
        let script = format!("RUN <<EOF\n  echo {}\nEOF\nUSER app", "word ".repeat(30).trim_end());
        let shown = code("Instead", &script);
        assert!(shown.contains(&"word ".repeat(29)) && shown.ends_with("USER app\n"), "{shown}");
    }

    #[test]
    fn lines_keep_their_indent() {
        assert_eq!(
            code("Instead", "RUN a && \\\n    b\u{7}\n"),
            " Instead       RUN a && \\\n                   b\u{fffd}\n"
        );
    }
}
