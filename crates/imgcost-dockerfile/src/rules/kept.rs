//! How an install leaves no cache in its layer: the help of `package-cache-kept`.

use super::bases::official;
use super::install::phrase;
use super::locked::verb;
use super::rewrite::{and, parts, place, run};
use super::seen::{At, Seen};
use crate::ecosystem::{Act, Cache, Manager};
use crate::read::{Base, Kind, Process};

/// What to write for a step that leaves a cache; `shipped` is all that the image is made of.
pub(super) fn without_cache(
    seen: &Seen<'_>,
    at: &At<'_>,
    manager: Manager,
    cache: &Cache,
    shipped: &[At<'_>],
) -> String {
    let lines = match manager {
        Manager::Apt => apt(seen, at, cache, shipped),
        Manager::Apk => apk(seen, at, shipped),
        Manager::Maven | Manager::Gradle | Manager::Go | Manager::Cargo | Manager::Dotnet => {
            store(seen, at, manager, cache, shipped)
        }
        _ => emptied(seen, at, manager, cache),
    };
    lines.unwrap_or_else(|| match manager {
        Manager::Apk => "use `apk add --no-cache`, which needs no `apk update`".to_owned(),
        _ => format!("empty it in the same RUN ({}), or mount a cache there", cache.instead),
    })
}

/// A step that empties its cache, and the same with a cache that is mounted.
fn emptied(seen: &Seen<'_>, at: &At<'_>, manager: Manager, cache: &Cache) -> Option<String> {
    let text = seen.text(at);
    let clean = match cache.instead.starts_with("--") {
        true => switched_off(at, manager, cache.instead, &text)?,
        false => and(&text, &cleaner(at, manager, cache))?,
    };
    Some(match mounted(seen, at, cache) {
        Some(mounted) => format!("{clean}\n# or, faster for the next build:\n{mounted}"),
        None => clean,
    })
}

/// What empties a manager's cache, called as the file calls the manager.
fn cleaner(at: &At<'_>, manager: Manager, cache: &Cache) -> String {
    let program = acting(at, manager).next().and_then(|place| at.commands().get(place));
    match (manager, program) {
        (Manager::Dnf, Some(command)) => format!("{} clean all", command.program()),
        _ => cache.instead.to_owned(),
    }
}

/// The places of commands by which a manager brings something.
fn acting<'a>(at: &At<'a>, manager: Manager) -> impl Iterator<Item = usize> + 'a {
    let done = at.done;
    done.acts.iter().filter(move |(_, act)| by(act) == Some(manager)).map(|(place, _)| *place)
}

/// By whom something is brought.
pub(super) fn by(act: &Act) -> Option<Manager> {
    match act {
        Act::Install(install) => Some(install.manager),
        Act::Add { manager, .. } => Some(*manager),
        Act::Update(manager) | Act::Build(manager) => Some(*manager),
        _ => None,
    }
}

/// A step whose installs have a flag that switches the cache off.
fn switched_off(at: &At<'_>, manager: Manager, flag: &str, text: &str) -> Option<String> {
    let (flags, script) = parts(text);
    let mut script = script.to_owned();
    for at_command in acting(at, manager) {
        let command = at.commands().get(at_command)?;
        let place = place(&script, command)?;
        let words = place.words_of(&script);
        let verb = verb(&words)?;
        if !words.contains(&flag) {
            let (before, after) = (words.get(..=verb)?, words.get(verb + 1..)?);
            let words = before.iter().chain([&flag]).chain(after);
            script = place.replaced(&script, &words.map(ToString::to_string).collect::<Vec<_>>());
        }
    }
    Some(run(flags, &script))
}

/// A step with the cache mounted; `None` where nobody says whose home that would be.
fn mounted(seen: &Seen<'_>, at: &At<'_>, cache: &Cache) -> Option<String> {
    let target = mount_for(seen, at, cache.mount)?;
    let text = seen.text(at);
    let (flags, script) = parts(&text);
    let mount = format!("--mount=type=cache,target={target}");
    let mounts = if flags.is_empty() { mount } else { format!("{mount} {flags}") };
    (!script.starts_with('[')).then(|| run(&mounts, script))
}

/// Where a cache is mounted for the user of a step, whose home and number must be known.
fn mount_for(seen: &Seen<'_>, at: &At<'_>, mount: &str) -> Option<String> {
    let user = at.instruction.user.as_deref().and_then(|user| user.split(':').next());
    let root = seen.chain_of(at.id.stage).first().and_then(|stage| seen.file.stages.get(*stage));
    match user {
        None | Some("root" | "0") => Some(mount.to_owned()),
        // https://github.com/nodejs/docker-node: user and group `node` have the number 1000.
        Some("node") if matches!(root.map(|stage| &stage.base), Some(Base::Image(name)) if official(name) == "node") =>
        {
            let rest = mount.strip_prefix("/root/")?;
            Some(format!("/home/node/{rest},uid=1000,gid=1000"))
        }
        Some(_) => None,
    }
}

/// Steps of which not each is told any more.
const MANY: usize = 12;

/// Managers whose cache is what builds read: emptied, the next step would miss it.
fn store(
    seen: &Seen<'_>,
    at: &At<'_>,
    manager: Manager,
    cache: &Cache,
    shipped: &[At<'_>],
) -> Option<String> {
    if shipped.iter().any(|step| starts(step, manager)) {
        return Some(format!(
            "the image starts by {}, which reads it: build in a stage of its own, and ship what it makes",
            manager.name()
        ));
    }
    let users: Vec<&At<'_>> =
        shipped.iter().filter(|step| acting(step, manager).next().is_some()).collect();
    match users.len() {
        0 | 1 => return emptied(seen, at, manager, cache),
        MANY.. => return None,
        _ => {}
    }
    let lines: Option<Vec<String>> =
        users.into_iter().map(|step| mounted(seen, step, cache)).collect();
    Some(format!("# each step reads what the one before it fetched:\n{}", lines?.join("\n")))
}

/// Whether the container itself starts by a build tool: `mvn spring-boot:run`, `cargo run`.
fn starts(at: &At<'_>, manager: Manager) -> bool {
    let (Kind::Cmd(process) | Kind::Entrypoint(process)) = &at.instruction.kind else {
        return false;
    };
    let words: Vec<&str> = match process {
        Process::Exec(words) => words.iter().flat_map(|word| word.split_whitespace()).collect(),
        Process::Shell(text) => text.split_whitespace().collect(),
    };
    let program = |name: &str| words.iter().any(|word| word.rsplit('/').next() == Some(name));
    let runs = words.iter().any(|word| ["run", "watch", "test"].contains(word));
    match manager {
        Manager::Maven => program("mvn") || program("mvnw"),
        Manager::Gradle => program("gradle") || program("gradlew"),
        Manager::Go => program("go") && runs,
        Manager::Cargo => program("cargo"),
        Manager::Dotnet => program("dotnet") && runs,
        _ => false,
    }
}

/// What Debian's images do after each install, undone: <https://docs.docker.com/reference/dockerfile/#example-cache-apt-packages>.
const KEEP_PACKAGES: &str = "RUN rm -f /etc/apt/apt.conf.d/docker-clean && \\\n    \
     echo 'Binary::apt::APT::Keep-Downloaded-Packages \"true\";' > /etc/apt/apt.conf.d/keep-cache";

/// Mounts for apt, which needs its folders for itself while it works.
const APT_MOUNTS: &str = "--mount=type=cache,target=/var/cache/apt,sharing=locked \\\n    \
     --mount=type=cache,target=/var/lib/apt,sharing=locked \\\n   ";

/// Lists of packages go in the step that installs by them: one that refreshes them for another is made
/// a part of that one.
fn apt(seen: &Seen<'_>, at: &At<'_>, cache: &Cache, shipped: &[At<'_>]) -> Option<String> {
    let text = seen.text(at);
    let (flags, script) = parts(&text);
    let updates =
        |step: &At<'_>| step.done.acts.iter().any(|(_, act)| *act == Act::Update(Manager::Apt));
    let adds = |step: &&At<'_>| {
        step.done.acts.iter().any(|(_, act)| matches!(act, Act::Add { manager: Manager::Apt, .. }))
    };
    let later = shipped.iter().skip_while(|step| step.id != at.id).skip(1);
    let dependents: Vec<&At<'_>> =
        later.take_while(|step| !updates(step)).filter(adds).take(MANY).collect();
    if dependents.len() == MANY {
        return None;
    }
    let mut scripts = Vec::new();
    if dependents.is_empty() || at.commands().len() > 1 {
        scripts.push((flags.to_owned(), script.to_owned(), true));
    }
    if !dependents.is_empty() {
        let (update_at, _) =
            at.done.acts.iter().find(|(_, act)| *act == Act::Update(Manager::Apt))?;
        let update = place(script, at.commands().get(*update_at)?)?;
        let update = script.get(update.whole)?;
        for step in dependents {
            let text = seen.text(step);
            let (flags, script) = parts(&text);
            let cleans = !step.done.emptied.contains(&Manager::Apt);
            scripts.push((flags.to_owned(), format!("{update} && \\\n    {script}"), cleans));
        }
    }
    let clean: Option<Vec<String>> = scripts
        .iter()
        .map(|(flags, script, cleans)| match cleans {
            true if script.contains("<<") => None,
            true => Some(run(flags, &format!("{script} && \\\n    {}", cache.instead))),
            false => Some(run(flags, script)),
        })
        .collect();
    let mounts = |(flags, script, _): &(String, String, bool)| match flags.as_str() {
        "" => format!("RUN {APT_MOUNTS} {script}"),
        flags => format!("RUN {flags} {APT_MOUNTS} {script}"),
    };
    let mounted: Vec<String> =
        scripts.iter().filter(|(_, _, cleans)| *cleans).map(mounts).collect();
    Some(format!(
        "{}\n# or, faster for the next build:\n{KEEP_PACKAGES}\n{}",
        clean?.join("\n"),
        mounted.join("\n")
    ))
}

/// Without a cache there is no list to refresh.
fn apk(seen: &Seen<'_>, at: &At<'_>, shipped: &[At<'_>]) -> Option<String> {
    let adds = |step: &At<'_>| {
        step.done.acts.iter().any(|(_, act)| matches!(act, Act::Add { manager: Manager::Apk, .. }))
    };
    if adds(at) {
        return uncached(seen, at);
    }
    let later = shipped.iter().filter(|step| step.id > at.id && adds(step)).take(MANY);
    let lines: Option<Vec<String>> = later.map(|step| uncached(seen, step)).collect();
    let lines = lines.filter(|lines| !lines.is_empty() && at.commands().len() == 1)?;
    Some(format!("# needs no `{}` above it:\n{}", phrase(at.commands().first()?), lines.join("\n")))
}

/// `apk add --no-cache`, for each `apk add` of a step.
fn uncached(seen: &Seen<'_>, at: &At<'_>) -> Option<String> {
    let text = seen.text(at);
    let (flags, script) = parts(&text);
    let mut script = script.to_owned();
    for (at_command, act) in &at.done.acts {
        let Act::Add { manager: Manager::Apk, .. } = act else { continue };
        let place = place(&script, at.commands().get(*at_command)?)?;
        let refreshes = ["--no-cache", "--update", "--update-cache", "-U"];
        let words = place.words_of(&script);
        let words = words.into_iter().filter(|word| !refreshes.contains(word));
        let flagged = words.flat_map(|word| match word {
            "add" => vec!["add", "--no-cache"],
            word => vec![word],
        });
        script = place.replaced(&script, &flagged.map(str::to_owned).collect::<Vec<_>>());
    }
    let script = script.replacen("apk update && ", "", 1);
    let script = script.replace("apk upgrade --no-cache", "apk upgrade");
    Some(run(flags, &script.replace("apk upgrade", "apk upgrade --no-cache")))
}
