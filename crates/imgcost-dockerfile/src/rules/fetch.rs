//! How packages are fetched before sources are there: which lists are copied, which command runs, and
//! what is left to do once the sources are there.

use super::install::brought;
use super::lists::lists_of;
use super::locked::{held_to_lock, verb};
use super::order::needs_nothing;
use super::rewrite::{Place, parts, place, run};
use super::seen::{At, Seen};
use crate::ecosystem::{Act, Manager, names_packages};
use crate::read::{CopyFrom, Kind, Source};

/// What to write for one install.
#[derive(Debug, Default)]
pub(super) struct Fetch {
    /// `COPY` with its flags, and what it takes; none where the file copies the lists already.
    pub(super) lists: Vec<(String, String)>,
    /// The folder of the lists, without a slash at its end.
    pub(super) folder: String,
    /// What runs before sources are there.
    pub(super) above: Vec<String>,
    /// What runs below them.
    pub(super) after: Vec<String>,
}

impl Fetch {
    /// The copies of the lists, for an instruction that stands in a folder.
    pub(super) fn copies(&self, workdir: &str) -> Vec<String> {
        let dest = match workdir.trim_end_matches('/') == self.folder {
            true => ".".to_owned(),
            false => self.folder.clone(),
        };
        let copy = |(what, into): &(String, String)| format!("{what} {dest}/{into}");
        self.lists.iter().map(copy).collect()
    }
}

/// How the install of a manager in a step runs above the copy that is to blame; `None` where that
/// cannot be told.
pub(super) fn fetch(
    seen: &Seen<'_>,
    culprit: &At<'_>,
    at: &At<'_>,
    manager: Manager,
) -> Option<Fetch> {
    let text = seen.text(at);
    if at.done.only_adds(manager) {
        let moves = needs_nothing(at, at.commands());
        return moves.then(|| Fetch { above: vec![text], ..Fetch::default() });
    }
    let (at_command, _) =
        *at.done.installs.iter().find(|(_, install)| install.manager == manager)?;
    let command = at.commands().get(at_command)?;
    let (flags, script) = parts(&text);
    let place = place(script, command)?;
    let words = place.words_of(script);
    if words.iter().any(|word| is_elsewhere(word, manager)) {
        return None;
    }
    let folder = at.folder_at(at_command);
    let is_build =
        at.done.acts.iter().any(|(own, act)| *own == at_command && *act == Act::Build(manager));
    if manager == Manager::Cargo {
        return super::crates::mounted(seen, at, flags, script, command, &folder);
    }
    let own = Own { seen, culprit, at, manager, words: &words, folder: &folder };
    let mut fetch = Fetch { lists: own.copies()?, folder: folder.clone(), ..Fetch::default() };
    if is_build {
        fetch.above.push(run(flags, &own.fetches()?));
        return Some(fetch);
    }
    let (above, after) = own.installs(flags, script, &place, at_command)?;
    fetch.above.push(above);
    fetch.after.extend(after);
    Some(fetch)
}

/// Flags that let a manager work in another folder.
const ELSEWHERE: [&str; 11] = [
    "--prefix",
    "-C",
    "--cwd",
    "--dir",
    "--directory",
    "--project",
    "--project-dir",
    "--manifest-path",
    "--working-dir",
    "--file",
    "--gemfile",
];

fn is_elsewhere(word: &str, manager: Manager) -> bool {
    let flag = word.split('=').next().unwrap_or_default();
    // Letters that mean something else to others.
    let own = matches!((manager, flag), (Manager::Maven, "-f") | (Manager::Gradle, "-p"));
    own || ELSEWHERE.contains(&flag)
}

/// One install in its place.
struct Own<'o> {
    seen: &'o Seen<'o>,
    culprit: &'o At<'o>,
    at: &'o At<'o>,
    manager: Manager,
    words: &'o [&'o str],
    folder: &'o str,
}

impl Own<'_> {
    /// The copies of lists that are missing: what to write, up to the folder that they go into.
    fn copies(&self) -> Option<Vec<(String, String)>> {
        if self.is_copied() {
            return Some(Vec::new());
        }
        let (prefix, flags) = self.source()?;
        let names = self.names(&prefix)?;
        let path = |name: &str| {
            if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") }
        };
        let mut copies: Vec<(String, String)> = Vec::new();
        let beside: Vec<String> =
            names.iter().filter(|(_, into)| into.is_empty()).map(|(name, _)| path(name)).collect();
        if !beside.is_empty() {
            copies.push((format!("COPY {flags}{}", beside.join(" ")), String::new()));
        }
        let others = names.iter().filter(|(_, into)| !into.is_empty());
        copies.extend(
            others.map(|(name, into)| (format!("COPY {flags}{}", path(name)), into.clone())),
        );
        Some(copies)
    }

    /// Whether the file copies the lists by themselves: above the copy that was too early, or between
    /// it and the install.
    fn is_copied(&self) -> bool {
        let stages = self.seen.chain_of(self.culprit.id.stage).into_iter();
        let mut above = stages
            .flat_map(|own| self.seen.steps(own))
            .take_while(|at| at.id < self.culprit.id)
            .flat_map(|at| brought(&at));
        if above.any(|path| names_packages(path) == Some(self.manager)) {
            return true;
        }
        self.seen.steps(self.at.id.stage).any(|at| {
            at.id > self.culprit.id
                && at.id < self.at.id
                && matches!(&at.instruction.kind, Kind::Copy(copy)
                if copy.from == CopyFrom::Context && copy.sources.iter().all(|source| {
                    matches!(source, Source::Path(path) if names_packages(path).is_some())
                }))
        })
    }

    /// The folder of the context that the copy to blame brings to where the install runs, and the
    /// flags of that copy which hold for lists as well.
    fn source(&self) -> Option<(String, String)> {
        let copy = match &self.culprit.instruction.kind {
            Kind::Copy(copy) => copy,
            // What is mounted is the folder of the context.
            Kind::Run(_) => return Some(Default::default()),
            _ => return None,
        };
        if copy.from != CopyFrom::Context {
            return None;
        }
        let text = self.seen.text(self.culprit);
        let flags: String = text
            .split_whitespace()
            .filter(|word| word.starts_with("--chown=") || *word == "--link")
            .map(|word| format!("{word} "))
            .collect();
        let dest = copy.dest.trim_end_matches('/');
        let below = match self.folder.strip_prefix(dest) {
            Some("") => "",
            Some(rest) => rest.strip_prefix('/')?,
            None => return None,
        };
        match copy.sources.as_slice() {
            [Source::Path(path)] if path == "." => Some((below.to_owned(), flags)),
            [Source::Path(path)] if !path.contains(['*', '$', '[', '?', '.']) => {
                let path = path.trim_end_matches('/');
                let prefix =
                    if below.is_empty() { path.to_owned() } else { format!("{path}/{below}") };
                Some((prefix, flags))
            }
            // Several are copied as they lie in one folder.
            sources if below.is_empty() && sources.len() > 1 => {
                let mut paths = sources.iter().map(|source| match source {
                    Source::Path(path) => Some(path.as_str()),
                    _ => None,
                });
                let beside = paths
                    .all(|path| path.is_some_and(|path| !path.trim_end_matches('/').contains('/')));
                beside.then(|| (String::new(), flags))
            }
            _ => None,
        }
    }

    /// The lists, relative to the folder of the install, with the folder in it where they go; `None`
    /// where they are not those expected.
    fn names(&self, prefix: &str) -> Option<Vec<(String, String)>> {
        let there = |name: &str| {
            let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
            let mut sent = self.seen.context.sent()?;
            Some(sent.any(|(known, _)| known == path))
        };
        // Lists of members are needed as well, wherever they lie.
        if there("pnpm-workspace.yaml") == Some(true) || there(".yarnrc.yml") == Some(true) {
            return None;
        }
        let mut names: Vec<String> = match self.manager {
            Manager::Pip => self.pip_lists(&there)?,
            Manager::Uv if self.words.contains(&"pip") => self.pip_lists(&there)?,
            Manager::Dotnet => vec![self.project()?.unwrap_or_else(|| "*.csproj".to_owned())],
            manager => lists_of(manager).split(' ').map(str::to_owned).collect(),
        };
        // Where one of them is there, the folder is that of the build, and others may be missing.
        if names.iter().any(|name| there(name) == Some(true)) {
            names.retain(|name| name.contains('*') || there(name) != Some(false));
        }
        let mut found: Vec<(String, String)> = Vec::new();
        for name in names {
            let list = match name.rsplit_once('/') {
                None => (name, String::new()),
                Some((folder, _)) if self.manager == Manager::Dotnet => {
                    let folder = format!("{folder}/");
                    (name, folder)
                }
                // A list may name others that lie beside it.
                Some((folder, _)) => (folder.to_owned(), format!("{folder}/")),
            };
            if !found.contains(&list) {
                found.push(list);
            }
        }
        for (program, folder) in [("mvnw", ".mvn"), ("gradlew", "gradle")] {
            if self.words.first().is_some_and(|own| own.ends_with(program)) {
                found.push((program.to_owned(), String::new()));
                found.push((folder.to_owned(), format!("{folder}/")));
            }
        }
        // A catalogue of versions is in the folder of the wrapper.
        let catalogue = ("gradle".to_owned(), "gradle/".to_owned());
        if self.manager == Manager::Gradle
            && there("gradle/libs.versions.toml") == Some(true)
            && !found.contains(&catalogue)
        {
            found.push(catalogue);
        }
        Some(found)
    }

    /// The values of a flag of the command.
    fn values(&self, names: &[&str]) -> Vec<&str> {
        let words = self.words.iter().enumerate();
        let values = words.filter_map(|(at, word)| match word.split_once('=') {
            Some((name, value)) => names.contains(&name).then_some(value),
            None => names.contains(word).then(|| self.words.get(at + 1).copied()).flatten(),
        });
        values.collect()
    }

    /// What of a pip command is a project rather than a list: `.`, `-e .`.
    fn projects(&self) -> Vec<&str> {
        let mut found = self.values(&["-e", "--editable"]);
        let lists = self.values(&[
            "-r",
            "--requirement",
            "-c",
            "--constraint",
            "-f",
            "--find-links",
            "-t",
            "--target",
        ]);
        let local = |word: &&&str| {
            word.trim_matches('"').starts_with(['.', '/'])
                && !found.contains(*word)
                && !lists.contains(*word)
        };
        let local: Vec<&str> = self.words.iter().skip(1).filter(local).copied().collect();
        found.extend(local);
        found
    }

    fn pip_lists(&self, there: &dyn Fn(&str) -> Option<bool>) -> Option<Vec<String>> {
        let mut lists = self.values(&["-r", "--requirement", "-c", "--constraint"]);
        if !self.projects().is_empty() {
            // A list beside the project, where there is one for certain.
            if !lists.is_empty() || there("requirements.txt") != Some(true) {
                return None;
            }
            lists.push("requirements.txt");
        }
        let lists: Vec<String> =
            lists.into_iter().map(|list| list.trim_start_matches("./").to_owned()).collect();
        let known = |list: &String| {
            !list.starts_with(['/', '.', '"', '\'']) && !list.contains("$") && !list.contains("..")
        };
        lists.iter().all(known).then_some(lists)
    }

    /// The project that `dotnet` is asked for; `None` within where it takes the one at hand.
    fn project(&self) -> Option<Option<String>> {
        let named = self
            .words
            .get(2)
            .filter(|word| !word.starts_with('-'))
            .map(|word| word.trim_matches('"'));
        let Some(named) = named else { return Some(None) };
        let named = named.trim_start_matches("./");
        // A solution needs the projects that it names.
        (named.ends_with("proj") && !named.contains(['$', '*', '\'']))
            .then(|| Some(named.to_owned()))
    }

    /// What fetches for a build.
    fn fetches(&self) -> Option<String> {
        let program = self.words.first()?;
        let kept = |flags: &[&str]| -> String {
            let words = self.words.iter().filter(|word| flags.contains(word));
            words.map(|word| format!(" {word}")).collect()
        };
        Some(match self.manager {
            Manager::Go => format!("{program} mod download"),
            Manager::Maven => {
                let flags = kept(&["-B", "--batch-mode", "-ntp", "--no-transfer-progress", "-q"]);
                format!("{program}{flags} dependency:go-offline")
            }
            Manager::Gradle => {
                let flags = kept(&["--no-daemon", "-q", "--console=plain", "--info"]);
                format!("{program} dependencies{flags}")
            }
            Manager::Dotnet => match self.project()? {
                Some(project) => format!("{program} restore {project}"),
                None => format!("{program} restore"),
            },
            _ => return None,
        })
    }

    /// An install of lists: what of it runs before sources are there, and what below them.
    fn installs(
        &self,
        flags: &str,
        script: &str,
        place: &Place,
        at_command: usize,
    ) -> Option<(String, Option<String>)> {
        let command = self.at.commands().get(at_command)?;
        let whole = self.seen.text(self.at);
        if let Some(first) = self.first_half() {
            return Some((run(flags, &place.replaced(script, &first)), Some(whole)));
        }
        let locked = match self.manager {
            Manager::Npm => held_to_lock(self.seen, self.at, command, self.manager),
            _ => None,
        };
        let whole = locked.unwrap_or(whole);
        let before = self.at.commands().get(..at_command)?;
        if !needs_nothing(self.at, before) {
            return None;
        }
        let rest = self.at.commands().get(at_command + 1..)?;
        let rest_alone = rest.iter().enumerate().all(|(at, command)| {
            let act = self.at.done.acts.iter().find(|(place, _)| *place == at_command + 1 + at);
            match act {
                Some((_, act)) => !matches!(act, Act::Build(_) | Act::Prune(_)),
                None => needs_nothing(self.at, std::slice::from_ref(command)),
            }
        });
        if rest_alone {
            return Some((whole, None));
        }
        // The install first, the rest of the commands where they were.
        let moves =
            before.iter().any(|command| ["cd", "export", "set"].contains(&command.program()));
        let (_, script) = parts(&whole);
        let install = script.split(" && ").take(at_command + 1).collect::<Vec<_>>().join(" && ");
        let chained = script.split(" && ").count() == self.at.commands().len()
            && !script.contains(['(', '{']);
        let rest = script.get(install.len()..)?.strip_prefix(" && ")?;
        (chained && !moves).then(|| (run(flags, &install), Some(run(flags, rest))))
    }

    /// The command as it runs without the project itself, where it would need that too.
    fn first_half(&self) -> Option<Vec<String>> {
        let at = verb(self.words)?;
        let with = |flags: &[&str]| -> Option<Vec<String>> {
            let missing: Vec<&&str> =
                flags.iter().filter(|flag| !self.words.contains(flag)).collect();
            let (before, after) = (self.words.get(..=at)?, self.words.get(at + 1..)?);
            let words = before.iter().chain(missing.iter().copied()).chain(after);
            (!missing.is_empty()).then(|| words.map(ToString::to_string).collect())
        };
        match self.manager {
            Manager::Uv if self.words.get(at) == Some(&"sync") => with(&["--no-install-project"]),
            Manager::Poetry => with(&["--no-root"]),
            // Scripts and the autoloader look at sources.
            Manager::Composer => with(&["--no-scripts", "--no-autoloader"]),
            Manager::Pip | Manager::Uv => {
                let projects = self.projects();
                let own = |word: &&&str| {
                    !projects.contains(*word) && !["-e", "--editable"].contains(*word)
                };
                let mut words: Vec<String> =
                    self.words.iter().filter(own).map(ToString::to_string).collect();
                words.extend(["-r".to_owned(), "requirements.txt".to_owned()]);
                (!projects.is_empty()).then_some(words)
            }
            _ => None,
        }
    }
}

/// What is said where no lines can be written that are sure to build.
pub(super) fn words_for(installs: &[(At<'_>, Manager)]) -> String {
    let own = installs.iter().find(|(_, manager)| !manager.is_system());
    match own.map(|(_, manager)| *manager) {
        Some(Manager::Pip) => "install what the project depends on before this copy, from a list of its own, and the project itself below it with `--no-deps`".to_owned(),
        Some(Manager::Cargo) => "compile what the project depends on before this copy, as cargo-chef does, or keep downloads in a cache mount (--mount=type=cache,target=/usr/local/cargo/registry)".to_owned(),
        Some(manager) => format!(
            "copy what names the packages first ({}), install, and copy everything else below that",
            lists_of(manager).replace('*', "")
        ),
        None => "install packages of the system before this copy".to_owned(),
    }
}
