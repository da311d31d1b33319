//! The pictures in the documents: of what the command beside them writes now, and small. Those of which
//! something has changed are taken anew by `IMGCOST_PICTURES=1`.

mod camera;
mod screen;

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::browser::Browser;
use crate::command::root;
use camera::Of;

/// A picture of `docs/`: what it is called, where it is shown, and what it shows.
struct Picture {
    name: &'static str,
    document: &'static str,
    command: &'static str,
    of: Of,
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
    fn file(&self) -> PathBuf {
        root().join(format!("docs/{}.png", self.name))
    }
}

#[test]
fn pictures_show_what_is_written_now() {
    let taken = root().join("tests/it/pictures/taken.txt");
    let before = std::fs::read_to_string(&taken).unwrap_or_default();
    let now: Vec<String> = PICTURES
        .iter()
        .map(|Picture { name, command, of, .. }| format!("{name} {}", digest(&of.subject(command))))
        .collect();
    let old: Vec<&Picture> = (PICTURES.iter().zip(&now))
        .filter(|(picture, line)| {
            !before.lines().any(|had| had == *line) || !picture.file().exists()
        })
        .map(|(picture, _)| picture)
        .collect();
    if std::env::var_os("IMGCOST_PICTURES").is_some() && !old.is_empty() {
        let browser = Browser::start();
        for picture in old {
            picture.of.photograph(picture.command, &browser, &picture.file());
        }
        std::fs::write(&taken, now.join("\n") + "\n").unwrap();
        return;
    }
    let old: Vec<&str> = old.iter().map(|picture| picture.name).collect();
    let all = before.lines().count() == PICTURES.len();
    assert!(old.is_empty() && all, "take {old:?} anew with IMGCOST_PICTURES=1, and look at them");
}

/// Half of a SHA-256 is enough to see a change.
fn digest(text: &str) -> String {
    Sha256::digest(text).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn pictures_are_small_and_shown_beside_their_commands() {
    for picture in &PICTURES {
        let Picture { name, document, command, .. } = picture;
        let bytes = std::fs::read(picture.file()).unwrap();
        assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"), "{name} is not a PNG");
        // The header of a PNG begins with both sides.
        let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        let (width, height) = (side(16), side(20));
        let legible = (400..=1100).contains(&width) && (150..=1000).contains(&height);
        assert!(legible, "{name}: {width} x {height}");
        assert!(bytes.len() < 150 << 10, "{name} has {} bytes", bytes.len());
        let text = std::fs::read_to_string(root().join(format!("docs/{document}.md"))).unwrap();
        let shown = text.contains(&format!("]({name}.png)")) && text.contains(command);
        assert!(shown, "docs/{document}.md does not show {name} and `{command}`");
    }
}

#[test]
fn every_picture_of_the_documents_is_taken_here() {
    for entry in std::fs::read_dir(root().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some(name) = name.strip_suffix(".png") {
            assert!(PICTURES.iter().any(|picture| picture.name == name), "{name}.png is not");
        }
    }
}
