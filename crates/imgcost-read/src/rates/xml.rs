use roxmltree::{Document, Node, ParsingOptions};

use super::Day;
use crate::diagnostic::Diagnostic;

/// Nodes that a document may have: a line of history has about thirty.
const MOST_NODES: u32 = 1_000_000;

/// The days of `<Cube time="2026-11-24"><Cube currency="USD" rate="1.0832"/>...</Cube>`.
pub(super) fn days(file: &str, text: &str) -> Result<Vec<Day>, Vec<Diagnostic>> {
    // Without document types there are no entities that could grow.
    let options =
        ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES, ..Default::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| {
        let help = "give a file such as the ECB's eurofxref-daily.xml";
        vec![Diagnostic::error("xml-syntax", file, error.to_string()).help(help)]
    })?;
    let mut problems = Vec::new();
    let mut days = Vec::new();
    for node in document.descendants().filter(|node| node.has_attribute("time")) {
        let time = node.attribute("time").unwrap_or_default();
        let Ok(on) = time.parse() else {
            let message = format!("`{time}` is not a day");
            let help = "write a day such as 2026-11-24";
            problems.push(
                Diagnostic::error("malformed-date", file, message).at(node.range()).help(help),
            );
            continue;
        };
        let mut day = Day { on, buys: Default::default() };
        for rate in node.children().filter(Node::is_element) {
            let (code, value) = (rate.attribute("currency"), rate.attribute("rate"));
            if let Err((message, help)) =
                day.add(code.unwrap_or_default(), value.unwrap_or_default())
            {
                problems.push(
                    Diagnostic::error("malformed-rate", file, message).at(rate.range()).help(help),
                );
            }
        }
        days.push(day);
    }
    if problems.is_empty() { Ok(days) } else { Err(problems) }
}
