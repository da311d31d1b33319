//! The pictures in the documents: taken by `IMGCOST_PICTURES=1`, and otherwise held to be there, small,
//! and shown beside the command that they are of.

mod screen;

use std::path::Path;

use serde_json::json;

use crate::browser::Browser;
use crate::command::root;
use crate::serve::page::photographed;

/// A picture of `docs/`: what it is called, where it is shown, and what it shows.
struct Picture {
    name: &'static str,
    document: &'static str,
    command: &'static str,
    of: Of,
}

/// How what a command writes is looked at.
enum Of {
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

const FLEET: &str = "imgcost compare examples/fleet/fleet.toml --group-by team";
const PICTURES: [Picture; 15] = [
    shown("text", FLEET, Of::Terminal("", 32)),
    shown("json", "imgcost whatif 1.2GB 180MB --format json", Of::Terminal("", 30)),
    shown(
        "csv",
        "imgcost compare examples/fleet/fleet.toml --group-by team --format csv > lines.csv",
        Of::Sheet("", &["A", "C", "D", "H", "I", "J", "K", "L"], 22),
    ),
    shown("markdown", "imgcost whatif 1.2GB 180MB --format markdown", Of::Markdown),
    shown(
        "github-comment",
        "imgcost compare examples/gates/pull-request.toml --baseline examples/gates/main.json --format github-comment",
        Of::Markdown,
    ),
    shown(
        "html",
        "imgcost compare examples/fleet/fleet.toml --group-by team --format html -o report.html",
        Of::Page(720),
    ),
    shown("xlsx", WORKBOOK, Of::Sheet("Lines", &["B", "C", "D", "H", "I", "K", "L"], 18)),
    Picture {
        document: "xlsx",
        ..shown("xlsx-summary", WORKBOOK, Of::Sheet("Summary", &["A", "C", "D", "E"], 22))
    },
    shown(
        "focus",
        "imgcost estimate examples/fleet/fleet.toml --side before --group-by team --format focus > estimate.csv",
        Of::Sheet("", &["A", "D", "I", "AA", "AM"], 22),
    ),
    shown(
        "gates",
        "imgcost check examples/gates/pull-request.toml --budget 5 --baseline examples/gates/main.json --max-increase 4%",
        Of::Terminal("", 30),
    ),
    shown(
        "junit",
        "imgcost check examples/gates/pull-request.toml --budget 5 --baseline examples/gates/main.json --max-increase 4% --format junit",
        Of::Terminal("", 30),
    ),
    shown(
        "findings",
        "imgcost dockerfile check examples/dockerfiles/standard/Dockerfile",
        Of::Terminal("warning[package-cache-kept]", 31),
    ),
    shown(
        "currency",
        "imgcost whatif 1.2GB 180MB --currency EUR --rates tests/cases/rates/eurofxref.csv",
        Of::Terminal("", 29),
    ),
    shown(
        "price-feeds",
        "imgcost prices diff pricing/aws/nat.toml crates/imgcost-feeds/tests/lists/drifted.toml",
        Of::Terminal("", 20),
    ),
    shown("serve", "imgcost serve", Of::Served(690)),
];
const WORKBOOK: &str =
    "imgcost compare examples/fleet/fleet.toml --group-by team --format xlsx -o fleet.xlsx";

/// A picture on the page of its own name.
const fn shown(name: &'static str, command: &'static str, of: Of) -> Picture {
    Picture { name, document: name, command, of }
}

impl Picture {
    fn take(&self, browser: &Browser, file: &Path) {
        let folder = tempfile::tempdir().unwrap();
        let page = folder.path().join("page.html");
        browser.show_as(1000, 600, "light");
        match self.of {
            Of::Terminal(from, lines) => {
                std::fs::write(&page, screen::terminal(self.command, from, lines)).unwrap();
                browser.open(&page);
            }
            Of::Markdown => {
                std::fs::write(&page, screen::markdown(self.command)).unwrap();
                browser.open(&page);
            }
            Of::Sheet(sheet, columns, rows) => {
                browser.open(&screen::spreadsheet(self.command, folder.path()));
                let show = include_str!("pictures/sheet.js");
                let shown = browser.value(&format!(
                    "({show})({}, {}, {rows})",
                    json!(sheet),
                    json!(columns)
                ));
                assert_eq!(shown, columns.len(), "{}", self.name);
            }
            Of::Page(height) => {
                screen::written(self.command, &["-o", page.to_str().unwrap()]);
                browser.show_as(900, height, "light");
                browser.open(&page);
                return browser.screenshot(file);
            }
            Of::Served(height) => return photographed(1000, height, file),
        }
        let side = |name: &str| {
            let length = format!("Math.ceil(document.body.getBoundingClientRect().{name})");
            u32::try_from(browser.value(&length).as_u64().unwrap()).unwrap()
        };
        browser.show_as(side("width"), side("height"), "light");
        browser.screenshot(file);
    }
}

#[test]
fn pictures_are_small_and_shown_beside_their_commands() {
    if std::env::var_os("IMGCOST_PICTURES").is_some() {
        let browser = Browser::start();
        for picture in &PICTURES {
            picture.take(&browser, &root().join(format!("docs/{}.png", picture.name)));
        }
    }
    for Picture { name, document, command, .. } in &PICTURES {
        let file = root().join(format!("docs/{name}.png"));
        let bytes = std::fs::read(&file).unwrap_or_else(|_| panic!("there is no docs/{name}.png"));
        assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"), "{name} is not a PNG");
        // The header of a PNG begins with both sides.
        let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        let (width, height) = (side(16), side(20));
        assert!(
            (400..=1100).contains(&width) && (150..=1000).contains(&height),
            "{name}: {width} x {height}"
        );
        assert!(bytes.len() < 150 << 10, "{name} has {} bytes", bytes.len());
        let text = std::fs::read_to_string(root().join(format!("docs/{document}.md"))).unwrap();
        assert!(
            text.contains(&format!("]({name}.png)")),
            "docs/{document}.md does not show {name}"
        );
        assert!(text.contains(command), "docs/{document}.md does not say `{command}`");
    }
}
