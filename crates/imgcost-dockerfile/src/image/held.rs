//! Which packages lie where in each stage, and what of them a copy carries.

use super::evidence::Development;
use super::packages::{Installed, environment_of, learn};
use crate::cache::{StepId, lands};
use crate::ecosystem::{
    Act, Environment, Manager, Whereabouts, act_in, package_folders, package_name, within,
};
use crate::read::{Base, Copy, CopyFrom, Dockerfile, Instruction, Kind, Run, Source};
use crate::shell::Command;

/// Something that lies in a folder and weighs: packages, or what came from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    /// Where: in one of these.
    folders: Vec<String>,
    /// Which packages; `None` if nobody knows their size.
    pub(super) what: Option<Installed>,
    /// Whether what is in there may be the application's too: `target`.
    mixed: bool,
}

/// How a folder stands to what lies somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// All of it is in the folder.
    All,
    /// The folder is a part of it.
    Part,
    /// They have nothing in common.
    None,
}

/// What is followed in one stage: beyond that, anything may be anywhere.
const MOST: usize = 64;

/// What images bring of themselves: nobody knows what else is in a copy of them.
const BROUGHT: [&str; 16] = [
    "/",
    "/bin",
    "/etc",
    "/home",
    "/lib",
    "/lib64",
    "/opt",
    "/root",
    "/sbin",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/lib",
    "/var",
];

/// Whether a folder has files of the image below in it.
pub(super) fn is_brought(folder: &str) -> bool {
    let tidy = folder.trim_end_matches('/');
    BROUGHT.contains(&if tidy.is_empty() { "/" } else { tidy })
}

/// What each stage holds in the end.
pub(super) fn held(file: &Dockerfile) -> Vec<Vec<Held>> {
    let mut stages: Vec<(Environment, Vec<Held>)> = Vec::new();
    for stage in &file.stages {
        let parent = match stage.base {
            Base::Stage(parent) => stages.get(parent),
            _ => None,
        };
        let (mut environment, mut held) = parent.cloned().unwrap_or_default();
        for found in &stage.instructions {
            match &found.kind {
                Kind::Run(run) => ran(&mut held, found, run, &environment),
                Kind::Copy(copy) => {
                    let theirs = match copy.from {
                        CopyFrom::Stage(other) => stages.get(other),
                        _ => None,
                    };
                    let theirs = theirs.map_or(&[][..], |(_, held)| held);
                    brought(copy, theirs).into_iter().for_each(|one| add(&mut held, one));
                }
                _ => {}
            }
            learn(&mut environment, found);
        }
        stages.push((environment, held));
    }
    stages.into_iter().map(|(_, held)| held).collect()
}

/// What one `RUN` installs.
pub(super) fn laid(found: &Instruction, environment: &Environment) -> Vec<Held> {
    let mut held = Vec::new();
    if let Kind::Run(run) = &found.kind {
        ran(&mut held, found, run, environment);
    }
    held
}

fn ran(held: &mut Vec<Held>, found: &Instruction, run: &Run, environment: &Environment) {
    let mut environment = environment.clone();
    let mut at = Whereabouts::of(found);
    for command in &run.commands {
        environment.learn(command);
        at.enter(command);
        let act = act_in(command, &environment);
        match (command.program(), &act) {
            ("rm", _) => removed(held, command, &at),
            ("cp" | "mv", _) => moved(held, command, &at),
            (_, Some(Act::Prune(_))) => {
                let folder = at.path("node_modules");
                for own in held.iter_mut().filter(|own| own.reach(&folder) == Reach::All) {
                    own.what = own.what.map(|(manager, _)| (manager, Development::LeftOut));
                }
            }
            _ => {}
        }
        let folders = package_folders(command, &environment, &at);
        if folders.is_empty() {
            continue;
        }
        let mixed = folders.iter().any(|folder| folder.ends_with("/target"));
        let what = match &act {
            Some(Act::Install(install)) => Some((install.manager, install.development.into())),
            // The image brings them, in some version.
            Some(Act::Add { manager, packages, .. })
                if packages.iter().all(|name| {
                    ["pip", "setuptools", "wheel"].contains(&package_name(*manager, name))
                }) =>
            {
                continue;
            }
            // A build finds what an install has fetched.
            Some(Act::Build(_)) if held.iter().any(|own| own.folders == folders) => continue,
            _ => None,
        };
        add(held, Held { folders, what, mixed });
    }
}

fn add(held: &mut Vec<Held>, mut new: Held) {
    let same = held.iter().position(|own| own.folders == new.folders);
    if let Some((at, what)) = same.zip(new.what.as_mut()) {
        match held.get(at).map(|own| own.what) {
            // pip adds to what is there.
            Some(Some((Manager::Pip, Development::Included))) if what.0 == Manager::Pip => {
                what.1 = Development::Included;
            }
            Some(None) if what.0 == Manager::Pip => return,
            _ => {}
        }
        held.remove(at);
    } else if same.is_some() {
        held.retain(|own| own.folders != new.folders);
    }
    held.push(new);
    if held.len() > MOST {
        *held = vec![Held::unknown("/".to_owned())];
    }
}

fn removed(held: &mut Vec<Held>, command: &Command, at: &Whereabouts) {
    for path in command.operands() {
        let path = at.path(path.trim_end_matches('*'));
        held.iter_mut().for_each(|own| own.folders.retain(|own| within(own, &path).is_none()));
    }
    held.retain(|own| !own.folders.is_empty());
}

/// `cp -r node_modules production`.
fn moved(held: &mut Vec<Held>, command: &Command, at: &Whereabouts) {
    let words: Vec<&str> = command.operands().collect();
    let [from, to] = words.as_slice() else { return };
    let source = at.path(from);
    let name = source.rsplit('/').next().unwrap_or_default();
    let dest = if to.ends_with('/') || *to == "." { format!("{to}/{name}") } else { (*to).into() };
    let dest = at.path(&dest);
    let there: Vec<Held> = held.iter().filter_map(|own| own.at(&source, &dest)).collect();
    if command.program() == "mv" {
        removed(held, command, at);
    }
    there.into_iter().for_each(|own| add(held, own));
}

impl Held {
    const fn of(folders: Vec<String>, what: Option<Installed>) -> Self {
        Self { folders, what, mixed: false }
    }

    fn unknown(folder: String) -> Self {
        Self::of(vec![folder], None)
    }

    /// Whether it lies in a folder, or the folder in it.
    pub(super) fn reach(&self, folder: &str) -> Reach {
        if self.folders.iter().any(|own| within(own, folder).is_some()) {
            return Reach::All;
        }
        let inside = self.folders.iter().any(|own| within(folder, own).is_some());
        match inside {
            // The folder above `site-packages` has nothing else in it.
            true if ["lib", "site-packages", "dist-packages"]
                .iter()
                .any(|n| folder.ends_with(n)) =>
            {
                Reach::All
            }
            true if !self.mixed => Reach::Part,
            _ => Reach::None,
        }
    }

    /// The same where a copy of a path puts it.
    fn at(&self, source: &str, dest: &str) -> Option<Self> {
        let dest = dest.trim_end_matches('/');
        let under = self.folders.iter().find_map(|own| within(own, source));
        let folder = match under.as_deref() {
            Some("") | None => dest.to_owned(),
            Some(rest) => format!("{dest}/{rest}"),
        };
        match self.reach(source) {
            Reach::All => Some(Self { folders: vec![folder], ..self.clone() }),
            Reach::Part => Some(Self::unknown(folder)),
            Reach::None => None,
        }
    }
}

/// What a copy brings that weighs, where `theirs` is what the stage holds that it copies from.
pub(super) fn brought(copy: &Copy, theirs: &[Held]) -> Vec<Held> {
    let mut held = Vec::new();
    for (source, lands) in copy.sources.iter().zip(lands(copy)) {
        match (source, &copy.from) {
            (Source::Path(path), CopyFrom::Stage(_)) => {
                held.extend(theirs.iter().filter_map(|own| own.at(path, &lands)));
            }
            _ if weight(source, &copy.from).is_some() => held.push(Held::unknown(lands)),
            _ => {}
        }
    }
    held
}

/// The packages that a step brings, and by whom: an install, or a copy of what one left; `held` is
/// that of all stages.
pub(super) fn packages_of(
    file: &Dockerfile,
    step: StepId,
    held: &[Vec<Held>],
) -> Option<Installed> {
    let found = file.stages.get(step.stage)?.instructions.get(step.instruction?)?;
    let brought = match &found.kind {
        Kind::Run(_) => laid(found, &environment_of(file, step)),
        Kind::Copy(copy) => {
            let theirs = match copy.from {
                CopyFrom::Stage(other) => held.get(other).map_or(&[][..], Vec::as_slice),
                _ => &[],
            };
            brought(copy, theirs)
        }
        _ => return None,
    };
    brought.last()?.what
}

/// What nobody knows the weight of, though it is neither sources nor packages: something fetched, an
/// archive, files of another image; `None` for texts that people write.
pub(super) fn weight<'s>(source: &'s Source, from: &CopyFrom) -> Option<&'s str> {
    match (source, from) {
        (Source::HereDocument(_), _) => None,
        (Source::Remote(address), _) => Some(address),
        (Source::Path(path), CopyFrom::Context) => {
            let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
            let ending = name.trim_end_matches('*').rsplit_once('.');
            // Without an ending: scripts, folders; those are the application's.
            let ending = ending.filter(|(stem, _)| !stem.is_empty())?.1;
            (HEAVY.contains(&ending)).then_some(path)
        }
        (Source::Path(path), _) => (!is_text(path)).then_some(path),
    }
}

/// Endings of archives, models, data and programs.
const HEAVY: [&str; 44] = [
    "7z",
    "a",
    "apk",
    "avi",
    "bin",
    "bz2",
    "ckpt",
    "csv",
    "dat",
    "db",
    "deb",
    "dump",
    "gguf",
    "gz",
    "h5",
    "img",
    "iso",
    "jsonl",
    "mmdb",
    "mov",
    "mp3",
    "mp4",
    "npy",
    "npz",
    "onnx",
    "otf",
    "parquet",
    "pb",
    "pdf",
    "pickle",
    "pkl",
    "pt",
    "pth",
    "rar",
    "rpm",
    "safetensors",
    "sqlite",
    "tar",
    "tgz",
    "ttf",
    "txz",
    "xz",
    "zip",
    "zst",
];

/// Endings of texts.
const TEXTS: [&str; 18] = [
    "cfg",
    "cnf",
    "conf",
    "crt",
    "env",
    "ini",
    "json",
    "key",
    "md",
    "pem",
    "properties",
    "sh",
    "template",
    "toml",
    "txt",
    "xml",
    "yaml",
    "yml",
];

fn is_text(path: &str) -> bool {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| TEXTS.contains(&ending))
        || ["passwd", "group", "shadow", "hosts", "nsswitch.conf"].contains(&name)
}
