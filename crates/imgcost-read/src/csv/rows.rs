//! Rows of a CSV text (RFC 4180), read through one buffer.
//!
//! A splitter of its own, because it must do what CSV libraries hide: give every cell's place in
//! the row for messages, tell a text that ends inside a quoted cell from one that ends after a row
//! (by which parts of a file read at the same time know that they were cut at a row), and be fast.

use std::io::Read;
use std::ops::Range;

/// The longest row accepted.
const LONGEST: usize = 1 << 20;

/// Read at a time.
const BUFFER: usize = 1 << 17;

/// Reads rows from a source.
#[derive(Debug)]
pub(super) struct Rows<R> {
    source: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    at_end: bool,
    /// Line of the next row, from 1.
    line: u64,
    cells: Vec<Range<u32>>,
    /// Cells of a row with quotes, without them.
    unquoted: String,
    unquoted_cells: Vec<Range<u32>>,
}

/// One row, not blank.
#[derive(Debug)]
pub(super) struct Row<'r> {
    /// The row as it stands there, without its line end.
    pub(super) raw: &'r str,
    /// Where each cell stands in [`Self::raw`], quotes included.
    pub(super) places: &'r [Range<u32>],
    text: &'r str,
    cells: &'r [Range<u32>],
    /// The line on which it begins.
    pub(super) line: u64,
}

/// Why there is no next row.
#[derive(Debug)]
pub(super) enum Broken {
    /// The source failed.
    Io(std::io::Error),
    /// The row is longer than 1 MiB.
    TooLong { line: u64 },
    /// The row is not UTF-8.
    NotUtf8 { line: u64 },
    /// The text ends inside a quoted cell that begins on this line.
    OpenQuote { line: u64 },
}

impl Row<'_> {
    /// How many cells it has.
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// A cell's text without quotes and without blanks around it.
    #[inline]
    pub(super) fn cell(&self, index: usize) -> &str {
        self.cells.get(index).map_or("", |range| self.trimmed(range))
    }

    /// The same for all cells, in order.
    #[inline]
    pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(|range| self.trimmed(range))
    }

    #[inline]
    fn trimmed(&self, range: &Range<u32>) -> &str {
        let text = self.text.get(range.start as usize..range.end as usize).unwrap_or_default();
        match text.as_bytes() {
            [] => text,
            [b'!'..=b'~', .., b'!'..=b'~'] => text,
            _ => text.trim(),
        }
    }
}

impl<R: Read> Rows<R> {
    /// Rows of a source whose first line has that number.
    pub(super) fn new(source: R, line: u64) -> Self {
        Self {
            source,
            buffer: vec![0; BUFFER],
            start: 0,
            end: 0,
            at_end: false,
            line,
            cells: Vec::new(),
            unquoted: String::new(),
            unquoted_cells: Vec::new(),
        }
    }

    /// The line of the next row.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Skips a byte order mark; for the beginning of a file.
    pub(super) fn skip_mark(&mut self) -> Result<usize, Broken> {
        while self.end - self.start < 3 && !self.at_end {
            self.more()?;
        }
        let marked = self.buffer[self.start..self.end].starts_with(b"\xef\xbb\xbf");
        let skipped = if marked { 3 } else { 0 };
        self.start += skipped;
        Ok(skipped)
    }

    /// The next row that is not blank, and how many bytes were passed; `None` at the end.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<(Row<'_>, usize)>, Broken> {
        let mut passed = 0;
        let (raw_end, next, lines) = loop {
            let Some((raw_end, next, lines)) = self.find_end()? else { return Ok(None) };
            passed += next;
            if raw_end > 0 {
                break (raw_end, next, lines);
            }
            // A blank line.
            self.start += next;
            self.line += lines;
        };
        let line = self.line;
        let bytes = &self.buffer[self.start..self.start + raw_end];
        self.start += next;
        self.line += lines;
        let raw = std::str::from_utf8(bytes).map_err(|_| Broken::NotUtf8 { line })?;
        if self.unquoted_cells.is_empty() {
            let row = Row { raw, places: &self.cells, text: raw, cells: &self.cells, line };
            return Ok(Some((row, passed)));
        }
        self.unquoted.clear();
        unquote(raw, &self.cells, &mut self.unquoted, &mut self.unquoted_cells);
        let row = Row {
            raw,
            places: &self.cells,
            text: &self.unquoted,
            cells: &self.unquoted_cells,
            line,
        };
        Ok(Some((row, passed)))
    }

    /// Finds the next row and its cells: how long it is, where the next begins, and how many lines
    /// it takes. [`Self::unquoted_cells`] is left empty only if it has no quoted cell.
    #[inline]
    fn find_end(&mut self) -> Result<Option<(usize, usize, u64)>, Broken> {
        loop {
            self.unquoted_cells.clear();
            let rest = &self.buffer[self.start..self.end];
            match split(rest, self.at_end, &mut self.cells) {
                Split::Row { end, next, lines, quoted } => {
                    if quoted {
                        self.unquoted_cells.push(0..0);
                    }
                    return Ok(Some((end, next, lines)));
                }
                Split::More if !self.at_end => {
                    if rest.len() > LONGEST {
                        return Err(Broken::TooLong { line: self.line });
                    }
                    self.more()?;
                }
                Split::More if rest.is_empty() => return Ok(None),
                Split::More => return Err(Broken::OpenQuote { line: self.line }),
            }
        }
    }

    /// Reads more after what is not used up yet.
    fn more(&mut self) -> Result<(), Broken> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.end == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        loop {
            match self.source.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.at_end = true,
                Ok(count) => self.end += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Broken::Io(error)),
            }
            return Ok(());
        }
    }
}

enum Split {
    Row {
        end: usize,
        next: usize,
        lines: u64,
        quoted: bool,
    },
    /// The row does not end within these bytes.
    More,
}

/// The top bit of every byte of a word that is a comma, a line end or a quote.
#[inline]
fn special(word: u64) -> u64 {
    const LOW: u64 = u64::from_ne_bytes([0x7f; 8]);
    let each = |byte: u8| u64::from_ne_bytes([byte; 8]);
    // A byte is zero if neither its low bits carry into the top one nor the top one is set.
    let zero = |word: u64| !((word & LOW).wrapping_add(LOW) | word | LOW);
    zero(word ^ each(b',')) | zero(word ^ each(b'\n')) | zero(word ^ each(b'"'))
}

/// Splits off the first row. At the end of the input a row needs no line end.
#[inline]
fn split(bytes: &[u8], at_end: bool, cells: &mut Vec<Range<u32>>) -> Split {
    cells.clear();
    let mut cell = 0;
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let mut marks = special(u64::from_le_bytes(*word));
        while marks != 0 {
            let at = index * 8 + marks.trailing_zeros() as usize / 8;
            marks &= marks - 1;
            match bytes[at] {
                b',' => {
                    cells.push(cell as u32..at as u32);
                    cell = at + 1;
                }
                b'\n' => return last_cell(bytes, cell, at, at + 1, 1, false, cells),
                // A quote opens a quoted cell only where the cell begins.
                _ if at == cell => return split_quoted(bytes, at_end, cells),
                _ => {}
            }
        }
    }
    let seen = bytes.len() - rest.len();
    if !at_end && !rest.contains(&b'\n') {
        return Split::More;
    }
    for (at, byte) in rest.iter().enumerate().map(|(at, byte)| (seen + at, *byte)) {
        match byte {
            b',' => {
                cells.push(cell as u32..at as u32);
                cell = at + 1;
            }
            b'\n' => return last_cell(bytes, cell, at, at + 1, 1, false, cells),
            b'"' if at == cell => return split_quoted(bytes, at_end, cells),
            _ => {}
        }
    }
    match bytes.len() {
        0 => Split::More,
        end => last_cell(bytes, cell, end, end, 1, false, cells),
    }
}

/// Ends a row at a line end, before which a carriage return may stand.
#[inline]
fn last_cell(
    bytes: &[u8],
    cell: usize,
    at: usize,
    next: usize,
    lines: u64,
    quoted: bool,
    cells: &mut Vec<Range<u32>>,
) -> Split {
    let end = if at > 0 && bytes[at - 1] == b'\r' { at - 1 } else { at };
    cells.push(cell.min(end) as u32..end as u32);
    Split::Row { end, next, lines, quoted }
}

/// The same for a row with quoted cells, which may hold commas and line ends.
#[cold]
fn split_quoted(bytes: &[u8], at_end: bool, cells: &mut Vec<Range<u32>>) -> Split {
    cells.clear();
    let (mut cell, mut at, mut lines) = (0, 0, 1);
    loop {
        match bytes.get(at) {
            Some(b',') => {
                cells.push(cell as u32..at as u32);
                cell = at + 1;
            }
            Some(b'\n') => return last_cell(bytes, cell, at, at + 1, lines, true, cells),
            Some(b'"') if at == cell => {
                at += 1;
                loop {
                    match bytes.get(at) {
                        Some(b'"') if bytes.get(at + 1) == Some(&b'"') => at += 2,
                        // Whether a second quote follows is not known yet.
                        Some(b'"') if at + 1 == bytes.len() && !at_end => return Split::More,
                        Some(b'"') => break,
                        Some(byte) => {
                            lines += u64::from(*byte == b'\n');
                            at += 1;
                        }
                        None => return Split::More,
                    }
                }
            }
            Some(_) => {}
            None if at_end => return last_cell(bytes, cell, at, at, lines, true, cells),
            None => return Split::More,
        }
        at += 1;
    }
}

/// Writes the cells without their quotes.
fn unquote(raw: &str, places: &[Range<u32>], text: &mut String, cells: &mut Vec<Range<u32>>) {
    cells.clear();
    for place in places {
        let cell = raw.get(place.start as usize..place.end as usize).unwrap_or_default();
        let start = text.len() as u32;
        match cell.strip_prefix('"') {
            Some(rest) => {
                let mut parts = rest.split('"');
                text.push_str(parts.next().unwrap_or_default());
                // After the closing quote, what follows is taken as it stands; a doubled quote is one.
                let mut open = true;
                let mut parts = parts.peekable();
                while let Some(part) = parts.next() {
                    if open && part.is_empty() && parts.peek().is_some() {
                        text.push('"');
                        text.push_str(parts.next().unwrap_or_default());
                    } else {
                        open = false;
                        text.push_str(part);
                        if parts.peek().is_some() {
                            text.push('"');
                        }
                    }
                }
            }
            None => text.push_str(cell),
        }
        cells.push(start..text.len() as u32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(u64, Vec<String>)> {
        let mut rows = Rows::new(text.as_bytes(), 1);
        let mut read = Vec::new();
        while let Some((row, _)) = rows.next().unwrap() {
            read.push((row.line, (0..row.len()).map(|index| row.cell(index).to_owned()).collect()));
        }
        read
    }

    fn by_library(text: &str) -> Vec<Vec<String>> {
        let mut builder = ::csv::ReaderBuilder::new();
        let builder = builder.has_headers(false).flexible(true).trim(::csv::Trim::All);
        let mut reader = builder.from_reader(text.as_bytes());
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn rows_are_those_of_the_csv_library() {
        let texts = [
            "a,b,c\n1,2,3\n",
            "a,b,c\r\n1,2,3\r\n",
            "a,b,c\n1,2,3",
            "a,,\n,,c\n",
            "a , b\t,c\n",
            "\"a,b\",c\n1,2\n",
            "\"he said \"\"no\"\"\",x\n",
            "\"\",\"\"\n",
            "\"\"\"\",x\n",
            "a\"b,c\n",
            "é,ü\nß,€\n",
            "a\n",
            "a",
            "",
            "\"a\"b,c\n",
        ];
        for text in texts {
            let cells: Vec<_> = all(text).into_iter().map(|(_, cells)| cells).collect();
            assert_eq!(cells, by_library(text), "{text:?}");
        }
    }

    #[test]
    fn lines_are_counted_through_quoted_line_ends_and_blank_lines() {
        let text = "a,b\n\n\"two\nlines\",x\n\r\nlast,y\n";
        let lines: Vec<_> =
            all(text).into_iter().map(|(line, cells)| (line, cells[0].clone())).collect();
        assert_eq!(lines, [(1, "a".into()), (3, "two\nlines".into()), (6, "last".into())]);
    }

    #[test]
    fn a_row_may_straddle_buffers() {
        let long = "x".repeat(BUFFER - 5);
        let text = format!("{long},b\n\"{long}\"\"\",d\ne,f\n");
        let rows = all(&text);
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[1].1[0], format!("{long}\""));
        assert_eq!(rows[2].1, ["e", "f"]);
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let first = |bytes: &[u8]| Rows::new(bytes, 7).next().map(|row| row.is_some());
        assert!(matches!(first(b"\"open,\nx"), Err(Broken::OpenQuote { line: 7 })));
        assert!(matches!(first(b"\xff\xfe,x\n"), Err(Broken::NotUtf8 { line: 7 })));
        let long = vec![b'x'; LONGEST * 2 + 10];
        assert!(matches!(first(&long), Err(Broken::TooLong { line: 7 })));
    }
}
