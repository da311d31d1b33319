use imgcost_feeds::Vendor::Aws;
use imgcost_feeds::Wanted;

use super::{all, ids, lines, list, read, told, try_read};

#[test]
fn an_offer_file_becomes_rows_with_their_provenance() {
    let found = read(Aws, &[&list("aws-ecr-offer.json")], &all());
    assert!(found.problems.is_empty(), "{:?}", told(&found));
    // 0.10 per GB-month in each of the three, by readings of 2024-09 to 2026-10.
    assert_eq!(
        lines(&found.rows),
        [
            "aws.ecr.storage eu-west-1, USD GiB-month: 0: 0.1",
            "aws.ecr.storage us-east-1, USD GiB-month: 0: 0.1",
            "aws.ecr.storage us-west-2, USD GiB-month: 0: 0.1",
        ]
    );
    let oregon = &found.rows[2];
    assert_eq!(
        oregon.source,
        "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonECR/20261015000000/index.json"
    );
    assert_eq!(
        oregon.evidence,
        "SKU 2BSQ677HKG6WUUKA (USW2-TimedStorage-ByteHrs); AmazonECR price list, version 20261015000000, published 2026-10-15"
    );
    assert_eq!(oregon.effective_from.to_string(), "2025-11-01");
    assert_eq!(oregon.source_date.unwrap().to_string(), "2026-10-15");
    assert_eq!(oregon.checked.to_string(), "2026-11-23");
    assert_eq!(oregon.confidence.name(), "price-list");
}

#[test]
fn gateways_are_not_mistaken_for_their_neighbours() {
    let wanted = ids(&["aws.nat.hour", "aws.nat.data", "aws.ebs.gp3"]);
    let found = read(Aws, &[&list("aws-ec2-offer.json")], &wanted);
    assert!(found.problems.is_empty(), "{:?}", told(&found));
    // Ireland: 0.048 an hour and a GB, SKU DTH8595YVPFXV226; Ohio: gp3 at 0.08, SKU M6UGCCQ3CDJQAA37.
    assert_eq!(
        lines(&found.rows),
        [
            "aws.nat.hour eu-west-1, USD hour: 0: 0.048",
            "aws.nat.data eu-west-1, USD GiB: 0: 0.048",
            "aws.ebs.gp3 us-east-2, USD GiB-month: 0: 0.08",
        ]
    );
}

#[test]
fn tiers_are_sorted_and_destinations_joined() {
    let found = read(Aws, &[&list("aws-transfer-query.json")], &all());
    assert!(found.problems.is_empty(), "{:?}", told(&found));
    // 10, 50 and 150 TB are 10240, 51200 and 153600 GB; only Ohio costs 0.01 from Virginia.
    assert_eq!(
        lines(&found.rows),
        [
            "aws.transfer.internet eu-west-1, USD GiB: 0: 0.09, 10240: 0.085, 51200: 0.07, 153600: 0.05",
            "aws.transfer.inter-region us-east-1 -> us-east-2, USD GiB: 0: 0.01",
            "aws.transfer.inter-region us-east-1 -> eu-west-1 us-west-2, USD GiB: 0: 0.02",
        ]
    );
    assert_eq!(found.rows[0].free.as_ref().unwrap().amount, 100.into());
}

#[test]
fn two_prices_are_listed_and_none_is_taken() {
    let text =
        list("aws-ec2-offer.json").replace("EU-RegionalNatGateway-Hours", "EU-NatGateway-Hours");
    let found = read(Aws, &[&text], &ids(&["aws.nat.hour", "aws.nat.data"]));
    assert_eq!(lines(&found.rows), ["aws.nat.data eu-west-1, USD GiB: 0: 0.048"]);
    assert_eq!(
        told(&found),
        ["aws.nat.hour in eu-west-1: 2 different prices fit\n  \
          SKU NATEXAMPLEHOURS1: 0.048 USD per Hrs since 2026-05-01, EU-NatGateway-Hours: $0.0480000000 for EU-NatGateway-Hours\n  \
          SKU NATEXAMPLEREGION: 0.053 USD per Hrs since 2026-05-01, EU-NatGateway-Hours: $0.0530000000 for EU-NatGateway-Hours"]
    );
    assert!(!found.problems[0].is_gap());
}

#[test]
fn two_skus_of_one_price_are_one_row() {
    let text = list("aws-ec2-offer.json")
        .replace("EU-RegionalNatGateway-Hours", "EU-NatGateway-Hours")
        .replace("0.0530000000", "0.048");
    let found = read(Aws, &[&text], &ids(&["aws.nat.hour"]));
    assert_eq!(lines(&found.rows), ["aws.nat.hour eu-west-1, USD hour: 0: 0.048"]);
    assert!(found.rows[0].evidence.starts_with(
        "SKU NATEXAMPLEHOURS1 (EU-NatGateway-Hours), NATEXAMPLEREGION (EU-NatGateway-Hours);"
    ));
}

#[test]
fn what_is_asked_for_and_missing_is_told() {
    let regions = vec!["eu-west-1".into(), "sa-east-1".into()];
    let wanted = Wanted { regions, ..ids(&["aws.nat.hour", "aws.endpoint.hour", "aws.nothing"]) };
    let found = read(Aws, &[&list("aws-ec2-offer.json")], &wanted);
    assert_eq!(
        told(&found),
        [
            "the mapping has no rule for aws.nothing",
            "aws.endpoint.hour: nothing in the list fits",
            "aws.nat.hour in sa-east-1: nothing in the list fits",
        ]
    );
}

#[test]
fn prices_that_are_only_announced_are_not_taken() {
    let text = list("aws-ecr-offer.json").replace("2025-11-01", "2027-01-01");
    let found = read(Aws, &[&text], &all());
    assert!(found.rows.is_empty());
    assert_eq!(told(&found), ["aws.ecr.storage: nothing in the list fits"]);
}

#[test]
fn other_currencies_stay_what_they_are() {
    let text = list("aws-ecr-offer.json").replace("\"USD\"", "\"CNY\"");
    let found = read(Aws, &[&text], &all());
    assert_eq!(lines(&found.rows)[0], "aws.ecr.storage eu-west-1, CNY GiB-month: 0: 0.1");
}

#[test]
fn rates_keep_every_digit() {
    let text = list("aws-ecr-offer.json").replace("0.1000000000", "0.123456789012345678");
    let found = read(Aws, &[&text], &all());
    assert!(lines(&found.rows)[0].ends_with("0.123456789012345678"));
}

#[test]
fn steps_that_do_not_join_and_unknown_units_are_problems() {
    let text = list("aws-transfer-query.json")
        .replace(r#"\"beginRange\": \"51200\""#, r#"\"beginRange\": \"51201\""#);
    let found = read(Aws, &[&text], &ids(&["aws.transfer.internet"]));
    assert_eq!(
        told(&found)[0],
        "aws.transfer.internet: SKU OUTEXAMPLEIRELAN: its steps do not join at 51201"
    );
    let text = list("aws-ecr-offer.json").replace("GB-Mo", "TB-Mo");
    let found = read(Aws, &[&text], &ids(&["aws.ecr.storage"]));
    assert_eq!(
        told(&found)[0],
        "aws.ecr.storage: SKU 2BSQ677HKG6WUUKA: it is sold per `TB-Mo`, for which the mapping has no unit"
    );
}

#[test]
fn unknown_places_are_told() {
    let text = list("aws-ecr-offer.json").replace("EU (Ireland)", "Atlantis (North)");
    let found = read(Aws, &[&text], &all());
    assert_eq!(found.rows.len(), 2);
    assert_eq!(
        told(&found),
        ["aws.ecr.storage: SKU ECREXAMPLEIRELAN: the mapping has no region for `Atlantis (North)`"]
    );
    assert!(found.problems[0].is_gap());
}

#[test]
fn lists_may_be_several_and_unfinished() {
    let transfer = list("aws-transfer-query.json");
    let open = transfer.replacen('{', "{\"NextToken\": \"more\",", 1);
    let found = read(Aws, &[&open], &all());
    assert_eq!(told(&found), ["1.json: the list goes on (`NextToken`), give the other pages too"]);
    // Two pages written into one file, and another file beside it.
    let both = open + &transfer;
    let found = read(Aws, &[&both, &list("aws-ecr-offer.json")], &all());
    assert!(found.problems.is_empty(), "{:?}", told(&found));
    assert_eq!(found.rows.len(), 6);
}

#[test]
fn what_is_no_price_list_is_an_error() {
    let wrong = |text: &str| try_read(Aws, &[text], &all()).unwrap_err().to_string();
    assert_eq!(wrong(""), "1.json: the file is empty");
    assert_eq!(wrong("sku,rate"), "1.json: this is not JSON");
    assert_eq!(wrong("{}"), "1.json: there are neither `products` with `terms` nor a `PriceList`");
    assert_eq!(wrong(r#"{"terms":{}}"#), "1.json:1:9: `terms` come before `products`");
    assert_eq!(wrong(r#"{"products":{"A":"#), "1.json:1:17: EOF while parsing a value");
    let text = list("aws-ecr-offer.json").replace(r#""0.1000000000""#, "[]");
    assert!(wrong(&text).contains("expected a text or a number"), "{}", wrong(&text));
    assert!(wrong(&format!("{{\"x\":{}", "[".repeat(2000))).contains("nested deeper"));
    assert!(wrong(&format!("{{\"x\":\"{}", "x".repeat(9 << 20))).contains("longer than"));
}
