use std::ops::Range;
use std::sync::Arc;

use super::rewrite::{parts, run};
use super::{Context, Finding, Fix, RuleInfo};
use crate::cache::{Plan, StepId};
use crate::ecosystem::{
    Act, Environment, Install, Manager, Whereabouts, act_in, caches_left, empties, install_in,
    package_folders,
};
use crate::read::{Base, CopyFrom, Dockerfile, Instruction, Kind, Lines, Stage};
use crate::shell::Command;

/// A file together with what its commands do.
pub(super) struct Seen<'a> {
    pub(super) file: &'a Dockerfile,
    pub(super) plan: &'a Plan,
    pub(super) context: &'a Context,
    done: Vec<Vec<Done>>,
    needed: Vec<bool>,
    shipped: Vec<usize>,
    lines: Lines,
}

/// What one instruction does with packages.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// What each command does, with its place among the commands of the `RUN`.
    pub(super) acts: Vec<(usize, Act)>,
    /// What is installed, by installs or on the way of builds.
    pub(super) installs: Vec<(usize, Install)>,
    /// Where the packages of installs lie.
    pub(super) folders: Vec<String>,
    /// Whose caches are in the layer.
    pub(super) left: Vec<Manager>,
    /// Whose caches are emptied, whoever filled them.
    pub(super) emptied: Vec<Manager>,
}

/// An instruction where it stands.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) id: StepId,
    pub(super) instruction: &'a Instruction,
    pub(super) done: &'a Done,
}

impl<'a> Seen<'a> {
    pub(super) fn new(file: &'a Dockerfile, plan: &'a Plan, context: &'a Context) -> Self {
        let mut environments: Vec<Arc<Environment>> = Vec::new();
        let mut done = Vec::new();
        for stage in &file.stages {
            let below = match stage.base {
                Base::Stage(parent) => environments.get(parent).cloned(),
                _ => None,
            };
            let mut environment = below.unwrap_or_default();
            done.push(
                stage.instructions.iter().map(|found| does(found, &mut environment)).collect(),
            );
            environments.push(environment);
        }
        let shipped = file.shipped();
        let needed = needed(file);
        Self { file, plan, context, done, needed, shipped, lines: Lines::of(&file.text) }
    }

    /// The stages that the image needs, with their places.
    pub(super) fn needed(&self) -> impl Iterator<Item = (usize, &'a Stage)> {
        let stages = self.file.stages.iter().enumerate();
        stages.filter(|(at, _)| self.needed.get(*at).is_some_and(|needed| *needed))
    }

    /// Whether a stage's own instructions are in the image.
    pub(super) fn ships(&self, stage: usize) -> bool {
        self.shipped.contains(&stage)
    }

    /// The stages that a stage is made of, itself last.
    pub(super) fn chain_of(&self, stage: usize) -> Vec<usize> {
        let mut chain = vec![stage];
        let mut at = stage;
        while let Some(Base::Stage(parent)) = self.file.stages.get(at).map(|stage| &stage.base) {
            if *parent >= at {
                break;
            }
            at = *parent;
            chain.push(at);
        }
        chain.reverse();
        chain
    }

    /// The instructions of a stage.
    pub(super) fn steps(&self, stage: usize) -> impl DoubleEndedIterator<Item = At<'_>> {
        let instructions = self.file.stages.get(stage).map_or(&[][..], |found| &found.instructions);
        let done = self.done.get(stage).map_or(&[][..], Vec::as_slice);
        instructions.iter().zip(done).enumerate().map(move |(at, (instruction, done))| At {
            id: StepId { stage, instruction: Some(at) },
            instruction,
            done,
        })
    }

    /// The instructions whose layers are in the image, in their order.
    pub(super) fn shipped(&self) -> Vec<At<'_>> {
        self.shipped.iter().flat_map(|stage| self.steps(*stage)).collect()
    }

    /// The stage that becomes the image.
    pub(super) fn target(&self) -> (StepId, &'a Stage) {
        let id = StepId { stage: self.file.target, instruction: None };
        (id, self.file.target_stage())
    }

    /// The image that the final image starts from, and the `FROM` that names it.
    pub(super) fn root(&self) -> (StepId, &'a Stage) {
        let root = self.shipped.first().copied().unwrap_or(self.file.target);
        let stage = self.file.stages.get(root).unwrap_or(self.file.target_stage());
        (StepId { stage: root, instruction: None }, stage)
    }

    /// A word or phrase where it stands in an instruction; the whole of it where it does not.
    pub(super) fn word(&self, span: &Range<usize>, word: &str) -> Range<usize> {
        let text = self.file.text.get(span.clone()).unwrap_or_default();
        let part_of_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let alone = |at: &usize| {
            !text[..*at].ends_with(part_of_name)
                && !text[*at + word.len()..].starts_with(part_of_name)
        };
        let mut places = text.match_indices(word).map(|(at, _)| at);
        match places.find(alone) {
            Some(at) if !word.is_empty() => span.start + at..span.start + at + word.len(),
            _ => span.clone(),
        }
    }

    /// An instruction's text, as help shows it: on one line, and a here-document as a chain of commands.
    pub(super) fn text(&self, at: &At<'_>) -> String {
        let line = self.file.line_of(&at.instruction.span);
        let Kind::Run(ran) = &at.instruction.kind else { return line };
        if !line.contains("<<") {
            return in_shell_form(&line, &ran.commands).unwrap_or(line);
        }
        let lines = ran.script.lines().map(str::trim);
        let lines: Vec<&str> =
            lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        // What opens and closes blocks cannot be chained; then it is shown as it stands.
        let blocks =
            ["if", "for", "while", "case", "do", "done", "fi", "esac", "then", "else", "{", "}"];
        let simple = |line: &&str| {
            !line.ends_with(['\\', '|', '&', ';'])
                && !line.contains("<<")
                && !blocks.contains(&line.split(' ').next().unwrap_or_default())
        };
        if lines.len() <= 10 && lines.iter().all(simple) {
            return format!("RUN {}", lines.join(" && "));
        }
        self.file.text.get(at.instruction.span.clone()).unwrap_or_default().to_owned()
    }

    /// A finding about something that ships, as severe as its rule.
    pub(super) fn finding(
        &self,
        rule: &RuleInfo,
        (step, span): (StepId, Range<usize>),
        message: impl Into<String>,
        help: impl Into<String>,
        fix: Fix,
    ) -> Finding {
        Finding {
            rule: rule.id,
            severity: rule.severity,
            line: self.lines.at(span.start),
            span,
            step: Some(step),
            ships: true,
            message: message.into(),
            why: rule.why.to_owned(),
            help: help.into(),
            fix,
        }
    }
}

/// A `RUN` of a list of words as a line for the shell, where no word needs quotes there.
fn in_shell_form(line: &str, commands: &[Command]) -> Option<String> {
    let (flags, list) = parts(line);
    let [command] = commands else { return None };
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=,@%+".contains(c);
    let words = command.words.iter().map(String::as_str);
    let inner = list.strip_prefix('[')?.strip_suffix(']')?;
    let same = inner.split(',').map(|word| word.trim().trim_matches('"')).eq(words.clone());
    let fits = same && words.clone().all(|word| !word.is_empty() && word.chars().all(plain));
    fits.then(|| run(flags, &words.collect::<Vec<_>>().join(" ")))
}

impl Done {
    /// Whether a manager's packages are installed on the way of a build only.
    pub(super) fn only_builds(&self, manager: Manager) -> bool {
        let mut own = self.acts.iter().filter(|(_, act)| match act {
            Act::Install(install) => install.manager == manager,
            Act::Add { manager: by, .. } => *by == manager,
            _ => false,
        });
        own.next().is_none()
    }

    /// Whether a manager installs here only what the commands themselves name.
    pub(super) fn only_adds(&self, manager: Manager) -> bool {
        self.installs.iter().all(|(_, install)| install.manager != manager)
    }
}

impl<'a> At<'a> {
    /// The commands of a `RUN`; none of anything else.
    pub(super) fn commands(&self) -> &'a [Command] {
        match &self.instruction.kind {
            Kind::Run(run) => &run.commands,
            _ => &[],
        }
    }

    /// The folder in which the command of a place runs, without a slash at its end.
    pub(super) fn folder_at(&self, place: usize) -> String {
        let mut at = Whereabouts::of(self.instruction);
        self.commands().iter().take(place).for_each(|command| at.enter(command));
        at.folder().trim_end_matches('/').to_owned()
    }

    /// Where it stands, for a finding about the whole instruction.
    pub(super) fn place(&self) -> (StepId, Range<usize>) {
        (self.id, self.instruction.span.clone())
    }
}

/// What an instruction does; what it sets is noted for those after it.
fn does(instruction: &Instruction, environment: &mut Arc<Environment>) -> Done {
    match &instruction.kind {
        Kind::Env(pairs) => {
            let environment = Arc::make_mut(environment);
            pairs.iter().for_each(|(name, value)| environment.set(name, value));
            Done::default()
        }
        Kind::Arg(pairs) => {
            let environment = Arc::make_mut(environment);
            for (name, value) in pairs {
                // ENV goes before ARG, wherever it stands.
                if let (None, Some(value)) = (environment.get(name), value) {
                    environment.set(name, value);
                }
            }
            Done::default()
        }
        Kind::Run(run) => {
            let mut own = Environment::clone(environment);
            let mut done = Done { left: caches_left(run, environment), ..Done::default() };
            let mut whereabouts = Whereabouts::of(instruction);
            for (at, command) in run.commands.iter().enumerate() {
                own.learn(command);
                whereabouts.enter(command);
                done.acts.extend(act_in(command, &own).map(|act| (at, act)));
                done.installs.extend(install_in(command, &own).map(|install| (at, install)));
                if let Some((_, Act::Install(_))) = done.acts.last().filter(|(own, _)| *own == at) {
                    done.folders.extend(package_folders(command, &own, &whereabouts));
                }
                done.emptied.extend(empties(command, &own));
                // What a shell exports ends with it; what is written to a file does not.
                if !Environment::forgets(command) {
                    Arc::make_mut(environment).learn(command);
                }
            }
            done
        }
        _ => Done::default(),
    }
}

/// Which stages the target needs: it, those that it starts from or copies from, and theirs.
fn needed(file: &Dockerfile) -> Vec<bool> {
    let mut needed = vec![false; file.stages.len()];
    let mut open = vec![file.target];
    while let Some(at) = open.pop() {
        let Some(stage) = file.stages.get(at) else { continue };
        if std::mem::replace(&mut needed[at], true) {
            continue;
        }
        if let Base::Stage(parent) = stage.base {
            open.push(parent);
        }
        for instruction in &stage.instructions {
            let from = |from: &CopyFrom| match from {
                CopyFrom::Stage(stage) => Some(*stage),
                _ => None,
            };
            match &instruction.kind {
                Kind::Copy(copy) => open.extend(from(&copy.from)),
                Kind::Run(run) => {
                    open.extend(run.mounts.iter().filter_map(|mount| from(&mount.from)))
                }
                _ => {}
            }
        }
    }
    needed
}
