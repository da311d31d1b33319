//! Listings of registries, as vendors' commands write them, to fleet files that read.

use std::fs::File;
use std::io::Read;

use chrono::NaiveDate;
use imgcost_inventory::{
    ImageFound, Input, Inventory, InventoryError, ServiceFound, acr, artifact_registry, ecr,
    fleet_toml, harbor,
};
use imgcost_read::{FleetFile, read_fleet};

type Source = fn(Vec<Input<'_>>) -> Result<Inventory, InventoryError>;

fn files(source: Source, names: &[&str]) -> Inventory {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/listings");
    let open = |name: &&str| Input {
        name: (*name).to_owned(),
        reader: Box::new(File::open(format!("{folder}/{name}")).unwrap()),
    };
    source(names.iter().map(open).collect()).unwrap()
}

fn text(source: Source, text: &str) -> Result<Inventory, InventoryError> {
    source(vec![Input { name: "stdin.json".into(), reader: Box::new(text.as_bytes()) }])
}

/// What the fleet file says when it is read.
fn fleet(inventory: &Inventory) -> FleetFile {
    let written = fleet_toml(inventory);
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    read_fleet("fleet.toml", &written, today)
        .unwrap_or_else(|problems| panic!("{written}\n{problems:#?}"))
}

fn service<'i>(inventory: &'i Inventory, name: &str) -> &'i ServiceFound {
    inventory.services.iter().find(|service| service.name == name).unwrap()
}

/// The compressed size and where it came from.
fn size(service: &ServiceFound) -> (u64, &str) {
    match &service.image {
        ImageFound::Compressed(size) => (size.value, &size.from),
        other => panic!("{other:?}"),
    }
}

fn rate(rate: &Option<imgcost_inventory::Fact<imgcost_inventory::Rate>>) -> String {
    rate.as_ref().unwrap().value.to_string()
}

#[test]
fn the_newest_tagged_image_of_an_ecr_repository_is_its_service() {
    let found = files(ecr, &["ecr-images.json", "ecr-repositories.json"]);
    let names: Vec<_> = found.services.iter().map(|service| service.name.as_str()).collect();
    // The Helm chart of charts/app is no service.
    assert_eq!(names, ["team/checkout", "team/edge"]);
    let checkout = service(&found, "team/checkout");
    let from = "ECR imageSizeInBytes of tag v1.2.0, pushed 2026-11-09";
    assert_eq!(size(checkout), (170_000_000, from));
    let labels = [("repository", "team/checkout"), ("project", "team")];
    let labels = labels.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(checkout.labels, labels);
    // Live beside it: 150 and 160 MB; the archived 140 MB is not.
    assert_eq!(checkout.notes, ["2 other versions: 150 MB to 160 MB."]);
    let read = fleet(&found);
    assert_eq!(read.services[0].before.compressed().0, 170_000_000);
    assert_eq!(read.fleet.registries[0].region.as_str(), "eu-central-1");
}

#[test]
fn pushes_are_counted_over_the_time_between_the_first_and_the_last() {
    let found = files(ecr, &["ecr-images.json"]);
    let checkout = service(&found, "team/checkout");
    // Four images (one archived, one no longer tagged; the signature is none) from 2026-05-02 to
    // 2026-11-09, 191 days: 3 x 730 / (191 x 24) = 2190 / 4584 = 0.4777486...
    assert_eq!(rate(&checkout.pushes), "0.477749/month");
    assert_eq!(rate(&checkout.deploys), "0.477749/month");
    assert!(checkout.deploys.as_ref().unwrap().from.starts_with("assumed:"));
    // Two lists 30 days apart, their parts not counted: 1 x 730 / 720 = 1.0138888...
    assert_eq!(rate(&service(&found, "team/edge").pushes), "1.013889/month");
}

#[test]
fn a_manifest_list_of_ecr_weighs_what_its_largest_platform_does() {
    let found = files(ecr, &["ecr-images.json"]);
    let edge = service(&found, "team/edge");
    let from = "ECR imageSizeInBytes of tag v2, pushed 2026-11-10: its largest platform";
    assert_eq!(size(edge), (80_000_000, from));
    assert_eq!(edge.notes, ["One other version: 70 MB."]);
}

#[test]
fn a_registry_tells_what_it_stores_what_is_archived_and_what_nobody_pulls() {
    let found = files(ecr, &["ecr-images.json", "ecr-repositories.json"]);
    let [registry] = &found.registries[..] else { panic!() };
    // Live versions: 3 images of checkout, 2 lists of edge; (3 + 2) / 2 rounded half up.
    assert_eq!(registry.keep_last.as_ref().unwrap().value, 3);
    // No lists, not archived: 150 + 160 + 170 MB and a signature of 600 bytes; 80 + 75 + 70 MB and
    // an attestation of 1356 bytes; a chart of 1610 bytes.
    assert!(registry.notes[0].contains("9 manifests, 705 MB (705003566 bytes)"), "{registry:?}");
    assert!(registry.notes[1].starts_with("2 manifest lists"));
    assert!(registry.notes[2].contains("1 manifest, 140 MB (140000000 bytes)"));
    assert!(registry.notes[2].contains("aws.ecr.archive-storage"));
    // The newest time is the pull of 2026-11-20; 90 days before it is 2026-08-22. Only v1.0.0 was
    // both pushed (08-01) and last pulled (08-10) before.
    assert!(registry.notes[3].contains("2026-08-22"));
    assert!(registry.notes[3].contains("1 manifest, 150 MB"));
    let notes = found.notes.join("\n");
    assert!(notes.contains("Helm charts are stored too (1)"), "{notes}");
    assert!(notes.contains("signatures and attestations are stored too (1)"));
    assert!(notes.contains("1 repository: charts/app"));
}

#[test]
fn seconds_since_1970_one_object_a_line_and_no_region_are_fine_for_ecr() {
    let found = files(ecr, &["ecr-v1.jsonl"]);
    let legacy = service(&found, "legacy");
    assert_eq!(size(legacy).0, 91_000_000);
    // 1567720275 - 1565128275 = 2592000 s = 30 days.
    assert_eq!(rate(&legacy.pushes), "1.013889/month");
    let region = found.registries[0].region.as_ref().unwrap();
    assert_eq!(region.value, "us-east-1");
    assert!(region.from.starts_with("assumed:"));
    fleet(&found);
}

#[test]
fn manifests_beside_the_listing_give_layers_and_what_changes_them() {
    let found = files(ecr, &["ecr-web.json", "ecr-manifests.json"]);
    let ImageFound::Layers { layers, .. } = &service(&found, "web").image else { panic!() };
    let told: Vec<_> =
        layers.iter().map(|layer| (layer.compressed.unwrap(), layer.trigger)).collect();
    // v1, v2 and v3 share the first two; v2 and v3 the third; the fourth is new each time.
    let expected = [
        (30_000_000, "base-refresh"),
        (12_000_000, "base-refresh"),
        (9_000_000, "dependency-update"),
        (420_000, "deploy"),
    ];
    assert_eq!(told, expected);
    // 30 + 12 + 9 + 0.42 MB; imageSizeInBytes is that and a config of 7000 bytes: 51427000.
    assert_eq!(fleet(&found).services[0].before.compressed().0, 51_420_000);
}

#[test]
fn the_order_of_listings_does_not_matter() {
    let [one, other] =
        [["ecr-web.json", "ecr-manifests.json"], ["ecr-manifests.json", "ecr-web.json"]]
            .map(|names| Inventory { sources: Vec::new(), ..files(ecr, &names) });
    assert_eq!(one, other);
    // All three were pushed less than 90 days before the newest: nothing to say about pulls.
    assert_eq!(one.registries[0].notes.len(), 1);
}

#[test]
fn manifests_alone_give_layers_too() {
    let found = files(ecr, &["ecr-manifests.json"]);
    assert!(matches!(service(&found, "web").image, ImageFound::Layers { .. }));
    assert_eq!(service(&found, "web").pushes, None);
    fleet(&found);
}

#[test]
fn of_a_manifest_list_the_layers_of_linux_on_amd64_are_taken() {
    let [list, arm, amd, attestation] =
        ["1", "2", "3", "4"].map(|c| format!("sha256:{}", c.repeat(64)));
    let image = |digest: &str, manifest: String| {
        serde_json::json!({"registryId": "1", "repositoryName": "edge",
            "imageId": {"imageDigest": digest}, "imageManifest": manifest})
    };
    let part = |digest: &str, os: &str, architecture: &str| {
        serde_json::json!({"digest": digest, "size": 500,
            "platform": {"os": os, "architecture": architecture}})
    };
    let layers = |digest: &str, size: u64| {
        serde_json::json!({"config": {"digest": digest, "size": 10},
            "layers": [{"digest": digest, "size": size}]})
    };
    let index = serde_json::json!({"mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [part(&attestation, "unknown", "unknown"), part(&arm, "linux", "arm64"),
            part(&amd, "linux", "amd64")]});
    let mut tagged = image(&list, index.to_string());
    tagged["imageId"]["imageTag"] = "v1".into();
    tagged["imageManifestMediaType"] = "application/vnd.oci.image.index.v1+json".into();
    let listing = serde_json::json!({"imageDetails": [{"registryId": "1", "repositoryName": "edge",
        "imageDigest": list, "imageTags": ["v1"], "imageSizeInBytes": 50_000_010,
        "imageManifestMediaType": "application/vnd.oci.image.index.v1+json"}]});
    let images = serde_json::json!({"images": [tagged, image(&arm, layers(&arm, 40_000_000).to_string()),
        image(&amd, layers(&amd, 50_000_000).to_string())]});
    let found = text(ecr, &format!("{listing}\n{images}")).unwrap();
    let ImageFound::Layers { layers, .. } = &found.services[0].image else { panic!("{found:?}") };
    assert_eq!(layers[0].compressed, Some(50_000_000));
    assert_eq!(layers[0].trigger, "base-refresh");
}

#[test]
fn artifact_registry_tells_region_project_and_sizes_in_quotes() {
    let found = files(artifact_registry, &["gcp-images.json"]);
    let cart = service(&found, "shop-prod/containers/cart");
    let from = "Artifact Registry imageSizeBytes of tag v2, pushed 2026-11-06";
    assert_eq!(size(cart), (122_000_000, from));
    assert!(cart.labels.contains(&("project".into(), "shop-prod".into())));
    // Five days apart: 1 x 730 / 120 = 6.0833333...
    assert_eq!(rate(&cart.pushes), "6.083333/month");
    let region = found.registries[0].region.as_ref().unwrap();
    assert_eq!(region.value, "europe-west4");
    fleet(&found);
}

#[test]
fn a_list_of_size_zero_takes_the_size_of_its_largest_part() {
    let found = files(artifact_registry, &["gcp-images.json"]);
    // 41 and 43 MB were pushed seconds before the list; 99 MB a month earlier.
    let (bytes, from) = size(service(&found, "shop-prod/containers/mesh/proxy"));
    assert_eq!(bytes, 43_000_000);
    assert!(from.starts_with("inferred:"), "{from}");
}

/// A repository of 10,000 times an image of 40 MB and a bit, and its list pushed right after it.
#[test]
fn very_many_lists_find_their_parts() {
    let media_type = "application/vnd.oci.image.index.v1+json";
    let many = 10_000_u64;
    let versions = (0..many).map(|number| {
        let day = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + chrono::Days::new(number / 24);
        let (hour, bytes, part) = (number % 24, 40_000_000 + number, many + number);
        format!(
            r#"{{"uri":"eu-docker.pkg.dev/p/r/app@sha256:{number:064x}","tags":["v{number}"],"imageSizeBytes":"0","uploadTime":"{day}T{hour:02}:00:09Z","mediaType":"{media_type}"}},
            {{"uri":"eu-docker.pkg.dev/p/r/app@sha256:{part:064x}","imageSizeBytes":"{bytes}","uploadTime":"{day}T{hour:02}:00:00Z","mediaType":"application/vnd.oci.image.manifest.v1+json"}}"#
        )
    });
    let listing = format!(r#"{{"dockerImages":[{}]}}"#, versions.collect::<Vec<_>>().join(","));
    let found = text(artifact_registry, &listing).unwrap();
    assert_eq!(size(&found.services[0]).0, 40_009_999);
}

#[test]
fn one_repository_in_two_registries_gives_two_services() {
    let found = files(artifact_registry, &["gcp-images.json", "gcp-rest.json"]);
    let read = fleet(&found);
    assert_eq!(read.fleet.registries.len(), 2);
    let rest = service(&found, "us-docker.pkg.dev/shop-prod/containers/cart");
    assert_eq!(size(rest).0, 115_000_000);
    assert!(found.registries[1].region.as_ref().unwrap().from.starts_with("assumed:"));
}

#[test]
fn the_size_of_a_manifest_is_not_the_size_of_an_image() {
    let found = files(acr, &["acr-payments.json", "acr-rest.json", "acr-show-manifests.json"]);
    assert_eq!(size(service(&found, "acr-payments")).0, 66_000_000);
    let why = |name| match &service(&found, name).image {
        ImageFound::Unknown(why) => why.clone(),
        other => panic!("{other:?}"),
    };
    assert!(why("hello-world").contains("528 bytes"));
    assert!(why("acr-show-manifests").contains("az acr manifest list-metadata"));
    let read = fleet(&found);
    assert_eq!(read.services.len(), 1);
    assert_eq!(read.fleet.registries[1].name, "shop.azurecr.io");
}

#[test]
fn a_manifest_list_of_harbor_is_the_sum_of_its_platforms() {
    let found = files(harbor, &["harbor.json"]);
    // 104 MB over amd64 and arm64; the third reference is an attestation.
    let (bytes, from) = size(service(&found, "library/api"));
    assert_eq!(bytes, 52_000_000);
    assert!(from.ends_with("the mean of 2 platforms"), "{from}");
    // v1 was never pulled (year 1) and pushed more than 90 days before 2026-11-20.
    assert!(found.registries[0].notes[2].contains("1 manifest, 50 MB"), "{found:?}");
    fleet(&found);
}

#[test]
fn pages_and_slurped_pages_add_up() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/listings");
    let mut page = String::new();
    File::open(format!("{folder}/ecr-images.json")).unwrap().read_to_string(&mut page).unwrap();
    let once = text(ecr, &page).unwrap();
    for twice in [format!("{page}{page}"), format!("[{page},\n{page}]"), format!("\u{feff}{page}")]
    {
        // The same digests again are the same images.
        assert_eq!(text(ecr, &twice).unwrap(), once);
    }
}

#[test]
fn what_is_no_listing_is_refused_with_its_place_and_advice() {
    let wrong = |source: Source, json: &str| {
        let error = text(source, json).unwrap_err();
        (error.to_string(), error.help.unwrap_or_default())
    };
    let (told, help) = wrong(ecr, "-----------\n|  DescribeImages  |\n");
    assert_eq!(told, "stdin.json:1:1: this is not JSON");
    assert!(help.contains("--output json"));
    let (told, help) = wrong(artifact_registry, "Listing items under project shop, location us.\n");
    assert!(told.contains("not JSON") && help.contains("--format=json"));
    let (told, help) = wrong(ecr, "{\"imageDetails\": []}");
    assert_eq!(told, "stdin.json: the listing has no images");
    assert!(help.contains("region"));
    assert!(wrong(ecr, "").0.contains("no images"));
    let (told, help) = wrong(ecr, "{\"imageDetails\": [\n  {\"registryId\": \"1\",");
    assert_eq!(told, "stdin.json:2:21: the listing ends in the middle");
    assert!(help.contains("cut off"));
    let (told, help) = wrong(ecr, "[{\"changeableAttributes\": {}, \"digest\": \"sha256:1\"}]");
    assert!(told.starts_with("stdin.json:1:") && told.contains("no listing of ECR"), "{told}");
    assert!(help.contains("`acr`"));
    let (_, help) = wrong(acr, "{\"imageDetails\": [{}]}");
    assert!(help.contains("`ecr`"));
    let (_, help) = wrong(harbor, "{\"apiVersion\": \"v1\"}");
    assert!(help.contains("`kubernetes`"));
    let (told, _) = wrong(ecr, "{\"imageDetails\": [{\"imageDigest\": \"sha256:1\"}]}");
    assert!(told.contains("no `repositoryName`"), "{told}");
    let (told, _) = wrong(ecr, "{\"imageDetails\": [3]}");
    assert!(told.starts_with("stdin.json:1:") && told.contains("integer `3`"), "{told}");
    assert!(wrong(ecr, &"[".repeat(1_000_000)).0.contains("recursion limit"));
    let (told, help) = wrong(ecr, "\u{feff}{\"imageDetails\"");
    assert!(told.contains("ends in the middle") && !help.is_empty());
}

#[test]
fn text_in_utf_16_is_told_apart_from_a_table() {
    let bytes: Vec<u8> = "\u{feff}{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let input = Input { name: "images.json".into(), reader: Box::new(&bytes[..]) };
    let error = ecr(vec![input]).unwrap_err();
    assert_eq!(error.problem, "the text is UTF-16");
    assert!(error.help.unwrap().contains("UTF-8"));
}

#[test]
fn a_listing_cut_anywhere_is_refused() {
    let cut: [(Source, &str); 4] = [
        (ecr, include_str!("listings/ecr-manifests.json")),
        (artifact_registry, include_str!("listings/gcp-images.json")),
        (acr, include_str!("listings/acr-payments.json")),
        (harbor, include_str!("listings/harbor.json")),
    ];
    for (source, listing) in cut {
        let listing = listing.trim_end();
        for length in (1..listing.len()).step_by(7) {
            let told = text(source, &listing[..length]).unwrap_err();
            assert_eq!(told.problem, "the listing ends in the middle", "{length}");
        }
    }
}

#[test]
fn an_endless_entry_ends_before_memory_does() {
    let endless = b"{\"imageDetails\": [{\"repositoryName\": \"".chain(std::io::repeat(b'a'));
    let input = Input { name: "images.json".into(), reader: Box::new(endless) };
    assert_eq!(ecr(vec![input]).unwrap_err().problem, "an entry is larger than 16 MiB");
}
