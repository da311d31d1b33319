use std::ops::Range;
use std::sync::Arc;

use super::secret_names::is_secret_name;
use super::shapes::shaped;
use crate::read::{Dockerfile, Kind};

/// The text of a file to show: secrets are stars, byte for byte, so that spans hold. Secrets are the
/// values of variables with telling names, and what has the shape of a login or a token. What the
/// shell puts in when a step runs (`$TOKEN`, `$(cat /run/secrets/x)`) is none.
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
    let mut secrets: Vec<Range<usize>> =
        shaped(&file.text).into_iter().map(|found| found.range).collect();
    for span in spans {
        let found = file.text.get(span.clone()).map(values).unwrap_or_default();
        let found = found.into_iter().map(|value| span.start + value.start..span.start + value.end);
        secrets.extend(found);
    }
    for value in secrets {
        hide(bytes.get_mut(value).unwrap_or_default());
    }
    String::from_utf8(bytes).map_or_else(|_| file.text.clone(), Into::into)
}

/// Writes stars; ends of lines stay, and what says that an instruction goes on behind them.
fn hide(value: &mut [u8]) {
    let ends: Vec<bool> = (0..value.len())
        .map(|at| {
            let rest = value.get(at + 1..).unwrap_or_default().iter();
            let next = rest.copied().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
            match value.get(at) {
                Some(b'\n' | b'\r') => true,
                Some(b'\\' | b'`') => next == Some(b'\n'),
                _ => false,
            }
        })
        .collect();
    let hidden = value.iter_mut().zip(ends).filter(|(_, ends)| !ends);
    hidden.for_each(|(byte, _)| *byte = b'*');
}

/// Where values of secrets stand in the text of an `ENV` or `ARG`.
pub(super) fn values(text: &str) -> Vec<Range<usize>> {
    let words = words(text);
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let Some(own) = text.get(word.clone()) else { continue };
        match own.split_once('=') {
            Some((name, value)) if is_secret_name(name) && !is_open(value) => {
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

/// Whether a value is nothing, or a word that stands for none: whoever reads it learns nothing, and the
/// rules have to see it.
fn is_open(value: &str) -> bool {
    let value = value.trim_matches(['"', '\'']).to_ascii_lowercase();
    ["", "dummy", "placeholder", "not-a-secret", "unused", "fake", "none", "null"]
        .contains(&&*value)
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
            (
                "FROM a\nENV API_KEY=\"\" MY_SECRET=dummy A_TOKEN=dummy1\n",
                "FROM a\nENV API_KEY=\"\" MY_SECRET=dummy A_TOKEN=******\n",
            ),
            ("FROM a\nARG NPM_TOKEN\nENV PORT=80\n", "FROM a\nARG NPM_TOKEN\nENV PORT=80\n"),
            ("FROM a\nONBUILD ENV SECRET='é x'\n", "FROM a\nONBUILD ENV SECRET=******\n"),
            // The shapes that an audit found printed.
            ("FROM a\nENV URL=postgres://u:pw@h/db\n", "FROM a\nENV URL=postgres://u:**@h/db\n"),
            (
                "FROM a\nRUN echo \"//r/:_authToken=npm_abc\" > x && curl -u bob:pw77 h\n",
                "FROM a\nRUN echo \"//r/:_authToken=*******\" > x && curl -u bob:**** h\n",
            ),
            (
                "FROM a\nRUN MY_TOKEN=inl_888 curl -H \"Authorization: Bearer sekret99\"\n",
                "FROM a\nRUN MY_TOKEN=******* curl -H \"Authorization: Bearer ********\"\n",
            ),
            (
                "FROM a\nCMD [\"a\", \"--password=cmdpw55\", \"--token\", \"abc\"]\n",
                "FROM a\nCMD [\"a\", \"--password=*******\", \"--token\", \"***\"]\n",
            ),
            (
                "FROM a\nRUN TOKEN=$(cat /run/secrets/t) npm ci --otp=$X\n",
                "FROM a\nRUN TOKEN=$(cat /run/secrets/t) npm ci --otp=$X\n",
            ),
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
