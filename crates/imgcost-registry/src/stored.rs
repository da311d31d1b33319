use std::collections::BTreeMap;
use std::env;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use docker_credential::{CredentialRetrievalError, DockerCredential, get_credential_from_reader};
use imgcost_image::ImageError;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::address::Host;
use crate::credentials::{Login, Secret};

/// A docker config is a few KiB.
const MAX_FILE: u64 = 1 << 20;

/// The part of a docker config that decides whom to ask.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    auths: Option<BTreeMap<String, Option<IgnoredEntry>>>,
    cred_helpers: Option<BTreeMap<String, String>>,
    creds_store: Option<String>,
}

/// Whether an entry of `auths` has anything in it: beside a credential store, Docker leaves empty
/// ones behind.
#[derive(Deserialize)]
struct IgnoredEntry {
    auth: Option<NonEmpty>,
    identitytoken: Option<NonEmpty>,
    username: Option<IgnoredAny>,
}

/// Whether a text has anything in it; the text itself is not kept.
struct NonEmpty(bool);

impl<'de> Deserialize<'de> for NonEmpty {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(!text.is_empty()))
    }
}

/// The files in which docker and podman keep logins, most specific first.
pub(crate) fn usual_files() -> Vec<PathBuf> {
    let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    let home = env::home_dir();
    let docker = variable("DOCKER_CONFIG")
        .map(PathBuf::from)
        .or_else(|| home.as_ref().map(|home| home.join(".docker")));
    let configs = variable("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| home.as_ref().map(|home| home.join(".config")));
    let containers = |folder: PathBuf| folder.join("containers").join("auth.json");
    [
        variable("REGISTRY_AUTH_FILE").map(PathBuf::from),
        docker.map(|folder| folder.join("config.json")),
        variable("XDG_RUNTIME_DIR").map(PathBuf::from).map(containers),
        configs.map(containers),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The login that the first of these files has for a registry.
pub(crate) fn find(files: &[PathBuf], host: &Host) -> Result<Login, ImageError> {
    for file in files {
        match read(file).map_err(|problem| unreadable(file, &problem))? {
            None => {}
            Some(text) => match login(file, &text, host)? {
                Login::Anonymous => {}
                login => return Ok(login),
            },
        }
    }
    Ok(Login::Anonymous)
}

/// A file's text; `None` if it is not there.
fn read(file: &Path) -> Result<Option<Vec<u8>>, String> {
    let open = match File::open(file) {
        Ok(open) => open,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error.kind().to_string()),
    };
    let mut text = Vec::new();
    open.take(MAX_FILE + 1).read_to_end(&mut text).map_err(|error| error.kind().to_string())?;
    if text.len() as u64 > MAX_FILE {
        return Err("it is larger than 1 MiB".into());
    }
    Ok(Some(text))
}

fn login(file: &Path, text: &[u8], host: &Host) -> Result<Login, ImageError> {
    let config: Config =
        serde_json::from_slice(text).map_err(|_| unreadable(file, "it is no docker config"))?;
    let Some((server, helper)) = config.whom_to_ask(host) else {
        return Ok(Login::Anonymous);
    };
    if let Some(helper) = helper {
        // The name becomes part of a command's: a slash would run a program of any folder.
        let plain = helper.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        if !plain || helper.is_empty() {
            let problem = format!("`{}` is no name of a credential helper", helper.escape_debug());
            return Err(unreadable(file, &problem));
        }
    }
    use CredentialRetrievalError as Error;
    match get_credential_from_reader(text, &server) {
        Ok(DockerCredential::IdentityToken(token)) => Ok(Login::IdentityToken(Secret::new(token))),
        Ok(DockerCredential::UsernamePassword(username, password)) => {
            Ok(Login::Password { username, password: Secret::new(password) })
        }
        Err(Error::NoCredentialConfigured) => Ok(Login::Anonymous),
        // All of Docker's helpers answer with this text if they know nothing.
        Err(Error::HelperFailure { stdout, .. }) if stdout.contains("credentials not found") => {
            Ok(Login::Anonymous)
        }
        Err(error) => {
            let helper = helper.unwrap_or_default();
            // What a helper printed is not repeated: a password may be in it.
            let (problem, help) = match error {
                Error::HelperCommunicationError => (
                    format!("its credential helper docker-credential-{helper} cannot be run"),
                    format!("install docker-credential-{helper}, or remove it from the file"),
                ),
                Error::HelperFailure { .. } | Error::MalformedHelperResponse => (
                    format!("its credential helper docker-credential-{helper} failed"),
                    format!("try `echo {server} | docker-credential-{helper} get`"),
                ),
                _ => (
                    format!("its login for {} cannot be read", host.name),
                    format!("log in again: docker login {}", host.name),
                ),
            };
            Err(ImageError::new(file.display().to_string(), problem).help(help))
        }
    }
}

impl Config {
    /// The name under which a registry is known, and the helper that will be asked for it.
    fn whom_to_ask(&self, host: &Host) -> Option<(String, Option<&str>)> {
        let names = names(&host.name);
        let helpers = self.cred_helpers.as_ref();
        let helped = names.iter().find_map(|name| {
            let helper = helpers?.get(name).filter(|helper| !helper.is_empty())?;
            Some((name.clone(), Some(helper.as_str())))
        });
        let written =
            || names.iter().find(|name| self.has_login(name)).map(|name| (name.clone(), None));
        let store = || {
            let store = self.creds_store.as_deref().filter(|store| !store.is_empty())?;
            Some((names.first()?.clone(), Some(store)))
        };
        helped.or_else(written).or_else(store)
    }

    fn has_login(&self, name: &str) -> bool {
        let entry = self.auths.as_ref().and_then(|auths| auths.get(name)?.as_ref());
        entry.is_some_and(|entry| {
            let set = |text: &Option<NonEmpty>| text.as_ref().is_some_and(|text| text.0);
            set(&entry.auth) || set(&entry.identitytoken) || entry.username.is_some()
        })
    }
}

/// The names under which a registry may be stored, the usual one first.
fn names(host: &str) -> Vec<String> {
    if host == Host::DOCKER_HUB {
        let hub = [
            "https://index.docker.io/v1/",
            "index.docker.io",
            "docker.io",
            "https://index.docker.io/v2/",
            "registry-1.docker.io",
        ];
        return hub.map(str::to_owned).to_vec();
    }
    let forms = ["", "https://", "http://"].into_iter();
    forms
        .flat_map(|scheme| {
            let paths = if scheme.is_empty() { &[""][..] } else { &["", "/", "/v1/", "/v2/"] };
            paths.iter().map(move |path| format!("{scheme}{host}{path}"))
        })
        .collect()
}

fn unreadable(file: &Path, problem: &str) -> ImageError {
    ImageError::new(file.display().to_string(), problem)
        .help("correct it, or set DOCKER_CONFIG to a folder with another config.json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Transport;

    fn found(config: &str, host: &str) -> Result<Login, ImageError> {
        let host = Host::parse(host, Transport::Tls).unwrap();
        login(Path::new("config.json"), config.as_bytes(), &host)
    }

    #[test]
    fn docker_hub_is_stored_under_its_old_address() {
        // "me:pw" in base64, as `printf me:pw | base64` prints it.
        let config = r#"{"auths":{"https://index.docker.io/v1/":{"auth":"bWU6cHc="}}}"#;
        for host in ["docker.io", "index.docker.io", "registry-1.docker.io"] {
            let Login::Password { username, password } = found(config, host).unwrap() else {
                panic!("no password for {host}");
            };
            assert_eq!((username.as_str(), password.reveal()), ("me", "pw"));
        }
        assert!(matches!(found(config, "ghcr.io"), Ok(Login::Anonymous)));
    }

    #[test]
    fn an_identity_token_goes_before_the_password_beside_it() {
        let config = r#"{"auths":{"x.azurecr.io":{"auth":"bWU6cHc=","identitytoken":"refresh"}}}"#;
        let login = found(config, "x.azurecr.io").unwrap();
        assert!(matches!(login, Login::IdentityToken(token) if token.reveal() == "refresh"));
    }

    #[test]
    fn no_file_and_an_empty_entry_mean_anonymous() {
        let host = Host::parse("ghcr.io", Transport::Tls).unwrap();
        let nowhere = [PathBuf::from("/nonexistent/config.json")];
        assert!(matches!(find(&nowhere, &host), Ok(Login::Anonymous)));
        for config in [r#"{"auths":{"ghcr.io":{}}}"#, r#"{"auths":{"ghcr.io":{"auth":""}}}"#, "{}"]
        {
            assert!(matches!(found(config, "ghcr.io"), Ok(Login::Anonymous)), "{config}");
        }
    }

    #[test]
    fn a_helper_with_a_path_is_refused_and_not_run() {
        for config in [
            r#"{"credHelpers":{"ghcr.io":"x/../../../bin/evil"}}"#,
            r#"{"credsStore":"../evil"}"#,
            r#"{"credsStore":"a b"}"#,
        ] {
            let error = found(config, "ghcr.io").unwrap_err();
            assert!(error.problem.contains("no name of a credential helper"), "{error}");
        }
    }

    #[test]
    fn a_helper_that_is_not_installed_is_named() {
        let error = found(r#"{"credsStore":"imgcost-missing"}"#, "ghcr.io").unwrap_err();
        assert!(error.problem.contains("docker-credential-imgcost-missing"), "{error}");
    }

    #[test]
    fn a_broken_entry_is_reported_without_its_content() {
        let error = found(r#"{"auths":{"ghcr.io":{"auth":"c2VjcmV0"}}}"#, "ghcr.io").unwrap_err();
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        assert!(error.help.unwrap().contains("docker login ghcr.io"));
    }
}
