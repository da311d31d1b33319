use parse_dockerfile::Instruction as Parsed;

use std::collections::BTreeMap;

use super::arguments;
use super::dockerfile::{Base, Dockerfile, Instruction, Kind, Stage};
use super::documents::{Document, taken_out};
use super::image_name::ImageName;
use super::instruction::{Scope, instruction, span_of};
use super::problem::Problem;
use super::references::references;
use super::variables::Variables;

/// What only the one who builds knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// `--build-arg` values.
    pub build_args: Vec<(String, String)>,
    /// The stage to build, by name or number; the last one where none is named.
    pub target: Option<String>,
    /// The platform to build for, such as `linux/amd64`; that is also the default.
    pub platform: Option<String>,
}

/// The longest Dockerfile that is read, in bytes.
const LONGEST: usize = 4 << 20;

/// The most stages, and the most instructions, those that `ONBUILD` brings included: each is held
/// against those before it, and a stage against all that it starts from.
const MOST_STAGES: usize = 1_000;
const MOST_INSTRUCTIONS: usize = 10_000;

/// Reads a Dockerfile.
///
/// ```
/// use imgcost_dockerfile::{ReadOptions, read};
/// let text = "ARG TAG=20\nFROM node:$TAG AS build\nWORKDIR /app\nCOPY . .\n";
/// let file = read("Dockerfile", text, &ReadOptions::default()).unwrap();
/// assert_eq!(file.stages[0].instructions.len(), 2);
/// ```
///
/// # Errors
/// What keeps it from being built: text that does not parse, no `FROM`, a target or stage that is
/// not there. All that can be told apart come at once.
pub fn read(name: &str, text: &str, options: &ReadOptions) -> Result<Dockerfile, Vec<Problem>> {
    if text.len() > LONGEST {
        let help = "a Dockerfile has at most 4 MiB; is this another file?";
        return Err(vec![Problem::new("dockerfile-too-long", 0..0, "the file is too long", help)]);
    }
    let (parsable, documents) = taken_out(text);
    let mut documents_of: BTreeMap<usize, Vec<Document>> = BTreeMap::new();
    for document in documents {
        documents_of.entry(document.instruction).or_default().push(document);
    }
    let parsed = parse_dockerfile::parse(&parsable).map_err(|error| vec![syntax(&error, text)])?;
    let lines = Lines::of(text);
    let escape = parsed.parser_directives.escape.as_ref().map_or('\\', |found| found.value.value);
    let mut problems = Vec::new();
    let mut global = predefined(options);
    let mut stages: Vec<Stage> = Vec::new();
    let mut scope = Scope::new(&global, escape);
    let mut instructions = 0;
    for parsed in &parsed.instructions {
        let mut span = span_of(parsed, text);
        let line =
            text.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let documents = documents_of.get(&line).map_or(&[][..], Vec::as_slice);
        span.end = documents.last().map_or(span.end, |last| last.span.end);
        if stages.len() > MOST_STAGES || instructions > MOST_INSTRUCTIONS {
            let message = format!(
                "there are more than {MOST_STAGES} stages or {MOST_INSTRUCTIONS} instructions"
            );
            let help = "is this file generated? split it up";
            problems.push(Problem::new("dockerfile-too-long", span, message, help));
            break;
        }
        match parsed {
            Parsed::Arg(arg) if stages.is_empty() => {
                for (name, default) in arguments::arguments(&arg.arguments.value) {
                    let default = default.map(|value| global.expand(&value).text);
                    let given = given(options, &name);
                    if given.is_some() || default.is_some() || global.get(&name).is_none() {
                        global.set(&name, given.or(default));
                    }
                }
            }
            Parsed::From(from) => {
                let platform = from.options.iter().find(|flag| flag.name.value == "platform");
                let platform = platform.and_then(|flag| flag.value.as_ref());
                let base = base(&global.expand(&from.image.value), &stages);
                scope = Scope::new(&global, escape);
                let mut stage = Stage {
                    name: from.as_.as_ref().map(|(_, name)| name.value.to_ascii_lowercase()),
                    base,
                    platform: platform.map(|value| global.expand(&value.value).text),
                    line: lines.at(span.start),
                    span,
                    instructions: Vec::new(),
                };
                inherit(&mut stage, &stages, &mut scope);
                instructions += stage.instructions.len();
                stages.push(stage);
            }
            parsed => {
                let Some((stage, before)) = stages.split_last_mut() else {
                    let help = "begin with FROM; only ARG may stand before it";
                    problems.push(Problem::new(
                        "instruction-before-from",
                        span,
                        "this stands before any FROM",
                        help,
                    ));
                    continue;
                };
                let given = |name: &str| {
                    given(options, name).or_else(|| global.get(name).cloned().flatten())
                };
                let kind = instruction(parsed, documents, &scope, before, &given);
                match kind {
                    Ok(kind) => {
                        instructions += 1;
                        stage.instructions.push(Instruction {
                            line: lines.at(span.start),
                            end_line: lines.at(span.end.saturating_sub(1).max(span.start)),
                            span,
                            workdir: scope.workdir.clone(),
                            user: scope.user.clone(),
                            onbuild: false,
                            references: references(parsed),
                            kind: kind.clone(),
                        });
                        scope.apply(&kind);
                    }
                    Err(problem) => problems.push(problem),
                }
            }
        }
    }
    let target = target(&stages, options, text, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Dockerfile {
        name: name.to_owned(),
        text: text.into(),
        stages,
        target,
        build_args: options.build_args.iter().map(|(name, _)| name.clone()).collect(),
        syntax: parsed.parser_directives.syntax.as_ref().map(|found| found.value.value.to_owned()),
    })
}

/// What a stage takes over from the stage that it starts from: its state, and what its `ONBUILD` brings.
fn inherit(stage: &mut Stage, stages: &[Stage], scope: &mut Scope) {
    let Base::Stage(parent) = stage.base else { return };
    let mut chain = Vec::new();
    let mut at = Some(parent);
    while let Some(index) = at {
        let Some(found) = stages.get(index) else { break };
        chain.push(found);
        at = match found.base {
            Base::Stage(next) if next < index => Some(next),
            _ => None,
        };
    }
    for parent in chain.iter().rev() {
        parent.instructions.iter().for_each(|found| scope.inherit(&found.kind));
    }
    let Some(parent) = chain.first() else { return };
    for found in &parent.instructions {
        let Kind::Onbuild(kind) = &found.kind else { continue };
        stage.instructions.push(Instruction {
            kind: (**kind).clone(),
            workdir: scope.workdir.clone(),
            user: scope.user.clone(),
            onbuild: true,
            ..found.clone()
        });
        scope.apply(kind);
    }
}

/// Variables that every builder sets.
fn predefined(options: &ReadOptions) -> Variables {
    let platform = options.platform.as_deref().unwrap_or("linux/amd64");
    let mut parts = platform.splitn(3, '/');
    let (os, arch) = (parts.next().unwrap_or("linux"), parts.next().unwrap_or("amd64"));
    let variant = parts.next().unwrap_or_default();
    let mut variables = Variables::default();
    for side in ["TARGET", "BUILD"] {
        variables.set(&format!("{side}PLATFORM"), Some(platform.to_owned()));
        variables.set(&format!("{side}OS"), Some(os.to_owned()));
        variables.set(&format!("{side}ARCH"), Some(arch.to_owned()));
        variables.set(&format!("{side}VARIANT"), Some(variant.to_owned()));
    }
    variables
}

fn given(options: &ReadOptions, name: &str) -> Option<String> {
    let found = options.build_args.iter().rev().find(|(given, _)| given == name);
    found.map(|(_, value)| value.clone())
}

fn base(image: &super::variables::Expanded, stages: &[Stage]) -> Base {
    let text = image.text.trim();
    if !image.complete {
        return Base::Unknown(text.to_owned());
    }
    if let Some(stage) = stages.iter().rposition(|stage| stage.is_named(text)) {
        return Base::Stage(stage);
    }
    if text.eq_ignore_ascii_case("scratch") {
        Base::Scratch
    } else {
        Base::Image(ImageName::parse(text))
    }
}

fn target(
    stages: &[Stage],
    options: &ReadOptions,
    text: &str,
    problems: &mut Vec<Problem>,
) -> usize {
    let Some(last) = stages.len().checked_sub(1) else {
        if problems.is_empty() {
            let help = "a Dockerfile begins with FROM and the image to build upon";
            problems.push(Problem::new("no-stage", 0..text.len().min(1), "there is no FROM", help));
        }
        return 0;
    };
    let Some(wanted) = &options.target else { return last };
    let numbered = wanted.parse().ok().filter(|number| *number <= last);
    let found = stages.iter().rposition(|stage| stage.is_named(wanted)).or(numbered);
    found.unwrap_or_else(|| {
        let names: Vec<&str> = stages.iter().filter_map(|stage| stage.name.as_deref()).collect();
        let help = match names.as_slice() {
            [] => format!("name a stage by its number, 0 to {last}"),
            names => format!("the stages are {}", names.join(", ")),
        };
        let message = format!("there is no stage `{wanted}`");
        problems.push(Problem::new("unknown-stage", stages[last].span.clone(), message, help));
        last
    })
}

/// What the parser objects to, at its place.
fn syntax(error: &parse_dockerfile::Error, text: &str) -> Problem {
    let starts = Lines::of(text);
    let start = starts.start_of(error.line());
    let column = error.column().saturating_sub(1);
    let line = text[start..].lines().next().unwrap_or_default();
    let within = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    let end = line[within..].find(char::is_whitespace).map_or(line.len(), |at| within + at);
    // Without the place, which the span tells.
    let message = format!("{error:#}");
    let help = match message.as_str() {
        found if found.contains("unknown instruction") => {
            "write one of FROM, RUN, COPY, ADD, ARG, ENV, WORKDIR, USER, CMD, ENTRYPOINT, EXPOSE, LABEL, \
             VOLUME, HEALTHCHECK, SHELL, STOPSIGNAL, ONBUILD; a line that goes on ends in a backslash"
        }
        found if found.contains("here-document") || found.contains("heredoc") => {
            "end the here-document with its delimiter alone on a line"
        }
        found if found.contains("stage") => {
            "a Dockerfile begins with FROM and the image to build upon"
        }
        _ => "see https://docs.docker.com/reference/dockerfile/ for the form of this instruction",
    };
    Problem::new("dockerfile-syntax", start + within..start + end.max(within), message, help)
}

/// Where lines begin.
pub(crate) struct Lines(Vec<usize>);

impl Lines {
    pub(crate) fn of(text: &str) -> Self {
        let starts =
            text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self(std::iter::once(0).chain(starts).collect())
    }

    /// The line of a byte, from 1.
    pub(crate) fn at(&self, byte: usize) -> usize {
        self.0.partition_point(|start| *start <= byte)
    }

    /// The first byte of a line.
    fn start_of(&self, line: usize) -> usize {
        self.0.get(line.saturating_sub(1)).or(self.0.last()).copied().unwrap_or(0)
    }
}
