//! Fleet files with what they must come to: `tests/cases/fleets/*/`. Expected values are evaluated
//! from the arithmetic beside them, not taken from the program.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;

use crate::command::{json, number, root};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    about: String,
    expect: Vec<Expect>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    /// A path into the JSON, or `lines.SIDE.COMPONENT.amount` for the sum over such lines.
    at: String,
    value: String,
    working: String,
}

#[test]
fn fleets_come_to_what_was_worked_out_by_hand() {
    let folder = root().join("tests/cases/fleets");
    let mut checked = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let folder = entry.unwrap().path();
        let expected: Expected =
            toml::from_str(&std::fs::read_to_string(folder.join("expected.toml")).unwrap())
                .unwrap();
        let fleet = folder.join("fleet.toml");
        let output = json(&["compare", fleet.to_str().unwrap(), "--quiet"]);
        for expect in expected.expect {
            let found = find(&output, &expect.at);
            let value: Decimal = expect.value.parse().unwrap();
            assert_eq!(
                found.round_dp(value.scale()),
                value,
                "{}: {}: {} is {} by hand, {found} by imgcost",
                folder.display(),
                expected.about,
                expect.at,
                expect.working
            );
            checked += 1;
        }
    }
    assert!(checked > 70, "only {checked} expectations were found");
}

fn find(output: &Value, at: &str) -> Decimal {
    let Some(rest) = at.strip_prefix("lines.") else {
        let pointer = format!("/{}", at.replace('.', "/"));
        return number(output.pointer(&pointer).unwrap_or_else(|| panic!("there is no {at}")));
    };
    let mut parts = rest.split('.');
    let (side, component, what) =
        (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    let lines = output["lines"].as_array().unwrap().iter();
    let lines: Vec<&Value> =
        lines.filter(|line| line["side"] == side && line["component"] == component).collect();
    assert!(!lines.is_empty(), "there is no line {at}");
    lines.iter().map(|line| number(&line[what])).sum()
}
