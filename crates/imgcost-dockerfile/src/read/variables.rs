use std::collections::BTreeMap;

/// What `ARG` and `ENV` have set so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables {
    /// `None` is a variable that is declared and whose value only a build knows.
    known: BTreeMap<String, Option<String>>,
}

/// A text with its variables replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expanded {
    /// The text; what is not known stands there as it was written.
    pub(super) text: String,
    /// Whether everything was known.
    pub(super) complete: bool,
}

/// Expanded text is cut here: `ARG A=$A$A` thirty times over would be a gigabyte.
const LONGEST: usize = 64 * 1024;

impl Variables {
    pub(super) fn set(&mut self, name: &str, value: Option<String>) {
        self.known.insert(name.to_owned(), value);
    }

    pub(super) fn get(&self, name: &str) -> Option<&Option<String>> {
        self.known.get(name)
    }

    /// Replaces `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+alternative}`.
    ///
    /// A name that was never declared is left as it stands in `RUN` (the shell knows it); elsewhere it
    /// is empty for a builder. Here it counts as not known, which is the safer reading of a fragment.
    pub(super) fn expand(&self, text: &str) -> Expanded {
        let mut out = String::with_capacity(text.len());
        let mut complete = true;
        let mut rest = text;
        while let Some(at) = rest.find(['$', '\\']) {
            out.push_str(&rest[..at]);
            let tail = &rest[at..];
            if out.len() > LONGEST {
                return Expanded { text: out, complete: false };
            }
            if let Some(escaped) = tail.strip_prefix('\\') {
                match escaped.strip_prefix('$') {
                    Some(after) => {
                        out.push('$');
                        rest = after;
                    }
                    None => {
                        out.push('\\');
                        rest = escaped;
                    }
                }
                continue;
            }
            let Some(reference) = Reference::parse(tail) else {
                out.push('$');
                rest = &tail[1..];
                continue;
            };
            match self.value(&reference) {
                Some(value) => out.push_str(&value),
                None => {
                    complete = false;
                    out.push_str(&tail[..reference.length]);
                }
            }
            rest = &tail[reference.length..];
        }
        out.push_str(rest);
        Expanded { text: out, complete }
    }

    fn value(&self, reference: &Reference<'_>) -> Option<String> {
        let known = self.known.get(reference.name).and_then(Option::as_ref);
        let declared = self.known.contains_key(reference.name);
        match reference.otherwise {
            None => known.cloned(),
            Some(("-", word)) => match known.filter(|value| !(reference.colon && value.is_empty()))
            {
                Some(value) => Some(value.clone()),
                // Nobody gave a value: a build without --build-arg takes the default.
                None => Some(word.to_owned()),
            },
            Some(("+", word)) if declared => {
                let set = known.is_some_and(|value| !(reference.colon && value.is_empty()));
                Some(if set { word.to_owned() } else { String::new() })
            }
            Some(("+", _)) => Some(String::new()),
            Some(_) => None,
        }
    }
}

/// The variables whose values are put into a text: those of `$NAME` and `${NAME}`, and of words within
/// braces. Of `${NAME:+word}` the word alone is.
pub(super) fn names(text: &str) -> impl Iterator<Item = &str> {
    let mut escaped = false;
    let dollars = text.char_indices().filter(move |(_, c)| {
        let is_dollar = *c == '$' && !escaped;
        escaped = *c == '\\' && !escaped;
        is_dollar
    });
    dollars.filter_map(|(at, _)| {
        let after = text.get(at + 1..)?;
        let inner = after.strip_prefix('{').unwrap_or(after);
        let name = name(inner)?;
        let rest = inner.get(name.len()..).unwrap_or_default();
        let is_replaced =
            inner.len() < after.len() && rest.trim_start_matches(':').starts_with('+');
        (!is_replaced).then_some(name)
    })
}

struct Reference<'t> {
    name: &'t str,
    /// `-` or `+` with its word.
    otherwise: Option<(&'t str, &'t str)>,
    /// Whether a colon makes an empty value count as none.
    colon: bool,
    length: usize,
}

impl<'t> Reference<'t> {
    /// Reads the reference that a text begins with, its `$` included.
    fn parse(text: &'t str) -> Option<Self> {
        let after = text.strip_prefix('$')?;
        if let Some(inner) = after.strip_prefix('{') {
            let end = inner.find('}')?;
            let (body, length) = (&inner[..end], end + 3);
            let name = name(body)?;
            let rest = &body[name.len()..];
            if rest.is_empty() {
                return Some(Self { name, otherwise: None, colon: false, length });
            }
            let (colon, rest) = match rest.strip_prefix(':') {
                Some(rest) => (true, rest),
                None => (false, rest),
            };
            let word = rest.get(1..)?;
            let otherwise = Some((&rest[..1], word));
            return Some(Self { name, otherwise, colon, length });
        }
        let name = name(after)?;
        Some(Self { name, otherwise: None, colon: false, length: name.len() + 1 })
    }
}

fn name(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    (end > 0).then(|| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_expanded_as_a_builder_does() {
        let mut variables = Variables::default();
        variables.set("TAG", Some("20".into()));
        variables.set("EMPTY", Some(String::new()));
        variables.set("OPEN", None);
        for (text, expected, complete) in [
            ("node:$TAG", "node:20", true),
            ("node:${TAG}-alpine", "node:20-alpine", true),
            ("${EMPTY:-x}${EMPTY-y}", "x", true),
            ("${TAG:+set}${EMPTY:+set}", "set", true),
            ("${OPEN:-latest}", "latest", true),
            ("$OPEN/${NEVER}", "$OPEN/${NEVER}", false),
            (r"\$TAG $", "$TAG $", true),
            ("${TAG", "${TAG", true),
        ] {
            assert_eq!(
                variables.expand(text),
                Expanded { text: expected.into(), complete },
                "{text}"
            );
        }
    }

    #[test]
    fn a_text_has_the_values_of_the_variables_that_it_names() {
        for (text, expected) in [
            ("/app/$SHA", vec!["SHA"]),
            ("${SHA}-${OTHER:-$SHA}", vec!["SHA", "OTHER", "SHA"]),
            ("${SHA:+set}${SHA+$B}", vec!["B"]),
            (r"\$SHA $ $1-", vec!["1"]),
        ] {
            assert_eq!(names(text).collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn doubling_variables_do_not_fill_memory() {
        let mut variables = Variables::default();
        variables.set("A", Some("x".repeat(1000)));
        for _ in 0..40 {
            let twice = variables.expand("$A$A").text;
            variables.set("A", Some(twice));
        }
        let longest = variables.get("A").unwrap().as_ref().unwrap().len();
        assert!(longest < 1 << 20, "{longest}");
    }
}
