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
use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;

use serde_json::{Value, json as to_json};

use crate::command::{json, root};
use builder::Builder;
use parts::{
    BUNDLER, BUNDLER_CACHED, COMPILERS, FULL_BASE, GREETING, GREETING_CACHED, HISTORY, TESTS,
};
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
fn templates_leave_out_what_a_service_need_not_ship() {
    check(Modules::Plain, &["three-stage", "four-stage"]);
}

#[test]
fn native_modules_work_without_the_compilers_that_made_them() {
    check(Modules::Native, &["native-modules"]);
}

/// Builds a service naively and by templates, before and after a change of one line.
fn check(modules: Modules, patterns: &[&str]) {
    let builder = Builder::new();
    let files = root().join("tests/it/template_builds");
    let templates: Vec<_> = patterns.iter().map(|pattern| Template::read(pattern)).collect();
    let [slim, full] = templates[0].bases();
    bases::build(&builder, &files, &slim, &full);
    let shop = shop::write(&builder, &files, modules);
    let build = |name: &str, dockerfile: &str, ignored: &str| {
        let path = builder.path("Dockerfile");
        fs::write(&path, dockerfile).unwrap();
        fs::write(shop.join(".dockerignore"), ignored).unwrap();
        let ran = builder.build(name, &path, &shop);
        Built { ran, reference: builder.save(name) }
    };
    let naive = NAIVE.replace("BASE", &full);
    let before = build("naive-1", &naive, "");
    let large = Contents::read(&builder, &before);
    shop::change_a_line(&shop);
    all_is_installed_and_ships_again(&before, &build("naive-2", &naive, ""));
    for template in &templates {
        let build = |release: &str| {
            let name = format!("{}-{release}", template.pattern);
            build(&name, &template.for_buildah(), &template.dockerignore)
        };
        let after = build("1");
        what_need_not_ship_does_not(&large, &Contents::read(&builder, &after));
        it_runs_unprivileged_and_tells_how_it_is(&builder, &format!("{}-1", template.pattern));
        shop::change_a_line(&shop);
        a_changed_line_is_built_and_ships_alone(&after, &build("2"));
        shop::change_what_is_ignored(&shop);
        assert_eq!(build("3").ran, [""; 0]);
    }
}

/// What the article claims of sizes, with the bytes that this test put in.
fn what_need_not_ship_does_not(before: &Contents, after: &Contents) {
    let vain = [FULL_BASE, BUNDLER, TESTS, HISTORY];
    for filler in [&vain[..], &[GREETING]].concat() {
        assert!(before.files.contains(filler.path), "{filler:?}");
    }
    let cached = |files: &BTreeSet<String>| files.iter().any(|path| path.starts_with("root/.npm/"));
    assert!(cached(&before.files) && !cached(&after.files), "npm's cache");
    let shipped: Vec<_> = after.files.iter().filter(|path| path.starts_with("app/")).collect();
    for filler in [&vain[..], &[COMPILERS]].concat() {
        assert!(!after.files.contains(filler.path), "{filler:?} in {shipped:?}");
    }
    for path in ["usr/bin/cc", "usr/bin/make", "app/.env", "app/src/index.js"] {
        assert!(before.files.contains(path), "{path}");
        assert!(!after.files.contains(path), "{path} in {shipped:?}");
    }
    for path in [GREETING.path, "app/dist/index.js", "app/package.json"] {
        assert!(after.files.contains(path), "{path} in {shipped:?}");
    }
    // Noise is as large compressed as it is unpacked, so both sizes shrink by it; and what remains
    // is the base, the dependency and small files.
    let vain = [&vain[..], &[BUNDLER_CACHED, GREETING_CACHED]].concat();
    let vain: u64 = vain.iter().map(|filler| filler.size).sum();
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
fn it_runs_unprivileged_and_tells_how_it_is(builder: &Builder, image: &str) {
    let config = builder.config(image);
    assert_eq!(config["User"], "1000:1000");
    assert_eq!(config["Cmd"], to_json!(["node", "dist/index.js"]));
    assert_eq!(config["WorkingDir"], "/app");
    let environment: Vec<&str> = strings(&config["Env"]).collect();
    assert!(environment.contains(&"NODE_ENV=production"), "{environment:?}");
    let health: Vec<&str> = strings(&config["Healthcheck"]["Test"]).collect();
    assert_eq!(health[0], "CMD", "{health:?}");
    let script = "\"$@\" && echo well without a service\n\
        node dist/index.js & service=$!\n\
        for try in $(seq 60); do\n\
            \"$@\" && echo well as $(id -u) && break\n\
            kill -0 $service || { echo gone; break; }\n\
            sleep 1\n\
        done\n\
        kill $service";
    let run = [&["sh", "-c", script, "sh"], &health[1..]].concat();
    // A port that was free a moment ago may be somebody else's now: then the service ends at once.
    let told = (0..5).map(|_| {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        builder.run(image, &format!("PORT={port}"), &run)
    });
    let told = told.into_iter().find(|told| told != "gone\n");
    assert_eq!(told.as_deref(), Some("well as 1000\n"));
}

/// What a change of one line of the sources costs: by the naive Dockerfile an install, and, on a node
/// that has the image, all that was copied, installed and cached,
fn all_is_installed_and_ships_again(first: &Built, second: &Built) {
    assert_eq!(second.ran, ["npm install", "npm run build"]);
    let (bytes, layers) = second_pull(first, second);
    let again = [BUNDLER, GREETING, BUNDLER_CACHED, GREETING_CACHED, TESTS, HISTORY];
    let again: u64 = again.iter().map(|filler| filler.size).sum();
    assert!((again..again + SMALL).contains(&bytes), "{bytes}");
    // Copied, installed, built.
    assert_eq!(layers, 3);
}

/// by a template a build, and what was built.
fn a_changed_line_is_built_and_ships_alone(first: &Built, second: &Built) {
    assert_eq!(second.ran, ["npm run build"]);
    let (bytes, layers) = second_pull(first, second);
    assert!(bytes < SMALL, "{bytes}");
    assert_eq!(layers, 1);
}

/// Bytes and new layers of the second of two pulls.
fn second_pull(first: &Built, second: &Built) -> (u64, u64) {
    let pulls = json(&["image", "pulls", &first.reference, &second.reference]);
    let pull = &pulls["pulls"][1];
    (pull["bytes"].as_u64().unwrap(), pull["layers_new"].as_u64().unwrap())
}

/// A saved image, and the commands that ran when it was built.
struct Built {
    ran: Vec<String>,
    reference: String,
}

/// A template for Node.js, as it is handed out.
struct Template {
    pattern: String,
    dockerfile: String,
    dockerignore: String,
}

impl Template {
    fn read(pattern: &str) -> Self {
        let folder = root().join("crates/imgcost-dockerfile/templates/node");
        let read = |path: PathBuf| fs::read_to_string(path).unwrap();
        let dockerfile = read(folder.join(pattern).join("Dockerfile"));
        let dockerignore = read(folder.join("dockerignore"));
        Self { pattern: pattern.to_owned(), dockerfile, dockerignore }
    }

    /// The buildah of Debian 12 does not know `COPY --link`, which BuildKit does. What it copies is
    /// the same; what it changes is that a new base leaves the layer as it is.
    fn for_buildah(&self) -> String {
        self.dockerfile.replace("COPY --link ", "COPY ")
    }

    /// The base it asks for, and the full one beside it.
    fn bases(&self) -> [String; 2] {
        let (node, alpine) = (self.argument("NODE_VERSION"), self.argument("ALPINE_VERSION"));
        [format!("node:{node}-alpine{alpine}"), format!("node:{node}")]
            .map(|name| format!("docker.io/library/{name}"))
    }

    /// The default of a global `ARG`.
    fn argument(&self, name: &str) -> &str {
        let start = format!("ARG {name}=");
        self.dockerfile.lines().find_map(|line| line.strip_prefix(start.as_str())).unwrap()
    }
}

/// An image as imgcost reads it, and the files in its layers.
struct Contents {
    report: Value,
    files: BTreeSet<String>,
}

impl Contents {
    fn read(builder: &Builder, built: &Built) -> Self {
        let mut report = json(&["image", "inspect", &built.reference]);
        let report = report["images"][0].take();
        let layers = report["layers"].as_array().unwrap().iter();
        let files = layers.flat_map(|layer| builder.files(layer["digest"].as_str().unwrap()));
        let files = files.collect();
        Self { report, files }
    }

    fn size(&self, size: &str) -> u64 {
        self.report[size].as_u64().unwrap()
    }

    fn layer(&self, place: usize, size: &str) -> u64 {
        self.report["layers"][place][size].as_u64().unwrap()
    }
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().unwrap().iter().map(|item| item.as_str().unwrap())
}
