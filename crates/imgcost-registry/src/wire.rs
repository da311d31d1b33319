use std::fmt;
use std::io;
use std::time::{Duration, SystemTime};

use ureq::http::{HeaderMap, Response, Uri, header};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body, Timeout};

use crate::address::{Origin, resolve};
use crate::auth::Authorization;
use crate::client::{ClientOptions, Transport};
use crate::failure::{Answer, Failure, Problem};
use crate::retry;

const CONNECT: Duration = Duration::from_secs(10);
const IDLE: Duration = Duration::from_secs(30);
const MAX_REDIRECTS: u32 = 5;
const MAX_ERROR_BODY: u64 = 64 << 10;

/// Sends requests: redirects, tries again, bounds what comes back.
pub(crate) struct Wire {
    agent: Agent,
    options: ClientOptions,
}

/// What to ask for.
pub(crate) struct Request<'r> {
    pub(crate) address: Uri,
    /// Media types, separated by commas; empty for any.
    pub(crate) accept: &'r str,
    pub(crate) authorization: Option<&'r Authorization>,
    /// The fields of a form to post; without them it is a GET.
    pub(crate) form: Option<&'r [(&'r str, &'r str)]>,
}

/// A whole document.
#[derive(Debug)]
pub(crate) struct Fetched {
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Wire {
    pub(crate) fn new(options: ClientOptions) -> Self {
        let config = Agent::config_builder()
            .user_agent(concat!("imgcost/", env!("CARGO_PKG_VERSION")))
            .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
            .https_only(options.transport == Transport::Tls)
            .http_status_as_error(false)
            // Redirects are followed here, where it is known who may see a login.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_resolve(Some(CONNECT))
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(IDLE))
            .timeout_per_read(Some(IDLE))
            .build();
        Self { agent: config.new_agent(), options }
    }

    pub(crate) fn transport(&self) -> Transport {
        self.options.transport
    }

    /// A document of at most `limit` bytes.
    pub(crate) fn document(&self, request: &Request<'_>, limit: u64) -> Result<Fetched, Failure> {
        self.persistently(request, || {
            let (parts, body) = self.follow(request, Some(self.options.timeout))?.into_parts();
            let bytes = body.into_with_config().limit(limit.saturating_add(1)).read_to_vec();
            let bytes = match bytes {
                Ok(bytes) if bytes.len() as u64 <= limit => bytes,
                Ok(_) | Err(ureq::Error::BodyExceedsLimit(_)) => return Err(too_large(limit)),
                Err(error) => return Err(broken(error)),
            };
            Ok(Fetched { headers: parts.headers, bytes })
        })
    }

    /// A blob as a stream of at most `limit` bytes.
    pub(crate) fn stream(
        &self,
        request: &Request<'_>,
        limit: u64,
    ) -> Result<Box<dyn io::Read + Send>, Failure> {
        let response = self.persistently(request, || self.follow(request, None))?;
        Ok(Box::new(io::Read::take(response.into_body().into_reader(), limit)))
    }

    fn persistently<T>(
        &self,
        request: &Request<'_>,
        attempt: impl Fn() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut retries = 0;
        loop {
            let failure = match attempt() {
                Ok(done) => return Ok(done),
                Err(failure) => failure,
            };
            match retry::wait(&failure, retries, SystemTime::now()) {
                Some(wait) if retries < self.options.retries => {
                    retries += 1;
                    let host = request.address.host().unwrap_or_default();
                    let why = match &failure {
                        Failure::Answer(answer) => format!("answers {}", answer.status),
                        _ => "does not answer".to_owned(),
                    };
                    (self.options.notice)(&format!(
                        "{host} {why}: waiting {:.1} s, then try {} of {}",
                        wait.as_secs_f64(),
                        retries + 1,
                        self.options.retries + 1
                    ));
                    (self.options.sleep)(wait);
                }
                _ => return Err(failure),
            }
        }
    }

    /// One request with its redirects, which take no login to another host.
    fn follow(
        &self,
        request: &Request<'_>,
        timeout: Option<Duration>,
    ) -> Result<Response<Body>, Failure> {
        let origin = Origin::of(&request.address);
        let mut address = request.address.clone();
        let mut trusted = true;
        for _ in 0..=MAX_REDIRECTS {
            let now = Origin::of(&address);
            trusted = trusted && now == origin;
            let authorization = request.authorization.filter(|_| trusted);
            let response = self.send(request, &address, authorization, timeout)?;
            match response.status().as_u16() {
                200..=299 => return Ok(response),
                301..=303 | 307 | 308 => {
                    let location = response.headers().get(header::LOCATION);
                    let next = location.and_then(|to| resolve(&address, to.to_str().ok()?));
                    let Some(next) = next else {
                        return Err(refused("redirects to no valid address", None));
                    };
                    if request.form.is_some() {
                        return Err(refused("redirects a login", None));
                    }
                    let secure = Origin::of(&next).is_some_and(|next| next.tls);
                    let was_secure = now.is_some_and(|now| now.tls);
                    if !secure && (was_secure || self.transport() == Transport::Tls) {
                        return Err(refused("redirects from https to plain http", None));
                    }
                    address = next;
                }
                status => {
                    let (parts, body) = response.into_parts();
                    // A body that breaks off still tells its status.
                    let body = body.into_with_config().limit(MAX_ERROR_BODY).read_to_vec();
                    let (headers, body) = (parts.headers, body.unwrap_or_default());
                    return Err(Failure::Answer(Box::new(Answer { status, headers, body })));
                }
            }
        }
        Err(refused("redirects too often", None))
    }

    fn send(
        &self,
        request: &Request<'_>,
        address: &Uri,
        authorization: Option<&Authorization>,
        timeout: Option<Duration>,
    ) -> Result<Response<Body>, Failure> {
        // Nobody's proxy leads to this machine.
        let direct = Origin::of(address).is_some_and(|origin| origin.is_loopback());
        let sent = match request.form {
            Some(form) => {
                let post = self.agent.post(address).config().timeout_global(timeout);
                let post = if direct { post.proxy(None) } else { post };
                post.build().send_form(form.iter().copied())
            }
            None => {
                let get = self.agent.get(address).config().timeout_global(timeout);
                let mut get = if direct { get.proxy(None) } else { get }.build();
                if !request.accept.is_empty() {
                    get = get.header(header::ACCEPT, request.accept);
                }
                if let Some(authorization) = authorization {
                    get = get.header(header::AUTHORIZATION, authorization.header());
                }
                get.call()
            }
        };
        sent.map_err(broken)
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").field("options", &self.options).finish_non_exhaustive()
    }
}

fn refused(what_it_does: &str, help: Option<&str>) -> Failure {
    let problem = Problem::new(format!("the registry {what_it_does}"));
    Failure::Refused(Problem { help: help.map(str::to_owned), ..problem })
}

fn too_large(limit: u64) -> Failure {
    let (size, unit) = if limit >= 1 << 20 { (limit >> 20, "MiB") } else { (limit >> 10, "KiB") };
    Failure::Refused(Problem::new(format!(
        "the registry sends a document of more than {size} {unit}"
    )))
}

/// Troubles of the network in words. Addresses are left out: redirects carry signatures in them.
fn broken(error: ureq::Error) -> Failure {
    use io::ErrorKind as Kind;
    let network = |problem: &str| Failure::Network(Problem::new(problem));
    match error {
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => Failure::Network(
            Problem::new("the host cannot be reached: no connection in 10 s")
                .help("check the host, the network and the proxy (HTTPS_PROXY)"),
        ),
        ureq::Error::Timeout(_) => network("the registry stopped answering"),
        ureq::Error::HostNotFound => no_host(),
        ureq::Error::Io(error) => {
            let text = error.to_string();
            match error.kind() {
                Kind::ConnectionRefused => Failure::Network(
                    Problem::new("nothing listens there: the connection is refused")
                        .help("check the host and the port"),
                ),
                Kind::InvalidData => secure(&text),
                // The standard library has no kind for it.
                _ if text.contains("lookup address") => no_host(),
                Kind::TimedOut | Kind::WouldBlock => network("the registry stopped answering"),
                _ => network(&format!("the connection broke: {}", error.kind())),
            }
        }
        ureq::Error::Rustls(error) => secure(&error.to_string()),
        ureq::Error::Tls(text) => secure(text),
        ureq::Error::RequireHttpsOnly(_) => refused(
            "leads to plain http",
            Some("use --plain-http for a registry without https, on networks you trust"),
        ),
        ureq::Error::ConnectProxyFailed(_) | ureq::Error::InvalidProxyUrl => Failure::Refused(
            Problem::new("the proxy does not connect").help("check HTTPS_PROXY and NO_PROXY"),
        ),
        ureq::Error::Protocol(_) | ureq::Error::Http(_) | ureq::Error::LargeResponseHeader(..) => {
            refused(
                "does not speak HTTP as it should",
                Some("check the host and the port; with --plain-http, whether it speaks https"),
            )
        }
        _ => network("the connection broke"),
    }
}

fn no_host() -> Failure {
    Failure::Refused(
        Problem::new("there is no host of this name").help("check the host and the network"),
    )
}

/// Troubles of TLS.
fn secure(text: &str) -> Failure {
    Failure::Refused(if text.contains("corrupt message") {
        Problem::new("there is no https at this address")
            .help("use --plain-http for a registry without https, on networks you trust")
    } else if text.contains("certificate") {
        let text: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
        Problem::new(format!("its certificate is not trusted: {text}"))
            .help("for a private authority, set SSL_CERT_FILE to a file with its certificate")
    } else {
        Problem::new("no secure connection could be made")
            .help("use --plain-http for a registry without https, on networks you trust")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, kind: io::ErrorKind) -> Problem {
        match broken(ureq::Error::Io(io::Error::new(kind, text))) {
            Failure::Refused(problem) => problem,
            other => panic!("worth another try: {other:?}"),
        }
    }

    #[test]
    fn a_host_that_does_not_exist_is_not_tried_again() {
        // What std says for registry.invalid on Linux.
        let text = "failed to lookup address information: Name or service not known";
        assert!(told(text, io::ErrorKind::Other).problem.contains("no host of this name"));
    }

    #[test]
    fn a_certificate_of_nobody_known_is_explained() {
        // What rustls says of a private authority.
        let told = told("invalid peer certificate: UnknownIssuer", io::ErrorKind::InvalidData);
        assert!(told.problem.contains("not trusted"), "{told:?}");
        assert!(told.help.unwrap().contains("SSL_CERT_FILE"));
    }
}
