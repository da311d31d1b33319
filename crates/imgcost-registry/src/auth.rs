use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use ureq::http::{HeaderMap, Uri, header};

use crate::address::{Host, Origin};
use crate::challenge::{Challenge, strongest};
use crate::client::Transport;
use crate::credentials::{Credentials, Login, Secret};
use crate::failure::{Failure, Problem};
use crate::stored;
use crate::wire::{Request, Wire};

const MAX_TOKEN: u64 = 1 << 20;
const CLIENT_ID: &str = "imgcost";

/// What a token is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Scope {
    /// Reading a repository.
    Pull(String),
    /// Listing repositories.
    Catalog,
}

/// The value of an `Authorization` header.
#[derive(Debug, Clone)]
pub(crate) struct Authorization(Secret);

/// Logins and tokens of all registries that were asked for so far.
#[derive(Debug)]
pub(crate) struct Logins {
    credentials: Credentials,
    logins: Mutex<HashMap<String, Login>>,
    granted: Mutex<HashMap<(String, Scope), Grant>>,
    secrets: Mutex<Vec<Secret>>,
}

#[derive(Debug, Clone)]
struct Grant {
    authorization: Authorization,
    until: Option<Instant>,
}

#[derive(Deserialize)]
struct TokenBody {
    token: Option<String>,
    access_token: Option<String>,
    expires_in: Option<u64>,
}

impl Logins {
    pub(crate) fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            logins: Mutex::default(),
            granted: Mutex::default(),
            secrets: Mutex::default(),
        }
    }

    /// Sends a request with what was granted so far; if that does not suffice, answers the
    /// registry's challenge once and sends it again.
    pub(crate) fn authorized<T>(
        &self,
        wire: &Wire,
        host: &Host,
        scope: &Scope,
        send: impl Fn(Option<&Authorization>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let granted = self.granted(host, scope);
        match send(granted.as_ref()) {
            Err(Failure::Answer(answer)) if answer.status == 401 => {
                lock(&self.granted).remove(&(host.name.clone(), scope.clone()));
                match self.answer(wire, host, scope, &answer.headers)? {
                    Some(authorization) => send(Some(&authorization)),
                    None => Err(Failure::Answer(answer)),
                }
            }
            other => other,
        }
    }

    /// Whether a login, and not just a token for anyone, is known for a registry.
    pub(crate) fn is_logged_in(&self, host: &Host) -> bool {
        let logins = lock(&self.logins);
        logins.get(&host.name).is_some_and(|login| !matches!(login, Login::Anonymous))
    }

    /// Everything that messages must not repeat.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        lock(&self.secrets).clone()
    }

    fn granted(&self, host: &Host, scope: &Scope) -> Option<Authorization> {
        let granted = lock(&self.granted);
        let grant = granted.get(&(host.name.clone(), scope.clone()))?;
        let valid = grant.until.is_none_or(|until| Instant::now() < until);
        valid.then(|| grant.authorization.clone())
    }

    fn keep_secret(&self, text: &str) -> Secret {
        let secret = Secret::new(text);
        let mut secrets = lock(&self.secrets);
        if !text.is_empty() && !secrets.contains(&secret) {
            secrets.push(secret.clone());
        }
        secret
    }

    fn login(&self, host: &Host) -> Result<Login, Failure> {
        let mut logins = lock(&self.logins);
        if let Some(login) = logins.get(&host.name) {
            return Ok(login.clone());
        }
        let login = match &self.credentials {
            Credentials::Anonymous => Login::Anonymous,
            Credentials::Stored(files) => stored::find(files, host).map_err(Failure::Local)?,
            Credentials::Given { username, password } => {
                Login::Password { username: username.clone(), password: password.clone() }
            }
        };
        if let Login::Password { password: secret, .. } | Login::IdentityToken(secret) = &login {
            self.keep_secret(secret.reveal());
        }
        logins.insert(host.name.clone(), login.clone());
        Ok(login)
    }

    /// Answers a challenge; `None` if there is nothing to answer it with.
    fn answer(
        &self,
        wire: &Wire,
        host: &Host,
        scope: &Scope,
        headers: &HeaderMap,
    ) -> Result<Option<Authorization>, Failure> {
        let challenges = headers.get_all(header::WWW_AUTHENTICATE).iter();
        let challenge = strongest(challenges.filter_map(|value| value.to_str().ok()));
        let login = self.login(host)?;
        let grant = match (challenge, &login) {
            (Some(Challenge::Basic), Login::Password { username, password }) => {
                Grant { authorization: self.basic(username, password), until: None }
            }
            (Some(Challenge::Bearer { realm, service, scope: asked }), login) => {
                let realm = trusted_realm(&realm, wire.transport())?;
                // Several scopes are separated by spaces and asked for one by one.
                let scopes = asked.unwrap_or_else(|| scope.to_string());
                let query = Query { service: service.as_deref(), scopes: &scopes };
                self.token(wire, host, &realm, &query, login)?
            }
            _ => return Ok(None),
        };
        let key = (host.name.clone(), scope.clone());
        lock(&self.granted).insert(key, grant.clone());
        Ok(Some(grant.authorization))
    }

    fn basic(&self, username: &str, password: &Secret) -> Authorization {
        let encoded = STANDARD.encode(format!("{username}:{}", password.reveal()));
        self.keep_secret(&encoded);
        Authorization(Secret::new(format!("Basic {encoded}")))
    }

    fn token(
        &self,
        wire: &Wire,
        host: &Host,
        realm: &Uri,
        query: &Query<'_>,
        login: &Login,
    ) -> Result<Grant, Failure> {
        let fetched = match login {
            Login::IdentityToken(token) => {
                let mut form = vec![
                    ("grant_type", "refresh_token"),
                    ("client_id", CLIENT_ID),
                    ("refresh_token", token.reveal()),
                    ("scope", query.scopes),
                ];
                form.extend(query.service.map(|service| ("service", service)));
                let address = realm.clone();
                let form = Some(form.as_slice());
                let request = Request { address, accept: "", authorization: None, form };
                wire.document(&request, MAX_TOKEN)
            }
            Login::Anonymous | Login::Password { .. } => {
                let basic = match login {
                    Login::Password { username, password } => Some(self.basic(username, password)),
                    _ => None,
                };
                let address = query.on(realm)?;
                let authorization = basic.as_ref();
                let request = Request { address, accept: "", authorization, form: None };
                wire.document(&request, MAX_TOKEN)
            }
        };
        let fetched = fetched.map_err(|failure| match failure {
            Failure::Answer(answer) if matches!(answer.status, 400 | 401 | 403) => {
                login_refused(host, login)
            }
            other => other,
        })?;
        let malformed =
            || Failure::Refused(Problem::new(format!("{} hands out no usable token", host.name)));
        let body: TokenBody = serde_json::from_slice(&fetched.bytes).map_err(|_| malformed())?;
        let texts = [body.token, body.access_token].into_iter().flatten();
        let token = texts
            .into_iter()
            .find(|text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic()))
            .ok_or_else(malformed)?;
        self.keep_secret(&token);
        // A minute unless it says otherwise (distribution's token specification); renewed a
        // little early, since the registry's clock decides.
        let seconds = body.expires_in.unwrap_or(60).min(24 * 3600);
        let until = Instant::now().checked_add(Duration::from_secs(seconds - seconds / 10));
        Ok(Grant { authorization: Authorization(Secret::new(format!("Bearer {token}"))), until })
    }
}

impl Authorization {
    /// For the header, and nothing else.
    pub(crate) fn header(&self) -> &str {
        self.0.reveal()
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Pull(repository) => write!(f, "repository:{repository}:pull"),
            Self::Catalog => f.write_str("registry:catalog:*"),
        }
    }
}

/// What a token is asked for with.
struct Query<'q> {
    service: Option<&'q str>,
    scopes: &'q str,
}

impl Query<'_> {
    /// The address to get a token from.
    fn on(&self, realm: &Uri) -> Result<Uri, Failure> {
        let mut text = realm.to_string();
        let service = self.service.map(|service| ("service", service));
        let scopes = self.scopes.split_whitespace().map(|scope| ("scope", scope));
        for (name, value) in service.into_iter().chain(scopes) {
            text.push(if text.contains('?') { '&' } else { '?' });
            text.push_str(name);
            text.push('=');
            text.push_str(&encoded(value));
        }
        let invalid = || Failure::Refused(Problem::new("the registry asks for no valid token"));
        text.parse().map_err(|_| invalid())
    }
}

/// Percent-encodes the value of a query's field.
fn encoded(value: &str) -> String {
    value.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~:/,".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
        text
    })
}

/// The server that hands out tokens is sent the password: only over TLS, unless asked otherwise.
fn trusted_realm(realm: &str, transport: Transport) -> Result<Uri, Failure> {
    let refused = |problem: &str| Failure::Refused(Problem::new(problem));
    let uri: Uri =
        realm.parse().map_err(|_| refused("the registry names no valid login server"))?;
    let origin =
        Origin::of(&uri).ok_or_else(|| refused("the registry names no valid login server"))?;
    if !origin.tls && transport == Transport::Tls {
        return Err(refused("the registry wants the login over plain http, which anyone can read"));
    }
    Ok(uri)
}

fn login_refused(host: &Host, login: &Login) -> Failure {
    let host = &host.name;
    Failure::Refused(match login {
        Login::Anonymous => Problem::new(format!("{host} asks for a login to read it"))
            .help(format!("check its name, or log in first: docker login {host}")),
        Login::Password { .. } => Problem::new(format!("{host} refuses the user name or password"))
            .help(format!("log in again: docker login {host}")),
        Login::IdentityToken(_) => Problem::new(format!("{host} refuses the stored login"))
            .help(format!("it may have run out; log in again: docker login {host}")),
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is behind these locks is whole at any time.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_asked_for_scope_by_scope() {
        let realm: Uri = "https://x/token?client=1".parse().unwrap();
        let query = Query { service: Some("a b&c"), scopes: "repository:x/y:pull other" };
        assert_eq!(
            query.on(&realm).ok().unwrap().to_string(),
            "https://x/token?client=1&service=a%20b%26c&scope=repository:x/y:pull&scope=other"
        );
    }

    #[test]
    fn a_login_goes_over_tls_unless_asked_otherwise() {
        assert!(trusted_realm("http://auth.example/token", Transport::Tls).is_err());
        assert!(trusted_realm("http://auth.example/token", Transport::PlainHttp).is_ok());
        assert!(trusted_realm("https://auth.example/token", Transport::Tls).is_ok());
        assert!(trusted_realm("/token", Transport::PlainHttp).is_err());
    }
}
