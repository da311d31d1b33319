//! A build in a stage of its own: the help of `single-stage-build`, and of images that compile.

use super::bases::{Purpose, official, purpose, small_variant};
use super::lists::{lists_of, production_command};
use super::locked::for_production;
use super::order::is_lists;
use super::rewrite::{parts, place};
use super::seen::{At, Seen};
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
    let small = match &stage.base {
        Base::Image(name) => match cgo {
            Cgo::Needed => debian_of(name),
            _ => ships_on(name),
        },
        _ => image.to_owned(),
    };
    let folder = build.instruction.workdir.trim_end_matches('/');
    let mut lines = vec![format!("FROM {from} AS {name}")];
    let without = (cgo == Cgo::Unsaid && small.contains("/static-"))
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
    lines.push(format!("FROM {small}"));
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

/// The image to start from where nothing is compiled any more.
pub(super) fn ships_on(name: &ImageName) -> String {
    match purpose(name) {
        Some(Purpose::Language(ending)) => small_variant(name, ending),
        Some(Purpose::Sdk(instead)) => runtime(name, instead),
        // What was compiled on one distribution need not run on another.
        Some(Purpose::System(_)) | None => name.to_string(),
    }
}

/// The image to run what another one compiled, as far as its tag tells which.
fn runtime(name: &ImageName, instead: &str) -> String {
    let tag = name.tag.as_deref().unwrap_or_default();
    if instead.ends_with("/aspnet") {
        return format!("{instead}:{}", dotnet_tag(tag));
    }
    if instead.starts_with("eclipse-temurin:") {
        let tool = ["maven", "gradle"].contains(&official(name));
        return match java(tag, if tool { Of::Tool } else { Of::Java }) {
            Some(version) => format!("eclipse-temurin:{version}-jre-alpine"),
            None => "eclipse-temurin:<version>-jre-alpine".to_owned(),
        };
    }
    if instead.starts_with("gcr.io/distroless/cc-") {
        return match tag.split('-').find(|word| word.starts_with("alpine")) {
            Some(alpine) => {
                format!("alpine:{}", or_placeholder(alpine.trim_start_matches("alpine")))
            }
            // What is linked to a C library runs on that and on later ones.
            None if tag.contains("bookworm") => instead.to_owned(),
            None => instead.replace("debian12", "debian13"),
        };
    }
    match instead.split(' ').count() {
        1 => instead.to_owned(),
        // A variant of the same image.
        _ if official(name) == "swift" => {
            format!("{}:{}-slim", name.repository, or_placeholder(tag))
        }
        _ => format!("{}:{}", name.repository, or_placeholder(&tag.replace("jdk", "jre"))),
    }
}

fn or_placeholder(tag: &str) -> &str {
    if tag.is_empty() || tag == "latest" { "<tag>" } else { tag }
}

/// The tag of ASP.NET for one of the SDK, whose versions have a third number of their own: `8.0.404`.
fn dotnet_tag(tag: &str) -> String {
    let (version, variant) =
        tag.split_once('-').map_or((tag, ""), |(version, rest)| (version, rest));
    let mut numbers: Vec<&str> = version.split('.').collect();
    numbers.truncate(2);
    match (version, variant) {
        ("" | "latest", _) => "<tag>".to_owned(),
        (_, "") => numbers.join("."),
        (_, variant) => format!("{}-{variant}", numbers.join(".")),
    }
}

/// Whose version a tag begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Java,
    Tool,
}

/// Java's version in a tag: `17-jdk-slim`, `8-jdk21`, `3.9-eclipse-temurin-17-alpine`.
fn java(tag: &str, of: Of) -> Option<u32> {
    const KEPT: [u32; 5] = [8, 11, 17, 21, 25];
    let number = |word: &str| {
        let digits = word.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        digits.split(['.', '_', 'u']).next().and_then(|digits| digits.parse::<u32>().ok())
    };
    let words: Vec<&str> = tag.split('-').collect();
    let vendor = [
        "temurin",
        "corretto",
        "amazoncorretto",
        "openjdk",
        "sapmachine",
        "semeru",
        "jdk",
        "ibmjava",
    ];
    let named = words.windows(2).find_map(|pair| match pair {
        [name, version] if vendor.contains(name) => number(version),
        _ => None,
    });
    let joined = words.iter().find(|word| word.starts_with("jdk") && word.len() > 3);
    let found = named.or_else(|| joined.and_then(|word| number(word))).or_else(|| {
        // Images of Java itself begin with its version, those of build tools with their own.
        words.first().filter(|_| of == Of::Java).and_then(|word| number(word))
    })?;
    KEPT.into_iter().find(|version| *version >= found)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_tell_which_java_it_is() {
        for (tag, version) in [
            ("17-jdk-slim", Some(17)),
            ("21.0.5_11-jdk", Some(21)),
            ("8u402-jdk", Some(8)),
            ("11", Some(11)),
            ("23-jdk", Some(25)),
            ("", None),
        ] {
            assert_eq!(java(tag, Of::Java), version, "{tag}");
        }
        for (tag, version) in [
            ("8-jdk21", Some(21)),
            ("3-eclipse-temurin-17", Some(17)),
            ("3.9.9-amazoncorretto-21-al2023", Some(21)),
            ("3.9", None),
        ] {
            assert_eq!(java(tag, Of::Tool), version, "{tag}");
        }
    }

    #[test]
    fn tags_of_the_sdk_tell_those_of_the_runtime() {
        for (sdk, aspnet) in [
            ("8.0", "8.0"),
            ("8.0.404", "8.0"),
            ("8.0-alpine", "8.0-alpine"),
            ("9.0.101-bookworm-slim", "9.0-bookworm-slim"),
            ("", "<tag>"),
            ("latest", "<tag>"),
        ] {
            assert_eq!(dotnet_tag(sdk), aspnet, "{sdk}");
        }
    }
}
