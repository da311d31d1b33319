use crate::wrap::WIDTH;

/// A neutral table: what text, markdown and CSV writers have in common.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// Column headings with their alignment.
    pub columns: Vec<(String, Align)>,
    /// Rows of cells, as many as columns.
    pub rows: Vec<Vec<String>>,
}

/// How a column is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

impl Table {
    /// An empty table with these columns.
    pub fn new<'c>(columns: impl IntoIterator<Item = (&'c str, Align)>) -> Self {
        let columns = columns.into_iter().map(|(name, align)| (name.to_owned(), align));
        Self { columns: columns.collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn push<C: Into<String>>(&mut self, row: impl IntoIterator<Item = C>) {
        self.rows.push(row.into_iter().map(Into::into).collect());
    }

    /// The same with the cells of one column shortened to what the others leave them of a screen, but
    /// not to less than `least` characters.
    pub(crate) fn fitted(
        mut self,
        column: usize,
        least: usize,
        shorten: impl Fn(&str, usize) -> String,
    ) -> Self {
        let widest = |at: usize| {
            let head = self.columns.get(at).map_or(0, |(name, _)| name.chars().count());
            let cells = self.rows.iter().filter_map(|row| row.get(at));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0).max(head)
        };
        let others = (0..self.columns.len()).filter(|at| *at != column);
        // One of margin, and two between columns.
        let taken: usize = 1 + others.map(|at| widest(at) + 2).sum::<usize>();
        let room = WIDTH.saturating_sub(taken).max(least);
        for cell in self.rows.iter_mut().filter_map(|row| row.get_mut(column)) {
            *cell = shorten(cell, room);
        }
        self
    }

    /// The table as aligned text without borders, each line indented.
    pub(crate) fn to_text(&self, indent: usize) -> String {
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        table.set_content_arrangement(comfy_table::ContentArrangement::Disabled);
        if self.columns.iter().any(|(name, _)| !name.is_empty()) {
            table.set_header(self.columns.iter().map(|(name, _)| name));
        }
        let printable =
            |row: &Vec<String>| row.iter().map(|cell| crate::printable(cell)).collect::<Vec<_>>();
        table.add_rows(self.rows.iter().map(printable));
        for (index, (_, align)) in self.columns.iter().enumerate() {
            let Some(column) = table.column_mut(index) else { continue };
            column.set_padding((0, 2));
            column.set_cell_alignment(match align {
                Align::Left => comfy_table::CellAlignment::Left,
                Align::Right => comfy_table::CellAlignment::Right,
            });
        }
        let margin = " ".repeat(indent);
        table
            .lines()
            .map(|line| {
                format!("{margin}{}\n", line.trim_end()).trim_start_matches('\n').to_owned()
            })
            .collect()
    }

    /// The table as markdown.
    pub(crate) fn to_markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let names: Vec<String> = self.columns.iter().map(|(name, _)| escaped(name)).collect();
        let rules = self.columns.iter().map(|(_, align)| match align {
            Align::Left => "---",
            Align::Right => "---:",
        });
        let mut text = line(&names);
        text += &format!("|{}|\n", rules.collect::<Vec<_>>().join("|"));
        for row in &self.rows {
            text += &line(&row.iter().map(|cell| escaped(cell)).collect::<Vec<_>>());
        }
        text
    }
}

/// Text that markdown shows as it is: names come from users.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' => escaped.extend(['\\', c]),
            // GitHub looks for mentions in what markdown has become, where a backslash is gone.
            '@' => escaped.push_str("@<!-- -->"),
            '\n' | '\r' => escaped.push(' '),
            c if crate::is_hidden(c) => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
