/// What a registry asks for with `WWW-Authenticate`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Challenge {
    Basic,
    Bearer { realm: String, service: Option<String>, scope: Option<String> },
}

/// The challenge to answer among all those of a response: Bearer before Basic.
pub(crate) fn strongest<'h>(headers: impl Iterator<Item = &'h str>) -> Option<Challenge> {
    let all: Vec<_> = headers.flat_map(parse).collect();
    let bearer = all.iter().find(|challenge| matches!(challenge, Challenge::Bearer { .. }));
    bearer.or(all.first()).cloned()
}

/// The challenges of one header that can be answered here. A header may hold several, separated
/// by the same commas as their parameters (RFC 9110, section 11.6.1).
fn parse(header: &str) -> Vec<Challenge> {
    let mut found = Vec::new();
    let mut rest = header;
    let mut current: Option<Scheme> = None;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let length = rest.find(|c: char| !is_token(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(length);
        if word.is_empty() {
            break;
        }
        match after.trim_start().strip_prefix('=') {
            Some(value) => {
                let (value, after) = parameter(value.trim_start());
                if let Some(scheme) = &mut current {
                    scheme.parameters.push((word.to_ascii_lowercase(), value));
                }
                rest = after;
            }
            None => {
                found.extend(current.take().and_then(Scheme::challenge));
                current = Some(Scheme { name: word.to_ascii_lowercase(), parameters: Vec::new() });
                rest = after;
            }
        }
    }
    found.extend(current.and_then(Scheme::challenge));
    found
}

struct Scheme {
    name: String,
    parameters: Vec<(String, String)>,
}

impl Scheme {
    fn challenge(self) -> Option<Challenge> {
        let get = |name: &str| {
            let found = self.parameters.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
        };
        match self.name.as_str() {
            "basic" => Some(Challenge::Basic),
            "bearer" => Some(Challenge::Bearer {
                realm: get("realm")?,
                service: get("service"),
                scope: get("scope"),
            }),
            _ => None,
        }
    }
}

/// A value, quoted or not, and what follows it.
fn parameter(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        // Some registries forget the quotes around addresses and scopes.
        let length = text.find([',', ' ', '\t']).unwrap_or(text.len());
        let (value, rest) = text.split_at(length);
        return (value.to_owned(), rest);
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &quoted[at + 1..]),
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer(realm: &str, service: Option<&str>, scope: Option<&str>) -> Challenge {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Challenge::Bearer { realm: realm.into(), service: owned(service), scope: owned(scope) }
    }

    #[test]
    fn a_challenge_of_docker_hub() {
        let header = r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull,push""#;
        let scope = Some("repository:library/nginx:pull,push");
        let expected = bearer("https://auth.docker.io/token", Some("registry.docker.io"), scope);
        assert_eq!(parse(header), [expected]);
    }

    #[test]
    fn several_challenges_in_one_header_and_in_several() {
        let one = r#"Basic realm="a, b", Bearer realm="https://x/t" , service=y, Negotiate"#;
        let expected = bearer("https://x/t", Some("y"), None);
        assert_eq!(parse(one), [Challenge::Basic, expected.clone()]);
        let many = ["Negotiate", "Basic realm=\"r\"", "bearer REALM=https://x/t,service=y"];
        assert_eq!(strongest(many.into_iter()), Some(expected));
        assert_eq!(strongest(["Basic"].into_iter()), Some(Challenge::Basic));
    }

    #[test]
    fn quotes_may_be_escaped_and_may_stay_open() {
        assert_eq!(
            parse(r#"Bearer realm="https://x/t?a=\"b\"""#),
            [bearer("https://x/t?a=\"b\"", None, None)]
        );
        assert_eq!(parse(r#"Bearer realm="https://x/t"#), [bearer("https://x/t", None, None)]);
    }

    #[test]
    fn nonsense_is_no_challenge() {
        for header in ["", ",,,", "=", "Bearer", "Bearer realm=", "Digest realm=\"x\"", "\"", "é"]
        {
            assert_eq!(parse(header), [], "{header}");
        }
    }
}
