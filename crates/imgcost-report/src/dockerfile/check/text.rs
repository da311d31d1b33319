//! Findings for a terminal: each with its lines, then all on one screen.

use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use imgcost_dockerfile::rules::Severity;

use super::summary::{LINES, headline, notes, table};
use super::{CheckReport, CheckedFile, PricedFinding, name};
use crate::code::code;
use crate::dockerfile::page::{assumptions, end_of};
use crate::dockerfile::place::Lines;
use crate::dockerfile::saving::of_fix;
use crate::style::{Colour, Meaning};
use crate::wrap::{WIDTH, rows, wrapped};

/// Characters of a path in a frame.
const PATH: usize = 70;

/// The column of the table that says where a finding is, and how much of it is always left.
const WHERE: usize = 5;
const LEAST: usize = 20;

/// Writes findings for people: in the order of the files, each with the lines it is about, then a
/// summary in which those that save most come first.
///
/// # Errors
/// Those of the writer.
pub fn check_text(report: &CheckReport, colour: Colour, out: &mut dyn Write) -> io::Result<()> {
    for file in &report.files {
        let lines = Lines::new(&file.text);
        for found in &file.findings {
            finding(report, file, &lines, found, colour, out)?;
            writeln!(out)?;
        }
    }
    for row in rows(&crate::printable(&headline(report)), WIDTH) {
        writeln!(out, "{}", colour.paint(Meaning::Heading, row))?;
    }
    let table = table(report).fitted(WHERE, LEAST, end_of_place);
    if !table.rows.is_empty() {
        writeln!(out)?;
        write!(out, "{}", table.to_text(1))?;
        writeln!(out)?;
    }
    for (name, text) in notes(report) {
        write!(out, "{}", wrapped(name, &text))?;
    }
    let assumed = assumptions(&report.assumptions).filter(|_| !table.rows.is_empty());
    if let Some(assumed) = assumed {
        write!(out, "{}", wrapped("Assumptions", &assumed))?;
    }
    Ok(())
}

/// The end of a place, which has the line, in so many characters.
fn end_of_place(place: &str, most: usize) -> String {
    if place.chars().count() > most {
        end_of(place, most.saturating_sub(3))
    } else {
        place.to_owned()
    }
}

fn finding(
    report: &CheckReport,
    file: &CheckedFile,
    text: &Lines<'_>,
    found: &PricedFinding,
    colour: Colour,
    out: &mut dyn Write,
) -> io::Result<()> {
    let finding = &found.finding;
    let (level, meaning) = match finding.severity {
        Severity::Error => (Level::ERROR, Meaning::Loss),
        Severity::Warning => (Level::WARNING, Meaning::Caution),
        Severity::Info => (Level::INFO, Meaning::Aside),
    };
    let kind = format!("{}[{}]", name(finding.severity), finding.rule);
    let title = format!("{kind}: {}", crate::printable(&finding.message));
    for (at, row) in rows(&title, WIDTH).into_iter().enumerate() {
        match row.strip_prefix(&kind).filter(|_| at == 0) {
            Some(rest) => {
                let kind = colour.paint(meaning, &kind);
                writeln!(out, "{kind}{}", colour.paint(Meaning::Heading, rest))?;
            }
            None => writeln!(out, "{}", colour.paint(Meaning::Heading, row))?,
        }
    }
    let excerpt = text.excerpt(&finding.span, LINES);
    let (source, path) = (visible(excerpt.text), end_of(&crate::printable(&file.name), PATH));
    let snippet = Snippet::source(source.as_str())
        .path(path.as_str())
        .line_start(excerpt.first_line)
        .annotation(AnnotationKind::Primary.span(excerpt.span));
    let renderer = match colour {
        Colour::On => Renderer::styled(),
        Colour::Off => Renderer::plain(),
    };
    let frame = [Group::with_level(level).element(snippet)];
    writeln!(out, "{}", renderer.term_width(WIDTH).render(&frame))?;
    if excerpt.more > 0 {
        writeln!(out, " and {} more lines", excerpt.more)?;
    }
    write!(out, "{}", wrapped("Why", &finding.why))?;
    write!(out, "{}", code("Instead", &finding.help))?;
    let saving = of_fix(&finding.fix, &found.saving, report.currency);
    write!(out, "{}", wrapped("Saves", &saving))
}

/// Without characters that act on a terminal, each replaced by one of as many bytes, since spans
/// count bytes. Those of one byte are the renderer's business.
fn visible(text: &str) -> String {
    let replaced = |c: char| match c {
        '\u{80}'..='\u{9f}' => '\u{bf}',
        c => c,
    };
    text.chars().map(replaced).collect()
}
