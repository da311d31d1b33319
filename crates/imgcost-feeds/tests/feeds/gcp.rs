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
