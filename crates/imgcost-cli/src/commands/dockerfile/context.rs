//! The build context: its `.dockerignore`, and which files are in it.

use std::path::{Path, PathBuf};

use imgcost_dockerfile::read::{Context, IgnoreFile};
use walkdir::WalkDir;

use crate::exit::Failure;
use crate::files;

/// Files beyond this are not looked at, and then nothing is said of any: a home folder is no context.
const MOST_FILES: usize = 200_000;

/// The context of a Dockerfile: the folder given, or the one in which it lies; nothing is known of a
/// Dockerfile's that comes from standard input.
pub(super) fn context(dockerfile: &Path, given: Option<&Path>) -> Result<Context, Failure> {
    let folder: PathBuf = match given {
        Some(folder) if folder.is_dir() => folder.to_owned(),
        Some(folder) => {
            let message = format!("there is no folder {}", folder.display());
            return Err(Failure::with_help(
                message,
                "--context names the folder that a build sends",
            ));
        }
        None if files::is_stdin(dockerfile) => return Ok(Context::default()),
        None => beside(dockerfile),
    };
    Ok(Context { ignore: ignore(dockerfile, &folder)?, files: listing(&folder) })
}

/// The folder in which a file lies.
fn beside(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// `NAME.dockerignore` beside the Dockerfile goes before `.dockerignore` of the context, as builders have it.
fn ignore(dockerfile: &Path, folder: &Path) -> Result<Option<IgnoreFile>, Failure> {
    let mut own = dockerfile.as_os_str().to_owned();
    own.push(".dockerignore");
    let found = [PathBuf::from(own), folder.join(".dockerignore")];
    match found.iter().find(|path| path.is_file()) {
        Some(path) => Ok(Some(IgnoreFile::parse(&files::text(path)?))),
        None => Ok(None),
    }
}

/// Every file below a folder with its size, links not followed; `None` if there are too many.
fn listing(folder: &Path) -> Option<Vec<(String, u64)>> {
    let mut found = Vec::new();
    for entry in WalkDir::new(folder).follow_links(false).into_iter().filter_map(Result::ok) {
        if entry.file_type().is_dir() {
            continue;
        }
        if found.len() == MOST_FILES {
            return None;
        }
        let path = entry.path().strip_prefix(folder).ok()?;
        let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
        found.push((parts.join("/"), entry.metadata().map_or(0, |file| file.len())));
    }
    Some(found)
}
