use crate::layer::Budget;
use crate::tar_stream::{EntryKind, TarEntry, clean_path};

/// The entries of one layer, as far as waste needs them: names in one piece of memory, and 24 bytes
/// for each entry.
#[derive(Debug, Default)]
pub(crate) struct LayerFiles {
    names: Vec<u8>,
    entries: Vec<Entry>,
    /// Whether there were more entries than the budget allows to keep.
    cut: bool,
}

/// One entry: its path, and behind it in memory the target of a hard link.
#[derive(Debug, Clone, Copy)]
struct Entry {
    size: u64,
    start: u32,
    path: u32,
    link: u32,
    kind: FileKind,
}

/// What an entry does to the tree of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    File,
    Directory,
    /// Another name for a file.
    HardLink,
    /// A symbolic link, device or pipe: something without bytes that takes the place of a file.
    Other,
    /// Deletes what lower layers have at its path.
    Whiteout,
    /// Deletes what lower layers have below its path.
    Opaque,
}

impl LayerFiles {
    /// Notes an entry. Where the budget is used up, the list is [cut](Self::is_cut) and stays so.
    pub(crate) fn add(&mut self, entry: &TarEntry<'_>, budget: &Budget) {
        let kind = match entry.kind {
            EntryKind::File => FileKind::File,
            EntryKind::Directory => FileKind::Directory,
            EntryKind::HardLink => FileKind::HardLink,
            EntryKind::Symlink | EntryKind::Other => FileKind::Other,
        };
        let link = if kind == FileKind::HardLink { entry.link } else { &[] };
        let memory = size_of::<Entry>() + entry.path.len() + link.len();
        self.cut = self.cut || !budget.take_listed(memory as u64);
        if !self.cut && self.push(entry.path, kind, entry.size, link).is_none() {
            self.cut = true;
        }
    }

    /// `None` if it does not fit; the budget stops long before.
    fn push(&mut self, path: &[u8], kind: FileKind, size: u64, link: &[u8]) -> Option<()> {
        let mut clean = Vec::with_capacity(path.len());
        clean_path(path, &mut clean);
        let kind = match whiteout(&clean) {
            Marker::None => kind,
            Marker::Ignored => return Some(()),
            Marker::Opaque(folder) => {
                clean.truncate(folder);
                FileKind::Opaque
            }
            Marker::Whiteout(name) => {
                clean.drain(name..name + WHITEOUT.len());
                FileKind::Whiteout
            }
        };
        // The root is no entry of its own, unless everything below it is deleted.
        if clean.is_empty() && kind != FileKind::Opaque {
            return Some(());
        }
        let start = u32::try_from(self.names.len()).ok()?;
        self.names.extend_from_slice(&clean);
        let path = u32::try_from(clean.len()).ok()?;
        let mut link_length = 0;
        if kind == FileKind::HardLink {
            clean_path(link, &mut clean);
            self.names.extend_from_slice(&clean);
            link_length = u32::try_from(clean.len()).ok()?;
        }
        let from = usize::try_from(start).ok()?;
        // No name holds a zero byte, so with zeros for slashes plain comparison sorts a folder's
        // contents right behind it: `a`, `a/b`, `a.c`.
        for byte in self.names.get_mut(from..)? {
            *byte = if *byte == b'/' { 0 } else { *byte };
        }
        let size = if kind == FileKind::File { size } else { 0 };
        self.entries.push(Entry { size, start, path, link: link_length, kind });
        Some(())
    }

    /// Whether some entries are missing, because there were too many.
    pub(crate) fn is_cut(&self) -> bool {
        self.cut
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The path of an entry, with zeros for slashes.
    pub(super) fn path(&self, index: usize) -> &[u8] {
        let Some(entry) = self.entries.get(index) else { return &[] };
        let start = entry.start as usize;
        self.names.get(start..start + entry.path as usize).unwrap_or_default()
    }

    /// The target of a hard link, written like a path.
    pub(super) fn link(&self, index: usize) -> &[u8] {
        let Some(entry) = self.entries.get(index) else { return &[] };
        let start = entry.start as usize + entry.path as usize;
        self.names.get(start..start + entry.link as usize).unwrap_or_default()
    }

    pub(super) fn kind(&self, index: usize) -> FileKind {
        self.entries.get(index).map_or(FileKind::Other, |entry| entry.kind)
    }

    pub(super) fn size(&self, index: usize) -> u64 {
        self.entries.get(index).map_or(0, |entry| entry.size)
    }
}

/// How OCI layers write that something is gone (image-spec, `layer.md`, "Whiteouts").
const WHITEOUT: &[u8] = b".wh.";

enum Marker {
    None,
    /// A whiteout of the name that begins here, with the prefix.
    Whiteout(usize),
    /// An opaque whiteout of the folder that ends here.
    Opaque(usize),
    /// Notes that AUFS leaves, and whiteouts of no name.
    Ignored,
}

fn whiteout(path: &[u8]) -> Marker {
    let slash = path.iter().rposition(|byte| *byte == b'/');
    let start = slash.map_or(0, |slash| slash + 1);
    let Some(name) = path.get(start..).and_then(|name| name.strip_prefix(WHITEOUT)) else {
        return Marker::None;
    };
    match name {
        b".wh..opq" => Marker::Opaque(slash.unwrap_or(0)),
        b"" | b"." | b".." => Marker::Ignored,
        name if name.starts_with(WHITEOUT) => Marker::Ignored,
        _ => Marker::Whiteout(start),
    }
}
