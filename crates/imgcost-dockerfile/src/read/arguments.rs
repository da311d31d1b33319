use super::variables::Variables;

/// The pairs of `ENV` and `ARG` and `LABEL`: `A=1 B="two words"`, or the old `ENV A all the rest`.
pub(super) fn pairs(text: &str) -> Vec<(String, Option<String>)> {
    let text = text.trim();
    let first = text.split_whitespace().next().unwrap_or_default();
    if !first.contains('=') && text.contains(char::is_whitespace) {
        // The old form has one name and takes the rest as its value.
        let (name, value) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        return vec![(name.to_owned(), Some(unquoted(value.trim())))];
    }
    let words = words(text).into_iter();
    let pair = |word: String| match word.split_once('=') {
        Some((name, value)) => (name.to_owned(), Some(unquoted(value))),
        None => (word, None),
    };
    words.map(pair).collect()
}

/// `ARG` takes words only: `ARG A B=1`.
pub(super) fn arguments(text: &str) -> Vec<(String, Option<String>)> {
    let words = words(text.trim()).into_iter();
    let pair = |word: String| match word.split_once('=') {
        Some((name, value)) => (name.to_owned(), Some(unquoted(value))),
        None => (word, None),
    };
    words.map(pair).collect()
}

/// Splits at whitespace outside of quotes; quotes and backslashes stay.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quote, mut escaped) = (String::new(), None, false);
    for c in text.chars() {
        let ends = c.is_whitespace() && quote.is_none() && !escaped;
        if ends {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            continue;
        }
        match (quote, c) {
            _ if escaped => escaped = false,
            (_, '\\') => escaped = true,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
        word.push(c);
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// A word without its quotes; `$` inside of single quotes stays a dollar for [`Variables::expand`].
pub(super) fn unquoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut quote, mut characters) = (None, text.chars().peekable());
    while let Some(c) = characters.next() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (Some('\''), '$') => out.push_str("\\$"),
            (None | Some('"'), '\\') => match characters.peek() {
                Some('$') => out.push('\\'),
                Some(next) => {
                    out.push(*next);
                    characters.next();
                }
                None => out.push('\\'),
            },
            (_, c) => out.push(c),
        }
    }
    out
}

/// `true` for a flag that stands alone or says so: `--link`, `--link=true`.
pub(super) fn is_set(value: Option<&str>) -> bool {
    value.is_none_or(|value| value.eq_ignore_ascii_case("true") || value == "1")
}

/// The parts of `type=cache,target=/root/.npm`; quotes are the caller's.
pub(super) fn options(value: &str) -> impl Iterator<Item = (&str, &str)> {
    value.split(',').map(|part| part.split_once('=').unwrap_or((part, "")))
}

/// Pairs with their values expanded, each seeing those before it.
pub(super) fn expanded(
    pairs: Vec<(String, Option<String>)>,
    variables: &Variables,
) -> Vec<(String, Option<String>)> {
    let value = |(name, value): (String, Option<String>)| {
        let value = value.map(|value| variables.expand(&value).text);
        (name, value)
    };
    pairs.into_iter().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_split_at_spaces_outside_of_quotes() {
        let pair = |name: &str, value: &str| (name.to_owned(), Some(value.to_owned()));
        assert_eq!(
            pairs(r#"A=1 B="two words" C=a\ b"#),
            [pair("A", "1"), pair("B", "two words"), pair("C", "a b")]
        );
        assert_eq!(pairs("PATH /opt/bin:$PATH"), [pair("PATH", "/opt/bin:$PATH")]);
        assert_eq!(pairs("A='$X'"), [pair("A", "\\$X")]);
        assert_eq!(arguments("A B=1"), [("A".to_owned(), None), pair("B", "1")]);
    }
}
