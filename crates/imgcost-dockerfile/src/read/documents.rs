//! Here-documents that the parser does not know: those of a `RUN` that stand behind its first word, as
//! in `RUN cat <<EOF > file`. The parser is shown blanks in their place, so that each byte keeps its own.

use std::borrow::Cow;
use std::ops::Range;

use super::arguments::unquoted;

/// A here-document that was taken out of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Document {
    /// First byte of the line that its instruction begins on.
    pub(super) instruction: usize,
    /// Its bytes, the line that closes it included.
    pub(super) span: Range<usize>,
    /// What is in it.
    pub(super) value: String,
}

/// The text without these documents, and them.
pub(super) fn taken_out(text: &str) -> (Cow<'_, str>, Vec<Document>) {
    if !text.contains("<<") {
        return (Cow::Borrowed(text), Vec::new());
    }
    let escape = escape(text);
    let mut documents = Vec::new();
    let mut lines = Rest { text, at: 0 };
    while let Some((instruction, first)) = lines.next() {
        let trimmed = first.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let mut command = String::new();
        let mut line = first;
        loop {
            let is_comment = line.trim_start().starts_with('#') && !command.is_empty();
            let goes_on = line.trim_end().strip_suffix(escape);
            if !is_comment {
                command.push_str(goes_on.unwrap_or(line));
                command.push(' ');
            }
            if goes_on.is_none() && !is_comment {
                break;
            }
            let Some((_, next)) = lines.next() else { break };
            line = next;
        }
        let (name, rest) = command.trim_start().split_once(char::is_whitespace).unwrap_or_default();
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        if !(is("RUN") || is("COPY") || is("ADD")) {
            continue;
        }
        let mut first_word =
            rest.split_whitespace().skip_while(|word| word.starts_with("--") || *word == "\\");
        let leads = first_word.next().is_some_and(|word| word.starts_with("<<"));
        for (at, delimiter) in delimiters(rest).into_iter().enumerate() {
            let known = !is("RUN") || (leads && at == 0);
            let Some(document) = lines.document(&delimiter, instruction) else {
                // It never ends, which the parser tells.
                return blanked(text, documents);
            };
            documents.extend((!known).then_some(document));
        }
    }
    blanked(text, documents)
}

fn blanked(text: &str, documents: Vec<Document>) -> (Cow<'_, str>, Vec<Document>) {
    if documents.is_empty() {
        return (Cow::Borrowed(text), documents);
    }
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for Document { span, .. } in &documents {
        out.push_str(text.get(at..span.start).unwrap_or_default());
        let found = text.get(span.clone()).unwrap_or_default();
        out.extend(found.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        at = span.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    (Cow::Owned(out), documents)
}

/// How a here-document is closed.
struct Delimiter {
    name: String,
    /// `<<-`: tabs at the beginning of its lines do not count.
    tabs: bool,
}

/// The here-documents that a command opens, as BuildKit finds them: words of their own that begin with
/// `<<`, or with a number and that
/// (<https://github.com/moby/buildkit/blob/v0.26.0/frontend/dockerfile/parser/parser.go>).
fn delimiters(command: &str) -> Vec<Delimiter> {
    let words = super::arguments::words(command).into_iter();
    let delimiter = |word: String| {
        let rest = word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
        let (tabs, rest) = match rest.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let name = unquoted(rest);
        (!name.is_empty() && !rest.contains('<')).then_some(Delimiter { name, tabs })
    };
    words.filter_map(delimiter).collect()
}

/// The character that lines go on with, as the directive above all says.
fn escape(text: &str) -> char {
    let directives = text.lines().take_while(|line| line.trim_start().starts_with('#'));
    let mut escapes = directives.filter_map(|line| {
        let (name, value) = line.trim_start_matches([' ', '\t', '#']).split_once('=')?;
        name.trim().eq_ignore_ascii_case("escape").then(|| value.trim())
    });
    if escapes.next() == Some("`") { '`' } else { '\\' }
}

/// Lines that were not read yet.
struct Rest<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Rest<'t> {
    /// The next line and its first byte, without what ends it.
    fn next(&mut self) -> Option<(usize, &'t str)> {
        let start = self.at;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let line = rest.split_inclusive('\n').next()?;
        self.at += line.len();
        Some((start, line.strip_suffix('\n').unwrap_or(line).trim_end_matches('\r')))
    }

    /// The document that follows.
    fn document(&mut self, delimiter: &Delimiter, instruction: usize) -> Option<Document> {
        let start = self.at;
        let mut value = String::new();
        loop {
            let (at, line) = self.next()?;
            let line = if delimiter.tabs { line.trim_start_matches('\t') } else { line };
            if line == delimiter.name {
                let end = at + self.text.get(at..self.at)?.trim_end().len();
                return Some(Document { instruction, span: start..end, value });
            }
            value.push_str(line);
            value.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_behind_the_first_word_are_taken_out_byte_for_byte() {
        let text = "FROM a\nRUN cat <<EOF > /x && \\\n  cat 3<<-'E F'\nRUN né\nEOF\n\ta\n\tE F\nCOPY <<X /x\nRUN cat <<Y\nX\nRUN <<Z\nb\nZ\nRUN cat <<<word \"<<NO\"\n";
        let (blanked, documents) = taken_out(text);
        assert_eq!(blanked.len(), text.len());
        let found: Vec<(&str, &str)> = documents
            .iter()
            .map(|found| (&text[found.span.clone()], found.value.as_str()))
            .collect();
        assert_eq!(found, [("RUN né\nEOF", "RUN né\n"), ("\ta\n\tE F", "a\n")]);
        let kept = "FROM a\nRUN cat <<EOF > /x && \\\n  cat 3<<-'E F'\nCOPY <<X /x\nRUN cat <<Y\nX\nRUN <<Z\nb\nZ\nRUN cat <<<word \"<<NO\"\n";
        let lines: Vec<&str> = blanked.lines().filter(|line| !line.trim().is_empty()).collect();
        assert_eq!(lines, kept.lines().collect::<Vec<_>>());
    }

    #[test]
    fn a_document_without_an_end_is_left_to_the_parser() {
        let text = "FROM a\nRUN cat <<EOF\nnpm ci\n";
        assert_eq!(taken_out(text), (Cow::Borrowed(text), vec![]));
    }
}
