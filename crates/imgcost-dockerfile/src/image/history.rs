//! What made a layer, in words that can be compared: histories and instructions say the same in
//! different ways.
//!
//! | builder | writes |
//! |---|---|
//! | BuildKit | `RUN /bin/sh -c npm ci # buildkit`, `COPY /app/dist ./dist # buildkit` (no `--from`) |
//! | BuildKit, build arguments | `RUN |1 TAG=20 /bin/sh -c npm ci # buildkit` |
//! | classic | `/bin/sh -c npm ci`, `|1 TAG=20 /bin/sh -c npm ci`, `/bin/sh -c #(nop) COPY dir:4f2a... in /app` |
//! | Buildah | as classic |
//! | kaniko | `RUN npm ci`, as in the file |

use crate::read::{Dockerfile, Instruction, Kind};

/// What an instruction does, as far as a history tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Run,
    Copy,
    Add,
    Workdir,
    Other,
}

/// What made a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Made {
    verb: Verb,
    /// The words of what it says, sorted.
    words: Vec<String>,
    /// The words of where it copies to, sorted.
    dest: Vec<String>,
    /// Whether its sources are hashes, so that only where they went can be compared.
    hashed: bool,
}

/// Words that are compared of one text: enough to tell instructions apart.
const MOST_WORDS: usize = 256;

/// What a history says.
pub(super) fn of_history(created_by: &str) -> Made {
    let text = created_by.trim();
    let text = text.strip_suffix("# buildkit").unwrap_or(text).trim();
    let text = text.split_once("#(nop)").map_or(text, |(_, instruction)| instruction.trim());
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let verb = verb(word);
    match verb {
        Some(verb @ (Verb::Copy | Verb::Add)) => {
            // Flags tell owners and modes, not what is copied.
            let rest = &without_flags(rest);
            let (sources, dest) = match rest.rsplit_once(" in ") {
                Some((sources, dest)) => (sources, dest),
                None => rest.rsplit_once(' ').unwrap_or(("", rest)),
            };
            let hashes = ["dir:", "file:", "multi:"];
            let hashed =
                sources.split_whitespace().any(|word| hashes.iter().any(|is| word.starts_with(is)));
            let what = if hashed { dest } else { rest };
            Made { verb, words: words(what), dest: words(dest), hashed }
        }
        Some(Verb::Run) => Made::plain(Verb::Run, without_shell(rest)),
        Some(verb) => Made::plain(verb, rest),
        // A classic RUN is what the shell got.
        None => Made::plain(Verb::Run, without_shell(text)),
    }
}

/// What an instruction of the file says: as it stands, and with its variables replaced.
pub(super) fn of_instruction(file: &Dockerfile, found: &Instruction) -> Vec<Made> {
    let line = file.line_of(&found.span);
    let written = line.split_once(char::is_whitespace).map_or("", |(_, rest)| rest.trim());
    match &found.kind {
        Kind::Run(run) => {
            let said = |text: &str| Made::plain(Verb::Run, without_shell(text));
            vec![said(&run.script), said(&without_flags(written))]
        }
        Kind::Copy(copy) => {
            let verb = if copy.add { Verb::Add } else { Verb::Copy };
            let sources: Vec<&str> = copy
                .sources
                .iter()
                .filter_map(|source| match source {
                    crate::read::Source::Path(path) | crate::read::Source::Remote(path) => {
                        Some(path.as_str())
                    }
                    crate::read::Source::HereDocument(_) => None,
                })
                .collect();
            let expanded = format!("{} {}", sources.join(" "), copy.dest);
            let bare = without_flags(written);
            let dest = bare.rsplit_once(' ').map_or("", |(_, dest)| dest);
            vec![
                Made { verb, words: words(&expanded), dest: words(&copy.dest), hashed: false },
                Made { verb, words: words(&bare), dest: words(dest), hashed: false },
            ]
        }
        Kind::Workdir(path) => {
            vec![Made::plain(Verb::Workdir, path), Made::plain(Verb::Workdir, written)]
        }
        _ => vec![Made::plain(Verb::Other, written)],
    }
}

/// How alike an instruction and what a history says are, in percent; `None` if they are of
/// different kinds.
pub(super) fn likeness(instruction: &[Made], history: &Made) -> Option<u32> {
    instruction
        .iter()
        .filter(|made| made.verb == history.verb)
        .map(|made| match history.hashed {
            true => alike(&made.dest, &history.dest),
            false => alike(&made.words, &history.words),
        })
        .max()
}

impl Made {
    fn plain(verb: Verb, text: &str) -> Self {
        Self { verb, words: words(text), dest: Vec::new(), hashed: false }
    }
}

fn verb(word: &str) -> Option<Verb> {
    Some(match word.to_ascii_uppercase().as_str() {
        "RUN" => Verb::Run,
        "COPY" => Verb::Copy,
        "ADD" => Verb::Add,
        "WORKDIR" => Verb::Workdir,
        "CMD" | "ENTRYPOINT" | "ENV" | "LABEL" | "EXPOSE" | "VOLUME" | "USER" | "ARG"
        | "HEALTHCHECK" | "STOPSIGNAL" | "SHELL" | "ONBUILD" | "MAINTAINER" => Verb::Other,
        _ => return None,
    })
}

/// A command without the shell that runs it and the build arguments before that:
/// `|1 TAG=20 /bin/bash -o pipefail -c npm ci`.
fn without_shell(text: &str) -> &str {
    match text.split_once(" -c ") {
        Some((shell, command))
            if shell.starts_with(['|', '/']) && shell.split(' ').any(is_shell) =>
        {
            command
        }
        _ => text,
    }
}

fn is_shell(word: &str) -> bool {
    ["sh", "bash", "ash", "dash", "zsh"].contains(&word.rsplit('/').next().unwrap_or(word))
}

/// An instruction without its flags.
fn without_flags(text: &str) -> String {
    let words = text.split_whitespace().skip_while(|word| word.starts_with("--"));
    words.collect::<Vec<_>>().join(" ")
}

/// Names, numbers and parts of paths, sorted.
fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !(c.is_alphanumeric() || "._-+@=*".contains(c)));
    let told = parts.filter(|word| word.chars().any(char::is_alphanumeric));
    let mut words: Vec<String> = told.take(MOST_WORDS).map(str::to_owned).collect();
    words.sort_unstable();
    words
}

/// Words in common, in percent of the mean of both.
fn alike(one: &[String], other: &[String]) -> u32 {
    let all = one.len() + other.len();
    if all == 0 {
        return 100;
    }
    let (mut at, mut common) = (0, 0);
    for word in one {
        while other.get(at).is_some_and(|found| found < word) {
            at += 1;
        }
        if other.get(at) == Some(word) {
            common += 1;
            at += 1;
        }
    }
    u32::try_from(200 * common / all).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ReadOptions, read};

    fn like(instruction: &str, history: &str) -> Option<u32> {
        let text = format!("FROM node:20\nARG V=2\nENV DIR=/srv\nWORKDIR /app\n{instruction}\n");
        let file = read("Dockerfile", &text, &ReadOptions::default()).unwrap();
        let found = file.stages[0].instructions.last().unwrap();
        likeness(&of_instruction(&file, found), &of_history(history))
    }

    #[test]
    fn what_builders_write_is_what_the_file_says() {
        for (instruction, history) in [
            ("RUN npm ci", "RUN /bin/sh -c npm ci # buildkit"),
            ("RUN npm ci", "/bin/sh -c npm ci"),
            ("RUN npm ci", "|1 V=2 /bin/sh -c npm ci"),
            ("RUN npm ci", "RUN |1 V=2 /bin/sh -c npm ci # buildkit"),
            ("RUN npm ci", "/bin/bash -o pipefail -c npm ci"),
            ("RUN --mount=type=cache,target=/root/.npm npm ci", "RUN /bin/sh -c npm ci # buildkit"),
            ("RUN [\"npm\", \"ci\"]", "RUN npm ci # buildkit"),
            (
                "RUN apk add a && \\\n    # why\n    apk add b",
                "RUN /bin/sh -c apk add a &&     apk add b # buildkit",
            ),
            ("RUN <<EOF\nset -e\nnpm ci\nEOF", "RUN /bin/sh -c set -e\nnpm ci\n # buildkit"),
            ("COPY . .", "COPY . . # buildkit"),
            ("COPY --from=0 /app/dist ./dist", "COPY /app/dist ./dist # buildkit"),
            ("COPY --chown=node:node . .", "COPY --chown=node:node . . # buildkit"),
            ("COPY . .", "/bin/sh -c #(nop) COPY dir:4f2a18b1 in /app "),
            ("COPY package*.json ./", "/bin/sh -c #(nop) COPY multi:91cc in ./ "),
            ("COPY --link a b $DIR/", "COPY a b /srv/ # buildkit"),
            ("ADD x.tar /opt", "/bin/sh -c #(nop) ADD file:91cc in /opt "),
            ("WORKDIR $DIR", "WORKDIR /srv"),
            ("WORKDIR x", "/bin/sh -c #(nop) WORKDIR /app/x"),
        ] {
            assert_eq!(like(instruction, history), Some(100), "{instruction} | {history}");
        }
    }

    #[test]
    fn other_instructions_are_less_alike_or_of_another_kind() {
        assert_eq!(like("RUN npm ci", "COPY . . # buildkit"), None);
        assert_eq!(like("COPY . .", "ADD . . # buildkit"), None);
        assert_eq!(like("RUN npm ci", "/bin/sh -c #(nop)  CMD [\"npm\"]"), None);
        // npm, ci | npm, install: 2 x 1 / 4
        assert_eq!(like("RUN npm ci", "RUN /bin/sh -c npm install # buildkit"), Some(50));
        assert_eq!(like("RUN npm ci", "RUN /bin/sh -c make # buildkit"), Some(0));
    }
}
