use std::fs;

use imgcost_registry::{Client, ClientOptions, Credentials, Transport};

use crate::fake::{Fake, Reply, Seen, anonymous, client, given};

const PASSWORD: &str = "hunter2-very-secret";

/// A registry whose tags are for holders of the token `t0ken` only, which its `/token` hands out
/// as `grant` decides.
fn guarded(grant: impl Fn(&Seen) -> Reply + Send + 'static) -> Fake {
    Fake::start(move |host, request| {
        if request.path().starts_with("/token") {
            return grant(request);
        }
        if request.header("authorization") == Some("Bearer t0ken") {
            return Reply::new(200, r#"{"tags":["1"]}"#);
        }
        let challenge = format!(
            r#"Bearer realm="http://{host}/token",service="the registry",scope="repository:a/b:pull""#
        );
        Reply::new(
            401,
            r#"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"#,
        )
        .with("WWW-Authenticate", challenge)
    })
}

#[test]
fn a_token_is_fetched_once_and_used_for_all_of_a_repository() {
    let fake = guarded(|_| Reply::new(200, r#"{"token":"t0ken","expires_in":300}"#));
    let client = anonymous();
    assert_eq!(client.tags(&fake.host, "a/b").unwrap(), ["1"]);
    assert_eq!(client.tags(&fake.host, "a/b").unwrap(), ["1"]);
    let seen = fake.seen();
    let paths: Vec<_> = seen.iter().map(Seen::path).collect();
    let tags = "/v2/a/b/tags/list?n=1000";
    let token = "/token?service=the%20registry&scope=repository:a/b:pull";
    assert_eq!(paths, [tags, token, tags, tags]);
    assert_eq!(seen[0].header("authorization"), None);
    assert_eq!(seen[1].header("authorization"), None);
}

#[test]
fn a_password_goes_to_the_token_server_and_a_token_to_the_registry() {
    let fake = guarded(|_| Reply::new(200, r#"{"access_token":"t0ken"}"#));
    let (client, _) = client(given("me", "pw"));
    client.tags(&fake.host, "a/b").unwrap();
    // `printf me:pw | base64` prints bWU6cHc=.
    assert_eq!(fake.seen()[1].header("authorization"), Some("Basic bWU6cHc="));
}

#[test]
fn a_token_that_ran_out_is_renewed() {
    // Valid for no second at all.
    let fake = guarded(|_| Reply::new(200, r#"{"token":"t0ken","expires_in":0}"#));
    let client = anonymous();
    client.tags(&fake.host, "a/b").unwrap();
    client.tags(&fake.host, "a/b").unwrap();
    assert_eq!(fake.seen().iter().filter(|seen| seen.path().starts_with("/token")).count(), 2);
}

#[test]
fn a_token_that_is_not_accepted_is_renewed_once_and_then_given_up() {
    let fake = guarded(|_| Reply::new(200, r#"{"token":"other"}"#));
    let error = anonymous().tags(&fake.host, "a/b").unwrap_err();
    assert!(error.problem.contains("asks for a login"), "{error}");
    assert_eq!(fake.seen().len(), 3);
}

#[test]
fn an_identity_token_of_a_docker_config_is_posted_as_a_refresh_token() {
    let fake = guarded(|_| Reply::new(200, r#"{"access_token":"t0ken"}"#));
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.json");
    let entry = format!(r#"{{"auths":{{"{}":{{"identitytoken":"ref/resh"}}}}}}"#, fake.host);
    fs::write(&config, entry).unwrap();
    let (client, _) = client(Credentials::Stored(vec![folder.path().join("none.json"), config]));
    client.tags(&fake.host, "a/b").unwrap();
    let seen = &fake.seen()[1];
    assert_eq!(seen.line, "POST /token HTTP/1.1");
    for field in [
        "grant_type=refresh_token",
        "refresh_token=ref%2Fresh",
        "service=the+registry",
        "scope=repository%3Aa%2Fb%3Apull",
    ] {
        let body = seen.body.replace("%20", "+");
        assert!(body.split('&').any(|part| part == field), "{field} is not in {body}");
    }
}

#[test]
fn basic_is_answered_with_the_password() {
    let fake = Fake::start(|_, request| match request.header("authorization") {
        Some("Basic bWU6cHc=") => Reply::new(200, r#"{"tags":["1"]}"#),
        _ => Reply::new(401, "").with("WWW-Authenticate", r#"Basic realm="x""#),
    });
    let (right, _) = client(given("me", "pw"));
    assert_eq!(right.tags(&fake.host, "a/b").unwrap(), ["1"]);
    let (wrong, _) = client(given("me", PASSWORD));
    let error = wrong.tags(&fake.host, "a/b").unwrap_err();
    assert!(error.help.unwrap().contains(&format!("docker login {}", fake.host)));
    let error = anonymous().tags(&fake.host, "a/b").unwrap_err();
    assert!(error.problem.contains("asks for a login"), "{error}");
}

#[test]
fn a_wrong_password_is_told_and_not_shown_even_if_the_registry_repeats_it() {
    let fake = guarded(|request| {
        let sent = request.header("authorization").unwrap_or_default();
        let body =
            format!(r#"{{"errors":[{{"code":"DENIED","message":"bad {sent} {PASSWORD}"}}]}}"#);
        Reply::new(401, body)
    });
    let (client, _) = client(given("me", PASSWORD));
    let error = client.tags(&fake.host, "a/b").unwrap_err();
    assert!(error.problem.contains("refuses the user name or password"), "{error}");
    assert!(!format!("{error:?} {client:?}").contains(PASSWORD));
}

#[test]
fn neither_passwords_nor_tokens_are_in_messages_or_debug_output() {
    // `printf 'me:hunter2-very-secret' | base64`
    let encoded = "bWU6aHVudGVyMi12ZXJ5LXNlY3JldA==";
    let fake = Fake::start(|host, request| {
        if request.path().starts_with("/token") {
            return Reply::new(200, r#"{"token":"t0ken-of-mine"}"#);
        }
        let sent = request.header("authorization").unwrap_or_default();
        let status = if sent.is_empty() { 401 } else { 403 };
        let body = format!(r#"{{"errors":[{{"code":"DENIED","message":"no: {sent}"}}]}}"#);
        let challenge = format!(r#"Bearer realm="http://{host}/token""#);
        Reply::new(status, body).with("WWW-Authenticate", challenge)
    });
    let (client, _) = client(given("me", PASSWORD));
    let error = client.tags(&fake.host, "a/b").unwrap_err();
    assert!(error.problem.contains("denies access"), "{error}");
    let seen = fake.seen();
    assert_eq!(seen[1].header("authorization"), Some(format!("Basic {encoded}").as_str()));
    assert_eq!(seen[2].header("authorization"), Some("Bearer t0ken-of-mine"));
    let shown = format!("{error} {error:?} {client:?} {client:#?}");
    for secret in [PASSWORD, encoded, "t0ken-of-mine"] {
        assert!(!shown.contains(secret), "{secret} is in {shown}");
    }
}

#[test]
fn a_login_does_not_follow_a_redirect_to_another_host() {
    let other = Fake::script(vec![Reply::new(200, r#"{"tags":["moved"]}"#)]);
    let target = format!("http://{}/elsewhere?X-Signature=s3cret", other.host);
    let fake = Fake::start(move |_, request| match request.header("authorization") {
        None => Reply::new(401, "").with("WWW-Authenticate", "Basic"),
        Some(_) if request.path().starts_with("/same") => {
            Reply::new(307, "").with("Location", target.as_str())
        }
        Some(_) => Reply::new(307, "").with("Location", "/same"),
    });
    let (client, _) = client(given("me", "pw"));
    assert_eq!(client.tags(&fake.host, "a/b").unwrap(), ["moved"]);
    assert_eq!(fake.seen()[2].header("authorization"), Some("Basic bWU6cHc="), "same host");
    assert_eq!(other.seen()[0].header("authorization"), None, "another host");
}

#[test]
fn a_registry_without_tls_gets_nothing_unless_asked_for() {
    let fake = Fake::script(vec![Reply::new(200, r#"{"tags":[]}"#)]);
    let client = Client::new(ClientOptions::usual(Transport::Tls, given("me", PASSWORD)));
    let error = client.tags(&fake.host, "a/b").unwrap_err();
    assert!(fake.seen().is_empty(), "{:?}", fake.seen());
    assert!(error.help.as_deref().is_some_and(|help| help.contains("--plain-http")), "{error:?}");
}
