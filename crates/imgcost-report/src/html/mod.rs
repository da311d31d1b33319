//! One self-contained page: no network, no file beside it, readable on paper and on a phone.
//!
//! Charts are plain SVG rather than a chart library's: plotters and charts-rs write colours and
//! label positions as fixed numbers, which neither a dark page nor a narrow one can change, and
//! leave out the text alternative. Here labels are HTML, and only bars and lines are drawn.

mod amount;
mod chart;
mod components;
mod months;
mod notes;
mod overview;
mod prices;
mod pulls;
mod ranked;

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html as markup};
use sha2::{Digest, Sha256};

use crate::headline::headline;
use crate::{Report, printable};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Writes the report as one HTML page.
///
/// Every amount stands in a `data` element whose `value` is the exact one. Lists show a few hundred
/// rows at most and say how many they leave out.
///
/// # Errors
/// Those of the writer.
pub fn html(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(page(report).into_string().as_bytes())?;
    writeln!(out)
}

fn page(report: &Report<'_>) -> Markup {
    markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (printable(&headline(report))) }
                // Else a browser asks the server for one.
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                (overview::header(report))
                main {
                    (overview::cautions(report))
                    (overview::tiles(report))
                    (components::section(report))
                    (ranked::groups(report))
                    (ranked::services(report))
                    (months::section(report))
                    (pulls::section(report))
                    (notes::paths(report))
                    (notes::naive(report))
                    (notes::assumptions(report))
                    (prices::section(report))
                }
                (overview::footer(report))
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

/// Nothing may be loaded from anywhere, and of code only this page's own may run.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

/// Part of a page, with its heading.
fn part(id: &str, heading: &str, content: Markup) -> Markup {
    markup! {
        section id=(id) aria-labelledby={ (id) "-heading" } {
            h2 id={ (id) "-heading" } { (heading) }
            (content)
        }
    }
}

/// A table that scrolls by itself where a screen is too narrow for it.
fn scrolling(label: &str, table: Markup) -> Markup {
    markup! { div.scroll role="region" tabindex="0" aria-label=(label) { (table) } }
}

/// A name that users gave: shown as it is, and never changing the direction of what surrounds it.
fn name(text: &str) -> Markup {
    markup! { bdi { (printable(text)) } }
}
