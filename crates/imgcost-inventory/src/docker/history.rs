//! What made a layer, and so when it changes. These are rules of thumb: the comments say so.

/// An instruction and the layer it made, if any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Instruction {
    /// As the history has it, without the shell around it.
    pub(super) text: String,
    /// Bytes of its layer, unpacked.
    pub(super) bytes: u64,
}

const INSTALLS: [&str; 22] = [
    "apt-get",
    "apt ",
    "apk ",
    "yum ",
    "dnf ",
    "zypper ",
    "npm ",
    "yarn",
    "pnpm ",
    "pip ",
    "pip3 ",
    "poetry ",
    "uv ",
    "bundle ",
    "gem ",
    "composer ",
    "go mod",
    "cargo fetch",
    "mvn ",
    "gradle",
    "dotnet restore",
    "conda ",
];

const DEPENDENCIES: [&str; 16] = [
    "package.json",
    "package-lock.json",
    "package*.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "requirements",
    "pyproject.toml",
    "poetry.lock",
    "Gemfile",
    "composer.json",
    "go.mod",
    "go.sum",
    "Cargo.toml",
    "pom.xml",
    "node_modules",
    "site-packages",
];

/// Says for each instruction, oldest first, when its layer changes.
///
/// Up to the last CMD or ENTRYPOINT with a layer above it all is the base image, which ends with
/// one; so is the lowest layer. Above it, installs and copies of lists of dependencies change with
/// these, other copies with each deploy, and whatever is left with the base.
pub(super) fn triggers(instructions: &[Instruction]) -> Vec<&'static str> {
    let highest = instructions.iter().rposition(|one| one.bytes > 0).unwrap_or(0);
    let lowest = instructions.iter().position(|one| one.bytes > 0).unwrap_or(0);
    let below = instructions.get(..highest).unwrap_or_default();
    let base = below.iter().rposition(|one| starts(&one.text)).unwrap_or(0).max(lowest);
    let trigger = |(at, one): (usize, &Instruction)| {
        if at <= base { "base-refresh" } else { of(&one.text) }
    };
    instructions.iter().enumerate().map(trigger).collect()
}

fn starts(text: &str) -> bool {
    text.starts_with("CMD") || text.starts_with("ENTRYPOINT")
}

fn of(text: &str) -> &'static str {
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if text.starts_with("COPY") || text.starts_with("ADD") {
        if has(&DEPENDENCIES) { "dependency-update" } else { "deploy" }
    } else if has(&INSTALLS)
        && has(&["install", "add ", " ci", "restore", "sync", "fetch", "download", "resolve"])
    {
        "dependency-update"
    } else {
        "base-refresh"
    }
}

/// `/bin/sh -c #(nop)  CMD ["x"]` is `CMD ["x"]`, `/bin/sh -c make` and `RUN /bin/sh -c make #
/// buildkit` are `RUN make`. Build arguments, `|1 TOKEN=...`, are left out: they may be secrets.
pub(super) fn instruction(created_by: &str) -> String {
    let text = created_by.trim().trim_end_matches("# buildkit").trim_end();
    let text = text.strip_prefix("RUN ").filter(|rest| rest.starts_with('|')).unwrap_or(text);
    let text = match text.find("/bin/sh -c ").and_then(|at| text.get(at..)) {
        Some(shell) if text.starts_with('|') => shell,
        None if text.starts_with('|') => "RUN with build arguments",
        _ => text,
    };
    let shell = text.strip_prefix("RUN ").unwrap_or(text).strip_prefix("/bin/sh -c ");
    match shell.map(|rest| (rest, rest.trim_start().strip_prefix("#(nop)"))) {
        Some((_, Some(nop))) => nop.trim().to_owned(),
        Some((run, None)) => format!("RUN {}", run.trim()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lines: &[(&str, u64)]) -> Vec<&'static str> {
        let instructions: Vec<_> = lines
            .iter()
            .map(|(text, bytes)| Instruction { text: instruction(text), bytes: *bytes })
            .collect();
        triggers(&instructions)
    }

    #[test]
    fn an_image_on_a_base_is_told_apart_by_its_instructions() {
        let node = [
            ("/bin/sh -c #(nop) ADD file:0bd7 in / ", 117_000_000),
            ("/bin/sh -c #(nop)  CMD [\"bash\"]", 0),
            ("RUN /bin/sh -c apt-get update && apt-get install -y curl # buildkit", 50_000_000),
            ("COPY docker-entrypoint.sh /usr/local/bin/ # buildkit", 388),
            ("CMD [\"node\"]", 0),
            ("WORKDIR /app", 0),
            ("COPY package*.json ./ # buildkit", 200_000),
            ("RUN /bin/sh -c npm ci --omit=dev # buildkit", 90_000_000),
            ("COPY . . # buildkit", 4_000_000),
            ("RUN /bin/sh -c npm run build # buildkit", 2_000_000),
            ("CMD [\"node\" \"server.js\"]", 0),
        ];
        let told = told(&node);
        assert!(told[..5].iter().all(|trigger| *trigger == "base-refresh"), "{told:?}");
        let own = ["base-refresh", "dependency-update", "dependency-update", "deploy"];
        assert_eq!(told[5..9], own);
        // Nothing is installed by a build; it changes with what lies below it.
        assert_eq!(told[9], "base-refresh");
    }

    #[test]
    fn shells_around_instructions_are_taken_off() {
        for (created_by, expected) in [
            ("/bin/sh -c #(nop) COPY file:cb05 in /app ", "COPY file:cb05 in /app"),
            ("/bin/sh -c #(nop)  ENTRYPOINT [\"/app\"]", "ENTRYPOINT [\"/app\"]"),
            ("/bin/sh -c make all", "RUN make all"),
            ("RUN /bin/sh -c make all # buildkit", "RUN make all"),
            ("COPY a b # buildkit", "COPY a b"),
            ("|1 TOKEN=a=b /bin/sh -c make all", "RUN make all"),
            ("RUN |2 A=1 B=/bin/x /bin/sh -c make all # buildkit", "RUN make all"),
            ("RUN |1 TOKEN=x /bin/bash -c make", "RUN with build arguments"),
            ("umoci repack", "umoci repack"),
            ("", ""),
        ] {
            assert_eq!(instruction(created_by), expected);
        }
    }

    #[test]
    fn an_image_without_layers_has_no_triggers_to_speak_of() {
        assert_eq!(told(&[]), [""; 0]);
        assert_eq!(told(&[("CMD x", 0)]), ["base-refresh"]);
    }
}
