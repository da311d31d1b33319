//! Access logs of a registry: the only source that tells how many bytes really left it.

mod found;
mod line;
mod lines;
mod tally;

use crate::error::InventoryError;
use crate::inventory::{Input, Inventory};

use line::{Form, Line, Request};
use lines::{Lines, MOST_BYTES, Read};
use tally::Tally;

/// What the lines of all files add up to. A registry writes the access log and the structured log
/// of the same requests, so each form is added up by itself and one of them counts in the end.
#[derive(Debug, Default)]
struct Log {
    access: Tally,
    structured: Tally,
    files: Vec<String>,
    lines: u64,
    too_long: u64,
    not_understood: u64,
}

/// Reads the log of a registry: combined access log lines, as CNCF distribution, nginx and Apache
/// write them, or distribution's structured log as JSON or logfmt, each line by its own form.
///
/// Bytes that left the registry are those written to `GET /v2/<name>/blobs/<digest>` with status
/// 200 or 206. The fleet file's `pulls` are these bytes in whole images, so that `pulls` times the
/// image's size is what was logged.
///
/// # Errors
/// A file that is no such log, is compressed, or is a file of notifications, which are not
/// transfers.
pub fn registry_log(inputs: Vec<Input<'_>>) -> Result<Inventory, InventoryError> {
    let mut log = Log::default();
    let first = inputs.first().map_or(String::new(), |input| input.name.clone());
    for input in inputs {
        file(input, &mut log)?;
    }
    if log.access.requests == 0 && log.structured.requests == 0 {
        return Err(InventoryError::new(first, "there is no request in the log").help(
            "give a log of at least a day; in distribution, log.accesslog.disabled must be false",
        ));
    }
    Ok(found::inventory(&log))
}

fn file(input: Input<'_>, log: &mut Log) -> Result<(), InventoryError> {
    let Input { name, reader } = input;
    let mut lines = Lines::new(reader);
    let mut first_strange = None;
    let (mut number, mut known) = (0, false);
    let stopped = |error: std::io::Error| {
        InventoryError::new(name.as_str(), format!("cannot be read to its end: {error}"))
    };
    while let Some(read) = lines.next().map_err(stopped)? {
        number += 1;
        let bytes = match read {
            Read::Line(bytes) => bytes,
            Read::TooLong => {
                log.too_long += 1;
                continue;
            }
        };
        if number == 1 && bytes.starts_with(&[0x1f, 0x8b]) {
            let problem = "the file is compressed with gzip";
            return Err(InventoryError::new(name, problem).help("give what `gunzip -c` writes"));
        }
        let text = std::str::from_utf8(bytes).unwrap_or_default().trim();
        if text.is_empty() && bytes.trim_ascii().is_empty() {
            continue;
        }
        log.lines += 1;
        match line::read(text, &mut |request| add(&request, log)) {
            Line::Log => known = true,
            Line::Notifications => return Err(notifications(&name, number)),
            Line::Strange => {
                log.not_understood += 1;
                first_strange.get_or_insert(number);
            }
        }
    }
    match (known, first_strange) {
        (true, _) => {
            log.files.push(name);
            Ok(())
        }
        (false, Some(line)) => {
            let problem = "no line is of a registry's log";
            let help = "give the access log (127.0.0.1 - - [23/Nov/2026:08:06:55 +0000] \"GET /v2/...\" 200 2), or distribution's own log as JSON or logfmt";
            Err(InventoryError::new(name, problem).at(line, 1).help(help))
        }
        (false, None) if number > 0 && log.too_long > 0 => {
            let problem = format!("every line is longer than {MOST_BYTES} bytes");
            Err(InventoryError::new(name, problem).help("give a log with one request a line"))
        }
        (false, None) => {
            let help = "give the log of a registry, of at least a day";
            Err(InventoryError::new(name, "the file is empty").help(help))
        }
    }
}

fn add(request: &Request<'_>, log: &mut Log) {
    match request.form {
        Form::Access => log.access.add(request),
        Form::Structured => log.structured.add(request),
    }
}

fn notifications(name: &str, line: usize) -> InventoryError {
    let problem = "these are notifications, which do not tell what was transferred: a pull event is sent for a HEAD and for a range of 4 bytes too, each with the size of the whole blob";
    InventoryError::new(name, problem)
        .at(line, 1)
        .help("give the registry's access log, or its own log with msg=\"response completed\"")
}
