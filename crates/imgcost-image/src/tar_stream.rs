//! The headers of a tar stream, one by one, in bounded memory.
//!
//! The iterator of the crate `tar` reads GNU long names and PAX records whole, however long they
//! claim to be; its [`Header`] only parses fields of one block. So the walk is done here.

use std::io::{self, Read, Seek, SeekFrom};

use tar::{EntryType, Header};

/// The longest name or set of PAX records that is read, as in Go's `archive/tar`.
const MAX_SPECIAL: u64 = 1 << 20;
const BLOCK: u64 = 512;

/// One member of a tar stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its path as it is written.
    pub(crate) path: Vec<u8>,
    /// What it links to, for links.
    pub(crate) link: Option<Vec<u8>>,
    /// What it is.
    pub(crate) kind: EntryType,
    /// Bytes of data that follow the header; 0 for whatever has none.
    pub(crate) size: u64,
    /// Where its data begins, counted from the start of the stream.
    pub(crate) offset: u64,
}

/// A walk over the members of a tar stream.
#[derive(Debug)]
pub(crate) struct TarStream<R> {
    source: R,
    skip: fn(&mut R, u64) -> io::Result<()>,
    position: u64,
    /// Where the next header begins.
    next: u64,
    /// Where the data of the current member ends.
    end: u64,
}

impl<R: Read> TarStream<R> {
    /// A walk that reads what it skips, so that a hash beneath it sees every byte.
    pub(crate) fn new(source: R) -> Self {
        let skip = |source: &mut R, bytes| {
            let skipped = io::copy(&mut source.by_ref().take(bytes), &mut io::sink())?;
            if skipped == bytes { Ok(()) } else { Err(truncated()) }
        };
        Self { source, skip, position: 0, next: 0, end: 0 }
    }

    /// The next member; `None` at the end of the archive, which is the first block of zeros or the
    /// end of the stream between two members.
    pub(crate) fn next_entry(&mut self) -> io::Result<Option<Entry>> {
        let (mut path, mut link, mut pax) = (None, None, Pax::default());
        loop {
            let Some(header) = self.header()? else {
                let described = path.is_some() || link.is_some() || pax != Pax::default();
                return if described { Err(truncated()) } else { Ok(None) };
            };
            let kind = header.entry_type();
            let size = header.entry_size()?;
            match kind {
                EntryType::GNULongName => path = Some(until_nul(self.special(size)?)),
                EntryType::GNULongLink => link = Some(until_nul(self.special(size)?)),
                EntryType::XHeader => pax = Pax::read(&self.special(size)?)?,
                // Global records name times and comments, never a path of a member.
                EntryType::XGlobalHeader => self.begin(size)?,
                _ => {
                    let path =
                        pax.path.or(path).unwrap_or_else(|| header.path_bytes().into_owned());
                    let link = pax.link.or(link);
                    let link = link.or_else(|| Some(header.link_name_bytes()?.into_owned()));
                    return self.member(&header, path, link, pax.size.unwrap_or(size)).map(Some);
                }
            }
        }
    }

    /// The data of the current member.
    pub(crate) fn data(&mut self) -> impl Read + '_ {
        Data { stream: self }
    }

    fn member(
        &mut self,
        header: &Header,
        path: Vec<u8>,
        link: Option<Vec<u8>>,
        size: u64,
    ) -> io::Result<Entry> {
        let kind = match header.entry_type() {
            // Archives older than POSIX mark folders only so.
            EntryType::Regular if path.ends_with(b"/") => EntryType::Directory,
            kind => kind,
        };
        let bare = matches!(
            kind,
            EntryType::Link
                | EntryType::Symlink
                | EntryType::Char
                | EntryType::Block
                | EntryType::Directory
                | EntryType::Fifo
        );
        // Go ignores the size of members that have no data, whatever their header says.
        let size = if bare { 0 } else { size };
        if kind == EntryType::GNUSparse {
            self.sparse_blocks(header)?;
        }
        self.begin(size)?;
        let linked = matches!(kind, EntryType::Link | EntryType::Symlink);
        Ok(Entry { path, link: link.filter(|_| linked), kind, size, offset: self.position })
    }

    /// The next header block, its checksum checked.
    fn header(&mut self) -> io::Result<Option<Header>> {
        let gap = self.next - self.position;
        (self.skip)(&mut self.source, gap)?;
        self.position = self.next;
        let mut header = Header::new_old();
        let read = read_full(&mut self.source, header.as_mut_bytes())?;
        if read == 0 || header.as_bytes().iter().all(|byte| *byte == 0) {
            self.position += read;
            self.next = self.position;
            self.end = self.position;
            return Ok(None);
        }
        if read < BLOCK {
            return Err(truncated());
        }
        self.position += BLOCK;
        let sum = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
        let bytes = header.as_bytes();
        // The checksum counts its own eight bytes as spaces.
        let expected = sum(&bytes[..148]) + 8 * u32::from(b' ') + sum(&bytes[156..]);
        if header.cksum().ok() != Some(expected) {
            return Err(invalid("a header of the tar archive is damaged"));
        }
        Ok(Some(header))
    }

    /// Further blocks of an old GNU sparse map stand between the header and the data.
    fn sparse_blocks(&mut self, header: &Header) -> io::Result<()> {
        let mut more = header.as_gnu().is_some_and(tar::GnuHeader::is_extended);
        while more {
            let mut block = tar::GnuExtSparseHeader::new();
            if read_full(&mut self.source, block.as_mut_bytes())? < BLOCK {
                return Err(truncated());
            }
            self.position += BLOCK;
            more = block.is_extended();
        }
        Ok(())
    }

    /// Notes where the data that begins here ends, and where the header after it stands.
    fn begin(&mut self, size: u64) -> io::Result<()> {
        let end = self.position.checked_add(size);
        let next = end.and_then(|end| end.checked_next_multiple_of(BLOCK));
        let (Some(end), Some(next)) = (end, next) else {
            return Err(invalid("a member of the tar archive is larger than can be"));
        };
        (self.end, self.next) = (end, next);
        Ok(())
    }

    /// The data of a member that describes the next one.
    fn special(&mut self, size: u64) -> io::Result<Vec<u8>> {
        if size > MAX_SPECIAL {
            return Err(invalid("a name in the tar archive is longer than 1 MiB"));
        }
        self.begin(size)?;
        let mut bytes = Vec::new();
        self.data().read_to_end(&mut bytes)?;
        if bytes.len() as u64 == size { Ok(bytes) } else { Err(truncated()) }
    }
}

impl<R: Read + Seek> TarStream<R> {
    /// A walk that seeks over data; whoever uses it compares ends with the length of the file.
    pub(crate) fn seeking(source: R) -> Self {
        let skip = |source: &mut R, bytes| {
            let bytes = i64::try_from(bytes).map_err(|_| truncated())?;
            source.seek(SeekFrom::Current(bytes)).map(|_| ())
        };
        Self { skip, ..Self::new(source) }
    }
}

struct Data<'s, R> {
    stream: &'s mut TarStream<R>,
}

impl<R: Read> Read for Data<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.stream.end - self.stream.position;
        let read = (&mut self.stream.source).take(left).read(buffer)?;
        self.stream.position += read as u64;
        if read == 0 && left > 0 && !buffer.is_empty() {
            return Err(truncated());
        }
        Ok(read)
    }
}

/// The records of a PAX header that say where data is.
#[derive(Debug, Default, PartialEq, Eq)]
struct Pax {
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
}

impl Pax {
    /// Records are `LENGTH KEY=VALUE\n`, where the length counts the whole record.
    fn read(mut bytes: &[u8]) -> io::Result<Self> {
        let wrong = || invalid("a PAX record of the tar archive is malformed");
        let (mut pax, mut sparse) = (Self::default(), None);
        while !bytes.is_empty() {
            let space = bytes.iter().take(8).position(|b| *b == b' ').ok_or_else(wrong)?;
            let (length, _) = bytes.split_at(space);
            let length = number(length).and_then(|n| usize::try_from(n).ok()).ok_or_else(wrong)?;
            let record = bytes.get(space + 1..length).ok_or_else(wrong)?;
            let record = record.strip_suffix(b"\n").ok_or_else(wrong)?;
            let equals = record.iter().position(|b| *b == b'=').ok_or_else(wrong)?;
            let (key, value) = (&record[..equals], &record[equals + 1..]);
            match key {
                b"path" => pax.path = Some(value.to_vec()),
                b"linkpath" => pax.link = Some(value.to_vec()),
                b"size" => pax.size = Some(number(value).ok_or_else(wrong)?),
                // A sparse file of GNU tar in PAX form: this is its name, `path` is made up.
                b"GNU.sparse.name" => sparse = Some(value.to_vec()),
                _ => {}
            }
            bytes = &bytes[length..];
        }
        pax.path = sparse.or(pax.path);
        Ok(pax)
    }
}

fn number(digits: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(digits).ok()?;
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
}

fn until_nul(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    bytes.truncate(end);
    bytes
}

/// Reads until the block is full or the stream ends; tells how many bytes came.
fn read_full(source: &mut impl Read, block: &mut [u8]) -> io::Result<u64> {
    let mut filled = 0;
    while filled < block.len() {
        match source.read(&mut block[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled as u64)
}

fn truncated() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the tar archive ends in the middle of a member")
}

fn invalid(problem: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(bytes: &[u8]) -> io::Result<Vec<(String, u64, u64)>> {
        let mut stream = TarStream::new(bytes);
        let mut found = Vec::new();
        while let Some(entry) = stream.next_entry()? {
            let path = String::from_utf8_lossy(&entry.path).into_owned();
            found.push((path, entry.size, entry.offset));
        }
        Ok(found)
    }

    fn header(kind: EntryType, path: &str, size: u64) -> Header {
        let mut header = Header::new_ustar();
        header.set_entry_type(kind);
        header.set_path(path).unwrap();
        header.set_size(size);
        header.set_cksum();
        header
    }

    /// A member with its data padded to whole blocks.
    fn member(kind: EntryType, path: &str, data: &[u8]) -> Vec<u8> {
        let mut bytes = header(kind, path, data.len() as u64).as_bytes().to_vec();
        bytes.extend_from_slice(data);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
        bytes
    }

    #[test]
    fn members_are_found_with_their_places_whether_read_or_seeked() {
        let mut bytes = member(EntryType::Regular, "a", b"12345");
        bytes.extend(member(EntryType::Directory, "d/", b""));
        bytes.extend(member(EntryType::Regular, "d/b", &[7; 513]));
        bytes.extend([0; 1024]);
        // Data of `a` begins after one header, `d/` after 512 + 512 + 512, `d/b` one header later.
        let expected = [("a", 5, 512), ("d/", 0, 1536), ("d/b", 513, 2048)];
        let found = walk(&bytes).unwrap();
        let found: Vec<_> = found.iter().map(|(p, s, o)| (p.as_str(), *s, *o)).collect();
        assert_eq!(found, expected);

        let mut seeking = TarStream::seeking(io::Cursor::new(&bytes));
        for (path, _, offset) in expected {
            let entry = seeking.next_entry().unwrap().unwrap();
            assert_eq!((entry.path.as_slice(), entry.offset), (path.as_bytes(), offset));
        }
        assert_eq!(seeking.next_entry().unwrap(), None);
    }

    #[test]
    fn data_can_be_read_in_part_and_the_walk_goes_on() {
        let mut bytes = member(EntryType::Regular, "a", &[1; 600]);
        bytes.extend(member(EntryType::Regular, "b", b"xyz"));
        let mut stream = TarStream::new(bytes.as_slice());
        stream.next_entry().unwrap();
        let mut start = [0; 10];
        stream.data().read_exact(&mut start).unwrap();
        assert_eq!(stream.next_entry().unwrap().unwrap().path, b"b");
        let mut data = String::new();
        stream.data().read_to_string(&mut data).unwrap();
        assert_eq!(data, "xyz");
    }

    #[test]
    fn long_names_of_gnu_and_pax_are_read() {
        let long = "n".repeat(300);
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = Header::new_gnu();
        header.set_size(1);
        header.set_cksum();
        builder.append_data(&mut header, &long, &b"x"[..]).unwrap();
        assert_eq!(walk(&builder.into_inner().unwrap()).unwrap()[0].0, long);

        // "13 path=long\n" is 13 bytes, "10 size=3\n" is 10.
        let mut bytes = member(EntryType::XHeader, "x", b"13 path=long\n10 size=3\n");
        bytes.extend(member(EntryType::Regular, "short", b"abc"));
        assert_eq!(walk(&bytes).unwrap(), [("long".to_owned(), 3, 1536)]);
    }

    #[test]
    fn a_name_that_claims_a_gigabyte_is_refused_without_reading_it() {
        let bytes = header(EntryType::GNULongName, "x", 1 << 30).as_bytes().to_vec();
        assert!(walk(&bytes).unwrap_err().to_string().contains("longer than 1 MiB"));
    }

    #[test]
    fn truncated_and_damaged_archives_are_errors() {
        let whole = member(EntryType::Regular, "a", &[1; 600]);
        assert!(walk(&whole[..700]).unwrap_err().to_string().contains("ends in the middle"));
        assert!(walk(&whole[..300]).unwrap_err().to_string().contains("ends in the middle"));
        let mut damaged = whole.clone();
        damaged[0] ^= 1;
        assert!(walk(&damaged).unwrap_err().to_string().contains("damaged"));
        for records in ["99999999999 path=x\n", "5 x\n", "0 path=x\n", "3 a=b\n", "11 size=-1\n"] {
            let mut bytes = member(EntryType::XHeader, "x", records.as_bytes());
            bytes.extend(&whole);
            assert!(walk(&bytes).unwrap_err().to_string().contains("malformed"), "{records}");
        }
    }

    #[test]
    fn a_size_that_no_file_has_is_refused() {
        let mut huge = Header::new_gnu();
        huge.set_path("a").unwrap();
        huge.set_size(u64::MAX);
        huge.set_cksum();
        assert!(walk(huge.as_bytes()).unwrap_err().to_string().contains("larger than can be"));
    }
}
