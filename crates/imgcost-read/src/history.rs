//! Histories of images: one row for each layer of each version.

use std::collections::BTreeMap;
use std::io::{self, Read};

use chrono::{DateTime, Utc};
use imgcost::image::{Blob, Digest, Release};
use imgcost::units::Compressed;

use crate::diagnostic::Diagnostic;

/// Columns by which a history is read; `_` and `-` are the same. Others are left alone.
const COLUMNS: [&str; 7] = [
    "repo",
    "tag",
    "created",
    "manifest-digest",
    "layer-index",
    "layer-digest",
    "compressed-bytes",
];

/// The most layers that a history may have; a line of it is about 250 bytes.
const MOST_ROWS: usize = 2_000_000;

/// The most bytes that one row may have.
const LONGEST: u64 = 1 << 20;

/// Problems reported before reading ends.
const MOST_PROBLEMS: usize = 20;

/// Reads versions of images from a CSV with the columns `created`, `layer-digest` and
/// `compressed-bytes`, and, where there are several images, `repo` and `tag`; `manifest-digest`
/// tells versions of one time apart, `layer-index` puts layers in order (base first), else rows do.
///
/// `names` picks images by `repo:tag`; their versions together are one history, by time.
///
/// # Errors
/// Every problem, up to twenty; and if several images are there and none is picked, their names.
pub fn read_history(
    file: &str,
    source: impl Read,
    names: &[String],
) -> Result<Vec<Release>, Vec<Diagnostic>> {
    let mut rows =
        csv::ReaderBuilder::new().flexible(false).from_reader(Bounded { source, left: LONGEST });
    let places = header(file, &mut rows).map_err(|problem| vec![*problem])?;
    let mut versions: BTreeMap<Key, Vec<(u64, Blob)>> = BTreeMap::new();
    let mut problems = Vec::new();
    let mut record = csv::StringRecord::new();
    let mut count = 0;
    loop {
        let line = rows.position().line();
        rows.get_mut().left = LONGEST;
        match rows.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                problems.push(unreadable(file, line, &error));
                break;
            }
        }
        count += 1;
        if count > MOST_ROWS {
            let message = format!("a history has at most {MOST_ROWS} rows");
            problems.push(
                Diagnostic::error("out-of-range", file, message).help("read fewer images at once"),
            );
            break;
        }
        match row(&places, &record, count) {
            Ok((key, at, blob)) => versions.entry(key).or_default().push((at, blob)),
            Err((place, message, help)) => {
                problems.push(in_line(file, &record, place, message, help));
                if problems.len() >= MOST_PROBLEMS {
                    break;
                }
            }
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    pick(file, versions, names).map_err(|problem| vec![*problem])
}

/// What tells versions apart, in the order of time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    created: DateTime<Utc>,
    image: String,
    manifest: String,
}

/// Where each of the columns stands.
type Places = [Option<usize>; COLUMNS.len()];

fn header(file: &str, rows: &mut csv::Reader<impl Read>) -> Result<Places, Box<Diagnostic>> {
    let names = rows.headers().map_err(|error| unreadable(file, 1, &error))?;
    let place = |column: &str| {
        names.iter().position(|name| name.trim().replace('_', "-").eq_ignore_ascii_case(column))
    };
    let places = COLUMNS.map(place);
    for (column, needed) in [(2, "created"), (5, "layer-digest"), (6, "compressed-bytes")] {
        if places[column].is_none() {
            let found =
                Diagnostic::error("missing-column", file, format!("there is no column `{needed}`"));
            let columns = COLUMNS.join(", ");
            return Err(Box::new(found.help(format!("a history has the columns {columns}"))));
        }
    }
    Ok(places)
}

/// A wrong cell: its column, what is wrong, what to write.
type Wrong = (usize, String, String);

fn row(
    places: &Places,
    record: &csv::StringRecord,
    count: usize,
) -> Result<(Key, u64, Blob), Wrong> {
    let cell =
        |column: usize| places[column].and_then(|place| record.get(place)).unwrap_or("").trim();
    let wrong = |column: usize, what: &str, help: &str| {
        (places[column].unwrap_or(0), format!("`{}` is no {what}", cell(column)), help.to_owned())
    };
    let created = DateTime::parse_from_rfc3339(cell(2))
        .map_err(|_| wrong(2, "time", "write a time such as 2026-08-17T16:28:28Z"))?;
    let digest = Digest::parse(cell(5))
        .map_err(|error| (places[5].unwrap_or(0), error.problem, error.help))?;
    let size: u64 = cell(6).parse().ok().filter(|size| *size < 1 << 50).ok_or_else(|| {
        wrong(6, "number of bytes", "write the compressed size in bytes, such as 29752807")
    })?;
    let at = match cell(4) {
        "" => count as u64,
        text => text.parse().map_err(|_| wrong(4, "index", "count layers from 0, base first"))?,
    };
    let image = match (cell(0), cell(1)) {
        (repo, "") => repo.to_owned(),
        ("", tag) => tag.to_owned(),
        (repo, tag) => format!("{repo}:{tag}"),
    };
    let key = Key { created: created.to_utc(), image, manifest: cell(3).to_owned() };
    Ok((key, at, Blob { digest, compressed: Compressed(size) }))
}

fn pick(
    file: &str,
    versions: BTreeMap<Key, Vec<(u64, Blob)>>,
    names: &[String],
) -> Result<Vec<Release>, Box<Diagnostic>> {
    let mut images: Vec<&str> = versions.keys().map(|key| key.image.as_str()).collect();
    images.sort_unstable();
    images.dedup();
    let known = || images.iter().take(20).copied().collect::<Vec<_>>().join(", ");
    if let Some(name) = names.iter().find(|name| !images.contains(&name.as_str())) {
        let found =
            Diagnostic::error("unknown-value", file, format!("no image is called `{name}`"));
        return Err(Box::new(found.help(format!("there are {}", known()))));
    }
    if names.is_empty() && images.len() > 1 {
        let message = format!("there are {} images in this history", images.len());
        let found = Diagnostic::error("missing-key", file, message);
        return Err(Box::new(
            found.help(format!("name one, or several that follow each other: {}", known())),
        ));
    }
    let picked =
        versions.into_iter().filter(|(key, _)| names.is_empty() || names.contains(&key.image));
    let release = |(key, mut layers): (Key, Vec<(u64, Blob)>)| {
        layers.sort_by_key(|(at, _)| *at);
        Release {
            name: format!("{} of {}", key.image, key.created.format("%Y-%m-%d %H:%M")),
            created: Some(key.created),
            layers: layers.into_iter().map(|(_, blob)| blob).collect(),
        }
    };
    Ok(picked.map(release).collect())
}

/// A row that begins on this line and cannot be read.
fn unreadable(file: &str, line: u64, error: &csv::Error) -> Diagnostic {
    let mut found = match error.kind() {
        csv::ErrorKind::Io(error) if error.kind() == TOO_LONG => {
            Diagnostic::error("row-too-long", file, "the row is longer than 1 MiB")
        }
        _ => Diagnostic::error("malformed-value", file, format!("this is no CSV: {error}")),
    }
    .help("a history is a CSV with a header and one row for each layer of each version");
    found.line = Some(error.position().map_or(line, csv::Position::line));
    found
}

/// Fails where a row takes more than is left, which is set anew for each: the CSV reader would keep
/// a row of any length in memory.
struct Bounded<R> {
    source: R,
    left: u64,
}

const TOO_LONG: io::ErrorKind = io::ErrorKind::FileTooLarge;

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(into)?;
        self.left = self.left.checked_sub(read as u64).ok_or(TOO_LONG)?;
        Ok(read)
    }
}

fn in_line(
    file: &str,
    record: &csv::StringRecord,
    place: usize,
    message: String,
    help: String,
) -> Diagnostic {
    let mut found = Diagnostic::error("malformed-value", file, message).help(help);
    found.line = record.position().map(csv::Position::line);
    let before: usize = record.iter().take(place).map(|cell| cell.chars().count() + 1).sum();
    found.column = Some(before as u64 + 1);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &[u8] = b"created,layer-digest,compressed-bytes\n";

    #[test]
    fn a_row_without_end_is_given_up_after_a_mebibyte() {
        let starts: [&[u8]; 4] = [b"", b"\"", HEADER, &[HEADER, b"\""].concat()];
        for start in starts {
            for byte in *b"a," {
                let mut source = start.chain(io::repeat(byte).take(4 << 20));
                let found = read_history("history.csv", &mut source, &[]).unwrap_err();
                let line = if start.len() < HEADER.len() { 1 } else { 2 };
                assert_eq!((found[0].code, found[0].line), ("row-too-long", Some(line)));
                let mut rest = Vec::new();
                source.read_to_end(&mut rest).unwrap();
                assert!(rest.len() > 2 << 20, "it read on");
            }
        }
    }
}
