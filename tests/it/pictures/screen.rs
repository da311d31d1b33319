//! What is photographed, as a page of its own: a terminal, rendered markdown, a spreadsheet.

use std::path::{Path, PathBuf};

use anstyle_svg::{Term, WIN10_CONSOLE};
use pulldown_cmark::{Options, Parser, html};

use crate::command::imgcost_as_of;
use crate::xlsx::workbook;

const STYLE: &str = include_str!("screen.css");

/// What a command writes, to both outputs or to the file that `more` names, on the documents' day.
pub fn written(command: &str, more: &[&str]) -> String {
    // Where the document's reader has it written to does not matter here.
    let command = command.split(" > ").next().and_then(|line| line.split(" -o ").next());
    let words: Vec<&str> = command.unwrap().split_whitespace().skip(1).collect();
    let output = imgcost_as_of(&[&words, more].concat(), "2026-11-23");
    // A gate that was breached is worth a picture, an error is none.
    assert!(matches!(output.status.code(), Some(0 | 3)), "{command:?}: {output:?}");
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

/// A terminal in which a command was run: so many lines, from the first that begins with `from`.
/// Above that the terminal has been scrolled.
pub fn terminal(command: &str, from: &str, lines: usize) -> String {
    let printed = written(command, &["--color", "always"]);
    let screen = format!("\u{1b}[2m$\u{1b}[0m {command}\n{printed}");
    let begins = |line: &&str| plain(line).starts_with(from);
    let shown: Vec<&str> =
        screen.lines().skip_while(|line| !begins(line)).take(lines).map(str::trim_end).collect();
    assert!(shown.len() > 2, "{command} prints nothing that begins with {from:?}");
    let colours = Term::new().palette(WIN10_CONSOLE).render_html_fragments(&shown.join("\n"));
    page("terminal", &colours.style().replace("    .", "    .terminal ."), colours.body())
}

/// A line without its colours.
fn plain(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or("", |(_, rest)| rest))
}

/// Markdown as a site such as GitHub shows it, after a click on what is folded by component.
pub fn markdown(command: &str) -> String {
    let source = written(command, &[]);
    let mut body = String::new();
    html::push_html(&mut body, Parser::new_ext(&source, Options::ENABLE_TABLES));
    let folded = "<details><summary>By component";
    page("markdown", "", &body.replace(folded, "<details open><summary>By component"))
}

/// The first rows of a table that a command writes; of a workbook those of a sheet.
pub fn rows(command: &str, sheet: &str, rows: usize) -> String {
    let folder = tempfile::tempdir().unwrap();
    let bytes = std::fs::read(table(command, folder.path())).unwrap();
    if sheet.is_empty() {
        let text = String::from_utf8(bytes).unwrap();
        return text.lines().take(rows).collect::<Vec<_>>().join("\n");
    }
    let book = workbook::stored(&bytes);
    format!("{:?}", book.0[sheet].rows().take(rows).collect::<Vec<_>>())
}

/// The same as LibreOffice opens it: the page that it makes of all sheets.
pub fn spreadsheet(command: &str, folder: &Path) -> PathBuf {
    workbook::converted("html", &[table(command, folder)], folder);
    folder.join("table.html")
}

fn table(command: &str, folder: &Path) -> PathBuf {
    let name = if command.contains("xlsx") { "table.xlsx" } else { "table.csv" };
    let table = folder.join(name);
    written(command, &["-o", table.to_str().unwrap()]);
    table
}

fn page(kind: &str, style: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html><meta charset=\"utf-8\"><style>{style}{STYLE}</style><body class=\"{kind}\">{body}"
    )
}
