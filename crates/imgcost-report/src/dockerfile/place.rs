//! Where in a text something stands.

use std::ops::Range;

/// A text whose lines can be found.
#[derive(Debug)]
pub(crate) struct Lines<'t> {
    text: &'t str,
    /// The first byte of each line.
    starts: Vec<usize>,
}

/// Lines and columns from 1; columns count characters, the end is the one after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) end_line: usize,
    pub(crate) end_column: usize,
}

/// Some lines of a text, with the part that is meant.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Excerpt<'t> {
    pub(crate) text: &'t str,
    pub(crate) first_line: usize,
    /// What is meant, in bytes of the excerpt.
    pub(crate) span: Range<usize>,
    /// Lines that are left out below.
    pub(crate) more: usize,
}

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let starts = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(starts).collect() }
    }

    /// What a span covers, without the white space at its end.
    pub(crate) fn covered(&self, span: &Range<usize>) -> &'t str {
        self.text.get(self.within(span)).unwrap_or_default()
    }

    pub(crate) fn place(&self, span: &Range<usize>) -> Place {
        let span = self.within(span);
        let (line, column) = self.at(span.start);
        let (end_line, end_column) = self.at(span.end);
        Place { line, column, end_line, end_column }
    }

    /// The lines of a span, but no more than so many.
    pub(crate) fn excerpt(&self, span: &Range<usize>, most: usize) -> Excerpt<'t> {
        let span = self.within(span);
        let first = self.line_of(span.start);
        let last = self.line_of(span.end);
        let shown = last.min(first + most - 1);
        let start = self.starts.get(first).copied().unwrap_or(0);
        let end = self.starts.get(shown + 1).map_or(self.text.len(), |next| next - 1);
        Excerpt {
            text: self.text.get(start..end).unwrap_or_default(),
            first_line: first + 1,
            span: span.start - start..span.end.min(end) - start,
            more: last - shown,
        }
    }

    fn at(&self, byte: usize) -> (usize, usize) {
        let line = self.line_of(byte);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let before = self.text.get(start..byte).unwrap_or_default();
        (line + 1, before.chars().count() + 1)
    }

    /// From 0.
    fn line_of(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte).saturating_sub(1)
    }

    /// A span that lies inside the text, on character boundaries, and does not end in white space.
    fn within(&self, span: &Range<usize>) -> Range<usize> {
        let down = |mut at: usize| {
            at = at.min(self.text.len());
            while !self.text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = down(span.start);
        let end = down(span.end).max(start);
        let covered = self.text.get(start..end).unwrap_or_default();
        start..start + covered.trim_end().len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "FROM a\n# \u{e9}\nRUN \u{1f6a2} x\\\n  y\n";
        let start = text.find("RUN").unwrap();
        let place = Lines::new(text).place(&(start + 4..text.len()));
        assert_eq!(place, Place { line: 3, column: 5, end_line: 4, end_column: 4 });
        assert_eq!(Lines::new(text).covered(&(start + 4..text.len())), "\u{1f6a2} x\\\n  y");
    }

    #[test]
    fn spans_outside_of_the_text_are_its_end() {
        let lines = Lines::new("\u{e9}");
        let end = Place { line: 1, column: 2, end_line: 1, end_column: 2 };
        assert_eq!(lines.place(&(90..99)), end);
        // Byte 1 is inside of the character.
        assert_eq!(lines.place(&(1..1)), Place { column: 1, end_column: 1, ..end });
        assert_eq!(Lines::new("").excerpt(&(3..9), 2).text, "");
    }

    #[test]
    fn long_excerpts_are_cut() {
        let text = "one\ntwo\nthree\nfour\n";
        let excerpt = Lines::new(text).excerpt(&(5..17), 2);
        assert_eq!(excerpt, Excerpt { text: "two\nthree", first_line: 2, span: 1..9, more: 1 });
    }
}
