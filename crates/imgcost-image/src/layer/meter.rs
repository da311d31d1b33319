use std::io::{self, BufRead, Read};

use imgcost::image::Digest;
use sha2::{Digest as _, Sha256};

use super::budget::Budget;

/// Large enough that calls cost nothing, small enough to stay in a core's cache until it is hashed:
/// twice as much made plain layers a fifth slower.
const BUFFER: usize = 128 << 10;

/// A buffered reader that counts and hashes what passes, and stops when the budget is used up.
pub(super) struct Meter<'m, R> {
    source: R,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    hash: Sha256,
    /// Bytes read so far.
    pub(super) total: u64,
    /// Whether the source itself failed, not somebody who reads from here.
    pub(super) failed: bool,
    /// Told of every read.
    pub(super) progress: Option<&'m (dyn Fn(u64) + Sync)>,
    /// Taken from at every read.
    pub(super) budget: Option<&'m Budget>,
}

/// The error for a budget that is used up.
#[derive(Debug, thiserror::Error)]
#[error("more bytes than allowed")]
pub(super) struct Exhausted;

impl<R: Read> Meter<'_, R> {
    pub(super) fn new(source: R) -> Self {
        Self {
            source,
            buffer: vec![0; BUFFER].into_boxed_slice(),
            start: 0,
            end: 0,
            hash: Sha256::new(),
            total: 0,
            failed: false,
            progress: None,
            budget: None,
        }
    }

    /// The next bytes, without taking them: at least as many as asked for unless the source ends.
    pub(super) fn peek(&mut self, bytes: usize) -> io::Result<&[u8]> {
        while self.end - self.start < bytes && self.fill()? > 0 {}
        Ok(self.unread())
    }

    /// Length and digest of what was read.
    pub(super) fn finish(self) -> (u64, Digest) {
        (self.total, Digest::sha256(self.hash.finalize().into()))
    }

    /// Reads and forgets everything up to the end.
    pub(super) fn drain(&mut self) -> io::Result<()> {
        loop {
            self.start = 0;
            self.end = 0;
            if self.fill()? == 0 {
                return Ok(());
            }
        }
    }

    fn unread(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// One more read behind what is unread.
    fn fill(&mut self) -> io::Result<usize> {
        let free = self.buffer.get_mut(self.end..).unwrap_or_default();
        let read = loop {
            match self.source.read(free) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failed = true;
                    return Err(error);
                }
                Ok(read) => break read.min(free.len()),
            }
        };
        if let Some(budget) = self.budget
            && !budget.take_unpacked(read as u64)
        {
            return Err(io::Error::other(Exhausted));
        }
        self.hash.update(free.get(..read).unwrap_or_default());
        self.end += read;
        self.total += read as u64;
        if let Some(progress) = self.progress {
            progress(read as u64);
        }
        Ok(read)
    }
}

impl<R: Read> BufRead for Meter<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            self.start = 0;
            self.end = 0;
            self.fill()?;
        }
        Ok(self.unread())
    }

    fn consume(&mut self, amount: usize) {
        self.start = (self.start + amount).min(self.end);
    }
}

impl<R: Read> Read for Meter<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}
