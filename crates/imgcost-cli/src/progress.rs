//! Progress of long reads, on standard error and only where somebody watches.

use std::io::{IsTerminal, Read};
use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::args::Global;

/// Files below this size are read before anybody could read the bar.
const WORTH_SHOWING: u64 = 32 << 20;

/// A progress bar, or none.
#[derive(Debug, Clone)]
pub(crate) struct Progress(Option<ProgressBar>);

/// Progress over the bytes of a file.
pub(crate) fn bytes(path: &Path, global: &Global) -> Progress {
    let size = std::fs::metadata(path).map_or(0, |file| file.len());
    if global.quiet || size < WORTH_SHOWING || !std::io::stderr().is_terminal() {
        return Progress(None);
    }
    let bar = ProgressBar::with_draw_target(Some(size), ProgressDrawTarget::stderr_with_hz(10));
    if let Ok(style) =
        ProgressStyle::with_template("reading {msg} {wide_bar} {bytes}/{total_bytes}")
    {
        bar.set_style(style);
    }
    bar.set_message(path.display().to_string());
    Progress(Some(bar))
}

/// Progress over the bytes of an image, however many those turn out to be; it shows once reading
/// takes long enough to be noticed.
pub(crate) fn image(name: &str, global: &Global) -> Progress {
    if global.quiet || !std::io::stderr().is_terminal() {
        return Progress(None);
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(5));
    if let Ok(style) = ProgressStyle::with_template("reading {msg} {spinner} {bytes}") {
        bar.set_style(style);
    }
    bar.set_message(imgcost_report::printable(name));
    Progress(Some(bar))
}

impl Progress {
    /// So many bytes more.
    pub(crate) fn add(&self, bytes: u64) {
        if let Some(bar) = &self.0 {
            bar.inc(bytes);
        }
    }

    /// A reader that moves the bar as it is read.
    pub(crate) fn watch<R: Read>(&self, source: R) -> Watched<R> {
        Watched { source, bar: self.0.clone() }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

pub(crate) struct Watched<R> {
    source: R,
    bar: Option<ProgressBar>,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.source.read(buffer)?;
        if let Some(bar) = &self.bar {
            bar.inc(count as u64);
        }
        Ok(count)
    }
}
