use std::sync::Arc;
use std::time::Duration;

use imgcost_registry::{Client, ClientOptions, Credentials, Transport};

use crate::fake::{Fake, Reply, client};

#[test]
fn a_registry_that_asks_for_time_gets_it() {
    let fake = Fake::script(vec![
        Reply::new(429, r#"{"errors":[{"code":"TOOMANYREQUESTS"}]}"#).with("Retry-After", "1"),
        Reply::new(429, "").with("Retry-After", "0"),
        Reply::new(200, r#"{"tags":["1"]}"#),
    ]);
    let (client, waits) = client(Credentials::Anonymous);
    assert_eq!(client.tags(&fake.host, "a/b").unwrap(), ["1"]);
    assert_eq!(*waits.lock().unwrap(), [1_000, 0]);
}

#[test]
fn a_registry_that_fails_for_a_moment_is_asked_again() {
    let fake = Fake::script(vec![
        Reply::new(503, ""),
        Reply::new(502, "<html>"),
        Reply::new(200, r#"{"tags":["1"]}"#),
    ]);
    let (client, waits) = client(Credentials::Anonymous);
    assert_eq!(client.tags(&fake.host, "a/b").unwrap(), ["1"]);
    assert_eq!(*waits.lock().unwrap(), [500, 1_000]);
}

#[test]
fn after_four_retries_it_is_told_what_is_wrong() {
    let fake = Fake::script(vec![Reply::new(503, "")]);
    let (client, waits) = client(Credentials::Anonymous);
    let error = client.tags(&fake.host, "a/b").unwrap_err();
    assert!(error.problem.contains("503"), "{error}");
    assert_eq!(fake.seen().len(), 5);
    assert_eq!(*waits.lock().unwrap(), [500, 1_000, 2_000, 4_000]);
}

#[test]
fn a_used_up_limit_is_explained_at_once() {
    let fake = Fake::script(vec![
        Reply::new(429, r#"{"errors":[{"code":"TOOMANYREQUESTS","message":"pull rate limit"}]}"#)
            .with("ratelimit-limit", "100;w=21600")
            .with("ratelimit-remaining", "0;w=21600"),
    ]);
    let (client, waits) = client(Credentials::Anonymous);
    let error = client.tags(&fake.host, "a/b").unwrap_err();
    assert!(error.problem.contains("100 pulls in 6 h; 0 left"), "{error}");
    assert!(waits.lock().unwrap().is_empty());
}

#[test]
fn nobody_there_is_told_in_plain_words() {
    // A port that was free a moment ago.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    drop(listener);
    let (client, waits) = client(Credentials::Anonymous);
    let error = client.tags(&host, "a/b").unwrap_err();
    assert!(error.problem.contains("nothing listens there"), "{error}");
    assert_eq!(waits.lock().unwrap().len(), 4);
}

#[test]
fn a_registry_that_never_answers_is_given_up() {
    // Connections are accepted by the system, and nobody reads from them.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let options = ClientOptions {
        timeout: Duration::from_millis(100),
        retries: 1,
        sleep: Arc::new(|_| {}),
        ..ClientOptions::usual(Transport::PlainHttp, Credentials::Anonymous)
    };
    let error = Client::new(options).tags(&host, "a/b").unwrap_err();
    assert!(error.problem.contains("stopped answering"), "{error}");
}
