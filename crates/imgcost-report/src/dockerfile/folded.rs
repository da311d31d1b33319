//! Markdown that fits a comment: details are folded, and what would be too much is left out.

use crate::table::Table;

/// Characters that a comment may have on GitHub: 65,536. The rest is left for what a workflow adds
/// above and below.
const MOST: usize = 60_000;
/// Characters of one piece of code.
const CODE: usize = 4_000;

/// How much of a comment is still free.
#[derive(Debug)]
pub(crate) struct Budget {
    left: usize,
    dropped: usize,
}

impl Budget {
    pub(crate) fn new() -> Self {
        Self { left: MOST, dropped: 0 }
    }

    /// The text if it fits, nothing if it does not.
    pub(crate) fn take(&mut self, text: String) -> String {
        let size = text.chars().count();
        if size > self.left {
            self.dropped += 1;
            return String::new();
        }
        self.left -= size;
        text
    }

    /// The first rows of a table, as many as fit in half of what is left.
    pub(crate) fn table(&mut self, table: &Table) -> String {
        let text = table.to_markdown();
        let mut room = self.left / 2;
        let mut kept = String::new();
        for line in text.lines() {
            let size = line.chars().count() + 1;
            if size > room {
                self.dropped += 1;
                continue;
            }
            room -= size;
            kept.push_str(line);
            kept.push('\n');
        }
        self.take(kept)
    }

    /// What is said of what did not fit.
    pub(crate) fn rest(&self) -> String {
        match self.dropped {
            0 => String::new(),
            dropped => format!(
                "\n{dropped} more rows and details do not fit a comment; JSON has them all.\n"
            ),
        }
    }
}

/// Details behind a line that opens them.
pub(crate) fn folded(title: &str, body: &str) -> String {
    format!("<details><summary>{}</summary>\n\n{}\n</details>\n\n", html(title), body.trim_end())
}

/// Code as it stands, fenced by more backticks than it has in a row.
pub(crate) fn code(language: &str, text: &str) -> String {
    let cut = text.char_indices().nth(CODE).map(|(at, _)| at);
    let (shown, more) = match cut {
        Some(at) => (text.get(..at).unwrap_or_default(), "\n..."),
        None => (text, ""),
    };
    let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let shown: Vec<String> = shown.lines().map(crate::printable).collect();
    format!("{fence}{language}\n{}{more}\n{fence}\n", shown.join("\n"))
}

/// Text inside of HTML on one line, where markdown is not read; a comment keeps `@` from calling
/// anybody.
fn html(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    crate::printable(&text.replace(['\r', '\n'], " ")).replace('@', "@<!-- -->")
}
