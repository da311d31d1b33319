use std::collections::BTreeMap;

use imgcost::fleet::StepTimes;
use imgcost_dockerfile::image::{BuildKind, Times, critical_path, step_times};

use crate::files::*;

fn log(seconds: &[((usize, usize), u64)]) -> Times {
    let by_step: BTreeMap<_, _> =
        seconds.iter().map(|((stage, at), seconds)| (id(*stage, *at), seconds * 1000)).collect();
    Times::of_log(by_step)
}

fn seconds(times: StepTimes) -> [u64; 4] {
    [times.source, times.dependency, times.base, times.cold].map(|millis| millis / 1000)
}

#[test]
fn an_install_below_the_sources_is_repeated_by_every_build() {
    let (file, built) = built(STANDARD, STANDARD_PLAN);
    assert_eq!(seconds(step_times(&file, &built.plan, &built.times)), [60; 4]);
}

#[test]
fn installs_in_stages_side_by_side_last_as_long_as_one() {
    let (file, built) = built(FOUR_STAGES, FOUR_STAGES_PLAN);
    assert_eq!(seconds(step_times(&file, &built.plan, &built.times)), [0, 60, 60, 60]);
}

#[test]
fn the_longest_chain_of_stages_decides() {
    let file = file(FOUR_STAGES);
    let plan = plan(&file, FOUR_STAGES_PLAN);
    // npm ci 40 s, build 30 s; production's npm ci 12 s; the user 1 s.
    let times = log(&[((0, 2), 40), ((1, 4), 30), ((2, 2), 12), ((3, 1), 1)]);
    // A source line: the build alone. A dependency: install, then build, beside production's install;
    // the user stays cached. A new base: the user is made beside all that.
    assert_eq!(seconds(step_times(&file, &plan, &times)), [30, 70, 70, 70]);
    let path = critical_path(&file, &plan, &times, BuildKind::Dependency);
    let slow: Vec<_> = path.into_iter().filter(|(_, millis)| *millis > 0).collect();
    assert_eq!(slow, [(id(0, 2), 40_000), (id(1, 4), 30_000)]);
    // Production's install is the longest where the build is short.
    let times = log(&[((0, 2), 40), ((1, 4), 30), ((2, 2), 90)]);
    assert_eq!(seconds(step_times(&file, &plan, &times)), [30, 90, 90, 90]);
}

#[test]
fn installs_that_a_log_does_not_tell_are_not_done_in_no_time() {
    let file = file(FOUR_STAGES);
    let plan = plan(&file, FOUR_STAGES_PLAN);
    // The first install was cached; production's took 12 s.
    let times = log(&[((1, 4), 30), ((2, 2), 12)]);
    let times = times.with_untold_installs(&file, &plan, imgcost::units::Span::seconds(60));
    // A dependency: 60 + 30 beside 12.
    assert_eq!(seconds(step_times(&file, &plan, &times)), [30, 90, 90, 90]);
    let told = times.assumption().unwrap().value;
    assert_eq!(told, "1m for line 4, whose time the log does not tell");
    // A log that tells them all leaves nothing to assume.
    let times = log(&[((0, 2), 40), ((2, 2), 12)]);
    let times = times.with_untold_installs(&file, &plan, imgcost::units::Span::seconds(60));
    assert_eq!(times.assumption(), None);
}
