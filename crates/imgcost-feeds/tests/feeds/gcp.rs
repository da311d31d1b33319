use imgcost_feeds::Vendor::Gcp;

use super::{all, ids, lines, list, read, told};

#[test]
fn units_and_billionths_become_exact_rates() {
    let found = read(Gcp, &[&list("gcp-skus.json")], &all());
    assert!(found.problems.is_empty(), "{:?}", told(&found));
    // 0.10 above half a GiB; 45,000,000 billionths are 0.045, 1,400,000 are 0.0014.
    assert_eq!(
        lines(&found.rows),
        [
            "gcp.artifact-registry.storage *, USD GiB-month: 0: 0.1",
            "gcp.nat.hour *, USD hour: 0: 0.0014",
            "gcp.nat.data *, USD GiB: 0: 0.045",
            "gcp.nat.ip-hour *, USD hour: 0: 0.005",
            "gcp.build.e2-standard-2 *, USD minute: 0: 0.006",
        ]
    );
    let storage = &found.rows[0];
    assert_eq!(storage.free.as_ref().unwrap().amount.to_string(), "0.5");
    assert_eq!(
        storage.source,
        "https://cloudbilling.googleapis.com/v1/services/149C-F9EC-3994/skus"
    );
    assert_eq!(
        storage.evidence,
        "SKU 8502-299A-ABAF (Artifact Registry Storage); Cloud Billing Catalog"
    );
    assert_eq!(storage.effective_from.to_string(), "2026-09-18");
}

#[test]
fn whole_units_count_too() {
    let text = list("gcp-skus.json").replace(
        "\"units\": \"0\",\n         \"nanos\": 45000000",
        "\"units\": \"2\", \"nanos\": 933908000",
    );
    let found = read(Gcp, &[&text], &ids(&["gcp.nat.data"]));
    // 2 + 0.933908000
    assert!(lines(&found.rows)[0].ends_with(": 2.933908"), "{:?}", lines(&found.rows));
}

#[test]
fn tiers_by_the_day_are_refused() {
    let text = list("gcp-skus.json").replace("MONTHLY", "DAILY");
    let found = read(Gcp, &[&text], &ids(&["gcp.artifact-registry.storage"]));
    assert_eq!(
        told(&found)[0],
        "gcp.artifact-registry.storage: SKU 8502-299A-ABAF: its tiers begin anew each day, those of price files each month"
    );
}

/// What lists have and price files cannot hold.
#[test]
fn moments_before_this_century_are_no_dates_and_numbers_have_their_digits() {
    let text = list("gcp-skus.json").replace("2026-09-18T07", "1970-01-01T00");
    let found = read(Gcp, &[&text], &ids(&["gcp.nat.data"]));
    assert_eq!(found.rows[0].effective_from.to_string(), "2026-11-23");
    let text =
        list("gcp-skus.json").replace("\"startUsageAmount\": 0.5", "\"startUsageAmount\": 5E-20");
    let found = read(Gcp, &[&text], &ids(&["gcp.artifact-registry.storage"]));
    assert_eq!(
        told(&found),
        [
            "gcp.artifact-registry.storage: SKU 8502-299A-ABAF: a number has more digits than price files have"
        ]
    );
}

/// The storage SKU with these prices: when each began, and its billionths.
fn priced(prices: &[(&str, u32)]) -> String {
    let price = |(since, nanos): &(&str, u32)| {
        let since = match since.is_empty() {
            true => String::new(),
            false => format!("\"effectiveTime\": \"{since}\","),
        };
        format!(
            r#"{{{since} "pricingExpression": {{"usageUnit": "GiBy.mo", "tieredRates": [
                {{"startUsageAmount": 0, "unitPrice": {{"currencyCode": "USD", "units": "0", "nanos": {nanos}}}}}]}},
                "aggregationInfo": {{"aggregationInterval": "MONTHLY"}}}}"#
        )
    };
    let prices = prices.iter().map(price).collect::<Vec<_>>().join(",");
    format!(
        r#"{{"skus": [{{"name": "services/149C-F9EC-3994/skus/8502-299A-ABAF", "skuId": "8502-299A-ABAF",
            "description": "Artifact Registry Storage",
            "category": {{"serviceDisplayName": "Artifact Registry", "usageType": "OnDemand"}},
            "serviceRegions": ["global"], "pricingInfo": [{prices}]}}]}}"#
    )
}

#[test]
fn the_last_price_that_has_begun_counts_to_the_minute() {
    let storage = ids(&["gcp.artifact-registry.storage"]);
    // The day that counts is 2026-11-23.
    for prices in [
        [("2026-09-18T07:00:00Z", 500_000_000), ("2026-09-18T23:00:00.5Z", 100_000_000)],
        [("2026-09-18T23:00:00.5Z", 100_000_000), ("2026-09-18T07:00:00Z", 500_000_000)],
        [("2026-09-18T07:00:00Z", 100_000_000), ("2026-12-01T00:00:00Z", 500_000_000)],
    ] {
        let found = read(Gcp, &[&priced(&prices)], &storage);
        assert!(found.problems.is_empty(), "{:?}", told(&found));
        assert!(lines(&found.rows)[0].ends_with(": 0.1"), "{:?}", lines(&found.rows));
    }
}

#[test]
fn prices_that_begin_at_once_or_at_no_told_time_are_one_or_an_error() {
    let storage = ids(&["gcp.artifact-registry.storage"]);
    let day = "2026-09-18T07:00:00Z";
    for since in [[day, day], ["", ""], [day, ""]] {
        let two = [(since[0], 100_000_000), (since[1], 500_000_000)];
        let found = read(Gcp, &[&priced(&two)], &storage);
        let told = told(&found).concat();
        assert!(found.rows.is_empty() && told.contains("0.1") && told.contains("0.5"), "{told}");
        let same = [(since[0], 100_000_000), (since[1], 100_000_000)];
        assert_eq!(read(Gcp, &[&priced(&same)], &storage).rows.len(), 1);
    }
}

#[test]
fn what_is_not_on_demand_is_passed_over() {
    let storage = ids(&["gcp.artifact-registry.storage"]);
    let text = priced(&[("2026-09-18T07:00:00Z", 100_000_000)]);
    assert_eq!(read(Gcp, &[&text], &storage).rows.len(), 1);
    for usage in ["Preemptible", "Commit1Yr", "SomethingNew"] {
        let other = text.replace("OnDemand", usage);
        assert!(read(Gcp, &[&other], &storage).rows.is_empty(), "{usage}");
    }
}
