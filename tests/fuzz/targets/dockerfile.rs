//! Dockerfiles: the input is cut at zero bytes into the file, its `.dockerignore`, settings of rules
//! and the log of a build. What reads is planned, checked and sized; each finding's better image is
//! made.
#![no_main]

use imgcost::units::{CompressionRatio, Span};
use imgcost_dockerfile::image::{Evidence, Times, apply, from_evidence, step_times};
use imgcost_dockerfile::read::{Context, IgnoreFile};
use imgcost_dockerfile::rules::{Finding, Settings, check, masked, settings};
use imgcost_dockerfile::{Dockerfile, Problem, ReadOptions, cache, log, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut parts = text.splitn(4, '\0');
    let text = parts.next().unwrap_or_default();
    let ignore = parts.next().map(IgnoreFile::parse);
    let settings = match parts.next().map(|text| (text, settings("fuzz", text))) {
        Some((_, Ok(settings))) => settings,
        Some((text, Err(problems))) => {
            stand_in(text, &problems);
            Settings::default()
        }
        None => Settings::default(),
    };
    // A file that nobody looked into, or one that holds what should not ship.
    let files = text.len().is_multiple_of(2).then(|| {
        let names = [".env", ".git/HEAD", "src/index.js", "deploy/id_rsa", "node_modules/a/b.js"];
        names.map(|name| (name.to_owned(), 1000)).to_vec()
    });
    let context = Context { ignore, files };
    let log = parts.next().unwrap_or_default();
    match read("fuzz", text, &ReadOptions::default()) {
        Ok(file) => checked(&file, &context, &settings, log),
        Err(problems) => stand_in(text, &problems),
    }
});

fn checked(file: &Dockerfile, context: &Context, settings: &Settings, log: &str) {
    assert_eq!(masked(file).len(), file.text.len());
    let plan = cache::plan(file, context);
    let checked = check(file, &plan, context, settings);
    stand_in(&file.text, &checked.problems);
    let ignored = checked.ignored.iter().map(|ignored| &ignored.finding);
    for finding in checked.findings.iter().chain(ignored) {
        assert!(file.text.get(finding.span.clone()).is_some(), "{finding:?}");
        let line = 1 + file.text[..finding.span.start].matches('\n').count();
        assert_eq!(line, finding.line, "{finding:?}");
        assert!(finding.step.is_none_or(|step| plan.step(step).is_some()), "{finding:?}");
        assert!(!finding.message.is_empty() && !finding.help.is_empty(), "{finding:?}");
    }
    let mut lines = checked.findings.iter().map(|finding| finding.line);
    assert!(lines.by_ref().is_sorted());
    let times = match log::read("fuzz", log, file) {
        Ok(log) => log.into_times(),
        Err(problem) => {
            stand_in(log, &[problem]);
            Times::of_installs(file, &plan, Span::seconds(60))
        }
    };
    sized(file, &plan, times, &checked.findings);
}

fn sized(file: &Dockerfile, plan: &cache::Plan, times: Times, findings: &[Finding]) {
    step_times(file, plan, &times);
    let ratio = CompressionRatio::new(3.into()).expect("a ratio");
    let evidence = Evidence::built_in();
    let built = from_evidence(file, plan, times, evidence, ratio);
    for finding in findings.iter().take(20) {
        let _ = apply(&finding.fix, &built, file, evidence);
    }
}

/// Problems are told at their place.
fn stand_in(text: &str, problems: &[Problem]) {
    for problem in problems {
        assert!(text.get(problem.span.clone()).is_some(), "{problem:?}");
    }
}
