//! Takes pictures of what commands write.

use std::path::Path;

use serde_json::json;

use super::screen;
use crate::browser::Browser;
use crate::serve::page;

/// One sheet of many, shown as a screen shows it.
const SHEET: &str = include_str!("sheet.js");

/// How what a command writes is looked at.
pub enum Of {
    /// A terminal, from a line that begins like this, so many lines.
    Terminal(&'static str, usize),
    /// Markdown, rendered.
    Markdown,
    /// A page in a browser, of this height.
    Page(u32),
    /// A table in a spreadsheet: the sheet, the letters of the columns that are not hidden, the rows.
    Sheet(&'static str, &'static [&'static str], usize),
    /// What a server serves, of this height.
    Served(u32),
}

impl Of {
    /// What there is to see, as text: a picture is old if this has changed.
    pub fn subject(&self, command: &str) -> String {
        match *self {
            Self::Terminal(from, lines) => screen::terminal(command, from, lines),
            Self::Markdown => screen::markdown(command),
            Self::Page(height) => format!("{height} {}", screen::written(command, &[])),
            Self::Sheet(sheet, columns, rows) => {
                format!("{columns:?} {SHEET} {}", screen::rows(command, sheet, rows))
            }
            Self::Served(height) => format!("{height} {}", page::served()),
        }
    }

    pub fn photograph(&self, command: &str, browser: &Browser, file: &Path) {
        let folder = tempfile::tempdir().unwrap();
        let page = folder.path().join("page.html");
        browser.show_as(1000, 600, "light");
        match *self {
            Self::Terminal(..) | Self::Markdown => {
                std::fs::write(&page, self.subject(command)).unwrap();
                browser.open(&page);
            }
            Self::Sheet(sheet, columns, rows) => {
                browser.open(&screen::spreadsheet(command, folder.path()));
                let call = format!("({SHEET})({}, {}, {rows})", json!(sheet), json!(columns));
                assert_eq!(browser.value(&call), columns.len(), "{command}");
            }
            Self::Page(height) => {
                std::fs::write(&page, screen::written(command, &[])).unwrap();
                browser.show_as(900, height, "light");
                browser.open(&page);
                return browser.screenshot(file);
            }
            Self::Served(height) => return page::photographed(1000, height, file),
        }
        // As large as what is shown.
        let side = |name: &str| {
            let length = format!("Math.ceil(document.body.getBoundingClientRect().{name})");
            u32::try_from(browser.value(&length).as_u64().unwrap()).unwrap()
        };
        browser.show_as(side("width"), side("height"), "light");
        browser.screenshot(file);
    }
}
