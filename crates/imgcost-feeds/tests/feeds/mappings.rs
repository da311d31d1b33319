use imgcost_feeds::{Mapping, Vendor};

#[test]
fn built_in_mappings_read() {
    for (vendor, name) in Vendor::ALL {
        let mapping = Mapping::built_in(vendor).unwrap_or_else(|error| panic!("{error}"));
        assert!(mapping.ids().iter().all(|id| id.starts_with(name)), "{name}");
    }
}

#[test]
fn all_that_is_wrong_with_a_mapping_is_told() {
    let wrong = |text: &str| Mapping::read("my.toml", text).unwrap_err().to_string();
    let head =
        "vendor = \"aws\"\nsource = \"https://example.org/{service}\"\nregion = [\"regionCode\"]\n";
    let rule = |keys: &str| {
        format!("{head}[[price]]\nid = \"aws.ecr.storage\"\nservice = \"AmazonECR\"\n{keys}\n")
    };
    assert_eq!(
        wrong(&head.replace("\"aws\"", "\"ibm\"").replace("region =", "price = []\nregion =")),
        "my.toml:1:10: `ibm` is none of aws, azure, gcp"
    );
    let two = rule("where = { usagetype = \"/(/\" }\nunits = []")
        + "[[price]]\nid = \"aws\"\nservice = \"x\"\nwhere = {}\nunits = []\n";
    assert_eq!(
        wrong(&two),
        "my.toml:4:1: aws.ecr.storage: usagetype = \"/(/\": unclosed group\nmy.toml:9:1: aws: `aws` is not a price id"
    );
    assert_eq!(
        wrong(&rule("where = { a = \"b\" }\nunits = [{ theirs = \"GB\", ours = \"stone\" }]")),
        "my.toml:4:1: aws.ecr.storage: `stone` is not a unit of price files"
    );
    assert!(wrong(&rule("wher = { a = \"b\" }")).contains("unknown field `wher`"));
}
