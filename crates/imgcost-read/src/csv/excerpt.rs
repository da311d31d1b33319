//! Showing a row of a file that is not held.

use std::ops::Range;

use super::rows::Row;
use crate::diagnostic::{Diagnostic, Flaw};

/// The most characters of a row that are shown.
const MOST: usize = 200;

/// A problem of a row or of one of its cells.
pub(super) fn in_row(file: &str, row: &Row<'_>, cell: Option<usize>, flaw: Flaw) -> Diagnostic {
    let place = cell.and_then(|cell| row.places.get(cell));
    let place = place.map_or(0..row.raw.len(), |place| place.start as usize..place.end as usize);
    let mut found = nowhere(file, flaw);
    let before = row.raw.get(..place.start).unwrap_or_default();
    found.line = Some(row.line + before.matches('\n').count() as u64);
    let last_line = before.rsplit('\n').next().unwrap_or_default();
    found.column = Some(last_line.chars().count() as u64 + 1);
    let (excerpt, span) = around(row.raw, place);
    (found.excerpt, found.span) = (Some(excerpt), Some(span));
    found
}

/// A problem of the file as a whole.
pub(super) fn nowhere(file: &str, flaw: Flaw) -> Diagnostic {
    let mut found = Diagnostic::error(flaw.code, file, flaw.message);
    (found.label, found.help) = (flaw.label, flaw.help);
    found
}

/// At most 200 characters of a text around a place, and the place within them.
pub(crate) fn around(text: &str, place: Range<usize>) -> (String, Range<usize>) {
    let boundary = |at: usize| {
        (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
    };
    let fits = text.chars().nth(MOST).is_none();
    // A place near the front needs no cut before it.
    let from = if fits || place.end <= MOST / 2 {
        0
    } else {
        boundary(place.start.saturating_sub(MOST / 4))
    };
    let excerpt: String = text[from..].chars().take(MOST).collect();
    let within = |at: usize| boundary(at).saturating_sub(from).min(excerpt.len());
    let span = within(place.start)..within(place.end);
    (excerpt, span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_row_is_cut_around_the_place() {
        let text = format!("{}NEEDLE{}", "ä,".repeat(300), "x".repeat(300));
        let start = text.find("NEEDLE").unwrap();
        let (excerpt, span) = around(&text, start..start + 6);
        assert_eq!(&excerpt[span], "NEEDLE");
        assert!(excerpt.chars().count() <= MOST);
    }

    #[test]
    fn a_short_row_is_shown_whole() {
        let (excerpt, span) = around("a,b,c", 2..3);
        assert_eq!((excerpt.as_str(), span), ("a,b,c", 2..3));
    }

    #[test]
    fn a_cell_longer_than_the_excerpt_is_cut() {
        let text = "x".repeat(1000);
        let (excerpt, span) = around(&text, 0..1000);
        assert_eq!((excerpt.len(), span), (200, 0..200));
    }
}
