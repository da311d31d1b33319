use imgcost_feeds::{Vendor, price_toml};
use imgcost_read::{PriceFile, read_prices};

use super::{all, list, read};

/// What is written reads back as the very rows that were found.
#[test]
fn rows_read_back() {
    let lists = [
        (Vendor::Aws, "aws-ecr-offer.json"),
        (Vendor::Aws, "aws-ec2-offer.json"),
        (Vendor::Aws, "aws-transfer-query.json"),
        (Vendor::Azure, "azure-registry-2.json"),
        (Vendor::Azure, "azure-network.json"),
        (Vendor::Gcp, "gcp-skus.json"),
    ];
    for (vendor, name) in lists {
        let rows = read(vendor, &[&list(name)], &all()).rows;
        assert!(!rows.is_empty(), "{name}");
        let toml = price_toml(&["From a list".into()], &rows);
        let back = read_prices("prices.toml", &toml, PriceFile::Overlay);
        assert_eq!(back.unwrap_or_else(|problems| panic!("{problems:?}\n{toml}")), rows, "{name}");
    }
}

/// Names come from lists: whatever is in them stays a text.
#[test]
fn names_cannot_leave_their_quotes() {
    let text = list("gcp-skus.json")
        .replace("Networking Cloud Nat Data Processing", r#"a \"b\" \\ \n[[price]]\u0007"#);
    let rows = read(Vendor::Gcp, &[&text], &all()).rows;
    let toml = price_toml(&["a\nb".into()], &rows);
    assert!(toml.starts_with("# ab\n"), "{toml}");
    assert_eq!(read_prices("prices.toml", &toml, PriceFile::Overlay).unwrap(), rows);
}
