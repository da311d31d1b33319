//! Price files: all that ship are read, and what is wrong is refused.

use imgcost::price::{Minimum, PriceUnit, Regions, Scope};
use imgcost_read::{PriceFile, read_prices};

const ROW: &str = r#"
[[price]]
id = "aws.nat.data"
regions = ["eu-west-1"]
unit = "GiB"
rate = "0.048"
effective-from = "2026-05-01"
source = "https://aws.amazon.com/vpc/pricing/"
evidence = "read on the page"
checked = "2026-11-23"
confidence = "price-list"
"#;

fn codes(text: &str) -> Vec<&'static str> {
    let read = read_prices("pricing/aws/nat.toml", text, PriceFile::Shipped);
    read.unwrap_err().iter().map(|problem| problem.code).collect()
}

#[test]
fn every_shipped_file_is_read() {
    for (name, text) in imgcost_prices::FILES {
        let rows = read_prices(name, text, PriceFile::Shipped)
            .unwrap_or_else(|problems| panic!("{problems:#?}"));
        assert_eq!(rows.len(), text.matches("[[price]]").count(), "{name}");
    }
}

#[test]
fn a_row_says_what_its_keys_say() {
    let text = ROW.replace(
        "rate = \"0.048\"",
        "tiers = [{ from = \"0\", rate = \"0.09\" }, { from = \"10240\", rate = \"0.085\" }]",
    ) + "scope = \"account\"\nfree = { amount = \"100\", scope = \"account\" }\nminimum = { days = 90 }\nmonth-hours = 720\nto = [\"us-east-1\"]\n";
    let row = &read_prices("aws/nat", &text, PriceFile::Shipped).unwrap()[0];
    assert_eq!((row.id.as_str(), row.unit, row.month_hours), ("aws.nat.data", PriceUnit::Gib, 720));
    assert!(matches!(&row.regions, Regions::Only(regions) if &*regions[0] == "eu-west-1"));
    assert_eq!(
        (row.tiers[1].from.to_string(), row.tiers[1].rate.to_string()),
        ("10240".into(), "0.085".into())
    );
    assert_eq!(
        (row.scope, row.free.as_ref().unwrap().amount.to_string()),
        (Scope::Account, "100".into())
    );
    assert_eq!(row.minimum, Some(Minimum::Days(90)));
    assert_eq!(&*row.to.as_ref().unwrap()[0], "us-east-1");
    assert_eq!(row.checked.to_string(), "2026-11-23");
}

#[test]
fn groups_are_expanded_and_regions_are_held_once() {
    let text = format!(
        "[groups]\neurope = [\"eu-west-1\", \"eu-west-2\"]\n{}",
        ROW.replace("[\"eu-west-1\"]", "[\"@europe\", \"us-east-1\"]")
    );
    let row = &read_prices("aws/nat", &text, PriceFile::Shipped).unwrap()[0];
    let Regions::Only(regions) = &row.regions else { panic!("regions") };
    let names: Vec<_> = regions.iter().map(|region| &**region).collect();
    assert_eq!(names, ["eu-west-1", "eu-west-2", "us-east-1"]);
}

#[test]
fn what_is_wrong_is_refused() {
    let change = |from: &str, to: &str| {
        assert!(ROW.contains(from), "{from}");
        codes(&ROW.replace(from, to))
    };
    let line =
        |key: &str| ROW.lines().find(|line| line.starts_with(key)).unwrap().to_owned() + "\n";
    for key in [
        "id",
        "regions",
        "unit",
        "rate",
        "effective-from",
        "source",
        "evidence",
        "checked",
        "confidence",
    ] {
        assert_eq!(change(&line(key), ""), ["missing-key"], "{key}");
    }
    let cases = [
        ("\"0.048\"", "0.048", "unquoted-decimal"),
        ("\"0.048\"", "1", "unquoted-decimal"),
        ("\"0.048\"", "\"-0.048\"", "negative-number"),
        ("\"0.048\"", "\"4.8e-2\"", "exponent-notation"),
        ("\"0.048\"", "\"NaN\"", "not-a-number"),
        ("\"GiB\"", "\"GB/month\"", "unknown-unit"),
        ("\"price-list\"", "\"given\"", "unknown-confidence"),
        ("[\"eu-west-1\"]", "[\"@nowhere\"]", "unknown-group"),
        ("[\"eu-west-1\"]", "[]", "empty-value"),
        ("[\"eu-west-1\"]", "[\"*\", \"eu-west-1\"]", "conflicting-keys"),
        ("https://aws.amazon.com/vpc/pricing/", "ftp://example.com", "bad-source"),
        ("2026-11-23", "1926-11-23", "date-out-of-range"),
        ("aws.nat.data", "aws.transfer.data", "wrong-file"),
        ("aws.nat.data", "AWS NAT", "malformed-value"),
        ("rate = \"0.048\"", "tiers = []", "unsorted-tiers"),
        ("rate = \"0.048\"", "tiers = [{ from = \"1\", rate = \"1\" }]", "unsorted-tiers"),
        (
            "rate = \"0.048\"",
            "rate = \"1\"\ntiers = [{ from = \"0\", rate = \"1\" }]",
            "conflicting-keys",
        ),
        ("unit =", "units = \"GiB\"\nunit =", "unknown-key"),
        ("unit =", "effective-to = \"2026-04-01\"\nunit =", "ends-before-it-begins"),
    ];
    for (from, to, code) in cases {
        assert_eq!(change(from, to), [code], "{to}");
    }
    assert_eq!(codes(&format!("{ROW}{ROW}")), ["overlapping-prices"]);
    assert_eq!(codes(""), ["no-prices"]);
}

#[test]
fn a_user_s_own_prices_need_less() {
    let text = ROW
        .replace("https://aws.amazon.com/vpc/pricing/", "our contract")
        .replace("evidence = \"read on the page\"\n", "")
        .replace("confidence = \"price-list\"\n", "");
    assert_eq!(
        read_prices("ours.toml", &text, PriceFile::Overlay).unwrap()[0].source,
        "our contract"
    );
    let text = text.replace("source = \"our contract\"\n", "");
    assert_eq!(
        read_prices("ours.toml", &text, PriceFile::Overlay).unwrap_err()[0].code,
        "missing-key"
    );
}
