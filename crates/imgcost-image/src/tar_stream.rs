//! A tar archive as a stream of headers: names, kinds, sizes, and where data lies.
//!
//! The `tar` crate reads long names and PAX records of any length into memory, splits PAX records
//! at newlines inside binary values, and takes the low 64 bits of any base-256 size. Archives here
//! are hostile, so their headers are read by this small walker, which follows Go's `archive/tar`:
//! what containerd and Docker unpack with.

#[cfg(test)]
mod tests;

use std::io::{self, BufRead, BufReader, Read, Seek};

const BLOCK: usize = 512;

/// The longest GNU name that is read; Linux itself stops at 4 KiB.
const MAX_NAME: u64 = 64 << 10;

/// The most bytes of PAX records before one entry, as in Go's `archive/tar`.
const MAX_PAX: u64 = 1 << 20;

/// Headers of a tar archive, one after another.
#[derive(Debug)]
pub(crate) struct TarStream<R> {
    reader: R,
    skip: Skip<R>,
    /// Bytes of the archive that were read or skipped.
    offset: u64,
    /// What is left of the current entry: data, then padding to a whole block.
    left: u64,
    padding: u64,
    /// Name, link target and extended records of the current entry, kept for their memory.
    path: Vec<u8>,
    link: Vec<u8>,
    records: Vec<u8>,
}

/// How the data of an entry that nobody reads is passed over: [`by_reading`] or [`by_seeking`].
pub(crate) type Skip<R> = fn(&mut R, u64) -> io::Result<()>;

/// One member of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TarEntry<'t> {
    /// Its name as written: any bytes, but no zero.
    pub(crate) path: &'t [u8],
    pub(crate) kind: EntryKind,
    /// Target of a symbolic or hard link.
    pub(crate) link: &'t [u8],
    /// Bytes of data in the archive: of sparse files, without the holes.
    pub(crate) size: u64,
    /// Where its data begins in the archive.
    pub(crate) offset: u64,
}

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    File,
    Directory,
    Symlink,
    HardLink,
    /// Devices, pipes, and types that are not known here.
    Other,
}

/// Why an archive cannot be read on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TarError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("{problem} at byte {offset} of the tar archive")]
    Malformed { offset: u64, problem: &'static str },
}

/// Passes over data by reading it.
pub(crate) fn by_reading<R: BufRead>(reader: &mut R, mut bytes: u64) -> io::Result<()> {
    while bytes > 0 {
        let there = reader.fill_buf()?.len();
        if there == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let step = usize::try_from(bytes).map_or(there, |bytes| bytes.min(there));
        reader.consume(step);
        bytes -= step as u64;
    }
    Ok(())
}

/// Passes over data by seeking; reads its last byte, because files can be seeked beyond their end.
pub(crate) fn by_seeking<R: Read + Seek>(reader: &mut BufReader<R>, bytes: u64) -> io::Result<()> {
    let Some(before_last) = bytes.checked_sub(1) else { return Ok(()) };
    let distance = i64::try_from(before_last).map_err(|_| io::ErrorKind::UnexpectedEof)?;
    reader.seek_relative(distance)?;
    by_reading(reader, 1)
}

impl<R: BufRead> TarStream<R> {
    pub(crate) fn new(reader: R, skip: Skip<R>) -> Self {
        let (path, link, records) = Default::default();
        Self { reader, skip, offset: 0, left: 0, padding: 0, path, link, records }
    }

    /// The next member; `None` at the end-of-archive mark, or where the archive simply stops.
    ///
    /// # Errors
    /// If the reader fails, or the archive is malformed or cut off.
    pub(crate) fn next(&mut self) -> Result<Option<TarEntry<'_>>, TarError> {
        let mut named = Named::Header;
        let mut pax = PaxSize::default();
        self.path.clear();
        self.link.clear();
        loop {
            self.finish_entry()?;
            let at = self.offset;
            let Some(block) = self.block()? else { return Ok(None) };
            if block == [0; BLOCK] {
                return Ok(None);
            }
            let malformed = |problem| TarError::Malformed { offset: at, problem };
            if !checksum_matches(&block) {
                return Err(malformed("a header with a wrong checksum"));
            }
            let mut size =
                number(&block[124..136]).ok_or_else(|| malformed("a size that is no number"))?;
            match block[156] {
                b'L' => {
                    self.special(size, MAX_NAME, at)?;
                    set(&mut self.path, up_to_nul(&self.records));
                    named = Named::Gnu;
                }
                b'K' => {
                    self.special(size, MAX_NAME, at)?;
                    set(&mut self.link, up_to_nul(&self.records));
                }
                b'x' => {
                    self.special(size, MAX_PAX, at)?;
                    self.read_pax(&mut named, &mut pax)
                        .ok_or_else(|| malformed("a malformed PAX record"))?;
                }
                b'g' => self.set_left(size, at)?,
                flag => {
                    if named == Named::Header {
                        header_path(&block, &mut self.path);
                    }
                    let kind = kind(flag, &self.path);
                    if self.link.is_empty()
                        && matches!(kind, EntryKind::Symlink | EntryKind::HardLink)
                    {
                        set(&mut self.link, up_to_nul(&block[157..257]));
                    }
                    if flag == b'S' && has_more_sparse_blocks(&block, 482) {
                        while has_more_sparse_blocks(&self.whole_block(at)?, 504) {}
                    }
                    size = pax.0.unwrap_or(size);
                    // Links, devices, folders and pipes have no data, whatever their size says.
                    if matches!(flag, b'1'..=b'6') {
                        size = 0;
                    }
                    self.set_left(size, at)?;
                    let (path, link) = (&self.path[..], &self.link[..]);
                    return Ok(Some(TarEntry { path, kind, link, size, offset: self.offset }));
                }
            }
        }
    }

    /// Data of the current entry, or what is left of it.
    pub(crate) fn data(&mut self) -> impl Read + '_ {
        Data(self)
    }

    fn set_left(&mut self, size: u64, at: u64) -> Result<(), TarError> {
        self.left = size;
        self.padding = size.wrapping_neg() % BLOCK as u64;
        let end = self.offset.checked_add(size).and_then(|end| end.checked_add(self.padding));
        match end {
            Some(_) => Ok(()),
            None => Err(TarError::Malformed { offset: at, problem: "an impossible size" }),
        }
    }

    fn finish_entry(&mut self) -> Result<(), TarError> {
        if self.left > 0 {
            (self.skip)(&mut self.reader, self.left).map_err(|error| match error.kind() {
                // Only a bare kind is ours: readers and decoders say more.
                io::ErrorKind::UnexpectedEof if error.get_ref().is_none() => TarError::Malformed {
                    offset: self.offset,
                    problem: "the end of the input, inside of the file that begins",
                },
                _ => error.into(),
            })?;
            self.offset += self.left;
            self.left = 0;
        }
        // Some writers forget to pad the last entry.
        while self.padding > 0 {
            let there = self.reader.fill_buf()?.len() as u64;
            let step = there.min(self.padding);
            if step == 0 {
                break;
            }
            self.reader.consume(step as usize);
            self.offset += step;
            self.padding -= step;
        }
        self.padding = 0;
        Ok(())
    }

    /// The next block; `None` at the end of the input.
    fn block(&mut self) -> Result<Option<[u8; BLOCK]>, TarError> {
        let mut block = [0; BLOCK];
        let mut filled = 0;
        while let Some(rest) = block.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let there = self.reader.fill_buf()?;
            let step = there.len().min(rest.len());
            if step == 0 {
                break;
            }
            rest[..step].copy_from_slice(&there[..step]);
            self.reader.consume(step);
            filled += step;
        }
        let at = self.offset;
        self.offset += filled as u64;
        match filled {
            0 => Ok(None),
            BLOCK => Ok(Some(block)),
            _ => Err(TarError::Malformed {
                offset: at,
                problem: "the end of the input, inside of the header that begins",
            }),
        }
    }

    fn whole_block(&mut self, at: u64) -> Result<[u8; BLOCK], TarError> {
        let problem = "the end of the input inside of the header";
        self.block()?.ok_or(TarError::Malformed { offset: at, problem })
    }

    /// Reads what a special header announces, of at most `limit` bytes.
    fn special(&mut self, size: u64, limit: u64, at: u64) -> Result<(), TarError> {
        if size > limit {
            let problem = "a name or PAX records of unreasonable length";
            return Err(TarError::Malformed { offset: at, problem });
        }
        self.set_left(size, at)?;
        let mut records = std::mem::take(&mut self.records);
        records.clear();
        self.data().read_to_end(&mut records)?;
        self.records = records;
        if self.left > 0 {
            let problem = "the end of the input inside of a name or PAX records";
            return Err(TarError::Malformed { offset: at, problem });
        }
        Ok(())
    }

    /// Takes path, link target and size from PAX records; `None` if they are malformed.
    fn read_pax(&mut self, named: &mut Named, size: &mut PaxSize) -> Option<()> {
        let mut rest = &self.records[..];
        while !rest.is_empty() {
            let (key, value);
            (key, value, rest) = pax_record(rest)?;
            let rank = match key {
                b"path" => Named::Pax,
                b"GNU.sparse.name" => Named::Sparse,
                b"linkpath" => {
                    set(&mut self.link, Some(value).filter(|value| !value.contains(&0))?);
                    continue;
                }
                b"size" => {
                    let digits = std::str::from_utf8(value).ok()?;
                    let bytes = digits.parse().ok().filter(|bytes| i64::try_from(*bytes).is_ok());
                    *size = PaxSize(Some(bytes?));
                    continue;
                }
                _ => continue,
            };
            // An empty value takes a record back.
            if *named <= rank && !value.is_empty() {
                set(&mut self.path, Some(value).filter(|value| !value.contains(&0))?);
                *named = rank;
            }
        }
        Some(())
    }
}

/// Where the name of an entry comes from; later ones win.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    Header,
    Pax,
    Sparse,
    Gnu,
}

/// The size that PAX records give, for files that are too large for the header.
#[derive(Debug, Default)]
struct PaxSize(Option<u64>);

struct Data<'t, R>(&'t mut TarStream<R>);

impl<R: BufRead> Read for Data<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let tar = &mut *self.0;
        let most = usize::try_from(tar.left).map_or(into.len(), |left| left.min(into.len()));
        let read = tar.reader.read(&mut into[..most])?;
        tar.left -= read as u64;
        tar.offset += read as u64;
        Ok(read)
    }
}

/// A path as it lies below the root: without `.`, empty parts, and leading and trailing slashes;
/// `..` goes up, but never above the root, as containerd has it. Empty for the root itself.
pub(crate) fn clean_path(path: &[u8], out: &mut Vec<u8>) {
    out.clear();
    for part in path.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => out.truncate(out.iter().rposition(|byte| *byte == b'/').unwrap_or(0)),
            part => {
                if !out.is_empty() {
                    out.push(b'/');
                }
                out.extend_from_slice(part);
            }
        }
    }
}

fn kind(flag: u8, path: &[u8]) -> EntryKind {
    match flag {
        // Before POSIX, a folder was a file whose name ends in a slash.
        0 if path.ends_with(b"/") => EntryKind::Directory,
        0 | b'0' | b'7' | b'S' => EntryKind::File,
        b'1' => EntryKind::HardLink,
        b'2' => EntryKind::Symlink,
        b'5' => EntryKind::Directory,
        _ => EntryKind::Other,
    }
}

fn header_path(block: &[u8; BLOCK], path: &mut Vec<u8>) {
    path.clear();
    // Only POSIX headers have a prefix; GNU's own keep times and sparse blocks there.
    let prefix = if &block[257..263] == b"ustar\0" { up_to_nul(&block[345..500]) } else { &[] };
    if !prefix.is_empty() {
        path.extend_from_slice(prefix);
        path.push(b'/');
    }
    path.extend_from_slice(up_to_nul(&block[..100]));
}

fn has_more_sparse_blocks(block: &[u8; BLOCK], flag: usize) -> bool {
    block.get(flag).is_some_and(|flag| *flag != 0)
}

/// The sum of all bytes with the checksum field as spaces; old writers summed signed bytes.
fn checksum_matches(block: &[u8; BLOCK]) -> bool {
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>();
    let high = |bytes: &[u8]| bytes.iter().filter(|byte| **byte > 127).count() as u64;
    let unsigned = sum(&block[..148]) + 8 * 32 + sum(&block[156..]);
    let Some(said) = number(&block[148..156]) else { return false };
    said == unsigned || {
        let above = high(&block[..148]) + high(&block[156..]);
        said.checked_add(256 * above) == Some(unsigned)
    }
}

/// A numeric field: octal digits, or base 256 where the first bit is set. `None` for negative
/// numbers, for those beyond 2^63, and for anything else.
fn number(field: &[u8]) -> Option<u64> {
    let value = match field.split_first()? {
        // The second bit is the sign.
        (first, rest) if first & 0x80 != 0 => {
            rest.iter().try_fold(u64::from(first & 0x7f), |value, byte| {
                value.checked_mul(256)?.checked_add(u64::from(*byte))
            })?
        }
        _ => up_to_nul(field.trim_ascii_start()).trim_ascii().iter().try_fold(
            0_u64,
            |value, digit| match digit {
                b'0'..=b'7' => value.checked_mul(8)?.checked_add(u64::from(digit - b'0')),
                _ => None,
            },
        )?,
    };
    i64::try_from(value).is_ok().then_some(value)
}

/// `LENGTH KEY=VALUE\n`, where the length counts all of it: key, value and what follows.
fn pax_record(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = bytes.iter().take(20).position(|byte| *byte == b' ')?;
    let length: usize = std::str::from_utf8(bytes.get(..space)?).ok()?.parse().ok()?;
    let (record, rest) = bytes.split_at_checked(length)?;
    let pair = record.get(space + 1..)?.strip_suffix(b"\n")?;
    let equals = pair.iter().position(|byte| *byte == b'=')?;
    let (key, value) = pair.split_at_checked(equals)?;
    Some((key, value.get(1..)?, rest))
}

fn up_to_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or(bytes)
}

fn set(text: &mut Vec<u8>, to: &[u8]) {
    text.clear();
    text.extend_from_slice(to);
}
