//! Settings of rules, and what is wrong with them, all at once.

use imgcost_dockerfile::rules::{Level, Severity, settings};

fn told(text: &str) -> Vec<(&'static str, &str)> {
    let problems = settings("imgcost.toml", text).unwrap_err();
    problems.into_iter().map(|found| (found.code, &text[found.span])).collect()
}

#[test]
fn every_problem_is_told_at_once_and_where_it_is() {
    let text = "fail-on = \"warn\"\nfail_on = \"info\"\n[rules]\nrun-as-root = \"off\"\nno-healthcheck = true\nfull-os-base = \"high\"\n";
    assert_eq!(
        told(text),
        [
            ("unknown-value", "\"warn\""),
            ("unknown-key", "fail_on"),
            ("unknown-rule", "run-as-root"),
            ("unknown-value", "true"),
            ("unknown-value", "\"high\""),
        ]
    );
    let problems = settings("imgcost.toml", text).unwrap_err();
    assert!(problems[1].help.starts_with("did you mean `fail-on`?"), "{}", problems[1].help);
    assert!(problems[2].help.starts_with("did you mean `runs-as-root`?"), "{}", problems[2].help);
}

#[test]
fn what_is_no_toml_or_no_table_is_told() {
    assert_eq!(told("rules = \"off\"\n"), [("wrong-type", "\"off\"")]);
    assert_eq!(told("[rules\n")[0].0, "toml-syntax");
}

#[test]
fn levels_are_read() {
    let read =
        settings("imgcost.toml", "rules.no-healthcheck = \"off\"\nrules.npm-install = \"error\"\n")
            .unwrap();
    assert_eq!(read.level("no-healthcheck"), Some(Level::Off));
    assert_eq!(read.level("npm-install"), Some(Level::At(Severity::Error)));
    assert_eq!((read.level("full-os-base"), read.fail_on), (None, None));
}
