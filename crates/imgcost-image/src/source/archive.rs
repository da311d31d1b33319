use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::check::quoted;
use super::file;
use crate::error::ImageError;
use crate::tar_stream::{EntryKind, TarStream, by_seeking};

/// More members than any image has blobs.
const MAX_MEMBERS: usize = 1_000_000;
/// The most bytes of all their names.
const MAX_NAMES: usize = 64 << 20;
/// The most links from one to the next.
const MAX_LINKS: usize = 16;

/// A tar file, its members known by name; nothing of it is unpacked.
#[derive(Debug)]
pub(super) struct Archive {
    path: PathBuf,
    members: HashMap<Box<[u8]>, Member>,
}

#[derive(Debug)]
enum Member {
    File {
        offset: u64,
        size: u64,
    },
    /// The name of another member, or why it leads nowhere.
    Link(Result<Box<[u8]>, &'static str>),
    /// A folder, a device: nothing that could be read.
    Other,
}

/// A file in an archive, found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) offset: u64,
    pub(super) size: u64,
}

impl Archive {
    /// Reads the headers of all members.
    pub(super) fn open(path: &Path) -> Result<Self, ImageError> {
        let name = file::name(path);
        let Some((mut file, length)) = file::open(path).map_err(|error| folder(path, error))?
        else {
            return Err(ImageError::new(name, "there is no such file"));
        };
        let failed = |error: &dyn std::fmt::Display| ImageError::new(&name, error.to_string());
        refuse_compressed(&mut file, path)?;
        let mut members = HashMap::new();
        let mut names = 0;
        let mut stream = TarStream::new(BufReader::new(file), by_seeking);
        loop {
            let entry = match stream.next() {
                Ok(Some(entry)) => entry,
                Ok(None) => break,
                Err(error) if members.is_empty() => {
                    return Err(failed(&format_args!("this is no tar archive: {error}")));
                }
                Err(error) => {
                    return Err(
                        failed(&error).help("the archive is damaged or cut off: save it again")
                    );
                }
            };
            // Names that lead out of the archive name nothing that could be asked for.
            let Some(at) = inside(b"", entry.path) else { continue };
            let member = match entry.kind {
                EntryKind::File if entry.offset.saturating_add(entry.size) > length => {
                    return Err(failed(&"the tar archive ends in the middle of a file")
                        .help("the archive is cut off: save it again"));
                }
                EntryKind::File => Member::File { offset: entry.offset, size: entry.size },
                // Symbolic links start at the folder that they are in, hard links at the top.
                EntryKind::Symlink => Member::Link(target(folder_of(&at), entry.link)),
                EntryKind::HardLink => Member::Link(target(b"", entry.link)),
                EntryKind::Directory | EntryKind::Other => Member::Other,
            };
            names += at.len() + entry.link.len();
            members.insert(at, member);
            if members.len() > MAX_MEMBERS || names > MAX_NAMES {
                return Err(failed(&"the archive has too many members for an image")
                    .help("give an archive that docker save or skopeo wrote"));
            }
        }
        if members.is_empty() {
            return Err(failed(&"the archive is empty"));
        }
        Ok(Self { path: path.to_owned(), members })
    }

    /// Where a file is, links followed inside the archive only; `None` if there is none.
    ///
    /// # Errors
    /// If links lead out of the archive, or round in circles.
    pub(super) fn find(&self, name: &str) -> Result<Option<Place>, ImageError> {
        let wrong = |problem: &str| Err(ImageError::new(self.name_of(name), problem));
        let Some(start) = inside(b"", name.as_bytes()) else {
            return wrong("this leads out of the archive");
        };
        let mut at = start.as_ref();
        for _ in 0..MAX_LINKS {
            match self.members.get(at) {
                None => return Ok(None),
                Some(Member::File { offset, size }) => {
                    return Ok(Some(Place { offset: *offset, size: *size }));
                }
                Some(Member::Link(Ok(target))) => at = target,
                Some(Member::Link(Err(problem))) => return wrong(problem),
                Some(Member::Other) => return wrong("it is no regular file"),
            }
        }
        wrong("it is a link that leads to itself, or through too many others")
    }

    /// Whether a file is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name.as_bytes())
    }

    /// The bytes of a file. Every stream has its own handle, so that threads can read at once.
    pub(super) fn read(&self, place: Place) -> Result<impl Read + Seek + Send + use<>, ImageError> {
        let failed =
            |error: std::io::Error| ImageError::new(file::name(&self.path), error.to_string());
        let mut file = File::open(&self.path).map_err(failed)?;
        file.seek(SeekFrom::Start(place.offset)).map_err(failed)?;
        Ok(file.take(place.size))
    }

    /// A whole file of at most `limit` bytes; `None` if there is none.
    pub(super) fn document(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, ImageError> {
        let Some(place) = self.find(name)? else { return Ok(None) };
        file::read_all(&self.name_of(name), self.read(place)?, limit).map(Some)
    }

    /// What messages call a member.
    pub(super) fn name_of(&self, member: &str) -> String {
        format!("{} in {}", quoted(member), file::name(&self.path))
    }
}

/// `docker save | gzip` is common; layers in it could only be reached by unpacking it again and
/// again.
fn refuse_compressed(file: &mut File, path: &Path) -> Result<(), ImageError> {
    let name = file::name(path);
    let failed = |error: std::io::Error| ImageError::new(&name, error.to_string());
    let mut start = Vec::new();
    file.by_ref().take(6).read_to_end(&mut start).map_err(failed)?;
    file.rewind().map_err(failed)?;
    let (what, tool) = match start.as_slice() {
        [0x1f, 0x8b, ..] => ("gzip", "gunzip"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => ("zstd", "unzstd"),
        [b'B', b'Z', b'h', ..] => ("bzip2", "bunzip2"),
        [0xfd, b'7', b'z', b'X', b'Z', 0] => ("xz", "unxz"),
        _ => return Ok(()),
    };
    Err(ImageError::new(&name, format!("the archive is compressed with {what}"))
        .help(format!("unpack it first: {tool} {name}")))
}

fn folder(path: &Path, error: ImageError) -> ImageError {
    if path.is_dir() {
        return error.help(format!("for a layout in a folder write oci:{}", file::name(path)));
    }
    error
}

fn target(folder: &[u8], link: &[u8]) -> Result<Box<[u8]>, &'static str> {
    const OUT: &str = "it is a link that leads out of the archive";
    if link.starts_with(b"/") {
        return Err(OUT);
    }
    inside(folder, link).ok_or(OUT)
}

/// A path from a folder of the archive, without `.` and `..`; `None` if it leads out.
fn inside(folder: &[u8], path: &[u8]) -> Option<Box<[u8]>> {
    if path.starts_with(b"/") {
        return None;
    }
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in folder.split(|byte| *byte == b'/').chain(path.split(|byte| *byte == b'/')) {
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join(&b'/').into())
}

fn folder_of(path: &[u8]) -> &[u8] {
    path.iter().rposition(|byte| *byte == b'/').map_or(b"", |slash| &path[..slash])
}
