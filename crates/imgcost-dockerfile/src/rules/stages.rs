//! A build in a stage of its own: the help of `single-stage-build`, and of images that compile.

use super::bases::{Purpose, purpose};
use super::lists::{lists_of, production_command};
use super::locked::for_production;
use super::order::is_lists;
use super::rewrite::{parts, place};
use super::seen::{At, Seen};
use super::smaller::{Needs, Smaller, smaller};
use crate::ecosystem::{Act, Manager, is_build_tool};
use crate::read::{Base, ImageName, Kind, Process, Stage, absolute};

/// The end of a file whose build has a stage of its own. What nobody can know of the project is named
/// in angle brackets.
pub(super) fn in_stages(
    seen: &Seen<'_>,
    stage: &Stage,
    build: &At<'_>,
    manager: Option<Manager>,
) -> String {
    let line = seen.file.line_of(&stage.span);
    let mut words: Vec<&str> = line.split_whitespace().skip(1).collect();
    if let Some(at) = words.iter().position(|word| word.eq_ignore_ascii_case("as")) {
        words.truncate(at);
    }
    let (from, image) = (words.join(" "), words.last().copied().unwrap_or_default());
    let name = if seen.file.stages.iter().any(|stage| stage.is_named("build")) {
        "builder"
    } else {
        "build"
    };
    let cgo = cgo(seen, build, manager);
    let known = |image: String| Smaller { image: Some(image), notes: Vec::new() };
    let small = match &stage.base {
        Base::Image(name) => match cgo {
            Cgo::Needed => known(debian_of(name)),
            _ => ships_on(seen, name),
        },
        _ => known(image.to_owned()),
    };
    let folder = build.instruction.workdir.trim_end_matches('/');
    let mut lines = vec![format!("FROM {from} AS {name}")];
    let without = (cgo == Cgo::Unsaid
        && small.image.as_ref().is_some_and(|small| small.contains("/static-")))
    .then(|| without_cgo(seen, build))
    .flatten();
    match without {
        Some(line) => {
            lines.push("# all that stands here now, up to the build, which is static:".to_owned());
            lines.push(line);
            lines.push("# then:".to_owned());
        }
        None => lines.push("# all that stands here now, up to the build, then:".to_owned()),
    }
    lines.push(format!("FROM {}", small.image.as_deref().unwrap_or("<image>")));
    // How to build without a C library is said above.
    let notes = small.notes.iter().filter(|note| !note.contains("CGO_ENABLED"));
    lines.extend(notes.map(|note| format!("# {note}")));
    if !folder.is_empty() {
        lines.push(format!("WORKDIR {folder}"));
    }
    if let Some(manager @ (Manager::Npm | Manager::Yarn | Manager::Pnpm | Manager::Bun)) = manager {
        let shipped = seen.shipped();
        let own = shipped.iter().find_map(|at| for_production(seen, at, manager));
        let standard = production_command(manager).map(|command| format!("RUN {command}"));
        let copies = seen.steps(build.id.stage).filter(|at| at.id < build.id);
        let lists: Vec<String> = copies
            .filter(|at| matches!(&at.instruction.kind, Kind::Copy(copy) if is_lists(copy)))
            .map(|at| seen.text(&at))
            .collect();
        match lists.is_empty() {
            true => lines.push(format!("COPY {} ./", lists_of(manager))),
            false => lines.extend(lists),
        }
        lines.extend(own.or(standard));
    }
    let (path, dest) = result(seen, build, manager, folder);
    lines.push(format!("COPY --from={name} {path} {dest}"));
    lines.join("\n")
}

/// The image to start from where nothing is compiled any more, and what to know of it.
fn ships_on(seen: &Seen<'_>, name: &ImageName) -> Smaller {
    match purpose(name) {
        // What was compiled on one distribution need not run on another.
        Some(Purpose::System) | None => {
            Smaller { image: Some(name.to_string()), notes: Vec::new() }
        }
        Some(purpose) => smaller(name, purpose, Needs::of(seen)),
    }
}

/// Whether a Go program is linked to a C library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cgo {
    Needed,
    Off,
    Unsaid,
}

fn cgo(seen: &Seen<'_>, build: &At<'_>, manager: Option<Manager>) -> Cgo {
    if manager != Some(Manager::Go) {
        return Cgo::Off;
    }
    let shipped = seen.shipped();
    let set =
        shipped.iter().filter(|at| at.id <= build.id).flat_map(|at| match &at.instruction.kind {
            Kind::Env(pairs) => pairs
                .iter()
                .filter(|(name, _)| name == "CGO_ENABLED")
                .map(|(_, value)| value.clone())
                .collect(),
            Kind::Run(run) => {
                let own = run.commands.iter().flat_map(|command| {
                    let words =
                        command.operands().filter_map(|word| word.strip_prefix("CGO_ENABLED="));
                    command.variable("CGO_ENABLED").into_iter().chain(words).map(str::to_owned)
                });
                own.collect::<Vec<_>>()
            }
            _ => Vec::new(),
        });
    let compilers = shipped.iter().flat_map(|at| &at.done.acts).any(|(_, act)| match act {
        Act::Add { manager, packages, .. } if manager.is_system() => {
            packages.iter().any(|package| package != "git" && is_build_tool(*manager, package))
        }
        _ => false,
    });
    match set.last().as_deref() {
        Some("0") => Cgo::Off,
        Some(_) => Cgo::Needed,
        None if compilers => Cgo::Needed,
        None => Cgo::Unsaid,
    }
}

/// The distribution that an image of a compiler is made of, without the compiler.
fn debian_of(name: &ImageName) -> String {
    let tag = name.tag.as_deref().unwrap_or_default();
    let releases = ["trixie", "bookworm", "bullseye"];
    match (
        tag.split('-').find(|word| word.starts_with("alpine")),
        releases.iter().find(|release| tag.contains(**release)),
    ) {
        (Some(alpine), _) => {
            format!("alpine:{}", or_placeholder(alpine.trim_start_matches("alpine")))
        }
        (None, Some(release)) => format!("debian:{release}-slim"),
        (None, None) => "debian:<release>-slim".to_owned(),
    }
}

fn or_placeholder(tag: &str) -> &str {
    if tag.is_empty() || tag == "latest" { "<tag>" } else { tag }
}

/// A build of Go that needs no C library where it runs.
fn without_cgo(seen: &Seen<'_>, build: &At<'_>) -> Option<String> {
    let text = seen.text(build);
    let script = parts(&text).1;
    let place = place(script, builder(build, Manager::Go)?)?;
    let mut words: Vec<String> = place.words_of(script).into_iter().map(str::to_owned).collect();
    words.insert(0, "CGO_ENABLED=0".to_owned());
    let flags = parts(&text).0;
    Some(super::rewrite::run(flags, &place.replaced(script, &words)))
}

/// The command of a step by which a manager builds.
fn builder<'a>(build: &At<'a>, manager: Manager) -> Option<&'a crate::shell::Command> {
    let mut places = build.done.acts.iter().filter(|(_, act)| *act == Act::Build(manager));
    places.next_back().and_then(|(place, _)| build.commands().get(*place))
}

/// What a build makes, in its stage, and where it goes in the image: where it was.
fn result(
    seen: &Seen<'_>,
    build: &At<'_>,
    manager: Option<Manager>,
    folder: &str,
) -> (String, String) {
    let command = manager.and_then(|manager| builder(build, manager));
    let words: Vec<&str> = command
        .map_or(Vec::new(), |command| command.arguments().iter().map(String::as_str).collect());
    let value = |names: &[&str]| {
        let given = names.iter().find_map(|name| command?.flag_value(name));
        given.filter(|value| !value.contains(['$', '*']))
    };
    let within = |path: String| {
        let dest = path.strip_prefix(&format!("{folder}/")).filter(|_| !folder.is_empty());
        let dest = dest.map_or_else(|| path.clone(), |rest| format!("./{rest}"));
        (path, dest)
    };
    let at = |path: &str| absolute(folder, path).trim_end_matches('/').to_owned();
    match manager {
        Some(Manager::Npm | Manager::Yarn | Manager::Pnpm | Manager::Bun) => {
            let made = match command.map_or("", |command| command.program()) {
                "next" => ".next",
                "react-scripts" => "build",
                "nuxt" => ".output",
                _ => "dist",
            };
            // A member of a workspace builds in its own folder.
            match value(&["-w", "--workspace", "--filter"]) {
                Some(member) if member.contains('/') && !member.starts_with('@') => {
                    within(at(&format!("{member}/{made}")))
                }
                Some(_) => (at("<output>"), "<output>".to_owned()),
                None => within(at(made)),
            }
        }
        Some(manager @ (Manager::Maven | Manager::Gradle)) => {
            let made = if manager == Manager::Maven { "target/" } else { "build/libs/" };
            match started(seen, folder, made) {
                Some(jar) => within(jar),
                None => (at(&format!("{made}*.jar")), "/app.jar".to_owned()),
            }
        }
        Some(Manager::Cargo) if words.contains(&"install") => {
            let name = "/usr/local/cargo/bin/<program>".to_owned();
            (name, "/usr/local/bin/".to_owned())
        }
        Some(Manager::Cargo) => {
            let target = value(&["--target"]).map_or(String::new(), |target| format!("{target}/"));
            let profile = if words.iter().any(|word| ["--release", "-r"].contains(word)) {
                "release"
            } else {
                "debug"
            };
            let name = value(&["--bin"]).unwrap_or("<program>");
            let path = at(&format!("target/{target}{profile}/{name}"));
            within(started(seen, folder, "target/").unwrap_or(path))
        }
        Some(Manager::Dotnet) => match value(&["-o", "--output"]) {
            Some(output) => within(at(output)),
            None => (at("<output>"), "./".to_owned()),
        },
        Some(Manager::Go) => {
            let named = value(&["-o"]).map(|path| match path.ends_with('/') || path == "." {
                true => format!("{}/<program>", at(path)),
                false => at(path),
            });
            // Without `-o`, a program is called as its package's folder.
            let package =
                words.last().filter(|word| word.starts_with("./") && !word.ends_with(['.', '/']));
            let own = package.and_then(|word| word.rsplit('/').next()).unwrap_or("<program>");
            within(named.unwrap_or_else(|| at(own)))
        }
        _ => (at("<result>"), "./".to_owned()),
    }
}

/// The path of the file that the container starts, where it lies in a folder of the build's.
fn started(seen: &Seen<'_>, folder: &str, within: &str) -> Option<String> {
    let prefix = absolute(folder, within);
    let shipped = seen.shipped();
    let words = shipped.iter().rev().flat_map(|at| match &at.instruction.kind {
        Kind::Cmd(Process::Exec(words)) | Kind::Entrypoint(Process::Exec(words)) => words.clone(),
        Kind::Cmd(Process::Shell(text)) | Kind::Entrypoint(Process::Shell(text)) => {
            text.split_whitespace().map(str::to_owned).collect()
        }
        _ => Vec::new(),
    });
    let paths =
        words.map(|word| absolute(folder, &word)).filter(|path| !path.contains(['$', '"', '\'']));
    let mut found = paths.filter(|path| path.starts_with(&prefix));
    found.next()
}
