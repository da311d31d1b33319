//! Finding services of one name among millions, exactly.

use imgcost::fleet::Service;

use crate::diagnostic::Diagnostic;

/// Every service's name, with the file and line it stands in.
///
/// Costs the bytes of the names and 12 more each.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// All names, one after the other, each closed by a zero byte (which no name contains).
    text: String,
    seen: Vec<Seen>,
    /// Where in `seen` each file's names begin.
    files: Vec<(usize, String)>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    hash: u32,
    start: u32,
    line: u32,
}

/// Where the services of the fleet file stand, in place of a list's name.
const INLINE: &str = "";

impl Names {
    /// The names of the services that stand in a fleet file itself.
    pub fn of(services: &[Service]) -> Self {
        let mut names = Self { files: vec![(0, INLINE.to_owned())], ..Self::default() };
        for service in services {
            names.add(&service.name, 0);
        }
        names
    }

    /// Names of one more file follow.
    pub(super) fn file(&mut self, file: &str) {
        if self.files.last().is_none_or(|(_, last)| last != file) {
            self.files.push((self.seen.len(), file.to_owned()));
        }
    }

    #[inline]
    pub(super) fn add(&mut self, name: &str, line: u64) {
        let start = self.text.len() as u32;
        self.text.push_str(name);
        self.text.push('\0');
        self.seen.push(Seen {
            hash: hash(name.as_bytes()),
            start,
            line: line.min(u64::from(u32::MAX)) as u32,
        });
    }

    /// Whether another name still fits: all names together take less than 4 GiB.
    #[inline]
    pub(super) fn has_room(&self) -> bool {
        self.text.len() < (u32::MAX - (1 << 20)) as usize
    }

    /// Takes over the names of a later part of the same file, whose lines were counted from 1.
    pub(super) fn absorb(&mut self, part: &Self, lines_before: u64) {
        let offset = self.text.len() as u32;
        let lines = lines_before.min(u64::from(u32::MAX)) as u32;
        self.text.push_str(&part.text);
        self.seen.extend(part.seen.iter().map(|seen| Seen {
            start: seen.start.saturating_add(offset),
            line: seen.line.saturating_add(lines),
            ..*seen
        }));
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    fn name(&self, seen: Seen) -> &str {
        let rest = self.text.get(seen.start as usize..).unwrap_or_default();
        rest.split_once('\0').map_or(rest, |(name, _)| name)
    }

    fn file_of(&self, index: usize) -> &str {
        let after = self.files.partition_point(|(first, _)| *first <= index);
        after.checked_sub(1).map_or(INLINE, |file| &self.files[file].1)
    }

    /// Reports every name that two services have, at the later of them; at most 20, and how many
    /// more there are.
    pub fn duplicates(&self) -> (Vec<Diagnostic>, u64) {
        let mut order: Vec<u64> = (0_u64..)
            .zip(&self.seen)
            .map(|(index, seen)| u64::from(seen.hash) << 32 | index)
            .collect();
        order.sort_unstable();
        let mut pairs = Vec::new();
        for group in order.chunk_by(|a, b| a >> 32 == b >> 32).filter(|group| group.len() > 1) {
            let mut same: Vec<_> =
                group.iter().map(|packed| (packed & 0xffff_ffff) as usize).collect();
            same.sort_by_key(|index| (self.name(self.seen[*index]), *index));
            for pair in same.windows(2) {
                if self.name(self.seen[pair[0]]) == self.name(self.seen[pair[1]]) {
                    pairs.push((pair[1], pair[0]));
                }
            }
        }
        pairs.sort_unstable();
        let more = pairs.len().saturating_sub(MOST) as u64;
        let found = pairs.into_iter().take(MOST).map(|(again, first)| self.duplicate(again, first));
        (found.collect(), more)
    }

    fn duplicate(&self, again: usize, first: usize) -> Diagnostic {
        let (seen, file) = (self.seen[again], self.file_of(again));
        let place = match (self.file_of(first), self.seen[first].line) {
            (INLINE, _) => "in the fleet file".to_owned(),
            (other, line) if other == file => format!("in line {line}"),
            (other, line) => format!("in line {line} of {other}"),
        };
        let message = format!("two services are called `{}`", self.name(seen));
        let mut found = Diagnostic::error("duplicate-service", file, message)
            .help(format!("the other one is {place}; give each a name of its own"));
        found.line = Some(u64::from(seen.line));
        found
    }
}

/// Problems reported of one kind before the rest is only counted.
const MOST: usize = 20;

/// Mixes a name into 32 bits. Names that collide are compared as text.
#[inline]
fn hash(bytes: &[u8]) -> u32 {
    let mut hash = bytes.len() as u64;
    let mut mix = |word: u64| {
        hash = (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    };
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        mix(u64::from_le_bytes(*word));
    }
    mix(rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)));
    ((hash >> 32) ^ (hash >> 7)) as u32
}
