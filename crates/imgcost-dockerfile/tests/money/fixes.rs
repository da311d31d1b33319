//! What better files would save, against hand arithmetic. C bytes of a layer cost a month, on 20
//! nodes that are each filled 73/72 times, with V versions of 60:
//!
//! `C x (20 x V + 1460/72) / 2^30 x $0.045` through NAT and `C x (1 + 29 x V/60) / 2^30 x $0.10` stored

use imgcost::units::Money;
use imgcost_dockerfile::Dockerfile;
use imgcost_dockerfile::cache::StepId;
use imgcost_dockerfile::ecosystem::Manager;
use imgcost_dockerfile::image::{Built, Evidence, Origin, apply, step_times};
use imgcost_dockerfile::price::{Saving, Savings, savings};
use imgcost_dockerfile::rules::{Context, Finding, Fix, Settings, Severity, check};

use crate::files::*;
use crate::fixture::*;

fn finding(fix: Fix) -> Finding {
    Finding {
        rule: "a-rule",
        severity: Severity::Warning,
        span: 0..1,
        line: 1,
        step: None,
        ships: true,
        message: String::new(),
        why: String::new(),
        help: String::new(),
        fix,
    }
}

fn saved(scene: &Scene, (file, built): (&Dockerfile, &Built), fixes: &[Fix]) -> Savings {
    let findings: Vec<_> = fixes.iter().cloned().map(finding).collect();
    savings(scene.setting(), file, built, &findings, Evidence::built_in()).unwrap()
}

fn save(text: &str, stages: &[&str], fix: Fix) -> Saving {
    let (file, built) = built(text, stages);
    saved(&scene(), (&file, &built), &[fix]).each[0]
}

fn monthly(saving: Saving) -> String {
    rounded(saving.monthly_billed.unwrap())
}

fn seconds(saving: Saving) -> String {
    saving.build_seconds.unwrap().to_string()
}

fn smaller_base() -> Fix {
    Fix::SmallerBase { from: from(0), to: None }
}

fn packages_first(installs: &[StepId]) -> Fix {
    Fix::PackagesFirst { installs: installs.to_vec() }
}

#[test]
fn a_smaller_base() {
    let saving = save(STANDARD, STANDARD_PLAN, smaller_base());
    // 398018216 - 47907155 = 350111061 bytes, V = 2:
    // 350111061 x (40 + 1460/72) = 21103916732.5 through NAT, $0.884455
    // 350111061 x 59/30 = 688551753.3 stored, $0.064126
    assert_eq!(monthly(saving), "0.948581");
    assert_eq!(seconds(saving), "0");
    assert!(saving.complete);
    // By deploys only what rollouts move: 350111061 x 40 / 2^30 x 0.045 / 60
    assert_eq!(rounded(saving.per_deploy.unwrap()), "0.009782");
}

#[test]
fn lists_of_packages_first() {
    let saving = save(STANDARD, STANDARD_PLAN, packages_first(&[id(0, 2)]));
    // 60 installs of a minute become 6: 54 x 60 s / 60 builds, and 54 min x $0.006 = $0.324
    assert_eq!(seconds(saving), "54");
    // 44896982 bytes with 6 versions instead of 60:
    // 44896982 x 20 x 54 x 0.045 / 2^30 = $2.032140; 44896982 x 29 x 54/60 x 0.10 / 2^30 = $0.109133
    assert_eq!(monthly(saving), "2.465273");
    // ($2.032140 + $0.324) / 60
    assert_eq!(rounded(saving.per_deploy.unwrap()), "0.039269");
}

#[test]
fn a_build_that_finds_no_cache_installs_wherever_the_lists_stand() {
    let (file, built) = built(STANDARD, STANDARD_PLAN);
    let mut scene = scene();
    scene.service().cache_miss = imgcost::units::Share::percent(50);
    let saving = saved(&scene, (&file, &built), &[packages_first(&[id(0, 2)])]).each[0];
    // (60 - (6 + 54 / 2)) x 60 s / 60
    assert_eq!(seconds(saving), "27");
}

#[test]
fn an_install_by_lock_file() {
    let fix = Fix::LockedInstall { installs: vec![id(0, 2)], manager: Manager::Npm };
    let saving = save(STANDARD, STANDARD_PLAN, fix);
    // 60 s x 43/66 = 39.091 s, each build installs: 60 x 20.909 s / 60 x $0.006
    assert_eq!(seconds(saving), "20909/1000");
    assert_eq!(monthly(saving), "0.125454");
    let yarn = Fix::LockedInstall { installs: vec![id(0, 2)], manager: Manager::Yarn };
    assert_eq!(save(STANDARD, STANDARD_PLAN, yarn), Saving::UNKNOWN, "nobody measured yarn");
}

#[test]
fn production_packages_only() {
    let fix = Fix::ProductionOnly { steps: vec![id(0, 2)], manager: Manager::Npm };
    let (file, built) = built(STANDARD, STANDARD_PLAN);
    let better = apply(&fix, &built, &file, Evidence::built_in()).unwrap();
    // packages and their cache: 2640000 + 2692834
    assert_eq!(better.pieces[3].compressed.unwrap().0, 5_332_834);
    let saving = saved(&scene(), (&file, &built), &[fix]).each[0];
    // 39564148 bytes, V = 60: x (1200 + 1460/72) x 0.045 / 2^30 = $2.023360; x 30 x 0.10 / 2^30 =
    // $0.110541. The build needs what is left out, so that it is installed all the same.
    assert_eq!(monthly(saving), "2.133901");
    assert_eq!(seconds(saving), "0");
    let text = "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
    let fix = Fix::ProductionOnly { steps: vec![id(0, 2)], manager: Manager::Npm };
    // 60 s x (43 - 12)/43 = 43.256 s
    assert_eq!(seconds(save(text, &["setup application:d dependencies"], fix)), "5407/125");
}

#[test]
fn no_cache_of_a_package_manager() {
    let fix = Fix::NoCacheKept { step: id(0, 2), manager: Manager::Npm };
    let saving = save(STANDARD, STANDARD_PLAN, fix);
    // 24396982 bytes, V = 60: x ((1200 + 1460/72) x 0.045 + 30 x 0.10) / 2^30
    assert_eq!(monthly(saving), "1.315857");
    let yarn = Fix::NoCacheKept { step: id(0, 2), manager: Manager::Yarn };
    assert_eq!(save(STANDARD, STANDARD_PLAN, yarn).monthly_billed, None);
}

#[test]
fn layers_that_go() {
    let text = "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*\nCOPY . /app\nRUN chown -R app /app\n";
    let roles: &[&str] = &["system application:d setup"];
    let tools = |whole_layer| Fix::NoTools {
        step: id(0, 0),
        manager: Manager::Apt,
        packages: vec!["git".into()],
        whole_layer,
    };
    // 31823815 bytes, V = 2: x ((40 + 1460/72) x 0.045 + 59/30 x 0.10) / 2^30
    assert_eq!(monthly(save(text, roles, tools(true))), "0.086223");
    assert_eq!(monthly(save(text, roles, tools(false))), "0.086223");
    let owned = Fix::OwnedWhenCopied { changed: id(0, 2), copied: vec![id(0, 1)] };
    // 28232590 / 94 = 300347 bytes, V = 60
    assert_eq!(monthly(save(text, roles, owned)), "0.016199");
}

#[test]
fn what_a_later_step_deletes() {
    let text = "FROM debian:bookworm-slim\nRUN apt-get update\nCOPY big /big\nRUN rm -rf /big /var/lib/apt/lists/*\n";
    let roles: &[&str] = &["system application:d setup"];
    let fix = |made, what: &str| Fix::CleanedInSameStep {
        made: id(0, made),
        deleted: id(0, 2),
        manager: Some(Manager::Apt),
        what: vec![what.into()],
    };
    // 15294560 bytes, V = 2
    assert_eq!(monthly(save(text, roles, fix(0, "the cache of apt"))), "0.041439");
    assert_eq!(monthly(save(text, roles, fix(1, "/big"))), "0.016199");
    assert_eq!(save(text, roles, fix(0, "/somewhere")).monthly_billed, None);
}

#[test]
fn nothing_is_exactly_nothing() {
    let saving = save(STANDARD, STANDARD_PLAN, Fix::Nothing);
    assert_eq!(saving, Saving::NOTHING);
    assert_eq!(saving.monthly_billed, Some(Money::ZERO));
}

#[test]
fn overlapping_savings_are_made_once() {
    let (file, built) = built(STANDARD, STANDARD_PLAN);
    let production = Fix::ProductionOnly { steps: vec![id(0, 2)], manager: Manager::Npm };
    let cache = Fix::NoCacheKept { step: id(0, 2), manager: Manager::Npm };
    let first = packages_first(&[id(0, 2)]);
    let twice = [smaller_base(), first, production, cache];
    let once = saved(&scene(), (&file, &built), &twice).together;
    let again: Vec<Fix> = twice.iter().chain(&twice).cloned().collect();
    assert_eq!(saved(&scene(), (&file, &built), &again).together, once);
    let sum: Money = saved(&scene(), (&file, &built), &twice)
        .each
        .iter()
        .map(|saving| saving.monthly_billed.unwrap())
        .sum();
    assert!(once.monthly_billed.unwrap() < sum);
}

#[test]
fn a_build_in_stages_is_a_composition() {
    let (file, built) = built(STANDARD, STANDARD_PLAN);
    let fix = Fix::Stages {
        from: from(0),
        installs: vec![id(0, 2)],
        build_only: vec![id(0, 1), id(0, 3)],
        manager: Some(Manager::Npm),
    };
    let better = apply(&fix, &built, &file, Evidence::built_in()).unwrap();
    // alpine, WORKDIR, production's packages, what the build made: half of 4682567
    let sizes: Vec<u64> = better.pieces.iter().map(|p| p.compressed.unwrap().0).collect();
    assert_eq!(sizes, [47_907_155, 0, 2_640_000, 2_341_283]);
    let often: Vec<bool> = better
        .rebuilt_by()
        .iter()
        .map(|set| set.contains(imgcost::image::Trigger::Deploy))
        .collect();
    assert_eq!(often, [false, false, false, true]);
    assert!(!better.at_least);
}

#[test]
fn a_base_that_does_not_ship_or_is_small_already_saves_nothing() {
    let (file, four) = built(FOUR_STAGES, FOUR_STAGES_PLAN);
    let fixes = [smaller_base(), Fix::SmallerBase { from: from(3), to: None }];
    let saved = saved(&scene(), (&file, &four), &fixes).each;
    assert_eq!(saved[0], Saving::NOTHING);
    assert_eq!(saved[1], Saving::UNKNOWN, "nothing slimmer is known");
}

#[test]
fn packages_copied_from_a_stage_settle_with_its_install() {
    let text = "FROM node:20 AS build\nCOPY . .\nRUN npm ci\nRUN npm run build\nFROM node:20-slim\nCOPY --from=build /node_modules /node_modules\nCOPY --from=build /dist /dist\n";
    let roles: &[&str] = &["application:d dependencies build", "dependencies:dlb application:dlb"];
    let (file, before) = built(text, roles);
    assert!(before.rebuilt_by()[1].contains(imgcost::image::Trigger::Deploy));
    let fix = packages_first(&[id(0, 1)]);
    let better = apply(&fix, &before, &file, Evidence::built_in()).unwrap();
    let sets = better.rebuilt_by();
    assert!(!sets[1].contains(imgcost::image::Trigger::Deploy));
    assert!(sets[2].contains(imgcost::image::Trigger::Deploy));
    let times = step_times(&file, &better.plan, &better.times);
    assert_eq!((times.source, times.dependency, times.base), (0, 60_000, 60_000));
}

#[test]
fn what_nobody_can_tell_does_not_hide_what_the_other_changes_save_together() {
    let text = "FROM node:20\nRUN curl -fsSL https://example.com/x | tar xz\nWORKDIR /app\nCOPY . .\nRUN npm install\n";
    let roles: &[&str] = &["setup setup application:d dependencies"];
    let (file, built) = built(text, roles);
    let cache = Fix::NoCacheKept { step: id(0, 3), manager: Manager::Npm };
    let gone = Fix::OwnedWhenCopied { changed: id(0, 0), copied: vec![] };
    for fixes in [[cache.clone(), gone.clone()], [gone, cache]] {
        let together = saved(&scene(), (&file, &built), &fixes).together;
        // As the cache alone, below.
        assert_eq!(monthly(together), "1.315857");
        assert!(!together.complete);
    }
}

/// Among packages of which nobody knows the size, what is to go is of unknown size too: not nothing.
#[test]
fn a_part_of_what_is_not_known_is_not_nothing() {
    let text = "FROM debian:12\nRUN apt-get update && apt-get install -y some-package-that-nobody-weighed\n";
    let cache = Fix::NoCacheKept { step: id(0, 0), manager: Manager::Apt };
    let saving = save(text, &["system"], cache);
    assert_eq!((saving.monthly_billed, saving.complete), (None, false));
}

#[test]
fn an_unknown_size_that_stays_does_not_hide_what_a_change_saves() {
    let text = "FROM node:20\nRUN curl -fsSL https://example.com/x | tar xz\nWORKDIR /app\nCOPY . .\nRUN npm install\n";
    let roles: &[&str] = &["setup setup application:d dependencies"];
    let cache = Fix::NoCacheKept { step: id(0, 3), manager: Manager::Npm };
    let saving = save(text, roles, cache);
    assert_eq!(monthly(saving), "1.315857");
    assert!(!saving.complete);
    // The unknown layer itself is what would go.
    let gone = Fix::OwnedWhenCopied { changed: id(0, 0), copied: vec![] };
    assert_eq!(save(text, roles, gone).monthly_billed, None);
    // Where the base is not known, neither is what a smaller one saves; times still are.
    let unknown = "FROM ghcr.io/shop/node:20\nCOPY . .\nRUN npm install\n";
    let roles: &[&str] = &["application:d dependencies"];
    assert_eq!(save(unknown, roles, smaller_base()), Saving::UNKNOWN);
    let saving = save(unknown, roles, packages_first(&[id(0, 1)]));
    assert_eq!(seconds(saving), "54");
}
#[test]
fn the_findings_of_the_standard_file_have_their_money() {
    let (file, built) = built(STANDARD, STANDARD_PLAN);
    let checked = check(&file, &built.plan, &Context::default(), &Settings::default());
    let evidence = Evidence::built_in();
    let found = savings(scene().setting(), &file, &built, &checked.findings, evidence).unwrap();
    let saved = |rule: &str| {
        let at = checked.findings.iter().position(|finding| finding.rule == rule).unwrap();
        (monthly(found.each[at]), found.each[at].build_seconds.unwrap().to_decimal().to_string())
    };
    let expected = |money: &str, seconds: &str| (money.to_owned(), seconds.to_owned());
    // As above, one by one.
    assert_eq!(saved("full-os-base"), expected("0.948581", "0"));
    assert_eq!(saved("copy-before-install"), expected("2.465273", "54"));
    assert_eq!(saved("npm-install"), expected("0.125454", "20.909"));
    assert_eq!(saved("dev-dependencies-in-final"), expected("2.133901", "0"));
    assert_eq!(saved("package-cache-kept"), expected("1.315857", "0"));
    assert_eq!(saved("runs-as-root"), expected("0", "0"));
    assert_eq!(saved("no-healthcheck"), expected("0", "0"));
    assert_eq!(saved("secret-in-image"), expected("0", "0"));
    assert!(found.each.iter().all(|saving| saving.complete) && found.together.complete);
    // Together: 6 installs of 39.091 s instead of 60 of 60 s: 60 - 3.9091
    assert_eq!(found.together.build_seconds.unwrap().to_decimal().to_string(), "56.0909");
}

/// What is priced here by plans that are written by hand comes out of the cache's own as well.
#[test]
fn the_plans_of_these_tests_are_those_of_the_cache() {
    for (text, roles) in [(STANDARD, STANDARD_PLAN), (FOUR_STAGES, FOUR_STAGES_PLAN)] {
        let (file, by_hand) = built(text, roles);
        let (_, planned) = planned(text);
        assert_eq!(planned.image().unwrap(), by_hand.image().unwrap());
        assert_eq!(planned.rebuilt_by(), by_hand.rebuilt_by());
        let times = |built: &Built| step_times(&file, &built.plan, &built.times);
        assert_eq!(times(&planned), times(&by_hand));
    }
    let three_stages = "FROM node:20-alpine AS deps
WORKDIR /app
COPY package*.json ./
RUN npm ci
FROM node:20-alpine AS builder
WORKDIR /app
COPY --from=deps /app/node_modules ./node_modules
COPY . .
RUN npm run build
FROM node:20-alpine
WORKDIR /app
COPY --from=builder /app/dist ./dist
COPY package*.json ./
RUN npm ci --omit=dev
";
    // The last stage installs above what a source line changes; a lock file installs twice in a row.
    let (file, three) = planned(three_stages);
    let times = step_times(&file, &three.plan, &three.times);
    assert_eq!((times.source, times.dependency, times.base), (60_000, 120_000, 120_000));
    let better = apply(&packages_first(&[id(2, 3)]), &three, &file, Evidence::built_in()).unwrap();
    let times = step_times(&file, &better.plan, &better.times);
    assert_eq!(times.source, 0);
    let often = better.rebuilt_by();
    assert_eq!(better.pieces.last().unwrap().origin, Origin::Step(id(2, 2)));
    assert!(!often[2].contains(imgcost::image::Trigger::Deploy));
}
