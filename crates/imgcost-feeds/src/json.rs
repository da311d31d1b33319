//! Price lists are JSON of any size: bounded memory, numbers exactly as they are written.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::error::FeedError;

/// The longest string or number that is read. What `GetProducts` writes as one string, the longest
/// that price lists have, is a few hundred KiB.
const MOST_BYTES: usize = 8 << 20;

/// The deepest nesting: serde_json has a limit of its own for what it keeps, but notes a byte for
/// each level of what it passes over.
const MOST_LEVELS: u32 = 1_000;

/// Begins to read a file that should be JSON.
pub(crate) fn open<'i>(
    name: &str,
    reader: Box<dyn Read + 'i>,
    help: &str,
) -> Result<impl Read + 'i, FeedError> {
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    let first = match reader.fill_buf() {
        Ok(first) => first,
        Err(error) => {
            return Err(FeedError::new(name, format!("cannot be read: {error}"), "check the file"));
        }
    };
    if first.starts_with(&[0x1f, 0x8b]) {
        let problem = "the file is compressed with gzip";
        return Err(FeedError::new(name, problem, "give what `gunzip -c` writes"));
    }
    match first.trim_ascii_start().first() {
        Some(b'{' | b'[') => {}
        Some(_) => return Err(FeedError::new(name, "this is not JSON", help)),
        None => return Err(FeedError::new(name, "the file is empty", help)),
    }
    let bounded = Bounded { inner: reader, length: 0, levels: 0, string: InString::No };
    Ok(BufReader::with_capacity(1 << 16, bounded))
}

/// JSON that fails where values are longer or deeper than can be kept in memory.
struct Bounded<R> {
    inner: R,
    length: usize,
    levels: u32,
    string: InString,
}

enum InString {
    No,
    Yes,
    AfterBackslash,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        for byte in buffer.get(..read).unwrap_or_default() {
            self.pass(*byte);
            let problem = if self.length > MOST_BYTES {
                format!("a string or number is longer than {MOST_BYTES} bytes")
            } else if self.levels > MOST_LEVELS {
                format!("values are nested deeper than {MOST_LEVELS} levels")
            } else {
                continue;
            };
            return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
        }
        Ok(read)
    }
}

impl<R> Bounded<R> {
    fn pass(&mut self, byte: u8) {
        self.length += 1;
        match (&self.string, byte) {
            (InString::AfterBackslash, _) => self.string = InString::Yes,
            (InString::Yes, b'\\') => self.string = InString::AfterBackslash,
            (InString::Yes, b'"') => self.string = InString::No,
            (InString::Yes, _) => {}
            (InString::No, b'"') => {
                self.string = InString::Yes;
                self.length = 0;
            }
            (InString::No, b'{' | b'[') => {
                self.levels += 1;
                self.length = 0;
            }
            (InString::No, b'}' | b']') => {
                self.levels = self.levels.saturating_sub(1);
                self.length = 0;
            }
            (InString::No, b',' | b':' | b' ' | b'\n' | b'\r' | b'\t') => self.length = 0,
            (InString::No, _) => {}
        }
    }
}

/// A text, or a number exactly as it is written: prices must not pass through binary floats.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Exact(pub(crate) String);

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let text = raw.get();
        match text.as_bytes().first() {
            Some(b'"') => serde_json::from_str(text).map(Self).map_err(Error::custom),
            Some(b'{' | b'[') => Err(Error::custom("expected a text or a number")),
            _ => Ok(Self(text.to_owned())),
        }
    }
}

/// A list whose elements are handed on one by one instead of being kept.
pub(crate) struct Each<'f, T> {
    each: &'f mut dyn FnMut(T),
    elements: PhantomData<T>,
}

impl<'f, T> Each<'f, T> {
    pub(crate) fn new(each: &'f mut dyn FnMut(T)) -> Self {
        Self { each, elements: PhantomData }
    }
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Each<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Each<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(element) = seq.next_element()? {
            (self.each)(element);
        }
        Ok(())
    }
}
