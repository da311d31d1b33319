use crate::fake::{Fake, Reply, Seen, anonymous};

#[test]
fn pages_are_followed_by_their_links_even_if_they_are_opaque() {
    let fake = Fake::start(|host, request| match request.path() {
        "/v2/a/b/tags/list?n=1000" => Reply::new(200, r#"{"name":"a/b","tags":["1","2"]}"#)
            .with("Link", r#"</v2/a/b/tags/list?n=1000&last=2>; rel="next""#),
        "/v2/a/b/tags/list?n=1000&last=2" => {
            let link = format!(r#"<http://{host}/v2/a/b/tags/list?token=b3BhcXVl%2B>; rel="next""#);
            Reply::new(200, r#"{"tags":["3"]}"#).with("Link", link)
        }
        "/v2/a/b/tags/list?token=b3BhcXVl%2B" => Reply::new(200, r#"{"tags":["4"]}"#),
        other => Reply::new(404, other),
    });
    assert_eq!(anonymous().tags(&fake.host, "a/b").unwrap(), ["1", "2", "3", "4"]);
}

#[test]
fn the_repositories_of_a_registry_are_listed() {
    let fake = Fake::script(vec![
        Reply::new(200, r#"{"repositories":["a","b/c"]}"#)
            .with("Link", r#"</v2/_catalog?last=b%2Fc&n=2>; rel="next""#),
        Reply::new(200, r#"{"repositories":["d"]}"#),
    ]);
    assert_eq!(anonymous().repositories(&fake.host).unwrap(), ["a", "b/c", "d"]);
    let seen = fake.seen();
    let paths: Vec<_> = seen.iter().map(Seen::path).collect();
    assert_eq!(paths, ["/v2/_catalog?n=1000", "/v2/_catalog?last=b%2Fc&n=2"]);
}

#[test]
fn a_repository_whose_tags_were_deleted_is_empty() {
    let fake = Fake::script(vec![Reply::new(200, r#"{"name":"a/b","tags":null}"#)]);
    assert!(anonymous().tags(&fake.host, "a/b").unwrap().is_empty());
}

#[test]
fn pages_in_a_circle_come_to_an_end() {
    let fake = Fake::script(vec![
        Reply::new(200, r#"{"tags":["1"]}"#).with("Link", r#"<?n=1000>; rel="next""#),
    ]);
    let error = anonymous().tags(&fake.host, "a/b").unwrap_err();
    assert!(error.problem.contains("circle"), "{error}");
    assert_eq!(fake.seen().len(), 1);
}

#[test]
fn a_next_page_on_another_host_is_not_asked_for() {
    let other = Fake::script(vec![Reply::new(200, r#"{"tags":["evil"]}"#)]);
    let link = format!(r#"<http://{}/v2/a/b/tags/list>; rel="next""#, other.host);
    let fake = Fake::script(vec![Reply::new(200, r#"{"tags":["1"]}"#).with("Link", link)]);
    let error = anonymous().tags(&fake.host, "a/b").unwrap_err();
    assert!(error.problem.contains("another host"), "{error}");
    assert!(other.seen().is_empty());
}

#[test]
fn names_that_would_change_an_address_are_refused() {
    let fake = Fake::script(vec![Reply::new(200, r#"{"tags":["1","../../x?y"]}"#)]);
    let error = anonymous().tags(&fake.host, "a/b").unwrap_err();
    assert!(error.problem.contains("no name of a tag"), "{error}");
}
