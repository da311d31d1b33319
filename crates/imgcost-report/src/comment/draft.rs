//! A comment that is put together block by block and stays within what GitHub takes.

use crate::table::{Align, Table};

use super::inert::{clipped, inert};

/// Characters that the body of a comment may have on GitHub.
pub(crate) const MOST: usize = 65_536;

/// The first line, by which a bot finds its own comment to write it anew. Never to be changed.
pub(crate) const MARKER: &str = "<!-- imgcost:comment -->";

/// A comment so far. Blocks are added whole or not at all, tables row by row.
pub(crate) struct Draft {
    text: String,
    left: usize,
}

impl Draft {
    pub(crate) fn new() -> Self {
        let text = format!("{MARKER}\n");
        Self { left: MOST - text.chars().count(), text }
    }

    /// Adds a block, if there is room for all of it.
    pub(crate) fn block(&mut self, markdown: &str) -> bool {
        let size = markdown.chars().count() + 2;
        let fits = size <= self.left;
        if fits {
            self.left -= size;
            self.text.push('\n');
            self.text.push_str(markdown);
            self.text.push('\n');
        }
        fits
    }

    /// Adds a table of which rows are left out from the end on, if a part of the room that is left
    /// does not hold them all. `beyond` counts rows that are not in the table at all.
    pub(crate) fn table(&mut self, table: &Table, beyond: usize, room: Room) {
        let rows = fitting(table, beyond, room.of(self.left));
        self.block(&rows);
    }

    /// The same, folded under a summary.
    pub(crate) fn folded(&mut self, summary: &str, table: &Table, beyond: usize, room: Room) {
        let (open, close) =
            (format!("<details><summary>{summary}</summary>\n\n"), "\n\n</details>");
        let frame = open.chars().count() + close.chars().count();
        let rows = fitting(table, beyond, room.of(self.left).saturating_sub(frame));
        if !rows.is_empty() {
            self.block(&(open + &rows + close));
        }
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }
}

/// How much of the room that is left a table may take.
#[derive(Clone, Copy)]
pub(crate) enum Room {
    /// All of it.
    All,
    /// A half: something follows.
    Half,
}

impl Room {
    fn of(self, left: usize) -> usize {
        // Two line breaks are a block's own.
        let left = left.saturating_sub(2);
        match self {
            Self::All => left,
            Self::Half => left / 2,
        }
    }
}

/// The table as markdown, without its last rows if it would be longer than `room`; nothing if not
/// even its head fits.
fn fitting(table: &Table, beyond: usize, room: usize) -> String {
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let cell = |text: &String| inert(&clipped(text));
    let names = table.columns.iter().map(|(name, _)| cell(name)).collect();
    let rules = table.columns.iter().map(|(_, align)| match align {
        Align::Left => "---",
        Align::Right => "---:",
    });
    let mut text = format!("{}\n|{}|", line(names), rules.collect::<Vec<_>>().join("|"));
    let mut used = text.chars().count();
    let more = |count: usize| format!("\n\nand {count} more");
    // The longest that the line after the table can be.
    let reserve = more(table.rows.len().saturating_add(beyond)).chars().count();
    if used + reserve > room {
        return String::new();
    }
    let mut shown = 0;
    for row in &table.rows {
        let row = line(row.iter().map(cell).collect());
        let size = row.chars().count() + 1;
        if used + size + reserve > room {
            break;
        }
        text.push('\n');
        text.push_str(&row);
        (used, shown) = (used + size, shown + 1);
    }
    match table.rows.len() - shown + beyond {
        0 => text,
        count => text + &more(count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_cut_between_rows_and_says_so() {
        let mut table = Table::new([("name", Align::Left)]);
        for n in 0..10 {
            table.push([format!("row {n}")]);
        }
        let whole = fitting(&table, 0, 1_000);
        assert!(whole.ends_with("| row 9 |") && whole.lines().count() == 12, "{whole}");
        // Head and rule are 8 + 1 + 5 characters, a row with its line break 10, the last line 13.
        assert_eq!(fitting(&table, 0, 47), "| name |\n|---|\n| row 0 |\n| row 1 |\n\nand 8 more");
        assert_eq!(fitting(&table, 5, 46), "| name |\n|---|\n| row 0 |\n\nand 14 more");
        assert_eq!(fitting(&table, 0, 20), "");
    }

    #[test]
    fn a_block_that_does_not_fit_is_left_out_whole() {
        let mut draft = Draft::new();
        assert!(draft.block(&"ä".repeat(MOST - MARKER.len() - 1 - 2)));
        assert!(!draft.block(""));
        assert_eq!(draft.finish().chars().count(), MOST);
    }
}
