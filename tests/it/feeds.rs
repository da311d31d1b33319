//! Vendors' price lists, from the file to the bill; drift and staleness of price files.

use std::collections::{BTreeMap, BTreeSet};

use imgcost::price::PriceRow;
use imgcost_feeds::{Mapping, Vendor};
use imgcost_read::{PriceFile, read_prices};

use crate::command::{imgcost, json, number, root, stdout};

const LISTS: &str = "crates/imgcost-feeds/tests/lists";

/// All lists of a vendor, as arguments.
fn lists(vendor: &str) -> Vec<String> {
    let mut files: Vec<String> = std::fs::read_dir(root().join(LISTS))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(&format!("{vendor}-")))
        .map(|name| format!("{LISTS}/{name}"))
        .collect();
    files.sort();
    files
}

fn import(vendor: &str) -> Vec<PriceRow> {
    let files = lists(vendor);
    let mut args = vec!["prices", "import", vendor];
    args.extend(files.iter().map(String::as_str));
    let toml = stdout(&[args, vec!["--as-of", "2026-11-23"]].concat());
    read_prices("prices.toml", &toml, PriceFile::Overlay).unwrap()
}

/// A folder of its own with a file in it.
fn file(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("prices.toml");
    std::fs::write(&path, text).unwrap();
    let path = path.display().to_string();
    (folder, path)
}

/// A price that is imported must mean what the built-in one means: the same unit and terms. The
/// lists have every price that mappings have rules for.
#[test]
fn imported_rows_have_the_terms_of_built_in_ones() {
    let mut built_in: BTreeMap<String, Vec<PriceRow>> = BTreeMap::new();
    for (name, text) in imgcost_prices::FILES {
        for row in read_prices(name, text, PriceFile::Shipped).unwrap() {
            built_in.entry(row.id.to_string()).or_default().push(row);
        }
    }
    for (vendor, name) in Vendor::ALL {
        let rows = import(name);
        let found: BTreeSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(found, Mapping::built_in(vendor).unwrap().ids(), "{name}");
        for row in &rows {
            let known = &built_in[row.id.as_str()][0];
            assert_eq!(row.unit, known.unit, "{}", row.id);
            assert_eq!(row.scope, known.scope, "{}", row.id);
            assert_eq!(row.free, known.free, "{}", row.id);
            assert_eq!(row.included, known.included, "{}", row.id);
            assert_eq!(row.rounding, known.rounding, "{}", row.id);
            assert_eq!(row.month_hours, known.month_hours, "{}", row.id);
        }
    }
}

#[test]
fn an_imported_price_wins_over_the_built_in_one() {
    let list = std::fs::read_to_string(root().join(LISTS).join("aws-ec2-offer.json")).unwrap();
    let (folder, path) = file("");
    let dearer = folder.path().join("list.json");
    std::fs::write(&dearer, list.replace("0.0480000000", "0.0960000000")).unwrap();
    let dearer = dearer.display().to_string();
    let args = ["prices", "import", "aws", &dearer, "--id", "aws.nat.data", "-o", &path];
    assert_eq!(stdout(&args), "");
    assert_eq!(stdout(&["prices", "check", &path]), "1 files, 1 rows: nothing wrong\n");
    let quote =
        ["prices", "quote", "aws.nat.data", "--region", "eu-west-1", "--quantity", "10 GiB"];
    // 10 x 0.048 of the book, 10 x 0.096 of the list.
    assert_eq!(number(&json(&quote)["amount"]).to_string(), "0.48");
    let ours = json(&[&quote[..], &["--prices", &path]].concat());
    assert_eq!(number(&ours["amount"]).to_string(), "0.96");
    assert!(ours["evidence"].as_str().unwrap().contains("DTH8595YVPFXV226"));
}

#[test]
fn nothing_is_written_where_a_price_cannot_be_taken() {
    let (_folder, path) = file("mine");
    let list = format!("{LISTS}/aws-ecr-offer.json");
    let args = ["prices", "import", "aws", &list, "--region", "sa-east-1", "--region", "eu-west-1"];
    let run = imgcost(&[&args[..], &["-o", &path]].concat());
    assert_eq!(run.status.code(), Some(1));
    let err = String::from_utf8(run.stderr).unwrap();
    assert!(err.contains("aws.ecr.storage in sa-east-1: nothing in the list fits"), "{err}");
    assert!(err.contains("--partial"), "{err}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    let run = imgcost(&[&args[..], &["--partial", "-o", &path]].concat());
    assert!(run.status.success());
    assert!(String::from_utf8(run.stderr).unwrap().starts_with("warning: aws.ecr.storage in sa-"));
    assert!(std::fs::read_to_string(&path).unwrap().contains("eu-west-1"));
    // A mapping of one vendor does not read lists of another.
    let map = "crates/imgcost-feeds/data/gcp.toml";
    let run = imgcost(&["prices", "import", "aws", &list, "--map", map]);
    assert_eq!(run.status.code(), Some(1));
    let run = imgcost(&["prices", "import", "aws", &list, "--format", "json"]);
    assert_eq!(run.status.code(), Some(2));
}

/// A price file with a row for each rate, in the region of that name.
fn prices(rows: &[(&str, &str)]) -> String {
    let row = |(region, rates): &(&str, &str)| {
        format!(
            "[[price]]\nid = \"aws.nat.data\"\nregions = [\"{region}\"]\nunit = \"GiB\"\n{rates}\n\
             effective-from = \"2026-01-01\"\nsource = \"a bill\"\nchecked = \"2026-01-31\"\n"
        )
    };
    rows.iter().map(row).collect()
}

#[test]
fn drift_is_told_and_gated() {
    let tiers = "tiers = [{ from = \"0\", rate = \"0.09\" }, { from = \"100\", rate = \"0.08\" }]";
    let (_old_folder, old) = file(&prices(&[("*", "rate = \"0.05\"")]));
    let (_new_folder, new) = file(&prices(&[
        ("eu-west-1", "rate = \"0.0525\""),
        ("us-east-1", "rate = \"0.05\""),
        ("sa-east-1", tiers),
    ]));
    let args = ["prices", "diff", &old, &new];
    let found = json(&args);
    let changes: Vec<(&str, &str, Option<&str>)> = found["prices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|price| {
            let text = |key: &str| price[key].as_str();
            (text("region").unwrap(), text("change").unwrap(), text("percent"))
        })
        .collect();
    // 0.0525/0.05 - 1 = 5 %; 0.09/0.05 - 1 = 80 % in the first tier, 60 % in the second.
    assert_eq!(
        changes,
        [
            ("eu-west-1", "changed", Some("5")),
            ("sa-east-1", "changed", Some("80")),
            ("us-east-1", "same", Some("0")),
        ]
    );
    let gate =
        |limit: &str| imgcost(&[&args[..], &["--fail-on-drift", limit]].concat()).status.code();
    assert_eq!(gate("80%"), Some(0));
    assert_eq!(gate("79.9%"), Some(3));
    assert_eq!(gate("80"), Some(2));
    // The other way round: 1 - 0.05/0.0525 is 4.76 %, 1 - 0.05/0.09 is 44.4 %.
    let back = json(&["prices", "diff", &new, &old]);
    assert!(back["prices"][0]["percent"].as_str().unwrap().starts_with("-4.7619"));
    assert_eq!(
        imgcost(&["prices", "diff", &new, &old, "--fail-on-drift", "44%"]).status.code(),
        Some(3)
    );
    for format in ["text", "csv", "markdown"] {
        let text = stdout(&[&args[..], &["--format", format]].concat());
        assert!(text.contains("sa-east-1"), "{text}");
    }
}

#[test]
fn what_is_new_and_gone_is_told_and_passes_gates() {
    let (_folder, file) = file(&prices(&[("eu-west-1", "rate = \"0.048\"")]));
    let found = json(&["prices", "diff", "built-in", &file, "--fail-on-drift", "0%"]);
    assert_eq!(found["counts"]["changed"], 0);
    assert_eq!(found["counts"]["same"], 1);
    let back = json(&["prices", "diff", &file, "built-in"]);
    assert_eq!(back["counts"]["new"], found["counts"]["gone"]);
    let itself = json(&["prices", "diff", "built-in", "built-in"]);
    assert_eq!(itself["counts"]["changed"], 0);
    assert_eq!(itself["counts"]["new"], 0);
    assert_eq!(itself["counts"]["gone"], 0);
}

#[test]
fn staleness_is_told_and_denied() {
    let (_folder, file) = file(&prices(&[("eu-west-1", "rate = \"0.048\"")]));
    let args = ["prices", "stale", "--prices", &file, "--as-of", "2027-02-01"];
    // From 2026-01-31 to 2027-02-01 are 366 days; the book was checked on 2026-11-23.
    let found = json(&args);
    let stale = found["stale"].as_array().unwrap();
    assert_eq!(stale.len(), 1);
    assert_eq!(stale[0]["id"], "aws.nat.data");
    assert_eq!(stale[0]["days"], 366);
    let code = |args: &[&str]| imgcost(args).status.code();
    assert_eq!(code(&args), Some(0));
    assert_eq!(code(&[&args[..], &["--deny-stale"]].concat()), Some(4));
    let younger = [&args[..], &["--deny-stale", "--older-than", "366d"]].concat();
    assert_eq!(code(&younger), Some(0));
    assert_eq!(code(&["prices", "stale", "--older-than", "long"]), Some(2));
    for format in ["text", "csv", "markdown"] {
        let text = stdout(&[&args[..], &["--format", format]].concat());
        assert!(text.contains("2026-01-31"), "{text}");
    }
    // A what-if objects to stale prices that it uses, and to nothing else.
    let whatif = ["whatif", "1.2GB", "180MB", "--region", "eu-west-1", "--deny-stale"];
    let used = [&whatif[..], &["--prices", &file, "--as-of", "2027-02-01"]].concat();
    let run = imgcost(&used);
    assert_eq!(run.status.code(), Some(4));
    let err = String::from_utf8(run.stderr).unwrap();
    assert_eq!(
        err.trim(),
        "error: --deny-stale: stale price: aws.nat.data in eu-west-1 was last checked on 2026-01-31"
    );
    assert_eq!(code(&[&whatif[..], &["--as-of", "2027-02-01"]].concat()), Some(0));
}

#[test]
fn an_imported_list_reads_back_and_wins() {
    let folder = tempfile::tempdir().unwrap();
    let list = format!("{LISTS}/aws-ecr-offer.json");
    let imported = stdout(&["prices", "import", "aws", &list, "--as-of", "2026-11-25"]);
    // The list says 0.1 a GB-month in three regions, as AWS does.
    assert_eq!(imported.matches("rate = \"0.1\"").count(), 3, "{imported}");
    let file = folder.path().join("prices.toml");
    std::fs::write(&file, imported.replace("rate = \"0.1\"", "rate = \"0.2\"")).unwrap();
    let file = file.to_str().unwrap();
    assert!(imgcost(&["prices", "check", file]).status.success());
    let quote = [
        "prices",
        "quote",
        "aws.ecr.storage",
        "--region",
        "us-east-1",
        "--quantity",
        "50 GiB-month",
        "--prices",
        file,
        "--as-of",
        "2026-11-25",
    ];
    // 50 x 0.2
    assert!(stdout(&quote).contains("$10.00"));
    let drift = stdout(&["prices", "diff", "built-in", file, "--as-of", "2026-11-25"]);
    assert!(drift.contains("aws.ecr.storage") && drift.contains("0.2"), "{drift}");
}

#[test]
fn prices_that_nobody_checked_for_a_year_are_denied_when_asked() {
    let old = ["whatif", "1GB", "1MB", "--as-of", "2028-06-01"];
    assert!(imgcost(&old).status.success());
    assert_eq!(imgcost(&[&old[..], &["--deny-stale"]].concat()).status.code(), Some(4));
}
