//! What text and markdown of images and Dockerfiles have in common: headings, tables, paragraphs.

use std::io::{self, Write};

use crate::style::{Colour, Meaning};
use crate::table::{Table, escaped};
use crate::wrap::{WIDTH, rows, wrapped};

/// A page of a report, before it has a format.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) title: String,
    pub(crate) parts: Vec<Part>,
}

/// A part of a page.
#[derive(Debug)]
pub(crate) enum Part {
    /// A line above a table.
    Heading(String),
    /// What was assumed for everything below, as long as it is.
    Scene(String),
    /// A table.
    Table(Table),
    /// A named paragraph.
    Note(&'static str, String),
    /// Lines that are shown as they are.
    Code(String),
}

impl Page {
    pub(crate) fn heading(&mut self, text: impl Into<String>) {
        self.parts.push(Part::Heading(text.into()));
    }

    pub(crate) fn scene(&mut self, text: impl Into<String>) {
        self.parts.push(Part::Scene(text.into()));
    }

    pub(crate) fn table(&mut self, table: Table) {
        self.parts.push(Part::Table(table));
    }

    pub(crate) fn note(&mut self, name: &'static str, text: impl Into<String>) {
        self.parts.push(Part::Note(name, text.into()));
    }

    pub(crate) fn text(&self, colour: Colour, out: &mut dyn Write) -> io::Result<()> {
        for row in rows(&crate::printable(&self.title), WIDTH) {
            writeln!(out, "{}", colour.paint(Meaning::Heading, row))?;
        }
        let mut after_note = false;
        for part in &self.parts {
            let is_note = matches!(part, Part::Note(..));
            if !(is_note && after_note) {
                writeln!(out)?;
            }
            after_note = is_note;
            match part {
                Part::Heading(text) => writeln!(out, "{}", crate::printable(text))?,
                Part::Scene(text) => {
                    for row in rows(&crate::printable(text), WIDTH) {
                        writeln!(out, "{row}")?;
                    }
                }
                Part::Table(table) => write!(out, "{}", table.to_text(1))?,
                Part::Note(name, text) => write!(out, "{}", wrapped(name, text))?,
                Part::Code(code) => write!(out, "{code}")?,
            }
        }
        Ok(())
    }

    pub(crate) fn markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "## {}", escaped(&self.title))?;
        for part in &self.parts {
            writeln!(out)?;
            match part {
                Part::Heading(text) | Part::Scene(text) => writeln!(out, "### {}", escaped(text))?,
                Part::Table(table) => write!(out, "{}", table.to_markdown())?,
                Part::Note(name, text) => writeln!(out, "**{name}** {}", escaped(text))?,
                Part::Code(code) => writeln!(out, "```toml\n{code}```")?,
            }
        }
        Ok(())
    }
}
