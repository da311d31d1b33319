//! From Dockerfile to dollars, through the command. Expected numbers are worked out by hand.

use std::path::Path;

use rust_decimal::Decimal;
use serde_json::Value;
use tempfile::TempDir;

use crate::command::{imgcost, json, number, root, stdout};

const ARTICLE: &str = "tests/cases/dockerfiles/article";
const DAY: [&str; 2] = ["--as-of", "2026-11-23"];

/// The eight points of the article's checklist.
const SINS: [&str; 8] = [
    "full-os-base",
    "copy-before-install",
    "npm-install",
    "dev-dependencies-in-final",
    "runs-as-root",
    "no-healthcheck",
    "secret-in-image",
    "package-cache-kept",
];

fn check(file: &str, more: &[&str]) -> Value {
    json(&[&["dockerfile", "check", file, "-q"], &DAY[..], more].concat())
}

fn findings(report: &Value) -> Vec<(&str, i64)> {
    let found = report["findings"].as_array().unwrap().iter();
    found.map(|one| (one["rule"].as_str().unwrap(), one["line"].as_i64().unwrap())).collect()
}

fn finding<'r>(report: &'r Value, rule: &str) -> &'r Value {
    let found = report["findings"].as_array().unwrap().iter();
    found.into_iter().find(|one| one["rule"] == rule).unwrap_or_else(|| panic!("no {rule}"))
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Whether a figure is this one, to a millionth.
fn is_about(value: &Value, expected: Decimal) {
    let found = number(value);
    assert!((found - expected).abs() < decimal("0.000001"), "{found} is not {expected}");
}

#[test]
fn the_articles_first_dockerfile_has_its_eight_sins_with_dollars() {
    let report = check(&format!("{ARTICLE}/standard/Dockerfile"), &[]);
    let found = findings(&report);
    for sin in SINS {
        assert!(found.iter().any(|(rule, _)| *rule == sin), "{sin} is not in {found:?}");
    }
    for one in report["findings"].as_array().unwrap() {
        assert!(number(&one["saving"]["monthly_billed"]) >= Decimal::ZERO, "{one}");
        assert!(number(&one["saving"]["build_seconds"]) >= Decimal::ZERO, "{one}");
        assert!(one["message"].is_string() && one["help"].is_string() && one["file"].is_string());
    }
    // What is about safety saves nothing, and says so.
    for rule in ["runs-as-root", "no-healthcheck", "secret-in-image"] {
        assert!(number(&finding(&report, rule)["saving"]["monthly_billed"]).is_zero());
    }
}

#[test]
fn a_smaller_base_saves_what_its_bytes_cost() {
    let report = check(&format!("{ARTICLE}/standard/Dockerfile"), &[]);
    // node:20 weighs 398,018,216 bytes, node:20-alpine 47,907,155. 20 nodes, two new bases a month,
    // 720 h nodes, NAT at 0.045 per GiB, the last 30 of 60 tags stored at 0.10 per GiB-month.
    let less = Decimal::from(398_018_216_i64 - 47_907_155);
    let gib = Decimal::from(1_073_741_824_i64);
    let warm = Decimal::from(20 * 2) * less / gib * decimal("0.045");
    let cold = decimal("20") * decimal("730") / decimal("720") * less / gib * decimal("0.045");
    let stored = (decimal("1") + decimal("29") * decimal("2") / decimal("60")) * less / gib
        * decimal("0.10");
    let saving = &finding(&report, "full-os-base")["saving"];
    is_about(&saving["monthly_billed"], warm + cold + stored);
    // Of these only rollouts are driven by deploys.
    is_about(&saving["per_deploy"], warm / decimal("60"));
    assert!(number(&saving["build_seconds"]).is_zero());
}

#[test]
fn copying_lists_first_saves_installs() {
    let report = check(&format!("{ARTICLE}/standard/Dockerfile"), &[]);
    let saving = &finding(&report, "copy-before-install")["saving"];
    // 60 builds install for 60 s today; with lists first the 2 + 4 that bring a base or a lock file do.
    is_about(&saving["build_seconds"], decimal("54"));
    // And the layer of packages, 20.5 MB, goes to 20 nodes 6 times a month instead of 60; of the last
    // 30 tags 1 + 29 x 6/60 hold one of their own instead of 30. A build minute is 0.006.
    let gib = decimal("1073741824");
    let packages = decimal("20500000");
    let warm = decimal("20") * decimal("54") * packages / gib * decimal("0.045");
    let stored = (decimal("30") - decimal("3.9")) * packages / gib * decimal("0.10");
    let minutes = decimal("54") * decimal("0.006");
    let least = warm + stored + minutes;
    // The file also ships npm's cache in that layer (24.4 MB): the saving is more than that.
    assert!(number(&saving["monthly_billed"]) > least);
}

#[test]
fn of_four_stages_nothing_ships_that_should_not() {
    let report = check(&format!("{ARTICLE}/four-stage/Dockerfile"), &[]);
    for one in report["findings"].as_array().unwrap() {
        assert_eq!(one["ships"], false, "{one}");
    }
    assert!(findings(&report).iter().all(|(rule, _)| !SINS.contains(rule)));
}

#[test]
fn three_stages_copy_the_build_before_they_install() {
    let report = check(&format!("{ARTICLE}/three-stage/Dockerfile"), &[]);
    let found: Vec<&str> = findings(&report).into_iter().map(|(rule, _)| rule).collect();
    for rule in ["copy-before-install", "package-cache-kept", "runs-as-root", "no-healthcheck"] {
        assert!(found.contains(&rule), "{rule} is not in {found:?}");
    }
    assert!(!found.contains(&"dev-dependencies-in-final") && !found.contains(&"full-os-base"));
}

#[test]
fn gates_fail_when_they_are_asked_to() {
    let standard = format!("{ARTICLE}/standard/Dockerfile");
    let four = format!("{ARTICLE}/four-stage/Dockerfile");
    let code = |more: &[&str]| {
        imgcost(&[&["dockerfile", "check", "-q"], more].concat()).status.code().unwrap()
    };
    assert_eq!(code(&[&standard]), 0);
    assert_eq!(code(&[&standard, "--fail-on", "never"]), 0);
    assert_eq!(code(&[&standard, "--fail-on", "warning"]), 3);
    assert_eq!(code(&[&four, "--fail-on", "warning"]), 0);
    assert_eq!(code(&[&four, "--fail-on", "info"]), 3);
    assert_eq!(code(&["no-such-file"]), 1);
    assert_eq!(code(&[&standard, "--fail-on", "maybe"]), 2);
    assert_eq!(code(&[&standard, &four, "--image", "1GB"]), 2);
    // What only findings have is refused elsewhere.
    assert_eq!(imgcost(&["whatif", "1GB", "1MB", "--format", "sarif"]).status.code(), Some(2));
}

/// A folder with this Dockerfile.
fn folder(text: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Dockerfile");
    std::fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

#[test]
fn comments_and_configurations_ignore_with_a_reason() {
    let (place, path) = folder(
        "# imgcost ignore=runs-as-root,no-healthcheck: a job that ends by itself, in a sandbox\nFROM node:20-alpine\nCOPY dist /srv\nCMD [\"node\", \"/srv\"]\n",
    );
    let report = check(&path, &[]);
    assert_eq!(findings(&report), []);
    assert_eq!(report["ignored"].as_array().unwrap().len(), 2);
    let config = place.path().join("rules.toml");
    std::fs::write(&config, "fail-on = \"error\"\n[rules]\nfull-os-base = \"error\"\n").unwrap();
    std::fs::write(&path, "FROM node:20\nUSER node\nHEALTHCHECK CMD true\n").unwrap();
    let run = imgcost(&["dockerfile", "check", &path, "--config", config.to_str().unwrap()]);
    assert_eq!(run.status.code(), Some(3));
    std::fs::write(&config, "[rules]\nfull-os-bas = \"error\"\nruns-as-root = 1\n").unwrap();
    let run = imgcost(&["dockerfile", "check", &path, "--config", config.to_str().unwrap()]);
    let told = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(1));
    assert!(told.contains("full-os-base") && told.contains("2 problems"), "{told}");
}

#[test]
fn the_folder_decides_what_a_copy_of_everything_brings() {
    let (place, path) =
        folder("FROM node:20-alpine\nUSER node\nHEALTHCHECK CMD true\nCOPY . /srv\n");
    std::fs::write(place.path().join(".env"), "TOKEN=hunter2\n").unwrap();
    let report = check(&path, &[]);
    assert_eq!(finding(&report, "secret-in-image")["severity"], "error");
    assert!(!report.to_string().contains("hunter2"));
    std::fs::write(place.path().join(".dockerignore"), ".env*\n.git\nnode_modules\n").unwrap();
    assert_eq!(findings(&check(&path, &[])), []);
}

#[test]
fn what_does_not_parse_is_told_with_its_place() {
    let (_place, path) = folder("FROM node:20\nRUNN npm ci\n");
    let run = imgcost(&["dockerfile", "check", &path]);
    let told = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(1));
    assert!(told.contains("Dockerfile:2:1") && told.contains("^^^^"), "{told}");
}

#[test]
fn a_service_of_a_fleet_sets_the_scene() {
    let (place, path) = folder("FROM node:20\nUSER node\nHEALTHCHECK CMD true\n");
    let fleet = place.path().join("fleet.toml");
    let text = "[registry.main]\nprovider = \"aws-ecr\"\nregion = \"us-east-1\"\n[cluster.prod]\nregion = \"us-east-1\"\nnodes = 40\npath = \"nat\"\n[[service]]\nname = \"web\"\nbefore = \"1.2GB\"\n[[service]]\nname = \"api\"\nbefore = \"900MB\"\n";
    std::fs::write(&fleet, text).unwrap();
    let fleet = fleet.to_str().unwrap();
    let report = check(&path, &["--fleet", fleet, "--service", "web"]);
    let saving = &finding(&report, "full-os-base")["saving"];
    // As above, with twice the nodes: only what is stored does not double.
    let less = Decimal::from(398_018_216_i64 - 47_907_155) / decimal("1073741824");
    let pulled =
        (decimal("40") * decimal("2") + decimal("40") * decimal("730") / decimal("720")) * less;
    let stored = (decimal("1") + decimal("29") * decimal("2") / decimal("60")) * less;
    is_about(&saving["monthly_billed"], pulled * decimal("0.045") + stored * decimal("0.10"));
    let unknown = imgcost(&["dockerfile", "check", &path, "--fleet", fleet, "--service", "wep"]);
    assert!(String::from_utf8(unknown.stderr).unwrap().contains("did you mean `web`?"));
}

#[test]
fn an_unknown_base_has_no_price_and_says_so() {
    let (_place, path) = folder("FROM registry.example.org/shop/base:7\nCOPY . .\nRUN npm ci\n");
    let report = check(&path, &[]);
    let saving = &finding(&report, "dev-dependencies-in-final")["saving"];
    // The packages of npm are known by measurement, whatever they stand upon.
    assert!(number(&saving["monthly_billed"]) > Decimal::ZERO);
    let (_place, path) =
        folder("FROM registry.example.org/shop/base:7\nCOPY . .\nRUN composer install\n");
    let report = check(&path, &[]);
    assert!(finding(&report, "copy-before-install")["saving"]["monthly_billed"].is_null());
}

#[test]
fn templates_pass_their_own_check() {
    for language in ["node", "python", "go", "java", "rust", "dotnet"] {
        for pattern in ["three-stage", "four-stage", "native-modules"] {
            let place = tempfile::tempdir().unwrap();
            let into = place.path().to_str().unwrap();
            let run =
                imgcost(&["dockerfile", "init", language, "--pattern", pattern, "--into", into]);
            if run.status.code() == Some(2) {
                let told = String::from_utf8(run.stderr).unwrap();
                assert!(told.contains("its patterns are"), "{told}");
                continue;
            }
            assert!(run.status.success());
            assert!(Path::new(into).join(".dockerignore").exists());
            let file = format!("{into}/Dockerfile");
            assert_eq!(findings(&check(&file, &[])), [], "{language} {pattern}");
            // What is there is left alone.
            let again = imgcost(&["dockerfile", "init", language, "--into", into]);
            assert_eq!(again.status.code(), Some(1));
        }
    }
    let printed = stdout(&["dockerfile", "init", "node", "-q"]);
    let file = root().join("crates/imgcost-dockerfile/templates/node/four-stage/Dockerfile");
    assert_eq!(printed, std::fs::read_to_string(file).unwrap());
}

#[test]
fn the_cache_is_told_change_by_change() {
    let report = json(&["dockerfile", "cache", &format!("{ARTICLE}/three-stage/Dockerfile")]);
    assert_eq!(report["schema_version"], 1);
    let text = stdout(&["dockerfile", "cache", &format!("{ARTICLE}/standard/Dockerfile")]);
    // COPY . . (3), npm install (4) and npm run build (5), of WORKDIR and these three.
    assert!(text.contains("one source line runs 3 of 4 instructions again"), "{text}");
}

#[test]
fn a_comparison_of_two_files_with_their_images_tells_the_story() {
    let folder = "examples/dockerfiles";
    let file = |name: &str| format!("{folder}/{name}/Dockerfile");
    let image = |name: &str| format!("manifest:{folder}/{name}/manifest.json");
    let (old, new) = (file("standard"), file("four-stage"));
    let (old_image, new_image) = (image("standard"), image("four-stage"));
    let asked =
        ["dockerfile", "compare", &old, &new, "--image-old", &old_image, "--image-new", &new_image];
    let report = json(&[&asked[..], &DAY].concat());

    // Versions a month: 2 of the base, 60 of what a source line rebuilds, 4 of packages that are linked.
    let sides = [
        // node:20 and a folder; sources, packages, build and configuration.
        [(398_018_216 + 93, 2), (1_000_000 + 44_923_452 + 500_000 + 2_683, 60)].as_slice(),
        // node:20-alpine and a folder; packages and their list; the build and the configuration.
        &[(47_907_155 + 93, 2), (18_256_785 + 412, 4), (500_000 + 2_222, 60)],
    ];
    // Installs: 60 builds before; after, the 2 + 4 that bring a base or a lock file. A minute each, 0.006.
    let minutes = [decimal("60"), decimal("6")];
    let billed: Vec<Decimal> = sides
        .iter()
        .zip(minutes)
        .map(|(layers, minutes)| {
            let (mut pulled, mut stored) = (Decimal::ZERO, Decimal::ZERO);
            for (bytes, versions) in *layers {
                let (bytes, versions) = (Decimal::from(*bytes), Decimal::from(*versions));
                let fills = decimal("730") / decimal("720");
                pulled += decimal("20") * bytes * (versions + fills);
                stored += bytes * (decimal("1") + decimal("29") * versions / decimal("60"));
            }
            let gib = decimal("1073741824");
            pulled / gib * decimal("0.045")
                + stored / gib * decimal("0.10")
                + minutes * decimal("0.006")
        })
        .collect();
    is_about(&report["saving"]["monthly_billed"], billed[0] - billed[1]);

    // The totals are 1.2 GB and 180 MB at 2.7 unpacked bytes per byte sent, and the naive figure is that
    // of (1.2 - 0.18) GB to 20 nodes 60 times: 1,224 GB at 0.045 per GiB, which is $51.30.
    let text = stdout(&[&asked[..], &DAY].concat());
    // The headline may be broken anywhere.
    let words: Vec<&str> = text.split_whitespace().collect();
    assert!(words.join(" ").contains("1.2 GB -> 180 MB"), "{text}");
    for told in ["444.4 MB  66.7 MB", "$51.30", "copy-before-install"] {
        assert!(text.contains(told), "{told} is not in {text}");
    }
    let markdown = stdout(&[&asked[..], &DAY, &["--format", "markdown"]].concat());
    assert!(markdown.len() < 65_536 && markdown.contains("<details>"));
}

/// A fleet of 40 nodes with a service `web`, whose images are these.
fn fleet_with(images: &str) -> String {
    format!(
        "[registry.main]\nprovider = \"aws-ecr\"\nregion = \"us-east-1\"\n[cluster.prod]\nregion = \"us-east-1\"\nnodes = 40\npath = \"nat\"\n[[service]]\nname = \"web\"\n{images}\n[[service]]\nname = \"api\"\nbefore = \"900MB\"\n"
    )
}

#[test]
fn a_smaller_base_saves_its_bytes_whatever_is_known_of_the_images() {
    let install = "COPY . .\nRUN npm ci && npm cache clean --force\nUSER node\n";
    let (_old, old) = folder(&format!("FROM node:20\n{install}"));
    let (place, new) = folder(&format!("FROM node:20-slim\n{install}"));
    let fleet = place.path().join("fleet.toml");
    let compared = |nodes: &str, more: &[&str]| {
        let report = json(&[&["dockerfile", "compare", &old, &new], &DAY[..], more].concat());
        // Two new bases and 730/720 fills of every node; 1 + 29 x 2/60 versions of the base are kept.
        let less = Decimal::from(398_018_216_i64 - 70_683_740) / decimal("1073741824");
        let nodes = decimal(nodes);
        let pulled = nodes * (decimal("2") + decimal("730") / decimal("720")) * less;
        let stored = (decimal("1") + decimal("29") * decimal("2") / decimal("60")) * less;
        let expected = pulled * decimal("0.045") + stored * decimal("0.10");
        is_about(&report["saving"]["monthly_billed"], expected);
        report["assumptions"].to_string()
    };
    compared("20", &[]);
    compared("20", &["--image-old", "1.2GB"]);
    compared("20", &["--image-new", "300MB"]);
    let of_fleet = |images: &str| {
        std::fs::write(&fleet, fleet_with(images)).unwrap();
        compared("40", &["--fleet", fleet.to_str().unwrap(), "--service", "web"])
    };
    let told = of_fleet("before = \"1.2GB\"");
    assert!(told.contains("builds `before` of service web"), "{told}");
    assert!(told.contains("is taken to have the application and packages of"), "{told}");
    // 180 MB are 66.7 MB on the wire, and the base alone has 70.7: that is another image.
    let told = of_fleet("before = \"1.2GB\"\nafter = \"180MB\"");
    assert!(!told.contains("builds `after`"), "{told}");
    // What the fleet file plans is taken where it can be.
    std::fs::write(&fleet, fleet_with("before = \"1.2GB\"\nafter = \"270MB\"")).unwrap();
    let asked = ["dockerfile", "compare", &old, &new, "--service", "web"];
    let report = json(&[&asked[..], &["--fleet", fleet.to_str().unwrap()]].concat());
    assert_eq!(report["new"]["unpacked"], 270_000_000);
    assert!(report["assumptions"].to_string().contains("builds `after` of service web"));
}

#[test]
fn costs_of_instructions_add_up_to_what_the_image_costs() {
    let folder = "examples/dockerfiles/standard";
    let file = format!("{folder}/Dockerfile");
    let image = format!("manifest:{folder}/manifest.json");
    let report = json(&[&["dockerfile", "cost", &file, "--image", &image], &DAY[..]].concat());
    let rows = report["rows"].as_array().unwrap().iter();
    let sum: Decimal = rows.map(|row| number(&row["billed"])).sum();
    let fixed = report["fixed"].as_array().unwrap().iter();
    let fixed: Decimal =
        fixed.filter(|part| part["kind"] == "billed").map(|part| number(&part["amount"])).sum();
    assert_eq!(sum + fixed, number(&report["total"]["billed"]));
}

#[test]
fn a_build_log_tells_how_long_steps_take() {
    let place = tempfile::tempdir().unwrap();
    let log = place.path().join("build.log");
    let text = "#4 [1/5] FROM docker.io/library/node:20\n#4 DONE 9.0s\n#5 [2/5] WORKDIR /srv\n#5 DONE 0.1s\n#6 [3/5] COPY . .\n#6 DONE 0.4s\n#7 [4/5] RUN npm install\n#7 3.2 added 534 packages\n#7 DONE 66.2s\n#8 [5/5] RUN npm run build\n#8 DONE 12.5s\n";
    std::fs::write(&log, text).unwrap();
    let file = "examples/dockerfiles/standard/Dockerfile";
    let told = stdout(&["dockerfile", "cache", file, "--build-log", log.to_str().unwrap()]);
    // 0.4 + 66.2 + 12.5 after a source line; with a new base its 9.0 and the folder of 0.1 come on top.
    assert!(told.contains(" 79 s ") && told.contains(" 88 s "), "{told}");
    let exact = json(&["dockerfile", "cache", file, "--build-log", log.to_str().unwrap()]);
    assert_eq!(exact["changes"][0]["seconds"], "79.1");
    assert_eq!(exact["changes"][2]["seconds"], "88.2");
}

#[test]
fn a_log_replaces_what_is_assumed_of_installs_and_only_where_it_tells() {
    let (place, path) = folder("FROM node:20-slim\nCOPY . .\nRUN npm ci\nUSER node\n");
    let log = place.path().join("build.log");
    let costs = |end: &str| {
        let text = format!("#5 [2/3] COPY . .\n#5 DONE 0.0s\n#6 [3/3] RUN npm ci\n#6 {end}\n");
        std::fs::write(&log, text).unwrap();
        json(&["dockerfile", "cost", &path, "--build-log", log.to_str().unwrap()])
    };
    let report = costs("DONE 14.0s");
    assert_eq!(report["build_seconds"]["source"], "14");
    assert!(!report["assumptions"].to_string().contains("install-time"));
    let report = costs("CACHED");
    assert_eq!(report["build_seconds"]["source"], "60");
    assert!(report["assumptions"].to_string().contains("whose time the log does not tell"));
}

#[test]
fn strict_names_the_lines_whose_size_is_not_known() {
    let (_place, path) = folder("FROM node:20\nCOPY . .\nRUN composer install\n");
    let run = imgcost(&["dockerfile", "cost", &path, "--strict"]);
    assert_eq!(run.status.code(), Some(4));
    let told = String::from_utf8(run.stderr).unwrap();
    assert!(told.contains("sizes that are not known") && told.contains("Dockerfile:3"), "{told}");
}

#[test]
fn no_format_shows_a_secret() {
    let (_place, path) = folder(
        "FROM node:20\nENV URL=postgres://u:hunter11@h/db\nRUN echo \"//r/:_authToken=hunter22\" > ~/.npmrc && npm install\nRUN curl -H \"Authorization: Bearer hunter33\" h; npm install\nRUN MY_TOKEN=hunter44 npm install\nCMD [\"a\", \"--password=hunter55\"]\n",
    );
    let formats = ["text", "json", "csv", "markdown", "sarif", "github"];
    for (command, formats) in
        [("check", &formats[..]), ("cache", &formats[..4]), ("cost", &formats[..4])]
    {
        for format in formats {
            let shown = stdout(&["dockerfile", command, &path, "--format", format]);
            assert!(!shown.contains("hunter"), "{command} as {format}: {shown}");
        }
    }
}

#[test]
fn the_saving_is_that_of_the_image_which_is_recommended() {
    let (_place, path) = folder("FROM node:20-bookworm\nUSER node\nHEALTHCHECK CMD true\n");
    let report = check(&path, &[]);
    let found = finding(&report, "full-os-base");
    assert_eq!(found["help"], "FROM node:20-bookworm-slim");
    // Its row of the table of base images, 70,683,740 bytes, against node:20's 398,018,216.
    let less = Decimal::from(398_018_216_i64 - 70_683_740) / decimal("1073741824");
    let pulled = decimal("20") * (decimal("2") + decimal("730") / decimal("720")) * less;
    let stored = (decimal("1") + decimal("29") * decimal("2") / decimal("60")) * less;
    let expected = pulled * decimal("0.045") + stored * decimal("0.10");
    is_about(&found["saving"]["monthly_billed"], expected);
}

#[test]
fn installs_upon_a_stage_that_has_the_sources_are_saved_too() {
    // Two installs side by side, a minute each, in stages that start from one with the sources: 60 builds
    // wait a minute today, and with lists first the 2 + 4 that bring a base or a lock file.
    let (_place, path) = folder(
        "FROM node:22-slim AS base\nCOPY . /app\nWORKDIR /app\nFROM base AS prod\nRUN npm ci --omit=dev\nFROM base AS build\nRUN npm ci\nRUN npm run build\nFROM node:22-slim\nCOPY --from=prod /app/node_modules /app/node_modules\nCOPY --from=build /app/dist /app/dist\n",
    );
    let report = check(&path, &[]);
    let saving = &finding(&report, "copy-before-install")["saving"];
    is_about(&saving["build_seconds"], decimal("54"));
    assert!(number(&saving["monthly_billed"]) >= decimal("54") * decimal("0.006"));
}

/// Whoever writes a Dockerfile, or names it, writes to the terminals of those who check it.
#[test]
fn nothing_in_a_dockerfile_acts_on_a_terminal() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| {
        let path = place.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let text = "FROM node:20\n# imgcost ignore=\u{1b}[31mx: y\nRUN npm install \u{1b}[31m\u{7}\u{9b}31m\u{202e}\n";
    let (fine, broken) =
        (path("a\u{1b}[31mb", text), path("c\u{9b}d", "FROM a\nFO\u{9b}31m\u{1b}[31m b\n"));
    let acts = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    for (command, formats) in [
        ("check", &["text", "markdown", "github"][..]),
        ("cache", &["text", "markdown"]),
        ("cost", &["text", "markdown"]),
    ] {
        for format in formats {
            for file in [&fine, &broken] {
                let output = imgcost(&["dockerfile", command, file, "--format", format]);
                for shown in [&output.stdout, &output.stderr] {
                    let shown = String::from_utf8_lossy(shown);
                    assert!(!shown.contains(acts), "{command} as {format}: {shown:?}");
                }
            }
        }
    }
}

/// A comment that names no rule is a warning; the rule beside it is ignored, and nothing fails.
#[test]
fn ignoring_a_rule_that_is_not_there_warns_and_fails_nothing() {
    let (_place, path) = folder(
        "# imgcost ignore=runs-as-root,no-healthchek: a job\nFROM alpine:3.23\nCMD [\"true\"]\n",
    );
    let output = imgcost(&["dockerfile", "check", &path, "--fail-on", "error", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.starts_with("warning[unknown-rule]: there is no rule `no-healthchek`"), "{said}");
    assert!(said.contains("did you mean `no-healthcheck`?"), "{said}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rules = |key: &str| -> Vec<String> {
        let findings = report[key].as_array().unwrap().iter();
        findings.map(|found| found["rule"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        (rules("ignored"), rules("findings")),
        (vec!["runs-as-root".into()], vec!["no-healthcheck".into()])
    );
}
