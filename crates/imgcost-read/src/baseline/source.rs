//! Where in a document a problem is.

use serde_json::error::Category;

use crate::csv::around;
use crate::diagnostic::Diagnostic;

/// Characters of a message, which may quote the document.
const LONGEST: usize = 300;

pub(super) const WHAT_TO_GIVE: &str =
    "give what `imgcost estimate`, `compare` or `whatif` wrote with --format json";

pub(super) type Problem = Box<Diagnostic>;

/// A document and what it is called.
#[derive(Clone, Copy)]
pub(super) struct Source<'t> {
    pub(super) file: &'t str,
    pub(super) text: &'t str,
}

impl Source<'_> {
    /// A problem where a key or value first stands in quotes; at the front if it does not.
    pub(super) fn problem(self, found: Diagnostic, word: &str) -> Problem {
        let at = self.text.find(&format!("\"{word}\"")).unwrap_or(0);
        let before = self.text.get(..at).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let line = before.matches('\n').count();
        // The quotes belong to it.
        self.placed(found, line, at - start, word.len() + 2)
    }

    /// What the JSON reader objects to, at its place.
    pub(super) fn malformed(self, error: &serde_json::Error) -> Problem {
        let message = error.to_string();
        // The place is shown with the text.
        let message = message.split(" at line ").next().unwrap_or_default();
        let found = match error.classify() {
            Category::Data => Diagnostic::error("no-baseline", self.file, message),
            Category::Eof => Diagnostic::error("json-syntax", self.file, "the JSON ends too early"),
            Category::Syntax | Category::Io => Diagnostic::error("json-syntax", self.file, message),
        };
        // Both count from 1, columns in bytes.
        let (line, column) = (error.line().saturating_sub(1), error.column().saturating_sub(1));
        self.placed(found.help(WHAT_TO_GIVE), line, column, 1)
    }

    /// A document may be one long line, of which only a part is shown.
    fn placed(self, mut found: Diagnostic, line: usize, column: usize, width: usize) -> Problem {
        let row = self.text.split('\n').nth(line).unwrap_or_default();
        let at = column.min(row.len());
        let (excerpt, span) = around(row, at..at.saturating_add(width));
        (found.line, found.column) = (Some(line as u64 + 1), Some(at as u64 + 1));
        (found.excerpt, found.span) = (Some(excerpt), Some(span));
        if let Some((end, _)) = found.message.char_indices().nth(LONGEST) {
            found.message.truncate(end);
            found.message.push_str(" ...");
        }
        Box::new(found)
    }
}
