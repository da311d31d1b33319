//! Logs of builds, written by hand in the shapes that BuildKit documents and prints.

use imgcost_dockerfile::cache::StepId;
use imgcost_dockerfile::{Dockerfile, log, read};

const TWO_STAGES: &str = "FROM node:20 AS build\n\
    ARG PORT=80\n\
    WORKDIR /app\n\
    COPY package*.json ./\n\
    RUN --mount=type=cache,target=/root/.npm npm ci \\\n      && echo $PORT\n\
    FROM node:20-alpine\n\
    ENV A=1\n\
    COPY --from=build /app /app\n";

fn file(text: &str) -> Dockerfile {
    read("Dockerfile", text, &Default::default()).unwrap()
}

fn step(stage: usize, instruction: usize) -> StepId {
    StepId { stage, instruction: Some(instruction) }
}

fn from(stage: usize) -> StepId {
    StepId { stage, instruction: None }
}

#[test]
fn plain_logs_take_turns_between_steps() {
    let text = "#1 [internal] load build definition from Dockerfile\n\
        #1 transferring dockerfile: 233B done\n\
        #1 DONE 0.0s\n\n\
        #4 [build 1/4] FROM docker.io/library/node:20@sha256:aa\n\
        #4 resolve docker.io/library/node:20@sha256:aa 0.0s done\n\
        #4 DONE 4.0s\n\n\
        #5 [build 2/4] WORKDIR /app\n\
        #5 CACHED\n\n\
        #6 [build 3/4] COPY package*.json ./\n\
        #6 DONE 0.1s\n\n\
        #7 [build 4/4] RUN --mount=type=cache,target=/root/.npm npm ci       && echo 80\n\
        #7 0.412 DONE 99.9s\n\
        #7 ...\n\n\
        #8 [stage-1 1/2] FROM docker.io/library/node:20-alpine\n\
        #8 DONE 1.5s\n\n\
        #7 [build 4/4] RUN --mount=type=cache,target=/root/.npm npm ci       && echo 80\n\
        #7 31.90 added 900 packages\n\
        #7 DONE 32.1s\n\n\
        #9 [stage-1 2/2] COPY --from=build /app /app\n\
        #9 DONE 2.3s\n\n\
        #10 exporting to image\n\
        #10 DONE 9.9s\n";
    let found = log::read("log", text, &file(TWO_STAGES)).unwrap();
    let times = [(from(0), 4_000), (step(0, 2), 100), (step(0, 3), 32_100), (from(1), 1_500)];
    let times = times.into_iter().chain([(step(1, 1), 2_300)]).collect();
    assert_eq!(found.millis, times);
    assert_eq!(found.cached, [step(0, 1)].into());
    assert_eq!((found.failed.len(), found.unmapped.len()), (0, 0));
    assert_eq!(found.into_times().of(step(0, 3)), 32_100);
}

#[test]
fn raw_logs_tell_of_a_step_more_than_once() {
    // Took from .5 to 2.0 and from 1.0 to 3.25: 2.75 s in all.
    let text = r#"{"vertexes":[{"digest":"sha256:a","name":"[linux/amd64 build 3/4] COPY package*.json ./","cached":true}]}
{"vertexes":[{"digest":"sha256:b","name":"[linux/amd64 build 4/4] RUN --mount=type=cache,target=/root/.npm npm ci \u0026\u0026 echo 80","started":"2026-11-25T10:00:00.5Z"}]}
{"logs":[{"vertex":"sha256:b","stream":1,"data":"aGk=","timestamp":"2026-11-25T10:00:01Z"}]}
{"vertexes":[{"digest":"sha256:b","name":"","started":"2026-11-25T10:00:00.5Z","completed":"2026-11-25T10:00:02Z"},{"digest":"sha256:b","started":"2026-11-25T10:00:01Z","completed":"2026-11-25T10:00:03.25Z"}]}
not a report
{"vertexes":[{"digest":"sha256:c","name":"[linux/amd64 stage-1 2/2] COPY --from=build /app /app","started":"2026-11-25T10:00:05Z","completed":"2026-11-25T10:00:05Z","error":"no space left"}]}
"#;
    let found = log::read("log", text, &file(TWO_STAGES)).unwrap();
    assert_eq!(found.millis, [(step(0, 3), 2_750)].into());
    assert_eq!(found.cached, [step(0, 2)].into());
    assert_eq!(found.failed, [step(1, 1)].into());
}

#[test]
fn the_number_decides_between_equal_commands() {
    let file = file("FROM node:20\nRUN npm test\nUSER app\nrun npm test\n");
    let found = log::read("log", "#5 [3/3] RUN npm test\n#5 DONE 1.0s\n", &file).unwrap();
    assert_eq!(found.millis, [(step(0, 2), 1_000)].into());
    // A base that brings an instruction moves both, and nobody knows by how many.
    let problem = log::read("log", "#5 [4/3] RUN npm test\n#5 DONE 1.0s\n", &file).unwrap_err();
    assert_eq!(problem.code, "log-of-another-file");
}

#[test]
fn what_the_base_brings_moves_numbers_only() {
    let text = "#4 [ 1/12] FROM docker.io/library/node:20-onbuild\n#4 CACHED\n\
        2026-11-25T10:17:44.919Z #5 [ 2/12] COPY brought /by/base\n\
        2026-11-25T10:17:44.920Z #5 DONE 0.3s\n\
        #6 [ 3/12] RUN npm ci\n#6 DONE 5.0s\n\
        #7 [ 4/12] RUN <<EOF (echo one...)\n#7 DONE 6.0s\n";
    let file = file("FROM node:20-onbuild\nRUN npm ci\nRUN <<EOF\necho one\necho two\nEOF\n");
    let found = log::read("log", text, &file).unwrap();
    assert_eq!(found.millis, [(step(0, 0), 5_000), (step(0, 1), 6_000)].into());
    assert_eq!(found.unmapped.len(), 1);
    assert_eq!(found.unmapped[0].name, "[ 2/12] COPY brought /by/base");
}

#[test]
fn of_two_builds_the_one_that_ran_a_step_tells_its_time() {
    let file = file("FROM node:20\nRUN npm ci\nRUN npm test\n");
    let text = "#1 [internal] load build definition from Dockerfile\n#1 DONE 0.0s\n\
        #2 [2/3] RUN npm ci\n#2 DONE 5.0s\n#3 [3/3] RUN npm test\n#3 ERROR: process did not complete\n\
        #1 [internal] load build definition from Dockerfile\n#1 DONE 0.0s\n\
        #3 [2/3] RUN npm ci\n#3 CACHED\n#4 [3/3] RUN npm test\n#4 DONE 7.0s\n";
    let found = log::read("log", text, &file).unwrap();
    assert_eq!(found.millis, [(step(0, 0), 5_000), (step(0, 1), 7_000)].into());
    assert!(found.cached.is_empty());
}

#[test]
fn what_is_no_log_of_this_file_is_refused() {
    let code = |text: &str| log::read("log", text, &file(TWO_STAGES)).unwrap_err().code;
    assert_eq!(code("Step 1/5 : FROM node:20\n ---> Running in 6f\n"), "no-build-log");
    assert_eq!(code(""), "no-build-log");
    assert_eq!(code("#5 [deploy 2/3] RUN make\n#5 DONE 1.0s\n"), "log-of-another-file");
    assert_eq!(code("#5 [build 3/4] COPY other ./\n#5 DONE 1.0s\n"), "log-of-another-file");
}
