use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

use crate::inspection::Codec;

/// How many bytes [`sniff`] wants to see.
pub(super) const MAGIC: usize = 6;

/// The codec that a blob's first bytes tell, or the name of one that is not read here.
///
/// Media types are not asked: Docker and registries are known to serve gzip as tar and the other
/// way round, and runtimes sniff too.
pub(super) fn sniff(start: &[u8]) -> Result<Codec, &'static str> {
    match start {
        [0x1f, 0x8b, ..] => Ok(Codec::Gzip),
        // A frame, or a skippable one such as zstd:chunked and pzstd may write first.
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Ok(Codec::Zstd),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Err("xz"),
        [b'B', b'Z', b'h', b'1'..=b'9', b'1', ..] => Err("bzip2"),
        _ => Ok(Codec::Tar),
    }
}

/// The widest window that a zstd frame may ask for: 2^27 bytes (128 MiB), the limit of the `zstd`
/// command too. It bounds memory; `zstd -19` needs 8 MiB.
pub(super) const ZSTD_WINDOW: u32 = 27;

/// Unpacks the members of a gzip file one after another: eStargz has one for every file.
///
/// Zeros behind the last member are padding, as GNU gzip has it. Anything else there is an error,
/// as in Go's reader, with which containerd and Docker would refuse the layer.
pub(super) struct GzipMembers<R> {
    state: State<R>,
}

enum State<R> {
    Member(Box<GzDecoder<R>>),
    Finished,
}

impl<R: BufRead> GzipMembers<R> {
    pub(super) fn new(source: R) -> Self {
        Self { state: State::Member(Box::new(GzDecoder::new(source))) }
    }
}

impl<R: BufRead> Read for GzipMembers<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let State::Member(member) = &mut self.state else { return Ok(0) };
            let read = member.read(into)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            let State::Member(member) = std::mem::replace(&mut self.state, State::Finished) else {
                return Ok(0);
            };
            let mut source = member.into_inner();
            match source.fill_buf()?.first() {
                None => return Ok(0),
                Some(0) => return only_zeros(&mut source).map(|()| 0),
                Some(_) => *self = Self::new(source),
            }
        }
    }
}

fn only_zeros(source: &mut impl BufRead) -> io::Result<()> {
    loop {
        let there = source.fill_buf()?;
        if there.iter().any(|byte| *byte != 0) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "garbage behind its end"));
        }
        match there.len() {
            0 => return Ok(()),
            length => source.consume(length),
        }
    }
}
