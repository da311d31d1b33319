//! The proof against the real thing: bytes that `imgcost image pulls` predicts are the bytes that a
//! real registry sends to real nodes, by its access log. Each expectation is also written down as
//! the blobs that a person would say are new.

pub mod images;
mod node;
mod registry;
pub mod tools;

use std::process::Command;
use std::sync::LazyLock;

use imgcost_image::{Options, Platform, ReadLayers, Reference};
use imgcost_registry::{Client, ClientOptions, Credentials, Secret, Transport};
use serde_json::Value;

use crate::command::{imgcost, json};
use images::{Image, Layer, Layout};
use node::{Kind, Node};
use registry::{Registry, Sent};

const KIB: usize = 1024;

/// One pull of a series on one node, and what a person would say is new there.
struct Pull<'p> {
    name: &'static str,
    image: &'p Image,
    config: Config,
    layers: Vec<&'p Layer>,
}

enum Config {
    New,
    There,
}

/// A pull of an image of which the node has nothing.
fn whole<'p>(name: &'static str, image: &'p Image) -> Pull<'p> {
    Pull { name, image, config: Config::New, layers: image.layers.iter().collect() }
}

/// A pull of an image of which the node has all but these layers, and the config.
fn partly<'p>(name: &'static str, image: &'p Image, layers: &[&'p Layer]) -> Pull<'p> {
    Pull { name, image, config: Config::New, layers: layers.to_vec() }
}

/// Pulls images in this order on a fresh node of each kind, and compares what the registry sent
/// with the prediction and with the blobs expected to be new.
fn check(registry: &Registry, pulls: &[Pull<'_>]) {
    let expected = |pull: &Pull<'_>, rereads: bool| {
        let config = matches!(pull.config, Config::New) || rereads;
        let config = config.then(|| pull.image.config_size());
        let layers = pull.layers.iter().map(|layer| layer.size());
        let sizes: Vec<u64> = config.into_iter().chain(layers).collect();
        Sent { bytes: sizes.iter().sum(), blobs: sizes.len() }
    };
    let names: Vec<String> =
        pulls.iter().map(|pull| format!("{}/{}", registry.host, pull.name)).collect();
    let new: Vec<u64> = pulls.iter().map(|pull| expected(pull, false).bytes).collect();
    assert_eq!(predicted(&names), new, "prediction");
    for kind in Kind::here() {
        let node = Node::new(*kind);
        for (name, pull) in names.iter().zip(pulls) {
            let sent = registry.sent_during(|| node.pull(name));
            assert_eq!(sent, expected(pull, kind.rereads_configs()), "{kind:?} {name}");
        }
    }
}

/// What `imgcost image pulls` says of these pulls, one after another on one node.
fn predicted(names: &[String]) -> Vec<u64> {
    let run = Command::new(env!("CARGO_BIN_EXE_imgcost"))
        .args(["image", "pulls", "--plain-http", "--format", "json"])
        .args(names.iter().map(|name| format!("registry://{name}")))
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let report: Value = serde_json::from_slice(&run.stdout).unwrap();
    let pulls = report["pulls"].as_array().unwrap();
    let bytes: Vec<u64> = pulls.iter().map(|pull| pull["bytes"].as_u64().unwrap()).collect();
    assert_eq!(report["total_bytes"].as_u64().unwrap(), bytes.iter().sum::<u64>());
    bytes
}

fn client(credentials: Credentials) -> Client {
    Client::new(ClientOptions::usual(Transport::PlainHttp, credentials))
}

fn options(layers: ReadLayers) -> Options<'static> {
    static PLATFORM: LazyLock<Platform> = LazyLock::new(Platform::linux_amd64);
    let max_unpacked = Options::MAX_UNPACKED;
    Options { platform: &PLATFORM, layers, max_unpacked, progress: &|_| {} }
}

/// A base, dependencies on it, and the application of a release.
struct Shop {
    base: Layer,
    dependencies: Layer,
}

impl Shop {
    fn new(layer: fn(&str, usize) -> Layer) -> Self {
        Self { base: layer("base", 400 * KIB), dependencies: layer("dependencies", 250 * KIB) }
    }

    fn release(&self, name: &str, application: &Layer) -> Image {
        Image::new(name, "amd64", &[&self.base, &self.dependencies, application])
    }
}

/// A release, and then one with another application on the same base and dependencies.
fn check_two_releases(layer: fn(&str, usize) -> Layer) {
    let registry = Registry::start();
    let shop = Shop::new(layer);
    let (app1, app2) = (layer("app 1", 50 * KIB), layer("app 2", 51 * KIB));
    let (v1, v2) = (shop.release("1", &app1), shop.release("2", &app2));
    let mut layout = Layout::new();
    layout.image("1", &v1);
    layout.image("2", &v2);
    registry.push(layout.path(), "1", "shop/app:1");
    registry.push(layout.path(), "2", "shop/app:2");
    check(&registry, &[whole("shop/app:1", &v1), partly("shop/app:2", &v2, &[&app2])]);
}

#[test]
fn a_node_fetches_all_of_its_first_image_and_then_only_what_a_release_changes() {
    check_two_releases(Layer::gzip);
}

#[test]
fn layers_in_zstd_count_as_they_are_stored() {
    check_two_releases(Layer::zstd);
}

#[test]
fn two_repositories_share_their_base_on_a_node() {
    let registry = Registry::start();
    let base = Layer::gzip("base", 400 * KIB);
    let (front, back) = (Layer::gzip("front", 80 * KIB), Layer::gzip("back", 90 * KIB));
    let front_image = Image::new("front", "amd64", &[&base, &front]);
    let back_image = Image::new("back", "amd64", &[&base, &back]);
    let mut layout = Layout::new();
    layout.image("front", &front_image);
    layout.image("back", &back_image);
    registry.push(layout.path(), "front", "shop/front:1");
    registry.push(layout.path(), "back", "team/deeper/back:1");
    check(
        &registry,
        &[whole("shop/front:1", &front_image), partly("team/deeper/back:1", &back_image, &[&back])],
    );
}

#[test]
fn another_tag_of_the_same_image_costs_nothing() {
    let registry = Registry::start();
    let shop = Shop::new(Layer::gzip);
    let image = shop.release("1", &Layer::gzip("app 1", 50 * KIB));
    let mut layout = Layout::new();
    layout.image("1", &image);
    registry.push(layout.path(), "1", "shop/app:1");
    registry.push(layout.path(), "1", "shop/app:stable");
    let again =
        Pull { name: "shop/app:stable", image: &image, config: Config::There, layers: vec![] };
    check(&registry, &[whole("shop/app:1", &image), again]);
}

#[test]
fn one_platform_of_an_index_is_pulled_and_no_attestation() {
    let registry = Registry::start();
    let (amd64, arm64) = (Layer::gzip("amd64", 300 * KIB), Layer::gzip("arm64", 310 * KIB));
    let images = [Image::new("1", "arm64", &[&arm64]), Image::new("1", "amd64", &[&amd64])];
    let mut layout = Layout::new();
    layout.index("1", &[&images[0], &images[1]]);
    registry.push(layout.path(), "1", "shop/app:1");
    check(&registry, &[whole("shop/app:1", &images[1])]);
}

#[test]
fn a_new_base_brings_everything_above_it_anew() {
    let registry = Registry::start();
    let shop = Shop::new(Layer::gzip);
    // Rebuilt on another base, the same files have other times: other layers.
    let refreshed = Shop {
        base: Layer::gzip("new base", 410 * KIB),
        dependencies: Layer::gzip("dependencies rebuilt", 250 * KIB),
    };
    let v1 = shop.release("1", &Layer::gzip("app", 50 * KIB));
    let v2 = refreshed.release("2", &Layer::gzip("app rebuilt", 50 * KIB));
    let mut layout = Layout::new();
    layout.image("1", &v1);
    layout.image("2", &v2);
    registry.push(layout.path(), "1", "shop/app:1");
    registry.push(layout.path(), "2", "shop/app:2");
    check(&registry, &[whole("shop/app:1", &v1), whole("shop/app:2", &v2)]);
}

#[test]
fn going_back_to_a_release_that_is_still_there_costs_nothing_new() {
    let registry = Registry::start();
    let shop = Shop::new(Layer::gzip);
    let (app1, app2) = (Layer::gzip("app 1", 50 * KIB), Layer::gzip("app 2", 51 * KIB));
    let (v1, v2) = (shop.release("1", &app1), shop.release("2", &app2));
    let mut layout = Layout::new();
    layout.image("1", &v1);
    layout.image("2", &v2);
    registry.push(layout.path(), "1", "shop/app:1");
    registry.push(layout.path(), "2", "shop/app:2");
    let back = Pull { name: "shop/app:1", image: &v1, config: Config::There, layers: vec![] };
    let pulls = [whole("shop/app:1", &v1), partly("shop/app:2", &v2, &[&app2]), back];
    check(&registry, &pulls);
}

#[test]
fn the_releases_of_a_repository_come_in_the_order_they_were_built() {
    let registry = Registry::start();
    let base = Layer::gzip("base", 100 * KIB);
    let mut layout = Layout::new();
    // Named so that neither the order of tags nor that of pushes is the order of time.
    for (tag, day) in [("c", 2), ("a", 3), ("b", 1), ("d", 4)] {
        let application = Layer::zstd(tag, 10 * KIB);
        let image = Image::new(tag, "amd64", &[&base, &application]).built_on(day);
        layout.image(tag, &image);
        registry.push(layout.path(), tag, &format!("shop/app:{tag}"));
    }
    registry.push(layout.path(), "d", "shop/app:latest");
    let client = client(Credentials::Anonymous);
    assert_eq!(client.repositories(&registry.host).unwrap(), ["shop/app"]);
    let mut tags = client.tags(&registry.host, "shop/app").unwrap();
    // This registry lists them in the order of its file system.
    tags.sort();
    assert_eq!(tags, ["a", "b", "c", "d", "latest"]);
    let found = client.versions(&registry.host, "shop/app", options(ReadLayers::Yes), 100).unwrap();
    let name = |tag: &str| format!("registry://{}/shop/app:{tag}", registry.host);
    let references: Vec<_> = found.images.iter().map(|image| image.reference.clone()).collect();
    assert_eq!(references, ["b", "c", "a", "d"].map(name));
    assert_eq!(found.notes, [""; 0]);
    // A tar of one file: header of 512 bytes, the file in blocks of 512, two blocks of zeros.
    let unpacked = [100 * KIB + 512 + 1024, 10 * KIB + 512 + 1024].map(|size| size as u64);
    for image in &found.images {
        let sizes: Vec<_> = image.layers.iter().map(|layer| layer.unpacked.unwrap().0).collect();
        assert_eq!(sizes, unpacked);
    }
}

/// A small image, `shop/app:1`.
fn push_one_image(registry: &Registry) {
    let mut layout = Layout::new();
    layout.image("1", &Image::new("1", "amd64", &[&Layer::gzip("app", KIB)]));
    registry.push(layout.path(), "1", "shop/app:1");
}

#[test]
fn a_registry_with_a_password_is_read_with_it() {
    let registry = Registry::start_with_password();
    push_one_image(&registry);
    let given = |password: &str| {
        let password = Secret::new(password);
        client(Credentials::Given { username: registry::USER.into(), password })
    };
    let tags = |client: Client| client.tags(&registry.host, "shop/app");
    assert_eq!(tags(given(registry::PASSWORD)).unwrap(), ["1"]);
    let wrong = tags(given("wrong")).unwrap_err();
    assert!(wrong.problem.contains("does not let this login"), "{wrong}");
    let none = tags(client(Credentials::Anonymous)).unwrap_err();
    assert!(none.problem.contains("asks for a login"), "{none}");
    assert!(none.help.unwrap().contains(&format!("docker login {}", registry.host)));
}

#[test]
fn what_is_not_there_is_told_in_plain_words() {
    let registry = Registry::start();
    push_one_image(&registry);
    let problem = |name: &str| {
        let reference = Reference::parse(&format!("registry://{}/{name}", registry.host)).unwrap();
        let client = client(Credentials::Anonymous);
        client.inspect(&reference, options(ReadLayers::No)).unwrap_err().problem
    };
    assert!(problem("shop/app:2").contains("no such tag or digest"), "{}", problem("shop/app:2"));
    let tags = client(Credentials::Anonymous).tags(&registry.host, "shop/none").unwrap_err();
    assert!(tags.problem.contains("no such repository"), "{tags}");
}

#[test]
fn the_command_tells_how_a_repository_changes_and_what_its_images_cost() {
    let registry = Registry::start();
    let base = Layer::gzip("base", 100 * KIB);
    let mut layout = Layout::new();
    let applications = [1, 2, 3].map(|n| Layer::gzip(&format!("app {n}"), 10 * KIB));
    for (day, application) in (1..).zip(&applications) {
        let tag = format!("v{day}");
        layout.image(&tag, &Image::new(&tag, "amd64", &[&base, application]).built_on(day));
        registry.push(layout.path(), &tag, &format!("shop/app:{tag}"));
    }
    let repository = format!("registry://{}/shop/app", registry.host);
    let churn = json(&["image", "churn", &repository, "--plain-http"]);
    // Two releases in two days: 730 hours / 48 hours x 2.
    assert_eq!(churn["releases_per_month"], "30.416667");
    let changed: Vec<_> = churn["positions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|place| place["changed"].as_u64())
        .collect();
    assert_eq!(changed, [Some(0), Some(2)]);
    let new = applications[1].size() + applications[2].size();
    assert_eq!(churn["unique_bytes"], base.size() + applications[0].size() + new);

    let newest = format!("{repository}:v3");
    let inspected = json(&["image", "inspect", &newest, "--plain-http"]);
    assert_eq!(inspected["images"][0]["compressed"], base.size() + applications[2].size());
    assert!(inspected["images"][0]["unpacked"].is_null(), "{inspected}");
    let read = json(&["image", "inspect", &newest, "--plain-http", "--unpacked"]);
    // Each a tar of one file: a header of 512 bytes, the file, an end of 1,024.
    assert_eq!(read["images"][0]["unpacked"], 110 * KIB + 2 * 1536);
    let whatif = json(&["whatif", &newest, "1kB", "--plain-http", "--as-of", "2026-11-23"]);
    assert_eq!(whatif["complete"], true);
    let secure = imgcost(&["image", "inspect", &newest]);
    let told = String::from_utf8(secure.stderr).unwrap();
    assert!(!secure.status.success() && told.contains("--plain-http"), "{told}");
}
