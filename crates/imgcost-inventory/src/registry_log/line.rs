//! One line of a log, in whichever form it is written.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::Deserialize;

/// A request and what the registry answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request<'l> {
    pub(super) form: Form,
    pub(super) method: Cow<'l, str>,
    /// Path and query, as they were sent.
    pub(super) target: Cow<'l, str>,
    pub(super) status: u16,
    /// Bytes of the answer's body that were written.
    pub(super) bytes: u64,
    /// The client's address without its port.
    pub(super) client: Cow<'l, str>,
    pub(super) time: Option<DateTime<Utc>>,
}

/// Which of the two logs of a registry a line belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// The access log.
    Access,
    /// The registry's own log, as JSON or logfmt.
    Structured,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// Of a registry's log: a request, which was handed on, or something else that it tells.
    Log,
    /// The beginning of an envelope of notifications.
    Notifications,
    /// Anything else.
    Strange,
}

/// No answer is larger; a line that says so is not believed.
const MOST_WRITTEN: u64 = 1 << 50;

/// Reads a line and hands its request to `each`, if it is one.
pub(super) fn read(text: &str, each: &mut dyn FnMut(Request<'_>)) -> Line {
    let mut hand_on = |request: Request<'_>| {
        if request.bytes > MOST_WRITTEN {
            return Line::Strange;
        }
        each(request);
        Line::Log
    };
    if let Some(request) = access(text) {
        return hand_on(request);
    }
    // `docker compose logs` and the like put a name before the line.
    if let Some(object) = text.find('{').and_then(|start| text.get(start..))
        && let Ok(line) = serde_json::from_str::<Structured>(object)
    {
        return match line {
            Structured { log: Some(inner), .. } => plain(inner.trim(), &mut hand_on),
            line => structured(line, &mut hand_on),
        };
    }
    plain(text, &mut hand_on)
}

/// A line that is not JSON.
fn plain(text: &str, hand_on: &mut dyn FnMut(Request<'_>) -> Line) -> Line {
    if let Some(request) = access(text) {
        return hand_on(request);
    }
    if let Ok(line) = serde_json::from_str::<Structured>(text) {
        return structured(line, hand_on);
    }
    let inside = text.trim_start_matches(['{', '[']).trim_start();
    if inside.starts_with("\"events\"") {
        return Line::Notifications;
    }
    structured(logfmt(text), hand_on)
}

fn structured(line: Structured, hand_on: &mut dyn FnMut(Request<'_>) -> Line) -> Line {
    if line.events.is_some() {
        return Line::Notifications;
    }
    let Some(message) = &line.message else { return Line::Strange };
    if line.level.is_none() {
        return Line::Strange;
    }
    // Other lines, such as `authorized request` and `response completed with error`, repeat the
    // request; errors have no bytes that matter.
    let (Some(method), Some(target), Some(status), Some(bytes)) =
        (line.method, line.target, line.status, line.written)
    else {
        return Line::Log;
    };
    if message != "response completed" {
        return Line::Log;
    }
    let client = line.client.unwrap_or_default();
    hand_on(Request {
        form: Form::Structured,
        method: method.into(),
        target: target.into(),
        status,
        bytes,
        client: without_port(&client).into(),
        time: line.time.as_deref().and_then(rfc3339),
    })
}

/// The fields of distribution's log that are looked at. Its `logstash` formatter calls the first
/// two by other names; Docker's json-file driver wraps a whole line in `log`.
#[derive(Debug, Default, Deserialize)]
struct Structured {
    #[serde(alias = "@timestamp")]
    time: Option<String>,
    #[serde(rename = "msg", alias = "message")]
    message: Option<String>,
    level: Option<String>,
    log: Option<String>,
    #[serde(rename = "http.request.method")]
    method: Option<String>,
    #[serde(rename = "http.request.uri")]
    target: Option<String>,
    #[serde(rename = "http.request.remoteaddr")]
    client: Option<String>,
    #[serde(rename = "http.response.status")]
    status: Option<u16>,
    #[serde(rename = "http.response.written")]
    written: Option<u64>,
    events: Option<serde::de::IgnoredAny>,
}

/// `host ident user [date] "METHOD target HTTP/x" status bytes ...`, with anything before it.
fn access(text: &str) -> Option<Request<'_>> {
    let (head, rest) = text.split_once('"')?;
    let (before, date) = head.trim_end().strip_suffix(']')?.rsplit_once('[')?;
    let client = before.split_ascii_whitespace().rev().nth(2)?;
    let (request, rest) = rest.split_once("\" ")?;
    let mut words = request.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    if !version.starts_with("HTTP/") || words.next().is_some() {
        return None;
    }
    let mut answer = rest.split(' ');
    let status = answer.next()?.parse().ok()?;
    let bytes = match answer.next()? {
        "-" => 0,
        bytes => bytes.parse().ok()?,
    };
    let time = DateTime::parse_from_str(date, "%d/%b/%Y:%H:%M:%S %z").ok()?;
    Some(Request {
        form: Form::Access,
        method: method.into(),
        target: target.into(),
        status,
        bytes,
        client: without_port(client).into(),
        time: Some(time.to_utc()),
    })
}

/// `key=value key="quoted value"`, with anything before it.
fn logfmt(text: &str) -> Structured {
    let mut line = Structured::default();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('=') {
        let key = before.rsplit(' ').next().unwrap_or_default();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => unquoted(quoted),
            None => {
                let (value, next) = after.split_once(' ').unwrap_or((after, ""));
                (value.to_owned(), next)
            }
        };
        rest = next;
        match key {
            "time" => line.time = Some(value),
            "msg" => line.message = Some(value),
            "level" => line.level = Some(value),
            "http.request.method" => line.method = Some(value),
            "http.request.uri" => line.target = Some(value),
            "http.request.remoteaddr" => line.client = Some(value),
            "http.response.status" => line.status = value.parse().ok(),
            "http.response.written" => line.written = value.parse().ok(),
            _ => {}
        }
    }
    line
}

/// What stands before the closing quote, and what follows it.
fn unquoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => {
                value.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return (value, text.get(at + 1..).unwrap_or_default()),
            c => value.push(c),
        }
    }
    (value, "")
}

fn rfc3339(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc())
}

/// `10.0.0.7:46280`, `[2001:db8::7]:46280`, or an address alone, as forwarded ones are.
fn without_port(address: &str) -> &str {
    if let Some(inside) = address.strip_prefix('[') {
        return inside.split(']').next().unwrap_or(inside);
    }
    match address.split_once(':') {
        Some((host, port)) if !port.contains(':') => host,
        _ => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Form, request, status, bytes and client.
    type Told = (Form, String, u16, u64, String);

    fn requests(text: &str) -> (Line, Vec<Told>) {
        let mut all = Vec::new();
        let line = read(text, &mut |request| {
            let Request { form, method, target, status, bytes, client, .. } = request;
            all.push((form, format!("{method} {target}"), status, bytes, client.into_owned()));
        });
        (line, all)
    }

    fn one(text: &str) -> Told {
        let (line, mut all) = requests(text);
        assert_eq!(line, Line::Log, "{text}");
        all.pop().unwrap()
    }

    const ACCESS: &str = r#"10.0.0.7 - - [23/Nov/2026:08:06:55 +0000] "GET /v2/a/blobs/sha256:00 HTTP/1.1" 206 1301107 "" "x""#;
    const LOGFMT: &str = r#"time="2026-11-23T17:49:04.771171241Z" level=info msg="response completed" http.request.method=GET http.request.remoteaddr="[2001:db8::7]:38358" http.request.uri="/v2/a/blobs/sha256:00" http.request.useragent="a \" http.response.written=9 \\" http.response.status=200 http.response.written=77"#;

    #[test]
    fn each_form_of_a_request_is_read() {
        let access = one(ACCESS);
        let expected = "GET /v2/a/blobs/sha256:00".to_owned();
        assert_eq!(access, (Form::Access, expected.clone(), 206, 1_301_107, "10.0.0.7".to_owned()));
        // What looks like a field inside of the quoted user agent is none.
        let expected = (Form::Structured, expected, 200, 77, "2001:db8::7".to_owned());
        assert_eq!(one(LOGFMT), expected);
    }

    #[test]
    fn lines_that_docker_or_compose_wrapped_are_unwrapped() {
        let wrapped = serde_json::json!({"log": format!("{ACCESS}\n"), "stream": "stdout"});
        for text in [format!("registry-1  | {ACCESS}"), wrapped.to_string()] {
            assert_eq!(one(&text), one(ACCESS), "{text}");
        }
        let wrapped = serde_json::json!({"log": LOGFMT, "stream": "stderr"});
        assert_eq!(one(&wrapped.to_string()), one(LOGFMT));
        assert_eq!(one(&format!("registry-1  | {LOGFMT}")), one(LOGFMT));
    }

    #[test]
    fn what_is_no_request_is_told_apart() {
        let error = LOGFMT.replace("response completed", "response completed with error");
        assert_eq!(requests(&error), (Line::Log, Vec::new()));
        let start =
            r#"{"level":"info","msg":"redis not configured","time":"2026-11-23T08:06:53Z"}"#;
        assert_eq!(requests(start), (Line::Log, Vec::new()));
        for text in ["{   \"events\": [      {", "\"events\": [", r#"{"events":[]}"#] {
            assert_eq!(requests(text).0, Line::Notifications, "{text}");
        }
        let huge = ACCESS.replace("1301107", "18446744073709551615");
        for text in
            ["", "hello", "{}", "[1]", "a=b", "\u{0}\u{1}", "\"GET / HTTP/1.1\" 200 2", &huge]
        {
            assert_eq!(requests(text), (Line::Strange, Vec::new()), "{text}");
        }
    }
}
