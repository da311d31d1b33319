//! The templates for Node.js build, run and keep what they promise. Each is built by a real builder
//! from a real service, beside the Dockerfile that most people start with; both images are read by
//! imgcost. The article that the templates follow moves from 900 MB to 180 MB, most of it by the
//! base image; here, the base is what this machine has, and what must go is what was put in: each
//! part is a file of noise of a known size.

mod bases;
mod builder;
mod parts;
mod shop;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde_json::{Value, json as to_json};

use crate::command::{json, root};
use builder::Builder;
use parts::{BUNDLER, COMPILERS, FULL_BASE, Filler, GREETING, HISTORY, TESTS};
use shop::Modules;

/// More than all small files and the headers of all files, per image.
const SMALL: u64 = 128 * 1024;

/// The Dockerfile that works and costs: everything is copied, everything installed, everything
/// shipped.
const NAIVE: &str = "FROM BASE\n\
    WORKDIR /app\n\
    COPY . .\n\
    RUN npm install\n\
    RUN npm run build\n\
    EXPOSE 5000\n\
    CMD [\"npm\", \"start\"]\n";

#[test]
fn three_stages_build() {
    check("three-stage", Modules::Plain);
}

#[test]
fn four_stages_build() {
    check("four-stage", Modules::Plain);
}

#[test]
fn native_modules_build() {
    check("native-modules", Modules::Native);
}

/// Builds a service naively and by a template, before and after a change of one line.
fn check(pattern: &str, modules: Modules) {
    let builder = Builder::new();
    let files = root().join("tests/it/template_builds");
    let template = Template::read(pattern);
    bases::build(&builder, &files, &template.slim_base(), &template.full_base());
    let shop = shop::write(&builder, &files, modules);
    let (naive, better) = (builder.path("Dockerfile.naive"), builder.path("Dockerfile.better"));
    fs::write(&naive, NAIVE.replace("BASE", &template.full_base())).unwrap();
    fs::write(&better, template.for_buildah()).unwrap();
    let build = |image: &str, dockerfile: &Path, ignored: &str| {
        fs::write(shop.join(".dockerignore"), ignored).unwrap();
        builder.build(image, dockerfile, &shop);
        Built::read(&builder, image)
    };
    let before = build("before", &naive, "");
    let after = build("after", &better, &template.dockerignore);
    what_need_not_ship_does_not(&before, &after);
    the_image_runs_unprivileged_and_tells_how_it_is(&builder, "after");
    shop::change_a_line(&shop);
    let before = [before, build("before-changed", &naive, "")];
    let after = [after, build("after-changed", &better, &template.dockerignore)];
    a_changed_line_ships_alone(&before, &after);
}

/// What the article claims of sizes, with the bytes that this test put in.
fn what_need_not_ship_does_not(before: &Built, after: &Built) {
    let vain = [FULL_BASE, BUNDLER, TESTS, HISTORY];
    for filler in [&vain[..], &[GREETING]].concat() {
        assert!(before.files.contains(filler.path), "{filler:?}");
    }
    let shipped: Vec<_> = after.files.iter().filter(|path| path.starts_with("app/")).collect();
    for filler in [&vain[..], &[COMPILERS]].concat() {
        assert!(!after.files.contains(filler.path), "{filler:?} in {shipped:?}");
    }
    for path in ["usr/bin/cc", "usr/bin/make", "app/.env", "app/src/index.js"] {
        assert!(before.files.contains(path), "{path}");
        assert!(!after.files.contains(path), "{path} in {shipped:?}");
    }
    let cached = after.files.iter().any(|path| path.starts_with("root/.npm"));
    assert!(!cached, "npm's cache is in the image");
    for path in [GREETING.path, "app/dist/index.js", "app/package.json"] {
        assert!(after.files.contains(path), "{path} in {shipped:?}");
    }
    // Noise is as large compressed as it is unpacked, so both sizes shrink by it; and what remains
    // is the base, the dependency and small files.
    let vain: u64 = vain.iter().map(|filler: &Filler| filler.size).sum();
    for size in ["compressed", "unpacked"] {
        let (large, small) = (before.size(size), after.size(size));
        assert!(large - small >= vain, "{size}: {large} to {small} is less than {vain}");
        let base = after.layer(0, size);
        assert_eq!(base, before.layer(0, size));
        assert!((base + GREETING.size..base + GREETING.size + SMALL).contains(&small), "{small}");
    }
}

/// User, command and health check are in the image's config, and the health check tells a service
/// that answers from one that does not.
fn the_image_runs_unprivileged_and_tells_how_it_is(builder: &Builder, image: &str) {
    let config = builder.config(image);
    assert_eq!(config["User"], "1000:1000");
    assert_eq!(config["Cmd"], to_json!(["node", "dist/index.js"]));
    assert_eq!(config["WorkingDir"], "/app");
    let environment: Vec<&str> = strings(&config["Env"]).collect();
    assert!(environment.contains(&"NODE_ENV=production"), "{environment:?}");
    let health: Vec<&str> = strings(&config["Healthcheck"]["Test"]).collect();
    assert_eq!(health[0], "CMD", "{health:?}");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let script = "\"$@\" && echo well without a service\n\
        node dist/index.js & service=$!\n\
        for try in 1 2 3 4 5 6 7 8 9 10; do\n\
            \"$@\" && echo well as $(id -u) && break\n\
            sleep 1\n\
        done\n\
        kill $service";
    let run = [&["sh", "-c", script, "sh"], &health[1..]].concat();
    assert_eq!(builder.run(image, &format!("PORT={port}"), &run), "well as 1000\n");
}

/// What a node that has the image fetches after a change of one line of the sources: by the naive
/// Dockerfile all that was copied and installed, by the template what was built from it.
fn a_changed_line_ships_alone(before: &[Built; 2], after: &[Built; 2]) {
    let (bytes, layers) = second_pull(before);
    let again = BUNDLER.size + GREETING.size + TESTS.size + HISTORY.size;
    assert!((again..again + SMALL).contains(&bytes), "{bytes}");
    // Copied, installed, built.
    assert_eq!(layers, 3);
    let (bytes, layers) = second_pull(after);
    assert!(bytes < SMALL, "{bytes}");
    assert_eq!(layers, 1);
}

/// Bytes and new layers of the second of two pulls.
fn second_pull([first, second]: &[Built; 2]) -> (u64, u64) {
    let pulls = json(&["image", "pulls", &first.reference, &second.reference]);
    let pull = &pulls["pulls"][1];
    (pull["bytes"].as_u64().unwrap(), pull["layers_new"].as_u64().unwrap())
}

/// A template for Node.js, as it is handed out.
struct Template {
    dockerfile: String,
    dockerignore: String,
}

impl Template {
    fn read(pattern: &str) -> Self {
        let folder = root().join("crates/imgcost-dockerfile/templates/node");
        let read = |path: PathBuf| fs::read_to_string(path).unwrap();
        let dockerfile = read(folder.join(pattern).join("Dockerfile"));
        Self { dockerfile, dockerignore: read(folder.join("dockerignore")) }
    }

    /// The buildah of Debian 12 does not know `COPY --link`, which BuildKit does. What it copies is
    /// the same; what it changes is that a new base leaves the layer as it is.
    fn for_buildah(&self) -> String {
        self.dockerfile.replace("COPY --link ", "COPY ")
    }

    fn slim_base(&self) -> String {
        let (node, alpine) = (self.argument("NODE_VERSION"), self.argument("ALPINE_VERSION"));
        format!("docker.io/library/node:{node}-alpine{alpine}")
    }

    fn full_base(&self) -> String {
        format!("docker.io/library/node:{}", self.argument("NODE_VERSION"))
    }

    /// The default of a global `ARG`.
    fn argument(&self, name: &str) -> &str {
        let start = format!("ARG {name}=");
        self.dockerfile.lines().find_map(|line| line.strip_prefix(start.as_str())).unwrap()
    }
}

/// An image as imgcost reads it, and the files in its layers.
struct Built {
    reference: String,
    report: Value,
    files: BTreeSet<String>,
}

impl Built {
    fn read(builder: &Builder, image: &str) -> Self {
        let reference = builder.save(image);
        let mut report = json(&["image", "inspect", &reference]);
        let report = report["images"][0].take();
        let blobs = builder.path("layout/blobs");
        let layers = report["layers"].as_array().unwrap().iter();
        let digests = layers.map(|layer| layer["digest"].as_str().unwrap().replace(':', "/"));
        let files = digests.flat_map(|digest| files(&blobs.join(digest))).collect();
        Self { reference, report, files }
    }

    fn size(&self, size: &str) -> u64 {
        self.report[size].as_u64().unwrap()
    }

    fn layer(&self, place: usize, size: &str) -> u64 {
        self.report["layers"][place][size].as_u64().unwrap()
    }
}

/// The files that a layer adds.
fn files(layer: &Path) -> Vec<String> {
    let mut archive = tar::Archive::new(GzDecoder::new(File::open(layer).unwrap()));
    let path = |entry: std::io::Result<tar::Entry<'_, _>>| -> String {
        entry.unwrap().path().unwrap().display().to_string()
    };
    archive.entries().unwrap().map(path).collect()
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().unwrap().iter().map(|item| item.as_str().unwrap())
}
