//! Price lists of vendors become price files that win over the built-in ones.

use crate::command::{imgcost, stdout};

const LISTS: &str = "crates/imgcost-feeds/tests/lists";

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
