//! Reading Dockerfiles: stages, variables, paths, problems.

use imgcost_dockerfile::read::{Base, Copy, CopyFrom, Kind, MountKind, Source};
use imgcost_dockerfile::{Dockerfile, ReadOptions, read};

fn file(text: &str) -> Dockerfile {
    read("Dockerfile", text, &ReadOptions::default()).unwrap()
}

fn copies(file: &Dockerfile, stage: usize) -> Vec<&Copy> {
    let copies = file.stages[stage].instructions.iter().filter_map(|found| match &found.kind {
        Kind::Copy(copy) => Some(copy),
        _ => None,
    });
    copies.collect()
}

#[test]
fn stages_are_told_from_images_by_name_number_and_case() {
    let file = file(
        "FROM node:20 AS Deps\nFROM deps AS build\nCOPY --from=0 /a /b\nCOPY --from=DEPS /a /b\nCOPY --from=nginx:1 /a /b\nFROM scratch\n",
    );
    assert_eq!(file.stages[1].base, Base::Stage(0));
    assert_eq!(file.stages[2].base, Base::Scratch);
    let from: Vec<_> = copies(&file, 1).into_iter().map(|copy| &copy.from).collect();
    assert_eq!(from[..2], [&CopyFrom::Stage(0), &CopyFrom::Stage(0)]);
    assert!(matches!(from[2], CopyFrom::Image(name) if name.repository == "nginx"));
}

#[test]
fn arguments_reach_from_and_stages_as_builders_have_it() {
    let text = "ARG TAG=20\nARG OPEN\nFROM node:${TAG}-alpine AS a\nARG TAG\nARG DIR=/srv\nENV HOME=$DIR/$TAG\nWORKDIR $HOME\nCOPY x ./\nFROM $OPEN\n";
    let found = file(text);
    assert!(
        matches!(&found.stages[0].base, Base::Image(name) if name.to_string() == "node:20-alpine")
    );
    assert_eq!(copies(&found, 0)[0].dest, "/srv/20/");
    assert_eq!(found.stages[1].base, Base::Unknown("$OPEN".into()));
    let options =
        ReadOptions { build_args: vec![("TAG".into(), "22".into())], ..Default::default() };
    let given = read("Dockerfile", text, &options).unwrap();
    assert!(
        matches!(&given.stages[0].base, Base::Image(name) if name.to_string() == "node:22-alpine")
    );
    assert_eq!(copies(&given, 0)[0].dest, "/srv/22/");
}

#[test]
fn what_a_parent_stage_put_off_runs_in_its_children() {
    let found =
        file("FROM node:20 AS base\nWORKDIR /app\nUSER app\nONBUILD COPY . .\nFROM base\nRUN ls\n");
    let child = &found.stages[1].instructions;
    assert!(child[0].onbuild && matches!(&child[0].kind, Kind::Copy(copy) if copy.dest == "/app/"));
    assert_eq!((child[1].workdir.as_str(), child[1].user.as_deref()), ("/app", Some("app")));
    assert_eq!(found.shipped(), [0, 1]);
}

#[test]
fn runs_have_commands_mounts_and_here_documents() {
    let text = "FROM node:20\nRUN --mount=type=cache,target=/root/.npm --mount=type=bind,from=node:20,source=/x,target=y \\\n    npm ci \\\n    # why\n    && npm run build\nRUN <<EOF\nset -e\nnpm ci\nEOF\nRUN [\"/bin/sh\", \"-c\", \"npm test\"]\nSHELL [\"pwsh\", \"-c\"]\nRUN npm ci\n";
    let found = file(text);
    let runs: Vec<_> = found.stages[0]
        .instructions
        .iter()
        .filter_map(|i| match &i.kind {
            Kind::Run(run) => Some(run),
            _ => None,
        })
        .collect();
    let words = |at: usize| runs[at].commands.iter().map(|c| c.words.join(" ")).collect::<Vec<_>>();
    assert_eq!(words(0), ["npm ci", "npm run build"]);
    assert_eq!(runs[0].mounts[0].kind, MountKind::Cache);
    assert_eq!(runs[0].mounts[1].target.as_deref(), Some("/y"));
    assert_eq!(words(1), ["set -e", "npm ci"]);
    assert_eq!(words(2), ["npm test"]);
    assert!(words(3).is_empty());
    let spans: Vec<_> = found.stages[0].instructions.iter().map(|i| (i.line, i.end_line)).collect();
    // The closing delimiter of a here-document is not part of it.
    assert_eq!(spans, [(2, 5), (6, 8), (10, 10), (11, 11), (12, 12)]);
}

#[test]
fn sources_are_paths_remotes_and_documents() {
    let found = file(
        "FROM a\nADD https://example.org/x.tgz ./y/ /opt/\nCOPY --link --chown=1:1 --exclude=*.md . .\nCOPY <<EOF /etc/x\nhello\nEOF\n",
    );
    let copies = copies(&found, 0);
    assert_eq!(
        copies[0].sources,
        [Source::Remote("https://example.org/x.tgz".into()), Source::Path("y".into())]
    );
    assert!(copies[1].link && copies[1].chown.as_ref().is_some_and(|own| own.0 == "1:1"));
    assert_eq!(copies[1].sources, [Source::Path(".".into())]);
    assert_eq!(copies[2].sources, [Source::HereDocument("hello\n".into())]);
}

#[test]
fn what_does_not_parse_is_told_with_its_place() {
    let told = |text: &str| {
        let problems = read("Dockerfile", text, &ReadOptions::default()).unwrap_err();
        let first = &problems[0];
        (first.code, text[first.span.clone()].to_owned())
    };
    assert_eq!(told("FROM a\nRUNN x\n"), ("dockerfile-syntax", "RUNN".into()));
    assert_eq!(told("").0, "dockerfile-syntax");
    assert_eq!(told("RUN x\nFROM a\n").0, "dockerfile-syntax");
    let options = ReadOptions { target: Some("prod".into()), ..Default::default() };
    let problems = read("Dockerfile", "FROM a AS b\n", &options).unwrap_err();
    assert_eq!(
        (problems[0].code, problems[0].help.as_str()),
        ("unknown-stage", "the stages are b")
    );
}

#[test]
fn escape_and_syntax_directives_are_followed() {
    let found = file("# syntax=docker/dockerfile:1\n# escape=`\nFROM a\nRUN npm ci `\n  && ls\n");
    assert_eq!(found.syntax.as_deref(), Some("docker/dockerfile:1"));
    let Kind::Run(run) = &found.stages[0].instructions[0].kind else { panic!() };
    assert_eq!(run.commands.len(), 2);
}

#[test]
fn files_that_would_take_forever_are_refused() {
    for text in [
        "FROM a\n".repeat(2_000),
        format!("FROM a\n{}", "RUN x\n".repeat(20_000)),
        // What is put off runs in each stage that starts from there.
        format!("FROM a AS b\n{}{}", "ONBUILD RUN x\n".repeat(5_000), "FROM b\n".repeat(900)),
    ] {
        let problems = read("Dockerfile", &text, &ReadOptions::default()).unwrap_err();
        assert_eq!(problems[0].code, "dockerfile-too-long");
    }
}

#[test]
fn lists_in_the_form_of_json_end_with_their_bracket() {
    let text = "FROM a\nCOPY [\"x y\", \"/z/\"]\nVOLUME [ \"/data\" ]\nSHELL [\"sh\", \"-c\"]\nCMD [\"x\"]\n";
    let found = file(text);
    let spans = found.stages[0].instructions.iter().map(|found| &text[found.span.clone()]);
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(spans.collect::<Vec<_>>(), lines);
}

/// What runs, and what the words of a line are fed with, as BuildKit reads them: a document alone is a
/// script of the shell, or of the program in its first line; otherwise the shell gets the whole line.
#[test]
fn here_documents_are_scripts_where_a_shell_reads_them() {
    for (text, expected) in [
        ("RUN <<EOF\nset -e\nnpm ci\nEOF", vec!["set", "npm"]),
        ("RUN <<EOF\n#!/bin/bash -e\nnpm ci\nEOF", vec!["npm"]),
        ("RUN <<EOF\n#!/usr/bin/env python3\nimport os\nEOF", vec![]),
        ("RUN bash -euo pipefail <<EOF\nnpm ci\nEOF", vec!["npm"]),
        ("RUN <<EOF sh -x\nnpm ci\nEOF", vec!["npm"]),
        ("RUN sh install.sh <<EOF\ny\nEOF", vec!["sh"]),
        ("RUN python3 <<EOF\nimport os\nEOF", vec!["python3"]),
        ("RUN cat <<EOF > /x && \\\n  npm ci\nhello\nEOF", vec!["cat", "npm"]),
        ("RUN cat <<A <<-'B' >/x && bash <<C\n1\nA\n\t2\n\tB\nnpm ci\nC", vec!["cat", "npm"]),
    ] {
        let file = file(&format!("FROM a\n{text}\nUSER 1\n"));
        let [run, _] = file.stages[0].instructions.as_slice() else { panic!("{text}") };
        let Kind::Run(found) = &run.kind else { panic!("{text}") };
        let programs: Vec<&str> = found.commands.iter().map(|found| found.program()).collect();
        assert_eq!(programs, expected, "{text}");
    }
    let two =
        "FROM a\nRUN cat <<A <<B\n1\nA\n# 2\nB\n# imgcost ignore=runs-as-root: a test\nUSER 0\n";
    let found = file(two);
    let lines = found.stages[0].instructions.iter().map(|found| (found.line, found.end_line));
    assert_eq!(lines.collect::<Vec<_>>(), [(2, 6), (8, 8)]);
}
