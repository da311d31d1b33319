//! How the worked example looks. Numbers are checked elsewhere; these hold words and alignment.

use imgcost::fleet::defaults::Assumption;

use crate::fixture::*;

fn full() -> [String; 2] {
    let services = [service("web")];
    let comparison = worked_example();
    let mut report = report(&comparison);
    report.setting = vec!["20 nodes, 60 deploys a month; AWS ECR us-east-1, path nat".into()];
    report.alternatives =
        imgcost::estimate::alternatives(&fleet(), &services, &prices(), terms()).unwrap();
    report.compression = Some(number("2.7"));
    report.effort = Some(money("1440"));
    let assumption = |name: &str, value: &str| Assumption {
        name: name.into(),
        value: value.into(),
        basis: "assumed".into(),
        source: "the specification".into(),
    };
    report.assumptions =
        vec![assumption("compression-ratio", "2.7"), assumption("base-refreshes", "2/month")];
    [text(&report), markdown(&report)]
}

#[test]
fn text_of_the_worked_example() {
    let [text, _] = full();
    insta::assert_snapshot!(text);
}

#[test]
fn markdown_of_the_worked_example() {
    let [_, markdown] = full();
    insta::assert_snapshot!(markdown);
}
