use std::ops::Range;
use std::sync::Arc;

use super::secrets::is_secret_name;
use crate::read::{Dockerfile, Kind};

/// The text of a file to show: values of `ENV` and `ARG` whose names are those of secrets are stars,
/// byte for byte, so that spans hold.
///
/// ```
/// use imgcost_dockerfile::{read, rules::masked};
/// let file = read("Dockerfile", "FROM a\nENV A=1 DB_PASSWORD=\"hunter 2\" B=2\n", &Default::default()).unwrap();
/// assert_eq!(&*masked(&file), "FROM a\nENV A=1 DB_PASSWORD=********** B=2\n");
/// ```
pub fn masked(file: &Dockerfile) -> Arc<str> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    // Above the first FROM there is nothing but ARG and comments.
    spans.extend(file.stages.first().map(|stage| 0..stage.span.start));
    for instruction in file.stages.iter().flat_map(|stage| &stage.instructions) {
        let kind = match &instruction.kind {
            Kind::Onbuild(kind) => kind,
            kind => kind,
        };
        if matches!(kind, Kind::Env(_) | Kind::Arg(_)) {
            spans.push(instruction.span.clone());
        }
    }
    let mut bytes = file.text.as_bytes().to_vec();
    for span in spans {
        for value in file.text.get(span.clone()).map(values).unwrap_or_default() {
            let value = span.start + value.start..span.start + value.end;
            let own = bytes.get_mut(value).unwrap_or_default();
            own.iter_mut()
                .filter(|byte| !matches!(byte, b'\n' | b'\r'))
                .for_each(|byte| *byte = b'*');
        }
    }
    String::from_utf8(bytes).map_or_else(|_| file.text.clone(), Into::into)
}

/// Where values of secrets stand in the text of an `ENV` or `ARG`.
fn values(text: &str) -> Vec<Range<usize>> {
    let words = words(text);
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let Some(own) = text.get(word.clone()) else { continue };
        match own.split_once('=') {
            Some((name, value)) if is_secret_name(name) => {
                found.push(word.end - value.len()..word.end);
            }
            // The old form: a name, and all the rest is its value.
            None if at == 1 && is_secret_name(own) && words.len() > 2 => {
                found.extend(words.iter().skip(2).cloned());
            }
            _ => {}
        }
    }
    found
}

/// Words, with whatever quotes and escapes are in them.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let (mut start, mut quote, mut escaped) = (None, None, false);
    for (at, c) in text.char_indices() {
        if c.is_whitespace() && quote.is_none() && !escaped {
            found.extend(start.take().map(|start| start..at));
            continue;
        }
        start.get_or_insert(at);
        match (quote, c) {
            _ if escaped => escaped = false,
            (_, '\\') => escaped = true,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    found.extend(start.map(|start| start..text.len()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read;

    #[test]
    fn values_are_hidden_wherever_they_stand() {
        for (text, expected) in [
            ("ARG TOKEN=abc\nFROM a\n", "ARG TOKEN=***\nFROM a\n"),
            ("FROM a\nENV API_KEY some thing\n", "FROM a\nENV API_KEY **** *****\n"),
            ("FROM a\nARG NPM_TOKEN\nENV PORT=80\n", "FROM a\nARG NPM_TOKEN\nENV PORT=80\n"),
            ("FROM a\nONBUILD ENV SECRET='é x'\n", "FROM a\nONBUILD ENV SECRET=******\n"),
            (
                "FROM a\nENV A=1 \\\n  DB_PASSWORD=x\\ y\n",
                "FROM a\nENV A=1 \\\n  DB_PASSWORD=****\n",
            ),
        ] {
            let file = read("Dockerfile", text, &Default::default()).unwrap();
            assert_eq!(&*masked(&file), expected);
        }
    }
}
