//! Files in and out.

use std::io::{self, IsTerminal, Read, Seek, Write};
use std::path::Path;
use std::sync::OnceLock;

use crate::exit::Failure;

/// The largest fleet or price file that is read whole.
const MAX_TEXT: u64 = 256 << 20;

/// What a file that is standard input is called.
const STDIN: &str = "<stdin>";

/// What standard input had: it gives that only once, and price files are looked at twice.
static FROM_STDIN: OnceLock<Vec<u8>> = OnceLock::new();

/// Whether a path stands for standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// What a file is called in results and messages.
pub(crate) fn name(path: &Path) -> String {
    if is_stdin(path) { STDIN.to_owned() } else { path.display().to_string() }
}

/// A text file as a whole; `-` is standard input.
pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    let name = name(path);
    let cannot = |why: &str| Failure::plain(format!("cannot read {name}: {why}"));
    let failed = |error: io::Error| cannot(&reason(&error));
    let bytes = if is_stdin(path) {
        stdin().map_err(failed)?
    } else {
        let file = std::fs::File::open(path).map_err(failed)?;
        if file.metadata().map_err(failed)?.is_dir() {
            return Err(cannot("it is a directory"));
        }
        bounded(file).map_err(failed)?
    };
    if bytes.len() as u64 > MAX_TEXT {
        return Err(cannot("it is larger than 256 MiB"));
    }
    String::from_utf8(bytes).map_err(|_| cannot("it is not UTF-8 text"))
}

fn stdin() -> io::Result<Vec<u8>> {
    if let Some(bytes) = FROM_STDIN.get() {
        return Ok(bytes.clone());
    }
    let bytes = bounded(io::stdin())?;
    Ok(FROM_STDIN.get_or_init(|| bytes).clone())
}

/// What a device or a pipe will give is not known before: a byte beyond the limit tells.
fn bounded(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_TEXT + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Why a file operation failed, in plain words.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        _ => error.to_string(),
    }
}

/// Refuses to fill a terminal with bytes that are no text.
pub(crate) fn not_to_a_terminal(out_file: Option<&Path>, example: &str) -> Result<(), Failure> {
    if out_file.is_some() || !io::stdout().is_terminal() {
        return Ok(());
    }
    Err(Failure::usage(
        "this format is not text, and standard output is a terminal",
        format!("write it to a file: -o {example}"),
    ))
}

/// Writes a result to standard output or, whole or not at all, to a file.
pub(crate) fn deliver(
    out_file: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let Some(path) = out_file else {
        let mut out = io::BufWriter::new(Stdout { out: io::stdout().lock(), closed: false });
        let written = write(&mut out).and_then(|()| out.flush());
        // Whoever reads has seen enough, as `head` does.
        let closed = out.get_ref().closed;
        drop(out.into_parts());
        return match written {
            Err(error) if !closed => {
                Err(Failure::plain(format!("cannot write the result: {error}")))
            }
            _ => Ok(()),
        };
    };
    let failed = |error: io::Error| {
        Failure::plain(format!("cannot write {}: {}", path.display(), reason(&error)))
    };
    // What is no ordinary file (a device, a pipe) is written to; it must not be replaced.
    if std::fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        let file = std::fs::OpenOptions::new().write(true).open(path).map_err(failed)?;
        let mut out = io::BufWriter::new(file);
        return write(&mut out).and_then(|()| out.flush()).map_err(failed);
    }
    // A link is followed: its target is what is replaced.
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::Builder::new()
        .prefix(".imgcost-")
        // As any new file is created, with the rights that the user's mask leaves.
        .make_in(folder.unwrap_or(Path::new(".")), |name| std::fs::File::create_new(name))
        .map_err(failed)?;
    let mut out = io::BufWriter::new(file.as_file_mut());
    write(&mut out).and_then(|()| out.flush()).map_err(failed)?;
    drop(out);
    // Who may read it stays as it was.
    if let Ok(before) = std::fs::metadata(&target) {
        std::fs::set_permissions(file.path(), before.permissions()).map_err(failed)?;
    }
    file.persist(&target).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Bytes that the summary of a step may have on GitHub; a longer one is not shown at all.
const MOST_SUMMARY: u64 = 1 << 20;

/// Appends a page to the summary of a GitHub job's step, if there is room for all of it.
pub(crate) fn append_to_summary(path: &Path, page: &[u8]) -> Result<(), Failure> {
    if path.as_os_str().is_empty() {
        return Err(Failure::usage(
            "--github-summary names no file",
            "GitHub sets GITHUB_STEP_SUMMARY in each step of a job",
        ));
    }
    let failed = |error: io::Error| {
        Failure::plain(format!("cannot append to {}: {}", path.display(), reason(&error)))
    };
    let mut file =
        std::fs::OpenOptions::new().append(true).create(true).open(path).map_err(failed)?;
    let there = file.metadata().map_err(failed)?.len();
    if there.saturating_add(page.len() as u64) > MOST_SUMMARY {
        return Err(Failure::plain(format!(
            "cannot append to {}: the summary of a step has at most 1 MiB",
            path.display()
        )));
    }
    if !ends_with_line_break(path).map_err(failed)? {
        file.write_all(b"\n").map_err(failed)?;
    }
    file.write_all(page).map_err(failed)
}

/// Whether the last line of a file is whole; an empty file has none.
fn ends_with_line_break(path: &Path) -> io::Result<bool> {
    let mut file = std::fs::File::open(path)?;
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    file.seek(io::SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// Standard output that remembers whether its reader has gone: writers wrap errors in their own.
struct Stdout {
    out: io::StdoutLock<'static>,
    closed: bool,
}

impl Write for Stdout {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.out.write(buffer);
        self.closed |=
            written.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe);
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
