use imgcost_image::ImageError;
use serde::Deserialize;
use ureq::http::HeaderMap;

use crate::credentials::Secret;

/// Why a request came to nothing.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The registry answered, but not with what was asked for.
    Answer(Box<Answer>),
    /// No whole answer came; another try may help.
    Network(Problem),
    /// What came, or where it leads, is not acceptable; another try does not help.
    Refused(Problem),
    /// Not the registry's fault: a login that cannot be read.
    Local(ImageError),
}

/// An answer with a status other than 2xx.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// The start of its body.
    pub(crate) body: Vec<u8>,
}

/// What is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) problem: String,
    pub(crate) help: Option<String>,
}

/// How messages name things, and what they must not repeat.
pub(crate) struct Context<'c> {
    /// What the user asked for.
    pub(crate) what: &'c str,
    /// The registry.
    pub(crate) host: &'c str,
    /// Whether a login was sent.
    pub(crate) logged_in: bool,
    /// Passwords and tokens in use: a registry's words that contain one are not repeated.
    pub(crate) secrets: &'c [Secret],
}

#[derive(Deserialize)]
struct ErrorBody {
    errors: Vec<ErrorEntry>,
}

#[derive(Deserialize)]
struct ErrorEntry {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

impl Problem {
    pub(crate) fn new(problem: impl Into<String>) -> Self {
        Self { problem: problem.into(), help: None }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    pub(crate) fn about(self, what: &str) -> ImageError {
        ImageError { what: what.to_owned(), problem: self.problem, help: self.help }
    }
}

impl Failure {
    /// Whether the registry says that there is no such thing.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Self::Answer(answer) if answer.status == 404)
    }

    /// The failure in words for users.
    pub(crate) fn explain(self, context: &Context<'_>) -> ImageError {
        match self {
            Self::Answer(answer) => answer.explain(context).about(context.what),
            Self::Network(problem) | Self::Refused(problem) => problem.about(context.what),
            Self::Local(error) => error,
        }
    }
}

impl Answer {
    /// A header's text, if it is there once and printable.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The first error code in the body, such as `MANIFEST_UNKNOWN`.
    fn code(&self) -> Option<String> {
        let body: ErrorBody = serde_json::from_slice(&self.body).ok()?;
        Some(body.errors.into_iter().next()?.code)
    }

    /// The registry's own words, if they are fit to be shown.
    fn words(&self, secrets: &[Secret]) -> Option<String> {
        let body: ErrorBody = serde_json::from_slice(&self.body).ok()?;
        let words = body.errors.into_iter().next()?.message;
        let tells = secrets.iter().any(|secret| words.contains(secret.reveal()));
        let words: String = words.chars().filter(|c| !c.is_control()).take(200).collect();
        (!tells && !words.trim().is_empty()).then_some(words)
    }

    fn explain(&self, context: &Context<'_>) -> Problem {
        let host = context.host;
        let log_in = format!("log in first: docker login {host}");
        let code = self.code();
        let problem = match (self.status, code.as_deref()) {
            (401, _) if context.logged_in => Problem::new(format!(
                "{host} does not let this login read it, or there is no such repository"
            ))
            .help(format!("check its name, or log in again: docker login {host}")),
            (401, _) => Problem::new(format!("{host} asks for a login to read it")).help(log_in),
            (403, _) => Problem::new(format!("{host} denies access to it")).help(format!(
                "check its name and that the login may read it: docker login {host}"
            )),
            (404, Some("MANIFEST_UNKNOWN")) => Problem::new(format!(
                "{host} has no such tag or digest"
            ))
            .help("check the tag; a registry:// reference without a tag lists all there are"),
            (404, Some("NAME_UNKNOWN" | "NAME_INVALID")) => {
                Problem::new(format!("{host} has no such repository"))
                    .help("check its name; some registries say this of private repositories too")
            }
            (404, Some("BLOB_UNKNOWN")) => {
                Problem::new(format!("{host} has lost a blob of it")).help("push it again")
            }
            (404, _) => Problem::new(format!("{host} has nothing of this name (404)"))
                .help("check the name of the repository and the tag"),
            (429, _) => Problem::new(format!(
                "{host} takes no more requests for now (429){}",
                self.rate_limit()
            ))
            .help(if context.logged_in {
                "try again later".to_owned()
            } else {
                format!("try again later, or log in for a higher limit: docker login {host}")
            }),
            (400, _) if self.body.windows(5).any(|word| word.eq_ignore_ascii_case(b"HTTPS")) => {
                Problem::new(format!("{host} speaks HTTPS")).help("leave out --plain-http")
            }
            (status @ 500..=599, _) => {
                Problem::new(format!("{host} failed to answer ({status})")).help("try again later")
            }
            (status, _) => Problem::new(format!("{host} answered with status {status}")),
        };
        match self.words(context.secrets) {
            Some(words) => {
                Problem { problem: format!("{}: \"{words}\"", problem.problem), ..problem }
            }
            None => problem,
        }
    }

    /// What Docker Hub tells of its limits: `100;w=21600` is 100 in six hours.
    fn rate_limit(&self) -> String {
        let number = |name: &str| -> Option<(u64, Option<u64>)> {
            let mut parts = self.header(name)?.split(';');
            let count = parts.next()?.trim().parse().ok()?;
            let window = parts.find_map(|part| part.trim().strip_prefix("w=")?.parse().ok());
            Some((count, window))
        };
        let mut text = String::new();
        if let Some((limit, window)) = number("ratelimit-limit") {
            text += &format!("; its limit is {limit} pulls");
            text += &match window {
                Some(seconds) if seconds % 3600 == 0 => format!(" in {} h", seconds / 3600),
                Some(seconds) => format!(" in {seconds} s"),
                None => String::new(),
            };
        }
        if let Some((left, _)) = number("ratelimit-remaining") {
            text += &format!("; {left} left");
        }
        // The address or account that it counts for. Anything longer is neither.
        let source = self.header("docker-ratelimit-source");
        if let Some(source) = source.filter(|source| source.len() <= 64) {
            text += &format!("; counted for {source}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &str)], body: &str) -> Failure {
        let headers = headers.iter().map(|(name, value)| {
            (ureq::http::HeaderName::from_static(name), value.parse().unwrap())
        });
        let (headers, body) = (headers.collect(), body.as_bytes().to_vec());
        Failure::Answer(Box::new(Answer { status, headers, body }))
    }

    fn told(failure: Failure, secrets: &[Secret]) -> ImageError {
        let what = "registry://docker.io/nginx:1";
        failure.explain(&Context { what, host: "docker.io", logged_in: false, secrets })
    }

    #[test]
    fn the_limits_of_docker_hub_are_explained() {
        let headers = [
            ("ratelimit-limit", "100;w=21600"),
            ("ratelimit-remaining", "0;w=21600"),
            ("docker-ratelimit-source", "192.0.2.1"),
        ];
        let body = r#"{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit."}]}"#;
        let error = told(answer(429, &headers, body), &[]);
        assert_eq!(
            error.problem,
            "docker.io takes no more requests for now (429); its limit is 100 pulls in 6 h; 0 left; \
             counted for 192.0.2.1: \"You have reached your pull rate limit.\""
        );
        assert!(error.help.unwrap().contains("docker login docker.io"));
    }

    #[test]
    fn a_missing_tag_and_a_missing_repository_are_told_apart() {
        let body = |code: &str| format!(r#"{{"errors":[{{"code":"{code}","message":"x"}}]}}"#);
        let tag = told(answer(404, &[], &body("MANIFEST_UNKNOWN")), &[]);
        assert!(tag.problem.contains("no such tag"), "{tag}");
        let repository = told(answer(404, &[], &body("NAME_UNKNOWN")), &[]);
        assert!(repository.problem.contains("no such repository"), "{repository}");
    }

    #[test]
    fn words_with_a_secret_or_control_characters_are_not_repeated() {
        let body = r#"{"errors":[{"code":"DENIED","message":"token hunter2 is\u001b[31m bad"}]}"#;
        let secret = [Secret::new("hunter2")];
        assert!(!told(answer(403, &[], body), &secret).to_string().contains("hunter2"));
        let shown = told(answer(403, &[], body), &[]).to_string();
        assert!(shown.contains("is[31m bad") && !shown.contains('\u{1b}'), "{shown}");
    }
}
