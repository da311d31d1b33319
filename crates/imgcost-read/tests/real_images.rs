//! Images that a fleet file or a list names: what the opener is asked, and what becomes of its answer.
#![allow(missing_docs)]

use std::convert::Infallible;
use std::sync::Mutex;

use chrono::NaiveDate;
use imgcost::image::{Digest, Image, Layer, Trigger};
use imgcost::units::{Compressed, Unpacked};
use imgcost_read::{
    FleetFile, ImageProblem, ImageRead, ImageRequest, Names, read_fleet, read_fleet_with_images,
    read_services,
};

const HEAD: &str =
    "[registry.main]\nprovider = \"aws-ecr\"\nregion = \"us-east-1\"\n[cluster.prod]\n";

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

/// One layer whose size is the length of the reference, and 1000 bytes attached.
fn image(request: &ImageRequest) -> Image {
    let size = request.reference.len() as u64;
    let layer = Layer {
        compressed: Compressed(size),
        unpacked: Unpacked(2 * size),
        digest: Some(Digest::parse(&format!("sha256:{size:064x}")).unwrap()),
        trigger: Trigger::Deploy,
        linked: false,
    };
    Image { layers: vec![layer], attached: Compressed(1000) }
}

fn answer(request: &ImageRequest) -> Result<ImageRead, ImageProblem> {
    if request.reference.contains("gone") {
        return Err(ImageProblem { message: "it is gone".into(), help: "build it".into() });
    }
    Ok(ImageRead { image: image(request), used_ratio: false, chose_platform: true })
}

fn read(service: &str) -> Result<(FleetFile, Vec<ImageRequest>), Vec<&'static str>> {
    let asked = Mutex::new(Vec::new());
    let images = |request: &ImageRequest| {
        asked.lock().unwrap().push(request.clone());
        answer(request)
    };
    let text = format!("{HEAD}[[service]]\nname = \"app\"\n{service}\n");
    let file = read_fleet_with_images("fleet.toml", &text, day(), &images)
        .map_err(|problems| problems.iter().map(|problem| problem.code).collect::<Vec<_>>())?;
    Ok((file, asked.into_inner().unwrap()))
}

#[test]
fn each_way_to_name_an_image_asks_for_the_same_kind_of_reference() {
    let ways = [
        ("before = \"oci:build\"", "oci:build"),
        ("before = { size = \"registry://r/app:1\" }", "registry://r/app:1"),
        ("before = { oci = \"build:v1\" }", "oci:build:v1"),
        ("before = { archive = \"fat.tar\" }", "archive:fat.tar"),
        ("before = { manifest = \"m.json\" }", "manifest:m.json"),
        ("before = { manifest = \"m.json\", config = \"c.json\" }", "manifest:m.json:c.json"),
        ("before = { reference = \"docker-archive:a.tar:app:1\" }", "docker-archive:a.tar:app:1"),
    ];
    for (text, reference) in ways {
        let (file, asked) = read(text).unwrap_or_else(|codes| panic!("{text}: {codes:?}"));
        assert_eq!(asked.iter().map(|r| r.reference.as_str()).collect::<Vec<_>>(), [reference]);
        assert_eq!(file.services[0].before.compressed().0, reference.len() as u64);
        assert_eq!(file.services[0].before.attached.0, 1000, "{text}");
        assert_eq!(file.services[0].after, file.services[0].before);
    }
}

#[test]
fn what_a_table_says_about_the_image_reaches_the_opener() {
    let text = "before = { oci = \"b\", platform = \"linux/arm64\", base-layers = 3, dependency-layers = 1, ratio = \"3\" }";
    let (file, asked) = read(text).unwrap();
    assert_eq!(asked[0].platform.as_deref(), Some("linux/arm64"));
    assert_eq!((asked[0].base_layers, asked[0].dependency_layers), (Some(3), Some(1)));
    assert_eq!(asked[0].ratio.value().to_string(), "3");
    let taken: Vec<_> = file.assumed.list().into_iter().map(|assumed| assumed.name).collect();
    for name in ["layer-classes", "platform", "profile-before", "compression-ratio"] {
        assert!(!taken.iter().any(|taken| *taken == name), "{name} was not assumed: {taken:?}");
    }
}

#[test]
fn what_an_image_takes_for_granted_is_listed() {
    let (file, _) = read("before = \"oci:build\"").unwrap();
    let taken: Vec<_> = file.assumed.list().into_iter().map(|assumed| assumed.name).collect();
    assert!(taken.iter().any(|name| *name == "layer-classes"), "{taken:?}");
    assert!(taken.iter().any(|name| *name == "platform"), "{taken:?}");
}

#[test]
fn an_image_that_cannot_be_opened_is_a_problem_where_it_is_named() {
    let text = format!("{HEAD}[[service]]\nname = \"app\"\nbefore = {{ oci = \"gone\" }}\n");
    let problems = read_fleet_with_images("fleet.toml", &text, day(), &answer).unwrap_err();
    let [problem] = problems.as_slice() else { panic!("{problems:?}") };
    assert_eq!(problem.code, "image-not-read");
    assert_eq!(&text[problem.span.clone().unwrap()], "\"gone\"");
    assert_eq!(problem.help.as_deref(), Some("build it"));
}

#[test]
fn contradictions_are_told() {
    let wrong = [
        ("before = { oci = \"a\", archive = \"b\" }", "image-given-twice"),
        ("before = { oci = \"a\", size = \"1GB\" }", "image-given-twice"),
        (
            "before = { oci = \"a\", layers = [{ compressed = \"1MB\", trigger = \"deploy\" }] }",
            "image-given-twice",
        ),
        ("before = { oci = \"a\", profile = \"multi-stage\" }", "conflicting-keys"),
        ("before = { size = \"oci:a\", unpacked = \"1GB\" }", "conflicting-keys"),
        ("before = { size = \"1GB\", platform = \"linux/amd64\" }", "conflicting-keys"),
        ("before = { oci = \"a\", config = \"c.json\" }", "conflicting-keys"),
        ("before = { oci = \"a\", dependency-layers = 1 }", "missing-key"),
    ];
    for (text, code) in wrong {
        assert_eq!(read(text).unwrap_err(), [code], "{text}");
    }
}

#[test]
fn without_an_opener_every_image_is_a_problem() {
    let text = format!("{HEAD}[[service]]\nname = \"app\"\nbefore = \"oci:build\"\n");
    assert_eq!(read_fleet("fleet.toml", &text, day()).unwrap_err()[0].code, "image-not-read");
}

#[test]
fn rows_of_a_list_name_images_too() {
    let (file, _) = read("before = \"1GB\"").unwrap();
    let rows = "name,before,after\nfirst,oci:build,180MB\nsecond,1GB,oci:gone\n";
    let mut names = Names::default();
    let mut sizes = Vec::new();
    let read = read_services(
        "s.csv",
        rows.as_bytes(),
        &file.context(&answer),
        &mut names,
        |service, _| {
            sizes.push((
                service.before.compressed().0,
                service.before.attached.0,
                service.after.attached.0,
            ));
            Ok::<_, Infallible>(())
        },
    );
    assert_eq!(sizes, [("oci:build".len() as u64, 1000, 0)]);
    let problems = format!("{:?}", read.unwrap_err());
    assert!(problems.contains("image-not-read") && problems.contains("it is gone"), "{problems}");
}
