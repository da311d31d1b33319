//! What holds for the plan of any Dockerfile.

use imgcost::image::TriggerSet;
use imgcost_dockerfile::{Dockerfile, cache, log, read};
use proptest::prelude::*;

/// Instructions of a first stage. `LINK` is left out, or stands for `--link`.
const FIRST: [&str; 12] = [
    "WORKDIR /app",
    "WORKDIR src",
    "COPY LINK . .",
    "COPY LINK package*.json ./",
    "COPY LINK src ./src",
    "ADD LINK conf.toml /etc/",
    "RUN npm ci",
    "RUN npm install left-pad",
    "RUN npm run build",
    "RUN apt-get update",
    "RUN --mount=type=bind,source=package-lock.json,target=l npm ci",
    "ENV A=1",
];

/// What only a later stage can do.
const LATER: [&str; 4] = [
    "COPY LINK --from=first /app/node_modules ./node_modules",
    "COPY LINK --from=first /app/dist ./dist",
    "COPY LINK --from=first /app /app",
    "RUN --mount=type=bind,from=first,source=/app/dist,target=/d ls /d",
];

fn dockerfiles() -> impl Strategy<Value = String> {
    let first = prop::collection::vec(prop::sample::select(&FIRST[..]), 0..8);
    let later = prop::sample::select([&FIRST[..], &LATER[..]].concat());
    let later = prop::collection::vec(later, 0..8);
    let base = prop::sample::select(&["node:20-alpine", "scratch", "first"][..]);
    (first, base, later).prop_map(|(first, base, later)| {
        format!("FROM node:20 AS first\n{}\nFROM {base}\n{}\n", first.join("\n"), later.join("\n"))
    })
}

fn file(text: &str, link: &str) -> Dockerfile {
    read("Dockerfile", &text.replace("LINK ", link), &Default::default()).unwrap()
}

fn is_within(some: TriggerSet, all: TriggerSet) -> bool {
    some.union(all) == all
}

proptest! {
    #[test]
    fn links_never_add_reruns(text in dockerfiles()) {
        let plain = cache::plan(&file(&text, ""), &Default::default());
        let linked = cache::plan(&file(&text, "--link "), &Default::default());
        for ((id, linked), (_, plain)) in linked.steps().zip(plain.steps()) {
            prop_assert!(is_within(linked.reruns, plain.reruns), "{:?}", id);
        }
    }

    #[test]
    fn what_an_instruction_reads_runs_it_again(text in dockerfiles()) {
        for (id, step) in cache::plan(&file(&text, ""), &Default::default()).steps() {
            prop_assert!(is_within(step.inputs, step.reruns), "{:?}", id);
        }
    }

    #[test]
    fn a_stage_that_nobody_needs_changes_nothing(
        text in dockerfiles(),
        unused in prop::collection::vec(prop::sample::select(&FIRST[..]), 0..8),
    ) {
        let own = cache::plan(&file(&text, ""), &Default::default());
        let text = format!("FROM golang:1.22 AS unused\n{}\n{text}", unused.join("\n"));
        let more = cache::plan(&file(&text, ""), &Default::default());
        prop_assert!(!more.stages[0].needed);
        prop_assert_eq!(&more.stages[1..], &own.stages[..]);
    }

    #[test]
    fn no_text_makes_it_panic(
        text in "(?s).{0,200}",
        lines in prop::collection::vec(
            "(FROM|COPY|RUN|ARG|ENV|WORKDIR|ONBUILD COPY|ADD)( (--from=0|--link|a|\\$A|\\.\\.|/|\\*|\\[\"x\"\\]|<<E|\\\\|AS a|&&|\"|'|\\$\\{))*",
            0..12,
        ),
        numbers in prop::collection::vec("#[0-9]{1,2} (\\[(a )?[0-9]/[0-9]\\] (FROM|COPY|RUN) .{0,9}|DONE [0-9.]{1,4}s|CACHED)", 0..12),
    ) {
        for text in [text.clone(), format!("FROM a AS a\n{}\n{text}", lines.join("\n"))] {
            if let Ok(file) = read("Dockerfile", &text, &Default::default()) {
                cache::plan(&file, &Default::default());
                let _ = log::read("log", &numbers.join("\n"), &file);
                let _ = log::read("log", &text, &file);
            }
        }
    }
}
