use std::collections::BTreeMap;

use imgcost::fleet::defaults::{Assumption, INSTALL_TIME};
use imgcost::units::Span;

use crate::cache::{Plan, Role, StepId};
use crate::read::{Dockerfile, Kind};

/// How long steps take when they run, in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    by_step: BTreeMap<StepId, u64>,
    /// Lines of the installs of which the log does not tell the time.
    untold: Vec<usize>,
    /// How long those are taken to last.
    taken: Option<Span>,
    /// Where they come from.
    pub basis: TimesBasis,
}

/// Where times come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimesBasis {
    /// The log of a build.
    Log,
    /// Every install is taken to last that long; no other step is counted.
    Installs(Span),
}

impl Times {
    /// Times that a build's log tells.
    pub fn of_log(by_step: BTreeMap<StepId, u64>) -> Self {
        Self { by_step, untold: Vec::new(), taken: None, basis: TimesBasis::Log }
    }

    /// Every install of the file takes that long; other steps are not counted, as nobody knows.
    pub fn of_installs(file: &Dockerfile, plan: &Plan, install: Span) -> Self {
        let mut times = Self {
            by_step: BTreeMap::new(),
            untold: Vec::new(),
            taken: None,
            basis: TimesBasis::Installs(install),
        };
        times.by_step.extend(installs(file, plan).map(|(id, _)| (id, millis(install))));
        times
    }

    /// Installs that the log found in the cache, or does not have, take that long: they are not done in
    /// no time.
    #[must_use]
    pub fn with_untold_installs(mut self, file: &Dockerfile, plan: &Plan, install: Span) -> Self {
        for (id, line) in installs(file, plan) {
            let needed = plan.stages.get(id.stage).is_some_and(|stage| stage.needed);
            if needed && !self.by_step.contains_key(&id) {
                self.by_step.insert(id, millis(install));
                self.untold.push(line);
                self.taken = Some(install);
            }
        }
        self
    }

    /// How long a step takes; 0 where nothing is known of it, which is not counted.
    pub fn of(&self, step: StepId) -> u64 {
        self.by_step.get(&step).copied().unwrap_or(0)
    }

    /// Whether anything is known of a step.
    pub fn knows(&self, step: StepId) -> bool {
        self.by_step.contains_key(&step)
    }

    /// A step takes `above / below` of its time, to the nearest millisecond.
    pub(super) fn scale(&mut self, step: StepId, above: u64, below: u64) {
        if let Some(millis) = self.by_step.get_mut(&step) {
            let (above, below) = (u128::from(above), u128::from(below.max(1)));
            let scaled = (u128::from(*millis) * above * 2 + below) / (below * 2);
            *millis = u64::try_from(scaled).unwrap_or(u64::MAX);
        }
    }

    /// What was taken for granted.
    pub fn assumption(&self) -> Option<Assumption> {
        match self.basis {
            TimesBasis::Log => self.taken.map(|install| Assumption {
                value: format!(
                    "{install} for {}, whose time the log does not tell",
                    lines(&self.untold)
                ),
                ..INSTALL_TIME.into()
            }),
            TimesBasis::Installs(install) => Some(Assumption {
                value: format!("{install} an install; other steps are not counted"),
                ..INSTALL_TIME.into()
            }),
        }
    }
}

/// The installs of a file, with their lines.
fn installs<'f>(
    file: &'f Dockerfile,
    plan: &'f Plan,
) -> impl Iterator<Item = (StepId, usize)> + 'f {
    plan.steps().filter_map(|(id, step)| {
        let found = file.stages.get(id.stage)?.instructions.get(id.instruction?)?;
        let runs = matches!(found.kind, Kind::Run(_)) && step.role == Role::Dependencies;
        runs.then_some((id, found.line))
    })
}

fn millis(install: Span) -> u64 {
    install.as_seconds().saturating_mul(1000)
}

/// `line 4`, `lines 4, 7`.
fn lines(lines: &[usize]) -> String {
    let numbers: Vec<String> = lines.iter().map(usize::to_string).collect();
    let word = if lines.len() == 1 { "line" } else { "lines" };
    format!("{word} {}", numbers.join(", "))
}
