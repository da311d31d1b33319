//! Every diagnostic code has an input that gets it, and every code is listed with its meaning.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use imgcost_read::{
    CsvError, Diagnostic, Names, PriceFile, Severity, no_images, read_baseline, read_fleet,
    read_prices, read_services,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/errors")
}

fn inputs() -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let input = |path: &PathBuf| path.is_file() && !path.ends_with("README.md");
    let mut files: Vec<_> = files.filter(input).collect();
    files.sort();
    files
}

fn problems(path: &Path) -> Vec<Diagnostic> {
    let name = path.file_name().unwrap().to_str().unwrap();
    let text = std::fs::read_to_string(path);
    let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    if name.ends_with(".prices.toml") {
        return read_prices("aws/nat.toml", &text.unwrap(), PriceFile::Shipped)
            .err()
            .unwrap_or_default();
    }
    if name.ends_with(".baseline.json") {
        return read_baseline(name, &text.unwrap(), None).err().unwrap_or_default();
    }
    if name.ends_with(".toml") {
        return read_fleet(name, &text.unwrap(), day).err().unwrap_or_default();
    }
    let fleet = std::fs::read_to_string(path.with_extension("toml")).unwrap();
    let fleet = read_fleet("fleet.toml", &fleet, day).unwrap();
    assert_eq!(fleet.csv[0].path, name);
    let context = fleet.context(&no_images);
    let mut names = Names::of(&fleet.services);
    let file = std::fs::File::open(path).unwrap();
    match read_services(name, file, &context, &mut names, |_, _| Ok::<_, Infallible>(())) {
        Err(CsvError::Problems(problems)) => problems,
        other => panic!("{name}: {other:?}"),
    }
}

/// Those that are not named after a code say which codes they show.
fn expected(name: &str) -> Vec<&str> {
    match name.split('.').next().unwrap() {
        "bad-row" => vec!["wrong-unit", "malformed-value", "not-a-number"],
        "duplicate-row" => vec!["duplicate-service"],
        code => vec![code],
    }
}

#[test]
fn each_input_gets_the_code_that_it_is_named_after() {
    for path in inputs() {
        let name = path.file_name().unwrap().to_str().unwrap();
        let list_beside = path.with_extension("csv").exists() && name.ends_with(".toml");
        if list_beside && !name.ends_with(".prices.toml") {
            continue;
        }
        let codes: BTreeSet<_> = problems(&path).iter().map(|problem| problem.code).collect();
        let mut expected: BTreeSet<_> = expected(name).into_iter().collect();
        if name == "more-problems.csv" {
            expected.insert("wrong-unit");
        }
        if name == "path-not-available.toml" || name == "toml-syntax.toml" {
            assert!(codes.is_superset(&expected), "{name}: {codes:?}");
        } else {
            assert_eq!(codes, expected, "{name}");
        }
    }
}

#[test]
fn every_problem_says_where_it_is_and_what_to_do() {
    for path in inputs() {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.with_extension("csv").exists() && name.ends_with(".toml") {
            continue;
        }
        for problem in problems(&path) {
            assert_eq!(problem.severity, Severity::Error, "{name}");
            // Fragments begin in lower case, except with a product's name.
            let first = problem.message.chars().next().unwrap();
            let product =
                ["AWS ", "Azure ", "Docker "].iter().any(|name| problem.message.starts_with(name));
            assert!(!first.is_uppercase() || product, "{name}: {}", problem.message);
            if problem.code != "toml-syntax" {
                assert!(problem.help.is_some(), "{name}: {}", problem.message);
            }
            let placed =
                problem.span.is_some() || problem.line.is_some() || problem.code == "more-problems";
            assert!(placed, "{name}: {}", problem.message);
            if let Some(excerpt) = &problem.excerpt {
                assert!(excerpt.get(problem.span.unwrap()).is_some(), "{name}");
            } else if let Some(span) = &problem.span {
                let text = std::fs::read_to_string(&path).unwrap();
                assert!(text.get(span.clone()).is_some(), "{name}");
            }
        }
    }
}

/// The codes that the crate's sources mention, found by their shape in calls that make problems.
#[test]
fn the_list_of_codes_is_complete() {
    let listed = std::fs::read_to_string(folder().join("README.md")).unwrap();
    let mut sources = String::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                sources.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    for row in listed.lines().filter_map(|line| line.strip_prefix("| `")) {
        let code = row.split('`').next().unwrap();
        assert!(
            sources.contains(&format!("\"{code}\"")),
            "`{code}` is listed, but nothing reports it"
        );
    }
    let code = |rest: &str| rest.split('"').nth(1).map(str::to_owned);
    for start in ["Flaw::new(", "problems.error(", "Diagnostic::error("] {
        for rest in sources.split(start).skip(1).filter(|rest| rest.trim_start().starts_with('"')) {
            let code = code(rest).unwrap();
            assert!(
                listed.contains(&format!("| `{code}` |")),
                "`{code}` is not listed in tests/errors/README.md"
            );
        }
    }
}
