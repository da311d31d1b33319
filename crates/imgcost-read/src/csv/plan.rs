//! Cutting a list into parts that are read at the same time.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use super::header::Header;
use super::list::{CsvError, read_header};
use super::rows::Rows;

/// Where a list is cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What the columns say.
    pub header: Header,
    /// Bytes of the file; each part begins after a line end, the first one after the header.
    pub parts: Vec<Range<u64>>,
    /// The line with which the first part begins.
    pub(super) first_line: u64,
}

/// A part is worth a thread of its own from this many bytes.
const LEAST: u64 = 1 << 20;

/// Plans to read a list in so many parts, or fewer where it is short.
///
/// A part begins after some line end. If that lies within a quoted cell the cut is wrong, which
/// shows when the parts are joined ([`CsvError::Torn`]); no scan for quotes is needed beforehand.
///
/// # Errors
/// A source that cannot be read, or a header that is wrong.
pub fn plan<E>(
    file: &str,
    source: &mut (impl Read + Seek),
    parts: usize,
) -> Result<Plan, CsvError<E>> {
    source.seek(SeekFrom::Start(0)).map_err(CsvError::Io)?;
    let mut rows = Rows::new(&mut *source, 1);
    let (header, start) = read_header(file, &mut rows)?;
    let first_line = rows.line();
    drop(rows);
    let end = source.seek(SeekFrom::End(0)).map_err(CsvError::Io)?.max(start);
    let wanted = (parts as u64).clamp(1, ((end - start) / LEAST).max(1));
    let mut cuts = vec![start];
    for index in 1..wanted {
        let guess = start + (end - start) / wanted * index;
        let cut = next_line(source, guess).map_err(CsvError::Io)?;
        if cut > cuts.last().copied().unwrap_or(start) && cut < end {
            cuts.push(cut);
        }
    }
    cuts.push(end);
    let parts = cuts.windows(2).map(|pair| pair[0]..pair[1]).collect();
    Ok(Plan { header, parts, first_line })
}

/// Where the next line begins.
fn next_line(source: &mut (impl Read + Seek), from: u64) -> std::io::Result<u64> {
    source.seek(SeekFrom::Start(from))?;
    let mut at = from;
    let mut buffer = [0; 4096];
    loop {
        let count = source.read(&mut buffer)?;
        match buffer[..count].iter().position(|byte| *byte == b'\n') {
            Some(index) => return Ok(at + index as u64 + 1),
            None if count == 0 => return Ok(at),
            None => at += count as u64,
        }
    }
}
