use imgcost_image::{ImageError, Options, Platform, ReadLayers, Reference};
use imgcost_registry::{Client, ClientOptions, Credentials, Transport};

use crate::fake::{Fake, Reply, anonymous, client, given};

/// SHA-256 of `{}`, as `printf '{}' | sha256sum` prints it.
const EMPTY: &str = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

fn inspect(client: &Client, host: &str, version: &str) -> ImageError {
    let platform = Platform::linux_amd64();
    let options = Options {
        platform: &platform,
        layers: ReadLayers::No,
        max_unpacked: Options::MAX_UNPACKED,
        progress: &|_| {},
    };
    let reference = Reference::parse(&format!("registry://{host}/a/b{version}")).unwrap();
    client.inspect(&reference, options).unwrap_err()
}

#[test]
fn a_manifest_of_more_than_four_mebibytes_is_not_read() {
    let fake = Fake::script(vec![Reply::new(200, vec![b' '; (4 << 20) + 1])]);
    let error = inspect(&anonymous(), &fake.host, ":1");
    assert!(error.problem.contains("more than 4 MiB"), "{error}");
}

#[test]
fn a_manifest_must_be_what_its_digest_says() {
    let fake = Fake::script(vec![Reply::new(200, "{} ")]);
    let error = inspect(&anonymous(), &fake.host, &format!("@{EMPTY}"));
    assert!(error.problem.contains(&format!("not {EMPTY}")), "{error}");
    let fake = Fake::script(vec![Reply::new(200, "{} ").with("Docker-Content-Digest", EMPTY)]);
    let error = inspect(&anonymous(), &fake.host, ":1");
    assert!(error.problem.contains(&format!("not {EMPTY}")), "{error}");
}

#[test]
fn all_four_kinds_of_manifests_are_asked_for() {
    let fake = Fake::script(vec![Reply::new(404, "")]);
    inspect(&anonymous(), &fake.host, ":1");
    let seen = fake.seen();
    assert_eq!(seen[0].path(), "/v2/a/b/manifests/1");
    let accept = seen[0].header("accept").unwrap();
    for kind in [
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    ] {
        assert!(accept.split(", ").any(|accepted| accepted == kind), "{kind}");
    }
}

#[test]
fn a_reference_without_a_tag_is_not_guessed() {
    let error = inspect(&anonymous(), "registry.example", "");
    assert!(error.help.unwrap().contains(":latest"));
}

#[test]
fn redirects_come_to_an_end() {
    let fake = Fake::script(vec![Reply::new(307, "").with("Location", "/again")]);
    let error = anonymous().tags(&fake.host, "a/b").unwrap_err();
    assert!(error.problem.contains("too often"), "{error}");
    assert_eq!(fake.seen().len(), 6);
}

#[test]
fn a_login_server_that_redirects_gets_no_refresh_token_sent_on() {
    let other = Fake::script(vec![Reply::new(200, r#"{"token":"x"}"#)]);
    let target = format!("http://{}/token", other.host);
    let fake = Fake::start(move |host, request| {
        if request.path().starts_with("/token") {
            Reply::new(307, "").with("Location", target.as_str())
        } else {
            let challenge = format!(r#"Bearer realm="http://{host}/token""#);
            Reply::new(401, "").with("WWW-Authenticate", challenge)
        }
    });
    let (client, _) = client(given("me", "pw"));
    // The password stays; a token of another host is of no use.
    client.tags(&fake.host, "a/b").unwrap_err();
    assert!(other.seen().iter().all(|seen| seen.header("authorization").is_none()));
}

#[test]
fn what_is_no_list_of_tags_is_an_error() {
    for body in ["", "<html>", "[]", r#"{"tags":{"a":1}}"#, &"[".repeat(100_000)] {
        let fake = Fake::script(vec![Reply::new(200, body)]);
        assert!(anonymous().tags(&fake.host, "a/b").is_err(), "{body:.20}");
    }
}

#[test]
fn a_secure_client_takes_no_address_without_tls_from_a_registry() {
    let client = Client::new(ClientOptions::usual(Transport::Tls, Credentials::Anonymous));
    assert!(client.tags("user:pw@host", "a/b").is_err());
    assert!(client.tags("host", "../x").is_err());
    assert!(client.repositories("host/path").is_err());
}
