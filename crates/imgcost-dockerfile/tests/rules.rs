//! Rules: what each Dockerfile of tests/cases/dockerfiles/ must be told, derived by hand.

use std::path::{Path, PathBuf};

use imgcost_dockerfile::cache::{StepId, plan};
use imgcost_dockerfile::ecosystem::Manager;
use imgcost_dockerfile::read::IgnoreFile;
use imgcost_dockerfile::rules::{
    Checked, Context, Finding, Fix, Level, Settings, Severity, check, masked, rule,
};
use imgcost_dockerfile::templates::TEMPLATES;
use imgcost_dockerfile::{Dockerfile, ReadOptions, read};

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/dockerfiles")
}

fn file(text: &str) -> Dockerfile {
    read("Dockerfile", text, &ReadOptions::default()).unwrap()
}

fn checked(text: &str, context: &Context) -> Checked {
    let file = file(text);
    check(&file, &plan(&file, context), context, &Settings::default())
}

/// `rule@line`, with the severity where it is not that of the rule.
fn told(checked: &Checked) -> Vec<String> {
    let name = |severity| match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let found = checked.findings.iter().map(|found| {
        let usual = rule(found.rule).unwrap().severity == found.severity;
        let severity = if usual { String::new() } else { format!(":{}", name(found.severity)) };
        format!("{}@{}{severity}", found.rule, found.line)
    });
    let mut found: Vec<String> = found.collect();
    found.sort();
    found
}

fn sorted(list: &str) -> Vec<String> {
    let mut list: Vec<String> = list.split(',').map(|word| word.trim().to_owned()).collect();
    list.retain(|word| !word.is_empty() && word != "nothing");
    list.sort();
    list
}

/// The article's files, in a folder without .dockerignore whose files nobody listed.
#[test]
fn the_files_of_the_article_are_told_what_the_article_says() {
    for (name, expected) in [
        // The eight sins of the checklist, and three more: built in the image that ships, no
        // .dockerignore for `COPY . .`.
        (
            "standard",
            "full-os-base@1, single-stage-build@1, runs-as-root@1, no-healthcheck@1, \
             copy-before-install@3, secret-in-image@3, missing-dockerignore@3, \
             npm-install@4, dev-dependencies-in-final@4, package-cache-kept@4",
        ),
        // `dist`, which changes with each source line, is copied before `npm ci`, which keeps its
        // cache; `COPY . .` is in a build stage only.
        (
            "three-stage",
            "missing-dockerignore@11:info, runs-as-root@15, no-healthcheck@15, \
             copy-before-install@17, package-cache-kept@19",
        ),
        ("four-stage", "missing-dockerignore@12:info"),
        // Tools come and go in one RUN, whose npm cache is cleaned; packages come before `dist`.
        ("native-modules", "runs-as-root@11, no-healthcheck@11"),
    ] {
        let path = cases().join("article").join(name).join("Dockerfile");
        let text = std::fs::read_to_string(path).unwrap();
        let checked = checked(&text, &Context::default());
        assert_eq!(told(&checked), sorted(expected), "{name}");
        if name == "four-stage" {
            assert!(checked.findings.iter().all(|found| !found.ships));
        }
    }
}

/// Each file of rules/ says in its first line what it must be told, and why below it. Unless it says
/// otherwise its folder has a .dockerignore with `.git`, `.env*` and `node_modules`.
#[test]
fn each_case_is_told_what_its_first_line_says() {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(cases().join("rules"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let mut wrong = Vec::new();
    for path in &paths {
        let text = std::fs::read_to_string(path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy();
        let header = |key: &str| {
            let line = text.lines().find(|line| line.starts_with(&format!("# {key}:")));
            line.map(|line| line.split_once(':').unwrap().1.trim().to_owned())
        };
        let expected =
            sorted(&header("expect").unwrap_or_else(|| panic!("{name}: no `# expect:`")));
        assert!(header("why").is_some(), "{name}: no `# why:`");
        let found = told(&checked(&text, &context(header("dockerignore"), header("files"))));
        if found != expected {
            wrong.push(format!("{name}:\n  expected {expected:?}\n  found    {found:?}"));
        }
    }
    assert!(paths.len() >= 40, "only {} cases", paths.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn context(ignore: Option<String>, files: Option<String>) -> Context {
    let ignore = match ignore.as_deref() {
        Some("none") => None,
        Some(list) => Some(list.replace(", ", "\n")),
        None => Some(".git\n.env*\nnode_modules\n".to_owned()),
    };
    let files = files.map(|list| list.split(", ").map(|path| (path.to_owned(), 1000)).collect());
    Context { ignore: ignore.map(|text| IgnoreFile::parse(&text)), files }
}

fn one<'c>(checked: &'c Checked, rule: &str) -> &'c Finding {
    let mut found = checked.findings.iter().filter(|found| found.rule == rule);
    let first = found.next().unwrap_or_else(|| panic!("no {rule} in {:?}", told(checked)));
    assert!(found.next().is_none(), "{rule} twice");
    first
}

/// An instruction by its stage and its place there.
fn step(stage: usize, instruction: usize) -> StepId {
    StepId { stage, instruction: Some(instruction) }
}

const FROM: StepId = StepId { stage: 0, instruction: None };

#[test]
fn findings_of_the_first_file_point_at_words_and_say_what_to_write() {
    let text = std::fs::read_to_string(cases().join("article/standard/Dockerfile")).unwrap();
    let checked = checked(&text, &Context::default());
    let at = |rule: &str| &text[one(&checked, rule).span.clone()];
    assert_eq!(at("full-os-base"), "node:20");
    assert_eq!(at("copy-before-install"), "COPY . .");
    assert_eq!(at("npm-install"), "npm install");
    assert_eq!(at("package-cache-kept"), "npm install");
    let help = |rule: &str| one(&checked, rule).help.as_str();
    let (image, note) = help("full-os-base").split_once('\n').unwrap();
    assert_eq!(image, "FROM node:20-alpine");
    assert!(note.contains("musl") && note.contains("node:20-slim"), "{note}");
    assert_eq!(help("copy-before-install"), "COPY package*.json ./\nRUN npm ci\nCOPY . .");
    assert_eq!(help("npm-install"), "RUN npm ci");
    assert_eq!(help("runs-as-root"), "USER node");
    assert!(help("no-healthcheck").contains(":5000/"), "the port that EXPOSE names");
    let fix = |rule: &str| &one(&checked, rule).fix;
    assert_eq!(
        *fix("full-os-base"),
        Fix::SmallerBase { from: FROM, to: Some("node:20-alpine".into()) }
    );
    // Instructions of the stage: WORKDIR, COPY, npm install, npm run build, EXPOSE, CMD.
    assert_eq!(*fix("copy-before-install"), Fix::PackagesFirst { installs: vec![step(0, 2)] });
    let manager = Manager::Npm;
    assert_eq!(*fix("npm-install"), Fix::LockedInstall { installs: vec![step(0, 2)], manager });
    assert_eq!(*fix("package-cache-kept"), Fix::NoCacheKept { step: step(0, 2), manager });
    assert_eq!(
        *fix("dev-dependencies-in-final"),
        Fix::ProductionOnly { steps: vec![step(0, 2)], manager }
    );
    assert_eq!(
        *fix("single-stage-build"),
        Fix::Stages {
            from: FROM,
            installs: vec![step(0, 2)],
            build_only: vec![step(0, 1), step(0, 3)],
            manager: Some(manager),
        }
    );
}

#[test]
fn the_copy_of_lists_that_is_there_goes_before_the_copy_that_came_too_early() {
    let text = std::fs::read_to_string(cases().join("article/three-stage/Dockerfile")).unwrap();
    let checked = checked(&text, &Context::default());
    assert_eq!(
        one(&checked, "copy-before-install").help,
        "COPY package*.json ./\nRUN npm ci --omit=dev --prefer-offline --no-audit\n\
         COPY --from=builder /app/dist ./dist"
    );
}

/// Whoever moves one of two copies only still installs with each source line.
#[test]
fn all_copies_that_came_too_early_are_named_and_go_below_the_install() {
    let case = |name: &str| {
        let path = cases().join("rules").join(format!("{name}.Dockerfile"));
        let found = checked(&std::fs::read_to_string(path).unwrap(), &context(None, None));
        let found = one(&found, "copy-before-install").clone();
        (found.message, found.help)
    };
    let (message, help) = case("order-several");
    assert!(
        message.starts_with(
            "`COPY scripts /opt/scripts` and `COPY . .` come before the install by npm"
        ),
        "{message}"
    );
    assert!(help.ends_with("\nCOPY scripts /opt/scripts\nCOPY . ."), "{help}");
    let (message, help) = case("order-key-before");
    assert!(message.starts_with("`COPY app /app` comes before the install by npm"), "{message}");
    assert!(!help.contains("id_rsa"), "{help}");
    let (_, help) = case("order-lists-above");
    assert_eq!(help, "RUN npm ci --omit=dev && npm cache clean --force\nCOPY scripts /opt/scripts");
    let (message, help) = case("order-elsewhere");
    assert!(message.starts_with("`COPY scripts /opt/scripts` comes before"), "{message}");
    assert_eq!(
        help,
        "COPY package.json package-lock.json ./\n\
         RUN npm ci --omit=dev && npm cache clean --force\nCOPY scripts /opt/scripts"
    );
}

/// The same version of the same thing: nobody changes Java or the distribution in passing.
#[test]
fn a_smaller_base_is_of_the_same_version_and_distribution() {
    for (image, step, expected) in [
        ("debian:12", "", Some("debian:12-slim")),
        ("ubuntu:24.04", "", None),
        ("centos:7", "", None),
        ("amazonlinux:2", "", None),
        ("rockylinux:8.9", "", Some("rockylinux:8.9-minimal")),
        ("fedora:41", "", Some("registry.fedoraproject.org/fedora-minimal:41")),
        (
            "registry.access.redhat.com/ubi8/ubi:8.10-1088",
            "",
            Some("registry.access.redhat.com/ubi8/ubi-minimal:8.10"),
        ),
        ("node:22", "RUN npm ci", Some("node:22-alpine")),
        // Alpine has no apt-get.
        ("node:22", "RUN apt-get update && apt-get install -y curl", Some("node:22-slim")),
        ("python:3.12", "RUN pip install -r requirements.txt", Some("python:3.12-slim")),
        ("eclipse-temurin:17", "", Some("eclipse-temurin:17-jre")),
        ("eclipse-temurin:21-jdk-alpine", "", Some("eclipse-temurin:21-jre-alpine")),
        ("eclipse-temurin:11.0.25_9-jdk-jammy", "", Some("eclipse-temurin:11.0.25_9-jre-jammy")),
        ("openjdk:17-jdk-slim", "", Some("eclipse-temurin:17-jre")),
        ("openjdk:19", "", None),
        ("maven:3-eclipse-temurin-17", "", Some("eclipse-temurin:17-jre")),
        ("maven:3.9-amazoncorretto-21", "", None),
        ("maven:3", "", None),
        ("gradle:8-jdk17-alpine", "", Some("eclipse-temurin:17-jre-alpine")),
        ("amazoncorretto:17", "", None),
        // glibc of Debian 13 is newer than that of Debian 12.
        ("rust:1-bookworm", "", Some("gcr.io/distroless/cc-debian12:nonroot")),
        ("rust:1.85", "", None),
        ("golang:1.26", "", Some("gcr.io/distroless/static-debian12:nonroot")),
        ("swift:5.10", "", Some("swift:5.10-slim")),
        // Patches of the SDK have numbers of their own.
        (
            "mcr.microsoft.com/dotnet/sdk:8.0.404-alpine3.20",
            "",
            Some("mcr.microsoft.com/dotnet/aspnet:8.0-alpine3.20"),
        ),
    ] {
        let found = checked(&format!("FROM {image}\n{step}\n"), &Context::default());
        let mut bases = found.findings.iter().filter_map(|found| match &found.fix {
            Fix::SmallerBase { to, .. } => Some((to.as_deref(), found.help.as_str())),
            _ => None,
        });
        let (to, help) = bases.next().unwrap_or_else(|| panic!("{image}: {:?}", told(&found)));
        assert_eq!(to, expected, "{image}");
        let named: Vec<&str> = help.lines().filter_map(|line| line.strip_prefix("FROM ")).collect();
        assert_eq!(named, expected.into_iter().collect::<Vec<_>>(), "{image}: {help}");
    }
}

#[test]
fn what_a_smaller_base_lacks_is_said() {
    let help = |text: &str| one(&checked(text, &Context::default()), "full-os-base").help.clone();
    let slim = help("FROM python:3.12\nRUN pip install -r requirements.txt\n");
    assert!(slim.contains("no compilers"), "{slim}");
    assert!(!help("FROM python:3.12\nCMD python\n").contains("compilers"));
    assert!(help("FROM almalinux:9\nRUN dnf install -y nginx\n").contains("microdnf"));
    assert!(help("FROM ubuntu:24.04\n").lines().all(|line| line.starts_with('#')));
}

#[test]
fn values_of_secrets_are_shown_nowhere() {
    let text = "FROM alpine:3.20\nENV DB_PASSWORD=hunter2\nARG API_TOKEN=hunter2\n";
    let checked = checked(text, &Context::default());
    let found: Vec<&Finding> =
        checked.findings.iter().filter(|found| found.rule == "secret-in-image").collect();
    assert_eq!(found.len(), 2);
    for found in found {
        let said = format!("{} {} {}", found.message, found.why, found.help);
        assert!(!said.contains("hunter2"), "{said}");
        assert!(["DB_PASSWORD", "API_TOKEN"].contains(&&text[found.span.clone()]));
        assert_eq!(found.severity, Severity::Error);
    }
}

/// The command checks what it is going to show, which is the masked text.
#[test]
fn what_is_masked_is_told_all_the_same() {
    let case = |name: &str| {
        let path = cases().join("rules").join(format!("{name}.Dockerfile"));
        std::fs::read_to_string(path).unwrap()
    };
    // A here-document of a COPY, which hadolint cannot read.
    let file_within = "FROM alpine:3.20\nCOPY <<EOF /root/.config\ntoken: glpat-a1B2a1B2a1B2a1B2a1B2\nEOF\nUSER 10001\nHEALTHCHECK CMD true\n";
    assert_eq!(told(&checked(file_within, &Context::default())), ["secret-in-image@3"]);
    let names = ["secret-spelled-out", "secret-put-in", "secret-once"];
    for (name, text) in
        names.map(|name| (name, case(name))).into_iter().chain([("file", file_within.to_owned())])
    {
        let hidden = masked(&file(&text));
        assert_eq!(hidden.len(), text.len());
        let context = context(None, None);
        assert_eq!(told(&checked(&hidden, &context)), told(&checked(&text, &context)), "{name}");
        for secret in ["pw9", "abc123", "sekret99", "curlpw77", "a1B2", "cmdpw55"] {
            assert!(!hidden.contains(secret), "{hidden}");
        }
    }
}

#[test]
fn fixes_name_the_steps_on_both_sides_of_a_late_cleanup() {
    let text = "FROM node:20-alpine\nRUN apk add --no-cache --virtual .deps make g++ curl\nRUN npm ci\nRUN apk del .deps && rm -rf /root/.npm\n";
    let found = checked(text, &Context::default());
    let fixes: Vec<&Fix> = found
        .findings
        .iter()
        .filter(|found| found.rule == "cleanup-in-later-layer")
        .map(|found| &found.fix)
        .collect();
    let (made, deleted) = (step(0, 0), step(0, 2));
    let what = vec![".deps".to_owned()];
    let packages = Fix::CleanedInSameStep { made, deleted, manager: Some(Manager::Apk), what };
    let what = vec!["the cache of npm".to_owned()];
    let cache =
        Fix::CleanedInSameStep { made: step(0, 1), deleted, manager: Some(Manager::Npm), what };
    assert_eq!(fixes, [&packages, &cache]);
}

#[test]
fn tools_beside_other_packages_do_not_take_the_whole_layer_along() {
    let whole = |packages: &str| {
        let text = format!("FROM alpine:3.20\nRUN apk add --no-cache {packages}\n");
        match &one(&checked(&text, &Context::default()), "build-tools-in-final").fix {
            Fix::NoTools { whole_layer, packages, .. } => (*whole_layer, packages.clone()),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(whole("gcc make"), (true, vec!["gcc".to_owned(), "make".to_owned()]));
    assert_eq!(whole("gcc libpq"), (false, vec!["gcc".to_owned()]));
}

#[test]
fn owners_set_too_late_name_the_copies_to_set_them_in() {
    let text = "FROM node:20-alpine\nWORKDIR /app\nCOPY dist ./dist\nRUN chown -R node:node .\n";
    let checked = checked(text, &Context::default());
    let found = one(&checked, "recursive-chown-layer");
    assert_eq!(found.fix, Fix::OwnedWhenCopied { changed: step(0, 2), copied: vec![step(0, 1)] });
    assert_eq!(found.help, "COPY --chown=node:node dist ./dist");
}

#[test]
fn owners_are_changed_of_what_lies_there_and_of_nothing_else() {
    let text = "FROM python:3.12-slim\nWORKDIR /app\nCOPY requirements.txt .\n\
                RUN pip install -r requirements.txt\nCOPY src ./src\nRUN chown -R 1000 ./src\n";
    let checked = checked(text, &Context::default());
    let found = one(&checked, "recursive-chown-layer");
    // Neither the list beside the folder, nor packages that lie in /usr/local.
    assert_eq!(found.fix, Fix::OwnedWhenCopied { changed: step(0, 4), copied: vec![step(0, 3)] });
    assert_eq!(found.help, "COPY --chown=1000 src ./src");
}

#[test]
fn what_is_ignored_is_handed_over_with_its_reason() {
    let text = "# imgcost ignore=runs-as-root: nobody else\nFROM alpine:3.20\n";
    let checked = checked(text, &Context::default());
    let [ignored] = checked.ignored.as_slice() else { panic!("{:?}", checked.ignored) };
    assert_eq!((ignored.finding.rule, ignored.reason.as_str()), ("runs-as-root", "nobody else"));
    assert_eq!(told(&checked), ["no-healthcheck@2"]);
}

#[test]
fn ignores_that_ignore_nothing_are_problems() {
    let problems = |text: &str| {
        let found = checked(text, &Context::default()).problems;
        found.into_iter().map(|found| (found.code, text[found.span].to_owned())).collect::<Vec<_>>()
    };
    let text = "# imgcost ignore=run-as-root: x\nFROM alpine:3.20\n# imgcost ignore=npm-install: x\n\nRUN ls\n# imgcost ignore-file=npm-install: x\nRUN ls\n";
    assert_eq!(
        problems(text),
        [
            ("unknown-rule", "run-as-root".to_owned()),
            ("misplaced-ignore", "# imgcost ignore=npm-install: x".to_owned()),
            ("misplaced-ignore", "# imgcost ignore-file=npm-install: x".to_owned()),
        ]
    );
    // In a here-document it is a line of a script.
    let text = "FROM alpine:3.20\nRUN <<EOF\n# imgcost ignore=nonsense: x\n\nls\nEOF\n";
    assert_eq!(problems(text), []);
}

#[test]
fn settings_switch_off_and_change_severities() {
    let file = file("FROM alpine:3.20\n");
    let mut settings = Settings::default();
    settings.set("runs-as-root", Level::Off);
    settings.set("no-healthcheck", Level::At(Severity::Error));
    let found = check(&file, &plan(&file, &Context::default()), &Context::default(), &settings);
    assert_eq!(told(&found), ["no-healthcheck@1:error"]);
}

#[test]
fn what_init_writes_is_told_nothing() {
    for template in &TEMPLATES {
        let ignore = Some(IgnoreFile::parse(template.dockerignore));
        let checked = checked(template.dockerfile, &Context { ignore, files: None });
        let name = format!("{} {}", template.language.name(), template.pattern.name());
        assert_eq!(told(&checked), Vec::<String>::new(), "{name}");
        assert_eq!((checked.ignored.len(), checked.problems.len()), (0, 0), "{name}");
    }
}

#[test]
fn findings_come_by_line_and_the_worst_of_a_line_first() {
    let text = std::fs::read_to_string(cases().join("article/standard/Dockerfile")).unwrap();
    let checked = checked(&text, &Context::default());
    let rules: Vec<&str> = checked.findings.iter().take(6).map(|found| found.rule).collect();
    let first = ["full-os-base", "runs-as-root", "single-stage-build", "no-healthcheck"];
    assert_eq!(rules, [&first[..], &["secret-in-image", "copy-before-install"]].concat());
    assert_eq!(
        one(&checked, "single-stage-build").help,
        "FROM node:20 AS build\n# all that stands here now, up to the build, then:\n\
         FROM node:20-alpine\n\
         # Alpine has another C library (musl for glibc): where a package has native modules for glibc only, node:20-slim\n\
         WORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev\n\
         COPY --from=build /app/dist ./dist"
    );
}

#[test]
fn values_that_stand_for_none_are_no_secrets_masked_or_not() {
    let text = "FROM ruby:3.3-slim\nARG SECRET_KEY_BASE=dummy\nENV APP_PASSWORD=\"\" API_KEY=placeholder\n";
    let file = read("Dockerfile", text, &ReadOptions::default()).unwrap();
    let masked = imgcost_dockerfile::rules::masked(&file);
    for text in [text, &*masked] {
        let found = checked(text, &Context::default());
        assert!(found.findings.iter().all(|found| found.rule != "secret-in-image"), "{text}");
    }
    let real = checked(&text.replace("placeholder", "changeme"), &Context::default());
    assert!(real.findings.iter().any(|found| found.rule == "secret-in-image"));
}

/// 60 steps leave a cache: 50 are told, and what is left out is said, where it begins.
#[test]
fn more_findings_than_anybody_reads_are_cut_and_that_is_said() {
    let text = format!("FROM alpine:3.20\n{}", "RUN apk add curl\n".repeat(60));
    let checked = checked(&text, &Context::default());
    let kept = checked.findings.iter().filter(|found| found.rule == "package-cache-kept");
    assert_eq!(kept.map(|found| found.line).collect::<Vec<_>>(), (2..52).collect::<Vec<_>>());
    let codes: Vec<&str> = checked.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["too-many-findings"]);
    // The 51st of them: 17 bytes of FROM, and 17 of each RUN above it.
    assert_eq!(checked.problems[0].span.start, 17 + 50 * 17 + "RUN ".len());
}

/// Comments in one block are about the instruction below all of them.
#[test]
fn a_block_of_comments_is_about_the_instruction_below_it() {
    let text = "FROM alpine:3.20\n# imgcost ignore=package-cache-kept: a test\n# why\n  # more\nRUN apk add curl\n# imgcost ignore=package-cache-kept: nothing below\n";
    let checked = checked(text, &Context::default());
    assert_eq!(checked.ignored.len(), 1);
    assert_eq!(checked.problems.len(), 1);
    assert_eq!(checked.problems[0].code, "misplaced-ignore");
}

#[test]
fn what_a_step_makes_and_deletes_is_in_no_layer_unless_it_was_there() {
    let late = |run: &str, files: &[&str]| {
        let text = format!("FROM node:20-slim\nWORKDIR /app\nCOPY . .\nRUN {run}\n");
        let names: Vec<(String, u64)> = files.iter().map(|name| ((*name).into(), 1)).collect();
        let files = (!names.is_empty()).then_some(names);
        let found = checked(&text, &Context { ignore: None, files });
        found.findings.iter().any(|found| found.rule == "cleanup-in-later-layer")
    };
    let token = "echo //r/:_authToken=${NPM_TOKEN} > .npmrc && npm ci && rm -f .npmrc";
    for (run, files, expected) in [
        (token, &[][..], false),
        (token, &["package.json"], false),
        // The copy has brought one already, which stays in its layer.
        (token, &["package.json", ".npmrc"], true),
        ("touch a.tmp && rm a.tmp", &[], false),
        ("cd sub && curl -sSLO https://example.org/x.tgz && rm x.tgz", &[], false),
        ("rm -rf docs", &[], true),
    ] {
        assert_eq!(late(run, files), expected, "{run} {files:?}");
    }
}
