use std::ops::Range;
use std::sync::Arc;

use super::image_name::ImageName;
use super::path::Source;
use super::references::Reference;
use crate::shell::Command;

/// A Dockerfile that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dockerfile {
    /// What messages call it.
    pub name: String,
    /// Its text, which spans point into.
    pub text: Arc<str>,
    /// Its stages, in their order; there is at least one.
    pub stages: Vec<Stage>,
    /// Index of the stage that becomes the image: the last, or the target asked for.
    pub target: usize,
    /// The frontend that a `# syntax=` line asks for.
    pub syntax: Option<String>,
    /// Names of the build arguments that were given a value.
    pub build_args: Vec<String>,
}

/// One stage: a `FROM` and what follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Its name, in lower case, if it has one.
    pub name: Option<String>,
    /// What it starts from.
    pub base: Base,
    /// The platform of `--platform`, expanded as far as it is known.
    pub platform: Option<String>,
    /// Bytes of the `FROM` instruction.
    pub span: Range<usize>,
    /// Line of the `FROM` instruction, from 1.
    pub line: usize,
    /// The instructions after `FROM`, those that a parent stage's `ONBUILD` brings first.
    pub instructions: Vec<Instruction>,
}

/// What a stage starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Base {
    /// Nothing at all.
    Scratch,
    /// Another stage of the same file, by its index.
    Stage(usize),
    /// An image.
    Image(ImageName),
    /// An image whose name needs a variable that nobody gave a value.
    Unknown(String),
}

/// One instruction of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// Bytes of the whole instruction, continuation lines and here-documents included.
    pub span: Range<usize>,
    /// Line on which it begins, from 1.
    pub line: usize,
    /// Line on which it ends, from 1.
    pub end_line: usize,
    /// What it does.
    pub kind: Kind,
    /// The folder that relative paths belong to, absolute.
    pub workdir: String,
    /// The user that it runs as, as the file says it; `None` where the base image decides.
    pub user: Option<String>,
    /// Whether a parent stage's `ONBUILD` brought it.
    pub onbuild: bool,
    /// The variables that the builder puts into it.
    pub references: Vec<Reference>,
}

/// What an instruction does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// `COPY` and `ADD`.
    Copy(Copy),
    /// `RUN`.
    Run(Run),
    /// `ENV`: names with their values as far as they are known.
    Env(Vec<(String, String)>),
    /// `ARG`: names with their defaults.
    Arg(Vec<(String, Option<String>)>),
    /// `WORKDIR`, absolute.
    Workdir(String),
    /// `USER`.
    User(String),
    /// `CMD`.
    Cmd(Process),
    /// `ENTRYPOINT`.
    Entrypoint(Process),
    /// `HEALTHCHECK`; `None` for `HEALTHCHECK NONE`.
    Healthcheck(Option<Process>),
    /// `LABEL`, as it stands.
    Label(String),
    /// `EXPOSE`, as it stands.
    Expose(String),
    /// `VOLUME`: its paths.
    Volume(Vec<String>),
    /// `SHELL`: the words that run commands from here on.
    Shell(Vec<String>),
    /// `STOPSIGNAL`.
    Stopsignal(String),
    /// `MAINTAINER`.
    Maintainer(String),
    /// `ONBUILD`: runs in stages and images made from this one, never here.
    Onbuild(Box<Kind>),
}

/// `COPY` or `ADD`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// Whether it is `ADD`, which also unpacks archives and fetches URLs.
    pub add: bool,
    /// Where its sources are.
    pub from: CopyFrom,
    /// What is copied.
    pub sources: Vec<Source>,
    /// Where to, absolute; a folder if it ends in `/`.
    pub dest: String,
    /// `--link`: what lies below does not rebuild it.
    pub link: bool,
    /// `--chown`.
    pub chown: Option<Chown>,
    /// `--chmod`, as it stands.
    pub chmod: Option<String>,
    /// `--exclude`: patterns of what is left out.
    pub exclude: Vec<String>,
}

/// The owner that `--chown` names, as it stands: `app:app`, `1001`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chown(pub String);

/// Where a `COPY` takes its sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopyFrom {
    /// The build context.
    Context,
    /// Another stage, by its index.
    Stage(usize),
    /// An image, or a named build context: only the one who builds knows which.
    Image(ImageName),
    /// Something whose name needs a variable that nobody gave a value.
    Unknown(String),
}

/// `RUN`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its commands, in their order, those of here-documents included; empty where the shell is not
    /// one whose words can be read.
    pub commands: Vec<Command>,
    /// Its text, without flags, continuation lines joined.
    pub script: String,
    /// Its mounts.
    pub mounts: Vec<Mount>,
}

/// `RUN --mount=...`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// What is mounted.
    pub kind: MountKind,
    /// Where, absolute; `None` where the kind needs none.
    pub target: Option<String>,
    /// Where a bind mount's files come from.
    pub from: CopyFrom,
    /// Which of them: a path in `from`, `/` for all of it.
    pub source: String,
}

/// What a mount is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MountKind {
    /// Files of the context, a stage or an image, for this command only.
    Bind,
    /// A folder that outlives builds and is in no layer.
    Cache,
    /// Memory.
    Tmpfs,
    /// A secret that is in no layer.
    Secret,
    /// The ssh agent of whoever builds.
    Ssh,
}

/// What `CMD`, `ENTRYPOINT` and `HEALTHCHECK CMD` start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Process {
    /// `["node", "server.js"]`: started as it stands.
    Exec(Vec<String>),
    /// `node server.js`: started by a shell.
    Shell(String),
}

impl Stage {
    /// Whether it is called this: by name, whatever the case.
    pub fn is_named(&self, name: &str) -> bool {
        self.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name))
    }
}

impl Dockerfile {
    /// The stage that becomes the image.
    pub fn target_stage(&self) -> &Stage {
        &self.stages[self.target]
    }

    /// The stages whose instructions are in the final image, the target last: it and those that it
    /// starts from, however far down.
    pub fn shipped(&self) -> Vec<usize> {
        let mut chain = vec![self.target];
        let mut at = self.target;
        while let Some(Base::Stage(parent)) = self.stages.get(at).map(|stage| &stage.base) {
            // A stage starts from an earlier one only.
            if *parent >= at {
                break;
            }
            at = *parent;
            chain.push(at);
        }
        chain.reverse();
        chain
    }

    /// The text of an instruction on one line: continuations joined, cut where it grows long.
    pub fn line_of(&self, span: &Range<usize>) -> String {
        let text = self.text.get(span.clone()).unwrap_or_default();
        let lines = text.lines().map(|line| line.trim().trim_end_matches(['\\', '`']).trim_end());
        lines
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .collect::<Vec<_>>()
            .join(" ")
    }
}
