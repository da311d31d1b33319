//! The page: one document put together from its parts, with the policy that lets only these parts run.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::{Digest, Sha256};

const DOCUMENT: &str = include_str!("../page/page.html");
const STYLE: &str = include_str!("../page/page.css");
/// In the order in which they need each other.
const SCRIPTS: [&str; 6] = [
    include_str!("../page/number.js"),
    include_str!("../page/command.js"),
    include_str!("../page/chart.js"),
    include_str!("../page/result.js"),
    include_str!("../page/form.js"),
    include_str!("../page/main.js"),
];

/// What can be chosen on the page.
#[derive(Debug, Clone, Serialize)]
pub struct Choices {
    /// The registry that is taken where none is chosen.
    pub registry: String,
    /// The registries.
    pub registries: Vec<Registry>,
    /// The clouds that nodes can be in.
    pub clouds: Vec<Cloud>,
    /// The networks of registries and clouds, with the regions that prices name.
    pub regions: Vec<Named>,
    /// The names of build machines.
    pub runners: Vec<String>,
    /// Flags that were given to the server and count in every answer, such as `--free`.
    pub terms: Vec<String>,
}

/// A registry product.
#[derive(Debug, Clone, Serialize)]
pub struct Registry {
    /// As flags call it.
    pub name: String,
    /// As people call it.
    pub title: String,
    /// The network it lies in, if it is one of a cloud.
    pub network: Option<String>,
    /// The plans it is sold in.
    pub plans: Vec<String>,
}

/// A cloud that nodes can be in.
#[derive(Debug, Clone, Serialize)]
pub struct Cloud {
    /// As flags call it.
    pub name: String,
    /// The network it belongs to.
    pub network: String,
}

/// A list with its name.
#[derive(Debug, Clone, Serialize)]
pub struct Named {
    /// What it is the list of.
    pub name: String,
    /// The list.
    pub values: Vec<String>,
}

/// The document and its policy, made once.
pub(crate) struct Page {
    pub(crate) document: String,
    /// The `Content-Security-Policy`: nothing from elsewhere, nothing that was not built in.
    pub(crate) policy: String,
}

impl Page {
    pub(crate) fn new(choices: &Choices) -> Self {
        let script = SCRIPTS.concat();
        let document = DOCUMENT
            .replace("/*STYLE*/", STYLE)
            .replace("/*CHOICES*/", &data(choices))
            .replace("/*SCRIPT*/", &script);
        let policy = format!(
            "default-src 'none'; script-src '{}'; style-src '{}'; connect-src 'self'; img-src data:; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            hash(&script),
            hash(STYLE)
        );
        Self { document, policy }
    }
}

/// JSON that can stand in a script element: `<` would begin its end.
fn data(choices: &Choices) -> String {
    let text = serde_json::to_string(choices).unwrap_or_else(|_| "{}".into());
    text.replace('<', "\\u003c")
}

/// What a policy calls an inline script or style.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(terms: &[&str]) -> Page {
        let terms = terms.iter().map(|term| (*term).to_owned()).collect();
        let (registry, registries, clouds, regions, runners) = Default::default();
        Page::new(&Choices { registry, registries, clouds, regions, runners, terms })
    }

    #[test]
    fn every_part_is_in_the_document() {
        let document = page(&[]).document;
        for part in ["/*STYLE*/", "/*CHOICES*/", "/*SCRIPT*/"] {
            assert!(!document.contains(part), "{part}");
        }
        assert!(document.contains(STYLE));
    }

    #[test]
    fn nothing_comes_from_elsewhere() {
        let document = page(&[]).document;
        let own = ["http://www.w3.org/2000/svg"];
        for (at, _) in document.match_indices("http") {
            let rest = &document[at..];
            let allowed = own.iter().any(|known| rest.starts_with(known))
                || !(rest.starts_with("http://") || rest.starts_with("https://"));
            assert!(allowed, "{}", rest.lines().next().unwrap_or_default());
        }
        assert!(!document.contains("style=\""), "the policy forbids style attributes");
    }

    #[test]
    fn a_flag_cannot_end_the_script_it_stands_in() {
        let document = page(&["</script><script>alert(1)</script>"]).document;
        assert!(!document.contains("alert(1)</script>"));
        assert!(document.contains("\\u003c/script>"));
    }
}
