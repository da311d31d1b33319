//! What Docker (client 28.2.2, engine 20.10.24) and dive 0.13.1 wrote about the images of one
//! machine, to fleet files that read.

use imgcost_inventory::{ImageFound, Input, Inventory, InventoryError, docker, fleet_toml};
use imgcost_read::{FleetFile, read_fleet};

const APP: &str = "127.0.0.1:5051/team/app";

fn read(names: &[&str]) -> Inventory {
    let folder = format!("{}/tests/docker", env!("CARGO_MANIFEST_DIR"));
    let input = |name: &&str| Input {
        name: format!("{folder}/{name}"),
        reader: Box::new(std::fs::File::open(format!("{folder}/{name}")).unwrap()),
    };
    docker(names.iter().map(input).collect()).unwrap()
}

fn text(text: &str) -> Result<Inventory, InventoryError> {
    docker(vec![Input { name: "app.json".into(), reader: Box::new(text.as_bytes()) }])
}

fn fleet(inventory: &Inventory) -> FleetFile {
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let text = fleet_toml(inventory);
    read_fleet("fleet.toml", &text, today).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"))
}

/// Each service with the unpacked size of its image, in the order of the inventory.
fn unpacked(inventory: &Inventory) -> Vec<(&str, u64)> {
    let size = |image: &ImageFound| match image {
        ImageFound::Unpacked(size) => size.value,
        other => panic!("{other:?}"),
    };
    inventory.services.iter().map(|service| (service.name.as_str(), size(&service.image))).collect()
}

/// Each layer's unpacked size and trigger.
fn layers(image: &ImageFound) -> Vec<(u64, &str)> {
    let ImageFound::Layers { layers, .. } = image else { panic!("{image:?}") };
    layers.iter().map(|layer| (layer.unpacked.unwrap(), layer.trigger)).collect()
}

fn has_note(notes: &[String], part: &str) {
    assert!(notes.iter().any(|note| note.contains(part)), "{part} is not in {notes:#?}");
}

#[test]
fn sizes_for_people_are_taken_as_shown_and_exact_ones_exactly() {
    // As the files have them: 35.7kB and 4.5MB; 35664 and 4500006.
    let shown = [(APP, 4_500_000), ("t", 35_700)];
    let exact = [(APP, 4_500_006), ("t", 35_664)];
    for (name, expected) in [
        ("image-ls.cli28.jsonl", shown),
        ("system-df-v.cli28.json", shown),
        ("api-system-df.json", exact),
        ("image-inspect.json", exact),
    ] {
        let found = read(&[name]);
        assert_eq!(unpacked(&found), expected, "{name}");
        let file = fleet(&found);
        assert_eq!(file.services[0].before.unpacked().0, expected[0].1, "{name}");
    }
    let ImageFound::Unpacked(size) = &read(&["image-ls.cli28.jsonl"]).services[0].image else {
        panic!("no size");
    };
    assert_eq!(size.from, "docker image ls shows 4.5MB: unpacked, rounded to 3 or 4 digits");
}

#[test]
fn the_newest_image_of_a_repository_is_its_service() {
    let found = read(&["api-system-df.json"]);
    has_note(&found.services[0].notes, "The image is 127.0.0.1:5051/team/app:v2.");
    has_note(&found.services[0].notes, "1 older images: v1 3000006 B.");
    // 4,500,006 + 35,664: v1 and the copies of t share all their layers with these.
    has_note(&found.notes, "all images take 4535670 B");
    has_note(&found.notes, "1 images without a name are left out");
    let found = read(&["system-df-v.cli28.json"]);
    has_note(
        &found.services[0].notes,
        "3000000 B of it are shared with other images on the machine, 1500000 B",
    );
}

#[test]
fn an_exact_size_replaces_one_that_was_rounded() {
    for names in [
        ["image-ls.cli28.jsonl", "api-system-df.json"],
        ["api-system-df.json", "image-ls.cli28.jsonl"],
    ] {
        assert_eq!(unpacked(&read(&names)), [(APP, 4_500_006), ("t", 35_664)]);
    }
}

#[test]
fn a_history_is_the_layers_of_its_image() {
    // One COPY of 35664 bytes, which is the lowest layer; four instructions without any.
    for (names, service) in [
        (&["history.cli28.jsonl"][..], "history.cli28"),
        (&["api-history.json"], "t"),
        (&["image-inspect.json", "history.cli28.jsonl"], "t"),
    ] {
        let found = read(names);
        let last = found.services.last().unwrap();
        assert_eq!(last.name, service);
        assert_eq!(layers(&last.image), [(35_664, "base-refresh")]);
        fleet(&found);
    }
}

#[test]
fn dive_tells_layers_without_the_padding_of_tar() {
    let found = read(&["dive-0.13.1-json-output.json"]);
    assert_eq!(found.services[0].name, "dive-0.13.1-json-output");
    let expected = [(3_000_006, "base-refresh"), (1_500_000, "deploy")];
    assert_eq!(layers(&found.services[0].image), expected);
    has_note(&found.services[0].notes, "0 B of its layers are files that a later layer");
    has_note(&found.notes, "tar's padding");
    fleet(&found);
}

#[test]
fn a_layer_without_a_size_is_not_one_of_zero_bytes() {
    let of = |second: &str| {
        let layers = format!(r#"[{{"index":0,"sizeBytes":500,"command":"ADD x /"}},{second}]"#);
        text(&format!(r#"{{"layer":{layers},"image":{{"sizeBytes":700,"inefficientBytes":0}}}}"#))
            .unwrap()
    };
    let known = of(r#"{"index":1,"sizeBytes":200,"command":"COPY a a"}"#);
    assert_eq!(layers(&known.services[0].image).iter().map(|(bytes, _)| bytes).sum::<u64>(), 700);
    let unknown = of(r#"{"index":1,"command":"COPY a a"}"#);
    assert!(matches!(unknown.services[0].image, ImageFound::Unknown(_)), "{unknown:?}");
}

#[test]
fn a_rounded_history_says_so() {
    let found = text(
        r#"{"CreatedBy":"COPY . . # buildkit","ID":"<missing>","Size":"1.5MB"}
           {"CreatedBy":"RUN |1 TOKEN=hunter2 /bin/sh -c apk add curl # buildkit","ID":"<missing>","Size":"3MB"}
           {"CreatedBy":"ADD file:0 in /","ID":"<missing>","Size":"7.8MB"}"#,
    )
    .unwrap();
    assert_eq!(found.services[0].name, "app");
    let expected =
        [(7_800_000, "base-refresh"), (3_000_000, "dependency-update"), (1_500_000, "deploy")];
    assert_eq!(layers(&found.services[0].image), expected);
    let toml = fleet_toml(&found);
    assert!(toml.contains("rounded to 3 digits"), "{toml}");
    assert!(!toml.contains("hunter2"), "{toml}");
}

#[test]
fn containerds_sizes_are_not_taken_for_unpacked_ones() {
    let id = "sha256:8541484afbc9c8a5a8a99b379568ebbc957f658583ec9448fc43104229c03cf8";
    let image = |more: &str| {
        format!(
            r#"[{{"Id":"{id}","RepoTags":["nginx:1"],"RepoDigests":["nginx@{id}"],"Size":258541025{more}}}]"#
        )
    };
    let found = text(&image("")).unwrap();
    let ImageFound::Unknown(why) = &found.services[0].image else { panic!("{found:?}") };
    assert!(why.contains("containerd keeps it"), "{why}");
    // The sizes of nginx in moby/moby#53398: 258,541,025 in all, 64,275,937 of them compressed.
    let manifests = r#","Manifests":[
        {"Kind":"image","Size":{"Total":258541025,"Content":64275937}},
        {"Kind":"image","Size":{"Total":0,"Content":0}},
        {"Kind":"attestation","Size":{"Total":9000,"Content":8000}}]"#;
    let found = text(&image(manifests)).unwrap();
    let ImageFound::Both { compressed, unpacked } = &found.services[0].image else {
        panic!("{found:?}")
    };
    assert_eq!((compressed.value, unpacked.value), (64_275_937, 194_265_088));
    fleet(&found);
}

#[test]
fn what_docker_did_not_write_is_refused_with_a_reason() {
    let problem = |input: &str| {
        let error = text(input).unwrap_err();
        assert!(error.help.is_some(), "{error}");
        error
    };
    let literal = problem("json\njson\njson\n");
    assert!(literal.to_string().starts_with("app.json:1:1: the file says `json` only"));
    assert!(literal.help.unwrap().contains("--format '{{json .}}'"));
    let told = problem(
        r#"{"Active":"0","Reclaimable":"4MB","Size":"4MB","TotalCount":"5","Type":"Images"}"#,
    );
    assert!(told.to_string().contains("sums of `docker system df`"), "{told}");
    assert!(told.help.unwrap().contains("with -v"));
    for (input, expected) in [
        ("", "app.json: the file is empty"),
        ("REPOSITORY   TAG\n", "app.json:1:1: this is not JSON"),
        ("\u{0}\u{1}", "app.json:1:1: this is not JSON"),
        ("{}", "app.json: there is no image in the file"),
        ("[]", "app.json: there is no image in the file"),
        ("{\"Images\": null}", "app.json: there is no image in the file"),
        ("[{\"Id\":\n", "app.json:2:0: EOF while parsing a value"),
        ("{\"items\": []}\n]", "app.json:2:1: expected value"),
    ] {
        assert_eq!(problem(input).to_string(), expected);
    }
    assert!(docker(Vec::new()).is_err());
}

#[test]
fn values_of_the_wrong_type_do_no_harm() {
    let found = text(
        r#"[{"Id":"sha256:1","RepoTags":"x","Size":-1,"RootFS":7,"Created":1.5},
            {"Id":5,"RepoTags":[]}, 3, null, "x", [[]],
            {"ID":"2","Repository":"y","Tag":"z","Size":"99999999PB","CreatedAt":"soon"}]"#,
    )
    .unwrap();
    assert_eq!(found.services.len(), 1);
    assert!(matches!(found.services[0].image, ImageFound::Unknown(_)));
    has_note(&found.notes, "1 images without a name");
}
