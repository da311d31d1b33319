//! Lines of bounded length.

use std::io::{self, BufRead, BufReader};

/// The longest line that is looked at; requests are a few hundred bytes.
pub(super) const MOST_BYTES: usize = 1 << 20;

/// The lines of a file, one at a time.
pub(super) struct Lines<R> {
    reader: BufReader<R>,
    line: Vec<u8>,
}

/// A line without its end, or that there was one which is too long.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Read<'l> {
    Line(&'l [u8]),
    TooLong,
}

impl<R: io::Read> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader: BufReader::with_capacity(1 << 16, reader), line: Vec::new() }
    }

    /// The next line, or `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Read<'_>>> {
        self.line.clear();
        let mut too_long = false;
        let mut any = false;
        loop {
            let found = match self.reader.fill_buf() {
                Ok(found) => found,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if found.is_empty() {
                break;
            }
            any = true;
            let end = found.iter().position(|byte| *byte == b'\n');
            let part = found.get(..end.unwrap_or(found.len())).unwrap_or_default();
            too_long |= self.line.len() + part.len() > MOST_BYTES;
            if !too_long {
                self.line.extend_from_slice(part);
            }
            let used = part.len() + usize::from(end.is_some());
            self.reader.consume(used);
            if end.is_some() {
                break;
            }
        }
        Ok(match (any, too_long) {
            (false, _) => None,
            (true, true) => Some(Read::TooLong),
            (true, false) => Some(Read::Line(&self.line)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_skipped_and_the_next_one_is_read() {
        let mut text = vec![b'a'; MOST_BYTES];
        text.push(b'\n');
        text.extend(vec![b'b'; MOST_BYTES + 1]);
        text.extend(b"\nlast");
        let mut lines = Lines::new(text.as_slice());
        assert!(
            matches!(lines.next().unwrap(), Some(Read::Line(line)) if line.len() == MOST_BYTES)
        );
        assert_eq!(lines.next().unwrap(), Some(Read::TooLong));
        assert_eq!(lines.next().unwrap(), Some(Read::Line(b"last")));
        assert_eq!(lines.next().unwrap(), None);
    }
}
