use imgcost::image::Trigger;
use imgcost_dockerfile::cache::Role;
use imgcost_dockerfile::image::{Basis, Built, Evidence, Variant};
use imgcost_dockerfile::read::ImageName;

use crate::files::{FOUR_STAGES, FOUR_STAGES_PLAN, STANDARD, STANDARD_PLAN, built, planned};

fn sizes(built: &Built) -> Vec<Option<u64>> {
    built.pieces.iter().map(|piece| piece.compressed.map(|size| size.0)).collect()
}

fn triggers(built: &Built) -> Vec<&'static str> {
    built.pieces.iter().map(|piece| piece.trigger.name()).collect()
}

#[test]
fn the_standard_file_weighs_base_packages_cache_and_a_share() {
    let (_, built) = built(STANDARD, STANDARD_PLAN);
    // node:20; WORKDIR; half of the application; node_modules and the cache; the other half.
    // 398018216 / 85 = 4682567.2..: 2341284 and 2341283; 20500000 + 24396982
    let expected = [398_018_216, 0, 2_341_284, 44_896_982, 2_341_283].map(Some);
    assert_eq!(sizes(&built), expected);
    let base = "base-refresh";
    assert_eq!(triggers(&built), [base, base, "deploy", "dependency-update", base]);
    let rebuilt = built.rebuilt_by();
    assert!(rebuilt[3].contains(Trigger::Deploy), "COPY . . stands below the install");
    assert_eq!(built.unpacked().unwrap().0, 1_100_000_000 + 106_300_000 + 26_920_960 + 12_941_176);
    let names: Vec<_> = built.assumptions.iter().map(|found| found.name.as_str()).collect();
    assert_eq!(
        names,
        ["install-time", "base-image", "application", "npm.dependencies", "npm.cache"]
    );
    assert_eq!(built.assumptions[1].value, "node:20 is 398 MB, 2025-10-21");
}

#[test]
fn a_commits_own_argument_is_taken_for_granted() {
    let text = "FROM node:20\nARG GIT_SHA BUILD_DATE\nCOPY package*.json ./\nRUN npm ci\n";
    let (_, built) = built(text, &["- manifest:l dependencies"]);
    let assumed = built.assumptions.iter().find(|found| found.name == "build-arguments").unwrap();
    assert_eq!(assumed.value, "BUILD_DATE, GIT_SHA change with each commit");
}

#[test]
fn packages_of_an_install_in_two_steps_are_counted_once() {
    let text = "FROM python:3.12-slim\nWORKDIR /app\nENV UV_NO_CACHE=1\nCOPY pyproject.toml uv.lock ./\n\
                RUN uv sync --locked --no-install-project\nCOPY . .\nRUN uv sync --locked\n";
    let (_, built) = built(text, &["setup - manifest:l dependencies application:d build"]);
    let counted = built.pieces.iter().filter(|piece| match &piece.basis {
        Basis::Evidence { ids, .. } => ids.iter().any(|id| id == "pip.dependencies"),
        _ => false,
    });
    assert_eq!(counted.map(|piece| piece.role).collect::<Vec<_>>(), [Role::Dependencies]);
}

#[test]
fn copied_packages_are_those_of_the_stage_that_they_come_from() {
    let (_, built) = built(FOUR_STAGES, FOUR_STAGES_PLAN);
    // node:20-alpine; WORKDIR; user; production packages without a cache; lists; 47907155 / 94
    let expected = [47_907_155, 0, 0, 2_640_000, 0, 509_651].map(Some);
    assert_eq!(sizes(&built), expected);
    let rebuilt = built.rebuilt_by();
    assert!(!rebuilt[3].contains(Trigger::Deploy) && rebuilt[5].contains(Trigger::Deploy));
}

#[test]
fn a_base_that_is_not_in_the_table_is_stood_for_by_the_nearest_version_and_that_is_said() {
    let text = "FROM node:21-alpine3.19\nCOPY . .\n";
    let (_, built) = built(text, &["application:d"]);
    let expected = "node:21-alpine3.19 is taken as node:22-alpine, 60.7 MB, 2026-09-23";
    assert_eq!(built.assumptions[1].value, expected);
}

#[test]
fn base_images_are_looked_up_by_tag_then_variant_then_version() {
    let evidence = Evidence::built_in();
    let row = |name: &str| {
        let found = evidence.base(&ImageName::parse(name))?;
        Some((found.row.name(), found.exact))
    };
    for (name, expected, exact) in [
        ("node:20", "node:20", true),
        ("docker.io/library/node:20-alpine", "node:20-alpine", true),
        ("node:20@sha256:aaaa", "node:20", false),
        ("node:20-bookworm-slim", "node:20-slim", false),
        ("node:18.19-alpine", "node:18-alpine", false),
        ("node", "node:24", false),
        ("node:lts-alpine", "node:24-alpine", false),
        ("python:3.11", "python:3.12", false),
        ("eclipse-temurin:17-jre-jammy", "eclipse-temurin:17-jre", false),
        ("debian:bullseye-slim", "debian:bookworm-slim", false),
        (
            "mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled",
            "mcr.microsoft.com/dotnet/aspnet:8.0-noble-chiseled",
            false,
        ),
    ] {
        assert_eq!(row(name), Some((expected.to_owned(), exact)), "{name}");
    }
    assert_eq!(row("ghcr.io/shop/base:1"), None);
    assert_eq!(row("python:3.12-alpine"), None, "no row of that variant");
}

#[test]
fn what_nobody_measured_has_no_size_and_then_neither_has_the_image() {
    let text = "FROM node:20\nRUN curl -fsSL https://example.com/x | tar xz\nCOPY . .\n";
    let (_, strange) = built(text, &["setup application:d"]);
    assert_eq!(sizes(&strange)[1], None);
    assert_eq!(strange.image(), None);
    assert!(strange.notes[0].starts_with("line 2 has no known size: what `curl` leaves"));
    let (_, unknown) = built("FROM ghcr.io/shop/base:1\nCOPY . .\n", &["application:d"]);
    assert_eq!(sizes(&unknown), [None, None]);
}

#[test]
fn an_owner_changed_afterwards_stores_files_again() {
    let text = "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN chown -R node:node /app\n";
    let (_, built) = built(text, &["setup application:d dependencies setup"]);
    // 398018216 / 85 and 20500000; npm's cache is in /root.
    assert_eq!(sizes(&built)[4], Some(4_682_567 + 20_500_000));
}

/// What the last step of a file with these lines weighs on the wire.
fn last(lines: &[&str]) -> Option<u64> {
    let (_, built) = planned(&lines.join("\n"));
    sizes(&built).last().copied().flatten()
}

const PYTHON: &str = "FROM python:3.12-slim";
// 43188023 / 94
const SHARE: u64 = 459_447;

#[test]
fn packages_are_stored_again_where_they_lie_and_nowhere_else() {
    let chown = |before: &str, install: &str, folder: &str| {
        let run = format!("RUN {install}");
        let chown = format!("RUN chown -R nobody {folder}");
        let lists = "COPY requirements.txt uv.lock poetry.lock ./";
        last(&[PYTHON, before, "WORKDIR /app", lists, &run, "COPY . .", &chown])
    };
    let pip = "pip install --no-cache-dir -r requirements.txt";
    let venv = "ENV PATH=/opt/venv/bin:$PATH";
    assert_eq!(chown("", pip, "/app"), Some(SHARE));
    assert_eq!(chown(venv, pip, "/app"), Some(SHARE));
    assert_eq!(chown(venv, pip, "/opt/venv"), Some(64_320_718));
    let own = "uv sync --no-cache --locked --no-dev";
    assert_eq!(chown("", own, "/app"), Some(SHARE + 64_320_718));
    assert_eq!(chown("ENV UV_PROJECT_ENVIRONMENT=/env", own, "/app"), Some(SHARE));
    let poetry = "poetry config virtualenvs.create false && poetry install --no-cache --only main";
    assert_eq!(chown("", poetry, "/app"), Some(SHARE));
    for elsewhere in ["bundle install", "go mod download", "npm install -g serve"] {
        assert_eq!(chown("", elsewhere, "/app"), Some(SHARE), "{elsewhere}");
    }
    // A part of the application; what the image itself has.
    assert_eq!(chown("", pip, "/app/data"), None);
    assert_eq!(chown("", pip, "/usr/local"), None);
}

#[test]
fn a_copy_carries_the_packages_in_it() {
    let copied = |install: &str, path: &str| {
        let run = format!("RUN {install}");
        let copy = format!("COPY --from=b {path} /srv");
        let lists = "COPY requirements.txt uv.lock poetry.lock package.json ./";
        last(&["FROM a AS b", "WORKDIR /b", lists, &run, "COPY . .", "RUN make", PYTHON, &copy])
    };
    let uv = "uv sync --locked --no-dev";
    assert_eq!(copied(uv, "/b"), Some(SHARE + 64_320_718));
    assert_eq!(copied(uv, "/b/.venv"), Some(64_320_718));
    assert_eq!(copied(uv, "/b/src"), Some(SHARE));
    assert_eq!(copied("npm ci", "/b/"), Some(SHARE + 20_500_000));
    assert_eq!(copied("npm ci && rm -rf node_modules", "/b"), Some(SHARE));
    assert_eq!(copied("npm ci && npm prune --omit=dev", "/b"), Some(SHARE + 2_640_000));
    // The cache of Poetry is elsewhere, unless it is told to keep packages in the project.
    let inside = "poetry config virtualenvs.in-project true && poetry install --only main";
    assert_eq!(copied(inside, "/b"), Some(SHARE + 64_320_718));
    // Nobody measured gems.
    assert_eq!(copied("bundle install", "/usr/local/bundle"), None);
    assert_eq!(copied("bundle install", "/b"), Some(SHARE));
    assert_eq!(copied("composer install", "/b"), None);
    // A workspace's own packages are a part of what was measured as a whole.
    assert_eq!(copied("npm ci", "/b/packages/api/node_modules"), None);
    let program = "cargo build --release";
    assert_eq!(copied(program, "/b/target/release/app"), Some(SHARE));
    assert_eq!(copied(program, "/b"), None);
}

#[test]
fn what_nobody_weighed_is_not_nothing() {
    for line in [
        "COPY --from=ghcr.io/astral-sh/uv:0.5 /uv /bin/uv",
        "ADD https://example.com/big.tgz /x",
        "ADD data.tar.gz /data",
        "RUN go build -o /app .",
        "RUN mvn -B package",
    ] {
        assert_eq!(last(&[PYTHON, line]), None, "{line}");
    }
    let strange = "RUN micromamba create -y -p /env -f environment.yml";
    assert_eq!(last(&["FROM a AS b", strange, PYTHON, "COPY --from=b /env /env"]), None);
    let certificates = "COPY --from=b /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/";
    let lists = "COPY go.mod ./\nRUN go mod download";
    assert_eq!(last(&["FROM a AS b", lists, PYTHON, certificates]), Some(0));
    for line in ["COPY nginx.conf /etc/nginx/nginx.conf", "COPY requirements.txt ."] {
        assert_eq!(last(&[PYTHON, line]), Some(0), "{line}");
    }
}

#[test]
fn system_packages_weigh_what_was_measured_with_their_lists_unless_deleted() {
    let size = |run: &str| {
        let (_, built) = built(&format!("FROM debian:bookworm-slim\nRUN {run}\n"), &["system"]);
        sizes(&built)[1]
    };
    let install = "apt-get update && apt-get install -y --no-install-recommends";
    // the tools; the lists beside them; what they recommend
    let cleaned = "&& rm -rf /var/lib/apt/lists/*";
    assert_eq!(size(&format!("{install} git {cleaned}")), Some(31_823_815));
    assert_eq!(size(&format!("{install} git")), Some(31_823_815 + 15_294_560));
    let recommends = format!("apt-get update && apt-get install -y git {cleaned}");
    assert_eq!(size(&recommends), Some(31_823_815 + 4_963_497));
    assert_eq!(size(&format!("{install} python3 make g++ {cleaned}")), Some(97_367_860));
    assert_eq!(size(&format!("{install} curl git {cleaned}")), Some(4_490_189 + 31_823_815));
    assert_eq!(size(&format!("{install} postgresql-client {cleaned}")), None);
}

#[test]
fn every_row_of_evidence_is_well_formed() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/data/");
    let text = |name: &str| std::fs::read_to_string(format!("{data}{name}.toml")).unwrap();
    let evidence = Evidence::parse(&text("base-images"), &text("measured")).unwrap();
    assert_eq!(&evidence, Evidence::built_in());
    let is_date = |text: &str| chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok();
    let mut names = std::collections::BTreeSet::new();
    for row in &evidence.images {
        let name = row.name();
        assert!(names.insert(name.clone()), "{name} stands there twice");
        assert!(row.compressed > 0 && is_date(&row.published) && !row.source.is_empty(), "{name}");
        assert!(row.unpacked.is_none_or(|unpacked| unpacked > row.compressed), "{name}");
        assert_eq!(row.variant, Variant::of(&row.repository, &row.tag), "{name}");
        if let Some(slimmer) = &row.slimmer {
            let found = evidence.base(&ImageName::parse(slimmer)).unwrap();
            assert!(found.exact && found.row.compressed < row.compressed, "{name}: {slimmer}");
        }
    }
    for row in &evidence.measured {
        assert!(names.insert(row.id.clone()), "{} stands there twice", row.id);
        let sized = 0 < row.compressed && row.compressed <= row.unpacked;
        assert!(sized && is_date(&row.date) && !row.source.is_empty(), "{}", row.id);
    }
    for row in &evidence.times {
        assert!(row.seconds > 0 && !row.source.is_empty(), "{}", row.id);
        assert!(row.date.as_deref().is_none_or(is_date), "{}", row.id);
    }
    assert!(!evidence.images.is_empty() && !evidence.families.is_empty());
}
