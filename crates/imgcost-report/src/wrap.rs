//! Paragraphs beside their names, within the width of a screen.

/// Columns that text keeps within.
pub(crate) const WIDTH: usize = 100;
/// Where paragraphs begin.
pub(crate) const INDENT: usize = 15;

/// A paragraph beside its name.
pub(crate) fn wrapped(name: &str, text: &str) -> String {
    lines(name, &crate::printable(text))
}

/// Lines beside their name, each wrapped by itself and as far indented as it was.
fn lines(name: &str, text: &str) -> String {
    beside(
        name,
        text.lines().map(|line| {
            let line = crate::printable(line);
            let body = line.trim_start();
            let indent = (line.len() - body.len()).min(INDENT);
            let rows = rows(body, WIDTH - INDENT - indent);
            rows.into_iter().map(|row| format!("{}{row}", " ".repeat(indent))).collect()
        }),
    )
}

/// Rows beside a name.
pub(crate) fn beside(name: &str, lines: impl Iterator<Item = Vec<String>>) -> String {
    let mut out = String::new();
    let mut margin = format!(" {name:<14}");
    for row in lines.flatten() {
        out.push_str(format!("{margin}{row}").trim_end());
        out.push('\n');
        margin = " ".repeat(INDENT);
    }
    out
}

/// Splits at spaces; a word that no row holds goes on in the next one.
///
/// No row begins with `::`: GitHub's runner takes such lines of a log for commands.
pub(crate) fn rows(text: &str, width: usize) -> Vec<String> {
    let harmless = |row: String| match row.strip_prefix("::") {
        Some(rest) => format!("\u{fffd}:{rest}"),
        None => row,
    };
    split(text, width).into_iter().map(harmless).collect()
}

fn split(text: &str, width: usize) -> Vec<String> {
    let mut rows = Vec::new();
    let (mut row, mut length) = (String::new(), 0);
    for (at, word) in text.split(' ').enumerate() {
        let size = word.chars().count();
        if at > 0 && length + 1 + size > width {
            rows.push(std::mem::take(&mut row));
            length = 0;
        } else if at > 0 {
            row.push(' ');
            length += 1;
        }
        for c in word.chars() {
            if length == width {
                rows.push(std::mem::take(&mut row));
                length = 0;
            }
            row.push(c);
            length += 1;
        }
    }
    rows.push(row);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_break_at_spaces_and_long_words_anywhere() {
        assert_eq!(rows("one two three", 7), ["one two", "three"]);
        assert_eq!(rows("abcdefgh ij", 5), ["abcde", "fgh", "ij"]);
        assert_eq!(rows("", 5), [""]);
        assert_eq!(rows("one ::set-env::x", 5), ["one", "\u{fffd}:set", "-env:", ":x"]);
    }
}
