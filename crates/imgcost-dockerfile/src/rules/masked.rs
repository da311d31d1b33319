use std::ops::Range;
use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::secrets::is_secret_name;
use crate::read::{Dockerfile, Kind};

/// Shapes in which secrets stand anywhere in a file; the group `v` is the secret.
static SHAPES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let shapes = [
        // https://user:password@host
        r#"://[^/\s:@"']*:(?P<v>[^@\s/"']+)@"#,
        // //registry/:_authToken=..., _password=...
        r#"(?i)_(?:auth|authtoken|password)\s*=\s*(?P<v>[^\s"';&|\\]+)"#,
        r#"(?i)\b(?:bearer|basic)\s+(?P<v>[A-Za-z0-9._~+/=-]{6,})"#,
        // curl -u user:password
        r#"(?:^|\s)(?:-u|--user|--proxy-user)[ =]["']?[^\s:"']+:(?P<v>[^\s"']+)"#,
        // --password=..., "--token", "..."
        r#"(?i)--[a-z0-9-]*(?:password|passwd|token|secret|api-key)(?:=|\s+|",\s*")["']?(?P<v>[^\s"',;&|\]\\-][^\s"',;&|\]\\]*)"#,
        // What vendors' tokens look like.
        r"\b(?P<v>(?:gh[opsur]_|github_pat_|glpat-|xox[abp]-|sk-|AKIA)[A-Za-z0-9_-]{8,}|npm_[A-Za-z0-9]{20,})",
    ];
    // A shape that does not compile would let secrets through: that must not go unseen.
    shapes.iter().map(|shape| Regex::new(shape).expect("the shapes are constants")).collect()
});

/// `NAME=value` and `NAME="some value"`, wherever they stand.
static SETTING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\b(?P<n>[A-Za-z_][A-Za-z0-9_]*)=(?:"(?P<a>[^"\n]*)"|'(?P<b>[^'\n]*)'|(?P<v>[^\s"';&|\\]+))"#).expect("the shape is a constant")
});

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
    let mut secrets = shaped(&file.text);
    for span in spans {
        let found = file.text.get(span.clone()).map(values).unwrap_or_default();
        let found = found.into_iter().map(|value| span.start + value.start..span.start + value.end);
        secrets.extend(found);
    }
    for value in secrets {
        let own = bytes.get_mut(value).unwrap_or_default();
        let shown = |byte: &&mut u8| !matches!(**byte, b'\n' | b'\r');
        own.iter_mut().filter(shown).for_each(|byte| *byte = b'*');
    }
    String::from_utf8(bytes).map_or_else(|_| file.text.clone(), Into::into)
}

/// Where anything stands that looks like a secret.
fn shaped(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for shape in SHAPES.iter() {
        found.extend(shape.captures_iter(text).filter_map(|shown| Some(shown.name("v")?.range())));
    }
    for setting in SETTING.captures_iter(text) {
        if setting.name("n").is_some_and(|name| is_secret_name(name.as_str())) {
            let value = ["a", "b", "v"].iter().find_map(|group| setting.name(group));
            found.extend(value.map(|value| value.range()));
        }
    }
    found.retain(|value| text.get(value.clone()).is_some_and(|value| !value.contains('$')));
    found
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
