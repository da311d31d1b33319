//! JUnit XML, by the elements and attributes of Jenkins' `junit-10.xsd` (the xUnit plugin's, read
//! 2026-11-25), which is what test reporters have in common. Files were validated against it.

use super::{BASELINE, MAIN, PULL_REQUEST, check, code, file, read, shown};

/// Elements with the attributes that they may have; those after `|` they may do without.
const SHAPE: [(&str, &str); 6] = [
    ("testsuites", "|name time tests failures errors"),
    (
        "testsuite",
        "name tests failures errors|group time skipped timestamp hostname id package file log url",
    ),
    ("testcase", "name|time classname group"),
    ("failure", "|type message"),
    ("error", "|type message"),
    ("system-out", ""),
];

/// Opening tags with their attributes, in order.
fn tags(xml: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut tags = Vec::new();
    for part in xml.split('<').skip(1).filter(|part| !part.starts_with(['/', '?'])) {
        let (tag, _) = part.split_once('>').unwrap();
        let (name, mut rest) = tag.trim_end_matches('/').split_once(' ').unwrap_or((tag, ""));
        let mut attributes = Vec::new();
        while let Some((key, after)) = rest.trim_start().split_once("=\"") {
            let (value, after) = after.split_once('"').unwrap();
            attributes.push((key.to_owned(), value.to_owned()));
            rest = after;
        }
        tags.push((name.to_owned(), attributes));
    }
    tags
}

fn assert_shape(xml: &str) {
    assert!(xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"), "{xml}");
    for (name, attributes) in tags(xml) {
        let known = SHAPE.iter().find(|(element, _)| *element == name);
        let (_, known) = known.unwrap_or_else(|| panic!("<{name}> is not JUnit: {xml}"));
        let (needed, may) = known.split_once('|').unwrap_or((known, ""));
        for (key, _) in &attributes {
            let mut all = needed.split(' ').chain(may.split(' '));
            assert!(all.any(|known| known == key), "<{name} {key}=...> is not JUnit: {xml}");
        }
        for needed in needed.split_whitespace() {
            assert!(attributes.iter().any(|(key, _)| key == needed), "<{name}> without {needed}");
        }
    }
}

fn attribute(xml: &str, element: &str, key: &str) -> Vec<String> {
    let found = tags(xml).into_iter().filter(|(name, _)| name == element);
    found
        .flat_map(|(_, attributes)| attributes)
        .filter(|(name, _)| name == key)
        .map(|(_, value)| value)
        .collect()
}

#[test]
fn one_test_case_for_each_gate() {
    let flags = ["--budget=5", "--budget-per=team=3", "--baseline", BASELINE, "--max-increase=4%"];
    let run = check(PULL_REQUEST, &[&flags[..], &["--format", "junit"]].concat());
    assert_eq!(code(&run), 3);
    let xml = shown(&run);
    assert_shape(&xml);
    let names = attribute(&xml, "testcase", "name");
    assert_eq!(names, ["budget", "budget-per team", "max-increase"]);
    for element in ["testsuites", "testsuite"] {
        assert_eq!(attribute(&xml, element, "tests"), ["3"]);
        assert_eq!(attribute(&xml, element, "failures"), ["2"]);
        assert_eq!(attribute(&xml, element, "errors"), ["0"]);
    }
    let messages = attribute(&xml, "failure", "message");
    assert!(messages[1].contains("$4.00 became $4.20 a month, +$0.200 (+5 %)"), "{messages:?}");
    assert!(xml.contains(">data: $3.20, $0.200 above</failure>"), "{xml}");
    assert_eq!(xml, shown(&check(PULL_REQUEST, &[&flags[..], &["--format", "junit"]].concat())));
}

#[test]
fn what_cannot_be_told_is_an_error_and_hostile_names_are_text() {
    let folder = tempfile::tempdir().unwrap();
    let text = read(MAIN)
        .replace("[fleet]\n", "[fleet]\ncurrency = \"EUR\"\n")
        .replace("two services", "<![CDATA[ ]]> \\\" & \\u001b[31m \\uFFFE \\uFFFF \\u202E");
    let fleet = file(&folder, "fleet.toml", &text);
    let xml = shown(&check(&fleet, &["--budget", "5", "--format", "junit"]));
    assert_shape(&xml);
    assert_eq!(attribute(&xml, "testsuite", "errors"), ["1"]);
    assert_eq!(attribute(&xml, "testsuite", "failures"), ["0"]);
    assert!(xml.contains("<error "), "{xml}");
    // XML 1.0, production 2: these are no characters.
    assert!(!xml.contains(['\u{1b}', '\u{fffe}', '\u{ffff}', '\u{202e}']), "{xml}");
    assert!(!xml.contains("<!["), "{xml}");
}

#[test]
fn gates_that_differ_in_their_limit_only_are_two_tests() {
    let flags = ["--budget-per=team=1", "--budget-per=team=2", "--budget=1000"];
    let xml = shown(&check(MAIN, &[&flags[..], &["--format", "junit"]].concat()));
    assert_eq!(
        attribute(&xml, "testcase", "name"),
        ["budget", "budget-per team=1", "budget-per team=2"]
    );
}

#[test]
fn only_gates_are_test_results() {
    for arguments in [&["estimate", MAIN][..], &["compare", MAIN], &["prices", "list"]] {
        let run = crate::command::imgcost(&[arguments, &["--format", "junit"]].concat());
        assert_eq!(code(&run), 2, "{arguments:?}");
    }
}
