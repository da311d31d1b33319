use imgcost_feeds::Vendor::Azure;
use imgcost_feeds::Wanted;

use super::{all, ids, lines, list, read, told};

#[test]
fn pages_become_rows_with_what_a_fee_includes() {
    let pages = [list("azure-registry-1.json"), list("azure-registry-2.json")];
    let found = read(Azure, &[&pages[0], &pages[1]], &all());
    assert!(found.problems.is_empty(), "{:?}", told(&found));
    // Readings of 2026-05 to 2026-10: 0.1666, 0.6666 and 1.6666 a day, 0.10 per GB and month.
    assert_eq!(
        lines(&found.rows),
        [
            "azure.acr.basic eastus2, USD day: 0: 0.1666",
            "azure.acr.standard eastus2, USD day: 0: 0.6666",
            "azure.acr.premium eastus2, USD day: 0: 1.6666",
            "azure.acr.storage eastus2, USD GiB-month: 0: 0.1",
        ]
    );
    assert_eq!(found.rows[2].included.as_ref().unwrap().amount, 500.into());
    assert_eq!(
        found.rows[2].evidence,
        "SKU meter-premium (Premium Registry Unit); Retail Prices list"
    );
}

#[test]
fn a_page_that_names_another_is_not_enough() {
    let found = read(Azure, &[&list("azure-registry-1.json")], &ids(&["azure.acr.basic"]));
    assert_eq!(
        told(&found),
        ["1.json: the list goes on (`NextPageLink`), give the other pages too"]
    );
}

#[test]
fn items_are_steps_and_a_free_one_is_an_allowance() {
    let found = read(Azure, &[&list("azure-network.json")], &all());
    assert!(found.problems.is_empty(), "{:?}", told(&found));
    // Meter 9995d93a: 0 to 100 GB, then .087, .083 from 10335, .07 from 51295, .05 from 153695 and
    // again .05 from 512095. One of the rates is written as 8.3E-02.
    assert_eq!(
        lines(&found.rows),
        [
            "azure.nat.hour *, USD hour: 0: 0.045",
            "azure.nat.data *, USD GB: 0: 0.045",
            "azure.transfer.internet eastus westeurope, USD GB: 0: 0.087, 10335: 0.083, 51295: 0.07, 153695: 0.05",
        ]
    );
    assert_eq!(found.rows[2].free.as_ref().unwrap().amount, 100.into());
}

#[test]
fn a_price_for_everywhere_serves_any_region() {
    let wanted = Wanted { regions: vec!["westeurope".into()], ..all() };
    let found = read(Azure, &[&list("azure-network.json")], &wanted);
    assert!(found.problems.is_empty(), "{:?}", told(&found));
    assert_eq!(found.rows.len(), 3);
}

#[test]
fn one_step_with_two_prices_is_no_price() {
    let text =
        list("azure-network.json").replacen("\"retailPrice\": 0.087", "\"retailPrice\": 0.088", 1);
    let text = text.replace("\"armRegionName\": \"eastus\"", "\"armRegionName\": \"westeurope\"");
    let found = read(Azure, &[&text], &ids(&["azure.transfer.internet"]));
    assert!(found.rows.is_empty());
    assert_eq!(
        told(&found),
        [
            "azure.transfer.internet: SKU 9995d93a-7d35-4d3f-9c69-7a7fea447ef4: it has two rates from 100 on: 0.087 and 0.088"
        ]
    );
}
