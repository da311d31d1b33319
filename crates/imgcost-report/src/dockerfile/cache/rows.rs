//! One row for each instruction, before it has a format.

use imgcost_dockerfile::cache::{Step, StepId};
use imgcost_dockerfile::read::Base;
use rust_decimal::Decimal;

use super::{CHANGES, CacheReport};
use crate::dockerfile::saving::of_millis;

/// An instruction, and what each change does to it.
#[derive(Debug)]
pub(super) struct Row<'r> {
    pub(super) id: StepId,
    pub(super) line: usize,
    pub(super) text: String,
    pub(super) step: &'r Step,
    pub(super) seconds: Option<Decimal>,
    /// In the order of [`CHANGES`].
    pub(super) effects: [Effect; 3],
}

/// What a change does to an instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// There is nothing to run and no layer.
    Nothing,
    /// The target does not need the stage, so it is not built.
    NotBuilt,
    /// The cache has it.
    Cached,
    /// It runs again, and what it makes stays with the builder.
    Runs,
    /// It runs again, and its layer is shipped again.
    Ships,
}

impl Effect {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Nothing => "-",
            Self::NotBuilt => "not built",
            Self::Cached => "cached",
            Self::Runs => "reruns",
            Self::Ships => "reruns, ships",
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::NotBuilt => "not-built",
            Self::Cached => "cached",
            Self::Runs => "reruns",
            Self::Ships => "reruns-and-ships",
        }
    }

    /// Whether there is something that could have been run.
    pub(super) fn counts(self) -> bool {
        matches!(self, Self::Cached | Self::Runs | Self::Ships)
    }

    pub(super) fn reruns(self) -> bool {
        matches!(self, Self::Runs | Self::Ships)
    }
}

/// All rows, in the order of the file, `FROM` first in each stage.
pub(super) fn rows<'r>(report: &CacheReport<'r>) -> Vec<Row<'r>> {
    let file = report.dockerfile;
    let shipped = file.shipped();
    let row = |(id, step): (StepId, &'r Step)| {
        let stage = file.stages.get(id.stage)?;
        let needed = report.plan.stages.get(id.stage)?.needed;
        let (span, line) = match id.instruction {
            None => (&stage.span, stage.line),
            Some(at) => {
                let instruction = stage.instructions.get(at)?;
                (&instruction.span, instruction.line)
            }
        };
        // The layers of a base image are pulled; those of a stage are that stage's.
        let layer = match id.instruction {
            None => matches!(stage.base, Base::Image(_) | Base::Unknown(_)),
            Some(_) => step.makes_layer,
        };
        let effects = CHANGES.map(|(change, _)| match step.reruns.contains(change) {
            _ if !needed => Effect::NotBuilt,
            _ if !layer => Effect::Nothing,
            false => Effect::Cached,
            true if shipped.contains(&id.stage) => Effect::Ships,
            true => Effect::Runs,
        });
        let seconds = report.times.knows(id).then(|| of_millis(report.times.of(id)));
        Some(Row { id, line, text: file.line_of(span), step, seconds, effects })
    };
    report.plan.steps().filter_map(row).collect()
}

/// The instruction on one line of so many characters.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most.saturating_sub(3)).chain("...".chars()).collect(),
        None => text,
    }
}
