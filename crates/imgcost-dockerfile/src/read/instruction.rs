use std::ops::Range;

use parse_dockerfile::{
    Command as ParsedCommand, Flag, HealthcheckArguments, Instruction as Parsed, JsonOrStringArray,
    RunInstruction, Source as ParsedSource, UnescapedString,
};

use super::arguments::{self, is_set, pairs};
use super::dockerfile::{Chown, Copy, CopyFrom, Kind, Mount, MountKind, Process, Run, Stage};
use super::documents::Document;
use super::image_name::ImageName;
use super::path::{Source, absolute, in_context};
use super::problem::Problem;
use super::variables::{Expanded, Variables};
use crate::shell;

/// What a stage's instructions have set so far.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    pub(super) workdir: String,
    pub(super) user: Option<String>,
    variables: Variables,
    shell: Vec<String>,
    escape: char,
}

impl Scope {
    pub(super) fn new(predefined: &Variables, escape: char) -> Self {
        let mut variables = Variables::default();
        // Platform variables must be declared by ARG in a stage; the builder sets them all the same.
        for name in
            ["TARGETPLATFORM", "TARGETOS", "TARGETARCH", "BUILDPLATFORM", "BUILDOS", "BUILDARCH"]
        {
            if let Some(value) = predefined.get(name) {
                variables.set(name, value.clone());
            }
        }
        Self { workdir: "/".into(), user: None, variables, shell: Vec::new(), escape }
    }

    /// What an instruction sets for those after it.
    pub(super) fn apply(&mut self, kind: &Kind) {
        if let Kind::Arg(names) = kind {
            for (name, value) in names {
                self.variables.set(name, value.clone());
            }
        }
        self.inherit(kind);
    }

    /// What an instruction sets for stages that start from its own: all but its `ARG`s.
    pub(super) fn inherit(&mut self, kind: &Kind) {
        match kind {
            Kind::Env(pairs) => {
                pairs
                    .iter()
                    .for_each(|(name, value)| self.variables.set(name, Some(value.clone())));
            }
            Kind::Workdir(path) => self.workdir.clone_from(path),
            Kind::User(user) => self.user = Some(user.clone()),
            Kind::Shell(words) => self.shell.clone_from(words),
            _ => {}
        }
    }

    fn expand(&self, text: &str) -> Expanded {
        self.variables.expand(text)
    }

    fn text(&self, value: &UnescapedString<'_>) -> String {
        self.expand(&arguments::unquoted(&value.value)).text
    }

    /// Whether commands are those of a POSIX shell, whose words can be read.
    fn has_posix_shell(&self) -> bool {
        is_posix_shell(self.shell.first().map_or("/bin/sh", String::as_str))
    }
}

fn is_posix_shell(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    ["sh", "bash", "ash", "dash", "ksh", "zsh", "busybox"].contains(&name)
}

/// What an instruction does, in its scope; `given` tells the value that a build argument has.
pub(super) fn instruction(
    parsed: &Parsed<'_>,
    documents: &[Document],
    scope: &Scope,
    earlier: &[Stage],
    given: &dyn Fn(&str) -> Option<String>,
) -> Result<Kind, Problem> {
    Ok(match parsed {
        Parsed::Copy(copy) => {
            Kind::Copy(copied(false, &copy.options, &copy.src, &copy.dest, scope, earlier))
        }
        Parsed::Add(add) => {
            Kind::Copy(copied(true, &add.options, &add.src, &add.dest, scope, earlier))
        }
        Parsed::Run(run) => Kind::Run(ran(run, documents, scope, earlier)),
        Parsed::Env(env) => {
            let pairs = arguments::expanded(pairs(&env.arguments.value), &scope.variables);
            Kind::Env(
                pairs.into_iter().map(|(name, value)| (name, value.unwrap_or_default())).collect(),
            )
        }
        Parsed::Arg(arg) => {
            let pairs = arguments::arguments(&arg.arguments.value);
            let pairs = arguments::expanded(pairs, &scope.variables).into_iter();
            // A default of the instruction's own goes before one that stands above all stages.
            let value = |(name, default): (String, Option<String>)| {
                let value =
                    default.clone().filter(|_| given(&name).is_none()).or_else(|| given(&name));
                (name, value.or(default))
            };
            Kind::Arg(pairs.map(value).collect())
        }
        Parsed::Workdir(workdir) => {
            let path = scope.text(&workdir.arguments);
            let path = absolute(&scope.workdir, &path);
            Kind::Workdir(if path == "/" { path } else { path.trim_end_matches('/').to_owned() })
        }
        Parsed::User(user) => Kind::User(scope.text(&user.arguments)),
        Parsed::Cmd(cmd) => Kind::Cmd(process(&cmd.arguments)),
        Parsed::Entrypoint(entrypoint) => Kind::Entrypoint(process(&entrypoint.arguments)),
        Parsed::Healthcheck(check) => Kind::Healthcheck(match &check.arguments {
            HealthcheckArguments::Cmd { arguments, .. } => Some(process(arguments)),
            _ => None,
        }),
        Parsed::Label(label) => Kind::Label(label.arguments.value.to_string()),
        Parsed::Expose(expose) => {
            let ports: Vec<String> = expose.arguments.iter().map(|port| scope.text(port)).collect();
            Kind::Expose(ports.join(" "))
        }
        Parsed::Volume(volume) => {
            let paths: Vec<&UnescapedString<'_>> = match &volume.arguments {
                JsonOrStringArray::Json(paths) => paths.value.iter().collect(),
                JsonOrStringArray::String(paths) => paths.iter().collect(),
            };
            Kind::Volume(
                paths.into_iter().map(|path| absolute(&scope.workdir, &scope.text(path))).collect(),
            )
        }
        Parsed::Shell(shell) => {
            Kind::Shell(shell.arguments.iter().map(|word| word.value.to_string()).collect())
        }
        Parsed::Stopsignal(signal) => Kind::Stopsignal(signal.arguments.value.to_string()),
        Parsed::Maintainer(maintainer) => Kind::Maintainer(maintainer.name.value.to_string()),
        Parsed::Onbuild(onbuild) => {
            // The grammar nests once: ONBUILD ONBUILD is refused.
            if matches!(*onbuild.instruction, Parsed::Onbuild(_) | Parsed::From(_)) {
                let help = "ONBUILD takes an instruction that is neither ONBUILD nor FROM";
                let span = onbuild.onbuild.span.clone();
                return Err(Problem::new(
                    "onbuild-not-allowed",
                    span,
                    "this cannot be put off",
                    help,
                ));
            }
            Kind::Onbuild(Box::new(instruction(
                &onbuild.instruction,
                documents,
                scope,
                earlier,
                given,
            )?))
        }
        other => {
            let span = span_of(other, "");
            return Err(Problem::new(
                "unknown-instruction",
                span,
                "this instruction is not known",
                "",
            ));
        }
    })
}

fn copied(
    add: bool,
    flags: &[Flag<'_>],
    sources: &[ParsedSource<'_>],
    dest: &UnescapedString<'_>,
    scope: &Scope,
    earlier: &[Stage],
) -> Copy {
    let value = |name: &str| flag(flags, name).and_then(|flag| flag.value.as_ref());
    let from = value("from")
        .map_or(CopyFrom::Context, |from| copy_from(&scope.expand(&from.value), earlier));
    let in_context_of = |path: &str| match &from {
        CopyFrom::Context => in_context(path),
        _ => absolute("/", path),
    };
    let source = |source: &ParsedSource<'_>| match source {
        ParsedSource::HereDoc(document) => Source::HereDocument(document.value.to_string()),
        ParsedSource::Path(path) => {
            let path = scope.text(path);
            let remote = ["http://", "https://", "git@", "ssh://", "git://"];
            if add && remote.iter().any(|scheme| path.starts_with(scheme)) {
                Source::Remote(path)
            } else {
                Source::Path(in_context_of(&path))
            }
        }
        _ => Source::Path(".".into()),
    };
    let excluded = flags.iter().filter(|flag| flag.name.value == "exclude");
    Copy {
        add,
        sources: sources.iter().map(source).collect(),
        dest: absolute(&scope.workdir, &scope.text(dest)),
        link: flag(flags, "link")
            .is_some_and(|flag| is_set(flag.value.as_ref().map(|v| &*v.value))),
        chown: value("chown").map(|owner| Chown(scope.text(owner))),
        chmod: value("chmod").map(|mode| scope.text(mode)),
        exclude: excluded.filter_map(|flag| flag.value.as_ref()).map(|v| scope.text(v)).collect(),
        from,
    }
}

/// Where `--from` and `from=` point: a stage by name, by number, or an image or named context.
fn copy_from(from: &Expanded, earlier: &[Stage]) -> CopyFrom {
    let text = from.text.trim();
    if !from.complete {
        return CopyFrom::Unknown(text.to_owned());
    }
    if let Some(stage) = earlier.iter().rposition(|stage| stage.is_named(text)) {
        return CopyFrom::Stage(stage);
    }
    match text.parse::<usize>() {
        Ok(number) if number < earlier.len() => CopyFrom::Stage(number),
        _ => CopyFrom::Image(ImageName::parse(text)),
    }
}

fn flag<'f, 'a>(flags: &'f [Flag<'a>], name: &str) -> Option<&'f Flag<'a>> {
    flags.iter().rev().find(|flag| flag.name.value.eq_ignore_ascii_case(name))
}

fn ran(run: &RunInstruction<'_>, documents: &[Document], scope: &Scope, earlier: &[Stage]) -> Run {
    let mounts = run.options.iter().filter(|flag| flag.name.value == "mount");
    let mounts = mounts.filter_map(|flag| flag.value.as_ref());
    let mounts = mounts.map(|value| mount(&value.value, scope, earlier)).collect();
    let line = match &run.arguments {
        ParsedCommand::Exec(words) => {
            let words: Vec<String> =
                words.value.iter().map(|word| word.value.to_string()).collect();
            return Run { script: words.join(" "), commands: shell::commands_of(words), mounts };
        }
        ParsedCommand::Shell(text) => joined(text.value, scope.escape),
        _ => String::new(),
    };
    // Of the documents, the parser knows one that the line begins with.
    let leading = run.here_docs.iter().map(|document| &*document.value);
    let all = leading.chain(documents.iter().map(|document| document.value.as_str()));
    let all: Vec<&str> = all.collect();
    let posix = |script: &str| match scope.has_posix_shell() {
        true => shell::commands(script),
        false => Vec::new(),
    };
    // `RUN <<EOF` runs the document; any other line is fed with it.
    let commands = match all.as_slice() {
        [document] if line.is_empty() => match shebang(document) {
            Some(program) if !is_posix_shell(program) => Vec::new(),
            Some(_) => shell::commands(document),
            None => posix(document),
        },
        [] => posix(&line),
        documents => shell::fed(posix(&line), run.here_docs.len(), documents),
    };
    let script: Vec<&str> = [line.as_str()].into_iter().filter(|line| !line.is_empty()).collect();
    Run { commands, script: [script, all].concat().join("\n"), mounts }
}

/// The program that a script asks for in its first line.
fn shebang(script: &str) -> Option<&str> {
    let mut words = script.strip_prefix("#!")?.lines().next()?.split_whitespace();
    let program = words.next()?;
    let is_env = program.ends_with("/env");
    if is_env { words.find(|word| !word.starts_with('-')) } else { Some(program) }
}

fn mount(value: &str, scope: &Scope, earlier: &[Stage]) -> Mount {
    let value = scope.expand(&arguments::unquoted(value));
    let mut found =
        Mount { kind: MountKind::Bind, target: None, from: CopyFrom::Context, source: "/".into() };
    for (name, value) in arguments::options(&value.text) {
        match name {
            "type" => {
                found.kind = match value {
                    "cache" => MountKind::Cache,
                    "bind" => MountKind::Bind,
                    "secret" => MountKind::Secret,
                    "ssh" => MountKind::Ssh,
                    // Builders refuse what they do not know: it brings nothing.
                    _ => MountKind::Tmpfs,
                };
            }
            "target" | "dst" | "destination" => {
                found.target = Some(absolute(&scope.workdir, value))
            }
            "source" | "src" => value.clone_into(&mut found.source),
            "from" => found.from = copy_from(&scope.expand(value), earlier),
            _ => {}
        }
    }
    found.source = match found.from {
        CopyFrom::Context => in_context(&found.source),
        _ => absolute("/", &found.source),
    };
    found
}

fn process(command: &ParsedCommand<'_>) -> Process {
    match command {
        ParsedCommand::Exec(words) => {
            Process::Exec(words.value.iter().map(|word| word.value.to_string()).collect())
        }
        ParsedCommand::Shell(text) => Process::Shell(text.value.trim().to_owned()),
        _ => Process::Shell(String::new()),
    }
}

/// A command on one line: lines that end in the escape character go on in the next, and comments
/// between them are no part of it.
fn joined(text: &str, escape: char) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with('#') && !out.is_empty() && out.ends_with(' ') {
            continue;
        }
        let bare = line.trim_end();
        match bare.strip_suffix(escape) {
            Some(bare) => {
                out.push_str(bare);
                out.push(' ');
            }
            None => out.push_str(line),
        }
    }
    out.trim().to_owned()
}

/// Bytes of a whole instruction, its here-documents included.
pub(super) fn span_of(parsed: &Parsed<'_>, text: &str) -> Range<usize> {
    let (start, end) = match parsed {
        Parsed::Add(found) => (found.add.span.start, sources_end(&found.src, found.dest.span.end)),
        Parsed::Arg(found) => (found.arg.span.start, found.arguments.span.end),
        Parsed::Cmd(found) => (found.cmd.span.start, command_end(&found.arguments)),
        Parsed::Copy(found) => {
            (found.copy.span.start, sources_end(&found.src, found.dest.span.end))
        }
        Parsed::Entrypoint(found) => (found.entrypoint.span.start, command_end(&found.arguments)),
        Parsed::Env(found) => (found.env.span.start, found.arguments.span.end),
        Parsed::Expose(found) => {
            (found.expose.span.start, found.arguments.last().map_or(0, |last| last.span.end))
        }
        Parsed::From(found) => {
            let end = found.as_.as_ref().map_or(found.image.span.end, |(_, name)| name.span.end);
            (found.from.span.start, end)
        }
        Parsed::Healthcheck(found) => {
            let end = match &found.arguments {
                HealthcheckArguments::Cmd { arguments, .. } => command_end(arguments),
                HealthcheckArguments::None { none, .. } => none.span.end,
                _ => found.healthcheck.span.end,
            };
            (found.healthcheck.span.start, end)
        }
        Parsed::Label(found) => (found.label.span.start, found.arguments.span.end),
        Parsed::Maintainer(found) => (found.maintainer.span.start, found.name.span.end),
        Parsed::Onbuild(found) => (found.onbuild.span.start, span_of(&found.instruction, text).end),
        Parsed::Run(found) => {
            let documents = found.here_docs.iter().map(|document| document.span.end);
            let end = documents.chain([command_end(&found.arguments)]).max().unwrap_or(0);
            (found.run.span.start, end)
        }
        Parsed::Shell(found) => {
            (found.shell.span.start, found.arguments.last().map_or(0, |last| last.span.end))
        }
        Parsed::Stopsignal(found) => (found.stopsignal.span.start, found.arguments.span.end),
        Parsed::User(found) => (found.user.span.start, found.arguments.span.end),
        Parsed::Volume(found) => {
            let end = match &found.arguments {
                JsonOrStringArray::Json(paths) => paths.span.end,
                JsonOrStringArray::String(paths) => paths.last().map_or(0, |last| last.span.end),
            };
            (found.volume.span.start, end)
        }
        Parsed::Workdir(found) => (found.workdir.span.start, found.arguments.span.end),
        _ => (0, 0),
    };
    let end = closed(text, start, end.max(start));
    // A span that ended in a line break would point at the next line.
    let trimmed = text.get(start..end).map_or(end, |found| start + found.trim_end().len());
    start..trimmed
}

/// The end of a list in JSON's form, whose last word ends before its quote and bracket.
fn closed(text: &str, start: usize, end: usize) -> usize {
    let (Some(own), Some(rest)) = (text.get(start..end), text.get(end..)) else { return end };
    let inner = rest.strip_prefix('"').unwrap_or(rest).trim_start_matches([' ', '\t']);
    match inner.strip_prefix(']') {
        Some(after) if own.contains('[') && !own.contains(']') => text.len() - after.len(),
        _ => end,
    }
}

fn sources_end(sources: &[ParsedSource<'_>], dest: usize) -> usize {
    let ends = sources.iter().map(|source| match source {
        ParsedSource::HereDoc(document) => document.span.end,
        ParsedSource::Path(path) => path.span.end,
        _ => 0,
    });
    ends.chain([dest]).max().unwrap_or(dest)
}

fn command_end(command: &ParsedCommand<'_>) -> usize {
    match command {
        ParsedCommand::Exec(words) => words.span.end,
        ParsedCommand::Shell(text) => text.span.end,
        _ => 0,
    }
}
