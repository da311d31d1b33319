//! One request in, one answer out.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Body, Bytes};
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use tokio::sync::Semaphore;

use crate::host;
use crate::page::Page;
use crate::query::parameters;
use crate::{Audience, Refusal, Site};

/// The longest target of a request: all flags at once take some hundred bytes.
const MAX_TARGET: usize = 4096;

pub(crate) type Reply = Response<Full<Bytes>>;

/// What answers need, shared by all connections.
pub(crate) struct Desk {
    pub(crate) site: Site,
    pub(crate) page: Page,
    pub(crate) audience: Audience,
    /// How many answers are computed at a time.
    pub(crate) work: Arc<Semaphore>,
    /// How long an answer may take, waiting for its turn included.
    pub(crate) patience: Duration,
}

#[derive(Clone, Copy)]
enum Document {
    Whatif,
    Fleet,
}

/// The answer to a request, whatever it is.
pub(crate) async fn answer<B: Body>(request: &Request<B>, desk: &Arc<Desk>) -> Reply {
    let mut reply = match refused(request, desk) {
        Some(reply) => reply,
        None => match request.uri().path() {
            "/" => page(&desk.page),
            "/api/whatif" => computed(Document::Whatif, request, desk).await,
            "/api/fleet.toml" => computed(Document::Fleet, request, desk).await,
            path => refusal(
                StatusCode::NOT_FOUND,
                &format!("there is nothing at `{}`", shown(path)),
                Some("the page is at /, its answers at /api/whatif and /api/fleet.toml"),
            ),
        },
    };
    let headers = reply.headers_mut();
    let common = [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in common {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        let nothing = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
        headers.insert(header::CONTENT_SECURITY_POLICY, nothing);
    }
    reply
}

/// What is not even looked at.
fn refused<B: Body>(request: &Request<B>, desk: &Desk) -> Option<Reply> {
    if !host::is_meant(request, &desk.audience) {
        let help = match desk.audience {
            Audience::ThisMachine => "use the address that the server printed, or localhost",
            Audience::Network(_) => "use the server's address, or start it with --allow-host NAME",
        };
        let error = "this server does not answer for that host";
        return Some(refusal(StatusCode::MISDIRECTED_REQUEST, error, Some(help)));
    }
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        let error = "there is nothing to change here";
        let mut reply =
            refusal(StatusCode::METHOD_NOT_ALLOWED, error, Some("use GET with parameters"));
        reply.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return Some(reply);
    }
    if !request.body().is_end_stream() {
        let error = "a request has no body here";
        return Some(refusal(StatusCode::PAYLOAD_TOO_LARGE, error, Some("use parameters")));
    }
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    (target > MAX_TARGET).then(|| {
        let error = format!("the address is longer than {MAX_TARGET} bytes");
        refusal(StatusCode::URI_TOO_LONG, &error, None)
    })
}

fn page(page: &Page) -> Reply {
    let mut reply = bytes("text/html; charset=utf-8", page.document.clone().into_bytes());
    if let Ok(policy) = HeaderValue::from_str(&page.policy) {
        reply.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    reply
}

/// Computes away from the thread that talks, if there is a turn in time.
async fn computed<B>(document: Document, request: &Request<B>, desk: &Arc<Desk>) -> Reply {
    let parameters = match parameters(request.uri().query().unwrap_or_default()) {
        Ok(parameters) => parameters,
        Err(error) => return refusal(StatusCode::BAD_REQUEST, error, None),
    };
    let work = async {
        let turn = desk.work.clone().acquire_owned().await.ok()?;
        let desk = desk.clone();
        let compute = move || {
            // Kept until the work is done, even if nobody waits for it any more.
            let _turn = turn;
            match document {
                Document::Whatif => (desk.site.whatif)(&parameters),
                Document::Fleet => (desk.site.fleet)(&parameters),
            }
        };
        tokio::task::spawn_blocking(compute).await.ok()
    };
    match tokio::time::timeout(desk.patience, work).await {
        Ok(Some(Ok(answer))) => match document {
            Document::Whatif => bytes("application/json", answer),
            Document::Fleet => {
                let mut reply = bytes("application/toml; charset=utf-8", answer);
                let file = HeaderValue::from_static("attachment; filename=\"fleet.toml\"");
                reply.headers_mut().insert(header::CONTENT_DISPOSITION, file);
                reply
            }
        },
        Ok(Some(Err(Refusal { error, help }))) => {
            refusal(StatusCode::BAD_REQUEST, &error, help.as_deref())
        }
        Ok(None) => refusal(StatusCode::INTERNAL_SERVER_ERROR, "the computation failed", None),
        Err(_) => {
            let help = Some("try again");
            refusal(StatusCode::SERVICE_UNAVAILABLE, "the server is busy", help)
        }
    }
}

fn bytes(kind: &'static str, body: Vec<u8>) -> Reply {
    let mut reply = Response::new(Full::new(Bytes::from(body)));
    reply.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    reply
}

fn refusal(status: StatusCode, error: &str, help: Option<&str>) -> Reply {
    let body = serde_json::json!({ "error": error, "help": help });
    let mut reply = bytes("application/json", format!("{body}\n").into_bytes());
    *reply.status_mut() = status;
    reply
}

/// A path as a message repeats it.
fn shown(path: &str) -> String {
    path.chars().take(100).collect()
}
