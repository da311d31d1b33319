//! Rows to services.

use std::io::Read;
use std::sync::Arc;

use imgcost::fleet::{Label, Service};

use super::excerpt::{in_row, nowhere};
use super::header::{self, Column, Header};
use super::names::Names;
use super::plan::Plan;
use super::rows::{Broken, Row, Rows};
use crate::assumed::Assumed;
use crate::diagnostic::{Diagnostic, Flaw};
use crate::service::{Found, Memory, RawService, Rules, ServiceContext, blank, fill};

/// Problems reported one by one; further ones are only counted.
const MOST_PROBLEMS: usize = 20;

/// Why a list could not be read to its end.
#[derive(Debug)]
pub enum CsvError<E> {
    /// The list is wrong: its problems, in the order of the file, at most 20 and a count of the rest.
    Problems(Vec<Diagnostic>),
    /// The source failed.
    Io(std::io::Error),
    /// The file was cut within a quoted cell: read it in one piece.
    Torn,
    /// The caller's function failed.
    Each(E),
}

/// What a list came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CsvSummary {
    /// Its services.
    pub rows: u64,
    /// The defaults that its rows used.
    pub assumed: Assumed,
}

/// What a part of a list came to, before the parts are joined.
#[derive(Debug)]
pub struct CsvPart {
    rows: u64,
    lines: u64,
    assumed: Assumed,
    names: Names,
    problems: Problems,
    open_quote: Option<u64>,
}

/// The first problems, and how many more there are.
#[derive(Debug, Default)]
struct Problems {
    found: Vec<Diagnostic>,
    more: u64,
}

impl Problems {
    fn push(&mut self, problem: impl FnOnce() -> Diagnostic) {
        if self.found.len() < MOST_PROBLEMS {
            self.found.push(problem());
        } else {
            self.more += 1;
        }
    }

    fn none(&self) -> bool {
        self.found.is_empty()
    }

    /// All of them, with a last one that counts those left out.
    fn finish(mut self, file: &str) -> Vec<Diagnostic> {
        if self.more > 0 {
            let message = format!("and {} more problems", self.more);
            self.found.push(nowhere(file, Flaw::new("more-problems", message, "mend these first")));
        }
        self.found
    }
}

/// Reads a list in one piece and hands over each service as it is read, with the defaults that it
/// used. The service is the same value every time, filled anew: copy what is to be kept.
///
/// `names` holds the names of the fleet file's services and of lists read before; a name that is
/// there already, or twice in this list, is a problem that shows at the end. After the first
/// problem no more services are handed over.
///
/// # Errors
/// [`CsvError`]; whatever was handed over before is then of no use.
pub fn read_services<E>(
    file: &str,
    source: impl Read,
    context: &ServiceContext<'_>,
    names: &mut Names,
    each: impl FnMut(&Service, Assumed) -> Result<(), E>,
) -> Result<CsvSummary, CsvError<E>> {
    let mut rows = Rows::new(source, 1);
    let header = read_header(file, &mut rows)?.0;
    let first_line = rows.line();
    let part = read_rows(file, &header, rows, context, each)?;
    // These lines were counted from the beginning of the file.
    finish(file, vec![(part, 0)], first_line, names)
}

/// Reads one part of a list that a [`Plan`] cuts; parts may be read at the same time.
///
/// `source` holds exactly the part's bytes. Problems and names are in what is returned; see [`join`].
///
/// # Errors
/// Only if the source or the caller's function fails.
pub fn read_services_part<E>(
    file: &str,
    header: &Header,
    source: impl Read,
    context: &ServiceContext<'_>,
    each: impl FnMut(&Service, Assumed) -> Result<(), E>,
) -> Result<CsvPart, CsvError<E>> {
    read_rows(file, header, Rows::new(source, 1), context, each)
}

/// Joins the parts of a list, in the order of the file.
///
/// # Errors
/// [`CsvError::Problems`], or [`CsvError::Torn`] if the cuts were not between rows: everything that
/// was handed over is then to be thrown away, and the list read in one piece.
pub fn join<E>(
    file: &str,
    plan: &Plan,
    parts: Vec<CsvPart>,
    names: &mut Names,
) -> Result<CsvSummary, CsvError<E>> {
    let last = parts.len().saturating_sub(1);
    // Each part that ends after a row proves that the next one begins with one.
    if parts.iter().take(last).any(|part| part.open_quote.is_some()) {
        return Err(CsvError::Torn);
    }
    let mut before = plan.first_line - 1;
    let parts = parts.into_iter().map(|part| {
        let lines = part.lines;
        let placed = (part, before);
        before += lines;
        placed
    });
    finish(file, parts.collect(), plan.first_line, names)
}

/// Reads the header and returns it with its length in bytes.
pub(super) fn read_header<E>(
    file: &str,
    rows: &mut Rows<impl Read>,
) -> Result<(Header, u64), CsvError<E>> {
    let mark = rows.skip_mark().map_err(|broken| refuse(file, broken))?;
    match rows.next() {
        Ok(Some((row, passed))) => {
            let header = header::read(file, &row).map_err(CsvError::Problems)?;
            Ok((header, (mark + passed) as u64))
        }
        Ok(None) => Err(CsvError::Problems(vec![header::empty(file)])),
        Err(broken) => Err(refuse(file, broken)),
    }
}

fn refuse<E>(file: &str, broken: Broken) -> CsvError<E> {
    match describe(file, broken) {
        Ok(problem) => CsvError::Problems(vec![problem]),
        Err(error) => CsvError::Io(error),
    }
}

/// What is wrong with a text that breaks off, unless the source itself failed.
fn describe(file: &str, broken: Broken) -> Result<Diagnostic, std::io::Error> {
    let (line, flaw) = match broken {
        Broken::Io(error) => return Err(error),
        Broken::TooLong { line } => (
            line,
            Flaw::new(
                "row-too-long",
                "the row is longer than 1 MiB",
                "is this a list of services?",
            ),
        ),
        Broken::NotUtf8 { line } => {
            (line, Flaw::new("not-utf8", "the row is not UTF-8 text", "save the list as UTF-8"))
        }
        Broken::OpenQuote { line } => {
            let help = "close the quoted cell; a quote within one is written twice";
            (line, Flaw::new("open-quote", "a quoted cell of this row has no end", help))
        }
    };
    let mut found = nowhere(file, flaw);
    found.line = Some(line);
    Ok(found)
}

fn finish<E>(
    file: &str,
    parts: Vec<(CsvPart, u64)>,
    first_line: u64,
    names: &mut Names,
) -> Result<CsvSummary, CsvError<E>> {
    let mut summary = CsvSummary { rows: 0, assumed: Assumed::NOTHING };
    let mut problems = Problems::default();
    names.file(file);
    for (part, lines_before) in parts {
        summary.rows += part.rows;
        summary.assumed = summary.assumed.union(part.assumed);
        names.absorb(&part.names, lines_before);
        problems.more += part.problems.more;
        for mut problem in part.problems.found {
            problem.line = problem.line.map(|line| line + lines_before);
            problems.push(|| problem);
        }
        if let Some(line) = part.open_quote
            && let Ok(mut problem) = describe(file, Broken::OpenQuote { line: line + lines_before })
        {
            problem.line = Some(line + lines_before);
            problems.push(|| problem);
        }
    }
    if summary.rows == 0 && problems.none() {
        let mut problem = header::empty(file);
        problem.line = Some(first_line);
        problems.push(|| problem);
    }
    let (twice, more) = names.duplicates();
    twice.into_iter().for_each(|problem| problems.push(|| problem));
    problems.more += more;
    if problems.none() { Ok(summary) } else { Err(CsvError::Problems(problems.finish(file))) }
}

fn read_rows<E>(
    file: &str,
    header: &Header,
    mut rows: Rows<impl Read>,
    context: &ServiceContext<'_>,
    mut each: impl FnMut(&Service, Assumed) -> Result<(), E>,
) -> Result<CsvPart, CsvError<E>> {
    let rules = Rules::new(context.fleet, context.defaults, context.images);
    let mut memory = Memory::new();
    let mut service = blank();
    let mut found = Found::default();
    let first_line = rows.line();
    let mut part = CsvPart {
        rows: 0,
        lines: 0,
        assumed: Assumed::NOTHING,
        names: Names::default(),
        problems: Problems::default(),
        open_quote: None,
    };
    loop {
        let row = match rows.next() {
            Ok(Some((row, _))) => row,
            Ok(None) => break,
            Err(Broken::Io(error)) => return Err(CsvError::Io(error)),
            Err(Broken::OpenQuote { line }) => {
                part.open_quote = Some(line);
                break;
            }
            Err(broken) => {
                // The rest of the file cannot be told apart into rows.
                let stop = matches!(broken, Broken::TooLong { .. });
                if let Ok(problem) = describe(file, broken) {
                    part.problems.push(|| problem);
                }
                if stop {
                    break;
                }
                continue;
            }
        };
        // Spreadsheets end their exports with rows of commas.
        if row.cell(0).is_empty() && (1..row.len()).all(|index| row.cell(index).is_empty()) {
            continue;
        }
        part.rows += 1;
        if row.len() != header.columns.len() {
            part.problems.push(|| wrong_length(file, &row, header));
            continue;
        }
        let mut raw = RawService::new();
        let mut labels = 0;
        for (column, text) in header.columns.iter().zip(row.cells()) {
            match column {
                Column::Field(field) => raw.set(*field, text),
                Column::Label(name) => labels += label(name, text, labels, &mut service.labels),
            }
        }
        service.labels.truncate(labels);
        found.assumed = Assumed::NOTHING;
        fill(&raw, &rules, &mut memory, &mut service, &mut found);
        if !found.flaws.is_empty() {
            for (field, flaw) in found.flaws.drain(..) {
                let cell = header
                    .columns
                    .iter()
                    .position(|column| Some(column) == field.map(Column::Field).as_ref());
                part.problems.push(|| at_cell(file, &row, header, cell, flaw));
            }
        }
        if !part.problems.none() {
            continue;
        }
        if !part.names.has_room() {
            let flaw = Flaw::new(
                "too-many-services",
                "the names of the services exceed 4 GiB",
                "split the fleet",
            );
            part.problems.push(|| in_row(file, &row, None, flaw));
            break;
        }
        part.names.add(&service.name, row.line);
        part.assumed = part.assumed.union(found.assumed);
        each(&service, found.assumed).map_err(CsvError::Each)?;
    }
    part.lines = rows.line() - first_line;
    Ok(part)
}

/// Writes a label over the one at that place, reusing its memory; returns how many were written.
#[inline]
fn label(name: &Arc<str>, value: &str, place: usize, labels: &mut Vec<Label>) -> usize {
    if value.is_empty() {
        return 0;
    }
    match labels.get_mut(place) {
        Some(label) => {
            if !Arc::ptr_eq(&label.name, name) {
                label.name = name.clone();
            }
            label.value.clear();
            label.value.push_str(value);
        }
        None => labels.push(Label { name: name.clone(), value: value.to_owned() }),
    }
    1
}

fn wrong_length(file: &str, row: &Row<'_>, header: &Header) -> Diagnostic {
    let (cells, columns) = (row.len(), header.columns.len());
    let message = format!("the row has {cells} cells, the header {columns}");
    let help = if cells < columns {
        "leave cells empty where nothing is said, but keep their commas"
    } else {
        "put cells that contain commas in double quotes"
    };
    in_row(
        file,
        row,
        (cells > columns).then_some(columns),
        Flaw::new("wrong-columns", message, help),
    )
}

/// A problem of a cell, which names the cell's column.
fn at_cell(
    file: &str,
    row: &Row<'_>,
    header: &Header,
    cell: Option<usize>,
    mut flaw: Flaw,
) -> Diagnostic {
    if let Some(column) = cell.and_then(|cell| header.columns.get(cell)) {
        flaw.label = Some(format!("in column `{}`", column.name()));
    }
    in_row(file, row, cell, flaw)
}
